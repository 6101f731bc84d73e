//! The server's end of a WebSocket that may die without a word.

use std::sync::Arc;
use std::time::Duration;

use bayeux::{ExchangeError, Socket};
use bytes::Bytes;
use fastrand::Rng;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::server::{Connect, Held, Server};

type ToClient = mpsc::Sender<Result<Bytes, ExchangeError>>;

/// Opens a WebSocket. After `cut` it is dead: for as long as `void` neither end knows, and what is sent is lost.
pub(crate) fn open(
    server: Arc<Server>,
    number: u64,
    cut: Option<Duration>,
    void: Duration,
    rng: Rng,
) -> Socket {
    let (outgoing, from_client) = mpsc::unbounded_channel();
    let (to_client, incoming) = mpsc::channel(64);
    let far = Instant::now() + Duration::from_hours(24);
    let dies_at = cut.map_or(far, |cut| Instant::now() + cut);
    let epoch = server.state().epoch;
    let end = End {
        epoch,
        server,
        number,
        to_client,
        dies_at,
        held: None,
        rng: cut.map(|_| rng),
    };
    tokio::spawn(end.serve(from_client, dies_at + void));
    Socket::new(outgoing, incoming)
}

struct End {
    server: Arc<Server>,
    number: u64,
    epoch: u64,
    to_client: ToClient,
    dies_at: Instant,
    held: Option<Connect>,
    /// Where there are faults.
    rng: Option<Rng>,
}

impl End {
    async fn serve(mut self, mut from_client: mpsc::UnboundedReceiver<Bytes>, ends_at: Instant) {
        let server = Arc::clone(&self.server);
        loop {
            let changed = server.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            self.flush().await;
            let wake = self.held.as_ref().map_or(ends_at, |held| held.until.min(ends_at));
            tokio::select! {
                biased;
                frame = from_client.recv() => match frame {
                    Some(frame) => {
                        let messages: Vec<Value> = serde_json::from_slice(&frame).unwrap();
                        server.note(&messages);
                        if Instant::now() < self.dies_at {
                            self.take(&messages).await;
                        }
                    }
                    None => break,
                },
                () = changed => {}
                () = sleep_until(wake) => {}
            }
            if Instant::now() >= ends_at || server.state().epoch != self.epoch {
                break;
            }
        }
        if let Some(held) = &self.held {
            server.give_up(held);
        }
    }

    async fn take(&mut self, messages: &[Value]) {
        if messages[0]["channel"] != "/meta/connect" {
            let answers = self.server.answer(messages, false);
            return self.send(answers).await;
        }
        match self.server.take_connect(&messages[0], Some(self.number)) {
            Ok(connect) => self.held = Some(connect),
            Err(answer) => self.send(vec![answer]).await,
        }
    }

    /// Sends what can be sent.
    async fn flush(&mut self) {
        if !self.server.plan.ack {
            let messages = self.server.take_for_socket(self.number);
            if !messages.is_empty() {
                self.send(messages).await;
            }
        }
        let Some(held) = &self.held else {
            return;
        };
        match self.server.look(held, true) {
            Held::Waits => {}
            Held::Answered(messages, answer) => {
                self.held = None;
                // Each in a frame of its own, before the answer.
                for message in messages {
                    self.send(vec![message]).await;
                    if self.rng.as_mut().is_some_and(|rng| rng.u8(..30) == 0) {
                        self.dies_at = Instant::now();
                    }
                }
                self.send(vec![answer]).await;
            }
            Held::Replaced => {
                let answer = json!({"channel": "/meta/connect", "successful": false, "error": "408::Duplicate", "id": "0"});
                self.held = None;
                self.send(vec![answer]).await;
            }
            Held::Gone => self.held = None,
        }
    }

    async fn send(&self, messages: Vec<Value>) {
        if Instant::now() < self.dies_at {
            // An error means that the client has closed it, which is heard of elsewhere.
            let _ = self
                .to_client
                .send(Ok(Value::Array(messages).to_string().into()))
                .await;
        }
    }
}
