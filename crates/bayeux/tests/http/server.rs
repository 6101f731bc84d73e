//! What the tests have in common: an exchange, and servers that do as they are told.

use std::sync::Arc;
use std::time::Duration;

use bayeux::{Config, Exchange, ExchangeError, HttpExchange, Reply, Request};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

pub(crate) const HANDSHAKE: &str = r#"[{"channel":"/meta/handshake","id":"1"}]"#;
pub(crate) const CONNECT: &str = r#"[{"channel":"/meta/connect","id":"1"}]"#;
pub(crate) const PUBLISH: &str = r#"[{"channel":"/a","id":"1","data":1}]"#;

pub(crate) fn install_provider() {
    // Another test may have installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

pub(crate) fn exchange() -> HttpExchange {
    install_provider();
    HttpExchange::configured(reqwest::ClientBuilder::no_proxy).unwrap()
}

pub(crate) fn config(url: &str) -> Config {
    Config::new(url.parse().unwrap())
}

pub(crate) async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/bayeux", listener.local_addr().unwrap());
    (listener, url)
}

pub(crate) async fn post(exchange: &HttpExchange, url: &str, body: &str) -> Result<Reply, ExchangeError> {
    let body = body.to_owned().into();
    exchange
        .post(Request::new(url.parse().unwrap(), body, Duration::from_secs(10)))
        .await
}

pub(crate) async fn post_once(url: &str) -> Result<Reply, ExchangeError> {
    post(&exchange(), url, HANDSHAKE).await
}

/// Reads one request; gives its head in lower case, and its body. Nothing where the connection ended.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<(String, String)> {
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

pub(crate) fn response(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

/// Serves one connection with one response, written in pieces of this size, and closes it.
pub(crate) async fn serve_once(listener: &TcpListener, response: &[u8], piece: usize) -> (String, String) {
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

/// What a server makes of one request, given its head, its messages, and how many requests came before on the same
/// connection: the response, or nothing to drop the connection.
pub(crate) type Script = dyn Fn(&str, &Value, usize) -> Option<String> + Send + Sync;

/// Serves any number of connections.
pub(crate) async fn serve(listener: TcpListener, script: Arc<Script>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve_stream(stream, Arc::clone(&script)));
    }
}

pub(crate) async fn serve_stream(mut stream: impl AsyncRead + AsyncWrite + Unpin, script: Arc<Script>) {
    let mut before = 0;
    while let Some((head, body)) = read_request(&mut stream).await {
        let messages = serde_json::from_str(&body).unwrap_or_default();
        let Some(response) = script(&head, &messages, before) else {
            return;
        };
        if stream.write_all(response.as_bytes()).await.is_err() {
            return;
        }
        before += 1;
    }
}

/// The response that grants each message. The session is then left alone for a long time.
pub(crate) fn grant(messages: &Value) -> String {
    let answers = messages.as_array().unwrap().iter().map(grant_message).collect();
    response("200 OK", "", &Value::Array(answers).to_string())
}

pub(crate) fn grant_message(message: &Value) -> Value {
    let mut answer =
        json!({"channel": message["channel"], "id": message["id"], "successful": true, "clientId": "c"});
    if message["channel"] == "/meta/connect" {
        answer["advice"] = json!({"interval": 600_000, "timeout": 0, "reconnect": "retry"});
    }
    answer
}
