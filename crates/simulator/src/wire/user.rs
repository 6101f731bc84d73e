//! Users and what can be read with them (`gws/core.md` 1.2, 2.3 and 4.1).

use serde_json::{Value, json};

use super::directory::feature_resource;
use crate::world::written::Medium;
use crate::world::{GroupKey, PersonKey, World};

/// Which sub-collections of a user a request wants inline.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Subresources(Vec<String>);

impl Subresources {
    /// From the `subresources` parameter: a comma list, `*` for all.
    pub(crate) fn parse(text: &str) -> Self {
        let mut names: Vec<_> = text.split(',').map(|name| name.trim().to_owned()).collect();
        names.retain(|name| !name.is_empty());
        names.sort();
        names.dedup();
        Self(names)
    }

    fn wants(&self, name: &str) -> bool {
        self.0.iter().any(|wanted| wanted == name || wanted == "*")
    }

    /// The names, for a `fields` selection that must not cut them off.
    pub(crate) fn names(&self) -> &[String] {
        &self.0
    }
}

impl World {
    /// A user as this viewer may see them. Calls, features and settings are only shown to the user themselves.
    pub(crate) fn user_resource(&self, key: PersonKey, viewer: PersonKey, wanted: &Subresources) -> Value {
        let person = self.person(key);
        let path = format!("/users/{}", person.id);
        let roles = if person.is_supervisor() {
            json!(["ROLE_AGENT", "ROLE_SUPERVISOR"])
        } else {
            json!(["ROLE_AGENT"])
        };
        let mut user = json!({
            "id": person.id,
            "userName": person.user_name,
            "firstName": person.first_name,
            "lastName": person.last_name,
            "emailAddress": format!("{}@practice.example", person.user_name),
            "employeeId": person.employee_id,
            "roles": roles,
            "enabled": true,
            "changePasswordOnFirstLogin": false,
            "contactCenterId": self.directory.contact_center_id,
        });
        let sees_devices =
            key == viewer || (self.person(viewer).is_supervisor() && !self.faults.devices_forbidden);
        if wanted.wants("devices") && sees_devices {
            user["devices"] = json!(self.device_resources_of(key, viewer));
        }
        if wanted.wants("skills") {
            user["skills"] = json!(self.skill_resources_of(key));
        }
        if wanted.wants("groups") {
            user["groups"] = json!(self.group_resources_of(key));
        }
        if wanted.wants("channels") && !person.media.is_empty() {
            let channels = self.channel_resources_of(key);
            user["channels"] = json!(channels);
            user["channelStates"] = json!(channels);
        }
        self.add_foreign_sessions(&mut user, key, viewer, wanted);
        if key == viewer {
            self.add_private_subresources(&mut user, key, wanted);
        }
        user["uri"] = json!(self.uri(&path));
        user["path"] = json!(path);
        self.spice(user)
    }

    /// The sessions an agent has, for a supervisor who looks for one to join. Absent, not empty, without any.
    fn add_foreign_sessions(
        &self,
        user: &mut Value,
        key: PersonKey,
        viewer: PersonKey,
        wanted: &Subresources,
    ) {
        if key == viewer || !self.person(viewer).is_supervisor() || self.faults.foreign_sessions_hidden {
            return;
        }
        for medium in Medium::ALL {
            if wanted.wants(medium.collection()) {
                let sessions = self.foreign_session_resources_of(key, medium, viewer);
                if !sessions.is_empty() {
                    user[medium.collection()] = json!(sessions);
                }
            }
        }
    }

    fn add_private_subresources(&self, user: &mut Value, key: PersonKey, wanted: &Subresources) {
        if wanted.wants("calls") {
            user["calls"] = json!(self.call_resources_of(key));
        }
        for medium in Medium::ALL {
            if wanted.wants(medium.collection()) {
                user[medium.collection()] = json!(self.session_resources_of(key, medium));
            }
        }
        if wanted.wants("interactions") {
            user["interactions"] = json!([]);
        }
        if wanted.wants("features") {
            user["features"] = json!(self.feature_resources_of(key));
        }
        if wanted.wants("settings") {
            user["settings"] = json!({"interaction-workspace": {}});
        }
    }

    /// The person's device, unless somebody else is logged in on it.
    pub(crate) fn device_resources_of(&self, key: PersonKey, viewer: PersonKey) -> Vec<Value> {
        let device = self.person(key).device;
        let theirs = self.device(device).login.is_none_or(|login| login.person == key);
        theirs
            .then(|| self.device_resource_for(device, viewer))
            .into_iter()
            .collect()
    }

    pub(crate) fn call_resources_of(&self, key: PersonKey) -> Vec<Value> {
        let device = self.person(key).device;
        if self.device(device).person() != Some(key) {
            return Vec::new();
        }
        self.device(device)
            .calls
            .iter()
            .filter_map(|call| self.call_resource(*call, device))
            .collect()
    }

    pub(crate) fn channel_resources_of(&self, key: PersonKey) -> Vec<Value> {
        self.person(key)
            .media
            .iter()
            .filter_map(|media| self.channel_resource(key, &media.name))
            .collect()
    }

    pub(crate) fn skill_resources_of(&self, key: PersonKey) -> Vec<Value> {
        let skills = self.person(key).skills.iter();
        skills
            .map(|(index, level)| {
                let skill = &self.directory.skills[*index];
                let path = format!("/skills/{}", skill.id);
                // The level is a string on the wire.
                json!({"id": skill.id, "name": skill.name, "level": level.to_string(), "uri": self.uri(&path), "path": path})
            })
            .collect()
    }

    /// An agent's own group; a supervisor is shown every group.
    pub(crate) fn group_resources_of(&self, key: PersonKey) -> Vec<Value> {
        let groups = match self.person(key).group {
            Some(group) => group.0..group.0 + 1,
            None => 0..self.directory.groups.len(),
        };
        groups.map(|index| self.group_resource(GroupKey(index))).collect()
    }

    pub(crate) fn feature_ids_of(&self, key: PersonKey) -> Vec<&'static str> {
        let mut ids = vec!["api-voice", "api-voice-recording"];
        let without = |name: &String| self.find_person(name) == Some(key);
        if !self.faults.without_multimedia.iter().any(without) {
            ids.push("api-multimedia");
        }
        if self.person(key).monitoring_feature {
            ids.push("api-supervisor-monitoring");
        }
        if self.person(key).is_supervisor() {
            ids.push("api-supervisor-agent-control");
        }
        ids
    }

    pub(crate) fn feature_resources_of(&self, key: PersonKey) -> Vec<Value> {
        self.feature_ids_of(key)
            .into_iter()
            .filter_map(|id| feature_resource(self, id))
            .collect()
    }
}
