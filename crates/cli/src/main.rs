//! Coaching without a window, for scripts and support.
fn main() {}
