//! The control API over HTTP: token, state, actions, faults and the request log.

use axum::body::Body;
use serde_json::{Value, json};
use simulator::{Faults, Settings, service};

use crate::support::{ANA, Client, JONAS, floor, person};

fn controller(router: &axum::Router, token: &str) -> Client {
    let mut client = Client::stranger(router);
    client.headers.insert("x-simulator-token".into(), token.into());
    client
}

async fn post(client: &mut Client, path: &str) -> (u16, Value) {
    let reply = client.send("POST", path, Body::empty()).await;
    (reply.status.as_u16(), reply.json())
}

#[tokio::test(start_paused = true)]
async fn nothing_without_the_token() {
    let (router, handle) = service(Settings {
        control_token: Some("open sesame".into()),
        ..Settings::default()
    });
    assert_eq!(handle.control_token(), "open sesame");
    for path in [
        "/simulator/state",
        "/simulator/requests?token=wrong",
        "/simulator/faults",
    ] {
        assert_eq!(Client::stranger(&router).get(path).await.status, 403, "{path}");
    }
    assert_eq!(
        Client::stranger(&router)
            .get("/simulator/state?token=open%20sesame")
            .await
            .status,
        200
    );
    assert_eq!(
        controller(&router, "open sesame")
            .get("/simulator/state")
            .await
            .status,
        200
    );
    let (_, other) = floor(Faults::default());
    let (_, another) = floor(Faults::default());
    assert_ne!(
        other.control_token(),
        another.control_token(),
        "random for each start"
    );
}

#[tokio::test(start_paused = true)]
async fn an_agent_is_led_through_a_day() {
    let (router, handle) = floor(Faults::default());
    let mut control = controller(&router, handle.control_token());
    let ana = person(&handle, ANA);
    let names = [
        ana.id.as_str(),
        "ana.nunez",
        "Ana%20N%C3%BA%C3%B1ez",
        "6001",
        ana.device_id.as_str(),
    ];
    for name in names {
        let (status, reply) = post(&mut control, &format!("/simulator/agents/{name}/take-call")).await;
        assert_eq!(
            (status, reply["call"].as_str().unwrap().len()),
            (200, 32),
            "{name}"
        );
        assert_eq!(
            post(&mut control, &format!("/simulator/agents/{name}/release"))
                .await
                .0,
            200
        );
    }
    let steps = [
        ("ring", "Ready", Some("Ringing")),
        ("answer", "Ready", Some("Established")),
        ("hold", "Ready", Some("Held")),
        ("retrieve", "Ready", Some("Established")),
        ("not-ready", "NotReady", Some("Established")),
        ("ready", "Ready", Some("Established")),
        ("transfer?to=6002", "Ready", None),
        ("log-out", "LoggedOut", None),
        ("log-in", "Ready", None),
    ];
    for (action, state, call) in steps {
        assert_eq!(
            post(&mut control, &format!("/simulator/agents/6001/{action}"))
                .await
                .0,
            200,
            "{action}"
        );
        let ana = person(&handle, ANA);
        let seen = ana.calls.first().map(|call| call.state.as_str());
        assert_eq!((ana.state.as_str(), seen), (state, call), "{action}");
    }
    assert_eq!(person(&handle, JONAS).calls[0].state, "Established");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_done_is_told() {
    let (router, handle) = floor(Faults::default());
    let mut control = controller(&router, handle.control_token());
    assert_eq!(
        post(&mut control, "/simulator/agents/nobody/take-call").await.0,
        404
    );
    assert_eq!(post(&mut control, "/simulator/agents/6001/answer").await.0, 409);
    assert_eq!(post(&mut control, "/simulator/agents/6001/fly").await.0, 409);
    assert_eq!(post(&mut control, "/simulator/agents/6001/transfer").await.0, 409);
    post(&mut control, "/simulator/agents/6001/take-call").await;
    let (status, reply) = post(&mut control, "/simulator/agents/6001/take-call").await;
    assert_eq!(status, 409);
    assert!(reply["error"].as_str().unwrap().contains("busy"), "{reply}");
    let reply = control
        .operate("/simulator/faults", json!({"no_such_switch": true}))
        .await;
    assert_eq!(reply.status, 400);
}

#[tokio::test(start_paused = true)]
async fn state_faults_monitoring_and_publishing() {
    let (router, handle) = floor(Faults::default());
    let mut control = controller(&router, handle.control_token());
    let reply = control
        .operate(
            "/simulator/faults",
            json!({"csrf": false, "html_next": 0, "slow_reply_ms": 1}),
        )
        .await;
    assert_eq!(reply.json()["slow_reply_ms"], 1);
    assert_eq!(control.get("/simulator/faults").await.json()["slow_reply_ms"], 1);
    control
        .operate("/simulator/faults", json!({"slow_reply_ms": null}))
        .await;

    let body = json!({"agent": "6001", "operation": "BargeIn", "mode": "NextCall"});
    assert_eq!(
        control
            .operate("/simulator/supervisors/maria/monitor", body)
            .await
            .status,
        200
    );
    let state = control.get("/simulator/state").await.json();
    assert_eq!(state["agents"].as_array().unwrap().len(), 24);
    assert_eq!(state["agents"][0]["monitored_by"], "Maria Lindqvist");
    let monitoring = &state["supervisors"][1]["monitoring"];
    assert_eq!(
        (
            monitoring["state"].as_str(),
            monitoring["mode"].as_str(),
            monitoring["agent"].as_str()
        ),
        (Some("BargeIn"), Some("NextCall"), Some(ANA))
    );
    let body = json!({"agent": "6001", "operation": "Sing"});
    assert_eq!(
        control
            .operate("/simulator/supervisors/maria/monitor", body)
            .await
            .status,
        409
    );

    let mut sam = Client::at_work(&router, "sam").await;
    let body = json!({"user": "sam", "topic": "/v2/me/calls", "data": {"messageType": 7}});
    control.operate("/simulator/publish", body).await;
    assert_eq!(sam.news_on("/v2/me/calls").await, [json!({"messageType": 7})]);
    post(&mut control, "/simulator/drop-cometd").await;
    assert_eq!(sam.connect().await.json()[0]["error"], "402::Unknown client");
    post(&mut control, "/simulator/expire-sessions").await;
    assert_eq!(sam.get("/api/v2/me").await.status, 403);
    let lively = control
        .operate("/simulator/lively", json!({"on": true, "call_every_ms": 1000}))
        .await
        .json();
    assert_eq!(
        (&lively["on"], &lively["call_every_ms"]),
        (&json!(true), &json!(1000))
    );
}

#[tokio::test(start_paused = true)]
async fn the_request_log_keeps_bodies_and_statuses_but_no_secrets() {
    let (router, handle) = floor(Faults::default());
    let mut control = controller(&router, handle.control_token());
    let mut sam = Client::at_work(&router, "sam").await;
    handle.clear_requests();
    tokio::time::advance(std::time::Duration::from_millis(250)).await;
    sam.coach("none", "NextCall", "Agent").await;
    let path = format!(
        "/simulator/requests?path=/api/v2/me/devices/{}",
        person(&handle, "sam").device_id
    );
    let log = control.get(&path).await.json();
    let entry = &log["requests"][0];
    assert_eq!(
        (
            entry["method"].as_str(),
            entry["user"].as_str(),
            entry["status"].as_u64()
        ),
        (Some("POST"), Some("sam"), Some(404))
    );
    assert_eq!(entry["body"]["supervisorMonitoringMode"], "NextCall");
    assert!(entry["at_ms"].as_u64().unwrap() >= 250);
    sam.get("/api/v2/users?fields=*").await;
    let last = handle.requests().pop().unwrap();
    assert_eq!((last.query.as_str(), last.body), ("fields=*", Value::Null));
    let mut wrong = Client::stranger(&router);
    wrong.basic("sam", "a-secret");
    wrong.get("/api/v2/me").await;
    let everything = control.get("/simulator/requests").await.text;
    assert!(
        !everything.contains("Basic")
            && !everything.contains("a-secret")
            && !everything.contains("JSESSIONID")
    );
    control.send("DELETE", "/simulator/requests", Body::empty()).await;
    assert!(handle.requests().is_empty());
}
