//! Every fault that `README.md` names takes place and bites, and in fair weather none does.

use soak::{Outcome, Severity, batch};

/// What is counted when something goes wrong, and when that was felt.
const FAULTS: [&str; 33] = [
    "fault: request lost",
    "fault: answer lost",
    "fault: no answer at all",
    "fault: 5xx",
    "fault: half a body",
    "fault: html",
    "fault: late answer",
    "fault: slow network",
    "fault: cable cut",
    "fault: doubled pushes",
    "pushes swallowed",
    "pushes held back",
    "pushes overtaken by those of a later answer",
    "pushes in another order in one answer",
    "fault: 402, the subscription is gone",
    "fault: the subscription is gone without a word",
    "fault: 403/20, the session is gone",
    "fault: CSRF token changed",
    "fault: server restart",
    "fault: refused, or failed after it was accepted",
    "fault: service down",
    "fault: logged out by somebody else",
    "fault: device lost",
    "crowd: other supervisor",
    "fault: clock jumps ahead",
    "fault: clock set back",
    "fault: asleep",
    "fault: kill",
    "fault: disk full",
    "starts on a full disk",
    "fault: disk out of reach",
    "told: the journal is not written",
    "told: intents or drafts are not kept",
];

fn nothing(_: u64, _: &Outcome) {}

#[test]
fn every_fault_takes_place() {
    let counts = batch(1, 250, Severity::Foul, nothing).counts;
    let missing: Vec<&str> = FAULTS
        .into_iter()
        .filter(|name| !counts.contains_key(name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn in_fair_weather_nothing_goes_wrong() {
    let counts = batch(1, 30, Severity::Fair, nothing).counts;
    let wrong: Vec<&str> = counts
        .into_keys()
        .filter(|name| name.starts_with("fault: ") || name.starts_with("pushes "))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
