//! What can befall the pushes in an answer, where the server has no acknowledgements.
//!
//! The simulated server has none, as nobody knows of a GWS that has them. Then the protocol promises neither that a push
//! arrives nor in which order those arrive that go out one after the other; nothing on the wire tells of either, so Sotto
//! can only look again by itself.

use bytes::Bytes;
use fastrand::Rng;
use serde_json::Value;
use tokio::time::Instant;

use super::{Memory, Net, parsed, words};
use crate::log::Log;

/// What befalls a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PushFault {
    /// It never arrives.
    Swallowed,
    /// It arrives with the next answer to a poll, behind the pushes that are in there.
    Overtaken,
    /// It stands elsewhere in its own answer.
    Shuffled,
}

/// What lies ahead of coming pushes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PushTrouble {
    pub(crate) fault: PushFault,
    /// It befalls one push in so many.
    pub(crate) one_in: u8,
    /// So many more.
    pub(crate) left: u32,
}

/// A push that is held back.
struct HeldBack {
    /// The CometD session it is for.
    client: String,
    push: Value,
    /// When the server said it.
    said: Instant,
}

/// The pushes of one run: what lies ahead of them, and those that are held back.
#[derive(Default)]
pub(crate) struct Pushes {
    pub(crate) ahead: Vec<PushTrouble>,
    held_back: Vec<HeldBack>,
    /// One never arrived, and nothing told of it.
    pub(crate) any_swallowed: bool,
    /// One arrived behind another that went out later.
    pub(crate) any_out_of_order: bool,
}

/// One word of the server, and when it said that.
pub(super) type Said = (Value, Instant);

/// What came of the pushes in one answer.
#[derive(Default)]
struct Befallen {
    messages: Vec<Said>,
    swallowed: Vec<Value>,
    held_back: Vec<Value>,
    /// They arrive now, behind others.
    overtaken: usize,
    shuffled: usize,
}

impl Pushes {
    /// From now on nothing befalls a push. Those that are held back still come.
    pub(super) fn heal(&mut self) {
        self.ahead.clear();
    }

    fn is_quiet(&self) -> bool {
        self.ahead.is_empty() && self.held_back.is_empty()
    }

    fn take_one(&mut self, rng: &mut Rng) -> Option<PushFault> {
        let index = self
            .ahead
            .iter()
            .position(|trouble| rng.u8(..trouble.one_in.max(1)) == 0)?;
        let trouble = self.ahead.get_mut(index)?;
        let fault = trouble.fault;
        trouble.left = trouble.left.saturating_sub(1);
        if trouble.left == 0 {
            self.ahead.remove(index);
        }
        Some(fault)
    }

    /// The answer as it arrives. Pushes stand before the word of the server on the poll, as it sends them.
    fn arrive(&mut self, client: &str, messages: Vec<Said>, rng: &mut Rng) -> Befallen {
        let polled = messages.iter().any(|(message, _)| is_polled(message));
        let (late, kept) = std::mem::take(&mut self.held_back)
            .into_iter()
            .partition(|held: &HeldBack| polled && held.client == client);
        self.held_back = kept;
        let late: Vec<HeldBack> = late;
        let mut befallen = Befallen::default();
        let (pushes, words): (Vec<Said>, Vec<Said>) =
            messages.into_iter().partition(|(message, _)| is_push(message));
        for (push, said) in pushes {
            match self.take_one(rng) {
                Some(PushFault::Swallowed) => befallen.swallowed.push(push),
                Some(PushFault::Overtaken) => {
                    befallen.held_back.push(push.clone());
                    let client = client.to_owned();
                    self.held_back.push(HeldBack { client, push, said });
                }
                Some(PushFault::Shuffled) if !befallen.messages.is_empty() => {
                    let place = rng.usize(..befallen.messages.len());
                    befallen.shuffled += 1;
                    befallen.messages.insert(place, (push, said));
                }
                Some(PushFault::Shuffled) | None => befallen.messages.push((push, said)),
            }
        }
        if !befallen.messages.is_empty() {
            befallen.overtaken = late.len();
        }
        let late = late.into_iter().map(|held| (held.push, held.said));
        befallen.messages.extend(late);
        befallen.messages.extend(words);
        befallen
    }
}

impl Net {
    /// The answer to a poll of this client as it arrives, and everything in it.
    pub(super) fn pushes_arrive(
        &self,
        number: u64,
        client: &str,
        body: &mut Bytes,
        said: Instant,
    ) -> Vec<Said> {
        let Value::Array(messages) = parsed(body) else {
            return Vec::new();
        };
        let messages: Vec<Said> = messages.into_iter().map(|message| (message, said)).collect();
        let mut memory = self.memory();
        let Memory { pushes, rng, .. } = &mut *memory;
        if pushes.is_quiet() {
            return messages;
        }
        let befallen = pushes.arrive(client, messages, rng);
        pushes.any_swallowed |= !befallen.swallowed.is_empty();
        pushes.any_out_of_order |= befallen.shuffled > 0 || befallen.overtaken > 0;
        drop(memory);
        befallen.tell(number, &self.0.log);
        let arrived = befallen.messages.iter().map(|(message, _)| message.clone());
        *body = Bytes::from(Value::Array(arrived.collect()).to_string());
        befallen.messages
    }
}

impl Befallen {
    fn tell(&self, number: u64, log: &Log) {
        for push in &self.swallowed {
            log.count("pushes swallowed");
            log.say("fault", || {
                format!("#{number}: swallowed: {}", words::message(push))
            });
        }
        for push in &self.held_back {
            log.count("pushes held back");
            log.say("fault", || {
                format!("#{number}: held back: {}", words::message(push))
            });
        }
        for _ in 0..self.overtaken {
            log.count("pushes overtaken by those of a later answer");
        }
        for _ in 0..self.shuffled {
            log.count("pushes in another order in one answer");
        }
        if self.overtaken + self.shuffled > 0 {
            log.say("fault", || {
                format!("#{number}: its pushes are not in the order in which the server sent them")
            });
        }
    }
}

fn is_push(message: &Value) -> bool {
    message["channel"]
        .as_str()
        .is_some_and(|channel| !channel.starts_with("/meta/"))
}

/// Whether this is the server's word that a poll went well.
fn is_polled(message: &Value) -> bool {
    message["channel"] == "/meta/connect" && message["successful"] == true
}

/// Whom a poll is for.
pub(super) fn client_of(body: &Bytes) -> String {
    let client = &parsed(body)[0]["clientId"];
    client.as_str().unwrap_or_default().to_owned()
}

/// Every push in an answer once more, right behind itself.
pub(super) fn doubled(body: Bytes) -> Bytes {
    let Value::Array(messages) = parsed(&body) else {
        return body;
    };
    let twice = messages.into_iter().flat_map(|message| {
        let again = is_push(&message).then(|| message.clone());
        std::iter::once(message).chain(again)
    });
    Bytes::from(Value::Array(twice.collect()).to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(texts: &[&str]) -> Vec<Said> {
        let pushes = texts
            .iter()
            .map(|text| json!({"channel": "/v2/me/calls", "data": text}));
        let word = json!({"channel": "/meta/connect", "successful": true});
        pushes
            .chain([word])
            .map(|message| (message, Instant::now()))
            .collect()
    }

    fn texts(messages: &[Said]) -> Vec<&str> {
        messages
            .iter()
            .map(|(message, _)| message["data"].as_str().unwrap_or("word"))
            .collect()
    }

    fn all(fault: PushFault, left: u32) -> Pushes {
        let trouble = PushTrouble {
            fault,
            one_in: 1,
            left,
        };
        Pushes {
            ahead: vec![trouble],
            ..Pushes::default()
        }
    }

    #[test]
    fn a_swallowed_push_is_gone_and_the_word_on_the_poll_is_not() {
        let (mut pushes, mut rng) = (all(PushFault::Swallowed, 1), Rng::with_seed(1));
        let befallen = pushes.arrive("c", answer(&["a", "b"]), &mut rng);
        assert_eq!(texts(&befallen.messages), ["b", "word"]);
        assert_eq!(befallen.swallowed.len(), 1);
    }

    #[test]
    fn a_push_that_was_held_back_comes_behind_later_ones_of_the_same_client_only() {
        let (mut pushes, mut rng) = (all(PushFault::Overtaken, 1), Rng::with_seed(1));
        let first = pushes.arrive("c", answer(&["a"]), &mut rng);
        assert_eq!(texts(&first.messages), ["word"]);
        let other = pushes.arrive("d", answer(&["x"]), &mut rng);
        assert_eq!(texts(&other.messages), ["x", "word"]);
        let next = pushes.arrive("c", answer(&["b"]), &mut rng);
        assert_eq!(
            (texts(&next.messages), next.overtaken),
            (vec!["b", "a", "word"], 1)
        );
        assert!(pushes.held_back.is_empty());
    }
}
