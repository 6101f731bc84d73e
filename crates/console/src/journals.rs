//! What a face asks of the journal, answered beside the loop: whoever looks something up in 100,000 entries holds up
//! nobody who coaches.
//!
//! The one writer of the file is the loop's ([`record`](crate::record)); what is asked here is read by a reader of its
//! own, and only a debrief and what policy removes go through the writer, on a thread made for waiting on the disk.
//!
//! * `shelf` holds the reader and the book of all coachings; `words` says the same in the contract's words and back.
//! * `budget` counts what an agent may be supervised in a month; `retention` removes what policy says is too old.
//! * `reasons` refuses what needs a reason where none could be written down; `proof` holds an export against the journal.
//! * `ended` notices that a coaching that was live is over.

mod budget;
mod ended;
mod proof;
mod reasons;
mod retention;
mod shelf;
mod words;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use desk::fault::{Fault, FaultCode};
use desk::moment::Moment;
use desk::order::{Act, Command};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use journal::{Export, JournalError, RosterAgent, Verification};

pub(crate) use budget::{Aim, Held, UnderBudget, Whom};
pub(crate) use ended::Endings;
pub(crate) use retention::keep_removing;
pub(crate) use words::act;

use crate::clock::Clock;
use crate::contract::journal::{
    AgentUsage, CoverageQuestion, JournalCheck, JournalCoaching, JournalCoverage, JournalEntry,
    JournalExport, JournalFormat, JournalPage, JournalQuery, JournalUsage, NewDebrief,
};
use crate::machine;
use crate::policy::{Budget, Policy};
use crate::record::Pen;
pub use proof::{ExportCheck, ExportedJournal};
use shelf::Shelf;

/// So many exports of one day and folder are told apart.
const MOST_EXPORTS: u32 = 1_000;
/// Two years: more weeks fit no screen.
const MOST_WEEKS: u16 = 104;
/// What makes the exports.
const APPLICATION: &str = concat!("Sotto ", env!("CARGO_PKG_VERSION"));

/// The journal as faces read it. Clones share it.
#[derive(Debug, Clone)]
pub struct Journals {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    shelf: Shelf,
    /// The loop's writer; empty while the journal cannot be opened, and where it is only read.
    pen: Arc<Pen>,
    budget: Option<Budget>,
    /// Which acts the organisation demands a reason for.
    reasons: BTreeSet<Act>,
    clock: Mutex<Clock>,
}

impl Journals {
    /// Beside the writer of the loop.
    pub(crate) fn new(shelf: Option<PathBuf>, pen: Arc<Pen>, policy: &Policy) -> Journals {
        let shelf = match (shelf, pen.journal()) {
            (Some(path), _) => Shelf::beside(path),
            (None, Some(writer)) => Shelf::within(writer),
            (None, None) => Shelf::nowhere(),
        };
        Journals {
            shared: Arc::new(Shared {
                shelf,
                pen,
                budget: policy.budget.clone(),
                reasons: policy
                    .reasons
                    .as_ref()
                    .map(|reasons| reasons.acts.clone())
                    .unwrap_or_default(),
                clock: Mutex::new(Clock::new()),
            }),
        }
    }

    /// Only reading the journal in this file, also while a Sotto writes it.
    pub fn in_file(path: PathBuf) -> Journals {
        Journals::new(Some(path), Arc::default(), &Policy::default())
    }

    /// Reads the whole journal once, so that the first question is answered as fast as the next.
    pub(crate) fn warm_up(&self) {
        let shared = Arc::clone(&self.shared);
        machine::beside(move || {
            // Whoever asks later is told what is wrong with it.
            let _ = shared.shelf.with_book(|_| ());
        });
    }

    /// The coachings that match, and what can be filtered by.
    pub async fn find(&self, query: JournalQuery) -> Result<JournalPage, Fault> {
        let query = words::query(query)?;
        self.beside(move |shared| {
            shared
                .shelf
                .with_book(|book| words::page(book, &query))
                .map_err(not_read)
        })
        .await
    }

    /// The entries of one coaching, in the order in which they were written.
    pub async fn history(&self, session: String) -> Result<Vec<JournalEntry>, Fault> {
        self.beside(move |shared| {
            let entries = shared.shelf.with_reader(|reader| reader.history(&session));
            let entries = entries.map_err(not_read)?;
            if entries.is_empty() {
                return Err(unknown(&session));
            }
            Ok(entries.into_iter().filter_map(words::entry).collect())
        })
        .await
    }

    /// Writes down what the supervisor made of a coaching, or a correction of it. Done means durable. A debrief that
    /// nobody signed in gives is by whoever coached.
    pub(crate) async fn debrief(
        &self,
        new: NewDebrief,
        supervisor: Option<String>,
    ) -> Result<JournalCoaching, Fault> {
        self.beside(move |shared| {
            let session = new.session.clone();
            let coaching = shared.coaching(&session)?;
            let by = supervisor.unwrap_or(coaching.supervisor);
            let debrief = words::debrief(new, by, shared.now())?;
            let writer = shared.pen.journal().ok_or_else(not_writable)?;
            lock(&writer)
                .append_debrief(&debrief)
                .map_err(|error| match error {
                    JournalError::UnknownCoaching { session } => unknown(&session),
                    error => crate::record::journal_fault(&error),
                })?;
            shared.coaching(&session)
        })
        .await
    }

    /// Walks the whole chain and says whether it holds.
    pub async fn verify(&self) -> Result<JournalCheck, Fault> {
        self.beside(|shared| {
            let check = shared.shelf.with_reader(|reader| {
                let verification = reader.verify()?;
                let goes_on = match &verification {
                    // Something behind the first wrong entry that cannot be read is there all the same.
                    Verification::Broken { sequence, .. } => {
                        reader.after(*sequence, 1).map_or(true, |rest| !rest.is_empty())
                    }
                    Verification::Whole(_) => false,
                };
                Ok(words::check(&verification, goes_on))
            });
            check.map_err(not_read)
        })
        .await
    }

    /// Writes what matches to a new file in this folder, and a manifest beside it. No file is ever replaced.
    pub async fn export(
        &self,
        folder: PathBuf,
        format: JournalFormat,
        query: JournalQuery,
    ) -> Result<JournalExport, Fault> {
        let query = words::query(query)?;
        self.beside(move |shared| {
            let made = shared.now();
            std::fs::create_dir_all(&folder).map_err(|error| not_exported(&error))?;
            let written = shared.shelf.with_reader(|reader| {
                let day = words::day(made);
                let mut taken = None;
                for count in 1..=MOST_EXPORTS {
                    let name = match count {
                        1 => format!("sotto-journal-{day}"),
                        _ => format!("sotto-journal-{day}-{count}"),
                    };
                    let export = Export {
                        folder: &folder,
                        name: &name,
                        formats: &[words::format(format)],
                        query: &query,
                        made_ms: made.0,
                        time_zone: TimeZone::system(),
                        application: APPLICATION,
                    };
                    match export.write(reader) {
                        Err(error) if is_taken(&error) => taken = Some(error),
                        Err(error) => return Err(error),
                        Ok(manifest) => return Ok(Ok(words::export(&folder, &name, &manifest))),
                    }
                }
                Ok(Err(taken))
            });
            match written {
                Ok(Ok(export)) => Ok(export),
                Ok(Err(taken)) => Err(taken.map_or_else(not_writable, |error| not_exported(&error))),
                Err(error @ JournalError::Export { .. }) => Err(not_exported(&error)),
                Err(error) => Err(not_read(error)),
            }
        })
        .await
    }

    /// Who was not coached for a while, and minutes per agent and week. Without a roster the agents are those of the
    /// journal. Weeks begin on Monday, in the time zone of this computer.
    pub(crate) async fn coverage(
        &self,
        question: CoverageQuestion,
        roster: Option<Vec<RosterAgent>>,
    ) -> Result<JournalCoverage, Fault> {
        let acts = words::acts(&question.acts);
        let weeks = question.weeks.clamp(1, MOST_WEEKS);
        self.beside(move |shared| {
            let now = shared.now();
            let counted = shared.shelf.with_book(|book| {
                let from_roster = roster.is_some();
                let roster = roster.unwrap_or_else(|| words::known_agents(book));
                let zone = TimeZone::system();
                let weeks = book.weeks(&roster, &acts, weeks, now.0, Weekday::Monday, &zone)?;
                let uncovered = book.uncovered(&roster, &acts, question.days.into(), now.0);
                Ok(words::coverage(from_roster, uncovered, weeks))
            });
            counted.and_then(std::convert::identity).map_err(not_read)
        })
        .await
    }

    /// What was done with these agents this month, held against the budget; with each agent of the journal where none is
    /// named.
    pub async fn usage(&self, agent_ids: Vec<String>) -> Result<JournalUsage, Fault> {
        self.beside(move |shared| {
            let now = shared.now();
            let agents = shared.shelf.with_book(|book| {
                let asked = if agent_ids.is_empty() {
                    book.agents().keys().map(|&id| id.to_owned()).collect()
                } else {
                    agent_ids
                };
                let used = asked.into_iter();
                used.map(|id| budget::usage(book, id, shared.budget.as_ref(), now))
                    .collect::<Result<Vec<AgentUsage>, JournalError>>()
            });
            Ok(JournalUsage {
                budget: shared.budget.as_ref().map(words::budget),
                agents: agents.and_then(std::convert::identity).map_err(not_read)?,
            })
        })
        .await
    }

    /// Refuses what a reason may be demanded for while it could not be written down. Where entries wait already, or another
    /// program holds the journal, the reason would be known to nobody but this process.
    pub(crate) fn allow_reasoned(&self, command: &Command) -> Result<(), Fault> {
        let demanded = reasons::may_be_demanded(&self.shared.reasons, command);
        if demanded && !self.shared.pen.is_caught_up() {
            return Err(reasons::not_written());
        }
        Ok(())
    }

    /// Refuses what policy blocks because the agent's budget of this month is spent, or would be with what may still go
    /// live. Where it blocks and the journal cannot be counted, nothing is allowed: whoever set up a limit meant it to
    /// hold.
    pub(crate) async fn allow(&self, asked: UnderBudget) -> Result<(), Fault> {
        self.beside(move |shared| {
            let Some(budget) = &shared.budget else {
                return Ok(());
            };
            if !shared.pen.is_caught_up() {
                return Err(budget::uncounted());
            }
            let now = shared.now();
            let allowed = shared
                .shelf
                .with_book(|book| budget::allow(book, budget, &asked, now));
            allowed
                .and_then(std::convert::identity)
                .map_err(not_read)
                .and_then(std::convert::identity)
        })
        .await
    }

    /// Asks on a thread made for waiting.
    async fn beside<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Shared) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let shared = Arc::clone(&self.shared);
        match machine::beside(move || ask(&shared)).await {
            Ok(answer) => answer,
            Err(_) => Err(Fault::new(FaultCode::Internal, "The journal has stopped.")),
        }
    }
}

impl Shared {
    fn now(&self) -> Moment {
        let mut clock = lock(&self.clock);
        // A night asleep is time that has passed.
        clock.was_asleep();
        clock.now()
    }

    fn coaching(&self, session: &str) -> Result<JournalCoaching, Fault> {
        let found = self
            .shelf
            .with_book(|book| book.coaching(session).map(words::coaching));
        found.map_err(not_read)?.ok_or_else(|| unknown(session))
    }
}

/// What is behind a lock is whole also after a panic elsewhere: the file is changed in transactions only.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_taken(error: &JournalError) -> bool {
    matches!(error, JournalError::Export { source, .. } if source.kind() == std::io::ErrorKind::AlreadyExists)
}

#[expect(clippy::needless_pass_by_value, reason = "it maps errors")]
fn not_read(error: JournalError) -> Fault {
    let hint = match error {
        JournalError::OlderSchema { .. } => "Start Sotto once: it brings the journal up to date.",
        JournalError::NewerSchema { .. } => "Use the newest Sotto on this computer.",
        JournalError::Damaged { .. } => {
            "Check the journal, and keep the file: whoever looks into it needs it as it is."
        }
        _ => "Check the rights of Sotto's folder and the space on your disk.",
    };
    let message = format!("The journal cannot be read: {error}.");
    Fault::new(FaultCode::JournalNotRead, message).with_hint(hint)
}

fn not_writable() -> Fault {
    Fault::new(
        FaultCode::JournalUnavailable,
        "The journal is not open for writing.",
    )
    .with_hint("Close any other Sotto on this computer and start this one again.")
}

fn not_exported(why: &dyn std::fmt::Display) -> Fault {
    Fault::new(
        FaultCode::NotKept,
        format!("The journal could not be exported: {why}."),
    )
    .with_hint("Check the space on your disk and the rights of the folder.")
}

fn unknown(session: &str) -> Fault {
    let message = format!("The journal has no coaching {session}.");
    Fault::new(FaultCode::CoachingUnknown, message)
        .with_hint("It may have been removed by your organisation's policy.")
}
