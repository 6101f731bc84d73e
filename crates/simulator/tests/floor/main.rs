//! The floor as a client sees it, over the router in memory and with tokio's clock paused: nothing here waits.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test; clippy only knows that inside test functions"
)]

mod calls;
mod cometd;
mod control;
mod faults;
mod lively;
mod loopback;
mod monitoring;
mod monitoring_ends;
mod reading;
mod seed;
mod session;
mod sign_in;
mod support;
mod written;
mod written_contract;
mod written_control;
mod written_faults;
mod written_life;
