//! The link: lost, found again, and never called live before the truth has been read; and pushes of every kind.

use std::time::Duration;

use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::order::{CallAct, Command, OwnState};
use desk::view::{LinkState, Phase, StateKind};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::bed::Bed;
use crate::face::Face;
use crate::wire::Cut;

fn own_state(face: &Face) -> Option<StateKind> {
    face.view.me.state.as_ref().map(|state| state.kind)
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_the_server_forgets_is_made_again() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    face.links.clear();
    face.shown.clear();
    bed.wire
        .trick(|tricks| tricks.late = Some(("/api/v2/me", Duration::from_millis(300))));
    bed.floor.drop_cometd();
    face.until_link(LinkState::Stale).await;
    face.until_link(LinkState::Live).await;
    assert_eq!(
        face.links,
        [LinkState::Stale, LinkState::Recovering, LinkState::Live]
    );
    assert_eq!(
        face.shown,
        [
            (Phase::Armed, Audience::Unknown),
            (Phase::Armed, Audience::Nobody)
        ],
        "whoever has armed something and cannot confirm it is told so"
    );
    assert_eq!(face.view.link.problem, None);
    assert_eq!(
        bed.operation_names(),
        ["StartContactCenterSession", "Coach"],
        "nothing is asked for again"
    );
}

#[tokio::test(start_paused = true)]
async fn what_happened_while_the_wire_was_cut_is_read_afterwards() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.wire.cut(Cut::Unreachable);
    face.until_link(LinkState::Stale).await;
    let refused = bed.stop().await.expect_err("no link, no order");
    assert_eq!(refused.code, FaultCode::LinkDown);
    bed.floor.take_call(&ana.user_name).unwrap();
    face.watch(Duration::from_mins(2)).await;
    assert_eq!(face.view.link.state, LinkState::Stale);
    assert_eq!(
        face.view.floor.problem.as_ref().map(|fault| fault.code),
        Some(FaultCode::Unreachable)
    );
    assert!(face.row(&ana.name).stale, "the last word on this row is old");

    bed.wire.cut(Cut::Whole);
    let back = Instant::now();
    face.until_link(LinkState::Live).await;
    assert!(back.elapsed() < Duration::from_mins(1), "{:?}", back.elapsed());
    assert_eq!(face.view.coaching.phase, Phase::Offered);
    face.until("the roster", |face| face.view.floor.problem.is_none())
        .await;
    assert!(!face.row(&ana.name).stale);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_is_noticed() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.wire.cut(Cut::Silent);
    let silent = Instant::now();
    face.until_link(LinkState::Stale).await;
    assert!(
        silent.elapsed() <= Duration::from_secs(45),
        "{:?}",
        silent.elapsed()
    );
    assert_eq!(face.view.coaching.audience, Audience::Unknown);
    bed.wire.cut(Cut::Whole);
    face.until_link(LinkState::Live).await;
}

#[tokio::test(start_paused = true)]
async fn messages_flow_again_but_the_state_cannot_be_read() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor.change_faults(|faults| {
        faults.only_path = Some("/api/v2/me".to_owned());
        faults.unavailable_next = 3;
    });
    bed.floor.drop_cometd();
    face.until_link(LinkState::Recovering).await;
    face.until_link(LinkState::Stale).await;
    assert_eq!(
        face.view.link.problem.as_ref().map(|fault| fault.code),
        Some(FaultCode::ServerFault)
    );
    assert_eq!(face.view.coaching.audience, Audience::Unknown);
    face.until_link(LinkState::Live).await;
    assert_eq!(
        bed.floor.faults().unavailable_next,
        0,
        "not live before a reading went through"
    );
}

#[tokio::test(start_paused = true)]
async fn a_topic_that_is_refused_does_not_cost_the_others() {
    let bed = Bed::with_faults(|faults| faults.refused_topics = vec!["/notifications/services".to_owned()]);
    let mut face = bed.open().await;
    assert_eq!(face.view.link.limits.len(), 1);
    assert_eq!(face.view.link.limits[0].code, FaultCode::TopicRefused);
    assert!(
        face.view.link.limits[0]
            .message
            .contains("/notifications/services")
    );
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
}

#[tokio::test(start_paused = true)]
async fn own_pushes_that_are_refused_are_replaced_by_reading() {
    let topics = ["/v2/me/devices", "/v2/me/calls"];
    let bed = Bed::with_faults(|faults| faults.refused_topics = topics.map(str::to_owned).to_vec());
    let mut face = bed.open().await;
    assert_eq!(face.view.link.limits.len(), 2);
    let ana = bed.ana();
    let asked = Instant::now();
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    assert!(
        asked.elapsed() <= Duration::from_secs(5),
        "within one interval of the roster"
    );
    bed.floor.take_call(&ana.user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    assert_eq!(face.view.link.state, LinkState::Live);
}

#[tokio::test(start_paused = true)]
async fn a_telephony_service_that_goes_down_is_a_limit_until_it_is_back() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.floor.change_faults(|faults| faults.voice_inactive = true);
    face.until("the limit", |face| {
        face.view
            .link
            .limits
            .iter()
            .any(|fault| fault.code == FaultCode::ServerFault)
    })
    .await;
    bed.floor.change_faults(|faults| faults.voice_inactive = false);
    face.until("no limit", |face| face.view.link.limits.is_empty())
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_reading_that_a_push_overtook_is_not_believed() {
    let (bed, mut face) = Bed::signed_in().await;
    assert_eq!(own_state(&face), Some(StateKind::NotReady));
    bed.wire
        .trick(|tricks| tricks.late = Some(("/api/v2/me", Duration::from_millis(500))));
    bed.console.refresh().unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    bed.floor.ready("sam").unwrap();
    face.until("ready", |face| own_state(face) == Some(StateKind::Ready))
        .await;
    let until = Instant::now() + Duration::from_secs(3);
    while tokio::time::timeout_at(until, face.next()).await.is_ok() {
        assert_eq!(
            own_state(&face),
            Some(StateKind::Ready),
            "an old reading came after a newer push"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_reading_that_is_overtaken_for_ever_is_believed_in_the_end() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.wire
        .trick(|tricks| tricks.late = Some(("/api/v2/me", Duration::from_secs(1))));
    bed.floor.drop_cometd();
    face.until_link(LinkState::Recovering).await;
    let recovering = Instant::now();
    while face.view.link.state != LinkState::Live {
        assert!(
            recovering.elapsed() < Duration::from_secs(10),
            "for ever in doubt"
        );
        bed.floor.ready("sam").unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        bed.floor.not_ready("sam").unwrap();
        face.watch(Duration::from_millis(300)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn notifications_that_make_no_sense_change_nothing() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    let (me, coaching) = (face.view.me.clone(), face.view.coaching.clone());
    let id = bed.sam().device_id;
    let nonsense: [(&str, Value); 12] = [
        ("/v2/me/devices", Value::Null),
        ("/v2/me/devices", json!([1, 2])),
        (
            "/v2/me/devices",
            json!({ "messageType": "DeviceStateChangeMessage" }),
        ),
        (
            "/v2/me/devices",
            json!({ "messageType": "DeviceStateChangeMessage", "devices": "none" }),
        ),
        (
            "/v2/me/devices",
            json!({ "messageType": "DeviceStateChangeMessage", "devices": [{}] }),
        ),
        (
            "/v2/me/devices",
            json!({ "messageType": "DeviceStateChangeMessage", "devices": [{ "id": "another" }] }),
        ),
        (
            "/v2/me/devices",
            json!({ "messageType": 7, "devices": { "id": id } }),
        ),
        (
            "/v2/me/devices",
            json!({ "messageType": "TeaIsReadyMessage", "cups": 3 }),
        ),
        (
            "/v2/me/calls",
            json!({ "messageType": "CallStateChangeMessage", "call": { "state": "Ringing" } }),
        ),
        (
            "/v2/me/calls",
            json!({ "messageType": "CallStateChangeMessage", "call": [] }),
        ),
        (
            "/v2/me/channels",
            json!({ "messageType": "ChannelStateChangeMessageV2", "channels": 1 }),
        ),
        (
            "/notifications/services",
            json!({ "services": [{ "type": 1 }, null, "x"] }),
        ),
    ];
    for (topic, data) in nonsense {
        bed.floor.publish("sam", topic, data.clone()).unwrap();
        face.watch(Duration::from_millis(100)).await;
        assert_eq!(face.view.me, me, "{data}");
        assert_eq!(face.view.coaching.phase, coaching.phase, "{data}");
        assert_eq!(face.view.coaching.audience, coaching.audience, "{data}");
        assert!(face.view.calls.is_empty(), "{data}");
        assert_eq!(face.view.link.state, LinkState::Live, "{data}");
    }
    bed.floor.take_call(&bed.ana().user_name).unwrap();
    face.until_phase(Phase::Offered).await;
}

#[tokio::test(start_paused = true)]
async fn fields_and_words_that_no_document_knows_are_no_hindrance() {
    let bed = Bed::with_faults(|faults| {
        faults.extra_fields = true;
        faults.string_status_code = true;
        faults.old_participants = true;
        faults.foreign_host = Some("gws.example:8443".to_owned());
    });
    let mut face = bed.open().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    let target = bed.operations()[1].1["targetDeviceUri"].clone();
    let ana = bed.ana();
    assert_eq!(
        target,
        format!("http://gws.example:8443/api/v2/devices/{}", ana.device_id)
    );
    bed.floor.take_call(&ana.user_name).unwrap();
    face.until_phase(Phase::Offered).await;
}

#[tokio::test(start_paused = true)]
async fn the_old_form_of_the_monitoring_state_is_understood() {
    let bed = Bed::with_faults(|faults| faults.old_monitoring_state = true);
    let mut face = bed.open().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    assert_eq!(face.view.coaching.agent_name, Some(bed.ana().name));
    bed.stop().await.unwrap();
    face.until_phase(Phase::Idle).await;
}

#[tokio::test(start_paused = true)]
async fn the_own_state_is_set_and_shown_when_the_server_says_so() {
    let (bed, mut face) = Bed::signed_in().await;
    for (state, kind) in [
        (OwnState::Ready, StateKind::Ready),
        (OwnState::NotReady, StateKind::NotReady),
    ] {
        bed.console.order(Command::SetState { state }).await.unwrap();
        face.until("the state", |face| own_state(face) == Some(kind))
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_operation_without_an_answer_says_so_in_time() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.floor.change_faults(|faults| {
        faults.only_method = Some("POST".to_owned());
        faults.never_answer_next = 1;
    });
    let asked = Instant::now();
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Requested).await;
    face.until("the end of waiting", |face| {
        face.view.coaching.phase != Phase::Requested
    })
    .await;
    assert_eq!(asked.elapsed().as_secs(), 10);
    face.watch(Duration::from_secs(15)).await;
    assert_eq!(face.view.coaching.phase, Phase::Lost, "the server never did it");
    assert!(face.view.coaching.again.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_the_server_ends_for_good_is_started_anew() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.wire.meddle(|path, answer| {
        if path.ends_with("/connect") {
            *answer = json!([{
                "channel": "/meta/connect",
                "id": answer[0]["id"],
                "successful": false,
                "error": "500::Shutting down",
                "advice": { "reconnect": "none" },
            }]);
        }
    });
    bed.floor.drop_cometd();
    face.until_link(LinkState::Stale).await;
    assert!(
        face.view
            .link
            .problem
            .as_ref()
            .is_some_and(|fault| fault.message.contains("Shutting down"))
    );
    bed.wire.meddle(|_, _| {});
    face.until_link(LinkState::Live).await;
    bed.floor.take_call(&bed.ana().user_name).unwrap();
    face.until_phase(Phase::Offered).await;
}

#[tokio::test(start_paused = true)]
async fn a_push_that_got_lost_is_made_up_for_by_the_next_reading() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor.take_call("Ana Núñez").unwrap();
    face.until_phase(Phase::Offered).await;
    bed.act(&face, CallAct::Answer).await.unwrap();
    face.until_phase(Phase::Live).await;
    bed.floor
        .change_faults(|faults| faults.malformed_notification_next = 5);
    bed.floor.release("Ana Núñez").unwrap();
    face.until("the end that nobody told", |face| {
        face.view.coaching.audience == Audience::Nobody
    })
    .await;
    assert_eq!(face.view.coaching.phase, Phase::Idle);
}
