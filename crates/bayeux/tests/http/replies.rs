//! What replies look like on the wire, and what becomes of them.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use bayeux::{Client, Event, Exchange, ExchangeError, Request};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::server::{
    CONNECT, HANDSHAKE, config, exchange, grant_message, listen, post, post_once, read_request, response,
    serve, serve_once,
};

#[tokio::test]
async fn the_request_is_a_post_with_the_right_content_type() {
    let (listener, url) = listen().await;
    let response = response("200 OK", "content-type: application/json\r\n", "[]");
    let (reply, (head, body)) =
        tokio::join!(post_once(&url), serve_once(&listener, response.as_bytes(), 9999));
    assert!(head.starts_with("post /bayeux http/1.1\r\n"), "{head}");
    assert!(
        head.contains("content-type: application/json;charset=utf-8"),
        "{head}"
    );
    assert_eq!(body, HANDSHAKE);
    let reply = reply.unwrap();
    assert_eq!(
        (reply.status, reply.content_type.as_deref()),
        (200, Some("application/json"))
    );
}

#[tokio::test]
async fn row_50_a_character_split_between_bytes_arrives_whole() {
    let (listener, url) = listen().await;
    let response = response("200 OK", "", r#"[{"channel":"/a","data":"😀 ä"}]"#);
    let (reply, _) = tokio::join!(post_once(&url), serve_once(&listener, response.as_bytes(), 1));
    let body: Value = serde_json::from_slice(&reply.unwrap().body).unwrap();
    assert_eq!(body[0]["data"], "😀 ä");
}

#[tokio::test]
async fn row_50_a_character_split_between_chunks_and_compressed_arrives_whole() {
    let (listener, url) = listen().await;
    let text = r#"[{"channel":"/a","data":"😀 ä"}]"#;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(text.as_bytes()).unwrap();
    for (encoding, body) in [
        ("identity", text.as_bytes().to_vec()),
        ("gzip", gzip.finish().unwrap()),
    ] {
        let mut wire = format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-encoding: {encoding}\r\nconnection: close\r\n\r\n"
        )
        .into_bytes();
        for byte in body {
            wire.extend_from_slice(b"1\r\n");
            wire.push(byte);
            wire.extend_from_slice(b"\r\n");
        }
        wire.extend_from_slice(b"0\r\n\r\n");
        let (reply, (head, _)) = tokio::join!(post_once(&url), serve_once(&listener, &wire, 1));
        assert!(head.contains("accept-encoding: gzip"), "{head}");
        assert_eq!(reply.unwrap().body, text.as_bytes(), "{encoding}");
    }
}

#[tokio::test]
async fn row_53_a_body_over_the_limit_is_not_read_to_its_end() {
    let (listener, url) = listen().await;
    let exchange = exchange().with_max_body(1000);
    let announced = response("200 OK", "", &"x".repeat(1001));
    let (reply, _) = tokio::join!(
        post(&exchange, &url, HANDSHAKE),
        serve_once(&listener, announced.as_bytes(), 100)
    );
    assert_eq!(reply, Err(ExchangeError::TooLarge { limit: 1000 }));

    // Without an announced length, and without an end.
    let endless = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            .await
            .unwrap();
        let chunk = format!("64\r\n{}\r\n", "x".repeat(100));
        while stream.write_all(chunk.as_bytes()).await.is_ok() {}
    };
    let (reply, ()) = tokio::join!(post(&exchange, &url, HANDSHAKE), endless);
    assert_eq!(reply, Err(ExchangeError::TooLarge { limit: 1000 }));

    let exact = response("200 OK", "", &"x".repeat(1000));
    let (reply, _) = tokio::join!(
        post(&exchange, &url, HANDSHAKE),
        serve_once(&listener, exact.as_bytes(), 9999)
    );
    assert_eq!(reply.unwrap().body.len(), 1000);
}

#[tokio::test]
async fn row_53_a_small_body_that_unpacks_to_a_large_one_is_not_unpacked_to_its_end() {
    let (listener, url) = listen().await;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&vec![b' '; 1_000_000]).unwrap();
    let body = gzip.finish().unwrap();
    let mut wire = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\ncontent-encoding: gzip\r\n\r\n",
        body.len()
    )
    .into_bytes();
    wire.extend_from_slice(&body);
    let exchange = exchange().with_max_body(10_000);
    let (reply, _) = tokio::join!(
        post(&exchange, &url, HANDSHAKE),
        serve_once(&listener, &wire, 9999)
    );
    assert_eq!(reply, Err(ExchangeError::TooLarge { limit: 10_000 }));
}

/// One that has no end at all, so that whoever unpacks it to its end never comes there.
#[tokio::test]
async fn row_53_a_compressed_body_without_end_is_left_when_it_is_too_large() {
    let (listener, url) = listen().await;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let mut packed = || {
        gzip.write_all(&vec![b' '; 1_000_000]).unwrap();
        gzip.flush().unwrap();
        std::mem::take(gzip.get_mut())
    };
    let (first, block) = (packed(), packed());
    assert!(block.len() < 5000, "a megabyte in {} bytes", block.len());
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await.unwrap();
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-encoding: gzip\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut next = first;
        loop {
            let chunk = [format!("{:x}\r\n", next.len()).as_bytes(), &next, b"\r\n"].concat();
            if stream.write_all(&chunk).await.is_err() {
                return;
            }
            next.clone_from(&block);
        }
    };
    let exchange = exchange().with_max_body(3_000_000);
    let (reply, ()) = tokio::join!(post(&exchange, &url, HANDSHAKE), server);
    assert_eq!(reply, Err(ExchangeError::TooLarge { limit: 3_000_000 }));
}

/// See `tests/hostile.rs` for what that costs.
#[tokio::test]
async fn a_reply_that_is_nested_without_end_is_handed_on_as_text() {
    let (listener, url) = listen().await;
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let nested = format!(r#"[{{"channel":"/a","data":{deep}}},{{"channel":"/a","data":"next"}},"#);
    let script = move |_: &str, messages: &Value, _| {
        let mut granted = grant_message(&messages[0]);
        let is_held = messages[0]["channel"] == "/meta/connect" && messages[0]["advice"].is_null();
        let begin = if is_held { &nested } else { "[" };
        // The first connect is followed by another at once, and that one by a long pause.
        if !is_held {
            granted["advice"] = json!({"interval": 0, "timeout": 60_000});
        }
        Some(response("200 OK", "", &format!("{begin}{granted}]")))
    };
    tokio::spawn(serve(listener, Arc::new(script)));
    let (client, mut events) = Client::start(Arc::new(exchange()), config(&url));
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
    match events.recv().await {
        Some(Event::Unreadable { text, reason }) => {
            assert!(text.contains(&deep));
            assert!(reason.starts_with("recursion limit exceeded"), "{reason}");
        }
        event => panic!("{event:?}"),
    }
    match events.recv().await {
        Some(Event::Delivered(message)) => assert_eq!(message.data.value(), "next"),
        event => panic!("{event:?}"),
    }
}

#[tokio::test]
async fn row_54_cookies_come_back_on_the_addresses_below() {
    let (listener, url) = listen().await;
    let exchange = exchange();
    let set = response(
        "200 OK",
        "set-cookie: BAYEUX_BROWSER=b1; HttpOnly\r\nset-cookie: NODE=n; Path=/\r\n",
        "[]",
    );
    let handshake = format!("{url}/handshake");
    let _ = tokio::join!(
        post(&exchange, &handshake, HANDSHAKE),
        serve_once(&listener, set.as_bytes(), 9999)
    );
    let connect = format!("{url}/connect");
    let empty = response("200 OK", "", "[]");
    let (_, (head, _)) = tokio::join!(
        post(&exchange, &connect, CONNECT),
        serve_once(&listener, empty.as_bytes(), 9999)
    );
    assert!(
        head.contains("bayeux_browser=b1") && head.contains("node=n"),
        "{head}"
    );
}

#[tokio::test]
async fn row_54_a_cookie_is_replaced_by_its_successor_and_dropped_when_it_expires() {
    let (listener, url) = listen().await;
    let exchange = exchange();
    let mut heads = Vec::new();
    for cookies in [
        "set-cookie: A=1; Path=/\r\nset-cookie: B=1; Path=/\r\n",
        "set-cookie: A=2; Path=/\r\nset-cookie: B=; Path=/; Max-Age=0\r\n",
        "",
    ] {
        let set = response("200 OK", &format!("connection: close\r\n{cookies}"), "[]");
        let (_, (head, _)) = tokio::join!(
            post(&exchange, &url, HANDSHAKE),
            serve_once(&listener, set.as_bytes(), 9999)
        );
        heads.push(head);
    }
    assert!(!heads[0].contains("cookie:"), "{}", heads[0]);
    assert!(
        heads[1].contains("a=1") && heads[1].contains("b=1"),
        "{}",
        heads[1]
    );
    assert!(
        heads[2].contains("a=2") && !heads[2].contains("b="),
        "{}",
        heads[2]
    );
}

#[tokio::test]
async fn row_57_a_redirect_is_handed_back_and_not_followed() {
    let (listener, url) = listen().await;
    let response = response("302 Found", "location: /login\r\n", "");
    let (reply, _) = tokio::join!(post_once(&url), serve_once(&listener, response.as_bytes(), 9999));
    assert_eq!(reply.unwrap().status, 302);
}

#[tokio::test]
async fn the_servers_wish_to_be_left_alone_is_handed_on() {
    let (listener, url) = listen().await;
    let response = response("503 Busy", "retry-after: 7\r\n", "<html>");
    let (reply, _) = tokio::join!(post_once(&url), serve_once(&listener, response.as_bytes(), 9999));
    assert_eq!(reply.unwrap().retry_after, Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn a_reply_that_is_cut_off_is_broken_and_a_closed_port_is_unreachable() {
    let (listener, url) = listen().await;
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[{";
    let (reply, _) = tokio::join!(post_once(&url), serve_once(&listener, cut, 9999));
    assert!(matches!(reply, Err(ExchangeError::Broken(_))), "{reply:?}");
    drop(listener);
    let reply = post_once(&url).await;
    assert!(matches!(reply, Err(ExchangeError::Unreachable(_))), "{reply:?}");
}

#[tokio::test]
async fn a_length_that_is_a_lie_is_found_out() {
    let (listener, url) = listen().await;
    for (wire, is_ok) in [
        // Too long: the rest never comes.
        (&b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n[]"[..], false),
        // Too short: the reply ends where it says, and the connection is not used again.
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]garbage", true),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n[]",
            false,
        ),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n[]",
            false,
        ),
        (b"garbage\r\n\r\n", false),
        (b"", false),
    ] {
        let (reply, _) = tokio::join!(post_once(&url), serve_once(&listener, wire, 9999));
        let text = String::from_utf8_lossy(wire);
        assert_eq!(reply.is_ok(), is_ok, "{text}: {reply:?}");
        if !is_ok {
            assert!(
                matches!(reply, Err(ExchangeError::Broken(_))),
                "{text}: {reply:?}"
            );
        }
    }
}

/// The reply is reported to be on its way before it is there.
#[tokio::test]
async fn row_24_progress_is_reported_while_a_body_arrives() {
    let (listener, url) = listen().await;
    let (go_on, may_go_on) = oneshot::channel();
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[")
            .await
            .unwrap();
        may_go_on.await.unwrap();
        stream.write_all(b"]").await.unwrap();
    };
    let exchange = exchange();
    let request = Request::new(
        url.parse().unwrap(),
        HANDSHAKE.to_owned().into(),
        Duration::from_secs(10),
    );
    let progress = request.progress.clone();
    assert_eq!(progress.last(), None);
    let watcher = async {
        while progress.last().is_none() {
            tokio::task::yield_now().await;
        }
        go_on.send(()).unwrap();
    };
    let (reply, (), ()) = tokio::join!(exchange.post(request), server, watcher);
    assert_eq!(reply.unwrap().body, "[]");
}

/// A server that answers every message with a single object, one connection after another, in pieces of three bytes.
async fn quaint_server(listener: TcpListener) {
    while let Ok((mut stream, _)) = listener.accept().await {
        tokio::spawn(async move {
            while let Some((_, body)) = read_request(&mut stream).await {
                let messages: Value = serde_json::from_str(&body).unwrap();
                let message = &messages[0];
                let mut answer =
                    json!({"channel": message["channel"], "id": message["id"], "successful": true});
                match message["channel"].as_str().unwrap() {
                    "/meta/handshake" => answer["clientId"] = json!("c"),
                    "/meta/subscribe" => answer["subscription"] = message["subscription"].clone(),
                    // A held connect ends in a message; this server answers without the connect's own answer beside it.
                    "/meta/connect" if message["advice"]["timeout"] != json!(0) => {
                        answer = json!({"channel": "/a", "data": "😀"});
                    }
                    _ => {}
                }
                let text = response("200 OK", "", &format!("/*{answer}*/"));
                for piece in text.as_bytes().chunks(3) {
                    stream.write_all(piece).await.unwrap();
                }
            }
        });
    }
}

#[tokio::test]
async fn row_52_a_whole_session_with_a_server_that_sends_single_commented_objects() {
    let (listener, url) = listen().await;
    let server = tokio::spawn(quaint_server(listener));
    let (client, mut events) = Client::start(Arc::new(exchange()), config(&url));
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
    match events.recv().await {
        Some(Event::Delivered(message)) => assert_eq!(message.data.value(), "😀"),
        event => panic!("not a message: {event:?}"),
    }
    client.disconnect().await;
    server.abort();
}
