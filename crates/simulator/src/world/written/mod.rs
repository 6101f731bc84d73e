//! Written sessions: customers who write, agents who answer, supervisors who read along, whisper or join in
//! (`gws/digital.md` 2 and 4).
//!
//! SMS sessions and chats are the same model under two sets of names ([`Medium`]). A session has one customer and any
//! number of [`Seat`]s; who sees whom and who reads what follows from one word, the [`Visibility`].

mod capabilities;
mod conversation;
mod dialogues;
mod life;
mod load;
mod lookup;
mod notice;
mod parties;
#[cfg(test)]
mod properties;
mod reaction;
mod scenario;
mod session;
mod supervision;
mod talk;
mod views;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use fastrand::Rng;

use super::PersonKey;
pub(crate) use capabilities::SESSION_OPERATIONS;
pub(crate) use life::Act;
use load::Bearing;
pub use load::Load;
pub(crate) use notice::SessionEvent;
pub(crate) use parties::{Opening, Recipient};
use scenario::Play;
pub use session::SmsSpelling;
pub(crate) use session::{
    Author, Entry, EntryKind, Medium, Role, Seat, SeatState, Visibility, WrittenSession,
};
pub(crate) use supervision::{Arm, ArmKey, ChatExtent, SupervisorMode};
use talk::Talk;

use crate::control::Leak;

/// Names a written session of this world; never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SessionKey(u64);

/// Ended sessions that are kept, so that a test can still ask what the customer read.
const ENDED_KEPT: usize = 500;

/// Leaks that are kept; the oldest go first.
const LEAKS_KEPT: usize = 1_000;

/// Everything written on the floor.
#[derive(Debug)]
pub(crate) struct Writing {
    sessions: BTreeMap<SessionKey, WrittenSession>,
    /// Ended sessions among them, oldest first.
    ended: VecDeque<SessionKey>,
    ids: HashMap<String, SessionKey>,
    made: u64,
    /// Whom which supervisor monitors.
    arms: BTreeMap<ArmKey, Arm>,
    leaks: VecDeque<Leak>,
    /// The last `referenceId` given out.
    references: u64,
    /// Chance of its own: what is written must not disturb the calls that follow from the same seed.
    rng: Rng,
    /// Sessions that go on by themselves.
    talks: BTreeMap<SessionKey, Talk>,
    /// Dialogues that have not been held lately.
    bag: Vec<usize>,
    /// Sessions in which somebody is about to react to a supervisor.
    reacting: BTreeSet<SessionKey>,
    bearing: Option<Bearing>,
    /// Loads so far; tells the acts of the present one from those of earlier ones.
    loads: u64,
    play: Option<Play>,
    /// In which sessions each person has a seat.
    seated: BTreeMap<PersonKey, BTreeSet<SessionKey>>,
}

impl Writing {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            sessions: BTreeMap::new(),
            ended: VecDeque::new(),
            ids: HashMap::new(),
            made: 0,
            arms: BTreeMap::new(),
            leaks: VecDeque::new(),
            references: 0,
            rng: Rng::with_seed(seed ^ 0x0077_7269_7474_656e),
            talks: BTreeMap::new(),
            bag: Vec::new(),
            reacting: BTreeSet::new(),
            bearing: None,
            loads: 0,
            play: None,
            seated: BTreeMap::new(),
        }
    }

    /// The mark of an operation that ends later.
    fn next_reference(&mut self) -> u64 {
        self.references += 1;
        self.references
    }

    fn note_leak(&mut self, leak: Leak) {
        if self.leaks.len() == LEAKS_KEPT {
            self.leaks.pop_front();
        }
        self.leaks.push_back(leak);
    }

    /// Keeps an ended session for a while, and forgets the oldest of them.
    fn keep_ended(&mut self, key: SessionKey) {
        self.ended.push_back(key);
        if self.ended.len() > ENDED_KEPT
            && let Some(oldest) = self.ended.pop_front()
            && let Some(session) = self.sessions.remove(&oldest)
        {
            self.ids.remove(&session.id);
            self.talks.remove(&oldest);
        }
    }
}

/// One person's place in one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) session: SessionKey,
    pub(crate) person: PersonKey,
}
