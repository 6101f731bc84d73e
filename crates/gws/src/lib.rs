//! Genesys Web Services API v2 as values: resources, operations, replies, notifications.
//!
//! Everything that crosses the wire between Sotto and a contact centre is named here, and nothing else: no I/O, no
//! clock, no state. A server of any generation, in any mood, may answer; what cannot be understood is reported
//! ([`Decoded::warnings`], [`Notification::Unknown`]) and never costs what can be.
//!
//! * [`operation`]: what we ask for, as values that encode themselves into a [`Request`].
//! * [`reply`]: what the server answers at once, with its status told apart.
//! * [`notification`]: what the server pushes later, which alone says what really happened (`gws/core.md 1.5`).
//! * [`device`], [`call`], [`user`], [`directory`]: the resources inside replies and notifications.
//! * [`digital`]: SMS sessions and chats, and what may be written in them by whom and for whom.
//! * [`vocabulary`]: the words of the wire; an unknown word is kept as text.
//! * [`reading`]: how tolerant decoding works.

pub mod call;
pub mod capabilities;
pub mod device;
pub mod digital;
pub mod directory;
pub mod ids;
pub mod notification;
pub mod operation;
pub mod reading;
pub mod reply;
pub mod status;
pub mod user;
pub mod vocabulary;

pub use call::{Call, Participant};
pub use capabilities::Capabilities;
pub use device::{Device, Monitoring, UserState};
pub use directory::{AgentStateSetting, Contact, Group, Service, Version};
pub use ids::{
    CallId, ContactId, DeviceId, FeatureId, GroupId, ParticipantId, ResourceUri, ServiceId, SessionId, UserId,
};
pub use notification::Notification;
pub use operation::{
    CallAct, DigitalOperation, DigitalOrder, Method, MonitorOrder, Operation, Query, Request, SessionAct,
    Target,
};
pub use reading::{Decoded, FromWire, Reader, Warning, decode};
pub use reply::{ChannelOutcome, Partial, Reply, ReplyError};
pub use status::StatusCode;
pub use user::{ChannelState, Feature, User};
pub use vocabulary::{
    AgentStateKind, CallNotificationType, CallState, CallType, ContactKind, DeviceState, MessageType,
    MonitoringKind, MonitoringMode, MonitoringScope, ParticipantType, Role, ServiceState,
    SessionNotificationType, SessionState, Switch, TelephonyNetwork, Visibility, WorkMode,
};
