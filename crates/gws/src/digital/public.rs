//! What everybody reads, the customer too (`gws/digital.md 2.4`).
//!
//! What a server does when somebody who coaches sends `SendMessage` is not documented, and it lists the capability all
//! the same (`gws/digital.md 2.5`). So a [`PublicMessage`] is made from a session in which the sender is seen by
//! everybody, and in no other way; not even its typing notification, which a customer sees as well:
//!
//! ```compile_fail,E0277
//! use gws::digital::{PublicMessage, SessionAddress, Whisper};
//!
//! let whisper = Whisper::text(SessionAddress::sms("0000Ka1"), "Offer the callback");
//! let public: PublicMessage = whisper.into();
//! ```
//!
//! Whoever holds one longer than it takes to send it asks [`PublicMessage::holds_in`] again before it goes.

use crate::digital::Typing;
use crate::digital::medium::{Medium, SessionAddress};
use crate::digital::session::Session;
use crate::ids::UserId;
use crate::vocabulary::Visibility;

/// Something for everybody in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicMessage {
    session: SessionAddress,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Text(String),
    Typing(Typing),
}

/// Why nothing public can be said in a session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing can be said to the customer here: {}", seen_by(visibility.as_ref()))]
pub struct NotPublic {
    /// Who sees us; `None` when it is not known.
    pub visibility: Option<Visibility>,
}

fn seen_by(visibility: Option<&Visibility>) -> String {
    match visibility {
        Some(Visibility::Agents) => "only agents see you".to_owned(),
        Some(Visibility::Supervisors) => "only supervisors see you".to_owned(),
        Some(other) => format!("you are seen by \"{other}\""),
        None => "it is not known who sees you".to_owned(),
    }
}

impl PublicMessage {
    /// Says something to everybody (`SendMessage`), as this user, in this session as it is now.
    pub fn text(
        medium: Medium,
        session: &Session,
        own: &UserId,
        text: impl Into<String>,
    ) -> Result<Self, NotPublic> {
        Self::new(medium, session, own, || Content::Text(text.into()))
    }

    /// Lets everybody see that we type (`SendStartTypingNotification`), or that we stopped.
    pub fn typing(
        medium: Medium,
        session: &Session,
        own: &UserId,
        typing: Typing,
    ) -> Result<Self, NotPublic> {
        Self::new(medium, session, own, || Content::Typing(typing))
    }

    fn new(
        medium: Medium,
        session: &Session,
        own: &UserId,
        content: impl FnOnce() -> Content,
    ) -> Result<Self, NotPublic> {
        seen_by_all(session, own)?;
        Ok(Self {
            session: session.address(medium),
            content: content(),
        })
    }

    /// Whether it may still go out, now that the session is this: the same one, and everybody still sees us.
    pub fn holds_in(&self, medium: Medium, session: &Session, own: &UserId) -> bool {
        self.session == session.address(medium) && seen_by_all(session, own).is_ok()
    }

    /// Where it goes.
    pub fn session(&self) -> &SessionAddress {
        &self.session
    }

    /// The operation's name on the wire, which is also the capability it needs.
    pub fn name(&self) -> &'static str {
        match self.content {
            Content::Text(_) => "SendMessage",
            Content::Typing(Typing::Started) => "SendStartTypingNotification",
            Content::Typing(Typing::Stopped) => "SendStopTypingNotification",
        }
    }

    pub(crate) fn spoken(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Typing(_) => None,
        }
    }
}

fn seen_by_all(session: &Session, own: &UserId) -> Result<(), NotPublic> {
    match session.own_visibility(own) {
        Some(Visibility::All) => Ok(()),
        other => Err(NotPublic {
            visibility: other.cloned(),
        }),
    }
}
