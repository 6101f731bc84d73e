//! Plays the scenarios: all servers at the same time, on each one scenario after the other.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::report::{Cell, Report, Verdict};
use crate::scenario::{Scenario, Stage};
use crate::scenarios;
use crate::server::{Kind, Options, Server};

/// No scenario takes a third of this.
const LONGEST: Duration = Duration::from_mins(1);

/// Which of the scenarios to play.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The servers; all if empty.
    pub servers: Vec<Kind>,
    /// The rows; all if empty.
    pub rows: Vec<u32>,
}

impl Choice {
    /// The servers that were chosen.
    pub fn servers(&self) -> Vec<Kind> {
        if self.servers.is_empty() {
            Kind::ALL.to_vec()
        } else {
            self.servers.clone()
        }
    }

    fn scenarios(&self) -> impl Iterator<Item = (usize, &'static Scenario)> + '_ {
        let chosen = |row| self.rows.is_empty() || self.rows.contains(&row);
        scenarios::ALL
            .iter()
            .enumerate()
            .filter(move |(_, scenario)| chosen(scenario.row))
    }

    /// One verdict for all of a server's scenarios.
    fn cells(&self, kind: Kind, verdict: &dyn Fn() -> Verdict) -> Vec<Cell> {
        let cells = self.scenarios().map(|(number, scenario)| Cell {
            kind,
            scenario: number,
            name: scenario.name(),
            verdict: verdict(),
            took: Duration::ZERO,
        });
        cells.collect()
    }
}

/// Plays what was chosen.
pub async fn play(choice: &Choice) -> Report {
    let mut servers = JoinSet::new();
    for kind in choice.servers() {
        let choice = choice.clone();
        servers.spawn(async move { play_on(kind, &choice).await });
    }
    let mut report = Report::default();
    while let Some(cells) = servers.join_next().await {
        report.cells.extend(cells.unwrap_or_default());
    }
    // A panic is a fault of this program, and must not look like a server that was not asked for.
    for kind in choice.servers() {
        if !report.cells.iter().any(|cell| cell.kind == kind) {
            report
                .cells
                .extend(choice.cells(kind, &|| Verdict::Failed("the run broke off".to_owned())));
        }
    }
    report.cells.sort_by_key(|cell| (cell.scenario, cell.kind.name()));
    report
}

async fn play_on(kind: Kind, choice: &Choice) -> Vec<Cell> {
    if let Some(why) = kind.missing() {
        return choice.cells(kind, &|| Verdict::LeftOut(why.clone()));
    }
    let server = match Server::start(kind, Options::brisk()).await {
        Ok(server) => Arc::new(server),
        Err(trouble) => return choice.cells(kind, &|| Verdict::Failed(trouble.to_string())),
    };
    let mut cells = Vec::new();
    for (number, scenario) in choice.scenarios() {
        let began = Instant::now();
        let verdict = play_one(&server, number, scenario).await;
        let cell = Cell {
            kind,
            scenario: number,
            name: scenario.name(),
            verdict,
            took: began.elapsed(),
        };
        println!(
            "{:>12}  {:8} {:>6.1} s  {}",
            kind.name(),
            cell.verdict.word(),
            cell.took.as_secs_f32(),
            cell.name
        );
        if let Verdict::Failed(why) = &cell.verdict {
            println!("{:>12}  {why}", "");
        }
        cells.push(cell);
    }
    server.stop().await;
    cells
}

async fn play_one(server: &Arc<Server>, number: usize, scenario: &Scenario) -> Verdict {
    if let Some(why) = scenario.does_not_apply_to(server.kind()) {
        return Verdict::Absent(why);
    }
    let channel = format!("/scenario/{number}");
    let stage = match Stage::prepare(Arc::clone(server), channel).await {
        Ok(stage) => stage,
        Err(trouble) => return Verdict::Failed(trouble.to_string()),
    };
    let why = match timeout(LONGEST, scenario.play(stage.clone())).await {
        Ok(Ok(())) => return Verdict::Passed,
        Ok(Err(mismatch)) => mismatch.to_string(),
        Err(_) => format!("not over after {LONGEST:?}"),
    };
    for line in stage.proxy.trail() {
        println!("{:>12}  {line}", stage.kind().name());
    }
    Verdict::Failed(why)
}
