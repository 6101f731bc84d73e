//! A push can get lost without a sign: what the screen says comes right by itself all the same.

use std::time::Duration;

use console::profile::Profile;
use console::secret::Secret;
use desk::view::{LineKind, Phase, SessionPhase};
use serde_json::Value;
use simulator::{MonitorRequest, SessionMonitorRequest};
use tokio::time::Instant;

use crate::bed::{Bed, PASSWORD, profile};
use crate::face::Face;

/// From now on no push arrives, and the polls go on as if nothing were missing.
fn swallow_pushes(bed: &Bed) {
    let is_push = |message: &Value| {
        let channel = message["channel"].as_str().unwrap_or_default();
        !channel.starts_with("/meta/")
    };
    bed.wire.meddle(move |path, answer| {
        if path.contains("/notifications")
            && let Value::Array(messages) = answer
        {
            messages.retain(|message| !is_push(message));
        }
    });
}

#[tokio::test(start_paused = true)]
async fn what_no_push_told_is_seen_though_the_screen_claimed_nothing() {
    let (bed, mut face) = Bed::signed_in().await;
    swallow_pushes(&bed);
    let ana = bed.ana();
    let since = Instant::now();
    bed.floor
        .monitor("sam", &ana.user_name, &MonitorRequest::default())
        .unwrap();
    face.until_phase(Phase::Armed).await;
    assert_eq!(face.view.coaching.agent_name.as_deref(), Some(ana.name.as_str()));
    bed.floor.cancel_monitoring("sam").unwrap();
    face.until("the end of it", |face| face.view.coaching.phase != Phase::Armed)
        .await;
    assert!(
        since.elapsed() <= Duration::from_secs(45),
        "{:?}",
        since.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_armed_is_confirmed_on_time_though_the_roster_is_slow() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.wire
        .trick(|tricks| tricks.late = Some(("/api/v2/users", Duration::from_secs(20))));
    // Into the pause that follows a slow reading of the roster.
    tokio::time::sleep(Duration::from_secs(40)).await;
    swallow_pushes(&bed);
    let since = Instant::now();
    bed.floor.cancel_monitoring("sam").unwrap();
    face.until("the end of it", |face| face.view.coaching.phase != Phase::Armed)
        .await;
    assert!(since.elapsed() <= Duration::from_secs(6), "{:?}", since.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_is_armed_is_confirmed_though_the_roster_is_read_every_five_minutes() {
    let bed = Bed::new();
    let mut face = Face::open(&bed.console).await;
    let seldom = Profile {
        poll_seconds: 300,
        ..profile()
    };
    let password = Secret::new(PASSWORD.to_owned());
    bed.console.sign_in(seldom, password).await.unwrap();
    face.until("the roster", |face| face.view.floor.source.is_some())
        .await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    swallow_pushes(&bed);
    let since = Instant::now();
    bed.floor.cancel_monitoring("sam").unwrap();
    face.until("the end of it", |face| face.view.coaching.phase != Phase::Armed)
        .await;
    assert!(
        since.elapsed() <= Duration::from_secs(11),
        "{:?}",
        since.elapsed()
    );
    let rosters = bed.conversation();
    let rosters = rosters.iter().filter(|said| said.contains("/users")).count();
    assert!(rosters <= 2, "the roster itself is left alone: {rosters}");
}

#[tokio::test(start_paused = true)]
async fn a_push_from_before_a_reading_does_not_make_it_old() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    let readings = || {
        let said = bed.conversation();
        said.iter().filter(|said| *said == "GET /api/v2/me").count()
    };
    let before = readings();
    face.watch(Duration::from_secs(6)).await;
    assert_eq!(readings() - before, 1, "the first one is believed");
}

#[tokio::test(start_paused = true)]
async fn a_session_no_push_told_of_comes_onto_the_board() {
    let (bed, mut face) = Bed::signed_in().await;
    swallow_pushes(&bed);
    let ana = bed.ana();
    bed.floor
        .monitor_sessions("sam", &ana.user_name, &SessionMonitorRequest::default())
        .unwrap();
    let key = format!("smssessions/{}", bed.customer_writes_to(&ana));
    let since = Instant::now();
    face.until("in the session", |face| {
        face.session(&key)
            .is_some_and(|session| session.phase == SessionPhase::Live)
    })
    .await;
    assert!(
        since.elapsed() <= Duration::from_secs(40),
        "{:?}",
        since.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_line_no_push_brought_is_read_where_the_session_is_open_and_where_it_is_not() {
    for (open, within) in [(true, 40), (false, 75)] {
        let (bed, mut face) = Bed::signed_in().await;
        let key = bed.in_a_session(&mut face).await;
        if open {
            face.open_session(&key);
        }
        swallow_pushes(&bed);
        let id = key.rsplit('/').next().unwrap();
        bed.floor.customer_writes(id, "are you there?").unwrap();
        let since = Instant::now();
        face.until("the line", |face| {
            let session = face.session(&key).unwrap();
            let mut last = session.last.iter();
            last.any(|line| line.kind == LineKind::Customer && line.text == "are you there?")
        })
        .await;
        assert!(
            since.elapsed() <= Duration::from_secs(within),
            "{:?}",
            since.elapsed()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_opened_is_read_anew() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    swallow_pushes(&bed);
    let id = key.rsplit('/').next().unwrap();
    bed.floor.customer_writes(id, "are you there?").unwrap();
    face.open_session(&key);
    let since = Instant::now();
    face.until("the line", |face| face.texts().contains(&"are you there?"))
        .await;
    assert!(since.elapsed() <= Duration::from_secs(1), "{:?}", since.elapsed());
}
