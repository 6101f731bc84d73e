//! Written sessions through the control API over HTTP.

use axum::body::Body;
use serde_json::json;
use simulator::Faults;

use crate::support::{ANA, Client, Writer, floor};

fn controller(router: &axum::Router, token: &str) -> Client {
    let mut client = Client::stranger(router);
    client.headers.insert("x-simulator-token".into(), token.into());
    client
}

#[tokio::test(start_paused = true)]
async fn a_session_is_led_through_its_life() {
    let (router, handle) = floor(Faults::default());
    let mut control = controller(&router, handle.control_token());
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    let monitor = json!({"agent": "6001", "operation": "Coach", "nickname": "Lead"});
    assert_eq!(
        control
            .operate("/simulator/supervisors/sam/monitor-sessions", monitor)
            .await
            .status,
        200
    );
    let armed = control.get("/simulator/armed").await.json();
    assert_eq!(armed["armed"][0]["nickname"], "Lead");

    let body = json!({"customer": "Pat", "text": "hi", "user_data": {"Subject": "Test"}});
    let opened = control
        .operate("/simulator/agents/6001/sessions", body)
        .await
        .json();
    let id = opened["session"].as_str().unwrap().to_owned();
    let at = |action: &str| format!("/simulator/sessions/{id}/{action}");
    for (action, body) in [
        ("accept", json!({"person": "6001"})),
        ("customer-types", json!({})),
        ("customer-writes", json!({"text": "my bill"})),
        ("agent-types", json!({"typing": true})),
        ("agent-writes", json!({"text": "let me see"})),
        ("agent-whispers", json!({"text": "what do I do?"})),
        ("notice", json!({"text": "recorded"})),
        ("push-url", json!({"url": "https://help.example"})),
        ("join", json!({"person": "6002"})),
        ("consult", json!({"person": "6003"})),
        ("leave", json!({"person": "6001"})),
        ("transfer", json!({"to": "6004"})),
        ("queue", json!({})),
        ("invite", json!({"person": "6001"})),
        ("accept", json!({"person": "6001"})),
        ("complete", json!({})),
    ] {
        let reply = control.operate(&at(action), body).await;
        assert_eq!(reply.status, 200, "{action}: {}", reply.text);
    }
    let view = control.get(&at("customer")).await.json();
    assert_eq!(view["texts"], json!(["hi", "my bill", "let me see"]));
    let session = control.get(&format!("/simulator/sessions/{id}")).await.json();
    assert_eq!(session["phase"], "Ended");
    assert!(sam.sessions().await.is_empty());
    assert_eq!(
        control.get("/simulator/sessions").await.json(),
        json!({"sessions": []})
    );
    assert_eq!(control.get("/simulator/leaks").await.json(), json!({"leaks": []}));
    assert_eq!(
        control
            .send("DELETE", "/simulator/leaks", Body::empty())
            .await
            .status,
        200
    );
    let cancel = json!({"agent": "6001"});
    let reply = control
        .operate("/simulator/supervisors/sam/cancel-session-monitoring", cancel)
        .await;
    assert_eq!(reply.status, 200);
    assert!(handle.armed().is_empty());
    for action in [
        "forget-monitoring",
        "lose-sessions",
        "leave-channel",
        "enter-channel",
    ] {
        let reply = control
            .send(
                "POST",
                &format!("/simulator/supervisors/sam/{action}"),
                Body::empty(),
            )
            .await;
        assert_eq!(reply.status, 200, "{action}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_done_is_told() {
    let (router, handle) = floor(Faults::default());
    let mut control = controller(&router, handle.control_token());
    let opened = control
        .operate("/simulator/agents/6001/sessions?accept=true", json!({}))
        .await
        .json();
    let id = opened["session"].as_str().unwrap().to_owned();
    assert_eq!(handle.session(&id).unwrap().seats[0].state, "Chatting");
    for (path, body, status, words) in [
        (
            "/simulator/sessions/none/complete".to_owned(),
            json!({}),
            404,
            "no session `none`",
        ),
        (
            format!("/simulator/sessions/{id}/sing"),
            json!({}),
            400,
            "unknown variant",
        ),
        (
            format!("/simulator/sessions/{id}/agent-writes"),
            json!({}),
            400,
            "missing field `text`",
        ),
        (
            format!("/simulator/sessions/{id}/agent-writes"),
            json!({"text": "x", "persn": "6001"}),
            400,
            "unknown field",
        ),
        (
            format!("/simulator/sessions/{id}/accept"),
            json!({"person": "6001"}),
            409,
            "not offered",
        ),
        (
            format!("/simulator/sessions/{id}/accept"),
            json!({"person": "6002"}),
            409,
            "not in the session",
        ),
        (
            format!("/simulator/sessions/{id}/join"),
            json!({"person": "nobody"}),
            404,
            "nobody",
        ),
        (
            "/simulator/agents/nobody/sessions".to_owned(),
            json!({}),
            404,
            "nobody",
        ),
        (
            "/simulator/agents/6001/sessions".to_owned(),
            json!({"medium": "fax"}),
            409,
            "medium",
        ),
        (
            "/simulator/load".to_owned(),
            json!({"sessions": 0}),
            409,
            "sessions",
        ),
        (
            "/simulator/scenario".to_owned(),
            json!({"acts": [{"do": "ring"}]}),
            400,
            "act 1",
        ),
    ] {
        let reply = control.operate(&path, body.clone()).await;
        assert_eq!(reply.status.as_u16(), status, "{path} {body}: {}", reply.text);
        assert!(
            reply.json()["error"].as_str().unwrap().contains(words),
            "{path}: {}",
            reply.text
        );
    }
}

#[tokio::test(start_paused = true)]
async fn deeds_loads_and_scenarios() {
    let (router, handle) = floor(Faults::default());
    let mut control = controller(&router, handle.control_token());
    let made = control
        .operate("/simulator/deeds", json!({"do": "take_call", "person": ANA}))
        .await
        .json();
    assert_eq!(made["id"].as_str().unwrap().len(), 32);
    let load = json!({"sessions": 3, "messages_per_second": 2});
    assert_eq!(
        control.operate("/simulator/load", load).await.json()["supervisor"],
        "sam"
    );
    assert_eq!(control.get("/simulator/load").await.json()["sessions"], 3);
    assert_eq!(handle.sessions().len(), 3);
    control.send("DELETE", "/simulator/load", Body::empty()).await;
    assert!(handle.sessions().is_empty());
    let scenario = json!({"acts": [{"at_ms": 0, "do": "open", "session": "s", "queue": "Later"}]});
    assert_eq!(control.operate("/simulator/scenario", scenario).await.status, 200);
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    assert_eq!(handle.sessions()[0].queue.as_deref(), Some("Later"));
    assert_eq!(
        control.get("/simulator/scenario").await.json(),
        json!({"problems": []})
    );
}
