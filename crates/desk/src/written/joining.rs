//! How sessions come and go: what the server pushes, and what follows from whatever is said of a session.

use gws::digital::{DigitalNotification, Message, Session, SessionAddress};

use super::line::Cast;
use super::session::{Joined, is_end};
use super::words;
use crate::desk::Desk;
use crate::input::{CallFailure, Effect, Ticket};
use crate::moment::Moment;
use crate::order::Medium;

/// A medium of the wire in our words.
pub(super) fn of_wire(medium: gws::digital::Medium) -> Medium {
    match medium {
        gws::digital::Medium::Sms => Medium::Sms,
        gws::digital::Medium::Chat => Medium::Chat,
    }
}

impl Desk {
    pub(crate) fn written_notified(
        &mut self,
        notification: DigitalNotification,
        effects: &mut Vec<Effect>,
        now: Moment,
    ) {
        match notification {
            DigitalNotification::SessionChanged { medium, session, .. } => {
                self.session_changed(of_wire(medium), session, effects, now);
            }
            DigitalNotification::MessagesAdded { session, messages } => {
                self.messages_added(&session, &messages, effects, now);
            }
            DigitalNotification::Error {
                medium,
                session,
                message,
                ..
            } => {
                let medium = of_wire(medium);
                let named = session.map(|id| SessionAddress {
                    medium: medium.wire(),
                    id,
                });
                self.error_came(medium, named.as_ref(), message.as_deref());
                self.read_sessions(medium, effects, now);
            }
        }
    }

    /// The answer to something that was asked of a session.
    pub(super) fn session_replied(
        &mut self,
        key: &str,
        ticket: Ticket,
        outcome: &Result<(), CallFailure>,
        effects: &mut Vec<Effect>,
        now: Moment,
    ) {
        let Some(session) = self.written.board.find_mut(key) else {
            return;
        };
        let medium = session.medium;
        let unclear = session.sending.replied(ticket, outcome, now);
        let doubtful = session.replied(ticket, outcome);
        if unclear {
            self.read_transcript(key, effects, now);
        }
        if doubtful {
            self.read_sessions(medium, effects, now);
        }
        self.follow(key, effects, now);
    }

    /// Follows up whatever changed about a session: who is there, the phase, what it came of, what is to be read.
    pub(super) fn follow(&mut self, key: &str, effects: &mut Vec<Effect>, now: Moment) {
        let own = self.own_id();
        let Some(session) = self.written.board.find_mut(key) else {
            return;
        };
        let passages = session.settle(own.as_ref(), now);
        if !session.is_over()
            && let Some((coaching, origin)) = self.written.joining.remove(key)
        {
            session.came_by_asking(coaching, origin);
        }
        session.look_round(own.as_ref(), &self.roster);
        let unread = session.is_in() && !session.looked_at;
        self.find_origin(key, effects, now);
        for passage in passages {
            self.written.note_session(key, passage, own.as_ref(), now);
        }
        if unread {
            self.read_transcript(key, effects, now);
        }
    }

    /// It is known now who we are.
    pub(crate) fn follow_all(&mut self, effects: &mut Vec<Effect>, now: Moment) {
        for key in self.written.board.keys() {
            self.follow(&key, effects, now);
        }
    }

    /// The roster was read: agents may have names now.
    pub(crate) fn name_agents(&mut self) {
        let own = self.own_id();
        for session in self.written.board.iter_mut() {
            session.look_round(own.as_ref(), &self.roster);
        }
    }

    fn session_changed(&mut self, medium: Medium, session: Session, effects: &mut Vec<Effect>, now: Moment) {
        let address = session.address(medium.wire());
        let key = address.to_string();
        let over = session.state.as_ref().is_some_and(is_end);
        let Some(known) = self.written.board.find_mut(&key) else {
            let failed = session.state == Some(gws::SessionState::JoinFailed);
            let dismissed = self.written.board.is_dismissed(&address);
            // An end of what was never seen is no news, and what was put away comes back only with a new beginning.
            if (over && (dismissed || !failed)) || (dismissed && session.state.is_none()) {
                return;
            }
            self.begin(address, medium, now);
            self.pushed(&key, session, effects, now);
            return;
        };
        let comes_back = known.is_over() && !over;
        self.pushed(&key, session, effects, now);
        if comes_back {
            // A late word of before the end looks the same as a new beginning.
            self.read_sessions(medium, effects, now);
        }
    }

    pub(super) fn begin(&mut self, address: SessionAddress, medium: Medium, now: Moment) {
        let coaching = self.voice.next_number();
        self.written
            .board
            .put(Joined::new(address, medium, coaching, now));
    }

    fn pushed(&mut self, key: &str, session: Session, effects: &mut Vec<Effect>, now: Moment) {
        let heard = self.link.is_live();
        self.hear(key, session, heard, effects, now);
        if let Some(known) = self.written.board.find_mut(key) {
            known.touched = true;
        }
    }

    /// The server's word on a session. `heard` is whether it came by itself and at once, so that a beginning is the beginning.
    pub(super) fn hear(
        &mut self,
        key: &str,
        session: Session,
        heard: bool,
        effects: &mut Vec<Effect>,
        now: Moment,
    ) {
        let Some(known) = self.written.board.find_mut(key) else {
            return;
        };
        // A next life is a coaching of its own.
        let again = known.comes_back(&session).then(|| self.voice.next_number());
        let begins = again.is_some() || known.said.state.is_none();
        known.hear(session, again, now);
        if begins {
            known.heard = heard;
        }
        self.follow(key, effects, now);
    }

    fn messages_added(
        &mut self,
        address: &SessionAddress,
        messages: &[Message],
        effects: &mut Vec<Effect>,
        now: Moment,
    ) {
        let key = address.to_string();
        if self.written.board.find(&key).is_none() {
            if self.written.board.is_dismissed(address) {
                return;
            }
            // Messages come of a session we are in: which one, and how, has to be read.
            let medium = of_wire(address.medium);
            self.begin(address.clone(), medium, now);
            self.follow(&key, effects, now);
            self.read_sessions(medium, effects, now);
        }
        let own = self.own_id();
        let Some(session) = self.written.board.find_mut(&key) else {
            return;
        };
        session.confirmed = now;
        let cast = Cast {
            own: own.as_ref(),
            session: &session.said,
        };
        let highest = session.transcript.highest();
        for message in messages {
            let old = message.index.is_some_and(|index| index <= highest);
            session.typists.heed(message, old, cast, now);
        }
        for text in session.transcript.pushed(messages, cast, now) {
            session.sending.arrived(&text);
        }
    }

    fn error_came(&mut self, medium: Medium, named: Option<&SessionAddress>, message: Option<&str>) {
        let fault = words::reported(message);
        let waiting = self.written.board.iter_mut().filter(|session| match named {
            Some(address) => session.address == *address,
            None => session.medium == medium && (session.wish.is_some() || session.switching.is_some()),
        });
        let mut nobodys = true;
        for session in waiting {
            session.problem = Some(fault.clone());
            session.doubt_requests();
            nobodys = false;
        }
        if nobodys {
            self.written.problem = Some(fault);
        }
    }
}
