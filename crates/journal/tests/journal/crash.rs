//! A crash at any moment: the files are copied while the journal is open, as a killed process leaves them behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use journal::{Journal, Seal};
use proptest::prelude::*;

use crate::{entry, fill, whole};

/// The files of an open journal.
fn left_behind(path: &Path, into: &Path) -> PathBuf {
    let copy = into.join("journal.db");
    fs::copy(path, &copy).unwrap();
    fs::copy(path.with_extension("db-wal"), copy.with_extension("db-wal")).unwrap();
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
        let mut restarted = Journal::open(&left_behind(&path, crash.path())).unwrap();
        let expected = Seal {
            count: number,
            hash: acknowledged.hash,
        };
        assert_eq!(whole(&restarted).seal, expected);
        assert_eq!(restarted.append(&entry(99)).unwrap().previous, acknowledged.hash);
    }
}

/// A journal whose last six entries are in the log only: its file, its log, and the seals after each of the six.
struct WithLog {
    file: Vec<u8>,
    log: Vec<u8>,
    seals: Vec<Seal>,
}

/// Made once, because each entry of it waits for the disk.
static WITH_LOG: LazyLock<WithLog> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fill(&mut Journal::open(&path).unwrap(), 3);
    let mut journal = Journal::open(&path).unwrap();
    let seals = (4..=9)
        .map(|number| {
            journal.append(&entry(number)).unwrap();
            journal.seal().unwrap()
        })
        .collect();
    WithLog {
        file: fs::read(&path).unwrap(),
        log: fs::read(path.with_extension("db-wal")).unwrap(),
        seals,
    }
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// A power cut tears the log at any byte: what is left is a shorter journal, never a broken one.
    #[test]
    fn a_torn_log_gives_a_shorter_journal_that_is_whole(cut in 0..=WITH_LOG.log.len()) {
        let crash = tempfile::tempdir().unwrap();
        let path = crash.path().join("journal.db");
        fs::write(&path, &WITH_LOG.file).unwrap();
        fs::write(path.with_extension("db-wal"), &WITH_LOG.log[..cut]).unwrap();
        let seal = whole(&Journal::open(&path).unwrap()).seal;
        prop_assert!(seal.count == 3 || WITH_LOG.seals.contains(&seal), "{:?}", seal);
        prop_assert_eq!(cut == WITH_LOG.log.len(), seal.count == 9);
    }
}
