//! Operations on the caller's own device: do not disturb, forwarding, monitoring, dialling (`gws/core.md` 5.2, 5.4).

use super::Answer;
use super::body::Body;
use super::operate::{check_registered, fails_later, unknown_operation};
use crate::world::{
    DeviceKey, Extent, MonitorMode, MonitorOrder, PersonKey, QUEUES, Refusal, Scope, Status, Topic, World,
};

pub(super) fn operate(
    world: &mut World,
    person: PersonKey,
    device: DeviceKey,
    body: Body<'_>,
) -> Result<Answer, Refusal> {
    let operation = body.operation()?;
    if MonitorMode::parse(operation).is_some() || operation == "CancelSupervisorMonitoring" {
        may_monitor(world, person)?;
    }
    check_registered(world, device)?;
    let known = [
        "DoNotDisturbOn",
        "DoNotDisturbOff",
        "ForwardCallsOn",
        "ForwardCallsOff",
    ]
    .contains(&operation)
        || MonitorMode::parse(operation).is_some()
        || operation == "CancelSupervisorMonitoring";
    if !known {
        return Err(unknown_operation(operation));
    }
    if !world.device_capabilities(device, person).contains(&operation) {
        return Err(Refusal::not_now(format!(
            "Operation '{operation}' is not possible in the current state"
        )));
    }
    if fails_later(world, device, Topic::Devices) {
        return Ok(Answer::done());
    }
    match operation {
        "DoNotDisturbOn" | "DoNotDisturbOff" => {
            world.device_mut(device).do_not_disturb = operation == "DoNotDisturbOn";
            world.tell_device(device);
        }
        "ForwardCallsOn" => {
            let number = body.required("destination")?.to_owned();
            world.device_mut(device).forward_to = Some(number);
            world.tell_device(device);
        }
        "ForwardCallsOff" => {
            world.device_mut(device).forward_to = None;
            world.tell_device(device);
        }
        "CancelSupervisorMonitoring" => world.cancel_monitoring(device)?,
        _ => {
            let order = monitor_order(world, operation, body)?;
            world.monitor(device, order)?;
        }
    }
    Ok(Answer::done())
}

/// Role and feature are both needed: plain agents may have the feature.
fn may_monitor(world: &World, person: PersonKey) -> Result<(), Refusal> {
    let featured = world
        .feature_ids_of(person)
        .contains(&"api-supervisor-monitoring");
    if world.person(person).is_supervisor() && featured {
        Ok(())
    } else {
        Err(Refusal::no_permission())
    }
}

fn monitor_order(world: &World, operation: &str, body: Body<'_>) -> Result<MonitorOrder, Refusal> {
    let mode = MonitorMode::parse(operation).ok_or_else(|| unknown_operation(operation))?;
    let target = target(world, body)?;
    let scope = body
        .choice("supervisorMonitoringScope", Scope::parse)?
        .unwrap_or(Scope::Call);
    let extent = body
        .choice("supervisorMonitoringMode", Extent::parse)?
        .unwrap_or(Extent::AllCalls);
    Ok(MonitorOrder {
        mode,
        extent,
        scope,
        target,
    })
}

/// The monitored device: by URI (only the id in it counts), by number, or by both if they agree.
fn target(world: &World, body: Body<'_>) -> Result<DeviceKey, Refusal> {
    let uri = body.text("targetDeviceUri")?.filter(|uri| !uri.is_empty());
    let number = body.text("phoneNumber")?.filter(|number| !number.is_empty());
    if number.is_some_and(|number| QUEUES.iter().any(|(_, queue)| *queue == number)) {
        return Err(Refusal::new(
            Status::Forbidden,
            "Monitoring of routing points is not supported",
        ));
    }
    let by_number = |number: &str| {
        world
            .device_by_number(number)
            .ok_or_else(|| Refusal::not_found("Phone number"))
    };
    let Some(uri) = uri else {
        return by_number(number.ok_or_else(|| Refusal::missing("targetDeviceUri"))?);
    };
    let id = uri.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let device = world
        .device_by_id(id)
        .ok_or_else(|| Refusal::not_found("Target device"))?;
    match number {
        Some(number) if by_number(number)? != device => Err(Refusal::out_of_range("phoneNumber")),
        _ => Ok(device),
    }
}

/// `POST /me/devices/{id}/calls`: Dial.
pub(super) fn dial(world: &mut World, device: DeviceKey, body: Body<'_>) -> Result<Answer, Refusal> {
    let operation = body.operation()?;
    if operation != "Dial" {
        return Err(unknown_operation(operation));
    }
    check_registered(world, device)?;
    let number = body.destination()?;
    let user_data = body.object("userData")?;
    if !fails_later(world, device, Topic::Calls) {
        world.dial(device, number, user_data, None)?;
    }
    Ok(Answer::done())
}
