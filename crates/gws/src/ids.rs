//! Identities: opaque, case-sensitive text (`gws/core.md 1.1`), one type per kind of thing so that none is taken for
//! another, and the URIs that carry them.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::reading::{FromWire, Reader};

macro_rules! opaque_id {
    ($($(#[$about:meta])* $name:ident;)+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The identity as the server wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromWire for $name {
            fn from_wire(reader: &Reader<'_>) -> Option<Self> {
                String::from_wire(reader).map(Self)
            }
        }
    )+};
}

opaque_id! {
    /// A device: a phone as GWS knows it.
    DeviceId;
    /// A person with a login. 32 hexadecimal digits on the servers seen.
    UserId;
    /// A call; the same for every party of it.
    CallId;
    /// A written session: an SMS session or a chat.
    SessionId;
    /// One entry in the list of those who take part in a written session. A person may have two of them.
    ParticipantId;
    /// A group of agents.
    GroupId;
    /// A back-end service of GWS, such as the link to the telephony switch.
    ServiceId;
    /// A feature a user may have: `api-voice`, `api-supervisor-monitoring` ...
    FeatureId;
    /// An entry of the directory. For an entry of type User it is also the user's id.
    ContactId;
}

/// The address of a resource, as the server wrote it.
///
/// One server goes by several host names (`localhost` in the request, `127.0.0.1` in the notification), so two URIs
/// are equal when their last path segments are (`gws/core.md 1.1`). What goes back to the server is the text it gave.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceUri(String);

impl ResourceUri {
    /// The address exactly as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last path segment, which is the id of the resource; without query, fragment and trailing slashes.
    pub fn id(&self) -> &str {
        let path = self
            .0
            .split(['?', '#'])
            .next()
            .unwrap_or_default()
            .trim_end_matches('/');
        path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether this is the address of the resource with this id.
    pub fn is(&self, id: impl AsRef<str>) -> bool {
        self.id() == id.as_ref()
    }
}

impl PartialEq for ResourceUri {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for ResourceUri {}

impl Hash for ResourceUri {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl From<&str> for ResourceUri {
    fn from(uri: &str) -> Self {
        Self(uri.to_owned())
    }
}

impl From<String> for ResourceUri {
    fn from(uri: String) -> Self {
        Self(uri)
    }
}

impl fmt::Display for ResourceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromWire for ResourceUri {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        String::from_wire(reader).map(Self)
    }
}
