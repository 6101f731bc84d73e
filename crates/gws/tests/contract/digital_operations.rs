//! Operations and queries on written sessions: what exactly goes on the wire.

use gws::digital::{
    Channel, Medium, PublicMessage, Session, SessionAddress, SmsSpelling, SupervisorMode,
    SupervisorMonitoringMode, Typing, Whisper,
};
use gws::{
    DigitalOperation, DigitalOrder, Operation, Query, Request, SessionAct, UserId, Visibility, decode,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn line(request: &Request) -> String {
    let query: Vec<String> = request
        .query
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let body = request
        .body
        .as_ref()
        .map(|body| format!(" {body}"))
        .unwrap_or_default();
    let method = request.method.as_str();
    format!("{method} {}{mark}{}{body}", request.path, query.join("&"))
}

fn sent(operation: DigitalOperation) -> String {
    line(&Operation::from(operation).request())
}

fn session_seen_by(visibility: &str) -> Session {
    decode(&json!({"id": "0000Ka1", "participants": [
        {"type": "Customer", "nickname": "Pat", "visibility": "All"},
        {"type": "Agent", "nickname": "ann", "visibility": "All", "uri": "http://h/api/v2/users/aaaa"},
        {"type": "Agent", "nickname": "lead", "visibility": visibility, "uri": "http://h/api/v2/users/bbbb"}],
        "capabilities": ["Leave", "SendMessage", "SendToAgents"]}))
    .value
    .unwrap()
}

fn lead() -> UserId {
    UserId::from("bbbb")
}

fn data() -> Map<String, Value> {
    let pairs = [
        ("Subject".to_owned(), json!("Billing")),
        ("Old".to_owned(), json!(null)),
    ];
    pairs.into_iter().collect()
}

#[test]
fn agents_are_monitored_on_the_channel_the_caller_names() {
    for (channel, name) in [
        (Channel::Sms(SmsSpelling::Smsession), "smsession"),
        (Channel::Sms(SmsSpelling::Smsession.other()), "smssession"),
        (Channel::Chat, "chat"),
    ] {
        for mode in SupervisorMode::ALL {
            let operation = DigitalOperation::Monitor {
                agent: "aaaa".into(),
                channel,
                order: DigitalOrder::new(mode),
            };
            assert_eq!(operation.name(), format!("{mode:?}"));
            assert_eq!(
                sent(operation),
                format!(r#"POST /users/aaaa/channels/{name} {{"operationName":"{mode:?}"}}"#)
            );
        }
        let cancel = DigitalOperation::CancelMonitoring {
            agent: "aaaa".into(),
            channel,
        };
        assert_eq!(
            sent(cancel),
            format!(r#"POST /users/aaaa/channels/{name} {{"operationName":"CancelSupervisorMonitoring"}}"#)
        );
    }
}

#[test]
fn spellings_are_remembered_as_they_are_spelt() {
    for spelling in [SmsSpelling::Smsession, SmsSpelling::Smssession] {
        assert_eq!(serde_json::to_value(spelling).unwrap(), spelling.as_str());
        assert_ne!(spelling.other(), spelling);
        assert_eq!(spelling.other().other(), spelling);
    }
}

#[test]
fn a_running_session_is_joined_at_the_agent() {
    let intrude = |session, mode| {
        sent(DigitalOperation::Intrude {
            agent: "aaaa".into(),
            session,
            mode,
        })
    };

    assert_eq!(
        intrude(SessionAddress::sms("0000Ka1"), None),
        r#"POST /users/aaaa/smssessions/0000Ka1 {"operationName":"Intrude"}"#
    );
    assert_eq!(
        intrude(SessionAddress::chat("c/1"), Some(SupervisorMode::Coach)),
        r#"POST /users/aaaa/chats/c%2F1 {"operationName":"Intrude","supervisorVisibilityMode":"Coach"}"#
    );
}

#[test]
fn acts_go_to_the_own_session() {
    let cases = [
        (
            SessionAct::Accept {
                nickname: "lead".to_owned(),
                save_last_agent: Some(false),
            },
            r#"{"operationName":"Accept","nickname":"lead","saveLAR":false}"#,
        ),
        (SessionAct::Reject, r#"{"operationName":"Reject"}"#),
        (SessionAct::Leave, r#"{"operationName":"Leave"}"#),
        (
            SessionAct::Complete {
                queue_name: None,
                save_last_agent: None,
            },
            r#"{"operationName":"Complete"}"#,
        ),
        (
            SessionAct::Complete {
                queue_name: Some("Billing".to_owned()),
                save_last_agent: Some(true),
            },
            r#"{"operationName":"Complete","queueName":"Billing","saveLAR":true}"#,
        ),
        (
            SessionAct::SwitchTo(SupervisorMode::Coach),
            r#"{"operationName":"SwitchToCoach"}"#,
        ),
        (
            SessionAct::SwitchTo(SupervisorMode::Monitor),
            r#"{"operationName":"SwitchToMonitor"}"#,
        ),
        (
            SessionAct::SwitchTo(SupervisorMode::BargeIn),
            r#"{"operationName":"SwitchToBargeIn"}"#,
        ),
        (
            SessionAct::AttachUserData(data()),
            r#"{"operationName":"AttachUserData","userData":{"Subject":"Billing","Old":null}}"#,
        ),
        (
            SessionAct::UpdateUserData(data()),
            r#"{"operationName":"UpdateUserData","userData":{"Subject":"Billing","Old":null}}"#,
        ),
    ];
    for (act, body) in cases {
        for (session, path) in [
            (SessionAddress::sms("0000Ka1"), "/me/smssessions/0000Ka1"),
            (SessionAddress::chat("0000Ka1"), "/me/chats/0000Ka1"),
        ] {
            let act = act.clone();
            assert_eq!(
                sent(DigitalOperation::Session { session, act }),
                format!("POST {path} {body}")
            );
        }
    }
}

#[test]
fn whispers_go_to_agents_only() {
    let session = || SessionAddress::sms("0000Ka1");
    for (whisper, body) in [
        (
            Whisper::text(session(), "Offer the \"callback\" \u{1f44d}"),
            r#"{"operationName":"SendToAgents","text":"Offer the \"callback\" 👍"}"#,
        ),
        (
            Whisper::typing(session(), Typing::Started),
            r#"{"operationName":"SendStartTypingToAgentsNotification"}"#,
        ),
        (
            Whisper::typing(session(), Typing::Stopped),
            r#"{"operationName":"SendStopTypingToAgentsNotification"}"#,
        ),
    ] {
        assert_eq!(
            sent(DigitalOperation::Whisper(whisper)),
            format!("POST /me/smssessions/0000Ka1 {body}")
        );
    }
}

#[test]
fn public_messages_go_to_everybody() {
    let session = session_seen_by("All");
    let typing = |typing| PublicMessage::typing(Medium::Sms, &session, &lead(), typing).unwrap();
    for (message, body) in [
        (
            PublicMessage::text(Medium::Sms, &session, &lead(), "Hello").unwrap(),
            r#"{"operationName":"SendMessage","text":"Hello"}"#,
        ),
        (
            typing(Typing::Started),
            r#"{"operationName":"SendStartTypingNotification"}"#,
        ),
        (
            typing(Typing::Stopped),
            r#"{"operationName":"SendStopTypingNotification"}"#,
        ),
    ] {
        assert_eq!(
            sent(DigitalOperation::Publish(message)),
            format!("POST /me/smssessions/0000Ka1 {body}")
        );
    }
}

#[test]
fn nothing_public_is_made_where_not_everybody_sees_us() {
    for (word, reason) in [
        (
            "Agents",
            "nothing can be said to the customer here: only agents see you",
        ),
        (
            "Supervisors",
            "nothing can be said to the customer here: only supervisors see you",
        ),
        (
            "all",
            "nothing can be said to the customer here: you are seen by \"all\"",
        ),
        (
            "",
            "nothing can be said to the customer here: it is not known who sees you",
        ),
    ] {
        let session = session_seen_by(word);
        assert!(session.lists("SendMessage"), "whatever the server lists");

        let text = PublicMessage::text(Medium::Sms, &session, &lead(), "Hello").unwrap_err();
        let typing = PublicMessage::typing(Medium::Sms, &session, &lead(), Typing::Started).unwrap_err();
        assert_eq!(text.to_string(), reason);
        assert_eq!(typing, text);
    }
}

#[test]
fn a_public_message_falls_with_the_visibility_it_was_made_on() {
    let session = session_seen_by("All");
    let message = PublicMessage::text(Medium::Sms, &session, &lead(), "Hello").unwrap();
    let other = Session {
        id: "0000Ka2".into(),
        ..session.clone()
    };

    assert!(message.holds_in(Medium::Sms, &session, &lead()));
    assert!(!message.holds_in(Medium::Sms, &session_seen_by("Agents"), &lead()));
    assert!(!message.holds_in(Medium::Sms, &other, &lead()));
    assert!(!message.holds_in(Medium::Sms, &session, &UserId::from("cccc")));
    assert!(
        !message.holds_in(Medium::Chat, &session, &lead()),
        "a chat may have the same id"
    );
}

#[test]
fn queries_encode_themselves() {
    let messages = |start_index, count| Query::Messages {
        session: SessionAddress::sms("0000Ka1"),
        start_index,
        count,
    };
    let of_agent = |medium| Query::UserSessions {
        user: "aaaa".into(),
        medium,
    };
    let cases = [
        (Query::MySessions(Medium::Sms), "GET /me/smssessions?fields=*"),
        (Query::MySessions(Medium::Chat), "GET /me/chats?fields=*"),
        (of_agent(Medium::Sms), "GET /users/aaaa/smssessions?fields=*"),
        (of_agent(Medium::Chat), "GET /users/aaaa/chats?fields=*"),
        (
            Query::Session(SessionAddress::sms("0000Ka1")),
            "GET /me/smssessions/0000Ka1",
        ),
        (messages(None, None), "GET /me/smssessions/0000Ka1/messages"),
        (
            messages(Some(1), Some(50)),
            "GET /me/smssessions/0000Ka1/messages?startIndex=1&count=50",
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(line(&query.request()), expected);
    }
}

fn order() -> impl Strategy<Value = DigitalOrder> {
    let mode = prop::sample::select(SupervisorMode::ALL.to_vec());
    let monitoring_mode = prop::option::of(prop::sample::select(vec![
        SupervisorMonitoringMode::NextChat,
        SupervisorMonitoringMode::AllChats,
    ]));
    let nickname = prop::option::of(any::<String>().prop_filter("a name", |name| !name.trim().is_empty()));
    (mode, monitoring_mode, nickname).prop_map(|(mode, monitoring_mode, nickname)| DigitalOrder {
        mode,
        monitoring_mode,
        nickname,
    })
}

/// What a server reads out of the body of a monitoring request.
fn order_as_read(body: &Value) -> DigitalOrder {
    DigitalOrder {
        mode: serde_json::from_value(body["operationName"].clone()).unwrap(),
        monitoring_mode: serde_json::from_value(body["supervisorMonitoringMode"].clone()).unwrap(),
        nickname: serde_json::from_value(body["nickname"].clone()).unwrap(),
    }
}

fn on_the_wire(operation: DigitalOperation) -> Value {
    let body = Operation::from(operation).request().body.unwrap().to_string();
    serde_json::from_str(&body).unwrap()
}

proptest! {
    #[test]
    fn what_is_ordered_is_what_a_server_reads(order in order()) {
        let body = on_the_wire(DigitalOperation::Monitor {
            agent: "aaaa".into(), channel: Channel::Sms(SmsSpelling::Smsession), order: order.clone(),
        });

        prop_assert_eq!(order_as_read(&body), order);
    }

    #[test]
    fn what_is_whispered_is_whispered_word_for_word(id in any::<String>(), text in any::<String>()) {
        let whisper = DigitalOperation::Whisper(Whisper::text(SessionAddress::sms(id), text.clone()));

        prop_assert_eq!(on_the_wire(whisper), json!({"operationName": "SendToAgents", "text": text}));
    }

    /// The safety rule: whoever is in the session and however they are seen, there is a public message exactly when
    /// all that is known of us says that everybody sees us.
    #[test]
    fn a_public_message_needs_a_public_sender(
        people in prop::collection::vec(
            (prop::sample::select(vec!["/users/bbbb", "http://x/api/v2/users/aaaa", "/users/bbbb/", ""]),
             prop::sample::select(vec!["All", "All", "All", "Agents", "Supervisors", "ALL", ""])),
            0..5),
        text in any::<String>(),
    ) {
        let participants: Vec<Value> =
            people.iter().map(|(uri, visibility)| json!({"uri": uri, "visibility": visibility})).collect();
        let json = json!({"id": "s", "participants": participants, "capabilities": ["SendMessage"]});
        let session: Session = decode(&json).value.unwrap();
        let own: Vec<&str> =
            people.iter().filter(|(uri, _)| uri.contains("bbbb")).map(|(_, visibility)| *visibility).collect();
        let public = !own.is_empty() && own.iter().all(|visibility| *visibility == "All");

        let message = PublicMessage::text(Medium::Sms, &session, &lead(), text.clone());
        prop_assert_eq!(message.is_ok(), public);
        prop_assert_eq!(session.own_visibility(&lead()) == Some(&Visibility::All), public);
        if let Ok(message) = message {
            prop_assert!(message.holds_in(Medium::Sms, &session, &lead()));
            let expected = json!({"operationName": "SendMessage", "text": text});
            prop_assert_eq!(on_the_wire(DigitalOperation::Publish(message)), expected);
        }
    }
}
