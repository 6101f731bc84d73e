//! Written sessions as each participant sees them (`gws/digital.md 2.6`).

use serde_json::{Map, Value};

use crate::capabilities::Capabilities;
use crate::digital::medium::{Medium, SessionAddress};
use crate::ids::{ParticipantId, ResourceUri, SessionId, UserId};
use crate::reading::{FromWire, Reader};
use crate::vocabulary::{ParticipantType, SessionState, Visibility};

/// An SMS session or a chat.
///
/// A notification may carry only a part of it (`gws/digital.md 2.8`): `None` says nothing, so what was known stays;
/// see [`Session::then`]. An empty list is a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its identity.
    pub id: SessionId,
    /// Where it stands.
    pub state: Option<SessionState>,
    /// Its address.
    pub uri: Option<ResourceUri>,
    /// Where it comes from: `Inbound` is what has been seen. An SMS session has it under this name too.
    pub chat_type: Option<String>,
    /// When it came in, as the server writes it.
    pub received_date: Option<String>,
    /// Who takes part, ourselves among them.
    pub participants: Option<Vec<Participant>>,
    /// What may be asked of it now. It is not to be trusted with who reads what: servers list `SendMessage` for a
    /// coach (`gws/digital.md 2.5`).
    pub capabilities: Option<Capabilities>,
    /// What the contact centre attached to the session: customer data, to be treated as hostile text.
    pub user_data: Option<Map<String, Value>>,
}

impl Session {
    /// Which session this is.
    pub fn address(&self, medium: Medium) -> SessionAddress {
        SessionAddress {
            medium,
            id: self.id.clone(),
        }
    }

    /// Whether an operation of this name is listed as possible now. Servers spell some of them in two ways
    /// (`gws/digital.md 0.1`).
    pub fn lists(&self, operation: &str) -> bool {
        let alias = match operation {
            "SwitchToBargeIn" => Some("SwitchBargeIn"),
            "SetInFocus" => Some("InFocus"),
            _ => None,
        };
        self.capabilities.as_ref().is_some_and(|capabilities| {
            capabilities.lists(operation) || alias.is_some_and(|alias| capabilities.lists(alias))
        })
    }

    /// Who sees this user in the session: the ground on which anything public stands.
    ///
    /// `None` when it is not known: the user is not among the participants, or not legibly so, or twice and not the
    /// same both times (an agent who consults has two entries, `gws/digital.md 2.6`).
    pub fn own_visibility(&self, own: &UserId) -> Option<&Visibility> {
        let mut entries = self.entries_of(own).map(|entry| entry.visibility.as_ref());
        let first = entries.next()??;
        entries.all(|other| other == Some(first)).then_some(first)
    }

    /// The entries of this user among the participants.
    pub fn entries_of(&self, user: &UserId) -> impl Iterator<Item = &Participant> {
        self.participants
            .iter()
            .flatten()
            .filter(move |participant| participant.is(user))
    }

    /// What is known after a later word on the same session: all that it says, and what it leaves unsaid as before.
    #[must_use]
    pub fn then(self, later: Self) -> Self {
        Self {
            id: later.id,
            state: later.state.or(self.state),
            uri: later.uri.or(self.uri),
            chat_type: later.chat_type.or(self.chat_type),
            received_date: later.received_date.or(self.received_date),
            participants: later.participants.or(self.participants),
            capabilities: later.capabilities.or(self.capabilities),
            user_data: later.user_data.or(self.user_data),
        }
    }
}

impl FromWire for Session {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        Some(Self {
            id: reader.identity()?,
            state: reader.get("state"),
            uri: reader.get("uri"),
            chat_type: reader.get("chatType"),
            received_date: reader.get("receivedDate"),
            participants: reader.get("participants"),
            capabilities: reader.get("capabilities"),
            user_data: reader.get("userData"),
        })
    }
}

/// Somebody in a written session, or the sender of a message. Any part may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Participant {
    /// The identity of this entry, not of the person.
    pub id: Option<ParticipantId>,
    /// Who it is.
    pub kind: Option<ParticipantType>,
    /// What the others call them. Theirs to choose: hostile text, where a customer chose it.
    pub nickname: Option<String>,
    /// Who sees them.
    pub visibility: Option<Visibility>,
    /// The address of the user; customers have none.
    pub uri: Option<ResourceUri>,
}

impl Participant {
    /// Whether this is this user.
    pub fn is(&self, user: &UserId) -> bool {
        self.uri.as_ref().is_some_and(|uri| uri.is(user))
    }
}

impl FromWire for Participant {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        reader.object()?;
        Some(Self {
            id: reader.get("participantId"),
            kind: reader.get("type"),
            nickname: reader.get("nickname"),
            visibility: reader.get("visibility"),
            uri: reader.get("uri"),
        })
    }
}
