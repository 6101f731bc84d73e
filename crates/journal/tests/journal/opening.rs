//! What may be opened, by whom, and what is left alone.

use std::fs;
use std::path::Path;

use journal::{Journal, JournalError, Verification};
use rusqlite::Connection;

use crate::{entry, fill, whole};

#[test]
fn a_journal_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut journal = Journal::open(&path).unwrap();
    fill(&mut journal, 3);
    let last = journal.last().unwrap().unwrap();
    drop(journal);

    let mut journal = Journal::open(&path).unwrap();
    assert_eq!(journal.last().unwrap().as_ref(), Some(&last));
    let next = journal.append(&entry(4)).unwrap();
    assert_eq!((next.sequence, next.previous), (4, last.hash));
    assert_eq!(whole(&journal).seal, journal.seal().unwrap());
}

#[test]
fn a_second_opening_is_refused_until_the_first_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut first = Journal::open(&path).unwrap();
    let refused = Journal::open(&path).unwrap_err();
    assert!(matches!(refused, JournalError::Locked));
    assert_eq!(refused.code(), "journal_locked");

    first.append(&entry(1)).unwrap();
    drop(first);
    assert_eq!(Journal::open(&path).unwrap().seal().unwrap().count, 1);
}

#[test]
fn another_program_may_read_while_the_journal_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut journal = Journal::open(&path).unwrap();
    fill(&mut journal, 2);
    let reader = Connection::open(&path).unwrap();
    let count =
        |reader: &Connection| reader.query_row("SELECT count(*) FROM entry", [], |row| row.get::<_, i64>(0));
    assert_eq!(count(&reader), Ok(2));
    journal.append(&entry(3)).unwrap();
    assert_eq!(count(&reader), Ok(3));
}

#[test]
fn an_empty_file_becomes_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fs::write(&path, "").unwrap();
    fill(&mut Journal::open(&path).unwrap(), 1);
    assert_eq!(Journal::open(&path).unwrap().seal().unwrap().count, 1);
}

fn is_refused_untouched(path: &Path, expected: &str) {
    let before = fs::read(path).unwrap();
    assert_eq!(Journal::open(path).unwrap_err().code(), expected);
    assert_eq!(fs::read(path).unwrap(), before, "the file was changed");
}

#[test]
fn a_file_of_another_kind_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    fs::write(&text, "Dear diary,\n".repeat(1000)).unwrap();
    is_refused_untouched(&text, "journal_not_a_journal");

    let short = folder.path().join("short.txt");
    fs::write(&short, "xy").unwrap();
    is_refused_untouched(&short, "journal_not_a_journal");

    let foreign = folder.path().join("foreign.db");
    Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE entry (sequence)")
        .unwrap();
    is_refused_untouched(&foreign, "journal_not_a_journal");
}

#[test]
fn a_newer_schema_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fill(&mut Journal::open(&path).unwrap(), 1);
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 7)
        .unwrap();
    assert!(matches!(
        Journal::open(&path),
        Err(JournalError::NewerSchema { found: 7, known: 2 })
    ));
    is_refused_untouched(&path, "journal_newer_schema");
}

#[test]
fn a_path_that_cannot_hold_a_file_is_named_in_the_error() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no such folder").join("journal.db");
    let error = Journal::open(&missing).unwrap_err();
    assert_eq!(error.code(), "journal_cannot_open");
    assert!(error.to_string().contains("no such folder"), "{error}");
    assert_eq!(
        Journal::open(folder.path()).unwrap_err().code(),
        "journal_cannot_open"
    );
}

#[test]
fn a_path_that_looks_like_a_uri_is_still_a_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file:journal.db?mode=memory");
    fill(&mut Journal::open(&path).unwrap(), 1);
    assert_eq!(Journal::open(&path).unwrap().seal().unwrap().count, 1);
}

#[test]
fn a_file_with_its_middle_overwritten_gives_an_error_or_a_broken_chain_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fill(&mut Journal::open(&path).unwrap(), 200);
    let mut bytes = fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..half + 8192].fill(0xAB);
    fs::write(&path, bytes).unwrap();

    let journal = Journal::open(&path).unwrap();
    match journal.verify() {
        Ok(Verification::Whole(_)) => panic!("two pages of rubbish went unseen"),
        Ok(Verification::Broken { sequence, .. }) => assert!((1..=200).contains(&sequence)),
        Err(error) => assert_eq!(error.code(), "journal_damaged"),
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_journal() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut journal = Journal::open(&path).unwrap();
    fill(&mut journal, 1);
    for file in fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(
            file.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{:?}",
            file.file_name()
        );
    }
}
