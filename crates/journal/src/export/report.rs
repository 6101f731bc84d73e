//! A report to read and print: one HTML file with nothing in it that runs or loads. Every text is escaped by the template.

use std::io::{self, Write};

use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Material;
use crate::calendar::{clock_time, offset};
use crate::coaching::Coaching;
use crate::search::Query;
use crate::verify::Verification;
use crate::words::{Effect, NextStep, Uptake};

const STYLE: &str = include_str!("report.css");

/// Nothing may run, and nothing may be loaded: the style is the only thing beside the text.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

pub(super) fn write(material: &Material<'_>, to: &mut impl Write) -> io::Result<()> {
    to.write_all(page(material).into_string().as_bytes())
}

fn page(material: &Material<'_>) -> Markup {
    let export = material.export;
    let zone = &export.time_zone;
    let made = format!(
        "{} (UTC{})",
        clock_time(export.made_ms, zone),
        offset(export.made_ms, zone)
    );
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width";
                title { "Coaching journal, " (made) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Coaching journal" }
                dl {
                    dt { "Made" } dd { (made) " by " (export.application) }
                    dt { "Coachings" } dd { (material.coachings.len()) }
                    @for (label, value) in selection(export.query, zone) {
                        dt { (label) } dd { bdi { (value) } }
                    }
                }
                (proof(material.verification, zone))
                (table(&material.coachings, zone))
            }
        }
    }
}

fn proof(verification: &Verification, zone: &TimeZone) -> Markup {
    html! {
        section {
            h2 { "The journal this was made from" }
            @match verification {
                Verification::Whole(kept) => {
                    p {
                        "Whole: every entry from " (kept.first) " to " (kept.seal.count)
                        " is there, as it was written, in the order in which it was written."
                    }
                    p { "Hash of entry " (kept.seal.count) ": " code { (kept.seal.hash) } }
                    @for removal in &kept.removals {
                        p {
                            "Removed by policy on " (clock_time(removal.content.at_ms, zone)) ": entries "
                            (removal.content.removed_from) " to " (removal.content.removed_through)
                            ", from before " (clock_time(removal.content.older_than_ms, zone)) "."
                        }
                    }
                }
                Verification::Broken { sequence, fault } => p.broken {
                    "Not whole: entry " (sequence) " is wrong (" (format!("{fault:?}"))
                    "). Entries before it are as they were written; it and those after it prove nothing."
                }
            }
        }
    }
}

fn table(coachings: &[&Coaching], zone: &TimeZone) -> Markup {
    html! {
        table {
            thead {
                tr {
                    @for head in ["Began", "Agent", "How", "Reason", "Result", "Live", "Debrief"] {
                        th scope="col" { (head) }
                    }
                }
            }
            tbody {
                @for coaching in coachings { (row(coaching, zone)) }
            }
        }
    }
}

fn row(coaching: &Coaching, zone: &TimeZone) -> Markup {
    let acts: Vec<&str> = coaching.acts.iter().map(|act| act.as_str()).collect();
    html! {
        tr {
            td { (clock_time(coaching.began_ms, zone)) br; small { bdi { (coaching.supervisor) } } }
            td { bdi { (coaching.agent) } br; small { bdi { (coaching.agent_id) } } }
            td {
                (coaching.channel) ", " (acts.join(", "))
                br;
                small {
                    @if let Some(mode) = &coaching.mode { bdi { (mode) } " " }
                    @if let Some(scope) = &coaching.scope { bdi { (scope) } }
                }
            }
            td { @if let Some(reason) = &coaching.reason { bdi { (reason) } } }
            td {
                (coaching.result.as_str())
                @if let Some(code) = &coaching.error_code { br; small { bdi { (code) } } }
            }
            td { @if !coaching.spans.is_empty() { (length(coaching.live_total_ms())) } }
            td { (debrief(coaching)) }
        }
    }
}

fn debrief(coaching: &Coaching) -> Markup {
    let Some(debrief) = &coaching.debrief else {
        return html! {};
    };
    let taps = [
        debrief.uptake.map(Uptake::as_str),
        debrief.effect.map(Effect::as_str),
        debrief.next_step.map(NextStep::as_str),
    ];
    let taps: Vec<&str> = taps.into_iter().flatten().collect();
    html! {
        @if !taps.is_empty() { (taps.join(", ")) br; }
        @for tag in &debrief.tags { span.tag { bdi { (tag) } } " " }
        @if let Some(note) = &debrief.note { p.note dir="auto" { (note) } }
        @if let Some(day) = debrief.follow_up { small { "Follow-up " (day) } }
    }
}

/// The filter in words.
fn selection(query: &Query, zone: &TimeZone) -> Vec<(&'static str, String)> {
    fn words<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
        let words: Vec<String> = words.into_iter().map(|word| word.as_ref().to_owned()).collect();
        words.join(", ")
    }
    let time = |at_ms: Option<u64>| at_ms.map(|at_ms| clock_time(at_ms, zone)).unwrap_or_default();
    let all = [
        ("Search", query.text.clone()),
        ("Agents", words(&query.agent_ids)),
        ("Supervisors", words(&query.supervisors)),
        ("Channels", words(query.channels.iter().map(|word| word.as_str()))),
        ("Acts", words(query.acts.iter().map(|word| word.as_str()))),
        ("Results", words(query.results.iter().map(|word| word.as_str()))),
        ("Tags", words(&query.tags)),
        ("From", time(query.from_ms)),
        ("Until", time(query.until_ms)),
        (
            "Follow-up until",
            query
                .follow_up_until
                .map(|day| day.to_string())
                .unwrap_or_default(),
        ),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// `12:34`, or `1:02:03`.
fn length(ms: u64) -> String {
    let seconds = ms / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}
