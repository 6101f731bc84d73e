//! What surrounds the people: contacts, groups, services, the server's version and the states it offers
//! (`gws/core.md 2.6, 2.7, 4.1`).

use std::fmt;

use crate::ids::{ContactId, GroupId, ServiceId, UserId};
use crate::reading::{FromWire, Reader};
use crate::vocabulary::{AgentStateKind, ContactKind, ServiceState, WorkMode};

/// A group of agents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its identity.
    pub id: GroupId,
    /// Its name; the id where the server gives none.
    pub name: String,
    /// What kind of group: `BusinessUnit` holds agents.
    pub kind: Option<String>,
}

impl FromWire for Group {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        let id: GroupId = reader.identity()?;
        let name = reader.get("name").unwrap_or_else(|| id.to_string());
        Some(Self {
            id,
            name,
            kind: reader.get("type"),
        })
    }
}

/// An entry of the directory. It carries no live state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its identity.
    pub id: ContactId,
    /// Its name.
    pub name: Option<String>,
    /// What kind of entry.
    pub kind: Option<ContactKind>,
    /// The login name of a person.
    pub user_name: Option<String>,
    /// The first name of a person.
    pub first_name: Option<String>,
    /// The last name of a person.
    pub last_name: Option<String>,
    /// Its numbers, in the server's order.
    pub phone_numbers: Vec<String>,
}

impl Contact {
    /// The user this entry stands for, if it stands for one.
    pub fn user_id(&self) -> Option<UserId> {
        (self.kind == Some(ContactKind::User)).then(|| UserId::from(self.id.as_str()))
    }
}

impl FromWire for Contact {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        Some(Self {
            id: reader.identity()?,
            name: reader.get("name"),
            kind: reader.get("type"),
            user_name: reader.get("userName"),
            first_name: reader.get("firstName"),
            last_name: reader.get("lastName"),
            phone_numbers: phone_numbers(reader),
        })
    }
}

/// One number in 8.5.0, a list of objects in 8.5.2 (`gws/core.md 4.1`).
fn phone_numbers(contact: &Reader<'_>) -> Vec<String> {
    let several: Option<Vec<ListedNumber>> = contact.get("phoneNumbers");
    let one = contact.get("phoneNumber").map(ListedNumber);
    let mut known = Vec::new();
    for ListedNumber(number) in several.unwrap_or_default().into_iter().chain(one) {
        if !known.contains(&number) {
            known.push(number);
        }
    }
    known
}

/// A number of the directory, from plain text or from an object around it.
struct ListedNumber(String);

impl FromWire for ListedNumber {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        if let Some(number) = reader.as_text() {
            return (!number.is_empty()).then_some(Self(number));
        }
        reader.object()?;
        reader.get("phoneNumber").map(Self)
    }
}

/// A back-end service of GWS (`gws/core.md 2.6`). The one of type `Voice` is the link to the switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its identity; for `Voice` the id of a device's voice environment.
    pub id: ServiceId,
    /// Its name; the id where the server gives none.
    pub name: String,
    /// What it is for: `Voice`, `MultiMediaState`, `Provisioning` ...
    pub kind: Option<String>,
    /// Whether it works.
    pub state: Option<ServiceState>,
}

impl FromWire for Service {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        let id: ServiceId = reader.identity()?;
        let name = reader.get("name").unwrap_or_else(|| id.to_string());
        Some(Self {
            id,
            name,
            kind: reader.get("type"),
            state: reader.get("state"),
        })
    }
}

/// A state the contact centre offers to its agents (`gws/core.md 4.3`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentStateSetting {
    /// The operation that asks for it, for [`Operation::SetState`](crate::Operation::SetState).
    pub operation_name: String,
    /// Its identity.
    pub id: Option<String>,
    /// Its name for people.
    pub display_name: Option<String>,
    /// What it means.
    pub state: Option<AgentStateKind>,
    /// The switch's own word for not ready.
    pub work_mode: Option<WorkMode>,
}

impl FromWire for AgentStateSetting {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        let Some(operation_name) = reader.get("operationName") else {
            reader.note("an object with an operationName");
            return None;
        };
        Some(Self {
            operation_name,
            id: reader.get("id"),
            display_name: reader.get("displayName"),
            state: reader.get("state"),
            work_mode: reader.get("workMode"),
        })
    }
}

/// The server's version as it writes it: `8.5.202.96`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// The version's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromWire for Version {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        String::from_wire(reader).map(Self)
    }
}
