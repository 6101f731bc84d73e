//! The policy file as it is written, and what is refused in it. Each check runs while its value is read, so that the
//! line of the error is the line of the value.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use desk::order::{Act, Extent};
use desk::rules::{LONGEST_REASON, NicknameTemplate};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Policy;
use super::sections::{
    Budget, Calls, JournalRules, Nickname, Polling, RearmChoices, Reasons, Server, Servers, Written,
};
use crate::canned::{FormatError, Groups, read};
use crate::profile::{SmsSpelling, check_address};
use crate::strict::{Object, given_object, object};
use crate::support::LogLevel;
use crate::{pins, proxy};

/// So many servers, reasons and pins.
const MOST: usize = 100;
/// The longest name of a server, in characters.
const LONGEST_NAME: usize = 120;
/// The longest name that the desk sends, in characters.
const LONGEST_NICKNAME: usize = 64;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Document {
    /// For editors, which find the schema by it.
    #[serde(rename = "$schema")]
    _schema: String,
    #[serde(deserialize_with = "object")]
    servers: Servers,
    #[serde(deserialize_with = "object")]
    calls: Calls,
    #[serde(deserialize_with = "object")]
    sms: Sms,
    #[serde(deserialize_with = "object")]
    chats: Chats,
    #[serde(deserialize_with = "object")]
    rearm: RearmChoices,
    #[serde(deserialize_with = "given_object")]
    reasons: Option<Reasons>,
    #[serde(deserialize_with = "given_object")]
    budget: Option<Budget>,
    #[serde(deserialize_with = "object")]
    journal: JournalRules,
    #[serde(deserialize_with = "nickname")]
    nickname: Option<Nickname>,
    #[serde(deserialize_with = "given_object")]
    polling: Option<Polling>,
    #[serde(deserialize_with = "given")]
    updates: Option<bool>,
    #[serde(deserialize_with = "given")]
    notifications: Option<bool>,
    #[serde(deserialize_with = "given")]
    keychain: Option<bool>,
    #[serde(deserialize_with = "given")]
    log_level: Option<LogLevel>,
    canned_whispers: Groups,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Sms {
    #[serde(deserialize_with = "acts")]
    acts: Option<BTreeSet<Act>>,
    #[serde(deserialize_with = "given")]
    extent: Option<Extent>,
    #[serde(deserialize_with = "given")]
    spelling: Option<SmsSpelling>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Chats {
    #[serde(deserialize_with = "acts")]
    acts: Option<BTreeSet<Act>>,
    #[serde(deserialize_with = "given")]
    extent: Option<Extent>,
}

/// Reads a whole policy.
pub(super) fn parse(text: &str) -> Result<Policy, FormatError> {
    let document: Document = read(text)?;
    let is_off = |allowed: Option<bool>| allowed == Some(false);
    Ok(Policy {
        file: None,
        servers: document.servers,
        calls: document.calls,
        sms: Written {
            acts: document.sms.acts,
            extent: document.sms.extent,
        },
        chats: Written {
            acts: document.chats.acts,
            extent: document.chats.extent,
        },
        sms_spelling: document.sms.spelling,
        rearm: document.rearm,
        reasons: document.reasons,
        budget: document.budget,
        journal: document.journal,
        nickname: document.nickname,
        polling: document.polling,
        updates_off: is_off(document.updates),
        notifications_off: is_off(document.notifications),
        keychain_off: is_off(document.keychain),
        log_level: document.log_level,
        canned_whispers: document.canned_whispers.0,
    })
}

/// A value that is there: `null` is none of them.
pub(super) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A number from 1 to this.
pub(super) fn at_most<'de, const MOST: u32, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = u32::deserialize(deserializer)?;
    if (1..=MOST).contains(&number) {
        Ok(number)
    } else {
        Err(D::Error::custom(format!("{number} is not between 1 and {MOST}")))
    }
}

/// What may be done. No act at all is a choice too: nothing may be done.
pub(super) fn acts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BTreeSet<Act>>, D::Error> {
    let list = distinct(deserializer, "acts", |act: &Act| act.operation_name().to_owned())?;
    Ok(Some(list.into_iter().collect()))
}

/// At least one act.
pub(super) fn some_acts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<Act>, D::Error> {
    let acts = acts(deserializer)?.unwrap_or_default();
    if acts.is_empty() {
        return Err(D::Error::custom("a list of acts is empty"));
    }
    Ok(acts)
}

/// The name of a server.
pub(super) fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    one_line(deserializer, LONGEST_NAME)
}

/// One line of at most so many characters.
fn one_line<'de, D: Deserializer<'de>>(deserializer: D, longest: usize) -> Result<String, D::Error> {
    let line = String::deserialize(deserializer)?.trim().to_owned();
    match line.chars().count() {
        0 => Err(D::Error::custom("a name or reason is empty")),
        length if length > longest => Err(D::Error::custom(format!(
            "a name or reason has {length} characters, more than {longest}"
        ))),
        _ if line.chars().any(char::is_control) => {
            Err(D::Error::custom("a name or reason has control characters"))
        }
        _ => Ok(line),
    }
}

/// The address of a server, with its scheme: a policy says whether it is encrypted.
pub(super) fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let has_scheme = text.starts_with("https://") || text.starts_with("http://");
    let checked = check_address(&text).ok().filter(|_| has_scheme);
    checked.map(|checked| checked.base_url).ok_or_else(|| {
        D::Error::custom(format!(
            "\"{text}\" is not the address of a server; write it like https://gws.example.org/api/v2"
        ))
    })
}

/// A file by its whole path: where Sotto was started from must not matter.
pub(super) fn absolute_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let path = String::deserialize(deserializer)?;
    let of_a_drive = |path: &str| {
        let mut start = path.chars();
        start.next().is_some_and(|letter| letter.is_ascii_alphabetic())
            && start.next() == Some(':')
            && matches!(start.next(), Some('\\' | '/'))
    };
    if path.starts_with('/') || path.starts_with(r"\\") || of_a_drive(&path) {
        Ok(Some(path))
    } else {
        Err(D::Error::custom(format!(
            "\"{path}\" is not the whole path of a file"
        )))
    }
}

/// Pins of public keys.
pub(super) fn key_pins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let pins = distinct(deserializer, "key pins", |pin: &Pin| pin.0.clone())?;
    Ok(pins.into_iter().map(|pin| pin.0).collect())
}

struct Pin(String);

impl<'de> Deserialize<'de> for Pin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pin, D::Error> {
        let text = String::deserialize(deserializer)?;
        match pins::read(std::slice::from_ref(&text)) {
            Ok(_) => Ok(Pin(text)),
            Err(fault) => Err(D::Error::custom(lower(&fault.message))),
        }
    }
}

/// The address of a proxy, or `direct`.
pub(super) fn proxy_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match proxy::check(&text) {
        Ok(()) if !text.is_empty() => Ok(Some(text)),
        _ => Err(D::Error::custom(format!(
            "\"{text}\" is neither `direct` nor the address of a proxy, such as http://proxy.example.org:3128"
        ))),
    }
}

/// A sentence as the end of another one.
fn lower(sentence: &str) -> String {
    sentence.trim_end_matches('.').to_owned()
}

/// The reasons to choose from.
pub(super) fn choices<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let choices = distinct(deserializer, "reasons", |choice: &Choice| choice.0.clone())?;
    Ok(choices.into_iter().map(|choice| choice.0).collect())
}

struct Choice(String);

impl<'de> Deserialize<'de> for Choice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Choice, D::Error> {
        one_line(deserializer, LONGEST_REASON).map(Choice)
    }
}

/// Servers that can be told apart, by name and by address.
pub(super) fn distinct_servers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Server>, D::Error> {
    let mut addresses = BTreeSet::new();
    let called = |server: &Object<Server>| server.0.name.clone();
    let servers = distinct(deserializer, "servers", called)?;
    let servers: Vec<Server> = servers.into_iter().map(|Object(server)| server).collect();
    for server in &servers {
        if !addresses.insert(&server.address) {
            return Err(D::Error::custom(format!(
                "two servers have the address {}",
                server.address
            )));
        }
    }
    Ok(servers)
}

fn nickname<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Nickname>, D::Error> {
    let pattern = one_line(deserializer, LONGEST_NICKNAME)?;
    match NicknameTemplate::read(&pattern) {
        Ok(template) => Ok(Some(Nickname { pattern, template })),
        Err(error) => Err(D::Error::custom(format!(
            "a nickname that is no pattern: {error}"
        ))),
    }
}

/// A list in which nothing is named twice. It is looked at while it is read: so the line is known.
fn distinct<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
    what: &'static str,
    called: fn(&T) -> String,
) -> Result<Vec<T>, D::Error> {
    struct List<T> {
        what: &'static str,
        called: fn(&T) -> String,
        of: PhantomData<T>,
    }
    impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
        type Value = Vec<T>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(formatter, "a list of {}", self.what)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<Vec<T>, A::Error> {
            let mut list: Vec<T> = Vec::new();
            while let Some(member) = members.next_element::<T>()? {
                let name = (self.called)(&member);
                if list.iter().any(|other| (self.called)(other) == name) {
                    let what = self.what;
                    return Err(A::Error::custom(format!("two {what} are \"{name}\"")));
                }
                if list.len() == MOST {
                    return Err(A::Error::custom(format!("more than {MOST} {}", self.what)));
                }
                list.push(member);
            }
            Ok(list)
        }
    }
    deserializer.deserialize_seq(List {
        what,
        called,
        of: PhantomData,
    })
}
