//! The journal from outside: what is written can be read back, what was tampered with is found, what is not a journal is
//! refused, and a crash takes nothing that was acknowledged.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing step in a test is the test's failure"
)]

mod coaching;
mod coverage;
mod crash;
mod exporting;
mod migrating;
mod opening;
mod reading;
mod retention;
mod searching;
mod tampering;

use jiff::civil::date;
use journal::{Act, Channel, Debrief, Effect, Journal, Kept, NewEntry, NextStep, Uptake, Verification, What};

/// Entry number `number` of a small story: two agents in turn, one coaching for each four entries.
fn entry(number: u64) -> NewEntry {
    let agent = number % 2;
    NewEntry {
        at_ms: 1_795_000_000_000 + number,
        supervisor: "sam".into(),
        agent: format!("Agent {agent}"),
        agent_id: format!("a-{agent}"),
        channel: if agent == 0 { Channel::Voice } else { Channel::Sms },
        act: Act::Coach,
        mode: Some("NextCall".into()),
        scope: (agent == 0).then(|| "Agent".into()),
        event: What::ALL[usize::try_from(number).unwrap() % What::ALL.len()],
        took_ms: (agent == 0).then_some(number),
        error_code: None,
        server: "https://gws.example".into(),
        session: format!("c-{}", (number - 1) / 4),
        reason: (number % 4 == 1).then(|| "A new colleague".into()),
        text: None,
    }
}

/// What the supervisor made of the coaching that entry number `number` belongs to.
fn debrief(number: u64) -> Debrief {
    Debrief {
        at_ms: 1_795_000_000_000 + number,
        supervisor: "sam".into(),
        session: format!("c-{}", (number - 1) / 4),
        uptake: Some(Uptake::Used),
        effect: Some(Effect::Better),
        next_step: Some(NextStep::Praise),
        tags: vec!["greeting".into(), "calm".into()],
        note: Some("Found the right words.".into()),
        follow_up: Some(date(2026, 12, 1)),
    }
}

/// What a whole journal holds.
fn whole(journal: &Journal) -> Kept {
    match journal.verify().unwrap() {
        Verification::Whole(kept) => kept,
        broken @ Verification::Broken { .. } => panic!("{broken:?}"),
    }
}

fn fill(journal: &mut Journal, count: u64) {
    for number in 1..=count {
        journal.append(&entry(number)).unwrap();
    }
}
