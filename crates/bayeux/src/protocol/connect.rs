//! The connect that the server holds until it has something to deliver: exactly one, again and again.

use std::time::Duration;

use serde_json::Map;

use super::advice::{Interval, Reconnect};
use super::answers::Origin;
use super::incoming::Answer;
use super::outgoing::{self, CONNECT};
use super::session::{Established, Outstanding, Phase, Session};
use super::trouble::{KEPT, was_dead};
use super::{Purpose, Ticket, ack};
use crate::event::{Closure, Interruption};
use crate::failure::Failure;
use crate::server_error::ServerError;

/// How many connects that were given up are remembered, in case one is answered late.
const MOST_SUPERSEDED: usize = 8;

/// Where the one connect is.
#[derive(Debug)]
pub(super) enum Connect {
    /// It waits until the first batch of the session has ended, so that no message is missed for want of a subscription.
    AfterBatch,
    /// It will be sent at this time.
    Due {
        at: Duration,
        probing: bool,
    },
    Held(Held),
}

#[derive(Debug)]
pub(super) struct Held {
    request: Outstanding,
    /// How long the server is meant to hold it.
    hold: Duration,
    /// Whether it only asks if the server is there, after a failure.
    probing: bool,
}

impl Connect {
    pub(super) fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Held(held) => Some(held.request.ticket),
            Self::AfterBatch | Self::Due { .. } => None,
        }
    }

    pub(super) fn outstanding(&mut self) -> Option<&mut Outstanding> {
        match self {
            Self::Held(held) => Some(&mut held.request),
            Self::AfterBatch | Self::Due { .. } => None,
        }
    }

    pub(super) fn is_answered_by(&self, origin: Origin, answer: &Answer) -> bool {
        matches!(self, Self::Held(held) if origin.may_answer(held.request.ticket) && answer.answers(CONNECT, &held.request.id))
    }

    pub(super) fn is_probing(&self) -> bool {
        matches!(
            self,
            Self::Due { probing: true, .. } | Self::Held(Held { probing: true, .. })
        )
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        match self {
            Self::AfterBatch => None,
            Self::Due { at, .. } => Some(*at),
            Self::Held(held) => Some(held.request.deadline),
        }
    }

    pub(super) fn overdue(&self, now: Duration) -> Option<Ticket> {
        self.ticket()
            .filter(|_| self.deadline().is_some_and(|deadline| deadline <= now))
    }
}

impl Established {
    /// Remembers a connect that is given up, unless what it might bring comes again anyway.
    fn supersede(&mut self, ticket: Ticket) {
        if self.ack.is_some() {
            return;
        }
        self.superseded.push_back(ticket);
        if self.superseded.len() > MOST_SUPERSEDED {
            self.superseded.pop_front();
        }
    }
}

impl Session {
    pub(super) fn send_connect_if_due(&mut self, now: Duration) {
        let Phase::Established(established) = &self.phase else {
            return;
        };
        let probing = match established.connect {
            Connect::AfterBatch if established.batch.ticket().is_none() => false,
            Connect::Due { at, probing } if at <= now => probing,
            Connect::AfterBatch | Connect::Due { .. } | Connect::Held(_) => return,
        };
        // The first one of a session, and one after a failure, is to be answered at once, so that we know where we stand.
        let first = established.connects == 0;
        let hold = if first || probing {
            Duration::ZERO
        } else {
            self.poll_limit.apply(self.advice.timeout)
        };
        let asked = (hold != self.advice.timeout).then_some(hold);
        let (client_id, transport) = (established.client_id.clone(), self.transport());
        let mut ext = Map::new();
        if let Some(batch) = established.ack {
            ext.insert("ack".to_owned(), batch.into());
        }
        self.ask_time(&mut ext);
        let timeout = hold.saturating_add(self.config.max_network_delay);
        let request = self.send_alone(
            Purpose::Connect,
            |id| outgoing::connect(id, &client_id, transport, asked, ext),
            timeout,
            now,
        );
        if let Phase::Established(established) = &mut self.phase {
            established.connect = Connect::Held(Held {
                request,
                hold,
                probing,
            });
        }
    }

    pub(super) fn connect_answered(&mut self, answer: &Answer, now: Duration) {
        // By now everything that came along has been handed over.
        if let Phase::Established(Established { ack: Some(ack), .. }) = &mut self.phase
            && let Some(batch) = ack::batch(answer.ext.as_ref())
        {
            *ack = batch;
        }
        if let Some(advice) = &answer.advice {
            self.advised(advice.clone());
        }
        let interval = match self.advice.interval {
            Interval::AtLeast(interval) => interval,
            Interval::Never => {
                return self.close(Closure::ByServer(error_or(answer, "advice: no further connect")));
            }
        };
        let lost = !answer.successful && answer.error.is_unknown_client();
        match answer.reconnect() {
            Some(Reconnect::None) => {
                self.close(Closure::ByServer(error_or(answer, "advice: do not reconnect")));
            }
            Some(Reconnect::Handshake) => self.session_lost(answer, now),
            Some(Reconnect::Retry) | None if lost => self.session_lost(answer, now),
            Some(Reconnect::Retry) | None if answer.successful => self.connect_succeeded(interval, now),
            Some(Reconnect::Retry) | None => self.connect_failed(Failure::Refused(answer.error.clone()), now),
        }
    }

    fn connect_succeeded(&mut self, interval: Duration, now: Duration) {
        let Phase::Established(established) = &mut self.phase else {
            return;
        };
        established.connects = established.connects.saturating_add(1);
        self.guards.failures = 0;
        self.guards.failing_since = None;
        self.guards.bad_requests = 0;
        self.guards.unreadable = 0;
        self.guards.signed_out = false;
        // A server that loses our cookie may still answer the first connect; only a further one shows that it keeps us.
        if established.connects >= 2 || now.saturating_sub(established.since) >= KEPT {
            self.guards.vain_handshakes = 0;
        }
        if established.connect.is_probing() {
            established.batch.hasten(now);
        }
        established.connect = Connect::Due {
            at: now.saturating_add(interval),
            probing: false,
        };
    }

    pub(super) fn connect_failed(&mut self, failure: Failure, now: Duration) {
        let Phase::Established(Established {
            connect: Connect::Held(held),
            ..
        }) = &self.phase
        else {
            return;
        };
        let ticket = held.request.ticket;
        let (patience, limit) = (now.saturating_sub(held.request.sent_at), held.hold);
        let Some(failure) = self.escalate(failure, now) else {
            return;
        };
        let shortened = match &failure {
            Failure::GatewayTimeout { .. } => self.poll_limit.proxy_gave_up(patience),
            Failure::Broken(_) => self.poll_limit.connection_broke(patience, limit),
            _ => false,
        };
        let was_dead =
            self.guards.failures == 0 && was_dead(&failure, patience) && self.guards.may_replace(now);
        let mut delay = self.delay_after(&failure, now);
        if (shortened && failure.retry_after().is_none()) || was_dead {
            delay = Duration::ZERO;
        }
        let interval = match self.advice.interval {
            Interval::AtLeast(interval) => interval,
            Interval::Never => Duration::ZERO,
        };
        let poisoned = self.is_acknowledged() && self.guards.is_poisoned(&failure);
        if poisoned || self.is_forgotten_by_then(interval, delay, now) {
            self.guards.unreadable = 0;
            return self.shake_hands_again(Interruption::Failed(failure), now + delay);
        }
        let at = now.saturating_add(interval).saturating_add(delay);
        let mut is_first = false;
        if let Phase::Established(established) = &mut self.phase {
            is_first = established.connects == 0;
            established.supersede(ticket);
            established.connect = Connect::Due { at, probing: true };
        }
        let acknowledged = self.is_acknowledged();
        // Nothing can be lost where the server sends it again, nor before the application is told that messages flow, for then
        // it reads everything anew. A connection that is replaced at once is nobody's business there.
        if !(delay.is_zero() && (acknowledged || is_first)) {
            let gap = !acknowledged && failure.may_lose_messages();
            self.interrupted(Interruption::Failed(failure), gap);
        }
    }

    /// Whether the server, by its own word, will have forgotten the session when the next connect comes.
    fn is_forgotten_by_then(&self, interval: Duration, delay: Duration, now: Duration) -> bool {
        let (Some(max_interval), Some(since)) = (self.advice.max_interval, self.guards.failing_since) else {
            return false;
        };
        let patience = self
            .advice
            .timeout
            .saturating_add(interval)
            .saturating_add(max_interval);
        now.saturating_sub(since).saturating_add(delay) > patience
    }

    /// Gives up what may hang on a dead connection, and asks at once whether the server is there.
    pub(super) fn connect_anew(&mut self, why: Interruption, now: Duration) {
        let on_a_socket = self.carrier.has_socket();
        let Phase::Established(established) = &mut self.phase else {
            return;
        };
        let held = established.connect.ticket();
        // Without acknowledgements any reply can bring messages, and a WebSocket can at any time.
        let may_bring = held.is_some() || established.batch.ticket().is_some() || on_a_socket;
        let is_first = matches!(established.connect, Connect::AfterBatch);
        let gap = established.ack.is_none() && may_bring && !is_first;
        match &mut established.connect {
            Connect::Held(_) => {
                established.connect = Connect::Due {
                    at: now,
                    probing: true,
                }
            }
            Connect::Due { at, probing: true } => *at = now,
            // The server asked for this pause, so it is kept; but until it is over nothing comes without the WebSocket.
            Connect::Due { probing, .. } => *probing = on_a_socket,
            // The first batch goes before.
            Connect::AfterBatch => {}
        }
        if let Some(ticket) = held {
            established.supersede(ticket);
            self.post.abort(ticket);
        }
        if held.is_some() || gap {
            self.interrupted(why, gap);
        }
        self.give_batch_up(now);
        self.close_socket();
    }
}

/// The server's words, or ours where it has none.
pub(super) fn error_or(answer: &Answer, words: &str) -> ServerError {
    if answer.error.text.is_empty() {
        ServerError::new(words)
    } else {
        answer.error.clone()
    }
}
