//! Everything that can go wrong with written sessions.

use std::time::Duration;

use serde_json::{Value, json};
use simulator::{Faults, Handle, SessionRequest};

use crate::support::{ANA, Writer, floor, kinds, strings};

async fn coached(faults: Faults) -> (Handle, Writer, String) {
    let (router, handle) = floor(faults);
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    sam.supervise(ANA, json!({"operationName": "Coach"})).await;
    let session = handle.take_session(ANA, &SessionRequest::default()).unwrap();
    sam.news().await;
    (handle, sam, session)
}

fn whisper() -> Value {
    json!({"operationName": "SendToAgents", "text": "psst"})
}

#[tokio::test(start_paused = true)]
async fn indices_have_gaps_and_messages_come_twice() {
    let (handle, mut sam, session) = coached(Faults {
        message_index_gaps: true,
        ..Faults::default()
    })
    .await;
    for number in 0..30 {
        handle.customer_writes(&session, &number.to_string()).unwrap();
    }
    let messages = sam.messages(&session, "").await;
    let indices: Vec<_> = messages
        .iter()
        .map(|message| message["index"].as_u64().unwrap())
        .collect();
    assert!(
        indices.is_sorted() && *indices.last().unwrap() > messages.len() as u64,
        "{indices:?}"
    );
    handle.change_faults(|faults| faults.repeated_messages_next = 1);
    sam.news().await;
    handle.customer_writes(&session, "twice").unwrap();
    let news = sam.news().await;
    assert_eq!(news.len(), 2);
    assert_eq!(news[0], news[1]);
}

#[tokio::test(start_paused = true)]
async fn notifications_come_late_not_at_all_or_the_wrong_way_round() {
    let (handle, mut sam, session) = coached(Faults::default()).await;
    handle.change_faults(|faults| faults.delayed_session_ms = 2_000);
    handle.customer_writes(&session, "late").unwrap();
    assert!(sam.news().await.is_empty());
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert_eq!(sam.news().await.len(), 1);
    handle.change_faults(|faults| {
        faults.delayed_session_ms = 0;
        faults.missing_session_next = 1;
    });
    handle.customer_writes(&session, "never told").unwrap();
    assert!(sam.news().await.is_empty());
    assert_eq!(
        sam.messages(&session, "").await.last().unwrap()["text"],
        "never told"
    );
    handle.change_faults(|faults| faults.reordered_session_next = 1);
    sam.on_session(&session, json!({"operationName": "SwitchToMonitor"}))
        .await;
    assert_eq!(kinds(&sam.news().await), ["NewMessages", "ParticipantsUpdated"]);
}

#[tokio::test(start_paused = true)]
async fn an_operation_fails_at_once_or_later_with_words_or_without() {
    let (handle, mut sam, session) = coached(Faults::default()).await;
    for text in [None, Some("Request failed".to_owned())] {
        handle.change_faults(|faults| {
            faults.async_error_next = 1;
            faults.async_error_text.clone_from(&text);
        });
        let reply = sam.on_session(&session, whisper()).await.json();
        assert_eq!(reply["statusCode"], 0);
        let news = sam.news().await;
        let error = &news[0]["data"];
        assert_eq!(error["notificationType"], "Error");
        assert_eq!(error["messageType"], "SMSsessionStateChangeMessage");
        assert_eq!(error["referenceId"], reply["referenceId"], "it names the request");
        assert_eq!(error.get("errorMessage"), text.clone().map(Value::from).as_ref());
        assert_eq!(news.len(), 1, "nothing was written");

        handle.change_faults(|faults| {
            faults.refuse_next = 1;
            faults.refuse_code = 3;
            faults.refuse_text.clone_from(&text);
        });
        let reply = sam.on_session(&session, whisper()).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (403, 3));
        assert_eq!(
            reply.json().get("statusMessage"),
            text.clone().map(Value::from).as_ref()
        );
        assert_eq!(sam.on_session(&session, whisper()).await.code(), 0, "once only");
        sam.news().await;
    }
}

#[tokio::test(start_paused = true)]
async fn without_the_interaction_server_nothing_can_be_done_and_everybody_is_told() {
    let (handle, mut sam, session) = coached(Faults::default()).await;
    sam.subscribe(&["/notifications/services"]).await;
    handle.change_faults(|faults| faults.multimedia_inactive = true);
    let services = sam.news_on("/notifications/services").await;
    let state = services[0]["services"]
        .as_array()
        .unwrap()
        .iter()
        .find(|service| service["type"] == "MultiMediaState")
        .unwrap();
    assert_eq!(state["state"], "Inactive");
    let reply = sam.on_session(&session, whisper()).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (500, 4));
    assert_eq!(
        sam.supervise(ANA, json!({"operationName": "Coach"})).await.code(),
        4
    );
    assert_eq!(sam.get("/api/v2/me/smssessions?fields=*").await.code(), 4);
    handle.change_faults(|faults| faults.multimedia_inactive = false);
    assert_eq!(
        sam.on_session(&session, whisper()).await.code(),
        0,
        "it is all still there"
    );
}

#[tokio::test(start_paused = true)]
async fn the_server_forgets_monitoring_and_loses_sessions_without_a_word() {
    let (handle, mut sam, _) = coached(Faults::default()).await;
    handle.forget_monitoring("sam").unwrap();
    assert!(handle.armed().is_empty());
    handle.lose_sessions("sam").unwrap();
    assert!(sam.news().await.is_empty());
    assert!(sam.sessions().await.is_empty());
    handle.change_faults(|faults| faults.lost_arming_next = 1);
    assert_eq!(
        sam.supervise(ANA, json!({"operationName": "Coach"})).await.code(),
        0
    );
    handle.take_session(ANA, &SessionRequest::default()).unwrap();
    assert!(sam.sessions().await.is_empty(), "accepted, and forgotten");
}

#[tokio::test(start_paused = true)]
async fn joining_can_fail_and_can_only_be_completed_then() {
    let (handle, mut sam, _) = coached(Faults::default()).await;
    handle.change_faults(|faults| faults.join_failed_next = 1);
    let session = handle.take_session(ANA, &SessionRequest::default()).unwrap();
    let news = sam.news().await;
    assert_eq!(kinds(&news), ["StatusChange"]);
    let failed = &news[0]["data"]["smssession"];
    assert_eq!(failed["state"], "JoinFailed");
    assert!(strings(&failed["capabilities"]).contains(&"Complete"));
    assert_eq!(sam.on_session(&session, whisper()).await.code(), 2);
    assert_eq!(
        sam.on_session(&session, json!({"operationName": "Complete"}))
            .await
            .code(),
        0
    );
    assert_eq!(sam.sessions().await.len(), 1, "the other session is still there");
}

#[tokio::test(start_paused = true)]
async fn unknown_words_and_metrics_are_sprinkled_over_sessions_too() {
    let (handle, mut sam, session) = coached(Faults {
        extra_fields: true,
        ..Faults::default()
    })
    .await;
    assert!(strings(&sam.session(&session).await["capabilities"]).contains(&"Teleport"));
    for _ in 0..8 {
        handle.customer_writes(&session, "hm").unwrap();
    }
    handle
        .announce(&session, "The conversation is recorded.")
        .unwrap();
    handle
        .push_url(&session, "https://help.example/callback")
        .unwrap();
    let news = sam.news().await;
    let logs: Vec<_> = news
        .iter()
        .filter(|message| message["data"]["messageType"] == "MessageLogUpdated")
        .collect();
    assert!(logs[0]["data"]["metrics"]["eventProcessing"].is_object());
    assert!(
        logs.iter()
            .any(|message| message["data"]["messages"][0]["type"] == "SmokeSignal")
    );
    let types: Vec<_> = logs
        .iter()
        .map(|message| message["data"]["messages"][0].clone())
        .collect();
    assert!(
        types
            .iter()
            .any(|message| message["type"] == "Notice" && message["from"]["nickname"] == "system")
    );
    assert!(
        types
            .iter()
            .any(|message| message["url"] == "https://help.example/callback")
    );
}
