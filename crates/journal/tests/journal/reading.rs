//! What goes in comes out.

use journal::{
    Act, Channel, Entry, Filter, Hash, Journal, JournalError, LARGEST_NUMBER, NewEntry, Seal, Verification,
    What,
};
use proptest::prelude::*;

use crate::{entry, fill};

fn sequences(journal: &Journal, filter: &Filter, limit: usize) -> Vec<u64> {
    journal
        .entries(filter, limit)
        .unwrap()
        .iter()
        .map(|entry| entry.sequence)
        .collect()
}

#[test]
fn an_empty_journal_is_whole_and_has_no_last_entry() {
    let journal = Journal::in_memory().unwrap();
    assert_eq!(journal.last().unwrap(), None);
    assert_eq!(
        journal.verify().unwrap(),
        Verification::Whole(Seal {
            count: 0,
            hash: Hash::ORIGIN
        })
    );
}

#[test]
fn each_entry_names_the_hash_of_the_one_before() {
    let mut journal = Journal::in_memory().unwrap();
    let written: Vec<Entry> = (1..=4)
        .map(|number| journal.append(&entry(number)).unwrap())
        .collect();
    assert_eq!(written[0].previous, Hash::ORIGIN);
    for pair in written.windows(2) {
        assert_eq!(
            (pair[1].sequence, pair[1].previous),
            (pair[0].sequence + 1, pair[0].hash)
        );
    }
    assert_eq!(journal.last().unwrap().as_ref(), written.last());
    let newest_first: Vec<Entry> = written.into_iter().rev().collect();
    assert_eq!(
        journal.entries(&Filter::default(), usize::MAX).unwrap(),
        newest_first
    );
}

#[test]
fn two_equal_events_are_two_entries_with_different_hashes() {
    let mut journal = Journal::in_memory().unwrap();
    let first = journal.append(&entry(1)).unwrap();
    let second = journal.append(&entry(1)).unwrap();
    assert_eq!(first.content, second.content);
    assert_ne!(first.hash, second.hash);
}

#[test]
fn a_filter_narrows_by_every_field_it_sets() {
    let mut journal = Journal::in_memory().unwrap();
    fill(&mut journal, 8);
    let other = NewEntry {
        supervisor: "kim".into(),
        ..entry(9)
    };
    journal.append(&other).unwrap();
    let all = Filter::default();
    let start = entry(1).at_ms - 1;

    let is = |filter: Filter, expected: &[u64]| {
        assert_eq!(sequences(&journal, &filter, 99), expected, "{filter:?}");
    };
    is(
        Filter {
            agent_id: Some("a-0".into()),
            ..all.clone()
        },
        &[8, 6, 4, 2],
    );
    is(
        Filter {
            channel: Some(Channel::Sms),
            ..all.clone()
        },
        &[9, 7, 5, 3, 1],
    );
    is(
        Filter {
            session: Some("c-1".into()),
            ..all.clone()
        },
        &[8, 7, 6, 5],
    );
    is(
        Filter {
            supervisor: Some("kim".into()),
            ..all.clone()
        },
        &[9],
    );
    is(
        Filter {
            event: Some(entry(3).event),
            ..all.clone()
        },
        &[3],
    );
    is(
        Filter {
            from_ms: Some(start + 3),
            until_ms: Some(start + 5),
            ..all.clone()
        },
        &[4, 3],
    );
    is(
        Filter {
            agent_id: Some("a-0".into()),
            session: Some("c-0".into()),
            ..all.clone()
        },
        &[4, 2],
    );
    is(
        Filter {
            agent_id: Some("nobody".into()),
            ..all
        },
        &[],
    );
}

#[test]
fn pages_follow_each_other_without_overlap() {
    let mut journal = Journal::in_memory().unwrap();
    fill(&mut journal, 5);
    assert_eq!(sequences(&journal, &Filter::default(), 2), [5, 4]);
    assert_eq!(
        sequences(
            &journal,
            &Filter {
                before: Some(4),
                ..Filter::default()
            },
            2
        ),
        [3, 2]
    );
    assert_eq!(
        sequences(
            &journal,
            &Filter {
                before: Some(2),
                ..Filter::default()
            },
            2
        ),
        [1]
    );
    assert_eq!(sequences(&journal, &Filter::default(), 0), [0; 0]);
}

#[test]
fn a_number_that_cannot_be_kept_exactly_is_refused_by_name() {
    let mut journal = Journal::in_memory().unwrap();
    let late = NewEntry {
        at_ms: LARGEST_NUMBER + 1,
        ..entry(1)
    };
    assert!(matches!(
        journal.append(&late),
        Err(JournalError::OutOfRange { field: "at_ms" })
    ));
    let slow = NewEntry {
        took_ms: Some(u64::MAX),
        ..entry(1)
    };
    assert!(matches!(
        journal.append(&slow),
        Err(JournalError::OutOfRange { field: "took_ms" })
    ));
    assert_eq!(journal.last().unwrap(), None);
    journal
        .append(&NewEntry {
            at_ms: LARGEST_NUMBER,
            ..entry(1)
        })
        .unwrap();
}

#[test]
fn an_entry_is_one_flat_json_object() {
    let mut journal = Journal::in_memory().unwrap();
    let written = journal.append(&entry(1)).unwrap();
    let json = serde_json::to_value(&written).unwrap();
    assert_eq!(json["sequence"], 1);
    assert_eq!(json["previous"], "0".repeat(64));
    assert_eq!(json["hash"], written.hash.to_string());
    assert_eq!(json["channel"], "Sms");
    assert_eq!(json["agent_id"], "a-1");
}

fn any_entry() -> impl Strategy<Value = NewEntry> {
    let words = (
        prop::sample::select(Channel::ALL),
        prop::sample::select(Act::ALL),
        prop::sample::select(What::ALL),
    );
    let numbers = (0..=LARGEST_NUMBER, prop::option::of(0..=LARGEST_NUMBER));
    let texts = (
        any::<String>(),
        any::<String>(),
        any::<String>(),
        any::<String>(),
        any::<String>(),
    );
    let optional = (
        any::<Option<String>>(),
        any::<Option<String>>(),
        any::<Option<String>>(),
    );
    (words, numbers, texts, optional).prop_map(
        |(
            (channel, act, event),
            (at_ms, took_ms),
            (supervisor, agent, agent_id, server, session),
            (mode, scope, error_code),
        )| NewEntry {
            at_ms,
            supervisor,
            agent,
            agent_id,
            channel,
            act,
            mode,
            scope,
            event,
            took_ms,
            error_code,
            server,
            session,
        },
    )
}

proptest! {
    #[test]
    fn whatever_is_written_comes_back_and_verifies(contents in prop::collection::vec(any_entry(), 1..6)) {
        let mut journal = Journal::in_memory().unwrap();
        for content in &contents {
            journal.append(content).unwrap();
        }
        let mut read = journal.entries(&Filter::default(), usize::MAX).unwrap();
        read.reverse();
        prop_assert_eq!(read.into_iter().map(|entry| entry.content).collect::<Vec<_>>(), contents);
        prop_assert!(matches!(journal.verify().unwrap(), Verification::Whole(_)));
    }
}
