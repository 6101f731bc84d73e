//! Removing what policy says is too old, so that the chain stays whole: the oldest entries go, and a tombstone at the end
//! of the chain takes over what the first entry that is left must be linked to.

use rusqlite::{Connection, OptionalExtension};

use crate::entry::Removal;
use crate::error::JournalError;
use crate::reader::storable;
use crate::verify::{self, Verification};

/// What is too old.
///
/// Entries are removed from the beginning up to the first one that is not older than the limit, so a clock that once stood
/// wrong never costs a younger entry: one that was written before stays with it. An entry from the future says nothing
/// about its age and goes with those around it, and as long as the newest entry is from the future, nothing is removed,
/// because it may be `now_ms` that is wrong.
///
/// Where even the newest entry is older than the limit, nothing is removed: a journal in use has newer ones, so it may be
/// `now_ms` that stands in the future. The next entry ends that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Entries from before this moment are removed. Milliseconds since the Unix epoch.
    pub older_than_ms: u64,
    /// The time of the removal, which its tombstone keeps. Milliseconds since the Unix epoch.
    pub now_ms: u64,
}

/// The tombstone of what is to be removed, or `None` where there is nothing but, at most, former tombstones.
pub(crate) fn plan(connection: &Connection, retention: Retention) -> Result<Option<Removal>, JournalError> {
    let Some((from, through)) = too_old(connection, retention)? else {
        return Ok(None);
    };
    if let Verification::Broken { sequence, fault } = verify::verify(connection)? {
        return Err(JournalError::NotWhole { sequence, fault });
    }
    let removed_hash =
        connection.query_row("SELECT hash FROM entry WHERE sequence = ?1", [through], |row| {
            row.get(0)
        })?;
    Ok(Some(Removal {
        at_ms: retention.now_ms,
        older_than_ms: retention.older_than_ms,
        removed_from: from,
        removed_through: through,
        removed_hash,
    }))
}

/// The first and the last sequence number that are too old.
fn too_old(connection: &Connection, retention: Retention) -> rusqlite::Result<Option<(u64, u64)>> {
    let limit = storable(retention.older_than_ms.min(retention.now_ms));
    let now = storable(retention.now_ms);
    let newest: Option<i64> = connection
        .query_row(
            "SELECT at_ms FROM entry ORDER BY sequence DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .optional()?;
    if newest.is_none_or(|at_ms| at_ms < limit || at_ms > now) {
        return Ok(None);
    }
    let kept: Option<i64> = connection.query_row(
        "SELECT min(sequence) FROM entry WHERE at_ms BETWEEN ?1 AND ?2",
        [limit, now],
        |row| row.get(0),
    )?;
    connection.query_row(
        "SELECT min(sequence), max(sequence), coalesce(max(kind <> 'Removal'), 0) FROM entry WHERE sequence < ?1",
        [kept.unwrap_or(i64::MAX)],
        |row| {
            let worth_it = row.get(2)?;
            Ok(match (row.get(0)?, row.get(1)?) {
                (Some(from), Some(through)) if worth_it => Some((from, through)),
                _ => None,
            })
        },
    )
}

/// Removes every entry up to this one. The table allows it only under a tombstone that says so.
pub(crate) fn remove_through(connection: &Connection, sequence: u64) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM entry WHERE sequence <= ?1", [sequence])?;
    Ok(())
}
