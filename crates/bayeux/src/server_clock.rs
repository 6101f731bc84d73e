//! What is known of the server's clock.

use std::time::{Duration, SystemTime};

/// How the server's clock differs from ours (reference of `CometD`, *Timesync Extension*): means over the last ten answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ServerClock {
    /// How far the server's clock is ahead of ours, in milliseconds; negative where it is behind.
    pub offset: i64,
    /// How long a message travels one way, in milliseconds.
    pub lag: i64,
}

impl ServerClock {
    /// What the server's clock shows when ours shows `ours`.
    pub fn at(&self, ours: SystemTime) -> SystemTime {
        let difference = Duration::from_millis(self.offset.unsigned_abs());
        let there = if self.offset < 0 {
            ours.checked_sub(difference)
        } else {
            ours.checked_add(difference)
        };
        there.unwrap_or(ours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_clock_may_be_ahead_or_behind() {
        let ours = SystemTime::UNIX_EPOCH + Duration::from_secs(100);
        for (offset, seconds) in [(5_000, 105), (-5_000, 95)] {
            let clock = ServerClock { offset, lag: 0 };
            assert_eq!(
                clock.at(ours),
                SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
            );
        }
        let absurd = ServerClock {
            offset: i64::MIN,
            lag: 0,
        };
        assert!(absurd.at(ours) <= ours);
    }
}
