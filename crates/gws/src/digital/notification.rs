//! What the server pushes about written sessions (`gws/digital.md 2.8`).

use crate::digital::medium::{Medium, SessionAddress};
use crate::digital::message::Message;
use crate::digital::session::Session;
use crate::ids::{ResourceUri, SessionId};
use crate::reading::Reader;
use crate::vocabulary::SessionNotificationType;

/// One pushed message about SMS sessions or chats.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one is handled at a time, and a box would only hide the session"
)]
pub enum DigitalNotification {
    /// A session changed. What is not in it stays as it was; see [`Session::then`].
    SessionChanged {
        /// What kind of session.
        medium: Medium,
        /// What is said of it.
        session: Session,
        /// What changed. A message that does not say is taken as a `StatusChange`.
        notification_type: SessionNotificationType,
        /// The mark of the request that caused it.
        reference_id: Option<i64>,
    },
    /// Something was written, or happened. May repeat what is known, in any order.
    MessagesAdded {
        /// In which session.
        session: SessionAddress,
        /// The messages, in the server's order.
        messages: Vec<Message>,
    },
    /// Something we asked for went wrong after it was accepted.
    Error {
        /// What kind of session it is about.
        medium: Medium,
        /// Which session, where the message says so; often it only has a mark.
        session: Option<SessionId>,
        /// The explanation.
        message: Option<String>,
        /// The mark of the request that failed.
        reference_id: Option<i64>,
    },
}

impl DigitalNotification {
    /// What kind of session it is about.
    pub fn medium(&self) -> Medium {
        match self {
            Self::SessionChanged { medium, .. } | Self::Error { medium, .. } => *medium,
            Self::MessagesAdded { session, .. } => session.medium,
        }
    }
}

/// Understands a message if it is about a written session. Its type decides, on whatever topic it comes; the topic
/// only where there is no type.
pub(crate) fn understand(
    channel: &str,
    message_type: Option<&str>,
    message: &Reader<'_>,
) -> Option<DigitalNotification> {
    let of_type = |kind| {
        Medium::ALL
            .into_iter()
            .find(|medium| medium.names().change == kind)
    };
    let of_topic = Medium::ALL
        .into_iter()
        .find(|medium| medium.topics().contains(&channel));
    match message_type {
        Some("MessageLogUpdated") => messages(message),
        Some("ErrorMessage") => {
            let about = session_named(message).map(|session| session.medium);
            Some(error(about.or(of_topic)?, message))
        }
        Some(kind) => match of_type(kind) {
            Some(medium) => change(medium, message),
            None => explained(of_topic?, message),
        },
        None => change(of_topic?, message).or_else(|| messages(message)),
    }
}

fn change(medium: Medium, message: &Reader<'_>) -> Option<DigitalNotification> {
    let notification_type = message
        .get("notificationType")
        .unwrap_or(SessionNotificationType::StatusChange);
    if notification_type == SessionNotificationType::Error {
        return Some(error(medium, message));
    }
    let Some(session) = message.get(medium.names().resource) else {
        return explained(medium, message);
    };
    Some(DigitalNotification::SessionChanged {
        medium,
        session,
        notification_type,
        reference_id: message.get("referenceId"),
    })
}

/// A message log is the same for every medium, and only the name of its session tells which it is. Messages without
/// a session are nobody's.
fn messages(message: &Reader<'_>) -> Option<DigitalNotification> {
    Some(DigitalNotification::MessagesAdded {
        session: session_named(message)?,
        messages: message.get("messages")?,
    })
}

fn explained(medium: Medium, message: &Reader<'_>) -> Option<DigitalNotification> {
    message
        .get::<String>("errorMessage")
        .map(|_| error(medium, message))
}

fn error(medium: Medium, message: &Reader<'_>) -> DigitalNotification {
    let whole = message
        .get::<Session>(medium.names().resource)
        .map(|session| session.id);
    let named = || session_named(message).filter(|session| session.medium == medium);
    DigitalNotification::Error {
        medium,
        session: whole.or_else(|| named().map(|session| session.id)),
        message: message.get("errorMessage"),
        reference_id: message.get("referenceId"),
    }
}

/// The session that a message names by its address or its path; the id is the last segment of either.
fn session_named(message: &Reader<'_>) -> Option<SessionAddress> {
    let of = |medium: Medium| {
        let id = |key| {
            let uri: ResourceUri = message.get(key)?;
            Some(uri.id().to_owned()).filter(|id| !id.is_empty())
        };
        let names = medium.names();
        let id = id(names.uri).or_else(|| id(names.path))?;
        Some(SessionAddress {
            medium,
            id: SessionId::from(id),
        })
    };
    Medium::ALL.into_iter().find_map(of)
}
