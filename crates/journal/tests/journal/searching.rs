//! Finding coachings: each filter narrows, words are found whatever their accents, the order and the window hold.

use jiff::civil::date;
use journal::{Act, Book, Channel, CoachingResult, Debrief, Journal, NewEntry, Query, SortKey, What};
use proptest::prelude::*;

use crate::{debrief, entry};

/// One coaching for each line: agent, channel, act, how it went, and how many seconds live; the first began first.
const COACHINGS: [(&str, Channel, Act, What, u64); 5] = [
    ("Zoë Núñez", Channel::Voice, Act::Coach, What::Ended, 60),
    ("Ana", Channel::Voice, Act::ListenIn, What::Refused, 0),
    ("bob", Channel::Sms, Act::Coach, What::Left, 600),
    ("Ana", Channel::Chat, Act::BargeIn, What::Lost, 30),
    ("Émile", Channel::Sms, Act::Coach, What::Armed, 0),
];

fn journal() -> Journal {
    let mut journal = Journal::in_memory().unwrap();
    for (number, (agent, channel, act, last, live)) in (1_u64..).zip(COACHINGS) {
        let event = |event: What, second: u64| NewEntry {
            event,
            at_ms: number * 10_000_000 + second * 1000,
            agent: agent.into(),
            agent_id: format!("id-{agent}"),
            channel,
            act,
            supervisor: if number == 4 { "kim".into() } else { "sam".into() },
            session: format!("c-{number}"),
            reason: (number == 2).then(|| "Beschwerde".into()),
            error_code: (last == What::Refused).then(|| "agent_held".into()),
            ..entry(2)
        };
        journal.append(&event(What::Requested, 0)).unwrap();
        if live > 0 {
            journal.append(&event(What::Live, 1)).unwrap();
        }
        journal.append(&event(last, 1 + live)).unwrap();
    }
    let made_of = |number: u64, tags: &[&str], follow_up| Debrief {
        session: format!("c-{number}"),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        note: Some(format!("Note {number}: Straße")),
        follow_up,
        ..debrief(1)
    };
    journal
        .append_debrief(&made_of(1, &["tempo", "calm"], Some(date(2026, 12, 2))))
        .unwrap();
    journal
        .append_debrief(&made_of(3, &["calm"], Some(date(2026, 12, 1))))
        .unwrap();
    journal.append_debrief(&made_of(4, &[], None)).unwrap();
    journal
}

fn book() -> Book {
    let mut book = Book::default();
    journal().reader().catch_up(&mut book).unwrap();
    book
}

/// The numbers of the coachings that are found, in order.
fn found(book: &Book, query: &Query) -> Vec<u64> {
    let found = book.find(query);
    assert_eq!(found.matching, found.rows.len(), "no window was asked for");
    found
        .rows
        .iter()
        .map(|row| row.session[2..].parse().unwrap())
        .collect()
}

#[test]
fn nothing_asked_for_is_everything_the_newest_first() {
    assert_eq!(found(&book(), &Query::default()), [5, 4, 3, 2, 1]);
    assert_eq!(found(&Book::default(), &Query::default()), [0; 0]);
}

#[test]
fn each_filter_narrows() {
    let book = book();
    let all = Query::default();
    let is = |query: Query, expected: &[u64]| assert_eq!(found(&book, &query), expected, "{query:?}");
    is(
        Query {
            agent_ids: vec!["id-Ana".into()],
            ..all.clone()
        },
        &[4, 2],
    );
    is(
        Query {
            supervisors: vec!["kim".into()],
            ..all.clone()
        },
        &[4],
    );
    is(
        Query {
            channels: vec![Channel::Sms, Channel::Chat],
            ..all.clone()
        },
        &[5, 4, 3],
    );
    is(
        Query {
            acts: vec![Act::ListenIn, Act::BargeIn],
            ..all.clone()
        },
        &[4, 2],
    );
    is(
        Query {
            results: vec![CoachingResult::Underway],
            ..all.clone()
        },
        &[5],
    );
    is(
        Query {
            results: vec![CoachingResult::Refused, CoachingResult::Left],
            ..all.clone()
        },
        &[3, 2],
    );
    is(
        Query {
            tags: vec!["calm".into()],
            ..all.clone()
        },
        &[3, 1],
    );
    is(
        Query {
            tags: vec!["tempo".into(), "unused".into()],
            ..all.clone()
        },
        &[1],
    );
    is(
        Query {
            from_ms: Some(20_000_000),
            until_ms: Some(40_000_000),
            ..all.clone()
        },
        &[3, 2],
    );
    is(
        Query {
            follow_up_until: Some(date(2026, 12, 1)),
            ..all.clone()
        },
        &[3],
    );
    is(
        Query {
            follow_up_until: Some(date(2026, 12, 2)),
            ..all.clone()
        },
        &[3, 1],
    );
    is(
        Query {
            channels: vec![Channel::Sms],
            tags: vec!["calm".into()],
            text: "bob".into(),
            ..all.clone()
        },
        &[3],
    );
    is(
        Query {
            agent_ids: vec!["nobody".into()],
            ..all
        },
        &[],
    );
}

#[test]
fn words_are_found_case_and_accents_aside_and_all_of_them_must_be() {
    let book = book();
    let is = |text: &str, expected: &[u64]| {
        let query = Query {
            text: text.into(),
            ..Query::default()
        };
        assert_eq!(found(&book, &query), expected, "{text}");
    };
    is("NUNEZ", &[1]);
    is("nuñez zoe", &[1]);
    is("zoe ana", &[]);
    is("beschwerde", &[2]);
    is("agent_held", &[2]);
    is("tempo", &[1]);
    is("note 3", &[3]);
    is("straße", &[4, 3, 1]);
    is("émile", &[5]);
    is("  ", &[5, 4, 3, 2, 1]);
    is("id-bob kim", &[]);
}

#[test]
fn rows_can_be_sorted_both_ways() {
    let book = book();
    let is = |sort: SortKey, descending: bool, expected: &[u64]| {
        let query = Query {
            sort,
            descending,
            ..Query::default()
        };
        assert_eq!(found(&book, &query), expected, "{sort:?} {descending}");
    };
    is(SortKey::Began, false, &[1, 2, 3, 4, 5]);
    is(SortKey::Agent, false, &[2, 4, 3, 5, 1]);
    is(SortKey::Agent, true, &[1, 5, 3, 2, 4]);
    is(SortKey::LiveTime, true, &[3, 1, 4, 2, 5]);
    is(SortKey::Result, false, &[5, 1, 3, 2, 4]);
    is(SortKey::FollowUp, false, &[3, 1, 2, 4, 5]);
    is(SortKey::FollowUp, true, &[1, 3, 2, 4, 5]);
}

#[test]
fn the_lists_for_the_filters() {
    let book = book();
    assert_eq!(
        book.tags().into_iter().collect::<Vec<_>>(),
        [("calm", 2), ("tempo", 1)]
    );
    let agents: Vec<_> = book.agents().into_values().collect();
    assert_eq!(agents, ["Ana", "Zoë Núñez", "bob", "Émile"]);
}

proptest! {
    #[test]
    fn a_window_is_a_part_of_the_whole(first in 0_usize..8, count in 0_usize..8, text in "[ab ]{0,2}") {
        let book = book();
        let query = Query { text, ..Query::default() };
        let all = book.find(&query);
        let window = book.find(&Query { first, count, ..query });
        prop_assert_eq!(window.matching, all.matching);
        prop_assert_eq!(window.first, first);
        let expected: Vec<_> = all.rows.into_iter().skip(first).take(count).collect();
        prop_assert_eq!(window.rows, expected);
    }
}
