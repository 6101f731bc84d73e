//! The floor as a face sees it: in numbers, and through a window of rows.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Phase, StateKind, StateView};
use crate::fault::Fault;
use crate::moment::Moment;

/// Where the list of agents comes from (`gws/core.md 4.1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum RosterSource {
    /// `/users` with devices: everything in one reading.
    Users,
    /// `/contacts` and the devices of each user.
    ContactsAndDevices,
    /// `/contacts` alone: no states, the phone number is the target.
    Contacts,
}

/// How many agents are in a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StateCount {
    /// The state.
    pub kind: StateKind,
    /// How many.
    pub count: u32,
}

/// A group of agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupCount {
    /// Its name.
    pub name: String,
    /// How many agents are in it.
    pub count: u32,
}

/// The floor in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FloorView {
    /// All agents.
    pub total: u32,
    /// By state; states nobody is in are left out.
    pub states: Vec<StateCount>,
    /// By group.
    pub groups: Vec<GroupCount>,
    /// Where the list comes from; none before the first reading.
    pub source: Option<RosterSource>,
    /// When it was last read.
    pub read: Option<Moment>,
    /// Why it could not be read.
    pub problem: Option<Fault>,
}

/// Why an agent cannot be coached now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum WhyNot {
    /// The agent has no phone.
    NoPhone,
    /// The agent is not logged in.
    LoggedOut,
    /// The agent's phone is not registered at the switch.
    PhoneNotRegistered,
    /// Another supervisor holds the agent.
    Held,
    /// The server offers the supervisor no coaching now.
    NotOffered,
    /// The link to the server is down.
    LinkDown,
}

/// One row of the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentRow {
    /// The agent's id.
    pub id: String,
    /// The agent's name.
    pub name: String,
    /// State and its age.
    pub state: StateView,
    /// Groups, joined by commas.
    pub group: String,
    /// The phone number, empty where there is none.
    pub number: String,
    /// Why the agent cannot be coached; none where that is possible.
    pub why_not: Option<WhyNot>,
    /// The name of the supervisor who holds the agent, where the server names one.
    pub held_by: Option<String>,
    /// How far our own coaching of this agent is.
    pub mine: Option<Phase>,
    /// When the row was last confirmed.
    pub confirmed: Moment,
    /// Whether that is too long ago.
    pub stale: bool,
}

/// By what the roster is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
pub enum SortKey {
    /// By name.
    #[default]
    Name,
    /// By state.
    State,
    /// By time in state.
    Since,
    /// By group.
    Group,
    /// By phone number.
    Number,
}

/// What part of the roster a face wants to see.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct RosterQuery {
    /// Counts the questions of a face; it comes back with the rows, so that the face knows which question they answer.
    pub serial: u32,
    /// Words that must all be found in name, number, group or user name, accents and case aside.
    pub text: String,
    /// Only these states; empty for all.
    pub states: Vec<StateKind>,
    /// Only these groups; empty for all.
    pub groups: Vec<String>,
    /// Order.
    pub sort: SortKey,
    /// Whether the order is turned round.
    pub descending: bool,
    /// First row of the window.
    pub first: u32,
    /// Number of rows in the window.
    pub count: u32,
    /// The agent in hand, whose row comes along whether or not it is in the window.
    pub selected: Option<String>,
}

/// The rows a face asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RosterWindow {
    /// The question these rows answer.
    pub serial: u32,
    /// How many agents match.
    pub matching: u32,
    /// First row of the window.
    pub first: u32,
    /// The rows.
    pub rows: Vec<AgentRow>,
    /// The agent in hand.
    pub selected: Option<AgentRow>,
}
