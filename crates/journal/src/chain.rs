//! The chain: how an entry's hash is made, and the seal that holds the end of the chain.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::entry::{Content, Debrief, Entry, NewEntry, Removal};
use crate::words::Kind;

/// The SHA-256 of an entry's canonical JSON; printed as 64 lower-case hexadecimal digits.
///
/// The canonical JSON of an entry is one object in the form of RFC 8785 (members sorted by name, no white space, UTF-8,
/// only `"`, `\` and control characters escaped). Its members are the entry's own fields. `previous` is the printed hash
/// of the entry before, `removed_hash` that of another entry, `follow_up` a day as `YYYY-MM-DD`, `tags` an array of
/// strings. A field without a value, and an empty array, is left out and not `null`.
///
/// **Form 1**, all that schema 1 knows: an event, with
/// `act`, `agent`, `agent_id`, `at_ms`, `channel`, `error_code`, `event`, `mode`, `previous`, `scope`, `sequence`,
/// `server`, `session`, `supervisor`, `took_ms`.
///
/// **Form 2**, since schema 2:
/// * an event may also have `reason` and `text`. Without them it is in form 1, so entries written under schema 1 keep
///   their hashes, and no version has to be known to check one;
/// * a debrief has `"kind":"Debrief"`, `at_ms`, `effect`, `follow_up`, `next_step`, `note`, `previous`, `sequence`,
///   `session`, `supervisor`, `tags`, `uptake`;
/// * a removal has `"kind":"Removal"`, `at_ms`, `older_than_ms`, `previous`, `removed_from`, `removed_hash`,
///   `removed_through`, `sequence`.
///
/// No event has `kind`, so no two kinds have the same form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first entry has as `previous`: all zeros.
    pub const ORIGIN: Self = Self([0; 32]);

    /// The SHA-256 of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self::finish(Sha256::new_with_prefix(bytes))
    }

    /// A printed hash.
    fn read(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The SHA-256 of what went into it.
    pub(crate) fn finish(digest: Sha256) -> Self {
        Self(digest.finalize().into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By hand, because every entry of a check prints one and formatting byte by byte took a good part of the time.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let text = self
            .0
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|digit| char::from(DIGITS[usize::from(digit)]));
        formatter.write_str(&text.collect::<String>())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| D::Error::custom("not a SHA-256 of 64 hexadecimal digits"))
    }
}

impl ToSql for Hash {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for Hash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        FromSql::column_result(value).map(Self)
    }
}

/// How many entries there are and the hash of the last one: all that is needed to know the whole journal again.
///
/// The file keeps its own seal beside the entries. A seal that is also kept elsewhere (printed, mailed, in an export)
/// proves more; see [`Verification`](crate::Verification).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Number of entries ever written, which is also the last sequence number.
    pub count: u64,
    /// Hash of the last entry; [`Hash::ORIGIN`] for an empty journal.
    pub hash: Hash,
}

impl Seal {
    /// The seal of an empty journal.
    pub const EMPTY: Self = Self {
        count: 0,
        hash: Hash::ORIGIN,
    };

    /// The entry that comes next after everything under this seal.
    pub(crate) fn next<C: Canonical>(self, content: C) -> Entry<C> {
        let sequence = self.count + 1;
        let hash = hash_of(sequence, self.hash, &content);
        Entry {
            sequence,
            previous: self.hash,
            hash,
            content,
        }
    }
}

impl<C: Canonical> Entry<C> {
    /// The hash that this entry's fields give; differs from [`Entry::hash`] when a field was edited.
    pub fn computed_hash(&self) -> Hash {
        hash_of(self.sequence, self.previous, &self.content)
    }
}

impl<C> Entry<C> {
    /// The seal of a journal that ends with this entry.
    pub(crate) fn seal(&self) -> Seal {
        Seal {
            count: self.sequence,
            hash: self.hash,
        }
    }
}

impl Entry<Content> {
    /// The entry as a line of an export: its canonical JSON with one member more, `hash`. Whoever takes that member out
    /// again has what the hash was made of.
    pub fn json_line(&self) -> String {
        let mut members = placed(self.sequence, self.previous, &self.content);
        members.insert("hash", self.hash.to_string().into());
        print(&members)
    }
}

/// Names and values, in the order of the canonical form.
pub type Members = BTreeMap<&'static str, Value>;

/// Content that a hash can be made of.
pub trait Canonical {
    /// Its members in the canonical form ([`struct@Hash`]), without those that tell its place in the chain.
    fn members(&self) -> Members;
}

impl Canonical for NewEntry {
    fn members(&self) -> Members {
        present([
            ("act", Some(self.act.as_str().into())),
            ("agent", Some(self.agent.as_str().into())),
            ("agent_id", Some(self.agent_id.as_str().into())),
            ("at_ms", Some(self.at_ms.into())),
            ("channel", Some(self.channel.as_str().into())),
            ("error_code", self.error_code.as_deref().map(Value::from)),
            ("event", Some(self.event.as_str().into())),
            ("mode", self.mode.as_deref().map(Value::from)),
            ("reason", self.reason.as_deref().map(Value::from)),
            ("scope", self.scope.as_deref().map(Value::from)),
            ("server", Some(self.server.as_str().into())),
            ("session", Some(self.session.as_str().into())),
            ("supervisor", Some(self.supervisor.as_str().into())),
            ("text", self.text.as_ref().map(|text| text.as_str().into())),
            ("took_ms", self.took_ms.map(Value::from)),
        ])
    }
}

impl Canonical for Debrief {
    fn members(&self) -> Members {
        let tags = (!self.tags.is_empty()).then(|| self.tags.clone());
        present([
            ("at_ms", Some(self.at_ms.into())),
            ("effect", self.effect.map(|effect| effect.as_str().into())),
            ("follow_up", self.follow_up.map(|day| day.to_string().into())),
            ("kind", Some(Kind::Debrief.as_str().into())),
            ("next_step", self.next_step.map(|step| step.as_str().into())),
            ("note", self.note.as_deref().map(Value::from)),
            ("session", Some(self.session.as_str().into())),
            ("supervisor", Some(self.supervisor.as_str().into())),
            ("tags", tags.map(Value::from)),
            ("uptake", self.uptake.map(|uptake| uptake.as_str().into())),
        ])
    }
}

impl Canonical for Removal {
    fn members(&self) -> Members {
        present([
            ("at_ms", Some(self.at_ms.into())),
            ("kind", Some(Kind::Removal.as_str().into())),
            ("older_than_ms", Some(self.older_than_ms.into())),
            ("removed_from", Some(self.removed_from.into())),
            ("removed_hash", Some(self.removed_hash.to_string().into())),
            ("removed_through", Some(self.removed_through.into())),
        ])
    }
}

impl Canonical for Content {
    fn members(&self) -> Members {
        match self {
            Self::Event(event) => event.members(),
            Self::Debrief(debrief) => debrief.members(),
            Self::Removal(removal) => removal.members(),
        }
    }
}

fn present<const COUNT: usize>(members: [(&'static str, Option<Value>); COUNT]) -> Members {
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn hash_of(sequence: u64, previous: Hash, content: &impl Canonical) -> Hash {
    Hash::of(print(&placed(sequence, previous, content)).as_bytes())
}

fn placed(sequence: u64, previous: Hash, content: &impl Canonical) -> Members {
    let mut members = content.members();
    members.insert("sequence", sequence.into());
    members.insert("previous", previous.to_string().into());
    members
}

/// Sorted by the map's own order, because that of `serde_json`'s objects is a build option.
fn print(members: &Members) -> String {
    let mut json = String::from("{");
    for (name, value) in members {
        let comma = if json.len() > 1 { "," } else { "" };
        // Writing into a String cannot fail.
        let _ = write!(json, "{comma}\"{name}\":{value}");
    }
    json.push('}');
    json
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    use crate::text::ContentPolicy;
    use crate::words::{Act, Channel, Effect, NextStep, Uptake, What};

    fn full() -> NewEntry {
        NewEntry {
            at_ms: 1_795_000_000_123,
            supervisor: "sam".into(),
            agent: "Zoë \"Z\" Ødegård\n\u{1}".into(),
            agent_id: "a-17".into(),
            channel: Channel::Voice,
            act: Act::Coach,
            mode: Some("NextCall".into()),
            scope: Some("Agent".into()),
            event: What::Armed,
            took_ms: Some(42),
            error_code: None,
            server: "https://gws.example".into(),
            session: "c-1".into(),
            reason: None,
            text: None,
        }
    }

    fn sparse() -> NewEntry {
        NewEntry {
            at_ms: 0,
            supervisor: "/".into(),
            agent: String::new(),
            agent_id: "😀".into(),
            channel: Channel::Sms,
            act: Act::BargeIn,
            mode: None,
            scope: None,
            event: What::Refused,
            took_ms: None,
            error_code: Some("forbidden".into()),
            server: String::new(),
            session: "c\\2".into(),
            reason: None,
            text: None,
        }
    }

    #[test]
    fn the_canonical_form_is_what_the_documentation_says() {
        let zeros = "0".repeat(64);
        assert_eq!(
            print(&placed(1, Hash::ORIGIN, &full())),
            format!(
                r#"{{"act":"Coach","agent":"Zoë \"Z\" Ødegård\n\u0001","agent_id":"a-17","at_ms":1795000000123,"channel":"Voice","event":"Armed","mode":"NextCall","previous":"{zeros}","scope":"Agent","sequence":1,"server":"https://gws.example","session":"c-1","supervisor":"sam","took_ms":42}}"#
            )
        );
    }

    /// Both hashes were made by Python's `json` and `hashlib` from the definition, not by this code. If this test fails,
    /// no journal written so far verifies any more.
    #[test]
    fn the_hashes_are_those_of_an_independent_implementation() {
        let first = Seal::EMPTY.next(full());
        let second = first.seal().next(sparse());
        assert_eq!(
            first.hash.to_string(),
            "cbebff6420694b3324a02947ccd86efd8dd328e2202b3443b4d9ebf2129a6a65"
        );
        assert_eq!(
            second.hash.to_string(),
            "9b077adf87755296cad4afb318e0a511a79f49cb3b969ed6b33f88dc514f4ec0"
        );
        assert_eq!((second.sequence, second.previous), (2, first.hash));
    }

    /// The same for what schema 2 added.
    #[test]
    fn the_hashes_of_form_2_are_those_of_an_independent_implementation() {
        let event = NewEntry {
            event: What::Whispered,
            reason: Some("Beschwerde – zweite".into()),
            text: ContentPolicy::Keep.text("say \"yes\"\t!"),
            ..full()
        };
        let debrief = Debrief {
            at_ms: 1_795_000_000_500,
            supervisor: "sam".into(),
            session: "c-1".into(),
            uptake: Some(Uptake::Partly),
            effect: Some(Effect::Same),
            next_step: Some(NextStep::WatchAgain),
            tags: vec!["ruhig".into(), "é,\"".into()],
            note: Some("a\nb".into()),
            follow_up: Some(date(2026, 12, 1)),
        };
        let bare = Debrief {
            session: "c-1".into(),
            ..Debrief::default()
        };
        let removal = Removal {
            at_ms: 1_795_000_000_900,
            older_than_ms: 1_787_000_000_000,
            removed_from: 1,
            removed_through: 2,
            removed_hash: Hash::of(b""),
        };
        let first = Seal::EMPTY.next(event);
        let second = first.seal().next(debrief);
        let third = second.seal().next(bare);
        let fourth = third.seal().next(removal);
        let hashes = [first.hash, second.hash, third.hash, fourth.hash];
        assert_eq!(
            hashes.map(|hash| hash.to_string()),
            [
                "8edaaea6ea2ace5cb7b2ce26c0b338c7ad9887a96e87c567699f5062edb79444",
                "d6eba77e325a1904ee79ba16ea998bd4697d2122cd132ffe07af610ffd13dac2",
                "bec8af3dff72aa1a18159f12f43b34d5097d965f53de0a2bf30374bfefcfcb59",
                "ed8709b430c1f9b4da01f334690048a6205b0cf7928bcbc83b65d9719ad9a983",
            ]
        );
    }

    #[test]
    fn every_field_is_under_the_hash() {
        let changes: [fn(&mut NewEntry); 15] = [
            |entry| entry.at_ms += 1,
            |entry| entry.supervisor.push('x'),
            |entry| entry.agent.push('x'),
            |entry| entry.agent_id.push('x'),
            |entry| entry.channel = Channel::Sms,
            |entry| entry.act = Act::ListenIn,
            |entry| entry.mode = None,
            |entry| entry.scope = Some("Call".into()),
            |entry| entry.event = What::Live,
            |entry| entry.took_ms = Some(0),
            |entry| entry.error_code = Some(String::new()),
            |entry| entry.server.clear(),
            |entry| entry.session.push(' '),
            |entry| entry.reason = Some(String::new()),
            |entry| entry.text = ContentPolicy::Keep.text(""),
        ];
        let whole = hash_of(1, Hash::ORIGIN, &full());
        for (field, change) in changes.iter().enumerate() {
            let mut edited = full();
            change(&mut edited);
            assert_ne!(hash_of(1, Hash::ORIGIN, &edited), whole, "field {field}");
        }
        assert_ne!(hash_of(2, Hash::ORIGIN, &full()), whole);
        assert_ne!(hash_of(1, whole, &full()), whole);
    }
}
