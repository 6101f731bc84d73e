//! The journal's way in: what the desk wants written down, as entries, on disk before anybody is told.
//!
//! A journal that another program holds, or that has no room, costs no entry: what happens meanwhile waits here, in its
//! order, and is written as soon as the journal can be opened and written again. Opening can take long where another
//! program is at it, so the loop never waits for that: it is told when it is done.

mod pen;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::input::{Happening, Occurrence};
use desk::moment::Moment;
use desk::order::Medium;
use desk::view::StepKind;
use journal::{Channel, ContentPolicy, Journal, JournalError, NewEntry, What};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::contract::journal::CoachingEnded;
use crate::journals::{Endings, act};
use crate::machine;

pub(crate) use pen::Pen;

/// So many entries wait at most; those that happen later are lost, and the supervisor is told so.
const MOST_WAITING: usize = 10_000;
/// How long to leave a journal alone that could not be opened or written.
const RETRY: Duration = Duration::from_secs(3);

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

impl Writer {
    /// The name of a coaching in the journal.
    pub(crate) fn coaching(&self, number: u64) -> String {
        format!("{}-{number}", self.session)
    }
}

/// Writes entries one after the other. What cannot be written now is kept and written later.
#[derive(Debug)]
pub(crate) struct Recorder {
    place: JournalPlace,
    pen: Arc<Pen>,
    content: ContentPolicy,
    endings: Endings,
    waiting: Vec<NewEntry>,
    /// How many entries found no room among those that wait.
    lost: usize,
    trouble: Option<Fault>,
    /// The journal is being opened.
    opening: Option<JoinHandle<Result<(), JournalError>>>,
    /// When the journal is tried again; none where it was written last.
    retry_at: Option<Instant>,
}

impl Recorder {
    /// Opens the journal. Where that fails, [`Recorder::trouble`] says why, and it is tried again later.
    pub(crate) fn open(place: &JournalPlace, content: ContentPolicy, now: Moment) -> Recorder {
        let pen = Pen::default();
        let failure = pen.open(place, now.0).err();
        Recorder {
            place: place.clone(),
            pen: Arc::new(pen),
            content,
            endings: Endings::default(),
            waiting: Vec::new(),
            lost: 0,
            trouble: failure.as_ref().map(journal_fault),
            opening: None,
            retry_at: failure.map(|_| Instant::now() + RETRY),
        }
    }

    /// Why something that happened is not written down.
    pub(crate) fn trouble(&self) -> Option<&Fault> {
        self.trouble.as_ref()
    }

    /// The writer itself: what is read in memory, debriefs, and what policy removes go through it too.
    pub(crate) fn pen(&self) -> Arc<Pen> {
        Arc::clone(&self.pen)
    }

    /// When [`Recorder::write`] is to be called again, even where nothing happens.
    pub(crate) fn retry_at(&self) -> Option<Instant> {
        self.retry_at
    }

    /// Whether it is time to try what could not be written, or what the journal was opened for.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.retry_at.is_some_and(|at| at <= now)
    }

    /// Writes what happened. When this is done it is durable, or there is trouble. Gives the coachings the supervisor came
    /// out of, as far as that is durable: only then a debrief of them can be written.
    pub(crate) async fn write(&mut self, happenings: &[Happening], writer: &Writer) -> Vec<CoachingEnded> {
        let entries: Vec<NewEntry> = happenings
            .iter()
            .filter_map(|happening| entry(happening, writer, self.content))
            .collect();
        let happened = !entries.is_empty();
        self.wait(entries);
        let due = self.retry_at.is_none_or(|at| at <= Instant::now());
        if due || (happened && self.pen.journal().is_some()) {
            self.flush().await
        } else {
            Vec::new()
        }
    }

    /// Writes what waits, now. Where the journal is not open, it begins to open it and waits for nothing.
    pub(crate) async fn flush(&mut self) -> Vec<CoachingEnded> {
        if self.opening.is_some() || (self.waiting.is_empty() && self.retry_at.is_none()) {
            return Vec::new();
        }
        if let Some(journal) = self.pen.journal() {
            return self.append_to(journal).await;
        }
        self.begin_opening();
        Vec::new()
    }

    /// Waits until the journal was opened, or could not be; for ever where nobody opens it. May be dropped and called
    /// again at any point. What waits is written by the next [`Recorder::flush`].
    pub(crate) async fn opened(&mut self) {
        let Some(opening) = &mut self.opening else {
            return std::future::pending().await;
        };
        let opened = opening.await;
        self.opening = None;
        match opened {
            Ok(Ok(())) => self.retry_at = Some(Instant::now()),
            Ok(Err(error)) => self.failed(Some(journal_fault(&error))),
            Err(_) => self.failed(Some(stopped())),
        }
    }

    /// Opens the journal where it is not, and writes what waits: somebody leaves, and waits for it.
    pub(crate) async fn finish(&mut self) -> Vec<CoachingEnded> {
        if self.opening.is_none() {
            let ended = self.flush().await;
            if self.opening.is_none() {
                return ended;
            }
        }
        self.opened().await;
        if self.pen.journal().is_some() {
            self.flush().await
        } else {
            Vec::new()
        }
    }

    fn begin_opening(&mut self) {
        let (pen, place) = (self.pen(), self.place.clone());
        let now = machine::time_of_day().as_millis();
        let now = u64::try_from(now).unwrap_or(u64::MAX);
        self.opening = Some(machine::beside(move || pen.open(&place, now).map(drop)));
        // Nothing is due until that is done.
        self.retry_at = None;
        self.pen.set_behind(!self.waiting.is_empty());
    }

    async fn append_to(&mut self, journal: Arc<Mutex<Journal>>) -> Vec<CoachingEnded> {
        let entries = self.waiting.clone();
        // The disk is waited for on a thread made for that, so that everything beside the loop goes on.
        let written = machine::beside(move || append(&journal, entries));
        let (durable, failure) = match written.await {
            Ok(written) => {
                self.waiting = written.waiting;
                (written.durable, written.failure.as_ref().map(journal_fault))
            }
            Err(_) => (Vec::new(), Some(stopped())),
        };
        self.failed(failure);
        durable
            .iter()
            .filter_map(|entry| self.endings.written(entry))
            .collect()
    }

    /// What came of the last try.
    fn failed(&mut self, failure: Option<Fault>) {
        self.pen.set_behind(!self.waiting.is_empty());
        self.retry_at = failure.as_ref().map(|_| Instant::now() + RETRY);
        self.trouble = match self.lost {
            0 => failure,
            lost => Some(lost_fault(failure, lost)),
        };
    }

    /// Has these written next, behind those that wait already.
    fn wait(&mut self, mut entries: Vec<NewEntry>) {
        let room = MOST_WAITING.saturating_sub(self.waiting.len());
        self.lost += entries.len().saturating_sub(room);
        entries.truncate(room);
        self.waiting.append(&mut entries);
        if self.retry_at.is_some() || self.opening.is_some() {
            self.pen.set_behind(!self.waiting.is_empty());
        }
    }
}

fn stopped() -> Fault {
    Fault::new(FaultCode::JournalUnavailable, "The journal has stopped.")
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
        failure: machine::is_full().and_then(|full| journal.stop_growing(full).err()),
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

/// More happened than can wait. That stays true when the journal can be written again.
fn lost_fault(failure: Option<Fault>, lost: usize) -> Fault {
    let words = format!(
        "The journal could not be written for too long: what happened first is kept, and {lost} later entries are lost."
    );
    match failure {
        Some(failure) => Fault {
            message: format!("{} {words}", failure.message),
            ..failure
        },
        None => Fault::new(FaultCode::JournalUnavailable, words)
            .with_hint("What happens now is written down again."),
    }
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
        session: writer.coaching(happening.coaching),
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
mod tests;
