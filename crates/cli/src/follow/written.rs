//! What is worth telling about written sessions: who is armed, who came and went, who reads, what was written.
//!
//! The board shows the last lines of a session only. Where more came at once than it shows, that is said, and the
//! transcript has them.

use desk::moment::Moment;
use desk::view::{ArmedPhase, ArmedView, LineView, LinkState, SessionPhase, SessionView};

use super::{line, trouble};
use crate::events::{Event, Line, Parties, Standing, Texts, TranscriptLine};
use crate::mirror::{Mirror, is_open};

/// The board shows at most so many lines of a session.
const LINES_ON_THE_BOARD: usize = 3;

/// Tells what changed between two looks at the desk.
pub(super) fn tell(before: &Mirror, after: &Mirror, texts: Texts, now: Moment, lines: &mut Vec<Line>) {
    for armed in after.armed() {
        let told = before.armed_for(&armed.agent_id, armed.medium);
        lines.extend(armed_event(told, armed).map(|event| line(now, event)));
    }
    // While the link is down, or after signing out, what is not shown any more is not known to be over.
    let is_known = after.link_state() == LinkState::Live;
    if is_known {
        let gone = before.armed().iter().filter(|armed| is_gone(armed, after));
        lines.extend(gone.map(|armed| line(now, ended(armed))));
    }
    for session in &after.sessions {
        tell_session(before.session(&session.key), session, after, texts, now, lines);
    }
    if is_known {
        let gone = before.sessions.iter();
        let gone = gone.filter(|session| is_open(session.phase) && after.session(&session.key).is_none());
        lines.extend(gone.map(|session| {
            let event = Event::SessionOver {
                name: after.name_of(&session.key),
                parties: session.into(),
                phase: SessionPhase::Lost,
                trouble: trouble(session.problem.as_ref()),
            };
            line(now, event)
        }));
    }
}

fn is_gone(armed: &ArmedView, after: &Mirror) -> bool {
    let counted = !matches!(armed.phase, ArmedPhase::Refused | ArmedPhase::Lost);
    counted && after.armed_for(&armed.agent_id, armed.medium).is_none()
}

fn ended(armed: &ArmedView) -> Event {
    Event::WrittenEnded {
        arming: armed.into(),
        joined: armed.joined,
    }
}

fn armed_event(told: Option<&ArmedView>, armed: &ArmedView) -> Option<Event> {
    let arming = || armed.into();
    let trouble = || trouble(armed.problem.as_ref());
    let phase = told.map(|told| told.phase);
    // A second request after a refusal is a new one, even if both happened between two looks.
    if phase == Some(armed.phase) && told.is_some_and(|told| told.since == armed.since) {
        let news = armed.problem.as_ref();
        let news = news.filter(|problem| told.and_then(|told| told.problem.as_ref()) != Some(*problem));
        return news.map(|problem| Event::Problem {
            trouble: problem.into(),
        });
    }
    Some(match armed.phase {
        ArmedPhase::Requested => Event::WrittenRequested { arming: arming() },
        // Cancelling did not work: it is what it was before.
        ArmedPhase::Armed if phase == Some(ArmedPhase::Cancelling) => Event::Problem { trouble: trouble()? },
        ArmedPhase::Armed if phase == Some(ArmedPhase::Armed) => return None,
        ArmedPhase::Armed => Event::WrittenArmed {
            arming: arming(),
            took_ms: told
                .filter(|told| told.phase == ArmedPhase::Requested)
                .map(|told| armed.since.0.saturating_sub(told.since.0)),
        },
        ArmedPhase::Cancelling => Event::WrittenCancelling { arming: arming() },
        ArmedPhase::Refused => Event::WrittenRefused {
            arming: arming(),
            trouble: trouble(),
        },
        ArmedPhase::Lost => Event::WrittenLost {
            arming: arming(),
            trouble: trouble(),
        },
        ArmedPhase::Unclear => Event::WrittenUnclear {
            arming: arming(),
            trouble: trouble(),
        },
    })
}

fn tell_session(
    told: Option<&SessionView>,
    session: &SessionView,
    after: &Mirror,
    texts: Texts,
    now: Moment,
    lines: &mut Vec<Line>,
) {
    let was_in = told.is_some_and(|told| is_in(told.phase));
    let is_over = !is_open(session.phase);
    // What is said was said before the end: the lines come first then.
    if is_over {
        tell_lines(told, session, after, texts, now, lines);
    }
    let event = (told.map(|told| told.phase) != Some(session.phase))
        .then(|| phase_event(was_in, session, after))
        .flatten();
    lines.extend(event.map(|event| line(now, event)));
    if is_over {
        return;
    }
    if was_in {
        lines.extend(changes(told, session, after).map(|event| line(now, event)));
    }
    tell_lines(told, session, after, texts, now, lines);
}

fn is_in(phase: SessionPhase) -> bool {
    matches!(phase, SessionPhase::Live | SessionPhase::Leaving)
}

fn phase_event(was_in: bool, session: &SessionView, after: &Mirror) -> Option<Event> {
    let (name, parties) = (after.name_of(&session.key), Parties::from(session));
    match session.phase {
        SessionPhase::Invited => Some(Event::SessionInvited { name, parties }),
        // Leaving did not work: the problem says so.
        SessionPhase::Live if was_in => None,
        SessionPhase::Joining => None,
        SessionPhase::Live => Some(Event::SessionJoined {
            name,
            parties,
            standing: session.into(),
            topic: session.topic.clone(),
        }),
        SessionPhase::Leaving => Some(Event::SessionLeaving { name, parties }),
        SessionPhase::Revoked
        | SessionPhase::Left
        | SessionPhase::Completed
        | SessionPhase::Failed
        | SessionPhase::Lost => Some(Event::SessionOver {
            name,
            parties,
            phase: session.phase,
            trouble: trouble(session.problem.as_ref()),
        }),
    }
}

/// What changed in a session that the supervisor was and is in.
fn changes(told: Option<&SessionView>, session: &SessionView, after: &Mirror) -> impl Iterator<Item = Event> {
    let name = || after.name_of(&session.key);
    let readers = told.map(Standing::from) != Some(session.into());
    let readers = readers.then(|| Event::SessionReaders {
        name: name(),
        parties: session.into(),
        standing: session.into(),
    });
    let parties = told.map(Parties::from) != Some(session.into());
    let parties = parties.then(|| Event::SessionParties {
        name: name(),
        parties: session.into(),
    });
    let known = told.and_then(|told| told.problem.as_ref());
    let problem = session.problem.as_ref().filter(|problem| known != Some(problem));
    let problem = problem.map(|problem| Event::SessionProblem {
        name: name(),
        trouble: problem.into(),
    });
    [readers, parties, problem].into_iter().flatten()
}

fn tell_lines(
    told: Option<&SessionView>,
    session: &SessionView,
    after: &Mirror,
    texts: Texts,
    now: Moment,
    lines: &mut Vec<Line>,
) {
    let known = told.map_or(&[][..], |told| &told.last);
    let is_new = |line: &&LineView| !known.iter().any(|known| known.id == line.id);
    let new: Vec<&LineView> = session.last.iter().filter(is_new).collect();
    // If none of those told before is among the last any more, others may have come and gone in between.
    let full = new.len() == LINES_ON_THE_BOARD;
    let more = told.map_or(0, |told| told.lines) + u32::try_from(new.len()).unwrap_or(u32::MAX);
    let skipped = full && session.lines > more;
    for (place, written) in new.into_iter().enumerate() {
        let event = Event::SessionLine {
            name: after.name_of(&session.key),
            line: TranscriptLine::of(written, texts),
            skipped: skipped && place == 0,
        };
        lines.push(line(now, event));
    }
}

#[cfg(test)]
mod tests;
