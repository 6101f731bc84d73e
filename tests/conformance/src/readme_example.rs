//! The example in the README of the client, as a program of its own: it is this one, where the environment says so.

use std::process::ExitCode;

/// The variable of the environment that says so.
pub const ASKED: &str = "CONFORMANCE_PLAYS_README_EXAMPLE";

// It is the example itself, word for word.
include!("../../../crates/bayeux/examples/news/readme.rs");

/// Plays it, with the address from the command line.
pub fn play() -> ExitCode {
    match main() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
