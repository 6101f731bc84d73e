//! Does the chain hold, and where does it break first?

use rusqlite::{Connection, Row};

use crate::chain::Seal;
use crate::error::{JournalError, is_unreadable};
use crate::journal::{COLUMNS, read_entry, read_seal};

/// What [`Journal::verify`](crate::Journal::verify) found.
///
/// **It sees** every entry that was edited, removed, added or moved, entries cut off at the beginning or the end, and a
/// seal that was changed or removed: anything that touches the file without making the chain anew.
///
/// **It cannot see** two things, because the file holds all that is needed to do them and no secret. Someone may rewrite
/// everything from an entry on, with all hashes after it and the seal. And someone may put back an older copy of the
/// whole file. Both show against a [`Seal`] that was kept elsewhere: the entry numbered [`Seal::count`] must still have
/// that hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verification {
    /// Every entry is there, as it was written, in the order in which it was written.
    Whole(Seal),
    /// Something was changed. Entries before this one are as they were written; this one and those after it prove
    /// nothing until somebody has looked.
    Broken {
        /// The first sequence number that is wrong. For a missing entry, its number; for a bad seal, the last entry's
        /// number (0 in an empty journal).
        sequence: u64,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// How the chain is broken at its first bad entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The entry's fields do not give its hash.
    Edited,
    /// The entry is not there.
    Missing,
    /// The entry does not name the hash of the one before: it was moved or replaced, or the one before was.
    Unlinked,
    /// The entry holds something that no journal writes.
    Unreadable,
    /// The entry came in without being counted by the seal.
    Unsealed,
    /// All entries hold together, but the seal gives another hash for the last one, or is gone.
    SealDiffers,
}

pub(crate) fn verify(connection: &Connection) -> Result<Verification, JournalError> {
    // One read transaction: entries and seal are from the same moment.
    let transaction = connection.unchecked_transaction()?;
    let mut statement = transaction.prepare(&format!("SELECT {COLUMNS} FROM entry ORDER BY sequence"))?;
    let mut rows = statement.query([])?;
    let mut walked = Seal::EMPTY;
    while let Some(row) = rows.next()? {
        match check(row, walked)? {
            Ok(seal) => walked = seal,
            Err(fault) => {
                return Ok(Verification::Broken {
                    sequence: walked.count + 1,
                    fault,
                });
            }
        }
    }
    compare(walked, read_seal(&transaction))
}

/// Checks the entry that follows what was `walked` so far, and gives the seal up to and with it.
fn check(row: &Row<'_>, walked: Seal) -> Result<Result<Seal, Fault>, JournalError> {
    let entry = match read_entry(row) {
        Ok(entry) => entry,
        Err(error) if is_unreadable(&error) => return Ok(Err(unreadable_or_missing(row, walked))),
        Err(error) => return Err(error.into()),
    };
    Ok(if entry.sequence != walked.count + 1 {
        Err(Fault::Missing)
    } else if entry.previous != walked.hash {
        Err(Fault::Unlinked)
    } else if entry.computed_hash() != entry.hash {
        Err(Fault::Edited)
    } else {
        Ok(entry.seal())
    })
}

/// A row that cannot be read may also stand behind a gap, and then the gap comes first.
fn unreadable_or_missing(row: &Row<'_>, walked: Seal) -> Fault {
    match row.get::<_, u64>(0) {
        Ok(sequence) if sequence > walked.count + 1 => Fault::Missing,
        _ => Fault::Unreadable,
    }
}

/// Holds the end of the chain against the seal in the file.
fn compare(walked: Seal, kept: rusqlite::Result<Option<Seal>>) -> Result<Verification, JournalError> {
    let broken = |sequence, fault| Ok(Verification::Broken { sequence, fault });
    match kept {
        Ok(Some(kept)) if kept == walked => Ok(Verification::Whole(walked)),
        Ok(Some(kept)) if kept.count > walked.count => broken(walked.count + 1, Fault::Missing),
        Ok(Some(kept)) if kept.count < walked.count => broken(kept.count + 1, Fault::Unsealed),
        Ok(_) => broken(walked.count, Fault::SealDiffers),
        Err(error) if is_unreadable(&error) => broken(walked.count, Fault::SealDiffers),
        Err(error) => Err(error.into()),
    }
}
