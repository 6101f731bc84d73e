//! The Bayeux client against servers nobody here wrote.
//!
//! A [`server`] is a child process with a control door. Between it and the client stands a [`proxy`] that does what networks
//! and balancers do, and remembers every message that went by. A [`scenario`] is a script for all of them with an expectation;
//! [`scenarios`] are the rows of the list that the client was asked to pass. [`differential`] plays one script to the official
//! client and to ours. [`bench`] measures ours beside its peers.

pub mod bench;
pub mod differential;
pub mod listener;
pub mod mismatch;
pub mod places;
pub mod proxy;
pub mod readme_example;
pub mod report;
pub mod runner;
pub mod scenario;
pub mod scenarios;
pub mod server;
