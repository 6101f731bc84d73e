//! What was measured, and how it is shown.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::peer::Peer;

/// What a client reports in the end. The fields are described where they are filled in: `record.rs`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// How the client calls itself.
    pub client: String,
    /// Messages received.
    pub got: f64,
    /// Messages a second, from the first to the last.
    pub rate: f64,
    /// Microseconds from publishing to the handler: the median.
    pub p50_us: Option<f64>,
    /// The 99th percentile.
    pub p99_us: Option<f64>,
    /// The longest.
    pub max_us: Option<f64>,
    /// Messages that came after a later one.
    pub out_of_order: f64,
    /// Messages that came again.
    pub doubled: f64,
    /// Messages that did not come.
    pub lost: f64,
    /// Processor seconds of the client.
    pub cpu_s: f64,
    /// How often the client went to sleep and was woken.
    pub wakeups: Option<f64>,
    /// Resident memory at the end.
    pub rss_kib: f64,
    /// Allocations during the run.
    pub allocations: Option<f64>,
    /// Their bytes.
    pub allocated_bytes: Option<f64>,
}

/// One client under one load: all its runs.
#[derive(Debug, Clone)]
pub struct Row {
    /// The load's name.
    pub load: &'static str,
    /// The client.
    pub peer: Peer,
    /// One report a run.
    pub runs: Vec<Report>,
}

impl Row {
    /// The median of a figure over the runs.
    pub fn median(&self, of: impl Fn(&Report) -> Option<f64>) -> Option<f64> {
        let mut values: Vec<f64> = self.runs.iter().filter_map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    }

    /// The sum of a figure over the runs.
    pub fn sum(&self, of: impl Fn(&Report) -> f64) -> f64 {
        self.runs.iter().map(of).sum()
    }

    /// Processor microseconds a message.
    pub fn cpu_us(&self) -> Option<f64> {
        self.median(|run| (run.got > 0.0).then(|| run.cpu_s * 1e6 / run.got))
    }

    /// Allocations a message.
    pub fn allocations(&self) -> Option<f64> {
        self.median(|run| Some(run.allocations? / run.got).filter(|each| each.is_finite()))
    }
}

/// Everything that was measured.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// In the order of the table.
    pub rows: Vec<Row>,
}

impl Figures {
    /// The row of a client under a load.
    pub fn row(&self, load: &str, peer: Peer) -> Option<&Row> {
        self.rows.iter().find(|row| row.load == load && row.peer == peer)
    }

    /// The table, in Markdown.
    pub fn table(&self) -> String {
        let mut text = String::from(
            "| load | client | msg/s | p50 ms | p99 ms | max ms | CPU µs/msg | RSS MiB | allocations/msg | wake-ups | lost/late/double |\n\
             | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n",
        );
        let mut last = "";
        for row in &self.rows {
            let load = if row.load == last { "" } else { row.load };
            last = row.load;
            let whole = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.0}"));
            let milli =
                |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{:.2}", value / 1000.0));
            let tenth = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.1}"));
            let _ = writeln!(
                text,
                "| {load} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {:.0}/{:.0}/{:.0} |",
                row.peer.name(),
                whole(row.median(|run| (run.got > 0.0).then_some(run.rate))),
                milli(row.median(|run| run.p50_us)),
                milli(row.median(|run| run.p99_us)),
                milli(row.median(|run| run.max_us)),
                tenth(row.cpu_us()),
                tenth(row.median(|run| Some(run.rss_kib / 1024.0))),
                tenth(row.allocations()),
                whole(row.median(|run| run.wakeups)),
                row.sum(|run| run.lost),
                row.sum(|run| run.out_of_order),
                row.sum(|run| run.doubled),
            );
        }
        text
    }

    /// All of it for machines.
    pub fn json(&self) -> serde_json::Value {
        let rows = self
            .rows
            .iter()
            .map(|row| serde_json::json!({"load": row.load, "client": row.peer.name(), "runs": row.runs}));
        rows.collect()
    }
}
