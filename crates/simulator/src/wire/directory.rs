//! Groups, contacts, features, services, settings and statistics on the wire (`gws/core.md` 2.5 to 2.7, 4.1, 4.5).

use serde_json::{Value, json};

use crate::world::{GroupKey, PersonKey, QUEUES, World};

/// Features of the contract's voice part with their display names.
pub(crate) const FEATURES: [(&str, &str); 5] = [
    ("api-voice", "Voice API"),
    ("api-voice-recording", "Voice Recording API"),
    ("api-multimedia", "Multimedia API"),
    ("api-supervisor-monitoring", "Supervisor Monitoring API"),
    ("api-supervisor-agent-control", "Supervisor Agent Control API"),
];

/// A feature by its id.
pub(crate) fn feature_resource(world: &World, id: &str) -> Option<Value> {
    let (id, name) = FEATURES.into_iter().find(|(known, _)| *known == id)?;
    let path = format!("/features/{id}");
    Some(json!({
        "id": id,
        "displayName": name,
        "description": name,
        "autoAssignOnContactCenterCreate": true,
        "uri": world.uri(&path),
        "path": path,
    }))
}

impl World {
    pub(crate) fn group_resource(&self, key: GroupKey) -> Value {
        let group = &self.directory.groups[key.0];
        let path = format!("/groups/{}", group.id);
        json!({
            "id": group.id,
            "name": group.name,
            "type": "BusinessUnit",
            "contains": ["users", "skills", "queues"],
            "uri": self.uri(&path),
            "path": path,
        })
    }

    /// The directory entry of a person: who they are and their number, never their state.
    pub(crate) fn contact_resource(&self, key: PersonKey) -> Value {
        let person = self.person(key);
        let path = format!("/contacts/{}", person.id);
        json!({
            "id": person.id,
            "name": person.full_name(),
            "type": "User",
            "userName": person.user_name,
            "firstName": person.first_name,
            "lastName": person.last_name,
            "employeeId": person.employee_id,
            "phoneNumbers": [{
                "phoneNumber": self.device(person.device).number,
                "description": "Office",
                "switchName": "SIP_P",
            }],
            "uri": self.uri(&path),
            "path": path,
        })
    }

    /// The queues of the directory. They can be called but not monitored.
    pub(crate) fn queue_contact_resources(&self) -> Vec<Value> {
        let queue = |(name, number): (&str, &str)| {
            let path = format!("/contacts/{number}");
            json!({
                "id": number,
                "name": name,
                "type": "Queue",
                "phoneNumbers": [{"phoneNumber": number, "description": "Queue", "switchName": "SIP_P"}],
                "uri": self.uri(&path),
                "path": path,
            })
        };
        QUEUES.into_iter().map(queue).collect()
    }

    /// The services. The voice service has the id of the voice environment.
    pub(crate) fn service_resources(&self) -> Vec<Value> {
        let [provisioning, media_state, media_content] = &self.directory.service_ids;
        let media = !self.faults.multimedia_inactive;
        let services = [
            (provisioning, "Provisioning", "Provisioning", true),
            (
                &self.directory.voice_environment_id,
                "SIP_P",
                "Voice",
                !self.faults.voice_inactive,
            ),
            (media_state, "InteractionServer", "MultiMediaState", media),
            (media_content, "UCS", "MultiMediaContent", media),
        ];
        let resource = |(id, name, kind, active): (&String, &str, &str, bool)| {
            let path = format!("/services/{id}");
            json!({
                "id": id,
                "name": name,
                "type": kind,
                "state": if active { "Active" } else { "Inactive" },
                "uri": self.uri(&path),
                "path": path,
            })
        };
        services.into_iter().map(resource).collect()
    }

    /// Settings of a group; nothing when there is no such group.
    pub(crate) fn settings_resource(&self, group: &str) -> Option<Value> {
        match group {
            "general-settings" => {
                Some(json!({"countryCode": "US", "countryDigits": "1", "countryName": "United States"}))
            }
            "agent-states" => Some(self.agent_state_settings()),
            "reporting" | "voice" | "voice-operations" => Some(json!({})),
            _ => None,
        }
    }

    /// The statistics of a user. Names are site specific on a real server; these are this floor's.
    pub(crate) fn statistics_resource(&self, key: PersonKey) -> Value {
        let person = self.person(key);
        let time = self.epoch_ms();
        let device = self.device(person.device);
        json!([
            {"statistic": "numAnsweredCalls", "value": device.answered, "time": time},
            {"statistic": "numCurrentCalls", "value": device.calls.len(), "time": time},
        ])
    }
}
