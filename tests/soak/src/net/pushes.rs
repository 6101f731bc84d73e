//! What can befall the pushes in an answer.

use bytes::Bytes;
use serde_json::Value;

pub(super) fn is_push(message: &Value) -> bool {
    message["channel"]
        .as_str()
        .is_some_and(|channel| !channel.starts_with("/meta/"))
}

/// Every push in an answer once more, right behind itself.
pub(super) fn doubled(body: Bytes) -> Bytes {
    let Ok(Value::Array(messages)) = serde_json::from_slice(&body) else {
        return body;
    };
    let twice = messages.into_iter().flat_map(|message| {
        let again = is_push(&message).then(|| message.clone());
        std::iter::once(message).chain(again)
    });
    Bytes::from(Value::Array(twice.collect()).to_string())
}
