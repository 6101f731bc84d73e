//! What a bench client in Rust notes of each message, and what it reports in the end. The clients in other languages report the
//! same fields.
//!
//! Allocations are counted in the whole process, so the allocator must be the counting one.

use std::alloc::System;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use stats_alloc::{Region, StatsAlloc};

/// How long a client waits for the next message before it takes the rest as lost.
pub const PATIENCE: Duration = Duration::from_secs(8);

/// What a client is to do, from its command line: `URL N`, or `URL idle SECONDS`; then `websocket` and `ack`, where they are wanted.
#[derive(Debug, Clone)]
pub struct Task {
    /// The Bayeux endpoint.
    pub url: String,
    /// What to wait for.
    pub until: Until,
    /// Whether to use a WebSocket and nothing else.
    pub web_socket: bool,
    /// Whether to ask for acknowledgements.
    pub ack: bool,
}

/// When a client is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// So many messages came.
    Messages(usize),
    /// So much time went by in which nothing came.
    Idle(Duration),
}

impl Task {
    /// Reads the command line; nothing if it makes no sense.
    pub fn from_arguments() -> Option<Self> {
        let mut arguments = std::env::args().skip(1);
        let (url, first) = (arguments.next()?, arguments.next()?);
        let until = if first == "idle" {
            Until::Idle(Duration::from_secs(arguments.next()?.parse().ok()?))
        } else {
            Until::Messages(first.parse().ok()?)
        };
        let wishes: Vec<String> = arguments.collect();
        let wants = |wish: &str| wishes.iter().any(|word| word == wish);
        Some(Self {
            url,
            until,
            web_socket: wants("websocket"),
            ack: wants("ack"),
        })
    }

    /// How many messages there will be.
    pub fn messages(&self) -> usize {
        match self.until {
            Until::Messages(number) => number,
            Until::Idle(_) => 0,
        }
    }
}

/// Everything noted of a run.
#[derive(Debug)]
pub struct Record<'a> {
    client: &'static str,
    expected: usize,
    latencies: Vec<i64>,
    seen: Vec<bool>,
    out_of_order: u64,
    doubled: u64,
    next: usize,
    first: i64,
    last: i64,
    began: Used,
    allocations: Region<'a, System>,
}

/// What the process has used so far.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    cpu: f64,
    wakeups: u64,
}

impl<'a> Record<'a> {
    /// Says that the client is ready, and begins.
    pub fn begin(client: &'static str, expected: usize, allocator: &'a StatsAlloc<System>) -> Self {
        let record = Self {
            client,
            expected,
            latencies: Vec::with_capacity(expected),
            seen: vec![false; expected],
            out_of_order: 0,
            doubled: 0,
            next: 0,
            first: 0,
            last: 0,
            began: used(),
            allocations: Region::new(allocator),
        };
        println!("READY");
        record
    }

    /// Notes a message; says whether it was the last.
    pub fn note(&mut self, number: usize, sent_at: i64) -> bool {
        let now = now();
        if self.latencies.is_empty() {
            self.first = now;
        }
        self.last = now;
        match self.seen.get_mut(number) {
            Some(seen) if !*seen => *seen = true,
            _ => {
                self.doubled += 1;
                return false;
            }
        }
        self.latencies.push(now - sent_at);
        if number != self.next {
            self.out_of_order += 1;
        }
        self.next = number + 1;
        self.latencies.len() == self.expected
    }

    /// Prints the report, one line of JSON.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts and microseconds of a run are far below 2^52"
    )]
    pub fn report(mut self) {
        let (allocated, end) = (self.allocations.change(), used());
        self.latencies.sort_unstable();
        let got = self.latencies.len();
        let seconds = (self.last - self.first) as f64 / 1e6;
        let at = |per_mille: usize| {
            self.latencies
                .get((got * per_mille / 1000).min(got.saturating_sub(1)))
        };
        let rate = if seconds > 0.0 {
            (got as f64 - 1.0) / seconds
        } else {
            0.0
        };
        println!(
            "{}",
            json!({
                "client": self.client,
                "got": got,
                "rate": rate.round(),
                "p50_us": at(500),
                "p99_us": at(990),
                "max_us": self.latencies.last(),
                "out_of_order": self.out_of_order,
                "doubled": self.doubled,
                "lost": self.expected - got,
                "cpu_s": end.cpu - self.began.cpu,
                "wakeups": end.wakeups - self.began.wakeups,
                "rss_kib": status("VmRSS").unwrap_or_default(),
                "allocations": allocated.allocations + allocated.reallocations,
                "allocated_bytes": allocated.bytes_allocated,
            })
        );
    }
}

/// Microseconds of the clock that all processes of this machine share.
fn now() -> i64 {
    let time = clock_gettime(ClockId::Monotonic);
    time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of a run are far below 2^52 nanoseconds"
)]
fn used() -> Used {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Used {
        cpu: time.tv_sec as f64 + time.tv_nsec as f64 / 1e9,
        wakeups: status("voluntary_ctxt_switches").unwrap_or_default(),
    }
}

/// A number that the kernel knows about this process.
fn status(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
