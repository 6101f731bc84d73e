//! The closed sets of words that entries say things with.

use std::fmt;

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// An enum whose variant names are also the words in the file, in exports and in the hash.
///
/// A word is never renamed. A new word is a new schema version, so that an older Sotto refuses the file with
/// [`JournalError::NewerSchema`](crate::JournalError::NewerSchema) instead of calling it damaged.
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
    /// What happened. One coaching is several entries with the same [`NewEntry::session`](crate::NewEntry::session).
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
        /// Who hears or reads the supervisor changed: [`NewEntry::act`](crate::NewEntry::act) is the new act.
        ModeChanged,
        /// The interaction ended by itself.
        Ended,
        /// The supervisor stopped it, and the server confirmed.
        Cancelled,
        /// The server took the supervisor out of a written session.
        Revoked,
        /// The supervisor left a written session that goes on.
        Left,
        /// The server said no; [`NewEntry::error_code`](crate::NewEntry::error_code) has its reason.
        Refused,
        /// It stopped for a reason outside: agent or device gone, server restarted, connection lost.
        Lost,
        /// The supervisor sent a whisper, which only the agents read.
        Whispered,
    }
}

words! {
    /// What kind of entry it is.
    pub enum Kind {
        /// A step of a coaching: [`NewEntry`](crate::NewEntry).
        Event,
        /// What the supervisor made of a coaching: [`Debrief`](crate::Debrief).
        Debrief,
        /// Old entries were removed by policy: [`Removal`](crate::Removal).
        Removal,
    }
}

words! {
    /// First tap of a debrief: what the agent did with the help.
    pub enum Uptake {
        /// The agent used it.
        Used,
        /// The agent used some of it.
        Partly,
        /// The agent did not use it.
        NotUsed,
    }
}

words! {
    /// Second tap of a debrief: how the interaction went on.
    pub enum Effect {
        /// Better than before.
        Better,
        /// No different.
        Same,
        /// Worse than before.
        Worse,
    }
}

words! {
    /// Third tap of a debrief: what comes next for this agent.
    pub enum NextStep {
        /// Nothing is needed.
        Nothing,
        /// Tell the agent what was good.
        Praise,
        /// Listen or read again.
        WatchAgain,
        /// Talk about it or train it.
        Train,
    }
}
