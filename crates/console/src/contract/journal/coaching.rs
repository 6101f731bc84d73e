//! One coaching as it is read, its entries, and what the supervisor makes of it.

use desk::moment::Moment;
use desk::order::Act;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::words::{CoachingEffect, JournalChannel, JournalEvent, JournalResult, NextStep, Uptake};

/// One coaching, from its request to its end and what was made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JournalCoaching {
    /// What it is called by: groups its entries.
    pub session: String,
    /// User name of the supervisor.
    pub supervisor: String,
    /// The agent's id, empty where the target was a number.
    pub agent_id: String,
    /// The agent's name.
    pub agent_name: String,
    /// Base address of the server, or the name of the practice floor.
    pub server: String,
    /// Voice, SMS or chat.
    pub channel: JournalChannel,
    /// Each that was done or asked for, in the order of the first time. Never empty.
    pub acts: Vec<Act>,
    /// The mode in the server's word, where one was chosen: `NextCall`, `AllChats`, …
    pub mode: Option<String>,
    /// The scope in the server's word, where one was chosen: `Agent` or `Call`.
    pub scope: Option<String>,
    /// Why it was asked for, where that was asked.
    pub reason: Option<String>,
    /// Time of its first entry.
    pub began: Moment,
    /// When it was asked for; none where it was found armed.
    pub requested: Option<Moment>,
    /// When it was first armed.
    pub armed: Option<Moment>,
    /// When the supervisor first was in.
    pub live: Option<Moment>,
    /// When it came to its result; none while it is under way.
    pub ended: Option<Moment>,
    /// How many interactions the supervisor was in.
    pub interactions: u32,
    /// How long, in milliseconds, as far as their ends are known.
    pub live_ms: u64,
    /// From the request to the server's answer, in milliseconds, where it was measured.
    pub accepted_took_ms: Option<u64>,
    /// From the request to the server's confirmation, in milliseconds.
    pub armed_took_ms: Option<u64>,
    /// From the agent's interaction to the supervisor in it, in milliseconds.
    pub live_took_ms: Option<u64>,
    /// How it stands.
    pub result: JournalResult,
    /// The stable code of the last error.
    pub error_code: Option<String>,
    /// How many whispers were noted.
    pub whispers: u32,
    /// What the supervisor made of it: the newest debrief.
    pub debrief: Option<Debrief>,
    /// How many debriefs there are: more than one were corrected.
    pub debriefs: u32,
}

/// What the supervisor made of a coaching.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Debrief {
    /// When it was given.
    pub at: Moment,
    /// User name of the supervisor who gave it.
    pub supervisor: String,
    /// Whether the agent used the help.
    pub uptake: Option<Uptake>,
    /// How the interaction went on.
    pub effect: Option<CoachingEffect>,
    /// What comes next.
    pub next_step: Option<NextStep>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Free words.
    pub note: Option<String>,
    /// The day to come back to it, as in `2026-11-22`.
    pub follow_up: Option<String>,
}

/// A debrief to write down. To correct one, give it again, whole: the newest holds, the ones before stay in the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct NewDebrief {
    /// The coaching it is about.
    pub session: String,
    /// Whether the agent used the help.
    pub uptake: Option<Uptake>,
    /// How the interaction went on.
    pub effect: Option<CoachingEffect>,
    /// What comes next.
    pub next_step: Option<NextStep>,
    /// Words to find it by. They are trimmed; empty and repeated ones are dropped.
    pub tags: Vec<String>,
    /// Free words, without what the customer said. Empty is none.
    pub note: Option<String>,
    /// The day to come back to it, as in `2026-11-22`.
    pub follow_up: Option<String>,
}

/// One entry of a coaching, as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JournalEntry {
    /// Place in the journal: 1, 2, 3 …
    pub sequence: u64,
    /// When it happened.
    pub at: Moment,
    /// SHA-256 of the entry and the one before: 64 lower-case hexadecimal digits.
    pub hash: String,
    /// What it says.
    pub what: JournalEntryContent,
}

/// What an entry of a coaching says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum JournalEntryContent {
    /// A step.
    Event {
        /// What happened.
        event: JournalEvent,
        /// Listen in, coach or barge in.
        act: Act,
        /// How long it took, in milliseconds, where it was measured.
        took_ms: Option<u64>,
        /// The stable code of the error, where there was one.
        error_code: Option<String>,
        /// Why, where the supervisor was asked.
        reason: Option<String>,
        /// What was written, where the organisation's policy has it kept. Hostile text.
        text: Option<String>,
    },
    /// What the supervisor made of it.
    Debrief {
        /// The debrief.
        debrief: Debrief,
    },
}

/// The supervisor came out of what was coached: the moment for a debrief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CoachingEnded {
    /// What it is called by in the journal.
    pub session: String,
    /// The agent's id, empty where the target was a number.
    pub agent_id: String,
    /// The agent's name.
    pub agent_name: String,
    /// Voice, SMS or chat.
    pub channel: JournalChannel,
    /// What was done last.
    pub act: Act,
    /// How it ended.
    pub result: JournalResult,
    /// When the supervisor first was in.
    pub live: Moment,
    /// How many interactions the supervisor was in.
    pub interactions: u32,
    /// How long, in milliseconds.
    pub live_ms: u64,
    /// Whether it is still armed for the agent's next interaction: it was asked for all of them. When that ends too, it
    /// is told again.
    pub goes_on: bool,
}
