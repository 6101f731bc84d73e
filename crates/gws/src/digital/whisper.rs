//! What only agents and supervisors read: the reason Sotto exists (`gws/digital.md 2.4`).
//!
//! A whisper is safe in every mode, so it can be made for any session. Nothing here can speak to a customer; that is
//! made in [`public`](crate::digital::public), and no way leads from here to there.

use crate::digital::Typing;
use crate::digital::medium::SessionAddress;

/// Something for the agents and supervisors of a session, and for nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whisper {
    session: SessionAddress,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Text(String),
    Typing(Typing),
}

impl Whisper {
    /// Says something to the agents (`SendToAgents`).
    pub fn text(session: SessionAddress, text: impl Into<String>) -> Self {
        Self {
            session,
            content: Content::Text(text.into()),
        }
    }

    /// Lets the agents see that we type (`SendStartTypingToAgentsNotification`), or that we stopped.
    pub fn typing(session: SessionAddress, typing: Typing) -> Self {
        Self {
            session,
            content: Content::Typing(typing),
        }
    }

    /// Where it goes.
    pub fn session(&self) -> &SessionAddress {
        &self.session
    }

    /// The operation's name on the wire, which is also the capability it needs.
    pub fn name(&self) -> &'static str {
        match self.content {
            Content::Text(_) => "SendToAgents",
            Content::Typing(Typing::Started) => "SendStartTypingToAgentsNotification",
            Content::Typing(Typing::Stopped) => "SendStopTypingToAgentsNotification",
        }
    }

    pub(crate) fn spoken(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Typing(_) => None,
        }
    }
}
