//! What a test or a curious person may do to a floor, as Rust methods. The HTTP form is in [`crate::http`].

use serde::{Deserialize, Serialize};

/// Why a control call did nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// Nobody here has this id, name, sign-in name or number.
    #[error("nobody here is called `{0}`")]
    UnknownPerson(String),
    /// The floor's own rules do not allow it now, for instance to answer without a ringing call.
    #[error("{0}")]
    NotPossible(String),
    /// No written session has this id.
    #[error("there is no session `{0}`")]
    UnknownSession(String),
    /// There is no such deed, or it is misspelt.
    #[error("{0}")]
    BadDeed(String),
    /// The fault switches are misspelt or of the wrong type.
    #[error("bad fault switches: {0}")]
    BadFaults(String),
}

/// The whole floor at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FloorView {
    /// Milliseconds since the floor opened.
    pub now_ms: u64,
    /// The agents, in order of their phone number.
    pub agents: Vec<PersonView>,
    /// The supervisors, in order of their phone number.
    pub supervisors: Vec<PersonView>,
}

/// One person with their phone and calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonView {
    /// User id, 32 hex digits.
    pub id: String,
    /// Full name, for instance `Ana Núñez`.
    pub name: String,
    /// Sign-in name, for instance `ana.nunez`.
    pub user_name: String,
    /// Name of the agent group; empty for supervisors.
    pub group: String,
    /// Id of the device in use.
    pub device_id: String,
    /// Number of that device.
    pub phone_number: String,
    /// `LoggedOut`, `LoggedIn`, `Ready` or `NotReady`; `Inactive` when the device is not registered.
    pub state: String,
    /// Live calls on the device.
    pub calls: Vec<CallView>,
    /// What this person monitors, if anything.
    pub monitoring: Option<MonitoringView>,
    /// Full name of the supervisor who monitors this person.
    pub monitored_by: Option<String>,
}

/// One call as one device sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallView {
    /// Call id.
    pub id: String,
    /// `Dialing`, `Ringing`, `Established` or `Held`.
    pub state: String,
    /// `Inbound`, `Outbound`, `Internal` or `Consult`.
    pub call_type: String,
    /// Numbers of the other parties.
    pub participants: Vec<String>,
    /// Whether a supervisor is on this (agent's) call.
    pub supervisor_listening_in: bool,
    /// How this (supervisor's) leg listens to the call: `ListenIn`, `Coach` or `BargeIn`; absent on an ordinary leg.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<String>,
}

/// One monitoring set up by a supervisor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MonitoringView {
    /// `ListenIn`, `Coach` or `BargeIn`.
    pub state: String,
    /// `NextCall` or `AllCalls`.
    pub mode: String,
    /// `Agent` or `Call`.
    pub scope: String,
    /// Full name of the monitored agent.
    pub agent: String,
    /// Id of the monitored device.
    pub target_device_id: String,
    /// Id of the call the supervisor has been offered or has joined.
    pub call: Option<String>,
}

/// What a supervisor asks for when the control API makes them monitor somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MonitorRequest {
    /// `ListenIn`, `Coach` or `BargeIn`.
    pub operation: String,
    /// `NextCall` or `AllCalls`.
    pub mode: String,
    /// `Agent` or `Call`.
    pub scope: String,
}

impl Default for MonitorRequest {
    fn default() -> Self {
        Self {
            operation: "Coach".to_owned(),
            mode: "AllCalls".to_owned(),
            scope: "Call".to_owned(),
        }
    }
}

/// A customer who writes to an agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionRequest {
    /// `smssession` (or `sms`) or `chat`.
    pub medium: String,
    /// What the customer is called.
    pub customer: String,
    /// What the contact centre attached.
    pub user_data: serde_json::Map<String, serde_json::Value>,
    /// The customer's first words.
    pub text: Option<String>,
}

impl Default for SessionRequest {
    fn default() -> Self {
        Self {
            medium: "smssession".to_owned(),
            customer: "Pat".to_owned(),
            user_data: serde_json::Map::new(),
            text: Some("Hello, I have a question about my bill.".to_owned()),
        }
    }
}

/// What a supervisor asks for when the control API makes them monitor somebody's written sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionMonitorRequest {
    /// `smssession` (or `sms`) or `chat`.
    pub medium: String,
    /// `Monitor`, `Coach` or `BargeIn`.
    pub operation: String,
    /// `NextChat` or `AllChats`.
    pub mode: String,
    /// The name agent and customer see.
    pub nickname: Option<String>,
}

impl Default for SessionMonitorRequest {
    fn default() -> Self {
        Self {
            medium: "smssession".to_owned(),
            operation: "Coach".to_owned(),
            mode: "AllChats".to_owned(),
            nickname: None,
        }
    }
}

/// How far a written session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WrittenPhase {
    /// Nobody has it.
    Queued,
    /// Somebody is asked to take it.
    Offered,
    /// Somebody is in it.
    Running,
    /// Over for the customer.
    Ended,
}

/// One written session with everything in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionView {
    /// Session id.
    pub id: String,
    /// `smssession` or `chat`.
    pub medium: String,
    /// How far it is.
    pub phase: WrittenPhase,
    /// The queue it waits in.
    pub queue: Option<String>,
    /// What the customer is called.
    pub customer: String,
    /// What the contact centre attached.
    pub user_data: serde_json::Map<String, serde_json::Value>,
    /// Who has it, in the order they came.
    pub seats: Vec<SeatView>,
    /// Everything that was written or happened, whoever can see it.
    pub lines: Vec<LineView>,
}

/// One person in a written session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatView {
    /// Full name.
    pub person: String,
    /// What the others call them.
    pub nickname: String,
    /// `Agent`, `Consultant`, or how they supervise: `Monitor`, `Coach`, `BargeIn`.
    pub role: String,
    /// `Invited`, `Chatting`, `LeftChat` or `JoinFailed`.
    pub state: String,
    /// `All`, `Agents` or `Supervisors`.
    pub visibility: String,
}

/// One line of a written session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    /// Its number in the session.
    pub index: u64,
    /// `Text`, `ParticipantJoined` and so on.
    pub kind: String,
    /// Nickname of whoever wrote it.
    pub from: String,
    /// Their full name; absent for the customer.
    pub person: Option<String>,
    /// What it says.
    pub text: Option<String>,
    /// `All`, `Agents` or `Supervisors`.
    pub visibility: String,
    /// Milliseconds since the floor opened.
    pub at_ms: u64,
}

/// Exactly what the customer of a session can see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerView {
    /// Session id.
    pub session: String,
    /// Every line with visibility `All`.
    pub lines: Vec<LineView>,
    /// The texts among them, the customer's own included.
    pub texts: Vec<String>,
    /// Nicknames of those the customer sees typing now.
    pub typing: Vec<String>,
    /// Nicknames of those the customer sees in the session now.
    pub present: Vec<String>,
}

/// Something a customer got to see of a person who was hidden from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leak {
    /// Milliseconds since the floor opened.
    pub at_ms: u64,
    /// Session id.
    pub session: String,
    /// Full name of the person.
    pub person: String,
    /// Who sees that person: `Agents` or `Supervisors`.
    pub visibility: String,
    /// `Text` or `TypingStarted`.
    pub kind: String,
    /// What was written.
    pub text: Option<String>,
}

/// A supervisor who is armed for an agent's written sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArmedView {
    /// Full name of the supervisor.
    pub supervisor: String,
    /// Full name of the agent.
    pub agent: String,
    /// `smssession` or `chat`.
    pub medium: String,
    /// `Monitor`, `Coach` or `BargeIn`.
    pub operation: String,
    /// `NextChat` or `AllChats`.
    pub mode: String,
    /// The name that was asked for.
    pub nickname: Option<String>,
}
