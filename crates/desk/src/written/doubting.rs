//! What puts in doubt what is armed: a session of the server that is new, a logout, messages that nobody heard. The server says
//! of none of them what it has forgotten (`gws/digital.md 3.5`), so the lines stay and say that it is not known.

use super::armed::{Armed, Doubt};
use super::{Request, Written, words};
use crate::desk::Desk;
use crate::input::{Effect, Occurrence};
use crate::moment::Moment;
use crate::view::{ArmedPhase, DriftCause, StepKind};

impl Written {
    /// We were logged out of our phone, by somebody else or elsewhere. Whoever ends the whole session on the server ends what is
    /// armed too (`gws/digital.md 2.2`), and the server tells only of the phone.
    pub(crate) fn doubt_what_is_armed(&mut self, now: Moment) {
        let doubt = Doubt {
            why: words::logged_out(),
            cause: Some(DriftCause::OwnPhone),
        };
        for line in self.ledger.iter_mut() {
            if let Some(before) = line.before.as_deref_mut() {
                before.doubt(doubt.clone(), now);
            }
            // The server may have taken a request just before, with its answer still on the way. What was in doubt already has
            // its reason.
            if line.phase != ArmedPhase::Unclear {
                line.doubt(doubt.clone(), now);
            }
        }
    }

    /// Nobody heard for a while what the server pushed. A session may have come and gone, and with it what was armed for one.
    pub(crate) fn messages_missed(&mut self, now: Moment) {
        for line in self.ledger.iter_mut() {
            let before = line.before.as_deref_mut();
            for order in before.into_iter().filter(|before| before.is_for_one()) {
                order.doubt(Doubt::of_use(words::may_be_used_up()), now);
            }
            // What was in doubt before has its reason already.
            if line.is_for_one() && line.phase != ArmedPhase::Unclear {
                line.doubt(Doubt::of_use(words::may_be_used_up()), now);
            }
        }
    }
}

impl Desk {
    /// The server has begun a new session of its own for us. Whether it goes on holding what was armed in the old one is not
    /// known.
    pub(crate) fn new_server_session(&mut self, effects: &mut Vec<Effect>, now: Moment) {
        self.voice_intent.server_forgot();
        self.note_lost(now);
        for line in self.written.ledger.iter_mut().filter(|line| line.may_bring()) {
            if !line.taken_back {
                line.lost = Some(DriftCause::ServerForgot);
            }
            line.doubt = None;
            line.is_unanswered(words::may_be_gone_with_session(), now);
        }
        // What was asked before is answered by nobody.
        self.written
            .open
            .retain(|_, request| !matches!(request, Request::Arm(_) | Request::Cancel(_)));
        self.keep_intents(effects);
        for session in self.written.board.iter_mut() {
            session.sending.unanswered();
        }
        self.written.board.lost_sight();
        self.look_at_everything(effects, now);
    }

    /// Writes down that what was armed is lost, or out of sight; once for each line.
    pub(super) fn note_lost(&mut self, now: Moment) {
        let busy: Vec<Armed> = self
            .written
            .ledger
            .iter()
            .filter(|line| line.may_bring() && !line.is_lost())
            .cloned()
            .collect();
        for line in busy {
            self.note_armed(&line, Occurrence::Step(StepKind::Lost), None, now);
        }
    }
}
