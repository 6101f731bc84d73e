//! What a budget allows, by what the journal has and by what may still go live.

use desk::order::Medium;
use journal::{Channel, Journal, NewEntry, What};

use super::*;

const NOW: Moment = Moment(1_795_000_000_000);

fn budget(per_agent_per_month: u32) -> Budget {
    Budget {
        acts: [Act::Coach].into(),
        per_agent_per_month,
        over: OverBudget::Block,
    }
}

/// A book in which these coachings of these agents were live just now.
fn book(live: &[(&str, &str)]) -> Book {
    let mut journal = Journal::in_memory().expect("a journal");
    for (session, agent_id) in live {
        let entry = NewEntry {
            at_ms: NOW.0,
            supervisor: "sam".to_owned(),
            agent: "Ana".to_owned(),
            agent_id: (*agent_id).to_owned(),
            channel: Channel::Voice,
            act: journal::Act::Coach,
            mode: None,
            scope: None,
            event: What::Live,
            took_ms: None,
            error_code: None,
            server: "gws.example.org".to_owned(),
            session: (*session).to_owned(),
            reason: None,
            text: None,
        };
        journal.append(&entry).expect("appended");
    }
    let mut book = Book::default();
    journal.reader().catch_up(&mut book).expect("read");
    book
}

fn sms_of(agent_id: &str) -> ClaimOn {
    ClaimOn::AgentsSessions {
        agent_id: agent_id.to_owned(),
        medium: Medium::Sms,
    }
}

fn coach(agent_id: &str, on: ClaimOn) -> Aim {
    Aim {
        whom: Whom::Agent(agent_id.to_owned()),
        act: Some(Act::Coach),
        from: None,
        on,
        comes_of: None,
    }
}

fn held(agent_id: &str, on: ClaimOn, act: Act, session: &str) -> Held {
    Held {
        on,
        agent_id: Some(agent_id.to_owned()),
        act: Some(act),
        session: Some(session.to_owned()),
    }
}

fn asked(book: &Book, limit: u32, aims: Vec<Aim>, held: Vec<Held>) -> Result<(), Fault> {
    allow(book, &budget(limit), &UnderBudget { aims, held }, NOW).expect("the book can be read")
}

#[test]
fn what_may_still_go_live_takes_its_room() {
    let armed = || held("a", sms_of("a"), Act::Coach, "1");
    let call = || coach("a", ClaimOn::Calls);
    let fault = asked(&book(&[]), 1, vec![call()], vec![armed()]).expect_err("no room");
    assert_eq!(fault.code, FaultCode::BudgetSpent);
    assert!(
        fault.message.contains("asked for once already"),
        "{}",
        fault.message
    );
    assert_eq!(asked(&book(&[]), 2, vec![call()], vec![armed()]), Ok(()));
    let fault = asked(&book(&[("0", "a")]), 2, vec![call()], vec![armed()]).expect_err("no room");
    assert!(
        fault.message.contains("done once and is asked for once more"),
        "{}",
        fault.message
    );
    // Another agent, or something the budget does not count, takes no room.
    let other = held("b", sms_of("b"), Act::Coach, "1");
    let listening = held("a", sms_of("a"), Act::ListenIn, "2");
    assert_eq!(asked(&book(&[]), 1, vec![call()], vec![other, listening]), Ok(()));
}

#[test]
fn what_went_live_is_counted_once_and_not_twice() {
    let live = held("a", sms_of("a"), Act::Coach, "1");
    assert_eq!(
        asked(
            &book(&[("1", "a")]),
            2,
            vec![coach("a", ClaimOn::Calls)],
            vec![live]
        ),
        Ok(())
    );
}

#[test]
fn nobody_knows_how_counts() {
    let unknown = Held {
        act: None,
        ..held("a", sms_of("a"), Act::Coach, "1")
    };
    assert!(asked(&book(&[]), 1, vec![coach("a", ClaimOn::Calls)], vec![unknown]).is_err());
}

#[test]
fn what_takes_the_place_of_something_needs_no_room_beside_it() {
    let armed = held("a", ClaimOn::Calls, Act::Coach, "1");
    let call = coach("a", ClaimOn::Calls);
    assert_eq!(
        asked(&book(&[]), 1, vec![call.clone()], vec![armed.clone()]),
        Ok(())
    );
    // It was live already: what takes its place is another one.
    assert!(asked(&book(&[("1", "a")]), 1, vec![call], vec![armed]).is_err());
}

#[test]
fn accepting_makes_good_what_was_armed() {
    let armed = || held("a", sms_of("a"), Act::Coach, "1");
    let accept = Aim {
        comes_of: Some(sms_of("a")),
        ..coach("a", ClaimOn::Session("smssessions/7".to_owned()))
    };
    assert_eq!(asked(&book(&[]), 1, vec![accept.clone()], vec![armed()]), Ok(()));
    assert!(asked(&book(&[("6", "a")]), 1, vec![accept], vec![armed()]).is_err());
}

#[test]
fn two_things_in_one_order_need_room_for_both() {
    let both = || vec![coach("a", ClaimOn::Calls), coach("a", sms_of("a"))];
    assert!(asked(&book(&[]), 1, both(), Vec::new()).is_err());
    assert_eq!(asked(&book(&[]), 2, both(), Vec::new()), Ok(()));
}

#[test]
fn a_switch_of_what_is_counted_already_is_free_and_any_other_is_not() {
    let listening = held("a", ClaimOn::Calls, Act::ListenIn, "1");
    let switch = || Aim {
        from: Some(Act::ListenIn),
        ..coach("a", ClaimOn::Calls)
    };
    // It was coached before it was listened to.
    assert_eq!(
        asked(&book(&[("1", "a")]), 1, vec![switch()], vec![listening.clone()]),
        Ok(())
    );
    assert!(asked(&book(&[("0", "a")]), 1, vec![switch()], vec![listening]).is_err());
}

#[test]
fn nobodys_budget_and_another_agents_number_are_refused_in_words() {
    let aim = |whom: Whom| Aim {
        whom,
        ..coach("a", ClaimOn::Calls)
    };
    for (whom, words) in [
        (Whom::by_id(None), "cannot be told"),
        (Whom::by_id(Some(String::new())), "cannot be told"),
        (Whom::Another("Ana".to_owned()), "the number of Ana"),
    ] {
        let fault = asked(&book(&[]), 9, vec![aim(whom)], Vec::new()).expect_err("refused");
        assert_eq!(fault.code, FaultCode::BudgetSpent);
        assert!(fault.message.contains(words), "{}", fault.message);
    }
}
