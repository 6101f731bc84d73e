//! The running console against the simulated contact centre, in one thread under paused time.
//!
//! [`bed`] puts both together over a wire in memory; [`face`] sees what a window would see. Only [`network`] opens
//! sockets, on the loopback address.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic what it found"
)]

mod bed;
mod face;
mod wire;

mod coaching;
mod faces;
mod leaving;
mod link;
mod network;
mod roster;
mod sessions;
mod signing_in;
mod written;
mod written_link;
