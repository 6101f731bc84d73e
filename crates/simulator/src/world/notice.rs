//! What the floor tells people: notifications rendered at the moment of the change, so that several changes in
//! one operation are seen one by one.

use serde_json::{Value, json};

use super::{CallKey, DeviceKey, Medium, PersonKey, World};
use crate::faults::Faults;

/// CometD topics (`gws/core.md` 6.4, `gws/digital.md` 2.8 and 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    Devices,
    Calls,
    Channels,
    Services,
    Written(Medium),
}

impl Topic {
    pub(crate) fn channel(self, faults: &Faults) -> &str {
        match self {
            Self::Devices => "/v2/me/devices",
            Self::Calls => "/v2/me/calls",
            Self::Channels => "/v2/me/channels",
            Self::Services => "/notifications/services",
            // Nobody has documented which of two it is.
            Self::Written(Medium::Sms) => &faults.sms_topic,
            Self::Written(Medium::Chat) => "/v2/me/chats",
        }
    }
}

/// One notification for one person.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    pub(crate) to: PersonKey,
    pub(crate) topic: Topic,
    pub(crate) data: Value,
}

/// `notificationType` of a call message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallEvent {
    StatusChange,
    ParticipantsUpdated,
    AttachedDataChanged,
    CallRecordingStateChange,
    MonitoredUserMutedStateChange,
    DtmfSent,
}

impl CallEvent {
    fn name(self) -> &'static str {
        match self {
            Self::StatusChange => "StatusChange",
            Self::ParticipantsUpdated => "ParticipantsUpdated",
            Self::AttachedDataChanged => "AttachedDataChanged",
            Self::CallRecordingStateChange => "CallRecordingStateChange",
            Self::MonitoredUserMutedStateChange => "MonitoredUserMutedStateChange",
            Self::DtmfSent => "DtmfSent",
        }
    }
}

impl World {
    /// Takes the notifications made so far, oldest first.
    pub(crate) fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    pub(super) fn notify(&mut self, to: PersonKey, topic: Topic, data: Value) {
        self.notices.push(Notice { to, topic, data });
        if self.faults.extra_fields {
            let data =
                json!({"messageType": "WeatherChangeMessage", "weather": {"outlook": "bright", "wind": 3}});
            self.notices.push(Notice { to, topic, data });
        }
    }

    /// The person who listens for this device. Nothing is rendered for people nobody is signed in as.
    fn listener(&self, device: DeviceKey) -> Option<PersonKey> {
        self.device(device)
            .person()
            .filter(|person| self.person(*person).signed_in)
    }

    /// Sends the device resource to its person.
    pub(crate) fn tell_device(&mut self, device: DeviceKey) {
        self.touch_device(device);
        if let Some(person) = self.listener(device) {
            self.tell_device_to(device, person);
        }
    }

    /// Sends the device resource to a person who is about to lose it, or has just lost it.
    pub(crate) fn tell_device_to(&mut self, device: DeviceKey, person: PersonKey) {
        self.touch_device(device);
        if !self.person(person).signed_in {
            return;
        }
        let resource = self.own_device_resource(device, person);
        let data = json!({"messageType": "DeviceStateChangeMessage", "devices": [resource]});
        self.notify(person, Topic::Devices, data);
    }

    /// Sends the call, as this device sees it, to the device's person.
    pub(crate) fn tell_call(&mut self, call: CallKey, device: DeviceKey, event: CallEvent) {
        if let Some(person) = self.listener(device)
            && let Some(resource) = self.call_resource(call, device)
        {
            self.tell_call_resource(person, device, event, &resource);
        }
    }

    /// Sends the same event to every device in the call.
    pub(crate) fn tell_everybody(&mut self, call: CallKey, event: CallEvent) {
        for device in self.call(call).map(super::Call::devices).unwrap_or_default() {
            self.tell_call(call, device, event);
        }
    }

    /// Sends the last message about a call: it is over for this device.
    pub(crate) fn tell_released(&mut self, call: CallKey, device: DeviceKey) {
        if let Some(person) = self.listener(device)
            && let Some(mut resource) = self.call_resource(call, device)
        {
            resource["state"] = json!("Released");
            resource["capabilities"] = json!([]);
            self.tell_call_resource(person, device, CallEvent::StatusChange, &resource);
        }
    }

    fn tell_call_resource(
        &mut self,
        person: PersonKey,
        device: DeviceKey,
        event: CallEvent,
        resource: &Value,
    ) {
        let mut data = json!({
            "messageType": "CallStateChangeMessage",
            "notificationType": event.name(),
            "call": resource,
            "phoneNumber": self.device(device).number,
        });
        if self.faults.extra_fields {
            data["extensions"] = json!({"WrapUpTime": 0, "BusinessCall": 1, "Mood": "calm"});
            data["metrics"] = self.metrics();
        }
        self.notify(person, Topic::Calls, data);
    }

    /// Sends the state of one multimedia channel to its person.
    pub(crate) fn tell_channel(&mut self, person: PersonKey, channel: &str) {
        self.touch_person(person);
        if !self.person(person).signed_in {
            return;
        }
        if let Some(resource) = self.channel_resource(person, channel) {
            let data = json!({"messageType": "ChannelStateChangeMessageV2", "channels": [resource]});
            self.notify(person, Topic::Channels, data);
        }
    }

    /// Tells everybody who is signed in about the services.
    pub(crate) fn tell_services(&mut self) {
        let listeners: Vec<_> = self
            .person_keys()
            .filter(|person| self.person(*person).signed_in)
            .collect();
        for person in listeners {
            let data =
                json!({"messageType": "ServiceStateChangeMessage", "services": self.service_resources()});
            self.notify(person, Topic::Services, data);
        }
    }

    /// Sends an asynchronous error about a device or one of its calls. The real one may carry no text.
    pub(crate) fn tell_error(&mut self, device: DeviceKey, topic: Topic, text: Option<&str>) {
        let Some(person) = self.listener(device) else {
            return;
        };
        let path = format!("/devices/{}", self.device(device).id);
        let mut data = json!({
            "messageType": "ErrorMessage",
            "devicePath": path,
            "deviceUri": self.uri(&path),
            "metrics": self.metrics(),
        });
        if let Some(text) = text {
            data["errorMessage"] = json!(text);
            data["errorCode"] = json!(1161);
        }
        self.notify(person, topic, data);
    }

    pub(super) fn metrics(&self) -> Value {
        json!({"eventProcessing": {
            "nodeProcessingTimeNanos": 116_977,
            "serverGenerationTimestamp": self.epoch_ms(),
            "serverProcessingTimeTotalMs": -1,
        }})
    }
}
