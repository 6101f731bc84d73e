//! The table: server × scenario.

use std::fmt::Write as _;
use std::time::Duration;

use crate::server::Kind;

/// What became of one scenario on one server.
#[derive(Debug)]
pub enum Verdict {
    /// As it should be.
    Passed,
    /// Not as it should be.
    Failed(String),
    /// The server lacks what the row is about, so there is nothing to play. This is not skipping: no machine could play it.
    Absent(&'static str),
    /// The server could not be run.
    LeftOut(String),
}

impl Verdict {
    /// One word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed => "ok",
            Self::Failed(_) => "FAILED",
            Self::Absent(_) => "absent",
            Self::LeftOut(_) => "left out",
        }
    }
}

/// One cell of the table.
#[derive(Debug)]
pub struct Cell {
    /// The server.
    pub kind: Kind,
    /// The scenario's place in the list.
    pub scenario: usize,
    /// Its name.
    pub name: String,
    /// What became of it.
    pub verdict: Verdict,
    /// How long it took.
    pub took: Duration,
}

/// Everything that was played.
#[derive(Debug, Default)]
pub struct Report {
    /// In any order.
    pub cells: Vec<Cell>,
}

impl Report {
    /// How many ended with this word.
    pub fn count(&self, word: &str) -> usize {
        self.cells
            .iter()
            .filter(|cell| cell.verdict.word() == word)
            .count()
    }

    /// The whole table with the reasons below it.
    pub fn table(&self) -> String {
        let mut text = String::new();
        let kinds: Vec<Kind> = Kind::ALL
            .into_iter()
            .filter(|kind| self.cells.iter().any(|cell| cell.kind == *kind))
            .collect();
        let names = self.names();
        let width = names
            .iter()
            .map(|(_, name)| name.chars().count())
            .max()
            .unwrap_or(0);
        let mut line = format!("{:width$}", "");
        for kind in &kinds {
            let _ = write!(line, "  {:>12}", kind.name());
        }
        let _ = writeln!(text, "{line}");
        for (scenario, name) in &names {
            let mut line = format!("{name:width$}");
            for kind in &kinds {
                let word = self.cell(*kind, *scenario).map_or("", |cell| cell.verdict.word());
                let _ = write!(line, "  {word:>12}");
            }
            let _ = writeln!(text, "{line}");
        }
        text.push('\n');
        for kind in &kinds {
            let _ = writeln!(text, "{:>12}  {}", kind.name(), kind.description());
        }
        text.push_str(
            "\nabsent: the server lacks what the row is about; left out: it could not be run here\n",
        );
        text.push_str(&self.reasons());
        text
    }

    fn names(&self) -> Vec<(usize, String)> {
        let mut names: Vec<_> = self
            .cells
            .iter()
            .map(|cell| (cell.scenario, cell.name.clone()))
            .collect();
        names.sort();
        names.dedup();
        names
    }

    fn cell(&self, kind: Kind, scenario: usize) -> Option<&Cell> {
        self.cells
            .iter()
            .find(|cell| cell.kind == kind && cell.scenario == scenario)
    }

    /// Why something was not played, and what went wrong.
    fn reasons(&self) -> String {
        let mut text = String::new();
        for cell in &self.cells {
            let (kind, name) = (cell.kind.name(), &cell.name);
            let _ = match &cell.verdict {
                Verdict::Passed | Verdict::LeftOut(_) => Ok(()),
                Verdict::Absent(why) => writeln!(text, "absent    {name}: {kind} {why}"),
                Verdict::Failed(why) => writeln!(text, "FAILED    {kind}: {name}: {why}"),
            };
        }
        let mut left_out: Vec<_> = self
            .cells
            .iter()
            .filter_map(|cell| match &cell.verdict {
                Verdict::LeftOut(why) => Some((cell.kind.name(), why)),
                _ => None,
            })
            .collect();
        left_out.dedup();
        for (kind, why) in left_out {
            let _ = writeln!(text, "left out  {kind}: {why}");
        }
        if text.is_empty() {
            text
        } else {
            format!("\n{text}")
        }
    }
}
