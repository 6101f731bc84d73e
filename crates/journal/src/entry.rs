//! What an entry says, and the closed sets of words it says it with.

use std::fmt;

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

use crate::chain::Hash;
use crate::error::JournalError;

/// The largest number an entry may hold: 2^53 - 1, the last whole number that every JSON reader keeps exact.
pub const LARGEST_NUMBER: u64 = (1 << 53) - 1;

/// An enum whose variant names are also the words in the file, in exports and in the hash.
///
/// A word is never renamed. A new word is a new schema version, so that an older Sotto refuses the file with
/// [`JournalError::NewerSchema`] instead of calling it damaged.
macro_rules! words {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$meaning:meta])* $word:ident,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$meaning])* $word,)+ }

        impl $name {
            /// Every word, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$word,)+];

            /// The word as the file and the exports have it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$word => stringify!($word),)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let found = value.as_str()?;
                Self::ALL.iter().copied().find(|word| word.as_str() == found).ok_or_else(|| {
                    FromSqlError::Other(format!("{found:?} is no {}", stringify!($name)).into())
                })
            }
        }
    };
}

words! {
    /// The way the customer and the agent talk.
    pub enum Channel {
        /// A phone call.
        Voice,
        /// An SMS session.
        Sms,
        /// A chat on a web page.
        Chat,
    }
}

words! {
    /// What the supervisor does on the agent's interaction.
    pub enum Act {
        /// Hear or read, unheard and unseen.
        ListenIn,
        /// Whisper: only the agent hears or reads it.
        Coach,
        /// Join: everyone hears or reads it.
        BargeIn,
    }
}

words! {
    /// What happened. One coaching is several entries with the same [`NewEntry::session`].
    pub enum What {
        /// The supervisor asked for it; nothing was sent yet.
        Requested,
        /// The server took the request. It is not armed yet.
        Accepted,
        /// The server says that it is armed and waits for the agent's interaction.
        Armed,
        /// The agent's interaction is there and the supervisor's own phone rings.
        Offered,
        /// The supervisor is in.
        Live,
        /// Who hears or reads the supervisor changed: [`NewEntry::act`] is the new act.
        ModeChanged,
        /// The interaction ended by itself.
        Ended,
        /// The supervisor stopped it, and the server confirmed.
        Cancelled,
        /// The server took the supervisor out of a written session.
        Revoked,
        /// The supervisor left a written session that goes on.
        Left,
        /// The server said no; [`NewEntry::error_code`] has its reason.
        Refused,
        /// It stopped for a reason outside: agent or device gone, server restarted, connection lost.
        Lost,
    }
}

/// What the caller knows about one event. No field may hold customer content or whisper text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewEntry {
    /// When it happened: milliseconds since the Unix epoch, at most [`LARGEST_NUMBER`].
    pub at_ms: u64,
    /// User name of the supervisor.
    pub supervisor: String,
    /// The agent's name as it was shown to the supervisor at that moment.
    pub agent: String,
    /// The agent's id on the server.
    pub agent_id: String,
    /// Voice, SMS or chat.
    pub channel: Channel,
    /// Listen in, coach or barge in.
    pub act: Act,
    /// The mode in the server's word (`NextCall`, `AllChats`, …), where one was chosen.
    pub mode: Option<String>,
    /// The scope in the server's word (`Agent`, `Call`), where one was chosen.
    pub scope: Option<String>,
    /// What happened.
    pub event: What,
    /// How long this step took, in milliseconds, where it was measured; at most [`LARGEST_NUMBER`].
    pub took_ms: Option<u64>,
    /// The stable code of the error, where there was one. A code, never a text from the server.
    pub error_code: Option<String>,
    /// Base address of the server, or the name of the practice floor.
    pub server: String,
    /// Groups the entries of one coaching, from its request to its end.
    pub session: String,
}

impl NewEntry {
    /// Refuses what the file or a reader of an export could not hold exactly.
    pub(crate) fn check(&self) -> Result<(), JournalError> {
        for (field, number) in [("at_ms", self.at_ms), ("took_ms", self.took_ms.unwrap_or(0))] {
            if number > LARGEST_NUMBER {
                return Err(JournalError::OutOfRange { field });
            }
        }
        Ok(())
    }
}

/// An entry as it stands in the journal. As JSON it is one flat object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Place in the journal: 1, 2, 3 … without a gap.
    pub sequence: u64,
    /// Hash of the entry before; [`Hash::ORIGIN`] for the first.
    pub previous: Hash,
    /// Hash of this entry; [`struct@Hash`] defines it.
    pub hash: Hash,
    /// What was recorded.
    #[serde(flatten)]
    pub content: NewEntry,
}
