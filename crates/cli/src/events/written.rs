//! What events about written sessions are made of: who is armed, which session, who reads in it, what was written.

use desk::audience::Audience;
use desk::order::{Act, Extent, Medium, Readership};
use desk::view::{
    ArmedView, LeaveEffect, LineKind, LineReaders, LineView, RunningView, SessionPhase, SessionView,
};
use serde::Serialize;

/// An agent who is armed, and how. What was not chosen is left out: the server's default holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Arming {
    /// The agent's id.
    pub(crate) agent_id: String,
    /// The agent's name.
    pub(crate) agent_name: String,
    /// SMS or chat.
    pub(crate) medium: Medium,
    /// Listen, coach or barge in.
    pub(crate) act: Act,
    /// Next session or all sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mode: Option<Extent>,
    /// The name agent and customer see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nickname: Option<String>,
}

/// Which session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SessionName {
    /// Names it everywhere, as long as it lives.
    pub(crate) session: String,
    /// Names it in this process only: the first one seen is 1.
    pub(crate) number: u32,
}

/// Who takes part in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Parties {
    /// SMS or chat.
    pub(crate) medium: Medium,
    /// The agent who is supervised now, where the server says who that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agent_id: Option<String>,
    /// The agent's name.
    pub(crate) agent_name: String,
    /// The agent who was armed, where that is another by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) armed_agent: Option<String>,
    /// Further agents in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) others: Vec<String>,
    /// What the customer is called.
    pub(crate) customer: String,
}

/// How the supervisor is in a session, and who reads what the supervisor writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Standing {
    /// How the supervisor is in it, where that is certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) act: Option<Act>,
    /// The visibility of the supervisor, in the words of the order that sends.
    pub(crate) readership: Readership,
    /// Who reads the supervisor.
    pub(crate) audience: Audience,
}

/// A session as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SessionState {
    /// How far it is.
    pub(crate) phase: SessionPhase,
    /// Since when, in milliseconds since the Unix epoch.
    pub(crate) since_ms: u64,
    /// How the supervisor is in it, and who reads.
    #[serde(flatten)]
    pub(crate) standing: Standing,
    /// What it is about, from the attached data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) topic: Option<String>,
    /// Since when the customer waits for an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) waiting_since_ms: Option<u64>,
    /// How many lines the transcript has.
    pub(crate) lines: u32,
    /// Whether something can be written to the agents only now.
    pub(crate) can_whisper: bool,
    /// Whether something can be written to everybody now.
    pub(crate) can_send_to_everyone: bool,
    /// The ways of being in it that can be changed to now.
    pub(crate) switches: Vec<Act>,
    /// What leaving would do.
    pub(crate) leave: LeaveEffect,
}

/// One line of a transcript, its text only where that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TranscriptLine {
    /// Names the line within its session.
    pub(crate) line: u32,
    /// What it is.
    pub(crate) kind: LineKind,
    /// Who could read it.
    pub(crate) readers: LineReaders,
    /// Who wrote it.
    pub(crate) from: String,
    /// When it was written, in milliseconds since the Unix epoch.
    pub(crate) written_ms: u64,
    /// What it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// A link that was sent with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
}

/// Whether the text of a line is told, or only that there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Texts {
    /// What is said stays between those who say it.
    Hidden,
    /// The text is wanted.
    Told,
}

/// A session of an agent that runs and that the supervisor is not in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Running {
    /// Names it.
    pub(crate) session: String,
    /// What the customer is called.
    pub(crate) customer: String,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) topic: Option<String>,
}

/// How far an own text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum TextState {
    /// The transcript shows it.
    Shown,
    /// The server took it; the transcript does not show it yet.
    Taken,
    /// It was not sent.
    Failed,
    /// No clear answer came: it may or may not have been sent.
    Unclear,
}

impl From<&ArmedView> for Arming {
    fn from(armed: &ArmedView) -> Arming {
        Arming {
            agent_id: armed.agent_id.clone(),
            agent_name: armed.agent_name.clone(),
            medium: armed.medium,
            act: armed.act,
            mode: armed.extent,
            nickname: armed.nickname.clone(),
        }
    }
}

impl From<&SessionView> for Parties {
    fn from(session: &SessionView) -> Parties {
        Parties {
            medium: session.medium,
            agent_id: session.agent_id.clone(),
            agent_name: session.agent_name.clone(),
            armed_agent: session.armed_agent.clone(),
            others: session.others.clone(),
            customer: session.customer.clone(),
        }
    }
}

impl From<&SessionView> for Standing {
    fn from(session: &SessionView) -> Standing {
        Standing {
            act: session.act,
            readership: session.readership,
            audience: session.audience,
        }
    }
}

impl From<&SessionView> for SessionState {
    fn from(session: &SessionView) -> SessionState {
        SessionState {
            phase: session.phase,
            since_ms: session.since.0,
            standing: session.into(),
            topic: session.topic.clone(),
            waiting_since_ms: session.waiting_since.map(|since| since.0),
            lines: session.lines,
            can_whisper: session.acts.whisper,
            can_send_to_everyone: session.acts.public,
            switches: session.acts.switches.clone(),
            leave: session.acts.leave,
        }
    }
}

impl From<&RunningView> for Running {
    fn from(running: &RunningView) -> Running {
        Running {
            session: running.key.clone(),
            customer: running.customer.clone(),
            topic: running.topic.clone(),
        }
    }
}

impl TranscriptLine {
    /// The line, with its text where that is wanted.
    pub(crate) fn of(line: &LineView, texts: Texts) -> TranscriptLine {
        let told = texts == Texts::Told;
        TranscriptLine {
            line: line.id,
            kind: line.kind,
            readers: line.readers,
            from: line.from.clone(),
            written_ms: line.at.0,
            text: told.then(|| line.text.clone()),
            url: line.url.clone().filter(|_| told),
        }
    }
}
