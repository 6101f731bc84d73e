//! What agents and customers do when a supervisor has written something: after a while they take it up.

use super::dialogues::{after_public, after_whisper};
use super::life::Act;
use super::session::{SeatState, Visibility};
use super::{Place, SessionKey};
use crate::world::{PersonKey, World};

/// Somebody's reaction to what a supervisor wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reaction {
    session: SessionKey,
    /// The agent who was whispered to; absent when the customer reacts.
    agent: Option<PersonKey>,
    typed: bool,
}

impl World {
    /// A supervisor has written something: on a lively floor somebody takes it up after a while.
    pub(super) fn take_up(&mut self, place: Place, visibility: Visibility) {
        let supervisor = self.seat_at(place).is_some_and(|seat| seat.role.supervises());
        if !self.lively.on || !supervisor || self.writing.reacting.contains(&place.session) {
            return;
        }
        let agent = self.speaker(place.session).map(|speaker| speaker.person);
        if visibility == Visibility::Agents && agent.is_none() {
            return;
        }
        self.writing.reacting.insert(place.session);
        let delay = self.moment(4_000, 8_000);
        self.after_act(
            delay,
            Act::Reacts(Reaction {
                session: place.session,
                agent: agent.filter(|_| visibility == Visibility::Agents),
                typed: false,
            }),
        );
    }

    pub(super) fn react(&mut self, reaction: Reaction) {
        let Reaction {
            session,
            agent,
            typed,
        } = reaction;
        let open = self.written(session).is_some_and(|found| !found.closed);
        let place = agent.map(|person| Place { session, person });
        let there = place.is_none_or(|place| {
            self.seat_at(place)
                .is_some_and(|seat| seat.state == SeatState::Chatting)
        });
        if !open || !there {
            self.writing.reacting.remove(&session);
            return;
        }
        if !typed {
            match place {
                Some(place) => self.set_typing(place, true, Visibility::All),
                None => self.customer_types(session, true),
            }
            let delay = self.moment(1_500, 3_500);
            self.after_act(
                delay,
                Act::Reacts(Reaction {
                    typed: true,
                    ..reaction
                }),
            );
            return;
        }
        self.writing.reacting.remove(&session);
        let language = self.language_of(session);
        let words = match place {
            Some(_) => after_whisper(language),
            None => after_public(language),
        };
        let words = words[self.writing.rng.usize(..words.len())];
        match place {
            Some(place) => self.write(place, words, Visibility::All),
            None => self.customer_writes(session, words),
        }
    }
}
