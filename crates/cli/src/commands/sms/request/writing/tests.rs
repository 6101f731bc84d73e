use desk::moment::Moment;
use desk::view::{Patch, SessionPhase, SessionView, UnsentView};

use super::*;
use crate::samples::{board, patch, said, session};

const KEY: &str = "smssessions/S1";

fn mirror(session: SessionView) -> Mirror {
    let mut mirror = Mirror::default();
    mirror.apply(Patch {
        board: Some(board(vec![session])),
        ..patch(1)
    });
    mirror
}

fn with_unsent(state: UnsentState) -> Mirror {
    let unsent = UnsentView {
        send_id: "t1".to_owned(),
        text: "hi".to_owned(),
        public: false,
        state,
        problem: None,
        at: Moment(1),
    };
    mirror(SessionView {
        unsent: vec![unsent],
        ..session(KEY, SessionPhase::Live)
    })
}

fn look(way: &mut OnItsWay, mirror: &Mirror) -> Option<Sent> {
    way.look(mirror, KEY, "t1", "hi ", LineKind::OwnWhisper)
}

#[test]
fn a_text_is_shown_when_it_has_left_the_unsent_ones() {
    let mut way = OnItsWay::default();
    assert_eq!(look(&mut way, &mirror(session(KEY, SessionPhase::Live))), None);
    assert_eq!(look(&mut way, &with_unsent(UnsentState::Sending)), None);
    assert_eq!(look(&mut way, &with_unsent(UnsentState::Taken)), None);
    let gone = mirror(session(KEY, SessionPhase::Live));
    assert_eq!(look(&mut way, &gone), Some(Sent::Shown));
}

#[test]
fn a_text_that_came_and_went_between_two_looks_is_known_by_its_line() {
    let with_line = |id, kind| {
        mirror(SessionView {
            last: vec![said(id, kind, "hi")],
            ..session(KEY, SessionPhase::Live)
        })
    };
    let mut way = OnItsWay {
        known: vec![4],
        last: None,
    };
    assert_eq!(
        look(&mut way, &with_line(4, LineKind::OwnWhisper)),
        None,
        "an older one"
    );
    assert_eq!(
        look(&mut way, &with_line(5, LineKind::Whisper)),
        None,
        "somebody else's"
    );
    assert_eq!(
        look(&mut way, &with_line(5, LineKind::OwnPublic)),
        None,
        "another kind"
    );
    assert_eq!(
        look(&mut way, &with_line(5, LineKind::OwnWhisper)),
        Some(Sent::Shown)
    );
}

#[test]
fn a_text_that_failed_is_never_called_sent() {
    let mut way = OnItsWay::default();
    assert!(matches!(
        look(&mut way, &with_unsent(UnsentState::Failed)),
        Some(Sent::Failed(_))
    ));
    let mut way = OnItsWay::default();
    assert_eq!(look(&mut way, &with_unsent(UnsentState::Unclear)), None);
    let over = mirror(session(KEY, SessionPhase::Revoked));
    assert_eq!(look(&mut OnItsWay::default(), &over), Some(Sent::Gone));
    assert_eq!(
        look(&mut OnItsWay::default(), &Mirror::default()),
        Some(Sent::Gone)
    );
}

#[test]
fn a_whisper_and_a_public_text_are_different_commands() {
    let made = |seen| command_to_write(KEY.to_owned(), "hi".to_owned(), seen, "t1".to_owned());
    assert!(matches!(
        made(Readership::Everyone),
        WrittenCommand::SendToEveryone {
            seen: Readership::Everyone,
            ..
        }
    ));
    for seen in [Readership::Agents, Readership::Supervisors, Readership::Unknown] {
        assert!(matches!(made(seen), WrittenCommand::Whisper { .. }), "{seen:?}");
    }
}
