//! What a face sees of the desk: plain values in sections, each replaced whole when it changes.
//!
//! Times are moments on the console's clock, so that a face can let durations tick by itself.
//! Texts that come from the server (names, numbers, states) are hostile: they are text, never markup.

mod drift;
mod floor;
mod written;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use drift::{DriftCause, DriftLine, DriftState, DriftView};
pub use floor::{
    AgentRow, FloorView, GroupCount, RosterQuery, RosterSource, RosterWindow, SortKey, StateCount, WhyNot,
};

pub use written::{
    AgentSessionsView, ArmedPhase, ArmedView, BoardPatch, LeaveEffect, LineKind, LineReaders, LineView,
    RunningView, SessionActs, SessionPhase, SessionView, TranscriptPatch, UnsentState, UnsentView,
    WrittenView,
};

use crate::audience::Audience;
use crate::fault::Fault;
use crate::moment::Moment;
use crate::order::{Act, CallAct, Mode, Order, OwnState, Scope};
use crate::rules::ChannelRules;

/// The whole desk but for the roster, which a face reads through a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// The link to the server.
    pub link: LinkView,
    /// The supervisor: name, phone, state.
    pub me: MeView,
    /// Voice coaching: what was asked, what the server says, who hears.
    pub coaching: CoachingView,
    /// The calls on the supervisor's own phone.
    pub calls: Vec<CallView>,
    /// The floor in numbers.
    pub floor: FloorView,
    /// Written supervision.
    pub written: WrittenView,
    /// The sessions on the board, by what needs attention first.
    pub sessions: Vec<SessionView>,
    /// What was asked for and does not hold.
    pub drift: Vec<DriftView>,
    /// What the organisation allows.
    pub rules: RulesView,
}

/// What the organisation allows, so that a face can grey out the rest and ask for a reason where one is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RulesView {
    /// In calls.
    pub voice: ChannelRules,
    /// In SMS sessions.
    pub sms: ChannelRules,
    /// In chats.
    pub chat: ChannelRules,
    /// The name agent and customer see, where the organisation has set it and it is known already.
    pub nickname: Option<String>,
    /// Whether the organisation sets that name, so that the supervisor cannot.
    pub nickname_managed: bool,
}

/// Where the link to the server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum LinkState {
    /// Nobody has signed in.
    Offline,
    /// The password is being checked.
    SigningIn,
    /// Signed in; subscription and state are on their way.
    Connecting,
    /// Subscribed, state read: what is on screen is what the server says.
    Live,
    /// Nothing heard for too long; the screen shows the last word.
    Stale,
    /// Heard again; state is being read.
    Recovering,
    /// The session ended.
    SignedOut,
}

/// The link to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// Where it stands.
    pub state: LinkState,
    /// Since when.
    pub since: Moment,
    /// The last word from the server.
    pub confirmed: Option<Moment>,
    /// Host of the server, for the foot of the window.
    pub server: String,
    /// Whether this is the built-in practice floor.
    pub practice: bool,
    /// The last round trip, in milliseconds.
    pub round_trip_ms: Option<u32>,
    /// Why the link is not what it should be.
    pub problem: Option<Fault>,
    /// What works only in part: voice not started, a topic refused, a service down, no journal.
    pub limits: Vec<Fault>,
}

/// How a state is drawn: shape and colour go by this, the word by the label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
pub enum StateKind {
    /// Ready for calls.
    Ready,
    /// On a call, where the server says so.
    OnCall,
    /// Finishing the last call.
    AfterCall,
    /// Not ready, for whatever reason.
    NotReady,
    /// Not logged in at the phone.
    LoggedOut,
    /// The server gave no state, or one nobody knows.
    Unknown,
}

/// A state with its age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StateView {
    /// How to draw it.
    pub kind: StateKind,
    /// What to call it: the server's own words.
    pub label: String,
    /// When it was first seen.
    pub since: Moment,
    /// Whether the change itself was seen; if not, the state is at least this old.
    pub exact: bool,
}

/// The supervisor's own phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PhoneView {
    /// The number inside.
    pub number: String,
    /// Whether the switch knows it (`deviceState` is Active).
    pub registered: bool,
    /// Whether it is an outside phone: it must be picked up by hand (`gws/core.md 5.1`).
    pub public: bool,
}

/// The supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MeView {
    /// Name to show; empty while nobody is signed in.
    pub name: String,
    /// Name for signing in.
    pub user_name: String,
    /// The phone, where there is one.
    pub phone: Option<PhoneView>,
    /// The state of the phone.
    pub state: Option<StateView>,
    /// What the supervisor can change it to now.
    pub states: Vec<OwnState>,
    /// The acts the server offers on this phone now, in the order listen, coach, barge.
    pub acts: Vec<Act>,
}

/// How far a coaching is. Requested, Armed and Live are three things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum Phase {
    /// Nothing asked, nothing armed.
    Idle,
    /// Asked; the server has not confirmed.
    Requested,
    /// The server says it monitors the agent for us.
    Armed,
    /// The agent's call rings on our phone.
    Offered,
    /// We are in the call.
    Live,
    /// We asked to stop; the server has not confirmed.
    Stopping,
    /// The server refused.
    Refused,
    /// The server ended it, or never confirmed it.
    Lost,
}

/// One thing that happened in this coaching.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    /// What.
    pub kind: StepKind,
    /// When.
    pub at: Moment,
    /// How the supervisor was, or asked to be, in the call at that time; after a switch the new way.
    pub act: Option<Act>,
    /// How long it took: from asking for accepted, armed and stopped; from ringing for live.
    pub took_ms: Option<u64>,
}

/// The things that can happen in a coaching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum StepKind {
    /// The supervisor asked.
    Asked,
    /// Sotto asked again by itself for what was lost, as the organisation allows.
    AskedByItself,
    /// The server accepted the request.
    Accepted,
    /// The server confirmed the monitoring.
    Armed,
    /// The agent's call rang on the supervisor's phone.
    Offered,
    /// The supervisor is in the call.
    Live,
    /// The supervisor changed between listening and barging.
    Switched,
    /// The call ended.
    CallEnded,
    /// The supervisor asked to stop.
    StopAsked,
    /// The server confirmed the end.
    Stopped,
    /// The server refused.
    Refused,
    /// The server ended it, or never confirmed it.
    Lost,
}

/// Voice coaching as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CoachingView {
    /// How far it is.
    pub phase: Phase,
    /// Since when.
    pub since: Moment,
    /// Who hears the supervisor.
    pub audience: Audience,
    /// The agent this is about.
    pub agent_id: Option<String>,
    /// The name of the agent, or the number where no name is known.
    pub agent_name: Option<String>,
    /// What is in force: the server's word where there is one, else what was asked.
    pub act: Option<Act>,
    /// Next call or all calls, likewise.
    pub mode: Option<Mode>,
    /// Leave with the agent or follow the customer, likewise.
    pub scope: Option<Scope>,
    /// The call it is about, once there is one.
    pub call_id: Option<String>,
    /// When the supervisor got into the call.
    pub live_since: Option<Moment>,
    /// The last time the server confirmed any of this.
    pub confirmed: Option<Moment>,
    /// What happened, oldest first.
    pub steps: Vec<StepView>,
    /// What went wrong, in words.
    pub problem: Option<Fault>,
    /// What can be asked again on one key: the last order that was refused or lost.
    pub again: Option<Order>,
    /// Whether stopping is possible now.
    pub can_stop: bool,
    /// Something was going on at the phone when Sotto saw it last, and nothing tells what became of it: whether anybody hears
    /// the supervisor is for them to say (`Command::OffThePhone`).
    pub out_of_sight: bool,
}

/// A button on a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallActView {
    /// What it does.
    pub act: CallAct,
    /// Whether there is no way back: the face asks for a hold and says what becomes impossible.
    pub one_way: bool,
}

/// A call on the supervisor's own phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallView {
    /// Its id.
    pub id: String,
    /// Its state in the server's words: Ringing, Established, Held …
    pub state: String,
    /// Inbound, Outbound, Internal, Consult …
    pub direction: Option<String>,
    /// The other parties.
    pub participants: Vec<String>,
    /// When it was first seen.
    pub since: Moment,
    /// Whether this is a supervised call.
    pub supervised: bool,
    /// How the supervisor is in it, where that is known.
    pub act: Option<Act>,
    /// Whether the agent is muted.
    pub agent_muted: bool,
    /// What can be done with it now: exactly what the server offers.
    pub acts: Vec<CallActView>,
}

/// What changed from one revision to the next. A section that is there replaces the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Patch {
    /// The revision this builds on; nought for a snapshot, which has every section.
    pub from: u32,
    /// The revision it leads to.
    pub to: u32,
    /// The console's clock when this was made, so that a face can tick in step.
    pub now: Moment,
    /// The link.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub link: Option<LinkView>,
    /// The supervisor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub me: Option<MeView>,
    /// Voice coaching.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub coaching: Option<CoachingView>,
    /// Own calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub calls: Option<Vec<CallView>>,
    /// The floor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub floor: Option<FloorView>,
    /// The rows this face looks at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub roster: Option<RosterWindow>,
    /// Written supervision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub written: Option<WrittenView>,
    /// The sessions on the board. What is not in its order is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub board: Option<BoardPatch>,
    /// What was asked for and does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub drift: Option<Vec<DriftView>>,
    /// What the organisation allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub rules: Option<RulesView>,
    /// The transcript this face has open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub transcript: Option<TranscriptPatch>,
}
