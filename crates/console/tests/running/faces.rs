//! Faces: a snapshot, then patches without a gap; what matters at once, the rest in frames; bounded whatever happens.

use std::time::Duration;

use desk::fault::FaultCode;
use desk::view::{LinkState, Phase};
use tokio::time::Instant;

use crate::bed::Bed;
use crate::face::{Face, rows};

#[tokio::test(start_paused = true)]
async fn a_new_face_gets_everything_and_replaces_the_one_before() {
    let (bed, mut first) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    first.until_phase(Phase::Armed).await;
    first.watch(Duration::from_secs(1)).await;
    let second = Face::open(&bed.console).await;
    assert_eq!(second.view.coaching, first.view.coaching);
    assert_eq!(second.view.me, first.view.me);
    assert_eq!(second.roster.rows.len(), 24);
    assert!(first.is_replaced().await);
}

#[tokio::test(start_paused = true)]
async fn one_patch_is_on_its_way_and_the_next_has_everything_since() {
    let (bed, mut face) = Bed::signed_in().await;
    face.watch(Duration::from_secs(2)).await;
    bed.coach(&bed.ana()).await.unwrap();
    let patch = face.next_unacknowledged().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    bed.floor.take_call(&bed.ana().user_name).unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(
        face.waiting(),
        0,
        "nothing is sent before the last one is acknowledged"
    );
    assert_ne!(face.view.coaching.phase, Phase::Offered);

    bed.console.acknowledge(patch.to).unwrap();
    let next = face.next().await;
    assert_eq!(next.from, patch.to);
    assert_eq!(face.view.coaching.phase, Phase::Offered);
    assert_eq!(face.view.calls.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_matters_is_told_at_once_even_to_a_hidden_face() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.console.set_visible(false).unwrap();
    face.watch(Duration::from_secs(2)).await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    let rung = Instant::now();
    bed.floor.take_call(&bed.ana().user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    assert!(rung.elapsed() < Duration::from_millis(5), "{:?}", rung.elapsed());
}

#[tokio::test(start_paused = true)]
async fn the_rest_is_told_in_frames_or_each_second_while_nobody_looks() {
    let (bed, mut face) = Bed::signed_in().await;
    for (visible, pause) in [(true, Duration::from_millis(33)), (false, Duration::from_secs(1))] {
        bed.console.set_visible(visible).unwrap();
        face.watch(Duration::from_secs(2)).await;
        let mut told = Vec::new();
        for round in 0..200 {
            if round % 2 == 0 {
                bed.floor.ready("sam").unwrap();
            } else {
                bed.floor.not_ready("sam").unwrap();
            }
            let until = Instant::now() + Duration::from_millis(10);
            while tokio::time::timeout_at(until, face.next()).await.is_ok() {
                told.push(Instant::now());
            }
        }
        assert!(told.len() > 1);
        for pair in told.windows(2) {
            assert!(
                pair[1] - pair[0] >= pause,
                "{:?} between two frames",
                pair[1] - pair[0]
            );
        }
        let most = Duration::from_secs(2).as_millis() / pause.as_millis() + 1;
        assert!(
            told.len() as u128 <= most,
            "{} patches in two seconds",
            told.len()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_change_of_a_burst_is_not_lost() {
    let (bed, mut face) = Bed::signed_in().await;
    for _ in 0..50 {
        bed.floor.ready("sam").unwrap();
        bed.floor.not_ready("sam").unwrap();
    }
    bed.floor.ready("sam").unwrap();
    face.watch(Duration::from_secs(1)).await;
    let label = face.view.me.state.as_ref().map(|state| state.label.as_str());
    assert_eq!(label, Some("Ready"));
}

#[tokio::test(start_paused = true)]
async fn a_face_that_never_acknowledges_is_told_less_and_less() {
    let bed = Bed::new();
    let mut face = Face::open(&bed.console).await;
    bed.sign_in().await.unwrap();
    tokio::time::sleep(Duration::from_mins(30)).await;
    let waiting = face.waiting();
    assert!(
        waiting < 12,
        "{waiting} messages pile up before a face that does not hear"
    );
    // The first was on its way before anybody could know that it would not be heard.
    face.next_unacknowledged().await;
    for _ in 1..waiting {
        let patch = face.next_unacknowledged().await;
        assert_eq!(patch.from, 0, "who may have lost something gets everything");
    }
    assert_eq!(face.view.link.state, LinkState::Live);
    bed.console.acknowledge(face.revision).unwrap();
    let patch = face.next().await;
    assert_eq!(patch.from + 1, patch.to, "heard again, so patches go on");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_when_nothing_has_changed() {
    let bed = Bed::new();
    let mut face = Face::open(&bed.console).await;
    tokio::time::sleep(Duration::from_hours(1)).await;
    assert_eq!(face.waiting(), 0);
    bed.console.look(rows(0, 10)).unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        face.waiting(),
        0,
        "an empty roster looks the same through every window"
    );
}

#[tokio::test(start_paused = true)]
async fn a_face_is_told_of_a_sign_in_that_fails() {
    let bed = Bed::new();
    bed.floor.change_faults(|faults| faults.slow_reply_ms = 100);
    let mut face = Face::open(&bed.console).await;
    let (refused, ()) = tokio::join!(
        bed.sign_in_as("nobody", "nothing"),
        face.until_link(LinkState::SignedOut)
    );
    refused.expect_err("nobody is not known");
    assert_eq!(
        face.links,
        [LinkState::Offline, LinkState::SigningIn, LinkState::SignedOut]
    );
    assert_eq!(
        face.view.link.problem.as_ref().map(|fault| fault.code),
        Some(FaultCode::WrongPassword)
    );
}
