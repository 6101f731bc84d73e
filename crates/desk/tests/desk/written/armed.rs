//! Arming and cancelling: what is refused before the wire, what the server's answers mean, and how the channel is spelt.

use desk::fault::FaultCode;
use desk::input::{
    CallFailure, Effect, Input, Intents, LinkChange, Occurrence, OwnReading, Standing, WrittenIntent,
};
use desk::moment::Moment;
use desk::order::{Act, Extent, Medium, WrittenCommand, WrittenOrder};
use desk::view::{ArmedPhase, DriftCause, SessionPhase, StepKind};
use gws::digital::SmsSpelling;
use gws::{Notification, StatusCode};
use serde_json::json;

use super::seat::{Seat, agent, arm, arm_as, change, customer, disarm, me, session};

#[test]
fn the_servers_defaults_are_not_sent() {
    let mut seat = Seat::signed_in();
    seat.order(arm("ana", Act::ListenIn, None)).unwrap();
    assert_eq!(
        seat.wire(),
        [r#"/users/ana/channels/smsession {"operationName":"Monitor"}"#]
    );
    let order = WrittenOrder {
        agent_id: "bo".to_owned(),
        medium: Medium::Chat,
        act: Act::BargeIn,
        extent: Some(Extent::NextChat),
        nickname: None,
        reason: None,
    };
    seat.order(WrittenCommand::Arm { order }).unwrap();
    assert_eq!(
        seat.wire(),
        [r#"/users/bo/channels/chat {"operationName":"BargeIn","supervisorMonitoringMode":"NextChat"}"#]
    );
    assert_eq!(seat.phases(), [ArmedPhase::Requested; 2]);
}

#[test]
fn what_cannot_be_is_refused_before_the_wire() {
    let mut seat = Seat::signed_in();
    assert_eq!(
        seat.order(arm("gone", Act::Coach, None)),
        Err(FaultCode::AgentGone)
    );
    assert_eq!(
        seat.order(arm("me", Act::Coach, None)),
        Err(FaultCode::NotOffered)
    );
    for bad in ["", "   ", "a\u{7}b", &"x".repeat(65)] {
        let order = arm_as("ana", Act::Coach, None, Some(bad));
        assert_eq!(seat.order(order), Err(FaultCode::BadNickname), "{bad:?}");
    }
    seat.lose_link();
    assert_eq!(seat.order(arm("ana", Act::Coach, None)), Err(FaultCode::LinkDown));
    assert!(seat.wire().is_empty());
    assert!(seat.armed_lines().is_empty());
}

#[test]
fn the_same_is_not_asked_twice_and_another_replaces_it() {
    let mut seat = Seat::armed(Extent::AllChats);
    assert_eq!(
        seat.order(arm("ana", Act::Coach, None)),
        Err(FaultCode::AlreadyAsked)
    );
    seat.order(arm_as("ana", Act::Coach, None, Some("Lee"))).unwrap();
    assert_eq!(seat.phases(), [ArmedPhase::Requested]);
    assert_eq!(
        seat.order(arm("ana", Act::BargeIn, None)),
        Err(FaultCode::AlreadyAsked)
    );
    seat.accept("Coach");
    assert_eq!(seat.armed_lines()[0].nickname.as_deref(), Some("Lee"));

    // A replacement that is refused changes nothing.
    seat.order(arm("ana", Act::BargeIn, Some(Extent::NextChat)))
        .unwrap();
    seat.refuse("BargeIn", StatusCode::NotPermitted);
    let line = &seat.armed_lines()[0];
    assert_eq!((line.phase, line.act), (ArmedPhase::Armed, Act::Coach));
    assert_eq!(line.problem.as_ref().unwrap().code, FaultCode::Refused);
    assert_eq!(seat.kept().unwrap()[0].order.act, Act::Coach);
}

#[test]
fn a_refusal_and_a_lost_answer_are_two_things() {
    let mut seat = Seat::signed_in();
    seat.order(arm("ana", Act::Coach, None)).unwrap();
    seat.order(arm("bo", Act::Coach, None)).unwrap();
    seat.refuse("Coach", StatusCode::InvalidForState);
    seat.lose_reply("Coach");
    assert_eq!(seat.phases(), [ArmedPhase::Refused, ArmedPhase::Unclear]);
    assert!(seat.armed_lines().iter().all(|line| line.again));
    let intents = seat.kept().unwrap();
    assert_eq!(intents.len(), 1, "what was refused is not kept");
    assert_eq!(
        seat.happenings.last().unwrap().what,
        Occurrence::Step(StepKind::Refused)
    );
    assert_eq!(seat.happenings.last().unwrap().code, Some(FaultCode::Refused));

    // Both can be asked again; what may be armed is cancelled, not forgotten.
    let forget = |agent: &str| WrittenCommand::Forget {
        agent_id: agent.to_owned(),
        medium: Medium::Sms,
    };
    assert_eq!(seat.order(forget("bo")), Err(FaultCode::AlreadyAsked));
    seat.order(arm("bo", Act::Coach, None)).unwrap();
    seat.accept("Coach");
    seat.order(forget("ana")).unwrap();
    assert_eq!(seat.phases(), [ArmedPhase::Armed]);
    assert_eq!(seat.armed_lines()[0].agent_name, "Bo Ek");
}

#[test]
fn cancelling_ends_the_arming_and_leaves_the_session_alone() {
    let mut seat = Seat::live();
    seat.order(disarm("ana", false)).unwrap();
    assert_eq!(seat.phases(), [ArmedPhase::Cancelling]);
    assert_eq!(
        seat.wire(),
        [r#"/users/ana/channels/smsession {"operationName":"CancelSupervisorMonitoring"}"#]
    );
    assert_eq!(seat.order(disarm("ana", false)), Err(FaultCode::AlreadyAsked));
    seat.accept("CancelSupervisorMonitoring");
    assert!(seat.armed_lines().is_empty());
    assert_eq!(seat.session().phase, SessionPhase::Live);
    assert_eq!(seat.happened().last(), Some(&Occurrence::Step(StepKind::Stopped)));
    assert_eq!(seat.order(disarm("ana", false)), Err(FaultCode::AlreadyAsked));
}

#[test]
fn a_cancel_that_is_refused_changes_nothing_unless_there_was_nothing_to_cancel() {
    let mut seat = Seat::armed(Extent::AllChats);
    seat.order(disarm("ana", false)).unwrap();
    assert_eq!(seat.kept(), Some(Vec::new()), "taken back is not kept");
    seat.refuse("CancelSupervisorMonitoring", StatusCode::NotPermitted);
    assert_eq!(seat.phases(), [ArmedPhase::Armed]);
    assert_eq!(seat.kept().unwrap().len(), 1);
    seat.order(disarm("ana", false)).unwrap();
    seat.lose_reply("CancelSupervisorMonitoring");
    assert_eq!(seat.phases(), [ArmedPhase::Unclear]);
    seat.order(disarm("ana", false)).unwrap();
    seat.refuse("CancelSupervisorMonitoring", StatusCode::InvalidForState);
    assert!(seat.armed_lines().is_empty());
}

/// Found by seed 3336 of the fault simulation: it was called armed, which nobody had ever said.
#[test]
fn a_refused_cancel_makes_nothing_certain_that_was_not() {
    let mut seat = Seat::signed_in();
    seat.order(arm("ana", Act::Coach, None)).unwrap();
    seat.lose_reply("Coach");
    seat.order(disarm("ana", false)).unwrap();
    seat.refuse("CancelSupervisorMonitoring", StatusCode::InternalError);
    assert_eq!(seat.phases(), [ArmedPhase::Unclear]);
}

/// Found by seed 4557 of the fault simulation: sessions joined in a former life never came onto the board.
#[test]
fn a_list_that_a_fault_of_the_server_hid_is_read_again() {
    for (status, again) in [(StatusCode::InternalError, true), (StatusCode::NotFound, false)] {
        let mut seat = Seat::signed_in();
        seat.readings();
        seat.handle(Input::OwnSessions {
            medium: Medium::Sms,
            outcome: Err(CallFailure::Refused {
                status,
                message: None,
            }),
        });
        seat.later(6_000);
        seat.handle(Input::Tick);
        let read = seat.readings().iter().any(|reading| reading == "Sms");
        assert_eq!(read, again, "{status:?}");
    }
}

#[test]
fn cancelling_and_leaving_leaves_only_what_goes_on_without_us() {
    let mut seat = Seat::live();
    let mut alone = session("S2", "Agents");
    alone["participants"] = json!([customer(), agent("ana"), me("Agents")]);
    seat.push(&change(&alone));
    alone["participants"] = json!([customer(), me("Agents")]);
    seat.push(&change(&alone));
    seat.sent();
    seat.order(disarm("ana", true)).unwrap();
    let wire = seat.wire();
    assert_eq!(wire.len(), 2, "{wire:?}");
    assert!(wire[0].contains("CancelSupervisorMonitoring"));
    assert_eq!(wire[1], r#"/me/smssessions/S1 {"operationName":"Leave"}"#);
}

#[test]
fn the_other_spelling_is_tried_once_and_what_worked_is_remembered() {
    let mut seat = Seat::signed_in();
    seat.order(arm("ana", Act::Coach, None)).unwrap();
    seat.sent();
    seat.refuse("Coach", StatusCode::NotFound);
    assert_eq!(seat.phases(), [ArmedPhase::Requested]);
    assert_eq!(
        seat.wire(),
        [r#"/users/ana/channels/smssession {"operationName":"Coach"}"#]
    );
    seat.accept("Coach");
    assert_eq!(seat.phases(), [ArmedPhase::Armed]);
    assert_eq!(seat.spelling(), Some(SmsSpelling::Smssession));
    seat.order(arm("bo", Act::Coach, None)).unwrap();
    assert_eq!(
        seat.wire(),
        [r#"/users/bo/channels/smssession {"operationName":"Coach"}"#]
    );
    seat.refuse("Coach", StatusCode::NotFound);
    assert!(seat.wire().is_empty());
    assert_eq!(seat.phases(), [ArmedPhase::Armed, ArmedPhase::Refused]);
}

#[test]
fn an_agent_without_the_channel_is_unknown_in_both_spellings() {
    let mut seat = Seat::signed_in();
    seat.order(arm("ana", Act::Coach, None)).unwrap();
    seat.refuse("Coach", StatusCode::NotFound);
    seat.refuse("Coach", StatusCode::NotFound);
    assert_eq!(seat.phases(), [ArmedPhase::Refused]);
    assert_eq!(
        seat.armed_lines()[0].problem.as_ref().unwrap().code,
        FaultCode::NotOffered
    );
    assert_eq!(seat.spelling(), None);
    assert_eq!(seat.open.len(), 0);
}

#[test]
fn a_spelling_that_is_certain_is_not_doubted() {
    let mut seat = Seat::signed_in();
    seat.handle(Input::Spelling {
        spelling: SmsSpelling::Smssession,
        certain: true,
    });
    seat.order(arm("ana", Act::Coach, None)).unwrap();
    assert_eq!(
        seat.wire(),
        [r#"/users/ana/channels/smssession {"operationName":"Coach"}"#]
    );
    seat.refuse("Coach", StatusCode::NotFound);
    assert_eq!(seat.phases(), [ArmedPhase::Refused]);
    assert!(seat.wire().is_empty());
}

#[test]
fn without_the_feature_or_the_service_nobody_is_armed() {
    let mut seat = Seat::with_user(&json!({ "id": "me", "features": [{ "id": "api-voice" }] }));
    let written = seat.view().written;
    assert!(written.media.is_empty());
    assert_eq!(written.problem.unwrap().code, FaultCode::FeatureMissing);
    assert_eq!(
        seat.order(arm("ana", Act::Coach, None)),
        Err(FaultCode::FeatureMissing)
    );

    let mut seat = Seat::signed_in();
    assert_eq!(seat.view().written.media, Medium::ALL);
    let services = |state: &str| {
        let service = json!({ "id": "1", "type": "MultiMediaState", "state": state });
        Notification::decode("/notifications/services", &json!({ "services": [service] }))
    };
    seat.handle(Input::Notification(Box::new(services("Inactive"))));
    assert!(seat.view().written.media.is_empty());
    assert_eq!(
        seat.order(arm("ana", Act::Coach, None)),
        Err(FaultCode::ServerFault)
    );
    seat.handle(Input::Notification(Box::new(services("Active"))));
    seat.order(arm("ana", Act::Coach, None)).unwrap();
}

#[test]
fn one_session_uses_the_arming_for_one_up() {
    let mut seat = Seat::armed(Extent::NextChat);
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(seat.kept(), Some(Vec::new()));
    assert!(seat.armed_lines().is_empty());
    assert_eq!(seat.session().phase, SessionPhase::Live);
    seat.push(&change(&session("S2", "Agents")));
    assert!(seat.arrivals().is_empty(), "the second came of no arming of ours");
    assert_eq!(seat.sessions().len(), 2);
}

#[test]
fn what_was_armed_before_the_sign_in_is_lost_and_can_be_armed_again() {
    let mut seat = Seat::armed(Extent::AllChats);
    seat.push(&change(&session("S1", "Agents")));
    seat.effects.clear();
    seat.link(LinkChange::SignedOut(None));
    assert!(seat.armed_lines().is_empty());
    assert!(seat.sessions().is_empty());
    assert_eq!(seat.kept(), None, "signing out takes nothing back");
    let lost = Occurrence::Step(StepKind::Lost);
    assert_eq!(seat.happened().iter().filter(|what| **what == lost).count(), 2);

    seat.sign_in(&json!({ "id": "me" }));
    let intent = WrittenIntent {
        order: WrittenOrder {
            agent_id: "ana".to_owned(),
            medium: Medium::Sms,
            act: Act::Coach,
            extent: Some(Extent::AllChats),
            nickname: None,
            reason: None,
        },
        agent_name: "Ana Núñez".to_owned(),
        asked: Moment(7),
        standing: Standing::NotHeld,
    };
    seat.handle(Input::IntentsFound(Intents {
        voice: None,
        written: vec![intent],
    }));
    let line = seat.armed_lines().remove(0);
    assert_eq!((line.phase, line.again), (ArmedPhase::Lost, true));
    assert!(seat.wire().is_empty(), "never silently");
    seat.order(arm("ana", Act::Coach, Some(Extent::AllChats)))
        .unwrap();
    assert_eq!(seat.kept().unwrap().len(), 1);
    seat.accept("Coach");
    assert_eq!(seat.phases(), [ArmedPhase::Armed]);
}

#[test]
fn after_a_new_session_of_the_server_nobody_knows_who_is_armed() {
    let mut seat = Seat::live();
    seat.order(arm("bo", Act::Coach, None)).unwrap();
    seat.whisper("x", desk::order::Readership::Agents, "a").unwrap();
    seat.effects.clear();
    seat.handle(Input::NewServerSession);
    assert_eq!(seat.phases(), [ArmedPhase::Unclear, ArmedPhase::Unclear]);
    assert!(seat.armed_lines().iter().all(|line| line.again));
    assert_eq!(seat.session().readership, desk::order::Readership::Unknown);
    assert_eq!(seat.readings(), ["Sms", "Chat"]);
    // The answer to what was asked in the old one comes too late to arm anybody.
    seat.accept("Coach");
    assert_eq!(seat.phases(), [ArmedPhase::Unclear, ArmedPhase::Unclear]);
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    assert_eq!(seat.session().readership, desk::order::Readership::Agents);
    assert!(
        !seat
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Call { .. }))
    );
}

#[test]
fn an_agent_is_armed_only_in_a_medium_we_are_logged_in_to() {
    let mut seat = Seat::signed_in();
    seat.handle(Input::Media(vec![Medium::Sms]));
    assert_eq!(seat.view().written.media, [Medium::Sms]);
    let order = WrittenOrder {
        agent_id: "ana".to_owned(),
        medium: Medium::Chat,
        act: Act::Coach,
        extent: None,
        nickname: None,
        reason: None,
    };
    let chat = WrittenCommand::Arm { order };
    assert_eq!(seat.order(chat), Err(FaultCode::NotOffered));
    seat.order(arm("ana", Act::Coach, None)).unwrap();
}

#[test]
fn a_logout_elsewhere_puts_what_is_armed_in_doubt() {
    let phone = |state: &str| {
        let device = json!({ "id": "d-me", "userState": { "state": state } });
        Input::Own(Box::new(OwnReading {
            user: None,
            device: gws::decode::<gws::Device>(&device).value,
            calls: Vec::new(),
        }))
    };
    let mut seat = Seat::armed(Extent::AllChats);
    seat.handle(phone("LoggedOut"));
    assert_eq!(seat.phases(), [ArmedPhase::Unclear], "logged out, it may be over");
    assert!(seat.armed_lines()[0].again);
    let drift = seat.view().drift.swap_remove(0);
    assert_eq!(drift.cause, Some(DriftCause::OwnPhone));
    assert!(drift.may_hold, "the server tells only of the phone");

    let mut seat = Seat::signed_in();
    seat.handle(phone("LoggedOut"));
    seat.order(arm("ana", Act::Coach, None)).unwrap();
    seat.accept("Coach");
    seat.handle(phone("LoggedOut"));
    assert_eq!(seat.phases(), [ArmedPhase::Armed], "the phone was out all along");

    let mut seat = Seat::signed_in();
    seat.order(arm("ana", Act::Coach, None)).unwrap();
    seat.handle(phone("LoggedOut"));
    seat.accept("Coach");
    assert_eq!(
        seat.phases(),
        [ArmedPhase::Unclear],
        "taken before the log-out, and its answer overtaken"
    );
    assert_eq!(seat.view().drift.swap_remove(0).cause, Some(DriftCause::OwnPhone));
}
