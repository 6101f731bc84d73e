//! Why a command did not do what it was asked for: a code, a sentence, a way out, and the exit it leads to.

use std::fmt::Write as _;

use desk::fault::Fault;

use crate::events::{Candidate, Code, Event, OwnCode, Trouble, remedy};
use crate::exit::Exit;

/// Why a command did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is wrong; clap has the words.
    #[error("{0}")]
    Usage(String),
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
    /// The practice floor could not be opened.
    #[error("The practice floor could not be opened: {0}.")]
    Floor(#[from] simulator::StartError),
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
            Failure::Usage(_) | Failure::NoServer | Failure::NoUser | Failure::NoPassword(_) => Exit::Usage,
            Failure::Fault { exit, .. } | Failure::Diagnosis { exit, .. } => *exit,
            Failure::AgentNotFound { .. } | Failure::AgentAmbiguous { .. } => Exit::AgentNotFound,
            Failure::StillArmed => Exit::NotConfirmed,
            Failure::TimeUp => Exit::TimeUp,
            Failure::Interrupted => Exit::Interrupted,
            Failure::Floor(_) | Failure::System(_) => Exit::Failed,
        }
    }

    /// The stable code; none for an interrupt, which is no failure but what was asked for.
    fn code(&self) -> Option<Code> {
        let own = match self {
            Failure::Fault { fault, .. } => return Some(Code::Fault(fault.code)),
            Failure::Interrupted => return None,
            Failure::Usage(_) => OwnCode::Usage,
            Failure::NoServer => OwnCode::NoServer,
            Failure::NoUser => OwnCode::NoUser,
            Failure::NoPassword(_) => OwnCode::NoPassword,
            Failure::AgentNotFound { .. } => OwnCode::AgentNotFound,
            Failure::AgentAmbiguous { .. } => OwnCode::AgentAmbiguous,
            Failure::StillArmed => OwnCode::StillArmed,
            Failure::TimeUp => OwnCode::TimeUp,
            Failure::Diagnosis { .. } => OwnCode::ChecksFailed,
            Failure::Floor(_) => OwnCode::FloorNotOpened,
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
            Failure::Diagnosis { .. } => "The first one that failed is the one to look at first.",
            Failure::Floor(_) => "Choose another --port, or leave it out for a free one.",
            Failure::Usage(_) => "`sotto-cli help` shows every command.",
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
        let trouble = Trouble {
            code: self.code()?,
            message: self.to_string(),
            hint: self.hint(),
        };
        Some(Event::Error { trouble, candidates })
    }
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
