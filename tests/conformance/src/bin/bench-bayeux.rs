//! `make bench-bayeux`: our client beside its peers. Prints the table and the targets, writes them to `target/bench/bayeux.md` and
//! every figure to `target/bench/bayeux.json`.
//!
//! Machines are noisy: compare only within one run, and never in a test.

use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use conformance::bench::peer::Peer;
use conformance::bench::run::{self, Choice};
use conformance::bench::targets;
use conformance::places;
use serde_json::json;
use thiserror::Error;

type Failure = Box<dyn std::error::Error>;

/// Our Bayeux client beside its peers.
#[derive(Debug, Parser)]
struct Arguments {
    /// How often each is run.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Only loads whose name contains this.
    #[arg(long, default_value = "")]
    load: String,
    /// Only these clients.
    #[arg(long = "client", value_parser = peer)]
    clients: Vec<Peer>,
}

#[derive(Debug, Error)]
#[error("the clients are: {}", Peer::ALL.map(Peer::name).join(", "))]
struct UnknownClient;

fn peer(name: &str) -> Result<Peer, UnknownClient> {
    let peer = Peer::ALL.into_iter().find(|peer| peer.name() == name);
    peer.ok_or(UnknownClient)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    // An error only says that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    for peer in Peer::ALL {
        if let Some(why) = peer.missing() {
            println!("left out: {}: {why}", peer.name());
        }
    }
    let figures = run::measure(&Choice {
        runs: arguments.runs,
        load: arguments.load,
        peers: arguments.clients,
    })
    .await;
    let judged = targets::judge(&figures);
    let machine = Machine::this();
    let shown = format!(
        "Machine `{}` ({}, {} cores), medians of {} runs.\n\n{}\n{}",
        machine.name,
        machine.processor,
        machine.cores,
        arguments.runs,
        figures.table(),
        targets::table(&judged)
    );
    println!("\n{shown}");
    let folder = places::target().join("bench");
    std::fs::create_dir_all(&folder)?;
    let at = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let all = json!({
        "machine": machine.name, "processor": machine.processor, "cores": machine.cores,
        "at_ms": u64::try_from(at)?, "rows": figures.json(),
    });
    std::fs::write(folder.join("bayeux.md"), shown)?;
    std::fs::write(folder.join("bayeux.json"), serde_json::to_string_pretty(&all)?)?;
    Ok(())
}

/// Where this was measured.
struct Machine {
    name: String,
    processor: String,
    cores: usize,
}

impl Machine {
    fn this() -> Self {
        let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
        let processors = read("/proc/cpuinfo");
        let model = processors.lines().find(|line| line.starts_with("model name"));
        let processor = model
            .and_then(|line| line.split_once(": "))
            .map(|(_, name)| name.to_owned());
        Self {
            name: read("/etc/hostname").trim().to_owned(),
            processor: processor.unwrap_or_else(|| "unknown processor".to_owned()),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        }
    }
}
