//! The server side of Bayeux 1.0 over long polling, as a CometD 3.1 server behaves (`gws/core.md` 6).
//!
//! [`Hub`] holds the sessions and decides; it never waits. A `/meta/connect` with nothing to tell comes back as a
//! [`Hold`]: the HTTP side waits for it and then asks [`Hub::resume`] what to answer.

mod exchange;
mod hub;
mod topic;

pub(crate) use exchange::Received;
pub(crate) use hub::{Caller, Hold, Hub, Resumed};
