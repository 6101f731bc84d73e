//! What was written, and what else happened in a session (`gws/digital.md 2.7`).

use crate::digital::session::Participant;
use crate::reading::{FromWire, Reader};
use crate::vocabulary::{MessageType, Visibility};

/// One entry of a transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its number in the session, from 1. Numbers may be left out and may come twice, so it is never a place in a
    /// list: the same number is the same message. Without one a message cannot be told from its repetition.
    pub index: Option<u64>,
    /// What it is. A message that does not say is kept, as `Other("Unknown")`: something happened.
    pub kind: MessageType,
    /// Who it is from.
    pub from: Option<Participant>,
    /// What it says. From a customer: hostile text.
    pub text: Option<String>,
    /// Where a sent link leads. Never to be opened unasked.
    pub url: Option<String>,
    /// Who reads it.
    pub visibility: Option<Visibility>,
    /// When, as the server writes it, with the server's offset from UTC.
    pub timestamp: Option<String>,
    /// When, in milliseconds since 1970 UTC. The wire calls it `timestampSeconds`, and means milliseconds.
    pub timestamp_milliseconds: Option<i64>,
}

impl Message {
    /// Whether it is only to be shown as a line from the server: a notice, and everything we have no better way for.
    pub fn is_notice(&self) -> bool {
        matches!(
            self.kind,
            MessageType::Notice | MessageType::TranscriptSaveDone | MessageType::Other(_)
        )
    }

    /// Whether it only says that somebody types or stopped; no line of a transcript.
    pub fn is_typing(&self) -> bool {
        matches!(self.kind, MessageType::TypingStarted | MessageType::TypingStopped)
    }

    /// Whether the customer certainly does not see it.
    pub fn is_hidden_from_customer(&self) -> bool {
        self.visibility
            .as_ref()
            .is_some_and(Visibility::hides_from_customer)
    }
}

impl FromWire for Message {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        reader.object()?;
        Some(Self {
            index: reader.get("index"),
            kind: kind(reader),
            from: reader.get("from"),
            text: reader.get("text"),
            url: reader.get("url"),
            visibility: reader.get("visibility"),
            timestamp: reader.get("timestamp"),
            timestamp_milliseconds: reader.get("timestampSeconds"),
        })
    }
}

fn kind(message: &Reader<'_>) -> MessageType {
    message.get("type").unwrap_or_else(|| {
        message.note("a message with a type");
        MessageType::Other("Unknown".to_owned())
    })
}
