//! The whole backend under faults: console, desk, bayeux and gws against the simulated contact centre, in one thread,
//! under paused time, with everything random drawn from one seed (DESIGN 4 and 7).
//!
//! * `run` is one morning: a supervisor works, the floor lives, things go wrong, everything is mended, and it must come
//!   right by itself. `supervisor`, `crowd` and `weather` are the three who act.
//! * `net` is the wire in memory with its faults; `life` lets Sotto be killed wherever it waits; `disk` is what it kept,
//!   and how the disk fills up or goes out of reach.
//! * `oracle` judges by what is on the wire (`learned`) and by the simulator's own truth (`truth`, `settle`), never by
//!   what the desk thinks.
//!
//! One seed gives one run, to the last line of its trace. `make soak SEED=n` shows it.

mod batch;
mod crowd;
mod disk;
mod learned;
mod life;
mod log;
mod net;
mod oracle;
mod run;
mod screen;
mod settle;
mod supervisor;
mod truth;
mod weather;

use std::panic::AssertUnwindSafe;

pub use batch::{Summary, batch};
pub use log::Counts;
pub use run::{Plan, Severity};

/// How a run went.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Its seed.
    pub seed: u64,
    /// What was found wrong; none where everything held.
    pub violation: Option<String>,
    /// The trace, where it was asked for.
    pub trace: Vec<String>,
    /// The lines of it that say what went wrong, in the same order.
    pub faults: Vec<String>,
    /// Two runs with the same trace have the same fingerprint.
    pub fingerprint: u64,
    /// What was done, what went wrong and what was checked, by name.
    pub counts: Counts,
}

/// Plays one run. It takes a thread for itself: the time of day there is the simulated one.
pub fn run(plan: Plan) -> Outcome {
    let played = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()?;
        runtime.block_on(run::play(plan))
    }));
    let failed = |why: String| Outcome {
        seed: plan.seed,
        violation: Some(why),
        trace: Vec::new(),
        faults: Vec::new(),
        fingerprint: 0,
        counts: Counts::new(),
    };
    match played {
        Ok(Ok(story)) => Outcome {
            seed: plan.seed,
            violation: story.violation,
            trace: story.lines,
            faults: story.faults,
            fingerprint: story.fingerprint,
            counts: story.counts,
        },
        Ok(Err(error)) => failed(format!("the run could not be set up: {error}")),
        Err(_) => failed("a panic".to_owned()),
    }
}
