//! What may bring the supervisor into a call, from the order to the end of it.

use desk::claims::ClaimOn;
use desk::order::{Act, Command, Mode, Scope};
use gws::StatusCode;
use serde_json::Value;

use crate::seat::{Seat, coach, coached};

/// Agent, act, and whether it has a number.
fn claims(seat: &Seat) -> Vec<(Option<String>, Option<Act>, bool)> {
    let claims = seat.desk.claims().into_iter();
    claims
        .map(|claim| {
            assert_eq!(claim.on, ClaimOn::Calls);
            (claim.agent_id, claim.act, claim.coaching.is_some())
        })
        .collect()
}

fn coaching(agent: &str) -> (Option<String>, Option<Act>, bool) {
    (Some(agent.to_owned()), Some(Act::Coach), true)
}

#[test]
fn an_order_is_claimed_from_the_moment_it_is_given_until_it_is_over() {
    let mut seat = Seat::signed_in();
    assert_eq!(claims(&seat), []);
    seat.order(coach("ana")).unwrap();
    assert_eq!(claims(&seat), [coaching("ana")]);
    let mut seat = Seat::armed(Mode::NextCall, Scope::Agent);
    let number = seat.desk.claims()[0].coaching;
    seat.call(&coached("Established"));
    assert_eq!(claims(&seat), [coaching("ana")]);
    assert_eq!(seat.desk.claims()[0].coaching, number, "it is still the same");
    seat.call(&coached("Released"));
    seat.device(&Value::Null);
    assert_eq!(claims(&seat), [], "the one call has been");
}

#[test]
fn what_waits_for_the_end_of_another_is_claimed_too() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.order(coach("bo")).unwrap();
    let next = (Some("bo".to_owned()), Some(Act::Coach), false);
    assert_eq!(claims(&seat), [coaching("ana"), next]);
    seat.device(&Value::Null);
    assert_eq!(claims(&seat), [coaching("bo")]);
    seat.order(Command::Stop).unwrap();
    assert_eq!(
        claims(&seat),
        [coaching("bo")],
        "the server has not confirmed the end"
    );
}

#[test]
fn what_the_server_refused_is_claimed_no_more() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.refuse("Coach", StatusCode::NotPermitted, None);
    assert_eq!(claims(&seat), []);
}
