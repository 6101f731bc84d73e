//! What a run has to say: a readable trace, what was done how often, and what was found wrong.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

/// How often something was done or took place, by name.
pub type Counts = BTreeMap<&'static str, u64>;

/// Whoever says what goes wrong, or ends.
const GOES_WRONG: [&str; 4] = ["fault", "disk", "life", "ORACLE"];

/// Shared by everything in one run.
#[derive(Clone)]
pub(crate) struct Log(Arc<Mutex<Inner>>);

struct Inner {
    began: Instant,
    keep: bool,
    lines: Vec<String>,
    faults: Vec<String>,
    hash: DefaultHasher,
    counts: Counts,
    violation: Option<String>,
}

/// What is left of a run.
pub(crate) struct Story {
    pub(crate) lines: Vec<String>,
    pub(crate) faults: Vec<String>,
    pub(crate) fingerprint: u64,
    pub(crate) counts: Counts,
    pub(crate) violation: Option<String>,
}

impl Log {
    /// `keep` keeps the lines; the fingerprint is taken in any case.
    pub(crate) fn new(keep: bool) -> Log {
        Log(Arc::new(Mutex::new(Inner {
            began: Instant::now(),
            keep,
            lines: Vec::new(),
            faults: Vec::new(),
            hash: DefaultHasher::new(),
            counts: Counts::new(),
            violation: None,
        })))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One line of the trace: when, who, what.
    pub(crate) fn say(&self, who: &str, what: impl FnOnce() -> String) {
        let mut inner = self.inner();
        let at = inner.began.elapsed();
        let line = format!("{:>9.3} {who:<10} {}", at.as_secs_f64(), what());
        line.hash(&mut inner.hash);
        if inner.keep {
            if GOES_WRONG.contains(&who) {
                inner.faults.push(line.clone());
            }
            inner.lines.push(line);
        }
    }

    pub(crate) fn count(&self, name: &'static str) {
        *self.inner().counts.entry(name).or_default() += 1;
    }

    /// Something is wrong. The first finding is the one that counts: what follows may follow from it.
    pub(crate) fn wrong(&self, invariant: &'static str, what: &str) {
        self.say("ORACLE", || format!("{invariant}: {what}"));
        let mut inner = self.inner();
        let at = inner.began.elapsed().as_secs_f64();
        inner
            .violation
            .get_or_insert_with(|| format!("{invariant}: {what} (at {at:.3} s)"));
    }

    /// One check of an invariant; what is wrong where it does not hold.
    pub(crate) fn check(&self, invariant: &'static str, holds: bool, what: impl FnOnce() -> String) {
        self.count(invariant);
        if !holds {
            self.wrong(invariant, &what());
        }
    }

    pub(crate) fn is_wrong(&self) -> bool {
        self.inner().violation.is_some()
    }

    pub(crate) fn story(&self) -> Story {
        let mut inner = self.inner();
        Story {
            lines: std::mem::take(&mut inner.lines),
            faults: std::mem::take(&mut inner.faults),
            fingerprint: inner.hash.finish(),
            counts: std::mem::take(&mut inner.counts),
            violation: inner.violation.take(),
        }
    }
}
