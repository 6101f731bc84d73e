//! What only the inside of the journal can bring about: a full disk, a schema of the future, a writer in the way.

use std::time::Duration;

use rusqlite_migration::M;

use super::*;
use crate::entry::Act;
use crate::schema::STEPS;

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
    }
}

fn append(journal: &mut Journal, count: u64) {
    for number in 1..=count {
        journal.append(&entry(number)).unwrap();
    }
}

/// A step to a schema that does not exist yet.
fn next_schema() -> Vec<M<'static>> {
    let mut steps = STEPS.to_vec();
    steps.push(M::up("ALTER TABLE entry ADD COLUMN reason TEXT"));
    steps
}

#[test]
fn a_full_disk_refuses_the_entry_and_keeps_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(&folder.path().join("journal.db")).unwrap();
    append(&mut journal, 3);
    let pages: i64 = journal
        .connection
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    let limit = |journal: &Journal, pages: i64| {
        journal
            .connection
            .pragma_update_and_check(None, "max_page_count", pages, |_row| Ok(()))
            .unwrap();
    };

    limit(&journal, pages);
    let large = NewEntry {
        agent: "A".repeat(100_000),
        ..entry(4)
    };
    assert!(matches!(journal.append(&large), Err(JournalError::DiskFull)));
    assert_eq!(journal.last().unwrap().unwrap().sequence, 3);

    limit(&journal, pages + 100);
    assert_eq!(journal.append(&large).unwrap().sequence, 4);
    assert_eq!(
        journal.verify().unwrap(),
        Verification::Whole(journal.seal().unwrap())
    );
}

#[test]
fn a_writer_in_the_way_is_reported_and_nothing_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut journal = Journal::open(&path).unwrap();
    append(&mut journal, 1);
    journal.connection.busy_timeout(Duration::ZERO).unwrap();

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

    let transaction = journal.connection.transaction().unwrap();
    let third = require_seal(&transaction).unwrap().next(entry(3));
    insert(&transaction, &third).unwrap();
    write_seal(&transaction, third.seal()).unwrap();
    drop(transaction);
    drop(journal);

    let mut journal = Journal::open(&path).unwrap();
    assert_eq!(journal.seal().unwrap().count, 2);
    assert_eq!(journal.append(&entry(3)).unwrap().sequence, 3);
    assert!(matches!(journal.verify().unwrap(), Verification::Whole(_)));
}

#[test]
fn the_tables_refuse_to_change_what_was_written() {
    let mut journal = Journal::in_memory().unwrap();
    append(&mut journal, 2);
    assert!(
        journal
            .connection
            .execute("UPDATE entry SET agent = 'Bob'", [])
            .is_err()
    );
    assert!(journal.connection.execute("DELETE FROM entry", []).is_err());
    assert_eq!(journal.entries(&Filter::default(), 9).unwrap().len(), 2);
}

#[test]
fn an_acknowledged_entry_was_synced_to_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(&folder.path().join("journal.db")).unwrap();
    let mode: String = journal
        .connection
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .unwrap();
    let synchronous: i64 = journal
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

    let journal = Journal::open_with(&path, &next_schema()).unwrap();
    assert_eq!(journal.verify().unwrap(), Verification::Whole(before));
    drop(journal);

    assert!(matches!(
        Journal::open(&path),
        Err(JournalError::NewerSchema { found: 2, known: 1 })
    ));
    let backup = Journal::open(&folder.path().join("journal.db.schema-1.backup")).unwrap();
    assert_eq!(backup.verify().unwrap(), Verification::Whole(before));
}

#[test]
fn a_migration_that_fails_leaves_the_old_journal_working() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    append(&mut Journal::open(&path).unwrap(), 2);

    let mut steps = next_schema();
    steps.push(M::up("UPDATE entry SET agent = NULL"));
    assert!(Journal::open_with(&path, &steps).is_err());

    let journal = Journal::open(&path).unwrap();
    assert_eq!(journal.seal().unwrap().count, 2);
    assert!(matches!(journal.verify().unwrap(), Verification::Whole(_)));
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
fn the_migrations_are_well_formed() {
    rusqlite_migration::Migrations::from_slice(STEPS)
        .validate()
        .unwrap();
}
