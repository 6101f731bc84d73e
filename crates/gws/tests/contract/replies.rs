//! Replies: the status told apart, whatever it comes in.

use gws::reply::decode;
use gws::{ChannelOutcome, Reply, ReplyError, Role, StatusCode};
use serde_json::json;

fn ok(body: &str) -> Reply {
    decode(200, Some("application/json;charset=UTF-8"), body.as_bytes()).unwrap()
}

fn error(http: u16, body: &str) -> ReplyError {
    decode(http, Some("application/json"), body.as_bytes()).unwrap_err()
}

#[test]
fn every_status_code_is_known_by_its_number() {
    assert_eq!(StatusCode::ALL.len(), 21);
    for (code, status) in (0..).zip(StatusCode::ALL) {
        assert_eq!(status.code(), code);
        assert_eq!(StatusCode::from(code), *status);
        assert!(!status.meaning().is_empty());
        assert_eq!(status.is_success(), code == 0 || code == 7);
    }
    assert_eq!(StatusCode::from(21), StatusCode::Other(21));
    assert_eq!(StatusCode::from(-1).code(), -1);
}

#[test]
fn every_status_code_is_read_as_number_and_as_text() {
    for status in StatusCode::ALL {
        let code = status.code();
        for body in [
            format!(r#"{{"statusCode":{code}}}"#),
            format!(r#"{{"statusCode":"{code}"}}"#),
        ] {
            match (decode(200, None, body.as_bytes()), status) {
                (Ok(reply), _) => {
                    assert!(status.is_success(), "{status}");
                    assert_eq!(reply.status, *status);
                }
                (Err(error), StatusCode::NotAuthenticated) => assert_eq!(error, ReplyError::NotAuthenticated),
                (Err(error), _) => {
                    assert_eq!(
                        error,
                        ReplyError::Refused {
                            status: *status,
                            message: None,
                            http: 200
                        }
                    );
                }
            }
        }
    }
}

#[test]
fn an_unknown_status_is_a_refusal_that_keeps_its_number() {
    let expected = ReplyError::Refused {
        status: StatusCode::Other(77),
        message: Some("hm".to_owned()),
        http: 200,
    };
    assert_eq!(error(200, r#"{"statusCode":77,"statusMessage":"hm"}"#), expected);
}

#[test]
fn a_part_that_failed_does_not_make_a_failure() {
    let reply = ok(r#"{
        "statusCode": 7,
        "succeeded": [ { "statusCode": 0, "channel": "voice" } ],
        "failed":    [ { "statusCode": 4, "statusMessage": "Interaction server connection is not opened", "channel": "multimedia" } ]
    }"#);
    let partial = reply.partial.unwrap();

    assert_eq!(reply.status, StatusCode::PartialSuccess);
    assert!(reply.warnings.is_empty());
    assert_eq!(
        partial.succeeded,
        [ChannelOutcome {
            channel: "voice".to_owned(),
            status: StatusCode::Success,
            message: None
        }]
    );
    assert_eq!(partial.failure_of("voice"), None);
    assert_eq!(
        partial.failure_of("multimedia"),
        Some(&ChannelOutcome {
            channel: "multimedia".to_owned(),
            status: StatusCode::InternalError,
            message: Some("Interaction server connection is not opened".to_owned()),
        })
    );
}

#[test]
fn partial_success_with_odd_parts_keeps_the_others() {
    let reply =
        ok(r#"{"statusCode":"7","succeeded":"voice","failed":[17,{"channel":"voice","statusCode":"4"},{}]}"#);
    let partial = reply.partial.unwrap();

    assert!(partial.succeeded.is_empty());
    assert_eq!(partial.failed.len(), 2);
    assert_eq!(
        partial.failure_of("voice").unwrap().status,
        StatusCode::InternalError
    );
    assert_eq!(partial.failed[1].status, StatusCode::Incomplete);
    let places: Vec<String> = reply
        .warnings
        .into_iter()
        .map(|warning| warning.to_string())
        .collect();
    assert_eq!(
        places,
        [
            "succeeded: expected an array, found text",
            "failed[0]: expected an object, found a number"
        ]
    );
}

#[test]
fn a_device_that_is_not_registered() {
    let refused = error(
        500,
        r#"{"statusCode":4,"statusMessage":"Device '5001' is not registered."}"#,
    );

    assert_eq!(
        refused.to_string(),
        "the server refused: Device '5001' is not registered."
    );
    assert_eq!(
        refused,
        ReplyError::Refused {
            status: StatusCode::InternalError,
            message: Some("Device '5001' is not registered.".to_owned()),
            http: 500,
        }
    );
}

#[test]
fn no_session_and_no_token_are_the_same_http_status_and_two_things() {
    assert_eq!(
        error(403, r#"{"statusCode":20,"statusMessage":"Access denied"}"#),
        ReplyError::NotAuthenticated
    );
    assert_eq!(
        error(403, "<h1>403</h1> Missing or invalid Csrf token"),
        ReplyError::CsrfRejected
    );
    assert_eq!(
        error(
            403,
            r#"{"statusCode":3,"statusMessage":"Missing or invalid CSRF token"}"#
        ),
        ReplyError::CsrfRejected
    );
    assert_eq!(error(403, "Forbidden"), ReplyError::Http { status: 403 });
    assert_eq!(
        error(403, r#"{"statusCode":5}"#),
        ReplyError::Refused {
            status: StatusCode::NotPermitted,
            message: None,
            http: 403
        }
    );
}

#[test]
fn http_401_means_sign_in_whatever_the_body() {
    for body in [
        "",
        "<html></html>",
        "[]",
        "{}",
        r#"{"statusCode":5}"#,
        r#"{"statusCode":20}"#,
        r#"{"statusCode":"x"}"#,
    ] {
        assert_eq!(error(401, body), ReplyError::NotAuthenticated, "{body}");
    }
}

#[test]
fn the_body_wins_over_the_http_status() {
    assert_eq!(
        decode(500, None, br#"{"statusCode":0}"#).unwrap().status,
        StatusCode::Success
    );
    assert!(matches!(
        error(200, r#"{"statusCode":6}"#),
        ReplyError::Refused {
            status: StatusCode::NotFound,
            ..
        }
    ));
}

#[test]
fn no_json_is_told_by_the_http_status_or_by_its_looks() {
    assert_eq!(error(503, ""), ReplyError::Http { status: 503 });
    assert_eq!(
        error(404, "<html>Not Found</html>"),
        ReplyError::Http { status: 404 }
    );
    assert_eq!(error(404, "[]"), ReplyError::Http { status: 404 });
    assert_eq!(
        error(500, r#"{"message":"oops"}"#),
        ReplyError::Http { status: 500 }
    );
    assert_eq!(error(302, ""), ReplyError::Http { status: 302 });

    assert_eq!(
        error(200, "\n <!DOCTYPE html><title>Sign in</title>"),
        ReplyError::NotJson {
            html: true,
            http: 200
        }
    );
    assert_eq!(
        decode(200, Some("Text/HTML; charset=utf-8"), b"Welcome").unwrap_err(),
        ReplyError::NotJson {
            html: true,
            http: 200
        }
    );
    assert_eq!(
        error(200, ""),
        ReplyError::NotJson {
            html: false,
            http: 200
        }
    );
    assert_eq!(
        error(200, r#"{"statusCode":0,"user":{"id":"#),
        ReplyError::NotJson {
            html: false,
            http: 200
        }
    );
    assert_eq!(error(200, "[1]"), ReplyError::NotAnObject { http: 200 });
    assert_eq!(
        error(200, r#"{"statusCode":"banana"}"#),
        ReplyError::NoStatus { http: 200 }
    );
}

#[test]
fn a_missing_status_or_a_byte_order_mark_is_no_reason_to_fail() {
    assert_eq!(ok(r#"{"version":"8.5.0"}"#).status, StatusCode::Success);
    assert_eq!(ok("\u{feff}{\"statusCode\":0}").status, StatusCode::Success);
}

#[test]
fn me_with_its_subresources() {
    let reply = ok(r#"{ "statusCode": 0, "user": {
        "id": "3f65ac87", "userName": "jane", "firstName": "Jane", "lastName": "Doe", "emailAddress": "",
        "roles": ["ROLE_AGENT", "ROLE_SUPERVISOR", "ROLE_JANITOR"], "enabled": true, "changePasswordOnFirstLogin": false,
        "devices": [ { "id": "d-1", "deviceState": "Inactive", "phoneNumber": "5001", "e164Number": "" } ],
        "channels": [ { "channel": "chat", "userState": { "id": "900D55CC", "displayName": "Not Ready", "state": "NotReady" } } ],
        "calls": [],
        "skills": [ { "id": "1e49b672", "name": "English", "level": "8" } ],
        "groups": [ { "id": "2-91284a08", "name": "Sales", "type": "BusinessUnit", "contains": ["users"] } ],
        "features": [ { "id": "api-voice", "displayName": "Voice API" }, { "path": "/features/api-supervisor-monitoring" } ],
        "settings": { "interaction-workspace": { "key": "value" } },
        "uri": "http://host/api/v2/users/3f65ac87", "path": "/users/3f65ac87" } }"#);
    let user = reply.user().unwrap();

    assert!(user.warnings.is_empty(), "{:?}", user.warnings);
    let user = user.value;
    assert_eq!(user.display_name(), "Jane Doe");
    assert_eq!(user.email, None);
    assert_eq!(
        user.roles,
        [
            Role::Agent,
            Role::Supervisor,
            Role::Other("ROLE_JANITOR".to_owned())
        ]
    );
    assert!(user.has_role(&Role::Supervisor));
    assert_eq!(user.has_feature("api-supervisor-monitoring"), Some(true));
    assert_eq!(user.has_feature("api-voice-recording"), Some(false));
    let device = &user.devices.as_ref().unwrap()[0];
    assert_eq!(device.user_state, None);
    assert_eq!(device.e164_number, None);
    assert_eq!(
        device.capabilities, None,
        "nothing listed is not the same as an empty list"
    );
    assert_eq!(user.calls.as_deref(), Some(&[][..]));
    assert_eq!(user.groups.as_ref().unwrap()[0].name, "Sales");
    assert_eq!(user.channels.as_ref().unwrap()[0].channel, "chat");
}

#[test]
fn a_single_resource_comes_wrapped_or_spread_over_the_body() {
    let wrapped = ok(r#"{"statusCode":0,"device":{"id":"d-1","phoneNumber":"5001"}}"#);
    let spread = ok(r#"{"statusCode":0,"id":"d-1","phoneNumber":"5001"}"#);

    assert_eq!(wrapped.device(), spread.device());
    assert_eq!(
        wrapped.device().unwrap().value.phone_number.as_deref(),
        Some("5001")
    );
    assert_eq!(wrapped.user(), Err(ReplyError::Missing { what: "user" }));
    assert_eq!(
        ok(r#"{"call":{"id":"c","state":"Held"}}"#)
            .call()
            .unwrap()
            .value
            .id
            .as_str(),
        "c"
    );
}

#[test]
fn lists_under_their_plurals() {
    assert_eq!(
        ok(r#"{"devices":[{"id":"a"},{"id":"b"}]}"#)
            .devices()
            .unwrap()
            .value
            .len(),
        2
    );
    assert_eq!(ok(r#"{"calls":[]}"#).calls().unwrap().value, []);
    assert_eq!(
        ok(r#"{"users":[{"id":"u"}]}"#).users().unwrap().value[0].display_name(),
        "u"
    );
    assert_eq!(
        ok(r#"{"groups":[{"id":"2-g"}]}"#).groups().unwrap().value[0].name,
        "2-g"
    );
    assert_eq!(
        ok(r#"{"version":"8.5.202.96"}"#).version().unwrap().as_str(),
        "8.5.202.96"
    );

    let services =
        ok(r#"{"services":[{"id":"s","name":"SIP_P","type":"Voice","state":"Active"}]}"#).services();
    assert_eq!(services.unwrap().value[0].kind.as_deref(), Some("Voice"));

    let states = ok(
        r#"{"settings":[{"id":"0F","operationName":"Offline","displayName":"Offline","state":"Logout"},{}]}"#,
    );
    let states = states.agent_states().unwrap();
    assert_eq!(states.value[0].state, Some(gws::AgentStateKind::LoggedOut));
    assert_eq!((states.value.len(), states.warnings.len()), (1, 1));

    let uris = ok(r#"{"uris":["http://h/api/v2/devices/a","http://h/api/v2/devices/b"]}"#)
        .uris()
        .unwrap()
        .value;
    assert_eq!(
        uris.iter().map(gws::ResourceUri::id).collect::<Vec<_>>(),
        ["a", "b"]
    );
}

#[test]
fn a_list_that_is_not_there_is_not_an_empty_list() {
    assert_eq!(
        ok(r#"{"statusCode":0}"#).users(),
        Err(ReplyError::Missing { what: "users" })
    );
    assert_eq!(
        ok(r#"{"uris":["/users/a"]}"#).users(),
        Err(ReplyError::Missing { what: "users" })
    );
    assert_eq!(
        ok(r#"{"users":{"id":"a"}}"#).users(),
        Err(ReplyError::Missing { what: "users" })
    );
    assert_eq!(
        ok(r#"{"version":{}}"#).version(),
        Err(ReplyError::Missing { what: "version" })
    );
    assert_eq!(ok(r#"{"uris":[]}"#).users().unwrap().value, []);
}

#[test]
fn ten_megabytes_that_nobody_asked_for_change_nothing() {
    let ballast = "x".repeat(10 * 1024 * 1024);
    let reply = ok(&json!({"statusCode": 0, "device": {"id": "d-1", "ballast": ballast}}).to_string());
    assert_eq!(reply.device().unwrap().value.id.as_str(), "d-1");
}
