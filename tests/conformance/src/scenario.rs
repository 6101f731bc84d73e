//! What a scenario is, and the stage on which it plays.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bayeux::{Config, HttpExchange};
use serde_json::Value;
use url::Url;

use crate::listener::Listener;
use crate::mismatch::{Mismatch, Trouble};
use crate::proxy::Proxy;
use crate::server::{Kind, Server};

/// What becomes of a scenario.
pub type Outcome = Result<(), Mismatch>;
type Running = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// How long anything may take that should happen at once: a busy machine is slow, a stuck client never comes.
pub const SOON: Duration = Duration::from_secs(8);
/// What the client of a test allows the network on top of the time for which the server holds a connect.
pub const NETWORK_DELAY: Duration = Duration::from_secs(3);

/// One row of the list.
pub struct Scenario {
    /// Its number in the list; several scenarios may share one.
    pub row: u32,
    /// What is shown.
    pub title: &'static str,
    not_for: fn(Kind) -> Option<&'static str>,
    play: fn(Stage) -> Running,
}

impl Scenario {
    /// A scenario for every server.
    pub const fn new(row: u32, title: &'static str, play: fn(Stage) -> Running) -> Self {
        Self {
            row,
            title,
            not_for: |_| None,
            play,
        }
    }

    /// The same, except for some servers.
    #[must_use]
    pub const fn except(mut self, not_for: fn(Kind) -> Option<&'static str>) -> Self {
        self.not_for = not_for;
        self
    }

    /// Why it says nothing about this server, if so.
    pub fn does_not_apply_to(&self, kind: Kind) -> Option<&'static str> {
        (self.not_for)(kind)
    }

    /// Plays it.
    pub async fn play(&self, stage: Stage) -> Outcome {
        (self.play)(stage).await
    }

    /// How it is called in the table: row and title.
    pub fn name(&self) -> String {
        format!("{:>2} {}", self.row, self.title)
    }
}

/// The stage: a server that is as new, a proxy of one's own before it, and a channel that nobody else uses.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The server.
    pub server: Arc<Server>,
    /// Between client and server.
    pub proxy: Arc<Proxy>,
    /// A channel for this scenario alone; channels below it are free too.
    pub channel: String,
}

impl Stage {
    /// Prepares a stage before a server.
    pub async fn prepare(server: Arc<Server>, channel: String) -> Result<Self, Trouble> {
        server.come_back().await?;
        server.policy(true, true).await?;
        server.advise_interval(Duration::ZERO).await?;
        let proxy = Proxy::start(server.address())
            .await
            .map_err(Trouble::system("a proxy"))?;
        Ok(Self {
            server,
            proxy: Arc::new(proxy),
            channel,
        })
    }

    /// Which server this is.
    pub fn kind(&self) -> Kind {
        self.server.kind()
    }

    /// How long the server holds a connect.
    pub fn hold(&self) -> Duration {
        self.server.options().timeout
    }

    /// A configuration with short times, through the proxy.
    pub fn config(&self) -> Result<Config, Trouble> {
        let url = Url::parse(&format!("http://{}/notifications", self.proxy.address()))?;
        let mut config = Config::new(url);
        config.max_network_delay = NETWORK_DELAY;
        config.first_backoff = Duration::from_millis(200);
        config.max_backoff = Duration::from_secs(1);
        config.jitter_seed = 20_261_122;
        Ok(config)
    }

    /// A client with this configuration, cookies of its own.
    pub fn client(&self, config: Config) -> Result<Listener, Trouble> {
        Ok(Listener::start(Arc::new(exchange()?), config))
    }

    /// A client that listens to the channel of this scenario and is connected.
    pub async fn listener(&self) -> Result<Listener, Mismatch> {
        self.listener_with(self.config()?).await
    }

    /// The same with another configuration.
    pub async fn listener_with(&self, config: Config) -> Result<Listener, Mismatch> {
        let listener = self.client(config)?;
        listener.subscribe(&self.channel)?;
        self.ready(&listener, &self.channel).await?;
        Ok(listener)
    }

    /// Waits until a client is connected and its channel granted. A handshake can be answered sooner than the next line of a
    /// program is run, so `Connected` alone does not mean that what was subscribed to in that line is there.
    pub async fn ready(&self, listener: &Listener, channel: &str) -> Outcome {
        listener.connected(SOON).await?;
        self.eventually(&format!("the grant of {channel}"), || self.is_granted(channel))
            .await
    }

    /// Whether the server has granted a channel.
    pub fn is_granted(&self, channel: &str) -> bool {
        let asked = self.proxy.messages(SUBSCRIBE);
        let mut for_it = asked.iter().filter(|(_, message)| asks_for(message, channel));
        for_it.any(|(request, _)| request.reply.as_ref().is_some_and(|reply| reply.status == 200))
    }

    /// Waits until the server holds a connect of ours that may be held. One that has just been answered does not count.
    pub async fn held(&self) -> Result<(), Mismatch> {
        self.eventually("a held connect", || {
            self.proxy
                .messages(CONNECT)
                .last()
                .is_some_and(|(request, message)| {
                    message["advice"]["timeout"] != serde_json::json!(0)
                        && request.reply.is_none()
                        && request.at.elapsed() > Duration::from_millis(100)
                })
        })
        .await
    }

    /// Waits until something is so that only the proxy can tell.
    pub async fn eventually(&self, what: &str, is_so: impl Fn() -> bool) -> Outcome {
        let wait = async {
            while !is_so() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let within = SOON + self.hold();
        tokio::time::timeout(within, wait)
            .await
            .map_err(|_| Mismatch::NeverCame {
                what: what.to_owned(),
                within,
                came: format!("{} requests", self.proxy.requests().len()),
            })
    }

    /// Publishes numbered messages on the channel of this scenario: `first` to `end` less one.
    pub async fn publish(&self, numbers: std::ops::Range<usize>) -> Result<(), Trouble> {
        self.server
            .publish_with(&self.channel, &[("first", numbers.start), ("n", numbers.len())])
            .await
    }

    /// The id that the server gave to the newest session.
    pub fn client_id(&self) -> Option<String> {
        let (_, last) = self.proxy.messages(CONNECT).pop()?;
        Some(last["clientId"].as_str()?.to_owned())
    }
}

/// An exchange as an application would make it, except that it takes no proxy from the environment.
pub fn exchange() -> Result<HttpExchange, Trouble> {
    Ok(HttpExchange::new(
        HttpExchange::client_builder().no_proxy().build()?,
    ))
}

/// Whether a subscribe or an unsubscribe is for a channel, alone or among others.
pub fn asks_for(message: &Value, channel: &str) -> bool {
    match &message["subscription"] {
        Value::Array(channels) => channels.iter().any(|other| other == channel),
        other => other == channel,
    }
}

/// The channels that the protocol itself uses.
pub const HANDSHAKE: &str = "/meta/handshake";
/// See [`HANDSHAKE`].
pub const CONNECT: &str = "/meta/connect";
/// See [`HANDSHAKE`].
pub const SUBSCRIBE: &str = "/meta/subscribe";
/// See [`HANDSHAKE`].
pub const UNSUBSCRIBE: &str = "/meta/unsubscribe";
/// See [`HANDSHAKE`].
pub const DISCONNECT: &str = "/meta/disconnect";
