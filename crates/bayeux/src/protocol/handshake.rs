//! Making a session.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;

use super::advice::Reconnect;
use super::batch::Batch;
use super::connect::Connect;
use super::incoming::Answer;
use super::outgoing;
use super::session::{Established, Phase, Session};
use super::trouble::was_dead;
use super::{Purpose, ack};
use crate::event::{Closure, Interruption};
use crate::failure::Failure;
use crate::transport::Transport;

impl Session {
    pub(super) fn send_handshake(&mut self, now: Duration) {
        let mut ext = self.config.handshake_ext.clone().unwrap_or_default();
        if self.config.ack {
            ext.insert("ack".to_owned(), Value::Bool(true));
        }
        self.ask_time(&mut ext);
        self.carrier.begin();
        let offers = self.carrier.offers();
        let timeout = self.config.max_network_delay;
        let request = self.send_alone(
            Purpose::Handshake,
            |id| outgoing::handshake(id, &offers, ext),
            timeout,
            now,
        );
        // The new session will know no subscription.
        self.outbox.begin_anew(self.subscriptions.on_the_wire());
        self.phase = Phase::Handshaking(request);
    }

    pub(super) fn handshake_answered(&mut self, answer: &Answer, now: Duration) {
        self.guards.ever_answered = true;
        self.advised(answer.advice.clone().unwrap_or_default());
        if !answer.successful {
            return self.handshake_refused(answer, now);
        }
        let Some(transport) = self.best_transport(answer.connection_types.as_deref()) else {
            let offered = answer.connection_types.clone().unwrap_or_default();
            return self.close(Closure::NoCommonTransport { offered });
        };
        if answer.reconnect() == Some(Reconnect::None) {
            return self.close(Closure::ByServer(answer.error.clone()));
        }
        let Some(client_id) = answer.client_id.clone() else {
            return self.handshake_failed(Failure::Unanswered, now);
        };
        self.guards.failures = 0;
        self.guards.failing_since = None;
        self.guards.vain_handshakes += 1;
        self.carrier.agreed(transport);
        if transport != Transport::WebSocket {
            self.close_socket();
        }
        self.phase = Phase::Established(Established {
            client_id,
            connect: Connect::AfterBatch,
            batch: Batch::due(now),
            ack: ack::negotiated(answer.ext.as_ref()).filter(|_| self.config.ack),
            connects: 0,
            since: now,
            superseded: VecDeque::new(),
        });
    }

    /// The best transport that both sides have. Servers name all of theirs; one that names none takes what comes.
    fn best_transport(&self, named: Option<&[String]>) -> Option<Transport> {
        let has = |transport: &Transport| {
            named.is_none_or(|named| named.iter().any(|name| name == transport.name()))
        };
        self.carrier.offers().into_iter().find(has)
    }

    fn handshake_refused(&mut self, answer: &Answer, now: Duration) {
        if let Some(hosts) = &self.advice.hosts
            && self.endpoint.advised(hosts)
        {
            self.close_socket();
        }
        if answer.error.is_no_common_transport() {
            let offered = answer.connection_types.clone().unwrap_or_default();
            return self.close(Closure::NoCommonTransport { offered });
        }
        match answer.reconnect() {
            Some(Reconnect::None) => self.close(Closure::HandshakeRefused(answer.error.clone())),
            // A connect makes no sense without a session, so `retry` means the handshake as well.
            Some(Reconnect::Retry | Reconnect::Handshake) | None => {
                self.handshake_failed(Failure::Refused(answer.error.clone()), now);
            }
        }
    }

    pub(super) fn handshake_failed(&mut self, failure: Failure, now: Duration) {
        let patience = match &self.phase {
            Phase::Handshaking(request) => now.saturating_sub(request.sent_at),
            _ => Duration::ZERO,
        };
        let was_dead = self.guards.failures == 0 && was_dead(&failure, patience);
        if self.transport() == Transport::LongPolling && !was_dead {
            self.carrier.failed_too();
        }
        let Some(failure) = self.escalate(failure, now) else {
            return;
        };
        let delay = self.delay_after(&failure, now);
        if was_dead {
            self.phase = Phase::HandshakeDue { at: now };
            return;
        }
        // A refusal may have named the next host itself.
        if !matches!(failure, Failure::Refused(_)) && self.endpoint.failed() {
            self.close_socket();
        }
        self.phase = Phase::HandshakeDue { at: now + delay };
        let gap = failure.may_lose_messages();
        self.interrupted(Interruption::Failed(failure), gap);
    }
}
