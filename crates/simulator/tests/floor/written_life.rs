//! Written sessions on a floor that moves by itself, under load, and from a scenario, on the paused clock.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use simulator::{
    Handle, Lively, Load, Scenario, ScenarioError, SessionRequest, Settings, WrittenPhase, service,
};

use crate::support::{ANA, JONAS, Writer};

fn lively(seed: u64) -> (axum::Router, Handle) {
    service(Settings {
        lively: true,
        seed,
        ..Settings::default()
    })
}

async fn pass(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn sessions_are_under_way_when_the_doors_open() {
    let (_router, handle) = lively(1);
    let sessions = handle.sessions();
    assert!((3..=6).contains(&sessions.len()), "{}", sessions.len());
    for session in sessions {
        assert_eq!(session.phase, WrittenPhase::Running);
        assert!(
            session.lines.iter().any(|line| line.text.is_some()),
            "{session:?}"
        );
        assert!(session.user_data.contains_key("Subject"));
    }
}

#[tokio::test(start_paused = true)]
async fn customers_come_are_answered_and_go_and_there_are_never_too_many() {
    let (_router, handle) = lively(2);
    let most = handle.lively().most_sessions;
    let (mut seen, mut ended, mut subjects) = (HashMap::new(), 0, BTreeSet::new());
    for _ in 0..1_800 {
        pass(1).await;
        let sessions = handle.sessions();
        assert!(sessions.len() <= most, "{} at once", sessions.len());
        for session in sessions {
            subjects.insert(session.user_data["Subject"].as_str().unwrap().to_owned());
            seen.insert(session.id.clone(), session);
        }
    }
    for session in seen.keys() {
        ended += usize::from(handle.session(session).unwrap().phase == WrittenPhase::Ended);
    }
    assert!(seen.len() > 60, "{} sessions in half an hour", seen.len());
    assert!(ended > 50, "{ended} have ended");
    assert!(subjects.len() > 12, "{subjects:?}");
    let lines = || seen.values().flat_map(|session| &session.lines);
    let by_agents = lines()
        .filter(|line| line.kind == "Text" && line.person.is_some())
        .count();
    assert!(by_agents > 200, "{by_agents} answers");
    assert!(
        lines().all(|line| line.visibility == "All"),
        "nobody whispers unasked"
    );
    assert!(seen.values().any(|session| session.medium == "chat"));
    assert!(handle.leaks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_armed_agent_has_a_session_within_ten_seconds_and_the_supervisor_is_in_it() {
    for seed in 1..=25 {
        let (router, handle) = lively(seed);
        let mut sam = Writer::at_work(&router, &handle, "sam").await;
        pass(7 * seed).await;
        let reply = sam.supervise(JONAS, json!({"operationName": "Coach"})).await;
        assert_eq!(reply.code(), 0);
        pass(10).await;
        let sessions = sam.sessions().await;
        assert!(!sessions.is_empty(), "seed {seed}");
        assert_eq!(sessions[0]["state"], "Chatting");
        pass(30).await;
        assert!(
            !sam.sessions().await.is_empty(),
            "seed {seed}: time enough to look"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_is_armed_for_all_sessions_is_not_left_waiting_when_one_has_ended() {
    let (router, handle) = lively(9);
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    sam.supervise(ANA, json!({"operationName": "Monitor"})).await;
    let (mut seen, mut without, mut longest) = (BTreeSet::new(), 0, 0);
    for _ in 0..900 {
        pass(1).await;
        let sessions = sam.sessions().await;
        without = if sessions.is_empty() { without + 1 } else { 0 };
        longest = longest.max(without);
        seen.extend(sessions.iter().map(|session| session["id"].to_string()));
    }
    assert!(seen.len() >= 5, "{} sessions in a quarter of an hour", seen.len());
    assert!(longest <= 20, "{longest} s without any");
}

#[tokio::test(start_paused = true)]
async fn an_agent_takes_up_a_whisper_in_public_words_of_their_own() {
    let (router, handle) = lively(4);
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    sam.supervise(ANA, json!({"operationName": "Coach"})).await;
    pass(12).await;
    let id = sam.sessions().await[0]["id"].as_str().unwrap().to_owned();
    let whisper = json!({"operationName": "SendToAgents", "text": "Zebra: offer the callback."});
    let before = handle.session(&id).unwrap().lines.len();
    assert_eq!(sam.on_session(&id, whisper).await.code(), 0);
    pass(14).await;
    let after = handle.session(&id).unwrap().lines;
    let answer = after[before + 1..]
        .iter()
        .find(|line| line.from == "ana.nunez" && line.kind == "Text");
    assert!(answer.is_some(), "{:?}", &after[before..]);
    let view = handle.customer_view(&id).unwrap();
    assert!(!view.texts.iter().any(|text| text.contains("Zebra")), "{view:?}");
}

#[tokio::test(start_paused = true)]
async fn a_person_somebody_is_signed_in_as_writes_for_themselves() {
    let (router, handle) = lively(5);
    let _ana = Writer::at_work(&router, &handle, "ana.nunez").await;
    let request = SessionRequest::default();
    let id = handle.offer_session(ANA, &request).unwrap();
    pass(300).await;
    let session = handle.session(&id).unwrap();
    assert_eq!(session.phase, WrittenPhase::Offered, "nobody accepts for her");
}

#[tokio::test(start_paused = true)]
async fn stopped_it_stands_still_and_started_again_it_goes_on() {
    let (_router, handle) = lively(6);
    pass(60).await;
    handle.set_lively(Lively {
        on: false,
        ..handle.lively()
    });
    pass(5).await;
    let before = handle.sessions();
    pass(600).await;
    assert_eq!(handle.sessions(), before);
    handle.set_lively(Lively {
        on: true,
        ..handle.lively()
    });
    pass(60).await;
    assert_ne!(handle.sessions(), before);
}

#[tokio::test(start_paused = true)]
async fn a_load_is_as_heavy_as_it_says() {
    let load = Load::default();
    let (router, handle) = service(Settings {
        load: Some(load.clone()),
        ..Settings::default()
    });
    assert_eq!(handle.sessions().len(), 24);
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    assert_eq!(
        sam.sessions().await.len(),
        24,
        "they are in as soon as they can be reached"
    );
    sam.news().await;
    pass(10).await;
    let news = sam.news().await;
    let texts = news
        .iter()
        .filter(|message| message["data"]["messages"][0]["type"] == "Text")
        .count();
    assert!((195..=205).contains(&texts), "{texts} texts in ten seconds");
    let sessions: BTreeSet<_> = news
        .iter()
        .map(|message| message["data"]["smssessionUri"].to_string())
        .collect();
    assert_eq!(sessions.len(), 24, "every session has its share");
    handle.set_load(None).unwrap();
    assert!(sam.sessions().await.is_empty());
    sam.news().await;
    pass(10).await;
    assert!(sam.news().await.is_empty());
    let heavy = Load {
        messages_per_second: 0,
        ..load
    };
    assert!(handle.set_load(Some(heavy)).is_err());
}

#[tokio::test(start_paused = true)]
async fn the_example_scenario_plays_without_a_hitch() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/first-lesson.json");
    let scenario = Scenario::read(&path).unwrap();
    let (router, handle) = service(Settings {
        scenario: Some(scenario.clone()),
        ..Settings::default()
    });
    let mut sam = Writer::at_work(&router, &handle, "sam").await;
    sam.supervise(ANA, json!({"operationName": "Coach"})).await;
    pass(22).await;
    assert_eq!(handle.sessions()[0].phase, WrittenPhase::Offered);
    pass(2).await;
    let parcel = sam.sessions().await[0]["id"].as_str().unwrap().to_owned();
    pass(166).await;
    assert_eq!(handle.session(&parcel).unwrap().phase, WrittenPhase::Ended);
    assert!(
        !handle
            .customer_view(&parcel)
            .unwrap()
            .texts
            .iter()
            .any(|text| text.contains("depot"))
    );
    let bill = sam.sessions().await;
    assert_eq!(
        bill[0]["userData"]["Subject"], "Billing",
        "the other was handed to Ana, and Sam followed"
    );
    pass(60).await;
    assert!(sam.sessions().await.is_empty(), "in a queue");
    assert_eq!(handle.scenario_problems(), Vec::<String>::new());
    assert_eq!(
        scenario.title,
        "A first lesson: listen, whisper, and step in when it is needed"
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_scenario_cannot_have_is_told() {
    let (_router, handle) = service(Settings::default());
    let stranger = Scenario::parse(r#"{"acts": [{"at_ms": 0, "do": "ring", "person": "Nobody"}]}"#).unwrap();
    let error = handle.play(stranger).unwrap_err();
    assert!(
        matches!(error, ScenarioError::UnknownPerson { act: 1, .. }),
        "{error}"
    );
    let early = Scenario::parse(
        r#"{"acts": [{"at_ms": 5, "do": "answer", "person": "6001"}, {"at_ms": 5, "do": "take_call", "person": "6001"}]}"#,
    );
    handle.play(early.unwrap()).unwrap();
    pass(1).await;
    let problems = handle.scenario_problems();
    assert_eq!(problems.len(), 1, "the rest is played all the same: {problems:?}");
    assert!(
        problems[0].starts_with("act 1: there is no call that is Ringing"),
        "{problems:?}"
    );
}
