//! The main job: coaching a live call, from the order to the end, and everything that can go wrong with an order.

use std::time::Duration;

use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::order::{Act, CallAct, Command, Mode, Order, Scope};
use desk::view::{LinkState, Phase, StepKind, WhyNot};
use journal::What;
use serde_json::json;
use simulator::MonitorRequest;

use crate::bed::Bed;

#[tokio::test(start_paused = true)]
async fn a_coached_call_from_the_order_to_the_end() {
    let (bed, mut face) = Bed::signed_in().await;
    let (ana, sam) = (bed.ana(), bed.sam());
    assert_eq!(face.row(&ana.name).why_not, None);
    bed.floor
        .change_faults(|faults| faults.delayed_confirmation_ms = 700);

    bed.coach(&ana).await.unwrap();
    face.until("accepted", |face| {
        face.steps() == [StepKind::Asked, StepKind::Accepted]
    })
    .await;
    assert_eq!(
        face.view.coaching.phase,
        Phase::Requested,
        "status 0 is not a confirmation"
    );
    assert_eq!(face.view.coaching.audience, Audience::Nobody);
    face.until_phase(Phase::Armed).await;
    assert_eq!(face.view.coaching.steps[2].took_ms, Some(700));
    bed.floor
        .change_faults(|faults| faults.delayed_confirmation_ms = 0);

    bed.floor.take_call(&ana.user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    assert_eq!(
        face.view.coaching.audience,
        Audience::Nobody,
        "a phone that rings carries no sound"
    );
    bed.act(&face, CallAct::Answer).await.unwrap();
    face.until_phase(Phase::Live).await;
    assert_eq!(face.view.coaching.audience, Audience::AgentOnly);
    assert_eq!(face.view.coaching.act, Some(Act::Coach));
    assert_eq!(face.view.coaching.agent_name.as_deref(), Some(ana.name.as_str()));

    bed.stop().await.unwrap();
    face.until_phase(Phase::Idle).await;
    assert_eq!(face.view.coaching.audience, Audience::Nobody);
    assert!(bed.sam().monitoring.is_none() && bed.sam().calls.is_empty());

    let phases: Vec<Phase> = face.shown.iter().map(|(phase, _)| *phase).collect();
    assert_eq!(
        phases,
        [
            Phase::Idle,
            Phase::Requested,
            Phase::Armed,
            Phase::Offered,
            Phase::Live,
            Phase::Stopping,
            Phase::Idle
        ]
    );
    let written = [
        What::Requested,
        What::Accepted,
        What::Armed,
        What::Offered,
        What::Live,
    ];
    assert_eq!(bed.recorded()[..5], written);
    assert_eq!(bed.recorded().last(), Some(&What::Cancelled));
    assert!(bed.journal().iter().all(|(_, agent)| *agent == ana.name));

    let (path, body) = bed.operations().swap_remove(1);
    assert_eq!(path, format!("/api/v2/me/devices/{}", sam.device_id));
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "operationName",
            "targetDeviceUri",
            "supervisorMonitoringScope",
            "supervisorMonitoringMode"
        ]
    );
    assert_eq!(
        body,
        json!({
            "operationName": "Coach",
            "targetDeviceUri": format!("http://127.0.0.1:8080/api/v2/devices/{}", ana.device_id),
            "supervisorMonitoringScope": "Agent",
            "supervisorMonitoringMode": "NextCall",
        })
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_not_chosen_is_not_sent() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    let order = Order {
        agent_id: ana.id.clone(),
        act: Act::Coach,
        mode: None,
        scope: None,
        phone_number: None,
        reason: None,
    };
    bed.console.order(Command::Monitor { order }).await.unwrap();
    face.until_phase(Phase::Armed).await;
    let (_, body) = bed.operations().swap_remove(1);
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["operationName", "targetDeviceUri"]);
    assert_eq!(
        face.view.coaching.mode,
        Some(Mode::AllCalls),
        "the server's own default is shown"
    );
    assert_eq!(face.view.coaching.scope, Some(Scope::Call));
}

#[tokio::test(start_paused = true)]
async fn each_step_is_on_disk_before_a_face_is_told() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.floor
        .change_faults(|faults| faults.delayed_confirmation_ms = 100);
    bed.coach(&bed.ana()).await.unwrap();
    assert_eq!(
        bed.recorded()[0],
        What::Requested,
        "written when the order is taken"
    );
    face.until_phase(Phase::Armed).await;
    assert_eq!(bed.recorded(), [What::Requested, What::Accepted, What::Armed]);
    bed.floor.take_call(&bed.ana().user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    assert_eq!(bed.recorded().last(), Some(&What::Offered));
}

#[tokio::test(start_paused = true)]
async fn the_next_call_ends_the_coaching_and_all_calls_do_not() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    bed.order(Act::Coach, &ana, Mode::AllCalls, Scope::Agent)
        .await
        .unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor.take_call(&ana.user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    bed.act(&face, CallAct::Answer).await.unwrap();
    face.until_phase(Phase::Live).await;
    bed.floor.release(&ana.user_name).unwrap();
    face.until_phase(Phase::Armed).await;
    bed.stop().await.unwrap();
    face.until_phase(Phase::Idle).await;

    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor.take_call(&ana.user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    bed.act(&face, CallAct::Answer).await.unwrap();
    face.until_phase(Phase::Live).await;
    bed.floor.release(&ana.user_name).unwrap();
    face.until_phase(Phase::Idle).await;
    assert_eq!(face.view.coaching.problem, None, "that is what was asked for");
}

#[tokio::test(start_paused = true)]
async fn barging_in_from_coaching_is_hot_before_the_server_confirms_it() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor.take_call(&ana.user_name).unwrap();
    face.until_phase(Phase::Offered).await;
    bed.act(&face, CallAct::Answer).await.unwrap();
    face.until_phase(Phase::Live).await;
    bed.floor
        .change_faults(|faults| faults.delayed_confirmation_ms = 700);
    bed.act(&face, CallAct::SwitchToBargeIn).await.unwrap();
    face.until("hot", |face| face.view.coaching.audience == Audience::Unknown)
        .await;
    face.until("everyone", |face| {
        face.view.coaching.audience == Audience::Everyone
    })
    .await;
    assert_eq!(face.view.coaching.act, Some(Act::BargeIn));
}

#[tokio::test(start_paused = true)]
async fn an_agent_who_vanishes_between_click_and_request_is_refused_in_words() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    bed.floor.log_out(&ana.user_name).unwrap();
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Refused).await;
    let problem = face.view.coaching.problem.clone().expect("words");
    assert_eq!(problem.code, FaultCode::Refused);
    assert!(face.view.coaching.again.is_some(), "one key asks again");
    assert_eq!(bed.recorded(), [What::Requested, What::Refused]);
    face.until("logged out", |face| {
        face.row(&ana.name).why_not == Some(WhyNot::LoggedOut)
    })
    .await;
    let again = bed.coach(&ana).await.expect_err("the desk knows by now");
    assert_eq!(again.code, FaultCode::AgentLoggedOut);
}

#[tokio::test(start_paused = true)]
async fn an_agent_nobody_knows_is_refused_at_once() {
    let (bed, face) = Bed::signed_in().await;
    let mut nobody = bed.ana();
    nobody.id = "gone".to_owned();
    let fault = bed.coach(&nobody).await.expect_err("refused");
    assert_eq!(fault.code, FaultCode::AgentGone);
    assert_eq!(
        bed.operation_names(),
        ["StartContactCenterSession"],
        "nothing went out"
    );
    assert_eq!(face.view.coaching.phase, Phase::Idle);
}

#[tokio::test(start_paused = true)]
async fn a_double_click_sends_one_request() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    let (first, second) = tokio::join!(bed.coach(&ana), bed.coach(&ana));
    assert_eq!(first, Ok(()));
    assert_eq!(second.map_err(|fault| fault.code), Err(FaultCode::AlreadyAsked));
    face.until_phase(Phase::Armed).await;
    let third = bed.coach(&ana).await;
    assert_eq!(third.map_err(|fault| fault.code), Err(FaultCode::AlreadyAsked));
    assert_eq!(bed.operation_names(), ["StartContactCenterSession", "Coach"]);
}

#[tokio::test(start_paused = true)]
async fn a_second_supervisor_who_was_faster_is_named() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    bed.floor
        .monitor("maria", &ana.user_name, &MonitorRequest::default())
        .unwrap();
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Refused).await;
    assert_eq!(
        face.view.coaching.problem.as_ref().map(|fault| fault.code),
        Some(FaultCode::AgentHeld)
    );
    face.until("held", |face| face.row(&ana.name).why_not == Some(WhyNot::Held))
        .await;
    face.until("named", |face| face.row(&ana.name).held_by.is_some())
        .await;
    assert_eq!(face.view.coaching.audience, Audience::Nobody);
}

#[tokio::test(start_paused = true)]
async fn a_target_is_replaced_one_after_the_other() {
    let (bed, mut face) = Bed::signed_in().await;
    let (ana, ben) = (bed.ana(), bed.agent(1));
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.coach(&ben).await.unwrap();
    face.until("the other", |face| {
        face.view.coaching.phase == Phase::Armed && face.view.coaching.agent_id.as_ref() == Some(&ben.id)
    })
    .await;
    assert_eq!(
        bed.operation_names(),
        [
            "StartContactCenterSession",
            "Coach",
            "CancelSupervisorMonitoring",
            "Coach"
        ]
    );
    assert_eq!(bed.sam().monitoring.unwrap().agent, ben.name);
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_that_never_comes_is_said_and_the_truth_is_read() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    bed.floor
        .change_faults(|faults| faults.missing_confirmation_next = 1);
    let asked = tokio::time::Instant::now();
    bed.coach(&ana).await.unwrap();
    face.until("the answer", |face| face.steps().contains(&StepKind::Accepted))
        .await;
    face.until("the end of waiting", |face| {
        face.view.coaching.phase != Phase::Requested
    })
    .await;
    assert_eq!(asked.elapsed().as_secs(), 10);
    assert!(face.steps().contains(&StepKind::Lost), "never confirmed in time");
    // The server did arm it, so reading the own phone brings the truth to light.
    face.until_phase(Phase::Armed).await;
    assert_eq!(face.view.coaching.agent_name.as_deref(), Some(ana.name.as_str()));
}

#[tokio::test(start_paused = true)]
async fn an_order_that_the_server_forgets_is_lost_after_ten_seconds() {
    let (bed, mut face) = Bed::signed_in().await;
    // Accepted, nothing done, and the error that follows is swallowed too.
    bed.floor.change_faults(|faults| {
        faults.async_error_next = 1;
        faults.missing_confirmation_next = 1;
    });
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Lost).await;
    assert_eq!(
        face.view.coaching.problem.as_ref().map(|fault| fault.code),
        Some(FaultCode::NotConfirmed)
    );
    face.watch(Duration::from_secs(5)).await;
    assert_eq!(
        face.view.coaching.phase,
        Phase::Lost,
        "nothing is armed on the server"
    );
    assert_eq!(bed.recorded(), [What::Requested, What::Accepted, What::Lost]);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_comes_later_refuses_with_and_without_words() {
    let (bed, mut face) = Bed::signed_in().await;
    for text in [Some("DN is not configured"), None] {
        bed.floor.change_faults(|faults| {
            faults.async_error_next = 1;
            faults.async_error_text = text.map(str::to_owned);
        });
        bed.coach(&bed.ana()).await.unwrap();
        face.until_phase(Phase::Refused).await;
        let problem = face.view.coaching.problem.clone().expect("words");
        assert!(problem.message.contains(text.unwrap_or("no reason")), "{problem}");
        bed.console.order(Command::DismissProblem).await.unwrap();
        face.until_phase(Phase::Idle).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_reply_leaves_nothing_in_doubt() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.floor.change_faults(|faults| {
        faults.only_method = Some("POST".to_owned());
        faults.lost_reply_next = 1;
    });
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    assert_eq!(
        bed.operation_names().len(),
        2,
        "what may have been done is never sent twice"
    );
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_leaves_the_switch_takes_the_coaching_with_it() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    let number = bed.sam().phone_number;
    bed.floor
        .change_faults(|faults| faults.unregistered = vec![number]);
    bed.console.refresh().unwrap();
    face.until("unregistered", |face| {
        face.view.me.phone.as_ref().is_some_and(|phone| !phone.registered)
    })
    .await;
    assert_ne!(face.view.coaching.phase, Phase::Live);
    let refused = bed
        .coach(&bed.agent(1))
        .await
        .expect_err("no call can reach this phone");
    assert_eq!(refused.code, FaultCode::PhoneNotRegistered);
}

#[tokio::test(start_paused = true)]
async fn an_agent_who_logs_out_while_armed_ends_the_monitoring_in_words() {
    let (bed, mut face) = Bed::signed_in().await;
    let ana = bed.ana();
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor.log_out(&ana.user_name).unwrap();
    face.until_phase(Phase::Lost).await;
    assert_eq!(
        face.view.coaching.problem.as_ref().map(|fault| fault.code),
        Some(FaultCode::Dropped)
    );
    assert!(face.view.coaching.again.is_some());
    assert_eq!(bed.recorded().last(), Some(&What::Lost));
}

#[tokio::test(start_paused = true)]
async fn without_a_journal_coaching_works_and_the_limit_is_shown() {
    let bed = Bed::without_journal();
    let mut face = bed.open().await;
    let limit = |face: &crate::face::Face| {
        face.view
            .link
            .limits
            .iter()
            .any(|fault| fault.code == FaultCode::JournalUnavailable)
    };
    assert!(limit(&face));
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    assert!(limit(&face));
    bed.console.sign_out().await;
    face.until_link(LinkState::SignedOut).await;
    assert!(limit(&face), "it is no better after signing out");
}
