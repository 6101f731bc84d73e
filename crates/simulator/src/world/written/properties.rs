//! Whatever people do in whatever order, customers read only what is for them, and whoever listens knows everything
//! that concerns them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Medium, Place, Role, SeatState, SessionKey, Visibility};
use crate::api::{Answer, RosterCache, Selection, envelope, operate, read};
use crate::control::SessionRequest;
use crate::faults::Faults;
use crate::settings::Settings;
use crate::world::{Deed, PersonKey, World};

const AGENTS: usize = 4;
const SUPERVISORS: usize = 3;
const PEOPLE: usize = AGENTS + SUPERVISORS;

/// One thing somebody does. Numbers are taken modulo what there is to choose from.
#[derive(Debug, Clone)]
enum Step {
    Open {
        agent: usize,
        accept: bool,
        chat: bool,
    },
    CustomerWrites(usize),
    /// Somebody does an operation that their own session lists.
    OnSession {
        person: usize,
        session: usize,
        operation: usize,
        other: usize,
    },
    /// Somebody tries an operation, listed or not.
    Blindly {
        person: usize,
        session: usize,
        operation: &'static str,
    },
    Supervise {
        supervisor: usize,
        agent: usize,
        operation: &'static str,
        extent: &'static str,
    },
    Intrude {
        supervisor: usize,
        session: usize,
        mode: &'static str,
    },
    Channel {
        person: usize,
        enter: bool,
    },
    Complete(usize),
    Lose(usize),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Step> {
    let person = 0..PEOPLE;
    let modes = || prop::sample::select(vec!["Monitor", "Coach", "BargeIn"]);
    prop_oneof![
        4 => (0..AGENTS, any::<bool>(), prop::bool::weighted(0.2))
            .prop_map(|(agent, accept, chat)| Step::Open { agent, accept, chat }),
        2 => (0..4_usize).prop_map(Step::CustomerWrites),
        10 => (person.clone(), 0..4_usize, 0..30_usize, person.clone())
            .prop_map(|(person, session, operation, other)| Step::OnSession { person, session, operation, other }),
        2 => (
            person.clone(),
            0..4_usize,
            prop::sample::select(vec!["SendMessage", "SendStartTypingNotification", "SwitchToBargeIn", "Leave", "Accept", "Complete"]),
        )
            .prop_map(|(person, session, operation)| Step::Blindly { person, session, operation }),
        5 => (
            AGENTS..PEOPLE,
            0..AGENTS,
            prop::sample::select(vec!["Monitor", "Coach", "BargeIn", "CancelSupervisorMonitoring"]),
            prop::sample::select(vec!["NextChat", "AllChats"]),
        )
            .prop_map(|(supervisor, agent, operation, extent)| Step::Supervise { supervisor, agent, operation, extent }),
        3 => (AGENTS..PEOPLE, 0..4_usize, modes())
            .prop_map(|(supervisor, session, mode)| Step::Intrude { supervisor, session, mode }),
        1 => (person, any::<bool>()).prop_map(|(person, enter)| Step::Channel { person, enter }),
        1 => (0..4_usize).prop_map(Step::Complete),
        1 => (AGENTS..PEOPLE).prop_map(Step::Lose),
        1 => (0..9_000_u64).prop_map(Step::Wait),
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
        world.person_mut(person).signed_in = !lively || person.0 >= AGENTS;
        for medium in Medium::ALL {
            world.enter_channel(person, medium);
        }
    }
    world
}

/// A session among those a person has, or among all.
fn pick(world: &World, person: Option<usize>, index: usize) -> Option<SessionKey> {
    let sessions: Vec<_> = if let Some(person) = person {
        let of = |medium| world.sessions_of(PersonKey(person), medium);
        Medium::ALL.map(of).concat()
    } else {
        let open = |session: &SessionKey| world.written(*session).is_some_and(|session| !session.closed);
        world.session_keys().into_iter().filter(open).collect()
    };
    (!sessions.is_empty()).then(|| sessions[index % sessions.len()])
}

fn post(world: &mut World, person: usize, path: &[&str], body: &Value) -> Option<Answer> {
    operate(world, PersonKey(person), path, body).ok()
}

fn on_session(world: &mut World, person: usize, session: SessionKey, operation: &str, other: usize) {
    let operation = if operation == "SwitchBargeIn" {
        "SwitchToBargeIn"
    } else {
        operation
    };
    let body = json!({
        "operationName": operation,
        "text": format!("{operation} of {person}"),
        "targetUri": format!("http://floor/api/v2/users/{}", world.person(PersonKey(other)).id),
        "queueName": if other.is_multiple_of(2) { Value::Null } else { json!("Somewhere") },
        "userData": {"Note": other},
        "keys": ["Note"],
    });
    let path = world.session_path(session);
    let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    post(world, person, &segments, &body);
}

fn act(world: &mut World, step: &Step) {
    match step {
        Step::Open { agent, accept, chat } => {
            let person = Some(world.person(PersonKey(*agent)).id.clone());
            let medium = if *chat { "chat" } else { "smssession" }.to_owned();
            let _ = world.perform(&Deed::Open {
                session: None,
                person,
                queue: None,
                accept: *accept,
                request: SessionRequest {
                    medium,
                    ..SessionRequest::default()
                },
            });
        }
        Step::CustomerWrites(index) => {
            if let Some(session) = pick(world, None, *index) {
                world.customer_writes(session, "a customer");
            }
        }
        Step::OnSession {
            person,
            session,
            operation,
            other,
        } => {
            let Some(session) = pick(world, Some(*person), *session) else {
                return;
            };
            let listed = world.session_capabilities(Place {
                session,
                person: PersonKey(*person),
            });
            if let Some(operation) = listed.get(operation % listed.len().max(1)) {
                on_session(world, *person, session, operation, *other);
            }
        }
        Step::Blindly {
            person,
            session,
            operation,
        } => {
            if let Some(session) = pick(world, Some(*person), *session) {
                on_session(world, *person, session, operation, 0);
            }
        }
        Step::Supervise {
            supervisor,
            agent,
            operation,
            extent,
        } => {
            let id = world.person(PersonKey(*agent)).id.clone();
            let body = json!({"operationName": operation, "supervisorMonitoringMode": extent});
            post(
                world,
                *supervisor,
                &["users", &id, "channels", "smsession"],
                &body,
            );
        }
        Step::Intrude {
            supervisor,
            session,
            mode,
        } => {
            let Some(session) = pick(world, None, *session) else {
                return;
            };
            let found = world.written(session);
            let agent = found
                .and_then(|found| found.agents().next())
                .map(|seat| seat.person);
            let (Some(agent), Some(found)) = (agent, found) else {
                return;
            };
            let (id, collection) = (found.id.clone(), found.medium.collection());
            let user = world.person(agent).id.clone();
            let body = json!({"operationName": "Intrude", "supervisorVisibilityMode": mode});
            post(world, *supervisor, &["users", &user, collection, &id], &body);
        }
        Step::Channel { person, enter } => {
            if *enter {
                world.enter_channel(PersonKey(*person), Medium::Sms);
            } else {
                world.leave_channel(PersonKey(*person), "smssession");
            }
        }
        Step::Complete(index) => {
            if let Some(session) = pick(world, None, *index) {
                world.end_session_for_all(session);
            }
        }
        Step::Lose(supervisor) => world.lose_seats(PersonKey(*supervisor)),
        Step::Wait(milliseconds) => world.advance(world.now() + Duration::from_millis(*milliseconds)),
    }
}

/// The rules of written sessions.
fn check(world: &World) {
    let mut leaks = world.leaks().len();
    for key in world.session_keys() {
        let session = world.written(key).unwrap();
        let indices: BTreeSet<_> = session.log.iter().map(|entry| entry.index).collect();
        assert_eq!(indices.len(), session.log.len(), "an index is one message");
        assert!(session.log.is_sorted_by_key(|entry| entry.index), "indices rise");
        let people: BTreeSet<_> = session.seats.iter().map(|seat| seat.person).collect();
        assert_eq!(people.len(), session.seats.len(), "a person has one seat");
        for seat in &session.seats {
            assert!(
                world.sessions_of(seat.person, session.medium).contains(&key),
                "a seat is known on both sides"
            );
            assert!(
                world.has_channel(seat.person, session.medium),
                "nobody is there without the channel"
            );
            let takes_part = seat.state == SeatState::Invited || seat.state == SeatState::Chatting;
            assert!(
                !(session.closed && takes_part),
                "nobody takes part in a session that is over"
            );
        }
        let hidden_only = session.present().next().is_some()
            && !session
                .present()
                .any(|seat| seat.role.visibility() == Visibility::All);
        assert!(!hidden_only, "nobody stays hidden where no agent is: {session:?}");
        assert!(
            session.queue.is_none() || session.seats.is_empty(),
            "a queued session is nobody's"
        );
        let view = world.customer_view(key).unwrap();
        assert!(view.lines.iter().all(|line| line.visibility == "All"));
        assert!(
            !view.texts.iter().any(|text| text.starts_with("SendToAgents")),
            "a whisper is a whisper"
        );
        let hidden = session
            .present()
            .filter(|seat| seat.role.visibility() != Visibility::All)
            .map(|seat| seat.participant_id.as_str());
        for participant in hidden {
            let seen_typing = session
                .typing
                .iter()
                .any(|(typist, visibility)| typist == participant && *visibility == Visibility::All);
            leaks = leaks
                .checked_sub(usize::from(seen_typing))
                .expect("seen typing, and no leak noted");
        }
    }
}

/// What one person knows of one session from notifications alone.
#[derive(Debug, Default, Clone)]
struct Known {
    state: String,
    participants: Value,
    capabilities: Value,
    messages: BTreeMap<u64, Value>,
}

/// What everybody knows.
type Knowledge = BTreeMap<(PersonKey, String), Known>;

fn listen(world: &mut World, knowledge: &mut Knowledge) {
    for notice in world.take_notices() {
        let data = &notice.data;
        let resource = data.get("smssession").or_else(|| data.get("chat"));
        if let Some(session) = resource {
            let id = session["id"].as_str().unwrap().to_owned();
            let known = knowledge.entry((notice.to, id)).or_default();
            known.state = session["state"].as_str().unwrap().to_owned();
            known.participants = session["participants"].clone();
            known.capabilities = session["capabilities"].clone();
            if known.state == "Completed" || known.state == "Revoked" {
                assert_eq!(session["capabilities"], json!([]), "nothing can be done any more");
                known.messages.clear();
            }
        }
        if data["messageType"] == "MessageLogUpdated" {
            let uri = data["smssessionUri"]
                .as_str()
                .or_else(|| data["chatUri"].as_str())
                .unwrap();
            let id = uri.rsplit('/').next().unwrap().to_owned();
            let known = knowledge.entry((notice.to, id)).or_default();
            for message in data["messages"].as_array().unwrap() {
                let index = message["index"].as_u64().unwrap();
                let before = known.messages.insert(index, message.clone());
                assert!(
                    before.is_none_or(|before| before == *message),
                    "the same index, the same message"
                );
            }
        }
    }
}

/// Whoever listens knows as much as whoever asks.
fn check_knowledge(world: &World, knowledge: &Knowledge) {
    for key in world.session_keys() {
        let session = world.written(key).unwrap();
        for seat in session
            .seats
            .iter()
            .filter(|seat| world.person(seat.person).signed_in)
        {
            let place = Place {
                session: key,
                person: seat.person,
            };
            let known = &knowledge[&(seat.person, session.id.clone())];
            let truth = world.session_resource(place).unwrap();
            assert_eq!(known.state, truth["state"], "{place:?}");
            if seat.state != SeatState::Chatting {
                continue;
            }
            assert_eq!(known.participants, truth["participants"], "{place:?}");
            let without_cancelling = |listed: &Value| {
                let listed = listed.as_array().unwrap().iter();
                listed
                    .filter(|name| *name != "CancelConsult")
                    .cloned()
                    .collect::<Vec<_>>()
            };
            assert_eq!(
                without_cancelling(&known.capabilities),
                without_cancelling(&truth["capabilities"]),
                "{place:?}"
            );
            let kept = known
                .messages
                .values()
                .filter(|message| !message["type"].as_str().unwrap().starts_with("Typing"));
            let log: Vec<_> = world
                .readable(key, seat.role)
                .iter()
                .map(|entry| world.message_resource(entry))
                .collect();
            // A supervisor who changes may read from then on what the others said before; agents never change.
            assert_eq!(kept.cloned().collect::<Vec<_>>(), log, "{place:?}");
        }
        let seen = session
            .present()
            .filter(|seat| world.person(seat.person).signed_in);
        for viewer in seen {
            let known = &knowledge[&(viewer.person, session.id.clone())];
            for seat in session.present() {
                let listed = known.participants.to_string().contains(&seat.participant_id);
                let may = viewer.role.reads(seat.role.visibility()) || viewer.person == seat.person;
                assert_eq!(listed, may, "{viewer:?} sees {seat:?}");
            }
            if let Role::Agent | Role::Consultant = viewer.role {
                let secret = known
                    .messages
                    .values()
                    .any(|message| message["visibility"] == "Supervisors");
                assert!(!secret, "agents hear nothing of what only supervisors see");
            }
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
    // Few, for each step looks at everything everybody knows; `make properties` draws many more.
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_hold_whatever_people_do(
        steps in prop::collection::vec(steps(), 1..80),
        gaps in any::<bool>(),
        samples in any::<bool>(),
        lively in prop::bool::weighted(0.2),
    ) {
        let faults = Faults {
            message_index_gaps: gaps,
            sample_capabilities: samples,
            repeated_messages_next: if gaps { 1_000 } else { 0 },
            ..Faults::default()
        };
        let mut world = world(lively, faults);
        let mut knowledge = Knowledge::new();
        for step in &steps {
            act(&mut world, step);
            if let Step::Lose(supervisor) = step {
                // Lost sessions are lost silently: that is the fault. Their next seat begins anew.
                knowledge.retain(|(person, session), _| {
                    let session = world.session_by_id(session);
                    let place = session.map(|session| Place { session, person: *person });
                    person.0 != *supervisor || place.is_some_and(|place| world.seat_at(place).is_some())
                });
            }
            listen(&mut world, &mut knowledge);
            check(&world);
            check_knowledge(&world, &knowledge);
        }
    }

    #[test]
    fn a_remembered_roster_is_the_true_one(steps in prop::collection::vec(steps(), 1..50), lively in any::<bool>()) {
        let mut world = world(lively, Faults::default());
        let mut cache = RosterCache::default();
        for step in &steps {
            act(&mut world, step);
            prop_assert_eq!(roster(&world, &mut cache), roster(&world, &mut RosterCache::default()));
        }
    }

    #[test]
    fn the_same_seed_and_steps_make_the_same_sessions(steps in prop::collection::vec(steps(), 1..50)) {
        let run = || {
            let mut world = world(true, Faults::default());
            for step in &steps {
                act(&mut world, step);
            }
            world.session_views()
        };
        prop_assert_eq!(run(), run());
    }
}
