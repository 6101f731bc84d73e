//! What may bring the supervisor into a written session, from arming or asking to the end of it.

use desk::claims::{Claim, ClaimOn};
use desk::input::Input;
use desk::order::{Act, Extent, Medium, WrittenCommand};
use serde_json::json;

use super::seat::{S1, Seat, agent, change, customer, decoded, disarm, session, state};

fn on_sessions_of(agent: &str) -> ClaimOn {
    ClaimOn::AgentsSessions {
        agent_id: agent.to_owned(),
        medium: Medium::Sms,
    }
}

/// The only claim on this.
fn claim(seat: &Seat, on: &ClaimOn) -> Option<Claim> {
    let mut claims = seat.desk.claims();
    claims.retain(|claim| claim.on == *on);
    assert!(claims.len() < 2, "{claims:?}");
    claims.pop()
}

#[test]
fn who_is_armed_is_claimed_and_each_session_that_comes_of_it_with_the_same_number() {
    let mut seat = Seat::armed(Extent::AllChats);
    let armed = claim(&seat, &on_sessions_of("ana")).unwrap();
    assert_eq!(
        (armed.agent_id.as_deref(), armed.act),
        (Some("ana"), Some(Act::Coach))
    );
    seat.push(&change(&session("S1", "Agents")));
    let on = ClaimOn::Session(S1.to_owned());
    let live = claim(&seat, &on).unwrap();
    assert_eq!(
        (live.agent_id.as_deref(), live.act),
        (Some("ana"), Some(Act::Coach))
    );
    assert_eq!(live.coaching, armed.coaching);
    seat.switch(Act::BargeIn).unwrap();
    assert_eq!(
        claim(&seat, &on).unwrap().act,
        Some(Act::BargeIn),
        "it may be at any moment"
    );
    seat.push(&state("S1", "Completed"));
    assert_eq!(claim(&seat, &on), None);
    assert_eq!(
        claim(&seat, &on_sessions_of("ana")),
        Some(armed),
        "the next one may come"
    );
    seat.order(disarm("ana", false)).unwrap();
    seat.accept("CancelSupervisorMonitoring");
    assert_eq!(seat.desk.claims(), []);
}

#[test]
fn a_session_we_asked_to_join_is_one_claim_from_the_order_until_it_is_over() {
    let mut seat = Seat::signed_in();
    seat.order(WrittenCommand::FindRunning {
        agent_id: "ana".to_owned(),
        medium: Medium::Sms,
    })
    .unwrap();
    let running = json!({ "id": "S1", "state": "Chatting", "participants": [customer(), agent("ana")] });
    seat.handle(Input::AgentSessions {
        agent: "ana".into(),
        medium: Medium::Sms,
        outcome: Ok(vec![decoded(&running)]),
    });
    assert_eq!(seat.desk.claims(), []);
    seat.order(WrittenCommand::JoinNow {
        agent_id: "ana".to_owned(),
        session: S1.to_owned(),
        act: Act::Coach,
        reason: None,
    })
    .unwrap();
    let on = ClaimOn::Session(S1.to_owned());
    let asked = claim(&seat, &on).unwrap();
    assert_eq!(
        (asked.agent_id.as_deref(), asked.act),
        (Some("ana"), Some(Act::Coach))
    );
    seat.accept("Intrude");
    seat.push(&change(&json!({
        "id": "S1", "state": "Invited", "capabilities": ["Accept"], "participants": [customer(), agent("ana")],
    })));
    assert_eq!(claim(&seat, &on), Some(asked.clone()));
    seat.order(WrittenCommand::Accept {
        session: S1.to_owned(),
        nickname: None,
        reason: None,
    })
    .unwrap();
    assert_eq!(claim(&seat, &on), Some(asked.clone()));
    seat.accept("Accept");
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(claim(&seat, &on), Some(asked));
    seat.push(&state("S1", "Revoked"));
    assert_eq!(seat.desk.claims(), []);
}

#[test]
fn an_invitation_nobody_answered_is_no_claim_and_an_accepted_one_is() {
    let mut seat = Seat::signed_in();
    seat.push(&change(
        &json!({ "id": "S1", "state": "Invited", "capabilities": ["Accept"] }),
    ));
    assert_eq!(seat.desk.claims(), []);
    seat.order(WrittenCommand::Accept {
        session: S1.to_owned(),
        nickname: None,
        reason: None,
    })
    .unwrap();
    let accepted = claim(&seat, &ClaimOn::Session(S1.to_owned())).unwrap();
    assert_eq!(
        (accepted.agent_id, accepted.act),
        (None, None),
        "nobody can say whose and how"
    );
}
