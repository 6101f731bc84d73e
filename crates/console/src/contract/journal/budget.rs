//! How often an agent may be supervised in a month, and was.

use desk::order::Act;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is done when an agent's budget of a month is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum WhenSpent {
    /// The supervisor is told and may go on.
    Warn,
    /// Nothing is sent.
    Block,
}

/// How often an agent may be supervised in a calendar month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    /// So many coachings in which the supervisor was in at least one interaction.
    pub per_month: u32,
    /// What counts.
    pub acts: Vec<Act>,
    /// What is done when it is spent.
    pub when_spent: WhenSpent,
}

/// What was done with agents this calendar month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JournalUsage {
    /// The organisation's budget; none where there is no limit.
    pub budget: Option<Budget>,
    /// A row for each agent that was asked for; for no agent asked for, each there is a coaching of.
    pub agents: Vec<AgentUsage>,
}

/// What was done with one agent this calendar month. Only the acts of the budget count, or all where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentUsage {
    /// The agent's id.
    pub agent_id: String,
    /// Coachings in which the supervisor was in at least one interaction.
    pub coachings: u32,
    /// Interactions: a coaching of all calls may have many.
    pub interactions: u32,
    /// Time in them, in milliseconds.
    pub live_ms: u64,
    /// Whether the budget is spent: another coaching would be over it.
    pub spent: bool,
}
