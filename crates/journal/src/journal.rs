//! The one writer: open, append, remove what policy says is too old.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use crate::chain::{Canonical, Seal};
use crate::entry::{Content, Debrief, Entry, NewEntry, Removal};
use crate::error::JournalError;
use crate::reader::{Filter, Reader, require_seal};
use crate::retention::{self, Retention};
use crate::row::Stored;
use crate::verify::Verification;
use crate::{file, schema};

/// The most pages that `SQLite` can count.
const MOST_PAGES: u32 = 4_294_967_294;

/// The journal, open for writing. There is at most one for a file, on the whole machine.
#[derive(Debug)]
pub struct Journal {
    // Dropped in this order: the file is closed before the lock on it goes.
    pub(crate) reader: Reader,
    path: Option<PathBuf>,
    _lock: Option<File>,
}

impl Journal {
    /// Opens the journal in this file, or begins one where there is no file or an empty one.
    ///
    /// The folder must exist. A lock file is kept beside it. The backup of a migration has no time in its name; see
    /// [`Journal::open_at`].
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::open_with(path, None, schema::STEPS)
    }

    /// Opens the journal at this time, in milliseconds since the Unix epoch. When an older schema is migrated, the copy
    /// that is made before has the old schema and the time in its name: `NAME.schema-1.1795000000000.backup`.
    pub fn open_at(path: &Path, now_ms: u64) -> Result<Self, JournalError> {
        Self::open_with(path, Some(now_ms), schema::STEPS)
    }

    /// Opens with other migrations than ours, so that tests can try the way to a schema that does not exist yet.
    pub(crate) fn open_with(
        path: &Path,
        now_ms: Option<u64>,
        steps: &[rusqlite_migration::M<'_>],
    ) -> Result<Self, JournalError> {
        let lock = file::lock(path)?;
        let mut connection = file::connect(path)?;
        schema::bring_up_to_date(&mut connection, Some(path), now_ms, steps)?;
        Ok(Self {
            reader: Reader { connection },
            path: Some(path.to_owned()),
            _lock: Some(lock),
        })
    }

    /// A journal that ends with the process: for the practice floor and for tests.
    pub fn in_memory() -> Result<Self, JournalError> {
        let mut connection = Connection::open_in_memory()?;
        file::configure(&connection)?;
        schema::bring_up_to_date(&mut connection, None, None, schema::STEPS)?;
        Ok(Self {
            reader: Reader { connection },
            path: None,
            _lock: None,
        })
    }

    /// Appends an event and returns it when it is on disk: after that neither a crash nor a power cut takes it away.
    ///
    /// After an error nothing of the entry is in the journal, and the call may be repeated. A journal whose chain is
    /// broken still takes entries as long as it has a usable seal: they follow the seal, so the break stays where
    /// [`Journal::verify`] can see it. Without one the error is [`JournalError::Damaged`].
    pub fn append(&mut self, event: &NewEntry) -> Result<Entry, JournalError> {
        event.check()?;
        self.chain(|_journal| Ok(event.clone()))
    }

    /// Appends what the supervisor made of a coaching, or corrects it; as durable as [`Journal::append`].
    ///
    /// Refused with [`JournalError::UnknownCoaching`] where no event of that coaching is in the journal.
    pub fn append_debrief(&mut self, debrief: &Debrief) -> Result<Entry<Debrief>, JournalError> {
        debrief.check()?;
        self.chain(|journal| {
            let known = journal
                .prepare_cached("SELECT 1 FROM entry WHERE session = ?1 AND kind = 'Event'")?
                .exists([&debrief.session])?;
            if known {
                return Ok(debrief.clone().tidy());
            }
            Err(JournalError::UnknownCoaching {
                session: debrief.session.clone(),
            })
        })
    }

    /// Removes the oldest entries as policy wants it and leaves a tombstone in the chain, which it returns; `None` where
    /// nothing is old enough. [`Retention`] says which entries go.
    ///
    /// The backups of former migrations hold the same entries, so they go too. A journal that is not whole keeps
    /// everything ([`JournalError::NotWhole`]): a removal would take away what shows the break. So this takes as long as
    /// [`Journal::verify`] where there is something to remove, and nothing is appended meanwhile.
    pub fn remove_older(&mut self, retention: Retention) -> Result<Option<Entry<Removal>>, JournalError> {
        let transaction = self
            .reader
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Some(removal) = retention::plan(&transaction, retention)? else {
            return Ok(None);
        };
        removal.check()?;
        if let Some(path) = &self.path {
            file::discard_backups(path)?;
        }
        let through = removal.removed_through;
        let tombstone = append_to(&transaction, removal)?;
        retention::remove_through(&transaction, through)?;
        transaction.commit()?;
        // The removed rows are also in the log. The entries are gone whether or not that can be emptied now.
        let _ = file::empty_write_ahead_log(&self.reader.connection);
        Ok(Some(tombstone))
    }

    /// Lets the file grow no further than it is, or lets it grow again: a simulation fills the disk with it. `SQLite` itself
    /// refuses what finds no place then (`SQLITE_FULL`), as it does where the system has no room, and that is
    /// [`JournalError::DiskFull`]. What still fits into the last pages is written, as on a disk that is nearly full.
    pub fn stop_growing(&self, stop: bool) -> Result<(), JournalError> {
        // It never becomes less than the file has already.
        let pages: u32 = if stop { 1 } else { MOST_PAGES };
        let connection = &self.reader.connection;
        Ok(connection.pragma_update_and_check(None, "max_page_count", pages, |_row| Ok(()))?)
    }

    /// The reading side of this journal.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// At most `limit` events, the newest first.
    pub fn entries(&self, filter: &Filter, limit: usize) -> Result<Vec<Entry>, JournalError> {
        self.reader.entries(filter, limit)
    }

    /// The newest entry, whatever its kind, or `None` in an empty journal.
    pub fn last(&self) -> Result<Option<Entry<Content>>, JournalError> {
        self.reader.last()
    }

    /// [`Reader::seal`].
    pub fn seal(&self) -> Result<Seal, JournalError> {
        self.reader.seal()
    }

    /// [`Reader::verify`].
    pub fn verify(&self) -> Result<Verification, JournalError> {
        self.reader.verify()
    }

    /// Appends the content that can be had while nobody else writes, in one transaction.
    fn chain<C: Canonical + Stored>(
        &mut self,
        content: impl FnOnce(&Connection) -> Result<C, JournalError>,
    ) -> Result<Entry<C>, JournalError> {
        let transaction = self
            .reader
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let content = content(&transaction)?;
        let entry = append_to(&transaction, content)?;
        transaction.commit()?;
        Ok(entry)
    }
}

fn append_to<C: Canonical + Stored>(connection: &Connection, content: C) -> Result<Entry<C>, JournalError> {
    let entry = require_seal(connection)?.next(content);
    C::insert(&entry, connection)?;
    write_seal(connection, entry.seal())?;
    Ok(entry)
}

fn write_seal(connection: &Connection, seal: Seal) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE seal SET count = ?1, hash = ?2")?
        .execute((seal.count, seal.hash))?;
    Ok(())
}

#[cfg(test)]
mod tests;
