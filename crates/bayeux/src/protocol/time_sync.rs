//! The time synchronisation extension: what time it is at the server, reckoned as NTP does.
//!
//! A message carries the time at which it left (`tc`); its answer repeats that and adds when it arrived (`ts`) and how long the
//! server kept it (`p`), a held connect included. What remains of the round trip was travel.

use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::server_clock::ServerClock;

/// Over how many answers means are taken, as `CometD`'s own clients do.
const SAMPLES: usize = 10;

#[derive(Debug, Default)]
pub(crate) struct TimeSync {
    samples: VecDeque<ServerClock>,
}

impl TimeSync {
    /// What to put into `ext.timesync` of a message that leaves at `now`, in milliseconds.
    pub(crate) fn question(&self, now: i64) -> Value {
        let known = self.clock().unwrap_or_default();
        json!({"tc": now, "l": known.lag, "o": known.offset})
    }

    /// Takes what an answer that arrived at `now` says.
    pub(crate) fn learn(&mut self, ext: Option<&Value>, now: i64) {
        let Some(answer) = ext.and_then(|ext| ext.get("timesync")) else {
            return;
        };
        let field = |name| answer.get(name).and_then(Value::as_i64);
        let (Some(left), Some(arrived), Some(kept)) = (field("tc"), field("ts"), field("p")) else {
            return;
        };
        let lag = now.saturating_sub(left).saturating_sub(kept).div_euclid(2);
        let offset = arrived.saturating_sub(left).saturating_sub(lag);
        if self.samples.len() == SAMPLES {
            self.samples.pop_front();
        }
        self.samples.push_back(ServerClock { offset, lag });
    }

    /// The means, once there was an answer.
    pub(crate) fn clock(&self) -> Option<ServerClock> {
        let number = i64::try_from(self.samples.len())
            .ok()
            .filter(|number| *number > 0)?;
        // Divided first, so that even absurd values do not overflow.
        let mean = |field: fn(&ServerClock) -> i64| {
            let whole: i64 = self.samples.iter().map(|sample| field(sample) / number).sum();
            let rest: i64 = self.samples.iter().map(|sample| field(sample) % number).sum();
            whole + rest / number
        };
        Some(ServerClock {
            offset: mean(|sample| sample.offset),
            lag: mean(|sample| sample.lag),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(left: i64, arrived: i64, kept: i64) -> Value {
        json!({"timesync": {"tc": left, "ts": arrived, "p": kept, "a": 0}})
    }

    #[test]
    fn row_67_lag_and_offset_follow_the_formula() {
        let mut sync = TimeSync::default();
        assert_eq!(sync.question(1000), json!({"tc": 1000, "l": 0, "o": 0}));
        assert_eq!(sync.clock(), None);
        // Left at 1000, arrived at 6020 by the server's clock, was held for 300, and was answered at 1340: 40 of travel.
        sync.learn(Some(&answer(1000, 6020, 300)), 1340);
        assert_eq!(
            sync.clock(),
            Some(ServerClock {
                lag: 20,
                offset: 5000
            })
        );
        assert_eq!(sync.question(2000), json!({"tc": 2000, "l": 20, "o": 5000}));
        sync.learn(Some(&answer(2000, 7010, 0)), 2020);
        assert_eq!(
            sync.clock(),
            Some(ServerClock {
                lag: 15,
                offset: 5000
            })
        );
    }

    #[test]
    fn row_67_means_are_taken_over_the_last_ten_answers() {
        let mut sync = TimeSync::default();
        sync.learn(Some(&answer(0, 1_000_000, 0)), 0);
        for _ in 0..10 {
            sync.learn(Some(&answer(0, 500, 0)), 0);
        }
        assert_eq!(sync.clock(), Some(ServerClock { lag: 0, offset: 500 }));
    }

    #[test]
    fn row_67_nonsense_is_passed_over_and_absurd_numbers_do_no_harm() {
        let mut sync = TimeSync::default();
        sync.learn(None, 0);
        sync.learn(Some(&json!({"timesync": {"tc": "x"}})), 0);
        assert_eq!(sync.clock(), None);
        for _ in 0..10 {
            sync.learn(Some(&answer(i64::MIN, i64::MAX, i64::MIN)), i64::MAX);
        }
        assert!(sync.clock().is_some());
    }
}
