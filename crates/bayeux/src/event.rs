//! What the application sees of a subscription's life: five states of the link, and the messages.

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::failure::Failure;
use crate::json::Json;
use crate::server_error::ServerError;
use crate::unsuccessful::Unsuccessful;

/// One thing that happened, in order (Bayeux 1.0, *Client State Table*, as the application sees it).
///
/// ```text
/// start ──► Connected ──► Interrupted ──► Resumed ──► … ──► Closed
///   └─► Interrupted (cannot connect yet) ──► Connected
/// ```
/// [`Event::Delivered`] can come at any moment, also before [`Event::Connected`]: a server may put messages into any reply.
/// [`Event::Closed`] is the last event.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The first session is up (Bayeux 1.0, *Connect Response*): the server answered a connect, and every channel wanted so far
    /// was granted or refused. What
    /// happened before is not told, so this is the moment to read the state that messages then change.
    Connected,
    /// A message on a channel that the application subscribed to (Bayeux 1.0, *Delivery*).
    Delivered(Message),
    /// Messages do not flow at the moment. The client goes on trying by itself, except for
    /// [`Failure::NotAuthenticated`], where it waits for `credentials_refreshed`.
    /// Said once per outage, and again when the cause becomes another one.
    Interrupted(Interruption),
    /// Messages flow again, and every wanted channel is subscribed again.
    Resumed {
        /// Whether messages may have been lost meanwhile. If so, what the application knows from messages must be read again
        /// from its source.
        gap: bool,
    },
    /// The server sent something within an otherwise good reply that cannot be read as a message: JSON in form, but nested too
    /// deep (`serde_json` goes 127 levels down), or a number out of all range. It will not come again.
    Unreadable {
        /// What came, as it came.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The server granted this channel (Bayeux 1.0, *Subscribe Response*): messages that are published on it from now on come.
    /// Only said where
    /// [`Config::report_subscriptions`](crate::Config::report_subscriptions) asks for it: once a channel is wanted for the first
    /// time, and again in every new session. Nothing is asked of the server, and so nothing is said, for a channel that is wanted
    /// once more, nor
    /// for a service channel.
    Subscribed {
        /// The granted channel or pattern.
        channel: String,
    },
    /// The server refused this channel (Bayeux 1.0, *Subscribe Response*). It is no longer wanted and will not be asked for
    /// again; everything else goes on.
    SubscriptionRefused {
        /// The refused channel or pattern.
        channel: String,
        /// What the server said.
        error: ServerError,
    },
    /// The server sees several sessions with the same cookie (Bayeux 1.0, *`multiple-clients` advice field*) and serves this one
    /// slowly. Said when
    /// it begins. Give each client an exchange with cookies of its own.
    MultipleClients,
    /// The outage goes on for longer than [`Config::outage_alarm`](crate::Config::outage_alarm). Said once per outage.
    StillInterrupted {
        /// How long no messages have flowed.
        lasting: Duration,
    },
    /// One message failed. Only said where [`Config::report_failures`](crate::Config::report_failures) asks for it: what to do
    /// is in the other events.
    Unsuccessful(Unsuccessful),
    /// It is over, and no request will follow. To begin again, start a new client.
    Closed(Closure),
}

/// A message that the server delivered (Bayeux 1.0, *Event Message Field Definitions*).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// The channel it was published on (*`channel`*): never a pattern.
    pub channel: Arc<str>,
    /// The payload (*`data`*): any JSON, `null` included. It is read when asked for: [`Json::read`], [`Json::value`].
    pub data: Json,
    /// The id the publisher gave it (*`id`*), if any. It says nothing about order and need not be unique.
    pub id: Option<String>,
    /// The extension field (*`ext`*), if any.
    pub ext: Option<Json>,
}

impl Message {
    /// A message without id and extension, as a test of an application may want one.
    pub fn new(channel: impl Into<Arc<str>>, data: impl Into<Json>) -> Self {
        Self {
            channel: channel.into(),
            data: data.into(),
            id: None,
            ext: None,
        }
    }
}

/// Why messages do not flow at the moment (Bayeux 1.0, *Client State Table*).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Interruption {
    /// A request failed.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The server no longer knows this session (Bayeux 1.0, *`reconnect` advice field*, `handshake`). A new one is being made.
    #[error("the server ended the session: {0}")]
    SessionLost(ServerError),
    /// Not in the specification: the machine slept, and what was under way is taken for dead.
    #[error("the machine slept")]
    Slept,
    /// The application asked for a fresh connection (`reconnect_now`, `credentials_refreshed`).
    #[error("reconnecting as asked")]
    Asked,
}

impl Interruption {
    /// A stable name for this cause, for logs and for telling one cause from another.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Failed(failure) => failure.code(),
            Self::SessionLost(_) => "session-lost",
            Self::Slept => "slept",
            Self::Asked => "asked",
        }
    }
}

/// Why it is over (Bayeux 1.0, *Client State Table*).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Closure {
    /// The application disconnected (Bayeux 1.0, *Disconnect*).
    #[error("disconnected")]
    Disconnected,
    /// The server ended the session and does not want this client back (Bayeux 1.0, *`reconnect` advice field*, `none`).
    #[error("the server ended the session for good: {0}")]
    ByServer(ServerError),
    /// The server refused the handshake and does not want another one (Bayeux 1.0, *Unsuccessful Handshake Response*).
    #[error("the server refused the handshake: {0}")]
    HandshakeRefused(ServerError),
    /// The server offers no transport that this client was to use (Bayeux 1.0, *`supportedConnectionTypes`*).
    #[error("the server offers no transport that was asked for (it offers: {})", .offered.join(", "))]
    NoCommonTransport {
        /// What the server offers.
        offered: Vec<String>,
    },
    /// Not in the specification: every new session was forgotten at once. Nearly always something on the way removes the server's
    /// cookie.
    #[error("the server forgot {handshakes} new sessions in a row; its cookie may get lost on the way")]
    SessionNotKept {
        /// How many handshakes were made in vain.
        handshakes: u32,
    },
    /// A failure that trying again would not cure.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl Closure {
    /// A stable name for this cause.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::ByServer(_) => "ended-by-server",
            Self::HandshakeRefused(_) => "handshake-refused",
            Self::NoCommonTransport { .. } => "no-common-transport",
            Self::SessionNotKept { .. } => "session-not-kept",
            Self::Failed(failure) => failure.code(),
        }
    }
}
