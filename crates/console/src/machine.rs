//! What the console has of the machine besides the network: the time of day, and a thread that waits for the disk.
//!
//! Both are real, unless a simulation of the whole backend (`tests/soak`) has taken their place on its own thread: there
//! the time of day is what the simulation says, and the disk is written at once, so that one seed always gives one order.

use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::task::JoinHandle;

thread_local! {
    static SIMULATED: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// From now on this thread lives at this time of day (since the Unix epoch) until it is told another, and waits for the
/// disk by itself. Other threads notice nothing.
pub fn simulate(time_of_day: Duration) {
    SIMULATED.set(Some(time_of_day));
}

/// Since the Unix epoch.
pub(crate) fn time_of_day() -> Duration {
    SIMULATED
        .get()
        .unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// Does what waits for the disk on a thread made for that, so that everything beside the caller goes on.
pub(crate) fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    if SIMULATED.get().is_some() {
        let done = work();
        tokio::spawn(std::future::ready(done))
    } else {
        tokio::task::spawn_blocking(work)
    }
}
