//! JSON that is kept as the text it came in: most of it is read once, straight into the application's own types, or never.

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// JSON from the server, not yet read (Bayeux 1.0, *`data`*). It was looked through when it came, so that reading it into a
/// [`Value`] cannot fail.
///
/// It is a part of the reply it came in, without a copy: keep what was read of it rather than itself, for it keeps the memory of
/// the whole reply.
#[derive(Clone)]
pub struct Json(Bytes);

impl Json {
    /// Takes a part of a reply that was found [readable](Look::is_readable).
    pub(crate) fn part_of(reply: &Bytes, text: &str) -> Self {
        Self(reply.slice_ref(text.as_bytes()))
    }

    /// JSON `null`.
    pub(crate) fn null() -> Self {
        Self(Bytes::from_static(b"null"))
    }

    /// Reads it into a type of the application, which may borrow from it.
    pub fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.0)
    }

    /// Reads it into a value.
    pub fn value(&self) -> Value {
        // Not reached: what cannot be read never gets here.
        self.read().unwrap_or_default()
    }

    /// The text as the server sent it.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value.to_string().into())
    }
}

/// By what it says, however it is written.
impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.value() == other.value()
    }
}

impl PartialEq<Value> for Json {
    fn eq(&self, other: &Value) -> bool {
        self.value() == *other
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// JSON in form allows what cannot be read: half a surrogate pair, a number out of all range, any depth. A look at the characters
/// of a reply mostly tells that none of that is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// It may be in there: nothing but reading shows.
    Suspicious,
    /// There is no escaped code unit in it and no number that might be too large.
    Plain,
}

impl Look {
    /// Looks at a whole reply.
    pub(crate) fn at(text: &str) -> Self {
        if has_code_units_or_exponents(text.as_bytes()) || has_long_numbers(text.as_bytes()) {
            Self::Suspicious
        } else {
            Self::Plain
        }
    }

    /// Whether a part of the reply can be read.
    pub(crate) fn is_readable(self, part: &str) -> bool {
        let plain = self == Self::Plain && !may_be_deep(part.as_bytes());
        plain || read_through(part).is_ok()
    }
}

/// Reads it to its end, to know what is wrong with it.
pub(crate) fn read_through(text: &str) -> Result<(), serde_json::Error> {
    serde_json::from_str(text).map(|Readable| ())
}

/// Looks at many characters at a time, for which it must not stop at the first that counts.
fn has_code_units_or_exponents(text: &[u8]) -> bool {
    let rest = |from: usize| text.get(from..).unwrap_or_default();
    let is = |yes: bool| u8::from(yes);
    let found = text
        .iter()
        .zip(rest(1))
        .zip(rest(2))
        .fold(0, |found, ((&a, &b), &c)| {
            let code_unit = is(a == b'\\') & is(b == b'u');
            let exponent =
                is(a.is_ascii_digit()) & is(b | 0x20 == b'e') & (is(c.is_ascii_digit()) | is(c == b'+'));
            found | code_unit | exponent
        });
    found != 0
}

/// Whether there may be a number of three hundred digits: its digits would lie on two places in a row.
fn has_long_numbers(text: &[u8]) -> bool {
    let places = text.iter().step_by(128);
    let next = text.iter().skip(128).step_by(128);
    places
        .zip(next)
        .any(|(a, b)| a.is_ascii_digit() && b.is_ascii_digit())
}

/// Whether there are so many opening brackets that they might be nested too deep, which is above 126.
fn may_be_deep(text: &[u8]) -> bool {
    let opening = |bytes: &[u8]| bytes.iter().map(|byte| u8::from(byte | 0x20 == b'{')).sum::<u8>();
    text.len() > 240
        && text
            .chunks(240)
            .map(|bytes| usize::from(opening(bytes)))
            .sum::<usize>()
            > 120
}

/// Reads all of a value and keeps nothing of it.
struct Readable;

impl<'de> Deserialize<'de> for Readable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Readable;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Readable, E> {
        Ok(Readable)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Readable, E> {
        Ok(Readable)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Readable, E> {
        Ok(Readable)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Readable, E> {
        Ok(Readable)
    }

    fn visit_str<E>(self, _: &str) -> Result<Readable, E> {
        Ok(Readable)
    }

    fn visit_unit<E>(self) -> Result<Readable, E> {
        Ok(Readable)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Readable, A::Error> {
        while sequence.next_element::<Readable>()?.is_some() {}
        Ok(Readable)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Readable, A::Error> {
        while map.next_entry::<Readable, Readable>()?.is_some() {}
        Ok(Readable)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn it_is_read_into_values_and_into_types_of_the_application() {
        let body = Bytes::from_static(br#"{"data":{"name":"Ann","age":7}}"#);
        let text = str::from_utf8(&body).unwrap();
        let data = Json::part_of(&body, &text[8..text.len() - 1]);
        assert_eq!(data, json!({"age": 7, "name": "Ann"}));
        assert_eq!(data, Json::from(json!({"age": 7, "name": "Ann"})));
        assert_ne!(data, Json::null());
        let read: std::collections::HashMap<&str, Value> = data.read().unwrap();
        assert_eq!(read["name"], "Ann");
        assert!(data.read::<Vec<u8>>().is_err());
        assert_eq!(data.to_string(), r#"{"name":"Ann","age":7}"#);
        assert!(data.as_str().as_ptr() == text[8..].as_ptr(), "nothing was copied");
    }

    fn is_readable(text: &str) -> bool {
        Look::at(text).is_readable(text)
    }

    #[test]
    fn what_is_json_in_form_only_is_known() {
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        for (good, is_plain) in [
            ("0", true),
            ("\"\"", true),
            ("\"e3 \\\\ 12 Even+\"", true),
            (r#""\ud83d\ude00""#, false),
            ("1e3", false),
            ("\"3e9f\"", false),
            ("-1.5E+10", false),
            (&deep(99), true),
            (&deep(125), true),
            (&format!("[{}1]", "[],".repeat(500)), true),
            (&"9".repeat(128), true),
            (&"9".repeat(250), false),
        ] {
            assert!(is_readable(good), "{good}");
            assert_eq!(is_plain, Look::at(good) == Look::Plain, "{good}");
        }
        for bad in [
            r#""\ud83d""#,
            r#"{"a":"\ude00"}"#,
            r#"{"\ud83d":1}"#,
            "1e999",
            "[1E+999]",
            &deep(128),
            &deep(200),
            &format!("[\"{}\",{}]", "x".repeat(99), "9".repeat(310)),
        ] {
            assert!(serde_json::from_str::<&RawValue>(bad).is_ok(), "{bad}");
            assert!(!is_readable(bad), "{bad}");
        }
    }

    fn anything() -> impl Strategy<Value = String> {
        let number = (any::<u32>(), "([eE][+-]?[0-9]{1,4})?")
            .prop_map(|(digits, exponent)| format!("{digits}{exponent}"));
        let text = r#""([a-e0-9]|\\u[dD0][8-9a-fA-F0][0-9a-f]{2}|\\\\|\\")*""#;
        let leaf = prop_oneof![
            number,
            text.prop_map(|text: String| text),
            Just("null".to_owned())
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop::collection::vec(inner, 0..8).prop_map(|values| format!("[{}]", values.join(",")))
        })
    }

    proptest! {
        /// Whatever has the form of JSON is found readable just where it can be read.
        #[test]
        fn the_look_and_the_reading_agree(text in anything()) {
            prop_assert_eq!(is_readable(&text), serde_json::from_str::<Value>(&text).is_ok());
        }
    }
}
