use desk::view::{ArmedView, LeaveEffect, Patch, SessionPhase};

use super::ending::can_be_left;
use super::*;
use crate::exit::Exit;
use crate::samples::{armed, board, patch, session, written};

const KEY: &str = "smssessions/S1";

fn coaching() -> Coaching {
    Coaching {
        medium: Medium::Sms,
        agents: vec!["A1".to_owned()],
        shown: HashSet::new(),
        before: HashSet::new(),
        until: None,
        leaving: None,
    }
}

fn mirror(armed: Vec<ArmedView>, sessions: Vec<SessionView>) -> Mirror {
    let mut mirror = Mirror::default();
    mirror.apply(Patch {
        written: Some(written(armed)),
        board: Some(board(sessions)),
        ..patch(1)
    });
    mirror
}

/// How the coaching stands after the desk has shown these, one after the other.
fn after(coaching: &mut Coaching, mirrors: &[Mirror]) -> Option<Exit> {
    let mut end = None;
    for mirror in mirrors {
        coaching.look(mirror);
        end = coaching.end(mirror, false);
    }
    end.map(|end| end.map_or_else(|failure| failure.exit(), |()| Exit::Done))
}

fn leaving(why: Option<Failure>) -> Leaving {
    Leaving {
        why,
        ..Leaving::default()
    }
}

#[test]
fn a_desk_that_has_not_shown_the_order_yet_is_no_end() {
    assert_eq!(after(&mut coaching(), &[mirror(vec![], vec![])]), None);
}

#[test]
fn it_ends_when_the_one_session_of_the_agent_is_over() {
    let armed = || mirror(vec![armed(ArmedPhase::Armed, 1)], vec![]);
    let live = || mirror(vec![], vec![session(KEY, SessionPhase::Live)]);
    let over = || mirror(vec![], vec![session(KEY, SessionPhase::Revoked)]);
    assert_eq!(after(&mut coaching(), &[armed(), live()]), None);
    assert_eq!(
        after(&mut coaching(), &[armed(), live(), over()]),
        Some(Exit::Done)
    );
    // The arming may never be seen: the session that came of it is.
    assert_eq!(after(&mut coaching(), &[live(), over()]), Some(Exit::Done));
}

#[test]
fn it_goes_on_while_another_agent_is_armed() {
    let mut two = coaching();
    two.agents.push("A2".to_owned());
    let other = |phase| ArmedView {
        agent_id: "A2".to_owned(),
        ..armed(phase, 1)
    };
    let both = mirror(
        vec![armed(ArmedPhase::Refused, 1), other(ArmedPhase::Armed)],
        vec![],
    );
    assert_eq!(after(&mut two, &[both]), None);
    // When it is over, the refusal of the first is what it ends with.
    let refused = mirror(vec![armed(ArmedPhase::Refused, 1)], vec![]);
    assert_eq!(after(&mut two, &[refused]), Some(Exit::Failed));
}

#[test]
fn a_refusal_and_a_loss_have_their_own_exits() {
    let refused = mirror(vec![armed(ArmedPhase::Refused, 1)], vec![]);
    assert_eq!(after(&mut coaching(), &[refused]), Some(Exit::Failed));
    let lost = mirror(vec![armed(ArmedPhase::Lost, 1)], vec![]);
    assert_eq!(after(&mut coaching(), &[lost]), Some(Exit::NotConfirmed));
}

#[test]
fn what_may_be_armed_is_not_over() {
    for phase in [ArmedPhase::Requested, ArmedPhase::Cancelling, ArmedPhase::Unclear] {
        let unclear = mirror(vec![armed(phase, 1)], vec![]);
        assert_eq!(after(&mut coaching(), &[unclear]), None, "{phase:?}");
    }
}

#[test]
fn who_types_commands_decides_when_it_ends() {
    let mut coaching = coaching();
    let armed = mirror(vec![armed(ArmedPhase::Armed, 1)], vec![]);
    let nothing = mirror(vec![], vec![]);
    coaching.look(&armed);
    assert!(coaching.end(&nothing, true).is_none());
    coaching.leaving = Some(leaving(None));
    assert!(matches!(coaching.end(&nothing, true), Some(Ok(()))));
}

#[test]
fn ending_waits_until_it_is_cancelled_and_out_of_every_session_that_can_be_left() {
    let mut coaching = coaching();
    coaching.leaving = Some(leaving(Some(Failure::Interrupted)));
    let live = || session(KEY, SessionPhase::Live);
    let steps = [
        mirror(vec![armed(ArmedPhase::Armed, 1)], vec![live()]),
        mirror(vec![armed(ArmedPhase::Cancelling, 2)], vec![live()]),
        mirror(vec![], vec![live()]),
    ];
    assert_eq!(after(&mut coaching, &steps), None);
    coaching.leaving.as_mut().unwrap().left.insert(KEY.to_owned());
    let going = mirror(vec![], vec![session(KEY, SessionPhase::Leaving)]);
    assert_eq!(after(&mut coaching, &[going]), None);
    let out = mirror(vec![], vec![session(KEY, SessionPhase::Completed)]);
    assert_eq!(after(&mut coaching, &[out]), Some(Exit::Interrupted));
}

#[test]
fn a_session_that_may_end_for_the_customer_is_neither_left_nor_waited_for() {
    for effect in [
        LeaveEffect::EndsForCustomer,
        LeaveEffect::Unknown,
        LeaveEffect::NotOffered,
    ] {
        let mut coaching = coaching();
        coaching.leaving = Some(leaving(None));
        let mut stays = session(KEY, SessionPhase::Live);
        stays.acts.leave = effect;
        assert!(!can_be_left(&stays));
        assert_eq!(
            after(&mut coaching, &[mirror(vec![], vec![stays])]),
            Some(Exit::Done),
            "{effect:?}"
        );
    }
}

#[test]
fn a_session_from_before_is_somebody_elses() {
    let mut coaching = coaching();
    coaching.before.insert(KEY.to_owned());
    let other = || vec![session(KEY, SessionPhase::Live)];
    let steps = [
        mirror(vec![armed(ArmedPhase::Armed, 1)], other()),
        mirror(vec![], other()),
    ];
    assert_eq!(after(&mut coaching, &steps), Some(Exit::Done));
}
