//! One request to the CometD endpoint: an array of messages in, an array of replies out.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::hub::{Caller, Held, Hold, Hub};
use super::topic::is_open;

pub(super) const UNKNOWN_CLIENT: &str = "402::Unknown client";

/// How long a client waits between connects when two sessions share one browser cookie.
const MULTIPLE_CLIENTS_INTERVAL_MS: u64 = 2_000;

/// What a request comes to.
#[derive(Debug)]
pub(crate) enum Received {
    /// Answer with these messages now.
    Messages(Vec<Value>),
    /// Hold the connect open.
    Hold(Hold),
}

/// The reply to a message: its channel and id.
fn reply_to(message: &Value) -> Value {
    let mut reply = json!({"channel": message["channel"]});
    if !message["id"].is_null() {
        reply["id"] = message["id"].clone();
    }
    reply
}

/// An unsuccessful reply; with the advice to shake hands again where CometD gives it.
pub(super) fn refused(message: &Value, error: &str, handshake: bool) -> Value {
    let mut reply = reply_to(message);
    reply["successful"] = json!(false);
    reply["error"] = json!(error);
    if !message["subscription"].is_null() {
        reply["subscription"] = message["subscription"].clone();
    }
    if handshake {
        reply["advice"] = json!({"reconnect": "handshake", "interval": 0});
    }
    reply
}

fn accepted(message: &Value) -> Value {
    let mut reply = reply_to(message);
    reply["successful"] = json!(true);
    reply
}

impl Hub {
    /// Takes the messages of one request, in order.
    pub(crate) fn receive(
        &mut self,
        caller: &Caller,
        messages: &[Value],
        refused_topics: &[String],
        now: Duration,
    ) -> Received {
        if let [message] = messages
            && message["channel"] == "/meta/connect"
        {
            return self.connect(caller, message, true, now);
        }
        let mut replies = Vec::new();
        for message in messages {
            let reply = match message["channel"].as_str() {
                Some("/meta/handshake") => self.handshake(caller, message, now),
                // Beside other messages a connect is answered at once.
                Some("/meta/connect") => match self.connect(caller, message, false, now) {
                    Received::Messages(answers) => {
                        replies.extend(answers);
                        continue;
                    }
                    Received::Hold(hold) => hold.reply,
                },
                Some("/meta/subscribe") => self.subscribe(caller, message, refused_topics, now),
                Some("/meta/unsubscribe") => self.unsubscribe(caller, message, now),
                Some("/meta/disconnect") => self.say_goodbye(caller, message, now),
                Some(_) => refused(message, "403::Publish denied", false),
                None => refused(message, "400::Channel missing", false),
            };
            replies.push(reply);
        }
        Received::Messages(self.with_waiting(caller, messages, replies, now))
    }

    /// Any reply can carry events, unless an open connect will.
    fn with_waiting(
        &mut self,
        caller: &Caller,
        messages: &[Value],
        replies: Vec<Value>,
        now: Duration,
    ) -> Vec<Value> {
        let client = messages.iter().find_map(|message| message["clientId"].as_str());
        match self.session(client, caller, now) {
            Some(session) if session.held.is_none() => session.waiting.drain(..).chain(replies).collect(),
            _ => replies,
        }
    }

    fn handshake(&mut self, caller: &Caller, message: &Value, now: Duration) -> Value {
        let types = message["supportedConnectionTypes"].as_array();
        if !types.is_some_and(|types| types.iter().any(|name| name == "long-polling")) {
            let mut reply = refused(message, "412::No supported connection type", false);
            reply["supportedConnectionTypes"] = json!(["long-polling"]);
            reply["advice"] = json!({"reconnect": "none"});
            return reply;
        }
        let client = self.open_session(caller, now);
        let mut reply = accepted(message);
        reply["version"] = json!("1.0");
        reply["minimumVersion"] = json!("1.0");
        reply["supportedConnectionTypes"] = json!(["long-polling"]);
        reply["clientId"] = json!(client);
        reply["advice"] = self.advice();
        reply
    }

    fn advice(&self) -> Value {
        json!({"reconnect": "retry", "interval": self.timing.interval_ms, "timeout": self.timing.timeout_ms})
    }

    /// The first connect is answered at once; later ones are held until there is something to say.
    fn connect(&mut self, caller: &Caller, message: &Value, may_hold: bool, now: Duration) -> Received {
        let advice = self.advice();
        let (grace, timeout) = (self.grace(), self.timing.timeout_ms);
        let number = self.connects_held;
        self.connects_held += 1;
        let crowded = self.is_crowded(caller, message);
        let Some(session) = self.session(message["clientId"].as_str(), caller, now) else {
            return Received::Messages(vec![refused(message, UNKNOWN_CLIENT, true)]);
        };
        if message["connectionType"] != "long-polling" {
            return Received::Messages(vec![refused(
                message,
                "400::Connection type not supported",
                false,
            )]);
        }
        let mut reply = accepted(message);
        // A newer connect takes the place of the one that is still open.
        if let Some(before) = session.held.take() {
            before.wake.notify_one();
        }
        let first = !session.connected;
        session.connected = true;
        session.expires = now + grace;
        if first {
            reply["advice"] = advice;
        }
        if crowded {
            reply["advice"] = json!({
                "reconnect": "retry",
                "interval": MULTIPLE_CLIENTS_INTERVAL_MS,
                "timeout": timeout,
                "multiple-clients": true,
            });
        }
        let hold_ms = message["advice"]["timeout"]
            .as_u64()
            .map_or(timeout, |wanted| wanted.min(timeout));
        if first || crowded || hold_ms == 0 || !may_hold || !session.waiting.is_empty() {
            return Received::Messages(session.waiting.drain(..).chain([reply]).collect());
        }
        let until = now + Duration::from_millis(hold_ms);
        let wake = Arc::new(Notify::new());
        session.held = Some(Held {
            number,
            wake: Arc::clone(&wake),
        });
        session.expires = until + grace;
        let client = message["clientId"].as_str().unwrap_or_default().to_owned();
        Received::Hold(Hold {
            client,
            number,
            reply,
            wake,
            until,
        })
    }

    /// Whether another session with the same browser cookie already holds a connect (`maxSessionsPerBrowser` 1).
    fn is_crowded(&self, caller: &Caller, message: &Value) -> bool {
        let own = message["clientId"].as_str();
        !caller.browser.is_empty()
            && self.sessions.iter().any(|(client, session)| {
                Some(client.as_str()) != own && session.browser == caller.browser && session.held.is_some()
            })
    }

    fn subscribe(
        &mut self,
        caller: &Caller,
        message: &Value,
        refused_topics: &[String],
        now: Duration,
    ) -> Value {
        let Some(session) = self.session(message["clientId"].as_str(), caller, now) else {
            return refused(message, UNKNOWN_CLIENT, false);
        };
        let wanted = subscriptions(message);
        let closed = |topic: &String| !is_open(topic, caller.supervisor) || refused_topics.contains(topic);
        if wanted.is_empty() {
            return refused(message, "400::Subscription missing", false);
        }
        if wanted.iter().any(closed) {
            return refused(message, "403::Subscription denied", false);
        }
        for topic in wanted {
            if !session.subscriptions.contains(&topic) {
                session.subscriptions.push(topic);
            }
        }
        let mut reply = accepted(message);
        reply["subscription"] = message["subscription"].clone();
        reply
    }

    fn unsubscribe(&mut self, caller: &Caller, message: &Value, now: Duration) -> Value {
        let Some(session) = self.session(message["clientId"].as_str(), caller, now) else {
            return refused(message, UNKNOWN_CLIENT, false);
        };
        let unwanted = subscriptions(message);
        session.subscriptions.retain(|topic| !unwanted.contains(topic));
        let mut reply = accepted(message);
        reply["subscription"] = message["subscription"].clone();
        reply
    }

    fn say_goodbye(&mut self, caller: &Caller, message: &Value, now: Duration) -> Value {
        let client = message["clientId"].as_str();
        if self.session(client, caller, now).is_none() {
            return refused(message, UNKNOWN_CLIENT, false);
        }
        self.disconnect(client.unwrap_or_default());
        accepted(message)
    }
}

/// `subscription` may be one channel or an array of them.
fn subscriptions(message: &Value) -> Vec<String> {
    match &message["subscription"] {
        Value::String(one) => vec![one.clone()],
        Value::Array(several) => several
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}
