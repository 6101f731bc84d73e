//! What a reply, or the lack of one, means: finds the request it belongs to and hands it to the phase that asked.

use std::time::Duration;

use bytes::Bytes;

use super::incoming::{Answer, Brought};
use super::outgoing::{DISCONNECT, HANDSHAKE};
use super::received::Received;
use super::session::{Established, Phase, Session};
use super::signing_in::SignedOut;
use super::{Ticket, received};
use crate::event::{Closure, Event, Message};
use crate::exchange::{Renewed, Reply};
use crate::failure::Failure;

/// Where an answer came from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin {
    /// The reply to a request. It answers the messages of that request only: else the request would still be under way when the
    /// next one is sent.
    Reply(Ticket),
    /// The WebSocket, on which every answer comes.
    Socket,
}

impl Origin {
    /// Whether an answer from here can be one to what was sent with this ticket.
    pub(super) fn may_answer(self, ticket: Ticket) -> bool {
        match self {
            Self::Reply(own) => own == ticket,
            Self::Socket => true,
        }
    }
}

impl Session {
    pub(super) fn replied(&mut self, ticket: Ticket, reply: &Reply, now: Duration) {
        let superseded = self.take_superseded(ticket);
        if !superseded && !self.knows(ticket) {
            return;
        }
        let again = !superseded && self.may_go_again(ticket);
        if again && self.is_sent_on(ticket, reply) {
            return;
        }
        let Received { brought, answers } = match received::read(reply) {
            Err(Failure::TokenRefused) if again && self.post.renew_token(ticket) => return,
            Ok(received) => received,
            Err(_) if superseded => return self.post.ended(ticket),
            Err(failure) => return self.failed(ticket, failure, now),
        };
        self.post.ended(ticket);
        // Servers put the answer before or after the messages it comes with, so all messages are handed over first.
        let origin = Origin::Reply(ticket);
        if !self.comes_again(ticket, &answers) {
            self.hand_over(brought);
        }
        if superseded {
            return;
        }
        for answer in answers {
            self.heed(origin, &answer, now);
        }
        // Whatever the reply did not answer has failed.
        if self.knows(ticket) {
            self.unanswered(ticket, now);
        }
    }

    /// A frame came over the WebSocket. Answers come in any order there, and messages in frames of their own.
    pub(super) fn received(&mut self, ticket: Ticket, body: &Bytes, now: Duration) {
        if !self.carrier.is_open(ticket) {
            return;
        }
        let Received { brought, answers } = match received::read_frame(body) {
            Ok(received) => received,
            Err(Failure::Empty) => return,
            Err(failure) => return self.socket_failed(failure, now),
        };
        // With the acknowledgement extension a batch counts once the answer to the connect has closed it.
        let closes_batch = match &self.phase {
            Phase::Established(Established {
                ack: Some(_),
                connect,
                ..
            }) => answers
                .iter()
                .any(|answer| connect.is_answered_by(Origin::Socket, answer)),
            _ => true,
        };
        if closes_batch {
            let batch = self.carrier.confirmed();
            self.hand_over(batch);
            self.hand_over(brought);
        } else if let Err(failure) = self.carrier.keep(brought, body.len()) {
            return self.socket_failed(failure, now);
        }
        for answer in answers {
            self.heed(Origin::Socket, &answer, now);
        }
    }

    fn heed(&mut self, origin: Origin, answer: &Answer, now: Duration) {
        self.learn_time(answer.ext.as_ref());
        self.answered(origin, answer, now);
        self.report_refusal(answer, now);
    }

    /// Sends a request on where the server says that it is to go elsewhere as it is. Other redirects turn a POST into a GET, so
    /// they are none of ours.
    fn is_sent_on(&mut self, ticket: Ticket, reply: &Reply) -> bool {
        let (307 | 308, Some(location)) = (reply.status, &reply.location) else {
            return false;
        };
        self.post.redirect(ticket, location)
    }

    pub(super) fn progressed(&mut self, ticket: Ticket, at: Duration) {
        let deadline = at.saturating_add(self.config.max_network_delay);
        let outstanding = match &mut self.phase {
            Phase::Handshaking(request) => Some(request),
            Phase::Established(established) if established.batch.ticket() == Some(ticket) => {
                return established.batch.extend(deadline);
            }
            Phase::Established(established) => established.connect.outstanding(),
            Phase::HandshakeDue { .. } | Phase::SignedOut(_) | Phase::Disconnecting(_) | Phase::Closed => {
                None
            }
        };
        if let Some(outstanding) = outstanding.filter(|outstanding| outstanding.ticket == ticket) {
            outstanding.deadline = outstanding.deadline.max(deadline);
        }
    }

    /// Whether the server will send the messages beside these answers once more, because no batch was closed with them.
    fn comes_again(&self, ticket: Ticket, answers: &[Answer]) -> bool {
        matches!(&self.phase, Phase::Established(Established { ack: Some(_), connect, .. })
            if connect.ticket() == Some(ticket)
                && !answers.iter().any(|answer| connect.is_answered_by(Origin::Reply(ticket), answer)))
    }

    fn hand_over(&mut self, brought: Vec<Brought>) {
        for one in brought {
            match one {
                Brought::Event(message) => self.deliver(message),
                Brought::Unreadable { text, reason } => {
                    tracing::warn!(reason, "the server sent something that is no message");
                    self.post.tell(Event::Unreadable { text, reason });
                }
            }
        }
    }

    fn deliver(&mut self, message: Message) {
        if self.subscriptions.want(&message.channel) {
            self.post.tell(Event::Delivered(message));
        } else {
            tracing::debug!(channel = &*message.channel, "nobody wants this message");
        }
    }

    fn answered(&mut self, origin: Origin, answer: &Answer, now: Duration) {
        match &self.phase {
            Phase::Handshaking(request) if answer.answers(HANDSHAKE, &request.id) => {
                self.handshake_answered(answer, now);
            }
            Phase::Established(_) if answer.channel.as_deref() == Some(DISCONNECT) => {
                // We did not ask for it, so it is the server that ends the session.
                self.close(Closure::ByServer(answer.error.clone()));
            }
            // An answer counts only in the reply to its own request: else that request would still be under way when the next
            // one is sent, and there must never be two connects.
            Phase::Established(established) if established.connect.is_answered_by(origin, answer) => {
                self.connect_answered(answer, now);
            }
            Phase::Established(established)
                if established
                    .batch
                    .ticket()
                    .is_some_and(|batch| origin.may_answer(batch)) =>
            {
                self.batch_answered(answer, now);
            }
            Phase::Disconnecting(farewell) if answer.answers(DISCONNECT, &farewell.request.id) => {
                self.close(Closure::Disconnected);
            }
            _ => tracing::debug!(?answer, "this answers nothing we asked"),
        }
    }

    /// A request ended without having answered all of its messages.
    fn unanswered(&mut self, ticket: Ticket, now: Duration) {
        if matches!(&self.phase, Phase::Established(established) if established.batch.is_partly_answered(ticket))
        {
            self.batch_ended(now);
        } else {
            self.failed(ticket, Failure::Unanswered, now);
        }
    }

    pub(super) fn failed(&mut self, ticket: Ticket, failure: Failure, now: Duration) {
        self.post.ended(ticket);
        let reported = self.reported_channel(ticket);
        let what = reported.is_some().then(|| failure.clone());
        self.deal_with(ticket, failure, now);
        if let Some(what) = what {
            self.report(reported, what, now);
        }
    }

    fn deal_with(&mut self, ticket: Ticket, failure: Failure, now: Duration) {
        match &self.phase {
            Phase::Handshaking(request) if request.ticket == ticket => self.handshake_failed(failure, now),
            Phase::Established(established) if established.connect.ticket() == Some(ticket) => {
                self.connect_failed(failure, now);
            }
            Phase::Established(established) if established.batch.ticket() == Some(ticket) => {
                self.batch_failed(failure, now);
            }
            Phase::Disconnecting(farewell) if farewell.request.ticket == ticket => {
                self.close(Closure::Disconnected);
            }
            // An exchange that panicked, for instance.
            Phase::SignedOut(SignedOut::Renewing { ticket: asked, .. }) if *asked == ticket => {
                self.renewed(ticket, Renewed::Failed(failure.to_string()), now);
            }
            _ => {
                self.take_superseded(ticket);
            }
        }
    }

    /// Whether a request is under way whose answer counts.
    pub(super) fn knows(&self, ticket: Ticket) -> bool {
        match &self.phase {
            Phase::Handshaking(request) => request.ticket == ticket,
            Phase::Established(established) => {
                established.connect.ticket() == Some(ticket) || established.batch.ticket() == Some(ticket)
            }
            Phase::Disconnecting(farewell) => {
                farewell.request.ticket == ticket || farewell.connect == Some(ticket)
            }
            Phase::HandshakeDue { .. } | Phase::SignedOut(_) | Phase::Closed => false,
        }
    }

    /// Whether a request may be sent once more. After the farewell there are no connects.
    pub(super) fn may_go_again(&self, ticket: Ticket) -> bool {
        !matches!(&self.phase, Phase::Disconnecting(farewell) if farewell.connect == Some(ticket))
    }

    fn take_superseded(&mut self, ticket: Ticket) -> bool {
        let Phase::Established(established) = &mut self.phase else {
            return false;
        };
        let before = established.superseded.len();
        established.superseded.retain(|other| *other != ticket);
        established.superseded.len() < before
    }
}
