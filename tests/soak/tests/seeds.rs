//! The runs of `make test`: fair weather, foul weather, and that one seed gives one run.

use soak::{Outcome, Plan, Severity, batch, run};

/// As many as `make test` has time for; `make soak SEEDS=n` plays more.
const SEEDS: u64 = 2000;

fn nothing(_: u64, _: &Outcome) {}

#[test]
fn in_fair_weather_everything_holds() {
    let summary = batch(1, 60, Severity::Fair, nothing);
    assert!(summary.failed.is_empty(), "{:#?}", summary.failed);
}

#[test]
fn whatever_goes_wrong_the_invariants_hold() {
    let summary = batch(1, SEEDS, Severity::Foul, nothing);
    let failed: Vec<String> = summary
        .failed
        .iter()
        .map(|outcome| format!("make soak SEED={}: {:?}", outcome.seed, outcome.violation))
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(summary.runs, SEEDS);
}

/// Seeds that found something once. What they play changes when the actors change, so each finding also has a test of its
/// own in the crate where it was mended.
const FOUND: [(u64, &str); 27] = [
    (
        141,
        "a stop that was not confirmed was called armed again, by a word of before it (desk: stopping)",
    ),
    (
        341,
        "a draft that a full disk refused was not written once there was room (console: drafts)",
    ),
    (
        417,
        "a transcript that a fault of the server hid was never read again (desk: looking)",
    ),
    (544, "the same, after a service had been down (desk: looking)"),
    (
        705,
        "no new token could be had for the subscription, and the link stayed stale for ever (console: link)",
    ),
    (
        1227,
        "signing in again was answered by half a body, and what the former session had armed stayed (console: session)",
    ),
    (
        3336,
        "a refused cancel of something unclear made it armed (desk: arming)",
    ),
    (
        4557,
        "sessions joined before a restart never came onto the board (desk: looking)",
    ),
    (
        5503,
        "one session was used up while nobody heard, and its order stayed armed (desk: doubting)",
    ),
    (7510, "the same (desk: doubting)"),
    (
        20205,
        "a session of the order before used up the one that replaced it: nothing was shown, and the server was armed (desk: origin)",
    ),
    (21102, "the same (desk: origin)"),
    (
        25767,
        "an intent that a full disk refused was not written once there was room (console: ledger)",
    ),
    (25897, "the same (console: ledger)"),
    (
        40375,
        "a reading was thrown away because of a push from before it began, again and again (console: looking)",
    ),
    (
        42691,
        "what is armed was not confirmed while the roster came slowly (console: looking)",
    ),
    (
        56902,
        "a call found at the start never came into the journal as live (desk: in_call)",
    ),
    (
        70301,
        "a call of the former target was taken for the one asked for since (desk: arming)",
    ),
    (1307, "the same (desk: arming)"),
    (
        71500,
        "the phone was read while the last requests of a sign-out were on their way (console: leaving)",
    ),
    (
        91194,
        "a reading after the last request signed in again (console: leaving)",
    ),
    (
        81071,
        "the agent in a call that was found stood for the one the phone was armed for (desk: arming)",
    ),
    (
        102_065,
        "a sign-out waited for a cancel that had never arrived (desk: stopping)",
    ),
    (
        102_074,
        "once its request was lost, a call of somebody else was called its own (desk: arming)",
    ),
    (
        107_456,
        "a late ring of the former target was taken for the next one's (desk: arming)",
    ),
    (
        201_115,
        "a call that the agent had handed on before it was taken was never offered (desk: arming)",
    ),
    (
        1045,
        "an arming that was answered during the sign-out was not cancelled (console: leaving)",
    ),
];

#[test]
fn what_was_found_once_is_mended() {
    for (seed, finding) in FOUND {
        let outcome = run(Plan {
            seed,
            severity: Severity::Foul,
            trace: false,
        });
        assert_eq!(outcome.violation, None, "{seed}: {finding}");
    }
}

#[test]
fn one_seed_gives_one_run() {
    for seed in [705, 1227] {
        let plan = Plan {
            seed,
            severity: Severity::Foul,
            trace: true,
        };
        let (first, second) = (run(plan), run(plan));
        assert!(first.trace.len() > 100, "something happens");
        assert_eq!(first.trace, second.trace);
        assert_eq!(first.fingerprint, second.fingerprint);
    }
}
