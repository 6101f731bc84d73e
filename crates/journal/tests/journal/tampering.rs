//! Somebody with the file and an SQL shell. Hashes are made anew here by other code than the journal's, as a skilled
//! tamperer would.

use std::collections::BTreeMap;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use journal::{Fault, Journal, Retention, Verification};
use proptest::prelude::*;
use rusqlite::types::Value;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{debrief, entry, fill, whole};

/// Every column of an event that its hash covers.
const OF_EVENTS: [&str; 15] = [
    "at_ms",
    "supervisor",
    "session",
    "agent",
    "agent_id",
    "channel",
    "act",
    "mode",
    "scope",
    "event",
    "took_ms",
    "error_code",
    "server",
    "reason",
    "text",
];

/// Those of a debrief.
const OF_DEBRIEFS: [&str; 9] = [
    "at_ms",
    "supervisor",
    "session",
    "uptake",
    "effect",
    "next_step",
    "tags",
    "note",
    "follow_up",
];

/// Those of a removal.
const OF_REMOVALS: [&str; 5] = [
    "at_ms",
    "older_than_ms",
    "removed_from",
    "removed_through",
    "removed_hash",
];

/// Every column of the table but the links.
fn all_columns() -> Vec<&'static str> {
    let mut all = vec!["kind"];
    for column in OF_EVENTS.into_iter().chain(OF_DEBRIEFS).chain(OF_REMOVALS) {
        if !all.contains(&column) {
            all.push(column);
        }
    }
    all
}

/// Something else that this column may hold: a word of its set, where it has one.
fn another(column: &str) -> &'static str {
    match column {
        "at_ms" | "took_ms" | "older_than_ms" => "1",
        "removed_from" | "removed_through" => "2",
        "removed_hash" => "zeroblob(32)",
        "channel" => "'Chat'",
        "act" => "'BargeIn'",
        "event" => "'Requested'",
        "uptake" => "'NotUsed'",
        "effect" => "'Worse'",
        "next_step" => "'Train'",
        "tags" => "'[\"other\"]'",
        "follow_up" => "'2027-01-01'",
        _ => "'x'",
    }
}

/// A closed journal of `count` entries, open in an SQL shell with its triggers dropped.
struct Victim {
    _folder: TempDir,
    path: PathBuf,
    shell: Connection,
}

impl Victim {
    fn with_entries(count: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        fill(&mut Journal::open(&path).unwrap(), count);
        Self::of(folder, path)
    }

    /// Entries 5 to 12 of a journal whose first four were removed: 9 is a debrief, 10 the tombstone, the others are events.
    fn with_every_kind() -> Self {
        static BYTES: LazyLock<Vec<u8>> = LazyLock::new(every_kind);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        fs::write(&path, &*BYTES).unwrap();
        Self::of(folder, path)
    }

    fn of(folder: TempDir, path: PathBuf) -> Self {
        let shell = Connection::open(&path).unwrap();
        shell
            .execute_batch(
                "PRAGMA synchronous = OFF; DROP TRIGGER entry_is_never_changed;
                 DROP TRIGGER entry_is_only_removed_under_a_tombstone;",
            )
            .unwrap();
        Self {
            _folder: folder,
            path,
            shell,
        }
    }

    fn run(&self, sql: &str) {
        self.shell.execute_batch(sql).unwrap();
    }

    fn verification(&self) -> Verification {
        verification(&self.path)
    }

    fn seal(&self) -> (u64, Vec<u8>) {
        self.shell
            .query_row("SELECT count, hash FROM seal", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap()
    }

    /// All that is stored, row by row.
    fn everything(&self) -> Vec<Vec<rusqlite::types::Value>> {
        let mut all = self
            .shell
            .prepare("SELECT * FROM entry ORDER BY sequence")
            .unwrap();
        let columns = all.column_count();
        let rows = all.query_map([], |row| (0..columns).map(|column| row.get(column)).collect());
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// Makes `previous` and `hash` of all entries from `first` on fit together again.
    fn rehash_from(&self, first: u64, until: u64) {
        for sequence in first..=until {
            let previous: Vec<u8> = self
                .shell
                .query_row(
                    "SELECT hash FROM entry WHERE sequence = ?1",
                    [sequence - 1],
                    |row| row.get(0),
                )
                .unwrap_or_else(|_| vec![0; 32]);
            let hash = self.hash_of(sequence, &previous);
            self.shell
                .execute(
                    "UPDATE entry SET previous = ?2, hash = ?3 WHERE sequence = ?1",
                    params![sequence, previous, hash],
                )
                .unwrap();
        }
    }

    /// The definition in the documentation of `journal::Hash`, once more.
    fn hash_of(&self, sequence: u64, previous: &[u8]) -> Vec<u8> {
        let hex = |bytes: &[u8]| {
            bytes
                .iter()
                .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
        };
        let mut members = BTreeMap::from([
            ("sequence", sequence.to_string()),
            ("previous", format!("\"{}\"", hex(previous))),
        ]);
        for column in all_columns() {
            let sql = format!("SELECT {column} FROM entry WHERE sequence = ?1");
            match self.shell.query_row(&sql, [sequence], |row| row.get(0)).unwrap() {
                Value::Text(kind) if column == "kind" && kind == "Event" => None,
                Value::Text(tags) if column == "tags" => members.insert(column, tags),
                Value::Integer(number) => members.insert(column, number.to_string()),
                Value::Text(text) => members.insert(column, serde_json::to_string(&text).unwrap()),
                Value::Blob(bytes) => members.insert(column, format!("\"{}\"", hex(&bytes))),
                _ => None,
            };
        }
        let members: Vec<String> = members
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        Sha256::digest(format!("{{{}}}", members.join(","))).to_vec()
    }
}

/// The file of such a journal: made once, because each entry of it waits for the disk.
fn every_kind() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut journal = Journal::open(&path).unwrap();
    fill(&mut journal, 8);
    journal.append_debrief(&debrief(8)).unwrap();
    let retention = Retention {
        older_than_ms: entry(5).at_ms,
        now_ms: entry(20).at_ms,
    };
    let tombstone = journal.remove_older(retention).unwrap().unwrap();
    assert_eq!((tombstone.sequence, tombstone.content.removed_through), (10, 4));
    journal.append(&entry(11)).unwrap();
    journal.append(&entry(12)).unwrap();
    drop(journal);
    fs::read(&path).unwrap()
}

fn verification(path: &Path) -> Verification {
    Journal::open(path).unwrap().verify().unwrap()
}

fn broken(sequence: u64, fault: Fault) -> Verification {
    Verification::Broken { sequence, fault }
}

fn is_whole(verification: &Verification) -> bool {
    matches!(verification, Verification::Whole(_))
}

#[test]
fn an_untouched_journal_is_whole() {
    assert_eq!(
        whole(&Journal::open(&Victim::with_entries(9).path).unwrap())
            .seal
            .count,
        9
    );
    let kept = whole(&Journal::open(&Victim::with_every_kind().path).unwrap());
    assert_eq!((kept.first, kept.seal.count, kept.removals.len()), (5, 12, 1));
}

#[test]
fn an_edited_entry_is_named_whichever_field_it_was() {
    for (sequence, own) in [(7, &OF_EVENTS[..]), (9, &OF_DEBRIEFS), (10, &OF_REMOVALS)] {
        for column in all_columns() {
            let victim = Victim::with_every_kind();
            let value = another(column);
            victim.run(&format!(
                "UPDATE entry SET {column} = {value} WHERE sequence = {sequence}"
            ));
            let expected = match column {
                // The tombstone no longer speaks for the entries that are not there.
                "removed_through" if sequence == 10 => broken(3, Fault::Missing),
                "removed_hash" if sequence == 10 => broken(5, Fault::Unlinked),
                column if own.contains(&column) => broken(sequence, Fault::Edited),
                _ => broken(sequence, Fault::Unreadable),
            };
            assert_eq!(victim.verification(), expected, "{column} of entry {sequence}");
        }
    }
}

#[test]
fn an_entry_that_was_made_one_of_another_kind_is_unreadable() {
    for kind in ["Event", "Debrief", "Removal"] {
        for sequence in [7, 9, 10] {
            let victim = Victim::with_every_kind();
            let written = victim.everything();
            victim.run(&format!(
                "UPDATE entry SET kind = '{kind}' WHERE sequence = {sequence}"
            ));
            if victim.everything() != written {
                let expected = broken(sequence, Fault::Unreadable);
                assert_eq!(victim.verification(), expected, "{sequence} as {kind}");
            }
        }
    }
}

#[test]
fn a_beginning_that_is_cut_off_further_than_the_tombstone_says_is_found() {
    let victim = Victim::with_every_kind();
    victim.run("DELETE FROM entry WHERE sequence <= 6");
    assert_eq!(victim.verification(), broken(5, Fault::Missing));

    let victim = Victim::with_every_kind();
    victim.run("DELETE FROM entry WHERE sequence = 10");
    assert_eq!(victim.verification(), broken(1, Fault::Missing));
}

#[test]
fn an_entry_from_before_the_tombstone_that_is_put_back_is_found() {
    let victim = Victim::with_every_kind();
    victim.run(
        "CREATE TEMP TABLE copy AS SELECT * FROM entry WHERE sequence = 5; UPDATE copy SET sequence = 4;
         INSERT INTO entry SELECT * FROM copy",
    );
    assert!(!is_whole(&victim.verification()));
}

#[test]
fn a_second_spelling_of_the_same_tags_or_day_is_tampering() {
    for change in [
        "tags = '[\"greeting\", \"calm\"]'",
        "tags = '[]'",
        "follow_up = '2026-12-01T00:00'",
    ] {
        let victim = Victim::with_every_kind();
        victim.run(&format!("UPDATE entry SET {change} WHERE sequence = 9"));
        assert_eq!(victim.verification(), broken(9, Fault::Unreadable), "{change}");
    }
}

/// The limit that the documentation admits: a removal that is forged with its tombstone looks like one of policy. It is
/// told of all the same.
#[test]
fn a_removal_can_be_forged_and_not_hidden() {
    let victim = Victim::with_every_kind();
    let everything = Retention {
        older_than_ms: entry(8).at_ms,
        now_ms: entry(20).at_ms,
    };
    Journal::open(&victim.path)
        .unwrap()
        .remove_older(everything)
        .unwrap()
        .unwrap();
    let kept = whole(&Journal::open(&victim.path).unwrap());
    assert_eq!(kept.first, 8);
    assert_eq!(kept.removals.last().unwrap().content.removed_through, 7);
}

#[test]
fn a_removed_entry_is_a_gap_at_its_number() {
    let victim = Victim::with_entries(5);
    victim.run("DELETE FROM entry WHERE sequence = 3");
    assert_eq!(victim.verification(), broken(3, Fault::Missing));
}

#[test]
fn a_gap_that_was_closed_by_renumbering_is_found_where_it_was() {
    let victim = Victim::with_entries(5);
    victim.run(
        "DELETE FROM entry WHERE sequence = 3; UPDATE entry SET sequence = 3 WHERE sequence = 4;
         UPDATE entry SET sequence = 4 WHERE sequence = 5; UPDATE seal SET count = 4;",
    );
    assert_eq!(victim.verification(), broken(3, Fault::Unlinked));
}

#[test]
fn a_cut_beginning_and_a_cut_end_are_found() {
    let victim = Victim::with_entries(5);
    victim.run("DELETE FROM entry WHERE sequence <= 2");
    assert_eq!(victim.verification(), broken(1, Fault::Missing));

    let victim = Victim::with_entries(5);
    victim.run("DELETE FROM entry WHERE sequence >= 4");
    assert_eq!(victim.verification(), broken(4, Fault::Missing));

    let victim = Victim::with_entries(5);
    victim.run("DELETE FROM entry");
    assert_eq!(victim.verification(), broken(1, Fault::Missing));
}

#[test]
fn a_cut_end_stays_visible_when_the_journal_goes_on() {
    let victim = Victim::with_entries(5);
    victim.run("DELETE FROM entry WHERE sequence >= 4");
    let next = Journal::open(&victim.path).unwrap().append(&entry(6)).unwrap();
    assert_eq!(
        next.sequence, 6,
        "the numbers of the removed entries are not given again"
    );
    assert_eq!(victim.verification(), broken(4, Fault::Missing));
}

#[test]
fn swapped_entries_are_found_at_the_first_of_them() {
    let victim = Victim::with_entries(5);
    victim.run(
        "UPDATE entry SET sequence = 99 WHERE sequence = 2; UPDATE entry SET sequence = 2 WHERE sequence = 4;
         UPDATE entry SET sequence = 4 WHERE sequence = 99;",
    );
    assert_eq!(victim.verification(), broken(2, Fault::Unlinked));
}

#[test]
fn an_entry_with_a_word_or_a_hash_of_no_journal_is_unreadable() {
    for change in [
        "event = 'Nonsense'",
        "hash = x'00'",
        "at_ms = -1",
        "agent = CAST(x'ff' AS TEXT)",
    ] {
        let victim = Victim::with_entries(3);
        victim.run(&format!("UPDATE entry SET {change} WHERE sequence = 2"));
        assert_eq!(victim.verification(), broken(2, Fault::Unreadable), "{change}");
        let error = Journal::open(&victim.path)
            .unwrap()
            .entries(&journal::Filter::default(), 9)
            .unwrap_err();
        assert_eq!(error.code(), "journal_damaged", "{change}");
    }
}

#[test]
fn an_entry_put_in_behind_the_seal_is_found_even_if_it_is_linked() {
    let victim = Victim::with_entries(3);
    victim.run(
        "CREATE TEMP TABLE copy AS SELECT * FROM entry WHERE sequence = 3; UPDATE copy SET sequence = 4;
         INSERT INTO entry SELECT * FROM copy",
    );
    victim.rehash_from(4, 4);
    assert_eq!(victim.verification(), broken(4, Fault::Unsealed));
    let refused = Journal::open(&victim.path)
        .unwrap()
        .append(&entry(4))
        .unwrap_err();
    assert_eq!(refused.code(), "journal_damaged");
}

#[test]
fn a_changed_or_removed_seal_is_found() {
    for (change, expected) in [
        (
            "UPDATE seal SET hash = zeroblob(32)",
            broken(3, Fault::SealDiffers),
        ),
        ("UPDATE seal SET hash = x''", broken(3, Fault::SealDiffers)),
        ("DELETE FROM seal", broken(3, Fault::SealDiffers)),
        ("UPDATE seal SET count = 2", broken(3, Fault::Unsealed)),
        (
            "UPDATE seal SET count = 9223372036854775807",
            broken(4, Fault::Missing),
        ),
    ] {
        let victim = Victim::with_entries(3);
        victim.run(change);
        assert_eq!(victim.verification(), expected, "{change}");
    }
}

#[test]
fn a_journal_without_a_usable_seal_takes_no_entry() {
    for change in [
        "DELETE FROM seal",
        "UPDATE seal SET hash = x''",
        "UPDATE seal SET count = 9223372036854775807",
    ] {
        let victim = Victim::with_entries(3);
        victim.run(change);
        let error = Journal::open(&victim.path)
            .unwrap()
            .append(&entry(4))
            .unwrap_err();
        assert_eq!(error.code(), "journal_damaged", "{change}");
    }
}

#[test]
fn an_edit_with_its_own_hash_made_anew_breaks_the_link_behind_it() {
    let victim = Victim::with_entries(5);
    victim.run("UPDATE entry SET agent = 'somebody else' WHERE sequence = 3");
    victim.rehash_from(3, 3);
    assert_eq!(victim.verification(), broken(4, Fault::Unlinked));
}

#[test]
fn an_edit_with_the_whole_chain_made_anew_breaks_the_seal() {
    let victim = Victim::with_entries(5);
    victim.run("UPDATE entry SET agent = 'somebody else' WHERE sequence = 3");
    victim.rehash_from(3, 5);
    assert_eq!(victim.verification(), broken(5, Fault::SealDiffers));
}

/// The limit that the documentation admits, and the way around it: a seal kept elsewhere.
#[test]
fn a_forged_chain_with_a_forged_seal_shows_only_against_a_seal_kept_elsewhere() {
    let victim = Victim::with_entries(5);
    let kept_elsewhere = victim.seal();
    victim.run("UPDATE entry SET agent = 'somebody else' WHERE sequence = 3");
    victim.rehash_from(3, 5);
    victim.run("UPDATE seal SET hash = (SELECT hash FROM entry WHERE sequence = 5)");
    assert!(is_whole(&victim.verification()));
    assert_ne!(victim.seal(), kept_elsewhere);
}

#[derive(Clone, Debug)]
enum Tampering {
    Edit { sequence: u64, column: &'static str },
    Remove { first: u64, last: u64 },
    Swap { first: u64, last: u64 },
    EditLink { sequence: u64, column: &'static str },
}

/// The entries of [`Victim::with_every_kind`], and its tombstone.
const ENTRIES: RangeInclusive<u64> = 5..=12;
const TOMBSTONE: u64 = 10;

fn any_tampering() -> impl Strategy<Value = Tampering> {
    let range = (ENTRIES, ENTRIES).prop_map(|(one, other)| (one.min(other), one.max(other)));
    prop_oneof![
        (ENTRIES, prop::sample::select(all_columns()))
            .prop_map(|(sequence, column)| Tampering::Edit { sequence, column }),
        range
            .clone()
            .prop_map(|(first, last)| Tampering::Remove { first, last }),
        range
            .prop_filter("two different entries", |(first, last)| first < last)
            .prop_map(|(first, last)| Tampering::Swap { first, last }),
        (ENTRIES, prop::sample::select(&["previous", "hash"][..]))
            .prop_map(|(sequence, column)| Tampering::EditLink { sequence, column }),
    ]
}

impl Tampering {
    /// Does it, and tells the number of the first entry that is not as it was written. Without its tombstone that is the
    /// first entry that policy removed: nothing speaks for it any more.
    fn carry_out(&self, victim: &Victim) -> u64 {
        match *self {
            Self::Edit { sequence, column } => {
                let other = match column {
                    "removed_hash" => "randomblob(32)",
                    "removed_from" | "removed_through" => "77",
                    column if column.ends_with("_ms") => "77",
                    _ => "'x' || sequence",
                };
                victim.run(&format!(
                    "UPDATE entry SET {column} = {other} WHERE sequence = {sequence}"
                ));
                match column {
                    "removed_through" if sequence == TOMBSTONE => 1,
                    "removed_hash" if sequence == TOMBSTONE => *ENTRIES.start(),
                    _ => sequence,
                }
            }
            Self::Remove { first, last } => {
                victim.run(&format!(
                    "DELETE FROM entry WHERE sequence BETWEEN {first} AND {last}"
                ));
                if (first..=last).contains(&TOMBSTONE) {
                    1
                } else {
                    first
                }
            }
            Self::Swap { first, last } => {
                victim.run(&format!(
                    "UPDATE entry SET sequence = 99 WHERE sequence = {first};
                     UPDATE entry SET sequence = {first} WHERE sequence = {last};
                     UPDATE entry SET sequence = {last} WHERE sequence = 99;"
                ));
                first
            }
            Self::EditLink { sequence, column } => {
                victim.run(&format!(
                    "UPDATE entry SET {column} = randomblob(32) WHERE sequence = {sequence}"
                ));
                sequence
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_is_done_the_first_entry_that_suffered_is_named(
        doings in prop::collection::vec(any_tampering(), 1..4),
    ) {
        let victim = Victim::with_every_kind();
        let written = victim.everything();
        // A later doing may hit what an earlier one moved or removed, so only the first alone has a known place.
        let place = doings[0].carry_out(&victim);
        let Verification::Broken { sequence, .. } = victim.verification() else {
            return Err(TestCaseError::fail("tampering went unseen"));
        };
        prop_assert_eq!(sequence, place);
        for doing in &doings[1..] {
            doing.carry_out(&victim);
        }
        // Swapping the same two twice makes a right of two wrongs; nothing else does.
        prop_assert_eq!(is_whole(&victim.verification()), victim.everything() == written);
    }
}
