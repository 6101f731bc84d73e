//! How long to wait after a failure: longer each time, and never two clients alike.

use std::time::Duration;

use fastrand::Rng;

/// No server is obeyed that asks for a longer pause than this: somebody is waiting for the calls.
const LONGEST_RETRY_AFTER: Duration = Duration::from_mins(5);

/// Doubles the delay with each failure in a row, and spreads it between half and one and a half.
#[derive(Debug)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    random: Rng,
}

impl Backoff {
    /// Delays around `first` at the beginning and never above `longest`.
    pub(crate) fn new(first: Duration, longest: Duration, seed: u64) -> Self {
        Self {
            first,
            longest,
            random: Rng::with_seed(seed),
        }
    }

    /// The delay after the given number of failures in a row. The server's own wish is respected where it is longer.
    pub(crate) fn delay(&mut self, failures: u32, retry_after: Option<Duration>) -> Duration {
        if failures == 0 {
            return Duration::ZERO;
        }
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(failures - 1));
        // Two thirds, so that even the longest delay spreads and still stays within the limit.
        let middle = doubled.min(self.longest.mul_f64(2.0 / 3.0));
        let delay = middle.mul_f64(0.5 + self.random.f64());
        delay.max(retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_spread_and_stay_below_the_limit() {
        let longest = Duration::from_secs(30);
        let mut backoff = Backoff::new(Duration::from_secs(1), longest, 7);
        assert_eq!(backoff.delay(0, None), Duration::ZERO);
        for (failures, middle) in [
            (1, 1.0),
            (2, 2.0),
            (3, 4.0),
            (4, 8.0),
            (5, 16.0),
            (6, 20.0),
            (500, 20.0),
        ] {
            for _ in 0..50 {
                let delay = backoff.delay(failures, None).as_secs_f64();
                assert!(
                    delay >= middle * 0.5 - 1e-6 && delay <= middle * 1.5 + 1e-6,
                    "{failures}: {delay}"
                );
            }
        }
        let spread: Vec<_> = (0..8).map(|_| backoff.delay(3, None)).collect();
        assert!(spread.iter().any(|delay| *delay != spread[0]));
    }

    #[test]
    fn the_servers_own_wish_counts_within_reason() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30), 7);
        assert_eq!(
            backoff.delay(1, Some(Duration::from_mins(1))),
            Duration::from_mins(1)
        );
        assert_eq!(
            backoff.delay(1, Some(Duration::from_hours(24))),
            LONGEST_RETRY_AFTER
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_delays() {
        let delays = |seed| {
            let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30), seed);
            [1, 2, 3].map(|failures| backoff.delay(failures, None))
        };
        assert_eq!(delays(1), delays(1));
        assert_ne!(delays(1), delays(2));
    }
}
