//! `make soak SEEDS=100000` plays many runs; `make soak SEED=n` plays one and shows its trace.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use soak::{Plan, Severity, Summary, batch, run};

/// So often there is a word of how far it is.
const EVERY: u64 = 1000;

/// What stands above a trace.
const LEGEND: &str = "\
Each line: seconds since the start, who, what.
  supervisor  does something in the window     answer   what the window was told of it
  screen      what the window shows anew       journal  an entry that is on disk
  wire        #n is one request: → it leaves Sotto, ← its answer arrives
  floor       customers, agents and the other supervisor
  fault       what goes wrong, or will         disk     the disk of this computer
  life        Sotto starts, or is gone         ORACLE   what must never be
";

#[derive(Debug, Parser)]
#[command(about = "The whole backend under faults, from one seed each")]
struct Arguments {
    /// How many seeds to play.
    #[arg(long, default_value_t = 2000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Only this one, with its trace.
    #[arg(long)]
    seed: Option<u64>,
    /// Nothing goes wrong.
    #[arg(long)]
    fair: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let severity = if arguments.fair {
        Severity::Fair
    } else {
        Severity::Foul
    };
    let mut out = std::io::stdout().lock();
    let holds = match arguments.seed {
        Some(seed) => one(seed, severity, &mut out),
        None => many(&arguments, severity, &mut out),
    };
    match holds {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // Nobody reads any more.
        Err(_) => ExitCode::from(2),
    }
}

fn one(seed: u64, severity: Severity, out: &mut impl std::io::Write) -> std::io::Result<bool> {
    let outcome = run(Plan {
        seed,
        severity,
        trace: true,
    });
    writeln!(out, "{LEGEND}")?;
    for line in &outcome.trace {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "\nWhat went wrong, in order:")?;
    for line in &outcome.faults {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "\nfingerprint {:016x}", outcome.fingerprint)?;
    match &outcome.violation {
        Some(violation) => writeln!(out, "seed {seed}: {violation}")?,
        None => writeln!(out, "seed {seed}: everything held")?,
    }
    Ok(outcome.violation.is_none())
}

fn many(arguments: &Arguments, severity: Severity, out: &mut impl std::io::Write) -> std::io::Result<bool> {
    let summary = batch(arguments.first, arguments.seeds, severity, |played, outcome| {
        let mut progress = std::io::stderr().lock();
        let said = match &outcome.violation {
            Some(violation) => writeln!(progress, "seed {}: {violation}", outcome.seed),
            None if played % EVERY == 0 => writeln!(progress, "{played} runs"),
            None => Ok(()),
        };
        // Progress that nobody reads is no reason to stop.
        drop(said);
    });
    tell(&summary, out)?;
    Ok(summary.failed.is_empty())
}

fn tell(summary: &Summary, out: &mut impl std::io::Write) -> std::io::Result<()> {
    for (name, count) in &summary.counts {
        writeln!(out, "{count:>12}  {name}")?;
    }
    writeln!(out, "\n{} runs, {} failed", summary.runs, summary.failed.len())?;
    for outcome in &summary.failed {
        let violation = outcome.violation.as_deref().unwrap_or_default();
        writeln!(out, "make soak SEED={}: {violation}", outcome.seed)?;
    }
    Ok(())
}
