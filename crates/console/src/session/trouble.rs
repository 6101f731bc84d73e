//! Why a request brought no usable answer, and what that means: for a supervisor who reads it, and for whoever decides what
//! comes next.

use desk::fault::{Fault, FaultCode};
use gws::{ReplyError, StatusCode};

use crate::wire::WireError;

/// Why a request brought no usable answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum SessionError {
    /// Nothing, or not all of it, came back.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// An answer came, and it is no success.
    #[error(transparent)]
    Reply(#[from] ReplyError),
}

impl SessionError {
    /// The error as a supervisor reads it.
    pub(crate) fn fault(&self) -> Fault {
        match self {
            SessionError::Wire(error) => error.fault(),
            SessionError::Reply(error) => reply_fault(error),
        }
    }

    /// Whether the server itself answered with a refusal, so that nothing was changed. One that knows no such path may
    /// say so in HTTP alone.
    pub(crate) fn refusal(&self) -> Option<(StatusCode, Option<String>)> {
        match self {
            SessionError::Reply(ReplyError::Refused { status, message, .. }) => {
                Some((*status, message.clone()))
            }
            SessionError::Reply(ReplyError::Http { status: 404 | 405 }) => Some((StatusCode::NotFound, None)),
            SessionError::Reply(ReplyError::Http { status: 403 }) => Some((StatusCode::NotPermitted, None)),
            SessionError::Reply(ReplyError::NotAuthenticated | ReplyError::CsrfRejected) => {
                Some((StatusCode::NotAuthenticated, None))
            }
            _ => None,
        }
    }

    /// Whether the server has, or does, what was asked for, but not for this user.
    pub(crate) fn is_not_allowed(&self) -> bool {
        match self {
            SessionError::Reply(ReplyError::Refused { status, .. }) => *status != StatusCode::InternalError,
            SessionError::Reply(ReplyError::Http { status }) => (400..500).contains(status),
            _ => false,
        }
    }

    /// Whether we kept it back ourselves.
    pub(crate) fn is_withheld(&self) -> bool {
        matches!(self, SessionError::Wire(WireError::Withheld))
    }

    /// Whether the network, and not the server, failed.
    pub(crate) fn is_network(&self) -> bool {
        matches!(
            self,
            SessionError::Wire(WireError::Unreachable(_) | WireError::Broken(_) | WireError::TimedOut)
        )
    }
}

fn reply_fault(error: &ReplyError) -> Fault {
    match error {
        ReplyError::NotAuthenticated => {
            Fault::new(FaultCode::SignedOut, "The server has ended your session.").with_hint("Sign in again.")
        }
        ReplyError::CsrfRejected => Fault::new(
            FaultCode::SignedOut,
            "The server did not accept the session's token.",
        )
        .with_hint("Sign in again. A proxy that drops cookies can cause this."),
        ReplyError::Refused {
            status: StatusCode::PasswordChangeRequired,
            ..
        } => Fault::new(
            FaultCode::PasswordChangeDemanded,
            "The server wants you to change your password first.",
        )
        .with_hint("Change it in Workspace, then sign in here."),
        ReplyError::Refused {
            status,
            message,
            http,
        } => {
            let words = message.clone().unwrap_or_else(|| status.meaning().to_owned());
            let code = if *status == StatusCode::InternalError {
                FaultCode::ServerFault
            } else {
                FaultCode::Refused
            };
            Fault::new(code, format!("The server refused: {words}"))
                .with_hint(format!("Status {}, HTTP {http}.", status.code()))
        }
        ReplyError::Http { status } if *status >= 500 => Fault::new(
            FaultCode::ServerFault,
            format!("The server has a fault of its own (HTTP {status})."),
        )
        .with_hint("Try again in a moment; if it stays, tell your administrator."),
        other => Fault::new(
            FaultCode::NotGenesys,
            format!("The answer is not from Genesys Web Services: {other}."),
        )
        .with_hint("Check the address: it usually ends with /api/v2."),
    }
}
