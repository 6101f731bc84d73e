//! One reading at a time: an answer counts for what was true when it was asked for, and for nothing later.

use crate::moment::Moment;

/// After a reading that brought no clear answer it is tried again so much later, in milliseconds.
const RETRY_AFTER_MS: u64 = 5_000;
/// A reading that is not answered at all is asked for again so much later, in milliseconds.
const ANSWER_WITHIN_MS: u64 = 30_000;

/// Whether something is being read from the server.
#[derive(Debug, Default)]
pub(super) struct Reading {
    under_way: bool,
    /// Somebody has to know more than the answer under way may tell.
    again: bool,
    retry_at: Option<Moment>,
}

impl Reading {
    pub(super) fn is_under_way(&self) -> bool {
        self.under_way
    }

    pub(super) fn retry_at(&self) -> Option<Moment> {
        self.retry_at
    }

    /// Somebody has to know. Gives whether to ask now; if not, it follows the answer that is under way.
    pub(super) fn want(&mut self, now: Moment) -> bool {
        if self.under_way && !self.is_due(now) {
            self.again = true;
            return false;
        }
        *self = Reading {
            under_way: true,
            again: false,
            retry_at: Some(now.plus(ANSWER_WITHIN_MS)),
        };
        true
    }

    /// An answer came. Gives whether it may be too old, so that it has to be asked for again.
    pub(super) fn answered(&mut self) -> bool {
        std::mem::take(self).again
    }

    /// No clear answer came.
    pub(super) fn retry_later(&mut self, now: Moment) {
        self.retry_at = Some(now.plus(RETRY_AFTER_MS));
    }

    /// Whether it is time to try again.
    pub(super) fn is_due(&self, now: Moment) -> bool {
        self.retry_at.is_some_and(|at| at <= now)
    }

    /// The link was lost: no answer counts any more.
    pub(super) fn forget(&mut self) {
        *self = Reading::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_while_an_answer_is_under_way_makes_that_answer_too_old() {
        let mut reading = Reading::default();
        assert!(reading.want(Moment(0)));
        assert!(!reading.want(Moment(1)));
        assert!(reading.answered());
        assert!(reading.want(Moment(2)));
        assert!(!reading.answered());
        assert!(!reading.is_under_way());
    }

    #[test]
    fn a_reading_that_nobody_answers_is_asked_for_again() {
        let mut reading = Reading::default();
        assert!(reading.want(Moment(0)));
        assert!(!reading.is_due(Moment(29_999)));
        assert!(reading.is_due(Moment(30_000)));
        assert!(reading.want(Moment(30_000)));
        assert!(!reading.answered());
        reading.retry_later(Moment(40_000));
        assert_eq!(reading.retry_at(), Some(Moment(45_000)));
    }
}
