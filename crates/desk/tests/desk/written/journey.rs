//! The main path: arm, join, whisper, barge in, write publicly, back to coaching, leave, revoked.

use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::input::{Effect, Occurrence};
use desk::order::{Act, Extent, Readership};
use desk::view::{ArmedPhase, LeaveEffect, SessionPhase, StepKind};

use super::seat::{Seat, agent, arm_as, change, customer, me, message, messages, session, state};
use serde_json::json;

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "it is one path, and reads best in one piece"
)]
fn a_supervisor_coaches_an_sms_session_from_arming_to_its_end() {
    let mut seat = Seat::signed_in();

    // Armed: the intent is on disk before the request goes out, and nothing is called armed before the answer.
    seat.order(arm_as(
        "ana",
        Act::Coach,
        Some(Extent::AllChats),
        Some("Team Lead"),
    ))
    .unwrap();
    let kept = seat
        .effects
        .iter()
        .position(|effect| matches!(effect, Effect::KeepIntents(_)));
    let call = seat
        .effects
        .iter()
        .position(|effect| matches!(effect, Effect::Call { .. }));
    assert!(kept.unwrap() < call.unwrap());
    assert_eq!(
        seat.wire(),
        [concat!(
            "/users/ana/channels/smsession ",
            r#"{"operationName":"Coach","supervisorMonitoringMode":"AllChats","nickname":"Team Lead"}"#
        )]
    );
    assert_eq!(seat.phases(), [ArmedPhase::Requested]);
    seat.later(40);
    seat.accept("Coach");
    assert_eq!(seat.phases(), [ArmedPhase::Armed]);
    assert!(seat.sessions().is_empty());
    assert_eq!(seat.view().written.audience, Audience::Nobody);

    // The agent's next session comes by itself.
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(seat.arrivals().len(), 1);
    let joined = seat.session();
    assert_eq!(joined.phase, SessionPhase::Live);
    assert_eq!(
        (joined.agent_name.as_str(), joined.customer.as_str()),
        ("Ana Núñez", "Pat")
    );
    assert_eq!(joined.topic.as_deref(), Some("Billing"));
    assert_eq!(
        (joined.audience, joined.act),
        (Audience::AgentOnly, Some(Act::Coach))
    );
    assert_eq!(joined.acts.leave, LeaveEffect::GoesOn);
    assert!(joined.acts.whisper && !joined.acts.public);
    assert_eq!(seat.armed_lines()[0].joined, 1);
    seat.transcript("S1", &[message(1, &customer(), "All", "Hello?")]);

    // Whisper.
    seat.whisper("Offer the callback", Readership::Agents, "a")
        .unwrap();
    assert_eq!(
        seat.wire(),
        [r#"/me/smssessions/S1 {"operationName":"SendToAgents","text":"Offer the callback"}"#]
    );
    assert_eq!(
        seat.publish("Hello", Readership::Agents, "b"),
        Err(FaultCode::NotOffered)
    );
    assert_eq!(
        seat.publish("Hello", Readership::Everyone, "b"),
        Err(FaultCode::ReadersChanged)
    );
    seat.accept("SendToAgents");
    assert_eq!(seat.session().unsent.len(), 1);
    seat.push(&messages(
        "S1",
        &[message(2, &me("Agents"), "Agents", "Offer the callback")],
    ));
    assert!(seat.session().unsent.is_empty());

    // Barge in: unknown until the server shows it.
    seat.switch(Act::BargeIn).unwrap();
    assert_eq!(
        seat.wire(),
        [r#"/me/smssessions/S1 {"operationName":"SwitchToBargeIn"}"#]
    );
    assert_eq!(seat.session().audience, Audience::Unknown);
    assert_eq!(
        seat.whisper("x", Readership::Agents, "c"),
        Err(FaultCode::ReadersChanged)
    );
    seat.accept("SwitchToBargeIn");
    assert_eq!(seat.session().audience, Audience::Unknown);
    seat.push(&change(&session("S1", "All")));
    assert_eq!(seat.session().audience, Audience::Everyone);
    assert_eq!(seat.session().act, Some(Act::BargeIn));
    assert_eq!(
        seat.whisper("x", Readership::Agents, "c"),
        Err(FaultCode::ReadersChanged)
    );
    seat.publish("We call you back", Readership::Everyone, "d")
        .unwrap();
    assert_eq!(
        seat.wire(),
        [r#"/me/smssessions/S1 {"operationName":"SendMessage","text":"We call you back"}"#]
    );
    seat.push(&messages(
        "S1",
        &[message(3, &me("All"), "All", "We call you back")],
    ));
    seat.accept("SendMessage");
    assert!(seat.session().unsent.is_empty());

    // Back to coaching.
    seat.switch(Act::Coach).unwrap();
    assert_eq!(
        seat.publish("y", Readership::Everyone, "e"),
        Err(FaultCode::ReadersChanged)
    );
    seat.accept("SwitchToCoach");
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(seat.session().audience, Audience::AgentOnly);
    assert_eq!(seat.texts(), ["Hello?", "Offer the callback", "We call you back"]);

    // Leave, which ends nothing while the agent stays.
    seat.sent();
    seat.leave(false).unwrap();
    assert_eq!(seat.wire(), [r#"/me/smssessions/S1 {"operationName":"Leave"}"#]);
    assert_eq!(seat.session().phase, SessionPhase::Leaving);
    seat.accept("Leave");
    seat.push(&state("S1", "Revoked"));
    assert_eq!(seat.session().phase, SessionPhase::Revoked);
    assert_eq!(seat.session().audience, Audience::Nobody);

    let step = Occurrence::Step;
    assert_eq!(
        seat.happened(),
        [
            step(StepKind::Asked),
            step(StepKind::Accepted),
            step(StepKind::Live),
            Occurrence::Whispered,
            step(StepKind::Switched),
            step(StepKind::Switched),
            Occurrence::Left,
        ]
    );
    let coachings: Vec<u64> = seat
        .happenings
        .iter()
        .map(|happening| happening.coaching)
        .collect();
    assert!(
        coachings.iter().all(|coaching| *coaching == coachings[0]),
        "{coachings:?}"
    );
    assert_eq!(seat.happenings[1].took_ms, Some(40));
    assert_eq!(seat.happenings[4].act, Some(Act::BargeIn));
}

#[test]
fn the_server_takes_us_out_of_a_session() {
    let mut seat = Seat::live();
    let stays = json!({ "id": "S1", "participants": [customer(), agent("bo"), me("Agents")] });
    seat.push(&change(&stays));
    assert_eq!(seat.session().agent_name, "Bo Ek");
    assert_eq!(seat.session().armed_agent.as_deref(), Some("Ana Núñez"));
    seat.push(&state("S1", "Revoked"));
    let revoked = seat.session();
    assert_eq!(revoked.phase, SessionPhase::Revoked);
    assert_eq!(revoked.problem.unwrap().code, FaultCode::SessionGone);
    assert_eq!(revoked.acts.leave, LeaveEffect::NotOffered);
    assert_eq!(seat.happened().last(), Some(&Occurrence::Revoked));
    assert_eq!(
        seat.whisper("x", Readership::Agents, "a"),
        Err(FaultCode::SessionGone)
    );
    assert_eq!(seat.phases(), [ArmedPhase::Armed]);
}
