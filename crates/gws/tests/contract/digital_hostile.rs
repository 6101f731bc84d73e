//! Written sessions from servers in every bad mood: nothing panics, and what is written is what is read.

use gws::digital::{DigitalNotification, Medium, Message, Participant, Session};
use gws::notification::topic;
use gws::{
    Capabilities, MessageType, Notification, ParticipantType, SessionState, Visibility, decode, reply,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any JSON, with a liking for the keys and words of written sessions.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,8}".prop_map(Value::from),
        prop::sample::select(vec![
            "SMSsessionStateChangeMessage",
            "ChatStateChangeMessage",
            "MessageLogUpdated",
            "ErrorMessage",
            "Error",
            "All",
            "Agents",
            "Chatting",
            "Text",
            "/smssessions/0000Ka1",
            "/",
        ])
        .prop_map(Value::from),
    ];
    let key = prop_oneof![
        4 => prop::sample::select(vec![
            "id", "uri", "path", "state", "chatType", "receivedDate", "participants", "participantId", "type",
            "nickname", "visibility", "capabilities", "userData", "messages", "index", "from", "text", "url",
            "timestamp", "timestampSeconds", "messageType", "notificationType", "referenceId", "errorMessage",
            "smssession", "smssessionUri", "smssessionPath", "chat", "chatUri", "chatPath", "smssessions", "data",
        ])
        .prop_map(str::to_owned),
        1 => ".{0,6}",
    ];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Text that says something: on the wire, empty text is no text.
fn some_text() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("not empty", |text| !text.is_empty())
}

fn maybe<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    prop::option::of(strategy)
}

fn word<T: for<'a> From<&'a str> + std::fmt::Debug>(
    known: &'static [&'static str],
) -> impl Strategy<Value = T> {
    let text = prop_oneof![prop::sample::select(known).prop_map(str::to_owned), some_text()];
    text.prop_map(|text| T::from(text.as_str()))
}

fn visibility() -> impl Strategy<Value = Option<Visibility>> {
    maybe(word(&["All", "Agents", "Supervisors"]))
}

fn participant() -> impl Strategy<Value = Participant> {
    let kind = maybe(word::<ParticipantType>(&["Agent", "Customer"]));
    (
        maybe(some_text()),
        kind,
        maybe(some_text()),
        visibility(),
        maybe(some_text()),
    )
        .prop_map(|(id, kind, nickname, visibility, uri)| Participant {
            id: id.map(Into::into),
            kind,
            nickname,
            visibility,
            uri: uri.map(Into::into),
        })
}

fn user_data() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((any::<String>(), any::<Option<String>>()), 0..4).prop_map(|pairs| {
        pairs
            .into_iter()
            .map(|(key, value)| (key, json!(value)))
            .collect()
    })
}

fn session() -> impl Strategy<Value = Session> {
    let participants = maybe(prop::collection::vec(participant(), 0..4));
    let capabilities = maybe(prop::collection::vec(some_text(), 0..4));
    (
        some_text(),
        maybe(word::<SessionState>(&["Invited", "Chatting", "Revoked"])),
        maybe(some_text()),
        maybe(some_text()),
        maybe(some_text()),
        participants,
        capabilities,
        maybe(user_data()),
    )
        .prop_map(
            |(id, state, uri, chat_type, received_date, participants, capabilities, user_data)| Session {
                id: id.into(),
                state,
                uri: uri.map(Into::into),
                chat_type,
                received_date,
                participants,
                capabilities: capabilities.map(Capabilities),
                user_data,
            },
        )
}

fn message() -> impl Strategy<Value = Message> {
    (
        any::<Option<u64>>(),
        word::<MessageType>(&["Text", "Notice", "TypingStarted"]),
        maybe(participant()),
        maybe(some_text()),
        maybe(some_text()),
        visibility(),
        maybe(some_text()),
        any::<Option<i64>>(),
    )
        .prop_map(
            |(index, kind, from, text, url, visibility, timestamp, timestamp_milliseconds)| Message {
                index,
                kind,
                from,
                text,
                url,
                visibility,
                timestamp,
                timestamp_milliseconds,
            },
        )
}

/// A participant as a server writes it.
fn participant_json(participant: &Participant) -> Value {
    json!({"participantId": participant.id, "type": participant.kind, "nickname": participant.nickname,
        "visibility": participant.visibility, "uri": participant.uri})
}

/// A session as a server writes it.
fn session_json(session: &Session) -> Value {
    let participants: Option<Vec<Value>> = session
        .participants
        .as_ref()
        .map(|all| all.iter().map(participant_json).collect());
    let capabilities = session.capabilities.as_ref().map(|capabilities| &capabilities.0);
    json!({"id": session.id, "state": session.state, "uri": session.uri, "chatType": session.chat_type,
        "receivedDate": session.received_date, "participants": participants, "capabilities": capabilities,
        "userData": session.user_data})
}

/// A message as a server writes it.
fn message_json(message: &Message) -> Value {
    json!({"index": message.index, "type": message.kind, "from": message.from.as_ref().map(participant_json),
        "text": message.text, "url": message.url, "visibility": message.visibility,
        "timestamp": message.timestamp, "timestampSeconds": message.timestamp_milliseconds})
}

/// Over the wire and back.
fn travelled(value: &Value) -> Value {
    serde_json::from_str(&value.to_string()).unwrap()
}

fn any_topic() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        topic::SMS_SESSION,
        topic::SMS_SESSIONS,
        topic::CHATS,
        topic::CALLS,
        "",
    ])
}

proptest! {
    #[test]
    fn a_session_survives_the_wire(session in session()) {
        let read = decode::<Session>(&travelled(&session_json(&session)));

        prop_assert_eq!(read.warnings, vec![]);
        let read = read.value.unwrap();
        prop_assert_eq!(read.uri.as_ref().map(gws::ResourceUri::as_str), session.uri.as_ref().map(gws::ResourceUri::as_str));
        prop_assert_eq!(read, session);
    }

    #[test]
    fn a_message_survives_the_wire(message in message()) {
        let read = decode::<Message>(&travelled(&message_json(&message)));

        prop_assert_eq!(read.warnings, vec![]);
        prop_assert_eq!(read.value, Some(message));
    }

    #[test]
    fn any_json_is_a_resource_or_leaves_a_warning(json in any_json()) {
        let session = decode::<Session>(&json);
        let message = decode::<Message>(&json);

        prop_assert!(session.value.is_some() || !session.warnings.is_empty());
        prop_assert!(message.value.is_some() || !message.warnings.is_empty());
    }

    #[test]
    fn any_json_is_an_answer_or_an_error(body in any_json()) {
        if let Ok(reply) = reply::decode(200, None, body.to_string().as_bytes()) {
            for medium in Medium::ALL {
                let _ = (reply.session(medium), reply.sessions(medium));
            }
            let _ = (reply.messages(), reply.reference_id());
        }
    }

    /// Whatever a state message holds, it is understood as what it says it is, or kept whole.
    #[test]
    fn any_notification_is_understood_or_kept_whole(
        channel in any_topic(),
        fields in prop::collection::vec((prop::sample::select(vec![
            "smssession", "smssessionUri", "chatPath", "messages", "notificationType", "errorMessage", "referenceId",
        ]), any_json()), 0..6),
        kind in prop::sample::select(vec!["SMSsessionStateChangeMessage", "MessageLogUpdated", "ErrorMessage"]),
    ) {
        let mut data: Map<String, Value> = fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        data.insert("messageType".to_owned(), json!(kind));
        let data = Value::Object(data);
        match Notification::decode(channel, &data) {
            Notification::Unknown { raw, .. } => prop_assert_eq!(raw, data),
            Notification::Digital(DigitalNotification::SessionChanged { medium, .. }) => {
                prop_assert_eq!((kind, medium), ("SMSsessionStateChangeMessage", Medium::Sms));
            }
            Notification::Digital(DigitalNotification::MessagesAdded { session, .. }) => {
                prop_assert_eq!(kind, "MessageLogUpdated");
                prop_assert!(!session.id.as_str().is_empty());
            }
            Notification::Digital(DigitalNotification::Error { .. }) | Notification::Error { .. } => {}
            other => prop_assert!(false, "{other:?}"),
        }
    }

    /// Forgiving per element: garbage between two messages costs neither.
    #[test]
    fn garbage_between_two_messages_changes_neither(first in message(), garbage in any_json(), last in message()) {
        let data = json!({"messageType": "MessageLogUpdated", "smssessionUri": "/smssessions/s",
            "messages": [message_json(&first), garbage, message_json(&last)]});
        let Notification::Digital(DigitalNotification::MessagesAdded { messages, .. }) =
            Notification::decode(topic::SMS_SESSION, &data)
        else {
            return Err(TestCaseError::fail("two good messages are a notification"));
        };

        prop_assert_eq!(messages.first(), Some(&first));
        prop_assert_eq!(messages.last(), Some(&last));
    }
}
