//! SMS supervision from the first request to the last notification, and what the customer saw of it.

use serde_json::{Value, json};
use simulator::{Faults, SessionRequest, WrittenPhase};

use crate::support::{ANA, JONAS, Writer, floor, kinds, strings};

fn hello() -> SessionRequest {
    SessionRequest {
        customer: "Pat".into(),
        text: Some("Where is my parcel?".into()),
        user_data: json!({"Subject": "Delivery"}).as_object().unwrap().clone(),
        ..SessionRequest::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_coach_is_brought_in_when_the_agent_accepts_and_the_customer_never_knows() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    let reply = sam
        .supervise(ANA, json!({"operationName": "Coach", "nickname": "Team Lead"}))
        .await;
    assert_eq!(reply.json(), json!({"statusCode": 0}));
    assert_eq!(
        sam.news().await,
        Vec::<Value>::new(),
        "arming is not confirmed by any notification"
    );

    let session = handle.offer_session(ANA, &hello()).unwrap();
    assert_eq!(handle.session(&session).unwrap().phase, WrittenPhase::Offered);
    assert!(sam.news().await.is_empty(), "nothing before the agent accepts");
    handle.accept_session(&session, ANA).unwrap();

    let news = sam.news().await;
    assert_eq!(
        kinds(&news),
        [
            "ParticipantsUpdated",
            "StatusChange",
            "NewMessages",
            "NewMessages"
        ],
        "in the order of the samples"
    );
    assert!(
        news.iter()
            .all(|message| message["channel"] == "/v2/me/smssession")
    );
    let change = &news[1]["data"];
    assert_eq!(change["messageType"], "SMSsessionStateChangeMessage");
    let joined = &change["smssession"];
    assert_eq!(
        (&joined["id"], &joined["state"]),
        (&json!(session), &json!("Chatting"))
    );
    assert_eq!(joined["userData"], json!({"Subject": "Delivery"}));
    let own = joined["participants"]
        .as_array()
        .unwrap()
        .iter()
        .find(|participant| participant["nickname"] == "Team Lead")
        .unwrap();
    assert_eq!(
        (&own["type"], &own["visibility"]),
        (&json!("Agent"), &json!("Agents"))
    );
    let listed = strings(&joined["capabilities"]);
    assert!(
        listed.contains(&"SendToAgents") && !listed.contains(&"SendMessage"),
        "{listed:?}"
    );
    assert!(listed.contains(&"SwitchBargeIn") && listed.contains(&"SwitchToMonitor"));

    let reply = sam
        .on_session(
            &session,
            json!({"operationName": "SendToAgents", "text": "Offer the callback"}),
        )
        .await;
    assert_eq!(reply.json(), json!({"statusCode": 0}));
    let news = sam.news().await;
    let message = &news[0]["data"]["messages"][0];
    assert_eq!(
        (
            &message["text"],
            &message["visibility"],
            &message["from"]["nickname"]
        ),
        (
            &json!("Offer the callback"),
            &json!("Agents"),
            &json!("Team Lead")
        )
    );
    let view = handle.customer_view(&session).unwrap();
    assert_eq!(view.texts, ["Where is my parcel?"]);
    assert_eq!(view.present, ["ana.nunez"], "the customer sees no supervisor");
    assert!(handle.leaks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_whole_way_through_a_session() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    sam.supervise(ANA, json!({"operationName": "Coach"})).await;
    let session = handle.take_session(ANA, &hello()).unwrap();
    sam.news().await;

    let reply = sam
        .on_session(&session, json!({"operationName": "SwitchToBargeIn"}))
        .await;
    assert_eq!(reply.code(), 0, "{}", reply.text);
    let news = sam.news().await;
    assert_eq!(kinds(&news), ["ParticipantsUpdated", "NewMessages"]);
    assert_eq!(news[1]["data"]["messages"][0]["type"], "ParticipantRejoined");
    let reply = sam
        .on_session(
            &session,
            json!({"operationName": "SendMessage", "text": "I am the supervisor."}),
        )
        .await;
    assert_eq!(reply.code(), 0);
    let view = handle.customer_view(&session).unwrap();
    assert_eq!(view.texts, ["Where is my parcel?", "I am the supervisor."]);
    assert_eq!(view.present, ["ana.nunez", "sam"]);

    sam.news().await;
    sam.on_session(&session, json!({"operationName": "SwitchToCoach"}))
        .await;
    let own = sam.session(&session).await;
    let visibilities: Vec<_> = own["participants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|participant| participant["visibility"].as_str().unwrap())
        .collect();
    assert_eq!(visibilities, ["All", "All", "Agents"]);
    assert_eq!(handle.customer_view(&session).unwrap().present, ["ana.nunez"]);
    assert!(
        handle.leaks().is_empty(),
        "nothing public was said by anybody hidden"
    );

    sam.news().await;
    assert_eq!(
        sam.on_session(&session, json!({"operationName": "Leave"}))
            .await
            .code(),
        0
    );
    let news = sam.news().await;
    assert_eq!(news.last().unwrap()["data"]["smssession"]["state"], "Completed");
    assert_eq!(
        handle.session(&session).unwrap().phase,
        WrittenPhase::Running,
        "it goes on without us"
    );
    assert_eq!(
        sam.get(&format!("/api/v2/me/smssessions/{session}")).await.code(),
        6
    );
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_is_put_out_when_the_session_is_over_queued_or_handed_on() {
    type End = fn(&simulator::Handle, &str);
    let ends: [(&str, End); 4] = [
        ("completed", |handle, session| {
            handle.complete_session(session).unwrap();
        }),
        ("queued", |handle, session| {
            handle.queue_session(session, "Returns").unwrap();
        }),
        ("transferred", |handle, session| {
            handle.transfer_session(session, JONAS).unwrap();
        }),
        ("left by the only agent", |handle, session| {
            handle.leave_session(session, None).unwrap();
        }),
    ];
    for (how, end) in ends {
        let (router, handle) = floor(Faults::default());
        let mut sam = Writer::at_work(&router, &handle, "sam").await;
        sam.supervise(ANA, json!({"operationName": "Coach"})).await;
        let session = handle.take_session(ANA, &hello()).unwrap();
        sam.news().await;
        end(&handle, &session);
        let news = sam.news().await;
        let last = &news.last().unwrap()["data"];
        assert_eq!(last["smssession"]["state"], "Revoked", "{how}: {news:?}");
        assert_eq!(last["smssession"]["capabilities"], json!([]), "{how}");
        assert!(sam.sessions().await.is_empty(), "{how}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_stays_while_another_agent_does() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    sam.supervise(ANA, json!({"operationName": "Coach"})).await;
    let session = handle.take_session(ANA, &hello()).unwrap();
    handle.join_session(&session, JONAS).unwrap();
    sam.news().await;
    handle.leave_session(&session, Some(ANA)).unwrap();
    assert_eq!(kinds(&sam.news().await), ["NewMessages", "ParticipantsUpdated"]);
    let own = sam.session(&session).await;
    assert_eq!(own["state"], "Chatting");
    assert_eq!(own["participants"][2]["nickname"], "jonas.bergstrom");
    handle.leave_session(&session, Some(JONAS)).unwrap();
    assert!(sam.sessions().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn next_chat_is_one_session_and_all_chats_go_on_until_cancelled() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    sam.supervise(
        ANA,
        json!({"operationName": "Monitor", "supervisorMonitoringMode": "NextChat"}),
    )
    .await;
    sam.supervise(
        JONAS,
        json!({"operationName": "BargeIn", "supervisorMonitoringMode": "AllChats"}),
    )
    .await;
    assert_eq!(handle.armed().len(), 2, "several agents at once");
    for _ in 0..2 {
        handle.take_session(ANA, &hello()).unwrap();
        handle.take_session(JONAS, &hello()).unwrap();
    }
    assert_eq!(sam.sessions().await.len(), 3);
    assert_eq!(handle.armed().len(), 1, "NextChat has disarmed itself");
    let cancel = json!({"operationName": "CancelSupervisorMonitoring"});
    assert_eq!(sam.supervise(JONAS, cancel.clone()).await.code(), 0);
    assert_eq!(sam.supervise(JONAS, cancel).await.code(), 2, "none is active");
    handle.take_session(JONAS, &hello()).unwrap();
    assert_eq!(
        sam.sessions().await.len(),
        3,
        "cancelling leaves no session and joins none"
    );
}

#[tokio::test(start_paused = true)]
async fn who_sees_whom_follows_from_the_mode() {
    for (mode, visibility, agent_sees, customer_sees) in [
        ("Monitor", "Supervisors", false, false),
        ("Coach", "Agents", true, false),
        ("BargeIn", "All", true, true),
    ] {
        let (router, handle) = floor(Faults::default());
        let mut sam = Writer::at_work(&router, &handle, "sam").await;
        let mut maria = Writer::at_work(&router, &handle, "maria").await;
        let mut ana = Writer::at_work(&router, &handle, "ana.nunez").await;
        maria.supervise(ANA, json!({"operationName": "Monitor"})).await;
        let session = handle.offer_session(ANA, &hello()).unwrap();
        let accept = ana
            .on_session(&session, json!({"operationName": "Accept", "nickname": "Ana"}))
            .await;
        assert_eq!(accept.code(), 0);
        sam.supervise(ANA, json!({"operationName": mode})).await;
        let intrude = sam.intrude(ANA, &session, json!({})).await;
        assert_eq!(intrude.code(), 0, "{}", intrude.text);
        let news = sam.news().await;
        assert_eq!(news[0]["data"]["smssession"]["state"], "Invited");
        ana.news().await;
        maria.news().await;
        sam.on_session(&session, json!({"operationName": "Accept"})).await;
        let sees = |session: &Value| {
            let participants = session["participants"].as_array().unwrap();
            let sam = participants
                .iter()
                .find(|participant| participant["nickname"] == "sam");
            sam.map(|sam| sam["visibility"].as_str().unwrap().to_owned())
        };
        let visibility = Some(visibility.to_owned());
        assert_eq!(sees(&sam.session(&session).await), visibility, "{mode}");
        assert_eq!(
            sees(&maria.session(&session).await),
            visibility,
            "supervisors see each other"
        );
        assert!(
            !maria.news().await.is_empty(),
            "{mode}: a supervisor hears of the join"
        );
        assert_eq!(sees(&ana.session(&session).await).is_some(), agent_sees, "{mode}");
        assert_eq!(
            !ana.news().await.is_empty(),
            agent_sees,
            "{mode}: not even an empty message gives it away"
        );
        let present = handle.customer_view(&session).unwrap().present;
        assert_eq!(present.contains(&"sam".to_owned()), customer_sees, "{mode}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_hidden_supervisor_says_publicly_reaches_the_customer_and_is_kept() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    sam.supervise(ANA, json!({"operationName": "Coach"})).await;
    let session = handle.take_session(ANA, &hello()).unwrap();
    for operation in ["SendMessage", "SendStartTypingNotification"] {
        let reply = sam
            .on_session(
                &session,
                json!({"operationName": operation, "text": "He is stalling."}),
            )
            .await;
        assert_eq!(reply.code(), 0, "{operation}");
    }
    let view = handle.customer_view(&session).unwrap();
    assert_eq!(view.texts.last().unwrap(), "He is stalling.");
    assert_eq!(view.typing, ["sam"]);
    let leaks: Vec<_> = handle
        .leaks()
        .into_iter()
        .map(|leak| (leak.kind, leak.visibility, leak.text))
        .collect();
    assert_eq!(
        leaks,
        [
            (
                "Text".to_owned(),
                "Agents".to_owned(),
                Some("He is stalling.".to_owned())
            ),
            ("TypingStarted".to_owned(), "Agents".to_owned(), None),
        ]
    );
    handle.clear_leaks();
    assert!(handle.leaks().is_empty());
}
