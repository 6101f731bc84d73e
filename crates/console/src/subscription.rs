//! The subscription's way to the server: over the HTTP session, so that it shares cookies, token and sign-in.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bayeux::{Exchange, ExchangeError, Renewal, Renewed};
use gws::ReplyError;
use gws::notification::topic;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::session::{ANSWER_WITHIN, Session, SessionError};
use crate::wire::WireError;

/// What is subscribed to at sign-in (`gws/core.md 6.4`). One that is refused does not cost the others.
pub(crate) const TOPICS: [&str; 7] = [
    topic::DEVICES,
    topic::CALLS,
    topic::CHANNELS,
    topic::SERVICES,
    topic::SMS_SESSION,
    topic::SMS_SESSIONS,
    topic::CHATS,
];

/// What a poll is known by.
const CONNECT: &[u8] = b"\"/meta/connect\"";
/// How long an answer may be on its way: a request may take so much longer than the server means to hold it.
pub(crate) const NETWORK_DELAY: Duration = Duration::from_secs(10);
/// A poll that ends sooner was not cut for having been idle.
const CUT_AFTER: Duration = Duration::from_secs(1);

/// A poll that comes back so little before its time has been held as long as it was meant to.
pub(crate) const NEARLY: Duration = Duration::from_secs(2);

/// How long polls were held, for the doctor: something on the way may end what the server holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Polls {
    /// The longest that was answered.
    pub(crate) longest: Duration,
    /// The longest the server has said it holds one.
    pub(crate) promised: Duration,
    /// The last that was cut, unless a longer one was held since.
    pub(crate) cut: Option<Cut>,
    /// When the one under way began.
    since: Option<Instant>,
}

/// A poll that was neither answered nor ended by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cut {
    /// How long it had been held.
    pub(crate) after: Duration,
    /// What came instead of an answer.
    pub(crate) why: String,
}

impl Polls {
    /// For how long the one under way has been held.
    pub(crate) fn held_now(&self) -> Duration {
        self.since.map(|since| since.elapsed()).unwrap_or_default()
    }

    /// Whether it is known how polls fare: one was cut, or was held as long as the server means to.
    pub(crate) fn is_settled(&self) -> bool {
        let promised = self.promised;
        self.cut.is_some() || (!promised.is_zero() && self.longest + NEARLY >= promised)
    }

    fn begin(&mut self, within: Duration) {
        self.promised = self.promised.max(within.saturating_sub(NETWORK_DELAY));
        self.since = Some(Instant::now());
    }

    fn end(&mut self, cut: Option<String>) {
        let held = self.held_now();
        self.since = None;
        match cut {
            Some(why) if held >= CUT_AFTER => self.cut = Some(Cut { after: held, why }),
            Some(_) => {}
            None => {
                self.longest = self.longest.max(held);
                self.cut.take_if(|cut| held > cut.after);
            }
        }
    }
}

/// Carries the messages of the subscription over a [`Session`].
pub(crate) struct SessionExchange {
    session: Session,
    /// The sign-in in which a request was last answered with something else than messages.
    doubted: AtomicU64,
    polls: watch::Sender<Polls>,
}

impl Exchange for SessionExchange {
    fn post(&self, request: bayeux::Request) -> bayeux::BoxFuture<'_, Result<bayeux::Reply, ExchangeError>> {
        Box::pin(self.send(request))
    }

    /// Any reading brings a new token along. Credentials are renewed for the whole session elsewhere.
    fn renew(&self, what: Renewal) -> bayeux::BoxFuture<'_, Renewed> {
        Box::pin(async move {
            if what != Renewal::Token {
                return Renewed::NotHere;
            }
            match self
                .session
                .read(&gws::Query::me(["devices"]), ANSWER_WITHIN)
                .await
            {
                Ok(_) => Renewed::Done,
                Err(SessionError::Reply(ReplyError::NotAuthenticated)) => Renewed::Refused,
                Err(error) => Renewed::Failed(error.to_string()),
            }
        })
    }
}

impl SessionExchange {
    pub(crate) fn new(session: Session) -> SessionExchange {
        let doubted = AtomicU64::new(session.generation());
        let polls = watch::Sender::default();
        SessionExchange {
            session,
            doubted,
            polls,
        }
    }

    /// How long polls were held so far, and from now on.
    pub(crate) fn polls(&self) -> watch::Receiver<Polls> {
        self.polls.subscribe()
    }

    /// The sign-in that the server no longer knows, when it says that it does not know us. By the time this is heard,
    /// somebody else may have signed in again.
    pub(crate) fn doubted(&self) -> u64 {
        self.doubted.load(Ordering::Acquire)
    }

    /// Posts once. Where the HTTP session is gone the client says so and waits until somebody has signed in again.
    async fn send(&self, request: bayeux::Request) -> Result<bayeux::Reply, ExchangeError> {
        let (body, within) = (request.body, request.timeout);
        let is_poll = body.windows(CONNECT.len()).any(|part| part == CONNECT);
        if is_poll {
            self.polls.send_modify(|polls| polls.begin(within));
        }
        let generation = self.session.generation();
        let exchange =
            self.session
                .exchange(http::Method::POST, &request.url, HeaderMap::new(), body, within);
        let answer = exchange.await;
        if is_poll {
            self.polls.send_modify(|polls| polls.end(how_cut(&answer)));
        }
        let answer = answer.map_err(exchange_error)?;
        let is_html = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/html");
        if !answer.status().is_success() || answer.headers().get(CONTENT_TYPE).is_some_and(is_html) {
            self.doubted.store(generation, Ordering::Release);
        }
        let text = |name| {
            let value = answer.headers().get(name);
            value.and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let seconds = text(RETRY_AFTER).and_then(|value| value.parse().ok());
        Ok(bayeux::Reply {
            status: answer.status().as_u16(),
            content_type: text(CONTENT_TYPE),
            location: text(LOCATION),
            retry_after: seconds.map(std::time::Duration::from_secs),
            body: answer.into_body(),
        })
    }
}

/// What came instead of an answer of the server, where something on the way cut the poll.
fn how_cut(answer: &Result<http::Response<bytes::Bytes>, WireError>) -> Option<String> {
    match answer {
        Ok(answer) => {
            let status = answer.status().as_u16();
            matches!(status, 408 | 502..=504).then(|| format!("HTTP {status}"))
        }
        Err(error @ (WireError::Broken(_) | WireError::TimedOut)) => Some(error.to_string()),
        Err(_) => None,
    }
}

fn exchange_error(error: WireError) -> ExchangeError {
    match error {
        WireError::Unreachable(why) => ExchangeError::Unreachable(why),
        WireError::Broken(why) => ExchangeError::Broken(why),
        // No exchange of a subscription has a gate.
        WireError::Withheld => ExchangeError::Broken(error.to_string()),
        WireError::ProxyRefused => {
            ExchangeError::Unreachable("the proxy wants a name and a password".to_owned())
        }
        WireError::TimedOut => ExchangeError::TimedOut,
        WireError::TooLarge => ExchangeError::TooLarge {
            limit: crate::wire::LARGEST_ANSWER,
        },
        WireError::Certificate(fault) => ExchangeError::Certificate(fault.message),
    }
}
