//! Drift as a face sees it: what the supervisor wants and the server does not hold, line by line.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::fault::Fault;
use crate::moment::Moment;
use crate::order::{Act, Extent, Mode, Scope};
use crate::rules::Channel;

/// Names a line of drift in commands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DriftLine {
    /// Calls, SMS sessions or chats.
    pub channel: Channel,
    /// The agent.
    pub agent_id: String,
}

/// Why what was asked for does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum DriftCause {
    /// Sotto was closed, or the supervisor signed out.
    Restarted,
    /// The server has begun anew, or the link was lost and the server had forgotten it when it came back.
    ServerForgot,
    /// The agent logged out of the phone.
    AgentLoggedOut,
    /// The supervisor's own phone was logged out, or the switch does not know it.
    OwnPhone,
    /// Another supervisor has the agent.
    HeldByAnother,
    /// The supervisor's phone is armed for somebody else, from elsewhere.
    ArmedElsewhere,
    /// The server took the request and never confirmed it.
    NotConfirmed,
    /// The server refused when it was asked again.
    Refused,
    /// The server ended it and did not say why.
    Ended,
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum DriftState {
    /// It is wanted and does not hold, as far as anybody knows.
    Drifted,
    /// Sotto asked for it again by itself, as the organisation allows, and the server has not said yet that it holds.
    AskedByItself,
    /// Sotto asked for it again by itself and it holds; shown until the supervisor has seen it.
    ArmedByItself,
}

/// One line of drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DriftView {
    /// Which.
    pub line: DriftLine,
    /// The agent's name. Hostile text.
    pub agent_name: String,
    /// Listen, coach or barge in.
    pub act: Act,
    /// In calls: the next or all; none where it was left to the server (all).
    pub mode: Option<Mode>,
    /// In calls: leave with the agent or follow the customer.
    pub scope: Option<Scope>,
    /// In written sessions: the next or all; none where it was left to the server (all).
    pub extent: Option<Extent>,
    /// In written sessions: the name agent and customer see.
    pub nickname: Option<String>,
    /// What the line says.
    pub state: DriftState,
    /// Why it does not hold; none where it was asked for again.
    pub cause: Option<DriftCause>,
    /// Since when it does not hold, or when it was asked for again.
    pub since: Moment,
    /// When the supervisor asked for it.
    pub asked: Moment,
    /// It was for one call or session, and that may have been while nobody watched.
    pub may_be_served: bool,
    /// In written sessions: the server may hold it still, and tells nobody. Letting it go cancels it there.
    pub may_hold: bool,
    /// What the server said, where it said something.
    pub problem: Option<Fault>,
    /// Why it cannot be asked for again now.
    pub blocked: Option<Fault>,
}
