//! Looking again by itself.
//!
//! Without acknowledgements, which no GWS is known to have, a push can get lost or come behind a newer one, and nothing
//! on the wire tells. So what is pushed is read as well. What the screen calls armed, joined or live is confirmed as often
//! as the roster is to be read, however slowly that comes, and often enough where the roster is to be read seldom.
//! Everything else is looked at now and then, for the screen may claim nothing only because a push is missing.

use std::time::Duration;

use desk::order::{Command, WrittenCommand};
use desk::view::{Phase, SessionPhase};
use tokio::time::Instant;

use super::Running;
use super::linked::{Linked, Stage};
use crate::faces::Face;

/// So often the screen's claims are confirmed, also where the roster is read more seldom than that.
const CONFIRM_EVERY: Duration = Duration::from_secs(10);
/// So often everything is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(35);
/// The transcript that is open is read with each look; those of all sessions the supervisor is in with one in so many.
const ALL_TRANSCRIPTS: u32 = 2;

/// When what is shown is looked at, and when everything was.
#[derive(Debug)]
pub(super) struct Looks {
    next: Instant,
    last: Instant,
    count: u32,
}

/// What is looked at that the screen does not call armed, joined or live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// The own phone and calls, the own sessions, and the transcript that is open.
    AtOpen,
    /// All transcripts too.
    AtEverything,
}

impl Default for Looks {
    fn default() -> Looks {
        let now = Instant::now();
        Looks {
            next: now,
            last: now,
            count: 0,
        }
    }
}

impl Looks {
    fn take_due(&mut self, now: Instant) -> Option<Look> {
        if now.duration_since(self.last) < LOOK_EVERY {
            return None;
        }
        self.last = now;
        self.count = self.count.wrapping_add(1);
        Some(if self.count.is_multiple_of(ALL_TRANSCRIPTS) {
            Look::AtEverything
        } else {
            Look::AtOpen
        })
    }
}

impl Running {
    /// What the screen claims is confirmed, and when it is time everything else is looked at too.
    pub(super) async fn look_again(&mut self) {
        let claimed = matches!(self.desk.phase(), Phase::Armed | Phase::Offered | Phase::Live);
        let Some(linked) = &mut self.linked else { return };
        let now = Instant::now();
        let asked = Duration::from_secs(u64::from(linked.profile.poll_seconds));
        linked.looks.next = now + asked.min(CONFIRM_EVERY);
        let look = linked.looks.take_due(now);
        if (linked.own.polled || claimed || look.is_some()) && !linked.own.under_way {
            self.read_own();
        }
        self.read_written_now_and_then(look.is_some());
        if let Some(look) = look {
            self.look_at_transcripts(look).await;
        }
    }

    async fn look_at_transcripts(&mut self, look: Look) {
        let open = self.face.as_ref().and_then(Face::opened);
        let view = self.desk.view(self.clock.now());
        let inside = view
            .sessions
            .into_iter()
            .filter(|session| session.phase == SessionPhase::Live)
            .filter(|session| look == Look::AtEverything || open == Some(session.key.as_str()));
        let keys: Vec<String> = inside.map(|session| session.key).collect();
        for key in keys {
            self.read_transcript_again(key).await;
        }
    }

    /// What is opened is read again: whoever reads it must not miss a line that no push has brought.
    pub(super) async fn read_transcript_again(&mut self, session: String) {
        let command = Command::Written {
            command: WrittenCommand::ReadAgain { session },
        };
        // A session that has gone meanwhile needs no reading, and behind a lost link everything is read later.
        if let Ok(effects) = self.desk.order(command, self.clock.now()) {
            self.carry_out(effects).await;
        }
    }
}

impl Linked {
    /// When to look next: never before the sign-in is through, nor while the last requests are on their way.
    pub(super) fn next_look(&self) -> Option<Instant> {
        matches!(self.stage, Stage::Open | Stage::Leaving { .. }).then_some(self.looks.next)
    }
}
