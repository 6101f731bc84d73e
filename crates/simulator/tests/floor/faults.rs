//! Each fault switch does what it says, and only that.

use std::time::Duration;

use serde_json::{Value, json};
use simulator::Faults;
use tokio::time::Instant;

use crate::support::{ANA, Client, JONAS, device_of, floor, person, strings};

#[tokio::test(start_paused = true)]
async fn replies_are_spoilt_n_times_and_then_good_again() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::signed_in(&router, "sam").await;
    let spoil = |patch: Value| handle.patch_faults(&patch).unwrap();

    spoil(json!({"html_next": 2}));
    for _ in 0..2 {
        let reply = sam.get("/api/v2/me").await;
        assert_eq!(reply.status, 200);
        assert!(
            reply.headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/html")
        );
    }
    assert_eq!(sam.get("/api/v2/me").await.code(), 0);

    spoil(json!({"unavailable_next": 1, "only_path": "/api/v2/users"}));
    assert_eq!(sam.get("/api/v2/me").await.code(), 0, "another path");
    assert_eq!(sam.get("/api/v2/users").await.status, 503);

    spoil(json!({"truncated_next": 1, "only_path": null}));
    let cut = sam.get("/api/v2/me").await;
    assert!(cut.text.starts_with('{') && serde_json::from_str::<Value>(&cut.text).is_err());

    spoil(json!({"oversize_next": 1, "oversize_bytes": 2_000_000}));
    let large = sam.get("/api/v2/me").await;
    assert!(large.text.len() >= 2_000_000);
    assert_eq!(large.code(), 0, "valid JSON all the same");

    spoil(json!({"slow_reply_ms": 1500}));
    let before = Instant::now();
    sam.get("/api/v2/me").await;
    assert_eq!(before.elapsed().as_millis(), 1500);
}

#[tokio::test(start_paused = true)]
async fn a_lost_reply_is_done_and_a_request_never_answered_is_not() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    let ana = device_of(&handle, ANA);
    let own = device_of(&handle, "sam");
    let path = format!("/api/v2/me/devices/{own}");
    let coach = json!({"operationName": "Coach", "targetDeviceUri": ana});

    handle.change_faults(|faults| (faults.lost_reply_next, faults.only_method) = (1, Some("POST".into())));
    assert_eq!(sam.get("/api/v2/me").await.code(), 0, "only POST");
    let lost = sam.operate(&path, coach.clone()).await;
    assert!(lost.text.starts_with("broken"), "{}", lost.text);
    assert!(person(&handle, "sam").monitoring.is_some(), "but it was done");
    handle.cancel_monitoring("sam").unwrap();

    handle.change_faults(|faults| faults.never_answer_next = 1);
    let unanswered = tokio::time::timeout(Duration::from_mins(10), sam.operate(&path, coach)).await;
    assert!(unanswered.is_err());
    assert!(person(&handle, "sam").monitoring.is_none());
    assert_eq!(handle.requests().last().unwrap().status, None);
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_can_be_late_or_missing() {
    let (router, handle) = floor(Faults {
        delayed_confirmation_ms: 3_000,
        ..Faults::default()
    });
    let mut sam = Client::signed_in(&router, "sam").await;
    sam.shake_hands().await;
    sam.subscribe(&["/v2/me/*"]).await;
    handle.log_in("sam").unwrap();
    sam.news().await;
    sam.coach(&device_of(&handle, ANA), "AllCalls", "Call").await;
    assert!(sam.news().await.is_empty(), "accepted, not confirmed");
    assert!(
        sam.own_device().await.get("supervisorMonitoringState").is_some(),
        "though the server knows"
    );
    handle.take_call(ANA).unwrap();
    let news = tokio::time::timeout(Duration::from_secs(4), sam.connect())
        .await
        .unwrap()
        .json();
    let channels: Vec<_> = news
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["channel"].clone())
        .collect();
    assert_eq!(
        channels,
        ["/v2/me/devices", "/v2/me/calls", "/meta/connect"],
        "the call does not overtake it"
    );

    handle
        .patch_faults(&json!({"delayed_confirmation_ms": 0, "missing_confirmation_next": 1}))
        .unwrap();
    handle.release(ANA).unwrap();
    sam.news().await;
    sam.on_device(json!({"operationName": "CancelSupervisorMonitoring"}))
        .await;
    assert!(sam.news().await.is_empty());
    sam.on_device(json!({"operationName": "DoNotDisturbOn"})).await;
    assert_eq!(sam.news().await.len(), 1, "only once");
}

#[tokio::test(start_paused = true)]
async fn an_operation_can_fail_later_with_and_without_text() {
    let (router, handle) = floor(Faults {
        async_error_next: 2,
        async_error_text: Some("Invalid target".into()),
        ..Faults::default()
    });
    let mut sam = Client::at_work(&router, "sam").await;
    let ana = device_of(&handle, ANA);
    assert_eq!(sam.coach(&ana, "AllCalls", "Call").await.code(), 0);
    let error = sam.news_on("/v2/me/devices").await.remove(0);
    assert_eq!(
        (error["messageType"].as_str(), error["errorMessage"].as_str()),
        (Some("ErrorMessage"), Some("Invalid target"))
    );
    assert!(
        error["deviceUri"]
            .as_str()
            .unwrap()
            .ends_with(error["devicePath"].as_str().unwrap())
    );
    assert!(person(&handle, "sam").monitoring.is_none(), "nothing was done");

    handle.change_faults(|faults| faults.async_error_text = None);
    sam.coach(&ana, "AllCalls", "Call").await;
    let error = sam.news_on("/v2/me/devices").await.remove(0);
    assert!(error.get("errorMessage").is_none() && error.get("errorCode").is_none());
    assert_eq!(sam.coach(&ana, "AllCalls", "Call").await.code(), 0);
    assert!(person(&handle, "sam").monitoring.is_some(), "the third works");
}

#[tokio::test(start_paused = true)]
async fn an_unregistered_number_is_inactive_and_every_operation_fails() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    sam.coach(&device_of(&handle, ANA), "AllCalls", "Call").await;
    handle.take_call(ANA).unwrap();
    sam.news().await;
    handle.change_faults(|faults| faults.unregistered.push("5005".into()));
    let device = sam.news_on("/v2/me/devices").await.pop().unwrap()["devices"][0].clone();
    assert_eq!(
        (device["deviceState"].as_str(), device.get("userState")),
        (Some("Inactive"), None)
    );
    assert!(sam.calls().await.is_empty());
    let reply = sam.coach(&device_of(&handle, ANA), "AllCalls", "Call").await;
    assert_eq!(reply.status, 500);
    assert_eq!(
        reply.json(),
        json!({"statusCode": 4, "statusMessage": "Device '5005' is not registered."})
    );
    let error = sam.news_on("/v2/me/devices").await.remove(0);
    assert_eq!(error["messageType"], "ErrorMessage");
    assert!(error.get("errorMessage").is_none());
    handle.patch_faults(&json!({"unregistered": ["6001"]})).unwrap();
    assert_eq!(
        sam.coach(&device_of(&handle, ANA), "AllCalls", "Call")
            .await
            .code(),
        4,
        "the target's number"
    );
}

#[tokio::test(start_paused = true)]
async fn other_generations_of_the_server_speak_otherwise() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    sam.coach(&device_of(&handle, ANA), "NextCall", "Call").await;
    handle.take_call(ANA).unwrap();
    handle.set_faults(Faults {
        string_status_code: true,
        old_participants: true,
        old_monitoring_state: true,
        foreign_host: Some("gws.example:8090".into()),
        ..Faults::default()
    });
    let me = sam.get("/api/v2/me?subresources=*").await.json();
    assert_eq!(me["statusCode"], "0");
    let device = &me["user"]["devices"][0];
    assert_eq!(
        (
            device["supervisorMonitoringState"].as_str(),
            device["supervisorMonitoringMode"].as_str()
        ),
        (Some("Coach"), Some("NextCall"))
    );
    let call = &me["user"]["calls"][0];
    assert_eq!(call["participants"][1], "6001");
    assert_eq!(call["participantsInfo"][1]["phoneNumber"], "6001");
    assert!(
        call["uri"]
            .as_str()
            .unwrap()
            .starts_with("http://gws.example:8090/api/v2/me/calls/")
    );
    let refused = sam.get("/api/v2/users/none").await.json();
    assert_eq!(refused["statusCode"], "6");
}

#[tokio::test(start_paused = true)]
async fn unknown_fields_values_and_messages_come_beside_the_known() {
    let (router, handle) = floor(Faults {
        extra_fields: true,
        ..Faults::default()
    });
    let mut sam = Client::at_work(&router, "sam").await;
    sam.coach(&device_of(&handle, ANA), "AllCalls", "Call").await;
    let news = sam.news().await;
    assert!(
        news.iter()
            .any(|message| message["data"]["messageType"] == "WeatherChangeMessage")
    );
    let device = &news[0]["data"]["devices"][0];
    assert!(device.get("moonPhase").is_some() && strings(&device["capabilities"]).contains(&"Teleport"));
    assert_eq!(
        device["supervisorMonitoringState"]["state"], "Coach",
        "the known part is as always"
    );
    handle.take_call(ANA).unwrap();
    assert_eq!(sam.calls().await[0]["callType"], "Holographic");
    assert_eq!(
        sam.say("Teleport").await.code(),
        3,
        "listed is not the same as known"
    );
}

#[tokio::test(start_paused = true)]
async fn the_voice_service_goes_down_and_says_so() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    handle.change_faults(|faults| faults.voice_inactive = true);
    let services = sam.news_on("/notifications/services").await.remove(0);
    let voice = services["services"]
        .as_array()
        .unwrap()
        .iter()
        .find(|service| service["type"] == "Voice")
        .unwrap();
    assert_eq!(voice["state"], "Inactive");
    assert!(
        sam.own_device().await["voiceEnvironmentUri"]
            .as_str()
            .unwrap()
            .ends_with(voice["id"].as_str().unwrap())
    );
    let reply = sam.coach(&device_of(&handle, ANA), "AllCalls", "Call").await;
    assert_eq!((reply.status.as_u16(), reply.code()), (503, 4));
    handle.change_faults(|faults| faults.voice_inactive = false);
    assert_eq!(
        sam.news_on("/notifications/services").await[0]["services"][1]["state"],
        "Active"
    );
    assert_eq!(
        sam.coach(&device_of(&handle, ANA), "AllCalls", "Call")
            .await
            .code(),
        0
    );
}

#[tokio::test(start_paused = true)]
async fn malformed_notifications_come_in_several_kinds() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    handle.change_faults(|faults| faults.malformed_notification_next = 5);
    for agent in [ANA, JONAS, ANA, JONAS, ANA, JONAS] {
        sam.coach(&device_of(&handle, agent), "AllCalls", "Call").await;
    }
    let news = sam.news_on("/v2/me/devices").await;
    let well_formed = |data: &Value| {
        data["messageType"] == "DeviceStateChangeMessage" && data["devices"][0]["id"].is_string()
    };
    assert_eq!(
        news.iter().map(well_formed).collect::<Vec<_>>(),
        [false, false, false, false, false, true]
    );
    let kinds: std::collections::HashSet<_> = news.iter().take(5).map(Value::to_string).collect();
    assert_eq!(kinds.len(), 5);
}
