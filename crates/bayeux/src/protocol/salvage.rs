//! Saves the good messages of a body that is not quite JSON, so that one bad character does not cost a whole batch.
//!
//! Servers cut texts in the middle of a surrogate pair, and JavaScript writes the half as it is: `"\\ud83d"`. Strict JSON does
//! not know such a thing. Others send a byte that is not UTF-8. Here both become U+FFFD, the sign for what cannot be shown, and
//! each element is handed on by itself, so that one that still cannot be read costs no other.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Deserializer, Error};

use crate::failure::Failure;

/// Goes through a body that strict reading refused, which is an array or one object. Each element is handed on as it came and
/// as it was mended.
pub(crate) fn elements(body: &[u8], take: impl FnMut(&str, Cow<'_, str>)) -> Result<(), Failure> {
    let text = String::from_utf8_lossy(body);
    let mut deserializer = Deserializer::from_str(&text);
    let mut elements = Elements(take);
    // Elements are only looked for here and not yet read.
    let found = if text.starts_with('[') {
        deserializer.deserialize_seq(elements)
    } else if text.starts_with('{') {
        serde::Deserialize::deserialize(&mut deserializer).map(|object: &RawValue| elements.take(object))
    } else {
        return Err(Failure::NotJson("neither an array nor an object".to_owned()));
    };
    found
        .and_then(|()| deserializer.end())
        .map_err(|error: Error| Failure::NotJson(error.to_string()))
}

struct Elements<F>(F);

impl<F: FnMut(&str, Cow<'_, str>)> Elements<F> {
    fn take(&mut self, element: &RawValue) {
        (self.0)(element.get(), mend_surrogates(element.get()));
    }
}

impl<'de, F: FnMut(&str, Cow<'_, str>)> Visitor<'de> for Elements<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut sequence: A) -> Result<(), A::Error> {
        while let Some(element) = sequence.next_element::<&RawValue>()? {
            self.take(element);
        }
        Ok(())
    }
}

/// Replaces each escaped half of a surrogate pair that stands alone.
fn mend_surrogates(json: &str) -> Cow<'_, str> {
    if !json.contains("\\u") {
        return Cow::Borrowed(json);
    }
    let mut mended = String::with_capacity(json.len());
    let mut rest = json;
    // A backslash occurs only within strings, and always begins an escape there.
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let length = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                mended.push_str("\\ufffd");
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            (Some(_), _) => 6,
            (None, _) => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
        };
        let (whole, after) = escape.split_at(length);
        mended.push_str(whole);
        rest = after;
    }
    mended.push_str(rest);
    Cow::Owned(mended)
}

/// The code unit of the escape `\uXXXX` at the beginning of the text.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// The elements of a body, mended.
    fn mended(body: &[u8]) -> Vec<String> {
        let mut mended = Vec::new();
        elements(body, |_, text| mended.push(text.into_owned())).unwrap();
        mended
    }

    fn read(body: &str) -> Value {
        let text = mended(body.as_bytes()).pop().unwrap();
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn half_a_pair_becomes_the_sign_for_what_cannot_be_shown() {
        for (body, text) in [
            (r#"["\ud83d"]"#, "\u{fffd}"),
            (r#"["a\ud83db"]"#, "a\u{fffd}b"),
            (r#"["\ude00"]"#, "\u{fffd}"),
            (r#"["\ude00\ud83d"]"#, "\u{fffd}\u{fffd}"),
            (r#"["\ud83d\ud83d\ude00"]"#, "\u{fffd}😀"),
            (r#"["\ud83d\ude00"]"#, "😀"),
            (r#"["\ud83d\u0041"]"#, "\u{fffd}A"),
            (r#"["\ud83d\n"]"#, "\u{fffd}\n"),
            (r#"["\\ud83d"]"#, "\\ud83d"),
            (r#"["\\\ud83d"]"#, "\\\u{fffd}"),
            (r#"["\"\uD83D\""]"#, "\"\u{fffd}\""),
        ] {
            assert_eq!(read(body), json!(text), "{body}");
        }
    }

    #[test]
    fn a_byte_that_is_not_utf_8_costs_one_character() {
        assert_eq!(mended(b"[\"a\xffb\"]"), ["\"a\u{fffd}b\""]);
    }

    #[test]
    fn each_element_stands_for_itself_but_what_is_no_array_is_nothing() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        let body = format!("[1, {deep}, 1e999 ,{{}}]");
        assert_eq!(mended(body.as_bytes()), ["1", &deep, "1e999", "{}"]);
        assert_eq!(mended(br#"{"a":1e999}"#), [r#"{"a":1e999}"#]);
        for body in ["[1", "[1]2", "{", "{}{}", "1", "\"[]\"", ""] {
            let result = elements(body.as_bytes(), |_, _| {});
            assert!(matches!(result, Err(Failure::NotJson(_))), "{body}");
        }
    }

    fn escaped(units: &[u16]) -> String {
        units
            .iter()
            .fold(String::new(), |text, unit| text + &format!("\\u{unit:04x}"))
    }

    proptest! {
        /// What strict reading takes, mending leaves alone.
        #[test]
        fn good_json_is_not_changed(text: String) {
            let ascii = json!(text).to_string().chars().fold(String::new(), |json, character| {
                if character.is_ascii() { json + &character.to_string() } else { json + &escaped(character.encode_utf16(&mut [0; 2])) }
            });
            prop_assert_eq!(&*mend_surrogates(&ascii), ascii.as_str());
            prop_assert_eq!(read(&format!("[{ascii}]")), json!(text));
        }

        #[test]
        fn whatever_code_units_come_a_text_comes_out(units: Vec<u16>) {
            prop_assert_eq!(read(&format!("[\"{}\"]", escaped(&units))), json!(String::from_utf16_lossy(&units)));
        }
    }
}
