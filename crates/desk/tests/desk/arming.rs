//! From the order to Armed, and every way in which that can fail.

use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::input::Occurrence;
use desk::order::{Act, Command, Mode, Scope};
use desk::view::{Phase, StepKind, WhyNot};
use gws::StatusCode;
use gws::notification::topic;
use serde_json::{Value, json};

use crate::seat::{ANA, BO, OWN, Seat, coach, coached, floor, monitor, monitoring, own_device};

#[test]
fn an_accepted_request_is_only_requested_until_the_phone_says_so() {
    let mut seat = Seat::signed_in();
    seat.order(monitor(
        "ana",
        Act::Coach,
        Some(Mode::NextCall),
        Some(Scope::Agent),
    ))
    .unwrap();
    assert_eq!(seat.phase(), Phase::Requested);
    seat.later(40);
    seat.accept("Coach");
    assert_eq!(seat.phase(), Phase::Requested);
    assert_eq!(seat.audience(), Audience::Nobody);
    seat.later(60);
    seat.device(&monitoring("Coach", "NextCall", "Agent", ANA));
    assert_eq!(seat.phase(), Phase::Armed);
    assert_eq!(seat.took(StepKind::Accepted), Some(40));
    assert_eq!(seat.took(StepKind::Armed), Some(100));
    assert_eq!(seat.coaching().agent_name.as_deref(), Some("Ana Núñez"));
    assert_eq!(seat.row("ana").mine, Some(Phase::Armed));
}

#[test]
fn a_confirmation_that_overtakes_the_answer_costs_no_latency() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.later(30);
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    assert_eq!(seat.phase(), Phase::Armed);
    seat.later(20);
    seat.accept("Coach");
    assert_eq!(seat.phase(), Phase::Armed);
    assert_eq!(seat.took(StepKind::Armed), Some(30));
    assert_eq!(seat.took(StepKind::Accepted), Some(50));
}

#[test]
fn the_servers_word_fills_in_the_choices_that_were_left_to_it() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    assert_eq!((seat.coaching().mode, seat.coaching().scope), (None, None));
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    let shown = seat.coaching();
    assert_eq!(
        (shown.mode, shown.scope),
        (Some(Mode::AllCalls), Some(Scope::Call))
    );
    seat.device(&monitoring("Coach", "EveryOtherCall", "Call", ANA));
    assert_eq!(
        seat.coaching().mode,
        None,
        "a word nobody knows is not what was asked"
    );
}

#[test]
fn another_phone_or_another_topic_arms_nothing() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    let mut other = own_device(&monitoring("Coach", "AllCalls", "Call", ANA));
    other["id"] = json!("somebody-else");
    seat.push_device(&other);
    seat.push(
        topic::CHANNELS,
        &json!({ "messageType": "ChannelStateChangeMessageV2", "channels": [] }),
    );
    seat.push("/v2/me/tea", &json!({ "messageType": "TeaIsReady" }));
    assert_eq!(seat.phase(), Phase::Requested);
}

#[test]
fn the_last_entry_for_our_phone_counts() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    let entries = [
        own_device(&Value::Null),
        own_device(&monitoring("Coach", "AllCalls", "Call", ANA)),
    ];
    seat.push(
        topic::DEVICES,
        &json!({ "messageType": "DeviceStateChangeMessage", "devices": entries }),
    );
    assert_eq!(seat.phase(), Phase::Armed);
}

#[test]
fn monitoring_of_somebody_else_does_not_confirm_a_request() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.device(&monitoring("Coach", "AllCalls", "Call", BO));
    assert_eq!(seat.phase(), Phase::Requested);
    seat.device(&monitoring("ListenIn", "AllCalls", "Call", ANA));
    assert_eq!(seat.phase(), Phase::Requested);
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    assert_eq!(seat.phase(), Phase::Armed);
}

#[test]
fn an_old_server_confirms_with_a_plain_word() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    let mut device = own_device(&json!("Coach"));
    device["supervisorMonitoringMode"] = json!("NextCall");
    seat.push_device(&device);
    assert_eq!(seat.phase(), Phase::Armed);
    assert_eq!(seat.coaching().mode, Some(Mode::NextCall));
}

#[test]
fn a_second_supervisor_was_faster() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.refuse("Coach", StatusCode::InUse, None);
    assert_eq!(seat.phase(), Phase::Refused);
    assert_eq!(seat.problem(), Some(FaultCode::AgentHeld));
    assert_eq!(seat.row("ana").why_not, Some(WhyNot::Held));
    assert!(seat.coaching().again.is_some());
    let refused = seat.happenings.last().unwrap();
    assert_eq!(
        (refused.what, refused.code),
        (Occurrence::Step(StepKind::Refused), Some(FaultCode::AgentHeld))
    );
    seat.later(30_000);
    assert_eq!(seat.row("ana").why_not, None, "worth another try");
}

#[test]
fn a_refusal_speaks_in_the_servers_words_or_in_ours() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.refuse("Coach", StatusCode::InvalidForState, Some("Agent is in training"));
    assert!(
        seat.coaching()
            .problem
            .unwrap()
            .message
            .contains("Agent is in training")
    );
    seat.order(coach("ana")).unwrap();
    assert_eq!(seat.problem(), None, "a new order leaves the old problem behind");
    seat.refuse("Coach", StatusCode::InvalidForState, None);
    assert_eq!(seat.phase(), Phase::Refused);
    assert!(!seat.coaching().problem.unwrap().message.is_empty());
    seat.order(Command::DismissProblem).unwrap();
    assert_eq!((seat.phase(), seat.problem()), (Phase::Idle, None));
}

#[test]
fn an_agent_who_vanished_on_the_server_is_said_to_be_gone() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.refuse("Coach", StatusCode::NotFound, None);
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Refused, Some(FaultCode::AgentGone))
    );
}

#[test]
fn a_lost_answer_is_made_good_by_the_phone() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.lose_reply("Coach");
    assert_eq!((seat.phase(), seat.reads), (Phase::Requested, 1));
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    assert_eq!((seat.phase(), seat.problem()), (Phase::Armed, None));
}

#[test]
fn a_lost_answer_is_made_good_by_a_reading() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.lose_reply("Coach");
    seat.read_own(&own_device(&Value::Null), &[]);
    assert_eq!(seat.phase(), Phase::Requested, "it may still come");
    seat.read_own(&own_device(&monitoring("Coach", "AllCalls", "Call", ANA)), &[]);
    assert_eq!(seat.phase(), Phase::Armed);
}

#[test]
fn what_is_never_confirmed_is_lost_after_ten_seconds_and_may_still_come() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.accept("Coach");
    assert_eq!(seat.wake, Some(seat.now.plus(10_000)));
    seat.wait_for_deadline();
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Lost, Some(FaultCode::NotConfirmed))
    );
    assert_eq!((seat.reads, seat.wake), (1, None));
    assert!(seat.coaching().again.is_some());
    seat.later(5_000);
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    assert_eq!((seat.phase(), seat.problem()), (Phase::Armed, None));
    assert_eq!(seat.took(StepKind::Armed), Some(15_000));
}

#[test]
fn it_may_come_even_after_the_loss_was_read_away() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.wait_for_deadline();
    seat.order(Command::DismissProblem).unwrap();
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    assert_eq!(seat.phase(), Phase::Armed);
    assert_eq!(seat.coaching().agent_id.as_deref(), Some("ana"));
}

#[test]
fn a_late_refusal_explains_a_loss() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.wait_for_deadline();
    seat.refuse("Coach", StatusCode::InUse, None);
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Refused, Some(FaultCode::AgentHeld))
    );
    assert_eq!(seat.row("ana").why_not, Some(WhyNot::Held));
}

#[test]
fn an_error_that_comes_by_itself_refuses_what_was_accepted() {
    for (extra, words) in [
        (json!({}), "gave no reason"),
        (json!({ "errorMessage": "DN busy" }), "DN busy"),
    ] {
        let mut seat = Seat::signed_in();
        seat.order(coach("ana")).unwrap();
        seat.accept("Coach");
        let mut data = json!({ "messageType": "ErrorMessage", "devicePath": format!("/devices/{OWN}") });
        data.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        seat.push(topic::DEVICES, &data);
        assert_eq!(seat.phase(), Phase::Refused);
        assert!(seat.coaching().problem.unwrap().message.contains(words));
    }
}

#[test]
fn an_error_about_a_call_does_not_refuse_the_request() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.push(
        topic::CALLS,
        &json!({ "messageType": "ErrorMessage", "callPath": "/calls/C9" }),
    );
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Requested, Some(FaultCode::Refused))
    );
}

#[test]
fn an_error_while_armed_is_shown_and_changes_nothing() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.push(topic::DEVICES, &json!({ "messageType": "ErrorMessage" }));
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Armed, Some(FaultCode::Refused))
    );
}

#[test]
fn the_server_drops_the_monitoring() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    seat.device(&Value::Null);
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Lost, Some(FaultCode::Dropped))
    );
    let again = seat.coaching().again.unwrap();
    assert_eq!((again.agent_id.as_str(), again.act), ("ana", Act::Coach));
    assert_eq!(
        (again.mode, again.scope),
        (None, None),
        "the server's defaults stay the server's"
    );
    seat.wire();
    seat.order(Command::Monitor { order: again }).unwrap();
    assert_eq!(seat.wire(), ["Coach"]);
    assert_eq!(seat.phase(), Phase::Requested);
}

#[test]
fn the_own_phone_goes_off_the_switch() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    let gone = json!({ "id": OWN, "deviceState": "Inactive", "phoneNumber": "5005", "capabilities": [] });
    seat.push_device(&gone);
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Lost, Some(FaultCode::Dropped))
    );
    let me = seat.view().me;
    assert!(!me.phone.unwrap().registered);
    assert!(me.acts.is_empty() && me.state.is_none());
    assert_eq!(seat.row("bo").why_not, Some(WhyNot::NotOffered));
    assert_eq!(seat.order(coach("bo")), Err(FaultCode::PhoneNotRegistered));
    assert_eq!(seat.wire(), Vec::<String>::new());
}

#[test]
fn what_another_client_armed_is_taken_over() {
    let mut seat = Seat::signed_in();
    seat.device(&monitoring("ListenIn", "NextCall", "Call", BO));
    let shown = seat.coaching();
    assert_eq!(shown.phase, Phase::Armed);
    assert_eq!(shown.agent_id.as_deref(), Some("bo"));
    assert_eq!(
        (shown.act, shown.mode),
        (Some(Act::ListenIn), Some(Mode::NextCall))
    );
    assert_eq!(seat.steps(), [StepKind::Armed]);
    seat.device(&monitoring("ListenIn", "NextCall", "Call", BO));
    assert_eq!(seat.steps(), [StepKind::Armed], "the same word again is no news");
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    assert_eq!(
        seat.coaching().agent_id.as_deref(),
        Some("ana"),
        "changed behind our back"
    );
}

#[test]
fn what_was_armed_before_a_restart_is_taken_over_whatever_it_says() {
    let cases = [
        (monitoring("Hover", "AllCalls", "Call", ANA), Some("ana"), None),
        (
            monitoring("Coach", "AllCalls", "Call", "nobody-knows"),
            None,
            Some(Act::Coach),
        ),
        (json!({ "state": "Coach" }), None, Some(Act::Coach)),
        (json!({ "state": 7.5, "odd": true }), None, None),
        (json!({}), None, None),
    ];
    for (word, agent, act) in cases {
        let mut seat = Seat::at_the_door();
        seat.read_own(&own_device(&word), &[]);
        seat.link(desk::input::LinkChange::Live);
        seat.read_roster(&[]);
        let shown = seat.coaching();
        assert_eq!(shown.phase, Phase::Armed, "{word}");
        assert_eq!(shown.act, act, "{word}");
        assert_eq!(
            shown.agent_id.as_deref(),
            agent,
            "named when the roster came: {word}"
        );
        assert!(shown.agent_name.is_some());
        assert!(shown.can_stop);
    }
}

/// Found by seeds 70301, 1307, 1631 and 1964 of the fault simulation: it was called a call of the one asked for.
#[test]
fn a_call_of_the_former_target_is_not_taken_for_the_one_asked_for() {
    let mut seat = Seat::signed_in();
    seat.order(coach("bo")).unwrap();
    seat.call(&coached("Ringing"));
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Requested, Audience::Nobody)
    );
    seat.accept("Coach");
    seat.device(&monitoring("Coach", "AllCalls", "Agent", BO));
    seat.call(&coached("Established"));
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Armed, Audience::AgentOnly),
        "Ana's call says itself who hears"
    );
    seat.call(&coached("Released"));
    assert_eq!((seat.phase(), seat.audience()), (Phase::Armed, Audience::Nobody));
    let mut of_bo = coached("Ringing");
    of_bo["id"] = json!("C2");
    of_bo["participants"] = json!([{ "phoneNumber": "6002" }, { "phoneNumber": "15551230000" }]);
    seat.call(&of_bo);
    assert_eq!(seat.phase(), Phase::Offered);
}

/// Found by seed 81071: once the call was over, its agent's name stood for whomever the phone was armed for.
#[test]
fn an_agent_known_from_a_call_is_not_taken_for_the_one_the_phone_is_armed_for() {
    let mut seat = Seat::at_the_door();
    seat.read_own(&own_device(&Value::Null), &[coached("Established")]);
    seat.link(desk::input::LinkChange::Live);
    seat.read_floor(floor(), &[]);
    assert_eq!(seat.coaching().agent_id.as_deref(), Some("ana"));
    seat.device(&monitoring("Coach", "AllCalls", "Agent", BO));
    seat.call(&coached("Released"));
    assert_eq!(
        (seat.phase(), seat.coaching().agent_id.as_deref()),
        (Phase::Armed, Some("bo"))
    );
}

/// The same, where the phone was read before the roster: the call had gone on from one agent to another.
#[test]
fn whom_the_phone_is_armed_for_says_the_phone_and_not_who_is_in_the_call() {
    let mut seat = Seat::at_the_door();
    seat.call(&coached("Ringing"));
    let armed = monitoring("Coach", "AllCalls", "Call", BO);
    seat.read_own(&own_device(&armed), &[coached("Ringing")]);
    seat.link(desk::input::LinkChange::Live);
    seat.read_floor(floor(), &[]);
    assert_eq!(seat.coaching().agent_id.as_deref(), Some("bo"));
    seat.call(&coached("Released"));
    assert_eq!(
        (seat.phase(), seat.coaching().agent_id.as_deref()),
        (Phase::Armed, Some("bo"))
    );
}

/// Found by seed 102074: once the request was lost, the call was called its own.
#[test]
fn a_call_of_the_former_target_is_not_the_lost_ones_either() {
    let mut seat = Seat::signed_in();
    seat.order(coach("bo")).unwrap();
    seat.lose_reply("Coach");
    seat.call(&coached("Ringing"));
    assert_eq!(seat.phase(), Phase::Requested);
    seat.wait_for_deadline();
    assert_eq!(seat.phase(), Phase::Offered);
    assert_ne!(seat.coaching().agent_id.as_deref(), Some("bo"));
    let offered = seat
        .happenings
        .iter()
        .rfind(|entry| entry.what == Occurrence::Step(StepKind::Offered));
    assert_ne!(offered.unwrap().agent_id, "bo");
}

/// Found by seed 107456: a ring that was held back came after the word that the next one is armed.
#[test]
fn a_late_ring_of_the_former_target_is_not_the_next_ones() {
    let mut seat = Seat::signed_in();
    seat.order(coach("bo")).unwrap();
    seat.accept("Coach");
    seat.device(&monitoring("Coach", "AllCalls", "Agent", BO));
    seat.call(&coached("Ringing"));
    assert_eq!((seat.phase(), seat.audience()), (Phase::Armed, Audience::Nobody));
    seat.call(&coached("Established"));
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Armed, Audience::AgentOnly)
    );
}

/// Found by seed 201115: a call that the agent had handed on before the supervisor took it was never offered.
#[test]
fn a_call_that_was_handed_on_is_of_the_coaching_once_it_was_read() {
    let mut seat = Seat::signed_in();
    seat.order(coach("bo")).unwrap();
    seat.accept("Coach");
    let armed = monitoring("Coach", "AllCalls", "Call", BO);
    seat.device(&armed);
    let reads = seat.reads;
    seat.call(&coached("Ringing"));
    assert_eq!(
        (seat.phase(), seat.reads),
        (Phase::Armed, reads + 1),
        "only a reading tells"
    );
    seat.read_own(&own_device(&armed), &[coached("Ringing")]);
    assert_eq!(seat.phase(), Phase::Offered);
    assert_eq!(seat.coaching().agent_id.as_deref(), Some("bo"));
}
