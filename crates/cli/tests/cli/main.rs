//! The real binary against a practice floor on loopback: what it prints, what it sends, how it ends.
//!
//! Every test waits for lines or for the end of the process, never for time to pass.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "these are tests; the lint's own exception only knows functions marked #[test]"
)]

mod coaching;
mod doctor;
mod ending;
mod journal;
mod managed;
mod process;
mod reading;
mod signing_in;
mod simulate;
mod sms;
mod sms_elsewhere;
mod sms_refused;
