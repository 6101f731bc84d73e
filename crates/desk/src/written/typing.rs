//! Who types. The server says when somebody begins, and not always when they stop.

use std::collections::BTreeMap;

use gws::MessageType;
use gws::digital::Message;

use super::line::{Cast, Part, identity};
use crate::moment::Moment;

/// Somebody who was not heard of for so long has stopped, in milliseconds.
const BELIEVED_FOR_MS: u64 = 30_000;
/// More people than could be shown are not remembered.
const MOST: usize = 16;

/// The people who type in one session.
#[derive(Debug, Default)]
pub(super) struct Typists {
    /// By identity: the name, and until when it is believed.
    typing: BTreeMap<String, (String, Moment)>,
}

impl Typists {
    /// Somebody did something. `old` says that it was known before, or came late.
    pub(super) fn heed(&mut self, message: &Message, old: bool, cast: Cast<'_>, now: Moment) {
        let from = message.from.as_ref();
        let (Some(who), false) = (from.and_then(identity), cast.part(from) == Part::Own) else {
            return;
        };
        match message.kind {
            MessageType::TypingStarted => {
                let name = cast.name(from);
                if !old && !name.is_empty() && (self.typing.len() < MOST || self.typing.contains_key(&who)) {
                    self.typing.insert(who, (name, now.plus(BELIEVED_FOR_MS)));
                }
            }
            _ if old => {}
            MessageType::TypingStopped | MessageType::Text | MessageType::ParticipantLeft => {
                self.typing.remove(&who);
            }
            _ => {}
        }
    }

    pub(super) fn names(&self, now: Moment) -> Vec<String> {
        let still = self.typing.values().filter(|(_, until)| *until > now);
        still.map(|(name, _)| name.clone()).collect()
    }

    /// When the next one is not believed any more.
    pub(super) fn next_end(&self) -> Option<Moment> {
        self.typing.values().map(|(_, until)| *until).min()
    }

    pub(super) fn forget_old(&mut self, now: Moment) {
        self.typing.retain(|_, (_, until)| *until > now);
    }

    pub(super) fn clear(&mut self) {
        self.typing.clear();
    }
}
