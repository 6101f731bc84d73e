//! Written sessions that live by themselves: customers write, agents take what is offered, answer, ask a colleague,
//! hand on and finish, all from the seed.
//!
//! A session that lives has a [`Talk`]: a dialogue and the place reached in it. Whoever is to speak next types first.
//! Each step looks at how things are, so it does not matter what somebody else did to the session meanwhile. People
//! somebody is signed in as are left alone: their lines are left out, and a session that is theirs is theirs to end.

use std::time::Duration;

use serde_json::{Value, json};

use super::dialogues::{DIALOGUES, Dialogue, Language, after_public, after_whisper};
use super::session::{Role, SeatState, Visibility};
use super::{ArmKey, Medium, Opening, Place, Recipient, SessionKey};
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

/// Somebody's reaction to what a supervisor wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reaction {
    session: SessionKey,
    /// The agent who was whispered to; absent when the customer reacts.
    agent: Option<PersonKey>,
    typed: bool,
}

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

    fn moment(&mut self, from_ms: u64, to_ms: u64) -> Duration {
        Duration::from_millis(self.writing.rng.u64(from_ms..=to_ms.max(from_ms)))
    }

    // The whole floor.

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
            let lines = self
                .writing
                .talks
                .get(&session)
                .map_or(0, |talk| talk.dialogue().lines.len());
            for _ in 0..(1 + index * 2).min(lines / 2) {
                self.say_next(session);
            }
        }
    }

    fn arrival_time(&mut self) -> Duration {
        let mean = self.lively.session_every_ms.max(100);
        self.moment(mean * 3 / 10, mean * 17 / 10)
    }

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
    fn free_writer(&mut self, medium: Medium) -> Option<PersonKey> {
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

    // One session.

    /// A customer writes the first line of a dialogue.
    fn open_talk(&mut self, medium: Medium, ordinary: bool) -> SessionKey {
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
            _ => serde_json::Map::new(),
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

    /// The next dialogue: each comes once before any comes again.
    fn draw_dialogue(&mut self, ordinary: bool) -> usize {
        let writing = &mut self.writing;
        let suits = |index: &usize| !ordinary || DIALOGUES[*index].ordinary;
        if !writing.bag.iter().any(suits) {
            writing.bag = (0..DIALOGUES.len()).collect();
            writing.rng.shuffle(&mut writing.bag);
        }
        let place = writing.bag.iter().position(|index| suits(index)).unwrap_or(0);
        writing.bag.remove(place)
    }

    fn schedule_talk(&mut self, session: SessionKey, delay: Duration) {
        let due = self.now + delay;
        if let Some(talk) = self.writing.talks.get_mut(&session) {
            talk.due = Some(due);
            self.after_act(delay, Act::TalkGoesOn(session));
        }
    }

    /// The agent with whom a talk goes on: the first whom nobody is signed in as.
    fn speaker(&self, session: SessionKey) -> Option<Place> {
        let person = self
            .written(session)?
            .agents()
            .map(|seat| seat.person)
            .find(|person| !self.person(*person).signed_in)?;
        Some(Place { session, person })
    }

    fn go_on(&mut self, session: SessionKey, due: Duration) {
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
        let delay = self.take_talk_further(session);
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
    fn say_next(&mut self, session: SessionKey) {
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
            return Some(Duration::from_secs(60));
        }
        for person in agents {
            // Each is in the conversation, so nothing stands in the way.
            let _ = self.complete_session(Place { session, person }, None);
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

    /// Somebody has come into a session: a talk that waited for an agent goes on.
    pub(super) fn entered(&mut self, place: Place) {
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

    // Reactions to a supervisor.

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

    fn react(&mut self, reaction: Reaction) {
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
        let language = self
            .writing
            .talks
            .get(&session)
            .map_or(Language::English, |talk| talk.dialogue().language);
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
