//! Invariant 3, by the floor's own truth: who hears the supervisor, also while Sotto sees nothing of it.

use std::time::Duration;

use desk::audience::Audience;
use desk::order::Readership;
use desk::view::{ArmedPhase, LinkState, Phase, SessionPhase, View};
use tokio::time::Instant;

use super::{HOT, Oracle, is_hot};
use crate::truth::Heard;

/// Behind a link that is called live, a push may be lost: so much later a reading has made up for it.
const MADE_UP_FOR: Duration = Duration::from_mins(2);

impl Oracle {
    /// What is not certain is hot, and behind a link that is not live nothing is certain.
    pub(super) fn check_heat(&self, view: &View) {
        self.check_hearing(view);
        let live = view.link.state == LinkState::Live;
        let coaching = &view.coaching;
        let busy = !matches!(coaching.phase, Phase::Idle | Phase::Refused | Phase::Lost);
        if !live && (busy || !view.calls.is_empty()) {
            self.log.check(HOT, is_hot(coaching.audience), || {
                format!(
                    "{:?} in {:?} behind a link that is {:?}",
                    coaching.audience, coaching.phase, view.link.state
                )
            });
        }
        self.check_reading(view, live);
    }

    /// Whoever hears the supervisor on the floor, the screen never says less.
    fn check_hearing(&self, view: &View) {
        let mut notes = self.notes();
        notes.truth.look();
        let (heard, since) = notes.truth.heard;
        // A kill on a full disk takes with it that a call goes on.
        if heard == Heard::Nobody || (notes.lives > 1 && self.disk.was_full()) {
            return;
        }
        let audience = view.coaching.audience;
        let says = match audience {
            Audience::Nobody => Heard::Nobody,
            Audience::AgentOnly => Heard::Agent,
            Audience::Everyone | Audience::Unknown => Heard::Everyone,
        };
        let state = view.link.state;
        let holds = if state == LinkState::Live {
            let known = since + MADE_UP_FOR + notes.slept > Instant::now();
            says >= heard || known
        } else {
            is_hot(audience)
        };
        self.log.count("looks while somebody heard the supervisor");
        if state != LinkState::Live {
            self.log.count("the same behind a link that is not live");
        }
        self.log.check(HOT, holds, || {
            format!("{audience:?} is said to hear, and it is {heard:?}; the link is {state:?}")
        });
    }

    fn check_reading(&self, view: &View, live: bool) {
        for session in &view.sessions {
            let joined = matches!(session.phase, SessionPhase::Live | SessionPhase::Leaving);
            if joined && !live {
                let holds = is_hot(session.audience) && session.readership == Readership::Unknown;
                self.log.check(HOT, holds, || {
                    format!("{:?} in {} behind a broken link", session.audience, session.key)
                });
                self.log.check(HOT, is_hot(view.written.audience), || {
                    format!("all in all {:?} behind a broken link", view.written.audience)
                });
            }
        }
        let mut armed = view.written.armed.iter();
        if armed.any(|armed| armed.phase == ArmedPhase::Armed) && !live {
            self.log.check(HOT, is_hot(view.written.audience), || {
                format!("armed, {:?} behind a broken link", view.written.audience)
            });
        }
    }
}
