//! The subscription of the doctor: begun like any other, watched for as long as a poll lasts, and forgotten.

use std::collections::BTreeMap;
use std::time::Duration;

use bayeux::{Event, Failure};
use desk::fault::{Fault, FaultCode};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout_at};

use super::check::Finding;
use super::judge;
use crate::subscription::Polls;

/// How long the handshake may take.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(15);

/// A subscription under way.
pub(super) struct Begun {
    pub(super) events: mpsc::Receiver<Event>,
    pub(super) polls: watch::Receiver<Polls>,
    pub(super) refused: BTreeMap<String, String>,
}

impl Begun {
    /// Watches until a poll was held as long as the server means to, or was cut, or the time is over.
    pub(super) async fn watch_poll(mut self, within: Duration) -> (Finding, Option<()>) {
        let started = Instant::now();
        let until = started + within;
        loop {
            let polls = self.polls.borrow_and_update().clone();
            if polls.is_settled() || Instant::now() >= until {
                return (judge::poll(&polls, within), Some(()));
            }
            tokio::select! {
                changed = self.polls.changed() => if changed.is_err() {
                    return (judge::poll(&polls, within), Some(()));
                },
                // Taken and forgotten, so that the subscription goes on.
                _ = self.events.recv(), if !self.events.is_closed() => {}
                () = tokio::time::sleep_until(until) => {}
            }
        }
    }
}

pub(super) async fn connected(
    events: &mut mpsc::Receiver<Event>,
    refused: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    let until = Instant::now() + HANDSHAKE_WITHIN;
    let mut trouble = "no answer in time".to_owned();
    loop {
        match timeout_at(until, events.recv()).await {
            // The time is over, or the client has ended without a word.
            Err(_) | Ok(None) => return Err(trouble),
            Ok(Some(Event::Connected)) => return Ok(()),
            Ok(Some(Event::SubscriptionRefused { channel, error })) => {
                refused.insert(channel, error.to_string());
            }
            Ok(Some(Event::Interrupted(bayeux::Interruption::Failed(
                why @ Failure::NotAuthenticated { .. },
            )))) => {
                return Err(why.to_string());
            }
            Ok(Some(Event::Interrupted(why))) => trouble = why.to_string(),
            Ok(Some(Event::Closed(why))) => return Err(why.to_string()),
            Ok(Some(_)) => {}
        }
    }
}

pub(super) fn not_subscribed(why: &str) -> Fault {
    let words = format!("The server does not take the subscription: {why}.");
    Fault::new(FaultCode::LinkDown, words).with_hint(
        "Check that cookies pass the proxy, and that the path /notifications is let through to the server.",
    )
}
