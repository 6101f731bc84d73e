//! Users: the people with a login, and what the server tells about them when asked (`gws/core.md 2.3-2.5`).

use crate::call::Call;
use crate::device::{Device, UserState};
use crate::directory::Group;
use crate::ids::{FeatureId, ResourceUri, UserId};
use crate::reading::{FromWire, Reader};
use crate::vocabulary::{Role, Switch};

/// A person with a login.
///
/// The lists are sub-resources: `None` when the server did not send them, which says nothing about whether there are
/// any. An empty list does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their identity.
    pub id: UserId,
    /// The login name.
    pub user_name: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The mail address.
    pub email: Option<String>,
    /// The number the company gave them.
    pub employee_id: Option<String>,
    /// What they may do. A supervisor needs the role and the feature (`gws/core.md 2.5`).
    pub roles: Vec<Role>,
    /// Whether the account is in use.
    pub enabled: Option<bool>,
    /// Their phones.
    pub devices: Option<Vec<Device>>,
    /// Their calls.
    pub calls: Option<Vec<Call>>,
    /// The groups they belong to.
    pub groups: Option<Vec<Group>>,
    /// The features they have.
    pub features: Option<Vec<Feature>>,
    /// Their written channels. The key is absent, not empty, while none is logged in; voice is never among them.
    pub channels: Option<Vec<ChannelState>>,
    /// Their address.
    pub uri: Option<ResourceUri>,
}

impl User {
    /// What to call them: the full name, else the login name, else the id.
    pub fn display_name(&self) -> String {
        let parts = [self.first_name.as_deref(), self.last_name.as_deref()];
        let full: Vec<&str> = parts.into_iter().flatten().collect();
        if full.is_empty() {
            self.user_name.clone().unwrap_or_else(|| self.id.to_string())
        } else {
            full.join(" ")
        }
    }

    /// Whether they have this role.
    pub fn has_role(&self, role: &Role) -> bool {
        self.roles.contains(role)
    }

    /// Whether they have this feature; `None` when the server did not list features.
    pub fn has_feature(&self, feature: &str) -> Option<bool> {
        self.features
            .as_ref()
            .map(|features| features.iter().any(|listed| listed.id.as_str() == feature))
    }
}

impl FromWire for User {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        Some(Self {
            id: reader.identity()?,
            user_name: reader.get("userName"),
            first_name: reader.get("firstName"),
            last_name: reader.get("lastName"),
            email: reader.get("emailAddress"),
            employee_id: reader.get("employeeId"),
            roles: reader.get("roles").unwrap_or_default(),
            enabled: reader.get("enabled"),
            devices: reader.get("devices"),
            calls: reader.get("calls"),
            groups: reader.get("groups"),
            features: reader.get("features"),
            channels: reader.get("channels").or_else(|| reader.get("channelStates")),
            uri: reader.get("uri"),
        })
    }
}

/// Something a user was given to use (`gws/core.md 2.5`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Its name on the wire: `api-supervisor-monitoring`.
    pub id: FeatureId,
    /// Its name for people.
    pub display_name: Option<String>,
}

impl FromWire for Feature {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        Some(Self {
            id: reader.identity()?,
            display_name: reader.get("displayName"),
        })
    }
}

/// The state of a person in one channel (`gws/core.md 4.4`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelState {
    /// The channel: `chat`, `email`, `multimedia` ...
    pub channel: String,
    /// Whether interactions are kept away.
    pub do_not_disturb: Option<Switch>,
    /// The person in it.
    pub user_state: Option<UserState>,
}

impl FromWire for ChannelState {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        let Some(channel) = reader.get("channel") else {
            reader.note("an object with a channel");
            return None;
        };
        let do_not_disturb = reader.get("dndState").or_else(|| reader.get("doNotDisturb"));
        Some(Self {
            channel,
            do_not_disturb,
            user_state: reader.get("userState"),
        })
    }
}
