//! `HttpExchange` over real loopback connections, against a server that is scripted byte by byte.
#![cfg(feature = "http")]
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bayeux::{Client, Config, Event, Exchange, ExchangeError, HttpExchange, PublishError, Reply, Request};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const HANDSHAKE: &str = r#"[{"channel":"/meta/handshake","id":"1"}]"#;
const CONNECT: &str = r#"[{"channel":"/meta/connect","id":"1"}]"#;
const PUBLISH: &str = r#"[{"channel":"/a","id":"1","data":1}]"#;

fn exchange() -> HttpExchange {
    // Another test may have installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    HttpExchange::new(HttpExchange::client_builder().no_proxy().build().unwrap())
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/bayeux", listener.local_addr().unwrap());
    (listener, url)
}

async fn post(exchange: &HttpExchange, url: &str, body: &str) -> Result<Reply, ExchangeError> {
    let body = body.to_owned().into();
    exchange
        .post(Request::new(url.parse().unwrap(), body, Duration::from_secs(10)))
        .await
}

/// Reads one request; gives its head in lower case, and its body. Nothing where the connection ended.
async fn read_request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head.split("content-length:").nth(1).map_or(0, |rest| {
                rest.lines().next().unwrap_or_default().trim().parse().unwrap()
            });
            if body.len() >= length {
                return Some((head, body.to_owned()));
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
        }
    }
}

fn response(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

/// Serves one connection with one response, written in pieces of this size, and closes it.
async fn serve_once(listener: &TcpListener, response: &[u8], piece: usize) -> (String, String) {
    let (mut stream, _) = listener.accept().await.unwrap();
    stream.set_nodelay(true).unwrap();
    let request = read_request(&mut stream).await.unwrap();
    for piece in response.chunks(piece) {
        // The client may have had enough before the end.
        if stream.write_all(piece).await.is_err() {
            break;
        }
        stream.flush().await.unwrap_or_default();
        tokio::task::yield_now().await;
    }
    request
}

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

async fn post_once(url: &str) -> Result<Reply, ExchangeError> {
    post(&exchange(), url, HANDSHAKE).await
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

/// What a server makes of one request: the body of its answer, or nothing to drop the connection.
type Script = dyn Fn(&Value, usize) -> Option<String> + Send + Sync;

/// Serves any number of connections. The script also gets how many requests came before on the same connection.
async fn serve(listener: TcpListener, script: Arc<Script>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let script = Arc::clone(&script);
        tokio::spawn(async move {
            let mut before = 0;
            while let Some((_, body)) = read_request(&mut stream).await {
                let Some(answer) = script(&serde_json::from_str(&body).unwrap(), before) else {
                    return;
                };
                stream.write_all(answer.as_bytes()).await.unwrap();
                before += 1;
            }
        });
    }
}

/// Grants everything; a connect that may be held is never answered.
fn grant(messages: &Value) -> String {
    let mut answers = Vec::new();
    for message in messages.as_array().unwrap() {
        let mut answer =
            json!({"channel": message["channel"], "id": message["id"], "successful": true, "clientId": "c"});
        if message["channel"] == "/meta/connect" {
            answer["advice"] = json!({"interval": 600_000, "timeout": 0, "reconnect": "retry"});
        }
        answers.push(answer);
    }
    response("200 OK", "", &Value::Array(answers).to_string())
}

/// Each connection is closed by the server when it is used a second time, as if it had been idle for too long.
#[tokio::test]
async fn row_59_a_session_over_connections_that_the_server_closes_after_each_request() {
    let (listener, url) = listen().await;
    let published = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&published);
    let server = tokio::spawn(serve(
        listener,
        Arc::new(move |messages, before| {
            if messages[0]["channel"] == "/x" {
                counter.fetch_add(1, Ordering::SeqCst);
            }
            (before == 0).then(|| grant(messages))
        }),
    ));
    let (client, mut events) = Client::start(Arc::new(exchange()), Config::new(url.parse().unwrap()));
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
    let (client, mut events) = Client::start(Arc::new(exchange()), Config::new(url.parse().unwrap()));
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
    match events.recv().await {
        Some(Event::Delivered(message)) => assert_eq!(message.data, "😀"),
        event => panic!("not a message: {event:?}"),
    }
    client.disconnect().await;
    server.abort();
}
