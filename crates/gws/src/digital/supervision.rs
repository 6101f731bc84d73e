//! How a supervisor takes part in written sessions (`gws/digital.md 2.2, 2.5`).

use serde::{Deserialize, Serialize};

use crate::vocabulary::Visibility;

/// How a supervisor takes part. We choose it, so the list is closed; what the server made of it is a [`Visibility`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SupervisorMode {
    /// Reads along, and only other supervisors know. What is called `ListenIn` on the phone.
    Monitor,
    /// Writes to the agent; the customer sees nothing of it.
    Coach,
    /// Writes to everybody.
    BargeIn,
}

impl SupervisorMode {
    /// All of them, from the quietest to the loudest.
    pub const ALL: [Self; 3] = [Self::Monitor, Self::Coach, Self::BargeIn];

    /// The mode's name on the wire, which is also the operation that monitors an agent so.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Monitor => "Monitor",
            Self::Coach => "Coach",
            Self::BargeIn => "BargeIn",
        }
    }

    /// The operation that changes to it within a session, which is also the capability it needs; see
    /// [`Session::lists`](crate::digital::Session::lists) for the capability's other spelling.
    pub fn switch(self) -> &'static str {
        match self {
            Self::Monitor => "SwitchToMonitor",
            Self::Coach => "SwitchToCoach",
            Self::BargeIn => "SwitchToBargeIn",
        }
    }

    /// Who sees a supervisor that takes part so.
    pub fn visibility(self) -> Visibility {
        match self {
            Self::Monitor => Visibility::Supervisors,
            Self::Coach => Visibility::Agents,
            Self::BargeIn => Visibility::All,
        }
    }

    /// How a supervisor takes part whom these people see; `None` for a word we do not know.
    pub fn of(visibility: &Visibility) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|mode| mode.visibility() == *visibility)
    }
}

/// How long an agent is monitored. The words say "chat" for SMS too (`gws/digital.md 2.2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SupervisorMonitoringMode {
    /// One session, then it ends.
    NextChat,
    /// Until it is cancelled, or the supervisor signs out.
    AllChats,
}

impl SupervisorMonitoringMode {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NextChat => "NextChat",
            Self::AllChats => "AllChats",
        }
    }
}
