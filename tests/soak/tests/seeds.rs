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

#[test]
fn one_seed_gives_one_run() {
    for seed in [7, 8] {
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
