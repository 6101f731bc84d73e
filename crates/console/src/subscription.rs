//! The subscription's way to the server: over the HTTP session, so that it shares cookies, token and sign-in.

use std::sync::atomic::{AtomicU64, Ordering};

use bayeux::{Exchange, ExchangeError, Renewal, Renewed};
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue};

use crate::session::{ANSWER_WITHIN, Session};
use crate::wire::WireError;

/// What is subscribed to at sign-in (`gws/core.md 6.4`). One that is refused does not cost the others.
pub(crate) const TOPICS: [&str; 4] = [
    gws::notification::topic::DEVICES,
    gws::notification::topic::CALLS,
    gws::notification::topic::CHANNELS,
    gws::notification::topic::SERVICES,
];

/// Carries the messages of the subscription over a [`Session`].
pub(crate) struct SessionExchange {
    session: Session,
    /// The sign-in in which a request was last answered with something else than messages.
    doubted: AtomicU64,
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
                Err(error) => Renewed::Failed(error.to_string()),
            }
        })
    }
}

impl SessionExchange {
    pub(crate) fn new(session: Session) -> SessionExchange {
        let doubted = AtomicU64::new(session.generation());
        SessionExchange { session, doubted }
    }

    /// The sign-in that the server no longer knows, when it says that it does not know us. By the time this is heard,
    /// somebody else may have signed in again.
    pub(crate) fn doubted(&self) -> u64 {
        self.doubted.load(Ordering::Acquire)
    }

    /// Posts once. Where the HTTP session is gone the client says so and waits until somebody has signed in again.
    async fn send(&self, request: bayeux::Request) -> Result<bayeux::Reply, ExchangeError> {
        let (body, within) = (request.body, request.timeout);
        let generation = self.session.generation();
        let exchange =
            self.session
                .exchange(http::Method::POST, &request.url, HeaderMap::new(), body, within);
        let answer = exchange.await.map_err(exchange_error)?;
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

fn exchange_error(error: WireError) -> ExchangeError {
    match error {
        WireError::Unreachable(why) => ExchangeError::Unreachable(why),
        WireError::Broken(why) => ExchangeError::Broken(why),
        WireError::TimedOut => ExchangeError::TimedOut,
        WireError::TooLarge => ExchangeError::TooLarge {
            limit: crate::wire::LARGEST_ANSWER,
        },
        WireError::Certificate(fault) => ExchangeError::Certificate(fault.message),
    }
}
