//! A client that a script can drive: ours in this process, the official one in a process of its own.

use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use bayeux::{Config, Event};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use url::Url;

use crate::listener::Listener;
use crate::mismatch::Trouble;
use crate::scenario::exchange;
use crate::server::{end, node_folder};

/// What a client said, in words that both clients have.
#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// Messages flow.
    Up,
    /// Messages do not flow.
    Down,
    /// It is over.
    Over,
    /// A message came.
    Message {
        /// Its channel.
        channel: String,
        /// Its data.
        data: Value,
    },
}

/// Which client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// npm `cometd` 9.0.0 with `cometd-nodejs-client`.
    Official,
    /// This project's.
    Ours,
}

/// A client under way.
#[derive(Debug)]
pub enum Player {
    /// See [`Who::Official`].
    Official(Box<Official>),
    /// See [`Who::Ours`].
    Ours(Listener),
}

/// The process of the official client.
#[derive(Debug)]
pub struct Official {
    child: Child,
    orders: ChildStdin,
    words: Arc<Mutex<Vec<Word>>>,
}

impl Player {
    /// Starts a client that wants a channel.
    pub async fn start(who: Who, config: Config, channel: &str) -> Result<Self, Trouble> {
        match who {
            Who::Official => Official::start(&config.url, config.ack, channel)
                .await
                .map(|official| Self::Official(Box::new(official))),
            Who::Ours => {
                let listener = Listener::start(Arc::new(exchange()?), config);
                // One that was refused at once takes none, and that is for the script to notice.
                let _ = listener.subscribe(channel);
                Ok(Self::Ours(listener))
            }
        }
    }

    /// Wants one more channel.
    pub async fn subscribe(&mut self, channel: &str) -> Result<(), Trouble> {
        match self {
            Self::Official(official) => official.order(&json!({"subscribe": channel})).await,
            // A session that is over takes no more subscriptions, and the other client says nothing either.
            Self::Ours(listener) => listener.subscribe(channel).or(Ok(())),
        }
    }

    /// Publishes, without waiting for the outcome.
    pub async fn publish(&mut self, channel: &str, data: Value) -> Result<(), Trouble> {
        match self {
            Self::Official(official) => official.order(&json!({"publish": [channel, data]})).await,
            Self::Ours(listener) => {
                let (client, channel) = (listener.client.clone(), channel.to_owned());
                tokio::spawn(async move { client.publish(&channel, data).await });
                Ok(())
            }
        }
    }

    /// Everything it said so far.
    pub fn words(&self) -> Vec<Word> {
        match self {
            Self::Official(official) => official
                .words
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            Self::Ours(listener) => listener
                .said()
                .into_iter()
                .filter_map(|said| word(said.event))
                .collect(),
        }
    }

    /// Disconnects and lets go of it.
    pub async fn end(self) {
        match self {
            Self::Official(mut official) => {
                // A process that is gone needs no order.
                let _ = official.order(&json!({"disconnect": true})).await;
                let Official { child, orders, .. } = *official;
                drop(orders);
                end(child).await;
            }
            Self::Ours(listener) => listener.client.disconnect().await,
        }
    }
}

fn word(event: Event) -> Option<Word> {
    match event {
        Event::Connected | Event::Resumed { .. } => Some(Word::Up),
        Event::Interrupted(_) => Some(Word::Down),
        Event::Closed(_) => Some(Word::Over),
        Event::Delivered(message) => Some(Word::Message {
            channel: message.channel.to_string(),
            data: message.data.value(),
        }),
        _ => None,
    }
}

impl Official {
    async fn start(url: &Url, ack: bool, channel: &str) -> Result<Self, Trouble> {
        let trouble = |what: &str| Trouble::Process {
            who: "the official client".to_owned(),
            what: what.to_owned(),
        };
        let mut child = Command::new("node")
            .arg(node_folder().join("official.mjs"))
            .arg(url.as_str())
            .arg(if ack { "ack" } else { "no-ack" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(Trouble::system("node"))?;
        let orders = child.stdin.take().ok_or_else(|| trouble("it takes no orders"))?;
        let output = child.stdout.take().ok_or_else(|| trouble("it says nothing"))?;
        let words = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&words);
        tokio::spawn(async move {
            let mut lines = BufReader::new(output).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                let said = serde_json::from_str::<Value>(&line)
                    .ok()
                    .and_then(|said| official_word(&said));
                keep.lock().unwrap_or_else(PoisonError::into_inner).extend(said);
            }
        });
        let mut official = Self { child, orders, words };
        official.order(&json!({"subscribe": channel})).await?;
        official.order(&json!({"begin": true})).await?;
        Ok(official)
    }

    async fn order(&mut self, order: &Value) -> Result<(), Trouble> {
        let line = format!("{order}\n");
        self.orders
            .write_all(line.as_bytes())
            .await
            .map_err(Trouble::system("the official client"))
    }
}

fn official_word(said: &Value) -> Option<Word> {
    match said["link"].as_str() {
        Some("up") => Some(Word::Up),
        Some("down") => Some(Word::Down),
        Some("over") => Some(Word::Over),
        _ => Some(Word::Message {
            channel: said["message"]["channel"].as_str()?.to_owned(),
            data: said["message"]["data"].clone(),
        }),
    }
}
