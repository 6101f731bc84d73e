//! The tables, their versions, and what tells a journal from any other file.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::error::JournalError;
use crate::file;

/// `SOTT` in ASCII: the mark in the file's header that says whose file this is.
const APPLICATION: i32 = 0x534f_5454;

/// Step N brings a file from schema N-1 to schema N. A step that was released is never changed.
///
/// The triggers keep us honest, not a tamperer: whoever can write the file can drop them. The chain finds what they do.
pub(crate) const STEPS: &[M<'static>] = &[M::up(
    "PRAGMA application_id = 0x534f5454;
     CREATE TABLE entry (
         sequence   INTEGER PRIMARY KEY,
         previous   BLOB NOT NULL,
         hash       BLOB NOT NULL,
         at_ms      INTEGER NOT NULL,
         supervisor TEXT NOT NULL,
         agent      TEXT NOT NULL,
         agent_id   TEXT NOT NULL,
         channel    TEXT NOT NULL,
         act        TEXT NOT NULL,
         mode       TEXT,
         scope      TEXT,
         event      TEXT NOT NULL,
         took_ms    INTEGER,
         error_code TEXT,
         server     TEXT NOT NULL,
         session    TEXT NOT NULL
     ) STRICT;
     CREATE TABLE seal (
         only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
         count    INTEGER NOT NULL,
         hash     BLOB NOT NULL
     ) STRICT;
     INSERT INTO seal VALUES (1, 0, zeroblob(32));
     CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
     BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
     CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry
     BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;",
)];

/// What the file is before anything in it is touched.
enum Found {
    /// Nothing is in it yet.
    Blank,
    /// A journal of this schema, which is not newer than we know.
    Journal { schema: i32 },
}

/// Makes the tables in a blank file and migrates an older journal, after a backup of it.
///
/// Refuses, and leaves untouched, what is not a journal or comes from a newer Sotto. `path` is `None` in memory.
pub(crate) fn bring_up_to_date(
    connection: &mut Connection,
    path: Option<&Path>,
    steps: &[M<'_>],
) -> Result<(), JournalError> {
    let known = i32::try_from(steps.len()).unwrap_or(i32::MAX);
    let found = look(connection, path, known)?;
    file::use_write_ahead_log(connection)?;
    if let (Found::Journal { schema }, Some(path)) = (&found, path)
        && *schema < known
    {
        file::back_up(connection, path, *schema)?;
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
