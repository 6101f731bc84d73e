//! What happens by itself in written sessions: agents accept what is offered to them.

use std::time::Duration;

use super::{Place, SessionKey};
use crate::world::{Timer, World};

/// How long an agent nobody is signed in as looks at an offer.
const ACCEPTS_AFTER: Duration = Duration::from_secs(2);

impl World {
    /// An offer made on a lively floor is taken after a moment.
    pub(super) fn expect_acceptance(&mut self, place: Place) {
        if self.lively.on {
            self.let_accept(place);
        }
    }

    /// Has an offer taken after a moment, unless somebody real is there to do so.
    pub(crate) fn let_accept(&mut self, place: Place) {
        if !self.person(place.person).signed_in {
            self.after(ACCEPTS_AFTER, Timer::Accepts(place));
        }
    }

    pub(crate) fn accept_if_offered(&mut self, place: Place) {
        // Somebody else may have taken or withdrawn it meanwhile; then there is nothing to do.
        let _ = self.accept_session(place, None);
    }

    /// Somebody has come into a session.
    pub(super) fn entered(&mut self, _place: Place) {}

    /// Somebody's seat is gone.
    pub(super) fn seat_taken(&mut self, _place: Place) {}

    /// A session waits in a queue.
    pub(super) fn queued(&mut self, _session: SessionKey) {}
}
