//! The disk of the simulated machine: what is on it at any moment, and how it fills up.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use desk::view::{StepKind, View};
use journal::{NewEntry, Reader, Verification, What};
use tempfile::TempDir;

use crate::log::Log;
use crate::oracle::{JOURNAL, LOST};

/// Where memory is kept as files, where there is such a place: thousands of runs are hard on a disk.
const MEMORY: &str = "/dev/shm";

/// The data folder of Sotto, shared by all lives of a run.
#[derive(Clone)]
pub(crate) struct Disk(Arc<Inner>);

struct Inner {
    folder: TempDir,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    reader: Option<Reader>,
    /// The last entry that was read.
    last: u64,
    /// When and what was written down.
    entries: BTreeSet<(u64, String)>,
    /// The steps that were shown.
    shown: BTreeSet<(u64, String)>,
    full: bool,
    was_full: bool,
    /// Drafts that were taken, by session and kind.
    drafts: BTreeMap<(String, bool), String>,
}

impl Disk {
    pub(crate) fn new() -> std::io::Result<Disk> {
        let memory = Path::new(MEMORY);
        let folder = if memory.is_dir() {
            tempfile::tempdir_in(memory)?
        } else {
            tempfile::tempdir()?
        };
        std::fs::create_dir(folder.path().join("kept"))?;
        Ok(Disk(Arc::new(Inner {
            folder,
            state: Mutex::default(),
        })))
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.0.folder.path().join("journal.db")
    }

    pub(crate) fn kept(&self) -> PathBuf {
        self.0.folder.path().join("kept")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that was written since the last time.
    pub(crate) fn new_entries(&self, log: &Log) -> Vec<NewEntry> {
        let mut state = self.state();
        if state.full {
            return Vec::new();
        }
        if state.reader.is_none() {
            state.reader = Reader::open(&self.journal()).ok();
        }
        let last = state.last;
        let Some(reader) = &state.reader else {
            return Vec::new();
        };
        let entries = match reader.after(last, 1000) {
            Ok(entries) => entries,
            Err(error) => {
                log.wrong(JOURNAL, &format!("it cannot be read: {error}"));
                return Vec::new();
            }
        };
        let mut news = Vec::new();
        for entry in entries {
            state.last = entry.sequence;
            if let journal::Content::Event(event) = entry.content {
                state.entries.insert((event.at_ms, format!("{:?}", event.event)));
                log.count("journal entries");
                news.push(event);
            }
        }
        news
    }

    /// Invariant 6: what the face is told is in the file.
    pub(crate) fn check_steps(&self, log: &Log, view: &View) {
        let steps: Vec<(u64, String)> = view
            .coaching
            .steps
            .iter()
            .filter(|step| step.act.is_some())
            .filter_map(|step| Some((step.at.0, format!("{:?}", what(step.kind)?))))
            .filter(|step| !self.state().shown.contains(step))
            .collect();
        if steps.is_empty() {
            return;
        }
        let mut state = self.state();
        if state.full {
            return;
        }
        for step in steps {
            let kept = state.entries.contains(&step);
            log.check(LOST, kept, || format!("{step:?} is shown and not in the file"));
            state.shown.insert(step);
        }
    }

    /// Invariant 6: an intent is on disk before the request goes out.
    pub(crate) fn check_intent(&self, log: &Log, agent: &str) {
        if self.state().full {
            return;
        }
        let text = std::fs::read_to_string(self.kept().join("intents.json")).unwrap_or_default();
        log.check(LOST, text.contains(agent), || {
            format!("{agent} is being armed, and the intent is not on disk")
        });
    }

    pub(crate) fn draft_taken(&self, session: &str, public: bool, text: &str) {
        self.state()
            .drafts
            .insert((session.to_owned(), public), text.to_owned());
    }

    /// A draft that was taken too shortly before the end to be on disk for certain.
    pub(crate) fn draft_unsure(&self, session: &str, public: bool) {
        self.state().drafts.remove(&(session.to_owned(), public));
    }

    /// Nothing can be written any more: the journal's table is out of reach, and so is the folder of what is kept.
    pub(crate) fn fill(&self, log: &Log) -> bool {
        let mut state = self.state();
        state.full = self.rename("entry", "hidden") && self.move_folder(true);
        if state.full {
            state.was_full = true;
            log.say("disk", || "full".to_owned());
        }
        state.full
    }

    /// Everything can be written again.
    pub(crate) fn make_room(&self, log: &Log) {
        let mut state = self.state();
        if state.full {
            state.full = !(self.rename("hidden", "entry") && self.move_folder(false));
            state.drafts.clear();
            log.say("disk", || "room again".to_owned());
        }
    }

    fn rename(&self, from: &str, to: &str) -> bool {
        rusqlite::Connection::open(self.journal())
            .and_then(|other| other.execute_batch(&format!("ALTER TABLE {from} RENAME TO {to}")))
            .is_ok()
    }

    fn move_folder(&self, away: bool) -> bool {
        let aside = self.0.folder.path().join("kept.aside");
        let (from, to) = if away {
            (self.kept(), aside)
        } else {
            (aside, self.kept())
        };
        std::fs::rename(from, to).is_ok()
    }

    /// Invariant 6 after a kill: the chain is whole, nothing that was read before is gone, and the drafts are there.
    pub(crate) fn check_after_kill(&self, log: &Log) {
        let mut state = self.state();
        if state.full {
            state.drafts.clear();
            return;
        }
        if let Some(reader) = &state.reader {
            match reader.verify() {
                Ok(Verification::Whole(_)) => log.count("journals verified"),
                other => log.wrong(LOST, &format!("the journal is not whole after a kill: {other:?}")),
            }
            let newest = reader.last().ok().flatten().map_or(0, |entry| entry.sequence);
            log.check(LOST, newest >= state.last, || {
                "entries of the journal are gone".to_owned()
            });
        }
        let text = std::fs::read_to_string(self.kept().join("drafts.json")).unwrap_or_default();
        for draft in std::mem::take(&mut state.drafts).into_values() {
            log.check(LOST, text.contains(&draft), || {
                format!("the draft {draft} is gone")
            });
        }
    }

    /// Everything in every file, for the secrets.
    pub(crate) fn contents(&self) -> Vec<(String, String)> {
        let folders = [self.0.folder.path().to_owned(), self.kept()];
        let files = folders
            .into_iter()
            .filter_map(|folder| std::fs::read_dir(folder).ok());
        files
            .flatten()
            .flatten()
            .filter_map(|file| {
                let bytes = std::fs::read(file.path()).ok()?;
                let name = file.file_name().to_string_lossy().into_owned();
                Some((name, String::from_utf8_lossy(&bytes).into_owned()))
            })
            .collect()
    }

    /// Whether something may not have been kept, which the supervisor was told.
    pub(crate) fn was_full(&self) -> bool {
        self.state().was_full
    }

    pub(crate) fn is_full(&self) -> bool {
        self.state().full
    }
}

fn what(kind: StepKind) -> Option<What> {
    match kind {
        StepKind::Asked | StepKind::AskedByItself => Some(What::Requested),
        StepKind::Accepted => Some(What::Accepted),
        StepKind::Armed => Some(What::Armed),
        StepKind::Offered => Some(What::Offered),
        StepKind::Live => Some(What::Live),
        StepKind::Switched => Some(What::ModeChanged),
        StepKind::CallEnded => Some(What::Ended),
        StepKind::Stopped => Some(What::Cancelled),
        StepKind::Refused => Some(What::Refused),
        StepKind::Lost => Some(What::Lost),
        StepKind::StopAsked => None,
    }
}
