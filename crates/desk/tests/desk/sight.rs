//! Sotto sees the phone no more: what went on there, or could begin, is hot until it is known again or the supervisor says so.

use desk::audience::Audience;
use desk::fault::{Fault, FaultCode};
use desk::input::{Input, LinkChange};
use desk::order::{Command, Mode, Scope};
use desk::view::Phase;
use gws::StatusCode;
use serde_json::Value;

use crate::seat::{ANA, Seat, coach, coached, monitoring, ordinary, own_device};

fn stale() -> LinkChange {
    LinkChange::Stale(Fault::new(FaultCode::Unreachable, "No connection."))
}

fn ended() -> LinkChange {
    LinkChange::SignedOut(Some(Fault::new(FaultCode::SignedOut, "The server has ended it.")))
}

/// Who hears, and whether it is for the supervisor to say.
fn seen(seat: &Seat) -> (Audience, bool) {
    (seat.audience(), seat.coaching().out_of_sight)
}

fn signs_in_again(seat: &mut Seat, device: &Value, calls: &[Value]) {
    seat.link(LinkChange::SigningIn {
        server: "gws".to_owned(),
        practice: false,
    });
    seat.link(LinkChange::Connecting);
    assert_eq!(seat.audience(), Audience::Unknown, "nothing has been read yet");
    seat.read_own(device, calls);
    seat.link(LinkChange::Live);
}

#[test]
fn a_sign_in_that_ends_during_a_call_does_not_end_the_call() {
    let mut seat = Seat::live(Mode::AllCalls);
    seat.link(ended());
    assert_eq!(seat.phase(), Phase::Idle);
    assert_eq!(seen(&seat), (Audience::Unknown, true));
    let device = own_device(&monitoring("Coach", "AllCalls", "Agent", ANA));
    signs_in_again(&mut seat, &device, &[coached("Established")]);
    assert_eq!(seen(&seat), (Audience::AgentOnly, false));
}

#[test]
fn what_was_armed_may_ring_after_the_sign_in_has_ended() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.link(ended());
    assert_eq!(seen(&seat), (Audience::Unknown, true));
    // The password is another one by now.
    seat.link(LinkChange::SigningIn {
        server: "gws".to_owned(),
        practice: false,
    });
    seat.link(ended());
    assert_eq!(seen(&seat), (Audience::Unknown, true));
    signs_in_again(&mut seat, &own_device(&Value::Null), &[]);
    assert_eq!(seen(&seat), (Audience::Nobody, false));
    seat.link(ended());
    assert_eq!(seen(&seat), (Audience::Nobody, false), "known, and nothing since");
}

#[test]
fn a_stop_that_was_confirmed_leaves_nobody() {
    let mut seat = Seat::armed(Mode::AllCalls, Scope::Agent);
    seat.order(Command::Stop).unwrap();
    seat.accept("CancelSupervisorMonitoring");
    seat.device(&Value::Null);
    seat.link(LinkChange::SignedOut(None));
    assert_eq!(seen(&seat), (Audience::Nobody, false));
}

#[test]
fn the_supervisor_may_say_that_nobody_hears_without_being_signed_in() {
    let mut seat = Seat::live(Mode::AllCalls);
    assert!(Command::OffThePhone.needs_no_sign_in());
    seat.order(Command::OffThePhone).unwrap();
    assert_eq!(
        seat.audience(),
        Audience::AgentOnly,
        "while it is known, it is not theirs to say"
    );
    seat.link(stale());
    seat.order(Command::OffThePhone).unwrap();
    assert_eq!(
        seen(&seat),
        (Audience::Unknown, false),
        "a call that is known is not argued away"
    );
    seat.link(ended());
    seat.order(Command::OffThePhone).unwrap();
    assert_eq!(seen(&seat), (Audience::Nobody, false));
}

#[test]
fn a_request_that_nobody_confirmed_before_the_link_was_lost_may_still_arm() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.accept("Coach");
    seat.link(stale());
    seat.wait_for_deadline();
    assert_eq!(seat.phase(), Phase::Lost);
    assert_eq!(
        seen(&seat),
        (Audience::Unknown, false),
        "the server may be at work on it"
    );
    seat.later(60_000);
    assert_eq!(
        seen(&seat),
        (Audience::Unknown, true),
        "and may have armed it long ago"
    );
    // Putting the problem away says nothing about the phone.
    seat.order(Command::DismissProblem).unwrap();
    assert_eq!(seen(&seat), (Audience::Unknown, true));
    seat.link(LinkChange::Recovering);
    seat.read_own(&own_device(&Value::Null), &[]);
    seat.link(LinkChange::Live);
    assert_eq!(seen(&seat), (Audience::Nobody, false));
}

#[test]
fn the_link_goes_while_a_request_that_is_called_lost_is_still_fresh() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.wait_for_deadline();
    assert_eq!((seat.phase(), seat.audience()), (Phase::Lost, Audience::Nobody));
    seat.link(stale());
    assert_eq!(seat.audience(), Audience::Unknown);

    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.refuse("Coach", StatusCode::InUse, None);
    seat.link(stale());
    assert_eq!(seat.audience(), Audience::Nobody, "what was refused does not arm");

    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.wait_for_deadline();
    seat.later(60_000);
    seat.link(stale());
    assert_eq!(
        seat.audience(),
        Audience::Nobody,
        "no server is at work on it any more"
    );
}

#[test]
fn a_reading_before_the_link_is_live_does_not_hide_what_is_fresh() {
    let mut seat = Seat::signed_in();
    seat.order(coach("ana")).unwrap();
    seat.link(stale());
    seat.wait_for_deadline();
    seat.link(LinkChange::Recovering);
    seat.read_own(&own_device(&Value::Null), &[]);
    assert_eq!(
        seat.audience(),
        Audience::Unknown,
        "it may be older than the request"
    );
}

#[test]
fn a_sotto_that_was_killed_during_a_call_does_not_start_by_saying_that_nobody_hears() {
    let mut desk = desk::Desk::new();
    let now = desk::moment::Moment(5);
    assert!(!desk.may_go_on(now));
    let left = |here, elsewhere| Input::LeftOnThePhone { here, elsewhere };
    desk.handle(left(true, false), now);
    assert_eq!(desk.audience(), Audience::Unknown);
    assert!(desk.view(now).coaching.out_of_sight);
    assert!(desk.may_go_on(now));
    desk.order(Command::OffThePhone, now).unwrap();
    assert_eq!(desk.audience(), Audience::Nobody);
    assert!(!desk.may_go_on(now));
}

/// Found by an audit: the phone of the practice floor was taken for the one of the real server.
#[test]
fn a_phone_that_is_read_here_says_nothing_of_another_one() {
    let mut seat = Seat::at_the_door();
    seat.handle(Input::LeftOnThePhone {
        here: false,
        elsewhere: true,
    });
    seat.read_own(&own_device(&Value::Null), &[]);
    seat.link(LinkChange::Live);
    assert_eq!(seat.audience(), Audience::Unknown);
    assert!(seat.coaching().out_of_sight, "the supervisor can say how it is");
    assert!(!seat.desk.may_go_on(seat.now), "it is not this phone");
    seat.call(&ordinary("C9", "Established", &["15551230000"]));
    assert_eq!(
        seat.audience(),
        Audience::Everyone,
        "what is known here stays known"
    );
    seat.call(&ordinary("C9", "Released", &[]));
    seat.order(Command::OffThePhone).unwrap();
    assert_eq!(seat.audience(), Audience::Nobody);
    assert!(!seat.coaching().out_of_sight);
}
