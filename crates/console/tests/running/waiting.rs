//! Whispers that wait, for those before them or for a new session of the server: whom they reach is asked when they go.

use std::time::Duration;

use desk::fault::FaultCode;
use desk::order::{Act, Readership, WrittenCommand};
use desk::view::UnsentState;

use crate::bed::Bed;
use crate::face::Face;

/// What was written and is not known to have arrived.
fn unsent(face: &Face, key: &str) -> Vec<(String, UnsentState, Option<FaultCode>)> {
    let session = face.session(key).expect("the session");
    let unsent = session.unsent.iter();
    unsent
        .map(|unsent| {
            let code = unsent.problem.as_ref().map(|fault| fault.code);
            (unsent.text.clone(), unsent.state, code)
        })
        .collect()
}

/// The whispers that reached the server.
fn whispers(bed: &Bed) -> usize {
    let names = bed.operation_names();
    names.iter().filter(|name| *name == "SendToAgents").count()
}

#[tokio::test(start_paused = true)]
async fn a_whisper_in_its_row_does_not_go_once_we_are_made_a_silent_listener() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    bed.floor.change_faults(|faults| {
        faults.only_method = Some("POST".to_owned());
        faults.only_path = Some("/api/v2/me/smssessions".to_owned());
        faults.slow_reply_ms = 2_000;
    });
    bed.whisper(&key, "one").await.unwrap();
    bed.whisper(&key, "two").await.unwrap();
    bed.written(WrittenCommand::Switch {
        session: key.clone(),
        act: Act::ListenIn,
        reason: None,
    })
    .await
    .unwrap();
    face.until("listening in", |face| {
        face.session(&key).unwrap().readership == Readership::Supervisors
    })
    .await;
    face.watch(Duration::from_secs(30)).await;
    assert_eq!(whispers(&bed), 1, "the second would have given us away");
    let kept = (
        "two".to_owned(),
        UnsentState::Failed,
        Some(FaultCode::ReadersChanged),
    );
    assert_eq!(unsent(&face, &key), [kept]);
}

#[tokio::test(start_paused = true)]
async fn a_whisper_that_finds_the_session_gone_stays_with_its_reason() {
    let (bed, mut face) = Bed::signed_in().await;
    let key = bed.in_a_session(&mut face).await;
    bed.floor.expire_sessions();
    bed.whisper(&key, "Offer the callback").await.unwrap();
    face.until("kept", |face| {
        unsent(face, &key)
            .iter()
            .any(|(_, state, _)| *state == UnsentState::Failed)
    })
    .await;
    assert_eq!(unsent(&face, &key)[0].2, Some(FaultCode::ReadersChanged));
    face.watch(Duration::from_secs(30)).await;
    let session = bed.floor.session(key.rsplit('/').next().unwrap()).unwrap();
    let said = session.lines.iter().filter_map(|line| line.text.as_deref());
    assert!(!said.into_iter().any(|text| text == "Offer the callback"));
    // Read again, and sent again under the same name.
    bed.whisper(&key, "Offer the callback").await.unwrap();
    face.until("sent", |face| unsent(face, &key).is_empty()).await;
}
