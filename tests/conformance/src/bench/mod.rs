//! The bench: our client beside its peers, one server and one client process at a time, on the loopback.
//!
//! A client's ceiling shows when it is flooded, what it adds to a message's way when messages come at a pace, and what it costs
//! to keep when nothing comes.

pub mod figures;
pub mod load;
pub mod peer;
pub mod record;
pub mod run;
pub mod targets;
