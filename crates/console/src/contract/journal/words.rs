//! The closed words of coachings, as a face says them.

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
