//! Everything beside the connect: subscriptions, their ends and publications, all that wait in one request, one request at a time.

use std::time::Duration;

use serde_json::Value;

use super::advice::Reconnect;
use super::connect::{Connect, error_or};
use super::incoming::Answer;
use super::outbox::Errand;
use super::outgoing::{self, SUBSCRIBE, UNSUBSCRIBE};
use super::session::{Established, Phase, Session};
use super::trouble::was_dead;
use super::{Publication, Purpose, Ticket};
use crate::channel::Channel;
use crate::event::{Closure, Event, Interruption};
use crate::failure::{Failure, PublishError};
use crate::server_error::ServerError;

/// Where the one batch is.
#[derive(Debug)]
pub(super) enum Batch {
    /// What waits may go from this time on. So many batches have failed in a row.
    Due {
        at: Duration,
        failures: u32,
        /// Whether the server asked for this pause, so that no good news ends it.
        asked: bool,
    },
    Sent(SentBatch),
}

#[derive(Debug)]
pub(super) struct SentBatch {
    ticket: Ticket,
    sent_at: Duration,
    deadline: Duration,
    failures: u32,
    answered: usize,
    /// In bytes.
    size: usize,
    /// What the server has not answered yet.
    messages: Vec<SentMessage>,
}

#[derive(Debug)]
struct SentMessage {
    id: String,
    errand: Errand,
}

impl SentMessage {
    fn is_answered_by(&self, answer: &Answer) -> bool {
        let channel = match &self.errand {
            Errand::Subscribe(_) => SUBSCRIBE,
            Errand::Unsubscribe(_) => UNSUBSCRIBE,
            Errand::Publish { channel, .. } => channel.as_str(),
        };
        answer.answers(channel, &self.id)
    }
}

impl Batch {
    pub(super) fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Sent(sent) => Some(sent.ticket),
            Self::Due { .. } => None,
        }
    }

    pub(super) fn is_partly_answered(&self, ticket: Ticket) -> bool {
        matches!(self, Self::Sent(sent) if sent.ticket == ticket && sent.answered > 0)
    }

    /// When something must happen: nothing ever, where nothing waits.
    pub(super) fn deadline(&self, nothing_waits: bool) -> Option<Duration> {
        match self {
            Self::Sent(sent) => Some(sent.deadline),
            Self::Due { at, .. } => (!nothing_waits).then_some(*at),
        }
    }

    pub(super) fn overdue(&self, now: Duration) -> Option<Ticket> {
        match self {
            Self::Sent(sent) => (sent.deadline <= now).then_some(sent.ticket),
            Self::Due { .. } => None,
        }
    }

    /// Nothing is under way, and nothing has failed.
    pub(super) fn due(at: Duration) -> Self {
        Self::Due {
            at,
            failures: 0,
            asked: false,
        }
    }

    /// The server is there again: what waits need not wait longer.
    pub(super) fn hasten(&mut self, now: Duration) {
        if let Self::Due { at, asked: false, .. } = self {
            *at = (*at).min(now);
        }
    }

    /// Bytes of the reply arrive: it gets more time.
    pub(super) fn extend(&mut self, until: Duration) {
        if let Self::Sent(sent) = self {
            sent.deadline = sent.deadline.max(until);
        }
    }

    pub(super) fn has_subscriptions(&self) -> bool {
        match self {
            Self::Sent(sent) => sent
                .messages
                .iter()
                .any(|message| matches!(message.errand, Errand::Subscribe(_))),
            Self::Due { .. } => false,
        }
    }

    /// What was sent and not answered.
    pub(super) fn into_errands(self) -> Vec<Errand> {
        match self {
            Self::Sent(sent) => sent.messages.into_iter().map(|message| message.errand).collect(),
            Self::Due { .. } => Vec::new(),
        }
    }
}

impl Session {
    pub(super) fn publish(&mut self, publication: Publication, channel: Channel, data: Value) {
        let room = self.outbox.publications() < self.config.max_queued;
        match self.may_publish() {
            Ok(()) if !room => self.post.published(publication, Err(PublishError::QueueFull)),
            Ok(()) => self.outbox.publish(publication, channel, data),
            Err(error) => self.post.published(publication, Err(error)),
        }
    }

    pub(super) fn send_batch_if_due(&mut self, now: Duration) {
        let Phase::Established(Established {
            batch: Batch::Due { at, failures, .. },
            client_id,
            ..
        }) = &self.phase
        else {
            return;
        };
        let (at, failures, client_id) = (*at, *failures, client_id.clone());
        if at > now || self.outbox.is_empty() {
            return;
        }
        let limit = self.request_limit.unwrap_or(usize::MAX);
        let (mut messages, mut texts, mut size) = (Vec::new(), Vec::new(), 0);
        while let Some(errand) = self.outbox.take() {
            let id = self.post.id();
            let text = outgoing::errand(&id, &client_id, &errand);
            if !texts.is_empty() && size + text.len() > limit {
                self.outbox.put_back(vec![errand]);
                break;
            }
            size += text.len();
            texts.push(text);
            messages.push(SentMessage { id, errand });
        }
        let timeout = self.config.max_network_delay;
        let ticket = self.dispatch(Purpose::Batch, outgoing::body(&texts), timeout, now);
        if let Phase::Established(established) = &mut self.phase {
            established.batch = Batch::Sent(SentBatch {
                ticket,
                sent_at: now,
                deadline: now.saturating_add(timeout),
                failures,
                answered: 0,
                size,
                messages,
            });
        }
    }

    /// The server answered one message of the batch.
    pub(super) fn batch_answered(&mut self, answer: &Answer, now: Duration) {
        let Phase::Established(established) = &mut self.phase else {
            return;
        };
        let Batch::Sent(sent) = &mut established.batch else {
            return tracing::debug!(?answer, "this answers nothing we asked");
        };
        let Some(index) = sent
            .messages
            .iter()
            .position(|message| message.is_answered_by(answer))
        else {
            return tracing::debug!(?answer, "this answers nothing we asked");
        };
        let message = sent.messages.remove(index);
        sent.answered += 1;
        if sent.messages.is_empty() {
            established.batch = Batch::due(now);
        }
        if answer.successful {
            self.errand_done(message.errand);
        } else {
            self.errand_refused(message.errand, answer);
        }
        if let Some(advice) = &answer.advice {
            self.advised(advice.clone());
        }
        let lost = !answer.successful && answer.error.is_unknown_client();
        match answer.reconnect() {
            Some(Reconnect::None) => {
                self.close(Closure::ByServer(error_or(answer, "advice: do not reconnect")));
            }
            Some(Reconnect::Handshake) => self.session_lost(answer, now),
            Some(Reconnect::Retry) | None if lost => self.session_lost(answer, now),
            Some(Reconnect::Retry) | None => {}
        }
    }

    fn errand_done(&mut self, errand: Errand) {
        match errand {
            Errand::Subscribe(channel) if self.config.report_subscriptions => {
                self.post.tell(Event::Subscribed {
                    channel: channel.to_string(),
                });
            }
            Errand::Subscribe(_) | Errand::Unsubscribe(_) => {}
            Errand::Publish { publication, .. } => self.post.published(publication, Ok(())),
        }
    }

    fn errand_refused(&mut self, errand: Errand, answer: &Answer) {
        match errand {
            // A session that the server forgot says nothing about the channel.
            Errand::Subscribe(_) if answer.error.is_unknown_client() => {}
            Errand::Subscribe(channel) => self.subscription_refused(&channel, answer.error.clone()),
            Errand::Unsubscribe(channel) => {
                tracing::debug!(%channel, error = %answer.error, "the server would not unsubscribe");
            }
            Errand::Publish { publication, .. } => {
                self.post
                    .published(publication, Err(PublishError::Refused(answer.error.clone())));
            }
        }
    }

    fn subscription_refused(&mut self, channel: &Channel, error: ServerError) {
        self.outbox.forget(channel);
        if self.subscriptions.remove(channel) {
            self.post.tell(Event::SubscriptionRefused {
                channel: channel.to_string(),
                error,
            });
        }
    }

    /// The batch's reply came and left some of its messages unanswered. Asking again would bring the same, so those count as
    /// refused.
    pub(super) fn batch_ended(&mut self, now: Duration) {
        for errand in self.take_batch(Batch::due(now)) {
            match errand {
                Errand::Subscribe(channel) => {
                    self.subscription_refused(&channel, ServerError::new("the server gave no answer"));
                }
                Errand::Unsubscribe(_) => {}
                Errand::Publish { publication, .. } => {
                    self.post
                        .published(publication, Err(PublishError::Unconfirmed(Failure::Unanswered)));
                }
            }
        }
    }

    pub(super) fn batch_failed(&mut self, failure: Failure, now: Duration) {
        if matches!(failure, Failure::RequestTooLarge) {
            return self.batch_too_large(now);
        }
        let Some(failure) = self.escalate(failure, now) else {
            return;
        };
        let Phase::Established(Established {
            batch: Batch::Sent(sent),
            ..
        }) = &self.phase
        else {
            return;
        };
        let at_once = sent.failures == 0 && was_dead(&failure, now.saturating_sub(sent.sent_at));
        let failures = sent.failures.saturating_add(1);
        let delay = self.backoff.delay(failures, failure.retry_after());
        let at = now.saturating_add(if at_once { Duration::ZERO } else { delay });
        let asked = failure.retry_after().is_some();
        let errands = self.take_batch(Batch::Due { at, failures, asked });
        self.put_back(errands, &unconfirmed(&failure));
        // What comes behind does not overtake what failed.
        self.refuse_publications(&PublishError::NotConnected);
        let first = matches!(&self.phase, Phase::Established(established) if matches!(established.connect, Connect::AfterBatch));
        // Before the first connect nothing is lost that the application does not read anew anyway.
        if first && at_once {
            return;
        }
        // Nor is there anything else then that could tell how the server is.
        if let Phase::Established(established) = &mut self.phase
            && first
        {
            established.connect = Connect::Due { at, probing: true };
        }
        // Any reply can carry messages, so this one may have lost some even while the connect is held as ever. With the
        // acknowledgement extension only answers to connects do.
        let gap = !self.is_acknowledged() && failure.may_lose_messages();
        if gap || (self.outbox.has_subscriptions() && !at_once) {
            self.interrupted(Interruption::Failed(failure), gap);
        }
    }

    /// The server took none of it, so all of it may be sent again, in smaller requests. A message that is too large by itself is
    /// refused.
    fn batch_too_large(&mut self, now: Duration) {
        let Phase::Established(Established {
            batch: Batch::Sent(sent),
            ..
        }) = &self.phase
        else {
            return;
        };
        let alone = sent.messages.len() == 1;
        if !alone {
            self.request_limit = Some(sent.size / 2);
        }
        let errands = self.take_batch(Batch::due(now));
        if !alone {
            return self.outbox.put_back(errands);
        }
        for errand in errands {
            match errand {
                Errand::Subscribe(channel) => {
                    self.subscription_refused(&channel, ServerError::new("413::Request too large"));
                }
                Errand::Unsubscribe(_) => {}
                Errand::Publish { publication, .. } => {
                    self.post.published(publication, Err(PublishError::TooLarge));
                }
            }
        }
    }

    /// Gives up the batch under way, because its connection is taken for dead, and lets what waits go at once.
    pub(super) fn give_batch_up(&mut self, now: Duration) {
        if let Phase::Established(established) = &self.phase
            && let Some(ticket) = established.batch.ticket()
        {
            self.post.abort(ticket);
        }
        let errands = self.take_batch(Batch::due(now));
        self.put_back(errands, &PublishError::Unconfirmed(Failure::TimedOut));
    }

    fn take_batch(&mut self, next: Batch) -> Vec<Errand> {
        match &mut self.phase {
            Phase::Established(established) => std::mem::replace(&mut established.batch, next).into_errands(),
            _ => Vec::new(),
        }
    }

    /// Keeps subscriptions for the next batch. A publication is never sent twice, so its fate is told.
    fn put_back(&mut self, errands: Vec<Errand>, fate: &PublishError) {
        let mut kept = Vec::new();
        for errand in errands {
            match errand {
                Errand::Publish { publication, .. } => self.post.published(publication, Err(fate.clone())),
                Errand::Subscribe(_) | Errand::Unsubscribe(_) => kept.push(errand),
            }
        }
        self.outbox.put_back(kept);
    }
}

/// What a failure means for a message that was on its way.
fn unconfirmed(failure: &Failure) -> PublishError {
    match failure {
        Failure::Unreachable(_) => PublishError::NotConnected,
        failure => PublishError::Unconfirmed(failure.clone()),
    }
}
