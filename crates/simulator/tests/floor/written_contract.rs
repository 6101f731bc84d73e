//! Written sessions to the letter of the contract: shapes, status codes, capabilities, both names of everything.

use serde_json::{Value, json};
use simulator::{Faults, SessionRequest};

use crate::support::{ANA, Client, JONAS, Writer, floor, kinds, person, strings};

fn request(medium: &str) -> SessionRequest {
    SessionRequest {
        medium: medium.into(),
        customer: "Pat".into(),
        user_data: json!({"Subject": "Billing"}).as_object().unwrap().clone(),
        text: Some("Hello".into()),
    }
}

/// Replaces what differs from run to run.
fn steady(mut value: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    match name.as_str() {
                        "timestamp" | "receivedDate" => {
                            let text = value.as_str().unwrap();
                            assert_eq!((text.len(), &text[23..]), (28, "+0000"), "{text}");
                            *value = json!("when");
                        }
                        "timestampSeconds" => {
                            assert!(value.as_u64().unwrap() > 1_600_000_000_000, "milliseconds");
                            *value = json!(0);
                        }
                        _ => walk(value),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut value);
    value
}

#[tokio::test(start_paused = true)]
async fn the_shapes_of_a_session_and_of_its_messages() {
    for (medium, channel, topic, kind) in [
        (
            "smssession",
            "smssession",
            "/v2/me/smssession",
            "SMSsessionStateChangeMessage",
        ),
        ("chat", "chat", "/v2/me/chats", "ChatStateChangeMessage"),
    ] {
        let (router, handle) = floor(Faults::default());
        let mut sam = Writer::at_work(&router, &handle, "sam").await;
        let body = json!({"operationName": "Coach", "nickname": "lead"});
        assert_eq!(sam.supervise_on(channel, ANA, body).await.code(), 0);
        let id = handle.take_session(ANA, &request(medium)).unwrap();
        let news: Vec<_> = sam.news().await.into_iter().map(steady).collect();
        let participants = news[1]["data"][medium]["participants"].clone();
        let participant = |index: usize| participants[index]["participantId"].clone();
        let user = |name: &str| format!("http://127.0.0.1:8080/api/v2/users/{}", person(&handle, name).id);
        let collection = if medium == "chat" { "chats" } else { "smssessions" };
        let uri = format!("http://127.0.0.1:8080/api/v2/{collection}/{id}");
        let path = format!("/{collection}/{id}");
        let customer = json!({"type": "Customer", "nickname": "Pat", "participantId": participant(0)});
        let ana = json!({"type": "Agent", "nickname": "ana.nunez", "participantId": participant(1), "uri": user(ANA)});
        let lead =
            json!({"type": "Agent", "nickname": "lead", "participantId": participant(2), "uri": user("sam")});
        assert_eq!(
            news[1],
            json!({"channel": topic, "data": {
                "messageType": kind,
                "notificationType": "StatusChange",
                medium: {
                    "id": id, "uri": uri, "path": path,
                    "state": "Chatting", "chatType": "Inbound", "receivedDate": "when",
                    "participants": [
                        {"participantId": participant(0), "type": "Customer", "nickname": "Pat", "visibility": "All"},
                        {"participantId": participant(1), "type": "Agent", "nickname": "ana.nunez", "visibility": "All", "uri": user(ANA)},
                        {"participantId": participant(2), "type": "Agent", "nickname": "lead", "visibility": "Agents", "uri": user("sam")},
                    ],
                    "capabilities": [
                        "Leave", "SetInFocus", "SetDisposition", "AttachUserData", "DeleteUserData", "UpdateUserData",
                        "Transfer", "Invite", "Consult",
                        "SendToAgents", "SendStartTypingToAgentsNotification", "SendStopTypingToAgentsNotification",
                        "SwitchToMonitor", "SwitchBargeIn",
                    ],
                    "userData": {"Subject": "Billing"},
                },
            }})
        );
        let line = |index: u64, kind: &str, visibility: &str, from: &Value| json!({"index": index, "type": kind, "visibility": visibility, "from": from, "timestamp": "when", "timestampSeconds": 0});
        let mut hello = line(2, "Text", "All", &customer);
        hello["text"] = json!("Hello");
        assert_eq!(
            news[2],
            json!({"channel": topic, "data": {
                "messageType": "MessageLogUpdated",
                "notificationType": "NewMessages",
                format!("{medium}Uri"): uri,
                format!("{medium}Path"): path,
                "messages": [
                    line(1, "ParticipantJoined", "All", &customer),
                    hello,
                    line(3, "ParticipantJoined", "All", &ana),
                ],
            }})
        );
        assert_eq!(
            news[3]["data"]["messages"],
            json!([line(4, "ParticipantJoined", "Agents", &lead)])
        );

        let listed = sam.get(&format!("/api/v2/me/{collection}?fields=*")).await.json();
        assert_eq!(steady(listed[collection][0].clone()), news[1]["data"][medium]);
        assert_eq!(
            sam.get(&format!("/api/v2/me/{collection}")).await.json(),
            json!({"statusCode": 0, "uris": [uri]})
        );
        let one = sam.get(&format!("/api/v2/{collection}/{id}")).await.json();
        assert_eq!(
            steady(one[medium].clone()),
            news[1]["data"][medium],
            "the path without `me` is known too"
        );
        let me = sam
            .get(&format!("/api/v2/me?subresources={collection}"))
            .await
            .json();
        assert_eq!(steady(me["user"][collection][0].clone()), news[1]["data"][medium]);
    }
}

#[tokio::test(start_paused = true)]
async fn capabilities_by_mode_and_as_the_samples_have_them() {
    for (samples, mode, to_agents, public) in [
        (false, "Monitor", false, false),
        (false, "Coach", true, false),
        (false, "BargeIn", true, true),
        (true, "Monitor", true, true),
        (true, "Coach", true, true),
    ] {
        let (router, handle) = floor(Faults {
            sample_capabilities: samples,
            switch_to_barge_in_capability: samples,
            ..Faults::default()
        });
        let mut sam = Writer::at_work(&router, &handle, "sam").await;
        sam.supervise(ANA, json!({"operationName": mode})).await;
        let id = handle.take_session(ANA, &request("sms")).unwrap();
        let session = sam.session(&id).await;
        let listed = strings(&session["capabilities"]);
        assert_eq!(listed.contains(&"SendToAgents"), to_agents, "{mode} {samples}");
        assert_eq!(listed.contains(&"SendMessage"), public, "{mode} {samples}");
        assert_eq!(
            listed.contains(&"SendStartTypingNotification"),
            public,
            "{mode} {samples}"
        );
        let barge = if samples {
            "SwitchToBargeIn"
        } else {
            "SwitchBargeIn"
        };
        for (switch, of) in [
            ("SwitchToMonitor", "Monitor"),
            ("SwitchToCoach", "Coach"),
            (barge, "BargeIn"),
        ] {
            assert_eq!(listed.contains(&switch), of != mode, "{mode} {switch}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_in_monitor_cannot_whisper_and_every_switch_leads_everywhere() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    sam.supervise(ANA, json!({"operationName": "Monitor"})).await;
    let id = handle.take_session(ANA, &request("sms")).unwrap();
    let whisper = json!({"operationName": "SendToAgents", "text": "hm"});
    assert_eq!(sam.on_session(&id, whisper).await.code(), 2);
    let mut before = "Monitor";
    for mode in ["Coach", "Monitor", "BargeIn", "Coach", "BargeIn", "Monitor"] {
        sam.news().await;
        let switch = json!({"operationName": format!("SwitchTo{mode}")});
        assert_eq!(
            sam.on_session(&id, switch.clone()).await.code(),
            0,
            "{before} to {mode}"
        );
        let news = sam.news().await;
        assert_eq!(
            kinds(&news),
            ["ParticipantsUpdated", "NewMessages"],
            "{before} to {mode}"
        );
        assert_eq!(
            sam.on_session(&id, switch).await.code(),
            2,
            "it is {mode} already"
        );
        before = mode;
    }
}

#[tokio::test(start_paused = true)]
async fn every_mistake_in_arming_has_its_status_code() {
    let (router, handle) = floor(Faults {
        refused_nicknames: vec!["admin".into()],
        ..Faults::default()
    });
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    handle.leave_channel(JONAS, "smssession").unwrap();
    for (agent, body, code, status, why) in [
        (ANA, json!({}), 1, 400, "no operation"),
        (
            ANA,
            json!({"operationName": "Whisper"}),
            3,
            403,
            "no such operation",
        ),
        (
            ANA,
            json!({"operationName": "Coach", "supervisorMonitoringMode": "NextCall"}),
            2,
            400,
            "no such mode",
        ),
        (
            ANA,
            json!({"operationName": "Coach", "supervisorMonitoringMode": 1}),
            10,
            400,
            "not a string",
        ),
        (
            ANA,
            json!({"operationName": "Coach", "nickname": ""}),
            10,
            400,
            "an empty nickname",
        ),
        (
            ANA,
            json!({"operationName": "Coach", "nickname": "a\u{0}b"}),
            10,
            400,
            "control characters",
        ),
        (
            ANA,
            json!({"operationName": "Coach", "nickname": "x".repeat(65)}),
            10,
            400,
            "too long",
        ),
        (
            ANA,
            json!({"operationName": "Coach", "nickname": "admin"}),
            10,
            400,
            "refused by the server",
        ),
        (
            ANA,
            json!({"operationName": "CancelSupervisorMonitoring"}),
            2,
            400,
            "none is active",
        ),
        (
            JONAS,
            json!({"operationName": "Coach"}),
            2,
            400,
            "the agent is not on the channel",
        ),
        ("sam", json!({"operationName": "Coach"}), 3, 403, "oneself"),
        (
            ANA,
            json!({"operationName": "Coach", "nickname": "Team Lead 🎧"}),
            0,
            200,
            "all well",
        ),
        (
            ANA,
            json!({"operationName": "Monitor"}),
            0,
            200,
            "another mode replaces the first",
        ),
    ] {
        let reply = sam.supervise(agent, body.clone()).await;
        assert_eq!(
            (reply.code(), reply.status.as_u16()),
            (code, status),
            "{why}: {body}"
        );
    }
    assert_eq!(handle.armed().len(), 1);
    assert_eq!(handle.armed()[0].operation, "Monitor");
}

#[tokio::test(start_paused = true)]
async fn arming_is_for_supervisors_with_the_feature_and_the_channel() {
    let (router, handle) = floor(Faults {
        without_multimedia: vec!["maria".into()],
        ..Faults::default()
    });
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    let nobody = sam
        .operate(
            "/api/v2/users/none/channels/smssession",
            json!({"operationName": "Coach"}),
        )
        .await;
    assert_eq!(nobody.code(), 6);
    let listen = sam.supervise(ANA, json!({"operationName": "ListenIn"})).await;
    assert_eq!(listen.code(), 3, "the word of the phone");
    let mut ana = Writer::at_work(&router, &handle, "ana.nunez").await;
    assert_eq!(
        ana.supervise("Mei Tanaka", json!({"operationName": "Coach"}))
            .await
            .code(),
        5,
        "no supervisor"
    );
    let mut maria = Writer::at_work(&router, &handle, "maria").await;
    assert_eq!(
        maria
            .supervise(ANA, json!({"operationName": "Coach"}))
            .await
            .code(),
        5,
        "no api-multimedia"
    );
    let mut sam = Client::signed_in(&router, "sam").await;
    handle.leave_channel("sam", "smssession").unwrap();
    let path = format!("/api/v2/users/{}/channels/smsession", person(&handle, ANA).id);
    assert_eq!(
        sam.operate(&path, json!({"operationName": "Coach"})).await.code(),
        2,
        "not on the channel"
    );
}

#[tokio::test(start_paused = true)]
async fn only_the_spelling_that_the_server_knows_is_found() {
    for (spelling, seed, pages) in [
        ("both", 200, 200),
        ("smsession", 200, 404),
        ("smssession", 404, 200),
    ] {
        let (router, handle) = floor(Faults::default());
        handle.patch_faults(&json!({"sms_spelling": spelling})).unwrap();
        let mut sam = Writer::at_work(&router, &handle, "sam").await;
        for (channel, status) in [("smsession", seed), ("smssession", pages)] {
            let reply = sam
                .supervise_on(channel, ANA, json!({"operationName": "Coach"}))
                .await;
            assert_eq!(reply.status.as_u16(), status, "{spelling} {channel}");
            assert_eq!(reply.code(), if status == 404 { 6 } else { 0 });
        }
        let reply = sam
            .supervise_on("chat", ANA, json!({"operationName": "Coach"}))
            .await;
        assert_eq!(reply.code(), 0, "chat has one name only");
    }
}

#[tokio::test(start_paused = true)]
async fn the_topic_is_one_of_two_and_either_subscription_may_be_refused() {
    for topic in ["/v2/me/smssession", "/v2/me/smssessions"] {
        let (router, handle) = floor(Faults {
            sms_topic: topic.into(),
            ..Faults::default()
        });
        let mut sam = Writer::at_work(&router, &handle, "sam").await;
        sam.supervise(ANA, json!({"operationName": "Coach"})).await;
        handle.take_session(ANA, &request("sms")).unwrap();
        let news = sam.news().await;
        assert!(
            !news.is_empty() && news.iter().all(|message| message["channel"] == topic),
            "{topic}"
        );
    }
    let (router, _) = floor(Faults {
        refused_topics: vec!["/v2/me/smssessions".into()],
        ..Faults::default()
    });
    let mut sam = Client::signed_in(&router, "sam").await;
    sam.shake_hands().await;
    let replies = sam
        .subscribe(&["/v2/me/smssession", "/v2/me/smssessions", "/**"])
        .await;
    let accepted: Vec<_> = replies
        .as_array()
        .unwrap()
        .iter()
        .map(|reply| reply["successful"].clone())
        .collect();
    assert_eq!(accepted, [json!(true), json!(false), json!(true)]);
}

#[tokio::test(start_paused = true)]
async fn intruding_invites_and_asks_for_a_mode_or_for_monitoring() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    let id = handle.take_session(ANA, &request("sms")).unwrap();
    let path = format!("/api/v2/users/{}/smssessions", person(&handle, ANA).id);
    let listed = sam.get(&format!("{path}?fields=*")).await.json();
    let found = &listed["smssessions"][0];
    assert_eq!((&found["id"], &found["state"]), (&json!(id), &json!("Chatting")));
    assert_eq!(found["capabilities"], json!(["Intrude"]));
    assert_eq!(
        sam.intrude(ANA, &id, json!({})).await.code(),
        2,
        "no mode, and nothing is monitored"
    );
    assert_eq!(
        sam.intrude(ANA, &id, json!({"supervisorVisibilityMode": "Whisper"}))
            .await
            .code(),
        10
    );
    assert_eq!(
        sam.intrude(ANA, "none", json!({"supervisorVisibilityMode": "Coach"}))
            .await
            .code(),
        6
    );
    assert_eq!(
        sam.intrude(JONAS, &id, json!({"supervisorVisibilityMode": "Coach"}))
            .await
            .code(),
        6,
        "not his"
    );
    assert_eq!(
        sam.intrude(ANA, &id, json!({"supervisorVisibilityMode": "Coach"}))
            .await
            .code(),
        0
    );
    let news = sam.news().await;
    let invited = &news[0]["data"]["smssession"];
    assert_eq!(kinds(&news), ["StatusChange"]);
    assert_eq!(
        (&invited["state"], &invited["capabilities"]),
        (&json!("Invited"), &json!(["Accept", "Reject"]))
    );
    assert_eq!(invited["userData"], json!({"Subject": "Billing"}));
    assert_eq!(
        sam.messages(&id, "").await,
        Vec::<Value>::new(),
        "nothing to read before accepting"
    );
    assert_eq!(
        sam.on_session(&id, json!({"operationName": "SendToAgents", "text": "x"}))
            .await
            .code(),
        2
    );
    assert_eq!(
        sam.on_session(&id, json!({"operationName": "Accept", "nickname": "Coach Sam"}))
            .await
            .code(),
        0
    );
    assert_eq!(
        kinds(&sam.news().await),
        [
            "ParticipantsUpdated",
            "StatusChange",
            "NewMessages",
            "NewMessages"
        ]
    );
    assert_eq!(sam.session(&id).await["participants"][2]["nickname"], "Coach Sam");
    assert_eq!(
        sam.intrude(ANA, &id, json!({"supervisorVisibilityMode": "Coach"}))
            .await
            .code(),
        2,
        "in already"
    );

    let other = handle.take_session(ANA, &request("sms")).unwrap();
    sam.intrude(ANA, &other, json!({"supervisorVisibilityMode": "Monitor"}))
        .await;
    sam.news().await;
    assert_eq!(
        sam.on_session(&other, json!({"operationName": "Reject"}))
            .await
            .code(),
        0
    );
    let over = &sam.news().await[0]["data"]["smssession"];
    assert_eq!(
        (&over["state"], &over["participants"]),
        (&json!("Completed"), &json!([]))
    );

    handle.change_faults(|faults| faults.foreign_sessions_hidden = true);
    assert_eq!(sam.get(&path).await.status, 404);
    let everybody = sam.get("/api/v2/users?fields=*&subresources=*").await.text;
    assert!(!everybody.contains("Intrude"));
}

#[tokio::test(start_paused = true)]
async fn the_sessions_of_agents_are_on_the_roster_and_never_stale() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    let path = "/api/v2/users?fields=*&subresources=*";
    assert!(
        sam.get(path).await.json()["users"][0]
            .get("smssessions")
            .is_none()
    );
    let id = handle.take_session(ANA, &request("sms")).unwrap();
    assert_eq!(
        sam.get(path).await.json()["users"][0]["smssessions"][0]["id"],
        json!(id)
    );
    handle.join_session(&id, JONAS).unwrap();
    let listed = sam.get(path).await.json();
    assert_eq!(
        listed["users"][0]["smssessions"][0]["participants"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    handle.complete_session(&id).unwrap();
    assert!(
        sam.get(path).await.json()["users"][0]
            .get("smssessions")
            .is_none()
    );
}

#[tokio::test(start_paused = true)]
async fn messages_are_read_from_an_index_on() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    sam.supervise(ANA, json!({"operationName": "Coach"})).await;
    let id = handle.take_session(ANA, &request("sms")).unwrap();
    for number in 0..5 {
        handle.customer_writes(&id, &format!("line {number}")).unwrap();
    }
    let indices = |messages: Vec<Value>| -> Vec<u64> {
        messages
            .iter()
            .map(|message| message["index"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(indices(sam.messages(&id, "").await), (1..=9).collect::<Vec<_>>());
    assert_eq!(indices(sam.messages(&id, "?startIndex=7").await), [7, 8, 9]);
    assert_eq!(indices(sam.messages(&id, "?startIndex=3&count=2").await), [3, 4]);
    assert_eq!(
        indices(sam.messages(&id, "?startIndex=50").await),
        Vec::<u64>::new()
    );
    let wrong = sam
        .get(&format!("/api/v2/me/smssessions/{id}/messages?count=many"))
        .await;
    assert_eq!(wrong.code(), 10);
    assert_eq!(sam.get("/api/v2/me/smssessions/none/messages").await.code(), 6);
}

#[tokio::test(start_paused = true)]
async fn an_agent_works_through_a_session() {
    let (router, handle) = floor(Faults::default());
    let mut ana = Writer::at_work(&router, &handle, "ana.nunez").await;
    let id = handle.offer_session(ANA, &request("sms")).unwrap();
    assert_eq!(
        ana.session(&id).await["capabilities"],
        json!(["Accept", "Reject"])
    );
    ana.news().await;
    ana.on_session(&id, json!({"operationName": "Accept", "nickname": "Ana"}))
        .await;
    let news = ana.news().await;
    assert_eq!(
        kinds(&news),
        [
            "StatusChange",
            "ParticipantsUpdated",
            "NewMessages",
            "NewMessages"
        ]
    );
    assert_eq!(
        news[0]["data"]["smssession"]["participants"],
        json!([]),
        "as in the sample"
    );
    let listed = strings(&news[1]["data"]["smssession"]["capabilities"]).contains(&"SendToAgents");
    assert!(!listed, "nobody there to whisper with");

    let attach = json!({"operationName": "AttachUserData", "userData": {"Mood": "fine"}});
    assert_eq!(ana.on_session(&id, attach).await.code(), 0);
    let news = ana.news().await;
    assert_eq!(kinds(&news), ["PropertiesUpdated"]);
    assert_eq!(news[0]["data"]["smssession"]["userData"]["Mood"], "fine");
    ana.on_session(&id, json!({"operationName": "DeleteUserData", "keys": ["Mood"]}))
        .await;
    assert!(ana.session(&id).await["userData"].get("Mood").is_none());

    let consult =
        json!({"operationName": "Consult", "targetUri": format!("/users/{}", person(&handle, JONAS).id)});
    let reply = ana.on_session(&id, consult.clone()).await.json();
    assert!(reply["referenceId"].is_u64(), "{reply}");
    assert_eq!(
        ana.on_session(&id, json!({"operationName": "CancelConsult"}))
            .await
            .code(),
        0
    );
    ana.on_session(&id, consult).await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let session = ana.session(&id).await;
    assert_eq!(
        session["participants"][2]["visibility"], "Agents",
        "the customer does not know"
    );
    assert!(strings(&session["capabilities"]).contains(&"SendToAgents"));
    assert_eq!(handle.customer_view(&id).unwrap().present, ["Ana"]);

    ana.news().await;
    assert_eq!(
        ana.on_session(&id, json!({"operationName": "Leave"}))
            .await
            .code(),
        0
    );
    let left = ana.session(&id).await;
    assert_eq!(left["state"], "LeftChat");
    assert!(strings(&left["capabilities"]).contains(&"Complete"));
    ana.on_session(&id, json!({"operationName": "Complete"})).await;
    assert_eq!(
        ana.news().await.last().unwrap()["data"]["smssession"]["state"],
        "Completed"
    );
    assert!(ana.sessions().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_alone_with_the_customer_cannot_hide_and_ends_it_by_leaving() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    sam.supervise(ANA, json!({"operationName": "BargeIn"})).await;
    let id = handle.take_session(ANA, &request("sms")).unwrap();
    handle.leave_session(&id, Some(ANA)).unwrap();
    let session = sam.session(&id).await;
    let listed = strings(&session["capabilities"]);
    assert!(
        !listed.iter().any(|name| name.starts_with("Switch")),
        "{listed:?}"
    );
    assert_eq!(
        sam.on_session(&id, json!({"operationName": "SwitchToCoach"}))
            .await
            .code(),
        2
    );
    assert_eq!(
        sam.on_session(&id, json!({"operationName": "Leave"}))
            .await
            .code(),
        0
    );
    assert_eq!(
        sam.session(&id).await["state"],
        "LeftChat",
        "over for the customer"
    );
    assert_eq!(
        sam.on_session(&id, json!({"operationName": "Complete"}))
            .await
            .code(),
        0
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_last_agent_completes_is_over_even_for_a_supervisor_who_has_barged_in() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    let mut ana = Writer::at_work(&router, &handle, "ana.nunez").await;
    sam.supervise(ANA, json!({"operationName": "BargeIn"})).await;
    let id = handle.take_session(ANA, &request("sms")).unwrap();
    handle.join_session(&id, JONAS).unwrap();
    sam.news().await;
    assert_eq!(
        ana.on_session(&id, json!({"operationName": "Complete"}))
            .await
            .code(),
        0
    );
    assert_eq!(sam.session(&id).await["state"], "Chatting", "Jonas stays");
    handle.leave_session(&id, Some(JONAS)).unwrap();
    assert_eq!(
        sam.session(&id).await["state"],
        "Chatting",
        "left to the supervisor"
    );

    let id = handle.take_session(ANA, &request("sms")).unwrap();
    ana.on_session(&id, json!({"operationName": "Complete"})).await;
    assert_eq!(
        sam.news().await.last().unwrap()["data"]["smssession"]["state"],
        "Revoked"
    );
}

#[tokio::test(start_paused = true)]
async fn signing_out_ends_monitoring_and_takes_the_supervisor_out() {
    for way in ["EndContactCenterSession", "Offline"] {
        let (router, handle) = floor(Faults::default());
        let mut sam = Writer::at_work(&router, &handle, "sam").await;
        sam.supervise(ANA, json!({"operationName": "Coach"})).await;
        let id = handle.take_session(ANA, &request("sms")).unwrap();
        let path = if way == "Offline" {
            "/api/v2/me/channels/smssession"
        } else {
            "/api/v2/me"
        };
        assert_eq!(sam.operate(path, json!({"operationName": way})).await.code(), 0);
        assert!(handle.armed().is_empty(), "{way}");
        let session = handle.session(&id).unwrap();
        assert_eq!(session.seats.len(), 1, "{way}: only the agent is left");
        let again = handle.take_session(ANA, &request("sms")).unwrap();
        assert_eq!(handle.session(&again).unwrap().seats.len(), 1, "{way}");
    }
}
