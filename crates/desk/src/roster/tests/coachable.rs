//! Whether an agent can be coached, and why not.

use super::*;

#[test]
fn every_reason_why_an_agent_cannot_be_coached() {
    let mut roster = Roster::default();
    let inactive = json!({ "id": "d2", "deviceState": "Inactive", "phoneNumber": "6002" });
    let by_number = Agent {
        number: Some("6003".to_owned()),
        ..agent("number", "By Number", &Value::Null)
    };
    let agents = vec![
        agent("fine", "Fine", &at("6001", "Ready")),
        agent("none", "No Phone", &Value::Null),
        agent("off", "Off Switch", &inactive),
        agent("out", "Logged Out", &at("6004", "LoggedOut")),
        by_number,
    ];
    read(&mut roster, agents, 1_000);
    let why = |id: &str, around: &Circumstances<'_>| row(&roster, id, around).why_not;
    let normal = around(1_000);
    assert_eq!(why("fine", &normal), None);
    assert_eq!(why("number", &normal), None);
    assert_eq!(why("none", &normal), Some(WhyNot::NoPhone));
    assert_eq!(why("off", &normal), Some(WhyNot::PhoneNotRegistered));
    assert_eq!(why("out", &normal), Some(WhyNot::LoggedOut));
    let poor = Circumstances {
        offered: false,
        ..around(1_000)
    };
    assert_eq!(why("fine", &poor), Some(WhyNot::NotOffered));
    let cut_off = Circumstances {
        link_live: false,
        ..around(1_000)
    };
    assert_eq!(why("none", &cut_off), Some(WhyNot::LinkDown));
}

fn supervisor(name: &str, device: &str, target: &str) -> Agent {
    let device = json!({
        "id": device,
        "supervisorMonitoringState": { "state": "Coach", "targetDeviceUri": format!("/devices/{target}") },
    });
    agent(name, name, &device)
}

#[test]
fn who_holds_an_agent_is_read_from_the_phones_of_the_others() {
    let mut roster = Roster::default();
    let supervisors = vec![supervisor("Sam", "s1", "d6001"), supervisor("Me", "own", "d6004")];
    read_with(&mut roster, people(), supervisors, 10_000);
    let held = row(&roster, "nu", &around(10_000));
    assert_eq!(
        (held.why_not, held.held_by.as_deref()),
        (Some(WhyNot::Held), Some("Sam"))
    );
    assert_eq!(
        row(&roster, "zo", &around(10_000)).held_by,
        None,
        "we do not hold against ourselves"
    );
    let idle = agent("Sam", "Sam", &json!({ "id": "s1" }));
    read_with(&mut roster, people(), vec![idle], 15_000);
    assert_eq!(row(&roster, "nu", &around(15_000)).why_not, None);
}

#[test]
fn a_refusal_because_somebody_holds_the_agent_is_believed_for_a_while_unless_the_agent_is_ours() {
    let mut roster = floor();
    roster.held(&DeviceId::from("d6001"), Moment(10_000));
    let with = |phase| Circumstances {
        mine: Some(("nu", phase)),
        ..around(10_000)
    };
    assert_eq!(
        row(&roster, "nu", &with(Phase::Refused)).why_not,
        Some(WhyNot::Held)
    );
    assert_eq!(row(&roster, "nu", &with(Phase::Armed)).why_not, None);
    assert_eq!(row(&roster, "nu", &around(39_999)).why_not, Some(WhyNot::Held));
    assert_eq!(row(&roster, "nu", &around(40_000)).why_not, None);
}

#[test]
fn our_own_coaching_is_marked() {
    let roster = floor();
    let armed = Circumstances {
        mine: Some(("nu", Phase::Armed)),
        ..around(10_000)
    };
    assert_eq!(row(&roster, "nu", &armed).mine, Some(Phase::Armed));
    assert_eq!(
        row(&roster, "x1", &armed).mine,
        None,
        "the same name is not the same agent"
    );
}

#[test]
fn rows_grow_stale_and_a_failed_reading_keeps_them() {
    let mut roster = floor();
    assert!(!row(&roster, "nu", &around(30_000)).stale);
    assert!(row(&roster, "nu", &around(30_001)).stale);
    let fault = Fault::new(
        crate::fault::FaultCode::RosterUnavailable,
        "The list cannot be read.",
    );
    roster.failed(fault.clone());
    assert_eq!((roster.floor().total, roster.floor().problem), (5, Some(fault)));
    read(&mut roster, people(), 31_000);
    assert!(!row(&roster, "nu", &around(31_000)).stale);
    assert_eq!(roster.floor().problem, None);
}
