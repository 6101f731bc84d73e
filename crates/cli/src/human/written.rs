//! Sentences about written sessions. What somebody wrote stands last on its line, so that letters of another direction
//! have nothing behind them to push round.

use std::fmt::Write as _;

use desk::audience::Audience;
use desk::order::{Act, Extent, Medium};
use desk::view::{LeaveEffect, LineKind, SessionPhase, SessionView};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{act, columns, explained, name as target_name, plain, took};
use crate::events::{
    Arming, Event, Parties, Running, SessionName, Standing, TextState, TranscriptLine, Trouble,
};

/// The sentence for an event about written sessions.
pub(super) fn words(event: &Event) -> Option<String> {
    if let Some(words) = armed(event) {
        return Some(words);
    }
    Some(match event {
        Event::SessionInvited { name, parties } => {
            format!("{} You are invited to {}.", number(name), with(parties))
        }
        Event::SessionJoined {
            name,
            parties,
            standing,
            topic,
        } => format!(
            "{} You are in {}. {}{}",
            number(name),
            with(parties),
            readers(*standing, parties),
            about(topic.as_deref())
        ),
        Event::SessionParties { name, parties } => format!(
            "{} {} is supervised by you now{}.",
            number(name),
            agent(parties),
            beside(parties)
        ),
        Event::SessionReaders {
            name,
            parties,
            standing,
        } => format!("{} {}", number(name), readers(*standing, parties)),
        Event::SessionLine { name, line, skipped } => said(name, line, *skipped),
        Event::SessionText {
            name,
            to_everyone,
            state,
            trouble,
            ..
        } => text(name, *to_everyone, *state, trouble.as_ref()),
        Event::SessionProblem { name, trouble } => {
            format!("{} Problem: {}", number(name), explained(trouble))
        }
        Event::SessionLeaving { name, .. } => format!("{} Asked to leave.", number(name)),
        Event::SessionOver {
            name, phase, trouble, ..
        } => over(name, *phase, trouble.as_ref()),
        Event::Sessions { sessions, audience } => {
            format!("You are in {}. {}", count(*sessions), hottest(*audience))
        }
        Event::Transcript { name, lines, trouble } => format!(
            "{} {}.{}",
            number(name),
            counted(*lines, "line", "lines"),
            because(trouble.as_ref())
        ),
        Event::RunningSession { running, .. } => runs(running),
        Event::RunningSessions {
            target,
            medium,
            sessions,
        } => format!(
            "{} is in {} that you can join.",
            target_name(target),
            counted(*sessions, one(*medium), many(*medium))
        ),
        // One session has a row in a table instead.
        _ => return None,
    })
}

fn armed(event: &Event) -> Option<String> {
    Some(match event {
        Event::WrittenRequested { arming } => format!(
            "Asked to {} {} in {}{}.",
            act(Some(arming.act)),
            arming.agent_name,
            many(arming.medium),
            choices(arming)
        ),
        Event::WrittenArmed { arming, took_ms } => format!(
            "The server has taken it{}: you will be in {}'s next {}{}.",
            took(*took_ms),
            arming.agent_name,
            one(arming.medium),
            choices(arming)
        ),
        Event::WrittenCancelling { arming } => format!("Asked to cancel for {}.", arming.agent_name),
        Event::WrittenEnded { arming, joined: 0 } => {
            format!("{} is not armed any more.", arming.agent_name)
        }
        Event::WrittenEnded { arming, joined } => format!(
            "{} is not armed any more; {} came of it.",
            arming.agent_name,
            counted(*joined, one(arming.medium), many(arming.medium))
        ),
        Event::WrittenRefused { arming, trouble } => format!(
            "The server refused: {} is not armed.{}",
            arming.agent_name,
            because(trouble.as_ref())
        ),
        Event::WrittenLost { arming, trouble } => format!(
            "Lost: {} is not armed any more.{}",
            arming.agent_name,
            because(trouble.as_ref())
        ),
        Event::WrittenUnclear { arming, trouble } => format!(
            "It is not known whether {} is armed.{}",
            arming.agent_name,
            because(trouble.as_ref())
        ),
        _ => return None,
    })
}

/// So many sessions.
pub(super) fn count(sessions: u32) -> String {
    counted(sessions, "session", "sessions")
}

fn counted(number: u32, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    }
}

fn one(medium: Medium) -> &'static str {
    match medium {
        Medium::Sms => "SMS session",
        Medium::Chat => "chat",
    }
}

fn many(medium: Medium) -> &'static str {
    match medium {
        Medium::Sms => "SMS sessions",
        Medium::Chat => "chats",
    }
}

fn number(name: &SessionName) -> String {
    format!("[{}]", name.number)
}

fn agent(parties: &Parties) -> &str {
    if parties.agent_name.is_empty() {
        "the agent"
    } else {
        &parties.agent_name
    }
}

fn with(parties: &Parties) -> String {
    let medium = match parties.medium {
        Medium::Sms => "the SMS session",
        Medium::Chat => "the chat",
    };
    format!("{medium} of {} with {}", agent(parties), parties.customer)
}

fn beside(parties: &Parties) -> String {
    let others = &parties.others;
    let mut words = String::new();
    if !others.is_empty() {
        // Writing to a String cannot fail.
        _ = write!(words, ", beside {}", others.join(", "));
    }
    if let Some(armed) = &parties.armed_agent {
        _ = write!(words, "; {armed}, who was armed, is not in it");
    }
    words
}

fn choices(arming: &Arming) -> String {
    let mode = arming.mode.map(|mode| match mode {
        Extent::NextChat => "one only".to_owned(),
        Extent::AllChats => "and every one after it".to_owned(),
    });
    let nickname = arming.nickname.as_ref().map(|name| format!("as \"{name}\""));
    let chosen: Vec<String> = [mode, nickname].into_iter().flatten().collect();
    if chosen.is_empty() {
        String::new()
    } else {
        format!(" ({})", chosen.join(", "))
    }
}

fn about(topic: Option<&str>) -> String {
    topic.map(|topic| format!(" About: {topic}")).unwrap_or_default()
}

fn because(trouble: Option<&Trouble>) -> String {
    trouble
        .map(|trouble| format!(" {}", explained(trouble)))
        .unwrap_or_default()
}

fn readers(standing: Standing, parties: &Parties) -> String {
    let how = match standing.act {
        Some(Act::ListenIn) => "You listen: ",
        Some(Act::Coach) => "You coach: ",
        Some(Act::BargeIn) => "You have barged in: ",
        None => "",
    };
    let who = match standing.audience {
        Audience::Nobody => "nobody reads you.".to_owned(),
        Audience::AgentOnly => format!("only {} and other agents in it read you.", agent(parties)),
        Audience::Everyone => "everyone reads you, the customer too.".to_owned(),
        Audience::Unknown => "who reads you is not certain, take it for everyone.".to_owned(),
    };
    let mut words = format!("{how}{who}");
    if how.is_empty()
        && let Some(first) = words.get_mut(..1)
    {
        first.make_ascii_uppercase();
    }
    words
}

fn hottest(audience: Audience) -> &'static str {
    match audience {
        Audience::Nobody => "Nobody reads you.",
        Audience::AgentOnly => "Only agents read you.",
        Audience::Everyone => "In at least one of them everyone reads you, the customer too.",
        Audience::Unknown => "Who reads you is not certain: take it for everyone.",
    }
}

fn said(name: &SessionName, line: &TranscriptLine, skipped: bool) -> String {
    let what = match (line.kind, &line.text) {
        (LineKind::System, text) => format!("* {}", text.as_deref().unwrap_or("…")),
        (_, None) => format!("{} wrote.", writer(line)),
        (_, Some(text)) => {
            let beside = line.url.as_ref().filter(|url| *url != text);
            let beside = beside.map(|url| format!(" <{url}>")).unwrap_or_default();
            format!("{}: {text}{beside}", writer(line))
        }
    };
    let skipped = if skipped { "… " } else { "" };
    format!("{} {} {skipped}{what}", number(name), clock(line.written_ms))
}

fn writer(line: &TranscriptLine) -> String {
    let from = &line.from;
    match line.kind {
        LineKind::Customer => format!("{from} (customer)"),
        LineKind::Agent => format!("{from} (agent)"),
        LineKind::Whisper => format!("{from} (whisper, only agents see it)"),
        LineKind::OwnPublic => "You (to everyone)".to_owned(),
        LineKind::OwnWhisper => "You (whisper, only agents see it)".to_owned(),
        LineKind::System => from.clone(),
    }
}

/// The time of day where this machine is; with the day where that is not today.
fn clock(ms: u64) -> String {
    let zone = TimeZone::system();
    let at = i64::try_from(ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let at = at.unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone());
    let today = Timestamp::now().to_zoned(zone).date();
    let form = if at.date() == today { "%T" } else { "%F %T" };
    at.strftime(form).to_string()
}

fn text(name: &SessionName, to_everyone: bool, state: TextState, trouble: Option<&Trouble>) -> String {
    let what = if to_everyone {
        "Your text to everyone"
    } else {
        "Your whisper"
    };
    let how = match state {
        TextState::Shown => "is in the transcript.",
        TextState::Taken => "was taken by the server; the transcript does not show it yet.",
        TextState::Failed => "was not sent.",
        TextState::Unclear => "may or may not have been sent.",
    };
    format!("{} {what} {how}{}", number(name), because(trouble))
}

fn over(name: &SessionName, phase: SessionPhase, trouble: Option<&Trouble>) -> String {
    let how = match phase {
        SessionPhase::Revoked => "The server has taken you out of the session.",
        SessionPhase::Left => "You have left the session; it has to be marked as done.",
        SessionPhase::Completed => "The session is over for you.",
        SessionPhase::Failed => "You could not be put into the session.",
        SessionPhase::Lost => "The session went while the link was down.",
        SessionPhase::Invited | SessionPhase::Joining | SessionPhase::Live | SessionPhase::Leaving => {
            "You are not in the session any more."
        }
    };
    format!("{} {how}{}", number(name), because(trouble))
}

fn runs(running: &Running) -> String {
    format!(
        "{}: with {}.{}",
        running.session,
        running.customer,
        about(running.topic.as_deref())
    )
}

/// The sessions as a table, with a heading; numbered where the one who reads it can use the numbers.
pub(crate) fn sessions(sessions: &[(SessionName, SessionView)], numbered: bool) -> String {
    let heading = [
        "SESSION",
        "AGENT",
        "CUSTOMER",
        "STATE",
        "YOU",
        "WHO READS YOU",
        "LEAVING",
    ]
    .map(str::to_owned);
    let row = |(name, session): &(SessionName, SessionView)| {
        let number = if numbered {
            format!("{} ", number(name))
        } else {
            String::new()
        };
        [
            plain(&format!("{number}{}", session.key)),
            plain(&session.agent_name),
            plain(&session.customer),
            format!("{:?}", session.phase),
            how(session.act).to_owned(),
            who(session.audience).to_owned(),
            leaving(session.acts.leave).to_owned(),
        ]
    };
    let rows: Vec<[String; 7]> = std::iter::once(heading).chain(sessions.iter().map(row)).collect();
    columns(&rows)
}

fn how(act: Option<Act>) -> &'static str {
    match act {
        Some(Act::ListenIn) => "listen",
        Some(Act::Coach) => "coach",
        Some(Act::BargeIn) => "barged in",
        None => "?",
    }
}

fn who(audience: Audience) -> &'static str {
    match audience {
        Audience::Nobody => "nobody",
        Audience::AgentOnly => "agents only",
        Audience::Everyone => "EVERYONE",
        Audience::Unknown => "NOT CERTAIN",
    }
}

fn leaving(effect: LeaveEffect) -> &'static str {
    match effect {
        LeaveEffect::NotOffered => "not offered",
        LeaveEffect::GoesOn => "the session goes on",
        LeaveEffect::EndsForCustomer => "would end it for the customer",
        LeaveEffect::Unknown => "not known what it does",
    }
}

#[cfg(test)]
mod tests;
