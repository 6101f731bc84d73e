//! What we asked of a session and the server has not shown yet: it is waited for, then looked for, and never assumed.

use crate::input::Ticket;
use crate::moment::Moment;
use crate::voice::CONFIRM_WITHIN_MS;

/// What we asked of a session, until the server shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Accept,
    Reject,
    Leave,
    Complete,
}

/// Something that was asked for and that the server has not shown yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pending<T> {
    pub(super) what: T,
    pub(super) ticket: Ticket,
    pub(super) asked: Moment,
    /// When to look what became of it.
    pub(super) look_at: Moment,
    /// No push will tell any more: the next reading that is asked for from now on ends the waiting.
    pub(super) late: bool,
}

impl<T> Pending<T> {
    pub(super) fn new(what: T, ticket: Ticket, now: Moment) -> Pending<T> {
        Pending {
            what,
            ticket,
            asked: now,
            look_at: now.plus(CONFIRM_WITHIN_MS),
            late: false,
        }
    }

    /// Whether it is time to look; then it is looked for again and again.
    pub(super) fn check(&mut self, now: Moment) -> bool {
        let due = self.look_at <= now;
        if due {
            self.late = true;
            self.look_at = now.plus(CONFIRM_WITHIN_MS);
        }
        due
    }
}
