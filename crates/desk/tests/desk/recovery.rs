//! The link is lost and found: what cannot be confirmed is hot, and the reading afterwards is the truth.

use desk::audience::Audience;
use desk::fault::{Fault, FaultCode};
use desk::input::{LinkChange, Occurrence};
use desk::order::{Mode, Scope};
use desk::view::{LinkState, Phase, StepKind, WhyNot};
use serde_json::Value;

use crate::seat::{ANA, BO, Seat, coach, coached, monitoring, own_device};

fn stale() -> LinkChange {
    LinkChange::Stale(Fault::new(FaultCode::Unreachable, "No connection."))
}

#[test]
fn while_nothing_is_asked_a_lost_link_makes_nobody_hear() {
    let mut seat = Seat::signed_in();
    seat.link(stale());
    assert_eq!(seat.audience(), Audience::Nobody);
    assert_eq!(seat.row("ana").why_not, Some(WhyNot::LinkDown));
}

#[test]
fn armed_or_live_behind_a_lost_link_is_hot_until_it_has_been_read_again() {
    let armed = Seat::armed(Mode::AllCalls, Scope::Agent);
    let live = Seat::live(Mode::AllCalls);
    for (mut seat, calls, after) in [
        (armed, vec![], (Phase::Armed, Audience::Nobody)),
        (
            live,
            vec![coached("Established")],
            (Phase::Live, Audience::AgentOnly),
        ),
    ] {
        seat.link(stale());
        assert_eq!(
            (seat.audience(), seat.view().link.state),
            (Audience::Unknown, LinkState::Stale)
        );
        assert!(!seat.coaching().can_stop);
        seat.link(LinkChange::Recovering);
        seat.read_own(
            &own_device(&monitoring("Coach", "AllCalls", "Agent", ANA)),
            &calls,
        );
        assert_eq!(seat.audience(), Audience::Unknown);
        seat.link(LinkChange::Live);
        assert_eq!((seat.phase(), seat.audience()), after);
        assert!(seat.coaching().can_stop);
    }
}

#[test]
fn a_call_that_vanished_while_away_is_over() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.link(stale());
    seat.link(LinkChange::Recovering);
    seat.read_own(&own_device(&monitoring("Coach", "AllCalls", "Agent", ANA)), &[]);
    seat.link(LinkChange::Live);
    assert_eq!((seat.phase(), seat.audience()), (Phase::Armed, Audience::Nobody));
    assert_eq!(seat.steps().last(), Some(&StepKind::CallEnded));
    assert!(seat.view().calls.is_empty());
}

#[test]
fn a_call_that_came_while_away_is_live() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.link(stale());
    seat.link(LinkChange::Recovering);
    seat.read_own(
        &own_device(&monitoring("Coach", "AllCalls", "Agent", ANA)),
        &[coached("Established")],
    );
    seat.link(LinkChange::Live);
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Live, Audience::AgentOnly)
    );
}

#[test]
fn everything_that_vanished_while_away_is_lost_with_one_key_to_ask_again() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.link(stale());
    seat.link(LinkChange::Recovering);
    seat.read_own(&own_device(&Value::Null), &[]);
    seat.link(LinkChange::Live);
    assert_eq!(
        (seat.phase(), seat.problem()),
        (Phase::Lost, Some(FaultCode::Dropped))
    );
    assert_eq!(seat.coaching().again.unwrap().agent_id, "ana");
}

#[test]
fn another_target_found_after_the_loss_is_the_servers_word() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.link(stale());
    seat.link(LinkChange::Recovering);
    seat.read_own(&own_device(&monitoring("Coach", "AllCalls", "Agent", BO)), &[]);
    seat.link(LinkChange::Live);
    assert_eq!(
        (seat.phase(), seat.coaching().agent_id.as_deref()),
        (Phase::Armed, Some("bo"))
    );
}

#[test]
fn a_request_behind_a_lost_link_still_has_its_deadline() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.link(stale());
    assert_eq!(seat.audience(), Audience::Unknown);
    seat.wait_for_deadline();
    assert_eq!(seat.phase(), Phase::Lost);
}

#[test]
fn signing_out_leaves_a_clean_desk_and_an_end_in_the_journal() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.link(LinkChange::SignedOut(None));
    let view = seat.view();
    assert_eq!(
        (view.coaching.phase, view.coaching.audience),
        (Phase::Idle, Audience::Unknown),
        "nobody has confirmed the end of the call"
    );
    assert!(view.calls.is_empty() && view.coaching.steps.is_empty() && view.coaching.agent_id.is_none());
    assert_eq!((view.floor.total, view.me.phone), (0, None));
    let last = seat.happenings.last().unwrap();
    assert_eq!(last.what, Occurrence::Step(StepKind::Lost));
    assert_eq!(seat.wake, None);
    let first = seat.happenings[0].coaching;
    seat.link(LinkChange::SigningIn {
        server: "practice".to_owned(),
        practice: true,
    });
    seat.read_own(&own_device(&Value::Null), &[]);
    seat.link(LinkChange::Live);
    seat.read_roster(&[]);
    seat.order(coach("ana")).unwrap();
    assert!(seat.happenings.last().unwrap().coaching > first);
}

#[test]
fn the_answer_to_a_request_of_a_former_session_arms_and_breaks_nothing() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    let open = seat.sent.clone();
    seat.link(LinkChange::SignedOut(None));
    seat.sent = open;
    seat.accept("Coach");
    assert_eq!((seat.phase(), seat.problem()), (Phase::Idle, None));
}

#[test]
fn a_reading_that_a_push_has_overtaken_takes_nothing_away() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.lose_reply("Coach");
    assert_eq!(seat.reads, 1);
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    seat.read_own(&own_device(&Value::Null), &[]);
    assert_eq!(
        (seat.phase(), seat.reads),
        (Phase::Armed, 2),
        "the reading may be the older word"
    );
    seat.read_own(&own_device(&Value::Null), &[]);
    assert_eq!(
        (seat.phase(), seat.reads),
        (Phase::Lost, 2),
        "this one was asked for after the push"
    );
}

#[test]
fn a_push_between_recovering_and_the_reading_asks_for_one_more() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.link(stale());
    seat.link(LinkChange::Recovering);
    seat.device(&monitoring("Coach", "AllCalls", "Agent", BO));
    seat.read_own(&own_device(&monitoring("Coach", "AllCalls", "Agent", ANA)), &[]);
    assert_eq!(
        (seat.coaching().agent_id.as_deref(), seat.reads),
        (Some("ana"), 1)
    );
}
