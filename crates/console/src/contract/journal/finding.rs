//! Which coachings are wanted, and the page of what was found.

use desk::moment::Moment;
use desk::order::Act;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::coaching::JournalCoaching;
use super::words::{JournalChannel, JournalResult};

/// What coachings can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub enum JournalSort {
    /// When it began.
    #[default]
    Began,
    /// The agent's name, case and accents aside.
    Agent,
    /// How it stands.
    Result,
    /// How long the supervisor was in.
    LiveTime,
    /// The day to come back to it. Those without one stay at the end.
    FollowUp,
}

/// Which coachings are wanted, in which order, and which rows of what is found. An empty list is no filter; several
/// values in one are alternatives. By itself it asks for the newest fifty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct JournalQuery {
    /// Words that must all be found in agent, supervisor, server, mode, scope, reason, error code, tags or note; case and
    /// accents aside.
    pub text: String,
    /// Only these agents, by id.
    pub agent_ids: Vec<String>,
    /// Only these channels.
    pub channels: Vec<JournalChannel>,
    /// Only where one of these was done.
    pub acts: Vec<Act>,
    /// Only these results.
    pub results: Vec<JournalResult>,
    /// Only with one of these tags.
    pub tags: Vec<String>,
    /// Only what began at or after this moment.
    pub from: Option<Moment>,
    /// Only what began before this moment.
    pub until: Option<Moment>,
    /// Only with a follow-up on this day or before, as in `2026-11-22`.
    pub follow_up_until: Option<String>,
    /// Order.
    pub sort: JournalSort,
    /// Whether the order is turned round.
    pub descending: bool,
    /// First row of the window.
    pub first: u32,
    /// Number of rows in the window.
    pub count: u32,
}

impl Default for JournalQuery {
    fn default() -> JournalQuery {
        JournalQuery {
            text: String::new(),
            agent_ids: Vec::new(),
            channels: Vec::new(),
            acts: Vec::new(),
            results: Vec::new(),
            tags: Vec::new(),
            from: None,
            until: None,
            follow_up_until: None,
            sort: JournalSort::Began,
            descending: true,
            first: 0,
            count: 50,
        }
    }
}

/// The rows that were asked for, and what can be filtered by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JournalPage {
    /// How many coachings there are at all.
    pub all: u32,
    /// How many match.
    pub total: u32,
    /// First row of the window.
    pub first: u32,
    /// The rows of the window.
    pub rows: Vec<JournalCoaching>,
    /// Every tag in use, in alphabetical order.
    pub tags: Vec<JournalTag>,
    /// Every agent there is a coaching of, by name.
    pub agents: Vec<JournalAgent>,
}

/// A tag and how many coachings have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JournalTag {
    /// The word.
    pub tag: String,
    /// How many coachings have it.
    pub coachings: u32,
}

/// An agent as the journal or the roster knows them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JournalAgent {
    /// The agent's id.
    pub id: String,
    /// The name to show.
    pub name: String,
}
