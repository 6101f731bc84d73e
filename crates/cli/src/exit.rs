//! How the process ends: stable numbers that scripts may rely on, documented in `docs/cli.md`.

use desk::fault::FaultCode;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::VariantArray)]
#[repr(u8)]
pub(crate) enum Exit {
    /// What was asked for is done.
    Done = 0,
    /// It failed, or the server refused it.
    Failed = 1,
    /// The command line cannot be understood, or something is missing in it.
    Usage = 2,
    /// The server does not let this user in, or not to coach.
    CannotSignIn = 3,
    /// The server cannot be reached, or what answers is not Genesys Web Services.
    CannotReach = 4,
    /// The server ended it or did not confirm it: what is true there is not known.
    NotConfirmed = 5,
    /// No agent, or more than one, or no session goes by this name.
    AgentNotFound = 6,
    /// The time of `--timeout` was over; cancelled, confirmed, signed out.
    TimeUp = 7,
    /// The journal is not as it was written.
    JournalNotWhole = 8,
    /// Interrupted; cancelled, confirmed, signed out.
    Interrupted = 130,
}

impl Exit {
    /// How a fault while signing in ends the process.
    pub(crate) fn of_sign_in(code: FaultCode) -> Exit {
        match code {
            FaultCode::Unreachable
            | FaultCode::TimedOut
            | FaultCode::CertificateUntrusted
            | FaultCode::CertificateExpired
            | FaultCode::CertificateWrongHost
            | FaultCode::NotGenesys
            | FaultCode::AnswerTooLarge
            | FaultCode::ServerFault => Exit::CannotReach,
            FaultCode::BadAddress | FaultCode::BadProfile | FaultCode::CertificateFile => Exit::Usage,
            FaultCode::Internal => Exit::Failed,
            _ => Exit::CannotSignIn,
        }
    }

    /// How a fault after signing in ends the process.
    pub(crate) fn of_order(code: FaultCode) -> Exit {
        match code {
            FaultCode::LinkDown
            | FaultCode::NotConfirmed
            | FaultCode::Dropped
            | FaultCode::TimedOut
            | FaultCode::Unreachable
            | FaultCode::SignedOut => Exit::NotConfirmed,
            FaultCode::AgentGone => Exit::AgentNotFound,
            _ => Exit::Failed,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        std::process::ExitCode::from(exit as u8)
    }
}
