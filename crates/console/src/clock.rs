//! The console's clock: the time of day at the start plus the time that has passed since, so that it never jumps
//! and obeys paused time in tests.

use std::time::Duration;

use desk::moment::Moment;
use tokio::time::Instant;

use crate::machine;

/// If the time of day runs ahead of the time that passed by so much, the machine was asleep in between.
const ASLEEP: Duration = Duration::from_secs(10);

/// Gives moments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// Since the Unix epoch; a function of its own, so that a test can let a machine sleep.
    time_of_day: fn() -> Duration,
    start: Instant,
    start_of_day: Duration,
    /// Time spent asleep that was already noticed.
    slept: Duration,
}

impl Clock {
    pub(crate) fn new() -> Clock {
        Clock::with(machine::time_of_day)
    }

    fn with(time_of_day: fn() -> Duration) -> Clock {
        Clock {
            time_of_day,
            start: Instant::now(),
            start_of_day: time_of_day(),
            slept: Duration::ZERO,
        }
    }

    pub(crate) fn now(&self) -> Moment {
        let now = self.start_of_day + self.slept + self.start.elapsed();
        Moment(u64::try_from(now.as_millis()).unwrap_or(u64::MAX))
    }

    /// The instant of a moment, for waiting; now where it is past.
    pub(crate) fn instant(&self, moment: Moment) -> Instant {
        Instant::now() + Duration::from_millis(moment.since(self.now()))
    }

    /// Whether the machine was asleep since the last time somebody asked: timers stood still meanwhile.
    pub(crate) fn was_asleep(&mut self) -> bool {
        let ahead =
            (self.time_of_day)().saturating_sub(self.start_of_day + self.slept + self.start.elapsed());
        let asleep = ahead > ASLEEP;
        if asleep {
            self.slept += ahead;
        }
        asleep
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    const MORNING: u64 = 1_700_000_000;
    static TIME_OF_DAY: AtomicU64 = AtomicU64::new(MORNING);

    fn time_of_day() -> Duration {
        Duration::from_secs(TIME_OF_DAY.load(Ordering::Relaxed))
    }

    #[tokio::test(start_paused = true)]
    async fn a_night_asleep_is_noticed_once_and_counts_as_time() {
        let mut clock = Clock::with(time_of_day);
        let before = clock.now();
        tokio::time::advance(Duration::from_mins(1)).await;
        TIME_OF_DAY.store(MORNING + 62, Ordering::Relaxed);
        assert!(!clock.was_asleep(), "two seconds are no sleep");
        TIME_OF_DAY.store(MORNING + 60 + 8 * 3600, Ordering::Relaxed);
        assert!(clock.was_asleep());
        assert!(!clock.was_asleep(), "noticed already");
        assert_eq!(clock.now().since(before), (60 + 8 * 3600) * 1000);
        TIME_OF_DAY.store(MORNING - 3600, Ordering::Relaxed);
        assert!(!clock.was_asleep(), "a clock that is set back is no sleep");
    }
}
