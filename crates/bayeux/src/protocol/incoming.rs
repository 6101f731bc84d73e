//! The messages a server sends, read liberally: servers differ in what they leave out and in how they write numbers.
//!
//! Of each message only the outline is read here. What was published stays the text it is until the application reads it.

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::advice::{Advice, Reconnect};
use crate::event::Message;
use crate::json::{Json, is_readable};
use crate::server_error::ServerError;
use crate::transport::Transport;

/// One element of a reply.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// Something for the application.
    Brought(Brought),
    /// The answer to one of our messages, or a word of the server about the session.
    Answer(Answer),
}

/// What comes along with answers.
#[derive(Debug)]
pub(crate) enum Brought {
    /// Something published on a channel.
    Event(Message),
    /// Something of which no message can be made.
    Unreadable { text: String, reason: String },
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

/// The outline of a message: its fields as they stand in the text.
#[derive(Debug, Default)]
pub(crate) struct Outline<'a> {
    channel: Option<&'a RawValue>,
    id: Option<&'a RawValue>,
    data: Option<&'a RawValue>,
    ext: Option<&'a RawValue>,
    successful: Option<&'a RawValue>,
    client_id: Option<&'a RawValue>,
    connection_types: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
    advice: Option<&'a RawValue>,
}

impl Outline<'_> {
    /// Reads the message, which is a part of `reply` and came by this transport; nothing where it is no message at all.
    pub(crate) fn read(&self, reply: &Bytes, transport: Transport) -> Option<Incoming> {
        let channel = self.channel.and_then(text);
        let is_answer = match &channel {
            Some(channel) => {
                channel.starts_with("/meta/") || (self.data.is_none() && self.successful.is_some())
            }
            None => self.successful.is_some(),
        };
        if is_answer {
            return Some(Incoming::Answer(self.answer(channel, transport)));
        }
        let json = |raw: &RawValue| Json::part_of(reply, raw.get());
        let ext = self.ext.filter(|ext| ext.get() != "null");
        Some(Incoming::Brought(Brought::Event(Message {
            channel: channel?,
            data: self.data.map_or_else(Json::null, json),
            id: self.id.and_then(text),
            ext: ext.map(json),
        })))
    }

    fn answer(&self, channel: Option<String>, transport: Transport) -> Answer {
        let value = |field: Option<&RawValue>| field.map(value).unwrap_or_default();
        let advice = value(self.advice);
        let advice = advice.as_object().filter(|advice| !advice.is_empty());
        Answer {
            channel,
            id: self.id.and_then(text),
            successful: self
                .successful
                .is_some_and(|word| matches!(word.get(), "true" | "\"true\"")),
            client_id: self.client_id.and_then(text).filter(|id| !id.is_empty()),
            connection_types: match value(self.connection_types) {
                Value::Array(types) => Some(types.iter().filter_map(name).collect()),
                _ => None,
            },
            error: ServerError::new(&self.error.and_then(text).unwrap_or_default()),
            advice: advice.map(|advice| Advice::read(advice, transport)),
            ext: Some(value(self.ext)).filter(Value::is_object),
        }
    }
}

/// Fails on what is not an object, and on a field that is JSON in form only.
impl<'de> Deserialize<'de> for Outline<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Outlining)
    }
}

struct Outlining;

impl<'de> Visitor<'de> for Outlining {
    type Value = Outline<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outline<'de>, A::Error> {
        let mut outline = Outline::default();
        while let Some(name) = map.next_key::<Name>()? {
            let field = match name {
                Name::Channel => &mut outline.channel,
                Name::Id => &mut outline.id,
                Name::Data => &mut outline.data,
                Name::Ext => &mut outline.ext,
                Name::Successful => &mut outline.successful,
                Name::ClientId => &mut outline.client_id,
                Name::SupportedConnectionTypes => &mut outline.connection_types,
                Name::Error => &mut outline.error,
                Name::Advice => &mut outline.advice,
                Name::Other => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            let raw: &RawValue = map.next_value()?;
            if !is_readable(raw.get()) {
                return Err(A::Error::custom("JSON in form only"));
            }
            *field = Some(raw);
        }
        Ok(outline)
    }
}

/// The names of the fields that mean something.
#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Name {
    Channel,
    Id,
    Data,
    Ext,
    Successful,
    ClientId,
    SupportedConnectionTypes,
    Error,
    Advice,
    #[serde(other)]
    Other,
}

fn value(raw: &RawValue) -> Value {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

/// A string, or a number in its place.
fn text(raw: &RawValue) -> Option<String> {
    let text = raw.get();
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match inner {
        Some(plain) if !plain.contains('\\') => Some(plain.to_owned()),
        _ => name(&value(raw)),
    }
}

fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
