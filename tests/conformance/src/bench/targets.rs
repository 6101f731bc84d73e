//! What our client is to reach, beside the floor and the official clients of the same run.

use std::fmt::Write as _;

use super::figures::{Figures, Row};
use super::load::{self, What};
use super::peer::Peer;

/// One target and what became of it.
#[derive(Debug, Clone)]
pub struct Target {
    /// What is looked at.
    pub what: String,
    /// What it is to be, with the number it comes from.
    pub aim: String,
    /// What it is.
    pub found: f64,
    /// Whether it is as it should be.
    pub met: bool,
}

/// All targets for which there are figures.
pub fn judge(figures: &Figures) -> Vec<Target> {
    let mut targets = Vec::new();
    for load in load::ALL {
        let Some(floor) = figures.row(load.name, Peer::Floor) else {
            continue;
        };
        for peer in [Peer::Ours, Peer::OursAck] {
            let Some(ours) = figures.row(load.name, peer) else {
                continue;
            };
            let name = format!("{}, {}", load.name, peer.name());
            match load.what {
                What::Flood { .. } => {
                    targets.extend(rate(&name, figures, ours, floor));
                    targets.extend(cpu(&name, ours, floor));
                }
                What::Paced { .. } => {
                    targets.extend(at_most(
                        &format!("{name}: p50, µs"),
                        1.2,
                        median_of(ours, |run| run.p50_us),
                        median_of(floor, |run| run.p50_us),
                    ));
                    targets.extend(at_most(
                        &format!("{name}: p99, µs"),
                        1.5,
                        median_of(ours, |run| run.p99_us),
                        median_of(floor, |run| run.p99_us),
                    ));
                    targets.extend(cpu(&name, ours, floor));
                }
                // There is no floor for it.
                What::PacedOverWebSocket { .. } => {}
                What::Idle(_) => {
                    targets.extend(at_most(
                        &format!("{name}: wake-ups"),
                        1.0,
                        median_of(ours, |run| run.wakeups),
                        median_of(floor, |run| run.wakeups),
                    ));
                }
            }
        }
    }
    targets.extend(memory(figures));
    targets
}

fn median_of(row: &Row, of: fn(&super::figures::Report) -> Option<f64>) -> Option<f64> {
    row.median(of)
}

fn rate(name: &str, figures: &Figures, ours: &Row, floor: &Row) -> Vec<Target> {
    let rate = |row: &Row| row.median(|run| Some(run.rate));
    let officials = figures
        .rows
        .iter()
        .filter(|row| row.load == ours.load && row.peer.is_official());
    let fastest = officials.filter_map(rate).reduce(f64::max);
    let mut targets = Vec::new();
    targets.extend(at_least(
        &format!("{name}: msg/s"),
        0.8,
        "floor",
        rate(ours),
        rate(floor),
    ));
    targets.extend(at_least(
        &format!("{name}: msg/s"),
        5.0,
        "fastest official",
        rate(ours),
        fastest,
    ));
    targets
}

fn cpu(name: &str, ours: &Row, floor: &Row) -> Option<Target> {
    at_most(&format!("{name}: CPU µs/msg"), 1.3, ours.cpu_us(), floor.cpu_us())
}

fn memory(figures: &Figures) -> Option<Target> {
    const MOST: f64 = 8.0;
    let ours = figures
        .rows
        .iter()
        .filter(|row| matches!(row.peer, Peer::Ours | Peer::OursAck));
    let found = ours
        .flat_map(|row| &row.runs)
        .map(|run| run.rss_kib / 1024.0)
        .reduce(f64::max)?;
    Some(Target {
        what: "resident memory at the most, MiB".to_owned(),
        aim: format!("≤ {MOST}"),
        found,
        met: found <= MOST,
    })
}

fn at_least(what: &str, factor: f64, of: &str, ours: Option<f64>, other: Option<f64>) -> Option<Target> {
    let (found, aim) = (ours?, factor * other?);
    Some(Target {
        what: what.to_owned(),
        aim: format!("≥ {factor} × {of} = {aim:.0}"),
        found,
        met: found >= aim,
    })
}

fn at_most(what: &str, factor: f64, ours: Option<f64>, floor: Option<f64>) -> Option<Target> {
    let (found, aim) = (ours?, factor * floor?);
    Some(Target {
        what: what.to_owned(),
        aim: format!("≤ {factor} × floor = {aim:.1}"),
        found,
        met: found <= aim,
    })
}

/// The targets in Markdown.
pub fn table(targets: &[Target]) -> String {
    let mut text = String::from("| what | target | found | |\n| --- | --- | ---: | --- |\n");
    for target in targets {
        let verdict = if target.met { "met" } else { "**missed**" };
        let Target { what, aim, found, .. } = target;
        let _ = writeln!(text, "| {what} | {aim} | {found:.1} | {verdict} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::Report;

    fn row(peer: Peer, rate: f64) -> Row {
        let run = Report {
            client: String::new(),
            got: 1000.0,
            rate,
            p50_us: Some(100.0),
            p99_us: Some(200.0),
            max_us: Some(300.0),
            out_of_order: 0.0,
            doubled: 0.0,
            lost: 0.0,
            cpu_s: 0.1,
            wakeups: Some(10.0),
            rss_kib: 6.0 * 1024.0,
            allocations: Some(5000.0),
            allocated_bytes: None,
        };
        Row {
            load: load::ALL[0].name,
            peer,
            runs: vec![run],
        }
    }

    #[test]
    fn a_target_is_judged_beside_the_floor_and_the_fastest_official_client() {
        let rows = [
            (Peer::Floor, 1000.0),
            (Peer::Ours, 790.0),
            (Peer::Official, 50.0),
            (Peer::Java, 158.0),
        ];
        let figures = Figures {
            rows: rows.map(|(peer, rate)| row(peer, rate)).to_vec(),
        };
        let met: Vec<_> = judge(&figures).into_iter().map(|target| target.met).collect();
        assert_eq!(
            met,
            [false, true, true, true],
            "0.8 × floor, 5 × java, CPU, memory"
        );
    }
}
