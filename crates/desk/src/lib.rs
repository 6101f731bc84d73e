//! The desk of the supervisor: a pure state machine over gws values; no I/O and no clock
