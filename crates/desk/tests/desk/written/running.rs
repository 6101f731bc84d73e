//! Joining a session that runs already, where the server tells which ones there are.

use desk::fault::FaultCode;
use desk::input::{CallFailure, Input, Occurrence};
use desk::order::{Act, Extent, Medium, WrittenCommand};
use desk::view::{SessionPhase, StepKind};
use gws::StatusCode;
use serde_json::{Value, json};

use super::seat::{S1, Seat, agent, change, customer, decoded, session};

fn find(agent: &str) -> WrittenCommand {
    WrittenCommand::FindRunning {
        agent_id: agent.to_owned(),
        medium: Medium::Sms,
    }
}

fn join(session: &str) -> WrittenCommand {
    WrittenCommand::JoinNow {
        agent_id: "ana".to_owned(),
        session: session.to_owned(),
        act: Act::Coach,
        reason: None,
    }
}

fn found(seat: &mut Seat, agent: &str, sessions: &[Value]) {
    seat.handle(Input::AgentSessions {
        agent: agent.into(),
        medium: Medium::Sms,
        outcome: Ok(sessions.iter().map(decoded).collect()),
    });
}

fn running(id: &str) -> Value {
    json!({
        "id": id, "state": "Chatting", "participants": [customer(), agent("ana")], "userData": { "topic": "Roaming" },
    })
}

#[test]
fn the_sessions_of_an_agent_can_be_joined_but_for_those_we_are_in() {
    let mut seat = Seat::live();
    seat.order(find("ana")).unwrap();
    assert_eq!(seat.readings(), ["Sms of ana"]);
    assert!(seat.view().written.running.unwrap().reading);
    found(&mut seat, "bo", &[running("S7")]);
    assert!(
        seat.view().written.running.unwrap().reading,
        "too late, and about somebody else"
    );
    found(
        &mut seat,
        "ana",
        &[
            running("S1"),
            running("S5"),
            json!({ "id": "S6", "state": "Completed" }),
        ],
    );
    let list = seat.view().written.running.unwrap();
    assert_eq!((list.reading, list.sessions.len()), (false, 1));
    assert_eq!(list.sessions[0].key, "smssessions/S5");
    assert_eq!(
        (
            list.sessions[0].customer.as_str(),
            list.sessions[0].topic.as_deref()
        ),
        ("Pat", Some("Roaming"))
    );

    assert_eq!(seat.order(join(S1)), Err(FaultCode::AlreadyAsked));
    assert_eq!(seat.order(join("smssessions/S9")), Err(FaultCode::SessionGone));
    seat.order(join("smssessions/S5")).unwrap();
    assert_eq!(
        seat.wire(),
        [r#"/users/ana/smssessions/S5 {"operationName":"Intrude","supervisorVisibilityMode":"Coach"}"#]
    );
    assert_eq!(seat.order(join("smssessions/S5")), Err(FaultCode::AlreadyAsked));
    seat.accept("Intrude");
}

#[test]
fn a_session_we_asked_to_join_comes_of_no_arming() {
    let mut seat = Seat::armed(Extent::NextChat);
    seat.order(find("ana")).unwrap();
    found(&mut seat, "ana", &[running("S1")]);
    seat.order(join(S1)).unwrap();
    let asked = seat.happenings.last().unwrap().clone();
    assert_eq!(asked.what, Occurrence::Step(StepKind::Asked));
    seat.accept("Intrude");
    seat.push(&change(
        &json!({ "id": "S1", "state": "Invited", "capabilities": ["Accept", "Reject"] }),
    ));
    assert_eq!(seat.session().phase, SessionPhase::Invited);
    seat.order(WrittenCommand::Accept {
        session: S1.to_owned(),
        nickname: Some("Lee".to_owned()),
        reason: None,
    })
    .unwrap();
    seat.accept("Accept");
    seat.push(&change(&session("S1", "Agents")));
    let live = seat.happenings.last().unwrap();
    assert_eq!(live.what, Occurrence::Step(StepKind::Live));
    assert_eq!(live.coaching, asked.coaching);
    assert!(seat.arrivals().is_empty(), "the supervisor is waiting for it");
    assert_eq!(seat.armed_lines().len(), 1, "the next session is still to come");
}

#[test]
fn a_server_that_does_not_tell_says_so() {
    for (status, code) in [
        (StatusCode::NotFound, FaultCode::RunningNotListed),
        (StatusCode::Forbidden, FaultCode::RunningNotListed),
        (StatusCode::InternalError, FaultCode::Refused),
    ] {
        let mut seat = Seat::signed_in();
        seat.order(find("ana")).unwrap();
        seat.handle(Input::AgentSessions {
            agent: "ana".into(),
            medium: Medium::Sms,
            outcome: Err(CallFailure::Refused {
                status,
                message: None,
            }),
        });
        let list = seat.view().written.running.unwrap();
        assert_eq!((list.reading, list.problem.unwrap().code), (false, code));
    }
}

#[test]
fn joining_that_is_refused_says_why() {
    let mut seat = Seat::signed_in();
    seat.order(find("ana")).unwrap();
    found(&mut seat, "ana", &[running("S1")]);
    seat.order(join(S1)).unwrap();
    seat.refuse("Intrude", StatusCode::NotFound);
    let list = seat.view().written.running.unwrap();
    assert_eq!(list.problem.unwrap().code, FaultCode::SessionGone);
    seat.order(join(S1)).unwrap();
}
