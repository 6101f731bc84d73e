//! The plain [`Exchange`]: reqwest with the settings that a Bayeux session needs.

use std::error::Error as _;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use reqwest::header::{CONTENT_TYPE as CONTENT_TYPE_HEADER, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, Response};
use serde_json::Value;

use crate::exchange::{BoxFuture, CONTENT_TYPE, Exchange, ExchangeError, Reply, Request};

/// The largest body that is read unless told otherwise: 16 MiB.
pub const DEFAULT_MAX_BODY: usize = 16 * 1024 * 1024;

/// Below the idle time of any usual server, so that it is we who close an idle connection, and not the server just when the
/// next request is on its way.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// Exchanges over a reqwest client.
#[derive(Debug, Clone)]
pub struct HttpExchange {
    client: Client,
    max_body: usize,
}

impl HttpExchange {
    /// A builder with everything set that the protocol needs: no redirects, a cookie store of its own, connections that are
    /// dropped before servers drop them. Add certificates, a proxy or default headers, build it, and give it to
    /// [`HttpExchange::new`].
    ///
    /// Building it needs a rustls crypto provider installed for the process.
    pub fn client_builder() -> ClientBuilder {
        Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .cookie_store(true)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .pool_max_idle_per_host(2)
            .tcp_nodelay(true)
            .tcp_keepalive(POOL_IDLE_TIMEOUT)
    }

    /// Exchanges over this client.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            max_body: DEFAULT_MAX_BODY,
        }
    }

    /// The same with another limit for bodies, in bytes.
    #[must_use]
    pub fn with_max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Sends, and sends once more at once if a pooled connection turned out to be dead before any answer came.
    ///
    /// A server that closes an idle connection just then has not read the request, as a rule. Should it have, a second
    /// subscribe changes nothing, and a handshake too many is forgotten. But a publication could arrive twice, and a connect's
    /// lost answer must be known to the session, so neither of these is repeated here.
    async fn send(&self, request: &Request) -> Result<Response, ExchangeError> {
        let sent_at = Instant::now();
        match self.send_once(request).await {
            Err(error) if is_dead_connection(&error, sent_at) && may_be_repeated(&request.body) => {
                tracing::debug!(
                    reason = reason(&error),
                    "the connection was dead, trying a new one"
                );
                self.send_once(request).await.map_err(|error| sort(&error))
            }
            result => result.map_err(|error| sort(&error)),
        }
    }

    async fn send_once(&self, request: &Request) -> Result<Response, reqwest::Error> {
        let post = self
            .client
            .post(request.url.clone())
            .header(CONTENT_TYPE_HEADER, CONTENT_TYPE);
        post.body(request.body.clone()).send().await
    }

    async fn read(&self, mut response: Response) -> Result<Bytes, ExchangeError> {
        let too_large = ExchangeError::TooLarge { limit: self.max_body };
        if response
            .content_length()
            .is_some_and(|length| usize::try_from(length).is_ok_and(|n| n > self.max_body))
        {
            return Err(too_large);
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| sort(&error))? {
            if chunk.len() > self.max_body - body.len() {
                return Err(too_large);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

impl Exchange for HttpExchange {
    fn post(&self, request: Request) -> BoxFuture<'_, Result<Reply, ExchangeError>> {
        Box::pin(async move {
            let response = self.send(&request).await?;
            let headers = response.headers();
            let content_type = text(headers, CONTENT_TYPE_HEADER).map(str::to_owned);
            let retry_after = text(headers, RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok());
            let status = response.status().as_u16();
            let body = self.read(response).await?;
            Ok(Reply {
                status,
                content_type,
                retry_after: retry_after.map(Duration::from_secs),
                body,
            })
        })
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// The connection ended as soon as it was used: the sign of a pooled connection that the server had closed.
fn is_dead_connection(error: &reqwest::Error, sent_at: Instant) -> bool {
    error.is_request()
        && !error.is_connect()
        && !error.is_timeout()
        && sent_at.elapsed() < Duration::from_secs(1)
}

/// Whether every message in a body may be sent twice without harm.
fn may_be_repeated(body: &[u8]) -> bool {
    let harmless = |message: &Value| {
        let channel = message["channel"].as_str().unwrap_or_default();
        channel.starts_with("/meta/") && channel != "/meta/connect"
    };
    serde_json::from_slice::<Vec<Value>>(body).is_ok_and(|messages| messages.iter().all(harmless))
}

fn sort(error: &reqwest::Error) -> ExchangeError {
    let reason = reason(error);
    if error.is_timeout() && !error.is_connect() {
        ExchangeError::TimedOut
    } else if reason.contains("certificate") {
        ExchangeError::Certificate(reason)
    } else if error.is_connect() || error.is_builder() {
        ExchangeError::Unreachable(reason)
    } else {
        ExchangeError::Broken(reason)
    }
}

/// The innermost causes say what happened; the outer ones only that something did. The address is left out, for it may hold
/// secrets.
fn reason(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    causes.dedup();
    if causes.is_empty() {
        "the request failed".to_owned()
    } else {
        causes.join(": ")
    }
}
