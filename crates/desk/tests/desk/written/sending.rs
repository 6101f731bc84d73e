//! Own texts on their way: sent once, whatever becomes of the answer, until the transcript has them.

use desk::fault::{Fault, FaultCode};
use desk::input::Occurrence;
use desk::input::{CallFailure, Input};
use desk::order::{Act, Readership, WrittenCommand};
use desk::view::UnsentState;
use gws::StatusCode;
use serde_json::json;

use super::seat::{S1, Seat, change, me, message, messages, session, state};

const AGENTS: Readership = Readership::Agents;

fn states(seat: &Seat) -> Vec<UnsentState> {
    seat.session().unsent.iter().map(|unsent| unsent.state).collect()
}

/// The desk looks again and again, and the transcript shows the same, until nothing is looked for any more.
fn a_minute_passes(seat: &mut Seat, told: &[serde_json::Value]) {
    for _ in 0..8 {
        if states(seat) == [UnsentState::Unclear] {
            seat.wake();
            seat.transcript("S1", told);
        }
    }
}

fn drop_unsent(send_id: &str) -> WrittenCommand {
    WrittenCommand::DropUnsent {
        session: S1.to_owned(),
        send_id: send_id.to_owned(),
    }
}

#[test]
fn a_text_is_never_sent_twice_under_one_name() {
    let mut seat = Seat::live();
    seat.whisper("x", AGENTS, "a").unwrap();
    assert_eq!(seat.whisper("x", AGENTS, "a"), Err(FaultCode::AlreadyAsked));
    seat.accept("SendToAgents");
    assert_eq!(states(&seat), [UnsentState::Taken]);
    assert_eq!(seat.whisper("x", AGENTS, "a"), Err(FaultCode::AlreadyAsked));
    seat.push(&messages("S1", &[message(1, &me("Agents"), "Agents", "x")]));
    assert_eq!(states(&seat), []);
    assert_eq!(seat.whisper("x", AGENTS, "a"), Err(FaultCode::AlreadyAsked));
    seat.whisper("x", AGENTS, "b").unwrap();
    assert_eq!(seat.sent(), ["SendToAgents", "SendToAgents"]);
}

#[test]
fn a_refused_text_can_be_sent_again_or_given_up() {
    let mut seat = Seat::live();
    seat.whisper("x", AGENTS, "a").unwrap();
    assert_eq!(seat.order(drop_unsent("a")), Err(FaultCode::AlreadyAsked));
    seat.refuse("SendToAgents", StatusCode::InternalError);
    assert_eq!(states(&seat), [UnsentState::Failed]);
    assert!(seat.session().unsent[0].problem.is_some());
    seat.whisper("x", AGENTS, "a").unwrap();
    assert_eq!(states(&seat), [UnsentState::Sending]);
    seat.refuse("SendToAgents", StatusCode::InternalError);
    seat.order(drop_unsent("a")).unwrap();
    assert_eq!(states(&seat), []);
}

#[test]
fn without_an_answer_the_transcript_decides() {
    for arrived in [true, false] {
        let mut seat = Seat::live();
        seat.push(&messages("S1", &[message(1, &me("Agents"), "Agents", "x")]));
        seat.whisper("x", AGENTS, "a").unwrap();
        seat.effects.clear();
        seat.lose_reply("SendToAgents");
        assert_eq!(states(&seat), [UnsentState::Unclear]);
        assert_eq!(seat.whisper("x", AGENTS, "a"), Err(FaultCode::AlreadyAsked));
        assert_eq!(seat.readings(), ["messages of smssessions/S1"]);
        let mut told = vec![message(1, &me("Agents"), "Agents", "x")];
        if arrived {
            told.push(message(2, &me("Agents"), "Agents", "x"));
        }
        seat.transcript("S1", &told);
        if arrived {
            assert_eq!(states(&seat), []);
        } else {
            assert_eq!(
                states(&seat),
                [UnsentState::Unclear],
                "the older text of the same words is another one, and the server may still be working"
            );
            a_minute_passes(&mut seat, &told);
            assert_eq!(states(&seat), [UnsentState::Failed]);
            seat.whisper("x", AGENTS, "a").unwrap();
        }
    }
}

#[test]
fn an_answer_to_an_older_question_decides_nothing() {
    let mut seat = Seat::live();
    seat.order(WrittenCommand::ReadAgain {
        session: S1.to_owned(),
    })
    .unwrap();
    seat.whisper("x", AGENTS, "a").unwrap();
    seat.lose_reply("SendToAgents");
    seat.effects.clear();
    seat.transcript("S1", &[]);
    assert_eq!(
        states(&seat),
        [UnsentState::Unclear],
        "it was made before the text was sent"
    );
    assert_eq!(seat.readings(), ["messages of smssessions/S1"]);
    seat.transcript("S1", &[]);
    let problem = seat.session().unsent[0].problem.clone().expect("words");
    assert!(problem.message.contains("may still be working"), "{problem}");
    a_minute_passes(&mut seat, &[]);
    assert_eq!(states(&seat), [UnsentState::Failed]);
    // It was only late after all.
    seat.push(&messages("S1", &[message(1, &me("Agents"), "Agents", "x")]));
    assert_eq!(states(&seat), []);
}

#[test]
fn the_oldest_of_two_equal_texts_arrives_first() {
    let mut seat = Seat::live();
    seat.whisper("x", AGENTS, "a").unwrap();
    seat.whisper("x", AGENTS, "b").unwrap();
    seat.push(&messages("S1", &[message(1, &me("Agents"), "Agents", "x")]));
    assert_eq!(seat.session().unsent[0].send_id, "b");
    // The transcript is faster than the answer, and a repetition is no second text.
    seat.accept("SendToAgents");
    seat.push(&messages("S1", &[message(1, &me("Agents"), "Agents", "x")]));
    assert_eq!(states(&seat), [UnsentState::Sending]);
}

#[test]
fn a_whisper_that_everybody_read_is_not_taken_for_the_whisper() {
    let mut seat = Seat::live();
    seat.whisper("x", AGENTS, "a").unwrap();
    seat.push(&messages("S1", &[message(1, &me("Agents"), "All", "x")]));
    assert_eq!(states(&seat), [UnsentState::Sending]);
    assert_eq!(seat.session().last[0].kind, desk::view::LineKind::OwnPublic);
}

#[test]
fn what_was_taken_and_is_not_shown_is_looked_for() {
    let mut seat = Seat::live();
    seat.whisper("x", AGENTS, "a").unwrap();
    seat.accept("SendToAgents");
    seat.effects.clear();
    seat.wake();
    assert_eq!(seat.readings(), ["messages of smssessions/S1"]);
    assert_eq!(states(&seat), [UnsentState::Taken]);
    seat.transcript("S1", &[]);
    assert_eq!(states(&seat), [UnsentState::Unclear]);
    assert_eq!(
        seat.session().unsent[0].problem.as_ref().unwrap().code,
        FaultCode::NotConfirmed
    );
    seat.later(120_000);
    seat.transcript("S1", &[]);
    assert_eq!(states(&seat), [UnsentState::Unclear], "the server took it");
    seat.order(drop_unsent("a")).unwrap();
    assert_eq!(
        seat.whisper("x", AGENTS, "a"),
        Err(FaultCode::AlreadyAsked),
        "it may have been sent"
    );
}

#[test]
fn what_cannot_be_sent_never_leaves() {
    let mut seat = Seat::live();
    assert_eq!(seat.whisper(" \n", AGENTS, "a"), Err(FaultCode::NothingToSend));
    assert_eq!(
        seat.whisper(&"x".repeat(4_001), AGENTS, "a"),
        Err(FaultCode::TextTooLong)
    );
    assert_eq!(
        seat.whisper("a\u{1b}[31m", AGENTS, "a"),
        Err(FaultCode::TextNotSendable)
    );
    assert!(seat.sent().is_empty());
    seat.whisper("one\r\ntwo", AGENTS, "a").unwrap();
    assert_eq!(
        seat.wire(),
        [r#"/me/smssessions/S1 {"operationName":"SendToAgents","text":"one\ntwo"}"#]
    );
    seat.push(&messages(
        "S1",
        &[message(1, &me("Agents"), "Agents", "one\r\ntwo")],
    ));
    assert_eq!(states(&seat), []);
}

#[test]
fn a_session_that_ends_keeps_what_was_not_sent() {
    let mut seat = Seat::live();
    seat.whisper("taken", AGENTS, "a").unwrap();
    seat.accept("SendToAgents");
    seat.whisper("on its way", AGENTS, "b").unwrap();
    seat.push(&state("S1", "Revoked"));
    seat.refuse("SendToAgents", StatusCode::NotFound);
    assert_eq!(states(&seat), [UnsentState::Failed]);
    assert_eq!(seat.session().unsent[0].text, "on its way");
}

/// What is on its way.
fn on_its_way(seat: &Seat) -> (desk::input::Ticket, gws::Operation) {
    seat.open.last().cloned().expect("it was sent")
}

/// Whether it may go, now that everything is ready for it.
fn may_still_go(seat: &Seat) -> bool {
    let (ticket, operation) = on_its_way(seat);
    seat.desk.may_still_go(ticket, &operation)
}

#[test]
fn a_public_text_that_waits_for_a_connection_does_not_go_once_somebody_else_reads_us() {
    let mut seat = Seat::barged();
    seat.publish("We refund you", Readership::Everyone, "a").unwrap();
    assert!(may_still_go(&seat));
    // From a second window, say.
    seat.push(&change(&session("S1", "Agents")));
    assert!(!may_still_go(&seat));
    seat.push(&change(&session("S1", "All")));
    assert!(may_still_go(&seat));
    seat.lose_link();
    assert!(!may_still_go(&seat), "nobody can say who reads us");
}

#[test]
fn what_was_withheld_is_given_back_as_not_sent_and_can_be_sent_again() {
    let mut seat = Seat::barged();
    seat.publish("We refund you", Readership::Everyone, "a").unwrap();
    let (ticket, _) = on_its_way(&seat);
    let fault = Fault::new(FaultCode::ReadersChanged, "It was not sent.");
    let outcome = Err(CallFailure::Withheld(fault));
    seat.handle(Input::Replied { ticket, outcome });
    let unsent = seat.session().unsent.remove(0);
    assert_eq!(
        (unsent.state, unsent.text.as_str()),
        (UnsentState::Failed, "We refund you")
    );
    assert_eq!(
        unsent.problem.map(|fault| fault.code),
        Some(FaultCode::ReadersChanged)
    );
    seat.publish("We refund you", Readership::Everyone, "a").unwrap();
}

#[test]
fn a_whisper_that_waits_does_not_go_once_other_people_read_us() {
    let mut seat = Seat::live();
    seat.whisper("Offer the callback", AGENTS, "a").unwrap();
    assert!(may_still_go(&seat));
    // Somebody made us a silent listener: a whisper would give us away.
    seat.push(&change(&session("S1", "Supervisors")));
    assert!(!may_still_go(&seat));
    seat.push(&change(&session("S1", "All")));
    assert!(!may_still_go(&seat), "it was written where only agents read us");
    seat.push(&change(&session("S1", "Agents")));
    assert!(may_still_go(&seat));
    let mut unlisted = session("S1", "Agents");
    unlisted["capabilities"] = json!(["Leave"]);
    seat.push(&change(&unlisted));
    assert!(!may_still_go(&seat), "the server does not list it any more");
    seat.push(&change(&session("S1", "Agents")));
    seat.lose_link();
    assert!(!may_still_go(&seat), "nobody can say who reads us");
}

#[test]
fn a_sign_of_typing_that_waits_does_not_give_a_silent_listener_away() {
    let mut seat = Seat::live();
    seat.order(WrittenCommand::Typing {
        session: S1.to_owned(),
        public: false,
        typing: true,
        seen: AGENTS,
    })
    .unwrap();
    assert!(may_still_go(&seat));
    seat.push(&change(&session("S1", "Supervisors")));
    assert!(!may_still_go(&seat));
}

#[test]
fn a_text_of_which_nothing_is_known_any_more_does_not_go() {
    let mut seat = Seat::live();
    seat.whisper("Offer the callback", AGENTS, "a").unwrap();
    let (ticket, operation) = on_its_way(&seat);
    seat.accept("SendToAgents");
    assert!(
        !seat.desk.may_still_go(ticket, &operation),
        "it has been answered"
    );
}

#[test]
fn everything_else_is_not_held_back() {
    let mut seat = Seat::live();
    seat.order(WrittenCommand::Switch {
        session: S1.to_owned(),
        act: Act::BargeIn,
        reason: None,
    })
    .unwrap();
    assert!(may_still_go(&seat));
}

/// The whispers that are to be written down.
fn whispered(seat: &Seat) -> Vec<&str> {
    let happenings = seat.happenings.iter();
    let whispers = happenings.filter(|happening| happening.what == Occurrence::Whispered);
    whispers
        .filter_map(|happening| happening.text.as_deref())
        .collect()
}

#[test]
fn a_whisper_is_noted_once_when_it_is_known_to_have_been_sent() {
    let shown = |index| messages("S1", &[message(index, &me("Agents"), "Agents", "x")]);
    // The answer comes first, or the transcript does.
    let mut seat = Seat::live();
    seat.whisper("x", AGENTS, "a").unwrap();
    assert_eq!(whispered(&seat), [""; 0], "it is only on its way");
    seat.accept("SendToAgents");
    assert_eq!(whispered(&seat), ["x"]);
    seat.push(&shown(1));
    assert_eq!(whispered(&seat), ["x"]);

    let mut seat = Seat::live();
    seat.whisper("x", AGENTS, "a").unwrap();
    seat.push(&shown(1));
    seat.accept("SendToAgents");
    assert_eq!(whispered(&seat), ["x"]);

    // A refusal is none; sent again, it is one.
    let mut seat = Seat::live();
    seat.whisper("x", AGENTS, "a").unwrap();
    seat.refuse("SendToAgents", StatusCode::InternalError);
    assert_eq!(whispered(&seat), [""; 0]);
    seat.whisper("x", AGENTS, "a").unwrap();
    seat.accept("SendToAgents");
    assert_eq!(whispered(&seat), ["x"]);
}

#[test]
fn what_everybody_reads_is_no_whisper() {
    let mut seat = Seat::barged();
    seat.publish("x", Readership::Everyone, "a").unwrap();
    seat.accept("SendMessage");
    assert_eq!(whispered(&seat), [""; 0]);
}

#[test]
fn where_no_connection_was_made_it_is_certain_at_once_that_nothing_was_sent() {
    let mut seat = Seat::live();
    seat.whisper("x", AGENTS, "a").unwrap();
    let (ticket, _) = on_its_way(&seat);
    let fault = Fault::new(FaultCode::Unreachable, "No route.");
    let outcome = Err(CallFailure::Unanswered(fault));
    seat.handle(Input::Replied { ticket, outcome });
    assert_eq!(states(&seat), [UnsentState::Failed]);
}
