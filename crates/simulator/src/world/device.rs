//! A phone as GWS knows it, and the agent state that lives on it.

use super::monitoring::Monitoring;
use super::{CallKey, DeviceKey, PersonKey};

/// Kind of device, which decides where a session on a place logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeviceKind {
    AcdPosition,
    Extension,
}

/// Why an agent takes no calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pause {
    Plain,
    AfterCallWork,
    AuxWork,
    OutToLunch,
}

/// Agent state of a logged-in person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AgentState {
    /// Transient, right after the login.
    LoggedIn,
    Ready,
    NotReady(Pause),
}

/// A person logged in on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) person: PersonKey,
    pub(crate) state: AgentState,
}

/// One phone.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) kind: DeviceKind,
    /// Whose phone it is while nobody else is logged in on it.
    pub(crate) owner: Option<PersonKey>,
    /// Absent means logged out.
    pub(crate) login: Option<Login>,
    pub(crate) do_not_disturb: bool,
    pub(crate) forward_to: Option<String>,
    /// What the person at this device monitors.
    pub(crate) monitoring: Option<Monitoring>,
    /// The one supervisor device that monitors this device.
    pub(crate) monitored_by: Option<DeviceKey>,
    /// Calls this device takes part in, oldest first.
    pub(crate) calls: Vec<CallKey>,
    /// Calls answered here since the floor opened.
    pub(crate) answered: u64,
}

impl Device {
    pub(crate) fn new(id: String, number: String, kind: DeviceKind, owner: Option<PersonKey>) -> Self {
        Self {
            id,
            number,
            kind,
            owner,
            login: None,
            do_not_disturb: false,
            forward_to: None,
            monitoring: None,
            monitored_by: None,
            calls: Vec::new(),
            answered: 0,
        }
    }

    /// Who hears of this device: the person logged in on it, else its owner.
    pub(crate) fn person(&self) -> Option<PersonKey> {
        self.login.map(|login| login.person).or(self.owner)
    }
}
