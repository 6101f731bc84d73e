//! The same script through the official client and through ours, over the same proxy: what differs must be on the committed
//! list (`differences.json`) with its reason, and what is on the list must differ.

pub mod player;
pub mod script;

use std::sync::Arc;

use serde::Deserialize;
use tokio::task::JoinSet;

use crate::mismatch::Trouble;
use crate::server::{Kind, Options, Server};
use player::Who;
use script::{ALL, Outcome, Script};

/// The servers before which the two are compared.
pub const SERVERS: [Kind; 4] = Kind::ALL;

/// A difference that is meant to be.
#[derive(Debug, Clone, Deserialize)]
struct Difference {
    script: String,
    /// With acknowledgements, without, or either way where it is not said.
    ack: Option<bool>,
    /// The server; every one if none is named.
    server: Option<String>,
    /// What of the outcome differs.
    what: String,
    official: String,
    ours: String,
    reason: String,
}

/// One script on one server, with or without acknowledgements.
#[derive(Debug)]
pub struct Comparison {
    /// The server.
    pub kind: Kind,
    /// The script.
    pub script: &'static str,
    /// Whether acknowledgements were asked for.
    pub ack: bool,
    /// Every way in which the outcomes differ.
    pub differences: Vec<Found>,
    /// Why there is no comparison, if so.
    pub trouble: Option<String>,
}

/// One way in which two outcomes differ.
#[derive(Debug)]
pub struct Found {
    /// What of the outcome.
    pub what: &'static str,
    /// What the official client's was.
    pub official: String,
    /// What ours was.
    pub ours: String,
    /// Why that is meant to be; nothing if it is not.
    pub reason: Option<String>,
}

impl Comparison {
    /// Whether nothing differs that should not.
    pub fn is_fine(&self) -> bool {
        self.trouble.is_none() && self.differences.iter().all(|found| found.reason.is_some())
    }

    /// What differs, in lines.
    pub fn lines(&self) -> Vec<String> {
        let ack = if self.ack { "ack" } else { "no ack" };
        let head = format!("{}: {} ({ack})", self.kind.name(), self.script);
        let found = self.differences.iter().map(|found| {
            let Found {
                what,
                official,
                ours,
                reason,
            } = found;
            let judged = reason.as_deref().map_or_else(
                || "NOT ON THE LIST".to_owned(),
                |reason| format!("better: {reason}"),
            );
            format!("{head}: {what}: official `{official}`, ours `{ours}`: {judged}")
        });
        let trouble = self.trouble.iter().map(|trouble| format!("{head}: {trouble}"));
        found.chain(trouble).collect()
    }
}

/// Plays every script with both clients before the given servers, each client before a server of its own.
pub async fn compare(kinds: &[Kind]) -> Result<Vec<Comparison>, Trouble> {
    let list: Vec<Difference> = serde_json::from_str(include_str!("differences.json"))?;
    let list = Arc::new(list);
    let mut playing = JoinSet::new();
    for kind in kinds.iter().copied().filter(|kind| SERVERS.contains(kind)) {
        let list = Arc::clone(&list);
        playing.spawn(async move { compare_on(kind, &list).await });
    }
    let mut comparisons = Vec::new();
    while let Some(played) = playing.join_next().await {
        let played = played.map_err(|error| Trouble::Process {
            who: "the comparison".to_owned(),
            what: error.to_string(),
        })?;
        comparisons.extend(played?);
    }
    Ok(comparisons)
}

async fn compare_on(kind: Kind, list: &[Difference]) -> Result<Vec<Comparison>, Trouble> {
    let official = Arc::new(Server::start(kind, Options::brisk()).await?);
    let ours = Arc::new(Server::start(kind, Options::brisk()).await?);
    let mut comparisons = Vec::new();
    for (number, script) in ALL
        .iter()
        .enumerate()
        .filter(|(_, script)| (script.plays_on)(kind))
    {
        for ack in [true, false] {
            if ack && !kind.acknowledges() {
                continue;
            }
            let (theirs, own) = tokio::join!(
                script.play(Who::Official, ack, Arc::clone(&official), number),
                script.play(Who::Ours, ack, Arc::clone(&ours), number),
            );
            let comparison = judge(kind, script, ack, theirs, own, list);
            for line in comparison.lines() {
                println!("{line}");
            }
            comparisons.push(comparison);
        }
    }
    official.stop().await;
    ours.stop().await;
    Ok(comparisons)
}

fn judge(
    kind: Kind,
    script: &Script,
    ack: bool,
    official: Result<Outcome, Trouble>,
    ours: Result<Outcome, Trouble>,
    list: &[Difference],
) -> Comparison {
    let mut comparison = Comparison {
        kind,
        script: script.name,
        ack,
        differences: Vec::new(),
        trouble: None,
    };
    let (official, ours) = match (official, ours) {
        (Ok(official), Ok(ours)) => (official, ours),
        (Err(trouble), _) | (_, Err(trouble)) => {
            comparison.trouble = Some(trouble.to_string());
            return comparison;
        }
    };
    let applies = |difference: &&Difference| {
        difference.script == script.name
            && difference.ack.is_none_or(|only| only == ack)
            && difference
                .server
                .as_deref()
                .is_none_or(|only| only == kind.name())
    };
    let meant: Vec<&Difference> = list.iter().filter(applies).collect();
    for (what, official, ours) in pairs(&official, &ours) {
        let listed = meant.iter().find(|difference| difference.what == what);
        if official == ours {
            // A list that names what is no longer so would hide the day it is so again.
            if let Some(difference) = listed {
                comparison.trouble = Some(format!(
                    "{what} is listed as different ({}), and is `{ours}` in both",
                    difference.reason
                ));
            }
            continue;
        }
        let as_listed =
            listed.filter(|difference| difference.official == official && difference.ours == ours);
        comparison.differences.push(Found {
            what,
            official,
            ours,
            reason: as_listed.map(|difference| difference.reason.clone()),
        });
    }
    comparison
}

fn pairs(official: &Outcome, ours: &Outcome) -> [(&'static str, String, String); 4] {
    let both = |what, of: fn(&Outcome) -> String| (what, of(official), of(ours));
    [
        both("messages", |outcome| outcome.messages.clone()),
        both("link", |outcome| outcome.link.clone()),
        both("handshakes", |outcome| outcome.handshakes.clone()),
        both("alive", |outcome| outcome.alive.to_string()),
    ]
}
