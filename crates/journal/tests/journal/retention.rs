//! What policy removes is gone, is told of, and leaves a chain that holds.

use std::fs;

use journal::{Book, Fault, Filter, Held, Journal, Reader, Removal, Retention, Seal, Verification};
use proptest::prelude::*;
use rusqlite::Connection;

use crate::{debrief, entry, fill, whole};

/// Time of entry `number`.
fn at(number: u64) -> u64 {
    entry(number).at_ms
}

/// Removes what is older than entry `number`, at the time of entry `now`.
fn remove(journal: &mut Journal, number: u64, now: u64) -> Option<Removal> {
    let retention = Retention {
        older_than_ms: at(number),
        now_ms: at(now),
    };
    journal
        .remove_older(retention)
        .unwrap()
        .map(|tombstone| tombstone.content)
}

fn sequences(journal: &Journal) -> Vec<u64> {
    let all = journal.reader().after(0, 999).unwrap();
    all.iter().map(|entry| entry.sequence).collect()
}

#[test]
fn a_removal_leaves_a_tombstone_that_says_what_went_and_when() {
    let mut journal = Journal::in_memory().unwrap();
    fill(&mut journal, 6);
    let hash = journal.reader().hash_of(4).unwrap().unwrap();
    let removal = remove(&mut journal, 5, 100).unwrap();
    let expected = Removal {
        at_ms: at(100),
        older_than_ms: at(5),
        removed_from: 1,
        removed_through: 4,
        removed_hash: hash,
    };
    assert_eq!((removal.count(), &removal), (4, &expected));
    assert_eq!(sequences(&journal), [5, 6, 7]);

    let kept = whole(&journal);
    assert_eq!((kept.first, kept.seal.count), (5, 7));
    assert_eq!(kept.removals.len(), 1);
    assert_eq!(
        (kept.removals[0].sequence, &kept.removals[0].content),
        (7, &expected)
    );
}

#[test]
fn an_export_whose_last_entry_was_removed_still_proves_what_the_tombstone_says() {
    let mut journal = Journal::in_memory().unwrap();
    fill(&mut journal, 9);
    let kept = |journal: &Journal, count| Seal {
        count,
        hash: journal.reader().hash_of(count).unwrap().unwrap(),
    };
    let (third, fourth) = (kept(&journal, 3), kept(&journal, 4));
    let removal = remove(&mut journal, 5, 100).unwrap();
    assert_eq!(removal.removed_through, 4);
    assert_eq!(journal.reader().against(fourth).unwrap(), Held::Same);
    assert_eq!(journal.reader().against(third).unwrap(), Held::Removed);
}

#[test]
fn a_later_removal_takes_the_former_tombstone_with_it() {
    let mut journal = Journal::in_memory().unwrap();
    fill(&mut journal, 3);
    remove(&mut journal, 3, 3).unwrap();
    journal.append(&entry(5)).unwrap();
    let removal = remove(&mut journal, 5, 10).unwrap();
    assert_eq!((removal.removed_from, removal.removed_through), (3, 4));
    assert_eq!(sequences(&journal), [5, 6]);
    assert_eq!(whole(&journal).first, 5);
}

#[test]
fn a_clock_in_the_future_costs_nothing() {
    let mut journal = Journal::in_memory().unwrap();
    fill(&mut journal, 3);
    assert_eq!(remove(&mut journal, 50, 60), None, "even the newest would go");
    assert_eq!(sequences(&journal), [1, 2, 3]);
    // A journal in use has newer entries.
    journal.append(&entry(51)).unwrap();
    assert_eq!(remove(&mut journal, 50, 60).unwrap().count(), 3);
    assert_eq!(sequences(&journal), [4, 5]);
    assert_eq!(whole(&journal).seal.count, 5);
}

#[test]
fn nothing_is_written_where_nothing_is_old_enough() {
    let mut journal = Journal::in_memory().unwrap();
    assert_eq!(remove(&mut journal, 50, 60), None, "an empty journal");
    fill(&mut journal, 3);
    assert_eq!(remove(&mut journal, 1, 60), None, "all are young");
    journal.append(&entry(55)).unwrap();
    remove(&mut journal, 50, 60).unwrap();
    assert_eq!(remove(&mut journal, 55, 80), None, "what is left is young");
    assert_eq!(sequences(&journal), [4, 5]);
}

#[test]
fn a_wrong_clock_costs_no_young_entry() {
    // An old time stamp among young ones stays with them.
    let mut journal = Journal::in_memory().unwrap();
    for number in [1, 10, 2, 11] {
        journal.append(&entry(number)).unwrap();
    }
    remove(&mut journal, 5, 20).unwrap();
    assert_eq!(sequences(&journal), [2, 3, 4, 5]);

    // One from the future does not keep the old ones behind it for ever.
    let mut journal = Journal::in_memory().unwrap();
    for number in [1, 9_000, 2, 11] {
        journal.append(&entry(number)).unwrap();
    }
    remove(&mut journal, 5, 20).unwrap();
    assert_eq!(sequences(&journal), [4, 5]);

    // Where the newest is from the future, it is our own clock that stands wrong.
    let mut journal = Journal::in_memory().unwrap();
    fill(&mut journal, 9);
    let long_ago = Retention {
        older_than_ms: 0,
        now_ms: 1,
    };
    assert_eq!(journal.remove_older(long_ago).unwrap(), None);

    // A limit in the future removes what is old now, and no more.
    let past_now = Retention {
        older_than_ms: at(9_000),
        now_ms: at(9),
    };
    assert_eq!(
        journal
            .remove_older(past_now)
            .unwrap()
            .unwrap()
            .content
            .removed_through,
        8
    );
}

#[test]
fn a_journal_that_is_not_whole_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fill(&mut Journal::open(&path).unwrap(), 6);
    Connection::open(&path)
        .unwrap()
        .execute_batch(
            "DROP TRIGGER entry_is_never_changed; UPDATE entry SET agent = 'Bob' WHERE sequence = 2",
        )
        .unwrap();
    let mut journal = Journal::open(&path).unwrap();
    let retention = Retention {
        older_than_ms: at(4),
        now_ms: at(9),
    };
    let refused = journal.remove_older(retention).unwrap_err();
    assert_eq!(refused.code(), "journal_not_whole");
    assert_eq!(sequences(&journal), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn nothing_of_what_was_removed_is_left_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch(include_str!("schema-1.sql"))
        .unwrap();
    let mut journal = Journal::open_at(&path, 1).unwrap();
    assert!(folder.path().join("journal.db.schema-1.1.backup").exists());
    let mut named = entry(100);
    named.agent = "Rosalind Franklin".into();
    journal.append(&named).unwrap();
    journal.append(&entry(200)).unwrap();
    remove(&mut journal, 150, 300).unwrap();
    for file in fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        let bytes = fs::read(file.path()).unwrap();
        let found = bytes
            .windows(4)
            .any(|part| part == b"Rosa" || part == b"Zo\xc3\xab");
        assert!(!found, "a name is left in {:?}", file.file_name());
    }
    assert_eq!(whole(&journal).first, 14);
}

#[test]
fn a_reader_and_a_book_go_on_after_a_removal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut journal = Journal::open(&path).unwrap();
    fill(&mut journal, 12);
    let reader = Reader::open(&path).unwrap();
    let mut book = Book::default();
    reader.catch_up(&mut book).unwrap();
    assert_eq!(book.len(), 3);

    remove(&mut journal, 9, 20).unwrap();
    journal.append_debrief(&debrief(9)).unwrap();
    reader.catch_up(&mut book).unwrap();
    let sessions: Vec<_> = book
        .coachings()
        .map(|coaching| coaching.session.clone())
        .collect();
    assert_eq!(sessions, ["c-2"]);
    assert_eq!(book.coaching("c-2").unwrap().debriefs, 1);
    assert_eq!(reader.entries(&Filter::default(), 99).unwrap().len(), 4);
}

#[derive(Clone, Debug)]
enum Step {
    Event(u64),
    Debrief,
    Remove { older_by: u64 },
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0_u64..5).prop_map(Step::Event),
        1 => Just(Step::Debrief),
        2 => (0_u64..30).prop_map(|older_by| Step::Remove { older_by }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever is written and removed in whatever order: the chain holds, nothing young is gone, nothing old is left at
    /// the beginning, and what went is told of.
    #[test]
    fn removals_keep_the_chain_whole_and_take_only_what_is_old(steps in prop::collection::vec(any_step(), 1..40)) {
        let mut journal = Journal::in_memory().unwrap();
        let mut now = 100;
        let mut written: Vec<(u64, u64)> = Vec::new();
        let mut gone_through = 0;
        for step in steps {
            match step {
                Step::Event(later) => {
                    now += later;
                    written.push((journal.append(&entry(now)).unwrap().sequence, at(now)));
                }
                Step::Debrief => {
                    if let Ok(entry) = journal.append_debrief(&debrief(now)) {
                        written.push((entry.sequence, at(now)));
                    }
                }
                Step::Remove { older_by } => {
                    let limit = at(now - older_by);
                    let left = |written: &[(u64, u64)], gone_through: u64| {
                        written.iter().copied().filter(|(sequence, _)| *sequence > gone_through).collect::<Vec<_>>()
                    };
                    let before = left(&written, gone_through);
                    let retention = Retention { older_than_ms: limit, now_ms: at(now) };
                    if let Some(tombstone) = journal.remove_older(retention).unwrap() {
                        prop_assert_eq!(tombstone.content.removed_from, gone_through + 1);
                        gone_through = tombstone.content.removed_through;
                        let removed = before.iter().filter(|(sequence, _)| *sequence <= gone_through);
                        prop_assert!(removed.clone().all(|(_, at_ms)| *at_ms < limit), "something young is gone");
                        written.push((tombstone.sequence, at(now)));
                    }
                    let events = journal.entries(&Filter { until_ms: Some(limit), ..Filter::default() }, 1).unwrap();
                    let all_old = before.last().is_some_and(|(_, at_ms)| *at_ms < limit);
                    prop_assert_eq!(events.is_empty(), !all_old, "something old is left, or something of an idle journal is gone");
                }
            }
            let kept = whole(&journal);
            prop_assert_eq!(kept.first, gone_through + 1);
            let expected: Vec<u64> = written.iter().map(|(sequence, _)| *sequence)
                .filter(|sequence| *sequence > gone_through).collect();
            prop_assert_eq!(sequences(&journal), expected);
            if gone_through > 0 {
                prop_assert_eq!(kept.removals.last().unwrap().content.removed_through, gone_through);
            }
        }
    }

    /// After a removal every entry that is left is as well guarded as before.
    #[test]
    fn tampering_after_a_removal_is_found(cut in 2_u64..9, victim in 0_u64..9, remove_it: bool) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let mut journal = Journal::open(&path).unwrap();
        fill(&mut journal, 9);
        remove(&mut journal, cut, 20).unwrap();
        drop(journal);
        let left: Vec<u64> = (cut..=10).collect();
        let victim = left[usize::try_from(victim).unwrap() % left.len()];
        let shell = Connection::open(&path).unwrap();
        shell.execute_batch("DROP TRIGGER entry_is_never_changed; DROP TRIGGER entry_is_only_removed_under_a_tombstone").unwrap();
        if remove_it {
            shell.execute("DELETE FROM entry WHERE sequence = ?1", [victim]).unwrap();
        } else {
            shell.execute("UPDATE entry SET at_ms = at_ms + 1 WHERE sequence = ?1", [victim]).unwrap();
        }
        let verification = Journal::open(&path).unwrap().verify().unwrap();
        let expected = match (remove_it, victim) {
            (true, 10) => Verification::Broken { sequence: 1, fault: Fault::Missing },
            (true, sequence) => Verification::Broken { sequence, fault: Fault::Missing },
            (false, sequence) => Verification::Broken { sequence, fault: Fault::Edited },
        };
        prop_assert_eq!(verification, expected);
    }
}
