//! Runs the clients under the loads, each run with a server and a client process of its own.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use super::figures::{Figures, Report, Row};
use super::load::{self, Load};
use super::peer::Peer;
use crate::mismatch::Trouble;
use crate::server::{end, launch, node_folder};

/// One client subscribes only when its first connect has been answered, which the server holds.
const READY_WITHIN: Duration = Duration::from_secs(30);
const OVER_WITHIN: Duration = Duration::from_secs(90);

/// What to run.
#[derive(Debug, Clone)]
pub struct Choice {
    /// How often.
    pub runs: usize,
    /// Only loads whose name contains this.
    pub load: String,
    /// Only these clients; all if empty.
    pub peers: Vec<Peer>,
}

impl Choice {
    fn peers(&self) -> impl Iterator<Item = Peer> + '_ {
        Peer::ALL
            .into_iter()
            .filter(|peer| self.peers.is_empty() || self.peers.contains(peer))
    }
}

/// Runs everything that was chosen and can be run here. A run that fails is said and left out.
pub async fn measure(choice: &Choice) -> Figures {
    let mut figures = Figures::default();
    for load in load::ALL.iter().filter(|load| load.name.contains(&choice.load)) {
        let mut rows: Vec<Row> = choice
            .peers()
            .filter(|peer| load.suits(*peer) && peer.missing().is_none())
            .map(|peer| Row {
                load: load.name,
                peer,
                runs: Vec::new(),
            })
            .collect();
        // Round by round, so that a slow minute of the machine does not hit one client alone.
        for _ in 0..choice.runs {
            for row in &mut rows {
                match run(load, row.peer).await {
                    Ok(report) => {
                        println!(
                            "{:26} {:14} {:>7.0} msg/s  p50 {:?} p99 {:?} µs",
                            load.name,
                            row.peer.name(),
                            report.rate,
                            report.p50_us,
                            report.p99_us
                        );
                        row.runs.push(report);
                    }
                    Err(trouble) => println!("{:26} {:14} {trouble}", load.name, row.peer.name()),
                }
            }
        }
        figures
            .rows
            .extend(rows.into_iter().filter(|row| !row.runs.is_empty()));
    }
    figures
}

async fn run(load: &Load, peer: Peer) -> Result<Report, Trouble> {
    let mut server = Command::new("node");
    server.arg(node_folder().join(load.server()));
    let settings = ["timeout=10000", "maxInterval=30000", "maxSessionsPerBrowser=-1"].map(str::to_owned);
    let server = launch("bench-server", server, &settings).await?;
    // One of the clients loses the cookies of hosts without a name.
    let url = format!("http://localhost:{}/notifications", server.address.port());
    let measured = measure_one(load, peer, &url, &format!("http://{}", server.door)).await;
    end(server.child).await;
    measured
}

async fn measure_one(load: &Load, peer: Peer, url: &str, door: &str) -> Result<Report, Trouble> {
    let mut client = peer
        .command(url, &load.task())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(Trouble::system(peer.name()))?;
    let trouble = |what: &str| Trouble::Process {
        who: peer.name().to_owned(),
        what: what.to_owned(),
    };
    let output = client.stdout.take().ok_or_else(|| trouble("it says nothing"))?;
    let mut lines = BufReader::new(output).lines();
    let measured = converse(load, door, &mut lines, trouble).await;
    stop(client).await;
    measured
}

async fn converse(
    load: &Load,
    door: &str,
    lines: &mut Lines<BufReader<ChildStdout>>,
    trouble: impl Fn(&str) -> Trouble,
) -> Result<Report, Trouble> {
    let ready = timeout(READY_WITHIN, lines.next_line()).await;
    if !matches!(&ready, Ok(Ok(Some(line))) if line == "READY") {
        return Err(trouble(&format!("it is not ready: {ready:?}")));
    }
    if let Some(order) = load.order() {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let url = format!("{door}{order}");
        // A paced load answers when it is over, and the client may be done first.
        tokio::spawn(async move { http.get(url).send().await });
    }
    let line = timeout(OVER_WITHIN, lines.next_line()).await;
    match line {
        Ok(Ok(Some(line))) => Ok(serde_json::from_str(&line)?),
        other => Err(trouble(&format!("it reports nothing: {other:?}"))),
    }
}

async fn stop(mut client: Child) {
    if timeout(Duration::from_secs(2), client.wait()).await.is_err() {
        // One that has ended meanwhile need not be killed.
        let _ = client.kill().await;
    }
}
