//! What goes in comes out.

use jiff::civil::date;
use journal::{
    Act, Channel, Content, ContentPolicy, Debrief, Effect, Entry, Filter, Hash, Journal, JournalError, Kept,
    LARGEST_NUMBER, NewEntry, NextStep, Reader, Seal, Uptake, What,
};
use proptest::prelude::*;

use crate::{debrief, entry, fill, whole};

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
    let expected = Kept {
        seal: Seal {
            count: 0,
            hash: Hash::ORIGIN,
        },
        first: 1,
        removals: Vec::new(),
    };
    assert_eq!(whole(&journal), expected);
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
    let last = journal.last().unwrap().unwrap();
    assert_eq!((last.sequence, last.hash), (4, written[3].hash));
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

#[test]
fn the_default_policy_keeps_no_text() {
    assert_eq!(ContentPolicy::default().text("my card number"), None);
    let mut journal = Journal::in_memory().unwrap();
    let whisper = |policy: ContentPolicy| NewEntry {
        event: What::Whispered,
        text: policy.text("say yes"),
        ..entry(1)
    };
    journal.append(&whisper(ContentPolicy::Leave)).unwrap();
    journal.append(&whisper(ContentPolicy::Keep)).unwrap();
    let texts: Vec<_> = journal
        .reader()
        .after(0, 9)
        .unwrap()
        .iter()
        .map(|entry| entry.json_line().contains("say yes"))
        .collect();
    assert_eq!(texts, [false, true]);
}

#[test]
fn a_debrief_needs_a_coaching() {
    let mut journal = Journal::in_memory().unwrap();
    let refused = journal.append_debrief(&debrief(1)).unwrap_err();
    assert_eq!(refused.code(), "journal_unknown_coaching");
    fill(&mut journal, 4);
    assert_eq!(journal.append_debrief(&debrief(1)).unwrap().sequence, 5);
    let refused = journal.append_debrief(&debrief(5)).unwrap_err();
    assert!(matches!(refused, JournalError::UnknownCoaching { session } if session == "c-1"));
    assert_eq!(whole(&journal).seal.count, 5);
}

#[test]
fn a_debrief_is_no_event_and_belongs_to_the_history_of_its_coaching() {
    let mut journal = Journal::in_memory().unwrap();
    fill(&mut journal, 5);
    let untidy = Debrief {
        tags: vec![" calm ".into(), String::new(), "calm".into(), "Calm".into()],
        ..debrief(1)
    };
    let written = journal.append_debrief(&untidy).unwrap();
    assert_eq!(written.content.tags, ["calm", "Calm"]);
    assert_eq!(sequences(&journal, &Filter::default(), 9), [5, 4, 3, 2, 1]);
    let history: Vec<u64> = journal
        .reader()
        .history("c-0")
        .unwrap()
        .iter()
        .map(|entry| entry.sequence)
        .collect();
    assert_eq!(history, [1, 2, 3, 4, 6]);
    assert_eq!(journal.last().unwrap().unwrap().sequence, 6);
    assert_eq!(journal.reader().after(4, 1).unwrap()[0].sequence, 5);
    assert_eq!(journal.reader().hash_of(6).unwrap(), Some(written.hash));
    assert_eq!(journal.reader().hash_of(7).unwrap(), None);
}

#[test]
fn a_reader_sees_each_entry_as_soon_as_it_is_acknowledged_and_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    assert_eq!(Reader::open(&path).unwrap_err().code(), "journal_cannot_open");
    assert!(!path.exists(), "a reader makes no file");

    let mut journal = Journal::open(&path).unwrap();
    let reader = Reader::open(&path).unwrap();
    for number in 1..=3 {
        journal.append(&entry(number)).unwrap();
        assert_eq!(reader.last().unwrap().unwrap().sequence, number);
    }
    drop(journal);
    // The file stays locked for the reader when the writer closes and another one opens.
    fill(&mut Journal::open(&path).unwrap(), 2);
    assert_eq!(reader.seal().unwrap().count, 5);
}

#[test]
fn a_line_without_its_hash_is_what_the_hash_was_made_of() {
    use sha2::{Digest, Sha256};

    let mut journal = Journal::in_memory().unwrap();
    fill(&mut journal, 2);
    journal.append_debrief(&debrief(1)).unwrap();
    for entry in journal.reader().after(0, 9).unwrap() {
        let line = entry.json_line();
        let member = format!("\"hash\":\"{}\",", entry.hash);
        let canonical = line.replacen(&member, "", 1);
        assert_eq!(canonical.len() + member.len(), line.len(), "{line}");
        let digest = Sha256::digest(canonical);
        let digest = digest
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert_eq!(digest, entry.hash.to_string());
    }
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
        any::<Option<String>>(),
        any::<Option<String>>(),
    );
    (words, numbers, texts, optional).prop_map(
        |(
            (channel, act, event),
            (at_ms, took_ms),
            (supervisor, agent, agent_id, server, session),
            (mode, scope, error_code, reason, text),
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
            reason,
            text: text.and_then(|text| ContentPolicy::Keep.text(&text)),
        },
    )
}

fn any_debrief(session: String) -> impl Strategy<Value = Debrief> {
    let words = (
        prop::option::of(prop::sample::select(Uptake::ALL)),
        prop::option::of(prop::sample::select(Effect::ALL)),
        prop::option::of(prop::sample::select(NextStep::ALL)),
    );
    let day = prop::option::of((0i16..=9999, 1i8..=12, 1i8..=28));
    let tags = prop::collection::vec(any::<String>(), 0..4);
    (
        0..=LARGEST_NUMBER,
        any::<String>(),
        words,
        tags,
        any::<Option<String>>(),
        day,
    )
        .prop_map(
            move |(at_ms, supervisor, (uptake, effect, next_step), tags, note, day)| Debrief {
                at_ms,
                supervisor,
                session: session.clone(),
                uptake,
                effect,
                next_step,
                tags,
                note,
                follow_up: day.map(|(year, month, day)| date(year, month, day)),
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
        whole(&journal);
    }

    #[test]
    fn whatever_is_made_of_a_coaching_comes_back_and_verifies(
        debriefs in prop::collection::vec(any_debrief("c-0".into()), 1..4),
    ) {
        let mut journal = Journal::in_memory().unwrap();
        fill(&mut journal, 1);
        let mut written = Vec::new();
        for debrief in &debriefs {
            let entry = journal.append_debrief(debrief).unwrap();
            prop_assert!(entry.content.tags.iter().all(|tag| !tag.is_empty() && tag.trim() == tag));
            written.push((entry.sequence, entry.hash, Content::Debrief(entry.content)));
        }
        let read: Vec<_> = journal.reader().history("c-0").unwrap().into_iter().skip(1)
            .map(|entry| (entry.sequence, entry.hash, entry.content)).collect();
        prop_assert_eq!(read, written);
        whole(&journal);
    }
}
