use desk::view::SessionPhase;

use super::*;
use crate::samples::{board, patch, session};

fn mirror(keys: &[&str]) -> Mirror {
    let mut mirror = Mirror::default();
    for count in 1..=keys.len() {
        let sessions = keys[..count].iter().rev();
        let board = board(sessions.map(|key| session(key, SessionPhase::Live)).collect());
        mirror.apply(desk::view::Patch {
            board: Some(board),
            ..patch(1)
        });
    }
    mirror
}

fn found(asked: &str, mirror: &Mirror, numbers: Numbers) -> Option<String> {
    find(asked, mirror, numbers)
        .ok()
        .map(|session| session.key.clone())
}

#[test]
fn a_key_and_its_id_find_the_session() {
    let mirror = mirror(&["smssessions/S1", "chats/C1"]);
    for asked in ["smssessions/S1", "S1", " S1 "] {
        assert_eq!(
            found(asked, &mirror, Numbers::Unknown).as_deref(),
            Some("smssessions/S1")
        );
    }
    for asked in ["S", "s1", "sessions/S1", "", "/S1"] {
        assert_eq!(found(asked, &mirror, Numbers::Unknown), None, "{asked}");
    }
}

#[test]
fn an_id_that_two_sessions_have_finds_none() {
    let mirror = mirror(&["smssessions/X1", "chats/X1"]);
    assert_eq!(found("X1", &mirror, Numbers::Unknown), None);
    assert_eq!(
        found("chats/X1", &mirror, Numbers::Unknown).as_deref(),
        Some("chats/X1")
    );
}

#[test]
fn a_number_means_the_session_that_came_so_many_th_wherever_it_stands_now() {
    let mirror = mirror(&["smssessions/S1", "smssessions/S2"]);
    assert_eq!(mirror.sessions[0].key, "smssessions/S2");
    assert_eq!(
        found("1", &mirror, Numbers::Shown).as_deref(),
        Some("smssessions/S1")
    );
    assert_eq!(
        found("2", &mirror, Numbers::Shown).as_deref(),
        Some("smssessions/S2")
    );
    for asked in ["0", "3", "-1"] {
        assert_eq!(found(asked, &mirror, Numbers::Shown), None, "{asked}");
    }
}

#[test]
fn another_process_may_have_counted_otherwise() {
    let mirror = mirror(&["smssessions/S1"]);
    assert_eq!(found("1", &mirror, Numbers::Unknown), None);
}

#[test]
fn a_number_is_never_given_twice() {
    let mut mirror = mirror(&["smssessions/S1"]);
    let next = board(vec![session("smssessions/S2", SessionPhase::Live)]);
    mirror.apply(desk::view::Patch {
        board: Some(next),
        ..patch(2)
    });
    assert_eq!(found("1", &mirror, Numbers::Shown), None, "it is gone");
    assert_eq!(
        found("2", &mirror, Numbers::Shown).as_deref(),
        Some("smssessions/S2")
    );
}

#[test]
fn what_is_not_found_comes_with_what_there_is() {
    let failure = find("S9", &mirror(&["smssessions/S1"]), Numbers::Unknown).unwrap_err();
    let trouble = failure.trouble().unwrap();
    assert!(trouble.hint.is_some_and(|hint| hint.contains("smssessions/S1")));
}
