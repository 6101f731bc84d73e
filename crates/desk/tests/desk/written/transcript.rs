//! The transcript: merged by index from pushes and readings, told to a face in pieces, and what is derived from it.

use desk::TranscriptMark;
use desk::fault::FaultCode;
use desk::input::{CallFailure, Input};
use desk::moment::Moment;
use desk::order::WrittenCommand;
use desk::view::{LineKind, LineReaders, LineView};
use gws::StatusCode;
use gws::digital::SessionAddress;
use serde_json::{Value, json};

use super::seat::{S1, Seat, agent, customer, me, message, messages};

fn push(seat: &mut Seat, list: &[Value]) {
    seat.push(&messages("S1", list));
}

fn lines(seat: &Seat) -> Vec<LineView> {
    seat.desk.transcript(S1, None).unwrap().0.lines
}

fn mark(seat: &Seat) -> TranscriptMark {
    seat.desk.transcript(S1, None).unwrap().1
}

fn text(index: u64) -> Value {
    message(index, &customer(), "All", &format!("t{index}"))
}

#[test]
fn gaps_repeats_and_disorder_are_ordinary() {
    let mut seat = Seat::live();
    push(&mut seat, &[text(2), text(5)]);
    push(&mut seat, &[text(5), text(4), text(2)]);
    push(&mut seat, &[text(1)]);
    assert_eq!(seat.texts(), ["t1", "t2", "t4", "t5"]);
    seat.transcript("S1", &[text(3), text(1), text(2)]);
    assert_eq!(seat.texts(), ["t1", "t2", "t3", "t4", "t5"]);
    assert_eq!(seat.session().lines, 5);
    assert_eq!(seat.session().unread, 5);
    let mut ids: Vec<u32> = lines(&seat).iter().map(|line| line.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

#[test]
fn a_message_without_an_index_is_known_by_all_it_says() {
    let mut seat = Seat::live();
    let bare = |words: &str, at: u64| {
        json!({
            "type": "Text", "from": customer(), "visibility": "All", "text": words, "timestampSeconds": at,
        })
    };
    push(&mut seat, &[text(1), bare("a", 5), bare("a", 5), bare("a", 6)]);
    push(&mut seat, &[bare("a", 5), text(2)]);
    assert_eq!(seat.texts(), ["t1", "a", "a", "t2"]);
    // Read again, it has an index: it is the same message, and it may stand elsewhere.
    let mut indexed = bare("a", 5);
    indexed["index"] = json!(3);
    let ids: Vec<u32> = lines(&seat).iter().map(|line| line.id).collect();
    seat.transcript("S1", &[text(1), text(2), indexed]);
    assert_eq!(seat.texts(), ["t1", "a", "t2", "a"]);
    assert_eq!(lines(&seat)[3].id, ids[1], "a line keeps its name");
}

#[test]
fn reading_again_replaces_and_loses_nothing() {
    let mut seat = Seat::live();
    push(&mut seat, &[text(1), text(2)]);
    let ids: Vec<u32> = lines(&seat).iter().map(|line| line.id).collect();
    seat.transcript("S1", &[message(1, &customer(), "All", "corrected")]);
    assert_eq!(seat.texts(), ["corrected", "t2"]);
    assert_eq!(lines(&seat).iter().map(|line| line.id).collect::<Vec<_>>(), ids);
}

#[test]
fn a_face_is_told_only_what_is_new() {
    let mut seat = Seat::live();
    push(&mut seat, &[text(2), text(3)]);
    let told = mark(&seat);
    assert_eq!(seat.desk.transcript(S1, Some(told)), None);
    push(&mut seat, &[text(4)]);
    let (patch, told) = seat.desk.transcript(S1, Some(told)).unwrap();
    assert_eq!((patch.from, patch.lines.len()), (2, 1));
    assert_eq!(patch.lines[0].text, "t4");
    push(&mut seat, &[text(1)]);
    let (patch, told) = seat.desk.transcript(S1, Some(told)).unwrap();
    assert_eq!((patch.from, patch.lines.len()), (0, 4));
    push(&mut seat, &[text(1)]);
    assert_eq!(seat.desk.transcript(S1, Some(told)), None);
    assert_eq!(seat.desk.transcript("smssessions/none", None), None);
}

#[test]
fn that_it_is_being_read_or_cannot_be_is_said() {
    let mut seat = Seat::live();
    assert!(!seat.desk.transcript(S1, None).unwrap().0.reading);
    let mut seat2 = Seat::armed(desk::order::Extent::AllChats);
    seat2.push(&super::seat::change(&super::seat::session("S1", "Agents")));
    let (patch, told) = seat2.desk.transcript(S1, None).unwrap();
    assert!(patch.reading);
    seat2.transcript("S1", &[]);
    let (patch, _) = seat2.desk.transcript(S1, Some(told)).unwrap();
    assert!(!patch.reading);

    let told = mark(&seat);
    seat.order(WrittenCommand::ReadAgain {
        session: S1.to_owned(),
    })
    .unwrap();
    seat.handle(Input::Transcript {
        session: SessionAddress::sms("S1"),
        outcome: Err(CallFailure::Refused {
            status: StatusCode::Forbidden,
            message: None,
        }),
    });
    let (patch, _) = seat.desk.transcript(S1, Some(told)).unwrap();
    assert_eq!(patch.problem.unwrap().code, FaultCode::TranscriptNotRead);
}

/// Found by seed 544 of the fault simulation: after a service had been down the transcript stayed empty.
#[test]
fn a_transcript_that_a_fault_of_the_server_hid_is_read_again() {
    for (status, again) in [(StatusCode::InternalError, true), (StatusCode::Forbidden, false)] {
        let mut seat = Seat::live();
        seat.transcript("S1", &[]);
        seat.order(WrittenCommand::ReadAgain {
            session: S1.to_owned(),
        })
        .unwrap();
        seat.readings();
        seat.handle(Input::Transcript {
            session: SessionAddress::sms("S1"),
            outcome: Err(CallFailure::Refused {
                status,
                message: None,
            }),
        });
        seat.later(6_000);
        seat.handle(Input::Tick);
        let read = seat
            .readings()
            .iter()
            .any(|reading| reading.starts_with("messages of"));
        assert_eq!(read, again, "{status:?}");
    }
}

#[test]
fn each_line_says_what_it_is_and_who_could_read_it() {
    let mut seat = Seat::live();
    let of = |index: u64, from: &Value, visibility: &str| message(index, from, visibility, "x");
    let mut unseen = of(6, &agent("ana"), "");
    unseen.as_object_mut().unwrap().remove("visibility");
    push(
        &mut seat,
        &[
            of(1, &customer(), "All"),
            of(2, &agent("ana"), "All"),
            of(3, &agent("ana"), "Agents"),
            of(4, &me("Agents"), "Agents"),
            of(5, &me("All"), "All"),
            unseen,
            of(7, &json!({ "participantId": "P9" }), "Supervisors"),
            of(8, &json!({ "nickname": "system" }), "All"),
        ],
    );
    let seen: Vec<_> = lines(&seat)
        .iter()
        .map(|line| (line.kind, line.readers))
        .collect();
    assert_eq!(
        seen,
        [
            (LineKind::Customer, LineReaders::Everyone),
            (LineKind::Agent, LineReaders::Everyone),
            (LineKind::Whisper, LineReaders::Agents),
            (LineKind::OwnWhisper, LineReaders::Agents),
            (LineKind::OwnPublic, LineReaders::Everyone),
            (LineKind::Agent, LineReaders::Unknown),
            (LineKind::OwnWhisper, LineReaders::Supervisors),
            (LineKind::System, LineReaders::Everyone),
        ]
    );
    assert_eq!(lines(&seat)[7].text, "x");
    assert_eq!(
        lines(&seat)[6].from,
        "lead",
        "the list of participants knows the name"
    );
}

#[test]
fn what_the_server_says_is_put_into_words() {
    let mut seat = Seat::live();
    let of = |index: u64, kind: &str, from: &Value, visibility: &str| json!({ "index": index, "type": kind, "from": from, "visibility": visibility });
    push(
        &mut seat,
        &[
            of(1, "ParticipantJoined", &customer(), "All"),
            of(2, "ParticipantJoined", &me("Agents"), "Agents"),
            of(3, "ParticipantRejoined", &me("All"), "All"),
            of(4, "ParticipantLeft", &json!({}), "All"),
            of(5, "TranscriptSaveDone", &json!(null), "All"),
            of(6, "Fireworks", &customer(), "All"),
            json!({ "index": 7, "type": "Notice", "text": "Closing soon" }),
            json!({ "index": 8 }),
            json!({ "index": 9, "type": "PushUrl", "url": "javascript:alert(1)", "from": agent("ana"), "visibility": "All" }),
        ],
    );
    assert_eq!(
        seat.texts(),
        [
            "Pat joined",
            "You joined",
            "You can be read by everybody now",
            "Somebody left",
            "The transcript was saved",
            "Fireworks",
            "Closing soon",
            "Unknown",
            "",
        ]
    );
    assert_eq!(lines(&seat)[8].url.as_deref(), Some("javascript:alert(1)"));
    assert_eq!(seat.session().unread, 1);
    assert_eq!(
        seat.session().last.len(),
        1,
        "lines of the server are none that somebody wrote"
    );
}

#[test]
fn times_are_milliseconds_and_nonsense_is_when_it_came() {
    let mut seat = Seat::live();
    let at = |index: u64, at: Value| json!({ "index": index, "type": "Text", "text": "x", "from": customer(), "timestampSeconds": at });
    push(
        &mut seat,
        &[
            at(1, json!(1_389_261_492_035_u64)),
            at(2, json!(-5)),
            at(3, Value::Null),
            at(4, json!(i64::MAX)),
        ],
    );
    let times: Vec<Moment> = lines(&seat).iter().map(|line| line.at).collect();
    assert_eq!(times, [Moment(1_389_261_492_035), seat.now, seat.now, seat.now]);
    let told = mark(&seat);
    seat.later(5_000);
    push(&mut seat, &[at(3, Value::Null)]);
    assert_eq!(
        seat.desk.transcript(S1, Some(told)),
        None,
        "it came when it came first"
    );
}

#[test]
fn hostile_texts_stay_as_they_are_and_a_tile_shows_their_beginning() {
    let mut seat = Seat::live();
    let hostile = format!("<script>\u{202e}\0{}", "🙂".repeat(100_000));
    push(&mut seat, &[message(1, &customer(), "All", &hostile)]);
    assert_eq!(seat.texts(), [hostile]);
    let last = &seat.session().last[0];
    assert_eq!(last.text.chars().count(), 300);
}

#[test]
fn the_last_three_lines_that_somebody_wrote_are_at_hand() {
    let mut seat = Seat::live();
    let last =
        |seat: &Seat| -> Vec<String> { seat.session().last.into_iter().map(|line| line.text).collect() };
    push(&mut seat, &[text(2), text(3), text(5)]);
    push(&mut seat, &[json!({ "index": 6, "type": "Notice", "text": "n" })]);
    assert_eq!(last(&seat), ["t2", "t3", "t5"]);
    push(&mut seat, &[text(4), text(7)]);
    assert_eq!(last(&seat), ["t4", "t5", "t7"]);
}

#[test]
fn who_types_is_shown_until_they_stop_or_write_or_half_a_minute_passes() {
    let typing = |index: u64, kind: &str, from: &Value| json!({ "index": index, "type": kind, "from": from, "visibility": "All", "text": "preview" });
    let mut seat = Seat::live();
    push(
        &mut seat,
        &[
            typing(1, "TypingStarted", &customer()),
            typing(2, "TypingStarted", &me("All")),
        ],
    );
    assert_eq!(seat.session().typing, ["Pat"], "we know that we type");
    assert_eq!(seat.session().lines, 0);
    push(&mut seat, &[message(3, &customer(), "All", "done")]);
    assert!(seat.session().typing.is_empty());
    push(&mut seat, &[typing(1, "TypingStarted", &customer())]);
    assert!(seat.session().typing.is_empty(), "a late repetition");

    push(&mut seat, &[typing(4, "TypingStarted", &agent("ana"))]);
    seat.later(20_000);
    push(&mut seat, &[typing(5, "TypingStarted", &agent("ana"))]);
    seat.later(29_999);
    assert_eq!(seat.session().typing, ["ana"]);
    assert_eq!(seat.wake, Some(seat.now.plus(1)));
    seat.wake();
    assert!(seat.session().typing.is_empty());
    assert_eq!(seat.wake, None);
    push(
        &mut seat,
        &[
            typing(6, "TypingStarted", &customer()),
            typing(7, "TypingStopped", &customer()),
        ],
    );
    assert!(seat.session().typing.is_empty());
}

#[test]
fn a_gap_that_stays_is_read_and_one_that_closes_is_not() {
    let mut seat = Seat::live();
    push(&mut seat, &[text(1), text(3)]);
    push(&mut seat, &[text(2)]);
    assert_eq!(seat.wake, None);
    push(&mut seat, &[text(5)]);
    assert!(seat.readings().is_empty());
    seat.wake();
    assert_eq!(seat.readings(), ["messages of smssessions/S1"]);
    // The server has no message 4: that is no reason to ask for ever.
    seat.transcript("S1", &[text(1), text(2), text(3), text(5)]);
    push(&mut seat, &[text(6)]);
    assert_eq!(seat.wake, None);
    push(&mut seat, &[message(u64::MAX, &customer(), "All", "far")]);
    seat.wake();
    seat.transcript("S1", &[text(1)]);
    push(&mut seat, &[message(u64::MAX, &customer(), "All", "far")]);
    assert_eq!(seat.wake, None);
}

#[test]
fn ten_thousand_lines_are_merged_and_told_in_no_time() {
    let mut seat = Seat::live();
    let all: Vec<Value> = (1..=10_000).rev().map(text).collect();
    push(&mut seat, &[text(10_001)]);
    seat.transcript("S1", &all);
    assert_eq!(seat.session().lines, 10_001);
    let told = mark(&seat);
    for index in 10_002..10_100 {
        push(&mut seat, &[text(index)]);
    }
    let (patch, _) = seat.desk.transcript(S1, Some(told)).unwrap();
    assert_eq!(patch.lines.len(), 98);
    assert_eq!(seat.texts()[..3], ["t1", "t2", "t3"]);
}
