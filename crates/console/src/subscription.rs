//! The subscription's way to the server: over the HTTP session, so that it shares cookies, token and sign-in.

use bayeux::{Exchange, ExchangeError};
use http::HeaderMap;
use http::header::{CONTENT_TYPE, RETRY_AFTER};

use crate::session::Session;
use crate::wire::WireError;

/// What is subscribed to at sign-in (`gws/core.md 6.4`). One that is refused does not cost the others.
pub(crate) const TOPICS: [&str; 4] = [
    gws::notification::topic::DEVICES,
    gws::notification::topic::CALLS,
    gws::notification::topic::CHANNELS,
    gws::notification::topic::SERVICES,
];

/// Carries the messages of the subscription over a [`Session`].
pub(crate) struct SessionExchange(pub(crate) Session);

impl Exchange for SessionExchange {
    fn post(&self, request: bayeux::Request) -> bayeux::BoxFuture<'_, Result<bayeux::Reply, ExchangeError>> {
        Box::pin(self.send(request))
    }
}

impl SessionExchange {
    /// Posts once. Where the HTTP session is gone the client says so and waits until somebody has signed in again.
    async fn send(&self, request: bayeux::Request) -> Result<bayeux::Reply, ExchangeError> {
        let (body, within) = (request.body, request.timeout);
        let exchange = self
            .0
            .exchange(http::Method::POST, &request.url, HeaderMap::new(), body, within);
        let answer = exchange.await.map_err(exchange_error)?;
        let text = |name| {
            let value = answer.headers().get(name);
            value.and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let seconds = text(RETRY_AFTER).and_then(|value| value.parse().ok());
        Ok(bayeux::Reply {
            status: answer.status().as_u16(),
            content_type: text(CONTENT_TYPE),
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
