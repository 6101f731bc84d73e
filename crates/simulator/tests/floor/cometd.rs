//! The CometD endpoint: handshake, long poll, loss and recovery.

use std::time::Duration;

use serde_json::{Value, json};
use simulator::{CometdTiming, Faults, Settings, service};
use tokio::time::Instant;

use crate::support::{Client, TOPICS, floor};

/// Runs a held connect beside something else that happens meanwhile.
fn hold(client: &Client) -> tokio::task::JoinHandle<crate::support::Reply> {
    let mut client = client.clone();
    tokio::spawn(async move { client.connect().await })
}

async fn subscribed(router: &axum::Router) -> Client {
    let mut sam = Client::signed_in(router, "sam").await;
    sam.shake_hands().await;
    sam.subscribe(&TOPICS).await;
    sam.news().await;
    sam
}

#[tokio::test(start_paused = true)]
async fn a_handshake_gives_a_client_id_advice_and_a_browser_cookie() {
    let (router, _) = floor(Faults::default());
    let mut sam = Client::signed_in(&router, "sam").await;
    let reply = sam.shake_hands().await;
    assert_eq!(reply["successful"], true);
    assert_eq!(reply["supportedConnectionTypes"], json!(["long-polling"]));
    assert_eq!(
        reply["advice"],
        json!({"reconnect": "retry", "interval": 0, "timeout": 30000})
    );
    assert_eq!(reply["id"], "1");
    assert!(sam.cookies.contains_key("BAYEUX_BROWSER"));

    let sockets =
        json!([{"channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["websocket"]}]);
    let refused = sam.meta(sockets).await.json();
    assert_eq!(
        (&refused[0]["successful"], &refused[0]["advice"]["reconnect"]),
        (&json!(false), &json!("none"))
    );
    assert_eq!(
        Client::stranger(&router).meta(json!([])).await.status,
        403,
        "the HTTP session is needed"
    );
    assert_eq!(sam.meta(json!("hello")).await.status, 400);
    let single = json!({"channel": "/meta/handshake", "supportedConnectionTypes": ["long-polling"]});
    assert_eq!(
        sam.meta(single).await.json()[0]["successful"],
        true,
        "a message outside an array is tolerated"
    );
}

#[tokio::test(start_paused = true)]
async fn the_first_connect_is_answered_at_once_and_the_next_is_held_for_the_timeout() {
    let (router, _) = service(Settings {
        cometd: CometdTiming {
            timeout_ms: 20_000,
            ..CometdTiming::default()
        },
        ..Settings::default()
    });
    let mut sam = Client::signed_in(&router, "sam").await;
    sam.shake_hands().await;
    let before = Instant::now();
    let first = sam.connect().await.json();
    assert_eq!(first[0]["advice"]["timeout"], 20_000);
    assert_eq!(before.elapsed(), Duration::ZERO);
    let second = sam.connect().await.json();
    assert_eq!(
        second,
        json!([{"channel": "/meta/connect", "id": "3", "successful": true}])
    );
    assert_eq!(before.elapsed().as_secs(), 20);
    let shorter = json!([{"channel": "/meta/connect", "clientId": sam.cometd, "connectionType": "long-polling", "advice": {"timeout": 300}}]);
    sam.meta(shorter).await;
    assert_eq!(
        before.elapsed().as_millis() / 100,
        203,
        "a client may ask for less"
    );
}

#[tokio::test(start_paused = true)]
async fn an_event_ends_the_held_connect_and_comes_before_its_reply() {
    let (router, handle) = floor(Faults::default());
    let sam = subscribed(&router).await;
    let held = hold(&sam);
    tokio::time::sleep(Duration::from_secs(5)).await;
    handle.log_in("sam").unwrap();
    let messages = held.await.unwrap().json();
    let channels: Vec<_> = messages
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["channel"].clone())
        .collect();
    assert_eq!(channels.last().unwrap(), "/meta/connect");
    assert!(
        channels.len() > 1 && channels[0] == "/v2/me/devices",
        "{channels:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_newer_connect_takes_the_place_of_the_held_one() {
    let (router, handle) = floor(Faults::default());
    let sam = subscribed(&router).await;
    let old = hold(&sam);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let new = hold(&sam);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(old.await.unwrap().status, 500);
    handle.log_in("sam").unwrap();
    assert!(new.await.unwrap().json().as_array().unwrap().len() > 1);
}

#[tokio::test(start_paused = true)]
async fn events_wait_for_a_client_whose_connect_was_cut() {
    let (router, handle) = floor(Faults::default());
    let mut sam = subscribed(&router).await;
    let cut = hold(&sam);
    tokio::time::sleep(Duration::from_secs(1)).await;
    cut.abort();
    assert!(cut.await.unwrap_err().is_cancelled());
    handle.log_in("sam").unwrap();
    assert!(!sam.news().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn any_reply_can_carry_events() {
    let (router, handle) = floor(Faults::default());
    let mut sam = subscribed(&router).await;
    handle.log_in("sam").unwrap();
    let messages = sam.subscribe(&["/v2/me/chats"]).await;
    assert_eq!(messages[0]["channel"], "/v2/me/devices");
    assert_eq!(
        messages.as_array().unwrap().last().unwrap()["channel"],
        "/meta/subscribe"
    );
}

#[tokio::test(start_paused = true)]
async fn wildcards_and_lists_of_topics_are_subscribed_and_each_event_comes_once() {
    let (router, handle) = floor(Faults::default());
    for topics in [
        json!("/v2/me/*"),
        json!("/**"),
        json!(["/v2/me/devices", "/v2/me/*"]),
    ] {
        let mut sam = Client::signed_in(&router, "sam").await;
        sam.shake_hands().await;
        let reply = sam
            .meta(json!([{"channel": "/meta/subscribe", "clientId": sam.cometd, "subscription": topics}]))
            .await;
        assert_eq!(reply.json()[0]["subscription"], topics);
        sam.news().await;
        handle.log_in("sam").unwrap();
        handle.log_out("sam").unwrap();
        let states: Vec<_> = sam
            .news()
            .await
            .into_iter()
            .map(|message| message["data"]["devices"][0]["userState"]["state"].clone())
            .collect();
        assert_eq!(states, ["LoggedIn", "NotReady", "Ready", "LoggedOut"]);
        sam.meta(json!([{"channel": "/meta/unsubscribe", "clientId": sam.cometd, "subscription": topics}]))
            .await;
        handle.log_in("sam").unwrap();
        handle.log_out("sam").unwrap();
        assert!(sam.news().await.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_topic_costs_only_itself() {
    let (router, _) = floor(Faults {
        refused_topics: vec!["/v2/me/channels".into()],
        ..Faults::default()
    });
    let mut ana = Client::signed_in(&router, "ana.nunez").await;
    ana.shake_hands().await;
    let replies = ana
        .subscribe(&["/v2/me/devices", "/v2/me/channels", "/v2/users", "/meta/connect"])
        .await;
    let outcomes: Vec<_> = replies
        .as_array()
        .unwrap()
        .iter()
        .map(|reply| reply["successful"].clone())
        .collect();
    assert_eq!(outcomes, [true, false, false, false]);
    assert_eq!(
        (&replies[1]["error"], &replies[1]["subscription"]),
        (&json!("403::Subscription denied"), &json!("/v2/me/channels"))
    );
    let published = ana
        .meta(json!([{"channel": "/v2/me/calls", "data": {}, "clientId": ana.cometd}]))
        .await
        .json();
    assert_eq!(published[0]["successful"], false);
}

fn is_402_with_handshake(reply: &Value) -> bool {
    reply["successful"] == false
        && reply["error"].as_str().unwrap().starts_with("402")
        && reply["advice"]["reconnect"] == "handshake"
}

#[tokio::test(start_paused = true)]
async fn a_dropped_session_gets_402_and_is_made_again() {
    let (router, handle) = floor(Faults::default());
    let mut sam = subscribed(&router).await;
    let held = hold(&sam);
    tokio::time::sleep(Duration::from_secs(1)).await;
    handle.drop_cometd();
    assert!(is_402_with_handshake(&held.await.unwrap().json()[0]), "at once");
    assert!(is_402_with_handshake(&sam.connect().await.json()[0]));
    let subscribe = sam.subscribe(&["/v2/me/calls"]).await;
    assert_eq!(subscribe[0]["error"], "402::Unknown client");
    assert!(
        subscribe[0].get("advice").is_none(),
        "no advice on a subscribe reply, as CometD"
    );
    sam.shake_hands().await;
    sam.subscribe(&TOPICS).await;
    handle.log_in("sam").unwrap();
    assert!(!sam.news().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn dropped_quietly_the_held_connect_ends_well_and_the_next_fails() {
    let (router, handle) = floor(Faults::default());
    let mut sam = subscribed(&router).await;
    let held = hold(&sam);
    tokio::time::sleep(Duration::from_secs(1)).await;
    handle.drop_cometd_quietly();
    assert_eq!(held.await.unwrap().json()[0]["successful"], true);
    assert!(is_402_with_handshake(&sam.connect().await.json()[0]));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_stays_away_is_forgotten() {
    let (router, _) = floor(Faults::default());
    let mut sam = subscribed(&router).await;
    tokio::time::advance(Duration::from_secs(14)).await;
    sam.news().await;
    tokio::time::advance(Duration::from_secs(16)).await;
    assert!(is_402_with_handshake(&sam.connect().await.json()[0]));
}

#[tokio::test(start_paused = true)]
async fn an_expired_http_session_ends_the_held_connect_with_403() {
    let (router, handle) = floor(Faults::default());
    let mut sam = subscribed(&router).await;
    let held = hold(&sam);
    tokio::time::sleep(Duration::from_secs(1)).await;
    handle.expire_sessions();
    let reply = held.await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.code()), (403, 20));
    assert_eq!(sam.connect().await.status, 403);
    sam.basic("sam", "practice");
    assert!(
        is_402_with_handshake(&sam.connect().await.json()[0]),
        "signed in again, but the session is gone"
    );
}

#[tokio::test(start_paused = true)]
async fn disconnecting_answers_the_held_connect_and_forgets_the_client() {
    let (router, _) = floor(Faults::default());
    let mut sam = subscribed(&router).await;
    let held = hold(&sam);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let goodbye = json!([{"id": "9", "channel": "/meta/disconnect", "clientId": sam.cometd}]);
    let reply = sam.meta(goodbye).await.json();
    assert_eq!(
        reply,
        json!([{"channel": "/meta/disconnect", "id": "9", "successful": true}])
    );
    let last = held.await.unwrap().json();
    assert_eq!(
        (&last[0]["successful"], &last[0]["advice"]["reconnect"]),
        (&json!(true), &json!("none"))
    );
    assert!(is_402_with_handshake(&sam.connect().await.json()[0]));
}

#[tokio::test(start_paused = true)]
async fn two_sessions_in_one_browser_are_told_so() {
    let (router, _) = floor(Faults::default());
    let first = subscribed(&router).await;
    let held = hold(&first);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut second = first.clone();
    second.shake_hands().await;
    let reply = second.connect().await.json();
    assert_eq!(
        (
            &reply[0]["advice"]["multiple-clients"],
            &reply[0]["advice"]["interval"]
        ),
        (&json!(true), &json!(2000))
    );
    held.abort();
    tokio::task::yield_now().await;
    assert!(
        second.connect().await.json()[0]["advice"]
            .get("multiple-clients")
            .is_none()
    );
}

#[tokio::test(start_paused = true)]
async fn nobody_uses_another_persons_session() {
    let (router, _) = floor(Faults::default());
    let sam = subscribed(&router).await;
    let mut maria = Client::signed_in(&router, "maria").await;
    maria.cometd = sam.cometd;
    assert!(is_402_with_handshake(&maria.connect().await.json()[0]));
}
