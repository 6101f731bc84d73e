//! The link is lost and found: what is missing afterwards is lost, and a reading never undoes a push that overtook it.

use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::input::{LinkChange, Occurrence};
use desk::order::{Extent, Medium, Readership, WrittenCommand};
use desk::view::{SessionPhase, StepKind, UnsentState};

use super::seat::{S1, Seat, change, customer, me, message, messages, session, state};

/// The link is lost and comes back; the console reads the lists before it calls the link live.
fn away(seat: &mut Seat, lists: &[serde_json::Value]) {
    seat.lose_link();
    seat.link(LinkChange::Recovering);
    seat.reads(Medium::Sms, lists);
    seat.reads(Medium::Chat, &[]);
    seat.effects.clear();
    seat.link(LinkChange::Live);
}

#[test]
fn a_session_that_is_still_there_goes_on_and_its_transcript_is_read_again() {
    let mut seat = Seat::live();
    seat.push(&messages("S1", &[message(1, &customer(), "All", "one")]));
    away(&mut seat, &[session("S1", "Agents")]);
    assert_eq!(seat.readings(), ["messages of smssessions/S1"]);
    assert_eq!(seat.session().readership, Readership::Agents);
    let all = [
        message(1, &customer(), "All", "one"),
        message(2, &customer(), "All", "two"),
    ];
    seat.transcript("S1", &all);
    assert_eq!(seat.texts(), ["one", "two"]);
}

#[test]
fn a_session_that_is_missing_is_gone() {
    let mut seat = Seat::live();
    away(&mut seat, &[]);
    let lost = seat.session();
    assert_eq!(lost.phase, SessionPhase::Lost);
    assert_eq!(lost.problem.unwrap().code, FaultCode::SessionGone);
    assert_eq!(seat.happened().last(), Some(&Occurrence::Step(StepKind::Lost)));
    assert_eq!(
        seat.whisper("x", Readership::Agents, "a"),
        Err(FaultCode::SessionGone)
    );
    // It was only late.
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(seat.session().phase, SessionPhase::Live);
}

#[test]
fn a_session_that_came_while_away_comes_of_its_arming() {
    let mut seat = Seat::armed(Extent::NextChat);
    seat.lose_link();
    seat.link(LinkChange::Recovering);
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    assert_eq!(seat.arrivals().len(), 1);
    assert!(seat.armed_lines().is_empty());
}

#[test]
fn a_reading_that_a_push_has_overtaken_takes_nothing_away() {
    let mut seat = Seat::live();
    seat.lose_link();
    seat.link(LinkChange::Recovering);
    seat.link(LinkChange::Live);
    assert_eq!(seat.readings().first().map(String::as_str), Some("Sms"));
    // The list was made before these.
    seat.push(&change(&session("S1", "All")));
    seat.push(&change(&session("S2", "Agents")));
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    assert_eq!(seat.session().readership, Readership::Everyone);
    assert_eq!(seat.sessions().len(), 2);
    assert!(
        seat.sessions()
            .iter()
            .all(|session| session.phase == SessionPhase::Live)
    );
    assert!(
        seat.readings().contains(&"Sms".to_owned()),
        "so it is read once more"
    );
    seat.reads(Medium::Sms, &[session("S1", "All")]);
    let phases: Vec<_> = seat.sessions().iter().map(|session| session.phase).collect();
    assert_eq!(phases, [SessionPhase::Live, SessionPhase::Lost]);
}

#[test]
fn a_revocation_is_not_undone_by_an_older_list() {
    let mut seat = Seat::live();
    seat.push(&messages("S9", &[]));
    assert!(seat.readings().contains(&"Sms".to_owned()));
    seat.push(&state("S1", "Revoked"));
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    assert_eq!(seat.session().phase, SessionPhase::Revoked);
}

#[test]
fn a_list_that_comes_while_the_link_is_lost_confirms_nothing() {
    let mut seat = Seat::live();
    seat.lose_link();
    // It was asked for before the loss; the one after it is refused by the server.
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    seat.link(LinkChange::Recovering);
    seat.link(LinkChange::Live);
    assert_eq!(seat.session().audience, Audience::Unknown);
    assert!(seat.readings().contains(&"Sms".to_owned()));
}

#[test]
fn a_transcript_that_comes_while_the_link_is_lost_proves_no_text_unsent() {
    let mut seat = Seat::live();
    let read_again = WrittenCommand::ReadAgain {
        session: S1.to_owned(),
    };
    seat.order(read_again).unwrap();
    seat.whisper("x", Readership::Agents, "a").unwrap();
    seat.lose_link();
    seat.lose_reply("SendToAgents");
    // The answer to the reading that was asked for before the text went out.
    seat.transcript("S1", &[message(1, &customer(), "All", "one")]);
    assert_eq!(seat.texts(), ["one"]);
    assert_eq!(seat.session().unsent[0].state, UnsentState::Unclear);
    away(&mut seat, &[session("S1", "Agents")]);
    let all = [
        message(1, &customer(), "All", "one"),
        message(2, &me("Agents"), "Agents", "x"),
    ];
    seat.transcript("S1", &all);
    assert!(seat.session().unsent.is_empty());
}

#[test]
fn what_needs_no_server_works_behind_a_broken_link() {
    let mut seat = Seat::live();
    seat.push(&messages("S1", &[message(1, &customer(), "All", "one")]));
    assert_eq!(seat.session().unread, 1);
    seat.lose_link();
    seat.order(WrittenCommand::Read {
        session: S1.to_owned(),
    })
    .unwrap();
    assert_eq!(seat.session().unread, 0);
    let again = WrittenCommand::ReadAgain {
        session: S1.to_owned(),
    };
    assert_eq!(seat.order(again), Err(FaultCode::LinkDown));
}

#[test]
fn a_new_sign_in_begins_with_an_empty_board() {
    let mut seat = Seat::live();
    seat.sign_in(&serde_json::json!({ "id": "me" }));
    assert!(seat.sessions().is_empty());
    assert!(seat.armed_lines().is_empty());
    assert!(seat.desk.transcript(S1, None).is_none());
}
