//! What is wanted of calls and sessions, over restarts of Sotto and of the server: on disk before it is asked for, shown as
//! drift where it does not hold, and asked for again on one key, or by itself where the organisation allows it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use console::policy::Policy;
use desk::order::{Act, Command, Mode, Scope};
use desk::rules::Channel;
use desk::view::{ArmedPhase, DriftCause, DriftState, LinkState, Phase};
use journal::What;
use tokio::time::Instant;

use crate::bed::Bed;
use crate::face::Face;

async fn order(bed: &Bed, face: &mut Face) {
    bed.order(Act::Coach, &bed.ana(), Mode::AllCalls, Scope::Agent)
        .await
        .unwrap();
    face.until_phase(Phase::Armed).await;
}

async fn rearm_all(bed: &Bed) {
    let again = Command::RearmAll { reason: None };
    bed.console.order(again).await.unwrap();
}

async fn until_drift(face: &mut Face, lines: usize) {
    face.until("drift", |face| face.view.drift.len() == lines).await;
}

/// The server is restarted: it knows no session, no phone and no monitoring any more.
fn restart_the_server(bed: &Bed) {
    bed.floor.expire_sessions();
    bed.floor.log_out("sam").unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_of_calls_is_on_disk_before_its_request_leaves() {
    let (bed, mut face) = Bed::signed_in().await;
    let file = bed.data().join("intents.json");
    let kept: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = Arc::clone(&kept);
    bed.wire.witness(move |sent| {
        if sent.path.contains("/me/devices/") {
            let there = std::fs::read_to_string(&file).unwrap_or_default();
            noted.lock().unwrap().push(there);
        }
    });
    order(&bed, &mut face).await;
    let first = kept.lock().unwrap().first().cloned().unwrap_or_default();
    assert!(first.contains(&bed.ana().id), "{first}");
    bed.console.order(Command::Stop).await.unwrap();
    face.until_phase(Phase::Idle).await;
    assert!(!bed.kept("intents.json").contains(&bed.ana().id));
}

#[tokio::test(start_paused = true)]
async fn after_a_power_cut_the_difference_is_shown_and_one_key_arms_again() {
    let (mut bed, mut face) = Bed::signed_in().await;
    order(&bed, &mut face).await;
    drop(face);
    bed.restart().await;
    bed.floor.log_out("sam").unwrap();
    bed.floor.clear_requests();
    let mut face = bed.open().await;
    until_drift(&mut face, 1).await;
    let line = face.view.drift[0].clone();
    assert_eq!((line.line.channel, line.act), (Channel::Voice, Act::Coach));
    assert_eq!(line.cause, Some(DriftCause::Restarted));
    assert_eq!(line.agent_name, bed.ana().name);
    assert!(
        !bed.operation_names().contains(&"Coach".to_owned()),
        "never silently"
    );
    rearm_all(&bed).await;
    face.until_phase(Phase::Armed).await;
    assert!(face.view.drift.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_the_server_still_holds_after_a_power_cut_is_no_drift() {
    let (mut bed, mut face) = Bed::signed_in().await;
    order(&bed, &mut face).await;
    drop(face);
    bed.restart().await;
    let face = bed.open().await;
    assert_eq!(face.view.coaching.phase, Phase::Armed);
    assert!(face.view.drift.is_empty(), "{:?}", face.view.drift);
}

#[tokio::test(start_paused = true)]
async fn a_restart_of_the_server_is_drift_for_calls_and_sessions_and_one_key_arms_both() {
    let (bed, mut face) = Bed::signed_in().await;
    order(&bed, &mut face).await;
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    restart_the_server(&bed);
    until_drift(&mut face, 2).await;
    face.until_link(LinkState::Live).await;
    assert!(bed.kept("intents.json").contains(&bed.ana().id), "still wanted");
    rearm_all(&bed).await;
    face.until_phase(Phase::Armed).await;
    face.until_armed(ArmedPhase::Armed).await;
    assert!(face.view.drift.is_empty());
}

#[tokio::test(start_paused = true)]
async fn signing_out_keeps_what_was_wanted_and_offers_it_at_the_next_sign_in() {
    let (bed, mut face) = Bed::signed_in().await;
    order(&bed, &mut face).await;
    bed.console.sign_out().await;
    assert!(bed.kept("intents.json").contains(&bed.ana().id));
    drop(face);
    let mut face = bed.open().await;
    until_drift(&mut face, 1).await;
    let line = face.view.drift[0].line.clone();
    bed.console.order(Command::LetGo { line }).await.unwrap();
    until_drift(&mut face, 0).await;
    assert!(!bed.kept("intents.json").contains(&bed.ana().id));
}

fn automatic() -> Policy {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.json");
    let text = r#"{ "rearm": { "calls": "automatic", "written": "automatic" } }"#;
    std::fs::write(&file, text).unwrap();
    Policy::load(Some(&file)).unwrap()
}

#[tokio::test(start_paused = true)]
async fn where_the_policy_allows_it_both_are_armed_again_by_themselves_shown_and_written_down() {
    let bed = Bed::under(automatic(), |_| ());
    let mut face = bed.open().await;
    order(&bed, &mut face).await;
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    restart_the_server(&bed);
    face.until("both by themselves", |face| {
        let by_itself = |line: &desk::view::DriftView| line.state == DriftState::ArmedByItself;
        face.view.drift.len() == 2 && face.view.drift.iter().all(by_itself)
    })
    .await;
    face.until_phase(Phase::Armed).await;
    let asked = bed.recorded().into_iter().filter(|what| *what == What::Requested);
    assert_eq!(
        asked.count(),
        4,
        "each was asked for twice, and all of it is written down"
    );
}

#[tokio::test(start_paused = true)]
async fn an_agent_who_logs_out_is_said_to_and_can_be_armed_once_back() {
    let (bed, mut face) = Bed::signed_in().await;
    order(&bed, &mut face).await;
    let ana = bed.ana();
    bed.floor.log_out(&ana.user_name).unwrap();
    face.until("the reason", |face| {
        let cause = face.view.drift.first().and_then(|line| line.cause);
        cause == Some(DriftCause::AgentLoggedOut)
    })
    .await;
    assert!(face.view.drift[0].blocked.is_some());
    bed.floor.log_in(&ana.user_name).unwrap();
    face.until("free", |face| {
        face.view.drift.first().is_some_and(|line| line.blocked.is_none())
    })
    .await;
    rearm_all(&bed).await;
    face.until_phase(Phase::Armed).await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_armed_by_itself_while_the_supervisor_signs_out() {
    let bed = Bed::under(automatic(), |_| ());
    let mut face = bed.open().await;
    order(&bed, &mut face).await;
    let ana = bed.ana();
    bed.floor.log_out(&ana.user_name).unwrap();
    face.until("the reason", |face| {
        let cause = face.view.drift.first().and_then(|line| line.cause);
        cause == Some(DriftCause::AgentLoggedOut)
    })
    .await;
    bed.arm(&bed.agent(1)).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    // The floor is read every five seconds: the next reading falls into the leaving.
    tokio::time::sleep(Duration::from_secs(2)).await;
    // The cancel is not answered, so leaving waits its four seconds, and meanwhile the agent comes back.
    bed.floor.change_faults(|faults| {
        faults.only_path = Some("/api/v2/users/".to_owned());
        faults.only_method = Some("POST".to_owned());
        faults.never_answer_next = 1;
    });
    bed.floor.clear_requests();
    bed.floor.clear_requests();
    let asked = Instant::now();
    let comes_back = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        bed.floor.log_in(&ana.user_name).unwrap();
    };
    tokio::join!(bed.console.sign_out(), comes_back);
    assert_eq!(asked.elapsed().as_secs(), 4);
    let names = bed.operation_names();
    assert!(!names.contains(&"Coach".to_owned()), "{names:?}");
    assert!(bed.kept("intents.json").contains(&ana.id), "still wanted");
}
