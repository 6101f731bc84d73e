use desk::audience::Audience;
use desk::fault::{Fault, FaultCode};
use desk::moment::Moment;
use desk::order::{Act, Readership};
use desk::view::{LineKind, Patch, WrittenView};

use super::super::{Follower, Interest};
use super::*;
use crate::samples::{armed, board, link, patch, said, session, written};

const KEY: &str = "smssessions/S1";

/// A follower of a link that is live.
fn follower(texts: Texts) -> Follower {
    let mut follower = Follower::new(Interest::Written(texts));
    for state in [LinkState::Connecting, LinkState::Live] {
        follower.follow(Patch {
            link: Some(link(state)),
            ..patch(1)
        });
    }
    follower
}

fn events(follower: &mut Follower, patch: Patch) -> Vec<Event> {
    follower
        .follow(patch)
        .into_iter()
        .map(|line| line.event)
        .collect()
}

fn names(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Into::into).collect()
}

fn with_armed(armed: Vec<ArmedView>) -> Patch {
    Patch {
        written: Some(written(armed)),
        ..patch(9)
    }
}

fn with_session(session: SessionView) -> Patch {
    Patch {
        board: Some(board(vec![session])),
        ..patch(9)
    }
}

#[test]
fn arming_is_told_step_by_step_with_the_time_it_took() {
    let mut follower = follower(Texts::Hidden);
    let mut told = |phase, since| events(&mut follower, with_armed(vec![armed(phase, since)]));
    assert_eq!(names(&told(ArmedPhase::Requested, 10)), ["written_requested"]);
    let armed = told(ArmedPhase::Armed, 35);
    assert!(
        matches!(
            &armed[..],
            [Event::WrittenArmed {
                took_ms: Some(25),
                ..
            }]
        ),
        "{armed:?}"
    );
    assert!(told(ArmedPhase::Armed, 35).is_empty());
    assert_eq!(names(&told(ArmedPhase::Cancelling, 50)), ["written_cancelling"]);
    let ended = events(&mut follower, with_armed(vec![]));
    assert_eq!(names(&ended), ["written_ended"]);
}

#[test]
fn an_agent_who_was_refused_was_never_armed_and_so_does_not_end() {
    let fault = Fault::new(FaultCode::Refused, "No.");
    let refused = ArmedView {
        problem: Some(fault.clone()),
        ..armed(ArmedPhase::Refused, 2)
    };
    let mut follower = follower(Texts::Hidden);
    let told = events(&mut follower, with_armed(vec![refused]));
    assert!(
        matches!(&told[..], [Event::WrittenRefused { trouble: Some(told), .. }] if *told == (&fault).into()),
        "{told:?}"
    );
    assert!(events(&mut follower, with_armed(vec![])).is_empty());
}

#[test]
fn a_cancelling_that_failed_is_a_problem_and_no_new_arming() {
    let mut follower = follower(Texts::Hidden);
    events(&mut follower, with_armed(vec![armed(ArmedPhase::Armed, 1)]));
    events(&mut follower, with_armed(vec![armed(ArmedPhase::Cancelling, 2)]));
    let back = ArmedView {
        problem: Some(Fault::new(FaultCode::Refused, "No.")),
        ..armed(ArmedPhase::Armed, 3)
    };
    let told = events(&mut follower, with_armed(vec![back]));
    assert_eq!(names(&told), ["problem"]);
}

#[test]
fn what_the_end_of_the_link_wiped_away_is_not_called_ended() {
    let mut follower = follower(Texts::Hidden);
    let mut both = with_armed(vec![armed(ArmedPhase::Armed, 1)]);
    both.board = Some(board(vec![session(KEY, SessionPhase::Live)]));
    events(&mut follower, both);
    let mut wiped = with_armed(vec![]);
    wiped.board = Some(board(vec![]));
    wiped.link = Some(link(LinkState::SignedOut));
    assert!(events(&mut follower, wiped).is_empty());
}

#[test]
fn a_session_that_is_there_at_sign_in_is_told_once_it_is_known_who_reads_in_it() {
    let mut follower = Follower::new(Interest::Written(Texts::Hidden));
    let unknown = SessionView {
        audience: Audience::Unknown,
        ..session(KEY, SessionPhase::Live)
    };
    let mut connecting = with_session(unknown);
    connecting.link = Some(link(LinkState::Connecting));
    assert!(events(&mut follower, connecting).is_empty());
    let mut live = with_session(session(KEY, SessionPhase::Live));
    live.link = Some(link(LinkState::Live));
    let told = events(&mut follower, live);
    assert!(
        matches!(&told[..], [Event::SessionJoined { standing, .. }] if standing.audience == Audience::AgentOnly),
        "{told:?}"
    );
}

#[test]
fn a_session_comes_changes_and_goes() {
    let mut follower = follower(Texts::Hidden);
    let joining = events(&mut follower, with_session(session(KEY, SessionPhase::Joining)));
    assert!(joining.is_empty());
    let joined = events(&mut follower, with_session(session(KEY, SessionPhase::Live)));
    assert!(
        matches!(&joined[..], [Event::SessionJoined { standing, name, .. }]
            if standing.audience == Audience::AgentOnly && name.number == 1),
        "{joined:?}"
    );
    let barged = SessionView {
        act: Some(Act::BargeIn),
        audience: Audience::Everyone,
        readership: Readership::Everyone,
        ..session(KEY, SessionPhase::Live)
    };
    let switched = events(&mut follower, with_session(barged.clone()));
    assert!(
        matches!(&switched[..], [Event::SessionReaders { standing, .. }]
            if standing.readership == Readership::Everyone),
        "{switched:?}"
    );
    assert!(events(&mut follower, with_session(barged)).is_empty());
    let other = SessionView {
        agent_name: "Jonas".to_owned(),
        ..session(KEY, SessionPhase::Live)
    };
    assert_eq!(
        names(&events(&mut follower, with_session(other))),
        ["session_readers", "session_parties"]
    );
    let leaving = events(&mut follower, with_session(session(KEY, SessionPhase::Leaving)));
    assert_eq!(names(&leaving)[0], "session_leaving");
    let over = events(&mut follower, with_session(session(KEY, SessionPhase::Completed)));
    assert!(
        matches!(
            &over[..],
            [Event::SessionOver {
                phase: SessionPhase::Completed,
                ..
            }]
        ),
        "{over:?}"
    );
    assert!(
        events(
            &mut follower,
            Patch {
                board: Some(board(vec![])),
                ..patch(9)
            }
        )
        .is_empty()
    );
}

#[test]
fn a_live_session_that_is_not_there_any_more_is_lost() {
    let mut follower = follower(Texts::Hidden);
    events(&mut follower, with_session(session(KEY, SessionPhase::Live)));
    let gone = events(
        &mut follower,
        Patch {
            board: Some(board(vec![])),
            ..patch(9)
        },
    );
    assert!(
        matches!(&gone[..], [Event::SessionOver { phase: SessionPhase::Lost, name, .. }] if name.number == 1),
        "{gone:?}"
    );
}

fn talking(ids: &[u32], lines: u32) -> SessionView {
    let last = ids.iter().map(|id| said(*id, LineKind::Customer, "secret"));
    SessionView {
        last: last.collect(),
        lines,
        ..session(KEY, SessionPhase::Live)
    }
}

fn lines_told(events: &[Event]) -> Vec<(u32, bool)> {
    let line = |event: &Event| match event {
        Event::SessionLine { line, skipped, .. } => Some((line.line, *skipped)),
        _ => None,
    };
    events.iter().filter_map(line).collect()
}

#[test]
fn each_line_is_told_once_and_a_gap_is_said() {
    let mut follower = follower(Texts::Hidden);
    let mut told = |ids: &[u32], lines| lines_told(&events(&mut follower, with_session(talking(ids, lines))));
    assert_eq!(told(&[1, 2], 2), [(1, false), (2, false)]);
    assert_eq!(told(&[1, 2, 3], 3), [(3, false)]);
    assert_eq!(told(&[1, 2, 3], 3), []);
    assert_eq!(told(&[2, 3, 4], 4), [(4, false)]);
    assert_eq!(told(&[5, 6, 7], 7), [(5, false), (6, false), (7, false)]);
    assert_eq!(told(&[9, 10, 11], 11), [(9, true), (10, false), (11, false)]);
}

#[test]
fn what_is_said_is_told_only_where_it_is_wanted() {
    let text = |texts| {
        let mut follower = follower(texts);
        let events = events(&mut follower, with_session(talking(&[1], 1)));
        match &events[..] {
            [Event::SessionJoined { .. }, Event::SessionLine { line, .. }] => line.text.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(text(Texts::Told).as_deref(), Some("secret"));
    assert_eq!(text(Texts::Hidden), None);
}

#[test]
fn the_last_lines_of_a_session_come_before_its_end() {
    let mut follower = follower(Texts::Hidden);
    events(&mut follower, with_session(talking(&[1], 1)));
    let over = SessionView {
        phase: SessionPhase::Revoked,
        ..talking(&[1, 2], 2)
    };
    let told = events(&mut follower, with_session(over));
    assert_eq!(names(&told), ["session_line", "session_over"]);
}

#[test]
fn a_problem_in_a_session_is_told_once() {
    let mut follower = follower(Texts::Hidden);
    events(&mut follower, with_session(session(KEY, SessionPhase::Live)));
    let troubled = SessionView {
        problem: Some(Fault::new(FaultCode::Refused, "No.")),
        ..session(KEY, SessionPhase::Live)
    };
    let told = events(&mut follower, with_session(troubled.clone()));
    assert_eq!(names(&told), ["session_problem"]);
    assert!(events(&mut follower, with_session(troubled)).is_empty());
}

#[test]
fn who_coaches_calls_is_not_told_of_sessions() {
    let mut follower = Follower::new(Interest::Coaching);
    let both = Patch {
        written: Some(WrittenView {
            audience: Audience::Unknown,
            ..written(vec![armed(ArmedPhase::Armed, 1)])
        }),
        board: Some(board(vec![session(KEY, SessionPhase::Live)])),
        now: Moment(1),
        ..patch(1)
    };
    assert!(events(&mut follower, both).is_empty());
    assert_eq!(follower.mirror().sessions_open(), 1);
}
