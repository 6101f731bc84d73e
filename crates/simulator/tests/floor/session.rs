//! Contact-centre sessions, agent states, do not disturb and forwarding.

use serde_json::{Value, json};
use simulator::Faults;

use crate::support::{ANA, Client, TOPICS, floor, person};

fn start(place: Option<&str>) -> Value {
    let mut body = json!({"operationName": "StartContactCenterSession", "channels": ["voice"]});
    if let Some(place) = place {
        body["place"] = json!(place);
    }
    body
}

#[tokio::test(start_paused = true)]
async fn a_session_logs_in_and_says_so_twice() {
    let (router, _) = floor(Faults::default());
    let mut sam = Client::signed_in(&router, "sam").await;
    sam.shake_hands().await;
    sam.subscribe(&TOPICS).await;
    assert_eq!(sam.own_device().await["userState"]["state"], "LoggedOut");
    assert_eq!(
        sam.operate("/api/v2/me", start(Some("Place_5005"))).await.json(),
        json!({"statusCode": 0})
    );
    let states: Vec<_> = sam
        .news_on("/v2/me/devices")
        .await
        .iter()
        .map(|data| data["devices"][0]["userState"].clone())
        .collect();
    assert_eq!(states[0], json!({"state": "LoggedIn"}), "neither id nor name");
    assert_eq!(states[1]["displayName"], "Not Ready");
    assert_eq!(states.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_place_needs_one_device_or_one_acd_position_or_the_device_path() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::signed_in(&router, "sam").await;
    assert_eq!(
        sam.operate("/api/v2/me", start(Some("Place_Empty"))).await.code(),
        2
    );
    assert_eq!(
        sam.operate("/api/v2/me", start(Some("Place_Twins"))).await.code(),
        2
    );
    assert_eq!(sam.operate("/api/v2/me", start(Some("Nowhere"))).await.code(), 6);
    assert_eq!(
        sam.operate("/api/v2/me", start(Some("Place_Mixed"))).await.code(),
        0
    );
    assert_eq!(
        sam.own_device().await["phoneNumber"],
        "5902",
        "the ACD position of the two"
    );

    let devices = sam.get("/api/v2/devices?fields=*").await.json();
    let twin = devices["devices"]
        .as_array()
        .unwrap()
        .iter()
        .find(|device| device["phoneNumber"] == "5904")
        .unwrap();
    let mut body = start(Some("Place_Twins"));
    body["devicePath"] = twin["path"].clone();
    assert_eq!(sam.operate("/api/v2/me", body.clone()).await.code(), 0);
    assert_eq!(sam.own_device().await["phoneNumber"], "5904");
    body["place"] = json!("Place_Mixed");
    assert_eq!(
        sam.operate("/api/v2/me", body).await.code(),
        2,
        "not on that place"
    );

    assert_eq!(
        sam.operate("/api/v2/me", start(Some("Place_6001"))).await.code(),
        19,
        "Ana sits there"
    );
    let own = person(&handle, "sam");
    assert_eq!(
        (own.phone_number.as_str(), own.state.as_str()),
        ("5904", "NotReady"),
        "a refusal changes nothing"
    );
}

#[tokio::test(start_paused = true)]
async fn ending_the_session_gives_the_device_back_and_kills_the_http_session() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::signed_in(&router, "sam").await;
    sam.operate("/api/v2/me", start(Some("Place_Mixed"))).await;
    assert_eq!(
        sam.operate("/api/v2/me", json!({"operationName": "EndContactCenterSession"}))
            .await
            .code(),
        0
    );
    let reply = sam.get("/api/v2/me").await;
    assert_eq!((reply.status.as_u16(), reply.code()), (403, 20));
    let own = person(&handle, "sam");
    assert_eq!(
        (own.phone_number.as_str(), own.state.as_str()),
        ("5005", "LoggedOut")
    );
}

#[tokio::test(start_paused = true)]
async fn one_failed_channel_group_is_partial_success_and_all_failed_is_an_error() {
    let (router, handle) = floor(Faults {
        multimedia_inactive: true,
        ..Faults::default()
    });
    let mut sam = Client::signed_in(&router, "sam").await;
    let body = json!({"operationName": "StartContactCenterSession", "channels": ["voice", "chat", "email"]});
    let reply = sam.operate("/api/v2/me", body.clone()).await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.json(),
        json!({
            "statusCode": 7,
            "succeeded": [{"statusCode": 0, "channel": "voice"}],
            "failed": [{
                "statusCode": 4,
                "statusMessage": "Interaction server connection is not opened",
                "channel": "multimedia",
            }],
        })
    );
    handle.change_faults(|faults| {
        faults.multimedia_inactive = false;
        faults.unregistered.push("5005".into());
    });
    let reply = sam.operate("/api/v2/me", body.clone()).await.json();
    assert_eq!(
        (
            reply["statusCode"].as_u64(),
            reply["failed"][0]["channel"].as_str()
        ),
        (Some(7), Some("voice"))
    );
    handle.change_faults(|faults| faults.multimedia_inactive = true);
    let reply = sam.operate("/api/v2/me", body).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (500, 4));
    assert!(reply.json().get("failed").is_none());
}

#[tokio::test(start_paused = true)]
async fn states_are_set_on_voice_on_multimedia_or_on_everything() {
    let (router, _) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    sam.operate(
        "/api/v2/me",
        json!({"operationName": "StartContactCenterSession", "channels": ["chat"]}),
    )
    .await;
    sam.news().await;
    for (operation, name) in [
        ("Ready", "Ready"),
        ("AfterCallWork", "AfterCallWork"),
        ("AuxWork", "AuxWork"),
        ("OutToLunch", "Out to Lunch"),
        ("NotReady", "Not Ready"),
    ] {
        assert_eq!(
            sam.operate("/api/v2/me/channels/voice", json!({"operationName": operation}))
                .await
                .code(),
            0
        );
        assert_eq!(
            sam.news_on("/v2/me/devices").await[0]["devices"][0]["userState"]["displayName"],
            name
        );
    }
    assert_eq!(
        sam.operate("/api/v2/me", json!({"operationName": "Ready"}))
            .await
            .code(),
        0
    );
    let news = sam.news().await;
    let channel = news
        .iter()
        .find(|message| message["channel"] == "/v2/me/channels")
        .unwrap();
    assert_eq!(channel["data"]["messageType"], "ChannelStateChangeMessageV2");
    assert_eq!(channel["data"]["channels"][0]["userState"]["state"], "Ready");
    assert_eq!(sam.own_device().await["userState"]["state"], "Ready");
    assert_eq!(
        sam.operate("/api/v2/me/channels/voice", json!({"operationName": "Dance"}))
            .await
            .code(),
        3
    );
    assert_eq!(
        sam.operate("/api/v2/me/channels/email", json!({"operationName": "Ready"}))
            .await
            .code(),
        2
    );
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_sets_an_agents_state_and_only_the_agent_hears_of_it() {
    let (router, handle) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    let mut ana = Client::at_work(&router, "ana.nunez").await;
    let path = format!("/api/v2/users/{}/channels/voice", person(&handle, ANA).id);
    assert_eq!(
        sam.operate(&path, json!({"operationName": "NotReady"}))
            .await
            .code(),
        0
    );
    assert_eq!(ana.news_on("/v2/me/devices").await.len(), 1);
    assert!(sam.news().await.is_empty());
    assert_eq!(
        ana.operate(&path, json!({"operationName": "Ready"})).await.code(),
        5,
        "not for agents"
    );
    assert_eq!(
        sam.operate(&path, json!({"operationName": "Offline"}))
            .await
            .code(),
        0
    );
    assert_eq!(person(&handle, ANA).state, "LoggedOut");
    assert_eq!(
        sam.operate(&path, json!({"operationName": "Ready"})).await.code(),
        2,
        "nobody logged in"
    );
}

#[tokio::test(start_paused = true)]
async fn do_not_disturb_and_forwarding_offer_their_opposite() {
    let (router, _) = floor(Faults::default());
    let mut sam = Client::at_work(&router, "sam").await;
    assert_eq!(
        sam.on_device(json!({"operationName": "DoNotDisturbOff"}))
            .await
            .code(),
        2,
        "it is off"
    );
    assert_eq!(
        sam.on_device(json!({"operationName": "DoNotDisturbOn"}))
            .await
            .code(),
        0
    );
    assert_eq!(
        sam.on_device(json!({"operationName": "ForwardCallsOn"}))
            .await
            .code(),
        1,
        "destination"
    );
    assert_eq!(
        sam.on_device(json!({"operationName": "ForwardCallsOn", "destination": "6002"}))
            .await
            .code(),
        0
    );
    let device = sam.own_device().await;
    assert_eq!(
        (device["doNotDisturb"].as_str(), device["forwardTo"].as_str()),
        (Some("On"), Some("6002"))
    );
    assert_eq!(device["capabilities"][0], "ForwardCallsOff");
    assert_eq!(device["capabilities"][1], "DoNotDisturbOff");
    sam.on_device(json!({"operationName": "ForwardCallsOff"})).await;
    assert!(sam.own_device().await.get("forwardTo").is_none());
    assert_eq!(sam.on_device(json!({"operationName": "MakeTea"})).await.code(), 3);
    assert_eq!(sam.on_device(json!({})).await.code(), 1);
    assert_eq!(sam.on_device(json!("text")).await.code(), 10);
}
