//! Operations on written sessions, and the monitoring of an agent's (`gws/digital.md` 2.2 to 2.5).

use serde_json::{Value, json};

use super::Answer;
use super::body::Body;
use super::operate::unknown_operation;
use crate::faults::take_one;
use crate::world::written::{
    Arm, ArmKey, ChatExtent, Medium, Place, Recipient, Role, SESSION_OPERATIONS, SeatState, SupervisorMode,
    Visibility,
};
use crate::world::{PersonKey, Refusal, World};

/// Whether an operation on somebody's channel is about monitoring it.
pub(super) fn is_supervision(operation: &str) -> bool {
    SupervisorMode::parse(operation).is_some() || operation == "CancelSupervisorMonitoring"
}

/// `POST /users/{id}/channels/{channel}`: arms a supervisor for an agent, or cancels that.
pub(super) fn supervise(
    world: &mut World,
    supervisor: PersonKey,
    agent: PersonKey,
    medium: Medium,
    body: Body<'_>,
) -> Result<Answer, Refusal> {
    let operation = body.operation()?;
    world.check_written_service(supervisor)?;
    let key = ArmKey {
        agent,
        medium,
        supervisor,
    };
    match SupervisorMode::parse(operation) {
        Some(mode) => {
            let extent = match body.text("supervisorMonitoringMode")? {
                None => ChatExtent::AllChats,
                Some(name) => ChatExtent::parse(name)
                    .ok_or_else(|| Refusal::not_now(format!("'{name}' is not a supervisorMonitoringMode")))?,
            };
            let nickname = body.text("nickname")?.map(str::to_owned);
            world.arm(
                key,
                Arm {
                    mode,
                    extent,
                    nickname,
                },
            )?;
        }
        None => world.disarm(key)?,
    }
    Ok(Answer::done())
}

/// `POST /users/{id}/smssessions/{sid}`: joins a session that runs.
pub(super) fn intrude(
    world: &mut World,
    supervisor: PersonKey,
    agent: PersonKey,
    medium: Medium,
    id: &str,
    body: Body<'_>,
) -> Result<Answer, Refusal> {
    if !world.person(supervisor).is_supervisor() {
        return Err(Refusal::no_permission());
    }
    let operation = body.operation()?;
    if operation != "Intrude" {
        return Err(unknown_operation(operation));
    }
    world.check_written_service(supervisor)?;
    let session = world
        .session_by_id(id)
        .filter(|session| {
            world
                .written(*session)
                .is_some_and(|found| found.medium == medium)
        })
        .ok_or_else(|| Refusal::not_found("Session"))?;
    let mode = body.choice("supervisorVisibilityMode", SupervisorMode::parse)?;
    world.intrude(session, agent, supervisor, mode)?;
    Ok(Answer::done())
}

/// `POST /me/smssessions/{id}`.
pub(super) fn operate(
    world: &mut World,
    person: PersonKey,
    medium: Medium,
    id: &str,
    body: Body<'_>,
) -> Result<Answer, Refusal> {
    let place = own_place(world, person, medium, id)?;
    let operation = body.operation()?;
    if !SESSION_OPERATIONS.contains(&operation) {
        return Err(unknown_operation(operation));
    }
    world.check_written_service(person)?;
    if !may(world, place, operation) {
        return Err(Refusal::not_now(format!(
            "Operation '{operation}' is not possible in the current state"
        )));
    }
    if take_one(&mut world.faults.async_error_next) {
        let (reference, text) = (world.next_reference(), world.faults.async_error_text.clone());
        world.tell_session_error(person, medium, reference, text.as_deref());
        return Ok(refers_to(reference));
    }
    carry_out(world, place, operation, body)
}

/// The caller's place in a session of this medium with this id.
pub(super) fn own_place(
    world: &World,
    person: PersonKey,
    medium: Medium,
    id: &str,
) -> Result<Place, Refusal> {
    world
        .session_by_id(id)
        .filter(|session| {
            world
                .written(*session)
                .is_some_and(|found| found.medium == medium)
        })
        .map(|session| Place { session, person })
        .filter(|place| world.seat_at(*place).is_some())
        .ok_or_else(|| Refusal::not_found("Session"))
}

/// Whether the session lists the operation, or the server does it all the same.
fn may(world: &World, place: Place, operation: &str) -> bool {
    let listed = world.session_capabilities(place);
    let spelling = match operation {
        "SwitchToBargeIn" => world.barge_in_capability(),
        operation => operation,
    };
    listed.contains(&spelling) || (is_public(operation) && is_present(world, place))
}

/// What goes to everybody is carried out for whoever is in the session, a hidden supervisor included: nobody has
/// documented that a server would not (`gws/digital.md` 2.5), so a client must not rely on it.
fn is_public(operation: &str) -> bool {
    [
        "SendMessage",
        "SendStartTypingNotification",
        "SendStopTypingNotification",
    ]
    .contains(&operation)
}

fn is_present(world: &World, place: Place) -> bool {
    world
        .seat_at(place)
        .is_some_and(|seat| seat.state == SeatState::Chatting)
}

fn carry_out(world: &mut World, place: Place, operation: &str, body: Body<'_>) -> Result<Answer, Refusal> {
    match operation {
        "Accept" => world.accept_session(place, body.text("nickname")?.map(str::to_owned))?,
        "Reject" => world.reject_session(place)?,
        "SendMessage" => world.write(place, body.required("text")?, Visibility::All),
        "SendToAgents" => world.write(place, body.required("text")?, Visibility::Agents),
        "SendStartTypingNotification" => world.set_typing(place, true, Visibility::All),
        "SendStopTypingNotification" => world.set_typing(place, false, Visibility::All),
        "SendStartTypingToAgentsNotification" => world.set_typing(place, true, Visibility::Agents),
        "SendStopTypingToAgentsNotification" => world.set_typing(place, false, Visibility::Agents),
        "Leave" => world.leave_session(place),
        "Complete" => world.complete_session(place, body.text("queueName")?)?,
        "Transfer" => {
            let to = recipient(world, body)?;
            world.hand_on(place, to.clone())?;
            if let Recipient::Person(person) = to {
                world.let_accept(Place { person, ..place });
            }
        }
        "Invite" => return invite(world, place, Role::Agent, body),
        "Consult" => return invite(world, place, Role::Consultant, body),
        "CancelConsult" => world.cancel_consult(place.session)?,
        "AttachUserData" | "UpdateUserData" => {
            let pairs = body.object("userData")?;
            world.change_session_data(place.session, |data| data.extend(pairs));
        }
        "DeleteUserData" => {
            let keys = body.texts("keys")?;
            world.change_session_data(place.session, |data| {
                data.retain(|key, _| !keys.contains(key));
            });
        }
        _ => {
            // SetInFocus and SetDisposition change nothing that anybody could see.
            if let Some(mode) = SupervisorMode::of_switch(operation) {
                world.switch_supervisor(place, mode);
            }
        }
    }
    Ok(Answer::done())
}

fn invite(world: &mut World, place: Place, role: Role, body: Body<'_>) -> Result<Answer, Refusal> {
    match recipient(world, body)? {
        Recipient::Person(person) => {
            world.offer_session(place.session, person, role)?;
            world.let_accept(Place { person, ..place });
        }
        Recipient::Queue(_) => {
            return Err(Refusal::not_now("Nobody of this queue can be invited"));
        }
    }
    Ok(refers_to(world.next_reference()))
}

/// `targetUri`, `targetPath`, or the `userUri` of older clients: only the end of it counts.
fn recipient(world: &World, body: Body<'_>) -> Result<Recipient, Refusal> {
    let mut given = None;
    for name in ["targetUri", "targetPath", "userUri"] {
        given = given.or(body.text(name)?.filter(|target| !target.is_empty()));
    }
    let target = given.ok_or_else(|| Refusal::missing("targetUri"))?;
    let mut segments = target.trim_end_matches('/').rsplit('/');
    let id = segments.next().unwrap_or_default();
    if segments.next() == Some("queues") {
        return Ok(Recipient::Queue(id.to_owned()));
    }
    world
        .person_by_id(id)
        .map(Recipient::Person)
        .ok_or_else(|| Refusal::not_found("Target"))
}

fn refers_to(reference: u64) -> Answer {
    Answer::of("referenceId", json!(reference))
}

/// `GET /me/smssessions/{id}/messages`: those from an index on, as many as wanted.
pub(super) fn messages(world: &World, place: Place, from: Option<u64>, count: Option<u64>) -> Answer {
    // Whoever is only invited has nothing to read yet.
    let seat = world
        .seat_at(place)
        .filter(|seat| seat.state != SeatState::Invited);
    let role = seat.map(|seat| seat.role);
    let readable = role
        .map(|role| world.readable(place.session, role))
        .unwrap_or_default();
    let count = count.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
    let messages: Vec<Value> = readable
        .iter()
        .filter(|entry| from.is_none_or(|from| entry.index >= from))
        .take(count)
        .map(|entry| world.message_resource(entry))
        .collect();
    Answer::of("messages", json!(messages))
}
