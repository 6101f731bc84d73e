//! Reading the roster from the best source the server allows (`gws/core.md 4.1`).
//!
//! Which source works is found out once and remembered: `/users` with devices in one answer; else the directory and
//! the devices of each user; else the directory alone, where the number is the target. A source whose list is too large for
//! one answer is read in pages; where it has none, the next source is tried.

use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::input::{Agent, RosterReading};
use desk::view::RosterSource;
use gws::{
    CallState, Contact, Device, Query, Reply, ReplyError, ResourceUri, Role, StatusCode, User, UserId,
};

use crate::pages::{Cut, List};
use crate::session::{ANSWER_WITHIN, Session, SessionError};
use crate::wire::WireError;

/// At most so many readings of single users go out at once: a directory of hundreds must not flood the server.
const AT_ONCE: usize = 8;

/// A reading and how long it took.
pub(crate) struct FloorReading {
    pub(crate) reading: RosterReading,
    pub(crate) way: Way,
    pub(crate) took: Duration,
}

/// How the roster is read, once that has been found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) source: RosterSource,
    pub(crate) cut: Cut,
}

impl Default for Way {
    fn default() -> Way {
        Way {
            source: RosterSource::Users,
            cut: Cut::Whole,
        }
    }
}

/// Reads the roster the way that worked last; where that is not allowed, or cannot be read in any part, from the next
/// source that can.
pub(crate) async fn read(
    session: &Session,
    mut way: Way,
    own: Option<&UserId>,
) -> Result<FloorReading, SessionError> {
    let started = tokio::time::Instant::now();
    loop {
        match read_from(session, &mut way, own).await {
            Ok(reading) => {
                return Ok(FloorReading {
                    reading,
                    way,
                    took: started.elapsed(),
                });
            }
            // A server or a network that fails says nothing about what this user may read.
            Err(error) => {
                match next_best(way.source).filter(|_| error.is_not_allowed() || is_too_large(&error)) {
                    Some(source) => {
                        let cut = Cut::Whole;
                        way = Way { source, cut };
                    }
                    None => return Err(error),
                }
            }
        }
    }
}

fn is_too_large(error: &SessionError) -> bool {
    matches!(error, SessionError::Wire(WireError::TooLarge))
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
    way: &mut Way,
    own: Option<&UserId>,
) -> Result<RosterReading, SessionError> {
    let Way { source, cut } = way;
    match *source {
        RosterSource::Users => users(session, cut, own).await,
        RosterSource::ContactsAndDevices => contacts_and_devices(session, cut, own).await,
        source @ RosterSource::Contacts => {
            let agents = contacts(session, cut)
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

async fn users(
    session: &Session,
    cut: &mut Cut,
    own: Option<&UserId>,
) -> Result<RosterReading, SessionError> {
    let list = List {
        query: Query::users(["devices", "groups", "calls"]),
        entries: Reply::users,
        id: |user: &User| user.id.as_str(),
    };
    let everybody = list.read(session, cut).await?;
    let others = everybody.into_iter().filter(|user| Some(&user.id) != own);
    let mut reading = RosterReading {
        source: RosterSource::Users,
        agents: Vec::new(),
        supervisors: Vec::new(),
    };
    for user in others {
        let supervises = user.has_role(&Role::Supervisor);
        let can_be_coached = is_on_the_floor(&user);
        let agent = from_user(user, session.base());
        if supervises {
            reading.supervisors.push(agent.clone());
        }
        if can_be_coached {
            reading.agents.push(agent);
        }
    }
    Ok(reading)
}

async fn contacts_and_devices(
    session: &Session,
    cut: &mut Cut,
    own: Option<&UserId>,
) -> Result<RosterReading, SessionError> {
    let mut agents: Vec<Agent> = contacts(session, cut)
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
            several[index].device = best_device(devices?, session.base());
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

async fn contacts(session: &Session, cut: &mut Cut) -> Result<Vec<Contact>, SessionError> {
    let list = List {
        query: Query::ContactsOfUsers,
        entries: Reply::contacts,
        id: |contact: &Contact| contact.id.as_str(),
    };
    list.read(session, cut).await
}

/// Whoever takes calls and coaches nobody. Supervisors have the role of an agent as well, for their own phone, so that
/// role alone does not put anybody on the floor.
fn is_on_the_floor(user: &User) -> bool {
    let takes_calls = user.roles.is_empty() || user.has_role(&Role::Agent);
    user.enabled != Some(false) && takes_calls && !user.has_role(&Role::Supervisor)
}

fn from_user(user: User, base: &str) -> Agent {
    let prefix = user.uri.as_ref().and_then(|uri| prefix(uri, &user.id));
    let device = best_device(user.devices.clone().unwrap_or_default(), prefix.unwrap_or(base));
    let in_call = |state: &CallState| !matches!(state, CallState::Released | CallState::Ringing);
    Agent {
        name: user.display_name(),
        user_name: user.user_name.clone().unwrap_or_default(),
        number: None,
        on_call: user
            .calls
            .as_ref()
            .map(|calls| calls.iter().any(|call| in_call(&call.state))),
        device,
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

/// The phone calls reach the agent on: one the switch knows, if there is one. The server is told the address of a phone
/// in full (the seed's own request does it); where a list leaves it out it is made from the id.
fn best_device(devices: Vec<Device>, prefix: &str) -> Option<Device> {
    let registered = |device: &Device| device.state != Some(gws::DeviceState::Inactive);
    let best = devices.iter().position(registered).unwrap_or(0);
    let mut device = devices.into_iter().nth(best)?;
    let made = || ResourceUri::from(format!("{prefix}/devices/{}", device.id));
    device.uri = device.uri.take().or_else(|| Some(made()));
    Some(device)
}

/// What the server's own addresses begin with: behind a proxy that is not the address we call (`gws/core.md 1.1`).
fn prefix<'a>(uri: &'a ResourceUri, id: &UserId) -> Option<&'a str> {
    let whole = uri.as_str().strip_suffix(id.as_str())?.strip_suffix("/users/")?;
    whole.contains("://").then_some(whole)
}
