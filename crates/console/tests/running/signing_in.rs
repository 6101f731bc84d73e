//! Signing in: the order of the steps, and a clear word for each way in which it can fail.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use console::profile::Profile;
use console::secret::Secret;
use console::wire::LARGEST_ANSWER;
use desk::fault::FaultCode;
use desk::view::{LinkState, WhyNot};
use serde_json::json;

use crate::bed::{Bed, PASSWORD, Spoil, profile};
use crate::face::Face;
use crate::wire::Cut;

const ME: &str = "/api/v2/me";

#[tokio::test(start_paused = true)]
async fn what_is_pushed_is_subscribed_to_before_the_phone_is_asked_for() {
    let bed = Bed::with_faults(|faults| faults.slow_reply_ms = 100);
    let mut face = Face::open(&bed.console).await;
    let (signed_in, ()) = tokio::join!(bed.sign_in(), face.until_link(LinkState::Live));
    assert_eq!(signed_in, Ok(()));
    let said = bed.conversation();
    let at = |what: &str| {
        said.iter()
            .position(|said| said == what)
            .unwrap_or_else(|| panic!("{what}: {said:?}"))
    };
    let start = at("StartContactCenterSession");
    for topic in [
        "/v2/me/devices",
        "/v2/me/calls",
        "/v2/me/channels",
        "/notifications/services",
        "/v2/me/smssession",
        "/v2/me/smssessions",
        "/v2/me/chats",
    ] {
        assert!(at(&format!("/meta/subscribe {topic}")) < start);
    }
    assert_eq!(said[0], "GET /api/v2/me", "the password is checked first");
    let passwords = bed.wire.sent().iter().filter(|sent| sent.with_password).count();
    assert_eq!(passwords, 1, "afterwards the cookie is enough");
    assert_eq!(
        face.links,
        [
            LinkState::Offline,
            LinkState::SigningIn,
            LinkState::Connecting,
            LinkState::Live
        ]
    );
    assert_eq!(face.view.me.user_name, "sam");
    assert!(face.view.me.phone.is_some_and(|phone| phone.registered));
    assert!(face.view.link.limits.is_empty());
    let start = &bed.operations()[0].1;
    assert_eq!(
        *start,
        json!({
            "operationName": "StartContactCenterSession",
            "channels": ["voice", "smssession"],
            "place": "Place_5005"
        })
    );
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_tried_once() {
    let bed = Bed::new();
    let mut face = Face::open(&bed.console).await;
    let fault = bed.sign_in_as("sam", "guess").await.expect_err("refused");
    assert_eq!(fault.code, FaultCode::WrongPassword);
    face.until_link(LinkState::SignedOut).await;
    assert_eq!(face.view.link.problem, Some(fault));
    assert_eq!(bed.wire.sent().len(), 1);
    assert_eq!(bed.sign_in().await, Ok(()), "the right one works afterwards");
}

#[tokio::test(start_paused = true)]
async fn a_plain_agent_cannot_coach() {
    let bed = Bed::new();
    let agent = bed.ana();
    let fault = bed
        .sign_in_as(&agent.user_name, PASSWORD)
        .await
        .expect_err("refused");
    assert_eq!(fault.code, FaultCode::NotSupervisor);
    assert!(fault.message.contains(&agent.name) && fault.hint.is_some());
    assert!(bed.operations().is_empty(), "nobody was logged in to a phone");
}

#[tokio::test(start_paused = true)]
async fn a_missing_feature_is_named() {
    let bed = Bed::new();
    bed.wire.meddle(|_, answer| {
        if let Some(features) = answer["user"]["features"].as_array_mut() {
            features.retain(|feature| feature["id"] != "api-supervisor-monitoring");
        }
    });
    let fault = bed.sign_in().await.expect_err("refused");
    assert_eq!(fault.code, FaultCode::FeatureMissing);
    assert!(fault.message.contains("api-supervisor-monitoring"));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_wants_a_new_password_says_so() {
    let bed = Bed::new();
    bed.wire
        .meddle(|_, answer| *answer = json!({ "statusCode": 8, "statusMessage": "Change it" }));
    assert_eq!(bed.refused().await, FaultCode::PasswordChangeDemanded);
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_is_not_registered_costs_only_the_voice() {
    let bed = Bed::new();
    let number = bed.sam().phone_number;
    bed.floor
        .change_faults(|faults| faults.unregistered = vec![number]);
    let face = bed.open().await;
    let codes: Vec<FaultCode> = face.view.link.limits.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, [FaultCode::VoiceNotStarted]);
    assert!(face.view.link.limits[0].message.contains("not registered"));
    assert_eq!(face.row(&bed.ana().name).why_not, Some(WhyNot::NotOffered));
    let refused = bed.coach(&bed.ana()).await.expect_err("no phone");
    assert_eq!(refused.code, FaultCode::PhoneNotRegistered);
}

#[tokio::test(start_paused = true)]
async fn partial_success_is_success_with_a_limit() {
    let bed = Bed::new();
    bed.wire.meddle(|path, answer| {
        if path == ME && answer.get("user").is_none() {
            *answer = json!({
                "statusCode": 7,
                "succeeded": [{ "statusCode": 0, "channel": "multimedia" }],
                "failed": [{ "statusCode": 4, "statusMessage": "T-Server is not there", "channel": "voice" }],
            });
        }
    });
    let face = bed.open().await;
    let limits = &face.view.link.limits;
    assert_eq!(limits.len(), 1);
    assert_eq!(limits[0].code, FaultCode::VoiceNotStarted);
    assert!(limits[0].message.contains("T-Server is not there"));
}

#[tokio::test(start_paused = true)]
async fn a_place_that_somebody_else_uses_is_a_limit_that_says_so() {
    let bed = Bed::new();
    let taken = format!("Place_{}", bed.ana().phone_number);
    let profile = Profile {
        place: taken,
        ..profile()
    };
    bed.console
        .sign_in(profile, Secret::new(PASSWORD.to_owned()))
        .await
        .unwrap();
    let face = Face::open(&bed.console).await;
    let codes: Vec<FaultCode> = face.view.link.limits.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, [FaultCode::PlaceInUse]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_be_reached_or_says_nothing() {
    let bed = Bed::new();
    bed.wire.cut(Cut::Unreachable);
    assert_eq!(bed.refused().await, FaultCode::Unreachable);
    bed.wire.cut(Cut::Silent);
    assert_eq!(bed.refused().await, FaultCode::TimedOut);
    bed.wire.cut(Cut::Whole);
    assert_eq!(bed.sign_in().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn answers_that_are_not_what_was_asked_for() {
    let spoilt: [(FaultCode, Spoil); 5] = [
        (FaultCode::NotGenesys, |faults| faults.html_next = 1),
        (FaultCode::NotGenesys, |faults| faults.truncated_next = 1),
        (FaultCode::ServerFault, |faults| faults.unavailable_next = 1),
        (FaultCode::Unreachable, |faults| faults.lost_reply_next = 1),
        (FaultCode::AnswerTooLarge, |faults| {
            faults.oversize_next = 1;
            faults.oversize_bytes = LARGEST_ANSWER + 1;
        }),
    ];
    for (code, spoil) in spoilt {
        let bed = Bed::with_faults(spoil);
        let fault = bed.sign_in().await.expect_err("refused");
        assert_eq!(fault.code, code);
        assert!(fault.hint.is_some(), "every fault says what to do: {fault}");
        let face = Face::open(&bed.console).await;
        assert_eq!(face.view.link.state, LinkState::SignedOut);
        assert_eq!(
            bed.sign_in().await,
            Ok(()),
            "and nothing is in the way of the next try"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn ten_megabytes_are_read() {
    let bed = Bed::with_faults(|faults| {
        faults.oversize_next = 1;
        faults.oversize_bytes = 10_000_000;
    });
    assert_eq!(bed.sign_in().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn an_address_without_a_server_of_genesys_is_told_by_the_subscription() {
    let bed = Bed::with_faults(|faults| {
        faults.only_path = Some("/api/v2/notifications".to_owned());
        faults.never_answer_next = 1000;
    });
    let started = tokio::time::Instant::now();
    let fault = bed.sign_in().await.expect_err("it cannot work");
    assert_eq!(
        started.elapsed(),
        Duration::from_secs(30),
        "nothing waits for ever"
    );
    assert_eq!(fault.code, FaultCode::LinkDown);
    assert!(fault.message.contains("no reply in time"), "{fault}");
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_drops_cookies_is_suspected() {
    let bed = Bed::new();
    bed.wire.trick(|tricks| tricks.lose_cookies = true);
    let fault = bed.sign_in().await.expect_err("it cannot work");
    assert!(
        fault.hint.as_ref().is_some_and(|hint| hint.contains("cookies")),
        "{fault:?}"
    );
    let passwords = bed.wire.sent().iter().filter(|sent| sent.with_password).count();
    assert!(passwords <= 3, "{passwords} tries");
}

#[tokio::test(start_paused = true)]
async fn signing_in_twice_does_not_disturb_the_first() {
    let (bed, mut face) = Bed::signed_in().await;
    assert_eq!(bed.refused().await, FaultCode::AlreadySignedIn);
    bed.coach(&bed.ana()).await.unwrap();
    face.until("armed", |face| face.view.coaching.confirmed.is_some())
        .await;
    assert_eq!(face.view.link.state, LinkState::Live);

    let bed = Bed::new();
    let (first, second) = tokio::join!(bed.sign_in(), bed.sign_in());
    assert_eq!(
        (first, second.map_err(|fault| fault.code)),
        (Ok(()), Err(FaultCode::AlreadySignedIn))
    );
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_not_there_is_not_asked_for() {
    let bed = Bed::new();
    let profile = Profile {
        place: String::new(),
        ..profile()
    };
    bed.console
        .practise(profile, Secret::new(PASSWORD.to_owned()))
        .await
        .unwrap();
    assert_eq!(bed.operations()[0].1.get("place"), None);
    let face = Face::open(&bed.console).await;
    assert!(face.view.link.practice);
    assert_eq!(face.view.link.server, "practice floor");
}

#[tokio::test(start_paused = true)]
async fn the_password_is_in_no_log_and_in_no_message() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let (bed, mut face) = Bed::signed_in().await;
    bed.floor.expire_sessions();
    face.until_link(LinkState::Stale).await;
    face.until_link(LinkState::Live).await;
    bed.console.sign_out().await;
    let fault = bed
        .sign_in_as("sam", "canary-password")
        .await
        .expect_err("refused");
    let told = serde_json::to_string(&(&face.view, &fault)).unwrap();
    let said = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(said.contains("interrupted"), "the log is on");
    let said = said.replace("practice floor", "");
    let told = told.replace("\"practice\":", "");
    for secret in [
        PASSWORD,
        "canary-password",
        "c2FtOnByYWN0aWNl",
        "c2FtOmNhbmFyeS1wYXNzd29yZA",
    ] {
        for text in [&said, &told] {
            let found = text.lines().find(|line| line.contains(secret));
            assert_eq!(found, None, "{secret}");
        }
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
