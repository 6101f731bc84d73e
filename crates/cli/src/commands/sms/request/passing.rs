//! The ways into a session, through it and out of it.

use desk::fault::Fault;
use desk::order::{Act, Medium, WrittenCommand};
use desk::view::{RunningView, SessionPhase, SessionView};

use super::listing::listed;
use super::{SHOWN_WITHIN, find, gone, not_confirmed, order, tell_result};
use crate::commands::sms::which;
use crate::conversation::Conversation;
use crate::events::{Event, Standing, Trouble};
use crate::failure::Failure;
use crate::mirror::{Mirror, is_open};

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

pub(super) async fn switch(
    talk: &mut Conversation<'_>,
    asked: &str,
    act: Act,
    reason: Option<String>,
) -> Result<(), Failure> {
    let session = find(talk, asked)?;
    let (key, known) = (session.key, session.problem);
    let is_done = |session: &SessionView| session.act == Some(act) && session.switching_to.is_none();
    if !talk.mirror().session(&key).is_some_and(is_done) {
        let command = WrittenCommand::Switch {
            session: key.clone(),
            act,
            reason,
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

pub(super) async fn leave(talk: &mut Conversation<'_>, asked: &str, knowing: bool) -> Result<(), Failure> {
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

/// Accepts the invitation that goes by this name, and tells what came of it.
pub(super) async fn accept_asked(
    talk: &mut Conversation<'_>,
    asked: &str,
    reason: Option<String>,
) -> Result<(), Failure> {
    let key = find(talk, asked)?.key;
    accept(talk, &key, reason).await?;
    tell_joined(talk, &key);
    Ok(())
}

async fn accept(talk: &mut Conversation<'_>, key: &str, reason: Option<String>) -> Result<(), Failure> {
    let known = talk
        .mirror()
        .session(key)
        .and_then(|session| session.problem.clone());
    let command = WrittenCommand::Accept {
        session: key.to_owned(),
        nickname: None,
        reason,
    };
    order(talk, command).await?;
    changed(talk, key, known, is_in).await
}

fn is_in(session: &SessionView) -> bool {
    session.phase == SessionPhase::Live
}

pub(super) async fn complete(talk: &mut Conversation<'_>, asked: &str) -> Result<(), Failure> {
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

pub(super) async fn join(
    talk: &mut Conversation<'_>,
    (agent, medium): (&str, Medium),
    asked: &str,
    act: Act,
    reason: Option<String>,
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
        reason: reason.clone(),
    };
    order(talk, command).await?;
    let look = |mirror: &Mirror| joining(mirror, &key);
    match talk.wait_until(SHOWN_WITHIN, look).await? {
        Some(JoinStep::In) => {}
        Some(JoinStep::Invited) => accept(talk, &key, reason).await?,
        Some(JoinStep::Refused(fault)) => return Err(Failure::ordering(fault)),
        Some(JoinStep::Gone) => return Err(gone(talk.mirror().session(&key))),
        None => return Err(not_confirmed("The server has not put you into the session.")),
    }
    tell_joined(talk, &key);
    Ok(())
}

fn tell_joined(talk: &mut Conversation<'_>, key: &str) {
    tell_result(talk, |mirror| {
        let session = mirror.session(key)?;
        Some(Event::SessionJoined {
            name: mirror.name_of(key),
            parties: session.into(),
            standing: session.into(),
            topic: session.topic.clone(),
        })
    });
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
