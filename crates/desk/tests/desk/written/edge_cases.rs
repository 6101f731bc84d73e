//! The situations in which products of the field behave differently, one test for each: what Sotto does in it, in written
//! sessions. The ones of calls are in `edge_cases.rs` beside this folder.

use desk::audience::Audience;
use desk::order::{Act, Extent, Readership};
use desk::view::{ArmedPhase, SessionPhase};
use serde_json::json;

use super::seat::{Seat, agent, arm, change, customer, me, session, state};

#[test]
fn agent_already_in_a_session_then_arming_waits_for_the_next_one() {
    let mut seat = Seat::signed_in();
    seat.order(arm("ana", Act::Coach, Some(Extent::AllChats)))
        .unwrap();
    seat.accept("Coach");
    assert_eq!(seat.phases(), [ArmedPhase::Armed]);
    assert!(
        seat.sessions().is_empty(),
        "the running one is entered only by JoinNow, which is an order of its own"
    );
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(seat.session().phase, SessionPhase::Live);
}

#[test]
fn agent_transfers_then_we_stay_while_another_agent_does_and_go_with_the_last() {
    let mut seat = Seat::live();
    let stays = json!({ "id": "S1", "participants": [customer(), agent("bo"), me("Agents")] });
    seat.push(&change(&stays));
    let now = seat.session();
    assert_eq!(
        (now.phase, now.agent_name.as_str()),
        (SessionPhase::Live, "Bo Ek")
    );
    assert_eq!(now.readership, Readership::Agents);
    seat.push(&state("S1", "Revoked"));
    assert_eq!(seat.session().phase, SessionPhase::Revoked);
    assert_eq!(seat.session().audience, Audience::Nobody);
    assert_eq!(
        seat.phases(),
        [ArmedPhase::Armed],
        "the agent's next session is still wanted"
    );
}

#[test]
fn agent_consults_in_writing_then_whoever_reads_us_is_still_what_the_server_says() {
    let mut seat = Seat::live();
    let consults =
        json!({ "id": "S1", "participants": [customer(), agent("ana"), agent("bo"), me("Agents")] });
    seat.push(&change(&consults));
    let now = seat.session();
    assert_eq!((now.readership, now.others.len()), (Readership::Agents, 1));
}
