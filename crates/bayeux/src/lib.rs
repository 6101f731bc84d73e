// The example there needs the exchange over reqwest.
#![cfg_attr(feature = "http", doc = include_str!("../README.md"))]
#![cfg_attr(not(feature = "http"), doc = "A client for Bayeux 1.0 (`CometD`).")]
//!
//! # The specification
//!
//! What a server may expect and a client may rely on is in [The Bayeux Protocol Specification 1.0][spec]. Its sections have no
//! numbers, so this documentation names them by their titles: (Bayeux 1.0, *Channel Globbing*). The acknowledgement and time
//! synchronisation extensions are described in the reference of `CometD`: (reference of `CometD`, *Timesync Extension*). What is said
//! to be not in the specification is about this client alone.
//!
//! [spec]: https://docs.cometd.org/current/reference/#_bayeux
#![deny(missing_docs)]

mod batch;
mod channel;
mod client;
mod config;
mod driver;
mod event;
mod exchange;
mod failure;
#[cfg(feature = "http")]
mod http;
mod json;
pub mod protocol;
mod server_clock;
mod server_error;
mod transport;
mod unsuccessful;
mod wake_watch;
#[cfg(feature = "websocket")]
mod web_socket;

pub use batch::Batch;
pub use channel::{Channel, InvalidChannel};
pub use client::{Client, SubscribeError};
pub use config::Config;
pub use event::{Closure, Event, Interruption, Message};
pub use exchange::{
    BoxFuture, CONTENT_TYPE, Exchange, ExchangeError, Opening, Progress, Renewal, Renewed, Reply, Request,
    Socket,
};
pub use failure::{Failure, PublishError};
#[cfg(feature = "http")]
pub use http::{Authentication, DEFAULT_MAX_BODY, HttpExchange};
pub use json::Json;
pub use server_clock::ServerClock;
pub use server_error::ServerError;
pub use transport::Transport;
pub use unsuccessful::{Next, Unsuccessful};
