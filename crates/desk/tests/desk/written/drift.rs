//! Lines that were lost: shown, asked for again on one key, and by itself only where the organisation allows it.

use desk::fault::FaultCode;
use desk::input::{Input, Intents, LinkChange, Occurrence, Standing, WrittenIntent};
use desk::moment::Moment;
use desk::order::{Act, Command, Extent, Medium, WrittenCommand, WrittenOrder};
use desk::rules::{Channel, ChannelRules, NicknameTemplate, Rules};
use desk::view::{ArmedPhase, DriftCause, DriftLine, DriftState, DriftView, StepKind};
use gws::StatusCode;

use super::seat::{Seat, arm, arm_as, change, disarm, session, state};

fn again() -> Command {
    Command::Rearm {
        line: ana(),
        reason: None,
    }
}

fn ana() -> DriftLine {
    DriftLine {
        channel: Channel::Sms,
        agent_id: "ana".to_owned(),
    }
}

fn drift(seat: &Seat) -> Vec<DriftView> {
    seat.desk.view(seat.now).drift
}

fn intents(extent: Option<Extent>) -> Intents {
    standing(extent, Standing::Wanted)
}

fn standing(extent: Option<Extent>, standing: Standing) -> Intents {
    Intents {
        voice: None,
        written: vec![WrittenIntent {
            order: WrittenOrder {
                agent_id: "ana".to_owned(),
                medium: Medium::Sms,
                act: Act::Coach,
                extent,
                nickname: Some("Batman".to_owned()),
                reason: None,
            },
            agent_name: "Ana Núñez".to_owned(),
            asked: Moment(7),
            standing,
        }],
    }
}

#[test]
fn what_the_server_forgot_is_asked_again_on_one_key() {
    let mut seat = Seat::armed(Extent::AllChats);
    seat.order(arm("bo", Act::ListenIn, None)).unwrap();
    seat.accept("Monitor");
    seat.handle(Input::NewServerSession);
    let causes: Vec<_> = drift(&seat).into_iter().map(|line| line.cause).collect();
    assert_eq!(causes, [Some(DriftCause::ServerForgot); 2]);
    seat.wire();
    seat.command(again()).unwrap();
    assert_eq!(seat.wire().len(), 1);
    assert_eq!(drift(&seat).len(), 1, "the other one is still lost");
    seat.command(Command::RearmAll { reason: None }).unwrap();
    assert_eq!(seat.wire().len(), 1);
    assert!(drift(&seat).is_empty());
    assert_eq!(
        seat.command(Command::RearmAll { reason: None }),
        Err(FaultCode::AlreadyAsked)
    );
}

#[test]
fn what_is_refused_when_it_is_asked_again_stays_wanted() {
    let mut seat = Seat::armed(Extent::AllChats);
    seat.handle(Input::NewServerSession);
    seat.command(Command::RearmAll { reason: None }).unwrap();
    seat.refuse("Coach", StatusCode::InvalidForState);
    let line = drift(&seat).remove(0);
    assert_eq!(line.cause, Some(DriftCause::Refused));
    assert!(line.problem.is_some());
    assert_eq!(
        seat.phases(),
        [ArmedPhase::Unclear],
        "what the server may hold of before is unchanged"
    );
    seat.effects.clear();
    seat.command(Command::LetGo { line: ana() }).unwrap();
    assert!(drift(&seat).is_empty());
    assert_eq!(seat.kept(), Some(Vec::new()));
}

#[test]
fn a_cancelled_line_does_not_come_back_where_the_cancel_was_not_answered() {
    let mut seat = Seat::under(automatic());
    seat.order(arm("ana", Act::Coach, Some(Extent::AllChats)))
        .unwrap();
    seat.accept("Coach");
    seat.order(disarm("ana", false)).unwrap();
    assert_eq!(seat.kept(), Some(Vec::new()));
    seat.effects.clear();
    seat.lose_reply("CancelSupervisorMonitoring");
    assert_eq!(seat.phases(), [ArmedPhase::Unclear], "it may still be armed");
    assert_eq!(seat.kept(), None, "and is not wanted again");
    seat.wire();
    seat.handle(Input::NewServerSession);
    assert!(seat.wire().is_empty());
    assert_eq!(
        seat.phases(),
        [ArmedPhase::Unclear],
        "it may be armed all the same"
    );
    assert!(drift(&seat).is_empty());
    assert_eq!(seat.kept(), None);
}

#[test]
fn what_was_cancelled_and_not_confirmed_is_shown_after_a_restart_and_not_wanted() {
    let mut seat = Seat::armed(Extent::AllChats);
    seat.order(disarm("ana", false)).unwrap();
    let on_disk = seat.on_disk().unwrap();
    assert_eq!(on_disk[0].standing, Standing::TakenBack);
    seat.accept("CancelSupervisorMonitoring");
    assert_eq!(seat.on_disk(), Some(Vec::new()));

    let mut seat = Seat::under(automatic());
    seat.handle(Input::IntentsFound(Intents {
        voice: None,
        written: on_disk,
    }));
    assert_eq!(seat.phases(), [ArmedPhase::Unclear]);
    assert!(drift(&seat).is_empty());
    assert!(seat.wire().is_empty());
    seat.order(disarm("ana", false)).unwrap();
    seat.refuse("CancelSupervisorMonitoring", StatusCode::InvalidForState);
    assert!(seat.phases().is_empty());
    assert_eq!(seat.on_disk(), Some(Vec::new()));
}

/// Found by the fault simulation: after a kill the line said Lost, could be taken off the list, and the server was armed.
#[test]
fn after_a_kill_nobody_knows_whether_it_holds_and_it_cannot_be_forgotten() {
    let mut seat = Seat::signed_in();
    seat.handle(Input::IntentsFound(intents(Some(Extent::AllChats))));
    assert_eq!(seat.phases(), [ArmedPhase::Unclear]);
    let line = drift(&seat).remove(0);
    assert_eq!(line.cause, Some(DriftCause::Restarted));
    assert!(line.may_hold);
    let forget = WrittenCommand::Forget {
        agent_id: "ana".to_owned(),
        medium: Medium::Sms,
    };
    assert_eq!(seat.order(forget), Err(FaultCode::AlreadyAsked));
    assert!(seat.wire().is_empty(), "nothing is asked by itself");

    // What was cancelled when the supervisor signed out is known not to hold.
    let mut seat = Seat::signed_in();
    seat.handle(Input::IntentsFound(standing(None, Standing::NotHeld)));
    assert_eq!(seat.phases(), [ArmedPhase::Lost]);
    assert!(!drift(&seat)[0].may_hold);
    seat.command(Command::LetGo { line: ana() }).unwrap();
    assert!(seat.wire().is_empty());
    assert!(seat.phases().is_empty());
}

#[test]
fn letting_go_of_what_may_hold_cancels_it_there() {
    let mut seat = Seat::signed_in();
    seat.handle(Input::IntentsFound(intents(None)));
    seat.command(Command::LetGo { line: ana() }).unwrap();
    assert_eq!(seat.sent(), ["CancelSupervisorMonitoring"]);
    assert_eq!(seat.phases(), [ArmedPhase::Cancelling]);
    assert!(drift(&seat).is_empty());
    seat.lose_reply("CancelSupervisorMonitoring");
    assert_eq!(seat.phases(), [ArmedPhase::Unclear], "still to be cancelled");
    assert!(drift(&seat).is_empty());

    // Without a link it is not wanted any more, and stays to be cancelled.
    let mut seat = Seat::signed_in();
    seat.handle(Input::IntentsFound(intents(None)));
    seat.lose_link();
    seat.effects.clear();
    seat.command(Command::LetGo { line: ana() }).unwrap();
    assert!(drift(&seat).is_empty());
    assert_eq!(seat.phases(), [ArmedPhase::Unclear]);
    assert_eq!(seat.kept(), Some(Vec::new()));
}

#[test]
fn what_signing_out_cancels_is_kept_as_known_not_to_hold() {
    let mut seat = Seat::armed(Extent::AllChats);
    seat.order(arm("bo", Act::Coach, None)).unwrap();
    seat.accept("Coach");
    seat.handle(Input::Leaving);
    seat.order(disarm("ana", false)).unwrap();
    seat.order(disarm("bo", false)).unwrap();
    seat.effects.clear();
    seat.accept("CancelSupervisorMonitoring");
    let standings = |seat: &mut Seat| {
        let mut on_disk = seat.on_disk().unwrap();
        on_disk.sort_by(|one, other| one.order.agent_id.cmp(&other.order.agent_id));
        on_disk
            .into_iter()
            .map(|intent| intent.standing)
            .collect::<Vec<_>>()
    };
    assert_eq!(standings(&mut seat), [Standing::NotHeld, Standing::Wanted]);
    assert_eq!(seat.phases(), [ArmedPhase::Cancelling]);
    seat.lose_reply("CancelSupervisorMonitoring");
    seat.handle(Input::Link(LinkChange::SignedOut(None)));
    assert_eq!(seat.on_disk(), None, "signing out takes nothing back");
}

#[test]
fn a_cancel_the_server_refuses_leaves_the_line_wanted() {
    let mut seat = Seat::armed(Extent::AllChats);
    seat.order(disarm("ana", false)).unwrap();
    seat.effects.clear();
    seat.refuse("CancelSupervisorMonitoring", StatusCode::NotPermitted);
    assert_eq!(seat.phases(), [ArmedPhase::Armed]);
    assert_eq!(seat.kept().map(|intents| intents.len()), Some(1));
    seat.handle(Input::NewServerSession);
    assert_eq!(drift(&seat)[0].cause, Some(DriftCause::ServerForgot));
}

fn automatic() -> Rules {
    Rules {
        rearm_written: true,
        ..Rules::default()
    }
}

#[test]
fn where_the_organisation_allows_it_sotto_asks_again_once_and_says_so() {
    let mut seat = Seat::under(automatic());
    seat.order(arm("ana", Act::Coach, Some(Extent::AllChats)))
        .unwrap();
    seat.accept("Coach");
    seat.wire();
    seat.handle(Input::NewServerSession);
    assert_eq!(seat.wire().len(), 1);
    assert_eq!(
        seat.happened().last(),
        Some(&Occurrence::Step(StepKind::AskedByItself))
    );
    let line = drift(&seat).remove(0);
    assert_eq!((line.state, line.cause), (DriftState::AskedByItself, None));
    seat.accept("Coach");
    let line = drift(&seat).remove(0);
    assert_eq!((line.state, line.cause), (DriftState::ArmedByItself, None));
    seat.command(Command::Noted { line: ana() }).unwrap();
    assert!(drift(&seat).is_empty());
    // A server that forgets again and again is not asked again and again.
    seat.later(1_000);
    seat.wire();
    seat.handle(Input::NewServerSession);
    assert!(seat.wire().is_empty());
    assert_eq!(drift(&seat)[0].state, DriftState::Drifted);
}

#[test]
fn what_the_supervisor_asks_for_again_is_not_said_to_be_sottos() {
    let mut seat = Seat::under(automatic());
    seat.order(arm("ana", Act::Coach, Some(Extent::AllChats)))
        .unwrap();
    seat.accept("Coach");
    seat.handle(Input::NewServerSession);
    seat.accept("Coach");
    assert_eq!(drift(&seat)[0].state, DriftState::ArmedByItself);
    // Lost again before anybody has seen it, and so soon that it is left to the key.
    seat.later(1_000);
    seat.handle(Input::NewServerSession);
    assert_eq!(drift(&seat)[0].state, DriftState::Drifted);
    seat.command(again()).unwrap();
    seat.accept("Coach");
    assert_eq!(seat.phases(), [ArmedPhase::Armed]);
    assert!(drift(&seat).is_empty(), "it holds, and who asked knows it");
}

#[test]
fn what_sotto_asked_for_is_not_called_armed_while_nobody_knows() {
    let mut seat = Seat::under(automatic());
    seat.order(arm("ana", Act::Coach, Some(Extent::AllChats)))
        .unwrap();
    seat.accept("Coach");
    seat.handle(Input::NewServerSession);
    seat.lose_reply("Coach");
    assert_eq!(seat.phases(), [ArmedPhase::Unclear]);
    assert_eq!(drift(&seat)[0].state, DriftState::AskedByItself);
    seat.order(disarm("ana", false)).unwrap();
    assert!(drift(&seat).is_empty(), "the supervisor has taken it back");
}

#[test]
fn by_itself_nothing_is_armed_once_the_supervisor_leaves() {
    let mut seat = Seat::under(automatic());
    seat.order(arm("ana", Act::Coach, Some(Extent::AllChats)))
        .unwrap();
    seat.accept("Coach");
    seat.wire();
    seat.handle(Input::Leaving);
    seat.handle(Input::NewServerSession);
    assert!(seat.wire().is_empty());
    assert_eq!(drift(&seat)[0].state, DriftState::Drifted);
}

#[test]
fn one_session_that_may_have_been_is_not_asked_again_by_itself() {
    let mut seat = Seat::under(automatic());
    seat.handle(Input::IntentsFound(intents(Some(Extent::NextChat))));
    assert!(seat.wire().is_empty());
    assert!(drift(&seat)[0].may_be_served);
    seat.command(Command::RearmAll { reason: None }).unwrap();
    assert_eq!(seat.wire().len(), 1);
}

#[test]
fn the_name_is_the_organisations() {
    let mut seat = Seat::under(Rules {
        nickname: NicknameTemplate::read("Lead {firstName}").ok(),
        ..Rules::default()
    });
    let other = seat.order(arm_as("ana", Act::Coach, None, Some("Batman")));
    assert_eq!(other, Err(FaultCode::ManagedByOrganisation));
    seat.order(arm("ana", Act::Coach, None)).unwrap();
    assert!(seat.wire()[0].contains(r#""nickname":"Lead Lee""#));

    // What was asked for under another name goes out under the one that is set now.
    let mut seat = Seat::under(Rules {
        nickname: NicknameTemplate::read("Lead {firstName}").ok(),
        ..Rules::default()
    });
    seat.handle(Input::IntentsFound(intents(None)));
    seat.command(Command::RearmAll { reason: None }).unwrap();
    assert!(seat.wire()[0].contains(r#""nickname":"Lead Lee""#));
}

#[test]
fn what_the_organisation_forbids_in_sessions_is_not_sent() {
    let mut seat = Seat::live_under(Rules {
        sms: ChannelRules {
            allowed: [Act::Coach, Act::ListenIn].into(),
            reasons: [Act::ListenIn].into(),
        },
        ..Rules::default()
    });
    seat.wire();
    assert_eq!(seat.switch(Act::BargeIn), Err(FaultCode::ManagedByOrganisation));
    assert_eq!(seat.switch(Act::ListenIn), Err(FaultCode::ReasonMissing));
    let barge = seat.order(arm("bo", Act::BargeIn, None));
    assert_eq!(barge, Err(FaultCode::ManagedByOrganisation));
    assert!(seat.wire().is_empty());
}

/// Found by seed 29 of the fault simulation, which holds each entry of the journal against the others of its coaching.
#[test]
fn what_is_written_down_of_one_session_is_written_down_as_one_coaching() {
    let mut seat = Seat::signed_in();
    // After a restart the session is seen before the intents of before are told.
    seat.push(&change(&session("S1", "Agents")));
    seat.handle(Input::IntentsFound(intents(None)));
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(seat.arrivals().len(), 1, "it is known whose it is");
    seat.push(&state("S1", "Revoked"));
    let coachings: Vec<u64> = seat
        .happenings
        .iter()
        .map(|happening| happening.coaching)
        .collect();
    assert_eq!(
        seat.happened(),
        [Occurrence::Step(StepKind::Live), Occurrence::Revoked]
    );
    assert_eq!(coachings[0], coachings[1]);
}
