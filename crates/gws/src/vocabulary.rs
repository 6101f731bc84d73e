//! The words of the wire. Each list is open: a server may know words we do not (`gws/core.md 4.3, 5.3, 5.5`), and an
//! unknown word is kept as text and shown, never refused.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::reading::{FromWire, Reader};

/// Makes an enum of known words with an `Other` for the rest. A word after `|` is another spelling of the same; the
/// first spelling is the one we write.
macro_rules! open_enum {
    ($(
        $(#[$about:meta])*
        $name:ident { $( $(#[$word:meta])* $variant:ident = $text:literal $(| $alias:literal)* ),+ $(,)? }
    )+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$word])* $variant, )+
            /// A word that this version of Sotto does not know, as the server wrote it.
            Other(String),
        }

        impl $name {
            /// The word on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text $(| $alias)* => Self::$variant, )+
                    _ => Self::Other(text.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(|text| Self::from(text.as_str()))
            }
        }

        impl FromWire for $name {
            fn from_wire(reader: &Reader<'_>) -> Option<Self> {
                String::from_wire(reader).map(|text| Self::from(text.as_str()))
            }
        }
    )+};
}

open_enum! {
    /// Whether the switch knows the device (`gws/core.md 4.3`).
    DeviceState {
        /// Registered: operations on it can work.
        Active = "Active",
        /// Not registered: the server refuses every voice operation on it.
        Inactive = "Inactive",
    }

    /// Which network the phone is in.
    TelephonyNetwork {
        /// Inside the company.
        Private = "Private",
        /// Outside: the call cannot be answered from here, somebody must lift the phone.
        Public = "Public",
    }

    /// A yes or no that the wire writes as a word.
    Switch {
        /// Yes.
        On = "On",
        /// No.
        Off = "Off",
    }

    /// What an agent is ready for (`gws/core.md 4.3`). Being on a call is not one of these.
    AgentStateKind {
        /// Takes calls.
        Ready = "Ready",
        /// Takes none.
        NotReady = "NotReady",
        /// Has no voice session. The settings spell it `Logout`.
        LoggedOut = "LoggedOut" | "Logout",
        /// Just logged in; another state follows at once.
        LoggedIn = "LoggedIn",
    }

    /// Why an agent takes no calls, where the switch has its own word for it.
    WorkMode {
        /// Finishing the last call.
        AfterCallWork = "AfterCallWork",
        /// Other work.
        AuxWork = "AuxWork",
    }

    /// How a supervisor takes part (`gws/core.md 5.4`).
    MonitoringKind {
        /// Nobody hears the supervisor.
        ListenIn = "ListenIn",
        /// Only the agent hears the supervisor.
        Coach = "Coach",
        /// Everybody hears the supervisor.
        BargeIn = "BargeIn",
    }

    /// How long monitoring lasts (`gws/core.md 5.4`).
    MonitoringMode {
        /// One call, then it ends.
        NextCall = "NextCall",
        /// Until it is cancelled.
        AllCalls = "AllCalls",
    }

    /// What happens when the agent passes the call on (`gws/core.md 5.4`).
    MonitoringScope {
        /// The supervisor leaves with the agent.
        Agent = "Agent",
        /// The supervisor stays with the customer.
        Call = "Call",
    }

    /// Where a call stands (`gws/core.md 5.5`).
    CallState {
        /// Going out.
        Dialing = "Dialing",
        /// Coming in.
        Ringing = "Ringing",
        /// People are talking.
        Established = "Established",
        /// On hold.
        Held = "Held",
        /// Over.
        Released = "Released",
    }

    /// Where a call comes from (`gws/core.md 5.3`).
    CallType {
        /// Inside the company.
        Internal = "Internal",
        /// From a customer.
        Inbound = "Inbound",
        /// To a customer.
        Outbound = "Outbound",
        /// An agent asks a colleague.
        Consult = "Consult",
    }

    /// What a user may do (`gws/core.md 2.4`).
    Role {
        /// Takes calls.
        Agent = "ROLE_AGENT",
        /// Coaches agents.
        Supervisor = "ROLE_SUPERVISOR",
        /// Administers the contact centre.
        Admin = "ROLE_ADMIN",
    }

    /// Whether a back-end service works (`gws/core.md 2.6`).
    ServiceState {
        /// It works.
        Active = "Active",
        /// It does not.
        Inactive = "Inactive",
    }

    /// What kind of entry of the directory (`gws/core.md 4.1`).
    ContactKind {
        /// A person with a login.
        User = "User",
        /// A queue.
        Queue = "Queue",
        /// Anything else somebody wrote into the directory.
        Custom = "Custom",
    }

    /// What a call notification is about (`gws/core.md 5.5`). The call in it is complete in every case.
    CallNotificationType {
        /// The call moved on.
        StatusChange = "StatusChange",
        /// Somebody joined or left.
        ParticipantsUpdated = "ParticipantsUpdated",
        /// The data attached to the call changed.
        AttachedDataChanged = "AttachedDataChanged",
        /// Recording started, paused or stopped.
        CallRecordingStateChange = "CallRecordingStateChange",
        /// The monitored agent was muted or unmuted.
        MonitoredUserMutedStateChange = "MonitoredUserMutedStateChange",
        /// Tones were sent.
        DtmfSent = "DtmfSent",
    }

    /// Where a written session stands, for the one who looks at it (`gws/digital.md 2.6`).
    SessionState {
        /// Offered, not yet accepted: an agent's new session, or a supervisor's after `Intrude`.
        Invited = "Invited",
        /// Accepted, and about to begin.
        Accepted = "Accepted",
        /// People are writing.
        Chatting = "Chatting",
        /// Left, but not yet marked done.
        LeftChat = "LeftChat",
        /// Over.
        Completed = "Completed",
        /// Taken back: for a supervisor the session was completed or put in a queue.
        Revoked = "Revoked",
        /// It could not be joined, and only waits to be completed.
        JoinFailed = "JoinFailed",
    }

    /// Who takes part in a written session. A supervisor is an `Agent` too, told apart only by visibility and
    /// address (`gws/digital.md 2.6`).
    ParticipantType {
        /// An agent or a supervisor.
        Agent = "Agent",
        /// The customer.
        Customer = "Customer",
    }

    /// Who sees a participant, or a message (`gws/digital.md 2.5, 2.7`).
    Visibility {
        /// Everybody, the customer too.
        All = "All",
        /// Agents and supervisors.
        Agents = "Agents",
        /// Supervisors only.
        Supervisors = "Supervisors",
    }

    /// What a message of a written session is (`gws/digital.md 2.7`). The list in the documentation is cut off, so
    /// there are more.
    MessageType {
        /// Something was written.
        Text = "Text",
        /// Somebody came.
        ParticipantJoined = "ParticipantJoined",
        /// Somebody went.
        ParticipantLeft = "ParticipantLeft",
        /// Somebody came back, or is seen by more people than before.
        ParticipantRejoined = "ParticipantRejoined",
        /// Somebody is typing.
        TypingStarted = "TypingStarted",
        /// Somebody stopped typing.
        TypingStopped = "TypingStopped",
        /// A link was sent.
        PushUrl = "PushUrl",
        /// The server has something to say.
        Notice = "Notice",
        /// The transcript was stored.
        TranscriptSaveDone = "TranscriptSaveDone",
    }

    /// What a notification about a written session is about (`gws/digital.md 2.8`).
    SessionNotificationType {
        /// The session moved on.
        StatusChange = "StatusChange",
        /// Somebody joined, left, or is seen by others than before; state and capabilities may have changed too.
        ParticipantsUpdated = "ParticipantsUpdated",
        /// The data attached to the session changed.
        PropertiesUpdated = "PropertiesUpdated",
        /// An operation on the session failed.
        Error = "Error",
    }
}

impl SessionState {
    /// Whether nothing comes after it (`gws/digital.md 2.6`).
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Revoked)
    }
}

impl Visibility {
    /// Whether the customer certainly does not see it. A word we do not know promises nothing.
    pub fn hides_from_customer(&self) -> bool {
        matches!(self, Self::Agents | Self::Supervisors)
    }
}
