//! A call: one conversation with a leg for each party, seen differently from each leg.

use std::time::Duration;

use serde_json::{Map, Value};

use super::DeviceKey;
use super::monitoring::{MonitorMode, Scope};

/// Type of call as GWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallType {
    Internal,
    Inbound,
    Outbound,
    Consult,
}

impl CallType {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Internal => "Internal",
            Self::Inbound => "Inbound",
            Self::Outbound => "Outbound",
            Self::Consult => "Consult",
        }
    }
}

/// State of one leg. A released leg is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LegState {
    Dialing,
    Ringing,
    Established,
    Held,
}

impl LegState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dialing => "Dialing",
            Self::Ringing => "Ringing",
            Self::Established => "Established",
            Self::Held => "Held",
        }
    }
}

/// Who is at the end of a leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Party {
    Device(DeviceKey),
    Outside(String),
}

/// A supervisor's part in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MonitorLeg {
    pub(crate) mode: MonitorMode,
    pub(crate) scope: Scope,
    /// The agent's device; absent after a transfer to a number outside.
    pub(crate) target: Option<DeviceKey>,
    /// Serial of the monitoring that brought the supervisor in; it may be cancelled meanwhile.
    pub(crate) serial: u64,
}

/// What a leg is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LegRole {
    Talker {
        /// A supervisor has muted this party.
        muted_by_supervisor: bool,
    },
    Monitor(MonitorLeg),
}

/// One leg of a call.
#[derive(Debug, Clone)]
pub(crate) struct Leg {
    pub(crate) party: Party,
    pub(crate) state: LegState,
    pub(crate) role: LegRole,
    pub(crate) muted: bool,
    pub(crate) since: Duration,
}

impl Leg {
    pub(crate) fn talker(party: Party, state: LegState, since: Duration) -> Self {
        Self {
            party,
            state,
            role: LegRole::Talker {
                muted_by_supervisor: false,
            },
            muted: false,
            since,
        }
    }

    pub(crate) fn device(&self) -> Option<DeviceKey> {
        match self.party {
            Party::Device(device) => Some(device),
            Party::Outside(_) => None,
        }
    }

    pub(crate) fn monitor(&self) -> Option<&MonitorLeg> {
        match &self.role {
            LegRole::Monitor(monitor) => Some(monitor),
            LegRole::Talker { .. } => None,
        }
    }

    pub(crate) fn is_talker(&self) -> bool {
        matches!(self.role, LegRole::Talker { .. })
    }
}

/// Recording state of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recording {
    Stopped,
    Running,
    Paused,
}

impl Recording {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stopped => "Stopped",
            Self::Running => "Recording",
            Self::Paused => "Paused",
        }
    }
}

/// One conversation.
#[derive(Debug)]
pub(crate) struct Call {
    /// 32 upper-case alphanumerics; also the call's UUID.
    pub(crate) id: String,
    /// 16 hex digits, the telephony server's own id.
    pub(crate) connection_id: String,
    pub(crate) call_type: CallType,
    /// Caller's number, for calls from outside.
    pub(crate) ani: Option<String>,
    pub(crate) dnis: String,
    pub(crate) user_data: Map<String, Value>,
    pub(crate) legs: Vec<Leg>,
    pub(crate) recording: Recording,
    /// The call this one was made to consult about.
    pub(crate) parent: Option<super::CallKey>,
}

impl Call {
    pub(crate) fn leg(&self, device: DeviceKey) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.device() == Some(device))
    }

    pub(crate) fn leg_mut(&mut self, device: DeviceKey) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.device() == Some(device))
    }

    pub(crate) fn talkers(&self) -> usize {
        self.legs.iter().filter(|leg| leg.is_talker()).count()
    }

    /// The supervisor's device and part in this call; there is at most one.
    pub(crate) fn monitor_leg(&self) -> Option<(&Leg, &MonitorLeg)> {
        self.legs
            .iter()
            .find_map(|leg| leg.monitor().map(|monitor| (leg, monitor)))
    }

    pub(crate) fn devices(&self) -> Vec<DeviceKey> {
        self.legs.iter().filter_map(Leg::device).collect()
    }
}
