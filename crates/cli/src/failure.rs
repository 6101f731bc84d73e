//! Why a command did not do what it was asked for: a code, a sentence, a way out, and the exit it leads to.

use std::fmt::Write as _;

use console::policy::PolicyError;
use desk::fault::Fault;
use desk::order::Readership;

use crate::commands::sms::NotUnderstood;
use crate::events::{Candidate, Code, Event, OwnCode, Trouble, remedy};
use crate::exit::Exit;

/// Why a command did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is wrong; clap has the words.
    #[error("{0}")]
    Usage(String),
    /// A line that was typed to a running command cannot be understood.
    #[error("{0}")]
    Line(NotUnderstood),
    /// No server was named.
    #[error("No server is named.")]
    NoServer,
    /// No user was named.
    #[error("No user is named.")]
    NoUser,
    /// There is no password to sign in with.
    #[error("There is no password: {0}.")]
    NoPassword(String),
    /// The console or the server said no.
    #[error("{}", .fault.message)]
    Fault {
        /// What it said.
        fault: Fault,
        /// The exit, which depends on what was being done.
        exit: Exit,
    },
    /// Nobody goes by this name.
    #[error("Nobody on the floor is called \"{asked}\".")]
    AgentNotFound {
        /// The name as it was given.
        asked: String,
        /// Who may have been meant, the likeliest first.
        candidates: Vec<Candidate>,
    },
    /// More than one goes by this name.
    #[error("\"{asked}\" can be more than one agent.")]
    AgentAmbiguous {
        /// The name as it was given.
        asked: String,
        /// Everybody it fits.
        candidates: Vec<Candidate>,
    },
    /// Stopping was asked for, and its end was not waited for or did not come.
    #[error("The server has not confirmed that coaching has stopped: it may still be armed.")]
    StillArmed,
    /// The same for written sessions, which another command ends.
    #[error("The server has not confirmed the end: agents may still be armed.")]
    WrittenStillArmed,
    /// The user is in no such session.
    #[error("You are in no session called \"{asked}\".")]
    SessionNotFound {
        /// The session as it was given.
        asked: String,
        /// The sessions there are.
        there: Vec<String>,
    },
    /// Others read the supervisor than those the text is for. Nothing was sent.
    #[error("Nothing was sent: in this session {}.", who_reads(*.found))]
    OtherReaders {
        /// Whom the text is for.
        wanted: Readership,
        /// Who would read it.
        found: Readership,
    },
    /// The time of `--timeout` was over.
    #[error("The time given with --timeout is over.")]
    TimeUp,
    /// Interrupted, and left in order. There is nothing to explain.
    #[error("Interrupted.")]
    Interrupted,
    /// A check of `doctor` failed. The checks have said why.
    #[error("{failed} of {all} checks failed.")]
    Diagnosis {
        /// How many failed.
        failed: usize,
        /// How many there were.
        all: usize,
        /// The exit of the first that failed.
        exit: Exit,
    },
    /// The journal is not as it was written.
    #[error("{0}")]
    JournalNotWhole(String),
    /// This computer has no folder for the data of apps.
    #[error("There is no folder in which the app would have a journal.")]
    NoJournal,
    /// The practice floor could not be opened.
    #[error("The practice floor could not be opened: {0}.")]
    Floor(#[from] simulator::StartError),
    /// There is a policy that cannot be obeyed.
    #[error("This does not start: {0}.")]
    Policy(#[from] PolicyError),
    /// The operating system refused something every command needs.
    #[error("The operating system refused: {0}.")]
    System(#[from] std::io::Error),
}

impl Failure {
    /// A fault while signing in.
    pub(crate) fn signing_in(fault: Fault) -> Failure {
        let exit = Exit::of_sign_in(fault.code);
        Failure::Fault { fault, exit }
    }

    /// A fault after signing in.
    pub(crate) fn ordering(fault: Fault) -> Failure {
        let exit = Exit::of_order(fault.code);
        Failure::Fault { fault, exit }
    }

    /// The server refused the order.
    pub(crate) fn refused(fault: Fault) -> Failure {
        let exit = Exit::Failed;
        Failure::Fault { fault, exit }
    }

    /// The server ended what was armed, or never confirmed it.
    pub(crate) fn lost(fault: Fault) -> Failure {
        let exit = Exit::NotConfirmed;
        Failure::Fault { fault, exit }
    }

    /// How the process ends because of it.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Failure::Usage(_)
            | Failure::Line(_)
            | Failure::NoServer
            | Failure::NoUser
            | Failure::NoJournal
            | Failure::Policy(_)
            | Failure::NoPassword(_) => Exit::Usage,
            Failure::Fault { exit, .. } | Failure::Diagnosis { exit, .. } => *exit,
            Failure::AgentNotFound { .. }
            | Failure::AgentAmbiguous { .. }
            | Failure::SessionNotFound { .. } => Exit::AgentNotFound,
            Failure::StillArmed | Failure::WrittenStillArmed => Exit::NotConfirmed,
            Failure::TimeUp => Exit::TimeUp,
            Failure::JournalNotWhole(_) => Exit::JournalNotWhole,
            Failure::Interrupted => Exit::Interrupted,
            Failure::OtherReaders { .. } | Failure::Floor(_) | Failure::System(_) => Exit::Failed,
        }
    }

    /// The stable code; none for an interrupt, which is no failure but what was asked for.
    fn code(&self) -> Option<Code> {
        let own = match self {
            Failure::Fault { fault, .. } => return Some(Code::Fault(fault.code)),
            Failure::Interrupted => return None,
            Failure::Usage(_) | Failure::Line(_) => OwnCode::Usage,
            Failure::NoServer => OwnCode::NoServer,
            Failure::NoUser => OwnCode::NoUser,
            Failure::NoPassword(_) => OwnCode::NoPassword,
            Failure::AgentNotFound { .. } => OwnCode::AgentNotFound,
            Failure::AgentAmbiguous { .. } => OwnCode::AgentAmbiguous,
            Failure::StillArmed | Failure::WrittenStillArmed => OwnCode::StillArmed,
            Failure::SessionNotFound { .. } => OwnCode::SessionNotFound,
            Failure::OtherReaders { .. } => OwnCode::OtherReaders,
            Failure::TimeUp => OwnCode::TimeUp,
            Failure::Diagnosis { .. } => OwnCode::ChecksFailed,
            Failure::JournalNotWhole(_) => OwnCode::JournalNotWhole,
            Failure::NoJournal => OwnCode::NoJournal,
            Failure::Floor(_) => OwnCode::FloorNotOpened,
            Failure::Policy(_) => OwnCode::Policy,
            Failure::System(_) => OwnCode::System,
        };
        Some(Code::Own(own))
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Failure::Fault { fault, .. } => return remedy(fault),
            Failure::AgentNotFound { candidates, .. } | Failure::AgentAmbiguous { candidates, .. } => {
                return Some(who_then(candidates));
            }
            Failure::NoServer => {
                "Give --server URL or set SOTTO_SERVER, for example https://gws.example.org/api/v2. \
                 `sotto-cli simulate` opens a practice floor to try it on."
            }
            Failure::NoUser => "Give --user NAME or set SOTTO_USER.",
            Failure::NoPassword(_) => {
                "Type it when asked, set SOTTO_PASSWORD, or write it as one line to standard input."
            }
            Failure::StillArmed => "Run `sotto-cli cancel`, and look at your phone.",
            Failure::WrittenStillArmed => {
                "Run `sotto-cli sms cancel`, and `sotto-cli sms sessions` to see where you are."
            }
            Failure::SessionNotFound { there, .. } => return Some(which_then(there)),
            Failure::OtherReaders {
                wanted: Readership::Everyone,
                ..
            } => "Barge in first, if the customer is meant to read it.",
            Failure::OtherReaders { .. } => "Switch to coach first: then only agents read you.",
            Failure::Diagnosis { .. } => "The first one that failed is the one to look at first.",
            Failure::JournalNotWhole(_) => {
                "Keep the file as it is, and hold it against an export or a hash that was kept elsewhere."
            }
            Failure::NoJournal => "Name it with --journal FILE.",
            Failure::Floor(_) => "Choose another --port, or leave it out for a free one.",
            Failure::Line(_) => "`help` shows what can be typed here.",
            Failure::Usage(_) => "`sotto-cli help` shows every command.",
            Failure::Policy(_) => "Ask your administrator; docs/policy.md explains every key.",
            Failure::TimeUp | Failure::Interrupted | Failure::System(_) => return None,
        };
        Some(hint.to_owned())
    }

    /// The event that tells it; none for an interrupt.
    pub(crate) fn event(&self) -> Option<Event> {
        let candidates = match self {
            Failure::AgentNotFound { candidates, .. } | Failure::AgentAmbiguous { candidates, .. } => {
                candidates.clone()
            }
            _ => Vec::new(),
        };
        let trouble = self.trouble()?;
        Some(Event::Error { trouble, candidates })
    }

    /// Code, words and way out; none for an interrupt.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        Some(Trouble {
            code: self.code()?,
            message: self.to_string(),
            hint: self.hint(),
        })
    }
}

fn who_reads(readers: Readership) -> &'static str {
    match readers {
        Readership::Supervisors => "you only listen",
        Readership::Agents => "only agents read you",
        Readership::Everyone => "everyone reads you, the customer too",
        Readership::Unknown => "it is not known who reads you",
    }
}

fn which_then(there: &[String]) -> String {
    if there.is_empty() {
        return "There is no session.".to_owned();
    }
    format!("There is: {}.", there.join(", "))
}

fn who_then(candidates: &[Candidate]) -> String {
    if candidates.is_empty() {
        return "There is nobody on the floor.".to_owned();
    }
    let mut hint = "Give the id or more of the name. Candidates:".to_owned();
    for (index, candidate) in candidates.iter().enumerate() {
        let separator = if index == 0 { ' ' } else { ',' };
        let space = if index == 0 { "" } else { " " };
        // Writing to a String cannot fail.
        let _ = write!(
            hint,
            "{separator}{space}{} ({})",
            candidate.agent_name, candidate.agent_id
        );
    }
    hint.push('.');
    hint
}
