//! Supervision of written sessions: who is armed for whom, who is brought in, and how they change what they are
//! (`gws/digital.md` 2.2, 2.3 and 2.5).
//!
//! Being armed for an agent and having a seat in a session are two things: cancelling ends the first and never the
//! second.

use super::session::{Role, SeatState, Visibility};
use super::{EntryKind, Medium, Place, Seat, SessionEvent, SessionKey};
use crate::faults::take_one;
use crate::world::{PersonKey, Refusal, Status, World};

/// How a supervisor takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SupervisorMode {
    /// Reads along; only supervisors know.
    Monitor,
    /// Writes to the agents.
    Coach,
    /// Writes to everybody.
    BargeIn,
}

impl SupervisorMode {
    pub(crate) const ALL: [Self; 3] = [Self::Monitor, Self::Coach, Self::BargeIn];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Monitor => "Monitor",
            Self::Coach => "Coach",
            Self::BargeIn => "BargeIn",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// The mode that an operation within a session changes to.
    pub(crate) fn of_switch(operation: &str) -> Option<Self> {
        operation.strip_prefix("SwitchTo").and_then(Self::parse)
    }

    pub(crate) fn visibility(self) -> Visibility {
        match self {
            Self::Monitor => Visibility::Supervisors,
            Self::Coach => Visibility::Agents,
            Self::BargeIn => Visibility::All,
        }
    }
}

/// `supervisorMonitoringMode`: for how long. The words say chat for SMS too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChatExtent {
    NextChat,
    AllChats,
}

impl ChatExtent {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NextChat => "NextChat",
            Self::AllChats => "AllChats",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::NextChat, Self::AllChats]
            .into_iter()
            .find(|extent| extent.name() == name)
    }
}

/// Who is armed for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ArmKey {
    pub(crate) agent: PersonKey,
    pub(crate) medium: Medium,
    pub(crate) supervisor: PersonKey,
}

/// What a supervisor asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arm {
    pub(crate) mode: SupervisorMode,
    pub(crate) extent: ChatExtent,
    pub(crate) nickname: Option<String>,
}

/// The longest name a participant can have.
const LONGEST_NICKNAME: usize = 64;

impl World {
    /// Arms a supervisor for an agent's next sessions, in place of what was asked before.
    pub(crate) fn arm(&mut self, key: ArmKey, arm: Arm) -> Result<(), Refusal> {
        if key.supervisor == key.agent {
            return Err(Refusal::new(
                Status::Forbidden,
                "A supervisor cannot monitor himself",
            ));
        }
        self.check_channel(key.supervisor, key.medium)?;
        self.check_channel(key.agent, key.medium)?;
        self.check_nickname(arm.nickname.as_deref())?;
        if take_one(&mut self.faults.lost_arming_next) {
            return Ok(());
        }
        self.writing.arms.insert(key, arm);
        self.hasten_after_arming(key);
        Ok(())
    }

    /// Ends what a supervisor monitors of an agent. A session already joined goes on.
    pub(crate) fn disarm(&mut self, key: ArmKey) -> Result<(), Refusal> {
        match self.writing.arms.remove(&key) {
            Some(_) => Ok(()),
            None => Err(Refusal::not_now("No monitoring of this agent is active")),
        }
    }

    /// Ends everything this person monitors, and everything they are monitored by, in one medium.
    pub(super) fn disarm_around(&mut self, person: PersonKey, medium: Medium) {
        self.writing
            .arms
            .retain(|key, _| key.medium != medium || (key.supervisor != person && key.agent != person));
    }

    /// The server forgets what a supervisor monitors, and says nothing.
    pub(crate) fn forget_arms(&mut self, supervisor: PersonKey) {
        self.writing.arms.retain(|key, _| key.supervisor != supervisor);
    }

    pub(super) fn check_nickname(&self, nickname: Option<&str>) -> Result<(), Refusal> {
        let Some(nickname) = nickname else {
            return Ok(());
        };
        let legible = !nickname.trim().is_empty()
            && nickname.chars().count() <= LONGEST_NICKNAME
            && !nickname.chars().any(char::is_control);
        let welcome = !self.faults.refused_nicknames.iter().any(|name| name == nickname);
        if legible && welcome {
            Ok(())
        } else {
            Err(Refusal::out_of_range("nickname"))
        }
    }

    fn supervisors_of(&self, agent: PersonKey, medium: Medium) -> impl Iterator<Item = (ArmKey, &Arm)> {
        self.writing
            .arms
            .iter()
            .filter(move |(key, _)| key.agent == agent && key.medium == medium)
            .map(|(key, arm)| (*key, arm))
    }

    /// Brings everybody in who is armed for an agent that has just come into a session.
    pub(super) fn bring_supervisors(&mut self, session: SessionKey, agent: PersonKey) {
        let Some(medium) = self.written(session).map(|session| session.medium) else {
            return;
        };
        let armed: Vec<_> = self
            .supervisors_of(agent, medium)
            .map(|(key, arm)| (key, arm.clone()))
            .collect();
        for (key, arm) in armed {
            let seated = self
                .written(session)
                .is_none_or(|session| session.seat(key.supervisor).is_some());
            if seated {
                continue;
            }
            if arm.extent == ChatExtent::NextChat {
                self.writing.arms.remove(&key);
            }
            let role = Role::Supervisor(arm.mode);
            let place = self.take_seat(session, key.supervisor, role, arm.nickname);
            if take_one(&mut self.faults.join_failed_next) {
                self.set_seat_state(place, SeatState::JoinFailed);
                self.tell_session(place, SessionEvent::StatusChange);
            } else {
                self.enter(place);
            }
        }
    }

    /// Joins a session that runs. The supervisor is invited and has to accept.
    pub(crate) fn intrude(
        &mut self,
        session: SessionKey,
        agent: PersonKey,
        supervisor: PersonKey,
        mode: Option<SupervisorMode>,
    ) -> Result<(), Refusal> {
        let Some(found) = self.written(session) else {
            return Err(Refusal::not_found("Session"));
        };
        let medium = found.medium;
        let runs = found
            .seat(agent)
            .is_some_and(|seat| seat.state == SeatState::Chatting && !seat.role.supervises());
        if !runs {
            return Err(Refusal::not_found("Session"));
        }
        if found.seat(supervisor).is_some() {
            return Err(Refusal::not_now("The supervisor is in this session already"));
        }
        self.check_channel(supervisor, medium)?;
        let armed = self.writing.arms.get(&ArmKey {
            agent,
            medium,
            supervisor,
        });
        let mode = mode
            .or(armed.map(|arm| arm.mode))
            .ok_or_else(|| Refusal::not_now("No monitoring of this agent is active"))?;
        let nickname = armed.and_then(|arm| arm.nickname.clone());
        let place = self.take_seat(session, supervisor, Role::Supervisor(mode), nickname);
        self.tell_session(place, SessionEvent::StatusChange);
        Ok(())
    }

    /// Changes what a supervisor is in a session. The others see somebody come or go accordingly.
    pub(crate) fn switch_supervisor(&mut self, place: Place, mode: SupervisorMode) {
        let Some(seat) = self.seat_at(place).cloned() else {
            return;
        };
        let (before, after) = (seat.role.visibility(), mode.visibility());
        let seen_before = self.who_sees_participants(place.session);
        if let Some(seat) = self.seat_at_mut(place) {
            seat.role = Role::Supervisor(mode);
        }
        self.tell_session(place, SessionEvent::ParticipantsUpdated);
        self.tell_changed_participants(place.session, &seen_before, place.person);
        let from = seat.author();
        let mut entries = Vec::new();
        if before < after {
            entries.push(self.entry(place.session, &from, EntryKind::ParticipantRejoined, None, after));
        } else {
            entries.push(self.entry(place.session, &from, EntryKind::ParticipantLeft, None, before));
            entries.push(self.entry(place.session, &from, EntryKind::ParticipantJoined, None, after));
        }
        self.stop_typing(place.session, &seat.participant_id);
        self.log(place.session, &entries);
    }
}

impl Seat {
    pub(super) fn author(&self) -> super::Author {
        super::Author {
            participant_id: self.participant_id.clone(),
            nickname: self.nickname.clone(),
            person: Some(self.person),
        }
    }
}
