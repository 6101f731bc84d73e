//! Who was helped, how long, and how often.

use jiff::civil::{DateTime, Weekday, datetime};
use jiff::tz::TimeZone;
use journal::{Act, Book, Journal, JournalError, NewEntry, RosterAgent, Usage, What};

use crate::entry;

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

fn ms(time: DateTime) -> u64 {
    let time = time.to_zoned(berlin()).unwrap().timestamp().as_millisecond();
    u64::try_from(time).unwrap()
}

/// A coaching of this agent, live from one time to another.
fn coach(journal: &mut Journal, agent_id: &str, act: Act, from: DateTime, until: DateTime) {
    let session = format!("{agent_id} {act} {from}");
    for (event, at) in [(What::Live, from), (What::Ended, until)] {
        let event = NewEntry {
            event,
            at_ms: ms(at),
            agent_id: agent_id.into(),
            act,
            session: session.clone(),
            ..entry(2)
        };
        journal.append(&event).unwrap();
    }
}

fn book(journal: &Journal) -> Book {
    let mut book = Book::default();
    journal.reader().catch_up(&mut book).unwrap();
    book
}

fn roster() -> Vec<RosterAgent> {
    ["a", "b", "c"]
        .map(|id| RosterAgent {
            id: id.into(),
            name: format!("Agent {id}"),
        })
        .into()
}

#[test]
fn agents_not_coached_for_days_come_longest_first_and_those_never_before_them() {
    let mut journal = Journal::in_memory().unwrap();
    coach(
        &mut journal,
        "a",
        Act::Coach,
        datetime(2026, 11, 10, 9, 0, 0, 0),
        datetime(2026, 11, 10, 9, 5, 0, 0),
    );
    coach(
        &mut journal,
        "b",
        Act::Coach,
        datetime(2026, 11, 1, 9, 0, 0, 0),
        datetime(2026, 11, 1, 9, 5, 0, 0),
    );
    coach(
        &mut journal,
        "b",
        Act::ListenIn,
        datetime(2026, 11, 19, 9, 0, 0, 0),
        datetime(2026, 11, 19, 9, 5, 0, 0),
    );
    // Asked for and refused is not coached.
    let refused = NewEntry {
        event: What::Refused,
        agent_id: "c".into(),
        session: "refused".into(),
        at_ms: ms(datetime(2026, 11, 20, 9, 0, 0, 0)),
        ..entry(2)
    };
    journal.append(&refused).unwrap();
    let book = book(&journal);
    let now = ms(datetime(2026, 11, 20, 9, 5, 0, 0));
    let uncovered = |acts: &[Act], days: u64| -> Vec<(String, Option<u64>)> {
        let agents = book.uncovered(&roster(), acts, days, now);
        agents
            .into_iter()
            .map(|agent| (agent.agent.id, agent.days))
            .collect()
    };
    let (a, b, c) = (
        ("a".to_owned(), Some(10)),
        ("b".to_owned(), Some(1)),
        ("c".to_owned(), None),
    );
    assert_eq!(uncovered(&[], 10), [c.clone(), a.clone()]);
    assert_eq!(uncovered(&[], 11), vec![c.clone()]);
    assert_eq!(uncovered(&[], 1), [c.clone(), a.clone(), b]);
    let b_coached = ("b".to_owned(), Some(19));
    assert_eq!(uncovered(&[Act::Coach, Act::BargeIn], 7), [c, b_coached, a]);
}

#[test]
fn time_is_split_where_weeks_meet_and_a_week_with_a_clock_change_is_longer() {
    let mut journal = Journal::in_memory().unwrap();
    // Sunday to Monday around midnight, 20 and 10 minutes.
    coach(
        &mut journal,
        "a",
        Act::Coach,
        datetime(2026, 10, 25, 23, 40, 0, 0),
        datetime(2026, 10, 26, 0, 10, 0, 0),
    );
    coach(
        &mut journal,
        "b",
        Act::Coach,
        datetime(2026, 11, 4, 9, 0, 0, 0),
        datetime(2026, 11, 4, 9, 1, 0, 0),
    );
    coach(
        &mut journal,
        "gone",
        Act::Coach,
        datetime(2026, 11, 4, 9, 0, 0, 0),
        datetime(2026, 11, 4, 9, 1, 0, 0),
    );
    let now = ms(datetime(2026, 11, 8, 23, 59, 0, 0));
    let book = book(&journal);
    let weeks = book
        .weeks(&roster(), &[], 3, now, Weekday::Monday, &berlin())
        .unwrap();
    let starts = [
        datetime(2026, 10, 19, 0, 0, 0, 0),
        datetime(2026, 10, 26, 0, 0, 0, 0),
        datetime(2026, 11, 2, 0, 0, 0, 0),
    ];
    assert_eq!(weeks.starts_ms, starts.map(ms));
    assert_eq!(
        weeks.starts_ms[1] - weeks.starts_ms[0],
        169 * 3_600_000,
        "the clocks went back that Sunday"
    );
    let minutes: Vec<Vec<u64>> = weeks
        .rows
        .iter()
        .map(|row| row.live_ms.iter().map(|ms| ms / 60_000).collect())
        .collect();
    assert_eq!(minutes, [[20, 10, 0], [0, 0, 1], [0, 0, 0]]);

    let sundays = book
        .weeks(&roster(), &[], 1, now, Weekday::Sunday, &berlin())
        .unwrap();
    assert_eq!(sundays.starts_ms, [ms(datetime(2026, 11, 8, 0, 0, 0, 0))]);
    let listened = book
        .weeks(&roster(), &[Act::ListenIn], 3, now, Weekday::Monday, &berlin())
        .unwrap();
    assert!(listened.rows.iter().all(|row| row.live_ms == [0, 0, 0]));
}

#[test]
fn a_month_is_counted_where_the_supervisor_lives() {
    let mut journal = Journal::in_memory().unwrap();
    // In Berlin the first is in October and the second in November; in UTC both are in October.
    coach(
        &mut journal,
        "a",
        Act::ListenIn,
        datetime(2026, 10, 31, 23, 50, 0, 0),
        datetime(2026, 11, 1, 0, 10, 0, 0),
    );
    coach(
        &mut journal,
        "a",
        Act::Coach,
        datetime(2026, 11, 1, 0, 30, 0, 0),
        datetime(2026, 11, 1, 0, 40, 0, 0),
    );
    let second_call = NewEntry {
        event: What::Live,
        at_ms: ms(datetime(2026, 11, 2, 9, 0, 0, 0)),
        agent_id: "a".into(),
        session: format!("a Coach {}", datetime(2026, 11, 1, 0, 30, 0, 0)),
        ..entry(2)
    };
    journal.append(&second_call).unwrap();
    let book = book(&journal);
    let now = ms(datetime(2026, 11, 20, 9, 0, 0, 0));
    let usage = |coachings, interactions, minutes: u64| Usage {
        coachings,
        interactions,
        live_ms: minutes * 60_000,
    };
    let supervised = book.supervised("a", &[], now, &berlin()).unwrap();
    assert_eq!(supervised.len(), 1, "the one that is counted");
    assert!(
        book.supervised("a", &[Act::ListenIn], now, &berlin())
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        book.usage("a", &[], now, &berlin()).unwrap(),
        usage(1, 2, 20),
        "10 minutes reach into it"
    );
    assert_eq!(
        book.usage("a", &[Act::ListenIn], now, &berlin()).unwrap(),
        usage(0, 0, 10)
    );
    assert_eq!(
        book.usage("a", &[Act::Coach], now, &TimeZone::UTC).unwrap(),
        usage(1, 1, 0)
    );
    let october = ms(datetime(2026, 10, 5, 9, 0, 0, 0));
    assert_eq!(book.usage("a", &[], october, &berlin()).unwrap(), usage(1, 1, 10));
    assert_eq!(book.usage("b", &[], now, &berlin()).unwrap(), usage(0, 0, 0));
}

#[test]
fn a_time_that_no_calendar_knows_is_refused() {
    let book = Book::default();
    let refused = book.usage("a", &[], u64::MAX, &berlin()).unwrap_err();
    assert!(matches!(refused, JournalError::OutOfRange { field: "now_ms" }));
    let refused = book.weeks(&roster(), &[], u16::MAX, 0, Weekday::Monday, &berlin());
    assert!(refused.is_ok(), "weeks before 1970 are empty, not wrong");
}
