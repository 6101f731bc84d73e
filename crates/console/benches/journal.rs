//! `cargo bench -p console --bench journal`: how long a face waits for the journal of 100,000 entries, from the question to
//! the bytes of the answer. `crates/journal` has the figures of the book alone.
//!
//! Machines are noisy: medians and 95th percentiles of several questions, no test ever compares them.
#![expect(clippy::print_stdout, reason = "a table for whoever runs it")]

#[path = "../../journal/examples/sample/made_up.rs"]
mod made_up;

use std::time::Instant;

use console::Journals;
use console::contract::journal::{JournalChannel, JournalQuery, JournalResult, JournalSort};
use desk::order::Act;
use journal::Journal;

type Failure = Box<dyn std::error::Error>;

const ENTRIES: u64 = 100_000;
const OFTEN: usize = 40;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    // Cargo runs benches with this argument; without it somebody tests that they compile.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    // 100,000 waits for a disk would take minutes; what is read comes from memory either way.
    let folder = match tempfile::tempdir_in("/dev/shm") {
        Ok(folder) => folder,
        Err(_) => tempfile::tempdir()?,
    };
    let file = folder.path().join("journal.sqlite");
    made_up::write(&mut Journal::open(&file)?, ENTRIES)?;
    let journals = Journals::in_file(file);
    let begun = Instant::now();
    let all = journals.find(JournalQuery::default()).await?.all;
    println!(
        "{ENTRIES} entries, {all} coachings; read for the first time in {:.0} ms\n",
        begun.elapsed().as_secs_f64() * 1000.0
    );
    println!("{:<44} {:>9} {:>9}", "question", "median ms", "95 % ms");
    for (what, query) in questions() {
        let mut times = Vec::new();
        for _ in 0..OFTEN {
            let begun = Instant::now();
            let page = journals.find(query.clone()).await?;
            let bytes = serde_json::to_vec(&page)?;
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
            std::hint::black_box(bytes);
        }
        times.sort_by(f64::total_cmp);
        println!(
            "{what:<44} {:>9.1} {:>9.1}",
            times[OFTEN / 2],
            times[OFTEN * 95 / 100]
        );
    }
    Ok(())
}

fn questions() -> Vec<(&'static str, JournalQuery)> {
    let all = JournalQuery::default();
    vec![
        ("everything, the newest fifty", all.clone()),
        (
            "two words",
            JournalQuery {
                text: "nunez calm".to_owned(),
                ..all.clone()
            },
        ),
        (
            "one agent",
            JournalQuery {
                agent_ids: vec!["agent-7".to_owned()],
                ..all.clone()
            },
        ),
        (
            "channel, act, result and tag",
            JournalQuery {
                channels: vec![JournalChannel::Sms],
                acts: vec![Act::Coach],
                results: vec![JournalResult::Ended, JournalResult::Cancelled],
                tags: vec!["calm".to_owned()],
                ..all.clone()
            },
        ),
        (
            "everything by name, the last fifty",
            JournalQuery {
                sort: JournalSort::Agent,
                first: 16_000,
                ..all.clone()
            },
        ),
        (
            "everything by follow-up",
            JournalQuery {
                sort: JournalSort::FollowUp,
                ..all
            },
        ),
    ]
}
