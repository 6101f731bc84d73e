//! All written sessions, and the order in which they ask for attention.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use gws::digital::SessionAddress;

use super::reading::Reading;
use super::session::Joined;
use crate::moment::Moment;
use crate::order::Medium;
use crate::view::SessionPhase;

/// So many sessions that are over stay on the board; of more, the oldest go by themselves.
const OVER_KEPT: usize = 40;

/// The sessions, and how far their readings are.
#[derive(Debug, Default)]
pub(super) struct Board {
    sessions: BTreeMap<String, Joined>,
    /// Taken off the board: what still comes of them does not bring them back.
    dismissed: BTreeSet<SessionAddress>,
    readings: [ListReading; 2],
}

/// Reading all sessions of one medium.
#[derive(Debug, Default)]
pub(super) struct ListReading {
    pub(super) reading: Reading,
    /// It has been read since the link was lost.
    pub(super) known: bool,
}

impl Board {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Joined> {
        self.sessions.values()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Joined> {
        self.sessions.values_mut()
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.sessions.keys().cloned().collect()
    }

    pub(super) fn find(&self, key: &str) -> Option<&Joined> {
        self.sessions.get(key)
    }

    pub(super) fn find_mut(&mut self, key: &str) -> Option<&mut Joined> {
        self.sessions.get_mut(key)
    }

    pub(super) fn put(&mut self, session: Joined) {
        self.dismissed.remove(&session.address);
        self.sessions.insert(session.key.clone(), session);
        self.forget_oldest();
    }

    /// It was never more than a rumour.
    pub(super) fn remove(&mut self, key: &str) {
        self.sessions.remove(key);
    }

    /// The supervisor has seen enough of it.
    pub(super) fn dismiss(&mut self, key: &str) {
        if let Some(session) = self.sessions.remove(key) {
            self.dismissed.insert(session.address);
        }
    }

    pub(super) fn is_dismissed(&self, address: &SessionAddress) -> bool {
        self.dismissed.contains(address)
    }

    pub(super) fn reading(&mut self, medium: Medium) -> &mut ListReading {
        match medium {
            Medium::Sms => &mut self.readings[0],
            Medium::Chat => &mut self.readings[1],
        }
    }

    pub(super) fn retry_at(&self) -> Option<Moment> {
        let retries = self.readings.iter().filter_map(|list| list.reading.retry_at());
        retries.min()
    }

    /// All sessions of this medium are asked for now: what is pushed from here on is the newer word.
    pub(super) fn asked(&mut self, medium: Medium) {
        for session in self.iter_mut().filter(|session| session.medium == medium) {
            session.touched = false;
        }
    }

    /// The link is not live: nothing that was said is certain any more.
    pub(super) fn lost_sight(&mut self) {
        for list in &mut self.readings {
            list.reading.forget();
            list.known = false;
        }
        for session in self.iter_mut() {
            session.believed = false;
            session.touched = false;
            session.transcript.reading.forget();
        }
    }

    /// Invited first; then the one whose customer waits longest, then what is unread, then what is newest; what is
    /// over stands last.
    pub(super) fn in_order(&self) -> Vec<&Joined> {
        let mut sessions: Vec<&Joined> = self.iter().collect();
        sessions.sort_by_cached_key(|session| {
            let waiting = session.transcript.waiting_since();
            let rank = match session.phase {
                SessionPhase::Invited => 0,
                _ if session.is_over() => 2,
                _ => 1,
            };
            let asking =
                (rank == 1).then(|| (waiting.is_none(), waiting, Reverse(session.transcript.unread())));
            let newest = if rank == 2 {
                session.since
            } else {
                session.first_seen
            };
            (rank, asking, Reverse(newest), session.key.clone())
        });
        sessions
    }

    fn forget_oldest(&mut self) {
        let mut over: Vec<(Moment, String)> = self
            .iter()
            .filter(|session| session.is_over())
            .map(|session| (session.since, session.key.clone()))
            .collect();
        over.sort();
        let surplus = over.len().saturating_sub(OVER_KEPT);
        for (_, key) in over.into_iter().take(surplus) {
            self.dismiss(&key);
        }
    }
}
