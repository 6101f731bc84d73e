//! Resources, in the forms of every generation.

use gws::{
    AgentStateKind, Call, CallState, CallType, Contact, Decoded, Device, FromWire, MonitoringKind,
    MonitoringMode, MonitoringScope, Participant, Switch, User, UserState, WorkMode, decode,
};
use serde_json::{Value, json};

fn read<T: FromWire>(value: &Value) -> T {
    let Decoded { value, warnings } = decode(value);
    assert!(warnings.is_empty(), "{warnings:?}");
    value.unwrap()
}

fn warnings<T>(decoded: &Decoded<T>) -> Vec<String> {
    decoded.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn both_generations_of_monitoring() {
    let new: Device = read(&json!({"id": "d", "supervisorMonitoringState":
        {"state": "ListenIn", "mode": "NextCall", "scope": "Agent", "targetDeviceUri": "http://h/api/v2/devices/t"}}));
    let old: Device = read(
        &json!({"id": "d", "supervisorMonitoringState": "ListenIn", "supervisorMonitoringMode": "NextCall"}),
    );
    let (new, old) = (new.monitoring.unwrap(), old.monitoring.unwrap());

    assert_eq!(
        (new.kind, new.mode.clone()),
        (MonitoringKind::ListenIn, Some(MonitoringMode::NextCall))
    );
    assert_eq!(new.scope, Some(MonitoringScope::Agent));
    assert!(new.target.unwrap().is("t"));
    assert_eq!((old.kind, old.mode), (MonitoringKind::ListenIn, new.mode));
    assert_eq!((old.scope, old.target), (None, None));
}

#[test]
fn no_monitoring_is_absent_null_or_empty() {
    for device in [
        json!({"id": "d"}),
        json!({"id": "d", "supervisorMonitoringState": null}),
        json!({"id": "d", "supervisorMonitoringState": "", "supervisorMonitoringMode": "AllCalls"}),
    ] {
        assert_eq!(read::<Device>(&device).monitoring, None, "{device}");
    }
}

/// Unknown is hot: monitoring that cannot be read must not look like none.
#[test]
fn illegible_monitoring_is_not_none() {
    for state in [
        json!({}),
        json!({"state": 7.5, "mode": []}),
        json!(["Coach"]),
        json!(true),
        json!({"state": null}),
    ] {
        let device: Decoded<Option<Device>> = decode(&json!({"id": "d", "supervisorMonitoringState": state}));
        let monitoring = device.value.unwrap().monitoring.unwrap();
        assert!(matches!(monitoring.kind, MonitoringKind::Other(_)), "{state}");
    }
    let call: Decoded<Option<Call>> =
        decode(&json!({"id": "c", "state": "Held", "supervisorMonitoringState": []}));
    assert_eq!(
        warnings(&call),
        ["$.supervisorMonitoringState: expected a monitoring state, found an array"]
    );
    assert!(matches!(
        call.value.unwrap().monitoring_state,
        Some(MonitoringKind::Other(_))
    ));
}

#[test]
fn unknown_words_are_kept() {
    let device: Device =
        read(&json!({"id": "d", "deviceState": "Sleeping", "supervisorMonitoringState": "Whisper"}));

    assert_eq!(device.state.unwrap().as_str(), "Sleeping");
    assert_eq!(
        device.monitoring.unwrap().kind,
        MonitoringKind::Other("Whisper".to_owned())
    );
}

#[test]
fn a_wrong_optional_field_costs_only_itself() {
    let device: Decoded<Option<Device>> = decode(&json!({
        "id": "d", "deviceState": "Active", "userState": "Ready", "phoneNumber": ["5001"], "doNotDisturb": false,
        "capabilities": ["Coach", 3.5, null, {"a": 1}], "uri": {}, "somethingNew": {"x": [1, 2]},
    }));

    assert_eq!(
        warnings(&device),
        [
            "$.userState: expected an object, found text",
            "$.phoneNumber: expected text, found an array",
            "$.doNotDisturb: expected text, found a boolean",
            "$.uri: expected text, found an object",
            "$.capabilities[2]: expected text, found null",
            "$.capabilities[3]: expected text, found an object",
        ]
    );
    let device = device.value.unwrap();
    assert_eq!(device.state, Some(gws::DeviceState::Active));
    assert_eq!(
        (
            device.user_state,
            device.phone_number,
            device.do_not_disturb,
            device.uri
        ),
        (None, None, None, None)
    );
    let capabilities = device.capabilities.unwrap();
    assert!(capabilities.lists("Coach") && !capabilities.lists("coach"));
    assert_eq!(capabilities.iter().collect::<Vec<_>>(), ["Coach", "3.5"]);
}

#[test]
fn a_malformed_element_costs_only_itself() {
    let users: Decoded<Option<Vec<User>>> = decode(&json!([
        {"id": "a", "devices": [{"id": "d"}, {"phoneNumber": "5001"}, 7]},
        {"userName": "nobody"},
        "b",
        {"id": "c", "devices": "none"},
    ]));

    assert_eq!(
        warnings(&users),
        [
            "$[0].devices[1]: expected an object with an id, found an object",
            "$[0].devices[2]: expected an object with an id, found a number",
            "$[1]: expected an object with an id, found an object",
            "$[2]: expected an object with an id, found text",
            "$[3].devices: expected an array, found text",
        ]
    );
    let users = users.value.unwrap();
    assert_eq!(
        users.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(),
        ["a", "c"]
    );
    assert_eq!(users[0].devices.as_ref().unwrap().len(), 1);
    assert_eq!(users[1].devices, None);
}

#[test]
fn warnings_are_bounded_and_hold_no_values() {
    let secret = "Mrs Customer, card 4111";
    let crowd: Decoded<Option<Vec<User>>> = decode(&json!(vec![secret; 100_000]));

    assert_eq!(crowd.warnings.len(), 100);
    assert!(!format!("{:?}", crowd.warnings).contains(secret));
}

#[test]
fn user_states_of_the_contract() {
    let cases = [
        (
            json!({"id": "9430250E", "displayName": "Ready", "state": "Ready"}),
            "Ready",
        ),
        (
            json!({"displayName": "Out to Lunch", "state": "NotReady", "reason": "Lunch"}),
            "Out to Lunch",
        ),
        (json!({"state": "NotReady", "reason": "Lunch"}), "Lunch"),
        (
            json!({"state": "NotReady", "workMode": "AfterCallWork"}),
            "AfterCallWork",
        ),
        (json!({"state": "NotReady"}), "Not Ready"),
        (json!({"state": "LoggedOut"}), "Offline"),
        (json!({"state": "Logout"}), "Offline"),
        (json!({"state": "LoggedIn"}), "Logged in"),
        (json!({"state": "Pondering"}), "Pondering"),
        (json!({}), "Unknown"),
    ];
    for (state, label) in cases {
        assert_eq!(read::<UserState>(&state).label(), label);
    }
    let after_call: UserState = read(&json!({"state": "NotReady", "workMode": "AfterCallWork"}));
    assert_eq!(after_call.state, Some(AgentStateKind::NotReady));
    assert_eq!(after_call.work_mode, Some(WorkMode::AfterCallWork));
    assert_eq!(AgentStateKind::from("Logout").as_str(), "LoggedOut");
}

#[test]
fn a_supervisors_call() {
    let call: Call = read(&json!({
        "id": "00N1HG5K", "callUuid": "00N1HG5K", "connId": "006d02", "state": "Established",
        "deviceUri": "http://127.0.0.1:8080/api/v2/devices/own", "uri": "http://127.0.0.1:8080/api/v2/me/calls/00N1HG5K",
        "path": "calls/00N1HG5K",
        "participants": [
            {"e164Number": "+15551212", "formattedPhoneNumber": "(555) 1212", "phoneNumber": "5551212", "digits": "5551212"},
            {"e164Number": "", "formattedPhoneNumber": "", "phoneNumber": "5001", "digits": "5001"},
        ],
        "ani": "5551212", "dnis": "8000", "callType": "Inbound", "capabilities": ["Hangup", "SwitchToBargeIn"],
        "userData": {"Name": "Ann", "Nested": {"a": null}}, "duration": "75", "mute": "Off", "recordingState": "Stopped",
        "supervisorListeningIn": false, "monitoredUserMuted": false, "monitoring": false,
        "supervisorMonitoringState": {"state": "Coach"}, "case": [],
    }));

    assert_eq!(call.state, CallState::Established);
    assert!(call.device_uri.unwrap().is("own"));
    assert_eq!(
        call.participants
            .iter()
            .map(Participant::label)
            .collect::<Vec<_>>(),
        ["(555) 1212", "5001"]
    );
    assert_eq!(call.call_type, Some(CallType::Inbound));
    assert_eq!(call.duration_seconds, Some(75));
    assert_eq!(call.mute, Some(Switch::Off));
    assert_eq!(call.monitoring_state, Some(MonitoringKind::Coach));
    assert_eq!(call.user_data["Nested"], json!({"a": null}));
    assert!(call.capabilities.unwrap().lists("SwitchToBargeIn"));
}

#[test]
fn participants_as_text_and_in_full() {
    let plain: Call = read(&json!({"id": "c", "state": "Ringing", "participants": ["5001", "", 5002]}));
    assert_eq!(
        plain
            .participants
            .iter()
            .map(Participant::label)
            .collect::<Vec<_>>(),
        ["5001", "Unknown number", "5002"]
    );

    let both: Call = read(&json!({"id": "c", "state": "Ringing", "participants": ["5001"],
        "participantsInfo": [{"formattedPhoneNumber": "50 01", "phoneNumber": "5001"}]}));
    assert_eq!(
        both.participants
            .iter()
            .map(Participant::label)
            .collect::<Vec<_>>(),
        ["50 01"]
    );

    let partly: Call = read(
        &json!({"id": "c", "state": "Ringing", "participants": ["5001", "5002"],
        "participantsInfo": [{"phoneNumber": "5001"}]}),
    );
    assert_eq!(partly.participants.len(), 2, "nobody gets lost");
}

#[test]
fn numbers_and_flags_as_text() {
    for (duration, seconds) in [
        (json!("0"), Some(0)),
        (json!(75), Some(75)),
        (json!(" 75 "), Some(75)),
    ] {
        assert_eq!(
            read::<Call>(&json!({"id": "c", "state": "Held", "duration": duration})).duration_seconds,
            seconds
        );
    }
    for duration in [json!("1:15"), json!(-1), json!({}), json!(1e300)] {
        let call: Decoded<Option<Call>> = decode(&json!({"id": "c", "state": "Held", "duration": duration}));
        assert_eq!(
            (call.warnings.len(), call.value.unwrap().duration_seconds),
            (1, None)
        );
    }
    for (flag, expected) in [(json!("true"), true), (json!("Off"), false), (json!(true), true)] {
        let call: Call = read(&json!({"id": "c", "state": "Held", "supervisorListeningIn": flag}));
        assert_eq!(call.supervisor_listening_in, Some(expected));
    }
}

#[test]
fn a_call_without_a_state_is_still_a_call() {
    let call: Decoded<Option<Call>> = decode(&json!({"uri": "http://h/api/v2/me/calls/c-9/"}));

    assert_eq!(
        warnings(&call),
        ["$: expected a call with a state, found an object"]
    );
    let call = call.value.unwrap();
    assert_eq!((call.id.as_str(), call.state.as_str()), ("c-9", "Unknown"));
}

#[test]
fn contacts_of_both_generations() {
    let new: Contact = read(
        &json!({"id": "u-1", "type": "User", "name": "Kim", "firstName": "Kim",
        "phoneNumbers": [{"phoneNumber": "5001", "switchName": "SIP"}, {"description": "no number"}, "5002"]}),
    );
    let old: Contact = read(&json!({"id": "q-1", "type": "Queue", "name": "Sales", "phoneNumber": "8000"}));

    assert_eq!(new.phone_numbers, ["5001", "5002"]);
    assert_eq!(new.user_id().unwrap().as_str(), "u-1");
    assert_eq!(old.phone_numbers, ["8000"]);
    assert_eq!(old.user_id(), None);
}

#[test]
fn names_to_call_people_by() {
    let name = |user: Value| read::<User>(&user).display_name();

    assert_eq!(
        name(json!({"id": "u", "firstName": "Kim", "lastName": "Lee", "userName": "kl"})),
        "Kim Lee"
    );
    assert_eq!(
        name(json!({"id": "u", "firstName": "", "lastName": "Lee"})),
        "Lee"
    );
    assert_eq!(name(json!({"id": "u", "userName": "kl"})), "kl");
    assert_eq!(name(json!({"id": "u"})), "u");
}
