//! A request as a value.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::digital::SessionAddress;

/// The verbs of the API (`gws/core.md 1.1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or operates.
    Post,
    /// Updates.
    Put,
    /// Deletes.
    Delete,
}

impl Method {
    /// The verb on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// One request, complete but for the server it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The verb.
    pub method: Method,
    /// The path below the API prefix, encoded: `/me/devices/<id>`.
    pub path: String,
    /// The query parameters in order, not yet encoded.
    pub query: Vec<(String, String)>,
    /// The JSON body; its keys are in the order in which they are written.
    pub body: Option<Value>,
}

/// The body of an operation: its name first, as the documentation prints it.
pub(super) fn operation_body(name: &str, parameters: Vec<(&'static str, Value)>) -> Value {
    let name = std::iter::once(("operationName", json!(name)));
    let body: Map<String, Value> = name
        .chain(parameters)
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    Value::Object(body)
}

/// The path of an own written session.
pub(super) fn own_session(session: &SessionAddress) -> String {
    let collection = session.medium.names().collection;
    format!("/me/{collection}/{}", segment(session.id.as_str()))
}

/// One path segment. Ids are the server's and opaque; none of them may become a path or a query of its own.
pub(super) fn segment(id: &str) -> String {
    let mut encoded = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
