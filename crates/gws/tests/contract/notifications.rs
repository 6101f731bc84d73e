//! Notifications: one enum, nothing lost.

use gws::notification::topic;
use gws::{CallNotificationType, CallState, Notification, Switch};
use serde_json::{Value, json};

fn unknown(channel: &str, message_type: Option<&str>, raw: &Value) -> Notification {
    Notification::Unknown {
        channel: channel.to_owned(),
        message_type: message_type.map(str::to_owned),
        raw: raw.clone(),
    }
}

#[test]
fn a_call_event_as_real_servers_send_it() {
    let data = json!({
        "messageType": "CallStateChangeMessage", "notificationType": "StatusChange",
        "call": {"id": "00N1", "state": "Ringing", "capabilities": ["Answer"], "duration": "0"},
        "phoneNumber": "5005", "extensions": {"WrapUpTime": 0, "BusinessCall": 1},
        "metrics": {"eventProcessing": {"nodeProcessingTimeNanos": 1, "serverProcessingTimeTotalMs": -1}},
    });
    let Notification::CallChanged {
        call,
        notification_type,
        phone_number,
    } = Notification::decode(topic::CALLS, &data)
    else {
        panic!("a call");
    };

    assert_eq!(call.state, CallState::Ringing);
    assert_eq!(notification_type, CallNotificationType::StatusChange);
    assert_eq!(phone_number.as_deref(), Some("5005"));
}

#[test]
fn every_kind_of_call_event_and_one_nobody_knows() {
    for kind in [
        "StatusChange",
        "ParticipantsUpdated",
        "AttachedDataChanged",
        "CallRecordingStateChange",
        "MonitoredUserMutedStateChange",
        "DtmfSent",
        "CoffeeSpilled",
    ] {
        let data = json!({"messageType": "CallStateChangeMessage", "notificationType": kind, "call": {"id": "c", "state": "Held"}});
        let Notification::CallChanged {
            notification_type, ..
        } = Notification::decode(topic::CALLS, &data)
        else {
            panic!("a call");
        };
        assert_eq!(notification_type.as_str(), kind);
        assert_eq!(
            matches!(notification_type, CallNotificationType::Other(_)),
            kind == "CoffeeSpilled"
        );
    }
}

#[test]
fn an_error_without_a_word() {
    let data = json!({"messageType": "ErrorMessage", "devicePath": "/devices/d-1",
        "deviceUri": "http://host:8090/api/v2/devices/d-1", "metrics": {}});

    let expected = Notification::Error {
        message: None,
        code: None,
        device: Some("/devices/d-1".into()),
        call: None,
    };
    assert_eq!(Notification::decode(topic::DEVICES, &data), expected);
    assert_eq!(
        Notification::decode(topic::CALLS, &json!({"messageType": "ErrorMessage"})),
        Notification::Error {
            message: None,
            code: None,
            device: None,
            call: None
        }
    );
}

#[test]
fn an_error_with_words_whatever_it_calls_itself() {
    let expected = Notification::Error {
        message: Some("Invalid target".to_owned()),
        code: Some("59".to_owned()),
        device: None,
        call: Some("/calls/c".into()),
    };
    for message_type in ["ErrorMessage", "DeviceErrorMessage", "DeviceStateChangeMessage"] {
        let data = json!({"messageType": message_type, "errorMessage": "Invalid target", "errorCode": 59, "callPath": "/calls/c"});
        assert_eq!(Notification::decode(topic::DEVICES, &data), expected);
    }
}

#[test]
fn channels_and_services() {
    let data = json!({"messageType": "ChannelStateChangeMessageV2", "channels": [
        {"channel": "email", "dndState": "Off", "userState": {"state": "NotReady"}}, {"dndState": "On"}]});
    let decoded = Notification::examine(topic::CHANNELS, &data);
    assert_eq!(decoded.warnings.len(), 1);
    let Notification::ChannelsChanged { channels } = decoded.value else {
        panic!("channels")
    };
    assert_eq!(
        (channels.len(), channels[0].do_not_disturb.clone()),
        (1, Some(Switch::Off))
    );

    for data in [
        json!({"messageType": "ServiceStateChangeMessage", "services": [{"id": "s", "state": "Inactive"}]}),
        json!({"service": {"id": "s", "state": "Inactive"}}),
    ] {
        let Notification::ServicesChanged { services } = Notification::decode(topic::SERVICES, &data) else {
            panic!("services");
        };
        assert_eq!(services[0].state, Some(gws::ServiceState::Inactive));
    }
}

#[test]
fn the_type_decides_and_not_the_topic() {
    let data = json!({"messageType": "DeviceStateChangeMessage", "devices": [{"id": "d"}]});
    assert!(matches!(
        Notification::decode("/v2/me/*", &data),
        Notification::DevicesChanged { .. }
    ));

    let other = json!({"messageType": "ChatStateChangeMessage", "devices": [{"id": "d"}]});
    assert_eq!(
        Notification::decode(topic::DEVICES, &other),
        unknown(topic::DEVICES, Some("ChatStateChangeMessage"), &other)
    );
}

#[test]
fn a_message_without_a_type_is_taken_by_its_topic() {
    let data = json!({"devices": [{"id": "d"}]});
    assert!(matches!(
        Notification::decode(topic::DEVICES, &data),
        Notification::DevicesChanged { .. }
    ));
    assert_eq!(
        Notification::decode("/v2/me/chats", &data),
        unknown("/v2/me/chats", None, &data)
    );
}

#[test]
fn the_whole_message_instead_of_its_data() {
    let message = json!({"channel": topic::CALLS, "data": {"messageType": "CallStateChangeMessage", "call": {"id": "c", "state": "Held"}}});
    assert!(matches!(
        Notification::decode(topic::CALLS, &message),
        Notification::CallChanged { .. }
    ));
}

#[test]
fn one_malformed_device_does_not_cost_the_other() {
    let data = json!({"messageType": "DeviceStateChangeMessage", "devices": [{"deviceState": "Active"}, {"id": "d"}]});
    let decoded = Notification::examine(topic::DEVICES, &data);

    assert_eq!(
        decoded.warnings[0].to_string(),
        "data.devices[0]: expected an object with an id, found an object"
    );
    let Notification::DevicesChanged { devices } = decoded.value else {
        panic!("devices")
    };
    assert_eq!(devices.len(), 1);
}

#[test]
fn what_cannot_be_understood_is_kept_as_it_came() {
    for (message_type, data) in [
        (
            Some("DeviceStateChangeMessage"),
            json!({"messageType": "DeviceStateChangeMessage"}),
        ),
        (
            Some("DeviceStateChangeMessage"),
            json!({"messageType": "DeviceStateChangeMessage", "devices": [{}, 1]}),
        ),
        (
            Some("CallStateChangeMessage"),
            json!({"messageType": "CallStateChangeMessage", "call": []}),
        ),
        (None, json!({"messageType": ["x"], "devices": 1})),
        (None, json!(null)),
        (None, json!("DeviceStateChangeMessage")),
        (None, json!([{"messageType": "DeviceStateChangeMessage"}])),
    ] {
        assert_eq!(
            Notification::decode(topic::DEVICES, &data),
            unknown(topic::DEVICES, message_type, &data)
        );
    }
    let nothing_changed = json!({"messageType": "DeviceStateChangeMessage", "devices": []});
    assert_eq!(
        Notification::decode(topic::DEVICES, &nothing_changed),
        Notification::DevicesChanged { devices: vec![] }
    );
}
