//! What a client must be told, and the defaults of everything else.

use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

/// How a client behaves. [`Config::new`] gives the defaults of the field; change single fields as needed.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address of the Bayeux endpoint.
    pub url: Url,
    /// Whether handshake, connect and disconnect go to `url/handshake`, `url/connect` and `url/disconnect`, as `CometD`'s own
    /// clients do. Never done where the address has a query or ends in a file name. Default true.
    pub append_message_type: bool,
    /// How long a request may take beyond the time the server is meant to hold it. Default 10 s.
    pub max_network_delay: Duration,
    /// How long to wait, about, after the first failure. Each further failure doubles it; the real delay is between half and
    /// one and a half of it, so that many clients do not come back together. Default 1 s.
    pub first_backoff: Duration,
    /// The longest delay between two tries. Default 30 s.
    pub max_backoff: Duration,
    /// How long `disconnect` waits for the server's answer. Default 1 s.
    pub disconnect_timeout: Duration,
    /// The `ext` field of the handshake, for servers that want to be told something there. What the client itself puts there
    /// (`ack`) goes before. Default none.
    pub handshake_ext: Option<Map<String, Value>>,
    /// Whether to ask for the acknowledgement extension, with which a lost reply loses no message. It is used only where the
    /// server agrees. Default true.
    pub ack: bool,
    /// Where the random part of delays begins: the same seed gives the same delays. Default random.
    pub jitter_seed: u64,
    /// How many messages to publish may wait to be sent; what comes on top fails at once. Default 1024.
    pub max_queued: usize,
    /// How many events wait for a slow application before the client stops taking replies. Default 256.
    pub event_capacity: usize,
}

impl Config {
    /// The defaults, for the endpoint at `url`.
    pub fn new(url: Url) -> Self {
        Self {
            url,
            append_message_type: true,
            max_network_delay: Duration::from_secs(10),
            first_backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(30),
            disconnect_timeout: Duration::from_secs(1),
            handshake_ext: None,
            ack: true,
            jitter_seed: fastrand::u64(..),
            max_queued: 1024,
            event_capacity: 256,
        }
    }
}
