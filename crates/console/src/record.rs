//! The journal's way in: a thread of its own, because an append waits for the disk.

use std::path::PathBuf;

use desk::fault::{Fault, FaultCode};
use desk::input::Happening;
use desk::order::Act;
use desk::view::StepKind;
use journal::{Channel, Journal, JournalError, NewEntry, What};
use tokio::sync::{mpsc, oneshot};

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

type Job = (Vec<NewEntry>, oneshot::Sender<Result<(), JournalError>>);

/// Writes entries one after the other and says when they are durable.
#[derive(Debug)]
pub(crate) struct Recorder(mpsc::UnboundedSender<Job>);

impl Recorder {
    /// Opens the journal on a thread of its own. The fault says why there is none.
    pub(crate) fn open(place: &JournalPlace) -> Result<Recorder, Fault> {
        let mut journal = match place {
            JournalPlace::File(path) => Journal::open(path),
            JournalPlace::Memory => Journal::in_memory(),
        }
        .map_err(|error| journal_fault(&error))?;
        let (jobs, mut incoming) = mpsc::unbounded_channel::<Job>();
        let write = move || {
            while let Some((entries, done)) = incoming.blocking_recv() {
                let written = entries
                    .iter()
                    .try_for_each(|entry| journal.append(entry).map(drop));
                // Whoever asked may have gone; the entries are durable all the same.
                let _ = done.send(written);
            }
        };
        std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(write)
            .map_err(|error| {
                Fault::new(
                    FaultCode::JournalUnavailable,
                    format!("The journal could not be started: {error}"),
                )
            })?;
        Ok(Recorder(jobs))
    }

    /// Writes what happened. Done means durable.
    pub(crate) async fn write(&self, happenings: &[Happening], writer: &Writer) -> Result<(), Fault> {
        let entries: Vec<NewEntry> = happenings
            .iter()
            .filter_map(|happening| entry(happening, writer))
            .collect();
        if entries.is_empty() {
            return Ok(());
        }
        let stopped = || Fault::new(FaultCode::JournalUnavailable, "The journal has stopped.");
        let (done, written) = oneshot::channel();
        self.0.send((entries, done)).map_err(|_| stopped())?;
        written
            .await
            .map_err(|_| stopped())?
            .map_err(|error| journal_fault(&error))
    }
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
        channel: Channel::Voice,
        act: match happening.act? {
            Act::ListenIn => journal::Act::ListenIn,
            Act::Coach => journal::Act::Coach,
            Act::BargeIn => journal::Act::BargeIn,
        },
        mode: happening.mode.map(|mode| format!("{mode:?}")),
        scope: happening.scope.map(|scope| format!("{scope:?}")),
        event: what(happening.what)?,
        took_ms: happening.took_ms,
        error_code: happening
            .code
            .and_then(|code| Some(serde_json::to_value(code).ok()?.as_str()?.to_owned())),
        server: writer.server.clone(),
        session: format!("{}-{}", writer.session, happening.coaching),
    })
}

/// The journal keeps what was done and what came of it; that somebody asked to stop shows in what follows.
fn what(kind: StepKind) -> Option<What> {
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
