//! Servers in every bad mood: garbage, cut-off answers, fields of the wrong kind. Nothing panics, and what was right
//! beside the garbage is still read.

use gws::notification::topic;
use gws::{
    AgentStateKind, Call, CallState, Contact, Decoded, Device, Notification, ReplyError, ResourceUri,
    StatusCode, User, decode, reply,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any JSON, with a liking for the keys and words that mean something to us.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,8}".prop_map(Value::from),
        prop::sample::select(vec![
            "Coach",
            "On",
            "Active",
            "0",
            "7",
            "DeviceStateChangeMessage",
            "ErrorMessage"
        ])
        .prop_map(Value::from),
    ];
    let key = prop_oneof![
        prop::sample::select(vec![
            "id",
            "uri",
            "path",
            "state",
            "deviceState",
            "userState",
            "capabilities",
            "supervisorMonitoringState",
            "participants",
            "participantsInfo",
            "duration",
            "mute",
            "userData",
            "devices",
            "calls",
            "call",
            "user",
            "device",
            "users",
            "channels",
            "channel",
            "services",
            "messageType",
            "notificationType",
            "data",
            "roles",
            "statusCode",
            "statusMessage",
            "succeeded",
            "failed",
            "errorMessage",
            "phoneNumbers",
            "uris",
            "version",
        ])
        .prop_map(str::to_owned),
        ".{0,6}",
    ];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn any_topic() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        topic::DEVICES,
        topic::CALLS,
        topic::CHANNELS,
        topic::SERVICES,
        "/v2/me/chats",
        "",
    ])
}

fn good_device(number: usize) -> Value {
    json!({"id": format!("d-{number}"), "deviceState": "Active", "phoneNumber": format!("500{number}"),
        "userState": {"state": "Ready"}, "capabilities": ["Coach"],
        "supervisorMonitoringState": {"state": "Coach", "mode": "NextCall", "targetDeviceUri": "/devices/t"}})
}

const REPLY: &str = r#"{"statusCode":0,"user":{"id":"3f65","userName":"jane","devices":[{"id":"d-1","deviceState":"Active","capabilities":["Coach"]}],"calls":[{"id":"c","state":"Established","participants":["5001"],"duration":"75","userData":{"Näme":"\"}"}}]}}"#;

/// Asks a reply for everything it could hold.
fn read_everything(reply: &gws::Reply) {
    let _ = (
        reply.user(),
        reply.device(),
        reply.call(),
        reply.version(),
        reply.agent_states(),
    );
    let _ = (reply.devices(), reply.calls(), reply.users(), reply.contacts());
    let _ = (reply.groups(), reply.services(), reply.uris());
}

#[test]
fn a_reply_cut_off_anywhere_is_never_a_reply() {
    assert!(
        reply::decode(200, None, REPLY.as_bytes())
            .unwrap()
            .user()
            .unwrap()
            .warnings
            .is_empty()
    );
    for end in 0..REPLY.len() {
        let error = reply::decode(200, Some("application/json"), &REPLY.as_bytes()[..end]).unwrap_err();
        assert_eq!(
            error,
            ReplyError::NotJson {
                html: false,
                http: 200
            },
            "cut at {end}"
        );
    }
}

#[test]
fn a_bottomless_reply_is_refused() {
    for opening in ["[", r#"{"user":"#] {
        let error = reply::decode(200, None, opening.repeat(100_000).as_bytes()).unwrap_err();
        assert_eq!(
            error,
            ReplyError::NotJson {
                html: false,
                http: 200
            }
        );
    }
}

#[test]
fn deep_nesting_where_text_belongs_costs_one_field() {
    let deep = (0..100).fold(json!("Coach"), |inner, _| json!({"state": inner, "data": [1]}));
    let device: Decoded<Option<Device>> =
        decode(&json!({"id": "d", "userState": deep, "phoneNumber": "5001"}));

    assert_eq!(device.warnings.len(), 1);
    assert_eq!(device.value.unwrap().phone_number.as_deref(), Some("5001"));
}

proptest! {
    #[test]
    fn any_bytes_with_any_status_are_an_answer_or_an_error(http in any::<u16>(), body in any::<Vec<u8>>()) {
        if let Ok(reply) = reply::decode(http, None, &body) {
            read_everything(&reply);
        }
    }

    #[test]
    fn any_json_with_any_status_is_an_answer_or_an_error(http in 100..600_u16, body in any_json()) {
        match reply::decode(http, None, body.to_string().as_bytes()) {
            Ok(reply) => {
                prop_assert!(reply.status.is_success());
                prop_assert_eq!(reply.partial.is_some(), reply.status == StatusCode::PartialSuccess);
                read_everything(&reply);
            }
            Err(ReplyError::Refused { status, .. }) => prop_assert!(!status.is_success()),
            Err(_) => {}
        }
    }

    #[test]
    fn any_json_is_a_resource_or_leaves_a_warning(json in any_json()) {
        let device = decode::<Device>(&json);
        let call = decode::<Call>(&json);
        let contact = decode::<Contact>(&json);
        let user = decode::<User>(&json);

        prop_assert!(device.value.is_some() || !device.warnings.is_empty());
        prop_assert!(call.value.is_some() || !call.warnings.is_empty());
        prop_assert!(contact.value.is_some() || !contact.warnings.is_empty());
        prop_assert!(user.value.is_some() || !user.warnings.is_empty());
    }

    #[test]
    fn any_notification_is_understood_or_kept_whole(channel in any_topic(), data in any_json()) {
        if let Notification::Unknown { channel: kept, raw, .. } = Notification::decode(channel, &data) {
            prop_assert_eq!(kept, channel);
            prop_assert_eq!(raw, data);
        }
    }

    /// Forgiving per element: whatever stands between two good devices, both are read as if they were alone.
    #[test]
    fn garbage_between_two_devices_changes_neither(garbage in any_json()) {
        let data = json!({"messageType": "DeviceStateChangeMessage", "devices": [good_device(1), garbage, good_device(2)]});
        let Notification::DevicesChanged { devices } = Notification::decode(topic::DEVICES, &data) else {
            return Err(TestCaseError::fail("two good devices are a notification"));
        };

        let alone = |number| decode::<Device>(&good_device(number)).value;
        prop_assert_eq!(devices.first().cloned(), alone(1));
        prop_assert_eq!(devices.last().cloned(), alone(2));
    }

    /// Forgiving per field: garbage in one field leaves every other as it was.
    #[test]
    fn garbage_in_one_field_changes_no_other(garbage in any_json()) {
        let expected = decode::<Device>(&good_device(1)).value.unwrap();
        let mut device = good_device(1);
        device["userState"] = garbage;
        let read = decode::<Device>(&device).value.unwrap();

        prop_assert_eq!(Device { user_state: None, ..read }, Device { user_state: None, ..expected });
    }

    /// Unknown is hot: whatever the monitoring state is, only nothing reads as none.
    #[test]
    fn only_nothing_is_no_monitoring(state in any_json()) {
        let device = decode::<Device>(&json!({"id": "d", "supervisorMonitoringState": state})).value.unwrap();

        prop_assert_eq!(device.monitoring.is_none(), state.is_null() || state == "");
    }

    #[test]
    fn words_survive(word in any::<String>()) {
        let text = json!(word);
        let state: CallState = serde_json::from_value(text.clone()).unwrap();
        let address: ResourceUri = serde_json::from_value(text.clone()).unwrap();

        prop_assert_eq!(state.as_str(), word.as_str());
        prop_assert_eq!(serde_json::to_value(&state).unwrap(), text.clone());
        prop_assert_eq!(address.as_str(), word.as_str());
        prop_assert_eq!(serde_json::to_value(&address).unwrap(), text);
        prop_assert_eq!(AgentStateKind::from(AgentStateKind::from(word.as_str()).as_str()), AgentStateKind::from(word.as_str()));
    }

    #[test]
    fn status_codes_survive(code in any::<i64>()) {
        prop_assert_eq!(StatusCode::from(code).code(), code);
        prop_assert_eq!(serde_json::to_value(StatusCode::from(code)).unwrap(), json!(code));
    }
}
