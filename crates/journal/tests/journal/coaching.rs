//! Entries of one session, read as one coaching.

use journal::{Act, Book, Coaching, CoachingResult, Debrief, Journal, NewEntry, Span, Uptake, What};
use proptest::prelude::*;

use crate::{debrief, entry};

/// A coaching told in events: what happened, at which second, and how long it took.
pub(crate) struct Story {
    journal: Journal,
    event: NewEntry,
}

impl Story {
    pub(crate) fn new() -> Self {
        let event = NewEntry {
            session: "c-0".into(),
            agent: "Zoë Ødegård".into(),
            agent_id: "a-7".into(),
            took_ms: None,
            reason: None,
            ..entry(2)
        };
        Self {
            journal: Journal::in_memory().unwrap(),
            event,
        }
    }

    fn with(mut self, event: What, second: u64, change: impl FnOnce(&mut NewEntry)) -> Self {
        let mut event = NewEntry {
            event,
            at_ms: second * 1000,
            ..self.event.clone()
        };
        change(&mut event);
        self.journal.append(&event).unwrap();
        self
    }

    pub(crate) fn then(self, event: What, second: u64) -> Self {
        self.with(event, second, |_event| {})
    }

    fn took(self, event: What, second: u64, took_ms: u64) -> Self {
        self.with(event, second, |event| event.took_ms = Some(took_ms))
    }

    fn read(&self) -> Coaching {
        let mut book = Book::default();
        self.journal.reader().catch_up(&mut book).unwrap();
        assert_eq!(book.len(), 1);
        book.coaching("c-0").unwrap().clone()
    }
}

fn span(from: u64, until: impl Into<Option<u64>>) -> Span {
    Span {
        from_ms: from * 1000,
        until_ms: until.into().map(|until| until * 1000),
    }
}

#[test]
fn a_call_from_request_to_end() {
    let coaching = Story::new()
        .with(What::Requested, 1, |event| {
            event.reason = Some("First week".into());
        })
        .took(What::Accepted, 2, 80)
        .took(What::Armed, 3, 300)
        .then(What::Offered, 60)
        .took(What::Live, 62, 1900)
        .with(What::ModeChanged, 70, |event| event.act = Act::BargeIn)
        .then(What::Ended, 182)
        .read();
    assert_eq!(
        (coaching.agent.as_str(), coaching.agent_id.as_str()),
        ("Zoë Ødegård", "a-7")
    );
    assert_eq!(coaching.reason.as_deref(), Some("First week"));
    assert_eq!(coaching.acts, [Act::Coach, Act::BargeIn]);
    assert_eq!(
        (coaching.mode.as_deref(), coaching.scope.as_deref()),
        (Some("NextCall"), Some("Agent"))
    );
    assert_eq!((coaching.began_ms, coaching.requested_ms), (1000, Some(1000)));
    assert_eq!(
        (coaching.armed_ms, coaching.live_ms, coaching.ended_ms),
        (Some(3000), Some(62_000), Some(182_000))
    );
    let took = coaching.latencies;
    assert_eq!(
        (took.accepted_ms, took.armed_ms, took.live_ms),
        (Some(80), Some(300), Some(1900))
    );
    assert_eq!(coaching.spans, [span(62, 182)]);
    assert_eq!(
        (coaching.result, coaching.live_total_ms()),
        (CoachingResult::Ended, 120_000)
    );
    assert_eq!((coaching.first_sequence, coaching.last_sequence), (1, 7));
    assert_eq!(coaching.debrief, None);
}

#[test]
fn a_refusal_keeps_its_code_and_was_never_live() {
    let coaching = Story::new()
        .then(What::Requested, 1)
        .with(What::Refused, 2, |event| {
            event.error_code = Some("agent_held".into());
        })
        .read();
    assert_eq!(coaching.result, CoachingResult::Refused);
    assert_eq!(coaching.error_code.as_deref(), Some("agent_held"));
    assert_eq!(
        (coaching.armed_ms, coaching.live_ms, coaching.ended_ms),
        (None, None, Some(2000))
    );
    assert_eq!(coaching.spans, []);
}

#[test]
fn each_call_of_a_coaching_of_all_calls_is_a_span() {
    let story = Story::new()
        .then(What::Armed, 1)
        .then(What::Live, 10)
        .then(What::Ended, 20)
        .then(What::Live, 30);
    let coaching = story.read();
    assert_eq!(
        (coaching.requested_ms, coaching.result),
        (None, CoachingResult::Underway)
    );
    assert_eq!(
        (coaching.ended_ms, &coaching.spans[..]),
        (None, &[span(10, 20), span(30, None)][..])
    );
    assert_eq!(coaching.live_total_ms(), 10_000, "what has no end counts nothing");

    // The stop leaves the call open; its own end comes later.
    let story = story.then(What::Cancelled, 35);
    assert_eq!(story.read().spans[1], span(30, 35));
    let coaching = story.then(What::Ended, 50).read();
    assert_eq!(coaching.spans, [span(10, 20), span(30, 50)]);
    assert_eq!(
        (coaching.result, coaching.live_ms),
        (CoachingResult::Ended, Some(10_000))
    );
}

#[test]
fn sessions_at_the_same_time_end_one_by_one_and_a_loss_ends_all() {
    let coaching = Story::new()
        .then(What::Live, 10)
        .then(What::Live, 12)
        .then(What::Left, 20)
        .then(What::Lost, 30)
        .then(What::Live, 40)
        .then(What::Revoked, 50)
        .read();
    assert_eq!(coaching.spans, [span(10, 20), span(12, 30), span(40, 50)]);
    assert_eq!(coaching.result, CoachingResult::Revoked);
}

#[test]
fn a_whisper_and_an_end_without_a_beginning_change_nothing_else() {
    let coaching = Story::new()
        .then(What::Live, 10)
        .then(What::Whispered, 11)
        .then(What::Whispered, 12)
        .then(What::Left, 20)
        .then(What::Left, 21)
        .read();
    assert_eq!((coaching.whispers, coaching.result), (2, CoachingResult::Left));
    assert_eq!(coaching.spans, [span(10, 20)]);
}

#[test]
fn the_newest_debrief_holds_and_corrections_are_counted() {
    let mut story = Story::new().then(What::Live, 10);
    story.journal.append_debrief(&debrief(1)).unwrap();
    let corrected = Debrief {
        uptake: Some(Uptake::NotUsed),
        note: None,
        tags: vec!["tempo".into()],
        ..debrief(1)
    };
    story.journal.append_debrief(&corrected).unwrap();
    let coaching = story.read();
    assert_eq!(
        (coaching.debriefs, coaching.tags()),
        (2, &["tempo".to_owned()][..])
    );
    assert_eq!(coaching.debrief, Some(corrected));
    assert_eq!(
        story.journal.reader().history("c-0").unwrap().len(),
        3,
        "the first one stays"
    );
}

proptest! {
    /// However the journal is read, in one go or entry by entry, the book is the same; and whatever the order of events, a
    /// span never ends before it begins where the clock did not run back.
    #[test]
    fn a_book_that_grows_is_the_book_that_was_read_at_once(
        events in prop::collection::vec((prop::sample::select(What::ALL), 0_u64..3, prop::bool::weighted(0.1)), 1..40),
    ) {
        let mut journal = Journal::in_memory().unwrap();
        let mut growing = Book::default();
        for (second, (event, session, debriefed)) in (1_u64..).zip(events) {
            let event = NewEntry { event, at_ms: second * 1000, session: format!("c-{session}"), ..entry(1) };
            journal.append(&event).unwrap();
            if debriefed {
                journal.append_debrief(&Debrief { session: event.session, ..debrief(1) }).unwrap();
            }
            journal.reader().catch_up(&mut growing).unwrap();
        }
        let mut whole = Book::default();
        journal.reader().catch_up(&mut whole).unwrap();
        let all: Vec<&Coaching> = whole.coachings().collect();
        prop_assert_eq!(growing.coachings().collect::<Vec<_>>(), all);
        prop_assert_eq!(growing.through(), journal.seal().unwrap().count);
        for coaching in whole.coachings() {
            prop_assert!(coaching.spans.iter().all(|span| span.until_ms.is_none_or(|until| until > span.from_ms)));
            prop_assert_eq!(coaching.live_ms, coaching.spans.first().map(|span| span.from_ms));
            prop_assert_eq!(coaching.ended_ms.is_none(), coaching.result == CoachingResult::Underway);
        }
    }
}
