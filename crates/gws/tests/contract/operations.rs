//! Operations and queries: what exactly goes on the wire.

use gws::{
    CallAct, CallId, DeviceId, Method, MonitorOrder, MonitoringKind, MonitoringMode, MonitoringScope,
    Operation, Query, Request, ResourceUri, Target, UserId,
};
use proptest::prelude::*;
use serde_json::Value;

/// `POST /path {body}`, `GET /path?query`: one line per request.
fn line(request: &Request) -> String {
    let query: Vec<String> = request
        .query
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{}", query.join("&"))
    };
    let body = request
        .body
        .as_ref()
        .map(|body| format!(" {body}"))
        .unwrap_or_default();
    format!("{} {}{query}{body}", request.method.as_str(), request.path)
}

fn session(place: Option<&str>, device_path: Option<&str>) -> Operation {
    Operation::StartSession {
        channels: vec!["voice".to_owned()],
        place: place.map(str::to_owned),
        device_path: device_path.map(str::to_owned),
        login_code: None,
        queue: None,
    }
}

#[test]
fn operations_encode_themselves() {
    let device = DeviceId::from("d-1");
    let cases = [
        (
            session(None, None),
            r#"POST /me {"operationName":"StartContactCenterSession","channels":["voice"]}"#,
        ),
        (
            session(Some("SIP_5005"), Some("/devices/d-1")),
            r#"POST /me {"operationName":"StartContactCenterSession","channels":["voice"],"place":"SIP_5005","devicePath":"/devices/d-1"}"#,
        ),
        (
            Operation::StartSession {
                channels: vec!["voice".to_owned(), "sms".to_owned()],
                place: None,
                device_path: None,
                login_code: Some("7001".to_owned()),
                queue: Some("8000".to_owned()),
            },
            r#"POST /me {"operationName":"StartContactCenterSession","channels":["voice","sms"],"loginCode":"7001","queue":"8000"}"#,
        ),
        (
            Operation::EndSession,
            r#"POST /me {"operationName":"EndContactCenterSession"}"#,
        ),
        (
            Operation::SetState {
                operation_name: "NotReady".to_owned(),
            },
            r#"POST /me/channels/voice {"operationName":"NotReady"}"#,
        ),
        (
            Operation::CancelSupervisorMonitoring { device },
            r#"POST /me/devices/d-1 {"operationName":"CancelSupervisorMonitoring"}"#,
        ),
    ];
    for (operation, expected) in cases {
        assert_eq!(line(&operation.request()), expected);
    }
}

#[test]
fn every_call_act_goes_to_the_call_by_its_own_name() {
    for act in CallAct::ALL {
        let operation = Operation::Call {
            call: CallId::from("0071"),
            act,
        };
        assert_eq!(operation.name(), act.name());
        assert_eq!(
            line(&operation.request()),
            format!(r#"POST /me/calls/0071 {{"operationName":"{act:?}"}}"#),
            "the wire names are the names of the variants"
        );
    }
}

#[test]
fn monitoring_goes_by_its_kind() {
    for kind in [
        MonitoringKind::ListenIn,
        MonitoringKind::Coach,
        MonitoringKind::BargeIn,
    ] {
        let order = MonitorOrder::new(kind.clone(), Target::device("/devices/x"));
        let operation = Operation::Monitor {
            device: "d-1".into(),
            order,
        };
        assert_eq!(operation.name(), kind.as_str());
        assert_eq!(operation.request().body.unwrap()["operationName"], kind.as_str());
    }
}

#[test]
fn queries_encode_themselves() {
    let cases = [
        (
            Query::me(["features", "devices", "channels"]),
            "GET /me?subresources=features,devices,channels",
        ),
        (Query::Me { subresources: vec![] }, "GET /me"),
        (Query::MyCalls, "GET /me/calls?fields=*"),
        (Query::MyDevices, "GET /me/devices?fields=*"),
        (
            Query::users(["devices"]),
            "GET /users?fields=*&subresources=devices",
        ),
        (
            Query::users(["devices", "groups", "calls"]),
            "GET /users?fields=*&subresources=devices,groups,calls",
        ),
        (
            Query::Users {
                fields: vec![],
                subresources: vec![],
            },
            "GET /users",
        ),
        (
            Query::User(UserId::from("3f65")),
            "GET /users/3f65?subresources=*",
        ),
        (
            Query::UserDevices(UserId::from("3f65")),
            "GET /users/3f65/devices?fields=*",
        ),
        (Query::Contacts, "GET /contacts?fields=*"),
        (Query::ContactsOfUsers, "GET /contacts?type=User&fields=*"),
        (
            Query::Part {
                of: Box::new(Query::ContactsOfUsers),
                limit: 2_000,
                offset: 4_000,
            },
            "GET /contacts?type=User&fields=*&limit=2000&offset=4000",
        ),
        (Query::MyGroups, "GET /me/groups?type=BusinessUnit&fields=*"),
        (Query::Groups, "GET /groups?type=BusinessUnit&fields=*"),
        (Query::Services, "GET /services?fields=*"),
        (Query::Version, "GET /diagnostics/version"),
        (Query::AgentStates, "GET /settings/agent-states"),
        (Query::Device(DeviceId::from("d-1")), "GET /devices/d-1"),
    ];
    for (query, expected) in cases {
        assert_eq!(line(&query.request()), expected);
        assert_eq!(query.request().method, Method::Get);
    }
}

#[test]
fn an_odd_id_stays_one_path_segment() {
    let query = Query::UserDevices(UserId::from("a/b?c#d e%ü"));
    assert_eq!(query.request().path, "/users/a%2Fb%3Fc%23d%20e%25%C3%BC/devices");
}

fn order() -> impl Strategy<Value = MonitorOrder> {
    let kind = prop_oneof![
        Just(MonitoringKind::ListenIn),
        Just(MonitoringKind::Coach),
        Just(MonitoringKind::BargeIn)
    ];
    let target = prop_oneof![
        (any::<String>(), proptest::option::of(any::<String>())).prop_map(|(uri, phone_number)| {
            Target::Device {
                uri: uri.into(),
                phone_number,
            }
        }),
        any::<String>().prop_map(Target::PhoneNumberOnly),
    ];
    let scope = proptest::option::of(prop_oneof![
        Just(MonitoringScope::Agent),
        Just(MonitoringScope::Call)
    ]);
    let mode = proptest::option::of(prop_oneof![
        Just(MonitoringMode::NextCall),
        Just(MonitoringMode::AllCalls)
    ]);
    (kind, target, scope, mode).prop_map(|(kind, target, scope, mode)| MonitorOrder {
        kind,
        target,
        scope,
        mode,
    })
}

/// What a server reads out of the body of a monitoring request.
fn order_as_read(body: &Value) -> MonitorOrder {
    let text = |key: &str| body.get(key).map(|value| value.as_str().unwrap().to_owned());
    let target = match (text("targetDeviceUri"), text("phoneNumber")) {
        (Some(uri), phone_number) => Target::Device {
            uri: uri.into(),
            phone_number,
        },
        (None, number) => Target::PhoneNumberOnly(number.unwrap()),
    };
    MonitorOrder {
        kind: text("operationName").unwrap().as_str().into(),
        target,
        scope: text("supervisorMonitoringScope").map(|scope| scope.as_str().into()),
        mode: text("supervisorMonitoringMode").map(|mode| mode.as_str().into()),
    }
}

fn target_text(order: &MonitorOrder) -> Option<&str> {
    match &order.target {
        Target::Device { uri, .. } => Some(uri.as_str()),
        Target::PhoneNumberOnly(_) => None,
    }
}

/// Percent-decoding, as a server does it.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&tail[..2]).unwrap(), 16).unwrap());
            &tail[2..]
        } else {
            bytes.push(*first);
            tail
        };
    }
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #[test]
    fn what_is_ordered_is_what_a_server_reads(order in order()) {
        let operation = Operation::Monitor { device: "d".into(), order: order.clone() };
        let text = operation.request().body.unwrap().to_string();
        let read = order_as_read(&serde_json::from_str(&text).unwrap());

        prop_assert_eq!(target_text(&read), target_text(&order), "an address goes back exactly as it came");
        prop_assert_eq!(read, order);
    }

    #[test]
    fn no_id_leaves_its_segment(id in any::<String>()) {
        let path = Query::UserDevices(UserId::from(id.as_str())).request().path;
        let segments: Vec<&str> = path.split('/').collect();

        prop_assert_eq!(segments.len(), 4);
        prop_assert!(!path.contains(['?', '#', ' ']));
        prop_assert_eq!(percent_decoded(segments[2]), id);
    }

    #[test]
    fn addresses_are_equal_when_their_ids_are(host in "[a-z]{1,8}", id in "[A-Za-z0-9-]{1,36}", tail in "(/|\\?x=1|/\\?x=/y|#z)?") {
        let uri = ResourceUri::from(format!("http://{host}/api/v2/devices/{id}{tail}"));

        prop_assert_eq!(uri.id(), id.as_str());
        prop_assert!(uri.is(DeviceId::from(id.as_str())));
        prop_assert_eq!(uri, ResourceUri::from(format!("/devices/{id}")));
    }
}
