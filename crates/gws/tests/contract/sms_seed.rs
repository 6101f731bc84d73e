//! The SMS Coach document, to the letter. Its samples are here as printed.

use gws::digital::{Channel, SmsSpelling, SupervisorMode, SupervisorMonitoringMode};
use gws::{DigitalOperation, DigitalOrder, Method, Operation, StatusCode, UserId, reply};

const REQUEST_LINE: &str = "POST api/v2/users/90cc5439ff6848748e5e67811273f266/channels/smsession";

const REQUEST: &str = r#"{
  "operationName": "Coach",
  "supervisorMonitoringMode": "NextChat"
}"#;

const REPLY: &str = r#"{
  "statusCode": 0
}"#;

fn coach(monitoring_mode: Option<SupervisorMonitoringMode>, nickname: Option<&str>) -> Operation {
    Operation::Digital(DigitalOperation::Monitor {
        agent: UserId::from("90cc5439ff6848748e5e67811273f266"),
        channel: Channel::Sms(SmsSpelling::Smsession),
        order: DigitalOrder {
            monitoring_mode,
            nickname: nickname.map(str::to_owned),
            ..DigitalOrder::new(SupervisorMode::Coach)
        },
    })
}

#[test]
fn coach_encodes_as_printed() {
    let operation = coach(Some(SupervisorMonitoringMode::NextChat), None);
    let request = operation.request();

    assert_eq!(operation.name(), "Coach");
    assert_eq!(request.method, Method::Post);
    assert_eq!(format!("POST api/v2{}", request.path), REQUEST_LINE);
    assert!(request.query.is_empty());
    assert_eq!(
        serde_json::to_string_pretty(&request.body.unwrap()).unwrap(),
        REQUEST
    );
}

#[test]
fn both_parameters_are_optional_and_a_chosen_default_is_sent() {
    let body = |mode, nickname| coach(mode, nickname).request().body.unwrap().to_string();

    assert_eq!(body(None, None), r#"{"operationName":"Coach"}"#);
    assert_eq!(
        body(Some(SupervisorMonitoringMode::AllChats), Some("Team Lead")),
        r#"{"operationName":"Coach","supervisorMonitoringMode":"AllChats","nickname":"Team Lead"}"#
    );
    assert_eq!(
        body(None, Some(" ")),
        r#"{"operationName":"Coach"}"#,
        "nobody is to be coached by an invisible name"
    );
}

#[test]
fn the_reply_is_success() {
    let reply = reply::decode(200, Some("application/json"), REPLY.as_bytes()).unwrap();

    assert_eq!(reply.status, StatusCode::Success);
    assert_eq!(reply.reference_id(), None);
}
