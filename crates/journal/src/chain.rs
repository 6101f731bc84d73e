//! The chain: how an entry's hash is made, and the seal that holds the end of the chain.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use serde::{Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::entry::{Entry, NewEntry};

/// The SHA-256 of an entry's canonical JSON; printed as 64 lower-case hexadecimal digits.
///
/// The canonical JSON of an entry is one object in the form of RFC 8785 (members sorted by name, no white space, UTF-8,
/// only `"`, `\` and control characters escaped), with these members:
///
/// `act`, `agent`, `agent_id`, `at_ms`, `channel`, `error_code`, `event`, `mode`, `previous`, `scope`, `sequence`,
/// `server`, `session`, `supervisor`, `took_ms`
///
/// They are the entry's own fields; `previous` is the printed hash of the entry before. A field without a value is left
/// out, not `null`: so a later version may add optional fields and the hashes of old entries stay what they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first entry has as `previous`: all zeros.
    pub const ORIGIN: Self = Self([0; 32]);
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Seal {
    /// Number of entries, which is also the last sequence number.
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
    pub(crate) fn next(self, content: NewEntry) -> Entry {
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

impl Entry {
    /// The hash that this entry's fields give; differs from [`Entry::hash`] when a field was edited.
    pub fn computed_hash(&self) -> Hash {
        hash_of(self.sequence, self.previous, &self.content)
    }

    /// The seal of a journal that ends with this entry.
    pub(crate) fn seal(&self) -> Seal {
        Seal {
            count: self.sequence,
            hash: self.hash,
        }
    }
}

fn hash_of(sequence: u64, previous: Hash, content: &NewEntry) -> Hash {
    Hash(Sha256::digest(canonical(sequence, previous, content)).into())
}

/// See [`Hash`] for the definition. Sorted here, because the order of `serde_json`'s own map is a build option.
fn canonical(sequence: u64, previous: Hash, content: &NewEntry) -> String {
    let members: BTreeMap<&str, Option<Value>> = BTreeMap::from([
        ("act", Some(content.act.as_str().into())),
        ("agent", Some(content.agent.as_str().into())),
        ("agent_id", Some(content.agent_id.as_str().into())),
        ("at_ms", Some(content.at_ms.into())),
        ("channel", Some(content.channel.as_str().into())),
        ("error_code", content.error_code.as_deref().map(Value::from)),
        ("event", Some(content.event.as_str().into())),
        ("mode", content.mode.as_deref().map(Value::from)),
        ("previous", Some(previous.to_string().into())),
        ("scope", content.scope.as_deref().map(Value::from)),
        ("sequence", Some(sequence.into())),
        ("server", Some(content.server.as_str().into())),
        ("session", Some(content.session.as_str().into())),
        ("supervisor", Some(content.supervisor.as_str().into())),
        ("took_ms", content.took_ms.map(Value::from)),
    ]);
    let mut json = String::from("{");
    for (name, value) in members {
        if let Some(value) = value {
            let comma = if json.len() > 1 { "," } else { "" };
            // Writing into a String cannot fail.
            let _ = write!(json, "{comma}\"{name}\":{value}");
        }
    }
    json.push('}');
    json
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{Act, Channel, What};

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
        }
    }

    #[test]
    fn the_canonical_form_is_what_the_documentation_says() {
        let zeros = "0".repeat(64);
        assert_eq!(
            canonical(1, Hash::ORIGIN, &full()),
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

    #[test]
    fn every_field_is_under_the_hash() {
        let changes: [fn(&mut NewEntry); 13] = [
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
