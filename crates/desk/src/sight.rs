//! What may go on at the own phone while nobody tells us of it: behind a broken link, and after the sign-in has ended.
//!
//! A call goes on without Sotto, and a request that was sent may still ring the phone. Whatever made that possible is remembered
//! here until the own phone and calls have been read again, or the supervisor says that nobody hears them. Until then the
//! audience is `Unknown` (DESIGN 4, invariant 3), whatever the stage of the coaching says.

use crate::desk::Desk;
use crate::moment::Moment;

/// Whether something may go on of which nobody tells us.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    /// At the phone of this sign-in.
    lost: bool,
    /// At a phone of another server or user, which no reading here says anything about.
    elsewhere: bool,
}

impl Sight {
    /// What was known last does not tell any more who hears the supervisor.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost
    }

    /// There was a call, or one could begin, when Sotto saw the phone last.
    pub(crate) fn lose(&mut self) {
        self.lost = true;
    }

    /// The own phone and calls were read.
    pub(crate) fn regain(&mut self) {
        self.lost = false;
    }

    /// What was found on disk for whoever signs in, and for others.
    pub(crate) fn was_left(&mut self, here: bool, elsewhere: bool) {
        *self = Sight {
            lost: here,
            elsewhere,
        };
    }
}

impl Desk {
    /// Remembers what may go on unseen from now on. Called after everything that happens, and before anything is forgotten.
    pub(crate) fn look_at_sight(&mut self, now: Moment) {
        if !self.link.is_live() && self.may_be_in_a_call(now) {
            self.sight.lose();
        }
    }

    /// Whether nothing is left that Sotto knows of and nobody can say whether that is all: then it is for the supervisor to say.
    pub(crate) fn is_out_of_sight(&self, now: Moment) -> bool {
        let here = self.sight.is_lost() && !self.link.is_live() && !self.may_be_in_a_call(now);
        here || self.sight.elsewhere
    }

    /// Whether a call may go on where somebody else was signed in, or on another server.
    pub fn may_go_on_elsewhere(&self) -> bool {
        self.sight.elsewhere
    }

    /// Whether a call may go on at the phone of this sign-in, as far as was ever known. Kept on disk, and told at the next
    /// sign-in (`Input::LeftOnThePhone`).
    pub fn may_go_on(&self, now: Moment) -> bool {
        self.sight.is_lost() || self.may_be_in_a_call(now)
    }

    /// The supervisor says that nobody hears them. What Sotto itself knows better stays as it is.
    pub(crate) fn off_the_phone(&mut self, now: Moment) {
        self.sight.was_left(false, false);
        self.look_at_sight(now);
    }

    /// Whether a call goes on, or may begin at any moment, by all that is known.
    pub(crate) fn may_be_in_a_call(&self, now: Moment) -> bool {
        self.voice.is_busy() || self.voice.may_still_arm(now) || !self.calls.is_empty()
    }
}
