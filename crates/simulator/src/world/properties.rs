//! Whatever people do in whatever order, the floor's rules hold and nothing panics.

use std::collections::HashSet;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{CallKey, DeviceKey, LegState, PersonKey, Scope, World};
use crate::api::{RosterCache, Selection, envelope, operate, read};
use crate::faults::Faults;
use crate::settings::Settings;

const AGENTS: usize = 5;
const SUPERVISORS: usize = 3;
const PEOPLE: usize = AGENTS + SUPERVISORS;

/// One thing somebody does. Numbers are taken modulo what there is to choose from.
#[derive(Debug, Clone)]
enum Step {
    /// A customer calls an agent.
    Ring(usize),
    /// Somebody does an operation their own call lists.
    OnCall {
        person: usize,
        call: usize,
        operation: usize,
        other: usize,
    },
    /// Somebody tries any operation on their own call, listed or not.
    Blindly {
        person: usize,
        call: usize,
        operation: &'static str,
    },
    /// A supervisor sets monitoring up.
    Monitor {
        supervisor: usize,
        target: usize,
        mode: &'static str,
        scope: &'static str,
        extent: &'static str,
    },
    Cancel(usize),
    Dial {
        person: usize,
        other: usize,
    },
    State {
        person: usize,
        operation: &'static str,
    },
    LogIn(usize),
    Registered {
        number: usize,
        registered: bool,
    },
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Step> {
    let person = 0..PEOPLE;
    prop_oneof![
        3 => (0..AGENTS).prop_map(Step::Ring),
        8 => (person.clone(), 0..3_usize, 0..30_usize, person.clone())
            .prop_map(|(person, call, operation, other)| Step::OnCall { person, call, operation, other }),
        1 => (person.clone(), 0..3_usize, prop::sample::select(vec!["Answer", "Hangup", "SwitchToBargeIn", "Retrieve", "CompleteTransfer"]))
            .prop_map(|(person, call, operation)| Step::Blindly { person, call, operation }),
        4 => (
            AGENTS..PEOPLE,
            person.clone(),
            prop::sample::select(vec!["ListenIn", "Coach", "BargeIn"]),
            prop::sample::select(vec!["Agent", "Call"]),
            prop::sample::select(vec!["NextCall", "AllCalls"]),
        )
            .prop_map(|(supervisor, target, mode, scope, extent)| Step::Monitor { supervisor, target, mode, scope, extent }),
        1 => (AGENTS..PEOPLE).prop_map(Step::Cancel),
        1 => (person.clone(), 0..PEOPLE + 1).prop_map(|(person, other)| Step::Dial { person, other }),
        1 => (person.clone(), prop::sample::select(vec!["Ready", "NotReady", "Offline", "EndContactCenterSession"]))
            .prop_map(|(person, operation)| Step::State { person, operation }),
        2 => person.clone().prop_map(Step::LogIn),
        1 => (person, any::<bool>()).prop_map(|(number, registered)| Step::Registered { number, registered }),
        2 => (0..8_000_u64).prop_map(Step::Wait),
    ]
}

fn world(lively: bool, faults: Faults) -> World {
    let settings = Settings {
        agents: AGENTS,
        groups: 1,
        supervisors: SUPERVISORS,
        lively,
        faults,
        ..Settings::default()
    };
    let mut world = World::new(&settings, "http://floor/api/v2".to_owned());
    for person in world.person_keys() {
        // Everybody is listened to, so that every notification is rendered.
        world.person_mut(person).signed_in = !lively || person.0 >= AGENTS;
        let device = world.person(person).device;
        world.log_in(person, device);
    }
    world
}

fn number(world: &World, person: usize) -> String {
    match person {
        PEOPLE.. => "+15550000".to_owned(),
        _ => world
            .device(world.person(PersonKey(person)).device)
            .number
            .clone(),
    }
}

fn act(world: &mut World, step: &Step) {
    let device = |world: &World, person: usize| world.person(PersonKey(person)).device;
    match step {
        Step::Ring(agent) => {
            let _ = world.ring(device(world, *agent));
        }
        Step::OnCall {
            person,
            call,
            operation,
            other,
        } => {
            let own = device(world, *person);
            let Some(key) = world.device(own).calls.get(*call).copied() else {
                return;
            };
            let listed = world.call_capabilities(key, own);
            if let Some(operation) = listed.get(operation % listed.len().max(1)).copied() {
                do_on_call(world, *person, key, operation, *other);
            }
        }
        Step::Blindly {
            person,
            call,
            operation,
        } => {
            let own = device(world, *person);
            if let Some(key) = world.device(own).calls.get(*call).copied() {
                do_on_call(world, *person, key, operation, 0);
            }
        }
        Step::Monitor {
            supervisor,
            target,
            mode,
            scope,
            extent,
        } => {
            let body = json!({
                "operationName": mode,
                "targetDeviceUri": world.device(device(world, *target)).id,
                "supervisorMonitoringScope": scope,
                "supervisorMonitoringMode": extent,
            });
            on_device(world, *supervisor, "", &body);
        }
        Step::Cancel(supervisor) => {
            on_device(
                world,
                *supervisor,
                "",
                &json!({"operationName": "CancelSupervisorMonitoring"}),
            );
        }
        Step::Dial { person, other } => {
            let body =
                json!({"operationName": "Dial", "destination": {"phoneNumber": number(world, *other)}});
            on_device(world, *person, "/calls", &body);
        }
        Step::State { person, operation } => {
            let _ = operate(
                world,
                PersonKey(*person),
                &["me"],
                &json!({"operationName": operation}),
            );
        }
        Step::LogIn(person) => {
            let body = json!({"operationName": "StartContactCenterSession", "channels": ["voice", "chat"]});
            let _ = operate(world, PersonKey(*person), &["me"], &body);
        }
        Step::Registered {
            number: person,
            registered,
        } => {
            let unregistered = if *registered {
                Vec::new()
            } else {
                vec![number(world, *person)]
            };
            world.set_faults(Faults {
                unregistered,
                ..world.faults.clone()
            });
        }
        Step::Wait(milliseconds) => world.advance(world.now() + Duration::from_millis(*milliseconds)),
    }
}

fn on_device(world: &mut World, person: usize, below: &str, body: &Value) {
    let id = world.device(world.person(PersonKey(person)).device).id.clone();
    let mut path = vec!["me", "devices", id.as_str()];
    path.extend(below.split('/').filter(|segment| !segment.is_empty()));
    let _ = operate(world, PersonKey(person), &path, body);
}

fn do_on_call(world: &mut World, person: usize, call: CallKey, operation: &str, other: usize) {
    let own = world.person(PersonKey(person)).device;
    let id = world.call(call).map(|call| call.id.clone()).unwrap_or_default();
    let second = world.device(own).calls.iter().find(|other| **other != call);
    let second = second
        .and_then(|call| world.call(*call))
        .map(|call| call.id.clone())
        .unwrap_or_default();
    let body = json!({
        "operationName": operation,
        "destination": {"phoneNumber": number(world, other)},
        "participant": number(world, other),
        "otherCallUri": second,
        "userData": {"Note": other},
        "keys": ["Note"],
        "digits": "1",
    });
    let _ = operate(world, PersonKey(person), &["me", "calls", &id], &body);
}

/// The rules of the floor.
fn check(world: &World) {
    let devices: Vec<DeviceKey> = world.device_keys().collect();
    for device in devices {
        let phone = world.device(device);
        if let Some(monitoring) = phone.monitoring {
            let target = monitoring.order.target;
            assert_eq!(
                world.device(target).monitored_by,
                Some(device),
                "monitoring is known on both sides"
            );
            assert!(
                phone.login.is_some() && world.device(target).login.is_some(),
                "nobody monitors when logged out"
            );
        }
        if let Some(supervisor) = phone.monitored_by {
            let monitoring = world
                .device(supervisor)
                .monitoring
                .map(|monitoring| monitoring.order.target);
            assert_eq!(monitoring, Some(device), "one supervisor per device");
        }
        let calls: HashSet<_> = phone.calls.iter().collect();
        assert_eq!(calls.len(), phone.calls.len(), "a device is in a call once");
        for call in &phone.calls {
            assert!(
                world.leg_state(*call, device).is_some(),
                "a device knows only calls that know it"
            );
        }
        let talking = phone
            .calls
            .iter()
            .filter(|call| world.leg_state(**call, device) == Some(LegState::Established));
        assert!(talking.count() <= 1, "a phone has one mouth");
        assert!(
            world.is_registered(device) || phone.calls.is_empty(),
            "no calls on a dead line"
        );
        assert!(
            phone
                .calls
                .iter()
                .filter(|call| has_monitor_leg(world, **call, device))
                .count()
                <= 1,
            "one monitored call at a time"
        );
    }
    for (key, call) in &world.calls {
        assert_eq!(world.call_by_id(&call.id), Some(*key));
        assert!(
            !call.devices().is_empty(),
            "a call with nobody of ours in it has ended"
        );
        assert!(call.talkers() >= 2, "nobody talks alone: {call:?}");
        assert!(
            call.legs.iter().filter(|leg| leg.monitor().is_some()).count() <= 1,
            "one supervisor per call"
        );
        for device in call.devices() {
            assert!(world.device(device).calls.contains(key));
        }
        if let Some((leg, monitor)) = call.monitor_leg() {
            assert!(monitor.target != leg.device(), "nobody monitors himself");
            let present = monitor.target.is_some_and(|target| call.leg(target).is_some());
            assert!(
                present || monitor.scope == Scope::Call,
                "a supervisor of scope Agent stays only with the agent"
            );
        }
    }
    assert_eq!(world.calls.len(), world.call_ids.len());
}

fn has_monitor_leg(world: &World, call: CallKey, device: DeviceKey) -> bool {
    world
        .call(call)
        .and_then(|call| call.leg(device))
        .is_some_and(|leg| leg.monitor().is_some())
}

/// Every message of every kind says who it is about, and a released call offers nothing.
fn check_notices(world: &mut World) {
    for notice in world.take_notices() {
        assert!(notice.data["messageType"].is_string());
        if let Some(call) = notice.data.get("call") {
            let released = call["state"] == "Released";
            assert_eq!(
                call["capabilities"].as_array().is_some_and(Vec::is_empty),
                released,
                "{call}"
            );
        }
    }
}

/// The roster as a supervisor reads it, with what the cache remembers.
fn roster(world: &World, cache: &mut RosterCache) -> Option<String> {
    let everything = Selection::new(&[("fields".into(), "*".into()), ("subresources".into(), "*".into())]);
    let answer = read(world, cache, PersonKey(AGENTS), &["users"], &everything);
    answer.ok().map(|answer| envelope(world, answer))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_hold_whatever_people_do(
        steps in prop::collection::vec(steps(), 1..120),
        intrusion in any::<bool>(),
        cancels in any::<bool>(),
        lively in prop::bool::weighted(0.2),
    ) {
        let faults = Faults {
            intrusion_coach_listen: intrusion,
            cancel_monitor_on_disconnect: cancels,
            ..Faults::default()
        };
        let mut world = world(lively, faults);
        for step in &steps {
            act(&mut world, step);
            check(&world);
            check_notices(&mut world);
        }
    }

    #[test]
    fn a_remembered_roster_is_the_true_one(steps in prop::collection::vec(steps(), 1..60), lively in any::<bool>()) {
        let mut world = world(lively, Faults::default());
        let mut cache = RosterCache::default();
        for step in &steps {
            act(&mut world, step);
            prop_assert_eq!(roster(&world, &mut cache), roster(&world, &mut RosterCache::default()));
        }
    }

    #[test]
    fn the_same_seed_and_steps_make_the_same_floor(steps in prop::collection::vec(steps(), 1..60)) {
        let run = || {
            let mut world = world(true, Faults::default());
            for step in &steps {
                act(&mut world, step);
            }
            world.view()
        };
        prop_assert_eq!(run(), run());
    }
}

/// Found by the property above: a supervisor who stays in a call (scope Call) after the agent left it sits with
/// the next agent, who then can be monitored by nobody else.
#[test]
fn whoever_inherits_a_supervisor_is_shown_as_held() {
    let listen = |supervisor, target, scope| Step::Monitor {
        supervisor,
        target,
        mode: "ListenIn",
        scope,
        extent: "NextCall",
    };
    let steps = [
        listen(5, 2, "Agent"),
        listen(6, 5, "Agent"),
        Step::Ring(2),
        listen(5, 0, "Agent"),
        Step::LogIn(0),
        Step::Dial { person: 3, other: 1 },
        listen(6, 1, "Call"),
        Step::Ring(0),
        Step::Wait(617),
        listen(5, 2, "Agent"),
        Step::Wait(4276),
    ];
    let mut world = world(true, Faults::default());
    let mut cache = RosterCache::default();
    for step in &steps {
        act(&mut world, step);
        assert_eq!(
            roster(&world, &mut cache),
            roster(&world, &mut RosterCache::default()),
            "after {step:?}"
        );
    }
}
