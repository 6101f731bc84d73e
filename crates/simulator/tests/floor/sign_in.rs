//! Signing in, cookies and CSRF.

use serde_json::json;
use simulator::Faults;

use crate::support::{Client, floor};

#[tokio::test(start_paused = true)]
async fn nobody_is_told_access_denied_with_403_not_401() {
    let (router, _) = floor(Faults::default());
    let reply = Client::stranger(&router).get("/api/v2/me?subresources=*").await;
    assert_eq!(reply.status, 403);
    assert_eq!(
        reply.json(),
        json!({"statusCode": 20, "statusMessage": "Access denied"})
    );
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_401_and_sets_no_cookie() {
    let (router, _) = floor(Faults::default());
    for (user, password) in [("sam", "wrong"), ("nobody", "practice"), ("sam", "")] {
        let mut client = Client::stranger(&router);
        client.basic(user, password);
        let reply = client.get("/api/v2/me").await;
        assert_eq!((reply.status.as_u16(), reply.code()), (401, 20));
        assert!(client.cookies.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn basic_credentials_open_a_session_that_the_cookie_alone_continues() {
    let (router, _) = floor(Faults::default());
    let mut client = Client::stranger(&router);
    client.basic("sam", "practice");
    assert_eq!(client.get("/api/v2/me").await.code(), 0);
    let cookie = client.cookies["JSESSIONID"].clone();
    client.headers.clear();
    assert_eq!(client.get("/api/v2/me").await.json()["user"]["userName"], "sam");
    assert_eq!(client.cookies["JSESSIONID"], cookie, "no second session");
}

#[tokio::test(start_paused = true)]
async fn an_idle_session_ends_after_half_an_hour() {
    let (router, _) = floor(Faults::default());
    let mut client = Client::signed_in(&router, "sam").await;
    tokio::time::advance(std::time::Duration::from_secs(1_700)).await;
    assert_eq!(client.get("/api/v2/me").await.code(), 0, "use keeps it alive");
    tokio::time::advance(std::time::Duration::from_secs(1_801)).await;
    assert_eq!(client.get("/api/v2/me").await.code(), 20);
}

#[tokio::test(start_paused = true)]
async fn with_csrf_protection_changes_need_the_token_and_the_cookie() {
    let (router, _) = floor(Faults {
        csrf: true,
        ..Faults::default()
    });
    let mut client = Client::stranger(&router);
    client.basic("sam", "practice");
    let reply = client.get("/api/v2/me").await;
    assert_eq!(reply.headers["x-csrf-header"], "X-CSRF-TOKEN");
    let token = reply.headers["x-csrf-token"].to_str().unwrap().to_owned();
    let ready = json!({"operationName": "StartContactCenterSession", "channels": ["voice"]});

    let refused = client.operate("/api/v2/me", ready.clone()).await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.text.contains("Missing or invalid Csrf token"),
        "{}",
        refused.text
    );
    let handshake = json!([{"channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"]}]);
    assert_eq!(
        client.meta(handshake.clone()).await.status,
        403,
        "CometD messages are POSTs too"
    );

    client.headers.insert("x-csrf-token".into(), token);
    assert_eq!(client.operate("/api/v2/me", ready.clone()).await.code(), 0);
    assert_eq!(client.meta(handshake).await.status, 200);
    client.cookies.clear();
    assert_eq!(
        client.operate("/api/v2/me", ready).await.status,
        403,
        "the cookie is missing"
    );
}

#[tokio::test(start_paused = true)]
async fn the_version_needs_no_session() {
    let (router, _) = floor(Faults::default());
    let reply = Client::stranger(&router).get("/api/v2/diagnostics/version").await;
    assert_eq!(reply.json(), json!({"statusCode": 0, "version": "8.5.202.96"}));
}
