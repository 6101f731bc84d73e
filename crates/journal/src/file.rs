//! The journal's file: one writer at a time, readable by its owner only, copied before it is changed in kind.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::JournalError;

/// How long a call waits for another program (a backup, say) that holds the file for a moment.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The name of a backup: the journal's, this, the schema, perhaps a time, and the end.
const BACKUP: &str = ".schema-";
const BACKUP_END: &str = ".backup";
const UNFINISHED: &str = "-unfinished";

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
    make_private(path).map_err(cannot_open(path))?;
    // Without the URI flag: a path is a path, even if it starts with `file:`.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| opening(path, error))?;
    // SQLite opens a file that may not be written all the same, for reading only.
    if connection
        .is_readonly("main")
        .map_err(|error| opening(path, error))?
    {
        return Err(cannot_open(path)(io::ErrorKind::PermissionDenied.into()));
    }
    configure(&connection).map_err(|error| opening(path, error))?;
    Ok(connection)
}

/// Opens the file for reading beside the one writer, and changes nothing in it.
pub(crate) fn connect_to_read(path: &Path) -> Result<Connection, JournalError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| opening(path, error))?;
    connection
        .busy_timeout(BUSY_TIMEOUT)
        .and_then(|()| connection.pragma_update(None, "trusted_schema", "OFF"))
        .map_err(|error| opening(path, error))?;
    Ok(connection)
}

/// What holds for this connection only. A file from elsewhere may bring triggers and views, which get no trust.
pub(crate) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS a plain fsync leaves the data in the drive's cache. Elsewhere this changes nothing.
    connection.pragma_update(None, "fullfsync", "ON")?;
    // What is removed by policy is overwritten, not only forgotten.
    connection.pragma_update_and_check(None, "secure_delete", "ON", |_mode| Ok(()))?;
    connection.pragma_update(None, "trusted_schema", "OFF")
}

/// Turns on the write-ahead log, which stays on in the file. Where the file system cannot carry one (some network
/// drives) `SQLite` keeps its rollback journal, which is as durable and only slower.
pub(crate) fn use_write_ahead_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_mode| Ok(()))
}

/// Writes the log back into the file and empties it. A reader may be in the way; then the next time does it.
pub(crate) fn empty_write_ahead_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_row| Ok(()))
}

/// Copies the journal to `NAME.schema-N.MILLISECONDS.backup`, so that a migration that goes wrong costs nothing. Without
/// a time the name has none, and takes the place of an older one.
///
/// The copy gets its name only when it is whole and on disk.
pub(crate) fn back_up(
    connection: &Connection,
    path: &Path,
    schema: i32,
    now_ms: Option<u64>,
) -> Result<PathBuf, JournalError> {
    let time = now_ms.map(|ms| format!(".{ms}")).unwrap_or_default();
    let target = beside(path, &format!("{BACKUP}{schema}{time}{BACKUP_END}"));
    let unfinished = beside(path, &format!("{BACKUP}{schema}{time}{BACKUP_END}{UNFINISHED}"));
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

/// Removes every copy that was made before a migration, finished or not: they hold what is about to be removed.
pub(crate) fn discard_backups(path: &Path) -> Result<(), JournalError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Ok(());
    };
    let start = format!("{name}{BACKUP}");
    for file in fs::read_dir(folder).map_err(cannot_open(folder))? {
        let file = file.map_err(cannot_open(folder))?;
        let is_backup = file.file_name().to_str().is_some_and(|found| {
            let found = found.strip_suffix(UNFINISHED).unwrap_or(found);
            found.starts_with(&start) && found.ends_with(BACKUP_END)
        });
        if is_backup {
            discard(&file.path()).map_err(cannot_open(&file.path()))?;
        }
    }
    Ok(())
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

/// Makes an empty file that only its owner may read, because it will hold names of people. `SQLite` gives its own side
/// files the same permissions.
///
/// A file that is there is not touched, not even opened: closing a second handle of it would drop the locks that `SQLite`
/// holds for a reader in this process (a rule of POSIX).
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
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
