//! From the agent's call to its end.

use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::input::Occurrence;
use desk::order::{Act, Mode, Scope};
use desk::view::{Phase, StateKind, StepKind};
use serde_json::{Value, json};

use crate::seat::{ANA, Seat, coach, coached, floor, monitor, monitoring, ordinary, own_device};

#[test]
fn the_next_call_from_ringing_to_the_end() {
    let mut seat = Seat::armed(Mode::NextCall, Scope::Agent);
    seat.call(&coached("Ringing"));
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Offered, Audience::Nobody)
    );
    seat.later(2_500);
    seat.call(&coached("Established"));
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Live, Audience::AgentOnly)
    );
    assert_eq!(seat.took(StepKind::Live), Some(2_500));
    assert_eq!(seat.coaching().call_id.as_deref(), Some("C1"));
    assert!(seat.view().calls[0].supervised);
    seat.call(&coached("Released"));
    assert_eq!(seat.phase(), Phase::Armed, "the phone still says so");
    seat.device(&Value::Null);
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Idle, None),
        "served, not lost"
    );
    assert_eq!(seat.audience(), Audience::Nobody);
}

#[test]
fn all_calls_goes_back_to_armed_and_takes_the_next_one() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.call(&coached("Released"));
    assert_eq!((seat.phase(), seat.audience()), (Phase::Armed, Audience::Nobody));
    let mut second = coached("Ringing");
    second["id"] = json!("C2");
    seat.call(&second);
    assert_eq!(
        (seat.phase(), seat.coaching().call_id.as_deref()),
        (Phase::Offered, Some("C2"))
    );
    let armed = seat.steps().into_iter().filter(|step| *step == StepKind::Armed);
    assert_eq!(armed.count(), 1, "it was armed once");
}

#[test]
fn monitoring_that_ends_when_the_one_call_begins_keeps_it_live() {
    let mut seat = Seat::armed(Mode::NextCall, Scope::Agent);
    seat.call(&coached("Ringing"));
    seat.device(&Value::Null);
    assert_eq!(seat.phase(), Phase::Offered);
    seat.call(&coached("Established"));
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Live, Audience::AgentOnly)
    );
    seat.call(&coached("Released"));
    assert_eq!((seat.phase(), seat.problem()), (Phase::Idle, None));
}

#[test]
fn a_missed_call_leaves_it_armed() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.call(&coached("Ringing"));
    seat.call(&coached("Released"));
    assert_eq!(seat.phase(), Phase::Armed);
    assert_eq!(seat.steps().last(), Some(&StepKind::CallEnded));
}

#[test]
fn the_server_drops_the_monitoring_during_a_call() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.device(&Value::Null);
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Live, Audience::AgentOnly)
    );
    seat.call(&coached("Released"));
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Lost, Some(FaultCode::Dropped))
    );
}

#[test]
fn monitoring_of_one_call_that_ends_before_the_call_came_is_lost() {
    let mut seat = Seat::armed(Mode::NextCall, Scope::Agent);
    seat.device(&Value::Null);
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Lost, Some(FaultCode::Dropped))
    );
}

#[test]
fn barging_in_joins_at_once_even_before_the_phone_confirms() {
    let mut seat = Seat::signed_in();
    seat.order(monitor("ana", Act::BargeIn, None, None)).unwrap();
    seat.later(50);
    let mut call = ordinary("C1", "Established", &["6001", "15551230000"]);
    call["capabilities"] = json!(["Hangup", "SwitchToListenIn"]);
    seat.call(&call);
    assert_eq!((seat.phase(), seat.audience()), (Phase::Live, Audience::Everyone));
    seat.later(50);
    seat.device(&monitoring("BargeIn", "AllCalls", "Call", ANA));
    assert_eq!(seat.took(StepKind::Armed), Some(100));
    call["state"] = json!("Released");
    seat.call(&call);
    assert_eq!(seat.phase(), Phase::Armed);
}

#[test]
fn a_call_that_only_names_the_agent_is_ordinary_until_the_phone_confirms() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    let mut call = ordinary("C1", "Established", &["6001", "15551230000"]);
    call.as_object_mut().unwrap().remove("capabilities");
    seat.call(&call);
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Requested, Audience::Everyone)
    );
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Live, Audience::AgentOnly)
    );
}

#[test]
fn a_call_that_was_never_armed_settles_the_request_when_it_ends() {
    let mut seat = Seat::signed_in();
    seat.order(monitor("ana", Act::BargeIn, Some(Mode::NextCall), None))
        .unwrap();
    let mut call = coached("Established");
    call["supervisorMonitoringState"] = json!({ "state": "BargeIn" });
    call["capabilities"] = json!(["Hangup", "SwitchToListenIn"]);
    seat.call(&call);
    assert_eq!((seat.phase(), seat.audience()), (Phase::Live, Audience::Everyone));
    seat.call(&coached("Released"));
    assert_eq!((seat.phase(), seat.problem()), (Phase::Idle, None));
}

#[test]
fn following_the_customer_the_agent_leaves_and_the_call_stays_supervised() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Call);
    seat.call(&coached("Established"));
    let mut transferred = coached("Established");
    transferred["participants"] = json!(["6009", "15551230000"]);
    seat.call(&transferred);
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Live, Audience::AgentOnly)
    );
    let mut silent = ordinary("C1", "Established", &["6009", "15551230000"]);
    silent["mute"] = Value::Null;
    seat.call(&silent);
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Live, Audience::Unknown),
        "nobody says how any more"
    );
    assert!(seat.view().calls[0].supervised);
}

#[test]
fn both_old_forms_of_the_parties_are_known_again() {
    let plain = json!({ "id": "C1", "state": "Established", "participants": ["6001", "15551230000"] });
    let with_info = json!({
        "id": "C1", "state": "Established", "participants": ["x", "y"],
        "participantsInfo": [{ "digits": "6001" }, { "e164Number": "15551230000" }],
    });
    for call in [plain, with_info] {
        let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
        seat.call(&call);
        assert_eq!(
            (seat.phase(), seat.audience()),
            (Phase::Live, Audience::AgentOnly),
            "{call}"
        );
    }
}

#[test]
fn a_call_that_contradicts_itself_is_hot() {
    let contradictions = [
        json!({ "mute": "On" }),
        json!({ "capabilities": ["Hangup", "SwitchToListenIn"] }),
        json!({ "supervisorMonitoringState": { "state": "Hover" } }),
        json!({ "supervisorMonitoringState": {} }),
        json!({ "supervisorMonitoringState": { "state": "BargeIn" }, "mute": "On" }),
    ];
    for odd in contradictions {
        let mut seat = Seat::live(Mode::AllCalls);
        let mut call = coached("Established");
        call.as_object_mut()
            .unwrap()
            .extend(odd.as_object().unwrap().clone());
        seat.call(&call);
        assert_eq!(
            (seat.phase(), seat.audience()),
            (Phase::Live, Audience::Unknown),
            "{odd}"
        );
    }
}

#[test]
fn a_phone_that_is_set_to_something_else_casts_doubt_on_a_call_that_does_not_say() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.call(&json!({ "id": "C1", "state": "Established", "participants": ["6001", "155"] }));
    assert_eq!(seat.audience(), Audience::AgentOnly);
    seat.device(&monitoring("BargeIn", "AllCalls", "Call", ANA));
    assert_eq!(seat.audience(), Audience::Unknown);
}

#[test]
fn listening_is_heard_by_nobody() {
    let mut seat = Seat::signed_in();
    seat.order(monitor("ana", Act::ListenIn, None, None)).unwrap();
    seat.device(&monitoring("ListenIn", "AllCalls", "Call", ANA));
    let mut call = coached("Established");
    call["supervisorMonitoringState"] = json!({ "state": "ListenIn" });
    call["capabilities"] = json!(["Hangup", "SwitchToBargeIn"]);
    call["mute"] = json!("On");
    seat.call(&call);
    assert_eq!((seat.phase(), seat.audience()), (Phase::Live, Audience::Nobody));
}

#[test]
fn a_call_found_after_a_restart_is_live_though_nobody_asked_here() {
    let mut seat = Seat::at_the_door();
    seat.read_own(&own_device(&Value::Null), &[coached("Established")]);
    seat.link(desk::input::LinkChange::Live);
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Live, Audience::AgentOnly)
    );
    assert!(seat.coaching().can_stop);
    let live = seat
        .happenings
        .iter()
        .find(|entry| entry.what == Occurrence::Step(StepKind::Live));
    assert_eq!(
        live.and_then(|entry| entry.act),
        Some(Act::Coach),
        "the journal has it"
    );
    seat.read_floor(floor(), &[]);
    assert_eq!(seat.coaching().agent_name.as_deref(), Some("Ana Núñez"));
}

#[test]
fn two_agents_in_a_call_that_was_found_are_not_guessed_from() {
    let mut seat = Seat::at_the_door();
    let mut call = coached("Established");
    call["participants"] = json!([{ "phoneNumber": "6001" }, { "phoneNumber": "6002" }]);
    seat.read_own(&own_device(&Value::Null), &[call]);
    seat.link(desk::input::LinkChange::Live);
    seat.read_floor(floor(), &[]);
    assert_eq!(seat.coaching().agent_name.as_deref(), Some("an agent"));
}

#[test]
fn a_call_without_a_state_is_open_and_hot() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.call(&json!({ "id": "C1", "participants": [7, "6002"] }));
    assert_eq!(seat.audience(), Audience::Unknown);
}

#[test]
fn the_confirmation_on_screen_is_as_old_as_the_servers_last_word() {
    let mut seat = Seat::live(Mode::AllCalls);
    let said = seat.now;
    seat.later(3_000);
    seat.handle(desk::input::Input::Tick);
    assert_eq!(seat.coaching().confirmed, Some(said));
    seat.call(&coached("Established"));
    assert_eq!(seat.coaching().confirmed, Some(seat.now));
}

#[test]
fn our_own_call_tells_that_the_agent_is_on_a_call_until_the_agent_leaves_it() {
    let mut seat = Seat::armed(Mode::NextCall, Scope::Call);
    seat.call(&coached("Ringing"));
    assert_eq!(seat.row("ana").state.kind, StateKind::Ready, "it only rings here");
    seat.call(&coached("Established"));
    let row = seat.row("ana");
    assert_eq!(
        (row.state.kind, row.state.label.as_str()),
        (StateKind::OnCall, "On a call")
    );
    assert_ne!(seat.row("bo").state.kind, StateKind::OnCall);
    let mut transferred = coached("Established");
    transferred["participants"] = json!([{ "phoneNumber": "6002" }, { "phoneNumber": "15551230000" }]);
    seat.call(&transferred);
    assert_eq!(
        seat.row("ana").state.kind,
        StateKind::Ready,
        "the call goes on without Ana"
    );
}
