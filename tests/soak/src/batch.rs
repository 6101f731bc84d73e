//! Many runs on all processors: each thread takes the next seed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::log::Counts;
use crate::run::{Plan, Severity};
use crate::{Outcome, run};

/// What came of many runs.
#[derive(Debug, Default)]
pub struct Summary {
    /// How many were played.
    pub runs: u64,
    /// Those in which something was found wrong, without their traces.
    pub failed: Vec<Outcome>,
    /// What was done, what went wrong and what was checked, in all of them.
    pub counts: Counts,
}

/// After so many failures there is enough to look at.
const ENOUGH: usize = 20;

/// Plays this many runs from this seed on. `told` hears of each outcome.
pub fn batch(first: u64, runs: u64, severity: Severity, told: impl Fn(u64, &Outcome) + Sync) -> Summary {
    let next = AtomicU64::new(first);
    let enough = AtomicBool::new(false);
    let summary = Mutex::new(Summary::default());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !enough.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + runs {
                        break;
                    }
                    let outcome = run(Plan {
                        seed,
                        severity,
                        trace: false,
                    });
                    let mut summary = summary.lock().unwrap_or_else(PoisonError::into_inner);
                    summary.runs += 1;
                    for (name, count) in &outcome.counts {
                        *summary.counts.entry(*name).or_default() += count;
                    }
                    told(summary.runs, &outcome);
                    if outcome.violation.is_some() {
                        summary.failed.push(outcome);
                        enough.store(summary.failed.len() >= ENOUGH, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    summary.into_inner().unwrap_or_else(PoisonError::into_inner)
}
