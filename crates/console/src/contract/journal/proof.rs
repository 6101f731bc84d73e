//! Whether the journal is as it was written, and what is taken out of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether the journal is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum JournalState {
    /// Every entry that policy did not remove is there, as it was written, in its order.
    Whole,
    /// An entry was changed.
    Edited,
    /// Entries in the middle or at the beginning are gone, and no policy removed them.
    Removed,
    /// An entry stands where another was written.
    Reordered,
    /// Entries at the end are gone.
    Truncated,
    /// An entry came in that Sotto did not write.
    Added,
    /// All entries hold together, but the seal of the file is another, or gone.
    SealChanged,
}

/// What the check of the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JournalCheck {
    /// Whether it is whole, and if not, how not.
    pub state: JournalState,
    /// The first entry that is wrong, by its place; none where it is whole.
    pub sequence: Option<u64>,
    /// The same in a sentence, in English.
    pub sentence: String,
    /// How many entries there are now, where it is whole.
    pub entries: Option<u64>,
    /// Place of the first of them, where it is whole: those before it were removed by policy.
    pub first: Option<u64>,
    /// Hash of the last entry, where it is whole: noted down elsewhere it shows later that nobody made the journal anew.
    pub seal: Option<String>,
}

/// What an export can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum JournalFormat {
    /// A row for each coaching, for a spreadsheet.
    #[serde(rename = "csv")]
    Csv,
    /// One entry a line in canonical JSON.
    #[serde(rename = "jsonl")]
    JsonLines,
    /// A report to read and print.
    #[serde(rename = "html")]
    Html,
}

/// An export that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JournalExport {
    /// The file.
    pub file: String,
    /// Its manifest, beside it: what it was made from, and the hash to know it again by.
    pub manifest: String,
    /// How many coachings are in it.
    pub coachings: u32,
    /// Whether the whole journal held when it was made.
    pub whole: bool,
}
