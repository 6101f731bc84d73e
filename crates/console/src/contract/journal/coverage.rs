//! Who gets help and who does not.

use desk::moment::Moment;
use desk::order::Act;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::finding::JournalAgent;

/// Which coverage is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CoverageQuestion {
    /// Who was not coached for so many days.
    pub days: u32,
    /// Minutes in each of so many weeks up to and with this one; at most 104.
    pub weeks: u16,
    /// Only coachings with one of these acts count; none given means all.
    pub acts: Vec<Act>,
}

/// Who gets help and who does not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JournalCoverage {
    /// Whether the agents are those of the roster. If not, nobody is signed in, and only agents who were coached before
    /// are known.
    pub from_roster: bool,
    /// Agents the supervisor has not been with for so many days: those never, then the longest ago.
    pub uncovered: Vec<Uncovered>,
    /// When each week began, the oldest first.
    pub weeks: Vec<Moment>,
    /// A row for each agent.
    pub rows: Vec<AgentWeeks>,
}

/// An agent the supervisor has not been with for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Uncovered {
    /// Who.
    pub agent: JournalAgent,
    /// When the supervisor last was in an interaction of theirs; none for never.
    pub last: Option<Moment>,
    /// How many whole days ago that was.
    pub days: Option<u64>,
}

/// One agent's weeks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentWeeks {
    /// Who.
    pub agent: JournalAgent,
    /// Time in interactions, in milliseconds, one for each week.
    pub live_ms: Vec<u64>,
}
