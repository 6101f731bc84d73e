//! Somebody with the file and an SQL shell. Hashes are made anew here by other code than the journal's, as a skilled
//! tamperer would.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use journal::{Fault, Journal, Seal, Verification};
use proptest::prelude::*;
use rusqlite::types::Value;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{entry, fill};

/// Every column that an entry's hash covers, beside its number.
const CONTENT: [&str; 13] = [
    "at_ms",
    "supervisor",
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
    "session",
];

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
        let shell = Connection::open(&path).unwrap();
        shell
            .execute_batch(
                "PRAGMA synchronous = OFF; DROP TRIGGER entry_is_never_changed; DROP TRIGGER entry_is_never_removed;",
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
        let previous = previous
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let mut members = BTreeMap::from([
            ("sequence", sequence.to_string()),
            ("previous", format!("\"{previous}\"")),
        ]);
        for column in CONTENT {
            let sql = format!("SELECT {column} FROM entry WHERE sequence = ?1");
            match self.shell.query_row(&sql, [sequence], |row| row.get(0)).unwrap() {
                Value::Integer(number) => members.insert(column, number.to_string()),
                Value::Text(text) => members.insert(column, serde_json::to_string(&text).unwrap()),
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

fn verification(path: &Path) -> Verification {
    Journal::open(path).unwrap().verify().unwrap()
}

fn broken(sequence: u64, fault: Fault) -> Verification {
    Verification::Broken { sequence, fault }
}

#[test]
fn an_untouched_journal_is_whole() {
    let victim = Victim::with_entries(9);
    assert!(matches!(
        victim.verification(),
        Verification::Whole(Seal { count: 9, .. })
    ));
}

#[test]
fn an_edited_entry_is_named_whichever_field_it_was() {
    for column in CONTENT {
        let victim = Victim::with_entries(4);
        let other = match column {
            "at_ms" | "took_ms" => "1",
            "channel" => "'Voice'",
            "act" => "'BargeIn'",
            "event" => "'Requested'",
            _ => "'x'",
        };
        victim.run(&format!("UPDATE entry SET {column} = {other} WHERE sequence = 3"));
        assert_eq!(victim.verification(), broken(3, Fault::Edited), "{column}");
    }
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
        "INSERT INTO entry SELECT 4, previous, hash, at_ms, supervisor, agent, agent_id, channel, act, mode, scope,
         event, took_ms, error_code, server, session FROM entry WHERE sequence = 3",
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
    assert!(matches!(
        victim.verification(),
        Verification::Whole(Seal { count: 5, .. })
    ));
    assert_ne!(victim.seal(), kept_elsewhere);
}

#[derive(Clone, Debug)]
enum Tampering {
    Edit { sequence: u64, column: &'static str },
    Remove { first: u64, last: u64 },
    Swap { first: u64, last: u64 },
    EditLink { sequence: u64, column: &'static str },
}

const ENTRIES: u64 = 8;

fn any_tampering() -> impl Strategy<Value = Tampering> {
    let range = (1..=ENTRIES, 1..=ENTRIES).prop_map(|(one, other)| (one.min(other), one.max(other)));
    prop_oneof![
        (1..=ENTRIES, prop::sample::select(&CONTENT[..]))
            .prop_map(|(sequence, column)| Tampering::Edit { sequence, column }),
        range
            .clone()
            .prop_map(|(first, last)| Tampering::Remove { first, last }),
        range
            .prop_filter("two different entries", |(first, last)| first < last)
            .prop_map(|(first, last)| Tampering::Swap { first, last }),
        (1..=ENTRIES, prop::sample::select(&["previous", "hash"][..]))
            .prop_map(|(sequence, column)| Tampering::EditLink { sequence, column }),
    ]
}

impl Tampering {
    /// Does it, and tells the number of the first entry that is not as it was written.
    fn carry_out(&self, victim: &Victim) -> u64 {
        match *self {
            Self::Edit { sequence, column } => {
                let other = if column.ends_with("_ms") {
                    "77"
                } else {
                    "'x' || sequence"
                };
                victim.run(&format!(
                    "UPDATE entry SET {column} = {other} WHERE sequence = {sequence}"
                ));
                sequence
            }
            Self::Remove { first, last } => {
                victim.run(&format!(
                    "DELETE FROM entry WHERE sequence BETWEEN {first} AND {last}"
                ));
                first
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
        let victim = Victim::with_entries(ENTRIES);
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
        let whole = matches!(victim.verification(), Verification::Whole(_));
        prop_assert_eq!(whole, victim.everything() == written);
    }
}
