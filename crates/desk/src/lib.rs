//! The desk of the supervisor: a pure state machine over `gws` values; no I/O and no clock of its own.

pub mod audience;
pub mod fault;
pub mod moment;
pub mod order;
pub mod view;
