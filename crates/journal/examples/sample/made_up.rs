//! A year of made-up coachings: three agents in four are coached now and then, some in calls, some in sessions.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use journal::{Act, Channel, Debrief, Effect, Journal, JournalError, NewEntry, NextStep, Uptake, What};

/// Entries of one coaching.
const EACH: u64 = 6;
const YEAR_MS: u64 = 365 * 24 * 60 * 60 * 1000;
const AGENTS: u64 = 60;
const FIRST: [&str; 10] = [
    "Ana", "Jonas", "Lucía", "Priya", "Tom", "Zoë", "Marek", "Fatima", "Oskar", "Mei",
];
const LAST: [&str; 6] = ["Núñez", "Berg", "Okafor", "Schmidt", "Rossi", "Wang"];
const TAGS: [&str; 5] = ["greeting", "calm", "tempo", "closing", "data protection"];
const NOTES: [&str; 4] = [
    "Asked back more often than last week",
    "Needed a second try with the address",
    "Stayed calm to the end",
    "Talk about the closing on Friday",
];
const REASONS: [&str; 3] = ["onboarding", "quality check", "asked for help"];

/// Writes so many entries, the last of them a few minutes ago.
pub(crate) fn write(journal: &mut Journal, entries: u64) -> Result<(), JournalError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = u64::try_from(now.as_millis()).unwrap_or(0);
    let coachings = entries.div_ceil(EACH);
    for number in 0..entries {
        let coaching = number / EACH;
        let began = now - YEAR_MS / coachings.max(1) * (coachings - coaching);
        let step = number % EACH;
        if step == EACH - 1 && coaching % 3 != 1 {
            journal.append_debrief(&debrief(coaching, began + 700_000))?;
        } else {
            journal.append(&event(coaching, step, began))?;
        }
    }
    Ok(())
}

fn event(coaching: u64, step: u64, began: u64) -> NewEntry {
    // Some are coached often, some seldom, some never.
    let agent = (coaching * coaching + coaching / 7) % (AGENTS * 3 / 4);
    let refused = coaching % 23 == 7;
    let (what, after) = match step {
        0 => (What::Requested, 0),
        1 => (What::Accepted, 80),
        2 if refused => (What::Refused, 240),
        2 => (What::Armed, 700),
        3 => (What::Live, 20_000),
        4 => (What::Ended, 60_000 + coaching % 11 * 47_000),
        _ => (What::Cancelled, 650_000),
    };
    let channel = [Channel::Voice, Channel::Sms, Channel::Voice, Channel::Chat][at(coaching, 4)];
    NewEntry {
        at_ms: began + after,
        supervisor: "sam".to_owned(),
        agent: name(agent),
        agent_id: format!("agent-{agent}"),
        channel,
        act: [Act::Coach, Act::Coach, Act::ListenIn, Act::BargeIn][at(coaching / 5, 4)],
        mode: Some(
            if channel == Channel::Voice {
                "NextCall"
            } else {
                "NextChat"
            }
            .to_owned(),
        ),
        scope: (channel == Channel::Voice).then(|| "Agent".to_owned()),
        event: what,
        took_ms: (after > 0 && step < 4).then_some(after),
        error_code: (what == What::Refused).then(|| "agent_held".to_owned()),
        server: "gws.example.org".to_owned(),
        session: session(coaching),
        reason: (step == 0).then(|| REASONS[at(coaching, 3)].to_owned()),
        text: None,
    }
}

fn debrief(coaching: u64, at_ms: u64) -> Debrief {
    let after = i64::try_from(at_ms).unwrap_or(0) + 9 * 24 * 60 * 60 * 1000;
    let day = Timestamp::from_millisecond(after).map(|time| time.to_zoned(TimeZone::UTC).date());
    Debrief {
        at_ms,
        supervisor: "sam".to_owned(),
        session: session(coaching),
        uptake: Some(Uptake::ALL[at(coaching, 3)]),
        effect: Some(Effect::ALL[at(coaching / 2, 3)]),
        next_step: Some(NextStep::ALL[at(coaching / 3, 4)]),
        tags: vec![
            TAGS[at(coaching, 5)].to_owned(),
            TAGS[at(coaching / 2, 5)].to_owned(),
        ],
        note: coaching
            .is_multiple_of(4)
            .then(|| NOTES[at(coaching / 4, 4)].to_owned()),
        follow_up: day.ok().filter(|_| coaching.is_multiple_of(6)),
    }
}

fn session(coaching: u64) -> String {
    format!("made-up-{coaching}")
}

fn name(agent: u64) -> String {
    format!("{} {}", FIRST[at(agent, 10)], LAST[at(agent / 10, 6)])
}

fn at(number: u64, of: u64) -> usize {
    usize::try_from(number % of).unwrap_or(0)
}
