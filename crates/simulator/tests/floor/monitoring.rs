//! Supervisor monitoring from the first request to the end of the call.

use serde_json::{Value, json};
use simulator::{Faults, MonitorRequest};

use crate::support::{ANA, Client, JONAS, device_of, floor, person, strings};

#[tokio::test(start_paused = true)]
async fn a_coached_call_from_armed_to_over() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    let mut ana = Client::at_work(&router, "ana.nunez").await;
    assert_eq!(
        sam.coach(&device_of(&handle, ANA), "NextCall", "Agent")
            .await
            .code(),
        0
    );
    let armed = sam.news_on("/v2/me/devices").await;
    assert_eq!(
        armed[0]["devices"][0]["supervisorMonitoringState"]["mode"],
        "NextCall"
    );

    let call = handle.ring(ANA).unwrap();
    assert!(
        sam.news().await.is_empty(),
        "a call that only rings brings nobody in"
    );
    handle.answer(ANA).unwrap();
    let offer = sam.news_on("/v2/me/calls").await;
    assert_eq!(offer.len(), 1);
    assert_eq!(
        (
            offer[0]["notificationType"].as_str(),
            offer[0]["phoneNumber"].as_str()
        ),
        (Some("StatusChange"), Some("5005"))
    );
    let ringing = &offer[0]["call"];
    assert_eq!(
        (ringing["state"].as_str(), ringing["id"].as_str()),
        (Some("Ringing"), Some(call.as_str()))
    );
    assert_eq!(ringing["callUuid"], ringing["id"]);
    assert!(strings(&ringing["capabilities"]).contains(&"Answer"));
    let numbers: Vec<_> = ringing["participants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|party| party["phoneNumber"].clone())
        .collect();
    assert_eq!(
        numbers,
        [ringing["ani"].clone(), json!("6001")],
        "customer and agent"
    );
    ana.news().await;

    assert_eq!(sam.say("Answer").await.code(), 0);
    let live = sam.news_on("/v2/me/calls").await[0]["call"].clone();
    assert_eq!(
        (live["state"].as_str(), live["mute"].as_str()),
        (Some("Established"), Some("Off"))
    );
    assert_eq!(live["supervisorMonitoringState"], json!({"state": "Coach"}));
    assert_eq!(
        (&live["monitoring"], &live["supervisorListeningIn"]),
        (&json!(true), &json!(false))
    );
    assert!(
        live["deviceUri"]
            .as_str()
            .unwrap()
            .ends_with(&device_of(&handle, "sam"))
    );
    assert_eq!(live["duration"], "0", "a string");
    let agents_view = ana.news_on("/v2/me/calls").await[0]["call"].clone();
    assert_eq!(
        (&agents_view["id"], &agents_view["supervisorListeningIn"]),
        (&live["id"], &json!(true))
    );
    assert_eq!(
        agents_view["participants"].as_array().unwrap().len(),
        1,
        "the supervisor is no party"
    );

    handle.release(ANA).unwrap();
    let end = sam.news().await;
    assert_eq!(end[0]["data"]["call"]["state"], "Released");
    assert_eq!(end[0]["data"]["call"]["capabilities"], json!([]));
    assert_eq!(end[1]["channel"], "/v2/me/devices");
    assert!(
        end[1]["data"]["devices"][0]
            .get("supervisorMonitoringState")
            .is_none(),
        "NextCall is over"
    );
    assert!(!strings(&end[1]["data"]["devices"][0]["capabilities"]).contains(&"CancelSupervisorMonitoring"));
    assert_eq!(end.len(), 2);
    assert!(sam.calls().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn all_calls_brings_the_supervisor_into_every_call_until_cancelled() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    sam.coach(&device_of(&handle, ANA), "AllCalls", "Call").await;
    for _ in 0..3 {
        handle.take_call(ANA).unwrap();
        assert_eq!(sam.calls().await[0]["state"], "Ringing");
        sam.say("Answer").await;
        handle.release(ANA).unwrap();
        assert!(sam.calls().await.is_empty());
        assert!(sam.own_device().await.get("supervisorMonitoringState").is_some());
    }
    assert_eq!(
        sam.on_device(json!({"operationName": "CancelSupervisorMonitoring"}))
            .await
            .code(),
        0
    );
    handle.take_call(ANA).unwrap();
    assert!(sam.calls().await.is_empty());
    assert_eq!(
        sam.on_device(json!({"operationName": "CancelSupervisorMonitoring"}))
            .await
            .code(),
        2
    );
}

#[tokio::test(start_paused = true)]
async fn coach_is_left_through_a_one_way_door() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    sam.coach(&device_of(&handle, ANA), "AllCalls", "Call").await;
    handle.take_call(ANA).unwrap();
    sam.say("Answer").await;
    let doors = |call: &Value| -> Vec<String> {
        let all = strings(&call["capabilities"]);
        all.into_iter()
            .filter(|name| name.starts_with("SwitchTo"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        doors(&sam.calls().await[0]),
        ["SwitchToBargeIn", "SwitchToListenIn"]
    );
    assert_eq!(
        sam.say("SwitchToCoach").await.code(),
        3,
        "there is no such operation"
    );

    sam.news().await;
    assert_eq!(sam.say("SwitchToListenIn").await.code(), 0);
    let call = sam.news_on("/v2/me/calls").await[0]["call"].clone();
    assert_eq!(
        (call["mute"].as_str(), doors(&call)),
        (Some("On"), vec!["SwitchToBargeIn".to_owned()])
    );
    assert_eq!(call["supervisorMonitoringState"]["state"], "ListenIn");
    assert_eq!(sam.say("SwitchToListenIn").await.code(), 2, "not listed now");

    sam.say("SwitchToBargeIn").await;
    let call = sam.calls().await[0].clone();
    assert_eq!(
        (call["mute"].as_str(), doors(&call)),
        (Some("Off"), vec!["SwitchToListenIn".to_owned()])
    );
    let own = sam.own_device().await;
    assert_eq!(
        own["supervisorMonitoringState"]["state"], "Coach",
        "what was set up stays for the next call"
    );
}

#[tokio::test(start_paused = true)]
async fn listening_in_is_mute_and_barging_in_is_not() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    for (operation, mute) in [("ListenIn", "On"), ("Coach", "Off"), ("BargeIn", "Off")] {
        let body = json!({"operationName": operation, "targetDeviceUri": device_of(&handle, ANA)});
        assert_eq!(sam.on_device(body).await.code(), 0);
        handle.take_call(ANA).unwrap();
        let call = sam.calls().await[0].clone();
        assert_eq!(
            (
                call["mute"].as_str(),
                call["supervisorMonitoringState"]["state"].as_str()
            ),
            (Some(mute), Some(operation))
        );
        handle.release(ANA).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn every_parameter_mistake_has_its_status_code() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    let ana = device_of(&handle, ANA);
    let own = device_of(&handle, "sam");
    handle.log_out("Rahul Sharma").unwrap();
    let cases = [
        (json!({}), 1, "no target"),
        (json!({"targetDeviceUri": null}), 1, "null is absent"),
        (json!({"targetDeviceUri": 7}), 10, "not a string"),
        (json!({"targetDeviceUri": "/devices/none"}), 6, "unknown device"),
        (json!({"targetDeviceUri": own}), 2, "oneself"),
        (
            json!({"targetDeviceUri": device_of(&handle, "Rahul Sharma")}),
            2,
            "nobody logged in",
        ),
        (
            json!({"targetDeviceUri": ana, "supervisorMonitoringScope": "Team"}),
            10,
            "no such scope",
        ),
        (
            json!({"targetDeviceUri": ana, "supervisorMonitoringMode": "nextcall"}),
            10,
            "case matters",
        ),
        (
            json!({"targetDeviceUri": ana, "supervisorMonitoringMode": 1}),
            10,
            "not a string",
        ),
        (
            json!({"targetDeviceUri": ana, "phoneNumber": "6002"}),
            10,
            "somebody else's number",
        ),
        (json!({"phoneNumber": "999"}), 6, "unknown number"),
        (json!({"phoneNumber": "800100"}), 3, "a routing point"),
        (json!({"phoneNumber": "6001"}), 0, "by number alone"),
        (
            json!({"targetDeviceUri": ana, "phoneNumber": "6001", "somethingElse": true}),
            0,
            "both agree",
        ),
    ];
    for (parameters, code, why) in cases {
        let before = sam.own_device().await;
        let mut body = parameters.clone();
        body["operationName"] = json!("Coach");
        assert_eq!(sam.on_device(body).await.code(), code, "{why}: {parameters}");
        if code != 0 {
            assert_eq!(sam.own_device().await, before, "a refusal changes nothing");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn monitoring_needs_the_role_and_a_session() {
    let (router, handle) = floor(Faults::default());
    // Liam has the feature but not the role (gws/core.md 2.5).
    let mut liam = Client::at_work(&router, "liam.oconnor").await;
    let features = liam.get("/api/v2/me?subresources=features").await.json();
    assert!(
        features["user"]["features"]
            .as_array()
            .unwrap()
            .iter()
            .any(|feature| feature["id"] == "api-supervisor-monitoring")
    );
    assert_eq!(
        liam.coach(&device_of(&handle, ANA), "AllCalls", "Call")
            .await
            .code(),
        5
    );

    let mut sam = Client::signed_in(&router, "sam").await;
    assert_eq!(
        sam.coach(&device_of(&handle, ANA), "AllCalls", "Call")
            .await
            .code(),
        2,
        "not logged in on the phone"
    );
    let other = device_of(&handle, "maria");
    let reply = sam
        .operate(
            &format!("/api/v2/me/devices/{other}"),
            json!({"operationName": "Coach", "targetDeviceUri": "x"}),
        )
        .await;
    assert_eq!(reply.code(), 6, "somebody else's device is not mine");
}

#[tokio::test(start_paused = true)]
async fn one_supervisor_per_device_and_one_target_per_supervisor() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    let mut maria = Client::at_work(&router, "maria").await;
    let (ana, jonas) = (device_of(&handle, ANA), device_of(&handle, JONAS));
    sam.coach(&ana, "AllCalls", "Call").await;
    let refused = maria.coach(&ana, "AllCalls", "Call").await;
    assert_eq!(refused.code(), 19);
    assert!(refused.json()["statusMessage"].is_string());

    sam.news().await;
    assert_eq!(
        sam.coach(&jonas, "AllCalls", "Call").await.code(),
        0,
        "another target replaces the first"
    );
    let news = sam.news_on("/v2/me/devices").await;
    assert_eq!(news.len(), 1);
    assert!(
        news[0]["devices"][0]["supervisorMonitoringState"]["targetDeviceUri"]
            .as_str()
            .unwrap()
            .ends_with(&jonas)
    );
    assert_eq!(
        maria.coach(&ana, "AllCalls", "Call").await.code(),
        0,
        "so Ana is free again"
    );

    handle.change_faults(|faults| faults.monitored_elsewhere.push("Mei Tanaka".into()));
    assert_eq!(
        sam.coach(&device_of(&handle, "Mei Tanaka"), "AllCalls", "Call")
            .await
            .code(),
        19
    );
}

#[tokio::test(start_paused = true)]
async fn barge_in_joins_the_running_call_and_the_others_wait_for_the_next() {
    for (operation, barge, coach, at_once) in [
        ("BargeIn", true, false, true),
        ("BargeIn", false, false, false),
        ("Coach", true, false, false),
        ("ListenIn", true, false, false),
        ("Coach", false, true, true),
        ("ListenIn", false, true, true),
    ] {
        let faults = Faults {
            intrusion_barge_in: barge,
            intrusion_coach_listen: coach,
            ..Faults::default()
        };
        let (router, handle) = floor(faults);
        let mut sam = Client::at_work(&router, "sam").await;
        handle.take_call(ANA).unwrap();
        let body = json!({"operationName": operation, "targetDeviceUri": device_of(&handle, ANA)});
        assert_eq!(sam.on_device(body).await.code(), 0);
        assert_eq!(
            sam.calls().await.len(),
            usize::from(at_once),
            "{operation} {barge} {coach}"
        );
        handle.release(ANA).unwrap();
        handle.take_call(ANA).unwrap();
        assert_eq!(sam.calls().await.len(), 1, "the next call in any case");
    }
}

#[tokio::test(start_paused = true)]
async fn the_supervisor_mutes_the_agent_and_both_are_told() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    let mut ana = Client::at_work(&router, "ana.nunez").await;
    sam.coach(&device_of(&handle, ANA), "AllCalls", "Call").await;
    handle.take_call(ANA).unwrap();
    sam.say("Answer").await;
    for (operation, muted) in [("MuteMonitoredUser", true), ("UnmuteMonitoredUser", false)] {
        sam.news().await;
        ana.news().await;
        assert_eq!(sam.say(operation).await.code(), 0);
        for message in [
            sam.news_on("/v2/me/calls").await,
            ana.news_on("/v2/me/calls").await,
        ]
        .map(|news| news[0].clone())
        {
            assert_eq!(message["notificationType"], "MonitoredUserMutedStateChange");
            assert_eq!(message["call"]["monitoredUserMuted"], muted);
        }
        assert_eq!(sam.say(operation).await.code(), 2, "already so");
    }
}

#[tokio::test(start_paused = true)]
async fn consultations_are_not_monitored_but_internal_calls_are() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    let mut ana = Client::at_work(&router, "ana.nunez").await;
    sam.coach(&device_of(&handle, JONAS), "AllCalls", "Call").await;
    let dial = json!({"operationName": "Dial", "destination": {"phoneNumber": "6002"}});
    let own = device_of(&handle, ANA);
    assert_eq!(
        ana.operate(&format!("/api/v2/me/devices/{own}/calls"), dial)
            .await
            .code(),
        0
    );
    handle.answer(JONAS).unwrap();
    assert_eq!(sam.calls().await[0]["callType"], "Internal");
    handle.release(JONAS).unwrap();

    handle.take_call(ANA).unwrap();
    let consult = json!({"operationName": "InitiateTransfer", "destination": {"phoneNumber": "6002"}});
    assert_eq!(ana.on_call(consult).await.code(), 0);
    handle.answer(JONAS).unwrap();
    assert!(sam.calls().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_public_phone_is_answered_by_hand_only() {
    let (router, handle) = floor(Faults {
        public_network: vec!["5005".into()],
        ..Faults::default()
    });
    let mut sam = Client::at_work(&router, "sam").await;
    assert_eq!(sam.own_device().await["telephonyNetwork"], "Public");
    sam.coach(&device_of(&handle, ANA), "AllCalls", "Call").await;
    handle.take_call(ANA).unwrap();
    assert!(!strings(&sam.calls().await[0]["capabilities"]).contains(&"Answer"));
    assert_eq!(sam.say("Answer").await.code(), 2);
    handle.answer("sam").unwrap();
    assert_eq!(sam.calls().await[0]["state"], "Established");
}

#[tokio::test(start_paused = true)]
async fn a_supervisors_phone_carries_one_monitored_call_at_a_time() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    sam.coach(&device_of(&handle, ANA), "AllCalls", "Call").await;
    handle.take_call(ANA).unwrap();
    sam.say("Answer").await;
    handle.transfer(ANA, JONAS).unwrap();
    handle.take_call(ANA).unwrap();
    assert_eq!(sam.calls().await.len(), 1, "still with the transferred one");
    handle
        .monitor(
            "maria",
            "Mei Tanaka",
            &MonitorRequest {
                mode: "NextCall".into(),
                ..MonitorRequest::default()
            },
        )
        .unwrap();
    handle.take_call("Mei Tanaka").unwrap();
    assert_eq!(person(&handle, "maria").calls[0].state, "Ringing");
}
