//! Notices that the supervisor has come out of what was coached: the moment for a debrief.

use std::collections::HashMap;

use desk::moment::Moment;
use journal::{NewEntry, What};

use super::words::desk_act;
use crate::contract::journal::{CoachingEnded, JournalResult};

/// The coachings that go on.
#[derive(Debug, Default)]
pub(crate) struct Endings {
    running: HashMap<String, Running>,
}

/// A coaching the supervisor was in at least once.
#[derive(Debug)]
struct Running {
    live: Moment,
    /// When the interactions that go on were come into, the oldest first.
    open: Vec<u64>,
    interactions: u32,
    live_ms: u64,
    /// It was cancelled: nothing new comes of it.
    stopped: bool,
}

impl Endings {
    /// Takes in what was written down. Gives the coaching whose last open interaction this was, or that was stopped.
    pub(crate) fn written(&mut self, entry: &NewEntry) -> Option<CoachingEnded> {
        let at = entry.at_ms;
        if entry.event == What::Live {
            let running = self
                .running
                .entry(entry.session.clone())
                .or_insert_with(|| Running {
                    live: Moment(at),
                    open: Vec::new(),
                    interactions: 0,
                    live_ms: 0,
                    stopped: false,
                });
            running.open.push(at);
            running.interactions += 1;
            return None;
        }
        let result = match entry.event {
            What::Ended => JournalResult::Ended,
            What::Cancelled => JournalResult::Cancelled,
            What::Revoked => JournalResult::Revoked,
            What::Left => JournalResult::Left,
            What::Lost => JournalResult::Lost,
            _ => return None,
        };
        let running = self.running.get_mut(&entry.session)?;
        match entry.event {
            What::Cancelled => running.stopped = true,
            What::Lost => {
                running.stopped = true;
                running.live_ms += running
                    .open
                    .drain(..)
                    .map(|from| at.saturating_sub(from))
                    .sum::<u64>();
            }
            _ if running.open.is_empty() => {}
            _ => running.live_ms += at.saturating_sub(running.open.remove(0)),
        }
        if !running.open.is_empty() {
            return None;
        }
        let goes_on = !running.stopped && is_standing(entry);
        let ended = CoachingEnded {
            session: entry.session.clone(),
            agent_id: entry.agent_id.clone(),
            agent_name: entry.agent.clone(),
            channel: entry.channel.into(),
            act: desk_act(entry.act),
            result,
            live: running.live,
            interactions: running.interactions,
            live_ms: running.live_ms,
            goes_on,
        };
        if !goes_on {
            self.running.remove(&entry.session);
        }
        Some(ended)
    }
}

/// Whether the next interaction of the agent belongs to it too. Where no mode was chosen the server's default holds: all.
fn is_standing(entry: &NewEntry) -> bool {
    !matches!(entry.mode.as_deref(), Some("NextCall" | "NextChat"))
}
