//! One thing to do in the written sessions, from the look at who reads to the server's last word on it.
//!
//! Nothing here is called done before the desk shows it: a text when the transcript has it, a switch when the server
//! shows the new visibility, a leaving when we are out.

mod listing;
mod passing;
mod writing;

use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::order::{Act, Command, Medium, Readership, WrittenCommand};
use desk::view::SessionView;

use super::which::{self, Numbers};
use crate::conversation::Conversation;
use crate::events::Event;
use crate::failure::Failure;
use crate::mirror::Mirror;

/// How long the server may take to show what was asked for.
const SHOWN_WITHIN: Duration = Duration::from_secs(10);

/// Something to do in written sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Request {
    /// Show them.
    Sessions,
    /// Write to the agents only.
    Whisper { session: String, text: String },
    /// Write to everyone.
    SendToEveryone { session: String, text: String },
    /// Change how the supervisor is in one.
    Switch {
        session: String,
        act: Act,
        reason: Option<String>,
    },
    /// Leave one.
    Leave { session: String, knowing: bool },
    /// Accept an invitation.
    Accept { session: String, reason: Option<String> },
    /// Mark one as done.
    Complete { session: String },
    /// Show what was written.
    Transcript { session: String },
    /// Show which ones an agent is in.
    Running { agent: String, medium: Medium },
    /// Join one of those.
    Join {
        agent: String,
        medium: Medium,
        session: String,
        act: Act,
        reason: Option<String>,
    },
}

impl Request {
    /// Does it, and waits until it is done.
    pub(crate) async fn carry_out(&self, talk: &mut Conversation<'_>) -> Result<(), Failure> {
        match self {
            Request::Sessions => {
                listing::sessions(talk);
                Ok(())
            }
            Request::Whisper { session, text } => {
                writing::write(talk, session, text, Readership::Agents).await
            }
            Request::SendToEveryone { session, text } => {
                writing::write(talk, session, text, Readership::Everyone).await
            }
            Request::Switch { session, act, reason } => {
                passing::switch(talk, session, *act, reason.clone()).await
            }
            Request::Leave { session, knowing } => passing::leave(talk, session, *knowing).await,
            Request::Accept { session, reason } => passing::accept_asked(talk, session, reason.clone()).await,
            Request::Complete { session } => passing::complete(talk, session).await,
            Request::Transcript { session } => listing::transcript(talk, session).await,
            Request::Running { agent, medium } => listing::running(talk, agent, *medium).await,
            Request::Join {
                agent,
                medium,
                session,
                act,
                reason,
            } => passing::join(talk, (agent, *medium), session, *act, reason.clone()).await,
        }
    }
}

fn find(talk: &Conversation<'_>, asked: &str) -> Result<SessionView, Failure> {
    let numbers = if talk.follows_sessions() {
        Numbers::Shown
    } else {
        Numbers::Unknown
    };
    which::find(asked, talk.mirror(), numbers).cloned()
}

async fn order(talk: &mut Conversation<'_>, command: WrittenCommand) -> Result<(), Failure> {
    let command = Command::Written { command };
    talk.order(command).await.map_err(Failure::ordering)
}

fn not_confirmed(words: &str) -> Failure {
    Failure::ordering(Fault::new(FaultCode::NotConfirmed, words))
}

fn gone(session: Option<&SessionView>) -> Failure {
    let told = session.and_then(|session| session.problem.clone());
    let words = "The session is over, or you are not in it any more.";
    Failure::ordering(told.unwrap_or_else(|| Fault::new(FaultCode::SessionGone, words)))
}

/// Where nothing is told by itself, the result is.
fn tell_result(talk: &mut Conversation<'_>, event: impl FnOnce(&Mirror) -> Option<Event>) {
    if !talk.follows_sessions()
        && let Some(event) = event(talk.mirror())
    {
        talk.output().tell_now(event);
    }
}
