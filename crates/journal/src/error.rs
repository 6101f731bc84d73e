//! What can go wrong, as a closed set with stable codes.

use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;

use crate::verify::Fault;

/// Why the journal could not do what was asked. Whatever the error, every entry acknowledged before it is still there,
/// and nothing of the failed call is.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be made, opened or written: no such folder, no permission, not a file.
    #[error("cannot open the journal {}: {source}", path.display())]
    CannotOpen {
        /// The journal's file, or the lock or backup beside it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no room for the entry. The journal works again as soon as there is.
    #[error("the disk is full: the journal entry was not written")]
    DiskFull,
    /// Another Sotto has this journal open, or another program holds the file for longer than the journal waits.
    #[error("another program holds the journal")]
    Locked,
    /// The file is something else. It was left as it is.
    #[error("{} is not a journal", path.display())]
    NotAJournal {
        /// The file.
        path: PathBuf,
    },
    /// A newer Sotto wrote this journal. It was left as it is.
    #[error("the journal has schema {found}, this Sotto knows up to {known}: a newer Sotto wrote it")]
    NewerSchema {
        /// The schema of the file.
        found: i32,
        /// The newest schema that this build knows.
        known: i32,
    },
    /// An older Sotto wrote this journal, and only reading was asked for. Opening it for writing brings it up to date.
    #[error("the journal has schema {found}, this Sotto reads {known}: open it once for writing")]
    OlderSchema {
        /// The schema of the file.
        found: i32,
        /// The schema that this build reads.
        known: i32,
    },
    /// The file may no longer be written.
    #[error("the journal may only be read, not written")]
    ReadOnly,
    /// The entry holds a number above [`LARGEST_NUMBER`](crate::LARGEST_NUMBER).
    #[error("{field} is too large for the journal")]
    OutOfRange {
        /// Name of the field.
        field: &'static str,
    },
    /// No entry of this coaching is in the journal, so nothing can be said about it.
    #[error("the journal knows no coaching {session:?}")]
    UnknownCoaching {
        /// What was asked for.
        session: String,
    },
    /// The chain is broken, so nothing is removed from it: a removal would take away what shows the break.
    #[error("the journal is not whole: entry {sequence} is wrong ({fault:?})")]
    NotWhole {
        /// The first entry that is wrong.
        sequence: u64,
        /// How.
        fault: Fault,
    },
    /// A file of an export cannot be made, or one cannot be read again. What was begun of it is removed.
    #[error("cannot write or read the export {}: {source}", path.display())]
    Export {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no manifest of an export.
    #[error("{} is not the manifest of an export", path.display())]
    NotAManifest {
        /// The file.
        path: PathBuf,
    },
    /// The file is a journal, but something in it cannot be read as one any more.
    #[error("the journal is damaged: {detail}")]
    Damaged {
        /// What was found.
        detail: String,
    },
    /// The disk or `SQLite` failed in a way that has no name here.
    #[error("the journal's storage failed: {0}")]
    Storage(rusqlite::Error),
}

impl JournalError {
    /// A word that names the kind of error and never changes, for logs, the UI and scripts.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CannotOpen { .. } => "journal_cannot_open",
            Self::DiskFull => "journal_disk_full",
            Self::Locked => "journal_locked",
            Self::NotAJournal { .. } => "journal_not_a_journal",
            Self::NewerSchema { .. } => "journal_newer_schema",
            Self::OlderSchema { .. } => "journal_older_schema",
            Self::ReadOnly => "journal_read_only",
            Self::OutOfRange { .. } => "journal_out_of_range",
            Self::UnknownCoaching { .. } => "journal_unknown_coaching",
            Self::NotWhole { .. } => "journal_not_whole",
            Self::Export { .. } => "journal_export",
            Self::NotAManifest { .. } => "journal_not_a_manifest",
            Self::Damaged { .. } => "journal_damaged",
            Self::Storage(_) => "journal_storage",
        }
    }
}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        if is_unreadable(&error) {
            return Self::Damaged {
                detail: error.to_string(),
            };
        }
        // A number that the file cannot hold comes from a seal that somebody changed: our own were checked.
        if matches!(error, rusqlite::Error::ToSqlConversionFailure(_)) {
            return Self::Damaged {
                detail: error.to_string(),
            };
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            // A constraint fails only when somebody else wrote into the file: our own rows always fit.
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ConstraintViolation) => {
                Self::Damaged {
                    detail: error.to_string(),
                }
            }
            _ => Self::Storage(error),
        }
    }
}

/// Whether a row was found but holds a value that no journal writes.
pub(crate) fn is_unreadable(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
    )
}
