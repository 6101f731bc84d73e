//! Removing what policy says is too old: at the start, and once a day as long as Sotto runs.

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use desk::moment::Moment;
use journal::{Journal, JournalError, Retention};

use super::lock;
use crate::clock::Clock;
use crate::machine;
use crate::record::Pen;

/// How often the time of day is looked at. A machine that slept is late by no more.
const LOOK: Duration = Duration::from_hours(1);
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// Removes entries older than so many days now, and again each day until the journal is closed. The first removal is done
/// before anything else is asked of the journal's thread, and while it goes on nothing is written.
/// A journal that could not be opened yet is looked for again each hour.
pub(crate) fn keep_removing(pen: &Arc<Pen>, days: u32) {
    let pen = Arc::downgrade(pen);
    tokio::spawn(async move {
        let mut clock = Clock::new();
        let mut last: Option<Moment> = None;
        loop {
            clock.was_asleep();
            let now = clock.now();
            if last.is_none_or(|last| now.since(last) >= DAY_MS) {
                let Some(journal) = pen.upgrade().map(|pen| pen.journal()) else {
                    return;
                };
                if let Some(open) = journal {
                    let removed = machine::beside(move || remove(&open, days, now));
                    // A removal that was interrupted is made up for the next day.
                    if removed.await.unwrap_or(true) {
                        last = Some(now);
                    }
                }
            }
            tokio::time::sleep(LOOK).await;
            if Weak::strong_count(&pen) == 0 {
                return;
            }
        }
    });
}

/// Gives whether this is done for today.
fn remove(journal: &Mutex<Journal>, days: u32, now: Moment) -> bool {
    let mut journal = lock(journal);
    let retention = older_than(days, now);
    let newest = journal
        .reader()
        .last()
        .ok()
        .flatten()
        .map(|entry| entry.content.at_ms());
    if newest.is_some_and(|at_ms| at_ms < retention.older_than_ms) {
        tracing::warn!(
            days,
            "even the newest journal entry is older than policy allows, so nothing is removed: the clock may be wrong"
        );
        return false;
    }
    match journal.remove_older(retention) {
        Ok(Some(tombstone)) => {
            let count = tombstone.content.count();
            tracing::info!(count, days, "old journal entries were removed, as policy says");
        }
        Ok(None) => {}
        Err(error @ JournalError::NotWhole { .. }) => {
            tracing::error!(%error, "nothing is removed from a journal that is not whole");
        }
        Err(error) => tracing::warn!(%error, "old journal entries could not be removed"),
    }
    true
}

fn older_than(days: u32, now: Moment) -> Retention {
    Retention {
        older_than_ms: now.0.saturating_sub(u64::from(days) * DAY_MS),
        now_ms: now.0,
    }
}
