//! What customers and supervisors wrote, which the journal keeps only where policy says so.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// Whether policy lets the journal keep the text of whispers and messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContentPolicy {
    /// No text is kept. This is the default.
    #[default]
    Leave,
    /// Text is kept.
    Keep,
}

impl ContentPolicy {
    /// The text as an entry may hold it, or nothing where policy does not allow it.
    pub fn text(self, written: &str) -> Option<KeptText> {
        match self {
            Self::Leave => None,
            Self::Keep => Some(KeptText(written.to_owned())),
        }
    }
}

/// A text that policy allows to keep. There is no way to make one but [`ContentPolicy::text`], so whoever fills the field
/// has asked the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct KeptText(String);

impl KeptText {
    /// The text. Hostile: a customer may have written it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ToSql for KeptText {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for KeptText {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        FromSql::column_result(value).map(Self)
    }
}
