//! POST: every operation, dispatched by the resource it is addressed to.

use serde_json::{Map, Value, json};

use super::body::Body;
use super::{Answer, operate_call, operate_device, operate_written, refusal_item};
use crate::faults::take_one;
use crate::world::written::Medium;
use crate::world::{ChannelOutcome, DeviceKey, PersonKey, Refusal, StateChange, Status, Topic, World};

/// Carries out an operation on the resource at a path below `/api/v2`.
pub(crate) fn operate(
    world: &mut World,
    person: PersonKey,
    path: &[&str],
    body: &Value,
) -> Result<Answer, Refusal> {
    match path {
        ["me"] => operate_me(world, person, Body::new(body)?),
        ["me", "channels", channel] => operate_own_channel(world, person, channel, Body::new(body)?),
        ["me", "devices", id] => {
            let device = own_device(world, person, id)?;
            operate_device::operate(world, person, device, Body::new(body)?)
        }
        ["me", "devices", id, "calls"] => {
            let device = own_device(world, person, id)?;
            operate_device::dial(world, device, Body::new(body)?)
        }
        ["me", "calls", id] => {
            let device = world.person(person).device;
            let call = world
                .call_by_id(id)
                .filter(|call| world.leg_state(*call, device).is_some());
            let call = call.ok_or_else(|| Refusal::not_found("Call"))?;
            operate_call::operate(world, call, device, Body::new(body)?)
        }
        ["users", id, "channels", channel] => {
            let agent = world.person_by_id(id).ok_or_else(|| Refusal::not_found("User"))?;
            operate_agent_channel(world, person, agent, channel, Body::new(body)?)
        }
        ["users", id, collection, session] => {
            let medium = medium_of(collection)?;
            let agent = world.person_by_id(id).ok_or_else(|| Refusal::not_found("User"))?;
            operate_written::intrude(world, person, agent, medium, session, Body::new(body)?)
        }
        // Some samples leave the `me` out.
        ["me", collection, id] | [collection, id] => {
            operate_written::operate(world, person, medium_of(collection)?, id, Body::new(body)?)
        }
        _ => Err(Refusal::not_found("Resource")),
    }
}

fn medium_of(collection: &str) -> Result<Medium, Refusal> {
    Medium::of_collection(collection).ok_or_else(|| Refusal::not_found("Resource"))
}

fn own_device(world: &World, person: PersonKey, id: &str) -> Result<DeviceKey, Refusal> {
    let device = world
        .device_by_id(id)
        .ok_or_else(|| Refusal::not_found("Device"))?;
    let own = world.person(person).device == device && world.device(device).person() == Some(person);
    if own {
        Ok(device)
    } else {
        Err(Refusal::not_found("Device"))
    }
}

/// The operation name is none the resource knows.
pub(super) fn unknown_operation(operation: &str) -> Refusal {
    Refusal::new(
        Status::Forbidden,
        format!("Operation '{operation}' is not supported"),
    )
}

/// The fault of an operation that is accepted, does nothing, and fails later. True when it struck.
pub(super) fn fails_later(world: &mut World, device: DeviceKey, topic: Topic) -> bool {
    let struck = take_one(&mut world.faults.async_error_next);
    if struck {
        let text = world.faults.async_error_text.clone();
        world.tell_error(device, topic, text.as_deref());
    }
    struck
}

/// Refuses an operation on a device the switch has not registered, and says so by notification as well:
/// real servers do both, the second without any text (`gws/core.md` 1.5).
pub(super) fn check_registered(world: &mut World, device: DeviceKey) -> Result<(), Refusal> {
    world.check_voice_service()?;
    if world.is_registered(device) {
        return Ok(());
    }
    world.tell_error(device, Topic::Devices, None);
    Err(Refusal::not_registered(&world.device(device).number))
}

fn operate_me(world: &mut World, person: PersonKey, body: Body<'_>) -> Result<Answer, Refusal> {
    match body.operation()? {
        "StartContactCenterSession" => {
            let channels = body.texts("channels")?;
            if channels.is_empty() {
                return Err(Refusal::out_of_range("channels"));
            }
            let (place, device) = (body.text("place")?, body.text("devicePath")?);
            summarize(world.start_session(person, &channels, place, device))
        }
        "EndContactCenterSession" => {
            world.end_session(person);
            Ok(Answer::SessionEnded)
        }
        operation => {
            let change = StateChange::parse(operation).ok_or_else(|| unknown_operation(operation))?;
            world.change_all_states(person, change).map(|()| Answer::done())
        }
    }
}

/// Success, partial success, or the error of the first channel when every channel failed.
fn summarize(outcomes: Vec<ChannelOutcome>) -> Result<Answer, Refusal> {
    let (mut succeeded, mut failed, mut first) = (Vec::new(), Vec::new(), None);
    for outcome in outcomes {
        match outcome.result {
            Ok(()) => succeeded.push(json!({"statusCode": 0, "channel": outcome.channel})),
            Err(refusal) => {
                failed.push(refusal_item(&refusal, outcome.channel));
                first.get_or_insert(refusal);
            }
        }
    }
    match first {
        None => Ok(Answer::done()),
        Some(refusal) if succeeded.is_empty() => Err(refusal),
        Some(_) => Ok(Answer::Partial(Map::from_iter([
            ("succeeded".to_owned(), json!(succeeded)),
            ("failed".to_owned(), json!(failed)),
        ]))),
    }
}

fn operate_own_channel(
    world: &mut World,
    person: PersonKey,
    channel: &str,
    body: Body<'_>,
) -> Result<Answer, Refusal> {
    let operation = body.operation()?;
    let change = StateChange::parse(operation).ok_or_else(|| unknown_operation(operation))?;
    if channel != "voice" {
        return world
            .change_media_state(person, channel, change)
            .map(|()| Answer::done());
    }
    let device = world.person(person).device;
    check_registered(world, device)?;
    if !fails_later(world, device, Topic::Devices) {
        world.change_voice_state(person, change)?;
    }
    Ok(Answer::done())
}

/// A supervisor sets an agent's state; only the agent hears of it (`gws/core.md` 4.4).
fn operate_agent_channel(
    world: &mut World,
    supervisor: PersonKey,
    agent: PersonKey,
    channel: &str,
    body: Body<'_>,
) -> Result<Answer, Refusal> {
    if !world.person(supervisor).is_supervisor() {
        return Err(Refusal::no_permission());
    }
    let operation = body.operation()?;
    if operate_written::is_supervision(operation) {
        let medium = Medium::of_channel(channel, world.faults.sms_spelling)
            .ok_or_else(|| Refusal::not_found("Channel"))?;
        return operate_written::supervise(world, supervisor, agent, medium, body);
    }
    let change = match operation {
        "Ready" | "NotReady" | "Offline" => StateChange::parse(operation),
        _ => None,
    };
    let change = change.ok_or_else(|| unknown_operation(operation))?;
    let result = match channel {
        "voice" => world.change_voice_state(agent, change),
        "chat" | "smssession" | "email" | "workitem" | "sms" | "twitter" | "facebook" => {
            world.change_media_state(agent, channel, change)
        }
        _ => Err(Refusal::not_found("Channel")),
    };
    result.map(|()| Answer::done())
}
