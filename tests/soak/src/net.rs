//! The wire between Sotto and the simulated contact centre: in memory, with the weather that the seed makes.
//!
//! A request waits a while, may be lost, is carried out, and its answer waits a while and may be lost, cut or spoilt: each
//! on its own, so that answers and pushes overtake each other. Whatever leaves and whatever arrives is written down here,
//! for the oracle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use console::wire::{BoxFuture, Wire, WireError};
use fastrand::Rng;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderValue, Request, Response};
use serde_json::Value;
use simulator::PersonView;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tower::ServiceExt as _;

use crate::learned::Learned;
use crate::life::Life;
use crate::log::Log;

/// The password the supervisor types: it must never be seen again anywhere but in one header.
pub(crate) const CANARY: &str = "Kanarienvogel-4711-pässword";
/// The password everybody on the simulated floor has.
const FLOOR_PASSWORD: &str = "practice";

/// Which requests something befalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    Poll,
    Operation,
    Reading,
    Any,
}

/// What befalls a request or its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blow {
    /// It never arrives, and the connection breaks.
    RequestLost,
    /// It is carried out, and the connection breaks before the answer.
    AnswerLost,
    /// It is carried out, and no answer ever comes.
    Silence,
    /// A server in between answers with this status, and nothing is carried out.
    Status(u16),
    /// The answer is cut in the middle.
    Half,
    /// A login page instead of the answer.
    Html,
    /// The answer takes so many milliseconds longer.
    Late(u64),
    /// The pushes in the answer come twice.
    Doubled,
}

impl Blow {
    fn name(self) -> &'static str {
        match self {
            Blow::RequestLost => "fault: request lost",
            Blow::AnswerLost => "fault: answer lost",
            Blow::Silence => "fault: no answer at all",
            Blow::Status(_) => "fault: 5xx",
            Blow::Half => "fault: half a body",
            Blow::Html => "fault: html",
            Blow::Late(_) => "fault: late answer",
            Blow::Doubled => "fault: doubled pushes",
        }
    }
}

/// What lies ahead of coming requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trouble {
    pub(crate) aim: Aim,
    pub(crate) blow: Blow,
    pub(crate) left: u32,
}

/// One operation that left Sotto.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) at: Instant,
    pub(crate) path: String,
    pub(crate) operation: String,
    pub(crate) body: Value,
    /// The server said that it took it.
    pub(crate) accepted: bool,
    /// The server said so, and that reached Sotto.
    pub(crate) answered: bool,
}

/// Everything the wire remembers.
pub(crate) struct Memory {
    rng: Rng,
    /// The longest way of one message, in milliseconds.
    pub(crate) slowest_ms: u64,
    pub(crate) ahead: Vec<Trouble>,
    pub(crate) learned: Learned,
    /// Cookies and tokens that were handed out.
    pub(crate) secrets: BTreeSet<String>,
    pub(crate) sent: Vec<Sent>,
    number: u64,
}

/// The wire of all lives.
#[derive(Clone)]
pub(crate) struct Net(Arc<Shared>);

struct Shared {
    router: Router,
    log: Log,
    cut: watch::Sender<bool>,
    memory: Mutex<Memory>,
    /// Looks at the floor after everything that may have changed it, and judges what leaves.
    witness: Mutex<Option<Witness>>,
}

/// Told of every operation as it leaves, and of every request that was carried out.
pub(crate) type Witness = Arc<dyn Fn(Seen<'_>) + Send + Sync>;

/// What a witness is told.
pub(crate) enum Seen<'a> {
    Leaves(&'a Sent, &'a Learned),
    Done,
}

impl Net {
    pub(crate) fn new(router: Router, supervisor: Option<&PersonView>, rng: Rng, log: Log) -> Net {
        Net(Arc::new(Shared {
            router,
            log,
            cut: watch::Sender::new(false),
            memory: Mutex::new(Memory {
                rng,
                slowest_ms: 30,
                ahead: Vec::new(),
                learned: supervisor
                    .map(|sam| Learned::new(&sam.id, &sam.device_id))
                    .unwrap_or_default(),
                secrets: BTreeSet::new(),
                sent: Vec::new(),
                number: 0,
            }),
            witness: Mutex::new(None),
        }))
    }

    pub(crate) fn tell(&self, witness: Witness) {
        *self.0.witness.lock().unwrap_or_else(PoisonError::into_inner) = Some(witness);
    }

    /// Nobody is told any more: the witness holds this wire, and would keep it, and the disk, for ever.
    pub(crate) fn tell_nobody(&self) {
        *self.0.witness.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Cuts the cable, or mends it.
    pub(crate) fn cut(&self, cut: bool) {
        self.0.cut.send_replace(cut);
    }

    /// Everything is as it should be from now on.
    pub(crate) fn heal(&self) {
        self.cut(false);
        let mut memory = self.memory();
        memory.ahead.clear();
        memory.slowest_ms = 30;
    }

    /// A wire for one sign-in, with a cookie jar of its own.
    pub(crate) fn wire(&self, life: &Life) -> Arc<dyn Wire> {
        Arc::new(Line {
            net: self.clone(),
            life: life.clone(),
            cookies: Mutex::default(),
        })
    }

    fn witnessed(&self, seen: Seen<'_>) {
        let witness = self
            .0
            .witness
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(witness) = witness {
            witness(seen);
        }
    }

    fn way(&self) -> Duration {
        let mut memory = self.memory();
        let slowest = memory.slowest_ms.max(1);
        Duration::from_millis(memory.rng.u64(1..=slowest))
    }

    /// What befalls this request, if anything.
    fn blow(&self, aim: Aim) -> Option<Blow> {
        let mut memory = self.memory();
        let index = memory
            .ahead
            .iter()
            .position(|trouble| trouble.aim == aim || trouble.aim == Aim::Any)?;
        let trouble = memory.ahead.get_mut(index)?;
        let blow = trouble.blow;
        trouble.left = trouble.left.saturating_sub(1);
        if trouble.left == 0 {
            memory.ahead.remove(index);
        }
        drop(memory);
        self.0.log.count(blow.name());
        Some(blow)
    }

    async fn carry(
        &self,
        request: Request<Bytes>,
        cookies: &Mutex<BTreeMap<String, String>>,
    ) -> Result<Response<Bytes>, WireError> {
        let (number, sent) = self.leaves(&request);
        let aim = aim_of(&request);
        let mut cut = self.0.cut.subscribe();
        if *cut.borrow_and_update() {
            sleep(Duration::from_millis(5)).await;
            return Err(WireError::Unreachable("the cable is cut".to_owned()));
        }
        let exchange = self.through(number, sent, aim, request, cookies);
        tokio::select! {
            biased;
            _ = cut.wait_for(|cut| *cut) => {
                self.0.log.say("wire", || format!("#{number} breaks"));
                Err(WireError::Broken("the cable is cut".to_owned()))
            }
            answer = exchange => answer,
        }
    }

    async fn through(
        &self,
        number: u64,
        sent: Option<usize>,
        aim: Aim,
        request: Request<Bytes>,
        cookies: &Mutex<BTreeMap<String, String>>,
    ) -> Result<Response<Bytes>, WireError> {
        let path = request.uri().path().to_owned();
        sleep(self.way()).await;
        let blow = self.blow(aim);
        match blow {
            Some(Blow::RequestLost) => {
                self.0.log.say("wire", || format!("#{number} is lost on its way"));
                return Err(WireError::Broken("reset by peer".to_owned()));
            }
            Some(Blow::Status(status)) => {
                self.0
                    .log
                    .say("wire", || format!("#{number} is answered {status} in between"));
                sleep(self.way()).await;
                return Ok(page(status));
            }
            Some(Blow::Html) => {
                self.0
                    .log
                    .say("wire", || format!("#{number} is answered by a login page"));
                sleep(self.way()).await;
                return Ok(page(200));
            }
            _ => {}
        }
        let answer = self
            .0
            .router
            .clone()
            .oneshot(with_cookies(request, cookies))
            .await;
        let answer = answer.map_err(|never| match never {})?;
        let said = Instant::now();
        self.witnessed(Seen::Done);
        let (parts, body) = answer.into_parts();
        let read = to_bytes(body, usize::MAX).await;
        let mut body = read.map_err(|error| WireError::Broken(error.to_string()))?;
        if let Some(index) = sent
            && let Some(sent) = self.memory().sent.get_mut(index)
        {
            sent.accepted = parts.status.is_success() && is_taken(&body);
        }
        match blow {
            Some(Blow::AnswerLost) => {
                self.0
                    .log
                    .say("wire", || format!("#{number} is done, its answer is lost"));
                return Err(WireError::Broken("reset by peer".to_owned()));
            }
            Some(Blow::Silence) => {
                self.0
                    .log
                    .say("wire", || format!("#{number} is done and not answered"));
                return std::future::pending().await;
            }
            Some(Blow::Late(more)) => sleep(Duration::from_millis(more)).await,
            _ => {}
        }
        sleep(self.way()).await;
        match blow {
            Some(Blow::Half) => body = body.slice(..body.len() / 2),
            Some(Blow::Doubled) => body = doubled(body),
            _ => {}
        }
        self.arrives((number, sent, &path), said, &parts, &body, cookies);
        Ok(Response::from_parts(parts, body))
    }

    /// Writes down what leaves Sotto; an operation gets a number of its own.
    fn leaves(&self, request: &Request<Bytes>) -> (u64, Option<usize>) {
        let mut memory = self.memory();
        memory.number += 1;
        let number = memory.number;
        let body: Value = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
        self.0
            .log
            .say("wire", || format!("#{number} → {}", in_short(request, &body)));
        let Some(operation) = body["operationName"].as_str() else {
            return (number, None);
        };
        let sent = Sent {
            at: Instant::now(),
            path: request.uri().path().trim_start_matches("/api/v2").to_owned(),
            operation: operation.to_owned(),
            body: body.clone(),
            accepted: false,
            answered: false,
        };
        memory.sent.push(sent.clone());
        let index = memory.sent.len() - 1;
        let Memory { learned, .. } = &*memory;
        self.witnessed(Seen::Leaves(&sent, learned));
        (number, Some(index))
    }

    fn arrives(
        &self,
        (number, sent, path): (u64, Option<usize>, &str),
        said: Instant,
        parts: &http::response::Parts,
        body: &Bytes,
        cookies: &Mutex<BTreeMap<String, String>>,
    ) {
        let status = parts.status;
        let mut memory = self.memory();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap_or_default().split(';').next();
            if let Some((name, value)) = pair.and_then(|pair| pair.split_once('=')) {
                memory.secrets.insert(value.to_owned());
                let mut cookies = cookies.lock().unwrap_or_else(PoisonError::into_inner);
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(token) = parts
            .headers
            .get("X-CSRF-TOKEN")
            .and_then(|token| token.to_str().ok())
        {
            memory.secrets.insert(token.to_owned());
        }
        if let Some(sent) = sent.and_then(|index| memory.sent.get_mut(index)) {
            sent.answered = true;
        }
        let answer: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        // What is read of other people says nothing about what is one's own.
        if !path.starts_with("/api/v2/users") {
            memory.learned.take(&answer, said);
        }
        drop(memory);
        self.0.log.say("wire", || {
            format!("#{number} ← {} {}", status.as_u16(), told(&answer))
        });
    }
}

/// The wire of one sign-in.
struct Line {
    net: Net,
    life: Life,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Wire for Line {
    fn exchange(
        &self,
        request: Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, WireError>> {
        Box::pin(async move {
            // What a killed process has not sent is never sent, and nobody takes what comes for it.
            if self.life.is_over() {
                return std::future::pending().await;
            }
            tokio::select! {
                biased;
                () = self.life.over() => std::future::pending().await,
                answer = tokio::time::timeout(within, self.net.carry(request, &self.cookies)) => {
                    answer.unwrap_or(Err(WireError::TimedOut))
                }
            }
        })
    }
}

fn aim_of(request: &Request<Bytes>) -> Aim {
    if request.uri().path().contains("/notifications") {
        Aim::Poll
    } else if request.method() == http::Method::GET {
        Aim::Reading
    } else {
        Aim::Operation
    }
}

fn is_taken(body: &Bytes) -> bool {
    serde_json::from_slice::<Value>(body).is_ok_and(|body| body["statusCode"] == 0)
}

/// What a proxy or a portal shows.
fn page(status: u16) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from_static(b"<html><body>Please wait</body></html>"));
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    let html = HeaderValue::from_static("text/html;charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, html);
    answer
}

/// Every push in an answer once more, right behind itself.
fn doubled(body: Bytes) -> Bytes {
    let Ok(Value::Array(messages)) = serde_json::from_slice(&body) else {
        return body;
    };
    let is_push = |message: &Value| {
        message["channel"]
            .as_str()
            .is_some_and(|channel| !channel.starts_with("/meta/"))
    };
    let twice = messages.into_iter().flat_map(|message| {
        let again = is_push(&message).then(|| message.clone());
        std::iter::once(message).chain(again)
    });
    Bytes::from(Value::Array(twice.collect()).to_string())
}

/// The request as the floor takes it: the canary is nobody's password there.
fn with_cookies(request: Request<Bytes>, cookies: &Mutex<BTreeMap<String, String>>) -> Request<Body> {
    let (mut parts, body) = request.into_parts();
    let basic = parts
        .headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let pair = basic
        .and_then(|basic| basic.strip_prefix("Basic "))
        .and_then(|encoded| BASE64.decode(encoded).ok())
        .and_then(|pair| String::from_utf8(pair).ok());
    if let Some(user) = pair.as_deref().and_then(|pair| pair.strip_suffix(CANARY)) {
        let known = format!("Basic {}", BASE64.encode(format!("{user}{FLOOR_PASSWORD}")));
        if let Ok(value) = HeaderValue::from_str(&known) {
            parts.headers.insert(AUTHORIZATION, value);
        }
    }
    let cookies = cookies.lock().unwrap_or_else(PoisonError::into_inner);
    let line: Vec<String> = cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if let Some(line) = HeaderValue::from_str(&line.join("; "))
        .ok()
        .filter(|line| !line.is_empty())
    {
        parts.headers.insert(COOKIE, line);
    }
    Request::from_parts(parts, Body::from(body))
}

fn in_short(request: &Request<Bytes>, body: &Value) -> String {
    let path = request.uri().path().trim_start_matches("/api/v2");
    if let Value::Array(messages) = body {
        let channels = messages.iter().map(|message| {
            let subscription = message["subscription"].as_str().unwrap_or_default();
            format!(
                "{}{subscription}",
                message["channel"].as_str().unwrap_or_default()
            )
        });
        return channels.collect::<Vec<_>>().join(" ");
    }
    let known = if request.headers().contains_key(AUTHORIZATION) {
        " with the password"
    } else {
        ""
    };
    let body = if body.is_null() {
        String::new()
    } else {
        format!(" {body}")
    };
    format!("{} {path}{known}{body}", request.method())
}

/// The pushes of an answer in a few words.
fn told(answer: &Value) -> String {
    let Value::Array(messages) = answer else {
        return match (&answer["statusCode"], &answer["statusMessage"]) {
            (Value::Null, _) => String::new(),
            (code, Value::Null) => format!("{code}"),
            (code, why) => format!("{code} {why}"),
        };
    };
    let words = messages.iter().map(|message| {
        let data = &message["data"];
        let channel = message["channel"].as_str().unwrap_or_default();
        if data.is_null() {
            return format!("{channel} {}", message["successful"]);
        }
        let monitoring: Vec<String> = data["devices"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|device| format!("monitoring {}", device["supervisorMonitoringState"]["state"]))
            .collect();
        let call = &data["call"]["state"];
        let kind = data["notificationType"].as_str().unwrap_or_default();
        format!("{channel} {kind} {} {call}", monitoring.join(","))
    });
    words.collect::<Vec<_>>().join(" | ")
}
