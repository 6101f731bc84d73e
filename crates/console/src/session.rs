//! The HTTP session with the server: signing in, cookies, the CSRF token, and signing in again when it is gone.
//!
//! Basic credentials go with the sign-in alone; after that the session cookie is enough (`gws/core.md 2.1`). The
//! server tells a missing session and a missing CSRF token with the same HTTP 403 (fact 9): the body tells them apart.
//!
//! * `trouble`: why a request brought no usable answer.

mod trouble;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use desk::fault::{Fault, FaultCode};
use gws::digital::SupervisorMode;
use gws::{DigitalOperation, Operation, Query, Reply, ReplyError, SessionAct};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;
use url::Url;

use crate::gate::{Gate, Gates};
use crate::secret::Secret;
use crate::wire::{Wire, WireError};
pub(crate) use trouble::SessionError;

/// How long an ordinary request may take.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long a reading of the whole roster may take.
pub(crate) const ROSTER_WITHIN: Duration = Duration::from_secs(20);
/// What is read of the own user at sign-in.
const SIGN_IN_READS: [&str; 4] = ["features", "devices", "channels", "calls"];

/// A signed-in session. Cheap to clone; all clones share cookies and token.
#[derive(Clone)]
pub(crate) struct Session(Arc<Shared>);

struct Shared {
    wire: Arc<dyn Wire>,
    base: Url,
    user_name: String,
    password: Secret,
    csrf: Mutex<Option<(HeaderName, HeaderValue)>>,
    /// Counts sign-ins: whoever finds the session gone signs in again only if nobody else has since.
    generation: AtomicU64,
    signing_in: tokio::sync::Mutex<()>,
    /// The server took the password once and refused it later: asking again and again could lock the account.
    refused: AtomicBool,
}

/// An answer and how long it took.
pub(crate) struct Answered {
    pub(crate) reply: Reply,
    pub(crate) round_trip_ms: u32,
}

impl Session {
    pub(crate) fn new(wire: Arc<dyn Wire>, base: Url, user_name: String, password: Secret) -> Session {
        Session(Arc::new(Shared {
            wire,
            base,
            user_name,
            password,
            csrf: Mutex::new(None),
            generation: AtomicU64::new(0),
            signing_in: tokio::sync::Mutex::new(()),
            refused: AtomicBool::new(false),
        }))
    }

    /// The address of the subscription (`gws/core.md 6.1`).
    pub(crate) fn notifications_url(&self) -> Result<Url, Fault> {
        Url::parse(&format!("{}/notifications", self.base()))
            .map_err(|_| Fault::new(FaultCode::BadAddress, "This is not the address of a server."))
    }

    /// The address of the interface, without a slash at the end.
    pub(crate) fn base(&self) -> &str {
        self.0.base.as_str().trim_end_matches('/')
    }

    /// How often this session has been signed in. A change means that the server forgot the one before.
    pub(crate) fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::Acquire)
    }

    /// Signs in with the password and gives the own user.
    pub(crate) async fn sign_in(&self) -> Result<Answered, SessionError> {
        let request = Query::me(SIGN_IN_READS).request();
        let generation = self.generation();
        let answered = self.attempt(&request, true, ANSWER_WITHIN).await?;
        if self.generation() == generation {
            self.begun_anew();
        }
        Ok(answered)
    }

    /// The server opened another session, so it forgot what belonged to the one before.
    fn begun_anew(&self) {
        self.0.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Reads something.
    pub(crate) async fn read(&self, query: &Query, within: Duration) -> Result<Answered, SessionError> {
        self.call(&query.request(), within).await
    }

    /// Asks for something to be done.
    ///
    /// What the customer would notice is asked for once and never again by itself: by the time the session is renewed,
    /// somebody else may be reading, or the agent who was to stay may have left.
    ///
    /// What somebody reads goes out only if its gate opens once the connection is there, each time it would go.
    pub(crate) async fn perform(
        &self,
        operation: &Operation,
        gates: Option<Gates>,
    ) -> Result<Answered, SessionError> {
        let request = operation.request();
        if reaches_the_customer(operation) {
            let gate = gates.as_ref().map(Gates::gate);
            self.attempt_if(&request, false, gate, ANSWER_WITHIN).await
        } else {
            self.call_if(&request, gates.as_ref(), ANSWER_WITHIN).await
        }
    }

    /// Ends the session. No other request may follow (`gws/core.md 3.2`).
    pub(crate) async fn end(&self, within: Duration) {
        // If the server does not hear this, the session ends by itself after its idle time.
        let _ = self
            .attempt(&Operation::EndSession.request(), false, within)
            .await;
    }

    /// One request; if the session or the token is gone, once more with a new one. Both refusals mean that nothing
    /// was done (`gws/core.md 1.3`), so that asking again is safe.
    async fn call(&self, request: &gws::Request, within: Duration) -> Result<Answered, SessionError> {
        self.call_if(request, None, within).await
    }

    async fn call_if(
        &self,
        request: &gws::Request,
        gates: Option<&Gates>,
        within: Duration,
    ) -> Result<Answered, SessionError> {
        let attempt = || self.attempt_if(request, false, gates.map(Gates::gate), within);
        let generation = self.generation();
        match attempt().await {
            Err(SessionError::Reply(ReplyError::NotAuthenticated)) => {
                self.renew(generation).await?;
                attempt().await
            }
            Err(SessionError::Reply(ReplyError::CsrfRejected)) => {
                self.attempt(&Query::me(["devices"]).request(), false, within)
                    .await?;
                attempt().await
            }
            other => other,
        }
    }

    /// Signs in again, unless somebody else has done it since `generation`.
    pub(crate) async fn renew(&self, generation: u64) -> Result<(), SessionError> {
        let _one_at_a_time = self.0.signing_in.lock().await;
        if self.generation() != generation {
            return Ok(());
        }
        if self.0.refused.load(Ordering::Acquire) {
            return Err(ReplyError::NotAuthenticated.into());
        }
        let result = self.sign_in().await.map(drop);
        if let Err(SessionError::Reply(ReplyError::NotAuthenticated)) = result {
            self.0.refused.store(true, Ordering::Release);
        }
        result
    }

    async fn attempt(
        &self,
        request: &gws::Request,
        with_password: bool,
        within: Duration,
    ) -> Result<Answered, SessionError> {
        self.attempt_if(request, with_password, None, within).await
    }

    async fn attempt_if(
        &self,
        request: &gws::Request,
        with_password: bool,
        gate: Option<Gate>,
        within: Duration,
    ) -> Result<Answered, SessionError> {
        let started = Instant::now();
        let mut url = Url::parse(&format!("{}{}", self.base(), request.path))
            .map_err(|error| WireError::Unreachable(error.to_string()))?;
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        let body = request
            .body
            .as_ref()
            .map(|body| body.to_string().into_bytes())
            .unwrap_or_default();
        let mut headers = HeaderMap::new();
        if with_password {
            headers.insert(AUTHORIZATION, self.basic());
        }
        let method = http::Method::from_bytes(request.method.as_str().as_bytes())
            .map_err(|error| WireError::Unreachable(error.to_string()))?;
        let answer = self
            .exchange_if(method, &url, headers, Bytes::from(body), gate, within)
            .await?;
        // The session is another one even where the rest of the answer cannot be read.
        if with_password && answer.status().is_success() && answer.headers().contains_key(SET_COOKIE) {
            self.begun_anew();
        }
        let content_type = answer
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let reply = gws::reply::decode(answer.status().as_u16(), content_type, answer.body())?;
        let round_trip_ms = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
        Ok(Answered { reply, round_trip_ms })
    }

    /// Any exchange of this session, those of the subscription included: the token goes with it and is read again
    /// from its answer (`gws/core.md 1.6`).
    pub(crate) async fn exchange(
        &self,
        method: http::Method,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
        within: Duration,
    ) -> Result<http::Response<Bytes>, WireError> {
        self.exchange_if(method, url, headers, body, None, within).await
    }

    async fn exchange_if(
        &self,
        method: http::Method,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
        gate: Option<Gate>,
        within: Duration,
    ) -> Result<http::Response<Bytes>, WireError> {
        let mut request = http::Request::new(body);
        *request.uri_mut() = url
            .as_str()
            .parse()
            .map_err(|_| WireError::Unreachable("the address is not valid".to_owned()))?;
        let changes_something = method != http::Method::GET;
        *request.method_mut() = method;
        *request.headers_mut() = headers;
        request
            .headers_mut()
            .insert(ACCEPT, HeaderValue::from_static("application/json"));
        if changes_something {
            let json = HeaderValue::from_static("application/json;charset=UTF-8");
            request.headers_mut().entry(CONTENT_TYPE).or_insert(json);
            if let Some((name, value)) = self.csrf() {
                request.headers_mut().insert(name, value);
            }
        }
        let answer = match gate {
            Some(gate) => self.0.wire.exchange_if(request, gate, within).await?,
            None => self.0.wire.exchange(request, within).await?,
        };
        self.learn_csrf(answer.headers());
        Ok(answer)
    }

    fn basic(&self) -> HeaderValue {
        let pair = zeroize::Zeroizing::new(format!("{}:{}", self.0.user_name, self.0.password.expose()));
        let mut value = HeaderValue::from_str(&format!("Basic {}", BASE64.encode(pair.as_bytes())))
            .unwrap_or_else(|_| HeaderValue::from_static("Basic"));
        value.set_sensitive(true);
        value
    }

    fn csrf(&self) -> Option<(HeaderName, HeaderValue)> {
        self.0.csrf.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn learn_csrf(&self, headers: &HeaderMap) {
        let named = headers
            .get("X-CSRF-HEADER")
            .and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok());
        let name = named.unwrap_or(HeaderName::from_static("x-csrf-token"));
        if let Some(value) = headers.get("X-CSRF-TOKEN") {
            let mut value = value.clone();
            value.set_sensitive(true);
            *self.0.csrf.lock().unwrap_or_else(PoisonError::into_inner) = Some((name, value));
        }
    }
}

/// Whether the customer may notice it: what is said to them, what shows us to them, what may end their session.
fn reaches_the_customer(operation: &Operation) -> bool {
    let Operation::Digital(operation) = operation else {
        return false;
    };
    match operation {
        DigitalOperation::Publish(_) => true,
        DigitalOperation::Session { act, .. } => matches!(
            act,
            SessionAct::Leave | SessionAct::Complete { .. } | SessionAct::SwitchTo(SupervisorMode::BargeIn)
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
