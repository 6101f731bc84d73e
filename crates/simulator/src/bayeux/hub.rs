//! The CometD sessions: what each is subscribed to, what waits for it, and which connect it holds open.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::exchange::{UNKNOWN_CLIENT, refused};
use super::topic::catches;
use crate::settings::CometdTiming;
use crate::world::PersonKey;

/// More messages than this wait for nobody: the session is given up.
const MOST_WAITING: usize = 20_000;

/// Who sends a request to the CometD endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) person: PersonKey,
    pub(crate) supervisor: bool,
    /// The HTTP session, which the CometD session does not outlive.
    pub(crate) http_session: String,
    /// Value of the `BAYEUX_BROWSER` cookie.
    pub(crate) browser: String,
}

/// A `/meta/connect` that has nothing to say yet.
#[derive(Debug)]
pub(crate) struct Hold {
    pub(super) client: String,
    pub(super) number: u64,
    pub(super) reply: Value,
    /// Signalled when there may be something to say.
    pub(crate) wake: Arc<Notify>,
    /// When it is answered in any case.
    pub(crate) until: Duration,
}

/// What a held connect comes to.
#[derive(Debug)]
pub(crate) enum Resumed {
    /// Nothing yet.
    Wait,
    /// These messages.
    Messages(Vec<Value>),
    /// A newer connect of the same client has taken its place.
    Replaced,
    /// The HTTP session is gone.
    SignedOut,
}

/// How a session ended, for the connect that is still held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The client said `/meta/disconnect`.
    Disconnected,
    /// The server forgot the session and says so.
    Dropped,
    /// The server forgot the session and does not notice before the timeout, as CometD does.
    DroppedQuietly,
    SignedOut,
}

#[derive(Debug)]
pub(super) struct CometdSession {
    pub(super) person: PersonKey,
    pub(super) http_session: String,
    pub(super) browser: String,
    pub(super) subscriptions: Vec<String>,
    pub(super) waiting: VecDeque<Value>,
    /// The first connect has been answered.
    pub(super) connected: bool,
    /// Until when the client must be heard of again.
    pub(super) expires: Duration,
    pub(super) held: Option<Held>,
    ending: Option<Ending>,
}

/// The connect that is open now.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) number: u64,
    pub(super) wake: Arc<Notify>,
}

#[derive(Debug)]
struct Delayed {
    due: Duration,
    person: PersonKey,
    channel: String,
    data: Value,
}

/// All CometD sessions of the floor.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(super) sessions: BTreeMap<String, CometdSession>,
    pub(super) timing: CometdTiming,
    pub(super) connects_held: u64,
    rng: Rng,
    delayed: VecDeque<Delayed>,
}

impl Hub {
    pub(crate) fn new(timing: CometdTiming, rng: Rng) -> Self {
        Self {
            sessions: BTreeMap::new(),
            timing,
            connects_held: 0,
            rng,
            delayed: VecDeque::new(),
        }
    }

    pub(super) fn open_session(&mut self, caller: &Caller, now: Duration) -> String {
        self.sessions.retain(|_, session| session.expires > now);
        let client = format!("1{:030x}", self.rng.u128(..) >> 8);
        let session = CometdSession {
            person: caller.person,
            http_session: caller.http_session.clone(),
            browser: caller.browser.clone(),
            subscriptions: Vec::new(),
            waiting: VecDeque::new(),
            connected: false,
            expires: now + self.grace(),
            held: None,
            ending: None,
        };
        self.sessions.insert(client.clone(), session);
        client
    }

    /// How long a client may stay away between two connects.
    pub(super) fn grace(&self) -> Duration {
        Duration::from_millis(self.timing.interval_ms + self.timing.max_interval_ms)
    }

    /// A live session of this caller. A session changes over to a new HTTP session of the same person.
    pub(super) fn session(
        &mut self,
        client: Option<&str>,
        caller: &Caller,
        now: Duration,
    ) -> Option<&mut CometdSession> {
        let session = self.sessions.get_mut(client?)?;
        let live = session.ending.is_none() && session.person == caller.person && session.expires > now;
        if !live {
            return None;
        }
        session.http_session.clone_from(&caller.http_session);
        Some(session)
    }

    /// Hands a message to every session of a person that has subscribed to its channel.
    pub(crate) fn publish(&mut self, person: PersonKey, channel: &str, data: &Value, now: Duration) {
        self.sessions
            .retain(|_, session| session.waiting.len() < MOST_WAITING);
        for session in self.sessions.values_mut() {
            let wanted = session.person == person
                && session.ending.is_none()
                && session.expires > now
                && session
                    .subscriptions
                    .iter()
                    .any(|subscription| catches(subscription, channel));
            if wanted {
                session
                    .waiting
                    .push_back(json!({"data": data, "channel": channel}));
                session.wake();
            }
        }
    }

    /// Publishes later. Whatever else the person gets meanwhile keeps its place behind it.
    pub(crate) fn publish_after(
        &mut self,
        delay: Duration,
        person: PersonKey,
        channel: &str,
        data: Value,
        now: Duration,
    ) {
        let queued = self
            .delayed
            .iter()
            .filter(|delayed| delayed.person == person)
            .map(|delayed| delayed.due)
            .max();
        let due = (now + delay).max(queued.unwrap_or_default());
        if due <= now {
            self.publish(person, channel, &data, now);
        } else {
            self.delayed.push_back(Delayed {
                due,
                person,
                channel: channel.to_owned(),
                data,
            });
        }
    }

    /// When the next delayed message is due.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        self.delayed.iter().map(|delayed| delayed.due).min()
    }

    /// Publishes the delayed messages that are due.
    pub(crate) fn advance(&mut self, now: Duration) {
        let (due, later): (VecDeque<_>, VecDeque<_>) = std::mem::take(&mut self.delayed)
            .into_iter()
            .partition(|delayed| delayed.due <= now);
        self.delayed = later;
        for delayed in due {
            self.publish(delayed.person, &delayed.channel, &delayed.data, now);
        }
    }

    /// What to answer a held connect, if anything.
    pub(crate) fn resume(&mut self, hold: &Hold, now: Duration) -> Resumed {
        let grace = self.grace();
        let Some(session) = self.sessions.get_mut(&hold.client) else {
            return Resumed::Messages(vec![refused(&hold.reply, UNKNOWN_CLIENT, true)]);
        };
        if session
            .held
            .as_ref()
            .is_none_or(|held| held.number != hold.number)
        {
            return Resumed::Replaced;
        }
        let over = now >= hold.until;
        let resumed = match session.ending {
            Some(Ending::SignedOut) => Resumed::SignedOut,
            Some(Ending::Dropped) => Resumed::Messages(vec![refused(&hold.reply, UNKNOWN_CLIENT, true)]),
            Some(Ending::Disconnected) => {
                let mut reply = hold.reply.clone();
                reply["advice"] = json!({"reconnect": "none"});
                Resumed::Messages(vec![reply])
            }
            Some(Ending::DroppedQuietly) if !over => return Resumed::Wait,
            None if session.waiting.is_empty() && !over => return Resumed::Wait,
            Some(Ending::DroppedQuietly) | None => {
                Resumed::Messages(session.waiting.drain(..).chain([hold.reply.clone()]).collect())
            }
        };
        session.held = None;
        session.expires = now + grace;
        if session.ending.is_some() {
            self.sessions.remove(&hold.client);
        }
        resumed
    }

    /// The client of a held connect has gone away: what comes meanwhile waits for its next one.
    pub(crate) fn release(&mut self, hold: &Hold, now: Duration) {
        let grace = self.grace();
        let Some(session) = self.sessions.get_mut(&hold.client) else {
            return;
        };
        if session
            .held
            .as_ref()
            .is_some_and(|held| held.number == hold.number)
        {
            session.held = None;
            session.expires = now + grace;
            if session.ending.is_some() {
                self.sessions.remove(&hold.client);
            }
        }
    }

    pub(super) fn disconnect(&mut self, client: &str) {
        self.end(client, Ending::Disconnected);
    }

    /// Forgets every session. Quietly, as a restarted CometD node does: a connect held now is answered as if nothing
    /// had happened, and only the next one fails.
    pub(crate) fn drop_all(&mut self, quietly: bool) {
        let ending = if quietly {
            Ending::DroppedQuietly
        } else {
            Ending::Dropped
        };
        for client in self.sessions.keys().cloned().collect::<Vec<_>>() {
            self.end(&client, ending);
        }
    }

    /// Ends the sessions that live in an HTTP session.
    pub(crate) fn sign_out(&mut self, http_session: &str) {
        let clients = self
            .sessions
            .iter()
            .filter(|(_, session)| session.http_session == http_session);
        for client in clients.map(|(client, _)| client.clone()).collect::<Vec<_>>() {
            self.end(&client, Ending::SignedOut);
        }
    }

    fn end(&mut self, client: &str, ending: Ending) {
        let Some(session) = self.sessions.get_mut(client) else {
            return;
        };
        session.waiting.clear();
        session.subscriptions.clear();
        if session.held.is_some() {
            session.ending = Some(ending);
            session.wake();
        } else {
            self.sessions.remove(client);
        }
    }
}

impl CometdSession {
    fn wake(&self) {
        if let Some(held) = &self.held {
            held.wake.notify_one();
        }
    }
}
