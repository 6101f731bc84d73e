//! One event of each kind about the journal, with every field there can be.

use console::ExportedJournal;
use console::contract::journal::{
    CoachingEffect, JournalChannel, JournalResult, JournalState, NextStep, Uptake,
};
use desk::order::Act;

use crate::events::{Event, JournalRow};

pub(super) fn events() -> Vec<Event> {
    vec![
        Event::Coaching { row: Box::new(row()) },
        Event::Coachings {
            shown: 1,
            found: 1,
            all: 1,
        },
        Event::JournalChecked {
            state: JournalState::Whole,
            sequence: Some(1),
            message: String::new(),
            entries: Some(1),
            first: Some(1),
            seal: Some(String::new()),
        },
        Event::ExportChecked {
            holds: true,
            journal: ExportedJournal::Same,
            message: String::new(),
        },
        Event::JournalExported {
            file: String::new(),
            manifest: String::new(),
            coachings: 1,
            whole: true,
        },
    ]
}

fn row() -> JournalRow {
    let some = || Some(String::new());
    JournalRow {
        session: String::new(),
        agent_id: String::new(),
        agent_name: String::new(),
        supervisor: String::new(),
        server: String::new(),
        channel: JournalChannel::Voice,
        acts: vec![Act::Coach],
        mode: some(),
        scope: some(),
        reason: some(),
        began_ms: 1,
        ended_ms: Some(1),
        interactions: 1,
        live_ms: 1,
        armed_took_ms: Some(1),
        live_took_ms: Some(1),
        result: JournalResult::Ended,
        code: some(),
        whispers: 1,
        uptake: Some(Uptake::Used),
        effect: Some(CoachingEffect::Better),
        next_step: Some(NextStep::Praise),
        tags: vec![String::new()],
        note: some(),
        follow_up: some(),
    }
}
