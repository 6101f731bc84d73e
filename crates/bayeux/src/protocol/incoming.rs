//! The messages a server sends, read liberally: servers differ in what they leave out and in how they write numbers.
//!
//! Of each message only the outline is read here. What was published stays the text it is until the application reads it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::advice::{Advice, Reconnect};
use crate::event::Message;
use crate::json::{self, Json, Look};
use crate::server_error::ServerError;
use crate::transport::Transport;

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

impl<'a> Outline<'a> {
    /// Whether every field can be read.
    pub(crate) fn is_readable(&self, look: Look) -> bool {
        self.fields().all(|field| look.is_readable(field))
    }

    /// What is wrong with the first field that cannot be read.
    pub(crate) fn read_through(&self) -> Result<(), serde_json::Error> {
        self.fields().try_for_each(json::read_through)
    }

    fn fields(&self) -> impl Iterator<Item = &'a str> {
        [
            self.channel,
            self.id,
            self.data,
            self.ext,
            self.successful,
            self.client_id,
            self.connection_types,
            self.error,
            self.advice,
        ]
        .into_iter()
        .flatten()
        .map(RawValue::get)
    }

    /// The channel, as it stands in the text or unescaped.
    pub(crate) fn channel(&self) -> Option<Cow<'a, str>> {
        self.channel.and_then(text)
    }

    /// Whether this answers something, rather than being published on the channel.
    pub(crate) fn is_answer(&self, channel: Option<&str>) -> bool {
        match channel {
            Some(channel) => {
                channel.starts_with("/meta/") || (self.data.is_none() && self.successful.is_some())
            }
            None => self.successful.is_some(),
        }
    }

    /// The message as one that was published.
    pub(crate) fn message(&self, channel: Arc<str>, part: impl Fn(&str) -> Json) -> Message {
        let ext = self.ext.filter(|ext| ext.get() != "null");
        Message {
            channel,
            data: self.data.map_or_else(Json::null, |data| part(data.get())),
            id: self.id.and_then(text).map(Cow::into_owned),
            ext: ext.map(|ext| part(ext.get())),
        }
    }

    /// The message as an answer, which came by this transport.
    pub(crate) fn answer(&self, transport: Transport) -> Answer {
        let value = |field: Option<&RawValue>| field.map(value).unwrap_or_default();
        let owned = |field: Option<&RawValue>| field.and_then(text).map(Cow::into_owned);
        let advice = value(self.advice);
        let advice = advice.as_object().filter(|advice| !advice.is_empty());
        Answer {
            channel: owned(self.channel),
            id: owned(self.id),
            successful: self
                .successful
                .is_some_and(|word| matches!(word.get(), "true" | "\"true\"")),
            client_id: owned(self.client_id).filter(|id| !id.is_empty()),
            connection_types: match value(self.connection_types) {
                Value::Array(types) => Some(types.iter().filter_map(name).collect()),
                _ => None,
            },
            error: ServerError::new(&owned(self.error).unwrap_or_default()),
            advice: advice.map(|advice| Advice::read(advice, transport)),
            ext: Some(value(self.ext)).filter(Value::is_object),
        }
    }
}

/// Fails on what is not an object.
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
            *field = Some(map.next_value()?);
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
fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let text = raw.get();
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match inner {
        Some(plain) if !plain.contains('\\') => Some(Cow::Borrowed(plain)),
        _ => name(&value(raw)).map(Cow::Owned),
    }
}

fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
