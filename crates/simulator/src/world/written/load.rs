//! A load for benches: so many sessions of one supervisor, so many messages a second in all of them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::dialogues::DIALOGUES;
use super::life::Act;
use super::session::{Role, Visibility};
use super::{Medium, Opening, Place, SessionKey, SupervisorMode};
use crate::world::{PersonKey, Refusal, World};

/// The most messages a second.
const MOST_PER_SECOND: u32 = 1_000;

/// Sessions under load, all of them with one supervisor in Coach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Load {
    /// The supervisor: user id, sign-in name, full name, phone number or device id.
    pub supervisor: String,
    /// How many SMS sessions, 1 to 1,000.
    pub sessions: usize,
    /// How many texts a second in all of them together, 1 to 1,000. Customers and agents take turns.
    pub messages_per_second: u32,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            supervisor: "sam".to_owned(),
            sessions: 24,
            messages_per_second: 20,
        }
    }
}

/// A load that is being borne.
#[derive(Debug)]
pub(super) struct Bearing {
    load: Load,
    supervisor: PersonKey,
    sessions: Vec<SessionKey>,
    /// Texts so far.
    written: u64,
}

impl World {
    pub(crate) fn load(&self) -> Option<Load> {
        self.writing.bearing.as_ref().map(|bearing| bearing.load.clone())
    }

    /// Puts a load on the floor in place of the one there was, or takes it off.
    ///
    /// The supervisor is put into the sessions as soon as they are logged in to the SMS channel.
    pub(crate) fn set_load(&mut self, load: Option<Load>) -> Result<(), Refusal> {
        let wanted = load.map(|load| self.checked_load(load)).transpose()?;
        if let Some(before) = self.writing.bearing.take() {
            for session in before.sessions {
                self.end_session_for_all(session);
            }
        }
        let Some((load, supervisor, writers)) = wanted else {
            return Ok(());
        };
        let mut sessions = Vec::new();
        for index in 0..load.sessions {
            let person = writers[index % writers.len()];
            sessions.push(self.open_loaded(index, person)?);
        }
        self.writing.bearing = Some(Bearing {
            load,
            supervisor,
            sessions,
            written: 0,
        });
        self.writing.loads += 1;
        self.join_load(supervisor);
        self.after_act(Duration::ZERO, Act::Load(self.writing.loads));
        Ok(())
    }

    fn checked_load(&self, load: Load) -> Result<(Load, PersonKey, Vec<PersonKey>), Refusal> {
        let supervisor = self
            .find_person(&load.supervisor)
            .filter(|person| self.person(*person).is_supervisor())
            .ok_or_else(|| Refusal::not_found(&format!("Supervisor '{}'", load.supervisor)))?;
        if !(1..=1_000).contains(&load.sessions) {
            return Err(Refusal::out_of_range("sessions"));
        }
        if !(1..=MOST_PER_SECOND).contains(&load.messages_per_second) {
            return Err(Refusal::out_of_range("messages_per_second"));
        }
        let writers: Vec<_> = self
            .person_keys()
            .filter(|person| !self.person(*person).is_supervisor() && self.has_channel(*person, Medium::Sms))
            .collect();
        if writers.is_empty() {
            return Err(Refusal::not_now("no agent is logged in on channel 'smssession'"));
        }
        Ok((load, supervisor, writers))
    }

    fn open_loaded(&mut self, index: usize, person: PersonKey) -> Result<SessionKey, Refusal> {
        let dialogue = &DIALOGUES[index % DIALOGUES.len()];
        let session = self.open_session(Opening {
            medium: Medium::Sms,
            customer: format!("{} {}", dialogue.customer, index + 1),
            user_data: Map::from_iter([("Subject".to_owned(), dialogue.subject.into())]),
            text: Some(dialogue.lines[0].text()),
        });
        self.offer_session(session, person, Role::Agent)?;
        self.accept_session(Place { session, person }, None)?;
        Ok(session)
    }

    /// Puts the supervisor of the load into its sessions, if this is they and they can be reached.
    pub(crate) fn join_load(&mut self, person: PersonKey) {
        let Some(bearing) = &self.writing.bearing else {
            return;
        };
        if bearing.supervisor != person || !self.has_channel(person, Medium::Sms) {
            return;
        }
        for session in bearing.sessions.clone() {
            let absent = self
                .written(session)
                .is_some_and(|found| !found.closed && found.seat(person).is_none());
            if absent {
                let place = self.take_seat(session, person, Role::Supervisor(SupervisorMode::Coach), None);
                self.enter(place);
            }
        }
    }

    /// Writes the next text and plans the one after it.
    pub(super) fn bear_load(&mut self, serial: u64) {
        if self.writing.loads != serial {
            return;
        }
        let Some(bearing) = &mut self.writing.bearing else {
            return;
        };
        let turn = bearing.written;
        bearing.written += 1;
        let count = bearing.sessions.len() as u64;
        let pause = Duration::from_secs(1) / bearing.load.messages_per_second;
        // The remainder of a count of sessions is smaller than that count.
        let session = bearing.sessions[usize::try_from(turn % count).unwrap_or(0)];
        let round = usize::try_from(turn / count).unwrap_or(0);
        self.write_loaded(session, round);
        self.after_act(pause, Act::Load(serial));
    }

    fn write_loaded(&mut self, session: SessionKey, round: usize) {
        let place = self.written(session).and_then(|found| {
            let agent = found.agents().next()?;
            Some(Place {
                session,
                person: agent.person,
            })
        });
        let lines = DIALOGUES[round % DIALOGUES.len()].lines;
        let line = lines[round % lines.len()].text();
        match place {
            Some(place) if round.is_multiple_of(2) => self.write(place, &line, Visibility::All),
            Some(_) => self.customer_writes(session, &line),
            None => {}
        }
    }
}
