//! CSV: one row for each coaching.

use std::io::{self, Write};

use jiff::tz::TimeZone;

use super::Material;
use crate::calendar::{clock_time, offset};
use crate::coaching::Coaching;
use crate::words::Act;

/// Without it Excel takes UTF-8 for something else.
const MARK: &str = "\u{feff}";

const HEAD: [&str; 30] = [
    "began",
    "utc_offset",
    "supervisor",
    "agent",
    "agent_id",
    "channel",
    "acts",
    "mode",
    "scope",
    "result",
    "reason",
    "requested",
    "armed",
    "live",
    "ended",
    "live_seconds",
    "interactions",
    "whispers",
    "accepted_ms",
    "armed_ms",
    "live_ms",
    "error_code",
    "uptake",
    "effect",
    "next_step",
    "tags",
    "note",
    "follow_up",
    "server",
    "session",
];

pub(super) fn write(material: &Material<'_>, to: &mut impl Write) -> io::Result<()> {
    to.write_all(MARK.as_bytes())?;
    let mut sheet = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(to);
    sheet.write_record(HEAD)?;
    for coaching in &material.coachings {
        sheet.write_record(row(coaching, &material.export.time_zone).map(guarded))?;
    }
    sheet.flush()
}

fn row(coaching: &Coaching, zone: &TimeZone) -> [String; HEAD.len()] {
    let time = |at_ms: Option<u64>| at_ms.map(|at_ms| clock_time(at_ms, zone)).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let debrief = coaching.debrief.clone().unwrap_or_default();
    let acts: Vec<&str> = coaching.acts.iter().map(|act| Act::as_str(*act)).collect();
    [
        clock_time(coaching.began_ms, zone),
        // With the letters before it no spreadsheet takes it for a sum.
        format!("UTC{}", offset(coaching.began_ms, zone)),
        coaching.supervisor.clone(),
        coaching.agent.clone(),
        coaching.agent_id.clone(),
        coaching.channel.to_string(),
        acts.join(" "),
        text(&coaching.mode),
        text(&coaching.scope),
        coaching.result.as_str().to_owned(),
        text(&coaching.reason),
        time(coaching.requested_ms),
        time(coaching.armed_ms),
        time(coaching.live_ms),
        time(coaching.ended_ms),
        (coaching.live_total_ms() / 1000).to_string(),
        coaching.spans.len().to_string(),
        coaching.whispers.to_string(),
        number(coaching.latencies.accepted_ms),
        number(coaching.latencies.armed_ms),
        number(coaching.latencies.live_ms),
        text(&coaching.error_code),
        debrief.uptake.map(|word| word.to_string()).unwrap_or_default(),
        debrief.effect.map(|word| word.to_string()).unwrap_or_default(),
        debrief.next_step.map(|word| word.to_string()).unwrap_or_default(),
        debrief.tags.join("; "),
        text(&debrief.note),
        debrief.follow_up.map(|day| day.to_string()).unwrap_or_default(),
        coaching.server.clone(),
        coaching.session.clone(),
    ]
}

/// A cell that no spreadsheet takes for a formula, nor any part of it: names and notes come from outside. Excel parts the
/// columns at the list separator of the computer, a semicolon in most of Europe, and then our quotes do not hold a cell
/// together.
fn guarded(cell: String) -> String {
    if !cell.contains(begins_formula) {
        return cell;
    }
    let mut safe = String::with_capacity(cell.len() + 1);
    for part in cell.split_inclusive(parts_cells) {
        // A reader that parts the columns elsewhere takes quotes off a cell that begins with one.
        if part.trim_start_matches([' ', '"']).starts_with(begins_formula) {
            safe.push('\'');
        }
        safe.push_str(part);
    }
    safe
}

fn begins_formula(letter: char) -> bool {
    matches!(
        letter,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
    )
}

fn parts_cells(letter: char) -> bool {
    matches!(letter, ',' | ';' | '|' | '\t' | '\r' | '\n')
}
