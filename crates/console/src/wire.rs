//! One HTTP exchange, as a seam: real over reqwest, in memory in the tests.

use std::error::Error as StdError;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use desk::fault::{Fault, FaultCode};

use crate::gate::{Gate, GuardedBody};
use crate::pins;
use crate::profile::Profile;
use crate::proxy;
use crate::secret::Secret;
pub use crate::trust::CertificateSeen;
use crate::trust::Trust;

/// A larger answer is refused while it comes, counted after decompression. A roster that is larger is read in pages.
pub const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// Below the 30 s after which Jetty in GWS closes an idle connection (`gws/core.md 1.7`).
const KEEP_IDLE: Duration = Duration::from_secs(15);
/// What the HTTP client says when a tunnel through the proxy is answered with 407. Its type is not ours to name.
const PROXY_REFUSED: &str = "proxy authorization required";
const CONNECT_WITHIN: Duration = Duration::from_secs(8);

/// A future that a trait object can give.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why an exchange brought no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// No connection could be made: the request certainly did not reach the server.
    #[error("cannot reach the server: {0}")]
    Unreachable(String),
    /// The connection broke: the request may have been carried out.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// It was not sent: by the time it could be, who reads it was somebody else.
    #[error("it was not sent: who reads it has changed")]
    Withheld,
    /// No answer in time: the request may have been carried out.
    #[error("no answer in time")]
    TimedOut,
    /// The answer is larger than [`LARGEST_ANSWER`].
    #[error("the answer is larger than {LARGEST_ANSWER} bytes")]
    TooLarge,
    /// The proxy did not let us through without a name and a password, or with those it got.
    #[error("the proxy wants a name and a password")]
    ProxyRefused,
    /// The certificate of the server is not to be trusted.
    #[error("{}", .0.message)]
    Certificate(Fault),
}

/// Something that carries HTTP requests and keeps the cookies of one session.
pub trait Wire: Send + Sync + 'static {
    /// Sends one request and reads the whole answer, whatever its status. Redirects are answers, never followed.
    fn exchange(
        &self,
        request: http::Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, WireError>>;

    /// The same for what the customer reads: the gate is asked as late as this wire can, and nothing of the body goes out
    /// where it stays shut.
    fn exchange_if(
        &self,
        request: http::Request<Bytes>,
        gate: Gate,
        within: Duration,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, WireError>> {
        Box::pin(async move {
            if gate.opens().await {
                self.exchange(request, within).await
            } else {
                Err(WireError::Withheld)
            }
        })
    }

    /// The certificate the server showed last, trusted or not; none where nothing is encrypted.
    fn certificate(&self) -> Option<CertificateSeen> {
        None
    }
}

/// HTTP over the network: one cookie jar, the trust store of the system, its proxy.
#[derive(Debug)]
pub struct NetworkWire {
    client: reqwest::Client,
    trust: Arc<Trust>,
}

impl NetworkWire {
    /// A wire with an empty cookie jar. `extra_ca` names a PEM file with one more certificate authority.
    pub fn new(extra_ca: Option<&Path>) -> Result<NetworkWire, Fault> {
        NetworkWire::build(Trust::new(extra_ca, Vec::new())?, reqwest::Client::builder())
    }

    /// The wire a profile asks for: its authorities, its pins, its proxy. The proxy's password is not in the profile.
    pub fn for_profile(profile: &Profile, proxy_password: Option<&Secret>) -> Result<NetworkWire, Fault> {
        let extra_ca = Some(Path::new(&profile.extra_ca_file)).filter(|file| !file.as_os_str().is_empty());
        let trust = Trust::new(extra_ca, pins::read(&profile.key_pins)?)?;
        let builder = reqwest::Client::builder();
        NetworkWire::build(trust, proxy::between(profile, proxy_password, builder)?)
    }

    fn build(trust: Arc<Trust>, builder: reqwest::ClientBuilder) -> Result<NetworkWire, Fault> {
        let client = builder
            .tls_backend_preconfigured(trust.tls()?)
            .user_agent(concat!("Sotto/", env!("CARGO_PKG_VERSION")))
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_WITHIN)
            .pool_idle_timeout(KEEP_IDLE)
            .tcp_keepalive(KEEP_IDLE)
            .tcp_nodelay(true)
            .build()
            .map_err(|error| {
                Fault::new(
                    FaultCode::Internal,
                    format!("The network could not be set up: {error}"),
                )
            })?;
        Ok(NetworkWire { client, trust })
    }

    async fn send<B: Into<reqwest::Body>>(
        &self,
        request: http::Request<B>,
    ) -> Result<http::Response<Bytes>, WireError> {
        let (parts, body) = request.into_parts();
        let answer = self
            .client
            .request(parts.method, parts.uri.to_string())
            .headers(parts.headers)
            .body(body)
            .send()
            .await
            .map_err(|error| self.explain(&error))?;
        if answer.status() == http::StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Err(WireError::ProxyRefused);
        }
        self.read_bounded(answer).await
    }

    async fn read_bounded(&self, mut answer: reqwest::Response) -> Result<http::Response<Bytes>, WireError> {
        let announced = answer.content_length().unwrap_or_default();
        if usize::try_from(announced).is_ok_and(|announced| announced > LARGEST_ANSWER) {
            return Err(WireError::TooLarge);
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.explain(&error))? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(WireError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut whole = http::Response::new(body.freeze());
        *whole.status_mut() = answer.status();
        *whole.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(whole)
    }

    fn explain(&self, error: &reqwest::Error) -> WireError {
        if let Some(reason) = refused_certificate(error) {
            return WireError::Certificate(self.trust.fault(&reason));
        }
        let reason = root_cause(error);
        if error.is_connect() && reason.ends_with(PROXY_REFUSED) {
            return WireError::ProxyRefused;
        }
        if error.is_timeout() && !error.is_connect() {
            WireError::TimedOut
        } else if error.is_connect() {
            WireError::Unreachable(reason)
        } else {
            WireError::Broken(reason)
        }
    }
}

impl Wire for NetworkWire {
    fn exchange(
        &self,
        request: http::Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, WireError>> {
        Box::pin(async move {
            tokio::time::timeout(within, self.send(request))
                .await
                .unwrap_or(Err(WireError::TimedOut))
        })
    }

    fn exchange_if(
        &self,
        request: http::Request<Bytes>,
        gate: Gate,
        within: Duration,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, WireError>> {
        Box::pin(async move {
            let (parts, content) = request.into_parts();
            let (body, withheld) = GuardedBody::new(content, gate);
            let request = http::Request::from_parts(parts, reqwest::Body::wrap(body));
            let answer = tokio::time::timeout(within, self.send(request)).await;
            if withheld.load(Ordering::Acquire) {
                return Err(WireError::Withheld);
            }
            answer.unwrap_or(Err(WireError::TimedOut))
        })
    }

    fn certificate(&self) -> Option<CertificateSeen> {
        self.trust.seen()
    }
}

fn root_cause(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| deeper(*error))
}

/// An I/O error hides what it wraps from `source`, and TLS errors come wrapped in one.
fn deeper<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    wrapped
        .map(|inner| inner as &(dyn StdError + 'static))
        .or_else(|| error.source())
}

fn refused_certificate(error: &(dyn StdError + 'static)) -> Option<rustls::CertificateError> {
    causes(error).find_map(|cause| match cause.downcast_ref::<rustls::Error>() {
        Some(rustls::Error::InvalidCertificate(reason)) => Some(reason.clone()),
        _ => None,
    })
}

impl WireError {
    /// The error as a supervisor reads it.
    pub fn fault(&self) -> Fault {
        match self {
            WireError::Certificate(fault) => fault.clone(),
            WireError::Withheld => Fault::new(
                FaultCode::ReadersChanged,
                "It was not sent: before it could go, it was not certain any more that the same people read you and that the server lets you write.",
            )
            .with_hint("Look who reads you now, then send it again or change it."),
            WireError::Unreachable(why) => Fault::new(
                FaultCode::Unreachable,
                format!("The server cannot be reached: {why}."),
            )
            .with_hint("Check the address and your network or VPN."),
            WireError::Broken(why) => Fault::new(
                FaultCode::Unreachable,
                format!("The connection to the server broke: {why}."),
            )
            .with_hint("Sotto connects again by itself."),
            WireError::TimedOut => Fault::new(FaultCode::TimedOut, "The server did not answer in time.")
                .with_hint("It may be busy. Try again in a moment."),
            WireError::ProxyRefused => Fault::new(
                FaultCode::ProxyRefused,
                "The proxy between you and the server did not let you through.",
            )
            .with_hint("Check the proxy's user name and password under Advanced."),
            WireError::TooLarge => Fault::new(
                FaultCode::AnswerTooLarge,
                format!(
                    "The server sent more than {} MB, which Sotto does not read.",
                    LARGEST_ANSWER >> 20
                ),
            )
            .with_hint("Check that the address is the one of Genesys Web Services."),
        }
    }
}
