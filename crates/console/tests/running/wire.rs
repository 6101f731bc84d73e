//! A wire in memory: requests go straight into the simulator's router, with a small cookie store, and can be cut.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use console::wire::{BoxFuture, LARGEST_ANSWER, Wire, WireError};
use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderValue, Request, Response};
use serde_json::Value;
use tokio::sync::watch;
use tower::ServiceExt as _;

/// What happens to requests on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Nothing: the wire is whole.
    Whole,
    /// No request leaves any more, and those that are held break.
    Unreachable,
    /// Requests arrive and are carried out, but no answer comes back.
    Silent,
}

/// What was seen of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) with_password: bool,
    pub(crate) csrf: Option<String>,
}

/// Changes an answer on its way back.
pub(crate) type Meddler = Arc<dyn Fn(&str, &mut Value) + Send + Sync>;

/// Is told of every request as it leaves.
pub(crate) type Witness = Arc<dyn Fn(&Sent) + Send + Sync>;

pub(crate) struct MemoryWire {
    router: Router,
    cookies: Mutex<BTreeMap<String, String>>,
    cut: watch::Sender<Cut>,
    sent: Mutex<Vec<Sent>>,
    meddler: Mutex<Option<Meddler>>,
    witness: Mutex<Option<Witness>>,
    tricks: Mutex<Tricks>,
}

/// Smaller things that go wrong between client and server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tricks {
    /// Answers to GET under this path come so much later than they were true.
    pub(crate) late: Option<(&'static str, Duration)>,
    /// A proxy takes the cookies away.
    pub(crate) lose_cookies: bool,
    /// The next requests under this path lose their CSRF token.
    pub(crate) lose_token: Option<(&'static str, u32)>,
    /// The password has been changed by somebody else.
    pub(crate) refuse_password: bool,
}

impl MemoryWire {
    pub(crate) fn new(router: Router) -> MemoryWire {
        MemoryWire {
            router,
            cookies: Mutex::default(),
            cut: watch::Sender::new(Cut::Whole),
            sent: Mutex::default(),
            meddler: Mutex::new(None),
            witness: Mutex::new(None),
            tricks: Mutex::default(),
        }
    }

    /// A wire to the same server without our cookies, as another program has it.
    pub(crate) fn of_another_program(&self) -> MemoryWire {
        MemoryWire::new(self.router.clone())
    }

    pub(crate) fn trick(&self, change: impl FnOnce(&mut Tricks)) {
        change(&mut self.tricks.lock().unwrap());
    }

    pub(crate) fn cut(&self, cut: Cut) {
        self.cut.send_replace(cut);
    }

    /// From now on every JSON answer goes through this; the path tells which.
    pub(crate) fn meddle(&self, change: impl Fn(&str, &mut Value) + Send + Sync + 'static) {
        *self.meddler.lock().unwrap() = Some(Arc::new(change));
    }

    /// From now on this sees every request as it leaves.
    pub(crate) fn witness(&self, see: impl Fn(&Sent) + Send + Sync + 'static) {
        *self.witness.lock().unwrap() = Some(Arc::new(see));
    }

    /// Everything that left so far, oldest first.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    pub(crate) fn forget_sent(&self) {
        self.sent.lock().unwrap().clear();
    }

    async fn carry(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, WireError> {
        let path = request.uri().path().to_owned();
        let mut cut = self.cut.subscribe();
        if *cut.borrow_and_update() == Cut::Unreachable {
            return Err(WireError::Unreachable("the cable is cut".to_owned()));
        }
        self.play_tricks(&mut request);
        self.note(&request);
        let with_password = request.headers().contains_key("authorization");
        if with_password && self.tricks.lock().unwrap().refuse_password {
            return Ok(refusal());
        }
        let is_get = request.method() == http::Method::GET;
        let answering = self.router.clone().oneshot(self.with_cookies(request));
        let answer = tokio::select! {
            answer = answering => answer.expect("the router always answers"),
            _ = cut.wait_for(|cut| *cut == Cut::Unreachable) => {
                return Err(WireError::Broken("the cable is cut".to_owned()));
            }
        };
        self.keep_cookies(&answer);
        if *self.cut.borrow() == Cut::Silent {
            return std::future::pending().await;
        }
        let late = self.tricks.lock().unwrap().late;
        if let Some((_, delay)) = late.filter(|(late, _)| is_get && path.starts_with(late)) {
            tokio::time::sleep(delay).await;
        }
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX)
            .await
            .map_err(|error| WireError::Broken(error.to_string()))?;
        if body.len() > LARGEST_ANSWER {
            return Err(WireError::TooLarge);
        }
        let body = self.meddled(&path, body);
        Ok(Response::from_parts(parts, body))
    }

    fn play_tricks(&self, request: &mut Request<Bytes>) {
        let mut tricks = self.tricks.lock().unwrap();
        if tricks.lose_cookies {
            self.cookies.lock().unwrap().clear();
        }
        if let Some((path, left)) = &mut tricks.lose_token
            && *left > 0
            && request.uri().path().starts_with(*path)
            && request.headers_mut().remove("X-CSRF-TOKEN").is_some()
        {
            *left -= 1;
        }
    }

    fn note(&self, request: &Request<Bytes>) {
        let csrf = request.headers().get("X-CSRF-TOKEN");
        let sent = Sent {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            with_password: request.headers().contains_key("authorization"),
            csrf: csrf.map(|token| token.to_str().unwrap().to_owned()),
        };
        if let Some(see) = &*self.witness.lock().unwrap() {
            see(&sent);
        }
        self.sent.lock().unwrap().push(sent);
    }

    fn with_cookies(&self, request: Request<Bytes>) -> Request<Body> {
        let (mut parts, body) = request.into_parts();
        let cookies = self.cookies.lock().unwrap();
        let line: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !line.is_empty() {
            parts
                .headers
                .insert(COOKIE, HeaderValue::from_str(&line.join("; ")).unwrap());
        }
        Request::from_parts(parts, Body::from(body))
    }

    fn keep_cookies(&self, answer: &Response<Body>) {
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies
                .lock()
                .unwrap()
                .insert(name.to_owned(), value.to_owned());
        }
    }

    fn meddled(&self, path: &str, body: Bytes) -> Bytes {
        let meddler = self.meddler.lock().unwrap().clone();
        let (Some(change), Ok(mut answer)) = (meddler, serde_json::from_slice::<Value>(&body)) else {
            return body;
        };
        change(path, &mut answer);
        Bytes::from(answer.to_string())
    }
}

fn refusal() -> Response<Bytes> {
    let body = Bytes::from_static(br#"{"statusCode":20,"statusMessage":"Access denied"}"#);
    let mut answer = Response::new(body);
    *answer.status_mut() = http::StatusCode::UNAUTHORIZED;
    let json = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(CONTENT_TYPE, json);
    answer
}

impl Wire for MemoryWire {
    fn exchange(
        &self,
        request: Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, WireError>> {
        let changes_something = request.method() != http::Method::GET;
        assert!(
            !changes_something || request.headers().contains_key(CONTENT_TYPE),
            "a body says what it is"
        );
        Box::pin(async move {
            tokio::time::timeout(within, self.carry(request))
                .await
                .unwrap_or(Err(WireError::TimedOut))
        })
    }
}
