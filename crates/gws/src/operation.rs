//! What we ask of the server, as values that encode themselves. Nothing here is sent: a [`Request`] is all there is.

mod digital;
mod monitor;
mod query;
mod request;

use serde_json::{Value, json};

pub use digital::{DigitalOperation, DigitalOrder, SessionAct};
pub use monitor::{MonitorOrder, Target};
pub use query::Query;
pub use request::{Method, Request};

use crate::ids::{CallId, DeviceId};
use request::{operation_body, segment};

/// Something to be done. The answer only says that it was passed on; see [`Notification`](crate::Notification).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Logs in to the channels, at the phone of a place (`gws/core.md 3.1`).
    StartSession {
        /// `voice`, `chat`, `sms` ...
        channels: Vec<String>,
        /// The place to work at; the default place when not given.
        place: Option<String>,
        /// Which device of the place: `/devices/<id>`.
        device_path: Option<String>,
        /// Which login of the agent.
        login_code: Option<String>,
        /// Which queue to log in to.
        queue: Option<String>,
    },
    /// Logs out everywhere and ends the HTTP session: the last request of all (`gws/core.md 3.2`).
    EndSession,
    /// Changes the own voice state: `Ready`, `NotReady`, or a name the contact centre made up (`gws/core.md 4.3`).
    SetState {
        /// The operation that stands for the state.
        operation_name: String,
    },
    /// Listens to, coaches or barges in on an agent (`gws/core.md 5.4`).
    Monitor {
        /// The supervisor's own device.
        device: DeviceId,
        /// What, and whom.
        order: MonitorOrder,
    },
    /// Stops monitoring (`gws/core.md 5.2`).
    CancelSupervisorMonitoring {
        /// The supervisor's own device.
        device: DeviceId,
    },
    /// Acts on an own call (`gws/core.md 5.5, 5.6`).
    Call {
        /// The call.
        call: CallId,
        /// What to do with it.
        act: CallAct,
    },
    /// Supervises, or takes part in, SMS sessions and chats (`gws/digital.md 2, 4`).
    Digital(DigitalOperation),
}

impl From<DigitalOperation> for Operation {
    fn from(operation: DigitalOperation) -> Self {
        Self::Digital(operation)
    }
}

impl Operation {
    /// The operation's name on the wire, which is also the capability it needs.
    pub fn name(&self) -> &str {
        match self {
            Self::StartSession { .. } => "StartContactCenterSession",
            Self::EndSession => "EndContactCenterSession",
            Self::SetState { operation_name } => operation_name,
            Self::Monitor { order, .. } => order.kind.as_str(),
            Self::CancelSupervisorMonitoring { .. } => "CancelSupervisorMonitoring",
            Self::Call { act, .. } => act.name(),
            Self::Digital(operation) => operation.name(),
        }
    }

    /// The request that asks for it.
    pub fn request(&self) -> Request {
        Request {
            method: Method::Post,
            path: self.path(),
            query: Vec::new(),
            body: Some(operation_body(self.name(), self.parameters())),
        }
    }

    fn path(&self) -> String {
        match self {
            Self::StartSession { .. } | Self::EndSession => "/me".to_owned(),
            Self::SetState { .. } => "/me/channels/voice".to_owned(),
            Self::Monitor { device, .. } | Self::CancelSupervisorMonitoring { device } => {
                format!("/me/devices/{}", segment(device.as_str()))
            }
            Self::Call { call, .. } => format!("/me/calls/{}", segment(call.as_str())),
            Self::Digital(operation) => operation.path(),
        }
    }

    /// The parameters beside the name, in the order of the documentation; what was not chosen is left out.
    fn parameters(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::StartSession {
                channels,
                place,
                device_path,
                login_code,
                queue,
            } => {
                let optional = [
                    ("place", place),
                    ("devicePath", device_path),
                    ("loginCode", login_code),
                    ("queue", queue),
                ];
                let chosen = optional
                    .into_iter()
                    .filter_map(|(key, value)| Some((key, json!(value.as_ref()?))));
                std::iter::once(("channels", json!(channels)))
                    .chain(chosen)
                    .collect()
            }
            Self::Monitor { order, .. } => order.parameters(),
            Self::Digital(operation) => operation.parameters(),
            Self::EndSession
            | Self::SetState { .. }
            | Self::CancelSupervisorMonitoring { .. }
            | Self::Call { .. } => Vec::new(),
        }
    }
}

/// What can be done with an own call. There is no way back to coaching (`gws/core.md 5.6`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallAct {
    /// Takes the call.
    Answer,
    /// Leaves the call.
    Hangup,
    /// Puts the call on hold.
    Hold,
    /// Takes the call back from hold.
    Retrieve,
    /// From now on everybody hears the supervisor.
    SwitchToBargeIn,
    /// From now on nobody hears the supervisor.
    SwitchToListenIn,
    /// Silences the monitored agent.
    MuteMonitoredUser,
    /// Lets the monitored agent speak again.
    UnmuteMonitoredUser,
}

impl CallAct {
    /// Everything that can be done.
    pub const ALL: [Self; 8] = [
        Self::Answer,
        Self::Hangup,
        Self::Hold,
        Self::Retrieve,
        Self::SwitchToBargeIn,
        Self::SwitchToListenIn,
        Self::MuteMonitoredUser,
        Self::UnmuteMonitoredUser,
    ];

    /// The act's name on the wire, which is also the capability it needs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answer => "Answer",
            Self::Hangup => "Hangup",
            Self::Hold => "Hold",
            Self::Retrieve => "Retrieve",
            Self::SwitchToBargeIn => "SwitchToBargeIn",
            Self::SwitchToListenIn => "SwitchToListenIn",
            Self::MuteMonitoredUser => "MuteMonitoredUser",
            Self::UnmuteMonitoredUser => "UnmuteMonitoredUser",
        }
    }
}
