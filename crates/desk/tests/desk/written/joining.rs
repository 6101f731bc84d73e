//! Sessions come and go by themselves: notifications in any order, partial, repeated, and the phases that follow.

use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::input::{CallFailure, Input, Occurrence};
use desk::order::{Act, Extent, Medium, Readership, WrittenCommand};
use desk::view::{SessionPhase, StepKind};
use gws::StatusCode;
use serde_json::json;

use super::seat::{S1, Seat, agent, arm, change, customer, me, message, messages, session, state};

#[test]
fn a_session_is_live_once_the_server_lists_us_in_it() {
    let mut seat = Seat::armed(Extent::AllChats);
    seat.push(&change(
        &json!({ "id": "S1", "state": "Chatting", "participants": [] }),
    ));
    assert_eq!(seat.session().phase, SessionPhase::Joining);
    assert_eq!(seat.session().audience, Audience::Unknown);
    assert!(seat.arrivals().is_empty());
    let list = [customer(), agent("ana"), me("Agents")];
    seat.push(&change(&json!({ "id": "S1", "participants": list })));
    assert_eq!(seat.session().phase, SessionPhase::Live);
    let arrivals = seat.arrivals();
    assert_eq!(arrivals.len(), 1);
    assert_eq!(
        (arrivals[0].session.as_str(), arrivals[0].customer.as_str()),
        (S1, "Pat")
    );
    assert_eq!(seat.sessions().len(), 1);
    seat.push(&change(&session("S1", "Agents")));
    assert!(seat.arrivals().is_empty(), "it arrives once");
}

#[test]
fn messages_may_come_before_the_session() {
    let mut seat = Seat::armed(Extent::AllChats);
    seat.push(&messages("S1", &[message(1, &customer(), "All", "Hello?")]));
    assert_eq!(seat.session().phase, SessionPhase::Joining);
    assert_eq!(seat.readings(), ["messages of smssessions/S1", "Sms"]);
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    assert_eq!(seat.session().phase, SessionPhase::Live);
    assert_eq!(seat.texts(), ["Hello?"]);
    // A rumour that the server does not confirm goes without a word.
    seat.push(&messages("S9", &[message(1, &customer(), "All", "Hello?")]));
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    assert_eq!(seat.sessions().len(), 1);
}

#[test]
fn a_session_that_nobody_here_armed_is_shown_too() {
    let mut seat = Seat::armed(Extent::AllChats);
    let mut other = session("S1", "Supervisors");
    other["participants"] = json!([customer(), agent("bo"), me("Supervisors")]);
    seat.push(&change(&other));
    assert_eq!(seat.session().agent_name, "Bo Ek");
    assert_eq!(seat.session().act, Some(Act::ListenIn));
    assert!(seat.arrivals().is_empty());
    assert_eq!(seat.armed_lines()[0].joined, 0);
}

#[test]
fn only_sessions_after_the_arming_come_of_it() {
    let mut seat = Seat::signed_in();
    seat.push(&change(&session("S1", "Agents")));
    seat.later(1);
    seat.order(arm("ana", Act::Coach, Some(Extent::NextChat)))
        .unwrap();
    seat.accept("Coach");
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(seat.armed_lines()[0].joined, 0);
    assert!(seat.arrivals().is_empty());
    seat.push(&change(&session("S2", "Agents")));
    assert_eq!(seat.arrivals().len(), 1);
}

#[test]
fn several_agents_bring_several_sessions() {
    let mut seat = Seat::armed(Extent::AllChats);
    seat.order(arm("bo", Act::BargeIn, Some(Extent::NextChat)))
        .unwrap();
    seat.accept("BargeIn");
    let mut with_bo = session("S2", "All");
    with_bo["participants"] = json!([customer(), agent("bo"), me("All")]);
    seat.push(&change(&with_bo));
    seat.push(&change(&session("S1", "Agents")));
    let chat = json!({
        "messageType": "ChatStateChangeMessage", "chat": session("S1", "Agents"),
    });
    seat.push(&chat);
    assert_eq!(seat.sessions().len(), 3, "ids are only unique within one medium");
    assert_eq!(seat.view().written.audience, Audience::Everyone);
    let lines = seat.armed_lines();
    assert_eq!((lines.len(), lines[0].joined), (1, 1));
    let live: Vec<_> = seat
        .happenings
        .iter()
        .filter(|happening| happening.what == Occurrence::Step(StepKind::Live))
        .collect();
    assert_eq!(live.len(), 3);
    assert_eq!(
        (live[0].agent_id.as_str(), live[0].act),
        ("bo", Some(Act::BargeIn))
    );
    assert_ne!(live[0].coaching, live[1].coaching);
    assert_eq!(live[2].medium, Some(Medium::Chat));
}

#[test]
fn every_end_has_its_words() {
    for (word, phase) in [
        ("Revoked", SessionPhase::Revoked),
        ("LeftChat", SessionPhase::Left),
        ("Completed", SessionPhase::Completed),
        ("JoinFailed", SessionPhase::Failed),
    ] {
        let mut seat = Seat::live();
        seat.push(&state("S1", word));
        assert_eq!(seat.session().phase, phase);
        assert_eq!(seat.session().audience, Audience::Nobody);
        assert!(!seat.session().acts.whisper);
        assert_eq!(
            seat.whisper("x", Readership::Agents, "a"),
            Err(FaultCode::SessionGone)
        );
        let happened = seat.happenings.len();
        seat.push(&state("S1", word));
        assert_eq!(seat.happenings.len(), happened, "an end is noted once");
    }
    let mut seat = Seat::signed_in();
    seat.push(&state("S1", "Revoked"));
    assert!(seat.sessions().is_empty(), "the end of what was never seen");
}

#[test]
fn a_session_that_failed_can_only_be_marked_as_done() {
    let mut seat = Seat::signed_in();
    let complete = || WrittenCommand::Complete {
        session: S1.to_owned(),
    };
    seat.push(&change(
        &json!({ "id": "S1", "state": "JoinFailed", "capabilities": ["Complete"] }),
    ));
    assert_eq!(seat.session().phase, SessionPhase::Failed);
    assert!(seat.session().acts.complete);
    seat.order(complete()).unwrap();
    assert_eq!(
        seat.wire(),
        [r#"/me/smssessions/S1 {"operationName":"Complete"}"#]
    );
    seat.accept("Complete");
    seat.push(&state("S1", "Completed"));
    assert_eq!(seat.order(complete()), Err(FaultCode::NotOffered));
    seat.order(WrittenCommand::Dismiss {
        session: S1.to_owned(),
    })
    .unwrap();
    assert!(seat.sessions().is_empty());
    seat.push(&state("S1", "Completed"));
    seat.push(&messages("S1", &[message(1, &customer(), "All", "late")]));
    assert!(seat.sessions().is_empty());

    let mut seat = Seat::live();
    assert_eq!(seat.order(complete()), Err(FaultCode::NotOffered));
    let dismiss = WrittenCommand::Dismiss {
        session: S1.to_owned(),
    };
    assert_eq!(seat.order(dismiss), Err(FaultCode::StopFirst));
}

#[test]
fn an_invitation_waits_for_an_answer() {
    let mut seat = Seat::signed_in();
    let invited = json!({ "id": "S1", "state": "Invited", "capabilities": ["Accept", "Reject"] });
    seat.push(&change(&invited));
    assert_eq!(seat.session().phase, SessionPhase::Invited);
    assert_eq!(seat.session().audience, Audience::Nobody);
    assert!(seat.readings().is_empty(), "nothing is read before we are in");
    let accept = |nickname: Option<&str>| WrittenCommand::Accept {
        session: S1.to_owned(),
        nickname: nickname.map(str::to_owned),
        reason: None,
    };
    assert_eq!(seat.order(accept(Some(" "))), Err(FaultCode::BadNickname));
    seat.order(accept(None)).unwrap();
    assert_eq!(
        seat.wire(),
        [r#"/me/smssessions/S1 {"operationName":"Accept","nickname":"lead"}"#]
    );
    assert_eq!(
        seat.session().audience,
        Audience::Unknown,
        "we may be in at any moment"
    );
    assert_eq!(seat.order(accept(None)), Err(FaultCode::AlreadyAsked));
    seat.accept("Accept");
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(seat.session().phase, SessionPhase::Live);
    assert_eq!(seat.readings(), ["messages of smssessions/S1"]);

    seat.push(&change(
        &json!({ "id": "S2", "state": "Invited", "capabilities": ["Reject"] }),
    ));
    let second = || "smssessions/S2".to_owned();
    let refused = WrittenCommand::Accept {
        session: second(),
        nickname: None,
        reason: None,
    };
    assert_eq!(seat.order(refused), Err(FaultCode::NotOffered));
    seat.order(WrittenCommand::Reject { session: second() }).unwrap();
    seat.accept("Reject");
    seat.push(&change(
        &json!({ "id": "S2", "state": "Completed", "participants": [] }),
    ));
    let phases: Vec<_> = seat.sessions().iter().map(|session| session.phase).collect();
    assert_eq!(phases, [SessionPhase::Live, SessionPhase::Completed]);
    assert_eq!(seat.happenings.len(), 1, "we were never in it");
}

#[test]
fn a_session_that_comes_back_after_a_queue_begins_anew() {
    let mut seat = Seat::live();
    seat.push(&messages("S1", &[message(1, &customer(), "All", "Hello?")]));
    let first = seat.happenings.last().unwrap().coaching;
    seat.push(&state("S1", "Revoked"));
    seat.later(60_000);
    seat.effects.clear();
    // The words of before the end do not count: neither who sees us nor what we may do.
    seat.push(&state("S1", "Chatting"));
    assert_eq!(seat.session().phase, SessionPhase::Joining);
    assert_eq!(seat.session().readership, Readership::Unknown);
    assert_eq!(seat.readings(), ["messages of smssessions/S1", "Sms"]);
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(seat.session().phase, SessionPhase::Live);
    assert_eq!(seat.arrivals().len(), 1);
    assert_eq!(seat.armed_lines()[0].joined, 2);
    assert_eq!(seat.texts(), ["Hello?"], "what was written stays");
    assert_eq!(
        seat.happenings.last().unwrap().coaching,
        first,
        "of the same arming"
    );
}

#[test]
fn an_error_without_a_reason_is_said_and_looked_into() {
    let mut seat = Seat::live();
    seat.switch(Act::BargeIn).unwrap();
    seat.effects.clear();
    seat.push(&json!({
        "messageType": "SMSsessionStateChangeMessage", "notificationType": "Error", "errorMessage": "Request failed",
        "referenceId": 35,
    }));
    assert_eq!(
        seat.session().problem.unwrap().message,
        "The server reported: Request failed"
    );
    assert_eq!(seat.readings(), ["Sms"]);
    assert_eq!(seat.session().readership, Readership::Unknown);
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    assert_eq!(seat.session().readership, Readership::Agents);
}

#[test]
fn a_list_that_cannot_be_read_is_read_again() {
    let mut seat = Seat::live();
    seat.push(&messages("S9", &[message(1, &customer(), "All", "Hello?")]));
    let fault = desk::fault::Fault::new(FaultCode::TimedOut, "late");
    seat.handle(Input::OwnSessions {
        medium: Medium::Sms,
        outcome: Err(CallFailure::Unanswered(fault)),
    });
    seat.effects.clear();
    seat.later(5_000);
    seat.handle(Input::Tick);
    assert_eq!(seat.readings(), ["Sms"]);
    seat.handle(Input::OwnSessions {
        medium: Medium::Sms,
        outcome: Err(CallFailure::Refused {
            status: StatusCode::NotFound,
            message: None,
        }),
    });
    seat.later(60_000);
    seat.effects.clear();
    seat.handle(Input::Tick);
    assert!(
        !seat.readings().contains(&"Sms".to_owned()),
        "a server without the list is not asked for ever"
    );
}

#[test]
fn an_invitation_that_was_withdrawn_does_not_come_back_by_a_part_of_a_word() {
    let mut seat = Seat::signed_in();
    seat.push(&change(
        &json!({ "id": "S1", "state": "Invited", "capabilities": ["Accept"] }),
    ));
    seat.reads(Medium::Sms, &[]);
    seat.reads(Medium::Sms, &[]);
    assert_eq!(seat.session().phase, SessionPhase::Completed);
    seat.push(&change(
        &json!({ "id": "S1", "participants": [customer(), me("Agents")] }),
    ));
    assert_eq!(seat.session().phase, SessionPhase::Joining);
    assert!(!seat.session().acts.accept);
}
