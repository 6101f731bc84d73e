//! Written sessions and the link: channels that cannot be had, topics that are refused, spellings, and what is true once
//! the link is back.

use std::time::Duration;

use desk::fault::FaultCode;
use desk::order::{Act, Command, Extent, Medium, WrittenCommand, WrittenOrder};
use desk::view::{ArmedPhase, LinkState, SessionPhase};
use serde_json::json;
use simulator::SessionRequest;

use crate::bed::Bed;
use crate::face::Face;
use crate::wire::Cut;

fn limits(face: &Face) -> Vec<FaultCode> {
    face.view.link.limits.iter().map(|fault| fault.code).collect()
}

fn channels_asked_for(bed: &Bed) -> Vec<String> {
    let posts = bed.operations().into_iter();
    posts
        .filter(|(path, _)| path.contains("/channels/"))
        .map(|(path, _)| path.rsplit('/').next().unwrap().to_owned())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn the_spelling_that_answered_is_remembered() {
    let mut bed = Bed::with_faults(|faults| faults.sms_spelling = simulator::SmsSpelling::Smssession);
    let mut face = bed.open().await;
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    assert_eq!(channels_asked_for(&bed), ["smsession", "smssession"]);
    drop(face);
    bed.restart().await;
    let mut face = bed.open().await;
    bed.floor.clear_requests();
    bed.arm(&bed.agent(1)).await.unwrap();
    face.until("armed", |face| {
        let mut armed = face.view.written.armed.iter();
        armed.any(|armed| armed.phase == ArmedPhase::Armed)
    })
    .await;
    assert_eq!(channels_asked_for(&bed), ["smssession"]);
}

#[tokio::test(start_paused = true)]
async fn of_the_two_topics_of_sms_one_is_enough() {
    for refused in ["/v2/me/smssession", "/v2/me/smssessions"] {
        let bed = Bed::with_faults(|faults| {
            faults.refused_topics = vec![refused.to_owned()];
            let other = ["/v2/me/smssession", "/v2/me/smssessions"]
                .into_iter()
                .find(|topic| *topic != refused);
            faults.sms_topic = other.unwrap().to_owned();
        });
        let mut face = bed.open().await;
        assert_eq!(limits(&face), [], "{refused}");
        bed.in_a_session(&mut face).await;
    }
}

#[tokio::test(start_paused = true)]
async fn without_any_topic_the_sessions_are_read_every_few_seconds() {
    let topics = ["/v2/me/smssession", "/v2/me/smssessions"];
    let bed = Bed::with_faults(|faults| faults.refused_topics = topics.map(str::to_owned).to_vec());
    let mut face = bed.open().await;
    assert_eq!(limits(&face), [FaultCode::TopicRefused], "one thing is said once");
    bed.floor
        .monitor_sessions(
            "sam",
            &bed.ana().user_name,
            &simulator::SessionMonitorRequest::default(),
        )
        .unwrap();
    bed.customer_writes_to(&bed.ana());
    let asked = tokio::time::Instant::now();
    face.until("the session", |face| !face.view.sessions.is_empty())
        .await;
    assert!(asked.elapsed() <= Duration::from_secs(6), "{:?}", asked.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_end_that_was_never_pushed_is_noticed() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    face.watch(Duration::from_secs(30)).await;
    bed.floor.lose_sessions("sam").unwrap();
    face.until("gone", |face| {
        face.session(&key).unwrap().phase != SessionPhase::Live
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn after_a_loss_the_sessions_are_read_before_the_link_is_called_live() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    bed.wire.cut(Cut::Unreachable);
    face.until_link(LinkState::Stale).await;
    bed.floor.lose_sessions("sam").unwrap();
    bed.wire.cut(Cut::Whole);
    while face.view.link.state != LinkState::Live {
        let before = face.session(&key).unwrap().phase;
        assert!(
            matches!(
                before,
                SessionPhase::Live | SessionPhase::Lost | SessionPhase::Revoked
            ),
            "{before:?}"
        );
        face.next().await;
    }
    let gone = face.session(&key).unwrap().phase;
    assert!(
        matches!(gone, SessionPhase::Lost | SessionPhase::Revoked),
        "live, and it still shows {gone:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_written_meanwhile_is_in_the_transcript_once() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    let id = key.rsplit('/').next().unwrap();
    face.open_session(&key);
    bed.floor.customer_writes(id, "before").unwrap();
    face.until("the line", |face| face.texts().contains(&"before"))
        .await;
    bed.wire.cut(Cut::Unreachable);
    face.until_link(LinkState::Stale).await;
    bed.floor.customer_writes(id, "meanwhile").unwrap();
    bed.wire.cut(Cut::Whole);
    face.until("the line", |face| face.texts().contains(&"meanwhile"))
        .await;
    bed.floor.customer_writes(id, "after").unwrap();
    face.until("the line", |face| face.texts().contains(&"after"))
        .await;
    let count = |text: &str| face.texts().iter().filter(|found| **found == text).count();
    assert_eq!((count("before"), count("meanwhile"), count("after")), (1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_restart_offers_what_was_armed_and_asks_for_nothing_by_itself() {
    let (mut bed, face) = {
        let (bed, mut face) = Bed::signed_in().await;
        bed.arm(&bed.ana()).await.unwrap();
        face.until_armed(ArmedPhase::Armed).await;
        (bed, face)
    };
    drop(face);
    bed.restart().await;
    bed.floor.forget_monitoring("sam").unwrap();
    bed.floor.clear_requests();
    let mut face = bed.open().await;
    // No server tells whether it forgot.
    face.until_armed(ArmedPhase::Unclear).await;
    let line = face.view.written.armed[0].clone();
    assert_eq!((line.act, line.again), (Act::Coach, true));
    assert_eq!(line.agent_name, bed.ana().name);
    assert!(channels_asked_for(&bed).is_empty());
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    assert_eq!(face.view.written.armed.len(), 1, "the line is taken up again");
}

/// Found by the fault simulation: the line said that it was lost and could be taken off the list, and the server was armed.
#[tokio::test(start_paused = true)]
async fn what_a_power_cut_left_armed_is_cancelled_at_the_server_and_then_gone() {
    let (mut bed, mut face) = Bed::signed_in().await;
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    drop(face);
    bed.restart().await;
    let mut face = bed.open().await;
    face.until_armed(ArmedPhase::Unclear).await;
    assert_eq!(bed.floor.armed().len(), 1, "the server holds it still");
    let line = face.view.drift[0].line.clone();
    bed.console.order(Command::LetGo { line }).await.unwrap();
    face.until("nothing armed", |face| face.view.written.armed.is_empty())
        .await;
    assert_eq!(bed.floor.armed(), []);
    assert!(!bed.kept("intents.json").contains(&bed.ana().id));
}

#[tokio::test(start_paused = true)]
async fn one_session_that_may_have_been_unheard_is_not_called_armed() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.written(WrittenCommand::Arm {
        order: WrittenOrder {
            agent_id: bed.ana().id,
            medium: Medium::Sms,
            act: Act::Coach,
            extent: Some(Extent::NextChat),
            nickname: None,
            reason: None,
        },
    })
    .await
    .unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    // The subscription ends, and the one session comes and goes before there is a new one.
    bed.wire.cut(Cut::Unreachable);
    face.until_link(LinkState::Stale).await;
    bed.floor.drop_cometd();
    let request = SessionRequest::default();
    let session = bed.floor.take_session(&bed.ana().user_name, &request).unwrap();
    bed.floor.complete_session(&session).unwrap();
    assert_eq!(bed.floor.armed(), []);
    bed.wire.cut(Cut::Whole);
    face.until_link(LinkState::Live).await;
    face.until_armed(ArmedPhase::Unclear).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_session_that_was_forgotten_is_drift_and_said() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    bed.floor.expire_sessions();
    bed.floor.log_out("sam").unwrap();
    face.until("drift", |face| face.view.drift.iter().any(|line| line.may_hold))
        .await;
    face.until_armed(ArmedPhase::Unclear).await;
    face.until_link(LinkState::Live).await;
    assert!(face.view.written.armed[0].again);
    assert!(
        bed.kept("intents.json").contains(&bed.ana().id),
        "it is still wanted"
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_know_the_channel_still_gives_the_phone() {
    let bed = Bed::with_faults(|faults| {
        faults.only_method = Some("POST".to_owned());
        faults.only_path = Some("/api/v2/me".to_owned());
        faults.refuse_next = 1;
        faults.refuse_code = 2;
    });
    let face = bed.open().await;
    assert_eq!(limits(&face), [FaultCode::WrittenNotStarted]);
    let asked: Vec<_> = bed
        .operations()
        .into_iter()
        .map(|(_, body)| body["channels"].clone())
        .collect();
    assert_eq!(asked, [json!(["voice", "smssession"]), json!(["voice"])]);
    assert!(face.view.me.phone.is_some_and(|phone| phone.registered));
}

#[tokio::test(start_paused = true)]
async fn each_channel_that_fails_alone_is_a_limit_of_its_own() {
    for (failed, code) in [
        ("multimedia", FaultCode::WrittenNotStarted),
        ("smssession", FaultCode::WrittenNotStarted),
        ("voice", FaultCode::VoiceNotStarted),
    ] {
        let bed = Bed::new();
        bed.wire.meddle(move |path, answer| {
            if path == "/api/v2/me" && answer.get("user").is_none() {
                *answer = json!({
                    "statusCode": 7,
                    "failed": [{ "statusCode": 4, "statusMessage": "Interaction Server is away", "channel": failed }],
                });
            }
        });
        let face = bed.open().await;
        assert_eq!(limits(&face), [code], "{failed}");
        assert_eq!(face.view.link.state, LinkState::Live);
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_without_multimedia_is_signed_in_for_calls() {
    let bed = Bed::with_faults(|faults| faults.without_multimedia = vec!["sam".to_owned()]);
    let face = bed.open().await;
    let (_, start) = bed.operations().swap_remove(0);
    assert_eq!(start["channels"], json!(["voice"]));
    assert_eq!(face.view.written.media, []);
    assert!(face.view.written.problem.is_some(), "it says why");
    let refused = bed.arm(&bed.ana()).await.expect_err("nothing can be armed");
    assert_eq!(refused.code, FaultCode::FeatureMissing);
}

#[tokio::test(start_paused = true)]
async fn a_server_without_chats_works_for_sms() {
    let bed = Bed::new();
    bed.wire.meddle(|path, answer| {
        if path.starts_with("/api/v2/me/chats") {
            *answer = json!({ "statusCode": 6, "statusMessage": "no such resource" });
        }
    });
    let mut face = bed.open().await;
    assert_eq!(limits(&face), []);
    bed.in_a_session(&mut face).await;
}

#[tokio::test(start_paused = true)]
async fn lists_that_are_never_answered_do_not_hold_up_the_calls() {
    let bed = Bed::new();
    bed.wire
        .trick(|tricks| tricks.late = Some(("/api/v2/me/smssessions", Duration::from_mins(5))));
    let asked = tokio::time::Instant::now();
    let mut face = bed.open().await;
    assert!(asked.elapsed() < Duration::from_secs(15), "{:?}", asked.elapsed());
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(desk::view::Phase::Armed).await;
}
