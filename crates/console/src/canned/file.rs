//! Canned whispers as they stand in a file, to import, to export and in a policy: one shape for all three. Whatever is
//! not as it should be is refused with the line it is on, so that whoever wrote the file finds it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::contract::{CannedGroup, CannedWhisper};
use crate::strict::Object;

/// The largest file, in bytes.
pub(crate) const LARGEST: usize = 2_000_000;
/// So many groups, and so many whispers in each.
const GROUPS: usize = 100;
const WHISPERS: usize = 500;
/// The longest name or title, and the longest text, in characters.
const LONGEST_NAME: usize = 120;
const LONGEST_TEXT: usize = 4_000;

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct FormatError {
    /// Counted from 1; nought where it is not about a line.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

/// Groups of whispers that have been looked at.
#[derive(Debug, Default)]
pub(crate) struct Groups(pub(crate) Vec<CannedGroup>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Imported {
    canned_whispers: Groups,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Exported<'a> {
    canned_whispers: &'a [CannedGroup],
}

/// Reads a document of this shape.
pub(crate) fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, FormatError> {
    if text.len() > LARGEST {
        let reason = format!("the file is larger than {} MB", LARGEST / 1_000_000);
        return Err(FormatError { line: 0, reason });
    }
    let read = serde_json::from_str(text.trim_start_matches('\u{feff}')).map(|Object(document)| document);
    read.map_err(|error| {
        let whole = error.to_string();
        let reason = whole
            .rsplit_once(" at line ")
            .map_or(whole.as_str(), |(reason, _)| reason);
        FormatError {
            line: error.line(),
            reason: reason.to_owned(),
        }
    })
}

/// Reads a file to import.
pub fn import(text: &str) -> Result<Vec<CannedGroup>, FormatError> {
    read::<Imported>(text).map(|imported| imported.canned_whispers.0)
}

/// The file in which these groups can be imported elsewhere, or put into a policy.
pub fn export(groups: &[CannedGroup]) -> Result<String, serde_json::Error> {
    let canned_whispers = groups;
    serde_json::to_string_pretty(&Exported { canned_whispers }).map(|text| text + "\n")
}

/// Looks at groups that came another way; the same rules hold.
pub(crate) fn check(groups: &[CannedGroup]) -> Result<Vec<CannedGroup>, FormatError> {
    let pointless = |error: serde_json::Error| FormatError {
        line: 0,
        reason: error.to_string(),
    };
    let text = export(groups).map_err(pointless)?;
    import(&text).map_err(|error| FormatError { line: 0, ..error })
}

impl<'de> Deserialize<'de> for Groups {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Groups, D::Error> {
        let groups: Vec<Group> = distinct(deserializer)?;
        Ok(Groups(groups.into_iter().map(Group::into).collect()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    #[serde(deserialize_with = "name")]
    name: String,
    #[serde(deserialize_with = "distinct")]
    whispers: Vec<Whisper>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whisper {
    #[serde(deserialize_with = "name")]
    title: String,
    #[serde(deserialize_with = "text")]
    text: String,
}

impl From<Group> for CannedGroup {
    fn from(group: Group) -> CannedGroup {
        let whispers = group.whispers.into_iter().map(|whisper| CannedWhisper {
            title: whisper.title,
            text: whisper.text,
        });
        CannedGroup {
            name: group.name,
            whispers: whispers.collect(),
        }
    }
}

/// Something that is found by its name, so that no two of a list may have the same.
trait Named {
    const WHAT: &str;
    const AT_MOST: usize;
    fn name(&self) -> &str;
}

impl Named for Group {
    const WHAT: &str = "groups";
    const AT_MOST: usize = GROUPS;
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Whisper {
    const WHAT: &str = "whispers";
    const AT_MOST: usize = WHISPERS;
    fn name(&self) -> &str {
        &self.title
    }
}

/// A list whose members all have another name. It is looked at while it is read: so the line is known.
fn distinct<'de, D: Deserializer<'de>, T: Named + Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    struct List<T>(PhantomData<T>);
    impl<'de, T: Named + Deserialize<'de>> Visitor<'de> for List<T> {
        type Value = Vec<T>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(formatter, "a list of {}", T::WHAT)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<Vec<T>, A::Error> {
            let mut list: Vec<T> = Vec::new();
            while let Some(Object(member)) = members.next_element::<Object<T>>()? {
                if list.iter().any(|other| other.name() == member.name()) {
                    return Err(A::Error::custom(format!(
                        "two {} are called \"{}\"",
                        T::WHAT,
                        member.name()
                    )));
                }
                if list.len() == T::AT_MOST {
                    return Err(A::Error::custom(format!("more than {} {}", T::AT_MOST, T::WHAT)));
                }
                list.push(member);
            }
            Ok(list)
        }
    }
    deserializer.deserialize_seq(List(PhantomData))
}

fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?.trim().to_owned();
    match name.chars().count() {
        0 => Err(D::Error::custom("a name or title is empty")),
        length if length > LONGEST_NAME => Err(D::Error::custom(format!(
            "a name or title has {length} characters, more than {LONGEST_NAME}"
        ))),
        _ if name.chars().any(char::is_control) => {
            Err(D::Error::custom("a name or title has control characters"))
        }
        _ => Ok(name),
    }
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?.replace("\r\n", "\n");
    let cannot_be_sent = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    match text.chars().count() {
        _ if text.trim().is_empty() => Err(D::Error::custom("a text is empty")),
        length if length > LONGEST_TEXT => Err(D::Error::custom(format!(
            "a text has {length} characters, more than {LONGEST_TEXT}"
        ))),
        _ if text.contains(cannot_be_sent) => Err(D::Error::custom("a text has control characters")),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{
  "cannedWhispers": [
    {
      "name": "Billing",
      "whispers": [
        { "title": "Refund", "text": "Offer {customer} the refund." },
        { "title": "حساب", "text": "Line one\nline two 🧾" }
      ]
    },
    { "name": "Empty", "whispers": [] }
  ]
}"#;

    #[test]
    fn what_is_exported_can_be_imported() {
        let groups = import(GOOD).expect("good");
        assert_eq!(groups[0].whispers[1].title, "حساب");
        let text = export(&groups).expect("written");
        assert_eq!(import(&text).expect("good"), groups);
        assert_eq!(import(&format!("\u{feff}{GOOD}")).expect("with a mark"), groups);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let long = format!("\"{}\"", "x".repeat(LONGEST_NAME + 1));
        for (from, to, line, reason) in [
            ("\"Refund\"", "\" \"", 6, "empty"),
            ("\"Refund\"", long.as_str(), 6, "121 characters"),
            ("\"Refund\"", "\"حساب\"", 7, "two whispers are called \"حساب\""),
            ("\"Empty\"", "\"Billing\"", 10, "two groups"),
            ("\"title\": \"Refund\", ", "", 6, "missing field `title`"),
            (
                "\"title\": \"Refund\"",
                "\"titel\": \"Refund\"",
                6,
                "unknown field `titel`",
            ),
            ("Offer", "Offer\\u0007", 6, "control characters"),
            ("Offer", "Offer\\ud800", 6, "hex escape"),
            ("[]", "{}", 9, "a list of whispers"),
            ("cannedWhispers", "whispers", 2, "unknown field `whispers`"),
        ] {
            let error = import(&GOOD.replacen(from, to, 1)).expect_err(reason);
            assert!(error.line == line || error.line == line + 1, "{reason}: {error}");
            assert!(error.reason.contains(reason), "{reason}: {error}");
        }
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let large = format!("{GOOD}{}", " ".repeat(LARGEST));
        assert!(import(&large).expect_err("too large").reason.contains("2 MB"));
        let group = |name: usize| CannedGroup {
            name: name.to_string(),
            whispers: Vec::new(),
        };
        let many: Vec<CannedGroup> = (0..=GROUPS).map(group).collect();
        assert_eq!(check(&many).expect_err("too many").reason, "more than 100 groups");
        assert!(check(&many[1..]).is_ok());
    }
}
