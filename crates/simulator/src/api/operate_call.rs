//! Operations on a call in which the caller's device takes part (`gws/core.md` 5.5, 5.6).

use super::Answer;
use super::body::Body;
use super::operate::{check_registered, fails_later, unknown_operation};
use crate::world::{CallKey, DeviceKey, MonitorMode, Recording, Refusal, Topic, World};

/// Every operation a call can ever list.
const OPERATIONS: [&str; 26] = [
    "Answer",
    "AttachUserData",
    "ClearCall",
    "CompleteConference",
    "CompleteTransfer",
    "DeleteUserData",
    "DeleteUserDataPair",
    "Hangup",
    "Hold",
    "InitiateConference",
    "InitiateTransfer",
    "MuteCall",
    "MuteMonitoredUser",
    "PauseCallRecording",
    "RemoveParticipantFromConference",
    "ResumeCallRecording",
    "Retrieve",
    "SendDtmf",
    "SingleStepConference",
    "SingleStepTransfer",
    "StartCallRecording",
    "StopCallRecording",
    "SwapCalls",
    "SwitchToBargeIn",
    "SwitchToListenIn",
    "UpdateUserData",
];

/// Names that are the other half of one above.
const UNDOING: [&str; 2] = ["UnmuteCall", "UnmuteMonitoredUser"];

pub(super) fn operate(
    world: &mut World,
    call: CallKey,
    device: DeviceKey,
    body: Body<'_>,
) -> Result<Answer, Refusal> {
    let operation = body.operation()?;
    if !OPERATIONS.contains(&operation) && !UNDOING.contains(&operation) {
        return Err(unknown_operation(operation));
    }
    check_registered(world, device)?;
    if !world.call_capabilities(call, device).contains(&operation) {
        return Err(Refusal::not_now(format!(
            "Operation '{operation}' is not possible in the current state"
        )));
    }
    if !fails_later(world, device, Topic::Calls) {
        carry_out(world, operation, call, device, body)?;
    }
    Ok(Answer::done())
}

fn carry_out(
    world: &mut World,
    operation: &str,
    call: CallKey,
    device: DeviceKey,
    body: Body<'_>,
) -> Result<(), Refusal> {
    match operation {
        "Answer" => world.answer(call, device),
        "Hangup" => world.hang_up(call, device),
        "ClearCall" => world.clear(call, device),
        "Hold" => world.hold(call, device),
        "Retrieve" => world.retrieve(call, device),
        "MuteCall" => world.mute(call, device, true),
        "UnmuteCall" => world.mute(call, device, false),
        "SwitchToBargeIn" => world.switch_monitor(call, device, MonitorMode::BargeIn),
        "SwitchToListenIn" => world.switch_monitor(call, device, MonitorMode::ListenIn),
        "MuteMonitoredUser" => world.mute_monitored(call, device, true),
        "UnmuteMonitoredUser" => world.mute_monitored(call, device, false),
        "StartCallRecording" | "ResumeCallRecording" => world.record(call, Recording::Running),
        "PauseCallRecording" => world.record(call, Recording::Paused),
        "StopCallRecording" => world.record(call, Recording::Stopped),
        "SendDtmf" => send_digits(world, call, device, body)?,
        "AttachUserData" | "UpdateUserData" | "DeleteUserData" | "DeleteUserDataPair" => {
            change_user_data(world, operation, call, body)?;
        }
        _ => change_hands(world, operation, call, device, body)?,
    }
    Ok(())
}

fn send_digits(world: &mut World, call: CallKey, device: DeviceKey, body: Body<'_>) -> Result<(), Refusal> {
    let digits = body.required("digits")?;
    if !digits
        .chars()
        .all(|digit| digit.is_ascii_digit() || digit == '*' || digit == '#')
    {
        return Err(Refusal::out_of_range("digits"));
    }
    world.send_digits(call, device);
    Ok(())
}

fn change_user_data(
    world: &mut World,
    operation: &str,
    call: CallKey,
    body: Body<'_>,
) -> Result<(), Refusal> {
    if operation == "AttachUserData" || operation == "UpdateUserData" {
        let attached = body.object("userData")?;
        if attached.is_empty() {
            return Err(Refusal::missing("userData"));
        }
        world.change_user_data(call, |user_data| user_data.extend(attached));
        return Ok(());
    }
    let keys = match body.text("key")? {
        Some(key) => vec![key.to_owned()],
        None => body.texts("keys")?,
    };
    world.change_user_data(call, |user_data| user_data.retain(|key, _| !keys.contains(key)));
    Ok(())
}

fn change_hands(
    world: &mut World,
    operation: &str,
    call: CallKey,
    device: DeviceKey,
    body: Body<'_>,
) -> Result<(), Refusal> {
    match operation {
        "SingleStepTransfer" => {
            world.single_step_transfer(call, device, body.destination()?, body.object("userData")?)
        }
        "SingleStepConference" => {
            world.single_step_conference(call, body.destination()?, body.object("userData")?)
        }
        "InitiateTransfer" | "InitiateConference" => world
            .consult(call, device, body.destination()?, body.object("userData")?)
            .map(|_| ()),
        "CompleteTransfer" | "CompleteConference" => {
            let named = match body.text("consultCallUri")? {
                Some(uri) => call_at(world, uri)?,
                None => call,
            };
            let (original, consultation) = world
                .consultation(named, device)
                .ok_or_else(|| Refusal::not_now("There is no consultation call to complete"))?;
            if operation == "CompleteTransfer" {
                world.complete_transfer(original, consultation, device);
            } else {
                world.complete_conference(original, consultation, device);
            }
            Ok(())
        }
        "SwapCalls" => {
            let other = call_at(world, body.required("otherCallUri")?)?;
            world.swap(call, other, device)
        }
        "RemoveParticipantFromConference" => {
            world.remove_participant(call, device, body.required("participant")?)
        }
        _ => Err(unknown_operation(operation)),
    }
}

fn call_at(world: &World, uri: &str) -> Result<CallKey, Refusal> {
    let id = uri.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    world.call_by_id(id).ok_or_else(|| Refusal::not_found("Call"))
}
