//! The running console against the simulated contact centre, in one thread under paused time.
//!
//! [`bed`] puts both together over a wire in memory; [`face`] sees what a window would see. Only [`network`],
//! [`hostile`], [`pinned`] and [`proxied`] open sockets, on the loopback address.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic what it found"
)]

mod bed;
mod face;
mod wire;

mod asked;
mod budget;
mod canary;
mod coaching;
mod doctor;
mod faces;
mod hostile;
mod intents;
mod journal;
mod leaving;
mod link;
mod looking;
mod network;
mod pinned;
mod proxied;
mod roster;
mod sessions;
mod sight;
mod signing_in;
mod waiting;
mod written;
mod written_link;
