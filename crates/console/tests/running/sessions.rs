//! The HTTP session: its token, its end, and signing in again without anybody noticing more than a moment of doubt.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::order::OwnState;
use desk::view::{LinkState, Phase, StateKind};

use tokio::time::Instant;

use crate::bed::Bed;

fn passwords(bed: &Bed) -> usize {
    bed.wire.sent().iter().filter(|sent| sent.with_password).count()
}

fn starts(bed: &Bed) -> usize {
    let names = bed.operation_names();
    names
        .iter()
        .filter(|name| *name == "StartContactCenterSession")
        .count()
}

#[tokio::test(start_paused = true)]
async fn with_csrf_protection_every_change_carries_the_token() {
    let bed = Bed::with_faults(|faults| faults.csrf = true);
    let mut face = bed.open().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    let posts: Vec<_> = bed
        .wire
        .sent()
        .into_iter()
        .filter(|sent| sent.method == "POST")
        .collect();
    assert!(posts.len() > 4);
    for post in posts {
        assert!(post.csrf.is_some(), "{post:?}");
    }
    assert!(
        bed.wire
            .sent()
            .iter()
            .filter(|sent| sent.method == "GET")
            .all(|sent| sent.csrf.is_none())
    );
}

#[tokio::test(start_paused = true)]
async fn a_lost_token_is_read_again_and_the_operation_goes_through() {
    let bed = Bed::with_faults(|faults| faults.csrf = true);
    let mut face = bed.open().await;
    bed.wire
        .trick(|tricks| tricks.lose_token = Some(("/api/v2/me", 1)));
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    assert_eq!(passwords(&bed), 1, "a token is no reason to sign in again");
    assert_eq!(face.view.coaching.problem, None);
}

#[tokio::test(start_paused = true)]
async fn a_token_lost_by_the_subscription_is_renewed_too() {
    let bed = Bed::with_faults(|faults| faults.csrf = true);
    let mut face = bed.open().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.wire
        .trick(|tricks| tricks.lose_token = Some(("/api/v2/notifications", 1)));
    face.links.clear();
    // Long enough for the held request to end and for the next one to lose its token.
    tokio::time::sleep(Duration::from_mins(2)).await;
    bed.floor.take_call(&bed.ana().user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    assert!(!face.links.contains(&LinkState::Stale), "{:?}", face.links);
    assert_eq!(passwords(&bed), 1, "a token is no reason to sign in again");
}

/// Found by seed 705 of the fault simulation: the link stayed stale for ever.
#[tokio::test(start_paused = true)]
async fn where_no_new_token_helps_the_subscription_a_new_session_does() {
    let bed = Bed::with_faults(|faults| faults.csrf = true);
    let mut face = bed.open().await;
    // The first try, and the one with a new token.
    bed.wire
        .trick(|tricks| tricks.lose_token = Some(("/api/v2/notifications", 2)));
    // The gap may be too short to be shown.
    face.watch(Duration::from_mins(2)).await;
    assert_eq!(face.view.link.state, LinkState::Live);
    assert_eq!(passwords(&bed), 2, "signed in again once");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_never_taken_does_not_make_us_sign_in_for_ever() {
    let bed = Bed::with_faults(|faults| faults.csrf = true);
    let mut face = bed.open().await;
    bed.wire
        .trick(|tricks| tricks.lose_token = Some(("/api/v2/notifications", u32::MAX)));
    bed.floor.drop_cometd();
    face.until_link(LinkState::SignedOut).await;
    let problem = face.view.link.problem.clone().unwrap();
    assert_eq!(problem.code, FaultCode::SignedOut);
    assert!(problem.hint.unwrap().contains("proxy"), "says what may be wrong");
    assert_eq!(passwords(&bed), 4, "the first, and three for a token");
    face.watch(Duration::from_mins(10)).await;
    assert_eq!(passwords(&bed), 4, "and then no more");
}

#[tokio::test(start_paused = true)]
async fn each_sign_in_for_a_token_waits_longer_than_the_one_before() {
    let bed = Bed::with_faults(|faults| faults.csrf = true);
    let mut face = bed.open().await;
    let times = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&times);
    bed.wire.witness(move |sent| {
        if sent.with_password {
            seen.lock().unwrap().push(Instant::now());
        }
    });
    bed.wire
        .trick(|tricks| tricks.lose_token = Some(("/api/v2/notifications", u32::MAX)));
    bed.floor.drop_cometd();
    face.until_link(LinkState::SignedOut).await;
    let times = times.lock().unwrap();
    let waits: Vec<u64> = times
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_secs())
        .collect();
    assert_eq!(waits, [2, 10]);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_read_now_is_no_reason_to_sign_in() {
    let bed = Bed::with_faults(|faults| faults.csrf = true);
    let mut face = bed.open().await;
    bed.wire
        .trick(|tricks| tricks.lose_token = Some(("/api/v2/notifications", 1)));
    bed.floor.change_faults(|faults| {
        faults.only_path = Some("/api/v2/me".to_owned());
        faults.unavailable_next = 1;
    });
    face.links.clear();
    bed.floor.drop_cometd();
    face.until_link(LinkState::Stale).await;
    face.until_link(LinkState::Live).await;
    assert_eq!(
        bed.floor.faults().unavailable_next,
        0,
        "the token could not be read"
    );
    assert_eq!(passwords(&bed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_is_opened_again_once() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    face.links.clear();
    bed.floor.clear_requests();
    bed.wire.forget_sent();

    bed.floor.expire_sessions();
    face.until_link(LinkState::Stale).await;
    assert_eq!(
        face.view.coaching.audience,
        Audience::Unknown,
        "armed, and nothing can be confirmed"
    );
    face.until_link(LinkState::Live).await;
    assert_eq!(face.view.coaching.phase, Phase::Armed);
    assert_eq!(face.view.coaching.audience, Audience::Nobody);
    assert_eq!(passwords(&bed), 1);
    assert_eq!(starts(&bed), 0, "the phone was still logged in");
    let said = bed.conversation();
    for topic in [
        "/v2/me/devices",
        "/v2/me/calls",
        "/v2/me/channels",
        "/notifications/services",
    ] {
        assert!(said.contains(&format!("/meta/subscribe {topic}")), "{said:?}");
    }
    let subscribed = said.iter().rposition(|said| said.starts_with("/meta/subscribe"));
    let read = said.iter().rposition(|said| said == "GET /api/v2/me");
    assert!(
        read > subscribed,
        "the state is read after messages flow again: {said:?}"
    );
    bed.floor.take_call(&bed.ana().user_name).unwrap();
    face.until_phase(Phase::Offered).await;
}

#[tokio::test(start_paused = true)]
async fn an_operation_in_a_session_that_has_ended_is_carried_out_in_the_new_one() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.wire.forget_sent();
    bed.floor.expire_sessions();
    bed.coach(&bed.ana()).await.unwrap();
    face.until("armed and live", |face| {
        face.view.coaching.phase == Phase::Armed && face.view.link.state == LinkState::Live
    })
    .await;
    face.watch(Duration::from_mins(1)).await;
    assert_eq!(
        passwords(&bed),
        1,
        "the operation, the subscription and the roster sign in once together"
    );
    let coached = bed
        .operations()
        .iter()
        .filter(|(_, body)| body["operationName"] == "Coach")
        .count();
    assert!(coached <= 2, "once refused, once carried out");
    bed.floor.take_call(&bed.ana().user_name).unwrap();
    face.until_phase(Phase::Offered).await;
}

#[tokio::test(start_paused = true)]
async fn the_phone_is_logged_in_again_only_if_it_was_logged_out() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.floor.log_out("sam").unwrap();
    face.until("logged out", |face| {
        face.view
            .me
            .state
            .as_ref()
            .is_some_and(|state| state.kind == StateKind::LoggedOut)
    })
    .await;
    face.watch(Duration::from_mins(1)).await;
    assert_eq!(starts(&bed), 1, "whoever logs out has a reason");
    assert_eq!(face.view.me.states, [OwnState::LogIn]);

    bed.floor.expire_sessions();
    face.until_link(LinkState::Stale).await;
    face.until_link(LinkState::Live).await;
    assert_eq!(starts(&bed), 2);
    face.until("logged in", |face| {
        face.view
            .me
            .state
            .as_ref()
            .is_some_and(|state| state.kind == StateKind::NotReady)
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_password_that_was_changed_meanwhile_is_tried_once_and_signs_out() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.wire.forget_sent();
    bed.wire.trick(|tricks| tricks.refuse_password = true);
    bed.floor.expire_sessions();
    bed.console.refresh().unwrap();
    face.until_link(LinkState::SignedOut).await;
    assert_eq!(
        face.view.link.problem.as_ref().map(|fault| fault.code),
        Some(FaultCode::SignedOut)
    );
    assert_eq!(face.view.coaching.phase, Phase::Idle);
    face.watch(Duration::from_mins(10)).await;
    assert_eq!(passwords(&bed), 1, "too many tries lock an account");
    bed.wire.trick(|tricks| tricks.refuse_password = false);
    assert_eq!(bed.sign_in().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_while_signing_in_is_opened_again() {
    let bed = Bed::with_faults(|faults| {
        faults.only_method = Some("POST".to_owned());
        faults.slow_reply_ms = 2000;
    });
    let expire = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        bed.floor.expire_sessions();
    };
    let (signed_in, ()) = tokio::join!(bed.sign_in(), expire);
    assert_eq!(signed_in, Ok(()));
    assert_eq!(bed.sam().state, "NotReady");
}
