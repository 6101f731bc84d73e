//! The desk of the supervisor: a pure state machine over `gws` values; no I/O and no clock of its own.
//!
//! ```text
//! Input ──→ Desk::handle ──→ Vec<Effect>        what the server, the clock and the link did
//! Command ─→ Desk::order ──→ Result<Vec<Effect>, Fault>   what the supervisor wants
//! Desk::view, Desk::roster                      what a face shows
//! ```
//!
//! * [`Desk`]: the machine, which only passes inputs to the parts below and collects what they want done.
//! * `voice`: the stages of coaching; `switch`: from one way of being in a call to another.
//! * `calls`: what an own call says; `supervised`: which one is the supervised one; [`audience`]: who hears.
//! * `written`: SMS sessions and chats: who is armed, which sessions came of it, who reads what.
//! * `roster`, `me`, `link`: the floor, the supervisor, the link.
//! * `intents`: what was asked for and not taken back, beside what the server says.
//! * [`claims`]: what may bring the supervisor into somebody's interaction; [`rules`]: what the organisation allows.
//! * [`order`], [`input`], [`view`], [`fault`]: the words of the interface.

pub mod audience;
mod calls;
pub mod claims;
mod desk;
pub mod fault;
pub mod input;
mod intents;
mod link;
mod me;
pub mod moment;
pub mod order;
mod orders;
mod roster;
pub mod rules;
mod sight;
mod supervised;
mod switch;
pub mod view;
mod voice;
mod written;

pub use desk::Desk;
pub use written::TranscriptMark;
