//! The voice Coach document, to the letter. Its code samples are here as printed, with two slips of the page put
//! right: the PDF breaks long addresses over two lines, and the notification has a comma too many before a `}`.

use gws::notification::topic;
use gws::{
    AgentStateKind, Decoded, Device, DeviceId, DeviceState, Method, MonitorOrder, Monitoring, MonitoringKind,
    MonitoringMode, MonitoringScope, Notification, Operation, ResourceUri, StatusCode, Switch, Target,
    TelephonyNetwork, UserState, reply,
};

const OWN_DEVICE: &str = "efelab32-53f9-43ce-b65e-5768c61f7d4a";
const AGENT_DEVICE: &str = "http://localhost:8080/api/v2/devices/9c14cad7-17c4-48d0-8492-7cf0ff92c224";

const REQUEST: &str = r#"{
  "operationName": "Coach",
  "targetDeviceUri": "http://localhost:8080/api/v2/devices/9c14cad7-17c4-48d0-8492-7cf0ff92c224"
}"#;

const REPLY: &str = r#"{
  "statusCode": 0
}"#;

const NOTIFICATION: &str = r#"{
  "data": {
    "messageType": "DeviceStateChangeMessage",
    "devices": [
      {
        "id": "efelab32-53f9-43ce-b65e-5768c61f7d4a",
        "deviceState": "Active",
        "userState": {
          "id": "900D55CC-2BB0-431F-8BF9-D3525B383BE6",
          "displayName": "Not Ready",
          "state": "NotReady"
        },
        "phoneNumber": "5005",
        "e164Number": "5005",
        "telephonyNetwork": "Private",
        "doNotDisturb": "On",
        "voiceEnvironmentUri": "http://127.0.0.1:8080/api/v2/voice-environments/370ef5e6-9e3c-4d91-9588-7f4dfe67e011",
        "capabilities": [
          "ForwardCallsOn",
          "DoNotDisturbOff",
          "ListenIn",
          "Coach",
          "BargeIn",
          "CancelSupervisorMonitoring"
        ],
        "supervisorMonitoringState": {
          "state": "Coach",
          "mode": "AllCalls",
          "scope": "Call",
          "targetDeviceUri": "http://127.0.0.1:8080/api/v2/devices/9c14cad7-17c4-48d0-8492-7cf0ff92c224"
        }
      }
    ]
  },
  "channel": "/v2/me/devices"
}"#;

fn coach(order: MonitorOrder) -> Operation {
    Operation::Monitor {
        device: DeviceId::from(OWN_DEVICE),
        order,
    }
}

fn plain_order() -> MonitorOrder {
    MonitorOrder::new(MonitoringKind::Coach, Target::device(AGENT_DEVICE))
}

#[test]
fn coach_encodes_as_printed() {
    let operation = coach(plain_order());
    let request = operation.request();

    assert_eq!(operation.name(), "Coach");
    assert_eq!(request.method, Method::Post);
    assert_eq!(request.path, "/me/devices/efelab32-53f9-43ce-b65e-5768c61f7d4a");
    assert!(request.query.is_empty());
    assert_eq!(
        serde_json::to_string_pretty(&request.body.unwrap()).unwrap(),
        REQUEST
    );
}

#[test]
fn chosen_parameters_follow_in_the_order_of_the_document() {
    let order = MonitorOrder {
        scope: Some(MonitoringScope::Agent),
        mode: Some(MonitoringMode::NextCall),
        target: Target::Device {
            uri: AGENT_DEVICE.into(),
            phone_number: Some("5001".to_owned()),
        },
        ..plain_order()
    };

    assert_eq!(
        coach(order).request().body.unwrap().to_string(),
        concat!(
            r#"{"operationName":"Coach","#,
            r#""targetDeviceUri":"http://localhost:8080/api/v2/devices/9c14cad7-17c4-48d0-8492-7cf0ff92c224","#,
            r#""supervisorMonitoringScope":"Agent","supervisorMonitoringMode":"NextCall","phoneNumber":"5001"}"#,
        )
    );
}

#[test]
fn a_default_that_was_chosen_is_sent() {
    let order = MonitorOrder {
        scope: Some(MonitoringScope::Call),
        mode: Some(MonitoringMode::AllCalls),
        ..plain_order()
    };
    let body = coach(order).request().body.unwrap();

    assert_eq!(body["supervisorMonitoringScope"], "Call");
    assert_eq!(body["supervisorMonitoringMode"], "AllCalls");
    assert!(body.get("phoneNumber").is_none());
}

#[test]
fn a_number_alone_names_no_device() {
    let order = MonitorOrder::new(MonitoringKind::Coach, Target::PhoneNumberOnly("5001".to_owned()));

    assert_eq!(
        coach(order).request().body.unwrap().to_string(),
        r#"{"operationName":"Coach","phoneNumber":"5001"}"#
    );
}

#[test]
fn the_reply_is_success() {
    let reply = reply::decode(200, Some("application/json"), REPLY.as_bytes()).unwrap();

    assert_eq!(reply.status, StatusCode::Success);
    assert_eq!(reply.partial, None);
}

#[test]
fn the_notification_says_everything_it_prints() {
    let message: serde_json::Value = serde_json::from_str(NOTIFICATION).unwrap();
    let expected = Device {
        id: DeviceId::from(OWN_DEVICE),
        state: Some(DeviceState::Active),
        user_state: Some(UserState {
            id: Some("900D55CC-2BB0-431F-8BF9-D3525B383BE6".to_owned()),
            display_name: Some("Not Ready".to_owned()),
            state: Some(AgentStateKind::NotReady),
            work_mode: None,
            reason: None,
        }),
        phone_number: Some("5005".to_owned()),
        e164_number: Some("5005".to_owned()),
        telephony_network: Some(TelephonyNetwork::Private),
        do_not_disturb: Some(Switch::On),
        forward_to: None,
        voice_environment_uri: Some(
            "http://127.0.0.1:8080/api/v2/voice-environments/370ef5e6-9e3c-4d91-9588-7f4dfe67e011".into(),
        ),
        uri: None,
        capabilities: Some(
            [
                "ForwardCallsOn",
                "DoNotDisturbOff",
                "ListenIn",
                "Coach",
                "BargeIn",
                "CancelSupervisorMonitoring",
            ]
            .into_iter()
            .collect(),
        ),
        monitoring: Some(Monitoring {
            kind: MonitoringKind::Coach,
            mode: Some(MonitoringMode::AllCalls),
            scope: Some(MonitoringScope::Call),
            target: Some("http://127.0.0.1:8080/api/v2/devices/9c14cad7-17c4-48d0-8492-7cf0ff92c224".into()),
        }),
    };

    let understood = Notification::examine(topic::DEVICES, &message["data"]);
    let expected = Notification::DevicesChanged {
        devices: vec![expected],
    };
    assert_eq!(
        understood,
        Decoded {
            value: expected,
            warnings: vec![]
        }
    );
}

/// The document itself asks `localhost` and hears `127.0.0.1`.
#[test]
fn the_target_is_the_one_we_asked_for() {
    let message: serde_json::Value = serde_json::from_str(NOTIFICATION).unwrap();
    let Notification::DevicesChanged { devices } = Notification::decode(topic::DEVICES, &message["data"])
    else {
        panic!("a device notification");
    };
    let target = devices[0]
        .monitoring
        .as_ref()
        .and_then(|monitoring| monitoring.target.as_ref())
        .unwrap();

    assert_eq!(*target, ResourceUri::from(AGENT_DEVICE));
    assert_eq!(
        target.as_str(),
        "http://127.0.0.1:8080/api/v2/devices/9c14cad7-17c4-48d0-8492-7cf0ff92c224",
        "and is kept as the server wrote it"
    );
}
