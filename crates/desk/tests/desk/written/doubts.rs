//! Where it cannot be known whether the server holds an order, the line stays and says so. The server tells nobody who is armed
//! (`gws/digital.md 3.5`), so a line that goes too early lets the supervisor in unawares.

use desk::input::Input;
use desk::order::{Act, Extent, Medium};
use desk::view::{ArmedPhase, SessionPhase};
use gws::StatusCode;
use serde_json::{Value, json};

use super::seat::{Seat, agent, arm, change, customer, disarm, me, session};

fn coach_next(seat: &mut Seat, agent: &str) {
    seat.order(arm(agent, Act::Coach, Some(Extent::NextChat)))
        .unwrap();
}

/// A session in which these agents take part.
fn session_with(id: &str, agents: &[&str]) -> Value {
    let mut found = session(id, "Agents");
    let agents = agents.iter().map(|id| agent(id));
    found["participants"] = [customer(), me("Agents")].into_iter().chain(agents).collect();
    found
}

/// So long after an order was replaced, every session of it is known.
fn time_passes(seat: &mut Seat) {
    seat.later(125_000);
    let known: Vec<Value> = seat
        .sessions()
        .iter()
        .filter(|session| session.phase == SessionPhase::Live)
        .map(|known| session(known.key.rsplit('/').next().unwrap(), "Agents"))
        .collect();
    // What was pushed meanwhile is the newer word, so the list is asked for once more.
    seat.reads(Medium::Sms, &known);
    seat.reads(Medium::Sms, &known);
}

/// Found by seeds 20205 and 21102 of the fault simulation: the session was of the order before, the line went, and the server
/// stayed armed.
#[test]
fn a_session_of_the_order_before_does_not_use_up_the_one_that_replaced_it() {
    let mut seat = Seat::armed(Extent::AllChats);
    coach_next(&mut seat, "ana");
    seat.accept("Coach");
    assert_eq!(seat.phases(), [ArmedPhase::Armed]);
    seat.push(&change(&session("S1", "Agents")));
    let line = seat.armed_lines().remove(0);
    assert_eq!(
        (line.phase, line.extent),
        (ArmedPhase::Unclear, Some(Extent::NextChat))
    );
    assert!(line.again && line.problem.is_some());
    assert_eq!(seat.session().phase, SessionPhase::Live);
    // The way out: the server's word.
    seat.order(disarm("ana", false)).unwrap();
    seat.refuse("CancelSupervisorMonitoring", StatusCode::InvalidForState);
    assert!(seat.armed_lines().is_empty());
}

#[test]
fn a_session_while_the_order_is_being_replaced_may_be_of_either() {
    for unanswered in [false, true] {
        let mut seat = Seat::armed(Extent::AllChats);
        coach_next(&mut seat, "ana");
        seat.push(&change(&session("S1", "Agents")));
        assert_eq!(seat.phases(), [ArmedPhase::Requested]);
        if unanswered {
            seat.lose_reply("Coach");
        } else {
            seat.accept("Coach");
        }
        assert_eq!(seat.phases(), [ArmedPhase::Unclear]);
        seat.push(&change(&session("S2", "Agents")));
        assert_eq!(seat.phases(), [ArmedPhase::Unclear], "never nothing");
    }
}

#[test]
fn a_refused_replacement_leaves_the_order_before_as_it_was() {
    // All sessions: one that came meanwhile changes nothing.
    let mut seat = Seat::armed(Extent::AllChats);
    coach_next(&mut seat, "ana");
    seat.push(&change(&session("S1", "Agents")));
    seat.refuse("Coach", StatusCode::NotPermitted);
    assert_eq!(seat.phases(), [ArmedPhase::Armed]);
    // One session: it may have been this one.
    let mut seat = Seat::armed(Extent::NextChat);
    seat.order(arm("ana", Act::Coach, Some(Extent::AllChats)))
        .unwrap();
    seat.push(&change(&session("S1", "Agents")));
    seat.refuse("Coach", StatusCode::NotPermitted);
    assert_eq!(seat.phases(), [ArmedPhase::Unclear]);
    // What was not clear does not become nothing.
    let mut seat = Seat::signed_in();
    seat.order(arm("ana", Act::Coach, None)).unwrap();
    seat.lose_reply("Coach");
    seat.order(arm("ana", Act::BargeIn, None)).unwrap();
    seat.refuse("BargeIn", StatusCode::NotPermitted);
    let line = seat.armed_lines().remove(0);
    assert_eq!((line.phase, line.act), (ArmedPhase::Unclear, Act::Coach));
}

#[test]
fn a_session_of_an_order_that_was_cancelled_does_not_use_up_the_next_one() {
    let mut seat = Seat::armed(Extent::AllChats);
    seat.order(disarm("ana", false)).unwrap();
    seat.accept("CancelSupervisorMonitoring");
    coach_next(&mut seat, "ana");
    seat.accept("Coach");
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(seat.phases(), [ArmedPhase::Unclear]);
}

#[test]
fn once_all_sessions_of_the_order_before_are_known_the_next_one_is_certain() {
    let mut seat = Seat::armed(Extent::AllChats);
    coach_next(&mut seat, "ana");
    seat.accept("Coach");
    time_passes(&mut seat);
    seat.push(&change(&session("S1", "Agents")));
    assert!(seat.armed_lines().is_empty());
}

#[test]
fn a_session_with_two_armed_agents_uses_up_neither_for_certain() {
    let mut seat = Seat::armed(Extent::AllChats);
    coach_next(&mut seat, "bo");
    seat.accept("Coach");
    seat.push(&change(&session_with("S1", &["bo", "ana"])));
    assert_eq!(seat.phases(), [ArmedPhase::Armed, ArmedPhase::Unclear]);
}

#[test]
fn a_session_whose_beginning_nobody_heard_may_be_of_an_agent_who_left_it() {
    let mut seat = Seat::armed(Extent::AllChats);
    coach_next(&mut seat, "bo");
    seat.accept("Coach");
    seat.reads(Medium::Sms, &[session_with("S1", &["bo"])]);
    assert_eq!(seat.phases(), [ArmedPhase::Armed, ArmedPhase::Unclear]);
    // Where nobody else is armed it can be of nobody else.
    let mut seat = Seat::signed_in();
    coach_next(&mut seat, "bo");
    seat.accept("Coach");
    seat.reads(Medium::Sms, &[session_with("S1", &["bo"])]);
    assert!(seat.armed_lines().is_empty());
}

#[test]
fn a_session_that_could_not_be_joined_may_have_used_it_up() {
    let mut seat = Seat::armed(Extent::NextChat);
    let mut failed = session("S1", "Agents");
    failed["state"] = json!("JoinFailed");
    seat.push(&change(&failed));
    assert_eq!(seat.phases(), [ArmedPhase::Unclear]);
}

/// Found by seeds 7510 and 5503 of the fault simulation: it was called armed, and the server had ended it.
#[test]
fn one_session_may_have_been_while_nobody_heard() {
    let mut seat = Seat::armed(Extent::NextChat);
    seat.order(arm("bo", Act::Coach, Some(Extent::AllChats))).unwrap();
    seat.accept("Coach");
    seat.lose_link();
    seat.handle(Input::MessagesMissed);
    seat.link(desk::input::LinkChange::Recovering);
    seat.reads(Medium::Sms, &[]);
    seat.link(desk::input::LinkChange::Live);
    assert_eq!(seat.phases(), [ArmedPhase::Unclear, ArmedPhase::Armed]);
    assert!(seat.armed_lines()[0].again);
    // It is no drift: nobody knows that it does not hold.
    assert!(seat.view().drift.is_empty());
}

#[test]
fn a_session_that_is_found_after_nobody_heard_is_the_one() {
    let mut seat = Seat::armed(Extent::NextChat);
    seat.lose_link();
    seat.handle(Input::MessagesMissed);
    seat.link(desk::input::LinkChange::Recovering);
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    seat.link(desk::input::LinkChange::Live);
    assert!(seat.armed_lines().is_empty());
    assert_eq!(seat.session().phase, SessionPhase::Live);
}

#[test]
fn an_answer_that_comes_after_nobody_heard_makes_nothing_certain() {
    let mut seat = Seat::signed_in();
    coach_next(&mut seat, "ana");
    seat.lose_link();
    seat.handle(Input::MessagesMissed);
    seat.link(desk::input::LinkChange::Live);
    seat.accept("Coach");
    assert_eq!(seat.phases(), [ArmedPhase::Unclear]);
    // The same where cancelling is refused.
    let mut seat = Seat::armed(Extent::NextChat);
    seat.order(disarm("ana", false)).unwrap();
    seat.lose_link();
    seat.handle(Input::MessagesMissed);
    seat.link(desk::input::LinkChange::Live);
    seat.refuse("CancelSupervisorMonitoring", StatusCode::InternalError);
    assert_eq!(seat.phases(), [ArmedPhase::Unclear]);
}
