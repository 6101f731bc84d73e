//! The tables, their versions, and what tells a journal from any other file.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::error::JournalError;
use crate::file;

/// `SOTT` in ASCII: the mark in the file's header that says whose file this is.
const APPLICATION: i32 = 0x534f_5454;

/// Step N brings a file from schema N-1 to schema N. A step that was released is never changed.
pub(crate) const STEPS: &[M<'static>] = &[
    M::up(include_str!("schema/1.sql")),
    M::up(include_str!("schema/2.sql")),
];

/// The newest schema that this build knows.
pub(crate) const KNOWN: i32 = 2;

/// What the file is before anything in it is touched.
enum Found {
    /// Nothing is in it yet.
    Blank,
    /// A journal of this schema, which is not newer than we know.
    Journal { schema: i32 },
}

/// Makes the tables in a blank file and migrates an older journal, after a backup of it.
///
/// Refuses, and leaves untouched, what is not a journal or comes from a newer Sotto. `path` is `None` in memory. `now_ms`
/// goes into the name of the backup.
pub(crate) fn bring_up_to_date(
    connection: &mut Connection,
    path: Option<&Path>,
    now_ms: Option<u64>,
    steps: &[M<'_>],
) -> Result<(), JournalError> {
    let known = i32::try_from(steps.len()).unwrap_or(i32::MAX);
    let found = look(connection, path, known)?;
    file::use_write_ahead_log(connection)?;
    if let (Found::Journal { schema }, Some(path)) = (&found, path)
        && *schema < known
    {
        file::back_up(connection, path, *schema, now_ms)?;
    }
    Migrations::from_slice(steps)
        .to_latest(connection)
        .map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
            other => JournalError::Damaged {
                detail: other.to_string(),
            },
        })
}

/// Refuses what a reader, which changes nothing, cannot read.
pub(crate) fn require_current(connection: &Connection, path: &Path) -> Result<(), JournalError> {
    match look(connection, Some(path), KNOWN)? {
        Found::Journal { schema: KNOWN } => Ok(()),
        Found::Journal { schema } => Err(JournalError::OlderSchema {
            found: schema,
            known: KNOWN,
        }),
        Found::Blank => Err(JournalError::NotAJournal {
            path: path.to_owned(),
        }),
    }
}

fn look(connection: &Connection, path: Option<&Path>, known: i32) -> Result<Found, JournalError> {
    let path = path.unwrap_or(Path::new(":memory:"));
    let read = |sql: &str| {
        connection
            .query_row(sql, [], |row| row.get::<_, i32>(0))
            .map_err(|error| file::opening(path, error))
    };
    let schema = read("PRAGMA user_version")?;
    match read("PRAGMA application_id")? {
        APPLICATION if schema > known => Err(JournalError::NewerSchema { found: schema, known }),
        APPLICATION if schema > 0 => Ok(Found::Journal { schema }),
        0 if schema == 0 && read("SELECT count(*) FROM sqlite_schema")? == 0 => Ok(Found::Blank),
        _ => Err(JournalError::NotAJournal {
            path: path.to_owned(),
        }),
    }
}
