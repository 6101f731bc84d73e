//! Written sessions that live by themselves: customers come, agents take what is offered to them, queues give their
//! sessions on. What is said in a session is in [`talk`](super::talk), all of it from the seed.
//!
//! People somebody is signed in as are left alone: they accept, write and finish themselves.

use std::time::Duration;

use super::reaction::Reaction;
use super::session::Role;
use super::{ArmKey, Medium, Place, SessionKey};
use crate::world::{PersonKey, Timer, World};

/// How long an agent nobody is signed in as looks at an offer.
const ACCEPTS_AFTER: Duration = Duration::from_secs(2);

/// Sessions that are under way when a lively floor opens.
const UNDER_WAY: usize = 4;

/// How many sessions an agent has at once, and how many one who is armed.
const SESSIONS_EACH: usize = 2;
const SESSIONS_IF_ARMED: usize = 3;

/// What the clock brings about in written sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    /// An agent nobody is signed in as takes the session offered to them.
    Accepts(Place),
    /// A customer may write to somebody.
    Arrival,
    /// An armed agent gets a session, so that the supervisor need not wait.
    Hastened(ArmKey),
    /// A talk goes on.
    TalkGoesOn(SessionKey),
    /// Somebody reacts to a supervisor: first by typing, then in words.
    Reacts(Reaction),
    /// A queue gives its session to an agent.
    FromQueue(SessionKey),
    /// The bench wants its next message; the number tells this load from earlier ones.
    Load(u64),
    /// The next act of the scenario.
    Scenario,
}

impl World {
    pub(in crate::world) fn do_written(&mut self, act: Act, due: Duration) {
        match act {
            // Somebody else may have taken or withdrawn it meanwhile; then there is nothing to do.
            Act::Accepts(place) => drop(self.accept_session(place, None)),
            Act::Arrival => self.arrive(),
            Act::Hastened(arm) => self.hasten_session(arm),
            Act::TalkGoesOn(session) => self.go_on(session, due),
            Act::Reacts(reaction) => self.react(reaction),
            Act::FromQueue(session) => self.leave_queue(session),
            Act::Load(serial) => self.bear_load(serial),
            Act::Scenario => self.play_scenario(),
        }
    }

    pub(super) fn after_act(&mut self, delay: Duration, act: Act) {
        self.after(delay, Timer::Written(act));
    }

    pub(super) fn moment(&mut self, from_ms: u64, to_ms: u64) -> Duration {
        Duration::from_millis(self.writing.rng.u64(from_ms..=to_ms.max(from_ms)))
    }

    /// Sets the written part of a floor moving.
    pub(in crate::world) fn begin_writing(&mut self) {
        let delay = self.arrival_time();
        self.after_act(delay, Act::Arrival);
        for session in self.writing.talks.keys().copied().collect::<Vec<_>>() {
            let delay = self.moment(1_000, 6_000);
            self.schedule_talk(session, delay);
        }
        let waits = |session: &super::WrittenSession| session.queue.is_some();
        let waiting = self.writing.sessions.iter().filter(|(_, session)| waits(session));
        for session in waiting.map(|(key, _)| *key).collect::<Vec<_>>() {
            self.queued(session);
        }
    }

    /// Stops it. What runs keeps running, silently.
    pub(in crate::world) fn stop_writing(&mut self) {
        self.writing.reacting.clear();
        let moves_by_itself = |timer: &Timer| {
            matches!(
                timer,
                Timer::Written(
                    Act::Arrival | Act::Hastened(_) | Act::TalkGoesOn(_) | Act::Reacts(_) | Act::FromQueue(_)
                )
            )
        };
        self.timers.retain(|(_, timer)| !moves_by_itself(timer));
    }

    /// Opens the sessions that are under way when the doors open, each at another place of its dialogue.
    pub(in crate::world) fn begin_sessions(&mut self) {
        for index in 0..UNDER_WAY.min(self.lively.most_sessions) {
            let Some(agent) = self.free_writer(Medium::Sms) else {
                return;
            };
            let session = self.open_talk(Medium::Sms, true);
            let _ = self.offer_session(session, agent, Role::Agent);
            let _ = self.accept_session(
                Place {
                    session,
                    person: agent,
                },
                None,
            );
            let lines = self.length_of(session);
            for _ in 0..(1 + index * 2).min(lines / 2) {
                self.say_next(session);
            }
        }
    }

    pub(super) fn arrival_time(&mut self) -> Duration {
        let mean = self.lively.session_every_ms.max(100);
        self.moment(mean * 3 / 10, mean * 17 / 10)
    }

    /// Opens a session for somebody who has room for it, unless there are enough.
    fn arrive(&mut self) {
        let medium = if self.writing.rng.u32(..100) < 15 {
            Medium::Chat
        } else {
            Medium::Sms
        };
        if self.running_sessions() < self.lively.most_sessions
            && !self.faults.multimedia_inactive
            && let Some(agent) = self.free_writer(medium)
        {
            let session = self.open_talk(medium, false);
            // Nobody can have come between: the agent was free a moment ago.
            let _ = self.offer_session(session, agent, Role::Agent);
        }
        let delay = self.arrival_time();
        self.after_act(delay, Act::Arrival);
    }

    fn running_sessions(&self) -> usize {
        let sessions = self.writing.sessions.values();
        sessions.filter(|session| !session.closed).count()
    }

    /// Sees to it that an agent who has just been armed soon gets a session.
    pub(super) fn hasten_after_arming(&mut self, arm: ArmKey) {
        if self.lively.on {
            let delay = self.moment(3_000, 5_000);
            self.after_act(delay, Act::Hastened(arm));
        }
    }

    /// Sees to it that an agent who is armed, and has nothing to do any more, soon gets a session.
    pub(super) fn hasten_for(&mut self, agent: PersonKey) {
        let arms = self.writing.arms.keys().copied();
        let armed: Vec<_> = arms.filter(|key| key.agent == agent).collect();
        if self.load_of(agent) == 0 {
            for arm in armed {
                self.hasten_after_arming(arm);
            }
        }
    }

    fn hasten_session(&mut self, arm: ArmKey) {
        let ours = !self.person(arm.agent).signed_in && self.has_channel(arm.agent, arm.medium);
        if !self.writing.arms.contains_key(&arm) || !ours || self.faults.multimedia_inactive {
            return;
        }
        if self.load_of(arm.agent) >= SESSIONS_IF_ARMED {
            self.after_act(Duration::from_secs(5), Act::Hastened(arm));
            return;
        }
        let session = self.open_talk(arm.medium, true);
        let _ = self.offer_session(session, arm.agent, Role::Agent);
    }

    fn load_of(&self, person: PersonKey) -> usize {
        let sessions = Medium::ALL.map(|medium| self.sessions_of(person, medium).len());
        sessions.iter().sum()
    }

    /// An agent with room for one more session: rather one who is armed, else one found by a few random looks.
    pub(super) fn free_writer(&mut self, medium: Medium) -> Option<PersonKey> {
        let armed: Vec<_> = self
            .writing
            .arms
            .keys()
            .filter(|key| key.medium == medium)
            .map(|key| key.agent)
            .collect();
        if !armed.is_empty() && self.writing.rng.u32(..100) < 60 {
            let agent = armed[self.writing.rng.usize(..armed.len())];
            if self.has_room(agent, medium, SESSIONS_IF_ARMED) {
                return Some(agent);
            }
        }
        for _ in 0..8 {
            let agent = PersonKey(self.writing.rng.usize(..self.directory.people.len()));
            if self.has_room(agent, medium, SESSIONS_EACH) {
                return Some(agent);
            }
        }
        None
    }

    fn has_room(&self, person: PersonKey, medium: Medium, most: usize) -> bool {
        let someone = self.person(person);
        !someone.is_supervisor()
            && !someone.signed_in
            && self.has_channel(person, medium)
            && self.load_of(person) < most
    }

    // Offers and queues.

    /// An offer made on a lively floor is taken after a moment.
    pub(super) fn expect_acceptance(&mut self, place: Place) {
        if self.lively.on {
            self.let_accept(place);
        }
    }

    /// Has an offer taken after a moment, unless somebody real is there to do so.
    pub(crate) fn let_accept(&mut self, place: Place) {
        if !self.person(place.person).signed_in {
            self.after_act(ACCEPTS_AFTER, Act::Accepts(place));
        }
    }

    /// A session waits in a queue: on a lively floor not for long.
    pub(super) fn queued(&mut self, session: SessionKey) {
        if self.lively.on {
            let delay = self.moment(4_000, 12_000);
            self.after_act(delay, Act::FromQueue(session));
        }
    }

    fn leave_queue(&mut self, session: SessionKey) {
        let Some(medium) = self
            .written(session)
            .filter(|found| !found.closed && found.queue.is_some())
            .map(|found| found.medium)
        else {
            return;
        };
        let offered = self
            .free_writer(medium)
            .is_some_and(|agent| self.offer_session(session, agent, Role::Agent).is_ok());
        if !offered {
            self.after_act(Duration::from_secs(10), Act::FromQueue(session));
        }
    }
}
