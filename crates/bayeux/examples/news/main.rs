//! The example of the README: `cargo run --example news -- http://localhost:8080/cometd` prints what happens to a subscription.
//! It is in a file of its own so that it can be run against real servers too, word for word.

include!("readme.rs");
