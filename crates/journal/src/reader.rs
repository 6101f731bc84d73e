//! Reading the journal: what the writer does too, and what others do beside it.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, ToSql};

use crate::book::Book;
use crate::chain::{Hash, Seal};
use crate::entry::{Content, Entry, NewEntry};
use crate::error::JournalError;
use crate::row::{COLUMNS, read_entry};
use crate::verify::{self, Held, Verification};
use crate::words::{Channel, What};
use crate::{file, schema};

/// Reads a journal and changes nothing in it.
///
/// One that is [opened](Reader::open) has its own view of the file: what takes long here (an export, a check of the whole
/// chain) holds up no entry that is being written, and no writer keeps it from reading.
#[derive(Debug)]
pub struct Reader {
    pub(crate) connection: Connection,
}

/// Which events are wanted. The default is all; each field that is set narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only events about this agent, by id.
    pub agent_id: Option<String>,
    /// Only events of this supervisor.
    pub supervisor: Option<String>,
    /// Only events of this coaching.
    pub session: Option<String>,
    /// Only events of this channel.
    pub channel: Option<Channel>,
    /// Only this event.
    pub event: Option<What>,
    /// Only events at or after this time, in milliseconds since the Unix epoch.
    pub from_ms: Option<u64>,
    /// Only events before this time, in milliseconds since the Unix epoch.
    pub until_ms: Option<u64>,
    /// Only events with a lower sequence number: the last one of a page asks for the next page.
    pub before: Option<u64>,
}

impl Reader {
    /// Opens a journal that is there, also while a [`Journal`](crate::Journal) of this or another process writes it.
    ///
    /// An older schema is refused with [`JournalError::OlderSchema`]: only the writer migrates.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let connection = file::connect_to_read(path)?;
        schema::require_current(&connection, path)?;
        Ok(Self { connection })
    }

    /// At most `limit` events, the newest first.
    pub fn entries(&self, filter: &Filter, limit: usize) -> Result<Vec<Entry>, JournalError> {
        let (from_ms, until_ms) = (filter.from_ms.map(storable), filter.until_ms.map(storable));
        let before = filter.before.map(storable);
        let wanted = [
            ("agent_id = ?", bound(filter.agent_id.as_ref())),
            ("supervisor = ?", bound(filter.supervisor.as_ref())),
            ("session = ?", bound(filter.session.as_ref())),
            ("channel = ?", bound(filter.channel.as_ref())),
            ("event = ?", bound(filter.event.as_ref())),
            ("at_ms >= ?", bound(from_ms.as_ref())),
            ("at_ms < ?", bound(until_ms.as_ref())),
            ("sequence < ?", bound(before.as_ref())),
        ];
        // Only what is asked for stands in the question, or no index would be used.
        let mut conditions = vec!["kind = 'Event'"];
        let mut values: Vec<&dyn ToSql> = Vec::new();
        for (condition, value) in wanted {
            if let Some(value) = value {
                conditions.push(condition);
                values.push(value);
            }
        }
        let limit = limit_of(limit);
        values.push(&limit);
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM entry WHERE {} ORDER BY sequence DESC LIMIT ?",
            conditions.join(" AND ")
        ))?;
        let entries = statement.query_map(&values[..], read_entry)?;
        let events = entries.filter_map(|entry| entry.map(|entry| entry.pick(event)).transpose());
        Ok(events.collect::<Result<_, _>>()?)
    }

    /// Every entry of one coaching, of any kind, in the order in which they were written.
    pub fn history(&self, session: &str) -> Result<Vec<Entry<Content>>, JournalError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM entry WHERE session = ?1 ORDER BY sequence"
        ))?;
        let entries = statement.query_map([session], read_entry)?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// At most `limit` entries of any kind behind this sequence number, the oldest first.
    pub fn after(&self, sequence: u64, limit: usize) -> Result<Vec<Entry<Content>>, JournalError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM entry WHERE sequence > ?1 ORDER BY sequence LIMIT ?2"
        ))?;
        let entries = statement.query_map([storable(sequence), limit_of(limit)], read_entry)?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// The newest entry, whatever its kind, or `None` in an empty journal.
    pub fn last(&self) -> Result<Option<Entry<Content>>, JournalError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM entry ORDER BY sequence DESC LIMIT 1"
        ))?;
        Ok(statement.query_row([], read_entry).optional()?)
    }

    /// Brings a book up to what is in the journal now: the new entries, or all of them when old ones were removed.
    pub fn catch_up(&self, book: &mut Book) -> Result<(), JournalError> {
        // One read transaction: both questions get their answers from the same moment.
        let transaction = self.connection.unchecked_transaction()?;
        let (first, last) = transaction.query_row(
            // Each in its own question: only so SQLite looks at the ends instead of every row.
            "SELECT coalesce((SELECT min(sequence) FROM entry), 0), coalesce((SELECT max(sequence) FROM entry), 0)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if !book.continues(first, last) {
            *book = Book::default();
        }
        read_into(book, &transaction)
    }

    /// How many entries were ever written and the hash of the last, as the file itself says: to be kept elsewhere as a
    /// proof.
    pub fn seal(&self) -> Result<Seal, JournalError> {
        require_seal(&self.connection)
    }

    /// The hash of this entry, or `None` where it is not in the journal.
    pub fn hash_of(&self, sequence: u64) -> Result<Option<Hash>, JournalError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT hash FROM entry WHERE sequence = ?1")?;
        Ok(statement
            .query_row([storable(sequence)], |row| row.get(0))
            .optional()?)
    }

    /// Walks the whole chain and says whether it holds; [`Verification`] tells what that proves.
    ///
    /// An error means that the check could not be made, not that it failed.
    pub fn verify(&self) -> Result<Verification, JournalError> {
        // One read transaction: entries and seal are from the same moment.
        verify::verify(&*self.connection.unchecked_transaction()?)
    }

    /// Whether this is still the journal whose seal was kept elsewhere. [`Verification`] tells why one asks both.
    pub fn against(&self, kept: Seal) -> Result<Held, JournalError> {
        verify::against(&*self.connection.unchecked_transaction()?, kept)
    }
}

/// Lets a book take in what it has not read yet.
pub(crate) fn read_into(book: &mut Book, connection: &Connection) -> Result<(), JournalError> {
    let read = each_after(connection, book.through(), |entry| {
        book.take(entry);
        Ok(())
    });
    // Also after an error: what was taken in can be found.
    book.index();
    read
}

/// Gives every entry behind this sequence number, in order.
pub(crate) fn each_after(
    connection: &Connection,
    sequence: u64,
    mut give: impl FnMut(Entry<Content>) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM entry WHERE sequence > ?1 ORDER BY sequence"
    ))?;
    let mut rows = statement.query([storable(sequence)])?;
    while let Some(row) = rows.next()? {
        give(read_entry(row)?)?;
    }
    Ok(())
}

fn event(content: Content) -> Option<NewEntry> {
    match content {
        Content::Event(event) => Some(event),
        Content::Debrief(_) | Content::Removal(_) => None,
    }
}

fn bound<T: ToSql>(value: Option<&T>) -> Option<&dyn ToSql> {
    value.map(|value| value as &dyn ToSql)
}

/// A bound beyond what a column can hold is as good as the largest that it can: no entry is there.
pub(crate) fn storable(bound: u64) -> i64 {
    i64::try_from(bound).unwrap_or(i64::MAX)
}

fn limit_of(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
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

pub(crate) fn require_seal(connection: &Connection) -> Result<Seal, JournalError> {
    read_seal(connection)?.ok_or_else(|| JournalError::Damaged {
        detail: "the seal is gone".to_owned(),
    })
}
