//! A Bayeux 1.0 (`CometD`) client: a sans-I/O core and its transports.
//!
//! [`Client::start`] runs a session over an [`Exchange`] and gives back a handle and the [`Event`]s.
//! All decisions of the protocol are made in a value that does no I/O and has no clock.

mod channel;
mod client;
mod config;
mod driver;
mod event;
mod exchange;
mod failure;
#[cfg(feature = "http")]
mod http;
pub mod protocol;
mod server_error;

pub use channel::{Channel, InvalidChannel};
pub use client::{Client, SubscribeError};
pub use config::Config;
pub use event::{Closure, Event, Interruption, Message};
pub use exchange::{BoxFuture, CONTENT_TYPE, Exchange, ExchangeError, Reply, Request};
pub use failure::{Failure, PublishError};
#[cfg(feature = "http")]
pub use http::{DEFAULT_MAX_BODY, HttpExchange};
pub use server_error::ServerError;
