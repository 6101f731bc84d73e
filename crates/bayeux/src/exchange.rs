//! The seam to HTTP: one request, one reply.
//!
//! The protocol needs no more of HTTP than to post a body and to get one back. An application that has an HTTP session of its
//! own (cookies, an anti-forgery header, authorisation) implements [`Exchange`] over it, and tests implement it with a script.
//! `HttpExchange` (feature `http`) is the plain implementation over reqwest.
//!
//! A transport that is not request and reply, such as WebSocket, will be a second seam beside this one; the protocol core
//! already speaks in tickets and does not mind how a message travels.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use thiserror::Error;
use url::Url;

/// A future that a trait object can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The `Content-Type` every request must carry. Servers and firewalls look at it.
pub const CONTENT_TYPE: &str = "application/json;charset=UTF-8";

/// Posts requests over HTTP. Object safe.
///
/// Up to two exchanges are under way at the same time: the held `/meta/connect` and one other. An implementation must
///
/// * keep cookies between requests, because servers tie the Bayeux session to one,
/// * not follow redirects (a POST that becomes a GET of a sign-in page tells nothing); hand the 3xx status back instead,
/// * send [`CONTENT_TYPE`],
/// * bound the size of the body it reads.
///
/// The future is dropped to abort the exchange: because its time is over, or because nobody wants the reply any more.
pub trait Exchange: Send + Sync + 'static {
    /// Posts one request. Any HTTP status is an `Ok`; an error means that no complete reply came.
    fn post(&self, request: Request) -> BoxFuture<'_, Result<Reply, ExchangeError>>;
}

/// One HTTP POST to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The complete address.
    pub url: Url,
    /// A JSON array of Bayeux messages, in UTF-8.
    pub body: Bytes,
    /// How long the whole exchange may take. The caller drops the future when it is over, so an implementation need not
    /// watch it.
    pub timeout: Duration,
}

/// One HTTP reply, read to its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// The HTTP status code.
    pub status: u16,
    /// The `Content-Type` header as it came.
    pub content_type: Option<String>,
    /// The `Retry-After` header, where it is a number of seconds.
    pub retry_after: Option<Duration>,
    /// The body, decompressed.
    pub body: Bytes,
}

/// Why an exchange gave no complete reply.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// No connection could be made: the request certainly did not reach the server.
    #[error("cannot reach the server: {0}")]
    Unreachable(String),
    /// The server's certificate is not trusted. Trying again would not help.
    #[error("the server's certificate is not trusted: {0}")]
    Certificate(String),
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
    /// The application knows that it has no HTTP session any more, so it did not send the request.
    #[error("not signed in")]
    NotAuthenticated,
}
