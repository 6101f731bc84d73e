//! The plain [`Exchange`]: reqwest with the settings that a Bayeux session needs.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use reqwest::cookie::Jar;
use reqwest::header::{
    CONTENT_TYPE as CONTENT_TYPE_HEADER, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{Client, ClientBuilder, Response};

use crate::exchange::{
    BoxFuture, CONTENT_TYPE, Exchange, ExchangeError, Progress, Renewal, Renewed, Reply, Request,
};
#[cfg(feature = "websocket")]
use crate::exchange::{Opening, Socket};
#[cfg(feature = "websocket")]
use crate::web_socket;

/// The largest body that is read unless told otherwise: 16 MiB. Not in the specification.
pub const DEFAULT_MAX_BODY: usize = 16 * 1024 * 1024;

/// The most memory that is taken because a server announces a body of that size, in bytes.
const MOST_RESERVED: usize = 256 * 1024;

/// Below the idle time of any usual server, so that it is we who close an idle connection, and not the server just when the
/// next request is on its way.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// Exchanges over reqwest (Bayeux 1.0, *HTTP Transport*). Cheap to clone; all clones share connections and cookies.
///
/// A server's certificate that is not trusted is told from other failures by its type, which needs reqwest's rustls backend;
/// with another one it counts as [`ExchangeError::Unreachable`].
#[derive(Clone)]
pub struct HttpExchange {
    client: Arc<RwLock<Client>>,
    make: Option<Makes>,
    max_body: usize,
    authentication: Option<Arc<dyn Authentication>>,
}

/// Makes more clients like the first one.
#[derive(Clone)]
struct Makes {
    client: Make,
    /// One that speaks only the version of HTTP which knows upgrades.
    #[cfg(feature = "websocket")]
    upgrading: Make,
}

type Make = Arc<dyn Fn() -> Result<Client, reqwest::Error> + Send + Sync>;

/// Headers that go with every request, and where they come from (Bayeux 1.0, *Authentication*, supplied by the container):
/// authorisation, an anti-forgery token.
pub trait Authentication: Send + Sync + 'static {
    /// The headers for the next request.
    fn headers(&self) -> HeaderMap;

    /// Looks at the headers of a reply, in which a server may hand out a new token.
    fn learn(&self, headers: &HeaderMap) {
        let _ = headers;
    }

    /// Makes anew what the server refused, as [`Exchange::renew`].
    fn renew(&self, what: Renewal) -> BoxFuture<'_, Renewed> {
        let _ = what;
        Box::pin(async { Renewed::NotHere })
    }
}

impl HttpExchange {
    /// Exchanges over clients that are made by `configure` from a builder with everything set that the protocol needs: no
    /// redirects, one cookie jar, connections that are dropped before servers drop them. Add certificates, a proxy or default
    /// headers there.
    ///
    /// It is called again when connections are to be forgotten, and for each WebSocket (feature `websocket`). Building a client
    /// with rustls needs a crypto provider installed for the process, and panics without one.
    pub fn configured(
        configure: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static,
    ) -> Result<Self, reqwest::Error> {
        let cookies = Arc::new(Jar::default());
        let configured = Arc::new(move || configure(builder().cookie_provider(Arc::clone(&cookies))));
        #[cfg(feature = "websocket")]
        let upgrading: Make = {
            let configured = Arc::clone(&configured);
            Arc::new(move || configured().http1_only().build())
        };
        let client: Make = Arc::new(move || configured().build());
        let mut exchange = Self::new(client()?);
        exchange.make = Some(Makes {
            client,
            #[cfg(feature = "websocket")]
            upgrading,
        });
        Ok(exchange)
    }

    /// A builder with everything set that the protocol needs, and a cookie store of its own, for [`HttpExchange::new`].
    pub fn client_builder() -> ClientBuilder {
        builder().cookie_store(true)
    }

    /// Exchanges over this client, which cannot forget its connections: [`HttpExchange::configured`] is better where the
    /// machine may sleep or change its network.
    pub fn new(client: Client) -> Self {
        Self {
            client: Arc::new(RwLock::new(client)),
            make: None,
            max_body: DEFAULT_MAX_BODY,
            authentication: None,
        }
    }

    /// The same with another limit for bodies, in bytes.
    #[must_use]
    pub fn with_max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// The same with headers from elsewhere.
    #[must_use]
    pub fn with_authentication(mut self, authentication: Arc<dyn Authentication>) -> Self {
        self.authentication = Some(authentication);
        self
    }

    async fn exchange(&self, request: Request) -> Result<Reply, ExchangeError> {
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut post = client
            .post(request.url)
            .header(CONTENT_TYPE_HEADER, HeaderValue::from_static(CONTENT_TYPE))
            .body(request.body);
        if let Some(authentication) = &self.authentication {
            post = post.headers(authentication.headers());
        }
        let response = post.send().await.map_err(|error| sort(&error))?;
        request.progress.bytes_arrived();
        let headers = response.headers();
        if let Some(authentication) = &self.authentication {
            authentication.learn(headers);
        }
        Ok(Reply {
            status: response.status().as_u16(),
            content_type: text(headers, CONTENT_TYPE_HEADER).map(str::to_owned),
            location: text(headers, LOCATION).map(str::to_owned),
            retry_after: retry_after(headers),
            body: self.read(response, &request.progress).await?,
        })
    }

    #[cfg(feature = "websocket")]
    async fn open_web_socket(&self, opening: Opening) -> Result<Socket, ExchangeError> {
        let client = match self.make.as_ref().map(|make| (make.upgrading)()) {
            Some(made) => made.map_err(|error| sort(&error))?,
            None => self.client.read().unwrap_or_else(PoisonError::into_inner).clone(),
        };
        let url = web_socket::upgrade_address(&opening.url);
        let (mut request, key) = web_socket::ask(client.get(url.clone()), &url);
        if let Some(authentication) = &self.authentication {
            request = request.headers(authentication.headers());
        }
        let response = request.send().await.map_err(|error| sort(&error))?;
        if let Some(authentication) = &self.authentication {
            authentication.learn(response.headers());
        }
        web_socket::open(response, &key, self.max_body, sort).await
    }

    async fn read(&self, mut response: Response, progress: &Progress) -> Result<Bytes, ExchangeError> {
        let too_large = ExchangeError::TooLarge { limit: self.max_body };
        let announced = response.content_length().unwrap_or_default();
        let announced = usize::try_from(announced).unwrap_or(usize::MAX);
        if announced > self.max_body {
            return Err(too_large);
        }
        let mut chunks = async || response.chunk().await.map_err(|error| sort(&error));
        let Some(first) = chunks().await? else {
            return Ok(Bytes::new());
        };
        progress.bytes_arrived();
        if first.len() > self.max_body {
            return Err(too_large);
        }
        // Most replies come in one piece, which needs no copy.
        let mut next = chunks().await?;
        if next.is_none() {
            return Ok(first);
        }
        let mut body = BytesMut::with_capacity(announced.min(MOST_RESERVED));
        body.extend_from_slice(&first);
        while let Some(chunk) = next {
            progress.bytes_arrived();
            if chunk.len() > self.max_body - body.len() {
                return Err(too_large);
            }
            body.extend_from_slice(&chunk);
            next = chunks().await?;
        }
        Ok(body.freeze())
    }
}

impl Exchange for HttpExchange {
    fn post(&self, request: Request) -> BoxFuture<'_, Result<Reply, ExchangeError>> {
        Box::pin(self.exchange(request))
    }

    #[cfg(feature = "websocket")]
    fn open(&self, opening: Opening) -> BoxFuture<'_, Result<Socket, ExchangeError>> {
        Box::pin(self.open_web_socket(opening))
    }

    fn renew(&self, what: Renewal) -> BoxFuture<'_, Renewed> {
        match &self.authentication {
            Some(authentication) => authentication.renew(what),
            None => Box::pin(async { Renewed::NotHere }),
        }
    }

    fn forget_connections(&self) {
        // The connections of the present client are closed as soon as no request uses them.
        match self.make.as_ref().map(|make| (make.client)()) {
            Some(Ok(client)) => *self.client.write().unwrap_or_else(PoisonError::into_inner) = client,
            Some(Err(error)) => tracing::warn!(%error, "no fresh connections can be made"),
            None => {}
        }
    }
}

impl fmt::Debug for HttpExchange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpExchange")
            .field("max_body", &self.max_body)
            .finish_non_exhaustive()
    }
}

fn builder() -> ClientBuilder {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .pool_max_idle_per_host(2)
        .tcp_nodelay(true)
        .tcp_keepalive(POOL_IDLE_TIMEOUT)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// How long a reply asks to wait.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    wait(text(headers, RETRY_AFTER)?, SystemTime::now())
}

/// Reads a `Retry-After` header: a number of seconds, or a date.
fn wait(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        // A date that has passed asks for no wait.
        Err(_) => Some(
            httpdate::parse_http_date(text)
                .ok()?
                .duration_since(now)
                .unwrap_or_default(),
        ),
    }
}

fn sort(error: &reqwest::Error) -> ExchangeError {
    let reason = reason(error);
    if let Some(certificate) = refused_certificate(error) {
        ExchangeError::Certificate(certificate)
    } else if wants_proxy_credentials(error) {
        ExchangeError::ProxyAuthentication
    } else if error.is_timeout() && !error.is_connect() {
        ExchangeError::TimedOut
    } else if error.is_connect() || error.is_builder() {
        ExchangeError::Unreachable(reason)
    } else {
        ExchangeError::Broken(reason)
    }
}

fn refused_certificate(error: &reqwest::Error) -> Option<String> {
    causes(error).find_map(|cause| match cause.downcast_ref::<rustls::Error>()? {
        refused @ (rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
            Some(refused.to_string())
        }
        _ => None,
    })
}

/// Whether a proxy would not open a tunnel without credentials. The error's type is private to the library beneath, so its
/// words must do; should they change, the server counts as unreachable and is tried again.
fn wants_proxy_credentials(error: &reqwest::Error) -> bool {
    error.is_connect()
        && causes(error).any(|cause| cause.to_string() == "tunnel error: proxy authorization required")
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| deeper(*error))
}

/// An I/O error hides what it wraps from `source`, and errors of TLS come wrapped in one.
fn deeper<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    wrapped
        .map(|inner| inner as &(dyn StdError + 'static))
        .or_else(|| error.source())
}

/// The innermost causes say what happened; the outer ones only that something did. The address is left out, for it may hold
/// secrets.
fn reason(error: &reqwest::Error) -> String {
    let mut reasons: Vec<_> = causes(error).skip(1).map(ToString::to_string).collect();
    reasons.dedup();
    if reasons.is_empty() {
        "the request failed".to_owned()
    } else {
        reasons.join(": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_may_ask_for_seconds_or_for_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(wait(" 120 ", now), Some(Duration::from_mins(2)));
        assert_eq!(
            wait("Sun, 06 Nov 1994 08:50:37 GMT", now),
            Some(Duration::from_mins(1))
        );
        assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(wait("soon", now), None);
    }
}
