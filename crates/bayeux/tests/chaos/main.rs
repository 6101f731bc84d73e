//! Ten minutes of virtual time at random faults, a thousand times over, each from a seed.
//!
//! A server that numbers what it publishes is reached over a wire that loses, delays, cuts and garbles; it restarts, and forgets
//! sessions. What the application is told is then held against what was published: with the acknowledgement extension nothing
//! is lost, doubled or reordered within a session, and whatever is lost otherwise is covered by a gap that was announced.
//!
//! `CHAOS_SEED=17 cargo test -p bayeux --test chaos -- --nocapture` plays one seed again and tells what happened.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod judge;
mod plan;
mod play;
mod server;
mod sockets;
mod wire;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use plan::Plan;

const SEEDS: u64 = 1000;

/// The seeds to play: all, or the one that is asked for.
fn seeds() -> std::ops::Range<u64> {
    match std::env::var("CHAOS_SEED").map(|seed| seed.parse::<u64>()) {
        Ok(Ok(seed)) => seed..seed + 1,
        _ => 0..SEEDS,
    }
}

/// Plays every seed once, spread over the processors. Names those that fail.
fn play_all(play: impl Fn(u64) + Sync) {
    let seeds = seeds();
    let next = AtomicU64::new(seeds.start);
    let failed = Mutex::new(Vec::new());
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let played = catch_unwind(AssertUnwindSafe(|| play(seed)));
            if played.is_err() {
                failed.lock().unwrap().push(seed);
            }
        }
    };
    std::thread::scope(|scope| {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..processors {
            scope.spawn(work);
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort_unstable();
    assert!(
        failed.is_empty(),
        "play these seeds alone with CHAOS_SEED: {failed:?}"
    );
}

#[test]
fn with_acknowledgements_nothing_is_lost_doubled_or_reordered() {
    play_all(|seed| judge::judge(&play::play(&Plan::new(seed, true))));
}

#[test]
fn without_acknowledgements_every_possible_loss_is_announced() {
    play_all(|seed| judge::judge(&play::play(&Plan::new(seed, false))));
}

#[test]
fn row_45_disconnecting_in_trouble_is_the_end() {
    play_all(|seed| {
        let plan = Plan {
            web_socket: seed % 2 == 0,
            ..Plan::new(seed, seed % 4 < 2)
        };
        judge::judge_farewell(&play::leave(&plan), &plan);
    });
}

/// Else a failing seed could not be played again.
#[test]
fn the_same_seed_plays_the_same_way() {
    for seed in seeds().take(10) {
        for ack in [true, false] {
            let plays = [0, 1].map(|_| play::play(&Plan::new(seed, ack)).heard);
            assert_eq!(plays[0], plays[1], "seed {seed}");
        }
    }
}
