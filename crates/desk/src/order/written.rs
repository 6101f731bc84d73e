//! What a supervisor can ask of written supervision: SMS sessions and chats (`gws/digital.md 2, 4`).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Act;

/// How agent and customer write to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
pub enum Medium {
    /// A session of text messages.
    Sms,
    /// A chat on a web page.
    Chat,
}

impl Medium {
    /// Both, in the order a screen shows them.
    pub const ALL: [Medium; 2] = [Medium::Sms, Medium::Chat];

    /// The same in the words of the wire.
    pub fn wire(self) -> gws::digital::Medium {
        match self {
            Medium::Sms => gws::digital::Medium::Sms,
            Medium::Chat => gws::digital::Medium::Chat,
        }
    }
}

/// How long an agent stays armed (`supervisorMonitoringMode`; the words say "chat" for SMS too, `gws/digital.md 2.2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum Extent {
    /// One session, then it ends by itself.
    NextChat,
    /// Every session until it is cancelled or the supervisor signs out. The server's default.
    AllChats,
}

/// What the supervisor asked of an agent's written sessions. A choice left out is the server's default and is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrittenOrder {
    /// The agent, by the id of the roster.
    pub agent_id: String,
    /// SMS or chat.
    pub medium: Medium,
    /// Listen, coach or barge in; the wire calls listening `Monitor`.
    pub act: Act,
    /// Next session or all sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub extent: Option<Extent>,
    /// The name agent and customer see; the user name where left out. Never empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub nickname: Option<String>,
    /// Why: written into the journal. At most 200 characters; where the organisation wants one, nothing goes without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
}

/// Who reads what the supervisor writes in a session, as it stood on the screen when the text was written.
///
/// It comes back with every send. If the session's own visibility is another by then, nothing goes on the wire
/// (DESIGN 4, invariant 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum Readership {
    /// Only other supervisors know: a listener. The agent's side can read a whisper all the same where the server allows it.
    Supervisors,
    /// Agents and supervisors: a coach.
    Agents,
    /// Everybody, the customer too: barged in.
    Everyone,
    /// Not known: treated as everyone, and nothing public can be written.
    Unknown,
}

/// What the supervisor wants in the written sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum WrittenCommand {
    /// Ask the server to put us into the agent's next session, or all of them.
    Arm {
        /// What exactly.
        order: WrittenOrder,
    },
    /// Ask the server to stop that. Sessions that were joined go on unless they are left too.
    Disarm {
        /// The agent.
        agent_id: String,
        /// SMS or chat.
        medium: Medium,
        /// Leave the agent's joined sessions as well, where leaving is certain to end nothing for the customer.
        leave: bool,
    },
    /// Take a line that was refused or lost off the list of what is armed.
    Forget {
        /// The agent.
        agent_id: String,
        /// SMS or chat.
        medium: Medium,
    },
    /// Write something only agents and supervisors read.
    Whisper {
        /// The session, by [`SessionView::key`](crate::view::SessionView::key).
        session: String,
        /// The text.
        text: String,
        /// Who read us on the screen when this was written.
        seen: Readership,
        /// Names this text: asked twice with the same id it is sent once.
        send_id: String,
    },
    /// Write something everybody reads, the customer too. Only possible while `seen` is, and still is, `Everyone`.
    SendToEveryone {
        /// The session.
        session: String,
        /// The text.
        text: String,
        /// Who read us on the screen when this was written.
        seen: Readership,
        /// Names this text: asked twice with the same id it is sent once.
        send_id: String,
    },
    /// The text failed, or nobody knows whether it was sent: take it off the session.
    DropUnsent {
        /// The session.
        session: String,
        /// The text.
        send_id: String,
    },
    /// The supervisor types, or stopped. Shown to those who would read the text.
    Typing {
        /// The session.
        session: String,
        /// Whether it is for everybody, the customer too.
        public: bool,
        /// Began or stopped.
        typing: bool,
        /// Who read us on the screen.
        seen: Readership,
    },
    /// Change how we are in a session.
    Switch {
        /// The session.
        session: String,
        /// Listen, coach or barge in.
        act: Act,
        /// Why, where that has not been said yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        reason: Option<String>,
    },
    /// Join a session we were invited to.
    Accept {
        /// The session.
        session: String,
        /// The name agent and customer see.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        nickname: Option<String>,
        /// Why, where that has not been said yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        reason: Option<String>,
    },
    /// Turn the invitation down.
    Reject {
        /// The session.
        session: String,
    },
    /// Leave a session.
    Leave {
        /// The session.
        session: String,
        /// The supervisor was told that it is not known what leaving does to the customer, and wants it all the same.
        knowing: bool,
    },
    /// Mark a session as done that cannot be left any other way (`JoinFailed`, `LeftChat`).
    Complete {
        /// The session.
        session: String,
    },
    /// Take a session that is over off the board.
    Dismiss {
        /// The session.
        session: String,
    },
    /// The supervisor has read everything in this session.
    Read {
        /// The session.
        session: String,
    },
    /// Look which sessions the agent is in now, to join one that runs already.
    FindRunning {
        /// The agent.
        agent_id: String,
        /// SMS or chat.
        medium: Medium,
    },
    /// Join a session that runs already (`Intrude`).
    JoinNow {
        /// The agent.
        agent_id: String,
        /// The session, as [`RunningView::key`](crate::view::RunningView::key) has it.
        session: String,
        /// How to be in it.
        act: Act,
        /// Why, where that has not been said yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        reason: Option<String>,
    },
    /// Read the transcript of this session again from the server.
    ReadAgain {
        /// The session.
        session: String,
    },
}

impl WrittenCommand {
    /// Whether it is only about what is on the screen, so that it works behind a broken link too.
    pub fn needs_no_server(&self) -> bool {
        use WrittenCommand::{Dismiss, DropUnsent, Forget, Read};
        matches!(
            self,
            Forget { .. } | DropUnsent { .. } | Dismiss { .. } | Read { .. }
        )
    }
}
