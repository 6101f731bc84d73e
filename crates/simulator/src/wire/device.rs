//! Devices and agent states on the wire (`gws/core.md` 4.3 and 5.1).

use serde_json::{Value, json};

use crate::world::{AgentState, DeviceKey, DeviceKind, Pause, PersonKey, World};

/// Ids of the agent states every centre has.
const READY: &str = "9430250E-0A1B-421F-B372-F29E69366DED";
const NOT_READY: &str = "900D55CC-2BB0-431F-8BF9-D3525B383BE6";
const AFTER_CALL_WORK: &str = "D3663509-3D82-4DD3-A82E-2EA8EFA02AEF";
const AUX_WORK: &str = "2B36138D-C564-4562-A8CB-3C32D564F296";
/// The lower-case f is how real servers spell it.
const OFFLINE: &str = "0F7F5003-EF26-4D13-A6Ef-D0C7EC819BEB";

impl World {
    /// The device as its own person sees it.
    pub(crate) fn own_device_resource(&self, device: DeviceKey, person: PersonKey) -> Value {
        self.device_resource(device, &self.device_capabilities(device, person))
    }

    /// The device as somebody sees it who looks it up.
    pub(crate) fn device_resource_for(&self, device: DeviceKey, viewer: PersonKey) -> Value {
        if self.device(device).person() == Some(viewer) && self.person(viewer).device == device {
            return self.own_device_resource(device, viewer);
        }
        self.device_resource(device, &self.capabilities_for_supervisor(device, viewer))
    }

    fn device_resource(&self, key: DeviceKey, capabilities: &[&str]) -> Value {
        let device = self.device(key);
        let registered = self.is_registered(key);
        let mut resource = json!({
            "id": device.id,
            "deviceState": if registered { "Active" } else { "Inactive" },
        });
        if registered {
            resource["userState"] = self.user_state(device.login.map(|login| login.state));
        }
        resource["phoneNumber"] = json!(device.number);
        resource["e164Number"] = json!(device.number);
        resource["telephonyNetwork"] = json!(if self.is_public(key) { "Public" } else { "Private" });
        resource["doNotDisturb"] = json!(on_off(device.do_not_disturb));
        if let Some(number) = &device.forward_to {
            resource["forwardTo"] = json!(number);
        }
        resource["voiceEnvironmentUri"] = json!(self.uri(&format!(
            "/voice-environments/{}",
            self.directory.voice_environment_id
        )));
        resource["capabilities"] = json!(capabilities);
        self.add_monitoring_state(&mut resource, key);
        self.spice(resource)
    }

    fn add_monitoring_state(&self, resource: &mut Value, key: DeviceKey) {
        let Some(monitoring) = self.device(key).monitoring else {
            return;
        };
        let order = monitoring.order;
        if self.faults.old_monitoring_state {
            resource["supervisorMonitoringState"] = json!(order.mode.name());
            resource["supervisorMonitoringMode"] = json!(order.extent.name());
            return;
        }
        resource["supervisorMonitoringState"] = json!({
            "state": order.mode.name(),
            "mode": order.extent.name(),
            "scope": order.scope.name(),
            "targetDeviceUri": self.uri(&format!("/devices/{}", self.device(order.target).id)),
        });
    }

    /// The administration view adds what kind of device it is.
    pub(crate) fn listed_device_resource(&self, key: DeviceKey, viewer: PersonKey) -> Value {
        let mut resource = self.device_resource_for(key, viewer);
        resource["type"] = json!(match self.device(key).kind {
            DeviceKind::AcdPosition => "ACDPosition",
            DeviceKind::Extension => "Extension",
        });
        let path = format!("/devices/{}", self.device(key).id);
        resource["uri"] = json!(self.uri(&path));
        resource["path"] = json!(path);
        resource
    }

    /// `userState` of a device; no state means nobody is logged in.
    fn user_state(&self, state: Option<AgentState>) -> Value {
        match state {
            None => json!({"id": OFFLINE, "displayName": "Offline", "state": "LoggedOut"}),
            // Transient: real servers send neither id nor name with it.
            Some(AgentState::LoggedIn) => json!({"state": "LoggedIn"}),
            Some(AgentState::Ready) => json!({"id": READY, "displayName": "Ready", "state": "Ready"}),
            Some(AgentState::NotReady(pause)) => self.pause(pause),
        }
    }

    fn pause(&self, pause: Pause) -> Value {
        match pause {
            Pause::Plain => json!({"id": NOT_READY, "displayName": "Not Ready", "state": "NotReady"}),
            Pause::AfterCallWork => json!({
                "id": AFTER_CALL_WORK, "displayName": "AfterCallWork", "state": "NotReady", "workMode": "AfterCallWork",
            }),
            Pause::AuxWork if self.faults.extra_fields => json!({
                "id": AUX_WORK, "displayName": "Pondering", "state": "Pondering", "workMode": "DeepThought",
            }),
            Pause::AuxWork => json!({
                "id": AUX_WORK, "displayName": "AuxWork", "state": "NotReady", "workMode": "AuxWork",
            }),
            Pause::OutToLunch => json!({
                "id": self.directory.lunch_state_id, "displayName": "Out to Lunch", "state": "NotReady", "reason": "Lunch",
            }),
        }
    }

    /// State of one multimedia channel, if the person is logged in to it.
    pub(crate) fn channel_resource(&self, person: PersonKey, channel: &str) -> Option<Value> {
        let media = self
            .person(person)
            .media
            .iter()
            .find(|media| media.name == channel)?;
        let state = if media.ready {
            AgentState::Ready
        } else {
            AgentState::NotReady(Pause::Plain)
        };
        Some(json!({"channel": media.name, "dndState": "Off", "userState": self.user_state(Some(state))}))
    }

    /// `settings/agent-states`: what a person may set their state to.
    pub(crate) fn agent_state_settings(&self) -> Value {
        let states = [
            (Some(AgentState::Ready), "Ready"),
            (Some(AgentState::NotReady(Pause::Plain)), "NotReady"),
            (Some(AgentState::NotReady(Pause::AfterCallWork)), "AfterCallWork"),
            (Some(AgentState::NotReady(Pause::AuxWork)), "AuxWork"),
            (Some(AgentState::NotReady(Pause::OutToLunch)), "OutToLunch"),
            (None, "Offline"),
        ];
        let item = |(state, operation): (Option<AgentState>, &str)| {
            let mut item = self.user_state(state);
            item["operationName"] = json!(operation);
            if state.is_none() {
                // Settings say Logout where the device says LoggedOut.
                item["state"] = json!("Logout");
            }
            item
        };
        states.into_iter().map(item).collect()
    }
}

fn on_off(on: bool) -> &'static str {
    if on { "On" } else { "Off" }
}
