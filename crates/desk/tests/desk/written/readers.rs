//! Who reads us: always the server's last word, unknown whenever there is none, and never guessed.

use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::input::LinkChange;
use desk::order::{Act, Medium, Readership, WrittenCommand};
use desk::rules::{ChannelRules, Rules};
use gws::StatusCode;
use serde_json::{Value, json};

use super::seat::{S1, Seat, agent, change, customer, me, session};

fn with_own_entry(entry: &Value) -> Value {
    json!({ "id": "S1", "state": "Chatting", "participants": [customer(), agent("ana"), entry] })
}

fn typing(public: bool, seen: Readership) -> WrittenCommand {
    WrittenCommand::Typing {
        session: S1.to_owned(),
        public,
        typing: true,
        seen,
    }
}

#[test]
fn each_visibility_says_who_reads_us() {
    for (visibility, readership, audience, act) in [
        (
            "Supervisors",
            Readership::Supervisors,
            Audience::Nobody,
            Some(Act::ListenIn),
        ),
        (
            "Agents",
            Readership::Agents,
            Audience::AgentOnly,
            Some(Act::Coach),
        ),
        (
            "All",
            Readership::Everyone,
            Audience::Everyone,
            Some(Act::BargeIn),
        ),
        ("Hover", Readership::Unknown, Audience::Unknown, None),
    ] {
        let mut seat = Seat::live();
        seat.push(&change(&session("S1", visibility)));
        let view = seat.session();
        assert_eq!(
            (view.readership, view.audience, view.act),
            (readership, audience, act)
        );
        assert_eq!(seat.view().written.audience, audience);
    }
}

#[test]
fn what_is_not_legible_is_unknown() {
    let mut without = me("Agents");
    without.as_object_mut().unwrap().remove("visibility");
    let mut seat = Seat::live();
    seat.push(&change(&with_own_entry(&without)));
    assert_eq!(seat.session().audience, Audience::Unknown);
    seat.push(&change(&with_own_entry(&me("Agents"))));
    assert_eq!(seat.session().audience, Audience::AgentOnly);
    let twice = json!({ "id": "S1", "participants": [me("All"), me("Agents")] });
    seat.push(&change(&twice));
    assert_eq!(seat.session().audience, Audience::Unknown);
    seat.push(&change(
        &json!({ "id": "S1", "participants": [customer(), agent("ana")] }),
    ));
    assert_eq!(seat.session().audience, Audience::Unknown);
    assert_eq!(
        seat.whisper("x", Readership::Agents, "a"),
        Err(FaultCode::SessionGone)
    );
}

#[test]
fn a_switch_is_hot_from_the_click_on_until_the_server_shows_it() {
    let mut seat = Seat::live();
    seat.switch(Act::BargeIn).unwrap();
    assert_eq!(seat.session().switching_to, Some(Act::BargeIn));
    assert_eq!(seat.session().audience, Audience::Unknown);
    assert_eq!(seat.switch(Act::ListenIn), Err(FaultCode::AlreadyAsked));
    // Somebody joined meanwhile: that says nothing of the switch.
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(seat.session().audience, Audience::Unknown);
    seat.push(&change(&session("S1", "All")));
    assert_eq!(seat.session().audience, Audience::Everyone);
    assert_eq!(seat.session().switching_to, None);
    seat.accept("SwitchToBargeIn");
    assert_eq!(seat.switch(Act::BargeIn), Err(FaultCode::AlreadyAsked));
}

#[test]
fn a_refused_switch_is_settled_by_a_reading() {
    let mut seat = Seat::live();
    seat.switch(Act::BargeIn).unwrap();
    seat.effects.clear();
    seat.refuse("SwitchToBargeIn", StatusCode::Forbidden);
    assert_eq!(seat.readings(), ["Sms"]);
    assert_eq!(seat.session().audience, Audience::Unknown);
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    assert_eq!(seat.session().audience, Audience::AgentOnly);
    assert_eq!(seat.session().problem.unwrap().code, FaultCode::Refused);
}

#[test]
fn a_switch_that_is_never_confirmed_is_looked_into() {
    let mut seat = Seat::live();
    seat.switch(Act::BargeIn).unwrap();
    seat.accept("SwitchToBargeIn");
    // A list that was on its way when the supervisor asked says nothing of it.
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    assert_eq!(seat.session().audience, Audience::Unknown);
    seat.effects.clear();
    seat.wake();
    assert_eq!(seat.readings(), ["Sms"]);
    assert_eq!(seat.session().audience, Audience::Unknown);
    assert_eq!(seat.session().problem.unwrap().code, FaultCode::NotConfirmed);
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    assert_eq!(seat.session().audience, Audience::AgentOnly);
    assert_eq!(seat.session().switching_to, None);
}

#[test]
fn a_switch_without_an_answer_may_have_been_done() {
    let mut seat = Seat::live();
    seat.switch(Act::BargeIn).unwrap();
    seat.lose_reply("SwitchToBargeIn");
    assert_eq!(seat.session().audience, Audience::Unknown);
    seat.reads(Medium::Sms, &[session("S1", "All")]);
    assert_eq!(seat.session().audience, Audience::Everyone);
}

#[test]
fn a_switch_that_is_not_listed_is_not_offered() {
    let mut seat = Seat::live();
    assert_eq!(seat.session().acts.switches, [Act::ListenIn, Act::BargeIn]);
    let mut bare = session("S1", "Agents");
    bare["capabilities"] = json!(["Leave", "SwitchToMonitor"]);
    seat.push(&change(&bare));
    assert_eq!(seat.session().acts.switches, [Act::ListenIn]);
    assert_eq!(seat.switch(Act::BargeIn), Err(FaultCode::NotOffered));
    assert_eq!(
        seat.whisper("x", Readership::Agents, "a"),
        Err(FaultCode::NotOffered)
    );
    assert!(!seat.session().acts.whisper);
    assert!(seat.wire().is_empty());
}

#[test]
fn nothing_public_leaves_while_we_coach_or_listen_whatever_is_listed() {
    for (visibility, seen) in [
        ("Agents", Readership::Agents),
        ("Supervisors", Readership::Supervisors),
    ] {
        let mut seat = Seat::live();
        seat.push(&change(&session("S1", visibility)));
        seat.effects.clear();
        let everyone = Readership::Everyone;
        assert_eq!(seat.publish("x", seen, "a"), Err(FaultCode::NotOffered));
        assert_eq!(seat.publish("x", everyone, "b"), Err(FaultCode::ReadersChanged));
        assert_eq!(seat.order(typing(true, seen)), Err(FaultCode::NotOffered));
        assert_eq!(seat.order(typing(true, everyone)), Err(FaultCode::ReadersChanged));
        assert!(!seat.session().acts.public);
        assert!(seat.sent().is_empty());
    }
}

#[test]
fn a_silent_listener_is_not_shown_to_agents_whatever_is_listed() {
    let mut seat = Seat::live();
    seat.order(typing(false, Readership::Agents)).unwrap();
    assert_eq!(seat.sent(), ["SendStartTypingToAgentsNotification"]);
    let mut seat = Seat::live();
    seat.push(&change(&session("S1", "Supervisors")));
    seat.effects.clear();
    let silent = Readership::Supervisors;
    assert_eq!(seat.session().audience, Audience::Nobody);
    assert!(!seat.session().acts.whisper);
    assert_eq!(seat.whisper("x", silent, "a"), Err(FaultCode::NotOffered));
    assert_eq!(seat.order(typing(false, silent)), Err(FaultCode::NotOffered));
    assert!(seat.sent().is_empty());
}

#[test]
fn what_was_written_for_other_readers_does_not_leave() {
    let mut seat = Seat::barged();
    assert_eq!(
        seat.whisper("x", Readership::Agents, "a"),
        Err(FaultCode::ReadersChanged)
    );
    assert_eq!(
        seat.publish("x", Readership::Unknown, "a"),
        Err(FaultCode::ReadersChanged)
    );
    assert_eq!(
        seat.publish("x", Readership::Agents, "a"),
        Err(FaultCode::ReadersChanged)
    );
    assert_eq!(
        seat.order(typing(true, Readership::Agents)),
        Err(FaultCode::ReadersChanged)
    );
    assert!(seat.sent().is_empty());
    seat.publish("x", Readership::Everyone, "a").unwrap();
    seat.order(typing(true, Readership::Everyone)).unwrap();
    seat.whisper("only for you", Readership::Everyone, "b").unwrap();
    assert_eq!(
        seat.sent(),
        ["SendMessage", "SendStartTypingNotification", "SendToAgents"]
    );
}

#[test]
fn to_write_to_everybody_it_must_be_listed() {
    let mut seat = Seat::barged();
    let mut bare = session("S1", "All");
    bare["capabilities"] = json!(["SendToAgents"]);
    seat.push(&change(&bare));
    assert_eq!(
        seat.publish("x", Readership::Everyone, "a"),
        Err(FaultCode::NotOffered)
    );
    assert_eq!(
        seat.order(typing(true, Readership::Everyone)),
        Err(FaultCode::NotOffered)
    );
    assert_eq!(
        seat.order(typing(false, Readership::Everyone)),
        Err(FaultCode::NotOffered)
    );
    assert!(!seat.session().acts.public);
}

#[test]
fn behind_a_broken_link_nobody_knows_who_reads_us() {
    let mut seat = Seat::live();
    seat.lose_link();
    assert_eq!(seat.session().audience, Audience::Unknown);
    assert_eq!(seat.session().readership, Readership::Unknown);
    assert_eq!(seat.session().act, None);
    assert_eq!(seat.view().written.audience, Audience::Unknown);
    assert_eq!(
        seat.whisper("x", Readership::Agents, "a"),
        Err(FaultCode::LinkDown)
    );
    seat.link(LinkChange::Recovering);
    seat.link(LinkChange::Live);
    assert_eq!(
        seat.session().audience,
        Audience::Unknown,
        "nothing has been read yet"
    );
    assert_eq!(
        seat.whisper("x", Readership::Agents, "a"),
        Err(FaultCode::ReadersChanged)
    );
    seat.reads(Medium::Sms, &[session("S1", "Agents")]);
    assert_eq!(seat.session().audience, Audience::AgentOnly);
}

#[test]
fn a_word_of_before_the_switch_does_not_confirm_it() {
    let mut seat = Seat::barged();
    seat.push(&change(&json!({ "id": "S1", "capabilities": ["SwitchBargeIn"] })));
    seat.lose_link();
    seat.link(LinkChange::Live);
    seat.switch(Act::BargeIn).unwrap();
    seat.accept("SwitchToBargeIn");
    assert_eq!(seat.session().switching_to, Some(Act::BargeIn));
    seat.push(&change(&session("S1", "Agents")));
    assert_eq!(seat.session().audience, Audience::Unknown);
    seat.push(&change(&session("S1", "All")));
    assert_eq!(seat.session().audience, Audience::Everyone);
}

fn allowing(acts: &[Act]) -> Rules {
    Rules {
        sms: ChannelRules {
            allowed: acts.iter().copied().collect(),
            ..ChannelRules::default()
        },
        ..Rules::default()
    }
}

/// The server, or another client of ours, may make us visible where the organisation does not want it.
#[test]
fn what_the_organisation_forbids_is_not_written_however_we_came_to_be_there() {
    let mut seat = Seat::live_under(allowing(&[Act::Coach]));
    seat.push(&change(&session("S1", "All")));
    let view = seat.session();
    assert_eq!(view.audience, Audience::Everyone, "that is how it is");
    assert!(!view.acts.public && view.acts.whisper);
    assert_eq!(
        view.acts.public_barred.as_deref(),
        Some("Your organisation does not allow writing to everybody in SMS sessions.")
    );
    assert_eq!(view.acts.whisper_barred, None);
    seat.wire();
    let everyone = Readership::Everyone;
    assert_eq!(
        seat.publish("We refund you", everyone, "a"),
        Err(FaultCode::ManagedByOrganisation)
    );
    assert_eq!(
        seat.order(typing(true, everyone)),
        Err(FaultCode::ManagedByOrganisation)
    );
    assert!(seat.wire().is_empty());
    seat.whisper("Offer the callback", everyone, "b").unwrap();

    // Back among those who only coach, nothing is barred.
    seat.push(&change(&session("S1", "Agents")));
    let acts = seat.session().acts;
    assert!(acts.whisper && acts.public_barred.is_none() && acts.whisper_barred.is_none());
}

#[test]
fn a_whisper_is_coaching_or_part_of_having_barged_in() {
    for (allowed, visibility, may) in [
        (vec![Act::ListenIn], "Agents", false),
        (vec![Act::ListenIn], "All", false),
        (vec![Act::BargeIn], "Agents", false),
        (vec![Act::BargeIn], "All", true),
        (vec![Act::Coach], "Agents", true),
    ] {
        let mut seat = Seat::under(allowing(&allowed));
        seat.push(&change(&session("S1", visibility)));
        let view = seat.session();
        assert_eq!(view.acts.whisper, may, "{allowed:?} {visibility}");
        assert_eq!(view.acts.whisper_barred.is_none(), may);
        let whispered = seat.whisper("Offer the callback", view.readership, "a");
        assert_eq!(whispered.is_ok(), may, "{whispered:?}");
    }
}
