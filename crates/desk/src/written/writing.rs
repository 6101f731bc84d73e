//! Writing into a session: the one place where anything leaves for agents or for a customer.
//!
//! A whisper and a public message are two values made in two places. What is written carries who read the supervisor
//! on the screen when it was written; if that is not so any more, nothing goes on the wire (DESIGN 4, invariant 1). It is asked
//! twice: when the supervisor writes, and when it would go, because in between it may have waited for those before it, for a
//! connection, or for a new session on the server.

use gws::digital::{PublicMessage, Typing, Whisper};
use gws::{DigitalOperation, Operation};

use super::sending::Outgoing;
use super::session::Joined;
use super::{Request, text, words};
use crate::audience::readership;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::input::{Effect, Ticket};
use crate::moment::Moment;
use crate::order::Readership;
use crate::rules::TextFor;
use crate::view::SessionPhase;

/// Something to write.
struct Text<'a> {
    session: &'a str,
    text: String,
    seen: Readership,
    send_id: &'a str,
}

impl Desk {
    /// Who reads what the supervisor writes in this session now.
    pub(super) fn readership_in(&self, session: &Joined) -> Readership {
        readership(session.standing(self.link.is_live(), self.own_id().as_ref()))
    }

    pub(super) fn whisper(
        &mut self,
        session: &str,
        text: &str,
        seen: Readership,
        send_id: &str,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        let text = text::sendable(text)?;
        let here = self.read_by_agents(session, seen)?;
        let whisper = Whisper::text(here.address.clone(), text.clone());
        if !here.offers(whisper.name()) {
            return Err(words::not_offered("writing to the agent"));
        }
        let text = Text {
            session,
            text,
            seen,
            send_id,
        };
        self.write(text, DigitalOperation::Whisper(whisper), now)
    }

    pub(super) fn send_to_everyone(
        &mut self,
        session: &str,
        text: &str,
        seen: Readership,
        send_id: &str,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        let text = text::sendable(text)?;
        let here = self.read_by_everyone(session, seen)?;
        let own = self.own_id().ok_or_else(words::readers_unknown)?;
        let message = PublicMessage::text(here.address.medium, &here.said, &own, text.clone())
            .map_err(|_| words::not_public())?;
        if !here.said.lists(message.name()) {
            return Err(words::not_offered("writing to everybody"));
        }
        let text = Text {
            session,
            text,
            seen,
            send_id,
        };
        self.write(text, DigitalOperation::Publish(message), now)
    }

    /// Whether this may still go out, asked when everything else is ready for it: only while the same people read us as when it
    /// was written, and while the server still lists it. Of anything but a text or a sign of typing nothing is asked here.
    pub fn may_still_go(&self, ticket: Ticket, operation: &Operation) -> bool {
        let Operation::Digital(operation) = operation else {
            return true;
        };
        let Some(seen) = self.written.open.get(&ticket).and_then(Request::seen) else {
            // A text of which nothing is known any more is nobody's wish.
            return !matches!(
                operation,
                DigitalOperation::Publish(_) | DigitalOperation::Whisper(_)
            );
        };
        match operation {
            DigitalOperation::Publish(message) => self.may_still_publish(message, seen),
            DigitalOperation::Whisper(whisper) => self
                .read_by_agents(&whisper.session().to_string(), seen)
                .is_ok_and(|here| here.offers(whisper.name())),
            _ => true,
        }
    }

    fn may_still_publish(&self, message: &PublicMessage, seen: Readership) -> bool {
        let key = message.session().to_string();
        let (Ok(here), Some(own)) = (self.read_by_everyone(&key, seen), self.own_id()) else {
            return false;
        };
        here.said.lists(message.name()) && message.holds_in(here.address.medium, &here.said, &own)
    }

    pub(super) fn typing(
        &mut self,
        session: &str,
        public: bool,
        typing: bool,
        seen: Readership,
    ) -> Result<Vec<Effect>, Fault> {
        let typing = if typing { Typing::Started } else { Typing::Stopped };
        let operation = if public {
            let here = self.read_by_everyone(session, seen)?;
            let own = self.own_id().ok_or_else(words::readers_unknown)?;
            let message = PublicMessage::typing(here.address.medium, &here.said, &own, typing)
                .map_err(|_| words::not_public())?;
            let listed = here.said.lists(message.name());
            listed.then_some(DigitalOperation::Publish(message))
        } else {
            let here = self.read_by_agents(session, seen)?;
            let whisper = Whisper::typing(here.address.clone(), typing);
            let offered = here.offers(whisper.name());
            offered.then_some(DigitalOperation::Whisper(whisper))
        };
        let operation = operation.ok_or_else(|| words::not_offered("showing that you type"))?;
        Ok(vec![self.send(operation, Request::Typing { seen })])
    }

    /// The session, if we are in it and the same people read us as on the screen.
    fn same_readers(&self, session: &str, seen: Readership) -> Result<&Joined, Fault> {
        let here = self.session(session)?;
        match here.phase {
            SessionPhase::Live => {}
            SessionPhase::Joining | SessionPhase::Invited => return Err(words::not_in_yet()),
            _ => return Err(words::session_gone()),
        }
        match self.readership_in(here) {
            Readership::Unknown => Err(words::readers_unknown()),
            now if now != seen => Err(words::readers_changed()),
            _ => Ok(here),
        }
    }

    /// The session, if agents know there that we are in it and the organisation lets us whisper. Where only supervisors do, a whisper or a sign of typing
    /// would show us to those who must not notice, whatever the server lists (`gws/digital.md 2.2, 2.5`).
    fn read_by_agents(&self, session: &str, seen: Readership) -> Result<&Joined, Fault> {
        let here = self.same_readers(session, seen)?;
        if seen == Readership::Supervisors {
            return Err(words::only_listening());
        }
        self.rules.check_text(here.medium.into(), TextFor::Agents, seen)?;
        Ok(here)
    }

    /// The session, if everybody reads us there and did on the screen, and the organisation lets us write to everybody.
    fn read_by_everyone(&self, session: &str, seen: Readership) -> Result<&Joined, Fault> {
        let here = self.same_readers(session, seen)?;
        if seen != Readership::Everyone {
            return Err(words::not_public());
        }
        self.rules
            .check_text(here.medium.into(), TextFor::Everybody, seen)?;
        Ok(here)
    }

    fn write(
        &mut self,
        text: Text<'_>,
        operation: DigitalOperation,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        self.session(text.session)?.sending.may_send(text.send_id)?;
        let request = Request::Text {
            session: text.session.to_owned(),
            seen: text.seen,
        };
        let public = matches!(operation, DigitalOperation::Publish(_));
        debug_assert!(!public || text.seen == Readership::Everyone);
        let (ticket, effect) = self.send_with_ticket(operation, request);
        let here = self.session_mut(text.session)?;
        let outgoing = Outgoing {
            send_id: text.send_id.to_owned(),
            text: text.text,
            public,
            after: here.transcript.highest(),
            knew: here.transcript.was_read(),
        };
        here.sending.send(outgoing, ticket, now);
        Ok(vec![effect])
    }
}
