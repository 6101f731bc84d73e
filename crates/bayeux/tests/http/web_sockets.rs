//! A WebSocket over real connections: opened, refused, swallowed and broken.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bayeux::{
    Authentication, Client, Closure, Config, Event, Exchange, ExchangeError, Failure, Message, PublishError,
    Transport,
};
use futures_util::{SinkExt, StreamExt};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_async, accept_hdr_async};

use crate::server::{config, exchange, grant, grant_message, listen, read_request, response, serve};
use crate::tls::Authority;

fn preferring(url: &str, transports: &[Transport]) -> Config {
    let mut config = config(url);
    config.transports = transports.to_vec();
    config
}

fn both(url: &str) -> Config {
    preferring(url, &[Transport::WebSocket, Transport::LongPolling])
}

async fn next_frame(socket: &mut WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>) -> Option<Value> {
    loop {
        match socket.next().await? {
            Ok(Frame::Text(text)) => return serde_json::from_str(&text).ok(),
            Ok(Frame::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

async fn send(socket: &mut WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>, messages: &Value) {
    socket
        .send(Frame::Text(messages.to_string().into()))
        .await
        .unwrap();
}

/// Grants every message of every frame.
async fn serve_socket(mut socket: WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>) {
    while let Some(messages) = next_frame(&mut socket).await {
        let answers = messages.as_array().unwrap().iter().map(grant_message).collect();
        send(&mut socket, &Value::Array(answers)).await;
    }
}

/// A server that speaks by WebSocket only.
pub(crate) async fn serve_sockets(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(async move { serve_socket(accept_async(stream).await.unwrap()).await });
    }
}

async fn delivered(events: &mut mpsc::Receiver<Event>) -> Message {
    match events.recv().await {
        Some(Event::Delivered(message)) => message,
        event => panic!("not a message: {event:?}"),
    }
}

#[tokio::test]
async fn a_session_over_a_web_socket() {
    let (listener, url) = listen().await;
    tokio::spawn(serve_sockets(listener));
    let (client, mut events) = Client::start(Arc::new(exchange()), both(&url));
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
    assert_eq!(client.publish("/x", json!(1)).await, Ok(()));
    client.disconnect().await;
    assert_eq!(events.recv().await, Some(Event::Closed(Closure::Disconnected)));
}

#[tokio::test]
async fn a_session_over_a_web_socket_with_tls() {
    let authority = Authority::for_host("localhost");
    let (listener, _) = listen().await;
    let url = format!(
        "https://localhost:{}/bayeux",
        listener.local_addr().unwrap().port()
    );
    let acceptor = authority.acceptor();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = acceptor.accept(stream).await.unwrap();
        serve_socket(accept_async(stream).await.unwrap()).await;
    });
    let exchange = Arc::new(authority.trusted(|builder| builder));
    let (client, mut events) = Client::start(exchange, preferring(&url, &[Transport::WebSocket]));
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
}

/// Cookies from HTTP and the headers of every request go with the upgrade, to the bare address.
#[tokio::test]
async fn the_upgrade_is_a_request_of_the_same_http_session() {
    struct Token;
    impl Authentication for Token {
        fn headers(&self) -> HeaderMap {
            let mut headers = HeaderMap::new();
            headers.insert("x-token", "t".parse().unwrap());
            headers
        }
    }
    let (listener, url) = listen().await;
    let exchange = exchange().with_authentication(Arc::new(Token));
    let cookie = response("200 OK", "set-cookie: a=1; Path=/\r\nconnection: close\r\n", "[]");
    let (reply, _) = tokio::join!(
        crate::server::post(&exchange, &url, "[]"),
        crate::server::serve_once(&listener, cookie.as_bytes(), 9999)
    );
    reply.unwrap();
    let origin = url.trim_end_matches("/bayeux").to_owned();
    #[expect(clippy::result_large_err, reason = "the library wants it so")]
    let check = move |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        assert_eq!(request.uri().path(), "/bayeux");
        assert_eq!(request.headers()["cookie"], "a=1");
        assert_eq!(request.headers()["x-token"], "t");
        assert_eq!(request.headers()["origin"], origin);
        Ok(response)
    };
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        serve_socket(accept_hdr_async(stream, check).await.unwrap()).await;
    });
    let (client, mut events) = Client::start(Arc::new(exchange), preferring(&url, &[Transport::WebSocket]));
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
}

#[tokio::test]
async fn a_token_in_the_answer_to_the_upgrade_is_learned() {
    #[derive(Default)]
    struct Learning(Mutex<Option<HeaderValue>>);
    impl Authentication for Learning {
        fn headers(&self) -> HeaderMap {
            HeaderMap::new()
        }
        fn learn(&self, headers: &HeaderMap) {
            *self.0.lock().unwrap() = headers.get("x-csrf-token").cloned();
        }
    }
    let (listener, url) = listen().await;
    #[expect(clippy::result_large_err, reason = "the library wants it so")]
    let give = |_: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        let token = HeaderValue::from_static("from the server");
        response.headers_mut().insert("x-csrf-token", token);
        Ok(response)
    };
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        serve_socket(accept_hdr_async(stream, give).await.unwrap()).await;
    });
    let learning = Arc::new(Learning::default());
    let exchange = exchange().with_authentication(Arc::clone(&learning) as Arc<dyn Authentication>);
    let (_client, mut events) = Client::start(Arc::new(exchange), preferring(&url, &[Transport::WebSocket]));
    assert_eq!(events.recv().await, Some(Event::Connected));
    let learned = learning.0.lock().unwrap().clone();
    assert_eq!(learned, Some(HeaderValue::from_static("from the server")));
}

/// Serves long-polling, and answers whoever wants a WebSocket with this response. Gives how often that was.
fn refusing(listener: TcpListener, refusal: String) -> Arc<AtomicUsize> {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    tokio::spawn(serve(
        listener,
        Arc::new(move |head, messages, _| {
            if head.starts_with("get ") {
                counter.fetch_add(1, Ordering::SeqCst);
                return Some(refusal.clone());
            }
            assert_eq!(
                messages[0]
                    .get("supportedConnectionTypes")
                    .unwrap_or(&json!(["long-polling"])),
                &json!(["long-polling"])
            );
            Some(grant(messages))
        }),
    ));
    asked
}

#[tokio::test]
async fn row_7_a_server_without_web_sockets_costs_one_try() {
    let (listener, url) = listen().await;
    let asked = refusing(listener, response("400 Bad Request", "", ""));
    let (client, mut events) = Client::start(Arc::new(exchange()), both(&url));
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected), "and nothing before");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn row_8_where_only_web_sockets_are_wanted_a_refusal_is_final() {
    let (listener, url) = listen().await;
    refusing(listener, response("400 Bad Request", "", ""));
    let (_client, mut events) =
        Client::start(Arc::new(exchange()), preferring(&url, &[Transport::WebSocket]));
    let failure = Failure::UpgradeRefused { status: Some(400) };
    assert_eq!(events.recv().await, Some(Event::Closed(Closure::Failed(failure))));
}

#[tokio::test]
async fn a_server_that_refuses_an_upgrade_may_ask_to_be_left_alone() {
    let (listener, url) = listen().await;
    refusing(
        listener,
        response("503 Service Unavailable", "Retry-After: 7\r\n", ""),
    );
    let (_client, mut events) =
        Client::start(Arc::new(exchange()), preferring(&url, &[Transport::WebSocket]));
    let busy = Failure::Unavailable {
        status: 503,
        retry_after: Some(Duration::from_secs(7)),
    };
    assert_eq!(events.recv().await, Some(Event::Interrupted(busy.into())));
}

#[tokio::test]
async fn row_9_a_server_that_swallows_the_upgrade_is_waited_for_no_longer_than_allowed() {
    let (listener, url) = listen().await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                while let Some((head, body)) = read_request(&mut stream).await {
                    if head.starts_with("get ") {
                        return std::future::pending().await;
                    }
                    let granted = grant(&serde_json::from_str(&body).unwrap());
                    stream.write_all(granted.as_bytes()).await.unwrap();
                }
            });
        }
    });
    let mut config = both(&url);
    config.connect_timeout = Duration::from_millis(20);
    let (client, mut events) = Client::start(Arc::new(exchange()), config);
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
}

#[tokio::test]
async fn row_10_a_web_socket_that_is_cut_goes_on_where_it_was() {
    let (listener, url) = listen().await;
    tokio::spawn(async move {
        let mut batch = 0;
        for round in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            let mut socket = accept_async(stream).await.unwrap();
            while let Some(messages) = next_frame(&mut socket).await {
                let message = &messages[0];
                let mut answer = grant_message(message);
                answer["ext"] = json!({"ack": true});
                if message["channel"] == "/meta/connect" {
                    assert_eq!(message["clientId"], "c");
                    let held = message["advice"]["timeout"] != 0;
                    if held || round > 0 {
                        assert_eq!(message["ext"]["ack"], json!(batch));
                        for number in [1, 2] {
                            send(&mut socket, &json!([{"channel": "/a", "data": number}])).await;
                        }
                        if round == 0 {
                            // Cut before the answer that closes the batch.
                            break;
                        }
                    }
                    batch += 1;
                    answer["ext"] = json!({"ack": batch});
                    answer["advice"]["interval"] = json!(if round == 0 { 0 } else { 600_000 });
                }
                send(&mut socket, &json!([answer])).await;
            }
        }
    });
    let (client, mut events) = Client::start(Arc::new(exchange()), both(&url));
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
    // The connection that broke at once is replaced at once, without a word.
    assert_eq!(delivered(&mut events).await.data.value(), 1);
    assert_eq!(delivered(&mut events).await.data.value(), 2);
    client.disconnect().await;
    assert_eq!(events.recv().await, Some(Event::Closed(Closure::Disconnected)));
}

/// A proxy that does not know upgrades drops the header, and the server sees a plain GET.
#[tokio::test]
async fn row_11_an_upgrade_that_does_not_get_through_is_given_up() {
    for refusal in [
        response("200 OK", "", "<html>"),
        // Somebody who agrees without having understood.
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: x\r\n\r\n"
            .to_owned(),
    ] {
        let (listener, url) = listen().await;
        let asked = refusing(listener, refusal);
        let (client, mut events) = Client::start(Arc::new(exchange()), both(&url));
        client.subscribe("/a").unwrap();
        assert_eq!(events.recv().await, Some(Event::Connected));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}

/// The bytes of a frame from a server: what it says of itself, then what is in it.
fn raw(head: &[u8], body: &str) -> Vec<u8> {
    [head, body.as_bytes()].concat()
}

#[tokio::test]
async fn row_53_a_message_over_the_limit_ends_the_web_socket_however_it_comes() {
    const TEXT: u8 = 0x01;
    const MORE: u8 = 0x00;
    const LAST: u8 = 0x80;
    let small = "x".repeat(100);
    let endless = std::iter::repeat_n(raw(&[MORE, 100], &small), 10_000);
    for frames in [
        // In one frame.
        vec![raw(&[LAST | TEXT, 126, 3, 233], &"x".repeat(1001))],
        // In one that says that it is larger than any memory, and of which nothing comes.
        vec![raw(
            &[LAST | TEXT, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255],
            "",
        )],
        // In small ones without end.
        std::iter::once(raw(&[TEXT, 100], &small))
            .chain(endless)
            .collect(),
    ] {
        let (listener, url) = listen().await;
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut socket = accept_async(stream).await.unwrap();
            for frame in frames {
                // The client may have had enough before the end.
                if socket.get_mut().write_all(&frame).await.is_err() {
                    return;
                }
            }
            next_frame(&mut socket).await;
        });
        let exchange = exchange().with_max_body(1000);
        let opening = open(&exchange, &url).await;
        assert_eq!(opening, Some(ExchangeError::TooLarge { limit: 1000 }));
    }
}

/// See `tests/hostile.rs` for what that costs.
#[tokio::test]
async fn a_frame_that_is_nested_without_end_is_handed_on_as_text() {
    let (listener, url) = listen().await;
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let body = format!(r#"[{{"channel":"/a","data":{deep}}},{{"channel":"/a","data":"next"}}]"#);
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = accept_async(stream).await.unwrap();
        while let Some(messages) = next_frame(&mut socket).await {
            send(&mut socket, &json!([grant_message(&messages[0])])).await;
            if messages[0]["channel"] == "/meta/connect" {
                let frame = Frame::Text(body.clone().into());
                socket.send(frame).await.unwrap();
            }
        }
    });
    let config = preferring(&url, &[Transport::WebSocket]);
    let (client, mut events) = Client::start(Arc::new(exchange()), config);
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
    match events.recv().await {
        Some(Event::Unreadable { text, reason }) => {
            assert!(text.contains(&deep));
            assert!(reason.starts_with("recursion limit exceeded"), "{reason}");
        }
        event => panic!("{event:?}"),
    }
    assert_eq!(delivered(&mut events).await.data.value(), "next");
}

/// Lets a client open one WebSocket and gives what ended it, as far as the client tells.
async fn open(exchange: &bayeux::HttpExchange, url: &str) -> Option<ExchangeError> {
    let exchange = Arc::new(exchange.clone());
    let mut config = preferring(url, &[Transport::WebSocket]);
    config.report_failures = true;
    let (_client, mut events) = Client::start(exchange as Arc<dyn Exchange>, config);
    loop {
        match events.recv().await? {
            Event::Unsuccessful(report) => match report.failure {
                Failure::TooLarge { limit } => return Some(ExchangeError::TooLarge { limit }),
                failure => panic!("{failure:?}"),
            },
            Event::Interrupted(_) => {}
            event => panic!("{event:?}"),
        }
    }
}

#[tokio::test]
async fn a_publication_on_a_web_socket_that_is_cut_is_not_sent_twice() {
    let (listener, url) = listen().await;
    let published = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&published);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut socket = accept_async(stream).await.unwrap();
            while let Some(messages) = next_frame(&mut socket).await {
                if messages[0]["channel"] == "/x" {
                    counter.fetch_add(1, Ordering::SeqCst);
                    break;
                }
                send(&mut socket, &json!([grant_message(&messages[0])])).await;
            }
        }
    });
    let (client, mut events) = Client::start(Arc::new(exchange()), both(&url));
    assert_eq!(events.recv().await, Some(Event::Connected));
    let outcome = client.publish("/x", json!(1)).await;
    assert!(
        matches!(outcome, Err(PublishError::Unconfirmed(_))),
        "{outcome:?}"
    );
    assert!(matches!(events.recv().await, Some(Event::Interrupted(_))));
    assert_eq!(published.load(Ordering::SeqCst), 1);
}
