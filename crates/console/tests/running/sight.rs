//! The phone goes on without Sotto: what is said of who hears after a sign-in that ended by itself, and after a kill.

use console::profile::Profile;
use console::secret::Secret;
use desk::audience::Audience;
use desk::order::{CallAct, Command};
use desk::view::{LinkState, Phase};

use crate::bed::{Bed, PASSWORD, profile};
use crate::face::Face;

/// In a call that everybody hears.
async fn barged_in() -> (Bed, Face) {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor.take_call(&ana.user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    bed.act(&face, CallAct::Answer).await.unwrap();
    face.until_phase(Phase::Live).await;
    bed.act(&face, CallAct::SwitchToBargeIn).await.unwrap();
    face.until("heard by everyone", |face| {
        face.view.coaching.audience == Audience::Everyone
    })
    .await;
    (bed, face)
}

fn seen(face: &Face) -> (Audience, bool) {
    let coaching = &face.view.coaching;
    (coaching.audience, coaching.out_of_sight)
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ends_the_sign_in_ends_no_call() {
    let (bed, mut face) = barged_in().await;
    bed.wire.trick(|tricks| tricks.refuse_password = true);
    bed.floor.expire_sessions();
    bed.console.refresh().unwrap();
    face.until_link(LinkState::SignedOut).await;
    assert_eq!(bed.sam().calls.len(), 1, "the call goes on");
    assert_eq!(seen(&face), (Audience::Unknown, true));
    // Signing in again tells.
    bed.wire.trick(|tricks| tricks.refuse_password = false);
    bed.sign_in().await.unwrap();
    face.until("known again", |face| {
        face.view.coaching.audience == Audience::Everyone
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whoever_hung_up_by_hand_says_so_without_signing_in() {
    let (bed, mut face) = barged_in().await;
    bed.wire.trick(|tricks| tricks.refuse_password = true);
    bed.floor.expire_sessions();
    bed.console.refresh().unwrap();
    face.until_link(LinkState::SignedOut).await;
    bed.console.order(Command::OffThePhone).await.unwrap();
    face.until("said so", |face| seen(face) == (Audience::Nobody, false))
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_sotto_that_was_killed_during_a_call_starts_by_not_knowing_who_hears() {
    let (mut bed, face) = barged_in().await;
    drop(face);
    bed.restart().await;
    let mut face = Face::open(&bed.console).await;
    face.until("a snapshot", |face| face.view.link.state == LinkState::Offline)
        .await;
    assert_eq!(seen(&face), (Audience::Unknown, true));
    bed.sign_in().await.unwrap();
    face.until("known again", |face| {
        face.view.coaching.audience == Audience::Everyone
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn after_leaving_in_order_nobody_hears_also_after_a_restart() {
    let (mut bed, mut face) = barged_in().await;
    bed.console.sign_out().await;
    face.until_link(LinkState::SignedOut).await;
    assert_eq!(bed.sam().calls.len(), 0);
    assert_eq!(seen(&face), (Audience::Nobody, false));
    drop(face);
    bed.restart().await;
    let face = Face::open(&bed.console).await;
    assert_eq!(seen(&face), (Audience::Nobody, false));
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_elsewhere_does_not_end_a_call_that_was_left() {
    let (mut bed, face) = barged_in().await;
    drop(face);
    bed.restart().await;
    let elsewhere = Profile {
        id: "another".to_owned(),
        ..profile()
    };
    let password = || Secret::new(PASSWORD.to_owned());
    bed.floor.release("sam").unwrap();
    bed.console.sign_in(elsewhere, password()).await.unwrap();
    let mut face = Face::open(&bed.console).await;
    face.until_link(LinkState::Live).await;
    assert_eq!(
        seen(&face),
        (Audience::Unknown, true),
        "the phone there is another one"
    );
    bed.console.sign_out().await;
    face.until_link(LinkState::SignedOut).await;
    drop(face);
    bed.restart().await;
    let mut face = Face::open(&bed.console).await;
    assert_eq!(seen(&face), (Audience::Unknown, true));
    bed.sign_in().await.unwrap();
    face.until_link(LinkState::Live).await;
    assert_eq!(seen(&face), (Audience::Nobody, false), "read where it was left");
}
