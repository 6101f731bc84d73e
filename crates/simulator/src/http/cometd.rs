//! The CometD endpoint `/api/v2/notifications`: one POST, held open when there is nothing to tell.

use std::sync::Arc;

use axum::http::{Method, header};
use serde_json::{Value, json};

use super::reply::Reply;
use super::sessions::SignedIn;
use super::{Asked, turn_away};
use crate::bayeux::{Caller, Hold, Received, Resumed};
use crate::floor::Floor;
use crate::http::sessions::Stranger;

const BROWSER: &str = "BAYEUX_BROWSER";

pub(super) async fn answer(floor: &Arc<Floor>, asked: &Asked, signed_in: &SignedIn) -> Reply {
    if asked.parts.method != Method::POST {
        return Reply::html(405, "Method not allowed");
    }
    // A single message outside an array is accepted, as CometD's Java server does.
    let messages = match &asked.body {
        Value::Array(messages) => messages.clone(),
        Value::Object(_) => vec![asked.body.clone()],
        _ => return Reply::html(400, "Bad Request"),
    };
    let known_browser = asked.cookie(BROWSER);
    let shakes_hands = messages
        .iter()
        .any(|message| message["channel"] == "/meta/handshake");
    let new_browser =
        (shakes_hands && known_browser.is_none()).then(|| format!("{:024x}", fastrand::u128(..) >> 32));
    let browser = new_browser
        .as_deref()
        .or(known_browser)
        .unwrap_or_default()
        .to_owned();
    let received = floor.with(|state| {
        let supervisor = state.world.person(signed_in.person).is_supervisor();
        let caller = Caller {
            person: signed_in.person,
            supervisor,
            http_session: signed_in.session.clone(),
            browser,
        };
        let now = state.world.now();
        state
            .hub
            .receive(&caller, &messages, &state.world.faults.refused_topics, now)
    });
    let reply = match received {
        Received::Messages(messages) => Reply::json(200, json!(messages).to_string()),
        Received::Hold(hold) => {
            wait(
                floor,
                HeldConnect {
                    floor: Arc::clone(floor),
                    hold,
                },
                signed_in,
            )
            .await
        }
    };
    match new_browser {
        Some(browser) => reply.with(
            header::SET_COOKIE,
            &format!("{BROWSER}={browser};Path=/;HttpOnly"),
        ),
        None => reply,
    }
}

/// A connect that is open; tells the hub when the client has gone away meanwhile.
struct HeldConnect {
    floor: Arc<Floor>,
    hold: Hold,
}

impl Drop for HeldConnect {
    fn drop(&mut self) {
        self.floor.with(|state| {
            let now = state.world.now();
            state.hub.release(&self.hold, now);
        });
    }
}

async fn wait(floor: &Arc<Floor>, held: HeldConnect, signed_in: &SignedIn) -> Reply {
    let until = floor.instant(held.hold.until);
    loop {
        let resumed = floor.with(|state| {
            let now = state.world.now();
            state.sessions.touch(&signed_in.session, now);
            state.hub.resume(&held.hold, now)
        });
        match resumed {
            Resumed::Wait => {}
            Resumed::Messages(messages) => return Reply::json(200, json!(messages).to_string()),
            Resumed::Replaced => return Reply::html(500, "Replaced by a newer connect"),
            Resumed::SignedOut => return turn_away(floor, Stranger::Anonymous),
        }
        tokio::select! {
            () = tokio::time::sleep_until(until) => {}
            () = held.hold.wake.notified() => {}
        }
    }
}
