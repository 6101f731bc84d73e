//! Each single failure, for diagnostics.

use std::time::Duration;

use crate::failure::Failure;
use crate::transport::Transport;

/// A message that did not succeed (Bayeux 1.0, *`successful`*), and what the client does about it: what `CometD`'s clients say on
/// `/meta/unsuccessful`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsuccessful {
    /// The channel of the message: `/meta/connect` and the like, or one that was published on. Empty for a request that carried
    /// several messages.
    pub channel: String,
    /// What went wrong; [`Failure::status`] has the HTTP status, where there was one.
    pub failure: Failure,
    /// How the message travelled.
    pub transport: Transport,
    /// What comes next.
    pub next: Next,
}

/// What the client does after a failure (Bayeux 1.0, *`reconnect` advice field*).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Next {
    /// Sends the message again after this time.
    Retry(Duration),
    /// Makes a new session after this time.
    Handshake(Duration),
    /// Waits for fresh credentials.
    Credentials,
    /// Nothing: the session goes on without, or is over.
    Nothing,
}
