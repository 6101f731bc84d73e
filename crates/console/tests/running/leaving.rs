//! Leaving: what is armed is cancelled and confirmed, the subscription ends, the session ends last, and nothing follows.

use std::time::Duration;

use desk::fault::FaultCode;
use desk::order::CallAct;
use desk::view::{LinkState, Phase};
use journal::What;
use tokio::time::Instant;

use crate::bed::Bed;
use crate::face::Face;
use crate::wire::Cut;

/// What was said from the first word that matters.
fn said_from(bed: &Bed, first: &str) -> Vec<String> {
    let said = bed.conversation();
    let at = said
        .iter()
        .rposition(|said| said == first)
        .unwrap_or_else(|| panic!("{first}: {said:?}"));
    said[at..]
        .iter()
        .filter(|said| !said.starts_with("GET") && *said != "/meta/connect")
        .cloned()
        .collect()
}

async fn nothing_follows(bed: &Bed) {
    let before = bed.wire.sent();
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(bed.wire.sent(), before, "the last request is the last");
}

#[tokio::test(start_paused = true)]
async fn what_is_armed_is_cancelled_before_the_session_ends() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor
        .change_faults(|faults| faults.delayed_confirmation_ms = 900);
    bed.console.sign_out().await;
    assert_eq!(
        said_from(&bed, "CancelSupervisorMonitoring"),
        [
            "CancelSupervisorMonitoring",
            "/meta/disconnect",
            "EndContactCenterSession"
        ]
    );
    face.until_link(LinkState::SignedOut).await;
    assert_eq!(face.view.link.problem, None);
    assert_eq!(
        bed.recorded().last(),
        Some(&What::Cancelled),
        "the end is confirmed and written down"
    );
    assert_eq!(bed.sam().state, "LoggedOut");
    nothing_follows(&bed).await;
}

#[tokio::test(start_paused = true)]
async fn a_live_call_is_left_before_the_session_ends() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor.take_call(&ana.user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    bed.act(&face, CallAct::Answer).await.unwrap();
    face.until_phase(Phase::Live).await;
    bed.console.sign_out().await;
    let names = bed.operation_names();
    let at = |name: &str| {
        names
            .iter()
            .position(|found| found == name)
            .unwrap_or_else(|| panic!("{name}: {names:?}"))
    };
    assert!(at("CancelSupervisorMonitoring") < at("EndContactCenterSession"));
    assert!(at("Hangup") < at("EndContactCenterSession"));
    assert_eq!(bed.agent(0).calls.len(), 1, "the agent goes on with the customer");
    nothing_follows(&bed).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_confirms_does_not_hold_anybody() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor
        .change_faults(|faults| faults.missing_confirmation_next = 1);
    let asked = Instant::now();
    bed.console.sign_out().await;
    assert_eq!(asked.elapsed().as_secs(), 4);
    assert_eq!(
        bed.operation_names().last().map(String::as_str),
        Some("EndContactCenterSession")
    );
    nothing_follows(&bed).await;
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_gone_does_not_hold_anybody() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    for cut in [Cut::Unreachable, Cut::Silent] {
        bed.wire.cut(cut);
        let asked = Instant::now();
        bed.console.sign_out().await;
        assert!(
            asked.elapsed() < Duration::from_secs(12),
            "{cut:?}: {:?}",
            asked.elapsed()
        );
        face.until_link(LinkState::SignedOut).await;
        bed.wire.cut(Cut::Whole);
        nothing_follows(&bed).await;
        bed.sign_in().await.unwrap();
        face.until_link(LinkState::Live).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_does_not_open_the_session_again() {
    let (bed, _face) = Bed::signed_in().await;
    bed.wire
        .trick(|tricks| tricks.late = Some(("/api/v2/", Duration::from_secs(8))));
    bed.console.refresh().unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    bed.console.sign_out().await;
    let passwords = bed.wire.sent().iter().filter(|sent| sent.with_password).count();
    nothing_follows(&bed).await;
    assert_eq!(passwords, 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_looked_at_while_the_last_requests_are_on_their_way() {
    for waited in 28..38 {
        let (bed, _face) = Bed::signed_in().await;
        // Long enough for the next look at everything to fall due meanwhile.
        tokio::time::sleep(Duration::from_secs(waited)).await;
        bed.floor.change_faults(|faults| {
            faults.only_method = Some("POST".to_owned());
            faults.slow_reply_ms = 2900;
        });
        bed.console.sign_out().await;
        let said = bed.conversation();
        let farewell = said.iter().rposition(|said| said.starts_with("/meta/disconnect"));
        let after = &said[farewell.unwrap() + 1..];
        assert_eq!(after, ["EndContactCenterSession"], "after {waited} s");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_answered_while_leaving_is_cancelled_too() {
    let (bed, _face) = Bed::signed_in().await;
    bed.floor.change_faults(|faults| {
        faults.only_method = Some("POST".to_owned());
        faults.slow_reply_ms = 700;
    });
    bed.arm(&bed.ana()).await.unwrap();
    bed.console.sign_out().await;
    let done: Vec<String> = bed.operation_names();
    assert_eq!(
        done.get(1..),
        Some(
            &[
                "Coach".to_owned(),
                "CancelSupervisorMonitoring".to_owned(),
                "EndContactCenterSession".to_owned()
            ][..]
        )
    );
    nothing_follows(&bed).await;
}

#[tokio::test(start_paused = true)]
async fn leaving_while_the_password_is_checked_sends_nothing_more() {
    let bed = Bed::with_faults(|faults| faults.slow_reply_ms = 2000);
    let mut face = Face::open(&bed.console).await;
    let leave = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        bed.console.sign_out().await;
    };
    let (signed_in, ()) = tokio::join!(bed.sign_in(), leave);
    assert_eq!(signed_in.map_err(|fault| fault.code), Err(FaultCode::SignedOut));
    face.until_link(LinkState::SignedOut).await;
    assert_eq!(bed.wire.sent().len(), 1);
    nothing_follows(&bed).await;
}

#[tokio::test(start_paused = true)]
async fn leaving_while_the_phone_is_asked_for_ends_what_was_begun() {
    let bed = Bed::with_faults(|faults| {
        faults.only_method = Some("POST".to_owned());
        faults.slow_reply_ms = 2000;
    });
    let leave = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        bed.console.sign_out().await;
    };
    let (signed_in, ()) = tokio::join!(bed.sign_in(), leave);
    assert_eq!(signed_in.map_err(|fault| fault.code), Err(FaultCode::SignedOut));
    assert_eq!(
        bed.operation_names(),
        ["StartContactCenterSession", "EndContactCenterSession"]
    );
    assert_eq!(bed.sam().state, "LoggedOut");
    nothing_follows(&bed).await;
}

#[tokio::test(start_paused = true)]
async fn signing_in_that_fails_half_way_leaves_nothing_behind() {
    let bed = Bed::with_faults(|faults| {
        faults.only_method = Some("GET".to_owned());
        faults.only_path = Some("/api/v2/services".to_owned());
    });
    bed.wire.meddle(|path, answer| {
        // The sign-in itself asks for features, the first reading of the own state does not.
        if path == "/api/v2/me" && answer["user"].get("features").is_none() && answer.get("user").is_some() {
            *answer = serde_json::json!({ "statusCode": 4, "statusMessage": "Cassandra is down" });
        }
    });
    let fault = bed.sign_in().await.expect_err("the state cannot be read");
    assert_eq!(fault.code, FaultCode::ServerFault);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        bed.operation_names().last().map(String::as_str),
        Some("EndContactCenterSession")
    );
    assert_eq!(bed.sam().state, "LoggedOut");
    nothing_follows(&bed).await;
}

#[tokio::test(start_paused = true)]
async fn leaving_twice_is_leaving_once_and_orders_are_refused_meanwhile() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor
        .change_faults(|faults| faults.delayed_confirmation_ms = 900);
    let order = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        bed.coach(&bed.agent(1)).await
    };
    let ((), (), refused) = tokio::join!(bed.console.sign_out(), bed.console.sign_out(), order);
    assert_eq!(refused.map_err(|fault| fault.code), Err(FaultCode::NotSignedIn));
    let ends = bed
        .operation_names()
        .iter()
        .filter(|name| *name == "EndContactCenterSession")
        .count();
    assert_eq!(ends, 1);
    bed.console.sign_out().await;
    let refused = bed.coach(&bed.ana()).await.map_err(|fault| fault.code);
    assert_eq!(refused, Err(FaultCode::NotSignedIn));
}

#[tokio::test(start_paused = true)]
async fn closing_is_asked_about_only_while_something_is_armed_or_live() {
    let (bed, mut face) = Bed::signed_in().await;
    assert!(!bed.console.ask_to_close().await, "idle: close at once");
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    assert!(bed.console.ask_to_close().await);
    face.watch(Duration::from_secs(1)).await;
    assert_eq!(face.close_asked, 1);
    drop(face);
    assert!(!bed.console.ask_to_close().await, "nobody is there to be asked");
}

#[tokio::test(start_paused = true)]
async fn a_console_that_is_dropped_leaves_what_is_armed() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    drop(face);
    let Bed {
        floor, wire, console, ..
    } = bed;
    drop(console);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = wire.sent().len();
    tokio::time::sleep(Duration::from_mins(5)).await;
    assert_eq!(wire.sent().len(), before, "the loop has ended");
    assert!(
        floor.state().supervisors[0].monitoring.is_some(),
        "nobody asked for an end to it"
    );
    let ended = floor
        .requests()
        .iter()
        .any(|request| request.body["operationName"] == "EndContactCenterSession");
    assert!(!ended);
}

#[tokio::test(start_paused = true)]
async fn signing_in_after_signing_out_starts_afresh() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.console.sign_out().await;
    face.until_link(LinkState::SignedOut).await;
    assert_eq!(
        face.roster.rows.len(),
        0,
        "nothing of the former sign-in is on screen"
    );
    bed.sign_in().await.unwrap();
    face.until("the roster", |face| !face.roster.rows.is_empty())
        .await;
    assert_eq!(face.view.coaching.phase, Phase::Idle);
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    face.watch(Duration::from_secs(1)).await;
    assert_eq!(bed.recorded().len(), 7, "{:?}", bed.recorded());
}
