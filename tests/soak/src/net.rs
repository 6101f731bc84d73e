//! The wire between Sotto and the simulated contact centre: in memory, with the weather that the seed makes.
//!
//! A request waits a while, may be lost, is carried out, and its answer waits a while and may be lost, cut or spoilt: each
//! on its own, so that answers and pushes overtake each other. Whatever leaves and whatever arrives is written down here,
//! for the oracle.
//!
//! `blow` is what can befall a request, `pushes` what can befall the messages in an answer, `line` is the wire of one
//! sign-in, and `words` says in the trace what went over it.

mod blow;
mod line;
mod pushes;
mod words;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use bytes::Bytes;
use console::wire::WireError;
use fastrand::Rng;
use http::header::SET_COOKIE;
use http::{Request, Response};
use serde_json::Value;
use simulator::PersonView;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tower::ServiceExt as _;

pub(crate) use blow::{Aim, Blow, Trouble};
pub(crate) use line::CANARY;
pub(crate) use pushes::{PushFault, PushTrouble};

use crate::learned::Learned;
use crate::log::Log;
use blow::page;
use line::CookieJar;
use pushes::{Pushes, Said, client_of, doubled};

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
    pub(crate) pushes: Pushes,
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
    /// The last request of a sign-in is about to leave.
    Last,
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
                pushes: Pushes::default(),
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
        memory.pushes.heal();
        memory.slowest_ms = 30;
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
    fn blow(&self, number: u64, aim: Aim) -> Option<Blow> {
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
        self.0.log.count(blow.counted());
        self.0
            .log
            .say("fault", || format!("#{number} meets {}", blow.name()));
        Some(blow)
    }

    async fn carry(
        &self,
        request: Request<Bytes>,
        cookies: &CookieJar,
    ) -> Result<Response<Bytes>, WireError> {
        let (number, sent) = self.leaves(&request);
        let aim = Aim::of(&request);
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
        cookies: &CookieJar,
    ) -> Result<Response<Bytes>, WireError> {
        let path = request.uri().path().to_owned();
        let client = (aim == Aim::Poll).then(|| client_of(request.body()));
        sleep(self.way()).await;
        let blow = self.blow(number, aim);
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
        let answer = self.0.router.clone().oneshot(cookies.completed(request)).await;
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
        let told = match client {
            Some(client) => self.pushes_arrive(number, &client, &mut body, said),
            None => vec![(parsed(&body), said)],
        };
        self.arrives((number, sent, &path), &told, &parts, &body, cookies);
        Ok(Response::from_parts(parts, body))
    }

    /// Writes down what leaves Sotto; an operation gets a number of its own.
    fn leaves(&self, request: &Request<Bytes>) -> (u64, Option<usize>) {
        let mut memory = self.memory();
        memory.number += 1;
        let number = memory.number;
        let body = parsed(request.body());
        self.0
            .log
            .say("wire", || format!("#{number} → {}", words::asked(request, &body)));
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
        told: &[Said],
        parts: &http::response::Parts,
        body: &Bytes,
        cookies: &CookieJar,
    ) {
        let status = parts.status;
        let mut memory = self.memory();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap_or_default().split(';').next();
            if let Some((name, value)) = pair.and_then(|pair| pair.split_once('=')) {
                memory.secrets.insert(value.to_owned());
                cookies.keep(name, value);
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
        // What is read of other people says nothing about what is one's own.
        if !path.starts_with("/api/v2/users") {
            for (message, said) in told {
                memory.learned.take(message, *said);
            }
        }
        drop(memory);
        self.0.log.say("wire", || {
            format!("#{number} ← {} {}", status.as_u16(), words::told(&parsed(body)))
        });
    }
}

fn is_taken(body: &Bytes) -> bool {
    parsed(body)["statusCode"] == 0
}

/// What cannot be read is nothing.
fn parsed(body: &Bytes) -> Value {
    serde_json::from_slice(body).unwrap_or(Value::Null)
}
