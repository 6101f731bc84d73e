//! What a face and the journal say to each other: questions, coachings as they are read, debriefs, the check of the
//! chain, exports, coverage and budgets.

use desk::moment::Moment;
use desk::order::Act;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The way the customer and the agent talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum JournalChannel {
    /// A phone call.
    Voice,
    /// An SMS session.
    Sms,
    /// A chat on a web page.
    Chat,
}

/// How a coaching stands, by the last entry that says something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum JournalResult {
    /// No entry says that it ended: it goes on, or Sotto stopped before it saw the end.
    Underway,
    /// The interaction ended by itself.
    Ended,
    /// The supervisor stopped it.
    Cancelled,
    /// The server took the supervisor out.
    Revoked,
    /// The supervisor left a session that went on.
    Left,
    /// The server said no.
    Refused,
    /// It stopped for a reason outside.
    Lost,
}

/// What happened at one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum JournalEvent {
    /// The supervisor asked for it.
    Requested,
    /// The server took the request. It is not armed yet.
    Accepted,
    /// The server says that it is armed.
    Armed,
    /// The agent's interaction is there and the supervisor's phone rings.
    Offered,
    /// The supervisor is in.
    Live,
    /// Who hears or reads the supervisor changed.
    ModeChanged,
    /// The interaction ended by itself.
    Ended,
    /// The supervisor stopped it, and the server confirmed.
    Cancelled,
    /// The server took the supervisor out of a written session.
    Revoked,
    /// The supervisor left a written session that goes on.
    Left,
    /// The server said no.
    Refused,
    /// It stopped for a reason outside.
    Lost,
    /// The supervisor sent a whisper.
    Whispered,
}

/// First tap of a debrief: what the agent did with the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum Uptake {
    /// The agent used it.
    Used,
    /// The agent used some of it.
    Partly,
    /// The agent did not use it.
    NotUsed,
}

/// Second tap of a debrief: how the interaction went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum CoachingEffect {
    /// Better than before.
    Better,
    /// No different.
    Same,
    /// Worse than before.
    Worse,
}

/// Third tap of a debrief: what comes next for this agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum NextStep {
    /// Nothing is needed.
    Nothing,
    /// Tell the agent what was good.
    Praise,
    /// Listen or read again.
    WatchAgain,
    /// Talk about it or train it.
    Train,
}

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

/// Whether the journal is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum JournalState {
    /// Every entry that policy did not remove is there, as it was written, in its order.
    Whole,
    /// An entry was changed.
    Edited,
    /// Entries in the middle or at the beginning are gone, and no policy removed them.
    Removed,
    /// An entry stands where another was written.
    Reordered,
    /// Entries at the end are gone.
    Truncated,
    /// An entry came in that Sotto did not write.
    Added,
    /// All entries hold together, but the seal of the file is another, or gone.
    SealChanged,
}

/// What the check of the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JournalCheck {
    /// Whether it is whole, and if not, how not.
    pub state: JournalState,
    /// The first entry that is wrong, by its place; none where it is whole.
    pub sequence: Option<u64>,
    /// The same in a sentence, in English.
    pub sentence: String,
    /// How many entries there are now, where it is whole.
    pub entries: Option<u64>,
    /// Place of the first of them, where it is whole: those before it were removed by policy.
    pub first: Option<u64>,
    /// Hash of the last entry, where it is whole: noted down elsewhere it shows later that nobody made the journal anew.
    pub seal: Option<String>,
}

/// What an export can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum JournalFormat {
    /// A row for each coaching, for a spreadsheet.
    #[serde(rename = "csv")]
    Csv,
    /// One entry a line in canonical JSON.
    #[serde(rename = "jsonl")]
    JsonLines,
    /// A report to read and print.
    #[serde(rename = "html")]
    Html,
}

/// An export that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JournalExport {
    /// The file.
    pub file: String,
    /// Its manifest, beside it: what it was made from, and the hash to know it again by.
    pub manifest: String,
    /// How many coachings are in it.
    pub coachings: u32,
    /// Whether the whole journal held when it was made.
    pub whole: bool,
}

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
