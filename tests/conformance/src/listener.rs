//! Our client as a scenario sees it: everything it said, in order, with the time.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bayeux::{Client, Closure, Config, Event, Exchange, Message};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use crate::mismatch::{Mismatch, Trouble, expect_equal};

/// A client and what it said so far.
#[derive(Debug)]
pub struct Listener {
    /// The client itself.
    pub client: Client,
    said: Arc<Mutex<Vec<Said>>>,
    changed: watch::Receiver<usize>,
}

/// An event, and when it came.
#[derive(Debug, Clone)]
pub struct Said {
    /// When the client said it.
    pub at: Instant,
    /// What it said.
    pub event: Event,
}

impl Listener {
    /// Starts a client and listens to it from the first event on.
    pub fn start(exchange: Arc<dyn Exchange>, config: Config) -> Self {
        let (client, mut events) = Client::start(exchange, config);
        let said = Arc::new(Mutex::new(Vec::new()));
        let (count, changed) = watch::channel(0);
        let keep = Arc::clone(&said);
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                let at = Instant::now();
                keep.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(Said { at, event });
                count.send_modify(|count| *count += 1);
            }
        });
        Self {
            client,
            said,
            changed,
        }
    }

    /// Subscribes to one more channel.
    pub fn subscribe(&self, channel: &str) -> Result<(), Trouble> {
        Ok(self.client.subscribe(channel)?)
    }

    /// Everything it said so far.
    pub fn said(&self) -> Vec<Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How much it said so far: what comes later is [`Listener::said_since`].
    pub fn mark(&self) -> usize {
        self.said().len()
    }

    /// What it said after a mark.
    pub fn said_since(&self, mark: usize) -> Vec<Said> {
        self.said().split_off(mark)
    }

    /// The messages delivered so far.
    pub fn messages(&self) -> Vec<Message> {
        let message = |said: Said| match said.event {
            Event::Delivered(message) => Some(message),
            _ => None,
        };
        self.said().into_iter().filter_map(message).collect()
    }

    /// The numbers of the messages delivered on a channel so far.
    pub fn numbers(&self, channel: &str) -> Vec<u64> {
        let messages = self.messages().into_iter();
        messages
            .filter(|message| *message.channel == *channel)
            .filter_map(|message| number(&message.data.value()))
            .collect()
    }

    /// Waits until what it said satisfies a test.
    pub async fn until(
        &self,
        what: &str,
        within: Duration,
        is_so: impl Fn(&[Said]) -> bool,
    ) -> Result<(), Mismatch> {
        let mut changed = self.changed.clone();
        let wait = async {
            while !is_so(&self.said()) {
                // The client is gone, so nothing more will come.
                if changed.changed().await.is_err() {
                    return is_so(&self.said());
                }
            }
            true
        };
        if timeout(within, wait).await.unwrap_or(false) {
            return Ok(());
        }
        Err(Mismatch::NeverCame {
            what: what.to_owned(),
            within,
            came: in_short(&self.said()),
        })
    }

    /// Waits for an event.
    pub async fn event(
        &self,
        what: &str,
        within: Duration,
        is_it: impl Fn(&Event) -> bool,
    ) -> Result<Said, Mismatch> {
        self.event_since(0, what, within, is_it).await
    }

    /// Waits for an event after a mark.
    pub async fn event_since(
        &self,
        mark: usize,
        what: &str,
        within: Duration,
        is_it: impl Fn(&Event) -> bool,
    ) -> Result<Said, Mismatch> {
        let find = |said: &[Said]| said.get(mark..)?.iter().find(|said| is_it(&said.event)).cloned();
        self.until(what, within, |said| find(said).is_some()).await?;
        find(&self.said()).ok_or_else(|| Mismatch::NeverCame {
            what: what.to_owned(),
            within,
            came: String::new(),
        })
    }

    /// Waits until the session is up.
    pub async fn connected(&self, within: Duration) -> Result<Said, Mismatch> {
        self.event("Connected", within, |event| matches!(event, Event::Connected))
            .await
    }

    /// Waits for an interruption of a kind after a mark.
    pub async fn interrupted(&self, mark: usize, code: &str, within: Duration) -> Result<Said, Mismatch> {
        let what = format!("Interrupted({code})");
        let is_it = |event: &Event| matches!(event, Event::Interrupted(why) if why.code() == code);
        self.event_since(mark, &what, within, is_it).await
    }

    /// Waits for messages to flow again after a mark; says whether there was a gap.
    pub async fn resumed(&self, mark: usize, within: Duration) -> Result<(Said, bool), Mismatch> {
        let is_it = |event: &Event| matches!(event, Event::Resumed { .. });
        let said = self.event_since(mark, "Resumed", within, is_it).await?;
        let gap = matches!(said.event, Event::Resumed { gap: true });
        Ok((said, gap))
    }

    /// Waits for the end; says why it came.
    pub async fn closed(&self, within: Duration) -> Result<Closure, Mismatch> {
        let is_it = |event: &Event| matches!(event, Event::Closed(_));
        let said = self.event("Closed", within, is_it).await?;
        match said.event {
            Event::Closed(why) => Ok(why),
            other => Err(Mismatch::Differs {
                what: "the last event".to_owned(),
                expected: "Closed".to_owned(),
                found: format!("{other:?}"),
            }),
        }
    }

    /// Waits until exactly these numbers have come on a channel, in order and each once.
    pub async fn numbered(
        &self,
        channel: &str,
        expected: Range<u64>,
        within: Duration,
    ) -> Result<(), Mismatch> {
        let last = expected.end.saturating_sub(1);
        let enough = |said: &[Said]| {
            said.iter().any(|said| match &said.event {
                Event::Delivered(message) => {
                    *message.channel == *channel && number(&message.data.value()) == Some(last)
                }
                _ => false,
            })
        };
        // What is missing or doubled says more than that the last one did not come.
        let waited = self
            .until(&format!("message {last} on {channel}"), within, enough)
            .await;
        let found = self.numbers(channel);
        if waited.is_err() && found.is_empty() {
            return waited;
        }
        expect_equal(
            format!("numbers on {channel}"),
            ranges(expected),
            ranges(found.iter().copied()),
        )
    }
}

/// Numbers as runs, for people: `0..3 7..9`.
pub(crate) fn ranges(numbers: impl IntoIterator<Item = u64>) -> String {
    let mut runs: Vec<Range<u64>> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some(run) if run.end == number => run.end += 1,
            _ => runs.push(number..number + 1),
        }
    }
    let texts: Vec<_> = runs.iter().map(|run| format!("{run:?}")).collect();
    texts.join(" ")
}

fn number(data: &Value) -> Option<u64> {
    data["i"].as_u64()
}

/// The last events, without the messages' contents.
fn in_short(said: &[Said]) -> String {
    let first = said.len().saturating_sub(8);
    let texts: Vec<_> = said[first..]
        .iter()
        .map(|said| match &said.event {
            Event::Delivered(message) => format!("Delivered({})", message.channel),
            Event::Interrupted(why) => format!("Interrupted({})", why.code()),
            Event::Closed(why) => format!("Closed({})", why.code()),
            other => format!("{other:?}"),
        })
        .collect();
    if texts.is_empty() {
        "nothing".to_owned()
    } else {
        texts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_as_runs() {
        assert_eq!(ranges([0, 1, 2, 7, 8, 8]), "0..3 7..9 8..9");
        assert_eq!(ranges([]), "");
    }
}
