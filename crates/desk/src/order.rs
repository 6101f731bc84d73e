//! What a supervisor can ask: an order, with the choices the server knows. Written sessions are in [`written`].

mod written;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::DriftLine;

pub use written::{Extent, Medium, Readership, WrittenCommand, WrittenOrder};

/// The three ways to be in a call, in the order the field shows them everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
pub enum Act {
    /// Silent: nobody hears the supervisor.
    ListenIn,
    /// Whisper: only the agent hears the supervisor.
    Coach,
    /// Everybody in the call hears the supervisor.
    BargeIn,
}

impl Act {
    /// Every act, in the order a screen shows them.
    pub const ALL: [Act; 3] = [Act::ListenIn, Act::Coach, Act::BargeIn];

    /// The operation name of the server, which is also the capability it needs (`gws/core.md 5.2`).
    pub fn operation_name(self) -> &'static str {
        match self {
            Act::ListenIn => "ListenIn",
            Act::Coach => "Coach",
            Act::BargeIn => "BargeIn",
        }
    }
}

/// How long the monitoring lasts (`gws/core.md 5.4`, `supervisorMonitoringMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum Mode {
    /// One call, then it ends by itself.
    NextCall,
    /// Every call until it is cancelled. The server's default.
    AllCalls,
}

/// Whom the supervisor follows when the call is transferred (`supervisorMonitoringScope`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum Scope {
    /// Leave with the agent.
    Agent,
    /// Follow the customer. The server's default.
    Call,
}

/// What the supervisor asked for. A choice left out is the server's default and is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// The agent, by the id of the roster.
    pub agent_id: String,
    /// Listen, coach or barge in.
    pub act: Act,
    /// Next call or all calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub mode: Option<Mode>,
    /// Leave with the agent or follow the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub scope: Option<Scope>,
    /// The number to monitor, where it is not simply the agent's phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub phone_number: Option<String>,
    /// Why: written into the journal. At most 200 characters; where the organisation wants one, nothing goes without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
}

/// What can be done with one of the supervisor's own calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum CallAct {
    /// Pick up.
    Answer,
    /// Leave the call.
    Hangup,
    /// Put it on hold.
    Hold,
    /// Take it back from hold.
    Retrieve,
    /// Everybody hears the supervisor from now on; from Coach there is no way back on this call.
    SwitchToBargeIn,
    /// Nobody hears the supervisor from now on; from Coach there is no way back on this call.
    SwitchToListenIn,
    /// The agent is muted, to take the call over.
    MuteMonitoredUser,
    /// The agent can speak again.
    UnmuteMonitoredUser,
}

impl CallAct {
    /// Every act, in the order a screen shows them.
    pub const ALL: [CallAct; 8] = [
        CallAct::Answer,
        CallAct::Hangup,
        CallAct::Hold,
        CallAct::Retrieve,
        CallAct::SwitchToListenIn,
        CallAct::SwitchToBargeIn,
        CallAct::MuteMonitoredUser,
        CallAct::UnmuteMonitoredUser,
    ];

    /// The operation name of the server, which is also the capability it needs (`gws/core.md 5.5`).
    pub fn operation_name(self) -> &'static str {
        match self {
            CallAct::Answer => "Answer",
            CallAct::Hangup => "Hangup",
            CallAct::Hold => "Hold",
            CallAct::Retrieve => "Retrieve",
            CallAct::SwitchToBargeIn => "SwitchToBargeIn",
            CallAct::SwitchToListenIn => "SwitchToListenIn",
            CallAct::MuteMonitoredUser => "MuteMonitoredUser",
            CallAct::UnmuteMonitoredUser => "UnmuteMonitoredUser",
        }
    }

    /// The same act in the words of the wire.
    pub(crate) fn wire(self) -> gws::CallAct {
        match self {
            CallAct::Answer => gws::CallAct::Answer,
            CallAct::Hangup => gws::CallAct::Hangup,
            CallAct::Hold => gws::CallAct::Hold,
            CallAct::Retrieve => gws::CallAct::Retrieve,
            CallAct::SwitchToBargeIn => gws::CallAct::SwitchToBargeIn,
            CallAct::SwitchToListenIn => gws::CallAct::SwitchToListenIn,
            CallAct::MuteMonitoredUser => gws::CallAct::MuteMonitoredUser,
            CallAct::UnmuteMonitoredUser => gws::CallAct::UnmuteMonitoredUser,
        }
    }
}

/// The state a supervisor can give to the own phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum OwnState {
    /// Calls may be routed here.
    Ready,
    /// No calls are routed here; coaching works.
    NotReady,
    /// Log in to the phone again.
    LogIn,
}

impl Command {
    /// Whether it is only about what is on the screen, so that it works behind a broken link too.
    pub fn needs_no_server(&self) -> bool {
        match self {
            Command::DismissProblem
            | Command::OffThePhone
            | Command::LetGo { .. }
            | Command::Noted { .. } => true,
            Command::Written { command } => command.needs_no_server(),
            _ => false,
        }
    }

    /// Whether it is about what is left of a sign-in that is over, so that nobody has to be signed in for it.
    pub fn needs_no_sign_in(&self) -> bool {
        matches!(self, Command::OffThePhone)
    }
}

/// Everything a face can ask of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Listen to, coach or barge in on an agent.
    Monitor {
        /// What exactly.
        order: Order,
    },
    /// Stop: cancel the monitoring and leave the supervised call.
    Stop,
    /// Cancel the monitoring only; a supervised call in progress goes on.
    CancelMonitoring,
    /// Do something with one of the own calls.
    Call {
        /// Which call.
        call_id: String,
        /// What.
        act: CallAct,
        /// Why, where that has not been said yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        reason: Option<String>,
    },
    /// Change the own state.
    SetState {
        /// To what.
        state: OwnState,
    },
    /// The supervisor has read the problem: take it off the screen.
    DismissProblem,
    /// The supervisor says that nobody hears them: they are off the phone, of which Sotto sees nothing now.
    OffThePhone,
    /// Ask again for one line of drift.
    Rearm {
        /// Which.
        line: DriftLine,
        /// Why, where that has not been said yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        reason: Option<String>,
    },
    /// Ask again for every line of drift.
    RearmAll {
        /// Why, where that has not been said yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        reason: Option<String>,
    },
    /// The supervisor does not want this line of drift any more.
    LetGo {
        /// Which.
        line: DriftLine,
    },
    /// The supervisor has seen that Sotto asked for this line again by itself.
    Noted {
        /// Which.
        line: DriftLine,
    },
    /// Something in the written sessions.
    Written {
        /// What.
        command: WrittenCommand,
    },
}
