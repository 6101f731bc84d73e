//! The running floor: the world, the sessions around it, and the one lock and one clock they share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::api::RosterCache;
use crate::bayeux::Hub;
use crate::faults::take_one;
use crate::http::HttpSessions;
use crate::requests::RequestLog;
use crate::settings::{ControlToken, Credentials, Settings};
use crate::world::{Notice, PASSWORD, PersonKey, Topic, World};

/// Everything that changes, behind the floor's lock.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) hub: Hub,
    pub(crate) sessions: HttpSessions,
    pub(crate) requests: RequestLog,
    pub(crate) roster: RosterCache,
}

/// A floor that is open. Its clock is tokio's, so it stands still and jumps with a paused one.
pub(crate) struct Floor {
    state: Mutex<State>,
    opened: Instant,
    /// Told whenever something due earlier than before may have been planned.
    replan: Arc<Notify>,
    pub(crate) origin: String,
    pub(crate) token: ControlToken,
    pub(crate) first_supervisor: Credentials,
}

impl Floor {
    /// Opens a floor that calls itself `origin` (for instance `http://127.0.0.1:8080`), and starts its clock.
    /// Must be called within a tokio runtime.
    pub(crate) fn open(settings: Settings, origin: String) -> Arc<Self> {
        let world = World::new(&settings, format!("{origin}/api/v2"));
        let token = settings
            .control_token
            .unwrap_or_else(|| format!("{:032x}", fastrand::u128(..)));
        // Session ids come from chance, not from the seed: they must not be guessable from outside.
        let state = State {
            world,
            hub: Hub::new(settings.cometd, Rng::new()),
            sessions: HttpSessions::new(Rng::new()),
            requests: RequestLog::default(),
            roster: RosterCache::default(),
        };
        let floor = Arc::new(Self {
            state: Mutex::new(state),
            opened: Instant::now(),
            replan: Arc::new(Notify::new()),
            origin,
            token: ControlToken(token),
            first_supervisor: Credentials {
                user_name: "sam".to_owned(),
                password: PASSWORD.to_owned(),
                place: "Place_5005".to_owned(),
            },
        });
        tokio::spawn(keep_time(Arc::downgrade(&floor), Arc::clone(&floor.replan)));
        floor
    }

    /// Works on the floor as it is now, and delivers what people must hear of it.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        self.with_sender(None, work)
    }

    /// The same for an operation somebody sent: what they themselves hear of it is its confirmation, which faults may
    /// delay or swallow.
    pub(crate) fn with_sender<T>(&self, sender: Option<PersonKey>, work: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.locked_now();
        let result = work(&mut state);
        state.deliver(sender);
        drop(state);
        self.replan.notify_one();
        result
    }

    /// The state with its clock moved to now.
    fn locked_now(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere must not take the whole practice floor down.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.opened.elapsed();
        state.world.advance(now);
        state.deliver(None);
        state.hub.advance(now);
        state
    }

    /// The moment of the runtime's clock that is `time` on this floor's.
    pub(crate) fn instant(&self, time: Duration) -> Instant {
        self.opened + time
    }

    fn catch_up(&self) -> Option<Instant> {
        let state = self.locked_now();
        let due = [state.world.next_due(), state.hub.next_due()]
            .into_iter()
            .flatten()
            .min();
        due.map(|due| self.instant(due))
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        self.replan.notify_one();
    }
}

/// Moves the floor's clock whenever something is due, until the floor is gone.
async fn keep_time(floor: Weak<Floor>, replan: Arc<Notify>) {
    while let Some(floor) = floor.upgrade() {
        let due = floor.catch_up();
        drop(floor);
        match due {
            Some(due) => {
                tokio::select! {
                    () = tokio::time::sleep_until(due) => {}
                    () = replan.notified() => {}
                }
            }
            None => replan.notified().await,
        }
    }
}

impl State {
    fn deliver(&mut self, sender: Option<PersonKey>) {
        let notices = self.world.take_notices();
        if notices.is_empty() {
            return;
        }
        let confirms = |notice: &Notice| Some(notice.to) == sender;
        let swallow =
            notices.iter().any(confirms) && take_one(&mut self.world.faults.missing_confirmation_next);
        let delay = Duration::from_millis(self.world.faults.delayed_confirmation_ms);
        for notice in self.in_order(notices) {
            let confirmation = confirms(&notice);
            if confirmation && swallow {
                continue;
            }
            let mut delay = if confirmation { delay } else { Duration::ZERO };
            if matches!(notice.topic, Topic::Written(_)) {
                if take_one(&mut self.world.faults.missing_session_next) {
                    continue;
                }
                delay = delay.max(Duration::from_millis(self.world.faults.delayed_session_ms));
            }
            self.send(notice, delay);
        }
    }

    /// The notices as they are to be sent: those about written sessions may be turned round.
    fn in_order(&mut self, mut notices: Vec<Notice>) -> Vec<Notice> {
        let written = notices
            .iter()
            .any(|notice| matches!(notice.topic, Topic::Written(_)));
        if written && take_one(&mut self.world.faults.reordered_session_next) {
            notices.reverse();
        }
        notices
    }

    fn send(&mut self, notice: Notice, delay: Duration) {
        let Notice { to, topic, mut data } = notice;
        if self.world.person(to).signed_in && take_one(&mut self.world.faults.malformed_notification_next) {
            data = malformed(&data, self.world.faults.malformed_notification_next);
        }
        let now = self.world.now();
        let channel = topic.channel(&self.world.faults);
        self.hub.publish_after(delay, to, channel, data, now);
    }
}

/// A message broken in one of several ways: fields of the wrong type, missing, or not an object at all.
fn malformed(data: &Value, way: u32) -> Value {
    let kind = data["messageType"].clone();
    match way % 5 {
        0 => json!({"messageType": kind, "devices": "none", "call": 17, "channels": {}, "services": false}),
        1 => {
            json!({"messageType": kind, "devices": [{"id": 5005, "capabilities": "Coach"}], "call": {"id": null, "state": []}})
        }
        2 => json!({"messageType": ["DeviceStateChangeMessage"]}),
        3 => json!({"devices": [null]}),
        _ => json!("what was here is gone"),
    }
}
