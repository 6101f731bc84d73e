//! The journal's way in: what the desk wants written down, as entries, on disk before anybody is told.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use desk::fault::{Fault, FaultCode};
use desk::input::{Happening, Occurrence};
use desk::moment::Moment;
use desk::order::Medium;
use desk::view::StepKind;
use journal::{Channel, ContentPolicy, Journal, JournalError, NewEntry, What};

use crate::contract::journal::CoachingEnded;
use crate::journals::{Endings, act};
use crate::machine;

/// Where the journal is kept.
#[derive(Debug, Clone)]
pub enum JournalPlace {
    /// In this file; the folder exists.
    File(PathBuf),
    /// Nowhere: for tests and for single commands.
    Memory,
}

impl JournalPlace {
    pub(crate) fn file(&self) -> Option<PathBuf> {
        match self {
            JournalPlace::File(path) => Some(path.clone()),
            JournalPlace::Memory => None,
        }
    }
}

/// Who writes, and where from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Writer {
    pub(crate) supervisor: String,
    pub(crate) server: String,
    /// Tells the coachings of this sign-in from those of another.
    pub(crate) session: String,
}

/// Writes entries one after the other. What cannot be written now is kept and written with the next entry.
#[derive(Debug)]
pub(crate) struct Recorder {
    journal: Option<Arc<Mutex<Journal>>>,
    content: ContentPolicy,
    endings: Endings,
    waiting: Vec<NewEntry>,
    trouble: Option<Fault>,
}

impl Recorder {
    /// Opens the journal. Where that fails nothing is written down, and [`Recorder::trouble`] says why.
    pub(crate) fn open(place: &JournalPlace, content: ContentPolicy, now: Moment) -> Recorder {
        let opened = match place {
            JournalPlace::File(path) => Journal::open_at(path, now.0),
            JournalPlace::Memory => Journal::in_memory(),
        };
        let trouble = opened.as_ref().err().map(journal_fault);
        Recorder {
            journal: opened.ok().map(|journal| Arc::new(Mutex::new(journal))),
            content,
            endings: Endings::default(),
            waiting: Vec::new(),
            trouble,
        }
    }

    /// Why something that happened is not written down.
    pub(crate) fn trouble(&self) -> Option<&Fault> {
        self.trouble.as_ref()
    }

    /// The journal itself, where it could be opened: what is read in memory, and debriefs, go through it too.
    pub(crate) fn journal(&self) -> Option<Arc<Mutex<Journal>>> {
        self.journal.clone()
    }

    /// Writes what happened. When this is done it is durable, or there is trouble. Gives the coachings the supervisor came
    /// out of, as far as that is durable: only then a debrief of them can be written.
    pub(crate) async fn write(&mut self, happenings: &[Happening], writer: &Writer) -> Vec<CoachingEnded> {
        let Some(journal) = self.journal.clone() else {
            return Vec::new();
        };
        let content = self.content;
        let entries = happenings
            .iter()
            .filter_map(|happening| entry(happening, writer, content));
        let entries: Vec<NewEntry> = std::mem::take(&mut self.waiting)
            .into_iter()
            .chain(entries)
            .collect();
        if entries.is_empty() {
            return Vec::new();
        }
        // The disk is waited for on a thread made for that, so that everything beside the loop goes on.
        let written = machine::beside(move || append(&journal, entries));
        let Ok(written) = written.await else {
            let stopped = Fault::new(FaultCode::JournalUnavailable, "The journal has stopped.");
            self.trouble = Some(stopped);
            return Vec::new();
        };
        self.waiting = written.waiting;
        self.trouble = written.failure.as_ref().map(journal_fault);
        let durable = written.durable.iter();
        durable.filter_map(|entry| self.endings.written(entry)).collect()
    }
}

/// What became of entries that were to be written.
struct Written {
    durable: Vec<NewEntry>,
    waiting: Vec<NewEntry>,
    failure: Option<JournalError>,
}

fn append(journal: &Mutex<Journal>, entries: Vec<NewEntry>) -> Written {
    let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
    let mut written = Written {
        durable: Vec::with_capacity(entries.len()),
        waiting: Vec::new(),
        failure: None,
    };
    for entry in entries {
        // After the first that fails the others wait too: the order is kept.
        if written.failure.is_none() {
            written.failure = journal.append(&entry).err();
        }
        match written.failure {
            None => written.durable.push(entry),
            Some(_) => written.waiting.push(entry),
        }
    }
    written
}

pub(crate) fn journal_fault(error: &JournalError) -> Fault {
    Fault::new(
        FaultCode::JournalUnavailable,
        format!("The journal cannot be written: {error}."),
    )
    .with_hint(format!(
        "Coaching works, but is not written down ({}).",
        error.code()
    ))
}

fn entry(happening: &Happening, writer: &Writer, content: ContentPolicy) -> Option<NewEntry> {
    let event = what(happening.what)?;
    Some(NewEntry {
        at_ms: happening.at.0,
        supervisor: writer.supervisor.clone(),
        agent: happening.agent_name.clone(),
        agent_id: happening.agent_id.clone(),
        channel: match happening.medium {
            None => Channel::Voice,
            Some(Medium::Sms) => Channel::Sms,
            Some(Medium::Chat) => Channel::Chat,
        },
        act: act(happening.act?),
        mode: match (happening.mode, happening.extent) {
            (Some(mode), _) => Some(format!("{mode:?}")),
            (None, Some(extent)) => Some(format!("{extent:?}")),
            (None, None) => None,
        },
        scope: happening.scope.map(|scope| format!("{scope:?}")),
        event,
        took_ms: happening.took_ms,
        error_code: happening
            .code
            .and_then(|code| Some(serde_json::to_value(code).ok()?.as_str()?.to_owned())),
        server: writer.server.clone(),
        session: format!("{}-{}", writer.session, happening.coaching),
        reason: happening.reason.clone().filter(|_| says_why(event)),
        text: happening.text.as_deref().and_then(|text| content.text(text)),
    })
}

/// A reason stands where something was asked for, and where the supervisor came in or changed how without asking before;
/// not at every step in between.
fn says_why(event: What) -> bool {
    matches!(event, What::Requested | What::Live | What::ModeChanged)
}

/// The journal keeps what was done and what came of it; that somebody asked to stop shows in what follows.
fn what(occurrence: Occurrence) -> Option<What> {
    match occurrence {
        Occurrence::Step(kind) => step(kind),
        Occurrence::Revoked => Some(What::Revoked),
        Occurrence::Left => Some(What::Left),
        Occurrence::Whispered => Some(What::Whispered),
    }
}

fn step(kind: StepKind) -> Option<What> {
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
    use desk::order::Act;
    use journal::{Filter, Verification};

    use super::*;

    fn armed(coaching: u64) -> Happening {
        Happening {
            at: Moment(1_700_000_000_000 + coaching),
            coaching,
            what: Occurrence::Step(StepKind::Armed),
            agent_id: "a1".to_owned(),
            agent_name: "Ana".to_owned(),
            act: Some(Act::Coach),
            medium: None,
            extent: None,
            mode: None,
            scope: None,
            reason: None,
            took_ms: Some(12),
            code: None,
            text: None,
        }
    }

    #[tokio::test]
    async fn what_the_disk_refuses_is_written_when_it_can_be() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.db");
        let mut recorder = Recorder::open(
            &JournalPlace::File(path.clone()),
            ContentPolicy::Leave,
            Moment(1_700_000_000_000),
        );
        let writer = Writer::default();
        recorder.write(&[armed(1)], &writer).await;
        assert_eq!(recorder.trouble(), None);

        let other = rusqlite::Connection::open(&path).expect("another program");
        let rename = |from: &str, to: &str| {
            let statement = format!("ALTER TABLE {from} RENAME TO {to}");
            other.execute_batch(&statement).expect("renamed");
        };
        rename("entry", "hidden");
        recorder.write(&[armed(2)], &writer).await;
        recorder.write(&[armed(3)], &writer).await;
        let trouble = recorder.trouble().expect("nothing was written");
        assert_eq!(trouble.code, FaultCode::JournalUnavailable);
        rename("hidden", "entry");
        recorder.write(&[armed(4)], &writer).await;
        assert_eq!(recorder.trouble(), None);

        drop(recorder);
        let journal = Journal::open(&path).expect("whole");
        let entries = journal.entries(&Filter::default(), 10).expect("read");
        let sessions: Vec<&str> = entries
            .iter()
            .map(|entry| entry.content.session.as_str())
            .collect();
        assert_eq!(
            sessions,
            ["-4", "-3", "-2", "-1"],
            "nothing is lost and the order is kept"
        );
        assert!(matches!(journal.verify(), Ok(Verification::Whole(_))));
    }

    #[tokio::test]
    async fn a_written_session_is_recorded_in_its_own_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.db");
        let mut recorder = Recorder::open(
            &JournalPlace::File(path.clone()),
            ContentPolicy::Leave,
            Moment(1_700_000_000_000),
        );
        let revoked = Happening {
            what: Occurrence::Revoked,
            medium: Some(Medium::Chat),
            extent: Some(desk::order::Extent::AllChats),
            ..armed(1)
        };
        recorder.write(&[revoked], &Writer::default()).await;
        drop(recorder);
        let journal = Journal::open(&path).expect("whole");
        let entry = journal
            .entries(&Filter::default(), 1)
            .expect("read")
            .swap_remove(0);
        assert_eq!(
            (
                entry.content.channel,
                entry.content.event,
                entry.content.mode.as_deref()
            ),
            (Channel::Chat, What::Revoked, Some("AllChats"))
        );
    }
}
