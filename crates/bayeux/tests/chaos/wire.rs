//! A wire that loses, delays, cuts and garbles.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bayeux::{BoxFuture, Exchange, ExchangeError, Opening, Renewal, Renewed, Reply, Request, Socket};
use fastrand::Rng;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::server::Server;
use crate::sockets;

pub(crate) struct Wire {
    pub(crate) server: Arc<Server>,
    rng: Mutex<Rng>,
    /// Whether there are faults at all.
    pub(crate) is_bad: AtomicBool,
    /// Whether every WebSocket is refused.
    pub(crate) refuses: AtomicBool,
    connects: AtomicUsize,
    sockets: AtomicUsize,
    /// Requests whose token was refused once.
    refused: Mutex<BTreeSet<String>>,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Answered,
    /// It does not reach the server,
    Unreachable,
    BrokenBefore,
    SwallowedBefore,
    StatusBefore(u16),
    TokenRefused,
    /// or its answer does not reach the client.
    BrokenAfter,
    SwallowedAfter,
    StatusAfter(u16),
    Truncated,
    /// The messages come, but not the answer they belong to.
    Unanswered,
    Empty,
    Late,
}

impl Wire {
    pub(crate) fn new(server: Arc<Server>) -> Self {
        Self {
            rng: Mutex::new(server.plan.random(1)),
            server,
            is_bad: AtomicBool::new(true),
            refuses: AtomicBool::new(false),
            connects: AtomicUsize::new(0),
            sockets: AtomicUsize::new(0),
            refused: Mutex::new(BTreeSet::new()),
        }
    }

    fn draw<T>(&self, draw: impl FnOnce(&mut Rng) -> T) -> T {
        draw(&mut self.rng.lock().unwrap())
    }

    fn is_bad(&self) -> bool {
        self.is_bad.load(Ordering::Relaxed)
    }

    fn fate(&self, request: &Request) -> Fate {
        let unlucky = self.draw(|rng| rng.u32(..1000)) < self.server.plan.faults;
        if !self.is_bad() || !unlucky {
            return Fate::Answered;
        }
        let status = self.draw(|rng| *rng.choice(&[500, 502, 503, 504, 408, 429]).unwrap_or(&500));
        match self.draw(|rng| rng.u8(..13)) {
            0 => Fate::Unreachable,
            1 => Fate::BrokenBefore,
            2 => Fate::SwallowedBefore,
            3 => Fate::StatusBefore(status),
            4 if self.refused.lock().unwrap().insert(text(request)) => Fate::TokenRefused,
            5 | 6 => Fate::BrokenAfter,
            7 => Fate::SwallowedAfter,
            8 => Fate::StatusAfter(status),
            9 => Fate::Truncated,
            10 => Fate::Empty,
            11 => Fate::Unanswered,
            _ => Fate::Late,
        }
    }

    async fn exchange(&self, request: Request) -> Result<Reply, ExchangeError> {
        let messages: Vec<Value> = serde_json::from_slice(&request.body).unwrap();
        self.server.note(&messages);
        let _held = (messages[0]["channel"] == "/meta/connect").then(|| OneAtATime::enter(&self.connects));
        let fate = self.fate(&request);
        sleep(Duration::from_millis(self.draw(|rng| rng.u64(..200)))).await;
        if self.server.is_down() {
            return Err(ExchangeError::Unreachable("down".to_owned()));
        }
        match fate {
            Fate::Unreachable => return Err(ExchangeError::Unreachable("as drawn".to_owned())),
            Fate::BrokenBefore => return Err(broken()),
            Fate::SwallowedBefore => return std::future::pending().await,
            Fate::StatusBefore(status) => return Ok(reply(status, Vec::new())),
            Fate::TokenRefused => return Ok(reply(403, b"csrf".to_vec())),
            _ => {}
        }
        let answered = self.ask(messages).await;
        let Some((status, messages)) = answered else {
            return if self.draw(Rng::bool) {
                Err(broken())
            } else {
                Ok(reply(504, Vec::new()))
            };
        };
        let mut messages = messages;
        if matches!(fate, Fate::Unanswered) {
            messages.pop();
        }
        let mut body = Value::Array(messages).to_string().into_bytes();
        match fate {
            Fate::BrokenAfter => return Err(broken()),
            Fate::SwallowedAfter => return std::future::pending().await,
            Fate::StatusAfter(status) => return Ok(reply(status, Vec::new())),
            Fate::Truncated => body.truncate(body.len() / 2),
            Fate::Empty => body.clear(),
            Fate::Late => sleep(Duration::from_millis(self.draw(|rng| rng.u64(1000..20_000)))).await,
            _ => {}
        }
        Ok(reply(status, body))
    }

    /// Lets the server answer, through the proxy. Nothing where no answer comes out.
    async fn ask(&self, messages: Vec<Value>) -> Option<(u16, Vec<Value>)> {
        let server = Arc::clone(&self.server);
        let (answered, answer) = oneshot::channel();
        let (notices, brings) = (self.draw(Rng::bool), self.draw(|rng| rng.u8(..3) == 0));
        // The server goes on even if nobody listens any more, and what it says then is lost.
        tokio::spawn(async move {
            let result = if messages[0]["channel"] == "/meta/connect" {
                server
                    .hold(&messages[0], || !(notices && answered.is_closed()))
                    .await
            } else {
                Some((200, server.answer(&messages, brings)))
            };
            if let Some(result) = result {
                // An error is just that: nobody listens.
                let _ = answered.send(result);
            }
        });
        match self.server.plan.proxy_cut.filter(|_| self.is_bad()) {
            Some(cut) => timeout(cut, answer).await.ok()?.ok(),
            None => answer.await.ok(),
        }
    }

    async fn open_socket(&self) -> Result<Socket, ExchangeError> {
        sleep(Duration::from_millis(self.draw(|rng| rng.u64(..200)))).await;
        if self.server.is_down() {
            return Err(ExchangeError::Unreachable("down".to_owned()));
        }
        if self.refuses.load(Ordering::Relaxed) {
            return Err(refused(400));
        }
        let unlucky = self.draw(|rng| rng.u32(..1000)) < self.server.plan.faults * 2;
        if self.is_bad() && unlucky {
            match self.draw(|rng| rng.u8(..4)) {
                0 => return Err(refused(400)),
                1 => return Err(refused(503)),
                2 => return std::future::pending().await,
                _ => return Err(broken()),
            }
        }
        let number = self.sockets.fetch_add(1, Ordering::Relaxed) as u64;
        let cut = self
            .is_bad()
            .then(|| Duration::from_millis(self.draw(|rng| rng.u64(..90_000))));
        let void = Duration::from_millis(self.draw(|rng| rng.u64(..4000)));
        Ok(sockets::open(
            Arc::clone(&self.server),
            number,
            cut,
            void,
            self.draw(Rng::fork),
        ))
    }
}

impl Exchange for Wire {
    fn post(&self, request: Request) -> BoxFuture<'_, Result<Reply, ExchangeError>> {
        Box::pin(self.exchange(request))
    }

    fn renew(&self, _what: Renewal) -> BoxFuture<'_, Renewed> {
        Box::pin(async { Renewed::Done })
    }

    fn open(&self, _opening: Opening) -> BoxFuture<'_, Result<Socket, ExchangeError>> {
        Box::pin(self.open_socket())
    }
}

/// Counts a connect for as long as it is under way.
struct OneAtATime<'a>(&'a AtomicUsize);

impl<'a> OneAtATime<'a> {
    fn enter(counter: &'a AtomicUsize) -> Self {
        assert_eq!(counter.fetch_add(1, Ordering::Relaxed), 0, "two connects at once");
        Self(counter)
    }
}

impl Drop for OneAtATime<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn text(request: &Request) -> String {
    String::from_utf8_lossy(&request.body).into_owned()
}

fn refused(status: u16) -> ExchangeError {
    ExchangeError::UpgradeRefused {
        status: Some(status),
        retry_after: None,
    }
}

fn broken() -> ExchangeError {
    ExchangeError::Broken("as drawn".to_owned())
}

fn reply(status: u16, body: Vec<u8>) -> Reply {
    Reply {
        status,
        body: body.into(),
        ..Reply::default()
    }
}
