//! The supervisor's phone is also a phone: calls that have nothing to do with coaching must stay hot, and must not be
//! taken for the supervised one.

use desk::audience::Audience;
use desk::order::{Command, Mode, Scope};
use desk::view::Phase;
use serde_json::json;

use crate::seat::{ANA, Seat, coach, coached, monitoring, ordinary};

#[test]
fn an_ordinary_call_is_heard_by_everyone() {
    let mut seat = Seat::signed_in();
    seat.call(&ordinary("C7", "Ringing", &["15557770000"]));
    assert_eq!((seat.phase(), seat.audience()), (Phase::Idle, Audience::Nobody));
    seat.call(&ordinary("C7", "Established", &["15557770000"]));
    assert_eq!((seat.phase(), seat.audience()), (Phase::Idle, Audience::Everyone));
    assert!(!seat.view().calls[0].supervised);
    assert!(!seat.coaching().can_stop);
}

#[test]
fn while_armed_a_strange_call_is_hot_claims_nothing_and_is_never_hung_up_for_us() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.call(&ordinary("C7", "Established", &["15557770000"]));
    assert_eq!((seat.phase(), seat.audience()), (Phase::Armed, Audience::Unknown));
    seat.handle(desk::input::Input::Tick);
    assert_eq!(
        seat.audience(),
        Audience::Unknown,
        "a guess does not grow into knowledge"
    );
    assert!(!seat.view().calls[0].supervised);
    seat.order(Command::Stop).unwrap();
    assert_eq!(seat.wire(), ["CancelSupervisorMonitoring"]);
}

#[test]
fn a_call_we_made_ourselves_is_ordinary_though_something_is_armed() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    let mut dialled = ordinary("C7", "Dialing", &["15557770000"]);
    dialled["callType"] = json!("Outbound");
    seat.call(&dialled);
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Armed, Audience::Everyone)
    );
}

#[test]
fn a_call_with_the_agent_that_was_there_before_is_not_the_supervised_one() {
    let mut seat = Seat::signed_in();
    seat.call(&ordinary("C7", "Established", &["6001", "15557770000"]));
    seat.order(coach("ana")).unwrap();
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Requested, Audience::Everyone)
    );
    seat.device(&monitoring("Coach", "AllCalls", "Call", ANA));
    assert_eq!((seat.phase(), seat.audience()), (Phase::Armed, Audience::Unknown));
}

#[test]
fn an_agent_who_asks_us_into_a_call_does_not_make_it_a_whisper() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.call(&ordinary("C7", "Established", &["6001", "15557770000"]));
    assert_eq!(
        seat.audience(),
        Audience::Unknown,
        "it lists what can be done, and no switch is among it"
    );
}

#[test]
fn the_call_that_says_so_wins_over_the_one_that_only_looks_like_it() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.call(&ordinary("C0", "Held", &["6001"]));
    seat.call(&coached("Established"));
    assert_eq!(seat.coaching().call_id.as_deref(), Some("C1"));
    assert_eq!(seat.audience(), Audience::Unknown, "the other one is still open");
    seat.call(&ordinary("C0", "Released", &[]));
    assert_eq!(
        (seat.phase(), seat.audience()),
        (Phase::Live, Audience::AgentOnly)
    );
}
