//! The one-way door, and everything that can go wrong in it.

use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::order::{Act, CallAct, Mode};
use desk::view::{Phase, StepKind};
use gws::StatusCode;
use serde_json::{Value, json};

use crate::seat::{ANA, Seat, coached, monitoring, own_device};

fn barged() -> Value {
    let mut call = coached("Established");
    call["supervisorMonitoringState"] = json!({ "state": "BargeIn" });
    call["capabilities"] = json!(["Hangup", "SwitchToListenIn"]);
    call
}

#[test]
fn barging_in_is_hot_from_the_click_on() {
    let mut seat = Seat::live(Mode::AllCalls);
    assert!(
        seat.view().calls[0]
            .acts
            .iter()
            .filter(|button| button.one_way)
            .count()
            == 2
    );
    seat.act(CallAct::SwitchToBargeIn).unwrap();
    assert_eq!((seat.phase(), seat.audience()), (Phase::Live, Audience::Unknown));
    seat.accept("SwitchToBargeIn");
    assert_eq!(seat.audience(), Audience::Unknown, "an answer is no confirmation");
    seat.later(80);
    seat.call(&barged());
    assert_eq!(seat.audience(), Audience::Everyone);
    assert_eq!(seat.took(StepKind::Switched), Some(80));
    assert_eq!((seat.coaching().act, seat.wake), (Some(Act::BargeIn), None));
    assert_eq!(
        seat.act(CallAct::SwitchToBargeIn),
        Err(FaultCode::NotOffered),
        "there is no way back"
    );
}

#[test]
fn a_refused_switch_changes_nothing() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.act(CallAct::SwitchToBargeIn).unwrap();
    seat.refuse("SwitchToBargeIn", StatusCode::InvalidForState, None);
    assert_eq!(
        (seat.audience(), seat.problem()),
        (Audience::AgentOnly, Some(FaultCode::Refused))
    );
    assert_eq!(seat.reads, 1);
}

#[test]
fn a_refused_switch_does_not_bring_back_a_set_up_that_was_left_before() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.act(CallAct::SwitchToListenIn).unwrap();
    // A server that says no more than this: who hears is not known, and the set-up of the phone is history.
    let vague = json!({ "id": "C1", "state": "Established", "participants": ["6001", "155"] });
    seat.call(&vague);
    seat.wait_for_deadline();
    seat.read_own(
        &own_device(&monitoring("Coach", "AllCalls", "Agent", ANA)),
        &[vague],
    );
    assert_eq!(seat.audience(), Audience::Unknown);
    seat.act(CallAct::SwitchToBargeIn).unwrap();
    seat.refuse("SwitchToBargeIn", StatusCode::InvalidForState, None);
    assert_eq!(seat.audience(), Audience::Unknown);
}

#[test]
fn a_refused_way_to_silence_is_still_a_whisper() {
    let mut seat = Seat::live(Mode::AllCalls);
    let vague = json!({ "id": "C1", "state": "Established", "participants": ["6001", "155"] });
    seat.call(&vague);
    assert_eq!(seat.audience(), Audience::AgentOnly);
    seat.act(CallAct::SwitchToListenIn).unwrap();
    seat.refuse("SwitchToListenIn", StatusCode::InvalidForState, None);
    assert_eq!(seat.audience(), Audience::AgentOnly);
}

#[test]
fn a_reading_that_was_on_its_way_does_not_cool_the_switch() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.act(CallAct::SwitchToBargeIn).unwrap();
    seat.read_own(
        &own_device(&monitoring("Coach", "AllCalls", "Agent", ANA)),
        &[coached("Established")],
    );
    assert_eq!(seat.audience(), Audience::Unknown);
    seat.read_own(
        &own_device(&monitoring("Coach", "AllCalls", "Agent", ANA)),
        &[barged()],
    );
    assert_eq!(seat.audience(), Audience::Everyone);
}

#[test]
fn a_switch_that_is_never_confirmed_stays_hot_until_the_calls_are_read() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.act(CallAct::SwitchToBargeIn).unwrap();
    seat.lose_reply("SwitchToBargeIn");
    assert_eq!((seat.audience(), seat.reads), (Audience::Unknown, 1));
    seat.wait_for_deadline();
    assert_eq!(
        (seat.audience(), seat.problem()),
        (Audience::Unknown, Some(FaultCode::NotConfirmed))
    );
    assert_eq!(seat.reads, 2);
    assert_eq!(
        seat.wake,
        Some(seat.now.plus(10_000)),
        "asked again later, not at once"
    );
    seat.wait_for_deadline();
    assert_eq!(seat.reads, 3);
    seat.act(CallAct::SwitchToListenIn).unwrap();
    seat.refuse("SwitchToListenIn", StatusCode::InvalidForState, None);
    seat.read_own(
        &own_device(&monitoring("Coach", "AllCalls", "Agent", ANA)),
        &[coached("Established")],
    );
    assert_eq!((seat.audience(), seat.wake), (Audience::AgentOnly, None));
}

#[test]
fn a_double_click_switches_once() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.act(CallAct::SwitchToBargeIn).unwrap();
    let before = seat.view();
    assert_eq!(seat.act(CallAct::SwitchToBargeIn), Err(FaultCode::AlreadyAsked));
    assert_eq!(seat.view(), before);
    assert_eq!(seat.wire(), ["SwitchToBargeIn"]);
}

#[test]
fn the_end_of_the_call_ends_the_switch() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.act(CallAct::SwitchToBargeIn).unwrap();
    seat.call(&coached("Released"));
    assert_eq!(
        (seat.phase(), seat.audience(), seat.wake),
        (Phase::Armed, Audience::Nobody, None)
    );
    let mut next = coached("Established");
    next["id"] = json!("C2");
    seat.call(&next);
    assert_eq!(
        seat.audience(),
        Audience::AgentOnly,
        "the next call begins as set up"
    );
}

#[test]
fn an_operation_that_gets_no_answer_says_so() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.act(CallAct::Hold).unwrap();
    seat.lose_reply("Hold");
    assert_eq!((seat.problem(), seat.reads), (Some(FaultCode::TimedOut), 1));
}

#[test]
fn a_muted_agent_is_shown() {
    let mut seat = Seat::live(Mode::AllCalls);
    let mut call = coached("Established");
    call["monitoredUserMuted"] = json!(true);
    seat.call(&call);
    assert!(seat.view().calls[0].agent_muted);
}

#[test]
fn what_happened_keeps_the_act_of_its_time() {
    let mut seat = Seat::live(Mode::NextCall);
    seat.act(CallAct::SwitchToBargeIn).unwrap();
    seat.call(&barged());
    let acts: Vec<_> = seat
        .coaching()
        .steps
        .iter()
        .map(|step| (step.kind, step.act))
        .collect();
    assert!(acts.contains(&(StepKind::Armed, Some(Act::Coach))), "{acts:?}");
    assert_eq!(acts.last(), Some(&(StepKind::Switched, Some(Act::BargeIn))));
    assert_eq!(
        seat.happenings.last().map(|happening| happening.act),
        Some(Some(Act::BargeIn))
    );
}
