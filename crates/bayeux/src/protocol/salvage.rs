//! Saves the good messages of a body that is not quite JSON, so that one bad character does not cost a whole batch.
//!
//! Servers cut texts in the middle of a surrogate pair, and JavaScript writes the half as it is: `"\\ud83d"`. Strict JSON does
//! not know such a thing. Others send a byte that is not UTF-8. Here both become U+FFFD, the sign for what cannot be shown, and
//! what still cannot be read is set apart message by message.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::failure::Failure;

/// One element of a body.
#[derive(Debug, PartialEq)]
pub(crate) enum Element {
    /// It can be read; where it was mended, as it is now.
    Read(String),
    /// It is JSON in form, but no value can be made of it.
    Unreadable { text: String, reason: String },
}

/// Reads a body that strict reading refused: the elements of an array, or one object.
pub(crate) fn elements(body: &[u8]) -> Result<Vec<Element>, Failure> {
    let text = String::from_utf8_lossy(body);
    // Elements are only looked for here and not yet read, so that each can fail by itself.
    let raw: Result<Vec<&RawValue>, _> = if text.starts_with('[') {
        serde_json::from_str(&text)
    } else {
        serde_json::from_str(&text).map(|single| vec![single])
    };
    let raw = raw.map_err(|error| Failure::NotJson(error.to_string()))?;
    if !text.starts_with(['[', '{']) {
        return Err(Failure::NotJson("neither an array nor an object".to_owned()));
    }
    Ok(raw.into_iter().map(element).collect())
}

fn element(raw: &RawValue) -> Element {
    let text = mend_surrogates(raw.get());
    match serde_json::from_str::<Value>(&text) {
        Ok(_) => Element::Read(text.into_owned()),
        Err(error) => Element::Unreadable {
            text: raw.get().to_owned(),
            reason: error.to_string(),
        },
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
    use serde_json::json;

    use super::*;

    fn read(body: &str) -> Value {
        match elements(body.as_bytes()).unwrap().pop() {
            Some(Element::Read(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
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
        let elements = elements(b"[\"a\xffb\"]").unwrap();
        assert_eq!(elements, [Element::Read("\"a\u{fffd}b\"".to_owned())]);
    }

    #[test]
    fn what_cannot_be_read_is_set_apart() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        let elements = elements(format!("[1, {deep}, 1e999, 2]").as_bytes()).unwrap();
        assert!(
            matches!(elements.as_slice(), [Element::Read(_), Element::Unreadable { text, .. }, Element::Unreadable { .. }, Element::Read(_)]
                if *text == deep)
        );
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
