//! A writer is killed (`kill -9`) at any moment, again and again, while it acknowledges through a pipe what is durable: no
//! acknowledged entry is lost, and the file opens and verifies.
//!
//! The writer is this program once more, with the journal's path as its argument; so it has no test harness around it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a failing step in a test is the test's failure, and the pipe is the writer's standard output"
)]

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use journal::{Act, Channel, Debrief, Journal, NewEntry, Retention, Verification, What};
use rusqlite::Connection;

const ROUNDS: u64 = 60;
/// A slow machine does fewer rounds, but at least [`FEWEST`].
const LONGEST: Duration = Duration::from_secs(4);
const FEWEST: u64 = 8;

/// Names the argument behind which the writer finds the path.
const WRITER: &str = "--write-until-killed";

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [role, path] if role == WRITER => write_until_killed(Path::new(path)),
        // The listing that test runners ask for.
        listing if listing.iter().any(|argument| argument == "--list") => {
            println!("no_acknowledged_entry_is_lost: test");
        }
        _ => no_acknowledged_entry_is_lost(),
    }
}

/// The writer: says a number and a hash when that entry is on disk, and never stops by itself.
fn write_until_killed(path: &Path) {
    let mut journal = Journal::open_at(path, 1).unwrap();
    let mut acknowledge = std::io::stdout().lock();
    for number in journal.seal().unwrap().count.. {
        let (sequence, hash) = match number % 9 {
            7 => {
                let entry = journal.append_debrief(&debrief(number)).unwrap();
                (entry.sequence, entry.hash)
            }
            8 => {
                let retention = Retention {
                    older_than_ms: number.saturating_sub(30),
                    now_ms: number,
                };
                match journal.remove_older(retention).unwrap() {
                    Some(tombstone) => (tombstone.sequence, tombstone.hash),
                    None => continue,
                }
            }
            _ => {
                let entry = journal.append(&event(number)).unwrap();
                (entry.sequence, entry.hash)
            }
        };
        writeln!(acknowledge, "{sequence} {hash}").unwrap();
    }
}

fn event(number: u64) -> NewEntry {
    NewEntry {
        at_ms: number,
        supervisor: "sam".into(),
        agent: "Ann".repeat(usize::try_from(number % 400).unwrap()),
        agent_id: "a-1".into(),
        channel: Channel::Voice,
        act: Act::Coach,
        mode: None,
        scope: None,
        event: What::ALL[usize::try_from(number).unwrap() % What::ALL.len()],
        took_ms: None,
        error_code: None,
        server: "practice floor".into(),
        session: "c-1".into(),
        reason: None,
        text: None,
    }
}

fn debrief(number: u64) -> Debrief {
    Debrief {
        at_ms: number,
        session: "c-1".into(),
        tags: vec!["calm".into()],
        ..Debrief::default()
    }
}

/// The last entry that a writer acknowledged.
#[derive(Debug, Default)]
struct Acknowledged {
    sequence: u64,
    hash: String,
}

impl Acknowledged {
    /// Takes one line from the pipe. A writer that was killed may leave half a line: that was no acknowledgement.
    fn hear(&mut self, pipe: &mut BufReader<ChildStdout>) -> bool {
        let mut line = String::new();
        if pipe.read_line(&mut line).unwrap() == 0 {
            return false;
        }
        if let Some((sequence, hash)) = line.strip_suffix('\n').and_then(|line| line.split_once(' ')) {
            *self = Self {
                sequence: sequence.parse().unwrap(),
                hash: hash.to_owned(),
            };
        }
        true
    }
}

fn no_acknowledged_entry_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut acknowledged = Acknowledged::default();
    let mut chance = Chance(20_261_122);
    let start = Instant::now();
    let (mut rounds, mut entries) = (0, 0);
    while rounds < ROUNDS && (rounds < FEWEST || start.elapsed() < LONGEST) {
        // Every sixth time it is a journal of an older Sotto, and the writer may be killed while it migrates.
        if rounds % 6 == 0 {
            begin_with_schema_1(&path);
            acknowledged = Acknowledged {
                sequence: 12,
                hash: "885f9fede8f6a06e0319e59977ba9410d9ad283cd98ebbda841cb178c0cf97c9".into(),
            };
        }
        let mut writer = start_writer(&path);
        let mut pipe = BufReader::new(writer.stdout.take().unwrap());
        // The writer is behind the pipe by as much as it holds, so it is killed at any point of its work, and sometimes
        // before it has opened the file.
        if chance.below(4) == 0 {
            chance.idle();
        } else {
            for _ in 0..=chance.below(40) {
                assert!(acknowledged.hear(&mut pipe), "the writer ended by itself");
            }
        }
        chance.idle();
        writer.kill().unwrap();
        let status = writer.wait().unwrap();
        while acknowledged.hear(&mut pipe) {}
        assert!(!status.success(), "the writer ended by itself");

        let mut journal = Journal::open_at(&path, 2).unwrap();
        let Verification::Whole(kept) = journal.verify().unwrap() else {
            panic!("round {rounds}: {:?}", journal.verify());
        };
        assert!(
            kept.seal.count >= acknowledged.sequence,
            "round {rounds}: {kept:?}, {acknowledged:?}"
        );
        let found = journal.reader().hash_of(acknowledged.sequence).unwrap();
        assert_eq!(found.unwrap().to_string(), acknowledged.hash, "round {rounds}");
        // What was written and not acknowledged is there or is not; from now on it counts.
        let next = journal.append(&event(kept.seal.count)).unwrap();
        acknowledged = Acknowledged {
            sequence: next.sequence,
            hash: next.hash.to_string(),
        };
        rounds += 1;
        entries = entries.max(next.sequence);
    }
    println!("killed {rounds} writers, the longest journal had {entries} entries: none was lost");
}

fn begin_with_schema_1(path: &Path) {
    for side in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{side}", path.display()));
    }
    Connection::open(path)
        .unwrap()
        .execute_batch(include_str!("journal/schema-1.sql"))
        .unwrap();
}

fn start_writer(path: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .arg(WRITER)
        .arg(path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The same numbers each time, so that a failure comes back as far as the machine's own timing lets it.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// Works for up to three thousandths of a second, so that the kill does not always follow an acknowledgement.
    fn idle(&mut self) {
        let until = Instant::now() + Duration::from_micros(self.below(3_000));
        while Instant::now() < until {
            std::hint::spin_loop();
        }
    }
}
