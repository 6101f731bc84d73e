//! Tolerant decoding: what can be understood is taken, what cannot is reported, nothing is an error.
//!
//! Servers of three generations answer with missing, extra and wrongly typed fields (`gws/core.md 7`). A strict
//! decoder would lose a whole roster to one odd agent. Here every type says how it is read from one JSON value
//! ([`FromWire`]); a [`Reader`] stands on that value, knows where it is in the document, and notes a [`Warning`] for
//! everything it had to leave out. Warnings name places and types, never values: those may be a customer's.

use std::cell::RefCell;
use std::fmt;

use serde_json::{Map, Value};

/// How many warnings one document may leave. A hostile document cannot fill the memory with complaints.
const WARNINGS_KEPT: usize = 100;

/// A value that was read, and what had to be left out on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<T> {
    /// What was understood.
    pub value: T,
    /// What was not, in the order of the document; at most the first hundred.
    pub warnings: Vec<Warning>,
}

impl<T> Decoded<T> {
    /// The same warnings over another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Decoded<U> {
        Decoded {
            value: change(self.value),
            warnings: self.warnings,
        }
    }
}

/// Something in a document that was left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: expected {expected}, found {found}")]
pub struct Warning {
    /// Where, as a path through the document: `devices[3].userState`.
    pub at: String,
    /// What the contract lets us expect there.
    pub expected: &'static str,
    /// The kind of thing that was there instead; never the thing itself.
    pub found: &'static str,
}

/// A value that can be read from one JSON value.
pub trait FromWire: Sized {
    /// Reads the value. `None` when it is empty, or when it cannot be had, and then the reader was told why.
    fn from_wire(reader: &Reader<'_>) -> Option<Self>;
}

/// Reads one value from a document that has no wrapper around it.
pub fn decode<T: FromWire>(value: &Value) -> Decoded<Option<T>> {
    decode_at("$", value)
}

/// Reads one value and calls its place in the document `name`.
pub(crate) fn decode_at<T: FromWire>(name: &'static str, value: &Value) -> Decoded<Option<T>> {
    read(name, value, T::from_wire)
}

/// Gives `take` a reader on `value` and collects what it leaves out.
pub(crate) fn read<T>(name: &'static str, value: &Value, take: impl FnOnce(&Reader<'_>) -> T) -> Decoded<T> {
    let warnings = RefCell::new(Vec::new());
    let value = take(&Reader {
        value,
        place: Place::Root(name),
        warnings: &warnings,
    });
    Decoded {
        value,
        warnings: warnings.into_inner(),
    }
}

/// Stands on one JSON value of a document.
#[derive(Debug)]
pub struct Reader<'a> {
    value: &'a Value,
    place: Place<'a>,
    warnings: &'a RefCell<Vec<Warning>>,
}

impl Reader<'_> {
    /// The field `key` of this object. Absent and `null` are the same and are fine.
    pub fn get<T: FromWire>(&self, key: &'static str) -> Option<T> {
        T::from_wire(&self.field(key)?)
    }

    /// The identity of this resource: its `id`, else the last segment of its `uri` or `path`.
    pub(crate) fn identity<T: From<String>>(&self) -> Option<T> {
        let named = self.get::<String>("id");
        let id = named
            .or_else(|| self.last_segment("uri"))
            .or_else(|| self.last_segment("path"));
        if id.is_none() {
            self.note("an object with an id");
        }
        id.map(T::from)
    }

    /// Says that this value is not what the contract promises.
    pub(crate) fn note(&self, expected: &'static str) {
        let mut warnings = self.warnings.borrow_mut();
        if warnings.len() < WARNINGS_KEPT {
            warnings.push(Warning {
                at: self.place.to_string(),
                expected,
                found: kind_of(self.value),
            });
        }
    }

    /// Goes on only on an object, and notes anything else.
    pub(crate) fn object(&self) -> Option<&Map<String, Value>> {
        let object = self.value.as_object();
        if object.is_none() {
            self.note("an object");
        }
        object
    }

    /// The text of this value, where it is text, or a number as it is written.
    pub(crate) fn as_text(&self) -> Option<String> {
        match self.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Whether the field `key` is a list with nothing in it.
    pub(crate) fn is_empty_list(&self, key: &str) -> bool {
        self.value
            .get(key)
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
    }

    fn field(&self, key: &'static str) -> Option<Reader<'_>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Reader {
            value,
            place: Place::Field(&self.place, key),
            warnings: self.warnings,
        })
    }

    fn element<'s>(&'s self, index: usize, value: &'s Value) -> Reader<'s> {
        Reader {
            value,
            place: Place::Element(&self.place, index),
            warnings: self.warnings,
        }
    }

    fn last_segment(&self, key: &'static str) -> Option<String> {
        let id = self.get::<crate::ids::ResourceUri>(key)?.id().to_owned();
        (!id.is_empty()).then_some(id)
    }
}

/// The way from the root of the document to a value. Only spelled out when there is something to say.
#[derive(Debug, Clone, Copy)]
enum Place<'a> {
    Root(&'static str),
    Field(&'a Place<'a>, &'static str),
    Element(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Root(name) => f.write_str(name),
            Place::Field(parent, key) => write!(f, "{parent}.{key}"),
            Place::Element(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Text, or a number as it is written. Empty text is absent: the wire uses it so (`"e164Number": ""`).
impl FromWire for String {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        let text = reader.as_text();
        if text.is_none() {
            reader.note("text");
        }
        text.filter(|text| !text.is_empty())
    }
}

/// A boolean, also where it is written as text (`gws/core.md 7`, row 13).
impl FromWire for bool {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        let flag = match reader.value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text == "true" || text == "On" => Some(true),
            Value::String(text) if text == "false" || text == "Off" => Some(false),
            _ => None,
        };
        if flag.is_none() {
            reader.note("a boolean");
        }
        flag
    }
}

/// A whole number, also where it is written as text (`"duration": "75"`).
impl FromWire for i64 {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        let number = match reader.value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            reader.note("a whole number");
        }
        number
    }
}

/// A whole number that is not negative, also where it is written as text.
impl FromWire for u64 {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        let number = match reader.value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            reader.note("a whole number, not negative");
        }
        number
    }
}

/// An object as it is.
impl FromWire for Map<String, Value> {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        reader.object().cloned()
    }
}

/// An array; an element that cannot be read is left out and costs nobody else.
impl<T: FromWire> FromWire for Vec<T> {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        let Value::Array(values) = reader.value else {
            reader.note("an array");
            return None;
        };
        let elements = values.iter().enumerate();
        Some(
            elements
                .filter_map(|(index, value)| T::from_wire(&reader.element(index, value)))
                .collect(),
        )
    }
}
