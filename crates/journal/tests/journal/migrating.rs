//! A journal of an older Sotto becomes one of this Sotto, and nothing that was written changes.

use std::fs;
use std::path::{Path, PathBuf};

use journal::{Act, Book, Channel, Filter, Journal, Reader, What};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::{entry, whole};

/// Count and last hash of the journal in `schema-1.sql`, as the Sotto that wrote it printed them.
const COUNT: u64 = 12;
const HASH: &str = "885f9fede8f6a06e0319e59977ba9410d9ad283cd98ebbda841cb178c0cf97c9";

fn of_schema_1() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let file = Connection::open(&path).unwrap();
    file.execute_batch(include_str!("schema-1.sql")).unwrap();
    (folder, path)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn every_entry_of_schema_1_keeps_its_hash_and_its_words() {
    let (folder, path) = of_schema_1();
    let mut journal = Journal::open_at(&path, 1_795_000_000_123).unwrap();
    let kept = whole(&journal);
    assert_eq!((kept.first, kept.seal.count), (1, COUNT));
    assert_eq!(kept.seal.hash.to_string(), HASH);

    let entries = journal.entries(&Filter::default(), 99).unwrap();
    let lost = &entries[0].content;
    assert_eq!(
        (lost.event, lost.act, lost.took_ms),
        (What::Lost, Act::BargeIn, Some(187))
    );
    let refused = &entries[1].content;
    assert_eq!(
        (refused.channel, refused.agent.as_str()),
        (Channel::Sms, "Zoë \"Z\" Ødegård\n")
    );
    assert_eq!(refused.error_code.as_deref(), Some("agent_held"));
    assert!(
        entries
            .iter()
            .all(|entry| entry.content.reason.is_none() && entry.content.text.is_none())
    );

    let next = journal.append(&entry(13)).unwrap();
    assert_eq!((next.sequence, next.previous.to_string()), (13, HASH.to_owned()));
    assert_eq!(whole(&journal).seal.count, 13);
    drop(journal);
    assert!(names(folder.path()).contains(&"journal.db.schema-1.1795000000123.backup".to_owned()));
}

#[test]
fn the_backup_is_the_journal_as_it_was() {
    let (folder, path) = of_schema_1();
    drop(Journal::open_at(&path, 7).unwrap());
    let backup = folder.path().join("journal.db.schema-1.7.backup");
    let shell = Connection::open(&backup).unwrap();
    let (schema, count): (i32, u64) = shell
        .query_row(
            "SELECT (SELECT * FROM pragma_user_version), count(*) FROM entry",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!((schema, count), (1, COUNT));
    drop(shell);
    // Whoever puts it back loses nothing: it migrates like the first time.
    fs::copy(&backup, &path).unwrap();
    assert_eq!(whole(&Journal::open(&path).unwrap()).seal.count, COUNT);
}

#[test]
fn a_current_journal_is_not_backed_up_again() {
    let (folder, path) = of_schema_1();
    drop(Journal::open_at(&path, 1).unwrap());
    let after_migration = names(folder.path());
    drop(Journal::open_at(&path, 2).unwrap());
    assert_eq!(names(folder.path()), after_migration);
}

#[test]
fn a_reader_does_not_migrate() {
    let (_folder, path) = of_schema_1();
    let before = fs::read(&path).unwrap();
    assert_eq!(Reader::open(&path).unwrap_err().code(), "journal_older_schema");
    assert_eq!(fs::read(&path).unwrap(), before);
    drop(Journal::open(&path).unwrap());
    assert_eq!(Reader::open(&path).unwrap().seal().unwrap().count, COUNT);
}

#[test]
fn coachings_of_schema_1_can_be_read_like_new_ones() {
    let (_folder, path) = of_schema_1();
    let journal = Journal::open(&path).unwrap();
    let mut book = Book::default();
    journal.reader().catch_up(&mut book).unwrap();
    let agents: Vec<_> = book
        .coachings()
        .map(|coaching| coaching.agent_id.clone())
        .collect();
    assert_eq!(agents, ["a-1", "a-2"]);
}

#[test]
fn an_edit_made_before_the_migration_is_still_found_after_it() {
    let (_folder, path) = of_schema_1();
    Connection::open(&path)
        .unwrap()
        .execute_batch(
            "DROP TRIGGER entry_is_never_changed; UPDATE entry SET agent = 'Bob' WHERE sequence = 4",
        )
        .unwrap();
    let journal = Journal::open(&path).unwrap();
    assert_eq!(
        journal.verify().unwrap(),
        journal::Verification::Broken {
            sequence: 4,
            fault: journal::Fault::Edited
        }
    );
}
