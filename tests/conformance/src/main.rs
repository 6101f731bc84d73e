//! `make conformance`: the client against servers nobody here wrote, as a table.

use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use conformance::differential::{self, Comparison};
use conformance::mismatch::Trouble;
use conformance::readme_example;
use conformance::report::Report;
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
    /// Only this part.
    #[arg(long, value_enum)]
    only: Option<Part>,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The list of scenarios.
    Scenarios,
    /// The scripts with both clients.
    Differential,
}

#[derive(Debug, Error)]
#[error("the servers are: {}", Kind::ALL.map(Kind::name).join(", "))]
struct UnknownServer;

fn server(name: &str) -> Result<Kind, UnknownServer> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    kind.ok_or(UnknownServer)
}

fn main() -> ExitCode {
    if std::env::var_os(readme_example::ASKED).is_some() {
        readme_example::play()
    } else {
        run()
    }
}

#[tokio::main]
async fn run() -> ExitCode {
    let arguments = Arguments::parse();
    // An error only says that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let choice = Choice {
        servers: arguments.servers,
        rows: arguments.rows,
    };
    let report = if arguments.only == Some(Part::Differential) {
        Report::default()
    } else {
        runner::play(&choice).await
    };
    // One after the other: on a small machine two dozen processes at once would only show that it is small.
    let comparisons = if arguments.only == Some(Part::Scenarios) || Kind::Faye.missing().is_some() {
        Ok(Vec::new())
    } else {
        let servers = choice.servers().into_iter();
        let here: Vec<Kind> = servers.filter(|kind| kind.missing().is_none()).collect();
        differential::compare(&here).await
    };
    conclude(&report, comparisons, arguments.missing)
}

fn conclude(report: &Report, comparisons: Result<Vec<Comparison>, Trouble>, missing: Missing) -> ExitCode {
    println!("\n{}", report.table());
    let mut failed = report.count("FAILED");
    let mut passed = report.count("ok");
    match comparisons {
        Ok(comparisons) => {
            for comparison in &comparisons {
                comparison.lines().iter().for_each(|line| println!("{line}"));
                if comparison.is_fine() {
                    passed += 1;
                } else {
                    failed += 1;
                }
            }
            println!(
                "Beside the official client: {} scripts compared.\n",
                comparisons.len()
            );
        }
        Err(trouble) => {
            println!("Beside the official client: {trouble}\n");
            failed += 1;
        }
    }
    let left_out = report.count("left out");
    let absent = report.count("absent");
    println!(
        "conformance: {passed} passed, {failed} failed, {left_out} skipped; {absent} cells where the server lacks what the row is about"
    );
    if failed > 0 || (left_out > 0 && missing == Missing::Fails) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
