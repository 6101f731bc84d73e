//! Learns how long a proxy on the way lets a request be held, so that the server can be asked to answer sooner.

use std::time::Duration;

/// A shorter hold than this is not worth asking for, and a failure that comes sooner says nothing about patience.
const SHORTEST: Duration = Duration::from_secs(1);

/// How much sooner than a proxy's patience ends the server is asked to answer.
const MARGIN: Duration = Duration::from_secs(5);

/// The longest hold that came through, if shorter than the server's own.
#[derive(Debug, Default)]
pub(crate) struct PollLimit {
    limit: Option<Duration>,
    broke_after: Option<Duration>,
}

impl PollLimit {
    /// How long to let the server hold a connect that it would hold for `advised`.
    pub(crate) fn apply(&self, advised: Duration) -> Duration {
        self.limit.map_or(advised, |limit| limit.min(advised))
    }

    /// A proxy said, after `patience`, that it waited too long. Gives whether the limit is lower than before, so that the next
    /// try may end otherwise.
    pub(crate) fn proxy_gave_up(&mut self, patience: Duration) -> bool {
        if patience < SHORTEST {
            return false;
        }
        let limit = patience.saturating_sub(MARGIN).max(patience / 2).max(SHORTEST);
        let lower = self.limit.is_none_or(|old| limit < old);
        if lower {
            self.limit = Some(limit);
        }
        lower
    }

    /// A connection that was to be held for `hold` broke after `patience`. Once is an accident; twice after nearly the same time
    /// is somebody's limit.
    pub(crate) fn connection_broke(&mut self, patience: Duration, hold: Duration) -> bool {
        if patience < SHORTEST || patience >= hold {
            return false;
        }
        let again = self
            .broke_after
            .replace(patience)
            .is_some_and(|before| before.abs_diff(patience) < SHORTEST);
        again && self.proxy_gave_up(patience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    #[test]
    fn a_proxys_word_counts_at_once_and_a_broken_connection_the_second_time() {
        let mut limit = PollLimit::default();
        assert_eq!(limit.apply(seconds(30)), seconds(30));
        assert!(!limit.connection_broke(seconds(20), seconds(30)));
        assert!(!limit.connection_broke(seconds(3), seconds(30)));
        assert!(limit.connection_broke(seconds(3), seconds(30)));
        assert_eq!(limit.apply(seconds(30)), Duration::from_millis(1500));

        let mut limit = PollLimit::default();
        assert!(limit.proxy_gave_up(seconds(60)));
        assert_eq!(limit.apply(seconds(90)), seconds(55));
        assert_eq!(limit.apply(seconds(10)), seconds(10));
        assert!(!limit.proxy_gave_up(seconds(60)), "nothing new");
        assert!(
            !limit.proxy_gave_up(Duration::from_millis(20)),
            "too soon to be a matter of patience"
        );
    }
}
