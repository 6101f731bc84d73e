//! Holds `docs/cli.md` to the code: every event with every field, every exit, every step, every code, and nothing else.

mod journal;
mod written;

use std::collections::BTreeSet;

use console::doctor::{Fact, Outcome, Step};
use desk::audience::Audience;
use desk::fault::{Fault, FaultCode};
use desk::order::{Act, CallAct, Mode, Scope};
use desk::view::{LinkState, RosterSource, StateKind, WhyNot};
use serde_json::Value;
use strum::{VariantArray, VariantNames};

use crate::commands::sms::HELP;
use crate::events::{
    Agent, Candidate, Check, Event, FloorUser, Line, Manner, OwnCall, OwnCode, Target, Trouble,
};
use crate::exit::Exit;

const DOCUMENT: &str = include_str!("../../../docs/cli.md");

fn trouble() -> Trouble {
    Trouble::from(&Fault::new(FaultCode::Refused, "No.").with_hint("Try again."))
}

fn target() -> Target {
    Target {
        agent_id: Some("a1".to_owned()),
        agent_name: Some("Ana".to_owned()),
    }
}

fn manner() -> Manner {
    Manner {
        act: Some(Act::Coach),
        mode: Some(Mode::NextCall),
        scope: Some(Scope::Agent),
    }
}

/// One event of each kind with every field there can be.
fn fullest() -> Vec<Event> {
    [
        session_events(),
        coaching_events(),
        floor_events(),
        written::events(),
        journal::events(),
    ]
    .concat()
}

fn session_events() -> Vec<Event> {
    vec![
        Event::SignedIn {
            server: String::new(),
            user: String::new(),
            name: String::new(),
            phone: Some("5005".to_owned()),
            registered: true,
        },
        Event::SignedOut,
        Event::LinkChanged {
            state: LinkState::Stale,
            trouble: Some(trouble()),
        },
        Event::Notice { trouble: trouble() },
        Event::Problem { trouble: trouble() },
        Event::Error {
            trouble: trouble(),
            candidates: vec![Candidate {
                agent_id: String::new(),
                agent_name: String::new(),
            }],
        },
    ]
}

fn coaching_events() -> Vec<Event> {
    let (took_ms, act) = (Some(1), Some(Act::Coach));
    vec![
        Event::Requested {
            target: target(),
            manner: manner(),
        },
        Event::Accepted {
            target: target(),
            took_ms,
        },
        Event::Armed {
            target: target(),
            manner: manner(),
            took_ms,
        },
        Event::Ringing {
            target: target(),
            call_id: Some("c1".to_owned()),
        },
        Event::Answering {
            call_id: String::new(),
        },
        Event::Live {
            target: target(),
            act,
            call_id: Some("c1".to_owned()),
            audience: Some(Audience::AgentOnly),
            took_ms,
        },
        Event::Audience {
            audience: Audience::AgentOnly,
            target: target(),
        },
        Event::Switched {
            target: target(),
            act,
            took_ms,
        },
        Event::CallEnded { target: target() },
        Event::StopRequested { target: target() },
        Event::Stopped {
            target: target(),
            took_ms,
        },
        Event::Refused {
            target: target(),
            trouble: Some(trouble()),
        },
        Event::Lost {
            target: target(),
            trouble: Some(trouble()),
        },
    ]
}

fn floor_events() -> Vec<Event> {
    vec![
        Event::Interrupted { by: String::new() },
        Event::Detached {
            target: target(),
            sessions: Some(1),
        },
        Event::NothingArmed,
        Event::Agent { agent: agent() },
        Event::AgentGone { target: target() },
        Event::Floor {
            agents: 1,
            can_be_coached: Some(1),
            source: Some(RosterSource::Users),
            trouble: Some(trouble()),
        },
        Event::Me {
            name: String::new(),
            phone: Some("5005".to_owned()),
            registered: true,
            state: Some(StateKind::Ready),
            label: Some("Ready".to_owned()),
            acts: vec![Act::Coach],
        },
        Event::Call { call: call() },
        Event::CallGone {
            call_id: String::new(),
        },
        Event::Check { check: check() },
        Event::Diagnosis {
            warnings: 0,
            ok: 1,
            failed: 1,
            skipped: 1,
        },
        Event::FloorOpen {
            base_url: String::new(),
            control_url: String::new(),
            control_token: String::new(),
            agents: 1,
            seed: 1,
            users: vec![FloorUser {
                user_name: String::new(),
                name: String::new(),
                password: String::new(),
                phone: String::new(),
            }],
        },
        Event::FloorClosed,
    ]
}

fn agent() -> Agent {
    Agent {
        agent_id: String::new(),
        agent_name: String::new(),
        state: StateKind::Ready,
        label: String::new(),
        since_ms: 1,
        since_exact: true,
        group: String::new(),
        phone: String::new(),
        can_be_coached: false,
        why_not: Some(WhyNot::Held),
        held_by: Some("Maria".to_owned()),
    }
}

fn call() -> OwnCall {
    OwnCall {
        call_id: String::new(),
        state: String::new(),
        direction: Some("Inbound".to_owned()),
        participants: Vec::new(),
        supervised: true,
        act: Some(Act::Coach),
        agent_muted: false,
        acts: vec![CallAct::Answer],
    }
}

fn check() -> Check {
    Check {
        step: Step::Capabilities,
        status: Outcome::Failed,
        detail: String::new(),
        code: Some(FaultCode::NotOffered),
        meaning: Some("None.".to_owned()),
        hint: Some("Ask.".to_owned()),
        facts: vec![Fact {
            name: "offered".to_owned(),
            value: "nothing".to_owned(),
        }],
        took_ms: 1,
    }
}

/// The part of the document under this heading, to the next one of the same rank or higher.
fn section<'a>(document: &'a str, heading: &str) -> &'a str {
    let start = document
        .find(&format!("\n{heading}\n"))
        .unwrap_or_else(|| panic!("no heading {heading:?}"));
    let body = &document[start + heading.len() + 2..];
    let rank = heading.chars().take_while(|c| *c == '#').count();
    let ends = (2..=rank)
        .filter_map(|rank| body.find(&format!("\n{} ", "#".repeat(rank))))
        .min();
    &body[..ends.unwrap_or(body.len())]
}

/// The first cells of the rows of all tables in a part of the document, code marks taken off.
fn first_cells(part: &str) -> BTreeSet<String> {
    let rows = part.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = rows.filter_map(|row| row.split(" |").next());
    cells
        .filter(|cell| !cell.starts_with("---") && !["field", "step", "code"].contains(cell))
        .map(|cell| cell.trim_matches('`').to_owned())
        .collect()
}

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[test]
fn every_event_is_documented_with_exactly_its_fields() {
    let events = fullest();
    let names: BTreeSet<String> = set(events.iter().map(Into::<&'static str>::into));
    assert_eq!(
        names,
        set(Event::VARIANTS.iter().copied()),
        "this test knows every event"
    );
    for event in events {
        let value = serde_json::to_value(Line { at_ms: 1, event }).unwrap();
        let name = value["event"].as_str().unwrap();
        let fields = value.as_object().unwrap().keys().map(String::as_str);
        let own = set(fields.filter(|field| !["at_ms", "event"].contains(field)));
        assert_eq!(
            first_cells(section(DOCUMENT, &format!("### `{name}`"))),
            own,
            "{name}"
        );
    }
}

#[test]
fn no_event_is_documented_that_does_not_exist() {
    let headings = DOCUMENT
        .lines()
        .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'));
    assert_eq!(set(headings), set(Event::VARIANTS.iter().copied()));
}

#[test]
fn nested_fields_are_documented_where_their_event_is() {
    for event in fullest() {
        let value = serde_json::to_value(&event).unwrap();
        let part = section(DOCUMENT, &format!("### `{}`", value["event"].as_str().unwrap()));
        let nested = value
            .as_object()
            .unwrap()
            .values()
            .filter_map(|field| field.get(0)?.as_object());
        for field in nested.flat_map(|object| object.keys()) {
            assert!(part.contains(&format!("`{field}`")), "{field} in {part}");
        }
    }
}

#[test]
fn every_line_begins_with_its_time_and_its_name() {
    for event in fullest() {
        let name: &'static str = (&event).into();
        let line = serde_json::to_string(&Line { at_ms: 1, event }).unwrap();
        assert!(
            line.starts_with(&format!(r#"{{"at_ms":1,"event":"{name}""#)),
            "{line}"
        );
    }
}

#[test]
fn every_line_that_can_be_typed_is_documented_in_order() {
    let part = section(DOCUMENT, "## SMS sessions and chats");
    let forms = HELP
        .lines()
        .filter_map(|line| line.split("  ").next().map(str::trim));
    let places = forms.map(|form| {
        let form = form.replace('|', "\\|");
        part.find(&format!("\n| `{form}` |"))
            .unwrap_or_else(|| panic!("no line {form}"))
    });
    assert!(places.is_sorted());
}

#[test]
fn every_exit_is_documented() {
    let numbers = Exit::VARIANTS
        .iter()
        .map(|exit| (*exit as u8).to_string())
        .collect();
    assert_eq!(first_cells(section(DOCUMENT, "## Exit codes")), numbers);
}

#[test]
fn every_step_of_doctor_is_documented_in_order() {
    let part = section(DOCUMENT, "## Steps of doctor");
    let places = Step::ALL.into_iter().map(|step| {
        let name = serde_json::to_value(step).unwrap();
        let name = name.as_str().unwrap();
        part.find(&format!("\n| `{name}` |"))
            .unwrap_or_else(|| panic!("no step {name}"))
    });
    assert!(places.is_sorted());
    assert_eq!(first_cells(part).len(), Step::ALL.len());
}

#[test]
fn every_code_is_documented_and_every_documented_code_exists() {
    let documented = first_cells(section(DOCUMENT, "## Codes"));
    let own = set(OwnCode::VARIANTS.iter().copied());
    assert!(own.is_subset(&documented), "{:?}", own.difference(&documented));
    // Every other one is a code of the console, by its own reading.
    for code in documented.difference(&own) {
        let read: Result<FaultCode, _> = serde_json::from_value(Value::from(code.as_str()));
        assert!(read.is_ok(), "{code}");
    }
    // There is no list of the console's codes: the error for an unknown one names them all.
    let unknown: Result<FaultCode, _> = serde_json::from_value(Value::from("no such code"));
    let message = unknown.unwrap_err().to_string();
    let known: BTreeSet<String> = message.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    assert!(
        known.len() > 30 && known.is_subset(&documented),
        "{:?}",
        known.difference(&documented)
    );
}
