//! A server in memory with the manners of CometD's: sessions, queues, batches that are kept until they are confirmed, connects
//! that are held, and duplicates that are turned away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::plan::Plan;

pub(crate) struct Server {
    pub(crate) plan: Plan,
    state: Mutex<State>,
    /// The channel of each message that the client sent, by whatever way and whether or not it arrives.
    pub(crate) sent: Mutex<Vec<String>>,
    /// Something was published, a connect was replaced, or a session forgotten.
    pub(crate) changed: Notify,
}

pub(crate) struct State {
    sessions: BTreeMap<String, Session>,
    made: u64,
    /// Counts restarts.
    pub(crate) epoch: u64,
    down_until: Instant,
    /// When each message was published; the first one has the number 1.
    pub(crate) published_at: Vec<Instant>,
    /// How often each publication of the client was taken.
    pub(crate) taken: BTreeMap<u64, usize>,
    pub(crate) handshakes: usize,
}

#[derive(Default)]
struct Session {
    channels: BTreeSet<String>,
    /// What was not sent yet.
    queue: Vec<u64>,
    /// What was sent and not confirmed, each with its batch.
    unconfirmed: Vec<(i64, u64)>,
    batch: i64,
    /// Counts connects: an older one is turned away.
    connects: u64,
    held: usize,
    last_seen: Option<Instant>,
    /// The WebSocket that it is attached to.
    pub(crate) socket: Option<u64>,
}

/// How a connect that is held stands.
pub(crate) enum Held {
    Waits,
    /// Messages, then the answer.
    Answered(Vec<Value>, Value),
    /// Another connect came after it.
    Replaced,
    /// The server restarted.
    Gone,
}

/// A connect that the server took.
pub(crate) struct Connect {
    id: Value,
    client_id: String,
    number: u64,
    epoch: u64,
    pub(crate) until: Instant,
}

impl Server {
    pub(crate) fn new(plan: Plan) -> Self {
        Self {
            plan,
            state: Mutex::new(State {
                sessions: BTreeMap::new(),
                made: 0,
                epoch: 0,
                down_until: Instant::now(),
                published_at: Vec::new(),
                taken: BTreeMap::new(),
                handshakes: 0,
            }),
            sent: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Notes what the client sends.
    pub(crate) fn note(&self, messages: &[Value]) {
        let named = |message: &Value| message["channel"].as_str().unwrap().to_owned();
        self.sent.lock().unwrap().extend(messages.iter().map(named));
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn is_down(&self) -> bool {
        self.state().down_until > Instant::now()
    }

    pub(crate) fn publish(&self) {
        let mut state = self.state();
        state.published_at.push(Instant::now());
        let number = state.published_at.len() as u64;
        for session in state.sessions.values_mut() {
            if session.channels.contains("/a") {
                session.queue.push(number);
            }
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// All sessions are gone, and nobody answers until then.
    pub(crate) fn restart(&self, until: Instant) {
        let mut state = self.state();
        state.sessions.clear();
        state.epoch += 1;
        state.down_until = until;
        drop(state);
        self.changed.notify_waiters();
    }

    /// All sessions are gone, but not the server.
    pub(crate) fn forget_sessions(&self) {
        self.state().sessions.clear();
        self.changed.notify_waiters();
    }

    /// Answers messages other than a connect. Without the extension, messages may come along.
    pub(crate) fn answer(&self, messages: &[Value], brings_messages: bool) -> Vec<Value> {
        let mut state = self.state();
        state.expire(&self.plan);
        let mut answers: Vec<_> = messages
            .iter()
            .map(|message| state.answer(&self.plan, message))
            .collect();
        let client_id = messages[0]["clientId"].as_str().unwrap_or_default();
        if let Some(session) = state
            .sessions
            .get_mut(client_id)
            .filter(|_| brings_messages && !self.plan.ack)
        {
            answers.extend(session.queue.drain(..).map(event));
        }
        answers
    }

    /// Takes a connect, or answers it at once because the session is not known.
    pub(crate) fn take_connect(&self, message: &Value, socket: Option<u64>) -> Result<Connect, Value> {
        let mut state = self.state();
        state.expire(&self.plan);
        let epoch = state.epoch;
        let client_id = message["clientId"].as_str().unwrap().to_owned();
        let Some(session) = state.sessions.get_mut(&client_id) else {
            return Err(unknown(message));
        };
        if let Some(batch) = message["ext"]["ack"].as_i64() {
            assert!(batch <= session.batch, "confirms what was never sent");
            session.unconfirmed.retain(|(of, _)| *of > batch);
        }
        session.connects += 1;
        session.held += 1;
        session.socket = socket;
        let number = session.connects;
        drop(state);
        self.changed.notify_waiters();
        let hold = match message["advice"]["timeout"].as_u64() {
            Some(milliseconds) => std::time::Duration::from_millis(milliseconds),
            None => self.plan.hold,
        };
        Ok(Connect {
            id: message["id"].clone(),
            client_id,
            number,
            epoch,
            until: Instant::now() + hold,
        })
    }

    /// Looks whether a connect can be answered. What is answered with counts as sent.
    pub(crate) fn look(&self, connect: &Connect, is_read: bool) -> Held {
        let mut state = self.state();
        if state.epoch != connect.epoch {
            return Held::Gone;
        }
        let Some(session) = state.sessions.get_mut(&connect.client_id) else {
            return Held::Answered(
                Vec::new(),
                unknown(&json!({"id": connect.id, "channel": "/meta/connect"})),
            );
        };
        let replaced = session.connects != connect.number;
        let ready = !session.queue.is_empty() || !session.unconfirmed.is_empty();
        if !replaced && !ready && Instant::now() < connect.until {
            return Held::Waits;
        }
        session.held -= 1;
        session.last_seen = Some(Instant::now());
        if replaced {
            return Held::Replaced;
        }
        if !is_read {
            // Nobody is there any more, and the server has noticed.
            return Held::Gone;
        }
        let mut answer = json!({"channel": "/meta/connect", "id": connect.id, "successful": true, "clientId": connect.client_id});
        let queue = std::mem::take(&mut session.queue);
        let numbers: Vec<_> = if self.plan.ack {
            session.batch += 1;
            let batch = session.batch;
            session
                .unconfirmed
                .extend(queue.into_iter().map(|number| (batch, number)));
            answer["ext"] = json!({"ack": batch});
            session.unconfirmed.iter().map(|(_, number)| *number).collect()
        } else {
            queue
        };
        Held::Answered(numbers.into_iter().map(event).collect(), answer)
    }

    /// The WebSocket that a connect came over is gone.
    pub(crate) fn give_up(&self, connect: &Connect) {
        let mut state = self.state();
        let same_epoch = state.epoch == connect.epoch;
        if let Some(session) = state.sessions.get_mut(&connect.client_id).filter(|_| same_epoch) {
            session.held -= 1;
            session.last_seen = Some(Instant::now());
        }
    }

    /// Holds a connect until it can be answered. Gives nothing where no answer comes.
    pub(crate) async fn hold(&self, message: &Value, reads: impl Fn() -> bool) -> Option<(u16, Vec<Value>)> {
        let connect = match self.take_connect(message, None) {
            Ok(connect) => connect,
            Err(answer) => return Some((200, vec![answer])),
        };
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            match self.look(&connect, reads()) {
                Held::Waits => {}
                Held::Answered(mut messages, answer) => {
                    messages.push(answer);
                    return Some((200, messages));
                }
                Held::Replaced => return Some((500, Vec::new())),
                Held::Gone => return None,
            }
            // The time is looked at again in any case.
            let _ = timeout_at(connect.until, changed).await;
        }
    }

    /// What waits for a session that is attached to this WebSocket, without the extension.
    pub(crate) fn take_for_socket(&self, socket: u64) -> Vec<Value> {
        let mut state = self.state();
        let attached = state
            .sessions
            .values_mut()
            .filter(|session| session.socket == Some(socket));
        attached
            .flat_map(|session| std::mem::take(&mut session.queue))
            .map(event)
            .collect()
    }
}

impl State {
    fn answer(&mut self, plan: &Plan, message: &Value) -> Value {
        let mut answer = json!({"channel": message["channel"], "id": message["id"], "successful": true});
        let channel = message["channel"].as_str().unwrap();
        if channel == "/meta/handshake" {
            self.made += 1;
            self.handshakes += 1;
            let client_id = format!("c{}", self.made);
            let session = Session {
                last_seen: Some(Instant::now()),
                ..Session::default()
            };
            self.sessions.insert(client_id.clone(), session);
            answer["clientId"] = json!(client_id);
            answer["supportedConnectionTypes"] = json!(["websocket", "long-polling"]);
            answer["advice"] = json!({"reconnect": "retry", "interval": plan.interval.as_millis(), "timeout": plan.hold.as_millis()});
            answer["ext"] = json!({"ack": plan.ack});
            return answer;
        }
        let client_id = message["clientId"].as_str().unwrap();
        let Some(session) = self.sessions.get_mut(client_id) else {
            return unknown(message);
        };
        let subscription = message["subscription"].as_str().unwrap_or_default();
        match channel {
            "/meta/subscribe" => {
                session.channels.insert(subscription.to_owned());
            }
            "/meta/unsubscribe" => {
                session.channels.remove(subscription);
            }
            "/meta/disconnect" => {
                self.sessions.remove(client_id);
            }
            _ => *self.taken.entry(message["data"].as_u64().unwrap()).or_default() += 1,
        }
        answer
    }

    /// Forgets sessions that sent no connect for too long.
    fn expire(&mut self, plan: &Plan) {
        self.sessions.retain(|_, session| {
            session.held > 0
                || session
                    .last_seen
                    .is_none_or(|seen| seen.elapsed() <= plan.max_interval)
        });
    }
}

fn event(number: u64) -> Value {
    json!({"channel": "/a", "data": number})
}

fn unknown(message: &Value) -> Value {
    let mut answer = json!({"channel": message["channel"], "id": message["id"], "successful": false, "error": "402::Unknown client"});
    // Only connects come with advice, as with the real ones.
    if message["channel"] == "/meta/connect" {
        answer["advice"] = json!({"reconnect": "handshake", "interval": 0});
    }
    answer
}
