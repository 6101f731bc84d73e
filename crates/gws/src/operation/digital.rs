//! What we ask about written sessions: of an agent's channel, and of a session itself (`gws/digital.md 2.2-2.5, 4`).

use serde_json::{Map, Value, json};

use super::request::{own_session, segment};
use crate::digital::{
    Channel, PublicMessage, SessionAddress, SupervisorMode, SupervisorMonitoringMode, Whisper,
};
use crate::ids::UserId;

/// Something to be done with SMS sessions or chats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DigitalOperation {
    /// Monitors, coaches or barges in on an agent, from the next session that the agent accepts
    /// (`gws/digital.md 2.2`). The server tells nobody that it is armed.
    Monitor {
        /// The agent.
        agent: UserId,
        /// The agent's channel, in the server's spelling.
        channel: Channel,
        /// How.
        order: DigitalOrder,
    },
    /// Stops monitoring an agent. A session already joined goes on (`gws/digital.md 2.2`).
    CancelMonitoring {
        /// The agent.
        agent: UserId,
        /// The agent's channel, in the server's spelling.
        channel: Channel,
    },
    /// Joins a session that an agent is already in (`gws/digital.md 2.3`). The server then invites us to it.
    Intrude {
        /// The agent.
        agent: UserId,
        /// The session.
        session: SessionAddress,
        /// How to take part. As the agent is being monitored when not given; an error if the agent is not.
        mode: Option<SupervisorMode>,
    },
    /// Writes to the agents of an own session: the customer sees nothing of it.
    Whisper(Whisper),
    /// Writes to everybody in an own session.
    Publish(PublicMessage),
    /// Does something else with an own session (`gws/digital.md 2.4, 2.5`).
    Session {
        /// The session.
        session: SessionAddress,
        /// What to do with it.
        act: SessionAct,
    },
}

/// How to monitor an agent's written sessions (`gws/digital.md 2.2`).
///
/// What is `None` is not sent: the server's own defaults hold (`AllChats`, and the supervisor's user name).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigitalOrder {
    /// Monitor, coach or barge in.
    pub mode: SupervisorMode,
    /// How long.
    pub monitoring_mode: Option<SupervisorMonitoringMode>,
    /// What the agent sees as the supervisor's name, and the customer too once everybody sees the supervisor.
    pub nickname: Option<String>,
}

impl DigitalOrder {
    /// The plain order: duration and name stay the server's.
    pub fn new(mode: SupervisorMode) -> Self {
        Self {
            mode,
            monitoring_mode: None,
            nickname: None,
        }
    }
}

/// What can be done with an own session, other than writing in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionAct {
    /// Takes the session.
    Accept {
        /// The name that the others see.
        nickname: String,
        /// Whether to remember this agent for the customer's next session.
        save_last_agent: Option<bool>,
    },
    /// Does not take the session.
    Reject,
    /// Leaves the session. Where nobody else serves the customer, this ends it for the customer too.
    Leave,
    /// Ends the session for everybody and marks it done.
    Complete {
        /// The queue to put it in instead.
        queue_name: Option<String>,
        /// Whether to remember this agent for the customer's next session.
        save_last_agent: Option<bool>,
    },
    /// Takes part in another way from now on.
    SwitchTo(SupervisorMode),
    /// Attaches data to the session.
    AttachUserData(Map<String, Value>),
    /// Overwrites data that is attached to the session.
    UpdateUserData(Map<String, Value>),
}

impl SessionAct {
    /// The act's name on the wire, which is also the capability it needs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "Accept",
            Self::Reject => "Reject",
            Self::Leave => "Leave",
            Self::Complete { .. } => "Complete",
            Self::SwitchTo(mode) => mode.switch(),
            Self::AttachUserData(_) => "AttachUserData",
            Self::UpdateUserData(_) => "UpdateUserData",
        }
    }

    fn parameters(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Accept {
                nickname,
                save_last_agent,
            } => chosen([
                ("nickname", Some(json!(nickname))),
                ("saveLAR", save_last_agent.map(Value::from)),
            ]),
            Self::Complete {
                queue_name,
                save_last_agent,
            } => chosen([
                ("queueName", queue_name.as_ref().map(|name| json!(name))),
                ("saveLAR", save_last_agent.map(Value::from)),
            ]),
            Self::AttachUserData(data) | Self::UpdateUserData(data) => {
                vec![("userData", Value::Object(data.clone()))]
            }
            Self::Reject | Self::Leave | Self::SwitchTo(_) => Vec::new(),
        }
    }
}

impl DigitalOperation {
    /// The operation's name on the wire. Within a session it is also the capability it needs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Monitor { order, .. } => order.mode.as_str(),
            Self::CancelMonitoring { .. } => "CancelSupervisorMonitoring",
            Self::Intrude { .. } => "Intrude",
            Self::Whisper(whisper) => whisper.name(),
            Self::Publish(message) => message.name(),
            Self::Session { act, .. } => act.name(),
        }
    }

    pub(super) fn path(&self) -> String {
        match self {
            Self::Monitor { agent, channel, .. } | Self::CancelMonitoring { agent, channel } => {
                format!("/users/{}/channels/{}", segment(agent.as_str()), channel.as_str())
            }
            Self::Intrude { agent, session, .. } => format!(
                "/users/{}/{}/{}",
                segment(agent.as_str()),
                session.medium.names().collection,
                segment(session.id.as_str())
            ),
            Self::Whisper(whisper) => own_session(whisper.session()),
            Self::Publish(message) => own_session(message.session()),
            Self::Session { session, .. } => own_session(session),
        }
    }

    /// The parameters beside the name, in the order of the documentation; what was not chosen is left out.
    pub(super) fn parameters(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Monitor { order, .. } => order.parameters(),
            Self::CancelMonitoring { .. } => Vec::new(),
            Self::Intrude { mode, .. } => {
                let mode = mode.map(|mode| json!(mode.as_str()));
                chosen([("supervisorVisibilityMode", mode)])
            }
            Self::Whisper(whisper) => text(whisper.spoken()),
            Self::Publish(message) => text(message.spoken()),
            Self::Session { act, .. } => act.parameters(),
        }
    }
}

impl DigitalOrder {
    /// A name of blanks is no name: the server's default is better than an invisible supervisor.
    fn parameters(&self) -> Vec<(&'static str, Value)> {
        let nickname = self.nickname.as_ref().filter(|name| !name.trim().is_empty());
        chosen([
            (
                "supervisorMonitoringMode",
                self.monitoring_mode.map(|mode| json!(mode.as_str())),
            ),
            ("nickname", nickname.map(|name| json!(name))),
        ])
    }
}

fn text(text: Option<&str>) -> Vec<(&'static str, Value)> {
    chosen([("text", text.map(Value::from))])
}

fn chosen<const N: usize>(parameters: [(&'static str, Option<Value>); N]) -> Vec<(&'static str, Value)> {
    parameters
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect()
}
