//! Writes a journal of made-up coachings, to look at a long one: `cargo run -p journal --example sample -- FILE [ENTRIES]`.
#![expect(clippy::print_stdout, reason = "it says what it has written")]

mod made_up;

use std::path::Path;

use journal::Journal;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file? sample FILE [ENTRIES]")?;
    let entries = arguments.next().map_or(Ok(100_000), |count| count.parse())?;
    let mut journal = Journal::open(Path::new(&file))?;
    made_up::write(&mut journal, entries)?;
    println!("{entries} entries are in {file}.");
    Ok(())
}
