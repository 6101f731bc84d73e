//! An export held against its files and against the journal it was made from: what shows a journal that was cut or made
//! anew, which the journal alone cannot show.

use std::path::PathBuf;

use desk::fault::{Fault, FaultCode};
use desk::moment::Moment;
use journal::{Entry, FileState, Held, JournalError, Reader, Removal, Seal, Verification, check_export};
use serde::Serialize;

use super::{Journals, not_read};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What became of the journal since an export was made from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ExportedJournal {
    /// It is the same journal, perhaps with more entries after.
    Same,
    /// The entry where the export ended was removed since, as old as the organisation's policy says. So it proves nothing
    /// of what was written before.
    Removed,
    /// Entries were removed, and policy does not say that they were to be; or the chain does not hold. It may be a journal
    /// that was made anew under a removal nobody asked for.
    Unproven,
    /// Its last entries are gone.
    Shorter,
    /// It has another entry in that place: it was made anew, or is another journal.
    Other,
    /// The export says nothing of the journal.
    Unknown,
}

impl ExportedJournal {
    fn holds(self) -> bool {
        matches!(self, ExportedJournal::Same | ExportedJournal::Removed)
    }
}

/// What an export proves today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportCheck {
    /// Whether its files are what was exported, and the journal is still the one they were made from as far as anything is
    /// left to compare.
    pub holds: bool,
    /// What became of the journal.
    pub journal: ExportedJournal,
    /// The same in sentences, in English.
    pub sentence: String,
}

impl Journals {
    /// Holds an export, named by its manifest, against the files beside it and against this journal. `retention_days` is
    /// what policy says now: without it nothing was to be removed.
    pub async fn check_export(
        &self,
        manifest: PathBuf,
        retention_days: Option<u32>,
    ) -> Result<ExportCheck, Fault> {
        self.beside(move |shared| {
            let export = check_export(&manifest).map_err(not_looked_at)?;
            let now = shared.now();
            let (journal, count) = if let Some(seal) = export.journal {
                let became = shared
                    .shelf
                    .with_reader(|reader| became(reader, seal, retention_days, now));
                (became.map_err(not_read)?, seal.count)
            } else {
                (ExportedJournal::Unknown, 0)
            };
            let changed = export.files.iter().filter(|(_, state)| *state != FileState::Same);
            let mut sentences: Vec<String> =
                changed.map(|(file, state)| of_file(&file.name, *state)).collect();
            let files_hold = sentences.is_empty();
            sentences.push(of_journal(journal, count));
            Ok(ExportCheck {
                holds: files_hold && journal.holds(),
                journal,
                sentence: sentences.join(" "),
            })
        })
        .await
    }
}

/// A tombstone speaks for what it took away, and whoever makes a journal anew can write one. So where anything was removed
/// the export holds only if policy asked for it.
fn became(
    reader: &Reader,
    seal: Seal,
    retention_days: Option<u32>,
    now: Moment,
) -> Result<ExportedJournal, JournalError> {
    let held = reader.against(seal)?;
    if held == Held::Shorter {
        return Ok(ExportedJournal::Shorter);
    }
    if held == Held::Other {
        return Ok(ExportedJournal::Other);
    }
    let Verification::Whole(kept) = reader.verify()? else {
        return Ok(ExportedJournal::Unproven);
    };
    let asked_for = |removal: &Entry<Removal>| was_asked_for(&removal.content, retention_days, now);
    if !kept.removals.iter().all(asked_for) {
        return Ok(ExportedJournal::Unproven);
    }
    // The tombstone may know the hash, but the entry is gone all the same.
    Ok(if seal.count > 0 && kept.first > seal.count {
        ExportedJournal::Removed
    } else {
        ExportedJournal::Same
    })
}

/// Whether policy, as it is now, removes what was so old at that time.
fn was_asked_for(removal: &Removal, retention_days: Option<u32>, now: Moment) -> bool {
    let old_enough = |days: u32| {
        let limit = removal.at_ms.checked_sub(u64::from(days) * DAY_MS);
        limit.is_some_and(|limit| removal.older_than_ms <= limit)
    };
    removal.at_ms <= now.0 && retention_days.is_some_and(old_enough)
}

fn of_file(name: &str, state: FileState) -> String {
    match state {
        FileState::Same => format!("{name} is as it was exported."),
        FileState::Changed => format!("{name} is not what was exported."),
        FileState::Missing => format!("{name} is not beside the manifest."),
        FileState::Elsewhere => {
            "The manifest names a file in another folder, which was not looked at.".to_owned()
        }
    }
}

/// The same in words, with the number of entries it had then.
fn of_journal(became: ExportedJournal, count: u64) -> String {
    match became {
        ExportedJournal::Same => {
            format!("The journal is the one of the export, which was made when it had written {count}.")
        }
        ExportedJournal::Removed => format!(
            "Entry {count}, where the export ended, was removed since, as old as your organisation's policy says, so it \
             proves nothing of what was written before."
        ),
        ExportedJournal::Unproven => format!(
            "Nothing proves that this is the journal of the export, which was made when it had written {count}: entries are \
             gone that no policy on this computer asked to remove, or the journal is not whole. It may have been made anew."
        ),
        ExportedJournal::Shorter => {
            format!("The journal was cut since: it had written {count} when the export was made.")
        }
        ExportedJournal::Other => format!(
            "The journal was made anew since, or is another one: its entry {count} is not that of the export."
        ),
        ExportedJournal::Unknown => {
            "The export says nothing of the journal, which could not be read then.".to_owned()
        }
    }
}

fn not_looked_at(error: JournalError) -> Fault {
    match error {
        error @ JournalError::NotAManifest { .. } => {
            Fault::new(FaultCode::BadJournalEntry, format!("{error}."))
                .with_hint("Name the file that ends in .manifest.json, which stands beside every export.")
        }
        error => not_read(error),
    }
}
