//! The handle with which an application uses a session that runs by itself.

use std::sync::Arc;

use serde_json::Value;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};

use crate::batch::Batch;
use crate::channel::{Channel, InvalidChannel};
use crate::config::Config;
use crate::driver::{self, Command};
use crate::event::Event;
use crate::exchange::Exchange;
use crate::failure::PublishError;
use crate::server_clock::ServerClock;

/// A running Bayeux session (Bayeux 1.0, *Client to Server* and *Server to Client event delivery*). Cheap to clone; all clones
/// speak of the same session.
///
/// When the last clone is dropped, or the receiver of the events, the session disconnects by itself.
#[derive(Debug, Clone)]
pub struct Client {
    commands: mpsc::UnboundedSender<Command>,
    server_clock: watch::Receiver<Option<ServerClock>>,
}

/// Why a channel could not be subscribed to or unsubscribed from (Bayeux 1.0, *Subscribe* and *Unsubscribe*).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SubscribeError {
    /// The text is not a channel.
    #[error(transparent)]
    InvalidChannel(#[from] InvalidChannel),
    /// The session is over.
    #[error("the session is over")]
    Closed,
}

impl Client {
    /// Starts a session: the handshake is sent at once (Bayeux 1.0, *Handshake*). Must be called inside a tokio runtime that has
    /// time
    /// and I/O enabled.
    ///
    /// Events come in order through the receiver. It holds [`Config::event_capacity`] events; when the application falls
    /// behind by more, the client stops taking replies until there is room, so memory stays bounded by one reply. A server
    /// that gets no connect for long (its `maxInterval`, often 10 to 15 s) forgets the session, which then ends in
    /// `Interrupted` and `Resumed { gap: true }`.
    pub fn start(exchange: Arc<dyn Exchange>, config: Config) -> (Self, mpsc::Receiver<Event>) {
        let (commands, receiver) = mpsc::unbounded_channel();
        let (clock, server_clock) = watch::channel(None);
        let events = driver::start(exchange, config, receiver, clock);
        let client = Self {
            commands,
            server_clock,
        };
        (client, events)
    }

    /// Wants a channel or pattern (Bayeux 1.0, *Subscribe*), now and in every later session until it is unsubscribed from as many
    /// times, or refused.
    ///
    /// Channels wanted before the session is up, and those of [`Config::channels`], are asked for in one request before the first
    /// connect. What becomes of a channel comes as an event: [`Event::SubscriptionRefused`], or [`Event::Subscribed`] where
    /// [`Config::report_subscriptions`] asks for it. [`Event::Connected`] and [`Event::Resumed`] come when every channel wanted
    /// so far
    /// was granted or refused.
    pub fn subscribe(&self, channel: &str) -> Result<(), SubscribeError> {
        let channel = Channel::new(channel)?;
        self.send(Command::Subscribe(channel))
            .map_err(|Closed| SubscribeError::Closed)
    }

    /// Gives up one [`Client::subscribe`] of the same text (Bayeux 1.0, *Unsubscribe*). With the last one the server is told, and
    /// messages on the channel
    /// are no longer delivered. Without any it does nothing.
    pub fn unsubscribe(&self, channel: &str) -> Result<(), SubscribeError> {
        let channel = Channel::new(channel)?;
        self.send(Command::Unsubscribe(channel))
            .map_err(|Closed| SubscribeError::Closed)
    }

    /// Publishes a message and waits until the server confirmed it (Bayeux 1.0, *Publish*). Messages go out in the order of the
    /// calls.
    /// While the first handshake is under way, messages are held back; while the link is down, they fail at once.
    pub async fn publish(&self, channel: &str, data: Value) -> Result<(), PublishError> {
        let channel = Channel::plain(channel)?;
        let (done, result) = oneshot::channel();
        self.send(Command::Publish { channel, data, done })
            .map_err(|Closed| PublishError::Closed)?;
        result.await.unwrap_or(Err(PublishError::Closed))
    }

    /// Begins a batch (Bayeux 1.0, *Messages*): what is added to it goes out in one request, in order.
    pub fn batch(&self) -> Batch {
        Batch::new(self.clone())
    }

    /// Ends the session properly (Bayeux 1.0, *Disconnect*): the server is told, and its answer is waited for, but not longer than
    /// [`Config::disconnect_timeout`]. No request follows. Returns at once if the session is over already.
    pub async fn disconnect(&self) {
        let (done, ended) = oneshot::channel();
        if self.send(Command::Disconnect { done }).is_ok() {
            // An error means that the driver ended without answering, so it is over all the same.
            let _ = ended.await;
        }
    }

    /// Makes a fresh connection now. Not in the specification: for when the application knows that the present one is dead or
    /// that waiting is idle:
    /// after the machine slept, or when the network changed.
    pub fn reconnect_now(&self) {
        let _ = self.send(Command::ReconnectNow);
    }

    /// Says that the HTTP session is new (Bayeux 1.0, *Authentication*): the application signed in again. A new Bayeux session is
    /// made in it.
    pub fn credentials_refreshed(&self) {
        let _ = self.send(Command::CredentialsRefreshed);
    }

    /// Says that the HTTP session is gone (Bayeux 1.0, *Authentication*), as the application learned elsewhere. No request is
    /// sent until
    /// [`Client::credentials_refreshed`].
    pub fn http_session_gone(&self) {
        let _ = self.send(Command::HttpSessionGone);
    }

    /// What is known of the server's clock (reference of `CometD`, *Timesync Extension*). Nothing before the first answer, or
    /// where [`Config::time_sync`] does not ask for
    /// it or the server does not take part.
    pub fn server_clock(&self) -> Option<ServerClock> {
        *self.server_clock.borrow()
    }

    pub(crate) fn send(&self, command: Command) -> Result<(), Closed> {
        self.commands.send(command).map_err(|_| Closed)
    }
}

/// The driver is gone.
#[derive(Debug)]
pub(crate) struct Closed;
