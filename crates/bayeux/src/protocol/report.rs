//! Tells of each single failure, for diagnostics only: nothing is decided here.

use std::time::Duration;

use super::Ticket;
use super::batch::Batch;
use super::connect::Connect;
use super::incoming::Answer;
use super::outgoing::{CONNECT, DISCONNECT, HANDSHAKE};
use super::session::{Phase, Session};
use crate::event::Event;
use crate::failure::Failure;
use crate::unsuccessful::{Next, Unsuccessful};

impl Session {
    /// The channel of the message, or of the only message, that was sent with this ticket. To be asked before the failure is
    /// dealt with; nothing where failures are not reported.
    pub(super) fn reported_channel(&self, ticket: Ticket) -> Option<String> {
        if !self.config.report_failures {
            return None;
        }
        let channel = match &self.phase {
            Phase::Handshaking(request) if request.ticket == ticket => HANDSHAKE,
            Phase::Established(established) if established.connect.ticket() == Some(ticket) => CONNECT,
            Phase::Established(established) if established.batch.ticket() == Some(ticket) => "",
            Phase::Disconnecting(farewell) if farewell.request.ticket == ticket => DISCONNECT,
            _ => return None,
        };
        Some(channel.to_owned())
    }

    /// Tells of a request that failed. To be said after the failure was dealt with.
    pub(super) fn report(&mut self, channel: Option<String>, failure: Failure, now: Duration) {
        let Some(channel) = channel else {
            return;
        };
        let next = self.next_after(&channel, now);
        let transport = self.transport();
        self.post.report(Event::Unsuccessful(Unsuccessful {
            channel,
            failure,
            transport,
            next,
        }));
    }

    /// Tells of a message that the server refused.
    pub(super) fn report_refusal(&mut self, answer: &Answer, now: Duration) {
        if self.config.report_failures && !answer.successful {
            let channel = answer.channel.clone().unwrap_or_default();
            self.report(Some(channel), Failure::Refused(answer.error.clone()), now);
        }
    }

    fn next_after(&self, channel: &str, now: Duration) -> Next {
        let after = |at: Duration| at.saturating_sub(now);
        match &self.phase {
            Phase::HandshakeDue { at } => Next::Handshake(after(*at)),
            Phase::Handshaking(_) => Next::Handshake(Duration::ZERO),
            Phase::SignedOut(_) => Next::Credentials,
            Phase::Established(established) => match (&established.connect, &established.batch) {
                (Connect::Due { at, .. }, _) if channel == CONNECT => Next::Retry(after(*at)),
                (_, Batch::Due { at, .. }) if channel.is_empty() && !self.outbox.is_empty() => {
                    Next::Retry(after(*at))
                }
                _ => Next::Nothing,
            },
            Phase::Disconnecting(_) | Phase::Closed => Next::Nothing,
        }
    }
}
