//! `cargo bench -p journal`: how long it takes to find something in a journal of 100,000 entries, and what else one waits
//! for. Prints a table and writes `target/bench/journal.json` with the name of the machine.
//!
//! Machines are noisy: medians and 95th percentiles of several runs, no test ever compares them.
#![expect(clippy::print_stdout, reason = "a table for whoever runs it")]

use std::hint::black_box;
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use journal::{
    Act, Book, Channel, CoachingResult, Debrief, Export, Filter, Format, Journal, NewEntry, Query, Reader,
    RosterAgent, SortKey, Verification, What,
};
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

const ENTRIES: u64 = 100_000;
const AGENTS: u64 = 400;
const NOW_MS: u64 = 1_795_000_000_000;
/// Eleven entries a coaching, a year of them.
const APART_MS: u64 = 3_470_000;
const OFTEN: usize = 40;
const SELDOM: usize = 5;

fn main() -> Result<(), Failure> {
    // Cargo runs benches with this argument; without it somebody tests that they compile.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let mut figures = vec![appends()?];
    // 100,000 waits for a disk would take minutes; what is read comes from memory either way.
    let folder = match tempfile::tempdir_in("/dev/shm") {
        Ok(folder) => folder,
        Err(_) => tempfile::tempdir()?,
    };
    let path = folder.path().join("journal.db");
    let mut journal = Journal::open(&path)?;
    for number in 1..=ENTRIES {
        append(&mut journal, number)?;
    }
    drop(journal);

    let reader = Reader::open(&path)?;
    let mut book = Book::default();
    reader.catch_up(&mut book)?;
    println!("{ENTRIES} entries, {} coachings\n", book.len());
    for (what, query) in queries() {
        figures.push(measure(what, OFTEN, || Ok(book.find(&query).matching))?);
    }
    for (what, filter) in filters() {
        figures.push(measure(what, OFTEN, || Ok(reader.entries(&filter, 50)?.len()))?);
    }
    let roster = roster();
    let zone = TimeZone::get("Europe/Berlin")?;
    figures.push(measure("not coached for 14 days", OFTEN, || {
        Ok(book.uncovered(&roster, &[Act::Coach], 14, NOW_MS).len())
    })?);
    figures.push(measure("minutes per agent and week, 26 weeks", OFTEN, || {
        let weeks = book.weeks(&roster, &[], 26, NOW_MS, Weekday::Monday, &zone)?;
        Ok(weeks.rows.len())
    })?);
    figures.push(measure("budget of one agent and month", OFTEN, || {
        Ok(book.usage("agent-7", &[Act::Coach], NOW_MS, &zone)?.coachings)
    })?);
    figures.push(measure("look whether the book is up to date", OFTEN, || {
        Ok(reader.catch_up(&mut book)?)
    })?);
    figures.push(measure("first reading of the whole book", SELDOM, || {
        let mut book = Book::default();
        reader.catch_up(&mut book)?;
        Ok(book.len())
    })?);
    figures.push(measure("check of the whole chain", SELDOM, || {
        match reader.verify()? {
            Verification::Whole(kept) => Ok(kept.seal.count),
            Verification::Broken { .. } => Err("the chain is broken".into()),
        }
    })?);
    let mut turn = 0;
    figures.push(measure("export of everything in three formats", SELDOM, || {
        turn += 1;
        let export = Export {
            folder: folder.path(),
            name: &format!("export-{turn}"),
            formats: Format::ALL,
            query: &Query::default(),
            made_ms: NOW_MS,
            time_zone: zone.clone(),
            application: "bench",
        };
        Ok(export.write(&reader)?.coachings)
    })?);
    print_table(&figures);
    keep(&figures)
}

/// What an append costs: the disk.
fn appends() -> Result<Figure, Failure> {
    let folder = tempfile::tempdir()?;
    let mut journal = Journal::open(&folder.path().join("journal.db"))?;
    let mut number = 0;
    measure("append, durable", OFTEN, || {
        number += 11;
        append(&mut journal, number)
    })
}

fn append(journal: &mut Journal, number: u64) -> Result<u64, Failure> {
    let coaching = number / 11;
    let at_ms = NOW_MS - (ENTRIES - number) / 11 * APART_MS;
    if number % 11 == 10 {
        let debrief = Debrief {
            at_ms,
            supervisor: "sam".into(),
            session: format!("7f3a-{coaching}"),
            tags: vec![["greeting", "calm", "tempo", "closing"][at(coaching, 4)].into()],
            note: Some(format!(
                "Found better words the {coaching}th time, and the customer stayed."
            )),
            ..Debrief::default()
        };
        return Ok(journal.append_debrief(&debrief)?.sequence);
    }
    let last = [What::Ended, What::Cancelled, What::Lost, What::Left][at(coaching, 4)];
    let (event, second) = match number % 11 {
        0 => (What::Requested, 0),
        1 => (What::Accepted, 1),
        2 => (What::Armed, 2),
        3 => (What::Offered, 60),
        4 => (What::Live, 62),
        5 => (What::ModeChanged, 100),
        6..=8 => (What::Whispered, 110),
        _ => (last, 300),
    };
    let agent = coaching % AGENTS;
    let event = NewEntry {
        at_ms: at_ms + second * 1_000,
        supervisor: "sam.supervisor@example.com".into(),
        agent: format!("Jürgen Müller-Lüdenscheidt {agent}"),
        agent_id: format!("agent-{agent}"),
        channel: Channel::ALL[at(coaching, 3)],
        act: Act::ALL[at(coaching, 3)],
        mode: Some("NextCall".into()),
        scope: Some("Agent".into()),
        event,
        took_ms: Some(number % 500),
        error_code: (event == What::Lost).then(|| "dropped".into()),
        server: "https://gws.contact-centre.example.com:8443".into(),
        session: format!("7f3a-{coaching}"),
        reason: (event == What::Requested).then(|| "Complaint of last week, second visit".into()),
        text: None,
    };
    Ok(journal.append(&event)?.sequence)
}

fn at(number: u64, length: u64) -> usize {
    usize::try_from(number % length).unwrap_or(0)
}

fn queries() -> Vec<(&'static str, Query)> {
    let window = Query {
        count: 50,
        ..Query::default()
    };
    vec![
        ("everything, the newest 50", window.clone()),
        (
            "everything by agent, rows 4,000 to 4,050",
            Query {
                sort: SortKey::Agent,
                first: 4_000,
                ..window.clone()
            },
        ),
        (
            "one agent",
            Query {
                agent_ids: vec!["agent-7".into()],
                ..window.clone()
            },
        ),
        (
            "channel, tag, result and month",
            Query {
                channels: vec![Channel::Voice],
                tags: vec!["calm".into()],
                results: vec![CoachingResult::Cancelled],
                from_ms: Some(NOW_MS - 30 * 86_400_000),
                ..window.clone()
            },
        ),
        (
            "two words that many have",
            Query {
                text: "muller customer".into(),
                ..window.clone()
            },
        ),
        (
            "words that nobody has",
            Query {
                text: "no such words".into(),
                ..window
            },
        ),
    ]
}

fn filters() -> Vec<(&'static str, Filter)> {
    vec![
        ("events: newest 50", Filter::default()),
        (
            "events: one agent",
            Filter {
                agent_id: Some("agent-7".into()),
                ..Filter::default()
            },
        ),
        (
            "events: none found",
            Filter {
                agent_id: Some("nobody".into()),
                ..Filter::default()
            },
        ),
        (
            "events: one coaching",
            Filter {
                session: Some("7f3a-4711".into()),
                ..Filter::default()
            },
        ),
    ]
}

fn roster() -> Vec<RosterAgent> {
    (0..AGENTS)
        .map(|agent| RosterAgent {
            id: format!("agent-{agent}"),
            name: format!("Jürgen {agent}"),
        })
        .collect()
}

fn measure<T>(
    what: &'static str,
    runs: usize,
    mut run: impl FnMut() -> Result<T, Failure>,
) -> Result<Figure, Failure> {
    let mut values = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        black_box(run()?);
        values.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    values.sort_by(f64::total_cmp);
    Ok(Figure {
        what,
        unit: "ms",
        values,
    })
}

/// One measured thing.
struct Figure {
    what: &'static str,
    unit: &'static str,
    values: Vec<f64>,
}

impl Figure {
    /// The value below which this many of a hundred lie.
    fn percentile(&self, percent: usize) -> Option<f64> {
        let index = (self.values.len().checked_sub(1)? * percent).div_ceil(100);
        self.values.get(index).copied()
    }

    fn json(&self) -> Value {
        json!({
            "what": self.what, "unit": self.unit, "runs": self.values.len(),
            "median": self.percentile(50), "p95": self.percentile(95), "worst": self.percentile(100),
        })
    }
}

fn print_table(figures: &[Figure]) {
    println!(
        "{:<52} {:>6} {:>10} {:>10} {:>10}",
        "", "runs", "median", "p95", "worst"
    );
    for figure in figures {
        let shown = |percent| {
            figure
                .percentile(percent)
                .map_or("-".to_owned(), |value| format!("{value:.2}"))
        };
        let name = format!("{} ({})", figure.what, figure.unit);
        println!(
            "{name:<52} {:>6} {:>10} {:>10} {:>10}",
            figure.values.len(),
            shown(50),
            shown(95),
            shown(100)
        );
    }
}

fn keep(figures: &[Figure]) -> Result<(), Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench");
    std::fs::create_dir_all(&folder)?;
    let machine = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let all = json!({
        "machine": machine.trim(), "cores": std::thread::available_parallelism()?.get(),
        "at_ms": now.as_secs_f64() * 1_000.0,
        "figures": figures.iter().map(Figure::json).collect::<Vec<_>>(),
    });
    std::fs::write(folder.join("journal.json"), serde_json::to_string_pretty(&all)?)?;
    Ok(())
}
