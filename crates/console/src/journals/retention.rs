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

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::PoisonError;

    use journal::{Act, Channel, NewEntry, What};

    use super::*;

    const NOW: Moment = Moment(1_795_000_000_000);

    /// What is logged, as text.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Log {
        /// The lines that this makes.
        fn of(work: impl FnOnce()) -> String {
            let log = Log::default();
            let writer = log.clone();
            let subscriber = tracing_subscriber::fmt()
                .with_writer(move || writer.clone())
                .without_time()
                .with_ansi(false)
                .finish();
            tracing::subscriber::with_default(subscriber, work);
            let bytes = log.0.lock().unwrap_or_else(PoisonError::into_inner);
            String::from_utf8_lossy(&bytes).into_owned()
        }
    }

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn journal(days_old: &[u64]) -> Mutex<Journal> {
        let mut journal = Journal::in_memory().expect("a journal");
        for days in days_old {
            let entry = NewEntry {
                at_ms: NOW.0 - days * DAY_MS,
                supervisor: "sam".to_owned(),
                agent: "Ana Canary".to_owned(),
                agent_id: "a1".to_owned(),
                channel: Channel::Voice,
                act: Act::Coach,
                mode: None,
                scope: None,
                event: What::Live,
                took_ms: None,
                error_code: None,
                server: "gws.example.org".to_owned(),
                session: format!("{days}"),
                reason: None,
                text: None,
            };
            journal.append(&entry).expect("appended");
        }
        Mutex::new(journal)
    }

    #[test]
    fn what_is_removed_is_logged_with_its_number_and_without_a_name() {
        let journal = journal(&[40, 35, 1]);
        let log = Log::of(|| assert!(remove(&journal, 30, NOW)));
        assert!(log.contains("removed, as policy says"), "{log}");
        assert!(log.contains("count=2") && log.contains("days=30"), "{log}");
        assert!(!log.contains("Canary"), "{log}");
        let again = Log::of(|| assert!(remove(&journal, 30, NOW)));
        assert_eq!(again, "", "nothing removed, nothing said");
    }

    #[test]
    fn a_clock_that_would_remove_everything_is_told_and_removes_nothing() {
        let journal = journal(&[40, 35]);
        let log = Log::of(|| assert!(!remove(&journal, 30, NOW), "it is tried again"));
        assert!(
            log.contains("WARN") && log.contains("the clock may be wrong"),
            "{log}"
        );
        let left = lock(&journal).entries(&journal::Filter::default(), 10);
        assert_eq!(left.expect("read").len(), 2);
    }
}
