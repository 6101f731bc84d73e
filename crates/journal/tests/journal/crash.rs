//! A crash at any moment: the files are copied while the journal is open, as a killed process leaves them behind.

use std::fs;
use std::path::{Path, PathBuf};

use journal::{Journal, Seal};
use proptest::prelude::*;

use crate::{entry, fill, whole};

/// The files of an open journal, with the write-ahead log cut to `log_length` bytes where one is given.
fn left_behind(path: &Path, into: &Path, log_length: Option<usize>) -> PathBuf {
    let copy = into.join("journal.db");
    fs::copy(path, &copy).unwrap();
    let mut log = fs::read(path.with_extension("db-wal")).unwrap();
    log.truncate(log_length.unwrap_or(log.len()));
    fs::write(copy.with_extension("db-wal"), log).unwrap();
    copy
}

#[test]
fn a_killed_writer_loses_no_acknowledged_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut journal = Journal::open(&path).unwrap();
    for number in 1..=20 {
        let acknowledged = journal.append(&entry(number)).unwrap();
        let crash = tempfile::tempdir().unwrap();
        let mut restarted = Journal::open(&left_behind(&path, crash.path(), None)).unwrap();
        let expected = Seal {
            count: number,
            hash: acknowledged.hash,
        };
        assert_eq!(whole(&restarted).seal, expected);
        assert_eq!(restarted.append(&entry(99)).unwrap().previous, acknowledged.hash);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// A power cut tears the log at any byte: what is left is a shorter journal, never a broken one.
    #[test]
    fn a_torn_log_gives_a_shorter_journal_that_is_whole(cut in 0.0..1.0_f64) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        fill(&mut Journal::open(&path).unwrap(), 3);
        let mut journal = Journal::open(&path).unwrap();
        let written: Vec<Seal> = (4..=9)
            .map(|number| { journal.append(&entry(number)).unwrap(); journal.seal().unwrap() })
            .collect();

        let length = fs::metadata(path.with_extension("db-wal")).unwrap().len();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
            reason = "a fraction of a small file size")]
        let cut = (length as f64 * cut) as usize;
        let crash = tempfile::tempdir().unwrap();
        let restarted = Journal::open(&left_behind(&path, crash.path(), Some(cut))).unwrap();
        let seal = whole(&restarted).seal;
        prop_assert!(seal.count == 3 || written.contains(&seal), "{:?}", seal);
    }
}
