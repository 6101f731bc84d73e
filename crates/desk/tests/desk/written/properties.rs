//! The invariants of the design for written sessions, against anything that can be asked or said, in any order.

use std::collections::BTreeMap;

use desk::view::LineView;
use proptest::prelude::*;
use serde_json::Value;

use super::happenings::{event, message};
use super::seat::{S1, Seat, messages};
use super::world::World;
use crate::words::rules;

/// Ten thousand cases, unless another number is asked for.
fn config() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: if asked { default.cases } else { 10_000 },
        ..default
    }
}

/// What a face holds that is only told what changed.
#[derive(Default)]
struct Face {
    lines: Vec<LineView>,
    told: Option<desk::TranscriptMark>,
}

impl Face {
    fn looks(&mut self, seat: &Seat) {
        if let Some((patch, mark)) = seat.desk.transcript(S1, self.told) {
            self.lines.truncate(patch.from as usize);
            self.lines.extend(patch.lines);
            self.told = Some(mark);
        }
    }
}

/// What a transcript of indexed messages must be: of each index the last word, in order.
fn expected(said: &BTreeMap<u64, Value>) -> Vec<String> {
    let text = |message: &Value| message["text"].as_str().unwrap().to_owned();
    said.values().map(text).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn whatever_happens_the_invariants_hold(events in prop::collection::vec(event(), 1..20)) {
        let mut world = World::new();
        for event in events {
            world.happens(event);
            world.check();
        }
    }

    #[test]
    fn what_the_rules_forbid_makes_no_operation(rules in rules(), events in prop::collection::vec(event(), 1..20)) {
        let mut world = World::under(rules);
        for event in events {
            world.happens(event);
            world.check();
        }
    }

    #[test]
    fn no_message_is_lost_or_doubled(
        parts in prop::collection::vec((any::<bool>(), prop::collection::vec(message(), 0..4)), 1..10)
    ) {
        let mut seat = Seat::live();
        let mut face = Face::default();
        let mut said: BTreeMap<u64, Value> = BTreeMap::new();
        let mut bare: Vec<Value> = Vec::new();
        for (pushed, part) in parts {
            for message in &part {
                let typing = message["type"].as_str().unwrap().starts_with("Typing");
                match message["index"].as_u64() {
                    _ if typing => {}
                    Some(index) => {
                        said.insert(index, message.clone());
                    }
                    None if bare.contains(message) => {}
                    None => bare.push(message.clone()),
                }
            }
            if pushed {
                seat.push(&messages("S1", &part));
            } else {
                seat.transcript("S1", &part);
            }
            face.looks(&seat);
        }
        let all = seat.desk.transcript(S1, None).map(|(patch, _)| patch.lines).unwrap_or_default();
        prop_assert_eq!(&face.lines, &all, "told in pieces it is the same");
        let mut ids: Vec<u32> = all.iter().map(|line| line.id).collect();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), all.len());
        // Lines of the server without a text are put into words; all here have one.
        let texts: Vec<String> = all.iter().map(|line| line.text.clone()).collect();
        let mut left = texts.clone();
        for text in expected(&said) {
            let at = left.iter().position(|line| *line == text);
            prop_assert!(at.is_some(), "{} is missing in {:?}", text, texts);
            left.remove(at.unwrap());
        }
        prop_assert!(left.len() <= bare.len(), "{:?} is left over", left);
        let mut order = texts.iter();
        for text in expected(&said) {
            prop_assert!(order.any(|line| *line == text), "{:?} out of order in {:?}", text, texts);
        }
        if bare.is_empty() {
            prop_assert_eq!(texts, expected(&said));
        }
    }
}
