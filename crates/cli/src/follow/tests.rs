use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::order::Act;
use desk::view::{RosterSource, RosterWindow, StateKind, StateView, WhyNot};

use super::*;
use crate::samples::{link, patch};

fn coaching(phase: Phase, steps: &[(StepKind, u64)]) -> CoachingView {
    let step = |(kind, at): &(StepKind, u64)| StepView {
        kind: *kind,
        at: Moment(*at),
        act: None,
        took_ms: None,
    };
    CoachingView {
        phase,
        since: Moment(1),
        audience: Audience::Nobody,
        agent_id: Some("A1".to_owned()),
        agent_name: Some("Ana Núñez".to_owned()),
        act: Some(Act::Coach),
        mode: None,
        scope: None,
        call_id: Some("C1".to_owned()),
        live_since: None,
        confirmed: None,
        steps: steps.iter().map(step).collect(),
        problem: None,
        again: None,
        can_stop: false,
        out_of_sight: false,
    }
}

fn told(follower: &mut Follower, coaching: CoachingView, now: u64) -> Vec<(u64, &'static str)> {
    let lines = follower.follow(Patch {
        coaching: Some(coaching),
        ..patch(now)
    });
    lines
        .iter()
        .map(|line| (line.at_ms, (&line.event).into()))
        .collect()
}

#[test]
fn several_steps_in_one_patch_are_several_events_with_their_own_times() {
    use StepKind::{Accepted, Armed, Asked, Live, Offered};
    let mut follower = Follower::new(Interest::Coaching);
    assert!(told(&mut follower, coaching(Phase::Idle, &[]), 1).is_empty());
    let armed = coaching(Phase::Armed, &[(Asked, 2), (Accepted, 3), (Armed, 4)]);
    assert_eq!(
        told(&mut follower, armed.clone(), 9),
        [(2, "requested"), (3, "accepted"), (4, "armed")]
    );
    assert!(told(&mut follower, armed, 10).is_empty());
    let live = CoachingView {
        audience: Audience::AgentOnly,
        ..coaching(
            Phase::Live,
            &[(Asked, 2), (Accepted, 3), (Armed, 4), (Offered, 11), (Live, 12)],
        )
    };
    assert_eq!(
        told(&mut follower, live, 13),
        [(11, "ringing"), (12, "live"), (13, "audience")]
    );
}

#[test]
fn a_list_of_steps_that_was_cut_at_its_start_tells_only_what_is_new() {
    use StepKind::{Armed, Asked, CallEnded, Live, Offered};
    let mut follower = Follower::new(Interest::Coaching);
    told(
        &mut follower,
        coaching(Phase::Live, &[(Asked, 1), (Armed, 2), (Offered, 3), (Live, 4)]),
        4,
    );
    let cut = coaching(Phase::Armed, &[(Offered, 3), (Live, 4), (CallEnded, 5)]);
    assert_eq!(told(&mut follower, cut, 5), [(5, "call_ended")]);
}

#[test]
fn a_new_coaching_is_told_from_its_start() {
    use StepKind::{Armed, Asked};
    let mut follower = Follower::new(Interest::Coaching);
    told(
        &mut follower,
        coaching(Phase::Armed, &[(Asked, 1), (Armed, 2)]),
        2,
    );
    let next = coaching(Phase::Requested, &[(Asked, 7)]);
    assert_eq!(told(&mut follower, next, 7), [(7, "requested")]);
}

#[test]
fn the_end_of_the_one_call_is_told_as_stopped() {
    use StepKind::{Armed, Asked, CallEnded, Live};
    let mut follower = Follower::new(Interest::Coaching);
    let steps = [(Asked, 1), (Armed, 2), (Live, 3)];
    told(&mut follower, coaching(Phase::Live, &steps), 3);
    let over = CoachingView {
        since: Moment(5),
        ..coaching(Phase::Idle, &[(Asked, 1), (Armed, 2), (Live, 3), (CallEnded, 4)])
    };
    assert_eq!(told(&mut follower, over, 5), [(4, "call_ended"), (5, "stopped")]);
}

#[test]
fn a_confirmed_stop_is_told_once() {
    use StepKind::{Armed, StopAsked, Stopped};
    let mut follower = Follower::new(Interest::Coaching);
    told(
        &mut follower,
        coaching(Phase::Stopping, &[(Armed, 1), (StopAsked, 2)]),
        2,
    );
    let stopped = coaching(Phase::Idle, &[(Armed, 1), (StopAsked, 2), (Stopped, 3)]);
    assert_eq!(told(&mut follower, stopped, 3), [(3, "stopped")]);
}

#[test]
fn what_the_end_of_the_session_wiped_away_is_not_called_stopped() {
    let mut follower = Follower::new(Interest::Coaching);
    told(&mut follower, coaching(Phase::Armed, &[(StepKind::Armed, 1)]), 1);
    assert!(told(&mut follower, coaching(Phase::Idle, &[]), 2).is_empty());
}

#[test]
fn a_refusal_carries_its_cause_and_is_no_second_problem() {
    let fault = Fault::new(FaultCode::AgentHeld, "Held.").with_hint("Wait.");
    let refused = CoachingView {
        problem: Some(fault.clone()),
        ..coaching(Phase::Refused, &[(StepKind::Asked, 1), (StepKind::Refused, 2)])
    };
    let mut follower = Follower::new(Interest::Coaching);
    let lines = follower.follow(Patch {
        coaching: Some(refused),
        ..patch(2)
    });
    assert_eq!(lines.len(), 2);
    assert!(
        matches!(&lines[1].event, Event::Refused { trouble: Some(told), .. } if *told == Trouble::from(&fault))
    );
}

#[test]
fn a_problem_that_ends_nothing_is_told_once() {
    let answer_refused = CoachingView {
        problem: Some(Fault::new(FaultCode::Refused, "No.")),
        ..coaching(Phase::Offered, &[(StepKind::Offered, 1)])
    };
    let mut follower = Follower::new(Interest::Coaching);
    assert_eq!(
        told(&mut follower, answer_refused.clone(), 2),
        [(1, "ringing"), (2, "problem")]
    );
    assert!(told(&mut follower, answer_refused, 3).is_empty());
}

#[test]
fn a_live_call_that_is_over_by_now_says_nothing_about_who_heard() {
    use StepKind::{CallEnded, Live};
    let over = coaching(Phase::Armed, &[(Live, 1), (CallEnded, 2)]);
    let mut follower = Follower::new(Interest::Coaching);
    let lines = follower.follow(Patch {
        coaching: Some(over),
        ..patch(3)
    });
    assert!(matches!(lines[0].event, Event::Live { audience: None, .. }));
}

#[test]
fn the_link_is_told_with_its_cause_and_each_limit_once() {
    let stale = LinkView {
        problem: Some(Fault::new(FaultCode::LinkDown, "Interrupted.")),
        limits: vec![Fault::new(FaultCode::TopicRefused, "No channels.")],
        ..link(LinkState::Stale)
    };
    let mut follower = Follower::new(Interest::Coaching);
    let mut follow = |link: LinkView| {
        let lines = follower.follow(Patch {
            link: Some(link),
            ..patch(5)
        });
        lines
            .iter()
            .map(|line| (&line.event).into())
            .collect::<Vec<&'static str>>()
    };
    for signing_in in [
        LinkState::Offline,
        LinkState::SigningIn,
        LinkState::Connecting,
        LinkState::Live,
    ] {
        assert!(follow(link(signing_in)).is_empty(), "{signing_in:?}");
    }
    assert_eq!(follow(stale.clone()), ["link_changed", "notice"]);
    assert!(follow(stale).is_empty());
    assert_eq!(follow(link(LinkState::Live)), ["link_changed"]);
    assert!(follow(link(LinkState::SignedOut)).is_empty());
}

#[test]
fn an_interest_in_the_result_alone_tells_nothing() {
    let mut follower = Follower::new(Interest::Result);
    let lines = follower.follow(Patch {
        link: Some(link(LinkState::Live)),
        coaching: Some(coaching(Phase::Armed, &[(StepKind::Armed, 1)])),
        ..patch(1)
    });
    assert!(lines.is_empty());
    assert!(follower.mirror().is_busy());
}

fn row(id: &str, kind: StateKind, why_not: Option<WhyNot>, confirmed: u64) -> AgentRow {
    AgentRow {
        id: id.to_owned(),
        name: format!("Agent {id}"),
        state: StateView {
            kind,
            label: "as told".to_owned(),
            since: Moment(1),
            exact: false,
        },
        group: String::new(),
        number: "6001".to_owned(),
        why_not,
        held_by: None,
        mine: None,
        confirmed: Moment(confirmed),
        stale: false,
    }
}

fn floor_patch(rows: Vec<AgentRow>, state: LinkState, now: u64) -> Patch {
    let total = u32::try_from(rows.len()).unwrap();
    Patch {
        link: Some(link(state)),
        floor: Some(FloorView {
            total,
            states: Vec::new(),
            groups: Vec::new(),
            source: Some(RosterSource::Users),
            read: Some(Moment(now)),
            problem: None,
        }),
        roster: Some(RosterWindow {
            serial: 0,
            matching: total,
            first: 0,
            rows,
            selected: None,
        }),
        ..patch(now)
    }
}

#[test]
fn agents_are_told_when_they_change_and_not_when_they_are_only_read_again() {
    let mut follower = Follower::new(Interest::Everything(Texts::Hidden));
    let mut follow = |rows: Vec<AgentRow>, state: LinkState, now: u64| {
        let lines = follower.follow(floor_patch(rows, state, now));
        lines
            .iter()
            .map(|line| (&line.event).into())
            .collect::<Vec<&'static str>>()
    };
    let both = |kind, now| vec![row("1", kind, None, now), row("2", StateKind::Ready, None, now)];
    assert_eq!(follow(both(StateKind::Ready, 1), LinkState::Live, 1), ["floor"]);
    assert!(follow(both(StateKind::Ready, 2), LinkState::Live, 2).is_empty());
    assert_eq!(follow(both(StateKind::OnCall, 3), LinkState::Live, 3), ["agent"]);
    let down = vec![
        row("1", StateKind::OnCall, Some(WhyNot::LinkDown), 3),
        row("2", StateKind::Ready, Some(WhyNot::LinkDown), 3),
    ];
    assert_eq!(follow(down, LinkState::Stale, 4), ["link_changed"]);
    assert_eq!(
        follow(both(StateKind::OnCall, 5), LinkState::Live, 5),
        ["link_changed"]
    );
    let one = vec![row("2", StateKind::Ready, None, 6)];
    assert_eq!(follow(one, LinkState::Live, 6), ["floor", "agent_gone"]);
}
