//! The journal's file: one writer at a time, readable by its owner only, copied before it is changed in kind.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::JournalError;

/// How long a call waits for another program (a backup, say) that holds the file for a moment.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Takes the lock that makes this process the one writer. It ends with the process, however that ends.
///
/// The lock is on a file of its own beside the journal, so that other programs may still read the journal.
pub(crate) fn lock(path: &Path) -> Result<File, JournalError> {
    let beside = beside(path, ".lock");
    let file = open_private(&beside).map_err(cannot_open(&beside))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::Locked),
        Err(TryLockError::Error(source)) => Err(cannot_open(&beside)(source)),
    }
}

/// Opens the file, and makes an empty one where there is none. Changes nothing in a file that exists.
pub(crate) fn connect(path: &Path) -> Result<Connection, JournalError> {
    // Made here and not by SQLite, because the file holds names of people: only its owner may read it. SQLite gives its
    // own side files the same permissions. And before SQLite opens it, because closing a second handle of a file would
    // drop SQLite's locks on it (a rule of POSIX).
    open_private(path).map_err(cannot_open(path))?;
    // Without the URI flag: a path is a path, even if it starts with `file:`.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| opening(path, error))?;
    configure(&connection).map_err(|error| opening(path, error))?;
    Ok(connection)
}

/// What holds for this connection only. A file from elsewhere may bring triggers and views, which get no trust.
pub(crate) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS a plain fsync leaves the data in the drive's cache. Elsewhere this changes nothing.
    connection.pragma_update(None, "fullfsync", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")
}

/// Turns on the write-ahead log, which stays on in the file. Where the file system cannot carry one (some network
/// drives) `SQLite` keeps its rollback journal, which is as durable and only slower.
pub(crate) fn use_write_ahead_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_mode| Ok(()))
}

/// Copies the journal to `NAME.schema-N.backup`, so that a migration that goes wrong costs nothing.
///
/// The copy gets its name only when it is whole and on disk.
pub(crate) fn back_up(connection: &Connection, path: &Path, schema: i32) -> Result<PathBuf, JournalError> {
    let target = beside(path, &format!(".schema-{schema}.backup"));
    let unfinished = beside(path, &format!(".schema-{schema}.backup-unfinished"));
    discard(&unfinished).map_err(cannot_open(&unfinished))?;
    let copy = open_private(&unfinished).map_err(cannot_open(&unfinished))?;
    connection
        .backup("main", &unfinished, None)
        .map_err(|error| opening(&unfinished, error))?;
    copy.sync_all()
        .and_then(|()| fs::rename(&unfinished, &target))
        .map_err(cannot_open(&target))?;
    Ok(target)
}

/// The meaning of an error of `SQLite` while a file is opened.
pub(crate) fn opening(path: &Path, error: rusqlite::Error) -> JournalError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => JournalError::NotAJournal {
            path: path.to_owned(),
        },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            cannot_open(path)(io::Error::other(error))
        }
        _ => error.into(),
    }
}

fn cannot_open(path: &Path) -> impl FnOnce(io::Error) -> JournalError {
    move |source| match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => JournalError::DiskFull,
        _ => JournalError::CannotOpen {
            path: path.to_owned(),
            source,
        },
    }
}

fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn discard(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The path with `suffix` behind its file name: `journal.db` and `.lock` give `journal.db.lock`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
