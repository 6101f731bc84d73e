//! An entry as a row of the table, and back. Each kind fills its own columns; all others of the row must be empty, or else
//! something could stand there that no hash covers.

use jiff::civil::Date;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Type, ValueRef};
use rusqlite::{Connection, Row, ToSql, params};

use crate::entry::{Content, Debrief, Entry, NewEntry, Removal};
use crate::words::Kind;

/// The columns in the order in which [`read_entry`] takes them.
pub(crate) const COLUMNS: &str = "sequence, previous, hash, kind, at_ms, supervisor, session, \
     agent, agent_id, channel, act, mode, scope, event, took_ms, error_code, server, reason, text, \
     uptake, effect, next_step, tags, note, follow_up, \
     older_than_ms, removed_from, removed_through, removed_hash";

/// How many columns only this kind has.
const OF_EVENTS: usize = 12;
const OF_DEBRIEFS: usize = 6;
const OF_REMOVALS: usize = 4;
/// `supervisor` and `session`.
const OF_COACHINGS: usize = 2;

/// Takes the cells of a row from left to right.
struct Cells<'row> {
    row: &'row Row<'row>,
    next: usize,
}

impl Cells<'_> {
    fn take<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        let cell = self.row.get(self.next);
        self.next += 1;
        cell
    }

    /// Passes over columns of other kinds, which must be empty.
    fn empty(&mut self, count: usize) -> rusqlite::Result<()> {
        for _ in 0..count {
            let cell = self.row.get_ref(self.next)?;
            if cell != ValueRef::Null {
                let problem = "a value in a column of another kind of entry";
                return Err(rusqlite::Error::FromSqlConversionFailure(
                    self.next,
                    cell.data_type(),
                    problem.into(),
                ));
            }
            self.next += 1;
        }
        Ok(())
    }
}

pub(crate) fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry<Content>> {
    let mut cells = Cells { row, next: 0 };
    Ok(Entry {
        sequence: cells.take()?,
        previous: cells.take()?,
        hash: cells.take()?,
        content: match cells.take()? {
            Kind::Event => Content::Event(read_event(&mut cells)?),
            Kind::Debrief => Content::Debrief(read_debrief(&mut cells)?),
            Kind::Removal => Content::Removal(read_removal(&mut cells)?),
        },
    })
}

fn read_event(cells: &mut Cells<'_>) -> rusqlite::Result<NewEntry> {
    // The fields are read in the order in which they stand here.
    let event = NewEntry {
        at_ms: cells.take()?,
        supervisor: cells.take()?,
        session: cells.take()?,
        agent: cells.take()?,
        agent_id: cells.take()?,
        channel: cells.take()?,
        act: cells.take()?,
        mode: cells.take()?,
        scope: cells.take()?,
        event: cells.take()?,
        took_ms: cells.take()?,
        error_code: cells.take()?,
        server: cells.take()?,
        reason: cells.take()?,
        text: cells.take()?,
    };
    cells.empty(OF_DEBRIEFS + OF_REMOVALS)?;
    Ok(event)
}

fn read_debrief(cells: &mut Cells<'_>) -> rusqlite::Result<Debrief> {
    let mut debrief = Debrief {
        at_ms: cells.take()?,
        supervisor: cells.take()?,
        session: cells.take()?,
        ..Debrief::default()
    };
    cells.empty(OF_EVENTS)?;
    debrief.uptake = cells.take()?;
    debrief.effect = cells.take()?;
    debrief.next_step = cells.take()?;
    debrief.tags = cells
        .take::<Option<Tags>>()?
        .map(|Tags(tags)| tags)
        .unwrap_or_default();
    debrief.note = cells.take()?;
    debrief.follow_up = cells.take::<Option<Day>>()?.map(|Day(day)| day);
    cells.empty(OF_REMOVALS)?;
    Ok(debrief)
}

fn read_removal(cells: &mut Cells<'_>) -> rusqlite::Result<Removal> {
    let at_ms = cells.take()?;
    cells.empty(OF_COACHINGS + OF_EVENTS + OF_DEBRIEFS)?;
    let removal = Removal {
        at_ms,
        older_than_ms: cells.take()?,
        removed_from: cells.take()?,
        removed_through: cells.take()?,
        removed_hash: cells.take()?,
    };
    if removal.removed_from > removal.removed_through || removal.removed_through == u64::MAX {
        let problem = "a removal of nothing";
        return Err(rusqlite::Error::FromSqlConversionFailure(
            cells.next,
            Type::Integer,
            problem.into(),
        ));
    }
    Ok(removal)
}

/// Content that has a row.
pub(crate) trait Stored {
    /// Writes the row of this entry.
    fn insert(entry: &Entry<Self>, connection: &Connection) -> rusqlite::Result<()>
    where
        Self: Sized;
}

impl Stored for NewEntry {
    fn insert(entry: &Entry<Self>, connection: &Connection) -> rusqlite::Result<()> {
        let event = &entry.content;
        connection
            .prepare_cached(
                "INSERT INTO entry (sequence, previous, hash, kind, at_ms, supervisor, session, agent, agent_id, channel,
                     act, mode, scope, event, took_ms, error_code, server, reason, text)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
            )?
            .execute(params![
                entry.sequence,
                entry.previous,
                entry.hash,
                Kind::Event,
                event.at_ms,
                event.supervisor,
                event.session,
                event.agent,
                event.agent_id,
                event.channel,
                event.act,
                event.mode,
                event.scope,
                event.event,
                event.took_ms,
                event.error_code,
                event.server,
                event.reason,
                event.text,
            ])?;
        Ok(())
    }
}

impl Stored for Debrief {
    fn insert(entry: &Entry<Self>, connection: &Connection) -> rusqlite::Result<()> {
        let debrief = &entry.content;
        let tags = (!debrief.tags.is_empty()).then(|| Tags(debrief.tags.clone()));
        connection
            .prepare_cached(
                "INSERT INTO entry (sequence, previous, hash, kind, at_ms, supervisor, session, uptake, effect, next_step,
                     tags, note, follow_up)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(params![
                entry.sequence,
                entry.previous,
                entry.hash,
                Kind::Debrief,
                debrief.at_ms,
                debrief.supervisor,
                debrief.session,
                debrief.uptake,
                debrief.effect,
                debrief.next_step,
                tags,
                debrief.note,
                debrief.follow_up.map(Day),
            ])?;
        Ok(())
    }
}

impl Stored for Removal {
    fn insert(entry: &Entry<Self>, connection: &Connection) -> rusqlite::Result<()> {
        let removal = &entry.content;
        connection
            .prepare_cached(
                "INSERT INTO entry (sequence, previous, hash, kind, at_ms, older_than_ms, removed_from, removed_through,
                     removed_hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                entry.sequence,
                entry.previous,
                entry.hash,
                Kind::Removal,
                removal.at_ms,
                removal.older_than_ms,
                removal.removed_from,
                removal.removed_through,
                removal.removed_hash,
            ])?;
        Ok(())
    }
}

/// Tags as a JSON array. Only the one spelling that we write is read, so that another one is seen as tampering.
struct Tags(Vec<String>);

impl ToSql for Tags {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(spelled(&self.0).into())
    }
}

impl FromSql for Tags {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let found = value.as_str()?;
        match serde_json::from_str::<Vec<String>>(found) {
            Ok(tags) if !tags.is_empty() && spelled(&tags) == found => Ok(Self(tags)),
            _ => Err(FromSqlError::Other(format!("{found:?} are no tags").into())),
        }
    }
}

fn spelled(tags: &[String]) -> String {
    serde_json::Value::from(tags).to_string()
}

/// A day as `YYYY-MM-DD`, and in no other spelling.
struct Day(Date);

impl ToSql for Day {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

impl FromSql for Day {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let found = value.as_str()?;
        match found.parse::<Date>() {
            Ok(day) if day.to_string() == found => Ok(Self(day)),
            _ => Err(FromSqlError::Other(format!("{found:?} is no day").into())),
        }
    }
}
