//! Lists: the sessions the supervisor is in, what was written in one, and those an agent is in.

use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::order::{Medium, WrittenCommand};
use desk::view::AgentSessionsView;

use super::{SHOWN_WITHIN, find, not_confirmed, order};
use crate::conversation::Conversation;
use crate::events::{Event, Running, SessionState, Target, Texts, TranscriptLine, Trouble};
use crate::failure::Failure;
use crate::human;
use crate::mirror::Mirror;
use crate::names;

/// A list that comes out as it was before may show no change at all: then it is taken as it is after so long.
const LISTED_WITHIN: Duration = Duration::from_secs(2);

pub(super) fn sessions(talk: &mut Conversation<'_>) {
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

pub(super) async fn transcript(talk: &mut Conversation<'_>, asked: &str) -> Result<(), Failure> {
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

pub(super) async fn listed(
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

pub(super) async fn running(talk: &mut Conversation<'_>, agent: &str, medium: Medium) -> Result<(), Failure> {
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
