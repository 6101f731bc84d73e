//! What is wanted of calls, beside what the server says: kept before it is sent, compared after everything, shown as drift,
//! asked for again on one key, and by itself only where the organisation allows it.

use desk::fault::{Fault, FaultCode};
use desk::input::{Agent, Input, Intent, Intents, LinkChange, Occurrence};
use desk::moment::Moment;
use desk::order::{Act, Command, Mode, Order, Scope};
use desk::rules::{Channel, ChannelRules, Rules};
use desk::view::{DriftCause, DriftLine, DriftState, Phase, StepKind};
use gws::StatusCode;
use serde_json::Value;

use crate::seat::{ANA, BO, Seat, agent, coach, coached, floor, monitor, monitoring, own_device};

fn stale() -> LinkChange {
    LinkChange::Stale(Fault::new(FaultCode::Unreachable, "No connection."))
}

fn again() -> Command {
    Command::Rearm {
        line: ana(),
        reason: None,
    }
}

fn ana() -> DriftLine {
    DriftLine {
        channel: Channel::Voice,
        agent_id: "ana".to_owned(),
    }
}

/// The floor with Ana in this state.
fn with_ana(state: &str) -> Vec<Agent> {
    let mut agents = floor();
    agents[0] = agent("ana", "Ana Núñez", "6001", ANA, state);
    agents
}

fn intent(mode: Option<Mode>) -> Intents {
    Intents {
        voice: Some(Intent {
            order: Order {
                agent_id: "ana".to_owned(),
                act: Act::Coach,
                mode,
                scope: None,
                phone_number: None,
                reason: Some("new here".to_owned()),
            },
            agent_name: "Ana Núñez".to_owned(),
            asked: Moment(7),
        }),
        written: Vec::new(),
    }
}

fn automatic() -> Rules {
    Rules {
        rearm_voice: true,
        ..Rules::default()
    }
}

/// Whom the last kept intent is about.
fn kept(seat: &Seat) -> Option<&str> {
    let (intents, _) = seat.kept.last()?;
    Some(intents.voice.as_ref()?.order.agent_id.as_str())
}

/// The link is lost, and when it is found again this is what the server says.
fn comes_back(seat: &mut Seat, monitoring: &Value) {
    seat.link(stale());
    seat.link(LinkChange::Recovering);
    seat.read_own(&own_device(monitoring), &[]);
    seat.link(LinkChange::Live);
}

#[test]
fn what_is_asked_is_kept_before_it_is_sent() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    assert_eq!(kept(&seat), Some("ana"));
    assert_eq!(seat.kept[0].1, 0, "no request was before it");
    assert_eq!(seat.wire(), ["Coach"]);
    assert!(seat.view().drift.is_empty(), "it was only just asked");
}

#[test]
fn the_next_target_takes_the_place_of_the_one_before() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.order(coach("bo")).unwrap();
    assert_eq!(kept(&seat), Some("bo"));
    assert_eq!(seat.kept.last().map(|(_, calls)| *calls), Some(0));
    assert!(seat.view().drift.is_empty());
}

#[test]
fn stopping_ends_the_wish_and_so_does_cancelling() {
    for command in [Command::Stop, Command::CancelMonitoring] {
        let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
        seat.order(command).unwrap();
        assert_eq!(kept(&seat), None);
        seat.accept("CancelSupervisorMonitoring");
        seat.device(&Value::Null);
        assert_eq!(seat.phase(), Phase::Idle);
        assert!(seat.view().drift.is_empty());
    }
}

#[test]
fn the_one_call_uses_the_wish_up() {
    let seat = Seat::live(Mode::NextCall);
    assert_eq!(kept(&seat), None, "the one call is here");
    assert!(seat.view().drift.is_empty());

    // It rang and nobody picked up: that was the one call too.
    let mut seat = Seat::armed(Mode::NextCall, Scope::Agent);
    seat.call(&coached("Ringing"));
    seat.call(&coached("Released"));
    seat.device(&Value::Null);
    assert_eq!((seat.phase(), kept(&seat)), (Phase::Idle, None));

    let seat = Seat::live(Mode::AllCalls);
    assert_eq!(kept(&seat), Some("ana"), "more calls are wanted");
}

#[test]
fn a_refusal_of_what_never_was_armed_is_no_loss() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.refuse("Coach", StatusCode::NotPermitted, None);
    assert_eq!(kept(&seat), None);
    assert!(seat.view().drift.is_empty());
}

#[test]
fn what_the_server_ends_is_drift_until_it_is_asked_again_or_let_go() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.wire();
    seat.device(&Value::Null);
    assert_eq!(seat.cause(), Some(DriftCause::Ended));
    assert!(seat.wire().is_empty(), "never silently");
    seat.order(again()).unwrap();
    assert_eq!(seat.wire(), ["Coach"]);
    assert!(seat.view().drift.is_empty());
    assert_eq!(seat.coaching().mode, Some(Mode::AllCalls), "as it was given");

    seat.later(10_000);
    seat.handle(Input::Tick);
    assert_eq!(seat.cause(), Some(DriftCause::NotConfirmed));
    seat.order(Command::LetGo { line: ana() }).unwrap();
    assert!(seat.view().drift.is_empty());
    assert_eq!(kept(&seat), None);
}

#[test]
fn the_roster_explains_a_loss_by_the_agent_who_logged_out() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.device(&Value::Null);
    seat.read_floor(with_ana("LoggedOut"), &[]);
    let drift = seat.drift();
    assert_eq!(drift.cause, Some(DriftCause::AgentLoggedOut));
    let blocked = drift.blocked.expect("nothing to aim at");
    assert_eq!(blocked.code, FaultCode::AgentLoggedOut);
    assert_eq!(seat.order(again()), Err(FaultCode::AgentLoggedOut));
    seat.read_floor(with_ana("Ready"), &[]);
    let drift = seat.drift();
    assert_eq!(drift.cause, Some(DriftCause::AgentLoggedOut));
    assert_eq!(drift.blocked, None);
    seat.order(again()).unwrap();
    assert!(seat.view().drift.is_empty());
}

#[test]
fn what_the_server_forgot_while_the_link_was_lost_is_drift() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.link(stale());
    assert!(seat.view().drift.is_empty(), "nobody knows yet");
    seat.link(LinkChange::Recovering);
    seat.read_own(&own_device(&Value::Null), &[]);
    seat.link(LinkChange::Live);
    assert_eq!(seat.cause(), Some(DriftCause::ServerForgot));

    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    comes_back(&mut seat, &monitoring("Coach", "AllCalls", "Agent", ANA));
    assert!(seat.view().drift.is_empty(), "it held");
}

#[test]
fn after_a_restart_the_difference_is_shown_and_nothing_is_sent() {
    let mut seat = Seat::signed_in();
    seat.handle(Input::IntentsFound(intent(None)));
    let drift = seat.drift();
    assert_eq!(
        (drift.cause, drift.state, drift.asked),
        (Some(DriftCause::Restarted), DriftState::Drifted, Moment(7))
    );
    seat.read_roster(&[]);
    assert!(seat.wire().is_empty(), "never silently");
    assert!(seat.kept.is_empty(), "the disk has it already");
    seat.order(Command::RearmAll { reason: None }).unwrap();
    assert_eq!(seat.wire(), ["Coach"]);
    let asked = seat.happenings.last().expect("asked");
    assert_eq!(asked.reason.as_deref(), Some("new here"), "as it was given");
}

#[test]
fn what_survived_a_restart_on_the_server_is_no_drift() {
    let mut seat = Seat::at_the_door();
    seat.read_own(&own_device(&monitoring("Coach", "AllCalls", "Agent", ANA)), &[]);
    seat.link(LinkChange::Live);
    seat.handle(Input::IntentsFound(intent(None)));
    assert!(seat.view().drift.is_empty(), "nobody can name the agent yet");
    seat.read_roster(&[]);
    assert_eq!(seat.phase(), Phase::Armed);
    assert!(seat.view().drift.is_empty());
    seat.device(&monitoring("Coach", "AllCalls", "Agent", BO));
    assert_eq!(seat.cause(), Some(DriftCause::ArmedElsewhere));
}

#[test]
fn another_supervisor_has_the_agent() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    comes_back(&mut seat, &Value::Null);
    seat.order(Command::RearmAll { reason: None }).unwrap();
    seat.refuse("Coach", StatusCode::InUse, None);
    let drift = seat.drift();
    assert_eq!(drift.cause, Some(DriftCause::HeldByAnother));
    assert_eq!(drift.problem.map(|fault| fault.code), Some(FaultCode::AgentHeld));
    assert_eq!(kept(&seat), Some("ana"), "it stays wanted");
    seat.order(Command::DismissProblem).unwrap();
    assert_eq!(kept(&seat), None);
    assert!(seat.view().drift.is_empty());
}

#[test]
fn the_own_phone_that_was_logged_out_explains_it() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    let mut phone = own_device(&Value::Null);
    phone["userState"] = serde_json::json!({ "displayName": "Logged out", "state": "LoggedOut" });
    seat.push_device(&phone);
    assert_eq!(seat.cause(), Some(DriftCause::OwnPhone));
}

#[test]
fn the_one_call_may_have_been_while_nobody_watched() {
    let mut seat = Seat::armed_under(automatic(), Mode::NextCall, Scope::Agent);
    seat.wire();
    comes_back(&mut seat, &Value::Null);
    seat.read_roster(&[]);
    assert!(seat.drift().may_be_served);
    assert!(seat.wire().is_empty(), "a second call was not wanted");
}

#[test]
fn signing_out_ends_no_wish() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.kept.clear();
    seat.link(LinkChange::SignedOut(None));
    assert!(seat.kept.is_empty(), "the disk has it");
    assert!(seat.view().drift.is_empty());
}

#[test]
fn where_the_organisation_allows_it_sotto_asks_again_once_and_says_so() {
    let mut seat = Seat::armed_under(automatic(), Mode::AllCalls, Scope::Agent);
    seat.wire();
    comes_back(&mut seat, &Value::Null);
    assert!(seat.wire().is_empty(), "first the floor is looked at");
    seat.read_roster(&[]);
    assert_eq!(seat.sent.len(), 1);
    let asked = seat.happenings.last().expect("recorded");
    assert_eq!(asked.what, Occurrence::Step(StepKind::AskedByItself));
    assert_eq!(asked.reason.as_deref(), Some("Asked again by Sotto itself"));
    let drift = seat.drift();
    assert_eq!((drift.state, drift.cause), (DriftState::AskedByItself, None));
    seat.accept("Coach");
    let state = seat.drift().state;
    assert_eq!(state, DriftState::AskedByItself, "accepted is not armed yet");
    let let_go = Command::LetGo { line: ana() };
    assert_eq!(
        seat.order(let_go),
        Err(FaultCode::AlreadyAsked),
        "it is not lost any more"
    );
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    let drift = seat.drift();
    assert_eq!((drift.state, drift.cause), (DriftState::ArmedByItself, None));
    seat.order(Command::Noted { line: ana() }).unwrap();
    assert!(seat.view().drift.is_empty());

    // It is lost again at once: somebody may want it so.
    assert_eq!(seat.phase(), Phase::Armed);
    seat.sent.clear();
    seat.later(1_000);
    seat.device(&Value::Null);
    seat.read_roster(&[]);
    assert!(seat.wire().is_empty());
    assert_eq!(seat.drift().state, DriftState::Drifted);
}

#[test]
fn what_the_supervisor_asks_for_again_is_not_said_to_be_sottos() {
    let mut seat = Seat::armed_under(automatic(), Mode::AllCalls, Scope::Agent);
    comes_back(&mut seat, &Value::Null);
    seat.read_roster(&[]);
    seat.accept("Coach");
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    assert_eq!(seat.drift().state, DriftState::ArmedByItself);
    // Lost again before anybody has seen it, and so soon that it is left to the key.
    seat.later(1_000);
    seat.device(&Value::Null);
    seat.read_roster(&[]);
    assert_eq!(seat.drift().state, DriftState::Drifted);
    seat.order(again()).unwrap();
    seat.accept("Coach");
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    assert_eq!(seat.phase(), Phase::Armed);
    assert!(seat.view().drift.is_empty(), "it holds, and who asked knows it");
}

#[test]
fn by_itself_it_waits_for_the_agent_to_come_back_and_asks_again_each_time() {
    let mut seat = Seat::armed_under(automatic(), Mode::AllCalls, Scope::Agent);
    seat.wire();
    for _ in 0..2 {
        seat.later(1_000);
        seat.device(&Value::Null);
        seat.read_floor(with_ana("LoggedOut"), &[]);
        assert!(seat.wire().is_empty());
        seat.read_floor(with_ana("Ready"), &[]);
        assert_eq!(seat.wire().as_slice(), ["Coach"]);
        seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
        assert_eq!(seat.phase(), Phase::Armed);
    }
}

#[test]
fn by_itself_it_neither_fights_a_refusal_nor_another_client() {
    let mut seat = Seat::armed_under(automatic(), Mode::AllCalls, Scope::Agent);
    seat.wire();
    comes_back(&mut seat, &Value::Null);
    seat.read_roster(&[]);
    seat.refuse("Coach", StatusCode::InUse, None);
    for _ in 0..5 {
        seat.later(40_000);
        seat.read_roster(&[]);
    }
    assert!(seat.wire().is_empty());
    assert_eq!(seat.cause(), Some(DriftCause::HeldByAnother));

    let mut seat = Seat::armed_under(automatic(), Mode::AllCalls, Scope::Agent);
    seat.wire();
    seat.device(&monitoring("Coach", "AllCalls", "Agent", BO));
    seat.read_roster(&[]);
    assert!(seat.wire().is_empty());
}

#[test]
fn by_itself_it_leaves_what_ended_without_a_word_to_the_key() {
    let mut seat = Seat::armed_under(automatic(), Mode::AllCalls, Scope::Agent);
    seat.wire();
    seat.device(&Value::Null);
    seat.later(1_000);
    seat.read_roster(&[]);
    assert!(
        seat.wire().is_empty(),
        "it may have been the supervisor, at another client"
    );
    assert_eq!(seat.cause(), Some(DriftCause::Ended));
    // That the agent goes home later and comes back does not change who ended it.
    seat.read_floor(with_ana("LoggedOut"), &[]);
    seat.read_floor(with_ana("Ready"), &[]);
    assert!(seat.wire().is_empty());
    seat.order(again()).unwrap();
    assert_eq!(seat.wire(), ["Coach"]);
}

#[test]
fn by_itself_it_asks_for_nothing_once_the_supervisor_leaves() {
    let mut seat = Seat::armed_under(automatic(), Mode::AllCalls, Scope::Agent);
    seat.wire();
    comes_back(&mut seat, &Value::Null);
    seat.handle(Input::Leaving);
    seat.read_roster(&[]);
    assert!(seat.wire().is_empty());
    assert_eq!(seat.drift().state, DriftState::Drifted);
    assert_eq!(kept(&seat), Some("ana"), "leaving takes nothing back");
}

#[test]
fn a_line_names_the_agent_it_is_about() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.device(&Value::Null);
    let bo = DriftLine {
        channel: Channel::Voice,
        agent_id: "bo".to_owned(),
    };
    let again = Command::Rearm {
        line: bo.clone(),
        reason: None,
    };
    assert_eq!(seat.order(again), Err(FaultCode::AlreadyAsked));
    seat.order(Command::LetGo { line: bo }).unwrap();
    assert_eq!(kept(&seat), Some("ana"));
}

fn only(allowed: &[Act], reasons: &[Act]) -> Rules {
    let channel = ChannelRules {
        allowed: allowed.iter().copied().collect(),
        reasons: reasons.iter().copied().collect(),
    };
    Rules {
        voice: channel.clone(),
        sms: channel.clone(),
        chat: channel,
        ..Rules::default()
    }
}

#[test]
fn what_the_organisation_forbids_is_not_sent() {
    let mut seat = Seat::signed_in_under(only(&[Act::Coach], &[]));
    let listen = monitor("ana", Act::ListenIn, None, None);
    assert_eq!(seat.order(listen), Err(FaultCode::ManagedByOrganisation));
    assert!(seat.kept.is_empty());
    seat.order(coach("ana")).unwrap();
    assert_eq!(seat.wire(), ["Coach"]);
    let rules = seat.view().rules;
    assert_eq!(rules.voice.allowed, [Act::Coach].into());
}

#[test]
fn switching_during_a_call_leads_to_an_act_that_has_to_be_allowed() {
    use desk::order::CallAct::{SwitchToBargeIn, SwitchToListenIn};
    let mut seat = Seat::armed_under(
        only(&[Act::Coach, Act::ListenIn], &[]),
        Mode::AllCalls,
        Scope::Agent,
    );
    seat.call(&coached("Ringing"));
    seat.call(&coached("Established"));
    seat.wire();
    assert_eq!(seat.act(SwitchToBargeIn), Err(FaultCode::ManagedByOrganisation));
    assert!(seat.wire().is_empty());
    seat.act(SwitchToListenIn).unwrap();
    assert_eq!(seat.wire(), ["SwitchToListenIn"]);
}

#[test]
fn a_reason_that_is_wanted_goes_into_the_journal() {
    use desk::order::CallAct::SwitchToBargeIn;
    let rules = only(&[Act::Coach, Act::BargeIn], &[Act::BargeIn]);
    let mut seat = Seat::armed_under(rules, Mode::AllCalls, Scope::Agent);
    seat.call(&coached("Ringing"));
    seat.call(&coached("Established"));
    assert_eq!(seat.act(SwitchToBargeIn), Err(FaultCode::ReasonMissing));
    seat.order(Command::Call {
        call_id: "C1".to_owned(),
        act: SwitchToBargeIn,
        reason: Some("  the customer\nshouts ".to_owned()),
    })
    .unwrap();
    let mut call = coached("Established");
    call["supervisorMonitoringState"] = serde_json::json!({ "state": "BargeIn" });
    call["capabilities"] = serde_json::json!(["Hangup", "SwitchToListenIn"]);
    seat.call(&call);
    let switched = seat.happenings.last().expect("switched");
    assert_eq!(switched.what, Occurrence::Step(StepKind::Switched));
    assert_eq!(switched.reason.as_deref(), Some("the customer shouts"));
}

#[test]
fn an_intent_the_organisation_forbids_by_now_is_shown_and_not_sent() {
    let mut rules = only(&[Act::ListenIn], &[]);
    rules.rearm_voice = true;
    let mut seat = Seat::signed_in_under(rules);
    seat.handle(Input::IntentsFound(intent(None)));
    seat.read_roster(&[]);
    let blocked = seat.drift().blocked.expect("forbidden");
    assert_eq!(blocked.code, FaultCode::ManagedByOrganisation);
    let again = seat.order(Command::RearmAll { reason: None });
    assert_eq!(again, Err(FaultCode::ManagedByOrganisation));
    assert!(seat.wire().is_empty());
    seat.order(Command::LetGo { line: ana() }).unwrap();
    assert!(seat.view().drift.is_empty());
}

#[test]
fn a_reason_that_is_wanted_by_now_can_be_given_with_the_key() {
    let mut seat = Seat::signed_in_under(only(&Act::ALL, &[Act::Coach]));
    let mut found = intent(None);
    found.voice.as_mut().unwrap().order.reason = None;
    seat.handle(Input::IntentsFound(found));
    assert_eq!(seat.order(again()), Err(FaultCode::ReasonMissing));
    let reason = Some("new here".to_owned());
    seat.order(Command::RearmAll { reason }).unwrap();
    assert_eq!(seat.wire(), ["Coach"]);
}
