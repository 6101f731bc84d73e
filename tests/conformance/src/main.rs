//! `make conformance`: the client against servers nobody here wrote, as a table.

use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use conformance::runner::{self, Choice};
use conformance::server::Kind;
use thiserror::Error;

/// The Bayeux client against servers nobody here wrote.
#[derive(Debug, Parser)]
struct Arguments {
    /// Only these servers.
    #[arg(long = "server", value_parser = server)]
    servers: Vec<Kind>,
    /// Only these rows of the list.
    #[arg(long = "row")]
    rows: Vec<u32>,
    /// What to make of a server that cannot be run here.
    #[arg(long, value_enum, default_value_t = Missing::Fails)]
    missing: Missing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Missing {
    /// The run fails.
    Fails,
    /// It is said and passed over.
    LeftOut,
}

#[derive(Debug, Error)]
#[error("the servers are: {}", Kind::ALL.map(Kind::name).join(", "))]
struct UnknownServer;

fn server(name: &str) -> Result<Kind, UnknownServer> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    kind.ok_or(UnknownServer)
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // An error only says that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let choice = Choice {
        servers: arguments.servers,
        rows: arguments.rows,
    };
    let report = runner::play(&choice).await;
    println!("\n{}", report.table());
    let (passed, failed, left_out) = (
        report.count("ok"),
        report.count("FAILED"),
        report.count("left out"),
    );
    let skipped = report.count("n/a") + left_out;
    println!("conformance: {passed} passed, {failed} failed, {skipped} skipped");
    if failed > 0 || (left_out > 0 && arguments.missing == Missing::Fails) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
