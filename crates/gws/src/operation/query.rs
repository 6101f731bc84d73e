//! What we read from the server (`gws/core.md 1.2, 4.1`).

use crate::digital::{Medium, SessionAddress};
use crate::ids::{DeviceId, UserId};

use super::request::{Method, Request, own_session, segment};

/// Something to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Ourselves, with these sub-resources (`devices`, `calls`, `features` ...); `*` stands for all.
    Me {
        /// The sub-resources; none when empty.
        subresources: Vec<String>,
    },
    /// Our calls.
    MyCalls,
    /// Our devices.
    MyDevices,
    /// Everybody.
    Users {
        /// The properties; `*` for all, only addresses when empty.
        fields: Vec<String>,
        /// The sub-resources of each; none when empty.
        subresources: Vec<String>,
    },
    /// One person with everything there is about them.
    User(UserId),
    /// The devices of one person.
    UserDevices(UserId),
    /// The directory.
    Contacts,
    /// The people in the directory.
    ContactsOfUsers,
    /// The groups of agents we belong to.
    MyGroups,
    /// All groups of agents.
    Groups,
    /// The services behind GWS.
    Services,
    /// The server's version.
    Version,
    /// The states the contact centre offers.
    AgentStates,
    /// One device.
    Device(DeviceId),
    /// Our written sessions (`gws/digital.md 2.1`).
    MySessions(Medium),
    /// The written sessions of one person. No page documents it: a server may not know it (`gws/digital.md 2.3`).
    UserSessions {
        /// Whose.
        user: UserId,
        /// Of which kind.
        medium: Medium,
    },
    /// One of our written sessions.
    Session(SessionAddress),
    /// The transcript of one of our written sessions, or a part of it (`gws/digital.md 2.7`).
    Messages {
        /// The session.
        session: SessionAddress,
        /// The index to start at; the server's when not given.
        start_index: Option<u64>,
        /// How many; as many as the server likes when not given.
        count: Option<u64>,
    },
    /// A part of a list. No page names the parameters: a server may ignore them, or take them for a filter
    /// (`gws/core.md 1.2`, `gws/digital.md 1.2`).
    Part {
        /// The list.
        of: Box<Query>,
        /// How many entries at most.
        limit: usize,
        /// How many to leave out at its beginning.
        offset: usize,
    },
}

impl Query {
    /// [`Query::Me`] with these sub-resources.
    pub fn me<S: Into<String>>(subresources: impl IntoIterator<Item = S>) -> Self {
        Self::Me {
            subresources: subresources.into_iter().map(Into::into).collect(),
        }
    }

    /// [`Query::Users`] with every property and these sub-resources.
    pub fn users<S: Into<String>>(subresources: impl IntoIterator<Item = S>) -> Self {
        Self::Users {
            fields: vec!["*".to_owned()],
            subresources: subresources.into_iter().map(Into::into).collect(),
        }
    }

    /// The request that reads it.
    pub fn request(&self) -> Request {
        Request {
            method: Method::Get,
            path: self.path(),
            query: self.parameters(),
            body: None,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Me { .. } => "/me".to_owned(),
            Self::MyCalls => "/me/calls".to_owned(),
            Self::MyDevices => "/me/devices".to_owned(),
            Self::MyGroups => "/me/groups".to_owned(),
            Self::Users { .. } => "/users".to_owned(),
            Self::User(id) => format!("/users/{}", segment(id.as_str())),
            Self::UserDevices(id) => format!("/users/{}/devices", segment(id.as_str())),
            Self::Contacts | Self::ContactsOfUsers => "/contacts".to_owned(),
            Self::Groups => "/groups".to_owned(),
            Self::Services => "/services".to_owned(),
            Self::Version => "/diagnostics/version".to_owned(),
            Self::AgentStates => "/settings/agent-states".to_owned(),
            Self::Device(id) => format!("/devices/{}", segment(id.as_str())),
            Self::MySessions(medium) => format!("/me/{}", medium.names().collection),
            Self::UserSessions { user, medium } => {
                format!("/users/{}/{}", segment(user.as_str()), medium.names().collection)
            }
            Self::Session(session) => own_session(session),
            Self::Messages { session, .. } => format!("{}/messages", own_session(session)),
            Self::Part { of, .. } => of.path(),
        }
    }

    fn parameters(&self) -> Vec<(String, String)> {
        if let Self::Part { of, limit, offset } = self {
            let part = [("limit", limit), ("offset", offset)]
                .map(|(key, value)| (key.to_owned(), value.to_string()));
            return of.parameters().into_iter().chain(part).collect();
        }
        let pairs = match self {
            Self::Me { subresources } => vec![("subresources", subresources.join(","))],
            Self::Users { fields, subresources } => {
                vec![
                    ("fields", fields.join(",")),
                    ("subresources", subresources.join(",")),
                ]
            }
            Self::User(_) => vec![("subresources", "*".to_owned())],
            Self::MyCalls
            | Self::MyDevices
            | Self::UserDevices(_)
            | Self::Contacts
            | Self::Services
            | Self::MySessions(_)
            | Self::UserSessions { .. } => vec![("fields", "*".to_owned())],
            Self::Messages {
                start_index, count, ..
            } => {
                let optional = [("startIndex", start_index), ("count", count)];
                optional
                    .into_iter()
                    .filter_map(|(key, value)| Some((key, value.as_ref()?.to_string())))
                    .collect()
            }
            Self::ContactsOfUsers => of_type("User"),
            Self::MyGroups | Self::Groups => of_type("BusinessUnit"),
            Self::Version | Self::AgentStates | Self::Device(_) | Self::Session(_) | Self::Part { .. } => {
                Vec::new()
            }
        };
        let chosen = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        chosen.map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

fn of_type(kind: &str) -> Vec<(&'static str, String)> {
    vec![("type", kind.to_owned()), ("fields", "*".to_owned())]
}
