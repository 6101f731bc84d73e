//! The subscription's way to the server: over the HTTP session, so that it shares cookies, token and sign-in.

use bayeux::{Exchange, ExchangeError};
use gws::ReplyError;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, RETRY_AFTER};

use crate::session::{Session, SessionError};
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
    /// Posts; where the HTTP session is gone, signs in and posts once more. The subscription then finds its own
    /// session unknown and shakes hands again by itself.
    async fn send(&self, request: bayeux::Request) -> Result<bayeux::Reply, ExchangeError> {
        let generation = self.0.generation();
        let reply = self.post_once(&request).await?;
        if !is_signed_out(&reply) {
            return Ok(reply);
        }
        self.0.renew(generation).await.map_err(|error| match error {
            SessionError::Wire(error) => exchange_error(error),
            SessionError::Reply(_) => ExchangeError::NotAuthenticated,
        })?;
        self.post_once(&request).await
    }

    async fn post_once(&self, request: &bayeux::Request) -> Result<bayeux::Reply, ExchangeError> {
        let answer = self
            .0
            .exchange(
                http::Method::POST,
                &request.url,
                HeaderMap::new(),
                request.body.clone(),
                request.timeout,
            )
            .await
            .map_err(exchange_error)?;
        let text = |name| {
            answer
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
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

/// GWS answers 403 with status 20 where others answer 401 (`gws/core.md 1.4`), and 403 for a lost CSRF token, which
/// signing in again renews too.
fn is_signed_out(reply: &bayeux::Reply) -> bool {
    matches!(reply.status, 401 | 403)
        && matches!(
            gws::reply::decode(reply.status, reply.content_type.as_deref(), &reply.body),
            Err(ReplyError::NotAuthenticated | ReplyError::CsrfRejected)
        )
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
