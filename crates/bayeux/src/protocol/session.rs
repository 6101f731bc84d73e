//! The session: its phases, and what each input means in each of them.
//!
//! The work of a phase is in its own module (`handshake`, `connect`, `batch`, `farewell`), what comes back in `answers`, and what
//! goes wrong in `trouble`; here is what they share.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Map, Value};

use super::advice::Advice;
use super::backoff::Backoff;
use super::batch::Batch;
use super::carrier::Carrier;
use super::clock::Clock;
use super::connect::Connect;
use super::endpoint::Endpoint;
use super::link::Link;
use super::outbox::Outbox;
use super::outgoing;
use super::poll_limit::PollLimit;
use super::post::Post;
use super::signing_in::SignedOut;
use super::subscriptions::Subscriptions;
use super::time_sync::TimeSync;
use super::trouble::Guards;
use super::{Input, Moment, Output, Purpose, Ticket};
use crate::channel::Channel;
use crate::config::Config;
use crate::event::Interruption;
use crate::exchange::Renewed;
use crate::failure::{Failure, PublishError};
use crate::server_clock::ServerClock;
use crate::transport::Transport;

/// One client's side of the protocol, from its start to its [`Event::Closed`](crate::Event::Closed) (Bayeux 1.0, *Client State
/// Table*).
#[derive(Debug)]
pub struct Session {
    pub(super) config: Config,
    pub(super) phase: Phase,
    pub(super) advice: Advice,
    pub(super) subscriptions: Subscriptions,
    pub(super) outbox: Outbox,
    pub(super) backoff: Backoff,
    pub(super) poll_limit: PollLimit,
    /// The largest request in bytes that the server may take, where it has refused one.
    pub(super) request_limit: Option<usize>,
    pub(super) guards: Guards,
    pub(super) post: Post,
    pub(super) link: Link,
    pub(super) clock: Clock,
    pub(super) endpoint: Endpoint,
    pub(super) carrier: Carrier,
    time_sync: TimeSync,
}

#[derive(Debug)]
pub(super) enum Phase {
    /// A handshake will be sent at this time.
    HandshakeDue {
        at: Duration,
    },
    Handshaking(Outstanding),
    Established(Established),
    /// The HTTP session is gone.
    SignedOut(SignedOut),
    Disconnecting(Farewell),
    Closed,
}

/// A session that the server knows.
#[derive(Debug)]
pub(super) struct Established {
    pub(super) client_id: String,
    pub(super) connect: Connect,
    pub(super) batch: Batch,
    /// With the acknowledgement extension: the number of the last batch that was handed over.
    pub(super) ack: Option<i64>,
    /// How many connects the server has answered in this session.
    pub(super) connects: u32,
    /// When the handshake was answered.
    pub(super) since: Duration,
    /// Connects that were given up. Should one be answered all the same, its messages count, for they will not come again;
    /// what it says about the session does not. Always empty with the acknowledgement extension: there they do come again.
    ///
    /// [`Client`](crate::Client) drops a request that is given up, and its connection with it, so there only an answer that had
    /// arrived by then comes so late; what the server says to a dropped one is lost, and told as a gap.
    pub(super) superseded: VecDeque<Ticket>,
}

/// The last request, and the connect that the server will answer along with it.
#[derive(Debug)]
pub(super) struct Farewell {
    pub(super) request: Outstanding,
    pub(super) connect: Option<Ticket>,
}

/// A request under way.
#[derive(Debug)]
pub(super) struct Outstanding {
    pub(super) sent_at: Duration,
    pub(super) ticket: Ticket,
    /// The id of its only message; a batch has one for each of its messages instead.
    pub(super) id: String,
    pub(super) deadline: Duration,
}

impl Session {
    /// A session that shakes hands at once.
    pub fn start(config: Config, now: Moment) -> Self {
        let backoff = Backoff::new(config.first_backoff, config.max_backoff, config.jitter_seed);
        let endpoint = Endpoint::new(
            config.url.clone(),
            config.append_message_type,
            config.allowed_hosts.clone(),
        );
        let mut subscriptions = Subscriptions::default();
        for channel in &config.channels {
            subscriptions.add(channel);
        }
        let mut session = Self {
            clock: Clock::new(config.sleep_check, now),
            endpoint,
            carrier: Carrier::new(&config.transports),
            time_sync: TimeSync::default(),
            config,
            phase: Phase::HandshakeDue { at: now.elapsed },
            advice: Advice::default(),
            subscriptions,
            outbox: Outbox::default(),
            backoff,
            poll_limit: PollLimit::default(),
            request_limit: None,
            guards: Guards::default(),
            post: Post::default(),
            link: Link::default(),
        };
        session.advance(now.elapsed);
        session
    }

    /// Takes one input. What to do about it is then in [`Session::next_output`].
    pub fn handle(&mut self, input: Input, now: Moment) {
        let slept = self.clock.look(now);
        self.take(input, now.elapsed);
        if slept {
            self.connect_afresh(&Interruption::Slept, now.elapsed);
        }
        self.advance(now.elapsed);
    }

    fn take(&mut self, input: Input, now: Duration) {
        match input {
            Input::Together(inputs) => {
                for input in inputs {
                    self.take(input, now);
                }
            }
            Input::Subscribe(channel) => self.subscribe(channel),
            Input::Unsubscribe(channel) => self.unsubscribe(channel),
            Input::Publish {
                publication,
                channel,
                data,
            } => self.publish(publication, channel, data),
            Input::Disconnect => self.disconnect(now),
            Input::ReconnectNow => self.connect_afresh(&Interruption::Asked, now),
            Input::CredentialsRefreshed => self.credentials_refreshed(now),
            Input::HttpSessionGone => self.http_session_gone(),
            Input::Replied { ticket, reply } => self.replied(ticket, &reply, now),
            Input::Opened { ticket } => self.opened(ticket),
            Input::Received { ticket, body } => self.received(ticket, &body, now),
            Input::Failed { ticket, error } if self.carrier.owns(ticket) => {
                self.socket_failed(error.into(), now);
            }
            Input::Failed { ticket, error } => self.failed(ticket, error.into(), now),
            Input::Progressed { ticket, at } => self.progressed(ticket, at),
            Input::Renewed { ticket, renewed } => self.renewed(ticket, renewed, now),
            Input::DeadlineReached => self.expire(now),
        }
    }

    /// Says that the system tells when the machine woke up, and that [`Input::DeadlineReached`] will be given then: there is no
    /// need
    /// to look every few seconds ([`Config::sleep_check`]), so [`Session::deadline`] has no time for that any more.
    pub fn waking_is_told(&mut self) {
        self.clock.is_told();
    }

    /// The next thing to do, in order, until there is none.
    pub fn next_output(&mut self) -> Option<Output> {
        self.post.next()
    }

    /// When to say [`Input::DeadlineReached`], if nothing else happens before. It may lie in the past.
    pub fn deadline(&self) -> Option<Duration> {
        let look = match &self.phase {
            Phase::HandshakeDue { .. } | Phase::Handshaking(_) | Phase::Established(_) => {
                self.clock.next_look()
            }
            Phase::SignedOut(_) | Phase::Disconnecting(_) | Phase::Closed => None,
        };
        let alarm = self.alarm_at();
        [self.phase_deadline(), self.carrier.deadline(), look, alarm]
            .into_iter()
            .flatten()
            .min()
    }

    fn phase_deadline(&self) -> Option<Duration> {
        match &self.phase {
            Phase::HandshakeDue { at } | Phase::SignedOut(SignedOut::RenewalDue { at }) => Some(*at),
            Phase::Handshaking(request) => Some(request.deadline),
            Phase::Established(established) => {
                let batch = established.batch.deadline(self.outbox.is_empty());
                established.connect.deadline().into_iter().chain(batch).min()
            }
            Phase::Disconnecting(farewell) => Some(farewell.request.deadline),
            Phase::SignedOut(SignedOut::Renewing { deadline, .. }) => Some(*deadline),
            Phase::SignedOut(SignedOut::Application) | Phase::Closed => None,
        }
    }

    /// Whether the server sends again what got lost on the way, so that a lost answer is no gap.
    pub(super) fn is_acknowledged(&self) -> bool {
        matches!(&self.phase, Phase::Established(established) if established.ack.is_some())
    }

    /// Whether it is over.
    pub fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed)
    }

    /// Does what is due.
    fn advance(&mut self, now: Duration) {
        if matches!(&self.phase, Phase::HandshakeDue { at } if *at <= now) {
            self.send_handshake(now);
        }
        if matches!(&self.phase, Phase::SignedOut(SignedOut::RenewalDue { at }) if *at <= now) {
            self.renew_credentials(now);
        }
        self.send_batch_if_due(now);
        self.send_connect_if_due(now);
        if self.alarm_at().is_some_and(|at| at <= now)
            && let Some(event) = self.link.alarm(now)
        {
            self.post.tell(event);
        }
        if self.is_settled()
            && let Some(event) = self.link.settled()
        {
            self.post.tell(event);
        }
    }

    /// When the application is to be told that an outage goes on.
    fn alarm_at(&self) -> Option<Duration> {
        if self.is_closed() || matches!(self.phase, Phase::Disconnecting(_)) {
            return None;
        }
        self.link.alarm_at(self.config.outage_alarm)
    }

    /// Asks in a message what time it is at the server, if that is wanted.
    pub(super) fn ask_time(&self, ext: &mut Map<String, Value>) {
        if self.config.time_sync {
            let question = self.time_sync.question(self.clock.wall_milliseconds());
            ext.insert("timesync".to_owned(), question);
        }
    }

    pub(super) fn learn_time(&mut self, ext: Option<&Value>) {
        if self.config.time_sync {
            self.time_sync.learn(ext, self.clock.wall_milliseconds());
        }
    }

    /// How messages travel at the moment.
    pub fn transport(&self) -> Transport {
        self.carrier.current()
    }

    /// What is known of the server's clock ([`Config::time_sync`]).
    pub fn server_clock(&self) -> Option<ServerClock> {
        self.time_sync.clock()
    }

    /// Gives up requests whose time is over.
    fn expire(&mut self, now: Duration) {
        if self.carrier.deadline().is_some_and(|deadline| deadline <= now) {
            self.socket_failed(Failure::TimedOut, now);
        }
        let overdue = match &self.phase {
            Phase::Handshaking(request) | Phase::Disconnecting(Farewell { request, .. }) => {
                [(request.deadline <= now).then_some(request.ticket), None]
            }
            Phase::Established(established) => {
                [established.batch.overdue(now), established.connect.overdue(now)]
            }
            Phase::SignedOut(SignedOut::Renewing { ticket, deadline }) if *deadline <= now => {
                let ticket = *ticket;
                self.post.abort(ticket);
                return self.renewed(ticket, Renewed::Failed(Failure::TimedOut.to_string()), now);
            }
            Phase::HandshakeDue { .. } | Phase::SignedOut(_) | Phase::Closed => [None, None],
        };
        // One message that is not answered on a WebSocket means that nothing is.
        if self.transport() == Transport::WebSocket && overdue.iter().any(Option::is_some) {
            return self.socket_failed(Failure::TimedOut, now);
        }
        for ticket in overdue.into_iter().flatten() {
            // The first failure may have ended the other request already; then this one finds nothing.
            if self.knows(ticket) {
                self.post.abort(ticket);
                self.failed(ticket, Failure::TimedOut, now);
            }
        }
    }

    /// Whatever is under way may hang on a dead connection: asks at once, on a new one, where the session stands.
    fn connect_afresh(&mut self, why: &Interruption, now: Duration) {
        match &self.phase {
            Phase::HandshakeDue { .. } => self.phase = Phase::HandshakeDue { at: now },
            Phase::Handshaking(_) => self.shake_hands_again(why.clone(), now),
            Phase::Established(_) => self.connect_anew(why.clone(), now),
            Phase::SignedOut(SignedOut::RenewalDue { .. } | SignedOut::Renewing { .. }) => {
                self.renew_credentials(now);
            }
            Phase::SignedOut(SignedOut::Application) | Phase::Disconnecting(_) | Phase::Closed => return,
        }
        self.close_socket();
        self.post.forget_connections();
        // The network may be another one, with another proxy or none.
        self.poll_limit = PollLimit::default();
        self.guards.failures = 0;
        self.guards.failing_since = None;
    }

    /// Whether a message to publish may wait to be sent.
    pub(super) fn may_publish(&self) -> Result<(), PublishError> {
        match &self.phase {
            Phase::Closed | Phase::Disconnecting(_) => Err(PublishError::Closed),
            Phase::SignedOut(_) => Err(PublishError::NotConnected),
            _ if self.link.is_failing() => Err(PublishError::NotConnected),
            Phase::HandshakeDue { .. } | Phase::Handshaking(_) | Phase::Established(_) => Ok(()),
        }
    }

    fn is_settled(&self) -> bool {
        matches!(&self.phase, Phase::Established(established)
            if established.connects > 0
                && !established.connect.is_probing()
                && !established.batch.has_subscriptions()
                && !self.outbox.has_subscriptions())
    }

    /// Posts one message alone, and waits for its answer until `timeout`.
    pub(super) fn send_alone(
        &mut self,
        purpose: Purpose,
        message: impl FnOnce(&str) -> String,
        timeout: Duration,
        now: Duration,
    ) -> Outstanding {
        let id = self.post.id();
        let body = outgoing::body(&[message(&id)]);
        let ticket = self.dispatch(purpose, body, timeout, now);
        Outstanding {
            sent_at: now,
            ticket,
            id,
            deadline: now.saturating_add(timeout),
        }
    }

    fn subscribe(&mut self, channel: Channel) {
        if !self.is_closed() && self.subscriptions.add(&channel) && !channel.is_service() {
            self.outbox.subscribe(channel);
        }
    }

    fn unsubscribe(&mut self, channel: Channel) {
        if !self.is_closed() && self.subscriptions.release(&channel) && !channel.is_service() {
            self.outbox.unsubscribe(channel);
        }
    }
}
