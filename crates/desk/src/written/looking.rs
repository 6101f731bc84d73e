//! What is read from the server, when it is read, and whether a reading or a push is the newer word.

use std::collections::BTreeSet;

use gws::StatusCode;
use gws::digital::{Message, Session, SessionAddress};

use super::line::Cast;
use super::session::is_end;
use super::words;
use crate::desk::Desk;
use crate::input::{CallFailure, Effect};
use crate::moment::Moment;
use crate::order::Medium;
use crate::view::LinkState;

impl Desk {
    /// All own sessions of one medium were read.
    pub(crate) fn sessions_read(
        &mut self,
        medium: Medium,
        outcome: Result<Vec<Session>, CallFailure>,
        effects: &mut Vec<Effect>,
        now: Moment,
    ) {
        let list = self.written.board.reading(medium);
        let too_old = list.reading.answered();
        // Behind a lost link nothing is asked for: whatever comes may be of before the loss.
        if self.link.view().state == LinkState::Stale {
            return;
        }
        match outcome {
            Ok(_) if too_old => self.read_sessions(medium, effects, now),
            Ok(sessions) => {
                let overtaken = self.take_reading(medium, sessions, effects, now);
                self.written.ledger.were_read(medium, now);
                self.written.board.reading(medium).known = !overtaken;
                if overtaken {
                    self.read_sessions(medium, effects, now);
                }
            }
            Err(failure) => {
                if may_pass(&failure) {
                    list.reading.retry_later(now);
                }
                let doubtful = self
                    .written
                    .board
                    .iter_mut()
                    .filter(|session| session.medium == medium && session.is_inside());
                for session in doubtful.filter(|session| !session.believed) {
                    session.problem = Some(words::not_confirmed_since());
                }
            }
        }
    }

    /// The transcript of a session was read.
    pub(crate) fn transcript_read(
        &mut self,
        address: &SessionAddress,
        outcome: Result<Vec<Message>, CallFailure>,
        effects: &mut Vec<Effect>,
        now: Moment,
    ) {
        let own = self.own_id();
        let key = address.to_string();
        let Some(session) = self.written.board.find_mut(&key) else {
            return;
        };
        // What was asked for before the link was lost is too old for a text that was sent meanwhile.
        let too_old = session.transcript.reading.answered() || !self.link.is_live();
        match outcome {
            Ok(messages) => {
                let cast = Cast {
                    own: own.as_ref(),
                    session: &session.said,
                };
                let own_texts = if too_old {
                    session.transcript.pushed(&messages, cast, now)
                } else {
                    session.transcript.was_told(&messages, cast, now)
                };
                for text in &own_texts {
                    session.sending.arrived(text);
                }
                if !too_old {
                    session.sending.transcript_told(now);
                }
            }
            Err(failure) => {
                if !may_pass(&failure) {
                    session.sending.cannot_tell();
                } else if !session.is_over() {
                    session.transcript.reading.retry_later(now);
                }
                session.transcript.failed(words::transcript_not_read(&failure));
            }
        }
        if too_old {
            self.read_transcript(&key, effects, now);
        }
    }

    /// Asks for all sessions of this medium, unless an answer is on its way; then it is asked for after that.
    pub(super) fn read_sessions(&mut self, medium: Medium, effects: &mut Vec<Effect>, now: Moment) {
        if self.link.is_live() && self.written.board.reading(medium).reading.want(now) {
            self.written.board.asked(medium);
            effects.push(Effect::ReadSessions(medium));
        }
    }

    /// Asks for the transcript of this session, in the same way.
    pub(super) fn read_transcript(&mut self, key: &str, effects: &mut Vec<Effect>, now: Moment) {
        if !self.link.is_live() {
            return;
        }
        if let Some(session) = self.written.board.find_mut(key)
            && session.transcript.want(now)
        {
            session.looked_at = true;
            effects.push(Effect::ReadTranscript(session.address.clone()));
        }
    }

    /// The link is live again: whatever has not been read since it was lost is read now.
    pub(super) fn look_at_everything(&mut self, effects: &mut Vec<Effect>, now: Moment) {
        for medium in Medium::ALL {
            if !self.written.board.reading(medium).known {
                self.read_sessions(medium, effects, now);
            }
        }
    }

    /// Messages may have been missed while the link was lost.
    pub(super) fn look_at_transcripts(&mut self, effects: &mut Vec<Effect>, now: Moment) {
        for key in self.written.board.keys() {
            let here = self.written.board.find(&key);
            if here.is_some_and(|session| session.is_inside() || session.sending.is_unclear()) {
                self.read_transcript(&key, effects, now);
            }
        }
    }

    /// Takes over what a reading shows. What was pushed since it was asked for stays. Gives whether to read again.
    fn take_reading(
        &mut self,
        medium: Medium,
        sessions: Vec<Session>,
        effects: &mut Vec<Effect>,
        now: Moment,
    ) -> bool {
        let mut overtaken = false;
        let mut listed = BTreeSet::new();
        for session in sessions {
            let address = session.address(medium.wire());
            let key = address.to_string();
            let over = session.state.as_ref().is_some_and(is_end);
            let done = session.state.as_ref().is_some_and(gws::SessionState::is_final);
            let dismissed = self.written.board.is_dismissed(&address);
            listed.insert(key.clone());
            match self.written.board.find_mut(&key) {
                Some(known) if known.touched => {
                    overtaken = true;
                    continue;
                }
                Some(known) => known.stop_waiting(),
                None if done || (over && dismissed) => continue,
                None => self.begin(address, medium, now),
            }
            self.hear(&key, session, false, effects, now);
        }
        let missing: Vec<String> = self
            .written
            .board
            .iter()
            .filter(|session| {
                session.medium == medium && !session.is_over() && !listed.contains(&session.key)
            })
            .map(|session| session.key.clone())
            .collect();
        for key in missing {
            overtaken |= self.is_missing(&key, now);
        }
        overtaken
    }

    /// A session is not among those that were read. Gives whether it was pushed since, so that nothing is known.
    fn is_missing(&mut self, key: &str, now: Moment) -> bool {
        let Some(session) = self.written.board.find_mut(key) else {
            return false;
        };
        if session.touched {
            return true;
        }
        if session.said.state.is_none() {
            self.written.board.remove(key);
            return false;
        }
        if let Some(passage) = session.is_gone(now) {
            let own = self.own_id();
            self.written.note_session(key, passage, own.as_ref(), now);
        }
        false
    }
}

/// Whether asking again later may help: no answer came, or the server had a fault of its own.
fn may_pass(failure: &CallFailure) -> bool {
    match failure {
        CallFailure::Unanswered(_) => true,
        CallFailure::Refused { status, .. } => *status == StatusCode::InternalError,
        CallFailure::Withheld(_) => false,
    }
}
