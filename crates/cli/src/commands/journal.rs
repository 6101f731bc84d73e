//! `journal`: the coachings of this computer, whether they are as they were written, and a copy for others. It only
//! reads, so it works while the app runs.

use std::path::PathBuf;

use console::Journals;
use console::contract::journal::{JournalAgent, JournalQuery, JournalState};
use console::policy::Policy;

use crate::arguments::journal::{Exporting, Filters, Journal, Listing, Place, Verifying};
use crate::events::{Event, JournalRow};
use crate::failure::Failure;
use crate::human;
use crate::names::fold;
use crate::output::Output;

/// The folder of the app's data, as the app itself has it.
const APP: &str = "app.sotto.desktop";
const FILE: &str = "journal.sqlite";

/// Does what was asked for.
pub(crate) async fn run(asked: Journal, policy: &Policy, output: &mut Output) -> Result<(), Failure> {
    match asked {
        Journal::List(listing) => list(listing, output).await,
        Journal::Verify(verifying) => verify(verifying, policy, output).await,
        Journal::Export(exporting) => export(exporting, output).await,
    }
}

async fn list(listing: Listing, output: &mut Output) -> Result<(), Failure> {
    let journals = open(&listing.place)?;
    let query = JournalQuery {
        first: listing.skip,
        count: listing.count,
        ..question(&journals, listing.filters).await?
    };
    let page = journals.find(query).await.map_err(Failure::ordering)?;
    let rows: Vec<JournalRow> = page.rows.into_iter().map(JournalRow::from).collect();
    let shown = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    if output.is_json() {
        for row in rows {
            output.tell_now(Event::Coaching { row: Box::new(row) });
        }
    } else if !rows.is_empty() {
        output.text(&human::coachings(&rows));
    }
    output.tell_now(Event::Coachings {
        shown,
        found: page.total,
        all: page.all,
    });
    Ok(())
}

async fn verify(verifying: Verifying, policy: &Policy, output: &mut Output) -> Result<(), Failure> {
    let journals = open(&verifying.place)?;
    let check = journals.verify().await.map_err(Failure::ordering)?;
    let mut broken = (check.state != JournalState::Whole).then(|| check.sentence.clone());
    output.tell_now(Event::JournalChecked {
        state: check.state,
        sequence: check.sequence,
        message: check.sentence,
        entries: check.entries,
        first: check.first,
        seal: check.seal,
    });
    if let Some(manifest) = verifying.export {
        let days = policy.journal.retention_days;
        let check = journals.check_export(manifest, days).await;
        let check = check.map_err(Failure::ordering)?;
        if !check.holds {
            broken.get_or_insert_with(|| check.sentence.clone());
        }
        output.tell_now(Event::ExportChecked {
            holds: check.holds,
            journal: check.journal,
            message: check.sentence,
        });
    }
    broken.map_or(Ok(()), |sentence| Err(Failure::JournalNotWhole(sentence)))
}

async fn export(exporting: Exporting, output: &mut Output) -> Result<(), Failure> {
    let journals = open(&exporting.place)?;
    let query = question(&journals, exporting.filters).await?;
    let exported = journals.export(exporting.out, exporting.format, query).await;
    let exported = exported.map_err(Failure::ordering)?;
    output.tell_now(Event::JournalExported {
        file: exported.file,
        manifest: exported.manifest,
        coachings: exported.coachings,
        whole: exported.whole,
    });
    Ok(())
}

/// The journal of the app on this computer.
pub(crate) fn of_app() -> Option<PathBuf> {
    Some(dirs::data_dir()?.join(APP).join(FILE))
}

fn open(place: &Place) -> Result<Journals, Failure> {
    let file = place.journal.clone().or_else(of_app);
    file.map(Journals::in_file).ok_or(Failure::NoJournal)
}

/// The question with the agents found by name. Whoever nobody is called leaves nothing to show.
async fn question(journals: &Journals, filters: Filters) -> Result<JournalQuery, Failure> {
    let asked = filters.agents.clone();
    let query = filters.query();
    if asked.is_empty() {
        return Ok(query);
    }
    let nothing = JournalQuery {
        count: 0,
        ..JournalQuery::default()
    };
    let known = journals.find(nothing).await.map_err(Failure::ordering)?.agents;
    let agent_ids = asked.iter().flat_map(|asked| meant(asked, &known)).collect();
    Ok(JournalQuery { agent_ids, ..query })
}

/// The ids of everybody who may be meant; where that is nobody, what was asked for stands for an id that is not there.
fn meant(asked: &str, known: &[JournalAgent]) -> Vec<String> {
    let wanted = fold(asked);
    let fits = |agent: &&JournalAgent| {
        let name = fold(&agent.name);
        agent.id == asked || (!wanted.is_empty() && wanted.split(' ').all(|word| name.contains(word)))
    };
    let ids: Vec<String> = known.iter().filter(fits).map(|agent| agent.id.clone()).collect();
    if ids.is_empty() {
        vec![asked.to_owned()]
    } else {
        ids
    }
}
