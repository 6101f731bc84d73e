//! What cannot be done is refused in words, sends nothing and changes nothing.

use desk::fault::{Fault, FaultCode};
use desk::input::{Effect, Input, LinkChange, RosterReading};
use desk::order::{Act, CallAct, Command, Mode, Order, OwnState, Scope};
use desk::view::{Phase, RosterSource};
use gws::Operation;
use serde_json::{Value, json};

use crate::seat::{ANA, OWN, Seat, coach, coached, monitor, monitoring, own_device};

fn refused(seat: &mut Seat, command: Command) -> FaultCode {
    let before = seat.view();
    let requests = seat.sent.len();
    let code = seat.order(command).expect_err("a refusal");
    assert_eq!((seat.view(), seat.sent.len()), (before, requests));
    code
}

#[test]
fn coach_goes_out_as_the_seed_prints_it() {
    let mut seat = Seat::signed_in();
    let effects = seat.desk.order(coach("ana"), seat.now).unwrap();
    let request = effects.iter().find_map(|effect| match effect {
        Effect::Call { operation, .. } => Some(operation.request()),
        _ => None,
    });
    let request = request.unwrap();
    assert_eq!(request.path, format!("/me/devices/{OWN}"));
    let uri = format!("http://localhost:8080/api/v2/devices/{ANA}");
    assert_eq!(
        request.body,
        Some(json!({ "operationName": "Coach", "targetDeviceUri": uri }))
    );
    assert!(
        matches!(effects[0], Effect::Record(_)),
        "written down before anything is seen"
    );
}

#[test]
fn a_double_click_asks_once() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    assert_eq!(refused(&mut seat, coach("ana")), FaultCode::AlreadyAsked);
    assert_eq!(refused(&mut seat, coach("bo")), FaultCode::AlreadyAsked);
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    assert_eq!(
        refused(&mut seat, coach("ana")),
        FaultCode::AlreadyAsked,
        "the server chose its defaults"
    );
    let spelt_out = monitor("ana", Act::Coach, Some(Mode::AllCalls), Some(Scope::Call));
    assert_eq!(refused(&mut seat, spelt_out), FaultCode::AlreadyAsked);
    seat.order(monitor("ana", Act::Coach, Some(Mode::NextCall), None))
        .unwrap();
    assert_eq!(seat.phase(), Phase::Stopping, "another mode is another order");
}

#[test]
fn a_double_stop_stops_once() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.order(Command::Stop).unwrap();
    assert_eq!(refused(&mut seat, Command::Stop), FaultCode::AlreadyAsked);
    assert_eq!(
        refused(&mut seat, Command::CancelMonitoring),
        FaultCode::AlreadyAsked
    );
    assert_eq!(refused(&mut seat, coach("bo")), FaultCode::AlreadyAsked);
}

#[test]
fn nothing_is_asked_of_an_agent_who_cannot_be_coached() {
    let mut seat = Seat::signed_in();
    assert_eq!(refused(&mut seat, coach("nobody")), FaultCode::AgentGone);
    assert_eq!(refused(&mut seat, coach("cy")), FaultCode::AgentLoggedOut);
    assert_eq!(refused(&mut seat, coach("di")), FaultCode::AgentNoPhone);
    let mut off = crate::seat::agent("bo", "Bo Ek", "6002", "b0", "Ready");
    off.device = gws::decode(&json!({ "id": "b0", "deviceState": "Inactive", "phoneNumber": "6002" })).value;
    seat.handle(Input::Roster(RosterReading {
        source: RosterSource::Users,
        agents: vec![off],
        supervisors: Vec::new(),
    }));
    assert_eq!(refused(&mut seat, coach("bo")), FaultCode::AgentNoPhone);
    assert_eq!(
        refused(&mut seat, coach("ana")),
        FaultCode::AgentGone,
        "vanished between look and click"
    );
}

#[test]
fn an_agent_without_a_phone_can_be_coached_by_number() {
    let mut seat = Seat::signed_in();
    let order = Order {
        agent_id: "di".to_owned(),
        act: Act::Coach,
        mode: None,
        scope: None,
        phone_number: Some(" 7007 ".to_owned()),
        reason: None,
    };
    let effects = seat
        .desk
        .order(Command::Monitor { order: order.clone() }, seat.now)
        .unwrap();
    let bodies: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Call { operation, .. } => operation.request().body,
            _ => None,
        })
        .collect();
    assert_eq!(
        bodies,
        [json!({ "operationName": "Coach", "phoneNumber": "7007" })]
    );
    let empty = Order {
        phone_number: Some("  ".to_owned()),
        ..order
    };
    let mut seat = Seat::signed_in();
    assert_eq!(
        refused(&mut seat, Command::Monitor { order: empty }),
        FaultCode::AgentNoPhone
    );
}

#[test]
fn what_the_phone_does_not_list_is_not_sent() {
    let mut seat = Seat::signed_in();
    let mut poor = own_device(&Value::Null);
    poor["capabilities"] = json!(["ListenIn"]);
    seat.push_device(&poor);
    assert_eq!(refused(&mut seat, coach("ana")), FaultCode::NotOffered);
    assert_eq!(seat.view().me.acts, [Act::ListenIn]);
    let mut silent = own_device(&Value::Null);
    silent.as_object_mut().unwrap().remove("capabilities");
    seat.push_device(&silent);
    seat.order(coach("ana")).unwrap();
    assert_eq!(
        seat.wire(),
        ["Coach"],
        "a phone that lists nothing forbids nothing"
    );
}

#[test]
fn cancelling_needs_to_be_offered() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    let mut stuck = own_device(&monitoring("Coach", "AllCalls", "Agent", ANA));
    stuck["capabilities"] = json!(["Coach"]);
    seat.push_device(&stuck);
    assert_eq!(
        refused(&mut seat, Command::CancelMonitoring),
        FaultCode::NotOffered
    );
    assert_eq!(
        refused(&mut seat, coach("bo")),
        FaultCode::NotOffered,
        "it would need a cancel first"
    );
}

#[test]
fn what_the_call_does_not_list_is_not_sent() {
    let mut seat = Seat::live(Mode::AllCalls);
    for act in [CallAct::Answer, CallAct::Retrieve, CallAct::MuteMonitoredUser] {
        let command = Command::Call {
            call_id: "C1".to_owned(),
            act,
            reason: None,
        };
        assert_eq!(refused(&mut seat, command), FaultCode::NotOffered);
    }
    let gone = Command::Call {
        call_id: "C9".to_owned(),
        act: CallAct::Hangup,
        reason: None,
    };
    assert_eq!(refused(&mut seat, gone), FaultCode::CallGone);
    assert_eq!(refused(&mut seat, coach("bo")), FaultCode::StopFirst);
    seat.call(&coached("Released"));
    assert_eq!(seat.act(CallAct::Hangup), Err(FaultCode::CallGone));
}

#[test]
fn without_a_live_link_nothing_is_asked_but_a_problem_can_be_put_away() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.link(LinkChange::Stale(Fault::new(
        FaultCode::Unreachable,
        "No connection.",
    )));
    for command in [
        coach("bo"),
        Command::Stop,
        Command::CancelMonitoring,
        Command::SetState {
            state: OwnState::Ready,
        },
    ] {
        assert_eq!(refused(&mut seat, command), FaultCode::LinkDown);
    }
    seat.order(Command::DismissProblem).unwrap();
    assert_eq!(seat.phase(), Phase::Armed);
}

#[test]
fn nothing_to_stop_nothing_to_cancel() {
    let mut seat = Seat::signed_in();
    assert_eq!(refused(&mut seat, Command::Stop), FaultCode::AlreadyAsked);
    assert_eq!(
        refused(&mut seat, Command::CancelMonitoring),
        FaultCode::AlreadyAsked
    );
}

#[test]
fn the_own_state_is_set_on_the_voice_channel_and_a_refusal_is_shown() {
    let mut seat = Seat::signed_in();
    assert_eq!(seat.view().me.states, [OwnState::Ready]);
    seat.order(Command::SetState {
        state: OwnState::Ready,
    })
    .unwrap();
    seat.refuse(
        "Ready",
        gws::StatusCode::InternalError,
        Some("Device '5005' is not registered."),
    );
    assert_eq!(
        (seat.problem(), seat.phase()),
        (Some(FaultCode::PhoneNotRegistered), Phase::Idle)
    );
    let mut out = own_device(&Value::Null);
    out["userState"] = json!({ "state": "LoggedOut", "displayName": "Offline" });
    seat.push_device(&out);
    assert_eq!(seat.view().me.states, [OwnState::LogIn]);
    let effects = seat
        .desk
        .order(
            Command::SetState {
                state: OwnState::LogIn,
            },
            seat.now,
        )
        .unwrap();
    assert!(effects.iter().any(|effect| matches!(effect,
        Effect::Call { operation: Operation::StartSession { device_path: Some(path), .. }, .. } if path.ends_with(OWN))));
}

#[test]
fn without_a_phone_nothing_can_be_asked() {
    let mut seat = Seat::at_the_door();
    seat.link(LinkChange::Live);
    seat.read_roster(&[]);
    assert_eq!(refused(&mut seat, coach("ana")), FaultCode::NoPhone);
    assert_eq!(
        refused(
            &mut seat,
            Command::SetState {
                state: OwnState::Ready
            }
        ),
        FaultCode::NoPhone
    );
    assert!(seat.view().me.states.is_empty() && seat.view().me.acts.is_empty());
}

#[test]
fn a_refusal_while_something_else_was_refused_is_shown_too() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.refuse("Coach", gws::StatusCode::InUse, None);
    seat.order(Command::SetState {
        state: OwnState::Ready,
    })
    .unwrap();
    seat.refuse("Ready", gws::StatusCode::NotPermitted, None);
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Refused, Some(FaultCode::Refused))
    );
}
