//! The seam to HTTP: one request, one reply.
//!
//! The protocol needs no more of HTTP than to post a body and to get one back. An application that has an HTTP session of its
//! own (cookies, an anti-forgery header, authorisation) implements [`Exchange`] over it, and tests implement it with a script.
//! `HttpExchange` (feature `http`) is the plain implementation over reqwest.
//!
//! An exchange decides nothing: it neither repeats a request nor follows a redirect nor judges a status. That is what the
//! protocol core is for.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use thiserror::Error;
use tokio::sync::mpsc;
use tokio::time::Instant;
use url::Url;

/// A future that a trait object can return. Not in the specification.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The `Content-Type` every request must carry (Bayeux 1.0, *The `long-polling` request messages*). Servers and firewalls look at
/// it.
pub const CONTENT_TYPE: &str = "application/json;charset=UTF-8";

/// Posts requests over HTTP (Bayeux 1.0, *HTTP Transport*). Object safe.
///
/// Up to two exchanges are under way at the same time: the held `/meta/connect` and one other. An implementation must
///
/// * keep cookies between requests, because servers tie the Bayeux session to one,
/// * not follow redirects (a POST that becomes a GET of a sign-in page tells nothing); hand the 3xx status back instead,
/// * not repeat a request by itself,
/// * send [`CONTENT_TYPE`],
/// * bound the size of the body it reads.
///
/// The future is dropped to abort the exchange: because its time is over, or because nobody wants the reply any more.
pub trait Exchange: Send + Sync + 'static {
    /// Posts one request (Bayeux 1.0, *The `long-polling` request messages*). Any HTTP status is an `Ok`; an error means that no
    /// complete reply came.
    fn post(&self, request: Request) -> BoxFuture<'_, Result<Reply, ExchangeError>>;

    /// Makes what the server no longer takes anew (Bayeux 1.0, *Authentication*), after a 401 or a refused anti-forgery token.
    /// The client asks at most once
    /// for each request, and gives up when fresh credentials are refused again, so that no account gets locked.
    ///
    /// One that takes longer than [`Config::renewal_timeout`](crate::Config::renewal_timeout), or panics, counts as
    /// [`Renewed::Failed`]. One for credentials is begun anew after sleep and on
    /// [`Client::reconnect_now`](crate::Client::reconnect_now).
    ///
    /// An implementation that cannot do so leaves this as it is; the client then waits for
    /// [`Client::credentials_refreshed`](crate::Client::credentials_refreshed).
    fn renew(&self, what: Renewal) -> BoxFuture<'_, Renewed> {
        let _ = what;
        Box::pin(async { Renewed::NotHere })
    }

    /// Opens a WebSocket (Bayeux 1.0, *Non HTTP Transports*), with the cookies and headers that go with every request. Only asked
    /// for where
    /// [`Config::transports`](crate::Config::transports) names it.
    fn open(&self, opening: Opening) -> BoxFuture<'_, Result<Socket, ExchangeError>> {
        let _ = opening;
        Box::pin(async {
            Err(ExchangeError::UpgradeRefused {
                status: None,
                retry_after: None,
            })
        })
    }

    /// Drops connections that are kept for later requests. Not in the specification: they may be dead without a sign, because the
    /// machine slept or the
    /// network is another one.
    fn forget_connections(&self) {}
}

/// What is to be made anew (Bayeux 1.0, *Authentication*).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Renewal {
    /// The HTTP session (Bayeux 1.0, *Authentication*, supplied by the container): the server answered 401, or with a way to its
    /// sign-in page.
    Credentials,
    /// Not in the specification: the anti-forgery (CSRF) token. The server answered 403 and named it as the reason.
    Token,
}

/// How a renewal ended (Bayeux 1.0, *Authentication*).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Renewed {
    /// What was asked for is there, and goes with the next request.
    Done,
    /// Nobody here can do that.
    NotHere,
    /// It did not work this time, for instance because the network is down. The client tries again later.
    Failed(String),
    /// The credentials are refused. The client closes.
    Refused,
}

/// One HTTP POST to send (Bayeux 1.0, *The `long-polling` request messages*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Request {
    /// The complete address.
    pub url: Url,
    /// A JSON array of Bayeux messages (Bayeux 1.0, *Messages*), in UTF-8.
    pub body: Bytes,
    /// How long the whole exchange may take, unless [`Request::progress`] is reported. The caller drops the future when it is
    /// over, so an implementation need not watch it.
    pub timeout: Duration,
    /// Where an implementation reports that bytes of the reply arrive, so that a large reply over a slow line gets more time.
    pub progress: Progress,
}

impl Request {
    /// A request of which no progress was made yet.
    pub fn new(url: Url, body: Bytes, timeout: Duration) -> Self {
        Self {
            url,
            body,
            timeout,
            progress: Progress::default(),
        }
    }
}

/// A WebSocket to open (Bayeux 1.0, *Non HTTP Transports*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Opening {
    /// The address, with the scheme `ws` or `wss`.
    pub url: Url,
    /// How long opening it may take. The caller drops the future when that is over.
    pub timeout: Duration,
}

impl Opening {
    pub(crate) fn new(url: Url, timeout: Duration) -> Self {
        Self { url, timeout }
    }
}

/// The near end of an open WebSocket (Bayeux 1.0, *Non HTTP Transports*). Dropping it closes the WebSocket.
#[derive(Debug)]
pub struct Socket {
    /// What to send, each as one text frame.
    pub(crate) outgoing: mpsc::UnboundedSender<Bytes>,
    /// What was received. An error, or the end, means that the WebSocket is closed.
    pub(crate) incoming: mpsc::Receiver<Result<Bytes, ExchangeError>>,
}

impl Socket {
    /// The near end, given what takes its frames and what brings those of the server. The latter should hold few frames, so
    /// that a server that is faster than the application has to wait.
    pub fn new(
        outgoing: mpsc::UnboundedSender<Bytes>,
        incoming: mpsc::Receiver<Result<Bytes, ExchangeError>>,
    ) -> Self {
        Self { outgoing, incoming }
    }
}

/// When bytes of a reply last arrived. Not in the specification. Clones share the value.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Mutex<Option<Instant>>>);

impl Progress {
    /// Some bytes of the reply arrived just now.
    pub fn bytes_arrived(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// When the last bytes arrived, if any did.
    pub fn last(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One HTTP reply, read to its end (Bayeux 1.0, *The `long-polling` response messages*). Make it with `..Reply::default()`, for
/// fields may be added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// The HTTP status code.
    pub status: u16,
    /// The `Content-Type` header as it came.
    pub content_type: Option<String>,
    /// The `Location` header as it came, for redirects.
    pub location: Option<String>,
    /// How long the `Retry-After` header asks to wait.
    pub retry_after: Option<Duration>,
    /// The body, decompressed.
    pub body: Bytes,
}

/// Why an exchange gave no complete reply (Bayeux 1.0, *HTTP Transport*; what may go wrong there is not in the specification).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// No connection could be made: the request certainly did not reach the server.
    #[error("cannot reach the server: {0}")]
    Unreachable(String),
    /// The server's certificate is not trusted. Trying again would not help.
    #[error("the server's certificate is not trusted: {0}")]
    Certificate(String),
    /// A proxy on the way wants credentials. Trying again would not help.
    #[error("the proxy wants credentials")]
    ProxyAuthentication,
    /// The connection broke after the request was (perhaps partly) sent: the server may have answered, and its answer is lost.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// No complete reply within the time the implementation allows.
    #[error("no reply in time")]
    TimedOut,
    /// The body is larger than the implementation reads.
    #[error("the reply is larger than {limit} bytes")]
    TooLarge {
        /// The largest body that is read, in bytes.
        limit: usize,
    },
    /// No WebSocket is opened here.
    #[error("no WebSocket is opened (HTTP status {})", .status.map_or("none".to_owned(), |status| status.to_string()))]
    UpgradeRefused {
        /// The HTTP status that came instead; none where the exchange itself cannot do it.
        status: Option<u16>,
        /// How long the `Retry-After` header of that answer asks to wait.
        retry_after: Option<Duration>,
    },
    /// The application knows that it has no HTTP session any more, so it did not send the request.
    #[error("not signed in")]
    NotAuthenticated,
}
