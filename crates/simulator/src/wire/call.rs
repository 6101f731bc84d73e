//! Calls on the wire, as one device sees them (`gws/core.md` 5.3).

use serde_json::{Value, json};

use super::phone_number;
use crate::world::{CallKey, DeviceKey, World};

impl World {
    /// The call as seen from a device that takes part in it.
    pub(crate) fn call_resource(&self, key: CallKey, device: DeviceKey) -> Option<Value> {
        let call = self.call(key)?;
        let leg = call.leg(device)?;
        let path = format!("/calls/{}", call.id);
        let seconds = self.now().saturating_sub(leg.since).as_secs();
        let mut resource = json!({
            "id": call.id,
            "callUuid": call.id,
            "connId": call.connection_id,
            "state": leg.state.name(),
            "deviceUri": self.uri(&format!("/devices/{}", self.device(device).id)),
            "uri": self.uri(&format!("/me{path}")),
            "path": path,
        });
        let participants = self.participants(key, device);
        let described: Vec<_> = participants.iter().map(|number| phone_number(number)).collect();
        if self.faults.old_participants {
            resource["participants"] = json!(participants);
            resource["participantsInfo"] = json!(described);
        } else {
            resource["participants"] = json!(described);
        }
        if let Some(ani) = &call.ani {
            resource["ani"] = json!(ani);
        }
        resource["dnis"] = json!(call.dnis);
        resource["callType"] = json!(if self.faults.extra_fields {
            "Holographic"
        } else {
            call.call_type.name()
        });
        resource["capabilities"] = json!(self.call_capabilities(key, device));
        if !call.user_data.is_empty() {
            resource["userData"] = json!(call.user_data);
        }
        resource["duration"] = json!(seconds.to_string());
        resource["mute"] = json!(if leg.muted { "On" } else { "Off" });
        resource["recordingState"] = json!(call.recording.name());
        resource["supervisorListeningIn"] = json!(self.supervisor_listens_in(key, device));
        resource["monitoredUserMuted"] = json!(self.shows_muted(key, device));
        resource["monitoring"] = json!(leg.monitor().is_some());
        if let Some(monitor) = leg.monitor() {
            resource["supervisorMonitoringState"] = json!({"state": monitor.mode.name()});
        }
        Some(self.spice(resource))
    }

    /// The flag is seen by the two it concerns: the supervisor and the monitored agent.
    fn shows_muted(&self, call: CallKey, device: DeviceKey) -> bool {
        let concerned = self
            .call(call)
            .and_then(|call| call.monitor_leg())
            .is_some_and(|(leg, monitor)| leg.device() == Some(device) || monitor.target == Some(device));
        concerned && self.monitored_user_muted(call) == Some(true)
    }
}
