//! The disk of the simulated machine: what is on it at any moment, how it fills up, and how it goes out of reach.
//!
//! A full disk is as near the real one as a test without a file system of its own comes: the journal's file may grow no
//! further, so `SQLite` itself says `SQLITE_FULL`, and what else is written breaks off in the middle for want of room
//! (`console::machine`). What is there already can be read, and Sotto can start. Out of reach is another thing, a network
//! drive that went away: neither journal nor folder can be used at all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use console::machine;
use desk::view::{StepKind, View};
use journal::{NewEntry, Reader, Verification, What};
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::Instant;

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
    room: Room,
    /// Since when there is no room, or was none last time; none where there always was.
    full_since: Option<Instant>,
    /// Since when there is room again; none where there always was.
    room_since: Option<Instant>,
    was_full: bool,
    /// Drafts that were taken, by session and kind.
    drafts: BTreeMap<(String, bool), String>,
}

/// What the disk had refused is tried again so soon after there is room.
const WRITTEN_AGAIN_WITHIN: Duration = Duration::from_secs(2);

/// What the journal could not take is in it so soon after there is room again, and read here with the next look.
const JOURNAL_AGAIN_WITHIN: Duration = Duration::from_secs(20);

/// Whether something can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Room {
    #[default]
    Plenty,
    /// Nothing new fits on it.
    Full,
    /// Neither the journal nor the folder is where it was.
    OutOfReach,
}

/// A draft is on disk so soon after it was taken.
const DRAFT_WITHIN: Duration = Duration::from_millis(600);
/// What the disk refused is on it so soon after there is room again.
const DRAFT_AGAIN_WITHIN: Duration = Duration::from_secs(7);

impl State {
    fn waits_since(&self) -> Option<Instant> {
        let written = self
            .room_since
            .is_none_or(|since| since.elapsed() >= JOURNAL_AGAIN_WITHIN);
        self.full_since.filter(|_| self.room != Room::Plenty || !written)
    }
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
        // The run before on this thread may have left it full.
        machine::fill_disk(false);
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
        if state.room == Room::OutOfReach {
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
        if state.room == Room::OutOfReach {
            return;
        }
        for step in steps {
            let kept = state.entries.contains(&step);
            log.check(LOST, kept, || format!("{step:?} is shown and not in the file"));
            state.shown.insert(step);
        }
    }

    /// Invariant 6: an intent of written sessions is on disk before the request goes out.
    pub(crate) fn check_written_intent(&self, log: &Log, agent: &str, operation: &str) {
        let Some(kept) = self.kept_intents() else { return };
        let is_it = |order: &Value| order["agentId"] == agent && act_of(order) == Some(operation);
        let intents = kept.iter().filter_map(|asked| asked["intents"].as_array());
        let found = intents.flatten().any(|intent| is_it(&intent["order"]));
        log.check(LOST, found, || {
            format!("{operation} is asked of {agent}, and the intent is not on disk: {kept:?}")
        });
    }

    /// The same of calls, where only the phone is named that the request is about.
    pub(crate) fn check_voice_intent(&self, log: &Log, operation: &str, is_target: impl Fn(&str) -> bool) {
        let Some(kept) = self.kept_intents() else { return };
        let is_it =
            |order: &Value| order["act"] == operation && order["agentId"].as_str().is_some_and(&is_target);
        let found = kept.iter().any(|asked| is_it(&asked["voice"]["order"]));
        log.check(LOST, found, || {
            format!("{operation} is asked, and the intent is not on disk: {kept:?}")
        });
    }

    /// What is kept of each user and server; none while nothing can be written, or what the disk had refused, as the supervisor
    /// was told, need not be written yet.
    fn kept_intents(&self) -> Option<Vec<Value>> {
        let state = self.state();
        let again = state
            .room_since
            .is_some_and(|since| since.elapsed() < WRITTEN_AGAIN_WITHIN);
        if state.room != Room::Plenty || again {
            return None;
        }
        drop(state);
        let text = std::fs::read_to_string(self.kept().join("intents.json")).unwrap_or_default();
        let file: Value = serde_json::from_str(&text).unwrap_or_default();
        Some(file["document"]["asked"].as_array().cloned().unwrap_or_default())
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

    /// There is room for nothing more. Before there is a journal nothing can fill it.
    pub(crate) fn fill(&self, log: &Log) -> bool {
        let mut state = self.state();
        let fills = state.room == Room::Plenty && self.journal().is_file();
        if fills {
            machine::fill_disk(true);
            state.full_since = state.waits_since().or(Some(Instant::now()));
            state.room = Room::Full;
            state.was_full = true;
            log.say("disk", || "full".to_owned());
        }
        fills
    }

    /// Nothing can be written or read any more: the journal's table is out of reach, and so is the folder of what is kept.
    pub(crate) fn take_away(&self, log: &Log) -> bool {
        let mut state = self.state();
        let goes = state.room == Room::Plenty && self.rename("entry", "hidden") && self.move_folder(true);
        if goes {
            state.full_since = state.waits_since().or(Some(Instant::now()));
            state.room = Room::OutOfReach;
            state.was_full = true;
            log.say("disk", || "out of reach".to_owned());
        }
        goes
    }

    /// Everything can be written again.
    pub(crate) fn make_room(&self, log: &Log) {
        let mut state = self.state();
        let mended = match state.room {
            Room::Plenty => return,
            Room::Full => {
                machine::fill_disk(false);
                true
            }
            Room::OutOfReach => self.rename("hidden", "entry") && self.move_folder(false),
        };
        if mended {
            state.room = Room::Plenty;
            state.room_since = Some(Instant::now());
        }
        state.drafts.clear();
        log.say("disk", || "room again".to_owned());
    }

    /// It can be reached again, where it was out of reach: Sotto would begin anew elsewhere.
    pub(crate) fn bring_back(&self, log: &Log) {
        if self.state().room == Room::OutOfReach {
            self.make_room(log);
        }
    }

    /// Sotto did not run in that time, so there was room again only later for it.
    pub(crate) fn slept(&self, time: Duration) {
        let mut state = self.state();
        state.room_since = state.room_since.map(|since| since + time);
    }

    /// Since when what happened may only be written down now; none where nothing can wait.
    pub(crate) fn waits_since(&self) -> Option<Instant> {
        self.state().waits_since()
    }

    /// When a draft that was taken at this time is on disk at the latest, as far as there is room.
    pub(crate) fn draft_kept_by(&self, taken: Instant) -> Instant {
        let again = self.state().room_since.filter(|since| taken < *since);
        again.map_or(taken + DRAFT_WITHIN, |since| since + DRAFT_AGAIN_WITHIN)
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
        if state.room != Room::Plenty {
            // What was taken since can only be in memory, as the supervisor was told.
            state.drafts.clear();
        }
        if state.room == Room::OutOfReach {
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
        self.state().room == Room::Full
    }

    /// Whether there is room, and it can be reached.
    pub(crate) fn is_well(&self) -> bool {
        self.state().room == Room::Plenty
    }
}

/// What a written order is called on the wire.
fn act_of(order: &Value) -> Option<&str> {
    match order["act"].as_str() {
        Some("ListenIn") => Some("Monitor"),
        act => act,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by seed 53168: the process stood still for an hour behind a disk that had just come back, and was killed at waking.
    #[tokio::test(start_paused = true)]
    async fn a_sleep_is_no_time_in_which_a_draft_could_be_written() {
        let log = Log::new(false);
        let disk = Disk::new().unwrap();
        std::fs::write(disk.journal(), "").unwrap();
        assert!(disk.fill(&log));
        let taken = Instant::now();
        tokio::time::advance(Duration::from_secs(1)).await;
        disk.make_room(&log);
        tokio::time::advance(Duration::from_millis(2700)).await;
        let asleep = Duration::from_hours(1);
        tokio::time::advance(asleep).await;
        disk.slept(asleep);
        let kept_by = disk.draft_kept_by(taken + asleep);
        assert!(Instant::now() < kept_by, "it need not be there yet");
        tokio::time::advance(DRAFT_AGAIN_WITHIN).await;
        assert!(Instant::now() >= kept_by, "and must be there soon");
    }

    #[tokio::test(start_paused = true)]
    async fn what_happened_on_a_full_disk_may_be_written_late_but_not_for_ever() {
        let log = Log::new(false);
        let disk = Disk::new().unwrap();
        std::fs::write(disk.journal(), "").unwrap();
        assert_eq!(disk.waits_since(), None);
        let full = Instant::now();
        assert!(disk.fill(&log));
        tokio::time::advance(Duration::from_mins(5)).await;
        disk.make_room(&log);
        assert_eq!(disk.waits_since(), Some(full));
        // Full once more before everything was written: then it waits still.
        assert!(disk.fill(&log));
        tokio::time::advance(Duration::from_mins(5)).await;
        disk.make_room(&log);
        assert_eq!(disk.waits_since(), Some(full));
        tokio::time::advance(JOURNAL_AGAIN_WITHIN).await;
        assert_eq!(disk.waits_since(), None);
    }
}
