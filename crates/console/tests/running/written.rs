//! Written sessions from arming to leaving: what goes over the wire, what is on disk first, and what a face is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use console::contract::Message;
use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::order::{Act, Medium, Readership, WrittenCommand};
use desk::view::{ArmedPhase, LineKind, LineReaders, RosterQuery, SessionPhase, UnsentState};
use journal::What;
use serde_json::json;
use tokio::time::Instant;

use crate::bed::Bed;

#[tokio::test(start_paused = true)]
async fn an_intent_is_on_disk_before_its_request_leaves() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    let file = bed.data().join("intents.json");
    let kept: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = Arc::clone(&kept);
    bed.wire.witness(move |sent| {
        if sent.path.contains("/channels/") {
            noted
                .lock()
                .unwrap()
                .push(std::fs::read_to_string(&file).unwrap_or_default());
        }
    });
    bed.arm(&ana).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    assert!(
        kept.lock().unwrap()[0].contains(&ana.id),
        "{:?}",
        kept.lock().unwrap()
    );
    let (path, body) = bed.operations().pop().unwrap();
    assert_eq!(path, format!("/api/v2/users/{}/channels/smsession", ana.id));
    assert_eq!(
        body,
        json!({ "operationName": "Coach", "supervisorMonitoringMode": "AllChats", "nickname": "Lead" })
    );
    bed.written(WrittenCommand::Disarm {
        agent_id: ana.id.clone(),
        medium: Medium::Sms,
        leave: false,
    })
    .await
    .unwrap();
    face.until("cancelled", |face| face.view.written.armed.is_empty())
        .await;
    assert!(
        !bed.kept("intents.json").contains(&ana.id),
        "what was taken back is not kept"
    );
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_keeps_nothing_is_a_limit_and_no_hindrance() {
    let bed = Bed::without_data().await;
    let mut face = bed.open().await;
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    let limits: Vec<FaultCode> = face.view.link.limits.iter().map(|fault| fault.code).collect();
    assert!(limits.contains(&FaultCode::NotKept), "{limits:?}");
}

/// The notice of the system says that only the agent reads the supervisor: whoever acts on it must find it in the journal,
/// even where the power went a moment later.
#[tokio::test(start_paused = true)]
async fn a_session_is_announced_only_once_it_is_written_down() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    let mut messages = bed.console.subscribe(RosterQuery::default()).unwrap();
    bed.customer_writes_to(&bed.ana());
    let announced = async {
        loop {
            match messages.recv().await.expect("the console is there") {
                Message::Patch { patch } => bed.console.acknowledge(patch.to).unwrap(),
                Message::SessionArrived { .. } => return,
                _ => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(2), announced)
        .await
        .expect("it is announced");
    assert!(bed.recorded().contains(&What::Live), "what is told is durable");
}

#[tokio::test(start_paused = true)]
async fn the_session_of_an_armed_agent_arrives_on_the_board() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    let session = face.session(&key).unwrap();
    assert_eq!(session.agent_name, bed.ana().name);
    assert_eq!(session.customer, "Pat");
    assert_eq!(
        (session.audience, session.act),
        (Audience::AgentOnly, Some(Act::Coach))
    );
    assert_eq!(face.arrived, std::slice::from_ref(&key), "it is announced, once");
    face.open_session(&key);
    face.until("the transcript", |face| {
        face.transcript.iter().any(|line| line.kind == LineKind::Customer)
    })
    .await;
    bed.floor
        .agent_writes(id(&key), None, "Let me look that up.")
        .unwrap();
    face.until("the agent's line", |face| {
        face.texts().contains(&"Let me look that up.")
    })
    .await;
    assert_eq!(
        bed.recorded(),
        [What::Requested, What::Accepted, What::Live],
        "no word of the transcript is in the journal"
    );
}

#[tokio::test(start_paused = true)]
async fn a_whisper_is_read_by_agents_and_by_nobody_else() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    face.open_session(&key);
    let before = bed.floor.customer_view(id(&key)).unwrap().texts;
    bed.whisper(&key, "Offer the callback").await.unwrap();
    face.until("the whisper", |face| face.texts().contains(&"Offer the callback"))
        .await;
    let line = face.transcript.last().unwrap();
    assert_eq!(
        (line.kind, line.readers),
        (LineKind::OwnWhisper, LineReaders::Agents)
    );
    face.until("nothing unsent", |face| {
        face.session(&key).unwrap().unsent.is_empty()
    })
    .await;
    assert_eq!(bed.floor.customer_view(id(&key)).unwrap().texts, before);
    let refused = bed
        .written(WrittenCommand::SendToEveryone {
            session: key.clone(),
            text: "Hello".to_owned(),
            seen: Readership::Everyone,
            send_id: "public".to_owned(),
        })
        .await;
    assert_eq!(
        refused.map_err(|fault| fault.code),
        Err(FaultCode::ReadersChanged)
    );
    let names = bed.operation_names();
    assert_eq!(names[1..], ["Coach", "SendToAgents"]);
    assert_eq!(bed.floor.leaks(), []);
}

#[tokio::test(start_paused = true)]
async fn barged_in_everybody_reads_and_back_in_coach_only_the_agent() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    for (act, audience) in [
        (Act::BargeIn, Audience::Everyone),
        (Act::Coach, Audience::AgentOnly),
    ] {
        let session = key.clone();
        let reason = None;
        bed.written(WrittenCommand::Switch { session, act, reason })
            .await
            .unwrap();
        face.until("switched", |face| {
            face.session(&key).unwrap().audience == audience
        })
        .await;
        if act == Act::BargeIn {
            bed.written(WrittenCommand::SendToEveryone {
                session: key.clone(),
                text: "I am the team lead".to_owned(),
                seen: Readership::Everyone,
                send_id: "public".to_owned(),
            })
            .await
            .unwrap();
            face.until("sent", |face| face.session(&key).unwrap().unsent.is_empty())
                .await;
        }
    }
    bed.whisper(&key, "Well done").await.unwrap();
    face.watch(Duration::from_secs(1)).await;
    let seen = bed.floor.customer_view(id(&key)).unwrap().texts;
    assert_eq!(seen.last().map(String::as_str), Some("I am the team lead"));
    assert_eq!(bed.floor.leaks(), []);
    let session = key.clone();
    bed.written(WrittenCommand::Leave {
        session,
        knowing: false,
    })
    .await
    .unwrap();
    face.until("out of it", |face| {
        matches!(
            face.session(&key).unwrap().phase,
            SessionPhase::Left | SessionPhase::Completed | SessionPhase::Revoked
        )
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whispers_written_quickly_arrive_in_their_order() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    bed.floor.change_faults(|faults| {
        faults.only_method = Some("POST".to_owned());
        faults.only_path = Some("/api/v2/me/smssessions".to_owned());
        faults.slow_reply_ms = 400;
    });
    let texts = ["one", "two", "three", "four"];
    let first = Instant::now();
    for text in texts {
        bed.whisper(&key, text).await.unwrap();
    }
    face.until("all sent", |face| {
        let session = face.session(&key).unwrap();
        session.unsent.is_empty() && session.last.iter().any(|line| line.text == "four")
    })
    .await;
    assert!(
        first.elapsed() >= Duration::from_millis(1200),
        "one waits for the other"
    );
    let lines = bed.floor.session(id(&key)).unwrap().lines;
    let arrived: Vec<String> = lines.into_iter().filter_map(|line| line.text).collect();
    assert!(arrived.ends_with(&texts.map(str::to_owned)), "{arrived:?}");
}

#[tokio::test(start_paused = true)]
async fn a_line_of_the_open_transcript_is_told_at_once_and_others_in_frames() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    face.watch(Duration::from_secs(2)).await;
    bed.floor.customer_writes(id(&key), "unseen").unwrap();
    face.until("on the board", |face| {
        let last = &face.session(&key).unwrap().last;
        last.iter().any(|line| line.text == "unseen")
    })
    .await;
    assert_eq!(face.texts(), Vec::<&str>::new(), "no transcript is open");
    face.open_session(&key);
    face.until("the transcript", |face| face.texts().contains(&"unseen"))
        .await;
    // Right behind another patch, where a frame would have to be waited for.
    bed.floor.customer_writes(id(&key), "and now").unwrap();
    let written = Instant::now();
    face.until("the line", |face| face.texts().contains(&"and now"))
        .await;
    assert!(
        written.elapsed() < Duration::from_millis(10),
        "{:?}",
        written.elapsed()
    );
    bed.console.open(None).unwrap();
    face.watch(Duration::from_secs(1)).await;
    let lines = face.transcript.len();
    bed.floor.customer_writes(id(&key), "closed").unwrap();
    face.watch(Duration::from_secs(1)).await;
    assert_eq!(face.transcript.len(), lines);
}

#[tokio::test(start_paused = true)]
async fn a_face_that_says_nothing_is_not_buried() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    face.watch(Duration::from_secs(2)).await;
    for _ in 0..60 {
        bed.customer_writes_to(&bed.ana());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let waiting = face.waiting();
    assert!(waiting <= 34, "{waiting} messages");
    face.until("all of them", |face| face.view.sessions.len() == 60)
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_click_on_a_notice_opens_the_session_in_the_face() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    bed.console.show_session(key.clone()).unwrap();
    face.watch(Duration::from_secs(10)).await;
    assert_eq!(face.to_open, [key]);
}

#[tokio::test(start_paused = true)]
async fn drafts_are_there_after_a_restart_and_belong_to_one_user() {
    let (mut bed, face) = Bed::signed_in().await;
    let draft = console::contract::Draft {
        session: "smssessions/0000Ka1".to_owned(),
        public: false,
        text: "Offer the\u{202e} refund 🧾".to_owned(),
    };
    bed.console.keep_draft(draft.clone()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(face);
    bed.restart().await;
    assert_eq!(
        bed.console.drafts().await.unwrap(),
        [],
        "nobody is signed in, so they are nobody's"
    );
    bed.sign_in_as("maria", crate::bed::PASSWORD).await.unwrap();
    assert_eq!(bed.console.drafts().await.unwrap(), []);
    bed.console.sign_out().await;
    bed.sign_in().await.unwrap();
    assert_eq!(bed.console.drafts().await.unwrap(), [draft]);
}

#[tokio::test(start_paused = true)]
async fn a_text_that_was_refused_is_a_draft_after_the_sign_out() {
    let bed = Bed::with_faults(|faults| faults.csrf = true);
    let mut face = bed.open().await;
    let key = bed.in_a_session(&mut face).await;
    let draft = |text: &str| console::contract::Draft {
        session: key.clone(),
        public: false,
        text: text.to_owned(),
    };
    // The first try, and the one with a new token.
    bed.wire
        .trick(|tricks| tricks.lose_token = Some(("/api/v2/me/smssessions", 2)));
    bed.whisper(&key, "Offer the callback").await.unwrap();
    face.until("not sent", |face| {
        let unsent = &face.session(&key).unwrap().unsent;
        unsent.iter().any(|unsent| unsent.state == UnsentState::Failed)
    })
    .await;
    bed.console.keep_draft(draft("And then")).await.unwrap();
    bed.console.sign_out().await;
    bed.sign_in().await.unwrap();
    let kept = bed.console.drafts().await.unwrap();
    assert_eq!(kept, [draft("And then\nOffer the callback")]);
}

#[tokio::test(start_paused = true)]
async fn a_text_that_failed_is_on_disk_before_anybody_leaves_and_until_it_is_given_up() {
    const TEXT: &str = "Offer the callback";
    let bed = Bed::with_faults(|faults| faults.csrf = true);
    let mut face = bed.open().await;
    let key = bed.in_a_session(&mut face).await;
    bed.wire
        .trick(|tricks| tricks.lose_token = Some(("/api/v2/me/smssessions", 2)));
    bed.whisper(&key, TEXT).await.unwrap();
    face.until("not sent", |face| {
        let unsent = &face.session(&key).unwrap().unsent;
        unsent.iter().any(|unsent| unsent.state == UnsentState::Failed)
    })
    .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let on_disk = || bed.kept("drafts.json").contains(TEXT);
    face.until("on disk", |_| on_disk()).await;
    assert_eq!(
        bed.console.drafts().await.unwrap(),
        [],
        "on screen it stands where it was sent"
    );
    let send_id = face.session(&key).unwrap().unsent[0].send_id.clone();
    let session = key.clone();
    bed.written(WrittenCommand::DropUnsent { session, send_id })
        .await
        .unwrap();
    bed.console.flush().await;
    assert!(!on_disk(), "the supervisor has given it up");
}

#[tokio::test(start_paused = true)]
async fn two_profiles_of_one_user_and_server_share_no_drafts_and_no_intents() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    let draft = console::contract::Draft {
        session: "smssessions/1".to_owned(),
        public: false,
        text: "Only here".to_owned(),
    };
    bed.console.keep_draft(draft.clone()).await.unwrap();
    bed.console.sign_out().await;
    let other = console::profile::Profile {
        id: "other".to_owned(),
        ..crate::bed::profile()
    };
    let password = console::secret::Secret::new(crate::bed::PASSWORD.to_owned());
    bed.console.sign_in(other, password).await.unwrap();
    assert_eq!(bed.console.drafts().await.unwrap(), []);
    face.watch(Duration::from_secs(5)).await;
    assert_eq!(face.view.drift, [], "nothing was wanted here");
    bed.console.sign_out().await;
    bed.sign_in().await.unwrap();
    assert_eq!(bed.console.drafts().await.unwrap(), [draft]);
    face.until_armed(ArmedPhase::Lost).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_typed_as_sotto_ends_is_kept() {
    let (mut bed, face) = Bed::signed_in().await;
    let draft = console::contract::Draft {
        session: "chats/1".to_owned(),
        public: true,
        text: "x".to_owned(),
    };
    bed.console.keep_draft(draft.clone()).await.unwrap();
    bed.console.sign_out().await;
    bed.console.flush().await;
    drop(face);
    bed.restart().await;
    bed.sign_in().await.unwrap();
    assert_eq!(bed.console.drafts().await.unwrap(), [draft]);
}

#[tokio::test(start_paused = true)]
async fn closing_is_asked_about_while_an_agent_is_armed_or_a_session_joined() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    assert!(bed.console.ask_to_close().await, "armed and joined");
    bed.written(WrittenCommand::Disarm {
        agent_id: bed.ana().id,
        medium: Medium::Sms,
        leave: false,
    })
    .await
    .unwrap();
    face.until("cancelled", |face| face.view.written.armed.is_empty())
        .await;
    assert!(bed.console.ask_to_close().await, "joined");
    bed.floor.complete_session(id(&key)).unwrap();
    face.until("revoked", |face| {
        face.session(&key).unwrap().phase == SessionPhase::Revoked
    })
    .await;
    assert!(!bed.console.ask_to_close().await);
}

#[tokio::test(start_paused = true)]
async fn signing_out_cancels_what_is_armed_and_leaves_what_goes_on() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    bed.console.sign_out().await;
    let names = bed.operation_names();
    let at = |name: &str| names.iter().position(|found| found == name);
    let end = at("EndContactCenterSession").unwrap();
    assert!(at("CancelSupervisorMonitoring").unwrap() < end, "{names:?}");
    assert!(at("Leave").unwrap() < end, "{names:?}");
    assert_eq!(bed.floor.armed(), []);
    let session = bed.floor.session(id(&key)).unwrap();
    assert_eq!(
        session.phase,
        simulator::WrittenPhase::Running,
        "the customer is still served"
    );
    assert!(bed.recorded().contains(&What::Cancelled) && bed.recorded().contains(&What::Left));

    bed.sign_in().await.unwrap();
    face.until_armed(ArmedPhase::Lost).await;
    let line = &face.view.written.armed[0];
    assert!(line.again, "what was cancelled by leaving is offered again");
    assert_eq!(bed.floor.armed(), [], "and nothing is asked for by itself");
}

fn id(key: &str) -> &str {
    key.rsplit('/').next().unwrap()
}
