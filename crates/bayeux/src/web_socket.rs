//! A WebSocket for [`HttpExchange`](crate::HttpExchange): the upgrade is one more request of the same HTTP session, so that cookies,
//! headers, proxy and trust are the same as for all others.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use reqwest::header::{
    CONNECTION, HeaderValue, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::{RequestBuilder, Response, StatusCode};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use url::Url;

use crate::exchange::{ExchangeError, Socket};
use crate::http::retry_after;

/// How many frames wait here for a slow application before the server has to wait.
const FRAMES: usize = 4;

/// How long a server may take to read the last frames when the near end is gone.
const FAREWELL: Duration = Duration::from_secs(1);

/// The address for the request that asks for the upgrade.
pub(crate) fn upgrade_address(web_socket: &Url) -> Url {
    let mut url = web_socket.clone();
    let scheme = if url.scheme() == "wss" { "https" } else { "http" };
    if url.set_scheme(scheme).is_err() {
        tracing::debug!(%url, "this is no address of a WebSocket");
    }
    url
}

/// Makes this request one for the upgrade. Gives the key that the answer must prove to have read.
pub(crate) fn ask(request: RequestBuilder, url: &Url) -> (RequestBuilder, String) {
    let key = generate_key();
    let request = request
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key);
    match HeaderValue::from_str(&url.origin().ascii_serialization()) {
        Ok(origin) => (request.header(ORIGIN, origin), key),
        Err(_) => (request, key),
    }
}

/// Serves the WebSocket that comes of the request with this key. Messages above `max_body` bytes end it.
pub(crate) async fn open(
    response: Response,
    key: &str,
    max_body: usize,
    sort: fn(&reqwest::Error) -> ExchangeError,
) -> Result<Socket, ExchangeError> {
    let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT);
    let is_ours =
        accepted.is_some_and(|accepted| accepted.as_bytes() == derive_accept_key(key.as_bytes()).as_bytes());
    if response.status() != StatusCode::SWITCHING_PROTOCOLS || !is_ours {
        let status = Some(response.status().as_u16());
        let retry_after = retry_after(response.headers());
        return Err(ExchangeError::UpgradeRefused { status, retry_after });
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
    stream: WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>,
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
                Some(Ok(Message::Close(_))) | None => return,
                Some(Err(error)) => {
                    room.send(Err(sort_end(&error, max_body)));
                    return;
                }
            }
        }
        // The near end is gone, which is for the others to see to.
        std::future::pending::<()>().await;
    };
    // A server that reads nothing would else keep the last frames, and all this, for ever.
    let gone = async {
        received.closed().await;
        sleep(FAREWELL).await;
    };
    tokio::select! {
        () = writing => {}
        () = reading => {}
        () = gone => {}
    }
}

fn sort_end(error: &Error, max_body: usize) -> ExchangeError {
    match error {
        Error::Capacity(_) => ExchangeError::TooLarge { limit: max_body },
        error => ExchangeError::Broken(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::duplex;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_server_that_reads_nothing_is_left_when_the_near_end_is_gone() {
        let (near, _far) = duplex(64);
        let stream = WebSocketStream::from_raw_socket(near, Role::Client, None).await;
        let (outgoing, sent) = mpsc::unbounded_channel();
        let (received, incoming) = mpsc::channel(FRAMES);
        outgoing.send(Bytes::from(vec![b' '; 1_000_000])).unwrap();
        let serving = serve(stream, sent, received, 1000);
        tokio::pin!(serving);
        let forever = Duration::from_hours(1);
        assert!(timeout(forever, &mut serving).await.is_err(), "it is waited for");
        drop((outgoing, incoming));
        assert!(timeout(FAREWELL * 2, &mut serving).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_reads_hears_the_farewell() {
        let (near, far) = duplex(64);
        let stream = WebSocketStream::from_raw_socket(near, Role::Client, None).await;
        let mut server = WebSocketStream::from_raw_socket(far, Role::Server, None).await;
        let (outgoing, sent) = mpsc::unbounded_channel();
        let (received, incoming) = mpsc::channel(FRAMES);
        outgoing.send(Bytes::from_static(b"[]")).unwrap();
        drop((outgoing, incoming));
        let (heard, ()) = tokio::join!(
            async { [server.next().await, server.next().await] },
            serve(stream, sent, received, 1000)
        );
        assert!(
            matches!(heard, [Some(Ok(Message::Text(_))), Some(Ok(Message::Close(_)))]),
            "{heard:?}"
        );
    }
}
