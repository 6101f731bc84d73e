use desk::view::Patch;

use super::*;
use crate::samples::{board, patch, session};

const KEY: &str = "smssessions/S1";

fn mirror(session: SessionView) -> Mirror {
    let mut mirror = Mirror::default();
    mirror.apply(Patch {
        board: Some(board(vec![session])),
        ..patch(1)
    });
    mirror
}

#[test]
fn an_invitation_is_accepted_only_where_that_is_offered() {
    let invited = |accept| {
        let mut invited = session(KEY, SessionPhase::Invited);
        invited.acts.accept = accept;
        mirror(invited)
    };
    assert!(joining(&invited(false), KEY).is_none());
    assert!(matches!(joining(&invited(true), KEY), Some(JoinStep::Invited)));
    let failed = mirror(session(KEY, SessionPhase::Failed));
    assert!(matches!(joining(&failed, KEY), Some(JoinStep::Gone)));
}
