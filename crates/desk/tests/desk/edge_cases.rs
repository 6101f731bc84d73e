//! The situations in which products of the field behave differently, one test for each: what Sotto does in it, in calls.
//! The ones of written sessions are in `written/edge_cases.rs`.

use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::input::Occurrence;
use desk::order::{Act, CallAct, Command, Mode, Scope};
use desk::view::{DriftCause, Phase, StateKind, StepKind};
use gws::StatusCode;
use gws::notification::topic;
use serde_json::{Value, json};

use crate::seat::{ANA, Seat, coach, coached, floor, monitor, monitoring, ordinary};

/// The roster says that Ana is on a call; nothing of it rings here.
fn ana_is_on_a_call(seat: &mut Seat) {
    let mut agents = floor();
    agents[0].on_call = Some(true);
    seat.read_floor(agents, &[]);
    assert_eq!(seat.row("ana").state.kind, StateKind::OnCall);
}

#[test]
fn agent_already_on_a_call_then_it_is_armed_and_the_switch_decides_when_we_join() {
    let mut seat = Seat::signed_in();
    ana_is_on_a_call(&mut seat);
    assert_eq!(seat.row("ana").why_not, None, "it can be asked for");
    seat.order(coach("ana")).unwrap();
    seat.accept("Coach");
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Armed, Audience::Nobody),
        "armed is not live, although the agent talks"
    );
    // Where the switch lets us in at once, the running call rings here; where it does not, the next one will.
    seat.call(&coached("Ringing"));
    seat.call(&coached("Established"));
    assert_eq!(seat.phase(), Phase::Live);
}

#[test]
fn agent_already_on_a_call_then_barging_in_may_enter_before_the_phone_says_anything() {
    let mut seat = Seat::signed_in();
    ana_is_on_a_call(&mut seat);
    seat.order(monitor("ana", Act::BargeIn, None, None)).unwrap();
    let mut call = coached("Established");
    call["supervisorMonitoringState"] = json!({ "state": "BargeIn" });
    call["capabilities"] = json!(["Hangup", "SwitchToListenIn"]);
    seat.call(&call);
    assert_eq!((seat.phase(), seat.audience()), (Phase::Live, Audience::Everyone));
}

#[test]
fn agent_transfers_then_with_scope_agent_we_leave_the_customer_and_stay_armed() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.call(&coached("Released"));
    assert_eq!((seat.phase(), seat.audience()), (Phase::Armed, Audience::Nobody));
    assert!(
        seat.view().drift.is_empty(),
        "the agent is still wanted and armed"
    );
}

#[test]
fn agent_transfers_then_with_scope_call_we_stay_with_the_customer_and_the_agent_is_shown_as_gone() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Call);
    seat.call(&coached("Ringing"));
    seat.call(&coached("Established"));
    assert_eq!(seat.row("ana").state.kind, StateKind::OnCall);
    let mut call = ordinary("C1", "Established", &["6002", "15551230000"]);
    call["supervisorMonitoringState"] = json!({ "state": "Coach" });
    seat.call(&call);
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Live, Audience::AgentOnly)
    );
    assert_ne!(seat.row("ana").state.kind, StateKind::OnCall);
}

#[test]
fn agent_holds_then_we_are_still_in_the_call_and_it_is_never_called_quieter() {
    // The agent's hold shows on the agent's side; our own call stays as it is, or is held along with it.
    for state in ["Established", "Held"] {
        let mut seat = Seat::live(Mode::AllCalls);
        seat.call(&coached(state));
        assert_eq!(
            (seat.phase(), seat.audience()),
            (Phase::Live, Audience::AgentOnly)
        );
    }
}

#[test]
fn agent_consults_then_silence_is_no_fault_and_a_consultation_that_reaches_us_counts() {
    // Not monitored: nothing comes, nothing is lost.
    let mut seat = Seat::live(Mode::AllCalls);
    ana_is_on_a_call(&mut seat);
    assert_eq!((seat.phase(), seat.problem()), (Phase::Live, None));
    // Monitored: a second call here, and whoever hears us in either counts.
    let mut consult = ordinary("C2", "Established", &["6001", "6002"]);
    consult["callType"] = json!("Consult");
    consult["supervisorMonitoringState"] = json!({ "state": "BargeIn" });
    seat.call(&consult);
    assert_eq!(seat.audience(), Audience::Everyone);
}

#[test]
fn two_supervisors_one_agent_then_the_second_is_told_who_has_the_agent_and_stays_in_line() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.refuse("Coach", StatusCode::InUse, None);
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Refused, Some(FaultCode::AgentHeld))
    );
    assert_eq!(seat.cause(), Some(DriftCause::HeldByAnother), "it stays wanted");
    seat.order(Command::RearmAll { reason: None }).unwrap();
    assert_eq!(seat.wire(), ["Coach"]);
}

#[test]
fn supervisor_state_is_not_needed_but_a_phone_is() {
    // The seat is not ready, as supervisors are who want no calls: coaching is armed all the same.
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    let state = seat.view().me.state.expect("a state");
    assert_eq!(state.kind, StateKind::NotReady);
    seat.order(Command::Stop).unwrap();
    seat.accept("CancelSupervisorMonitoring");
    let mut phone = crate::seat::own_device(&Value::Null);
    phone["deviceState"] = json!("Inactive");
    seat.push_device(&phone);
    assert_eq!(seat.order(coach("ana")), Err(FaultCode::PhoneNotRegistered));
}

#[test]
fn contact_opted_out_of_monitoring_then_all_calls_goes_on_with_the_next_call() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    ana_is_on_a_call(&mut seat);
    // Nothing rings here while the agent talks: that is no loss and no fault.
    seat.later(60_000);
    seat.handle(desk::input::Input::Tick);
    assert_eq!((seat.phase(), seat.problem()), (Phase::Armed, None));
    assert!(seat.view().drift.is_empty());
    seat.read_roster(&[]);
    seat.call(&coached("Ringing"));
    assert_eq!(seat.phase(), Phase::Offered);
}

#[test]
fn contact_opted_out_of_monitoring_then_an_end_of_the_one_call_is_shown() {
    let mut seat = Seat::armed(Mode::NextCall, Scope::Agent);
    seat.device(&Value::Null);
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Lost, Some(FaultCode::Dropped))
    );
    assert_eq!(seat.cause(), Some(DriftCause::Ended));
}

#[test]
fn agent_may_refuse_then_the_servers_word_is_shown_whenever_it_comes() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.accept("Coach");
    seat.push(
        topic::DEVICES,
        &json!({ "messageType": "ErrorMessage", "errorMessage": "Declined" }),
    );
    assert_eq!(seat.phase(), Phase::Refused);
    let problem = seat.coaching().problem.expect("the server's word");
    assert!(problem.message.contains("Declined"), "{problem}");
    assert_eq!(seat.audience(), Audience::Nobody);
}

#[test]
fn whether_a_whisper_is_recorded_is_not_known_so_nothing_says_that_it_is_not() {
    let seat = Seat::live(Mode::AllCalls);
    let shown = serde_json::to_string(&seat.view()).unwrap();
    assert!(!shown.to_lowercase().contains("record"), "{shown}");
}

#[test]
fn agent_replies_to_a_whisper_then_who_hears_us_is_still_only_the_agent() {
    // Who hears the agent is no matter of ours, and nothing is said of it: mute concerns the agent's microphone.
    let mut seat = Seat::live(Mode::AllCalls);
    let mut call = coached("Established");
    call["monitoredUserMuted"] = json!(true);
    seat.call(&call);
    assert_eq!(seat.audience(), Audience::AgentOnly);
}

#[test]
fn end_monitoring_cuts_at_once_and_hurts_only_our_own_leg() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.wire();
    seat.order(Command::Stop).unwrap();
    let mut wire = seat.wire();
    wire.sort();
    assert_eq!(wire, ["CancelSupervisorMonitoring", "Hangup"]);
    assert_eq!(seat.act(CallAct::MuteMonitoredUser), Err(FaultCode::NotOffered));
    seat.device(&Value::Null);
    seat.call(&coached("Released"));
    assert_eq!((seat.phase(), seat.audience()), (Phase::Idle, Audience::Nobody));
    let last = seat.happenings.last().expect("stopped");
    assert_eq!(last.what, Occurrence::Step(StepKind::Stopped));
}
