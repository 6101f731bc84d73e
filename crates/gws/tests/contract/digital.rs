//! Written sessions, their messages and their notifications, as the documentation and real servers send them.

use gws::digital::{DigitalNotification, Medium, Message, Session, SessionAddress, SupervisorMode};
use gws::notification::topic;
use gws::{
    MessageType, Notification, ParticipantType, ReplyError, SessionNotificationType, SessionState, UserId,
    Visibility, decode, reply,
};
use serde_json::{Value, json};

fn coached_session() -> Value {
    json!({
        "id": "0000Ka1", "uri": "http://h/api/v2/smssessions/0000Ka1", "path": "/smssessions/0000Ka1",
        "state": "Chatting", "chatType": "Inbound", "receivedDate": "2026-01-05 10:15:02.000-0700",
        "participants": [
            {"participantId": "00AF01", "type": "Customer", "nickname": "Pat", "visibility": "All"},
            {"participantId": "00AF02", "type": "Agent", "nickname": "ann", "visibility": "All", "uri": "http://h/api/v2/users/aaaa"},
            {"participantId": "00AF03", "type": "Agent", "nickname": "lead", "visibility": "Agents", "uri": "http://h/api/v2/users/bbbb"},
        ],
        "capabilities": ["Leave", "SendToAgents", "SwitchToMonitor", "SwitchBargeIn"],
        "userData": {"Subject": "Billing", "Attempts": 3, "Order": null},
        "suggestedQueueUris": [], "revelantResponseTemplateGroups": [],
    })
}

fn session(json: &Value) -> Session {
    let decoded = decode::<Session>(json);
    assert_eq!(decoded.warnings, vec![]);
    decoded.value.unwrap()
}

fn whisper() -> Value {
    json!({"index": 4, "type": "Text", "visibility": "Agents", "text": "Offer the callback",
        "from": {"type": "Agent", "nickname": "lead", "participantId": "00AF03", "uri": "http://h/api/v2/users/bbbb"},
        "timestamp": "2026-01-05 10:16:00.120-0700", "timestampSeconds": 1_767_633_360_120_i64})
}

fn message(json: &Value) -> Message {
    decode(json).value.unwrap()
}

fn understood(channel: &str, data: &Value) -> DigitalNotification {
    match Notification::decode(channel, data) {
        Notification::Digital(understood) => understood,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_session_says_everything_it_carries() {
    let session = session(&coached_session());
    let participants = session.participants.as_ref().unwrap();

    assert_eq!(session.address(Medium::Sms), SessionAddress::sms("0000Ka1"));
    assert_eq!(session.state, Some(SessionState::Chatting));
    assert_eq!(session.chat_type.as_deref(), Some("Inbound"));
    assert_eq!(
        session.received_date.as_deref(),
        Some("2026-01-05 10:15:02.000-0700")
    );
    assert_eq!(participants.len(), 3);
    assert_eq!(participants[0].kind, Some(ParticipantType::Customer));
    assert_eq!(participants[0].id, Some("00AF01".into()));
    assert_eq!(participants[1].nickname.as_deref(), Some("ann"));
    assert_eq!(session.user_data.as_ref().unwrap()["Attempts"], 3);
    assert_eq!(session.user_data.as_ref().unwrap()["Order"], Value::Null);
}

#[test]
fn the_supervisor_is_found_by_address() {
    let session = session(&coached_session());
    let visibility = |user: &str| session.own_visibility(&UserId::from(user)).cloned();

    assert_eq!(visibility("bbbb"), Some(Visibility::Agents));
    assert_eq!(visibility("aaaa"), Some(Visibility::All));
    assert_eq!(visibility("cccc"), None);
    assert_eq!(
        SupervisorMode::of(&visibility("bbbb").unwrap()),
        Some(SupervisorMode::Coach)
    );
    assert_eq!(SupervisorMode::of(&Visibility::Other("Int".to_owned())), None);
}

#[test]
fn two_entries_of_one_user_must_agree() {
    let twice = |first: &str, second: &str| {
        session(&json!({"id": "s", "participants": [
            {"uri": "/users/bbbb", "visibility": first}, {"uri": "/users/bbbb", "visibility": second}]}))
    };
    let own = UserId::from("bbbb");

    assert_eq!(twice("All", "All").own_visibility(&own), Some(&Visibility::All));
    assert_eq!(twice("All", "Agents").own_visibility(&own), None);
    assert_eq!(twice("", "All").own_visibility(&own), None);
}

#[test]
fn capabilities_go_by_both_of_their_names() {
    let lists =
        |listed: &str, asked: &str| session(&json!({"id": "s", "capabilities": [listed]})).lists(asked);

    assert!(lists("SwitchBargeIn", SupervisorMode::BargeIn.switch()));
    assert!(lists("SwitchToBargeIn", SupervisorMode::BargeIn.switch()));
    assert!(lists("InFocus", "SetInFocus"));
    assert!(!lists("SwitchBargeIn", SupervisorMode::Monitor.switch()));
    assert!(!session(&json!({"id": "s"})).lists("Leave"));
}

#[test]
fn a_later_word_leaves_standing_what_it_does_not_mention() {
    let before = session(&coached_session());
    let later = session(&json!({"id": "0000Ka1", "state": "Revoked", "participants": []}));
    let after = before.clone().then(later);

    assert_eq!(after.state, Some(SessionState::Revoked));
    assert_eq!(after.participants, Some(vec![]), "an empty list is a statement");
    assert_eq!(after.user_data, before.user_data);
    assert_eq!(before.clone().then(before.clone()), before);
}

#[test]
fn states_that_nothing_follows() {
    for (word, is_final) in [
        ("Invited", false),
        ("Accepted", false),
        ("Chatting", false),
        ("LeftChat", false),
        ("JoinFailed", false),
        ("Completed", true),
        ("Revoked", true),
        ("Haunted", false),
    ] {
        assert_eq!(SessionState::from(word).is_final(), is_final, "{word}");
        assert_eq!(SessionState::from(word).as_str(), word);
    }
}

#[test]
fn a_whisper_as_it_comes_back() {
    let message = message(&whisper());

    assert_eq!(message.index, Some(4));
    assert_eq!(message.kind, MessageType::Text);
    assert_eq!(message.text.as_deref(), Some("Offer the callback"));
    assert_eq!(
        message.timestamp_milliseconds,
        Some(1_767_633_360_120),
        "the wire calls them seconds"
    );
    assert!(message.is_hidden_from_customer());
    assert!(message.from.unwrap().is(&UserId::from("bbbb")));
}

#[test]
fn only_certain_words_hide_a_message_from_the_customer() {
    for (visibility, hidden) in [
        (json!("Agents"), true),
        (json!("Supervisors"), true),
        (json!("All"), false),
        (json!("Int"), false),
        (json!(null), false),
    ] {
        let message = message(&json!({"type": "Text", "visibility": visibility}));
        assert_eq!(message.is_hidden_from_customer(), hidden, "{visibility}");
    }
}

#[test]
fn message_types_and_those_nobody_knows() {
    for (word, typing, notice) in [
        ("Text", false, false),
        ("ParticipantJoined", false, false),
        ("ParticipantLeft", false, false),
        ("ParticipantRejoined", false, false),
        ("TypingStarted", true, false),
        ("TypingStopped", true, false),
        ("PushUrl", false, false),
        ("Notice", false, true),
        ("TranscriptSaveDone", false, true),
        ("CoffeeSpilled", false, true),
    ] {
        let message = message(&json!({"index": 1, "type": word}));
        assert_eq!(
            (message.is_typing(), message.is_notice()),
            (typing, notice),
            "{word}"
        );
        assert_eq!(message.kind.as_str(), word);
    }
    let untyped = decode::<Message>(&json!({"index": 1, "text": "hm"}));
    assert_eq!(untyped.warnings.len(), 1);
    assert!(untyped.value.unwrap().is_notice());
}

#[test]
fn replies_under_either_set_of_names() {
    let reply = |body: Value| reply::decode(200, None, body.to_string().as_bytes()).unwrap();
    for (medium, one, several) in [
        (Medium::Sms, "smssession", "smssessions"),
        (Medium::Chat, "chat", "chats"),
    ] {
        let single = reply(json!({"statusCode": 0, one: coached_session()}));
        let list = reply(json!({"statusCode": 0, several: [coached_session(), {}]}));
        let nothing = reply(json!({"statusCode": 0, "uris": []}));

        assert_eq!(single.session(medium).unwrap().value, session(&coached_session()));
        assert_eq!(list.sessions(medium).unwrap().value.len(), 1);
        assert_eq!(list.sessions(medium).unwrap().warnings.len(), 1);
        assert_eq!(nothing.sessions(medium).unwrap().value, vec![]);
        assert_eq!(
            reply(json!({"statusCode": 0})).sessions(medium).unwrap_err(),
            ReplyError::Missing { what: several }
        );
    }
    let transcript =
        reply(json!({"statusCode": 0, "referenceId": 35, "messages": [whisper(), 1, whisper()]}));
    assert_eq!(
        transcript.messages().unwrap().value.len(),
        2,
        "repeats are kept as they come"
    );
    assert_eq!(transcript.reference_id(), Some(35));
}

#[test]
fn the_type_of_a_message_decides_on_every_topic() {
    for channel in [
        topic::SMS_SESSION,
        topic::SMS_SESSIONS,
        topic::CHATS,
        topic::CALLS,
        "/anything",
    ] {
        for (medium, kind, key) in [
            (Medium::Sms, "SMSsessionStateChangeMessage", "smssession"),
            (Medium::Chat, "ChatStateChangeMessage", "chat"),
        ] {
            for notification_type in [
                "StatusChange",
                "ParticipantsUpdated",
                "PropertiesUpdated",
                "CoffeeSpilled",
            ] {
                let data = json!({"messageType": kind, "notificationType": notification_type,
                    key: coached_session(), "referenceId": 7, "metrics": {}});
                let expected = DigitalNotification::SessionChanged {
                    medium,
                    session: session(&coached_session()),
                    notification_type: SessionNotificationType::from(notification_type),
                    reference_id: Some(7),
                };
                assert_eq!(understood(channel, &data), expected);
            }
        }
    }
}

#[test]
fn new_messages_name_their_session_by_address_or_by_path() {
    for (key, address, expected) in [
        (
            "smssessionUri",
            "http://h/api/v2/smssessions/0000Ka1",
            SessionAddress::sms("0000Ka1"),
        ),
        (
            "smssessionPath",
            "/smssessions/0000Ka1",
            SessionAddress::sms("0000Ka1"),
        ),
        ("chatUri", "http://h/api/v2/chats/c1", SessionAddress::chat("c1")),
        ("chatPath", "/chats/c1", SessionAddress::chat("c1")),
    ] {
        let data = json!({"messageType": "MessageLogUpdated", "notificationType": "NewMessages",
            key: address, "messages": [{"index": 9, "type": "Text"}, whisper(), whisper(), "?"]});
        let DigitalNotification::MessagesAdded { session, messages } = understood(topic::CALLS, &data) else {
            panic!("messages");
        };
        let indices: Vec<_> = messages.iter().map(|message| message.index).collect();

        assert_eq!(session, expected);
        assert_eq!(
            indices,
            [Some(9), Some(4), Some(4)],
            "gaps and repeats as they come"
        );
    }
}

#[test]
fn messages_of_nobody_are_kept_whole() {
    let data = json!({"messageType": "MessageLogUpdated", "facebooksessionUri": "/facebooksessions/f", "messages": []});
    assert!(matches!(
        Notification::decode(topic::SMS_SESSION, &data),
        Notification::Unknown { .. }
    ));
}

#[test]
fn an_error_of_a_session_is_none_of_a_call() {
    let error = |session: Option<&str>, message: Option<&str>, reference_id| DigitalNotification::Error {
        medium: Medium::Sms,
        session: session.map(Into::into),
        message: message.map(str::to_owned),
        reference_id,
    };
    let documented = json!({"messageType": "SMSsessionStateChangeMessage", "notificationType": "Error",
        "errorMessage": "Request failed", "referenceId": 35});
    let wordless = json!({"messageType": "SMSsessionStateChangeMessage", "notificationType": "Error",
        "smssession": {"id": "0000Ka1"}});
    let explained = json!({"messageType": "SMSsessionStateChangeMessage", "errorMessage": "Request failed"});
    let general = json!({"messageType": "ErrorMessage", "smssessionPath": "/smssessions/0000Ka1", "errorMessage": "No"});
    let bare = json!({"messageType": "ErrorMessage"});

    assert_eq!(
        understood(topic::CALLS, &documented),
        error(None, Some("Request failed"), Some(35))
    );
    assert_eq!(
        understood(topic::CALLS, &wordless),
        error(Some("0000Ka1"), None, None)
    );
    assert_eq!(
        understood(topic::CALLS, &explained),
        error(None, Some("Request failed"), None)
    );
    assert_eq!(
        understood(topic::CALLS, &general),
        error(Some("0000Ka1"), Some("No"), None)
    );
    assert_eq!(understood(topic::SMS_SESSIONS, &bare), error(None, None, None));
    assert!(matches!(
        Notification::decode(topic::CALLS, &bare),
        Notification::Error { .. }
    ));
}

#[test]
fn a_message_without_a_type_is_taken_by_its_topic() {
    let session = json!({"smssession": {"id": "0000Ka1", "state": "Revoked"}});
    let messages = json!({"smssessionUri": "/smssessions/0000Ka1", "messages": [whisper()]});

    assert!(matches!(
        understood(topic::SMS_SESSION, &session),
        DigitalNotification::SessionChanged { .. }
    ));
    assert!(matches!(
        understood(topic::SMS_SESSIONS, &messages),
        DigitalNotification::MessagesAdded { .. }
    ));
    assert!(matches!(
        Notification::decode(topic::CALLS, &session),
        Notification::Unknown { .. }
    ));
}

#[test]
fn each_medium_has_topics_of_its_own() {
    assert_eq!(Medium::Sms.topics(), ["/v2/me/smssession", "/v2/me/smssessions"]);
    assert_eq!(Medium::Chat.topics(), ["/v2/me/chats"]);
}
