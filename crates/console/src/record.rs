//! The journal's way in: what the desk wants written down, as entries, on disk before anybody is told.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use desk::fault::{Fault, FaultCode};
use desk::input::{Happening, Occurrence};
use desk::moment::Moment;
use desk::order::{Act, Medium};
use desk::view::StepKind;
use journal::{Channel, Journal, JournalError, NewEntry, What};

use crate::machine;

/// Where the journal is kept.
#[derive(Debug, Clone)]
pub enum JournalPlace {
    /// In this file; the folder exists.
    File(PathBuf),
    /// Nowhere: for tests and for single commands.
    Memory,
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
    waiting: Vec<NewEntry>,
    trouble: Option<Fault>,
}

impl Recorder {
    /// Opens the journal. Where that fails nothing is written down, and [`Recorder::trouble`] says why.
    pub(crate) fn open(place: &JournalPlace, now: Moment) -> Recorder {
        let opened = match place {
            JournalPlace::File(path) => Journal::open_at(path, now.0),
            JournalPlace::Memory => Journal::in_memory(),
        };
        let trouble = opened.as_ref().err().map(journal_fault);
        Recorder {
            journal: opened.ok().map(|journal| Arc::new(Mutex::new(journal))),
            waiting: Vec::new(),
            trouble,
        }
    }

    /// Why something that happened is not written down.
    pub(crate) fn trouble(&self) -> Option<&Fault> {
        self.trouble.as_ref()
    }

    /// Writes what happened. When this is done it is durable, or there is trouble.
    pub(crate) async fn write(&mut self, happenings: &[Happening], writer: &Writer) {
        let Some(journal) = self.journal.clone() else {
            return;
        };
        let entries = happenings.iter().filter_map(|happening| entry(happening, writer));
        let mut entries: Vec<NewEntry> = std::mem::take(&mut self.waiting)
            .into_iter()
            .chain(entries)
            .collect();
        if entries.is_empty() {
            return;
        }
        // The disk is waited for on a thread made for that, so that everything beside the loop goes on.
        let written = machine::beside(move || {
            let failure = append(&journal, &mut entries).err();
            (entries, failure)
        });
        let stopped = || Fault::new(FaultCode::JournalUnavailable, "The journal has stopped.");
        (self.waiting, self.trouble) = match written.await {
            Ok((rest, failure)) => (rest, failure.as_ref().map(journal_fault)),
            Err(_) => (Vec::new(), Some(stopped())),
        };
    }
}

/// Takes from the entries what has become durable.
fn append(journal: &Mutex<Journal>, entries: &mut Vec<NewEntry>) -> Result<(), JournalError> {
    let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
    while let Some(entry) = entries.first() {
        journal.append(entry)?;
        entries.remove(0);
    }
    Ok(())
}

fn journal_fault(error: &JournalError) -> Fault {
    Fault::new(
        FaultCode::JournalUnavailable,
        format!("The journal cannot be written: {error}."),
    )
    .with_hint(format!(
        "Coaching works, but is not written down ({}).",
        error.code()
    ))
}

fn entry(happening: &Happening, writer: &Writer) -> Option<NewEntry> {
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
        act: match happening.act? {
            Act::ListenIn => journal::Act::ListenIn,
            Act::Coach => journal::Act::Coach,
            Act::BargeIn => journal::Act::BargeIn,
        },
        mode: match (happening.mode, happening.extent) {
            (Some(mode), _) => Some(format!("{mode:?}")),
            (None, Some(extent)) => Some(format!("{extent:?}")),
            (None, None) => None,
        },
        scope: happening.scope.map(|scope| format!("{scope:?}")),
        event: what(happening.what)?,
        took_ms: happening.took_ms,
        error_code: happening
            .code
            .and_then(|code| Some(serde_json::to_value(code).ok()?.as_str()?.to_owned())),
        server: writer.server.clone(),
        session: format!("{}-{}", writer.session, happening.coaching),
        reason: None,
        text: None,
    })
}

/// The journal keeps what was done and what came of it; that somebody asked to stop shows in what follows.
fn what(occurrence: Occurrence) -> Option<What> {
    match occurrence {
        Occurrence::Step(kind) => step(kind),
        Occurrence::Revoked => Some(What::Revoked),
        Occurrence::Left => Some(What::Left),
    }
}

fn step(kind: StepKind) -> Option<What> {
    match kind {
        StepKind::Asked => Some(What::Requested),
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
            took_ms: Some(12),
            code: None,
        }
    }

    #[tokio::test]
    async fn what_the_disk_refuses_is_written_when_it_can_be() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.db");
        let mut recorder = Recorder::open(&JournalPlace::File(path.clone()), Moment(1_700_000_000_000));
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
        let mut recorder = Recorder::open(&JournalPlace::File(path.clone()), Moment(1_700_000_000_000));
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
