//! The protocol as a value: no I/O, no clock, no task.
//!
//! A [`Session`] is told what happened ([`Input`], each with its [`Moment`]) and says what to do ([`Output`]) and when
//! it wants to be woken ([`Session::deadline`]). Every decision of the client is made here: what an answer means, what to send
//! next, when to try again and when to give up. The same inputs at the same times give the same outputs, so each decision can
//! be tested without a network and without waiting.
//!
//! ```text
//! HandshakeDue ─► Handshaking ─► Established ─► Disconnecting ─► Closed
//!      ▲               │             │
//!      └───────────────┴── failed ───┘   SignedOut: waits for fresh credentials
//! ```

mod ack;
mod address;
mod advice;
mod answers;
mod backoff;
mod batch;
mod carrier;
mod clock;
mod connect;
mod endpoint;
mod farewell;
mod handshake;
mod incoming;
mod link;
mod outbox;
mod outgoing;
mod poll_limit;
mod post;
mod received;
mod report;
mod salvage;
mod session;
mod signing_in;
mod subscriptions;
#[cfg(test)]
mod tests;
mod time_sync;
mod trouble;

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use crate::channel::Channel;
use crate::event::Event;
use crate::exchange::{ExchangeError, Opening, Renewal, Renewed, Reply, Request};
use crate::failure::PublishError;

pub use clock::Moment;
pub use session::Session;

/// Names one request from its [`Output::Send`] to its end. Not in the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket(u64);

/// Names one [`Input::Publish`] until its [`Output::Published`]. Not in the specification. The application chooses the number.
pub type Publication = u64;

/// What a request is for (Bayeux 1.0, *Two connection operation*).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Makes a session (Bayeux 1.0, *Handshake Request*).
    Handshake,
    /// Is held by the server (Bayeux 1.0, *Connect Request*) until there is something to deliver. There is never more than one.
    Connect,
    /// Subscribes, unsubscribes, publishes (Bayeux 1.0, *Messages*): any number of messages at once. There is never more than one
    /// such request.
    Batch,
    /// Says farewell (Bayeux 1.0, *Disconnect Request*).
    Disconnect,
}

/// Something that happened. Where a variant names no section it is about this core and not in the specification.
#[derive(Debug)]
#[non_exhaustive]
pub enum Input {
    /// The application wants a channel (Bayeux 1.0, *Subscribe*).
    Subscribe(Channel),
    /// The application gives up one subscription to a channel (Bayeux 1.0, *Unsubscribe*).
    Unsubscribe(Channel),
    /// The application publishes a message (Bayeux 1.0, *Publish*).
    Publish {
        /// The name under which the outcome is reported.
        publication: Publication,
        /// Where to.
        channel: Channel,
        /// The payload.
        data: Value,
    },
    /// Several inputs at once (Bayeux 1.0, *Messages*), so that what they ask for goes in one request.
    Together(Vec<Input>),
    /// The application has had enough (Bayeux 1.0, *Disconnect*).
    Disconnect,
    /// The application knows that the connection is dead, or that waiting is idle.
    ReconnectNow,
    /// The application signed in again (Bayeux 1.0, *Authentication*).
    CredentialsRefreshed,
    /// The application knows that its HTTP session is gone (Bayeux 1.0, *Authentication*).
    HttpSessionGone,
    /// A request was answered (Bayeux 1.0, *HTTP Transport*).
    Replied {
        /// Which.
        ticket: Ticket,
        /// The answer.
        reply: Reply,
    },
    /// A WebSocket is open (Bayeux 1.0, *Non HTTP Transports*).
    Opened {
        /// Which.
        ticket: Ticket,
    },
    /// A frame came over a WebSocket (Bayeux 1.0, *Non HTTP Transports*).
    Received {
        /// Over which.
        ticket: Ticket,
        /// What came.
        body: Bytes,
    },
    /// A request failed, or a WebSocket did not open or is closed.
    Failed {
        /// Which.
        ticket: Ticket,
        /// Why.
        error: ExchangeError,
    },
    /// Bytes of a reply arrived, though not all of them yet. To be said before [`Input::DeadlineReached`], where it is known.
    Progressed {
        /// Of which request.
        ticket: Ticket,
        /// When the last of them arrived, as a time since the start.
        at: Duration,
    },
    /// A renewal ended.
    Renewed {
        /// Which.
        ticket: Ticket,
        /// How.
        renewed: Renewed,
    },
    /// The time of [`Session::deadline`] has come, or the machine woke up ([`Session::waking_is_told`]).
    DeadlineReached,
}

/// Something to do. Where a variant names no section it is about this core and not in the specification.
#[derive(Debug)]
#[non_exhaustive]
pub enum Output {
    /// Send this request (Bayeux 1.0, *HTTP Transport*), and report its end with its ticket.
    Send {
        /// Names the request.
        ticket: Ticket,
        /// What it is for.
        purpose: Purpose,
        /// The request itself.
        request: Request,
    },
    /// Make credentials or token anew (Bayeux 1.0, *Authentication*), and report the end with this ticket.
    Renew {
        /// Names the renewal.
        ticket: Ticket,
        /// What is wanted.
        renewal: Renewal,
    },
    /// Open a WebSocket (Bayeux 1.0, *Non HTTP Transports*), and report that it is open, what comes over it, and its end, all
    /// with this ticket.
    Open {
        /// Names the WebSocket.
        ticket: Ticket,
        /// Where to.
        opening: Opening,
    },
    /// Send a text frame (Bayeux 1.0, *Non HTTP Transports*).
    Write {
        /// Over which WebSocket.
        ticket: Ticket,
        /// What to send.
        body: Bytes,
    },
    /// Drop connections that are kept for later: they may be dead.
    ForgetConnections,
    /// Abort this request, or close this WebSocket. Should it end all the same, reporting that does no harm; and an answer that is
    /// there already should be reported, for without acknowledgements what it brings does not come again.
    Abort(Ticket),
    /// Tell the application.
    Event(Event),
    /// Tell the application how its publishing ended (Bayeux 1.0, *Publish Response*).
    Published {
        /// Which.
        publication: Publication,
        /// How.
        result: Result<(), PublishError>,
    },
}
