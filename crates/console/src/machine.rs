//! What the console has of the machine besides the network: the time of day, a thread that waits for the disk, and room
//! on that disk.
//!
//! All are real, unless a simulation of the whole backend (`tests/soak`) has taken their place on its own thread: there
//! the time of day is what the simulation says, the disk is written at once, so that one seed always gives one order, and
//! it is full when the simulation says so.

use std::cell::Cell;
use std::io::{self, ErrorKind, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::task::JoinHandle;

thread_local! {
    static SIMULATED: Cell<Option<Duration>> = const { Cell::new(None) };
    static FULL: Cell<Option<bool>> = const { Cell::new(None) };
}

/// From now on this thread lives at this time of day (since the Unix epoch) until it is told another, and waits for the
/// disk by itself. Other threads notice nothing.
pub fn simulate(time_of_day: Duration) {
    SIMULATED.set(Some(time_of_day));
}

/// From now on there is room for nothing more on the disk of this thread, or there is room again. Other threads notice
/// nothing.
pub fn fill_disk(full: bool) {
    FULL.set(Some(full));
}

/// Whether a simulation says that the disk is full; none where the real disk counts.
pub(crate) fn is_full() -> Option<bool> {
    FULL.get()
}

/// Writes all of it, or as much as there is room for, as a disk does on which it ends in the middle.
pub(crate) fn write_all(file: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    if FULL.get() == Some(true) {
        file.write_all(bytes.get(..bytes.len() / 2).unwrap_or_default())?;
        return Err(ErrorKind::StorageFull.into());
    }
    file.write_all(bytes)
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
