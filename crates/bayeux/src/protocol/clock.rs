//! Notices that the machine slept, which no timer tells.
//!
//! Timers run on the monotonic clock, and on some systems that stands still while the machine sleeps. A held connect whose
//! connection died meanwhile would only be missed long after. So the two clocks are compared whenever something happens, and
//! every few seconds where the system does not tell that the machine woke up: if the wall clock has run ahead, the time between
//! was slept away.

use std::time::Duration;

/// How far the wall clock may run ahead between two looks before that counts as sleep. Less is a clock being set right.
const SLEPT: Duration = Duration::from_secs(10);

/// A moment on both clocks. Not in the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The monotonic time since any fixed moment; all moments of a session count from the same one.
    pub elapsed: Duration,
    /// The wall clock, as the time since the Unix epoch.
    pub wall: Duration,
}

/// When the clocks were last looked at.
#[derive(Debug)]
pub(super) struct Clock {
    /// How often to look, if at all.
    check: Option<Duration>,
    /// Whether somebody tells when it is time to look.
    told: bool,
    last: Moment,
}

impl Clock {
    pub(super) fn new(check: Option<Duration>, now: Moment) -> Self {
        Self {
            check,
            told: false,
            last: now,
        }
    }

    /// Looks at the clocks. Gives whether the machine slept since the last look.
    pub(super) fn look(&mut self, now: Moment) -> bool {
        let run = now.elapsed.saturating_sub(self.last.elapsed);
        let passed = now.wall.saturating_sub(self.last.wall);
        self.last = now;
        self.check.is_some() && passed.saturating_sub(run) > SLEPT
    }

    /// From now on somebody tells when it is time to look.
    pub(super) fn is_told(&mut self) {
        self.told = true;
    }

    /// When to look again, if nothing happens before.
    pub(super) fn next_look(&self) -> Option<Duration> {
        let check = self.check.filter(|_| !self.told)?;
        Some(self.last.elapsed.saturating_add(check))
    }

    pub(super) fn now(&self) -> Duration {
        self.last.elapsed
    }

    /// The wall clock in milliseconds since the Unix epoch.
    pub(super) fn wall_milliseconds(&self) -> i64 {
        i64::try_from(self.last.wall.as_millis()).unwrap_or(i64::MAX)
    }
}
