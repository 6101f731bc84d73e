//! Who takes part in a session: us, the agent who is being coached, the customer, and the rest.

use gws::digital::{Participant, Session};
use gws::{ParticipantType, UserId, Visibility};

use super::line::{Cast, Part};
use crate::order::Readership;
use crate::roster::Roster;

/// Whether we are in a session, by the list of those who are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// The list, or who we are, is not known.
    Unknown,
    /// It is known, and we are not on it.
    Absent,
    /// We are on it; `Unknown` where it does not say legibly who sees us.
    There(Readership),
}

/// Whether we are in this session, and who sees us there.
pub(super) fn presence(session: &Session, own: Option<&UserId>) -> Presence {
    let (Some(own), Some(_)) = (own, &session.participants) else {
        return Presence::Unknown;
    };
    if session.entries_of(own).next().is_none() {
        return Presence::Absent;
    }
    Presence::There(seen_by(session.own_visibility(own)))
}

fn seen_by(visibility: Option<&Visibility>) -> Readership {
    match visibility {
        Some(Visibility::Supervisors) => Readership::Supervisors,
        Some(Visibility::Agents) => Readership::Agents,
        Some(Visibility::All) => Readership::Everyone,
        Some(Visibility::Other(_)) | None => Readership::Unknown,
    }
}

/// The others in a session, by name. What was known of somebody who left stays until somebody else is there.
#[derive(Debug, Clone, Default)]
pub(super) struct People {
    /// Who is being coached now.
    pub(super) agent_id: Option<String>,
    pub(super) agent_name: String,
    /// Further agents and supervisors.
    pub(super) others: Vec<String>,
    pub(super) customer: Option<String>,
}

impl People {
    /// What the customer is called.
    pub(super) fn customer(&self) -> &str {
        self.customer.as_deref().unwrap_or("Customer")
    }

    /// Looks who is there; `armed` is the agent we came for, who is the one to coach for as long as they stay.
    pub(super) fn look(&mut self, cast: Cast<'_>, armed: Option<&str>, roster: &Roster) {
        let participants = || cast.session.participants.iter().flatten();
        let customer = participants().find(|entry| entry.kind == Some(ParticipantType::Customer));
        if let Some(name) = customer.and_then(named) {
            self.customer = Some(name);
        }
        let mut agents: Vec<&Participant> = participants()
            .filter(|entry| cast.part(Some(entry)) == Part::Agent)
            .collect();
        agents.sort_by_key(|entry| {
            let is_armed = armed.is_some_and(|armed| id_of(entry) == Some(armed));
            (!is_armed, entry.visibility != Some(Visibility::All))
        });
        let mut seen: Vec<&str> = Vec::new();
        agents.retain(|entry| match id_of(entry) {
            Some(id) if seen.contains(&id) => false,
            Some(id) => {
                seen.push(id);
                true
            }
            None => true,
        });
        let name = |entry: &Participant| -> String {
            let known = id_of(entry).and_then(|id| roster.find(id));
            let known = known.map(|entry| entry.agent.name.clone());
            let by_id = || id_of(entry).map(str::to_owned);
            known.or_else(|| named(entry)).or_else(by_id).unwrap_or_default()
        };
        if let Some((agent, others)) = agents.split_first() {
            self.agent_id = id_of(agent).map(str::to_owned);
            self.agent_name = name(agent);
            self.others = others.iter().map(|other| name(other)).collect();
        } else if cast.session.participants.is_some() {
            self.others.clear();
        }
    }
}

/// The ids of all agents in it but us.
pub(super) fn agents<'a>(session: &'a Session, own: Option<&'a UserId>) -> impl Iterator<Item = &'a str> {
    let agents = session.participants.iter().flatten().filter(move |entry| {
        let customer = entry.kind == Some(ParticipantType::Customer);
        let is_own = own.is_some_and(|own| entry.is(own));
        !customer && !is_own
    });
    agents.filter_map(id_of)
}

fn id_of(entry: &Participant) -> Option<&str> {
    entry
        .uri
        .as_ref()
        .map(gws::ResourceUri::id)
        .filter(|id| !id.is_empty())
}

fn named(entry: &Participant) -> Option<String> {
    entry.nickname.clone().filter(|name| !name.trim().is_empty())
}
