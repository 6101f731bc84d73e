//! The one writer: open, append, read back.

use std::fs::File;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, named_params};

use crate::chain::Seal;
use crate::entry::{Channel, Entry, NewEntry, What};
use crate::error::JournalError;
use crate::verify::{self, Verification};
use crate::{file, schema};

/// The columns in the order that [`read_entry`] expects.
pub(crate) const COLUMNS: &str = "sequence, previous, hash, at_ms, supervisor, agent, agent_id, channel, act, mode, scope, event, \
     took_ms, error_code, server, session";

/// The journal, open for writing. There is at most one for a file, on the whole machine.
#[derive(Debug)]
pub struct Journal {
    // Dropped in this order: the file is closed before the lock on it goes.
    pub(crate) connection: Connection,
    _lock: Option<File>,
}

/// Which entries are wanted. The default is all; each field that is set narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only entries about this agent, by id.
    pub agent_id: Option<String>,
    /// Only entries of this supervisor.
    pub supervisor: Option<String>,
    /// Only entries of this coaching.
    pub session: Option<String>,
    /// Only entries of this channel.
    pub channel: Option<Channel>,
    /// Only this event.
    pub event: Option<What>,
    /// Only entries at or after this time, in milliseconds since the Unix epoch.
    pub from_ms: Option<u64>,
    /// Only entries before this time, in milliseconds since the Unix epoch.
    pub until_ms: Option<u64>,
    /// Only entries with a lower sequence number: the last one of a page asks for the next page.
    pub before: Option<u64>,
}

impl Journal {
    /// Opens the journal in this file, or begins one where there is no file or an empty one.
    ///
    /// The folder must exist. A lock file is kept beside it, and a backup when an older schema is migrated.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::open_with(path, schema::STEPS)
    }

    /// Opens with other migrations than ours, so that tests can try the way to a schema that does not exist yet.
    pub(crate) fn open_with(path: &Path, steps: &[rusqlite_migration::M<'_>]) -> Result<Self, JournalError> {
        let lock = file::lock(path)?;
        let mut connection = file::connect(path)?;
        schema::bring_up_to_date(&mut connection, Some(path), steps)?;
        Ok(Self {
            connection,
            _lock: Some(lock),
        })
    }

    /// A journal that ends with the process: for the practice floor and for tests.
    pub fn in_memory() -> Result<Self, JournalError> {
        let mut connection = Connection::open_in_memory()?;
        file::configure(&connection)?;
        schema::bring_up_to_date(&mut connection, None, schema::STEPS)?;
        Ok(Self {
            connection,
            _lock: None,
        })
    }

    /// Appends an entry and returns it when it is on disk: after that neither a crash nor a power cut takes it away.
    ///
    /// After an error nothing of the entry is in the journal, and the call may be repeated. A journal whose chain is
    /// broken still takes entries as long as it has a usable seal: they follow the seal, so the break stays where
    /// [`Journal::verify`] can see it. Without one the error is [`JournalError::Damaged`].
    pub fn append(&mut self, content: &NewEntry) -> Result<Entry, JournalError> {
        content.check()?;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let entry = require_seal(&transaction)?.next(content.clone());
        insert(&transaction, &entry)?;
        write_seal(&transaction, entry.seal())?;
        transaction.commit()?;
        Ok(entry)
    }

    /// At most `limit` entries, the newest first.
    pub fn entries(&self, filter: &Filter, limit: usize) -> Result<Vec<Entry>, JournalError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM entry
             WHERE (:agent_id IS NULL OR agent_id = :agent_id)
               AND (:supervisor IS NULL OR supervisor = :supervisor)
               AND (:session IS NULL OR session = :session)
               AND (:channel IS NULL OR channel = :channel)
               AND (:event IS NULL OR event = :event)
               AND (:from_ms IS NULL OR at_ms >= :from_ms)
               AND (:until_ms IS NULL OR at_ms < :until_ms)
               AND (:before IS NULL OR sequence < :before)
             ORDER BY sequence DESC LIMIT :limit"
        ))?;
        let entries = statement.query_map(
            named_params! {
                ":agent_id": filter.agent_id,
                ":supervisor": filter.supervisor,
                ":session": filter.session,
                ":channel": filter.channel,
                ":event": filter.event,
                ":from_ms": filter.from_ms.map(storable),
                ":until_ms": filter.until_ms.map(storable),
                ":before": filter.before.map(storable),
                ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
            },
            read_entry,
        )?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// The newest entry, or `None` in an empty journal.
    pub fn last(&self) -> Result<Option<Entry>, JournalError> {
        Ok(self.entries(&Filter::default(), 1)?.pop())
    }

    /// How many entries there are and the hash of the last, as the file itself says: to be kept elsewhere as a proof.
    pub fn seal(&self) -> Result<Seal, JournalError> {
        require_seal(&self.connection)
    }

    /// Walks the whole chain and says whether it holds; [`Verification`] tells what that proves.
    ///
    /// An error means that the check could not be made, not that it failed.
    pub fn verify(&self) -> Result<Verification, JournalError> {
        verify::verify(&self.connection)
    }
}

/// A bound beyond what a column can hold is as good as the largest that it can: no entry is there.
fn storable(bound: u64) -> i64 {
    i64::try_from(bound).unwrap_or(i64::MAX)
}

pub(crate) fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        sequence: row.get(0)?,
        previous: row.get(1)?,
        hash: row.get(2)?,
        content: NewEntry {
            at_ms: row.get(3)?,
            supervisor: row.get(4)?,
            agent: row.get(5)?,
            agent_id: row.get(6)?,
            channel: row.get(7)?,
            act: row.get(8)?,
            mode: row.get(9)?,
            scope: row.get(10)?,
            event: row.get(11)?,
            took_ms: row.get(12)?,
            error_code: row.get(13)?,
            server: row.get(14)?,
            session: row.get(15)?,
        },
    })
}

fn insert(connection: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    let Entry {
        sequence,
        previous,
        hash,
        content,
    } = entry;
    connection
        .prepare_cached(&format!(
            "INSERT INTO entry ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
        ))?
        .execute(rusqlite::params![
            sequence,
            previous,
            hash,
            content.at_ms,
            content.supervisor,
            content.agent,
            content.agent_id,
            content.channel,
            content.act,
            content.mode,
            content.scope,
            content.event,
            content.took_ms,
            content.error_code,
            content.server,
            content.session,
        ])?;
    Ok(())
}

/// The seal in the file, or `None` if somebody took it away.
pub(crate) fn read_seal(connection: &Connection) -> rusqlite::Result<Option<Seal>> {
    connection
        .query_row("SELECT count, hash FROM seal", [], |row| {
            Ok(Seal {
                count: row.get(0)?,
                hash: row.get(1)?,
            })
        })
        .optional()
}

fn require_seal(connection: &Connection) -> Result<Seal, JournalError> {
    read_seal(connection)?.ok_or_else(|| JournalError::Damaged {
        detail: "the seal is gone".to_owned(),
    })
}

fn write_seal(connection: &Connection, seal: Seal) -> rusqlite::Result<()> {
    connection.execute("UPDATE seal SET count = ?1, hash = ?2", (seal.count, seal.hash))?;
    Ok(())
}

#[cfg(test)]
mod tests;
