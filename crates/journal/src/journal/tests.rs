//! What only the inside of the journal can bring about: a full disk, a schema of the future, a writer in the way.

use std::time::Duration;

use rusqlite_migration::M;

use super::*;
use crate::schema::STEPS;
use crate::words::{Act, Channel, What};

fn entry(number: u64) -> NewEntry {
    NewEntry {
        at_ms: number,
        supervisor: "sam".into(),
        agent: "Ann".into(),
        agent_id: "a-1".into(),
        channel: Channel::Voice,
        act: Act::Coach,
        mode: None,
        scope: None,
        event: What::Requested,
        took_ms: None,
        error_code: None,
        server: "practice floor".into(),
        session: "c-1".into(),
        reason: None,
        text: None,
    }
}

fn append(journal: &mut Journal, count: u64) {
    for number in 1..=count {
        journal.append(&entry(number)).unwrap();
    }
}

/// The seal of a journal that is whole.
fn whole(journal: &Journal) -> Seal {
    match journal.verify().unwrap() {
        Verification::Whole(kept) => kept.seal,
        broken @ Verification::Broken { .. } => panic!("{broken:?}"),
    }
}

/// A step to a schema that does not exist yet.
fn next_schema() -> Vec<M<'static>> {
    let mut steps = STEPS.to_vec();
    steps.push(M::up("ALTER TABLE entry ADD COLUMN weather TEXT"));
    steps
}

#[test]
fn a_full_disk_refuses_the_entry_and_keeps_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(&folder.path().join("journal.db")).unwrap();
    append(&mut journal, 3);

    journal.stop_growing(true).unwrap();
    let large = NewEntry {
        agent: "A".repeat(100_000),
        ..entry(4)
    };
    assert!(matches!(journal.append(&large), Err(JournalError::DiskFull)));
    assert_eq!(journal.last().unwrap().unwrap().sequence, 3);

    journal.stop_growing(false).unwrap();
    assert_eq!(journal.append(&large).unwrap().sequence, 4);
    assert_eq!(whole(&journal), journal.seal().unwrap());
}

#[test]
fn a_writer_in_the_way_is_reported_and_nothing_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut journal = Journal::open(&path).unwrap();
    append(&mut journal, 1);
    journal.reader.connection.busy_timeout(Duration::ZERO).unwrap();

    let mut other = Connection::open(&path).unwrap();
    let held = other
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .unwrap();
    assert!(matches!(journal.append(&entry(2)), Err(JournalError::Locked)));
    held.rollback().unwrap();

    assert_eq!(journal.append(&entry(2)).unwrap().sequence, 2);
}

#[test]
fn an_append_that_never_commits_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut journal = Journal::open(&path).unwrap();
    append(&mut journal, 2);

    let transaction = journal.reader.connection.transaction().unwrap();
    append_to(&transaction, entry(3)).unwrap();
    drop(transaction);
    drop(journal);

    let mut journal = Journal::open(&path).unwrap();
    assert_eq!(journal.seal().unwrap().count, 2);
    assert_eq!(journal.append(&entry(3)).unwrap().sequence, 3);
    whole(&journal);
}

#[test]
fn the_tables_refuse_to_change_what_was_written() {
    let mut journal = Journal::in_memory().unwrap();
    append(&mut journal, 2);
    assert!(
        journal
            .reader
            .connection
            .execute("UPDATE entry SET agent = 'Bob'", [])
            .is_err()
    );
    assert!(
        journal
            .reader
            .connection
            .execute("DELETE FROM entry", [])
            .is_err()
    );
    assert_eq!(journal.entries(&Filter::default(), 9).unwrap().len(), 2);
}

#[test]
fn an_acknowledged_entry_was_synced_to_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(&folder.path().join("journal.db")).unwrap();
    let mode: String = journal
        .reader
        .connection
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .unwrap();
    let synchronous: i64 = journal
        .reader
        .connection
        .query_row("PRAGMA synchronous", [], |row| row.get(0))
        .unwrap();
    assert_eq!((mode.as_str(), synchronous), ("wal", 2), "2 is FULL");
}

#[test]
fn a_migration_keeps_every_entry_and_leaves_a_backup_that_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut journal = Journal::open(&path).unwrap();
    append(&mut journal, 5);
    let before = journal.seal().unwrap();
    drop(journal);

    let journal = Journal::open_with(&path, Some(1_795_000_000_000), &next_schema()).unwrap();
    assert_eq!(whole(&journal), before);
    drop(journal);

    assert!(matches!(
        Journal::open(&path),
        Err(JournalError::NewerSchema { found: 3, known: 2 })
    ));
    let backup = Journal::open(&folder.path().join("journal.db.schema-2.1795000000000.backup")).unwrap();
    assert_eq!(whole(&backup), before);
}

#[test]
fn a_migration_that_fails_leaves_the_old_journal_working() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    append(&mut Journal::open(&path).unwrap(), 2);

    let mut steps = next_schema();
    steps.push(M::up("UPDATE entry SET agent = NULL"));
    assert!(Journal::open_with(&path, Some(1_795_000_000_000), &steps).is_err());

    let journal = Journal::open(&path).unwrap();
    assert_eq!(journal.seal().unwrap().count, 2);
    whole(&journal);
}

#[test]
fn no_backup_is_made_when_nothing_is_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    append(&mut Journal::open(&path).unwrap(), 1);
    drop(Journal::open(&path).unwrap());
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["journal.db", "journal.db.lock"]);
}

#[test]
fn a_journal_that_may_not_be_written_any_more_says_so() {
    let mut journal = Journal::in_memory().unwrap();
    append(&mut journal, 1);
    journal
        .reader
        .connection
        .pragma_update(None, "query_only", true)
        .unwrap();
    let refused = journal.append(&entry(2)).unwrap_err();
    assert_eq!(refused.code(), "journal_read_only");
    assert_eq!(whole(&journal).count, 1);
}

#[test]
fn a_full_disk_keeps_what_a_removal_would_have_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(&folder.path().join("journal.db")).unwrap();
    append(&mut journal, 50);
    let before = whole(&journal);
    journal
        .reader
        .connection
        .execute_batch(
            "CREATE TEMP TRIGGER full BEFORE DELETE ON main.entry WHEN OLD.sequence = 20
             BEGIN SELECT RAISE(ABORT, 'as if the disk were full'); END",
        )
        .unwrap();
    let retention = Retention {
        older_than_ms: 40,
        now_ms: 60,
    };
    assert!(journal.remove_older(retention).is_err());
    assert_eq!(whole(&journal), before);
}

#[test]
fn the_known_schema_is_the_last_step() {
    assert_eq!(i32::try_from(STEPS.len()), Ok(schema::KNOWN));
}

#[test]
fn the_migrations_are_well_formed() {
    rusqlite_migration::Migrations::from_slice(STEPS)
        .validate()
        .unwrap();
}
