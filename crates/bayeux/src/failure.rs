//! What can go wrong with one request, sorted by what it means for the session.

use std::time::Duration;

use thiserror::Error;

use crate::channel::InvalidChannel;
use crate::exchange::ExchangeError;
use crate::server_error::ServerError;

/// A request that did not get the reply it was for. What HTTP statuses mean is not in the specification, except where a section is
/// named.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Failure {
    /// No connection could be made; the request did not reach the server.
    #[error("cannot reach the server: {0}")]
    Unreachable(String),
    /// The server's certificate is not trusted. Final.
    #[error("the server's certificate is not trusted: {0}")]
    Certificate(String),
    /// The connection broke before the reply was complete.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// No complete reply in time.
    #[error("no reply in time")]
    TimedOut,
    /// The reply is larger than this client reads.
    #[error("the reply is larger than {limit} bytes")]
    TooLarge {
        /// The largest body that is read, in bytes.
        limit: usize,
    },
    /// The HTTP session is gone (Bayeux 1.0, *Authentication*): 401, 403, a redirect to a sign-in page, or such a page itself in
    /// place of JSON.
    /// The client asks [`Exchange::renew`](crate::Exchange::renew) for fresh credentials, or waits for
    /// `credentials_refreshed`; if that does not help either, this is final.
    #[error("not signed in (HTTP status {})", .status.map_or("none".to_owned(), |status| status.to_string()))]
    NotAuthenticated {
        /// The HTTP status that showed it; 200 for an HTML page; none if the application said so itself.
        status: Option<u16>,
    },
    /// The server refused the anti-forgery (CSRF) token (HTTP 403). A new one was tried already, or there is none to be had; the
    /// client takes itself for signed out.
    #[error("the server refused the anti-forgery token")]
    TokenRefused,
    /// The server refused the anti-forgery token, and a new one could not be read this time. That says nothing of the session,
    /// so the request is tried again later.
    #[error("no new anti-forgery token could be read: {0}")]
    TokenUnread(String),
    /// The server takes no request of this size (HTTP 413). Batches are made smaller from then on.
    #[error("the server takes no request of this size")]
    RequestTooLarge,
    /// A proxy on the way wants credentials (HTTP 407). Final.
    #[error("the proxy wants credentials")]
    ProxyAuthentication,
    /// The server does not understand the request (HTTP 400). Final the third time in a row.
    #[error("the server does not understand the request")]
    BadRequest,
    /// There is no Bayeux endpoint here (HTTP 404, 405, 410). Final if there never was one, else a restart is waited for.
    #[error("there is no Bayeux endpoint at this address (HTTP status {status})")]
    WrongAddress {
        /// The HTTP status.
        status: u16,
    },
    /// A proxy lost patience with a held request (HTTP 504). The server is asked to answer sooner from now on.
    #[error("a proxy lost patience (HTTP status 504)")]
    GatewayTimeout {
        /// How long the proxy asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The server, or something on the way, opens no WebSocket. Final where no other transport is offered, else another one is
    /// used.
    #[error("no WebSocket is opened (HTTP status {})", .status.map_or("none".to_owned(), |status| status.to_string()))]
    UpgradeRefused {
        /// The HTTP status that came instead; none where the exchange itself cannot do it.
        status: Option<u16>,
    },
    /// Any other HTTP status: the server, or something before it, cannot answer now.
    #[error("the server cannot answer now (HTTP status {status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// How long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// A reply without any message in it (Bayeux 1.0, *Messages*).
    #[error("the reply is empty")]
    Empty,
    /// A reply that is not JSON (Bayeux 1.0, *Messages*), nor a page of HTML.
    #[error("the reply is not JSON: {0}")]
    NotJson(String),
    /// Messages, but none that answers the request (Bayeux 1.0, *`id`*).
    #[error("the reply does not answer the request")]
    Unanswered,
    /// The server answered the message with a refusal that is not final (Bayeux 1.0, *`successful`* and *`error`*).
    #[error("the server refused: {0}")]
    Refused(ServerError),
}

impl Failure {
    /// A stable name for this failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Certificate(_) => "certificate",
            Self::Broken(_) => "broken",
            Self::TimedOut => "timed-out",
            Self::TooLarge { .. } => "too-large",
            Self::NotAuthenticated { .. } => "not-authenticated",
            Self::TokenRefused => "token-refused",
            Self::TokenUnread(_) => "token-unread",
            Self::RequestTooLarge => "request-too-large",
            Self::ProxyAuthentication => "proxy-authentication",
            Self::BadRequest => "bad-request",
            Self::WrongAddress { .. } => "wrong-address",
            Self::GatewayTimeout { .. } => "gateway-timeout",
            Self::UpgradeRefused { .. } => "upgrade-refused",
            Self::Unavailable { .. } => "unavailable",
            Self::Empty => "empty",
            Self::NotJson(_) => "not-json",
            Self::Unanswered => "unanswered",
            Self::Refused(_) => "refused",
        }
    }

    /// The HTTP status that showed it, if it was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::NotAuthenticated { status } | Self::UpgradeRefused { status } => *status,
            Self::WrongAddress { status } | Self::Unavailable { status, .. } => Some(*status),
            Self::BadRequest => Some(400),
            Self::TokenRefused | Self::TokenUnread(_) => Some(403),
            Self::ProxyAuthentication => Some(407),
            Self::RequestTooLarge => Some(413),
            Self::GatewayTimeout { .. } => Some(504),
            _ => None,
        }
    }

    /// Whether a reply that carried messages may have been lost with this failure. Only a request that never left, and one
    /// whose answer was read, are above suspicion.
    pub(crate) fn may_lose_messages(&self) -> bool {
        !matches!(
            self,
            Self::Unreachable(_)
                | Self::Certificate(_)
                | Self::ProxyAuthentication
                | Self::RequestTooLarge
                | Self::TokenRefused
                | Self::TokenUnread(_)
                | Self::UpgradeRefused { .. }
                | Self::Refused(_)
                | Self::Unanswered
        )
    }

    /// Whether an answer came that cannot be used, and would come again as it is.
    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(self, Self::NotJson(_) | Self::TooLarge { .. } | Self::Unanswered)
    }

    /// How long the server asks to be left alone.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable { retry_after, .. } | Self::GatewayTimeout { retry_after } => *retry_after,
            _ => None,
        }
    }
}

/// Why a message was not published (Bayeux 1.0, *Publish Response*). A message is never sent twice: after an error it is the
/// application's choice to try again.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PublishError {
    /// The text is not a channel on which something can be published.
    #[error(transparent)]
    InvalidChannel(#[from] InvalidChannel),
    /// There is no connection at the moment; the message was not sent.
    #[error("not connected")]
    NotConnected,
    /// The message was sent, and whether it arrived is not known.
    #[error("it is not known whether the message arrived: {0}")]
    Unconfirmed(Failure),
    /// The server refused the message.
    #[error("the server refused the message: {0}")]
    Refused(ServerError),
    /// Too many messages wait already ([`Config::max_queued`](crate::Config::max_queued)); the message was not sent.
    #[error("too many messages wait to be sent")]
    QueueFull,
    /// The server takes no request that is large enough for this message.
    #[error("the message is too large for the server")]
    TooLarge,
    /// The session is over; the message was not sent, or not confirmed.
    #[error("the session is over")]
    Closed,
}

impl From<ExchangeError> for Failure {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Unreachable(reason) => Self::Unreachable(reason),
            ExchangeError::Certificate(reason) => Self::Certificate(reason),
            ExchangeError::ProxyAuthentication => Self::ProxyAuthentication,
            ExchangeError::Broken(reason) => Self::Broken(reason),
            ExchangeError::TimedOut => Self::TimedOut,
            ExchangeError::TooLarge { limit } => Self::TooLarge { limit },
            // What a status means here is the same as elsewhere, except that it never shows a wrong address.
            ExchangeError::UpgradeRefused { status, retry_after } => match status {
                Some(300..=399 | 401 | 403) => Self::NotAuthenticated { status },
                Some(407) => Self::ProxyAuthentication,
                Some(status @ (408 | 429 | 500..=599)) => Self::Unavailable { status, retry_after },
                _ => Self::UpgradeRefused { status },
            },
            ExchangeError::NotAuthenticated => Self::NotAuthenticated { status: None },
        }
    }
}
