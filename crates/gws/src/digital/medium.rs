//! The two media, and their names on the wire: the only place where SMS and chat differ (`gws/digital.md 4`).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::SessionId;
use crate::notification::topic;

/// How people write to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Medium {
    /// A session of text messages. Single text messages are another medium, which nobody can supervise
    /// (`gws/digital.md 2.9`).
    Sms,
    /// A chat on a web page.
    Chat,
}

/// What one medium calls its things.
#[derive(Debug)]
pub(crate) struct Names {
    /// One session, as a key.
    pub(crate) resource: &'static str,
    /// Several sessions: as a key, and in every path.
    pub(crate) collection: &'static str,
    /// The type of the message that says a session changed.
    pub(crate) change: &'static str,
    /// Where a message log names its session, by address.
    pub(crate) uri: &'static str,
    /// Where a message log names its session, by path.
    pub(crate) path: &'static str,
    /// The topics it may come on.
    topics: &'static [&'static str],
}

const SMS: Names = Names {
    resource: "smssession",
    collection: "smssessions",
    change: "SMSsessionStateChangeMessage",
    uri: "smssessionUri",
    path: "smssessionPath",
    topics: &[topic::SMS_SESSION, topic::SMS_SESSIONS],
};

const CHAT: Names = Names {
    resource: "chat",
    collection: "chats",
    change: "ChatStateChangeMessage",
    uri: "chatUri",
    path: "chatPath",
    topics: &[topic::CHATS],
};

impl Medium {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Sms, Self::Chat];

    /// The topics to subscribe to. A server may refuse all of them but one, and none is sure to exist: what is pushed
    /// is told by its type (`gws/digital.md 2.8`).
    pub fn topics(self) -> &'static [&'static str] {
        self.names().topics
    }

    pub(crate) fn names(self) -> &'static Names {
        match self {
            Self::Sms => &SMS,
            Self::Chat => &CHAT,
        }
    }
}

/// The channel of an agent that is monitored, as it stands in the URL (`gws/digital.md 2.2, 4`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// SMS sessions, in one of two spellings.
    Sms(SmsSpelling),
    /// Chats.
    Chat,
}

impl Channel {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms(spelling) => spelling.as_str(),
            Self::Chat => "chat",
        }
    }

    /// The medium of the sessions that come of it.
    pub fn medium(self) -> Medium {
        match self {
            Self::Sms(_) => Medium::Sms,
            Self::Chat => Medium::Chat,
        }
    }
}

/// How a server spells the SMS channel. The documentation has both; which one holds is for the server to say, with
/// HTTP 404 or status 6 for the wrong one (`gws/digital.md 0.1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmsSpelling {
    /// `smsession`, as the document prints it that Sotto was made from: to be tried first.
    Smsession,
    /// `smssession`, as all pages print it.
    Smssession,
}

impl SmsSpelling {
    /// The spelling on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Smsession => "smsession",
            Self::Smssession => "smssession",
        }
    }

    /// What to try when the server does not know this one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Smsession => Self::Smssession,
            Self::Smssession => Self::Smsession,
        }
    }
}

/// Which session: ids are only unique within one medium.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SessionAddress {
    /// What kind of session.
    pub medium: Medium,
    /// Its id.
    pub id: SessionId,
}

impl SessionAddress {
    /// An SMS session.
    pub fn sms(id: impl Into<SessionId>) -> Self {
        Self {
            medium: Medium::Sms,
            id: id.into(),
        }
    }

    /// A chat.
    pub fn chat(id: impl Into<SessionId>) -> Self {
        Self {
            medium: Medium::Chat,
            id: id.into(),
        }
    }
}

/// As in a path: `smssessions/0000Ka1`.
impl fmt::Display for SessionAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.medium.names().collection, self.id)
    }
}
