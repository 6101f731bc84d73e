//! The REST part of the contract: what can be read and what can be done, over the world, without any HTTP.

mod body;
mod collection;
mod operate;
mod operate_call;
mod operate_device;
mod operate_written;
mod read;
mod roster;

use serde_json::{Map, Value, json};

pub use collection::Paging;
pub(crate) use collection::Selection;
pub(crate) use operate::operate;
pub(crate) use read::{read, read_statistics, version};
pub(crate) use roster::RosterCache;

use crate::world::{Refusal, World};

/// What a request comes to, before the envelope is put around it.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Attributes beside `statusCode`.
    Attributes(Map<String, Value>),
    /// A long list already rendered, comma-separated, under its plural name.
    List { plural: &'static str, items: String },
    /// Partial success: status code 7 with these attributes.
    Partial(Map<String, Value>),
    /// Done, and the HTTP session is over.
    SessionEnded,
}

impl Answer {
    /// Success with nothing to say.
    fn done() -> Self {
        Self::Attributes(Map::new())
    }

    /// One attribute.
    fn of(name: &str, value: Value) -> Self {
        Self::Attributes(Map::from_iter([(name.to_owned(), value)]))
    }
}

/// The body of an answer with its `statusCode`.
pub(crate) fn envelope(world: &World, answer: Answer) -> String {
    let object = |code: u8, attributes: Map<String, Value>| {
        let mut whole = Map::new();
        whole.insert("statusCode".to_owned(), status_code(world, code));
        whole.extend(attributes);
        Value::Object(whole).to_string()
    };
    match answer {
        Answer::Attributes(attributes) => object(0, attributes),
        Answer::Partial(attributes) => object(7, attributes),
        Answer::SessionEnded => object(0, Map::new()),
        Answer::List { plural, items } => {
            format!(
                "{{\"statusCode\":{},\"{plural}\":[{items}]}}",
                status_code(world, 0)
            )
        }
    }
}

/// The body of a refusal.
pub(crate) fn refusal_body(world: &World, refusal: &Refusal) -> String {
    let mut body = json!({"statusCode": status_code(world, refusal.status.code())});
    if !refusal.message.is_empty() {
        body["statusMessage"] = json!(refusal.message);
    }
    body.to_string()
}

/// One failed channel of a partial success.
fn refusal_item(refusal: &Refusal, channel: &str) -> Value {
    json!({"statusCode": refusal.status.code(), "statusMessage": refusal.message, "channel": channel})
}

fn status_code(world: &World, code: u8) -> Value {
    if world.faults.string_status_code {
        json!(code.to_string())
    } else {
        json!(code)
    }
}
