//! A WebSocket for [`HttpExchange`](crate::HttpExchange): the upgrade is one more request of the same HTTP session, so that cookies,
//! headers, proxy and trust are the same as for all others.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use reqwest::header::{
    CONNECTION, HeaderValue, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::{RequestBuilder, StatusCode, Upgraded};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use url::Url;

use crate::exchange::{ExchangeError, Socket};

/// How many frames wait here for a slow application before the server has to wait.
const FRAMES: usize = 4;

/// The address for the request that asks for the upgrade.
pub(crate) fn upgrade_address(web_socket: &Url) -> Url {
    let mut url = web_socket.clone();
    let scheme = if url.scheme() == "wss" { "https" } else { "http" };
    if url.set_scheme(scheme).is_err() {
        tracing::debug!(%url, "this is no address of a WebSocket");
    }
    url
}

/// Asks for the upgrade with this request, and serves the WebSocket that comes of it. Messages above `max_body` bytes end it.
pub(crate) async fn open(
    request: RequestBuilder,
    url: &Url,
    max_body: usize,
    sort: fn(&reqwest::Error) -> ExchangeError,
) -> Result<Socket, ExchangeError> {
    let key = generate_key();
    let origin = HeaderValue::from_str(&url.origin().ascii_serialization());
    let mut request = request
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key);
    if let Ok(origin) = origin {
        request = request.header(ORIGIN, origin);
    }
    let response = request.send().await.map_err(|error| sort(&error))?;
    let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT);
    let is_ours =
        accepted.is_some_and(|accepted| accepted.as_bytes() == derive_accept_key(key.as_bytes()).as_bytes());
    if response.status() != StatusCode::SWITCHING_PROTOCOLS || !is_ours {
        let status = Some(response.status().as_u16());
        return Err(ExchangeError::UpgradeRefused { status });
    }
    let upgraded = response.upgrade().await.map_err(|error| sort(&error))?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(max_body))
        .max_frame_size(Some(max_body));
    let stream = WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(limits)).await;
    let (outgoing, sent) = mpsc::unbounded_channel();
    let (received, incoming) = mpsc::channel(FRAMES);
    tokio::spawn(serve(stream, sent, received, max_body));
    Ok(Socket::new(outgoing, incoming))
}

/// Carries frames both ways, until the WebSocket is closed or the near end dropped.
async fn serve(
    stream: WebSocketStream<Upgraded>,
    mut sent: mpsc::UnboundedReceiver<Bytes>,
    received: mpsc::Sender<Result<Bytes, ExchangeError>>,
    max_body: usize,
) {
    let (mut sink, mut stream) = stream.split();
    let writing = async {
        while let Some(body) = sent.recv().await {
            let Ok(text) = Utf8Bytes::try_from(body) else {
                continue;
            };
            if sink.send(Message::Text(text)).await.is_err() {
                // What went wrong shows in what is received.
                return std::future::pending().await;
            }
        }
        // The near end is gone. Whether the server hears the farewell does not matter.
        let _ = sink.close().await;
    };
    let reading = async {
        // Room first, so that nothing is read that nobody can take.
        while let Ok(room) = received.reserve().await {
            match stream.next().await {
                Some(Ok(Message::Text(text))) => room.send(Ok(text.into())),
                Some(Ok(Message::Binary(body))) => room.send(Ok(body)),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(_))) | None => break,
                Some(Err(error)) => {
                    room.send(Err(sort_end(&error, max_body)));
                    break;
                }
            }
        }
    };
    tokio::select! {
        () = writing => {}
        () = reading => {}
    }
}

fn sort_end(error: &Error, max_body: usize) -> ExchangeError {
    match error {
        Error::Capacity(_) => ExchangeError::TooLarge { limit: max_body },
        error => ExchangeError::Broken(error.to_string()),
    }
}
