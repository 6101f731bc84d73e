//! Scenario files: what happens on a floor and when, as JSON.
//!
//! ```json
//! {
//!   "title": "A late parcel",
//!   "acts": [
//!     {"at_ms": 2000, "do": "open", "session": "parcel", "person": "Ana Núñez", "accept": true,
//!      "request": {"customer": "Pat", "text": "Where is my parcel?"}},
//!     {"at_ms": 6000, "do": "agent_writes", "session": "parcel", "text": "I will find out."}
//!   ]
//! }
//! ```
//!
//! A file is checked as a whole before anything of it is played: an act nobody knows, a misspelt parameter, a session
//! used before it is opened and a person who is not there are errors that name the act.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::world::Deed;

/// The most acts in one scenario.
const MOST_ACTS: usize = 100_000;

/// What happens on a floor, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// What it is about.
    pub title: String,
    /// What happens, in order of time.
    pub acts: Vec<TimedDeed>,
}

/// One act of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimedDeed {
    /// When, in milliseconds since the scenario began.
    pub at_ms: u64,
    /// What.
    #[serde(flatten)]
    pub deed: Deed,
}

/// Why a scenario cannot be played. Acts are counted from 1.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The file cannot be read.
    #[error("cannot read the scenario {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// It is not JSON, or not an object with a list of acts.
    #[error("the scenario is not `{{\"title\": …, \"acts\": […]}}`: {0}")]
    Malformed(serde_json::Error),
    /// One act is not understood.
    #[error("act {act} of the scenario is not understood: {reason}")]
    BadAct {
        /// Which.
        act: usize,
        /// Why.
        reason: String,
    },
    /// An act comes before the one above it.
    #[error("act {act} of the scenario is earlier than the act before it; sort the acts by `at_ms`")]
    OutOfOrder {
        /// Which.
        act: usize,
    },
    /// An act is about a session that no act before it opens.
    #[error("act {act} of the scenario is about session `{session}`, which no act before it opens")]
    UnknownSession {
        /// Which.
        act: usize,
        /// The name of the session.
        session: String,
    },
    /// Two acts open a session of the same name.
    #[error("act {act} of the scenario opens session `{session}` a second time")]
    OpenedTwice {
        /// Which.
        act: usize,
        /// The name of the session.
        session: String,
    },
    /// An act is about somebody who is not on this floor.
    #[error("act {act} of the scenario is about `{person}`, and nobody here is called that")]
    UnknownPerson {
        /// Which.
        act: usize,
        /// The name of the person.
        person: String,
    },
    /// There are too many acts.
    #[error("the scenario has {0} acts; {MOST_ACTS} are the most")]
    TooLong(usize),
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    title: String,
    acts: Vec<Value>,
}

impl Scenario {
    /// Reads a scenario from a file.
    pub fn read(path: &Path) -> Result<Self, ScenarioError> {
        let text = std::fs::read_to_string(path).map_err(|source| ScenarioError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text)
    }

    /// Understands the text of a scenario.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let file: File = serde_json::from_str(text).map_err(ScenarioError::Malformed)?;
        if file.acts.len() > MOST_ACTS {
            return Err(ScenarioError::TooLong(file.acts.len()));
        }
        let acts = file.acts.into_iter().enumerate();
        let acts = acts
            .map(|(index, act)| {
                understand(act).map_err(|reason| ScenarioError::BadAct {
                    act: index + 1,
                    reason,
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        check_order(&acts)?;
        check_sessions(&acts)?;
        Ok(Self {
            title: file.title,
            acts,
        })
    }
}

/// Understands one act. The time is taken out first, so that every name that is left must belong to the deed.
fn understand(act: Value) -> Result<TimedDeed, String> {
    let Value::Object(mut act) = act else {
        return Err("an act is a JSON object".to_owned());
    };
    let at_ms = match act.remove("at_ms") {
        Some(at) => at
            .as_u64()
            .ok_or_else(|| "`at_ms` is a whole number of milliseconds".to_owned())?,
        None => return Err("`at_ms` is missing".to_owned()),
    };
    let deed = Deed::deserialize(Value::Object(act)).map_err(|error| error.to_string())?;
    Ok(TimedDeed { at_ms, deed })
}

fn check_order(acts: &[TimedDeed]) -> Result<(), ScenarioError> {
    let early = acts.windows(2).position(|pair| pair[1].at_ms < pair[0].at_ms);
    early.map_or(Ok(()), |index| Err(ScenarioError::OutOfOrder { act: index + 2 }))
}

fn check_sessions(acts: &[TimedDeed]) -> Result<(), ScenarioError> {
    let mut opened = HashSet::new();
    for (index, timed) in acts.iter().enumerate() {
        let act = index + 1;
        let mut deed = timed.deed.clone();
        let Some(session) = deed.session_mut().cloned() else {
            continue;
        };
        if matches!(deed, Deed::Open { .. }) {
            if !opened.insert(session.clone()) {
                return Err(ScenarioError::OpenedTwice { act, session });
            }
        } else if !opened.contains(&session) {
            return Err(ScenarioError::UnknownSession { act, session });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_names_the_act_and_says_what_it_is() {
        let open = r#"{"at_ms": 0, "do": "open", "session": "s", "person": "6001"}"#;
        for (acts, expected) in [
            (r#"{"do": "ring", "person": "6001"}"#.to_owned(), "act 1 of the scenario is not understood: `at_ms` is missing"),
            (r#"{"at_ms": -1, "do": "ring", "person": "6001"}"#.to_owned(), "whole number"),
            (r#"{"at_ms": 0, "do": "sing", "person": "6001"}"#.to_owned(), "unknown variant `sing`"),
            (format!(r#"{open}, {{"at_ms": 1, "do": "agent_writes", "session": "s", "txt": "x"}}"#), "act 2"),
            (format!(r#"{open}, {{"at_ms": 1, "do": "complete", "session": "t"}}"#), "session `t`, which no act before it opens"),
            (format!("{open}, {open}"), "a second time"),
            (
                r#"{"at_ms": 9, "do": "ring", "person": "6001"}, {"at_ms": 8, "do": "answer", "person": "6001"}"#.to_owned(),
                "act 2 of the scenario is earlier",
            ),
            ("7".to_owned(), "a JSON object"),
        ] {
            let error = Scenario::parse(&format!(r#"{{"acts": [{acts}]}}"#)).unwrap_err();
            assert!(error.to_string().contains(expected), "{acts}: {error}");
        }
        for text in ["", "[]", r#"{"acts": 7}"#, r#"{"acts": [], "actors": []}"#] {
            assert!(
                matches!(Scenario::parse(text), Err(ScenarioError::Malformed(_))),
                "{text}"
            );
        }
    }
}
