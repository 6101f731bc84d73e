//! The messages a server sends, read liberally: servers differ in what they leave out and in how they write numbers.

use serde_json::{Map, Value};

use super::advice::{Advice, Reconnect};
use crate::event::Message;
use crate::server_error::ServerError;
use crate::transport::Transport;

/// One element of a reply.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// Something published on a channel.
    Event(Message),
    /// Something of which no message can be made.
    Unreadable { text: String, reason: String },
    /// The answer to one of our messages, or a word of the server about the session.
    Answer(Answer),
}

/// An answer. Everything but `successful` may be missing.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) channel: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) successful: bool,
    pub(crate) client_id: Option<String>,
    pub(crate) connection_types: Option<Vec<String>>,
    pub(crate) error: ServerError,
    pub(crate) advice: Option<Advice>,
    pub(crate) ext: Option<Value>,
}

impl Answer {
    /// Whether this answers the message with this channel and id.
    ///
    /// Never by id alone, for publishers number their messages as they like; only an answer that names no channel at all (some
    /// servers do so in errors) is known by its id.
    pub(crate) fn answers(&self, channel: &str, id: &str) -> bool {
        match (&self.channel, &self.id) {
            (Some(its_channel), Some(its_id)) => its_channel == channel && its_id == id,
            (Some(its_channel), None) => its_channel == channel,
            (None, Some(its_id)) => its_id == id,
            (None, None) => false,
        }
    }

    /// What the server advises with this answer, if anything.
    pub(crate) fn reconnect(&self) -> Option<Reconnect> {
        self.advice.as_ref().and_then(|advice| advice.reconnect)
    }
}

/// Reads one element of what came by this transport; nothing where it is no message at all.
pub(crate) fn read(element: Value, transport: Transport) -> Option<Incoming> {
    let Value::Object(mut fields) = element else {
        return None;
    };
    let channel = text(fields.remove("channel"));
    let id = text(fields.remove("id"));
    let is_answer = match &channel {
        Some(channel) => {
            channel.starts_with("/meta/")
                || (!fields.contains_key("data") && fields.contains_key("successful"))
        }
        None => fields.contains_key("successful"),
    };
    if is_answer {
        return Some(Incoming::Answer(answer(channel, id, fields, transport)));
    }
    let data = fields.remove("data").unwrap_or_default();
    let ext = fields.remove("ext").filter(|ext| !ext.is_null());
    let mut message = Message::new(channel?, data);
    (message.id, message.ext) = (id, ext);
    Some(Incoming::Event(message))
}

fn answer(
    channel: Option<String>,
    id: Option<String>,
    mut fields: Map<String, Value>,
    transport: Transport,
) -> Answer {
    let successful = match fields.get("successful") {
        Some(Value::Bool(successful)) => *successful,
        Some(Value::String(word)) => word == "true",
        _ => false,
    };
    let connection_types = fields
        .remove("supportedConnectionTypes")
        .and_then(|types| match types {
            Value::Array(types) => Some(types.into_iter().filter_map(|name| text(Some(name))).collect()),
            _ => None,
        });
    Answer {
        channel,
        id,
        successful,
        client_id: text(fields.remove("clientId")).filter(|id| !id.is_empty()),
        connection_types,
        error: ServerError::new(&text(fields.remove("error")).unwrap_or_default()),
        advice: fields
            .get("advice")
            .and_then(Value::as_object)
            .filter(|advice| !advice.is_empty())
            .map(|advice| Advice::read(advice, transport)),
        ext: fields.remove("ext").filter(Value::is_object),
    }
}

/// A string, or a number in its place.
fn text(value: Option<Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
