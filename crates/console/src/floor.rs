//! Reading the roster from the best source the server allows (`gws/core.md 4.1`).
//!
//! Which source works is found out once and remembered: `/users` with devices in one answer; else the directory and
//! the devices of each user; else the directory alone, where the number is the target.

use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::input::{Agent, RosterReading};
use desk::view::RosterSource;
use gws::{CallState, Contact, Device, Query, ReplyError, Role, StatusCode, User, UserId};

use crate::session::{ANSWER_WITHIN, ROSTER_WITHIN, Session, SessionError};

/// At most so many readings of single users go out at once: a directory of hundreds must not flood the server.
const AT_ONCE: usize = 8;

/// A reading and how long it took.
pub(crate) struct FloorReading {
    pub(crate) reading: RosterReading,
    pub(crate) took: Duration,
}

/// Reads the roster from the source that worked last; where that is not allowed, from the next one that is.
pub(crate) async fn read(
    session: &Session,
    known: Option<RosterSource>,
    own: Option<&UserId>,
) -> Result<FloorReading, SessionError> {
    let started = tokio::time::Instant::now();
    let mut source = known.unwrap_or(RosterSource::Users);
    loop {
        match read_from(session, source, own).await {
            Ok(reading) => {
                return Ok(FloorReading {
                    reading,
                    took: started.elapsed(),
                });
            }
            // A server or a network that fails says nothing about what this user may read.
            Err(error) => match next_best(source).filter(|_| error.is_not_allowed()) {
                Some(next) => source = next,
                None => return Err(error),
            },
        }
    }
}

fn next_best(source: RosterSource) -> Option<RosterSource> {
    match source {
        RosterSource::Users => Some(RosterSource::ContactsAndDevices),
        RosterSource::ContactsAndDevices => Some(RosterSource::Contacts),
        RosterSource::Contacts => None,
    }
}

/// A roster that cannot be read, as a supervisor reads it.
pub(crate) fn unavailable(error: &SessionError) -> Fault {
    if error.is_network() {
        return error.fault();
    }
    let why = error.fault().message;
    Fault::new(
        FaultCode::RosterUnavailable,
        format!("The list of agents cannot be read. {why}"),
    )
    .with_hint("Sotto tries again by itself.")
}

async fn read_from(
    session: &Session,
    source: RosterSource,
    own: Option<&UserId>,
) -> Result<RosterReading, SessionError> {
    match source {
        RosterSource::Users => users(session, own).await,
        RosterSource::ContactsAndDevices => contacts_and_devices(session, own).await,
        RosterSource::Contacts => {
            let agents = contacts(session)
                .await?
                .into_iter()
                .filter_map(|contact| from_contact(&contact, own));
            Ok(RosterReading {
                source,
                agents: agents.collect(),
                supervisors: Vec::new(),
            })
        }
    }
}

async fn users(session: &Session, own: Option<&UserId>) -> Result<RosterReading, SessionError> {
    let answered = session
        .read(&Query::users(["devices", "groups", "calls"]), ROSTER_WITHIN)
        .await?;
    let others = answered
        .reply
        .users()?
        .value
        .into_iter()
        .filter(|user| Some(&user.id) != own);
    let (supervisors, agents): (Vec<User>, Vec<User>) = others.partition(only_supervises);
    Ok(RosterReading {
        source: RosterSource::Users,
        agents: agents
            .into_iter()
            .filter(|user| user.enabled != Some(false))
            .map(from_user)
            .collect(),
        supervisors: supervisors.into_iter().map(from_user).collect(),
    })
}

async fn contacts_and_devices(
    session: &Session,
    own: Option<&UserId>,
) -> Result<RosterReading, SessionError> {
    let mut agents: Vec<Agent> = contacts(session)
        .await?
        .into_iter()
        .filter_map(|contact| from_contact(&contact, own))
        .collect();
    for several in agents.chunks_mut(AT_ONCE) {
        let mut readings = tokio::task::JoinSet::new();
        for (index, agent) in several.iter().enumerate() {
            let (session, id) = (session.clone(), agent.id.clone());
            readings.spawn(async move { (index, devices_of(&session, id).await) });
        }
        while let Some(finished) = readings.join_next().await {
            let Ok((index, devices)) = finished else { continue };
            several[index].device = best_device(devices?);
        }
    }
    Ok(RosterReading {
        source: RosterSource::ContactsAndDevices,
        agents,
        supervisors: Vec::new(),
    })
}

async fn devices_of(session: &Session, id: UserId) -> Result<Vec<Device>, SessionError> {
    match session.read(&Query::UserDevices(id), ANSWER_WITHIN).await {
        Ok(answered) => Ok(answered.reply.devices()?.value),
        // Somebody who is in the directory and nowhere else does not cost the others.
        Err(SessionError::Reply(ReplyError::Refused {
            status: StatusCode::NotFound,
            ..
        })) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

async fn contacts(session: &Session) -> Result<Vec<Contact>, SessionError> {
    let answered = session.read(&Query::ContactsOfUsers, ROSTER_WITHIN).await?;
    Ok(answered.reply.contacts()?.value)
}

/// Whoever supervises and takes no calls is nobody to coach, but shows who holds whom.
fn only_supervises(user: &User) -> bool {
    !user.roles.is_empty() && !user.has_role(&Role::Agent)
}

fn from_user(user: User) -> Agent {
    let in_call = |state: &CallState| !matches!(state, CallState::Released | CallState::Ringing);
    Agent {
        name: user.display_name(),
        user_name: user.user_name.clone().unwrap_or_default(),
        number: None,
        on_call: user
            .calls
            .as_ref()
            .map(|calls| calls.iter().any(|call| in_call(&call.state))),
        device: best_device(user.devices.unwrap_or_default()),
        groups: user.groups.unwrap_or_default(),
        id: user.id,
    }
}

fn from_contact(contact: &Contact, own: Option<&UserId>) -> Option<Agent> {
    let id = contact
        .user_id()
        .unwrap_or_else(|| UserId::from(contact.id.as_str()));
    if Some(&id) == own {
        return None;
    }
    let names = [contact.first_name.as_deref(), contact.last_name.as_deref()];
    let full = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = contact
        .name
        .clone()
        .or_else(|| Some(full).filter(|name| !name.is_empty()));
    let user_name = contact.user_name.clone().unwrap_or_default();
    Some(Agent {
        name: name.unwrap_or_else(|| user_name.clone()),
        user_name,
        number: contact.phone_numbers.first().cloned(),
        device: None,
        on_call: None,
        groups: Vec::new(),
        id,
    })
}

/// The phone calls reach the agent on: one the switch knows, if there is one.
fn best_device(devices: Vec<Device>) -> Option<Device> {
    let registered = |device: &Device| device.state != Some(gws::DeviceState::Inactive);
    let best = devices.iter().position(registered).unwrap_or(0);
    devices.into_iter().nth(best)
}
