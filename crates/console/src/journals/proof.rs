//! An export held against its files and against the journal it was made from: what shows a journal that was cut or made
//! anew, which the journal alone cannot show.

use std::path::PathBuf;

use desk::fault::{Fault, FaultCode};
use journal::{FileState, Held, JournalError, check_export};

use super::{Journals, not_read};

/// What an export proves today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportCheck {
    /// Whether its files are what was exported and the journal is still the one they were made from.
    pub holds: bool,
    /// The same in sentences, in English.
    pub sentence: String,
}

impl Journals {
    /// Holds an export, named by its manifest, against the files beside it and against this journal.
    pub async fn check_export(&self, manifest: PathBuf) -> Result<ExportCheck, Fault> {
        self.beside(move |shared| {
            let export = check_export(&manifest).map_err(not_looked_at)?;
            let held = match export.journal {
                Some(seal) => {
                    let held = shared.shelf.with_reader(|reader| reader.against(seal));
                    Some((seal.count, held.map_err(not_read)?))
                }
                None => None,
            };
            let changed = export.files.iter().filter(|(_, state)| *state != FileState::Same);
            let mut sentences: Vec<String> =
                changed.map(|(file, state)| of_file(&file.name, *state)).collect();
            let files_hold = sentences.is_empty();
            let (journal_holds, sentence) = of_journal(held);
            sentences.push(sentence);
            Ok(ExportCheck {
                holds: files_hold && journal_holds,
                sentence: sentences.join(" "),
            })
        })
        .await
    }
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

/// What became of the journal, with the number of entries it had then.
fn of_journal(held: Option<(u64, Held)>) -> (bool, String) {
    match held {
        Some((count, Held::Same)) => (
            true,
            format!("The journal is the one of the export, which was made when it had written {count}."),
        ),
        Some((count, Held::Shorter)) => (
            false,
            format!("The journal was cut since: it had written {count} when the export was made."),
        ),
        Some((count, Held::Other)) => (
            false,
            format!(
                "The journal was made anew since, or is another one: its entry {count} is not that of the export."
            ),
        ),
        Some((count, Held::Removed)) => (
            true,
            format!(
                "Entry {count}, where the export ended, was removed since, so it proves nothing of the journal."
            ),
        ),
        None => (
            false,
            "The export says nothing of the journal, which could not be read then.".to_owned(),
        ),
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
