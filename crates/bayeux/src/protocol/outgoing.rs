//! The messages this client sends.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::advice::DEFAULT_TIMEOUT;
use super::outbox::Errand;
use crate::transport::Transport;

pub(crate) const HANDSHAKE: &str = "/meta/handshake";
pub(crate) const CONNECT: &str = "/meta/connect";
pub(crate) const DISCONNECT: &str = "/meta/disconnect";
pub(crate) const SUBSCRIBE: &str = "/meta/subscribe";
pub(crate) const UNSUBSCRIBE: &str = "/meta/unsubscribe";

/// A request body: always an array, because some servers take nothing else.
pub(crate) fn body(messages: &[String]) -> Bytes {
    format!("[{}]", messages.join(",")).into()
}

/// The message that makes a session, with the connection types to offer, best first.
pub(crate) fn handshake(id: &str, offers: &[Transport], ext: Map<String, Value>) -> String {
    let offers: Vec<_> = offers.iter().map(|transport| transport.name()).collect();
    let mut message = json!({
        "id": id,
        "channel": HANDSHAKE,
        "version": "1.0",
        "minimumVersion": "1.0",
        "supportedConnectionTypes": offers,
        "advice": {"timeout": milliseconds(DEFAULT_TIMEOUT), "interval": 0},
    });
    if !ext.is_empty() {
        message["ext"] = Value::Object(ext);
    }
    message.to_string()
}

/// The message that the server holds, for `hold` if given, else for as long as it likes. It is sent again and again, so it is
/// written without a detour.
pub(crate) fn connect(
    id: &str,
    client_id: &str,
    transport: Transport,
    hold: Option<Duration>,
    ext: Map<String, Value>,
) -> String {
    let client_id = Value::from(client_id);
    let mut message = format!(
        r#"{{"id":"{id}","channel":"{CONNECT}","clientId":{client_id},"connectionType":"{transport}""#
    );
    // Writing to a text cannot fail.
    if let Some(hold) = hold {
        let _ = write!(message, r#","advice":{{"timeout":{}}}"#, milliseconds(hold));
    }
    if !ext.is_empty() {
        let _ = write!(message, r#","ext":{}"#, Value::Object(ext));
    }
    message.push('}');
    message
}

/// The message that ends a session.
pub(crate) fn disconnect(id: &str, client_id: &str) -> String {
    json!({"id": id, "channel": DISCONNECT, "clientId": client_id}).to_string()
}

/// The message for an errand.
pub(crate) fn errand(id: &str, client_id: &str, errand: &Errand) -> String {
    let message = match errand {
        Errand::Subscribe(channel) => {
            json!({"id": id, "channel": SUBSCRIBE, "clientId": client_id, "subscription": channel.as_str()})
        }
        Errand::Unsubscribe(channel) => {
            json!({"id": id, "channel": UNSUBSCRIBE, "clientId": client_id, "subscription": channel.as_str()})
        }
        Errand::Publish { channel, data, .. } => {
            json!({"id": id, "channel": channel.as_str(), "clientId": client_id, "data": data})
        }
    };
    message.to_string()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
