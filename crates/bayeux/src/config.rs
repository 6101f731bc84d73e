//! What a client must be told, and the defaults of everything else.

use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use crate::channel::Channel;
use crate::transport::Transport;

/// How a client behaves. Where a field names no section it is not in the specification. [`Config::new`] gives the defaults of the
/// field; change single fields as needed.
///
/// ```
/// let mut config = bayeux::Config::new("https://server.example/notifications".parse()?);
/// config.max_backoff = std::time::Duration::from_secs(60);
/// # Ok::<(), url::ParseError>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The address of the Bayeux endpoint (Bayeux 1.0, *HTTP Transport*).
    pub url: Url,
    /// Channels that are wanted from the start (Bayeux 1.0, *Subscribe*), as if [`Client::subscribe`](crate::Client::subscribe)
    /// had been called for each
    /// before the handshake: they are asked for in one request right after it. Default none.
    pub channels: Vec<Channel>,
    /// Whether to tell of each channel that the server granted, in every new session, as
    /// [`Event::Subscribed`](crate::Event::Subscribed). One that is refused is told in any case. Default false.
    pub report_subscriptions: bool,
    /// Whether handshake, connect and disconnect go to `url/handshake`, `url/connect` and `url/disconnect`, as `CometD`'s own
    /// clients do. Never done where the address has a query or ends in a file name. Default true.
    pub append_message_type: bool,
    /// How long a request may take beyond the time the server is meant to hold it (Bayeux 1.0, *`timeout` advice field*).
    /// Default 10 s.
    pub max_network_delay: Duration,
    /// How long to wait, about, after the first failure. Each further failure doubles it (Bayeux 1.0, *`interval` advice field*,
    /// wants such a strategy); the real delay is between half and
    /// one and a half of it, so that many clients do not come back together. Default 1 s.
    pub first_backoff: Duration,
    /// The longest delay between two tries. Default 30 s.
    pub max_backoff: Duration,
    /// How often to look whether the machine slept, in which case the held connect is replaced at once. Linux tells when it
    /// woke up, so there no look is needed; elsewhere each one wakes the client for a moment. None means that the application
    /// calls [`Client::reconnect_now`](crate::Client::reconnect_now) itself. Default every 5 s.
    pub sleep_check: Option<Duration>,
    /// After how long an outage is told of once more, as [`Event::StillInterrupted`](crate::Event::StillInterrupted). Default
    /// never.
    pub outage_alarm: Option<Duration>,
    /// Whether each single failure is told, as [`Event::Unsuccessful`](crate::Event::Unsuccessful). Default false.
    pub report_failures: bool,
    /// Hosts that the server may send the client to instead of the one in `url` (Bayeux 1.0, *`hosts` advice field*): whole
    /// names, or ends of names such as `.example.org`. They get all cookies and credentials that the exchange sends there.
    /// Default none, so that the advice is not followed.
    pub allowed_hosts: Vec<String>,
    /// Whether to find out what time it is at the server (reference of `CometD`, *Timesync Extension*), for
    /// [`Client::server_clock`](crate::Client::server_clock). Default false.
    pub time_sync: bool,
    /// The transports to offer (Bayeux 1.0, *Connection Negotiation*), best first. With [`Transport::WebSocket`] before
    /// [`Transport::LongPolling`] a WebSocket is tried
    /// first, and given up for good where it cannot be opened and long-polling works; once it has worked the client stays with
    /// it. The exchange must know how to open one. Default long-polling alone.
    pub transports: Vec<Transport>,
    /// How long opening a WebSocket may take. Default 5 s.
    pub connect_timeout: Duration,
    /// How long [`Exchange::renew`](crate::Exchange::renew) may take over fresh credentials before it is aborted and, after a
    /// pause,
    /// asked again. Default one minute.
    pub renewal_timeout: Duration,
    /// How long `disconnect` waits for the server's answer (Bayeux 1.0, *Disconnect Response*). Default 1 s.
    pub disconnect_timeout: Duration,
    /// The `ext` field of the handshake (Bayeux 1.0, *`ext`*), for servers that want to be told something there. What the client
    /// itself puts there
    /// (`ack`, `timesync`) goes before. Default none.
    pub handshake_ext: Option<Map<String, Value>>,
    /// Whether to ask for the acknowledgement extension (reference of `CometD`, *Message Acknowledgment Extension*), with which a
    /// lost reply loses no message. It is used only where the
    /// server agrees. Default true.
    pub ack: bool,
    /// Where the random part of delays begins: the same seed gives the same delays. Default random.
    pub jitter_seed: u64,
    /// How many messages to publish may wait to be sent; what comes on top fails at once. Default 1024.
    pub max_queued: usize,
    /// How many events wait for a slow application before the client stops taking replies; all those of one reply are taken in any
    /// case. Default 256.
    pub event_capacity: usize,
}

impl Config {
    /// The defaults, for the endpoint at `url`.
    pub fn new(url: Url) -> Self {
        Self {
            url,
            channels: Vec::new(),
            report_subscriptions: false,
            append_message_type: true,
            max_network_delay: Duration::from_secs(10),
            first_backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(30),
            sleep_check: Some(Duration::from_secs(5)),
            outage_alarm: None,
            report_failures: false,
            allowed_hosts: Vec::new(),
            time_sync: false,
            transports: vec![Transport::LongPolling],
            connect_timeout: Duration::from_secs(5),
            renewal_timeout: Duration::from_mins(1),
            disconnect_timeout: Duration::from_secs(1),
            handshake_ext: None,
            ack: true,
            jitter_seed: fastrand::u64(..),
            max_queued: 1024,
            event_capacity: 256,
        }
    }
}
