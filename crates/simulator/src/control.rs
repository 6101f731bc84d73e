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
