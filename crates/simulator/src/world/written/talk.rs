//! What is said in a session that lives: a dialogue, and the place reached in it.
//!
//! Whoever is to speak next types first. Each step looks at how things are, so it does not matter what somebody else
//! did to the session meanwhile. The lines of people somebody is signed in as are left out.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::dialogues::{DIALOGUES, Dialogue, Language};
use super::life::Act;
use super::session::{Role, Visibility};
use super::{Medium, Opening, Place, Recipient, SessionKey};
use crate::world::World;

/// Something out of the ordinary halfway through a talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Twist {
    None,
    /// A colleague joins.
    Colleague,
    /// A colleague takes over.
    Transfer,
    /// It goes back to a queue.
    Queue,
}

/// A session that lives.
#[derive(Debug)]
pub(super) struct Talk {
    dialogue: usize,
    /// The next line.
    next: usize,
    /// Whoever is next has begun to type.
    typing: bool,
    twist: Twist,
    /// When it goes on: an act for any other moment is out of date.
    due: Option<Duration>,
}

impl Talk {
    fn dialogue(&self) -> &'static Dialogue {
        &DIALOGUES[self.dialogue]
    }
}

impl World {
    /// A customer writes the first line of a dialogue.
    pub(super) fn open_talk(&mut self, medium: Medium, ordinary: bool) -> SessionKey {
        let index = self.draw_dialogue(ordinary);
        let dialogue = &DIALOGUES[index];
        let number = self.writing.rng.u32(..1_000_000);
        let phone = self.writing.rng.u32(..10_000);
        let data = json!({
            "Subject": dialogue.subject,
            "CustomerName": dialogue.customer,
            "CustomerId": format!("C-{number:06}"),
            "PhoneNumber": format!("+1650555{phone:04}"),
            "MediaType": medium.resource(),
        });
        let user_data = match data {
            Value::Object(data) => data,
            _ => Map::new(),
        };
        let session = self.open_session(Opening {
            medium,
            customer: dialogue.customer.to_owned(),
            user_data,
            text: Some(dialogue.lines[0].text()),
        });
        let twist = match self.writing.rng.u32(..100) {
            0..8 => Twist::Colleague,
            8..14 => Twist::Transfer,
            14..18 => Twist::Queue,
            _ => Twist::None,
        };
        self.writing.talks.insert(
            session,
            Talk {
                dialogue: index,
                next: 1,
                typing: false,
                twist,
                due: None,
            },
        );
        session
    }

    /// In which language people speak in a session.
    pub(super) fn language_of(&self, session: SessionKey) -> Language {
        let talk = self.writing.talks.get(&session);
        talk.map_or(Language::English, |talk| talk.dialogue().language)
    }

    /// How many lines a session says of itself.
    pub(super) fn length_of(&self, session: SessionKey) -> usize {
        let talk = self.writing.talks.get(&session);
        talk.map_or(0, |talk| talk.dialogue().lines.len())
    }

    /// A talk that waited goes on, now that an agent has come into the session.
    pub(super) fn resume_talk(&mut self, place: Place) {
        let waits = self
            .writing
            .talks
            .get(&place.session)
            .is_some_and(|talk| talk.due.is_none());
        let agent = self.seat_at(place).is_some_and(|seat| seat.role == Role::Agent);
        if self.lively.on && waits && agent {
            let delay = self.moment(2_000, 5_000);
            self.schedule_talk(place.session, delay);
        }
    }

    /// The next dialogue: each comes once before any comes again.
    fn draw_dialogue(&mut self, ordinary: bool) -> usize {
        let writing = &mut self.writing;
        let suits = |index: &usize| !ordinary || DIALOGUES[*index].ordinary;
        if !writing.bag.iter().any(suits) {
            writing.bag = (0..DIALOGUES.len()).collect();
            writing.rng.shuffle(&mut writing.bag);
        }
        let place = writing.bag.iter().position(suits).unwrap_or(0);
        writing.bag.remove(place)
    }

    pub(super) fn schedule_talk(&mut self, session: SessionKey, delay: Duration) {
        let due = self.now + delay;
        if let Some(talk) = self.writing.talks.get_mut(&session) {
            talk.due = Some(due);
            self.after_act(delay, Act::TalkGoesOn(session));
        }
    }

    /// The agent with whom a talk goes on: the first whom nobody is signed in as.
    pub(super) fn speaker(&self, session: SessionKey) -> Option<Place> {
        let person = self
            .written(session)?
            .agents()
            .map(|seat| seat.person)
            .find(|person| !self.person(*person).signed_in)?;
        Some(Place { session, person })
    }

    pub(super) fn go_on(&mut self, session: SessionKey, due: Duration) {
        let Some(talk) = self.writing.talks.get_mut(&session) else {
            return;
        };
        if talk.due != Some(due) {
            return;
        }
        talk.due = None;
        let found = self.writing.sessions.get(&session);
        if found.is_none_or(|found| found.closed) {
            self.writing.talks.remove(&session);
            return;
        }
        // Without an agent the customer waits; the talk goes on when one has come in.
        if found.is_some_and(|found| found.agents().next().is_none()) {
            return;
        }
        // Nothing gets through without the interaction server; people try again.
        let delay = if self.faults.multimedia_inactive {
            Some(Duration::from_secs(5))
        } else {
            self.take_talk_further(session)
        };
        if let Some(delay) = delay {
            self.schedule_talk(session, delay);
        }
    }

    /// One step of a talk: somebody types, or says the line, or it is over. Says how long it lasts.
    fn take_talk_further(&mut self, session: SessionKey) -> Option<Duration> {
        let talk = self.writing.talks.get(&session)?;
        let (dialogue, next, typing) = (talk.dialogue(), talk.next, talk.typing);
        let Some(line) = dialogue.lines.get(next).copied() else {
            return self.finish_talk(session);
        };
        if typing {
            self.say_next(session);
            if next == dialogue.lines.len() / 2 && self.take_twist(session) {
                return None;
            }
            let more = next + 1 < dialogue.lines.len();
            return Some(if more {
                self.moment(2_500, 9_000)
            } else {
                self.moment(12_000, 25_000)
            });
        }
        self.begin_typing(session, line.is_agents());
        let length = u64::try_from(line.text().chars().count().min(160)).unwrap_or(160);
        Some(self.moment(1_200 + length * 15, 2_500 + length * 30))
    }

    fn begin_typing(&mut self, session: SessionKey, agent: bool) {
        if let Some(talk) = self.writing.talks.get_mut(&session) {
            talk.typing = true;
        }
        match self.speaker(session).filter(|_| agent) {
            Some(place) => self.set_typing(place, true, Visibility::All),
            None if agent => {}
            None => self.customer_types(session, true),
        }
    }

    /// Says the next line of a talk.
    pub(super) fn say_next(&mut self, session: SessionKey) {
        let Some(talk) = self.writing.talks.get_mut(&session) else {
            return;
        };
        let line = talk.dialogue().lines.get(talk.next).copied();
        talk.next += 1;
        talk.typing = false;
        match (line, self.speaker(session)) {
            (Some(line), Some(place)) if line.is_agents() => self.write(place, &line.text(), Visibility::All),
            (Some(line), _) if !line.is_agents() => self.customer_writes(session, &line.text()),
            _ => {}
        }
    }

    /// Nothing is left to say: the agents go, and the session is done. True agents end theirs themselves.
    fn finish_talk(&mut self, session: SessionKey) -> Option<Duration> {
        let agents: Vec<_> = self
            .written(session)
            .into_iter()
            .flat_map(|found| found.agents().map(|seat| seat.person))
            .collect();
        if agents.iter().any(|agent| self.person(*agent).signed_in) {
            return Some(Duration::from_mins(1));
        }
        for person in agents {
            // Each is in the conversation, so nothing stands in the way.
            let _ = self.complete_session(Place { session, person }, None);
            self.hasten_for(person);
        }
        self.writing.talks.remove(&session);
        None
    }

    /// Something out of the ordinary. True when the agent is out of it afterwards.
    fn take_twist(&mut self, session: SessionKey) -> bool {
        let Some(talk) = self.writing.talks.get_mut(&session) else {
            return false;
        };
        let twist = std::mem::replace(&mut talk.twist, Twist::None);
        let Some(medium) = self.written(session).map(|found| found.medium) else {
            return false;
        };
        let watched = self
            .written(session)
            .is_some_and(|found| found.present().any(|seat| seat.role.supervises()));
        let Some(place) = self.speaker(session) else {
            return false;
        };
        match twist {
            // A supervisor who has just found their feet should not lose the session.
            Twist::Transfer | Twist::Queue if watched => false,
            Twist::Queue => self
                .hand_on(place, Recipient::Queue("Second level".to_owned()))
                .is_ok(),
            Twist::Transfer | Twist::Colleague => {
                let colleague = self
                    .free_writer(medium)
                    .filter(|colleague| *colleague != place.person);
                let Some(colleague) = colleague else {
                    return false;
                };
                if twist == Twist::Transfer {
                    return self.hand_on(place, Recipient::Person(colleague)).is_ok();
                }
                // A colleague who is in the session already need not come again.
                let _ = self.offer_session(session, colleague, Role::Agent);
                false
            }
            Twist::None => false,
        }
    }
}
