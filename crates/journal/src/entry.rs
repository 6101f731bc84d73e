//! What an entry says: a step of a coaching, what the supervisor made of it, or that old entries were removed.

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::chain::{Canonical, Hash};
use crate::error::JournalError;
use crate::text::KeptText;
use crate::words::{Act, Channel, Effect, Kind, NextStep, Uptake, What};

/// The largest number an entry may hold: 2^53 - 1, the last whole number that every JSON reader keeps exact.
pub const LARGEST_NUMBER: u64 = (1 << 53) - 1;

/// What the caller knows about one event. No field but [`NewEntry::text`] may hold customer content or whisper text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewEntry {
    /// When it happened: milliseconds since the Unix epoch, at most [`LARGEST_NUMBER`].
    pub at_ms: u64,
    /// User name of the supervisor.
    pub supervisor: String,
    /// The agent's name as it was shown to the supervisor at that moment.
    pub agent: String,
    /// The agent's id on the server.
    pub agent_id: String,
    /// Voice, SMS or chat.
    pub channel: Channel,
    /// Listen in, coach or barge in.
    pub act: Act,
    /// The mode in the server's word (`NextCall`, `AllChats`, …), where one was chosen.
    pub mode: Option<String>,
    /// The scope in the server's word (`Agent`, `Call`), where one was chosen.
    pub scope: Option<String>,
    /// What happened.
    pub event: What,
    /// How long this step took, in milliseconds, where it was measured; at most [`LARGEST_NUMBER`].
    pub took_ms: Option<u64>,
    /// The stable code of the error, where there was one. A code, never a text from the server.
    pub error_code: Option<String>,
    /// The host of the server, or the name of the practice floor.
    pub server: String,
    /// Groups the entries of one coaching, from its request to its end.
    pub session: String,
    /// Why the supervisor does it, where they were asked: on the entry of the request.
    pub reason: Option<String>,
    /// What was written, where policy allows to keep it.
    pub text: Option<KeptText>,
}

impl NewEntry {
    /// Refuses what the file or a reader of an export could not hold exactly.
    pub(crate) fn check(&self) -> Result<(), JournalError> {
        exact("at_ms", self.at_ms)?;
        exact("took_ms", self.took_ms.unwrap_or(0))
    }
}

/// What the supervisor made of one coaching: three taps, tags, a note, a day to come back to it.
///
/// It is an entry of its own, because no entry is ever changed. To correct it, append it again, whole: the newest one of a
/// coaching holds, and the ones before stay in the journal (ADR 7). A note is the supervisor's own words; the caller asks
/// them to leave the customer's out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Debrief {
    /// When it was given: milliseconds since the Unix epoch, at most [`LARGEST_NUMBER`].
    pub at_ms: u64,
    /// User name of the supervisor who gives it.
    pub supervisor: String,
    /// The coaching it is about: [`NewEntry::session`].
    pub session: String,
    /// Whether the agent used the help.
    pub uptake: Option<Uptake>,
    /// How the interaction went on.
    pub effect: Option<Effect>,
    /// What comes next.
    pub next_step: Option<NextStep>,
    /// Words to find it by. Appending trims them and drops empty and repeated ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Free words.
    pub note: Option<String>,
    /// The day to come back to it.
    pub follow_up: Option<Date>,
}

impl Debrief {
    pub(crate) fn check(&self) -> Result<(), JournalError> {
        exact("at_ms", self.at_ms)
    }

    /// The same with each tag once and without space around it.
    pub(crate) fn tidy(mut self) -> Self {
        let mut tags: Vec<String> = Vec::with_capacity(self.tags.len());
        for tag in self.tags {
            let tag = tag.trim();
            if !tag.is_empty() && !tags.iter().any(|known| known == tag) {
                tags.push(tag.to_owned());
            }
        }
        self.tags = tags;
        self
    }
}

/// The tombstone of old entries that a policy removed. It holds what the chain needs to stay whole without them.
///
/// Entries are only ever removed from the beginning, so the newest tombstone tells where the journal now begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Removal {
    /// When they were removed: milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The limit: what is older than this moment was to go. Milliseconds since the Unix epoch.
    pub older_than_ms: u64,
    /// Sequence number of the first entry that was removed.
    pub removed_from: u64,
    /// Sequence number of the last entry that was removed.
    pub removed_through: u64,
    /// Hash of that last entry: the first one that is left names it as the one before.
    pub removed_hash: Hash,
}

impl Removal {
    /// How many entries were removed.
    pub fn count(&self) -> u64 {
        (self.removed_through + 1).saturating_sub(self.removed_from)
    }

    pub(crate) fn check(&self) -> Result<(), JournalError> {
        exact("at_ms", self.at_ms)?;
        exact("older_than_ms", self.older_than_ms)
    }
}

/// What stands in an entry of any kind. As JSON it has a member `kind`, but for events, which had none in schema 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A step of a coaching.
    Event(NewEntry),
    /// What the supervisor made of it.
    Debrief(Debrief),
    /// Old entries were removed.
    Removal(Removal),
}

impl Content {
    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Event(_) => Kind::Event,
            Self::Debrief(_) => Kind::Debrief,
            Self::Removal(_) => Kind::Removal,
        }
    }

    /// When it happened, was given or was done: milliseconds since the Unix epoch.
    pub fn at_ms(&self) -> u64 {
        match self {
            Self::Event(event) => event.at_ms,
            Self::Debrief(debrief) => debrief.at_ms,
            Self::Removal(removal) => removal.at_ms,
        }
    }

    /// The coaching it belongs to.
    pub fn session(&self) -> Option<&str> {
        match self {
            Self::Event(event) => Some(&event.session),
            Self::Debrief(debrief) => Some(&debrief.session),
            Self::Removal(_) => None,
        }
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.members().serialize(serializer)
    }
}

/// An entry as it stands in the journal: by itself an event, or of the kind that `C` says. As JSON it is one flat object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry<C = NewEntry> {
    /// Place in the journal: 1, 2, 3 … without a gap.
    pub sequence: u64,
    /// Hash of the entry before; [`Hash::ORIGIN`] for the first.
    pub previous: Hash,
    /// Hash of this entry; [`struct@Hash`] defines it.
    pub hash: Hash,
    /// What was recorded.
    #[serde(flatten)]
    pub content: C,
}

impl Entry<Content> {
    /// The same entry with the content that is picked, if it is.
    pub(crate) fn pick<C>(self, pick: impl FnOnce(Content) -> Option<C>) -> Option<Entry<C>> {
        Some(Entry {
            sequence: self.sequence,
            previous: self.previous,
            hash: self.hash,
            content: pick(self.content)?,
        })
    }
}

fn exact(field: &'static str, number: u64) -> Result<(), JournalError> {
    if number > LARGEST_NUMBER {
        return Err(JournalError::OutOfRange { field });
    }
    Ok(())
}
