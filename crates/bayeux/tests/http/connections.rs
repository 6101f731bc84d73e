//! Connections that are kept, that die, and that are to be forgotten.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bayeux::{Client, Event, Exchange, ExchangeError, PublishError};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::server::{
    CONNECT, HANDSHAKE, PUBLISH, config, exchange, grant, listen, post, read_request, response, serve,
};

/// Answers the first request of a connection and drops the connection on the second.
async fn close_on_reuse(listener: TcpListener) {
    let answer = response("200 OK", "", "[]");
    while let Ok((mut stream, _)) = listener.accept().await {
        read_request(&mut stream).await.unwrap();
        stream.write_all(answer.as_bytes()).await.unwrap();
        read_request(&mut stream).await;
    }
}

#[tokio::test]
async fn row_59_the_exchange_itself_repeats_nothing() {
    for body in [HANDSHAKE, PUBLISH, CONNECT] {
        let (listener, url) = listen().await;
        let server = tokio::spawn(close_on_reuse(listener));
        let exchange = exchange();
        post(&exchange, &url, HANDSHAKE).await.unwrap();
        let reply = post(&exchange, &url, body).await;
        assert!(matches!(reply, Err(ExchangeError::Broken(_))), "{reply:?}");
        server.abort();
    }
}

/// Each connection is closed by the server when it is used a second time, as if it had been idle for too long.
#[tokio::test]
async fn row_59_a_session_over_connections_that_the_server_closes_after_each_request() {
    let (listener, url) = listen().await;
    let published = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&published);
    let server = tokio::spawn(serve(
        listener,
        Arc::new(move |_, messages, before| {
            if messages[0]["channel"] == "/x" {
                counter.fetch_add(1, Ordering::SeqCst);
            }
            (before == 0).then(|| grant(messages))
        }),
    ));
    let (client, mut events) = Client::start(Arc::new(exchange()), config(&url));
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected), "and nothing before");
    let published_first = client.publish("/x", json!(1)).await;
    assert!(
        matches!(published_first, Err(PublishError::Unconfirmed(_)) | Ok(())),
        "{published_first:?}"
    );
    assert_eq!(
        published.load(Ordering::SeqCst),
        1,
        "a publication is never sent twice"
    );
    server.abort();
}

#[tokio::test]
async fn row_4_nobody_listens() {
    let (listener, url) = listen().await;
    drop(listener);
    let (client, mut events) = Client::start(Arc::new(exchange()), config(&url));
    match events.recv().await {
        Some(Event::Interrupted(why)) => assert_eq!(why.code(), "unreachable"),
        event => panic!("{event:?}"),
    }
    client.disconnect().await;
}

#[tokio::test]
async fn row_65_connections_that_are_to_be_forgotten_are_not_used_again_and_cookies_are_kept() {
    let (listener, url) = listen().await;
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    tokio::spawn(serve(
        listener,
        Arc::new(move |head, _, before| {
            if before == 0 {
                counter.fetch_add(1, Ordering::SeqCst);
            }
            let again = head.contains("cookie: a=1");
            Some(response(
                "200 OK",
                "set-cookie: a=1; Path=/\r\n",
                if again { "[1]" } else { "[0]" },
            ))
        }),
    ));
    let exchange = exchange();
    post(&exchange, &url, HANDSHAKE).await.unwrap();
    post(&exchange, &url, HANDSHAKE).await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 1);
    exchange.forget_connections();
    assert_eq!(post(&exchange, &url, HANDSHAKE).await.unwrap().body, "[1]");
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}
