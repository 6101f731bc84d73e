//! A budget that blocks: what counts, what is held against it while it has not been live, and what nobody can count.

use std::collections::BTreeSet;
use std::time::Duration;

use ::journal::What;
use console::policy::{Budget, OverBudget, Policy, Reasons};
use desk::fault::{Fault, FaultCode};
use desk::order::{Act, CallAct, Command, Mode, Order, Scope, WrittenCommand};
use desk::view::{ArmedPhase, DriftState, LinkState, Phase, SessionPhase};
use serde_json::json;
use simulator::SessionRequest;

use crate::bed::Bed;
use crate::face::Face;
use crate::journal::{append, coach_a_call, go_live, now};

#[tokio::test(start_paused = true)]
async fn a_spent_budget_blocks_before_anything_is_sent() {
    let bed = Bed::under(budget(OverBudget::Block), |_| ());
    let mut face = bed.open().await;
    let ana = bed.ana();
    // What never came to an interaction costs nothing.
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.stop().await.unwrap();
    face.until_phase(Phase::Idle).await;
    coach_a_call(&bed, &mut face, &ana).await;

    let sent = bed.operation_names().len();
    let fault = bed.coach(&ana).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::BudgetSpent);
    assert!(fault.message.contains("once"), "{}", fault.message);
    assert_eq!(bed.arm(&ana).await.unwrap_err().code, FaultCode::BudgetSpent);
    assert_eq!(bed.operation_names().len(), sent, "nothing went out");

    bed.coach(&bed.agent(1)).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.stop().await.unwrap();
    face.until_phase(Phase::Idle).await;
    let usage = bed.console.journals().usage(vec![ana.id.clone()]).await.unwrap();
    assert_eq!((usage.agents[0].coachings, usage.agents[0].spent), (1, true));
    let listening = bed.order(Act::ListenIn, &ana, Mode::NextCall, Scope::Agent).await;
    assert_eq!(listening, Ok(()), "listening is not counted");
}

#[tokio::test(start_paused = true)]
async fn another_act_first_is_no_way_round_a_budget() {
    let id = Bed::new().ana().id;
    // The floor is the same each time: so is the agent.
    let bed = Bed::under(budget_for(Act::BargeIn, OverBudget::Block), |journal| {
        append(journal, now(), "earlier", What::Live, &id);
    });
    let mut face = bed.open().await;
    let ana = bed.ana();
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    go_live(&bed, &mut face, &ana).await;
    let fault = bed.act(&face, CallAct::SwitchToBargeIn).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::BudgetSpent);
}

#[tokio::test(start_paused = true)]
async fn arming_again_is_no_way_round_a_budget() {
    let bed = Bed::under(budget(OverBudget::Block), |_| ());
    let mut face = bed.open().await;
    let ana = bed.ana();
    bed.order(Act::Coach, &ana, Mode::AllCalls, Scope::Agent)
        .await
        .unwrap();
    face.until_phase(Phase::Armed).await;
    go_live(&bed, &mut face, &ana).await;
    // The server is restarted: it knows no monitoring any more.
    bed.floor.expire_sessions();
    bed.floor.log_out("sam").unwrap();
    face.until("drift", |face| face.view.drift.len() == 1).await;
    face.until_link(LinkState::Live).await;
    let line = face.view.drift[0].line.clone();
    for again in [
        Command::RearmAll { reason: None },
        Command::Rearm { line, reason: None },
    ] {
        let fault = bed.console.order(again).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::BudgetSpent, "{}", fault.message);
    }
}

#[tokio::test(start_paused = true)]
async fn a_budget_that_warns_lets_everything_through_and_says_so() {
    let bed = Bed::under(budget(OverBudget::Warn), |_| ());
    let mut face = bed.open().await;
    let ana = bed.ana();
    coach_a_call(&bed, &mut face, &ana).await;
    bed.coach(&ana).await.unwrap();
    let usage = bed.console.journals().usage(Vec::new()).await.unwrap();
    assert_eq!(usage.agents.len(), 1, "everybody there is a coaching of");
    assert!(usage.agents[0].spent);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_counted_is_not_allowed_where_a_budget_blocks() {
    for (over, allowed) in [(OverBudget::Block, false), (OverBudget::Warn, true)] {
        let bed = Bed::without_journal_under(budget(over));
        let _face = bed.open().await;
        let asked = bed.coach(&bed.ana()).await;
        let code = asked.err().map(|fault| fault.code);
        assert_eq!(code, (!allowed).then_some(FaultCode::JournalNotRead));
    }
}

#[tokio::test(start_paused = true)]
async fn what_needs_a_reason_is_not_done_while_no_reason_could_be_written_down() {
    let policy = Policy {
        reasons: Some(Reasons {
            acts: [Act::Coach].into(),
            choices: Vec::new(),
            free_text: true,
        }),
        ..Policy::default()
    };
    let bed = Bed::without_journal_under(policy);
    let _face = bed.open().await;
    let asked = |act| Command::Monitor {
        order: Order {
            agent_id: bed.ana().id,
            act,
            mode: None,
            scope: None,
            phone_number: None,
            reason: Some("Complaint".to_owned()),
        },
    };
    let before = bed.operation_names().len();
    let refused = bed.console.order(asked(Act::Coach)).await.unwrap_err();
    assert_eq!(refused.code, FaultCode::JournalUnavailable);
    assert!(refused.hint.is_some());
    assert_eq!(bed.operation_names().len(), before, "nothing goes out");
    // It has to be written down too, but only the reason is demanded.
    bed.console.order(asked(Act::ListenIn)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn of_two_orders_at_once_only_one_finds_the_room_there_is() {
    let bed = Bed::under(budget(OverBudget::Block), |_| ());
    let mut face = bed.open().await;
    let ana = bed.ana();
    let before = bed.operation_names().len();
    let (call, sms) = tokio::join!(bed.coach(&ana), bed.arm(&ana));
    let refused: Vec<FaultCode> = [call, sms]
        .into_iter()
        .filter_map(|result| result.err().map(|fault| fault.code))
        .collect();
    assert_eq!(refused, [FaultCode::BudgetSpent], "one of the two");
    face.watch(Duration::from_secs(2)).await;
    assert_eq!(
        bed.operation_names()[before..],
        ["Coach"],
        "the other one never went out"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_armed_takes_its_room_until_it_is_over() {
    let bed = Bed::under(budget(OverBudget::Block), |_| ());
    let mut face = bed.open().await;
    let ana = bed.ana();
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    let fault = bed.arm(&ana).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::BudgetSpent);
    assert!(
        fault.message.contains("asked for once already"),
        "{}",
        fault.message
    );
    // The same in another way takes its own place, and another agent has room of their own.
    bed.order(Act::Coach, &ana, Mode::AllCalls, Scope::Agent)
        .await
        .unwrap();
    face.until("the other mode", |face| {
        face.view.coaching.mode == Some(Mode::AllCalls)
    })
    .await;
    face.until_phase(Phase::Armed).await;
    bed.arm(&bed.agent(1)).await.unwrap();
    bed.stop().await.unwrap();
    face.until_phase(Phase::Idle).await;
    bed.arm(&ana).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_the_end_of_another_takes_its_room_too() {
    let bed = Bed::under(budget(OverBudget::Block), |_| ());
    let mut face = bed.open().await;
    let (ana, ben) = (bed.ana(), bed.agent(1));
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    // Ana is cancelled first; until that is confirmed nothing of Ben has gone out.
    bed.coach(&ben).await.unwrap();
    assert_eq!(
        bed.arm(&ben).await.map_err(|fault| fault.code),
        Err(FaultCode::BudgetSpent)
    );
}

#[tokio::test(start_paused = true)]
async fn joining_an_agents_session_is_counted_before_it_was_accepted() {
    let bed = Bed::under(budget(OverBudget::Block), |_| ());
    let mut face = bed.open().await;
    let ana = bed.ana();
    let running = bed.customer_writes_to(&ana);
    let key = format!("smssessions/{running}");
    bed.written(WrittenCommand::FindRunning {
        agent_id: ana.id.clone(),
        medium: desk::order::Medium::Sms,
    })
    .await
    .unwrap();
    face.until("what runs", |face| {
        let running = face.view.written.running.as_ref();
        running.is_some_and(|running| !running.sessions.is_empty())
    })
    .await;
    let join = WrittenCommand::JoinNow {
        agent_id: ana.id.clone(),
        session: key.clone(),
        act: Act::Coach,
        reason: None,
    };
    bed.written(join).await.unwrap();
    let fault = bed.coach(&ana).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::BudgetSpent, "{}", fault.message);
    face.until("the invitation", |face| is(face, &key, SessionPhase::Invited))
        .await;
    bed.written(accept(&key)).await.unwrap();
    face.until("in it", |face| is(face, &key, SessionPhase::Live))
        .await;
    assert_eq!(
        bed.coach(&ana).await.map_err(|fault| fault.code),
        Err(FaultCode::BudgetSpent)
    );
}

#[tokio::test(start_paused = true)]
async fn an_invitation_of_nobody_is_not_accepted_where_a_budget_blocks() {
    let bed = Bed::under(budget(OverBudget::Block), |_| ());
    let mut face = bed.open().await;
    let offered = bed
        .floor
        .offer_session("sam", &SessionRequest::default())
        .unwrap();
    let key = format!("smssessions/{offered}");
    face.until("the invitation", |face| is(face, &key, SessionPhase::Invited))
        .await;
    let before = bed.operation_names().len();
    of_nobody(bed.written(accept(&key)).await);
    assert_eq!(bed.operation_names().len(), before, "nothing went out");
}

#[tokio::test(start_paused = true)]
async fn in_a_session_of_nobody_there_is_no_switch_where_a_budget_blocks() {
    let bed = Bed::under(budget(OverBudget::Block), |_| ());
    let mut face = bed.open().await;
    let id = bed.sam().id;
    let session = json!({
        "id": "S1", "state": "Chatting", "capabilities": ["SwitchToCoach", "Leave"],
        "participants": [{ "uri": format!("http://127.0.0.1:8080/api/v2/users/{id}"), "type": "Supervisor",
                           "visibility": "Supervisors" }],
    });
    let pushed = json!({
        "messageType": "SMSsessionStateChangeMessage", "notificationType": "StatusChange", "smssession": session,
    });
    bed.floor
        .publish("sam", gws::notification::topic::SMS_SESSION, pushed)
        .unwrap();
    let key = "smssessions/S1";
    face.until("listening", |face| is(face, key, SessionPhase::Live))
        .await;
    let switch = WrittenCommand::Switch {
        session: key.to_owned(),
        act: Act::Coach,
        reason: None,
    };
    of_nobody(bed.written(switch).await);
}

#[tokio::test(start_paused = true)]
async fn a_call_of_nobody_cannot_be_switched_where_a_budget_blocks() {
    let bed = Bed::under(budget_for(Act::BargeIn, OverBudget::Block), |_| ());
    let mut face = bed.open().await;
    let ana = bed.ana();
    bed.coach(&ana).await.unwrap();
    face.until_phase(Phase::Armed).await;
    go_live(&bed, &mut face, &ana).await;
    let other = Command::Call {
        call_id: "another".to_owned(),
        act: CallAct::SwitchToBargeIn,
        reason: None,
    };
    of_nobody(bed.console.order(other).await);
    assert_eq!(
        bed.act(&face, CallAct::SwitchToBargeIn).await,
        Ok(()),
        "this one is Ana's"
    );
}

#[tokio::test(start_paused = true)]
async fn a_number_has_the_budget_of_the_agent_whose_it_is() {
    let bed = Bed::under(budget(OverBudget::Block), |_| ());
    let mut face = bed.open().await;
    let (ana, ben) = (bed.ana(), bed.agent(1));
    let at = |number: &str| Command::Monitor {
        order: Order {
            agent_id: ana.id.clone(),
            act: Act::Coach,
            mode: Some(Mode::NextCall),
            scope: None,
            phone_number: Some(number.to_owned()),
            reason: None,
        },
    };
    let fault = bed.console.order(at(&ben.phone_number)).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::BudgetSpent);
    assert!(fault.message.contains(&ben.name), "{}", fault.message);
    coach_a_call(&bed, &mut face, &ana).await;
    let outside = bed.console.order(at("+49 30 5550100")).await.unwrap_err();
    assert_eq!(
        outside.code,
        FaultCode::BudgetSpent,
        "another phone of Ana is Ana's"
    );
    let nobodys = Order {
        agent_id: String::new(),
        act: Act::Coach,
        mode: None,
        scope: None,
        phone_number: Some("+49 30 5550100".to_owned()),
        reason: None,
    };
    of_nobody(bed.console.order(Command::Monitor { order: nobodys }).await);
}

#[tokio::test(start_paused = true)]
async fn arming_everything_again_needs_room_for_all_of_it() {
    let bed = Bed::under(budget_of(Act::Coach, 2, OverBudget::Block), |_| ());
    let mut face = bed.open().await;
    let ana = bed.ana();
    bed.order(Act::Coach, &ana, Mode::AllCalls, Scope::Agent)
        .await
        .unwrap();
    face.until_phase(Phase::Armed).await;
    bed.arm(&ana).await.unwrap();
    face.until_armed(ArmedPhase::Armed).await;
    go_live(&bed, &mut face, &ana).await;
    // The server is restarted: it knows no monitoring any more, and one of the two has been counted.
    bed.floor.release(&ana.user_name).unwrap();
    bed.floor.expire_sessions();
    bed.floor.forget_monitoring("sam").unwrap();
    bed.floor.log_out("sam").unwrap();
    face.until("both lost", |face| {
        let lost = face
            .view
            .drift
            .iter()
            .filter(|drift| drift.state == DriftState::Drifted);
        lost.count() == 2
    })
    .await;
    face.until_link(LinkState::Live).await;
    let line = face.view.drift[1].line.clone();
    let fault = bed
        .console
        .order(Command::RearmAll { reason: None })
        .await
        .unwrap_err();
    assert_eq!(fault.code, FaultCode::BudgetSpent, "{}", fault.message);
    let one = bed.console.order(Command::Rearm { line, reason: None }).await;
    assert_ne!(
        one.map_err(|fault| fault.code),
        Err(FaultCode::BudgetSpent),
        "there is room for one"
    );
}

fn of_nobody(asked: Result<(), Fault>) {
    let fault = asked.unwrap_err();
    assert_eq!(fault.code, FaultCode::BudgetSpent);
    assert!(fault.message.contains("cannot be told"), "{}", fault.message);
}

fn is(face: &Face, key: &str, phase: SessionPhase) -> bool {
    face.session(key).is_some_and(|session| session.phase == phase)
}

fn accept(session: &str) -> WrittenCommand {
    WrittenCommand::Accept {
        session: session.to_owned(),
        nickname: None,
        reason: None,
    }
}

fn budget(over: OverBudget) -> Policy {
    budget_for(Act::Coach, over)
}

fn budget_for(act: Act, over: OverBudget) -> Policy {
    budget_of(act, 1, over)
}

fn budget_of(act: Act, per_agent_per_month: u32, over: OverBudget) -> Policy {
    Policy {
        budget: Some(Budget {
            acts: BTreeSet::from([act]),
            per_agent_per_month,
            over,
        }),
        ..Policy::default()
    }
}
