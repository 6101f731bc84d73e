//! Leaving: never where it ends the session for the customer, and only knowingly where that is not known.

use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::input::{LinkChange, Occurrence};
use desk::order::{Act, Extent, Medium};
use desk::view::{LeaveEffect, SessionPhase};
use gws::StatusCode;
use serde_json::{Value, json};

use super::seat::{Seat, agent, arm, change, customer, me, session, state};

fn with(participants: &Value) -> Seat {
    let mut seat = Seat::live();
    seat.push(&change(&json!({ "id": "S1", "participants": participants })));
    seat.effects.clear();
    seat
}

#[test]
fn where_no_agent_stays_leaving_is_never_sent() {
    let mut seat = with(&json!([customer(), me("All")]));
    assert_eq!(seat.session().acts.leave, LeaveEffect::EndsForCustomer);
    assert_eq!(seat.leave(false), Err(FaultCode::LeaveNotSafe));
    assert_eq!(seat.leave(true), Err(FaultCode::LeaveNotSafe));
    assert!(seat.wire().is_empty());
}

#[test]
fn where_it_is_not_known_it_is_asked_for_knowingly() {
    let mut odd = agent("ana");
    odd.as_object_mut().unwrap().remove("visibility");
    let mut seat = with(&json!([customer(), odd, me("Agents")]));
    assert_eq!(seat.session().acts.leave, LeaveEffect::Unknown);
    assert_eq!(seat.leave(false), Err(FaultCode::LeaveNotSafe));
    seat.leave(true).unwrap();
    assert_eq!(seat.sent(), ["Leave"]);
}

#[test]
fn what_is_not_listed_is_not_offered() {
    let mut bare = session("S1", "Agents");
    bare["capabilities"] = json!(["SendToAgents"]);
    let mut seat = Seat::live();
    seat.push(&change(&bare));
    assert_eq!(seat.session().acts.leave, LeaveEffect::NotOffered);
    assert_eq!(seat.leave(true), Err(FaultCode::NotOffered));
}

#[test]
fn leaving_is_over_when_the_server_says_so() {
    for (word, phase) in [
        ("Completed", SessionPhase::Completed),
        ("LeftChat", SessionPhase::Left),
        ("Revoked", SessionPhase::Revoked),
    ] {
        let mut seat = Seat::live();
        seat.leave(false).unwrap();
        assert_eq!(seat.session().phase, SessionPhase::Leaving);
        assert_eq!(seat.leave(false), Err(FaultCode::AlreadyAsked));
        seat.accept("Leave");
        assert_eq!(seat.session().phase, SessionPhase::Leaving);
        seat.push(&state("S1", word));
        assert_eq!(seat.session().phase, phase);
        assert_eq!(seat.session().problem, None);
        assert_eq!(seat.happened().last(), Some(&Occurrence::Left));
    }
}

#[test]
fn leaving_that_is_refused_changes_nothing() {
    let mut seat = Seat::live();
    seat.leave(false).unwrap();
    seat.refuse("Leave", StatusCode::Forbidden);
    assert_eq!(seat.session().phase, SessionPhase::Live);
    assert_eq!(seat.session().problem.unwrap().code, FaultCode::Refused);
    seat.leave(false).unwrap();
}

#[test]
fn leaving_that_nobody_confirms_is_looked_into() {
    let mut seat = Seat::live();
    seat.leave(false).unwrap();
    seat.accept("Leave");
    seat.effects.clear();
    seat.wake();
    assert_eq!(seat.readings(), ["Sms"]);
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    assert_eq!(seat.session().phase, SessionPhase::Live);
    assert_eq!(seat.session().problem.unwrap().code, FaultCode::NotConfirmed);
    seat.leave(false).unwrap();
    seat.lose_reply("Leave");
    seat.reads(Medium::Sms, &[]);
    assert_eq!(seat.session().phase, SessionPhase::Completed);
    assert_eq!(seat.happened().last(), Some(&Occurrence::Left));
}

#[test]
fn leaving_on_the_way_in_claims_nothing() {
    let mut seat = Seat::armed(Extent::NextChat);
    let list = json!([customer(), agent("ana"), me("All")]);
    seat.push(&change(&json!({ "id": "S1", "participants": list })));
    assert_eq!(seat.session().phase, SessionPhase::Joining);
    seat.leave(false).unwrap();
    assert_eq!(seat.session().phase, SessionPhase::Leaving);
    assert_eq!(seat.session().audience, Audience::Unknown);
    assert!(seat.arrivals().is_empty());
    assert_eq!(seat.armed_lines().len(), 1);
}

#[test]
fn an_agent_armed_while_we_leave_brings_nothing() {
    let mut seat = Seat::signed_in();
    seat.order(arm("bo", Act::Coach, None)).unwrap();
    seat.accept("Coach");
    seat.push(&change(&session("S1", "Agents")));
    seat.leave(false).unwrap();
    seat.push(&change(
        &json!({ "id": "S1", "participants": [customer(), agent("bo")] }),
    ));
    assert_eq!(seat.session().phase, SessionPhase::Leaving);
    assert!(seat.arrivals().is_empty(), "we are not in it");
}

#[test]
fn after_a_loss_an_agent_who_was_there_need_not_be_there() {
    let mut seat = Seat::live();
    seat.lose_link();
    seat.link(LinkChange::Live);
    assert_eq!(seat.session().acts.leave, LeaveEffect::Unknown);
    let mut seat = with(&json!([customer(), me("All")]));
    seat.lose_link();
    seat.link(LinkChange::Live);
    assert_eq!(seat.session().acts.leave, LeaveEffect::EndsForCustomer);
    assert_eq!(seat.leave(true), Err(FaultCode::LeaveNotSafe));
}
