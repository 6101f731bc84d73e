//! One thing to do in the written sessions, from the look at who reads to the server's last word on it.
//!
//! Nothing here is called done before the desk shows it: a text when the transcript has it, a switch when the server
//! shows the new visibility, a leaving when we are out.

use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::order::{Act, Command, Medium, Readership, WrittenCommand};
use desk::view::{AgentSessionsView, LineKind, RunningView, SessionPhase, SessionView, UnsentState};

use super::which::{self, Numbers};
use crate::conversation::Conversation;
use crate::events::{
    Event, Running, SessionState, Standing, Target, TextState, Texts, TranscriptLine, Trouble,
};
use crate::failure::Failure;
use crate::human;
use crate::mirror::{Mirror, is_open};
use crate::names;

/// How long the server may take to show what was asked for.
const SHOWN_WITHIN: Duration = Duration::from_secs(10);

/// A list that comes out as it was before may show no change at all: then it is taken as it is after so long.
const LISTED_WITHIN: Duration = Duration::from_secs(2);

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
    Switch { session: String, act: Act },
    /// Leave one.
    Leave { session: String, knowing: bool },
    /// Accept an invitation.
    Accept { session: String },
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
    },
}

impl Request {
    /// Does it, and waits until it is done.
    pub(crate) async fn carry_out(&self, talk: &mut Conversation<'_>) -> Result<(), Failure> {
        match self {
            Request::Sessions => {
                sessions(talk);
                Ok(())
            }
            Request::Whisper { session, text } => write(talk, session, text, Readership::Agents).await,
            Request::SendToEveryone { session, text } => {
                write(talk, session, text, Readership::Everyone).await
            }
            Request::Switch { session, act } => switch(talk, session, *act).await,
            Request::Leave { session, knowing } => leave(talk, session, *knowing).await,
            Request::Accept { session } => {
                let key = find(talk, session)?.key.clone();
                accept(talk, &key).await
            }
            Request::Complete { session } => complete(talk, session).await,
            Request::Transcript { session } => transcript(talk, session).await,
            Request::Running { agent, medium } => running(talk, agent, *medium).await,
            Request::Join {
                agent,
                medium,
                session,
                act,
            } => join(talk, agent, *medium, session, *act).await,
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

async fn order(talk: &Conversation<'_>, command: WrittenCommand) -> Result<(), Failure> {
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

// Lists.

fn sessions(talk: &mut Conversation<'_>) {
    let mirror = talk.mirror();
    let listed: Vec<_> = mirror
        .sessions
        .iter()
        .map(|session| (mirror.name_of(&session.key), session.clone()))
        .collect();
    let summary = Event::Sessions {
        sessions: u32::try_from(mirror.sessions_open()).unwrap_or(u32::MAX),
        audience: mirror.readers(),
    };
    let numbered = talk.follows_sessions();
    let output = talk.output();
    if output.is_json() {
        for (name, session) in listed {
            output.tell_now(Event::Session {
                name,
                parties: (&session).into(),
                state: SessionState::from(&session),
            });
        }
    } else if !listed.is_empty() {
        output.text(&human::sessions(&listed, numbered));
    }
    output.tell_now(summary);
}

async fn transcript(talk: &mut Conversation<'_>, asked: &str) -> Result<(), Failure> {
    let key = find(talk, asked)?.key;
    talk.open_transcript(Some(&key))?;
    let read = |mirror: &Mirror| {
        let open = mirror.transcript.as_ref()?;
        (open.session == key && !open.reading).then(|| open.clone())
    };
    let read = talk.wait_until(SHOWN_WITHIN, read).await?;
    talk.open_transcript(None)?;
    let unread = || {
        Fault::new(
            FaultCode::TranscriptNotRead,
            "The transcript could not be read in time.",
        )
    };
    let read = read.ok_or_else(|| Failure::ordering(unread()))?;
    let name = talk.mirror().name_of(&key);
    let output = talk.output();
    for line in &read.lines {
        output.tell_now(Event::SessionLine {
            name: name.clone(),
            line: TranscriptLine::of(line, Texts::Told),
            skipped: false,
        });
    }
    output.tell_now(Event::Transcript {
        name,
        lines: u32::try_from(read.lines.len()).unwrap_or(u32::MAX),
        trouble: read.problem.as_ref().map(Trouble::from),
    });
    Ok(())
}

// Texts.

/// How far a text is, and whether the desk has shown it at all.
#[derive(Debug, Default)]
struct OnItsWay {
    /// The lines of the session before it was sent.
    known: Vec<u32>,
    last: Option<UnsentState>,
}

/// How a text ended.
#[derive(Debug, Clone, PartialEq)]
enum Sent {
    Shown,
    Failed(Fault),
    Gone,
}

impl OnItsWay {
    fn look(
        &mut self,
        mirror: &Mirror,
        key: &str,
        text_id: &str,
        text: &str,
        kind: LineKind,
    ) -> Option<Sent> {
        let Some(session) = mirror.session(key) else {
            return Some(Sent::Gone);
        };
        if let Some(unsent) = session.unsent.iter().find(|unsent| unsent.send_id == text_id) {
            self.last = Some(unsent.state);
            let refused = || Fault::new(FaultCode::Refused, "The text was not sent.");
            return (unsent.state == UnsentState::Failed)
                .then(|| Sent::Failed(unsent.problem.clone().unwrap_or_else(refused)));
        }
        // It may have come and gone between two looks. Then its line is there.
        let is_it = |line: &desk::view::LineView| {
            line.kind == kind && line.text.trim() == text.trim() && !self.known.contains(&line.id)
        };
        if self.last.is_some() || session.last.iter().any(is_it) {
            return Some(Sent::Shown);
        }
        (!is_open(session.phase)).then_some(Sent::Gone)
    }
}

/// Writes a text that exactly these are to read. Who reads now is looked at here, and goes with the text, so that the
/// desk looks again before anything goes on the wire.
async fn write(
    talk: &mut Conversation<'_>,
    asked: &str,
    text: &str,
    readers: Readership,
) -> Result<(), Failure> {
    let session = find(talk, asked)?;
    let key = session.key;
    if !is_open(session.phase) {
        return Err(gone(talk.mirror().session(&key)));
    }
    if session.readership != readers {
        return Err(Failure::OtherReaders {
            wanted: readers,
            found: session.readership,
        });
    }
    let to_everyone = readers == Readership::Everyone;
    let text_id = talk.new_text_id();
    let command = command_to_write(key.clone(), text.to_owned(), readers, text_id.clone());
    let mut way = OnItsWay {
        known: session.last.iter().map(|line| line.id).collect(),
        last: None,
    };
    order(talk, command).await?;
    let kind = if to_everyone {
        LineKind::OwnPublic
    } else {
        LineKind::OwnWhisper
    };
    let look = |mirror: &Mirror| way.look(mirror, &key, &text_id, text, kind);
    let sent = talk.wait_until(SHOWN_WITHIN, look).await?;
    let (state, failure) = match sent {
        Some(Sent::Shown) => (TextState::Shown, None),
        Some(Sent::Failed(fault)) => (TextState::Failed, Some(Failure::ordering(fault))),
        Some(Sent::Gone) => (TextState::Unclear, Some(gone(talk.mirror().session(&key)))),
        None if way.last == Some(UnsentState::Taken) => (TextState::Taken, None),
        None => (
            TextState::Unclear,
            Some(not_confirmed("It is not known whether the text was sent.")),
        ),
    };
    let name = talk.mirror().name_of(&key);
    talk.output().tell_now(Event::SessionText {
        name,
        text_id: text_id.clone(),
        to_everyone,
        state,
        trouble: failure.as_ref().and_then(Failure::trouble),
    });
    if state == TextState::Failed {
        // Nobody can send it again from here, so it need not stay. If that cannot be done it does no harm.
        let drop = WrittenCommand::DropUnsent {
            session: key,
            send_id: text_id,
        };
        let _ = order(talk, drop).await;
    }
    failure.map_or(Ok(()), Err)
}

/// A whisper and a public text are two commands, made in two branches that name whom they are for.
fn command_to_write(session: String, text: String, seen: Readership, send_id: String) -> WrittenCommand {
    if seen == Readership::Everyone {
        WrittenCommand::SendToEveryone {
            session,
            text,
            seen,
            send_id,
        }
    } else {
        WrittenCommand::Whisper {
            session,
            text,
            seen,
            send_id,
        }
    }
}

// Ways in, through and out.

/// How a change in a session ended.
enum Changed {
    Done,
    Gone,
    Refused(Fault),
}

async fn changed(
    talk: &mut Conversation<'_>,
    key: &str,
    known: Option<Fault>,
    is_done: impl Fn(&SessionView) -> bool,
) -> Result<(), Failure> {
    let look = |mirror: &Mirror| {
        let Some(session) = mirror.session(key) else {
            return Some(Changed::Gone);
        };
        if is_done(session) {
            return Some(Changed::Done);
        }
        let news = session
            .problem
            .clone()
            .filter(|problem| Some(problem) != known.as_ref());
        match news {
            Some(fault) => Some(Changed::Refused(fault)),
            None => (!is_open(session.phase)).then_some(Changed::Gone),
        }
    };
    match talk.wait_until(SHOWN_WITHIN, look).await? {
        Some(Changed::Done) => Ok(()),
        Some(Changed::Gone) => Err(gone(talk.mirror().session(key))),
        Some(Changed::Refused(fault)) => Err(Failure::ordering(fault)),
        None => Err(not_confirmed("The server has not shown the change.")),
    }
}

async fn switch(talk: &mut Conversation<'_>, asked: &str, act: Act) -> Result<(), Failure> {
    let session = find(talk, asked)?;
    let (key, known) = (session.key, session.problem);
    let is_done = |session: &SessionView| session.act == Some(act) && session.switching_to.is_none();
    if !talk.mirror().session(&key).is_some_and(is_done) {
        let command = WrittenCommand::Switch {
            session: key.clone(),
            act,
        };
        order(talk, command).await?;
        changed(talk, &key, known, is_done).await?;
    }
    tell_result(talk, |mirror| {
        let session = mirror.session(&key)?;
        Some(Event::SessionReaders {
            name: mirror.name_of(&key),
            parties: session.into(),
            standing: Standing::from(session),
        })
    });
    Ok(())
}

async fn leave(talk: &mut Conversation<'_>, asked: &str, knowing: bool) -> Result<(), Failure> {
    let session = find(talk, asked)?;
    let (key, known) = (session.key.clone(), session.problem.clone());
    let command = WrittenCommand::Leave {
        session: key.clone(),
        knowing,
    };
    order(talk, command).await?;
    match changed(talk, &key, known, |session| !is_open(session.phase)).await {
        Ok(()) => {}
        // It is off the board already: out is out.
        Err(_) if talk.mirror().session(&key).is_none() => {}
        Err(failure) => return Err(failure),
    }
    tell_result(talk, |mirror| {
        let session = mirror.session(&key).unwrap_or(&session);
        Some(Event::SessionOver {
            name: mirror.name_of(&key),
            parties: session.into(),
            phase: if is_open(session.phase) {
                SessionPhase::Left
            } else {
                session.phase
            },
            trouble: session.problem.as_ref().map(Trouble::from),
        })
    });
    Ok(())
}

async fn accept(talk: &mut Conversation<'_>, key: &str) -> Result<(), Failure> {
    let known = talk
        .mirror()
        .session(key)
        .and_then(|session| session.problem.clone());
    let command = WrittenCommand::Accept {
        session: key.to_owned(),
        nickname: None,
    };
    order(talk, command).await?;
    changed(talk, key, known, is_in).await
}

fn is_in(session: &SessionView) -> bool {
    session.phase == SessionPhase::Live
}

async fn complete(talk: &mut Conversation<'_>, asked: &str) -> Result<(), Failure> {
    let session = find(talk, asked)?;
    let key = session.key;
    order(talk, WrittenCommand::Complete { session: key.clone() }).await?;
    let is_done = |mirror: &Mirror| {
        let session = mirror.session(&key);
        session
            .is_none_or(|session| matches!(session.phase, SessionPhase::Completed | SessionPhase::Revoked))
            .then_some(())
    };
    let done = talk.wait_until(SHOWN_WITHIN, is_done).await?;
    done.ok_or_else(|| not_confirmed("The server has not shown the session as done."))
}

async fn listed(
    talk: &mut Conversation<'_>,
    agent: &str,
    medium: Medium,
) -> Result<(Target, AgentSessionsView), Failure> {
    talk.wait_for_agents().await?;
    let row = names::find(agent, talk.agents())?;
    let target = Target {
        agent_id: Some(row.id.clone()),
        agent_name: Some(row.name.clone()),
    };
    let agent_id = row.id.clone();
    let read = |mirror: &Mirror| {
        let running = mirror.written.as_ref()?.running.clone()?;
        let is_it = running.agent_id == agent_id && running.medium == medium && !running.reading;
        is_it.then_some(running)
    };
    let before = read(talk.mirror());
    let command = WrittenCommand::FindRunning {
        agent_id: agent_id.clone(),
        medium,
    };
    order(talk, command).await?;
    let news = |mirror: &Mirror| read(mirror).filter(|running| Some(running) != before.as_ref());
    let within = if before.is_some() {
        LISTED_WITHIN
    } else {
        SHOWN_WITHIN
    };
    let found = talk
        .wait_until(within, news)
        .await?
        .or_else(|| read(talk.mirror()));
    let found = found.ok_or_else(|| not_confirmed("The server has not said which sessions run."))?;
    match found.problem.clone() {
        Some(problem) => Err(Failure::ordering(problem)),
        None => Ok((target, found)),
    }
}

async fn running(talk: &mut Conversation<'_>, agent: &str, medium: Medium) -> Result<(), Failure> {
    let (target, found) = listed(talk, agent, medium).await?;
    let summary = Event::RunningSessions {
        target: target.clone(),
        medium,
        sessions: u32::try_from(found.sessions.len()).unwrap_or(u32::MAX),
    };
    let output = talk.output();
    for session in &found.sessions {
        output.tell_now(Event::RunningSession {
            target: target.clone(),
            medium,
            running: Running::from(session),
        });
    }
    output.tell_now(summary);
    Ok(())
}

async fn join(
    talk: &mut Conversation<'_>,
    agent: &str,
    medium: Medium,
    asked: &str,
    act: Act,
) -> Result<(), Failure> {
    let (target, found) = listed(talk, agent, medium).await?;
    let is_it = |session: &&RunningView| which::is_called(&session.key, asked);
    let Some(session) = found.sessions.iter().find(is_it) else {
        return Err(Failure::SessionNotFound {
            asked: asked.to_owned(),
            there: found.sessions.into_iter().map(|session| session.key).collect(),
        });
    };
    let key = session.key.clone();
    let command = WrittenCommand::JoinNow {
        agent_id: target.agent_id.unwrap_or_default(),
        session: key.clone(),
        act,
    };
    order(talk, command).await?;
    let look = |mirror: &Mirror| joining(mirror, &key);
    match talk.wait_until(SHOWN_WITHIN, look).await? {
        Some(JoinStep::In) => {}
        Some(JoinStep::Invited) => accept(talk, &key).await?,
        Some(JoinStep::Refused(fault)) => return Err(Failure::ordering(fault)),
        Some(JoinStep::Gone) => return Err(gone(talk.mirror().session(&key))),
        None => return Err(not_confirmed("The server has not put you into the session.")),
    }
    tell_result(talk, |mirror| {
        let session = mirror.session(&key)?;
        Some(Event::SessionJoined {
            name: mirror.name_of(&key),
            parties: session.into(),
            standing: session.into(),
            topic: session.topic.clone(),
        })
    });
    Ok(())
}

/// How far a joining is.
enum JoinStep {
    In,
    Invited,
    Refused(Fault),
    Gone,
}

fn joining(mirror: &Mirror, key: &str) -> Option<JoinStep> {
    if let Some(session) = mirror.session(key) {
        return match session.phase {
            SessionPhase::Live => Some(JoinStep::In),
            SessionPhase::Invited if session.acts.accept => Some(JoinStep::Invited),
            SessionPhase::Invited | SessionPhase::Joining | SessionPhase::Leaving => None,
            _ => Some(JoinStep::Gone),
        };
    }
    let running = mirror.written.as_ref()?.running.as_ref()?;
    running.problem.clone().map(JoinStep::Refused)
}

#[cfg(test)]
mod tests;
