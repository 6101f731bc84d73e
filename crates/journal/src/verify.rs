//! Does the chain hold, and where does it break first?

use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use crate::chain::{Hash, Seal};
use crate::entry::{Content, Entry, Removal};
use crate::error::{JournalError, is_unreadable};
use crate::reader::read_seal;
use crate::row::{COLUMNS, read_entry};

/// What [`Journal::verify`](crate::Journal::verify) found.
///
/// **It sees** every entry that was edited, removed, added or moved, entries cut off at the beginning or the end, and a
/// seal that was changed or removed: anything that touches the file without giving it another end that fits. What policy
/// removed is no break: its tombstone stands in the chain, and [`Kept::removals`] tells of it.
///
/// **It cannot see** three things, because the file holds all that is needed to do them and no secret. Someone may cut off
/// the newest entries and set the seal back to the hash of the last one left. Someone may rewrite everything from an entry
/// on, with all hashes after it and the seal. And someone may put back an older copy of the whole file. All three show
/// against a [`Seal`] that was kept elsewhere, as every export keeps one: see [`Held`].
///
/// **A removal that no policy asked for** looks like one that was, also against a seal: where the entry that the seal names
/// is gone there is nothing to compare, and a tombstone can be written by whoever can write the file. So whoever holds a seal
/// against a journal has to hold its tombstones ([`Kept::removals`]) against the policy too. Where policy does remove
/// entries, a forged tombstone that is as old as policy says cannot be told from a true one: then only a seal that is
/// younger than the oldest entry left proves anything, and only of what is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state")]
#[must_use]
pub enum Verification {
    /// Every entry that was not removed by policy is there, as it was written, in the order in which it was written.
    Whole(Kept),
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

/// A whole journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Where it ends.
    pub seal: Seal,
    /// Sequence number of the first entry that is there. Those before it were removed by policy. One more than
    /// [`Seal::count`] in an empty journal.
    pub first: u64,
    /// The tombstones that are there, the oldest first. The newest tells where the journal begins. Those of earlier
    /// removals may have been removed in their turn.
    pub removals: Vec<Entry<Removal>>,
}

/// What became of a journal since a seal of it was kept elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[must_use]
pub enum Held {
    /// It is the same journal, perhaps with more entries after; or a tombstone names the hash of the seal. Only where it is
    /// also [`Verification::Whole`], and policy asked for every removal, this proves that what is left up to the seal is as it
    /// was.
    Same,
    /// Its last entries are gone: it ends before the seal.
    Shorter,
    /// It has another entry in that place: it was made anew, or it is another journal.
    Other,
    /// The entry is gone under a tombstone, so that there is nothing to compare. Policy does so; so does whoever makes the
    /// journal anew and writes a tombstone of their own.
    Removed,
}

/// Holds what the connection sees, which must be one transaction, against a seal from elsewhere.
pub(crate) fn against(connection: &Connection, kept: Seal) -> Result<Held, JournalError> {
    let end: Option<i64> = connection.query_row("SELECT max(sequence) FROM entry", [], |row| row.get(0))?;
    let end = match end {
        Some(end) => u64::try_from(end).unwrap_or(0),
        // Policy may have removed every entry but the seal still counts them.
        None => read_seal(connection)?.map_or(0, |seal| seal.count),
    };
    if kept.count > end {
        return Ok(Held::Shorter);
    }
    if kept.count == 0 {
        return Ok(if kept == Seal::EMPTY {
            Held::Same
        } else {
            Held::Other
        });
    }
    let hash: Option<Hash> = connection
        .query_row(
            "SELECT hash FROM entry WHERE sequence = ?1
             UNION ALL SELECT removed_hash FROM entry WHERE removed_through = ?1 AND removed_hash IS NOT NULL LIMIT 1",
            [i64::try_from(kept.count).unwrap_or(i64::MAX)],
            |row| row.get(0),
        )
        .optional()?;
    Ok(match hash {
        Some(hash) if hash == kept.hash => Held::Same,
        Some(_) => Held::Other,
        None => Held::Removed,
    })
}

/// How the chain is broken at its first bad entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Fault {
    /// The entry's fields do not give its hash.
    Edited,
    /// The entry is not there, and no tombstone speaks for it.
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

/// Checks what the connection sees, which must be one transaction.
pub(crate) fn verify(connection: &Connection) -> Result<Verification, JournalError> {
    let start = match beginning(connection)? {
        Ok(seal) => seal,
        Err(verification) => return Ok(verification),
    };
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM entry ORDER BY sequence"))?;
    let mut rows = statement.query([])?;
    let mut walked = start;
    let mut removals = Vec::new();
    while let Some(row) = rows.next()? {
        match check(row, walked)? {
            Ok(entry) => {
                walked = entry.seal();
                removals.extend(entry.pick(removal));
            }
            Err(fault) => {
                return Ok(Verification::Broken {
                    sequence: walked.count + 1,
                    fault,
                });
            }
        }
    }
    let kept = Kept {
        seal: walked,
        first: start.count + 1,
        removals,
    };
    compare(kept, read_seal(connection))
}

/// What the first entry must be linked to: nothing, or what a tombstone says.
///
/// The tombstone itself is checked on the walk, like every entry. If it was tampered with, either it no longer speaks for
/// the beginning, or the walk stumbles over it.
fn beginning(connection: &Connection) -> Result<Result<Seal, Verification>, JournalError> {
    let first: Option<i64> = connection.query_row("SELECT min(sequence) FROM entry", [], |row| row.get(0))?;
    let before = match first {
        Some(first) if first > 1 => first - 1,
        _ => return Ok(Ok(Seal::EMPTY)),
    };
    let tombstone = connection
        .query_row(
            "SELECT removed_through, removed_hash FROM entry
             WHERE removed_through <= ?1 AND removed_hash IS NOT NULL ORDER BY removed_through DESC LIMIT 1",
            [before],
            |row| {
                Ok(Seal {
                    count: row.get(0)?,
                    hash: row.get::<_, Hash>(1)?,
                })
            },
        )
        .optional();
    let spoken_for = match tombstone {
        Ok(seal) => seal.unwrap_or(Seal::EMPTY),
        Err(error) if is_unreadable(&error) => Seal::EMPTY,
        Err(error) => return Err(error.into()),
    };
    Ok(if i64::try_from(spoken_for.count) == Ok(before) {
        Ok(spoken_for)
    } else {
        Err(Verification::Broken {
            sequence: spoken_for.count + 1,
            fault: Fault::Missing,
        })
    })
}

/// Checks the entry that follows what was `walked` so far.
fn check(row: &Row<'_>, walked: Seal) -> Result<Result<Entry<Content>, Fault>, JournalError> {
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
        Ok(entry)
    })
}

/// A row that cannot be read may also stand behind a gap, and then the gap comes first.
fn unreadable_or_missing(row: &Row<'_>, walked: Seal) -> Fault {
    match row.get::<_, u64>(0) {
        Ok(sequence) if sequence > walked.count + 1 => Fault::Missing,
        _ => Fault::Unreadable,
    }
}

fn removal(content: Content) -> Option<Removal> {
    match content {
        Content::Removal(removal) => Some(removal),
        Content::Event(_) | Content::Debrief(_) => None,
    }
}

/// Holds the end of the chain against the seal in the file.
fn compare(kept: Kept, seal: rusqlite::Result<Option<Seal>>) -> Result<Verification, JournalError> {
    let walked = kept.seal;
    let broken = |sequence, fault| Ok(Verification::Broken { sequence, fault });
    match seal {
        Ok(Some(seal)) if seal == walked => Ok(Verification::Whole(kept)),
        Ok(Some(seal)) if seal.count > walked.count => broken(walked.count + 1, Fault::Missing),
        Ok(Some(seal)) if seal.count < walked.count => broken(seal.count + 1, Fault::Unsealed),
        Ok(_) => broken(walked.count, Fault::SealDiffers),
        Err(error) if is_unreadable(&error) => broken(walked.count, Fault::SealDiffers),
        Err(error) => Err(error.into()),
    }
}
