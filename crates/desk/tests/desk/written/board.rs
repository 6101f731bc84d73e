//! The board: its order, and who is being coached now.

use desk::moment::Moment;
use desk::order::WrittenCommand;
use serde_json::json;

use super::seat::{Seat, agent, change, customer, me, message, messages, session, state};

fn keys(seat: &Seat) -> Vec<String> {
    let sessions = seat.sessions().into_iter();
    sessions
        .map(|session| session.key.replace("smssessions/", ""))
        .collect()
}

#[test]
fn what_needs_attention_comes_first() {
    let mut seat = Seat::signed_in();
    for id in ["A", "B", "C", "D", "E"] {
        seat.later(1_000);
        seat.push(&change(&session(id, "Agents")));
        seat.transcript(id, &[]);
    }
    assert_eq!(keys(&seat), ["E", "D", "C", "B", "A"], "the newest first");
    seat.push(&state("E", "Revoked"));
    seat.push(&change(&json!({ "id": "F", "state": "Invited" })));
    seat.push(&messages("B", &[message(9, &customer(), "All", "waiting")]));
    seat.push(&messages(
        "C",
        &[message(5, &customer(), "All", "waiting longer")],
    ));
    seat.push(&messages(
        "A",
        &[message(1, &agent("ana"), "All", "unread, and nobody waits")],
    ));
    assert_eq!(keys(&seat), ["F", "C", "B", "A", "D", "E"]);
    seat.push(&messages("C", &[message(6, &agent("ana"), "All", "answered")]));
    seat.order(WrittenCommand::Read {
        session: "smssessions/C".to_owned(),
    })
    .unwrap();
    assert_eq!(keys(&seat), ["F", "B", "A", "D", "C", "E"]);
}

#[test]
fn a_customer_waits_from_the_first_text_that_no_agent_has_answered() {
    let mut seat = Seat::live();
    let at = |index: u64| Some(Moment(1_767_633_360_000 + index));
    seat.push(&messages(
        "S1",
        &[
            message(2, &customer(), "All", "a"),
            message(3, &customer(), "All", "b"),
        ],
    ));
    assert_eq!(seat.session().waiting_since, at(2));
    seat.push(&messages(
        "S1",
        &[message(4, &me("Agents"), "Agents", "a whisper answers nobody")],
    ));
    assert_eq!(seat.session().waiting_since, at(2));
    seat.push(&messages("S1", &[message(5, &agent("ana"), "All", "answer")]));
    assert_eq!(seat.session().waiting_since, None);
    seat.push(&messages("S1", &[message(6, &customer(), "All", "c")]));
    assert_eq!(seat.session().waiting_since, at(6));
    // One that came late stands before the answer.
    seat.push(&messages("S1", &[message(1, &customer(), "All", "late")]));
    assert_eq!(seat.session().waiting_since, at(6));
    seat.push(&messages(
        "S1",
        &[message(7, &me("All"), "All", "our own answer counts")],
    ));
    assert_eq!(seat.session().waiting_since, None);
}

#[test]
fn the_screen_says_who_is_being_coached_now() {
    let mut seat = Seat::live();
    let mut word = session("S1", "Agents");
    word["participants"] = json!([customer(), agent("bo"), agent("ana"), agent("zoe"), me("Agents")]);
    seat.push(&change(&word));
    let view = seat.session();
    assert_eq!((view.agent_id.as_deref(), view.armed_agent), (Some("ana"), None));
    assert_eq!(view.others, ["Bo Ek", "zoe"]);
    word["participants"] = json!([customer(), agent("bo"), me("Agents")]);
    seat.push(&change(&word));
    let view = seat.session();
    assert_eq!(
        (view.agent_id.as_deref(), view.armed_agent.as_deref()),
        (Some("bo"), Some("Ana Núñez"))
    );
    assert!(view.others.is_empty());
}

#[test]
fn attached_data_is_text_and_bounded() {
    let mut seat = Seat::live();
    let long = "x".repeat(10_000);
    let mut word = session("S1", "Agents");
    word["userData"] = json!({ "TOPIC": "<b>Bill</b>", "n": 3, "none": null, "list": [1], "long": long });
    seat.push(&change(&word));
    let view = seat.session();
    assert_eq!(view.topic.as_deref(), Some("<b>Bill</b>"));
    assert_eq!(view.user_data[1], ("n".to_owned(), "3".to_owned()));
    assert_eq!(view.user_data[3], ("list".to_owned(), "[1]".to_owned()));
    assert_eq!(view.user_data[4].1.len(), 500);
}

#[test]
fn what_is_over_does_not_pile_up_for_ever() {
    let mut seat = Seat::signed_in();
    for number in 0..60 {
        seat.later(1);
        let id = format!("S{number}");
        seat.push(&change(&session(&id, "Agents")));
        seat.push(&state(&id, "Revoked"));
    }
    let board = keys(&seat);
    assert!(board.len() <= 41, "{}", board.len());
    assert_eq!(board[0], "S59");
}
