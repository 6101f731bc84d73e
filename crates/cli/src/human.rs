//! Short sentences for people. What comes from the server is only ever text: nothing in a name can move the cursor.

mod journal;
mod plain;
mod written;

use std::fmt::Write as _;

use console::doctor::Outcome;
use desk::audience::Audience;
use desk::order::{Act, Mode, Scope};
use desk::view::{LinkState, RosterSource, WhyNot};
use unicode_width::UnicodeWidthStr;

pub(crate) use journal::coachings;
pub(crate) use plain::escaped;
use plain::plain;
pub(crate) use written::sessions;

use crate::events::{Agent, Check, Event, FloorUser, Manner, Target, Trouble};

/// The sentence for an event; none where there is nothing to say to people.
pub(crate) fn sentence(event: &Event) -> Option<String> {
    if let Event::Check { check } = event {
        return Some(checked(check));
    }
    words(event).map(|words| plain(&words))
}

/// What went wrong, for standard error.
pub(crate) fn error(event: &Event) -> Option<String> {
    match event {
        Event::Error { trouble, .. } => Some(plain(&format!("sotto-cli: {}", explained(trouble)))),
        _ => None,
    }
}

fn words(event: &Event) -> Option<String> {
    Some(match event {
        Event::SignedIn {
            server, name, phone, ..
        } => match phone {
            Some(phone) => format!("Signed in to {server} as {name}, phone {phone}."),
            None => format!("Signed in to {server} as {name}, without a phone."),
        },
        Event::SignedOut => "Signed out.".to_owned(),
        Event::LinkChanged { state, trouble } => return link(*state, trouble.as_ref()),
        Event::Notice { trouble } => format!("Note: {}", explained(trouble)),
        Event::Problem { trouble } => format!("Problem: {}", explained(trouble)),
        Event::Requested { target, manner } => format!(
            "Asked to {} {}{}.",
            act(manner.act),
            name(target),
            choices(manner)
        ),
        Event::Accepted { .. } => "The server has accepted the request.".to_owned(),
        Event::Armed {
            target,
            manner,
            took_ms,
        } => format!(
            "Armed to {} {}{}{}.",
            act(manner.act),
            name(target),
            choices(manner),
            took(*took_ms)
        ),
        Event::Ringing { target, .. } => format!("Your phone rings with the call of {}.", name(target)),
        Event::Answering { .. } => "Picking up.".to_owned(),
        Event::Live { target, took_ms, .. } => {
            format!("You are in the call with {}{}.", name(target), took(*took_ms))
        }
        Event::Audience { audience, target } => heard(*audience, target),
        Event::Switched { act: to, .. } => format!("Switched: you {} now.", act(*to)),
        Event::CallEnded { .. } => "The call is over.".to_owned(),
        Event::StopRequested { .. } => "Asked the server to stop.".to_owned(),
        Event::Stopped { target, took_ms } => {
            format!(
                "Stopped: {} is not supervised by you any more{}.",
                name(target),
                took(*took_ms)
            )
        }
        // Why comes with the error.
        Event::Refused { target, .. } => {
            format!("The server refused: {} is not supervised by you.", name(target))
        }
        Event::Lost { target, .. } => format!(
            "Lost: it is not known whether {} is supervised by you.",
            name(target)
        ),
        Event::Interrupted { by } => format!("Told to stop ({by}): cancelling. Once more leaves at once."),
        Event::Detached { target, sessions } => detached(target, *sessions),
        Event::NothingArmed => "Nothing is armed.".to_owned(),
        Event::Agent { agent } => format!("{}: {}, {}.", agent.agent_name, agent.label, coachable(agent)),
        Event::AgentGone { target } => format!("{} is not on the floor any more.", name(target)),
        Event::Floor {
            agents,
            can_be_coached,
            source,
            trouble,
        } => floor(*agents, *can_be_coached, *source, trouble.as_ref()),
        Event::Me {
            name, phone, label, ..
        } => format!(
            "You are {name}, phone {}: {}.",
            phone.as_deref().unwrap_or("none"),
            label.as_deref().unwrap_or("state unknown")
        ),
        Event::Call { call } => format!(
            "Call {} with {}: {}.",
            call.call_id,
            call.participants.join(", "),
            call.state
        ),
        Event::CallGone { call_id } => format!("Call {call_id} is over."),
        Event::Diagnosis {
            ok,
            warnings,
            failed,
            skipped,
        } => format!("{ok} ok, {warnings} warnings, {failed} failed, {skipped} skipped."),
        Event::FloorClosed => "The practice floor is closed.".to_owned(),
        // These have a form of their own.
        Event::Check { .. } | Event::FloorOpen { .. } | Event::Error { .. } => return None,
        Event::Coaching { .. }
        | Event::Coachings { .. }
        | Event::JournalChecked { .. }
        | Event::ExportChecked { .. }
        | Event::JournalExported { .. } => return journal::words(event),
        written => return written::words(written),
    })
}

fn detached(target: &Target, sessions: Option<u32>) -> String {
    let armed = target.agent_id.is_some() || target.agent_name.is_some();
    match sessions {
        Some(0) if !armed => {
            "You stay signed in on the server, so that nothing you armed elsewhere ends.".to_owned()
        }
        Some(sessions) if !armed => {
            format!(
                "You stay in {} and signed in on the server.",
                written::count(sessions)
            )
        }
        _ => format!(
            "{} stays armed and the session stays open. `sotto-cli cancel` ends it.",
            name(target)
        ),
    }
}

fn link(state: LinkState, trouble: Option<&Trouble>) -> Option<String> {
    let words = match state {
        LinkState::Offline | LinkState::SigningIn | LinkState::Connecting => return None,
        LinkState::Live => "The link to the server is live.",
        LinkState::Stale => "The link to the server is down.",
        LinkState::Recovering => "The server is back; reading what is true.",
        LinkState::SignedOut => "The session has ended.",
    };
    Some(match trouble {
        Some(trouble) => format!("{words} {}", explained(trouble)),
        None => words.to_owned(),
    })
}

fn explained(trouble: &Trouble) -> String {
    match &trouble.hint {
        Some(hint) => format!("{} {hint}", trouble.message),
        None => trouble.message.clone(),
    }
}

fn name(target: &Target) -> &str {
    let known = target.agent_name.as_deref().or(target.agent_id.as_deref());
    known.unwrap_or("the agent")
}

fn heard(audience: Audience, target: &Target) -> String {
    match audience {
        Audience::Nobody => "Nobody hears you.".to_owned(),
        Audience::AgentOnly => format!("Only {} hears you.", name(target)),
        Audience::Everyone => "Everyone in the call hears you.".to_owned(),
        Audience::Unknown => "Who hears you is not certain: take it for everyone.".to_owned(),
    }
}

fn act(act: Option<Act>) -> &'static str {
    match act {
        Some(Act::ListenIn) => "listen to",
        Some(Act::Coach) => "coach",
        Some(Act::BargeIn) => "barge in on",
        None => "supervise",
    }
}

fn choices(manner: &Manner) -> String {
    let mode = manner.mode.map(|mode| match mode {
        Mode::NextCall => "the next call",
        Mode::AllCalls => "all calls",
    });
    let scope = manner.scope.map(|scope| match scope {
        Scope::Agent => "leaving with the agent",
        Scope::Call => "following the customer",
    });
    let chosen: Vec<&str> = [mode, scope].into_iter().flatten().collect();
    if chosen.is_empty() {
        String::new()
    } else {
        format!(" ({})", chosen.join(", "))
    }
}

fn took(took_ms: Option<u64>) -> String {
    took_ms
        .map(|ms| format!(" after {}.{:03} s", ms / 1000, ms % 1000))
        .unwrap_or_default()
}

fn floor(
    agents: u32,
    coachable: Option<u32>,
    source: Option<RosterSource>,
    trouble: Option<&Trouble>,
) -> String {
    let from = match source {
        Some(RosterSource::Users) => ", read from /users",
        Some(RosterSource::ContactsAndDevices) => ", read from /contacts and the phones of each",
        Some(RosterSource::Contacts) => ", read from /contacts alone (no states)",
        None => "",
    };
    let coachable = coachable
        .map(|number| format!(", {number} can be coached"))
        .unwrap_or_default();
    let plural = if agents == 1 { "" } else { "s" };
    let trouble = trouble
        .map(|trouble| format!(" {}", explained(trouble)))
        .unwrap_or_default();
    format!("{agents} agent{plural}{coachable}{from}.{trouble}")
}

fn coachable(agent: &Agent) -> String {
    match (agent.why_not, &agent.held_by) {
        (None, _) => "can be coached".to_owned(),
        (Some(WhyNot::Held), Some(holder)) => format!("held by {holder}"),
        (Some(why), _) => why_not(why).to_owned(),
    }
}

fn why_not(why: WhyNot) -> &'static str {
    match why {
        WhyNot::NoPhone => "no phone",
        WhyNot::LoggedOut => "not logged in",
        WhyNot::PhoneNotRegistered => "phone not registered",
        WhyNot::Held => "held by another supervisor",
        WhyNot::NotOffered => "the server offers you no coaching now",
        WhyNot::LinkDown => "the link is down",
    }
}

/// One line for a step that works; for any other what it means and what to do below, and the facts for IT.
fn checked(check: &Check) -> String {
    let status = match check.status {
        Outcome::Ok => "ok",
        Outcome::Warning => "WARNING",
        Outcome::Failed => "FAILED",
        Outcome::Skipped => "skipped",
    };
    let mut lines = format!("{status:<8} {:<24} {}", check.step.title(), plain(&check.detail));
    let mut below = |words: &str| {
        // Writing to a String cannot fail.
        let _ = write!(lines, "\n{:<33} {}", "", plain(words));
    };
    if matches!(check.status, Outcome::Warning | Outcome::Failed) {
        check.meaning.as_deref().into_iter().for_each(&mut below);
        check.hint.as_deref().into_iter().for_each(&mut below);
        for fact in &check.facts {
            below(&format!("{}: {}", fact.name, fact.value));
        }
    }
    lines
}

/// The agents as a table, with a heading.
pub(crate) fn table(agents: &[Agent]) -> String {
    let heading = ["NAME", "STATE", "PHONE", "GROUP", "COACHING"].map(str::to_owned);
    let row = |agent: &Agent| {
        [
            plain(&agent.agent_name),
            plain(&agent.label),
            plain(&agent.phone),
            plain(&agent.group),
            plain(&coachable(agent)),
        ]
    };
    let rows: Vec<[String; 5]> = std::iter::once(heading).chain(agents.iter().map(row)).collect();
    columns(&rows)
}

/// Rows with their cells under each other; the last column may be as wide as it likes.
fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].width())
            .max()
            .unwrap_or_default()
    };
    let line = |row: &[String; N]| {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            line.push_str(cell);
            if column + 1 < N {
                line.push_str(&" ".repeat(width(column) - cell.width() + 2));
            }
        }
        line
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A practice floor that has just opened.
pub(crate) fn floor_open(
    base_url: &str,
    control: (&str, &str),
    agents: usize,
    users: &[FloorUser],
) -> String {
    let user = |user: &FloorUser| {
        format!(
            "{} (password {}, phone {})",
            user.user_name, user.password, user.phone
        )
    };
    let users: Vec<String> = users.iter().map(user).collect();
    let (control_url, control_token) = control;
    format!(
        "A practice floor with {agents} agents is open. Ctrl-C closes it.\n\
         Server:        {base_url}\n\
         Users:         {}\n\
         Control:       {control_url}\n\
         Control token: {control_token}",
        users.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use desk::view::StateKind;

    use super::*;

    fn agent(name: &str, group: &str, why_not: Option<WhyNot>) -> Agent {
        Agent {
            agent_id: "a1".to_owned(),
            agent_name: name.to_owned(),
            state: StateKind::Ready,
            label: "Ready".to_owned(),
            since_ms: 0,
            since_exact: false,
            group: group.to_owned(),
            phone: "6001".to_owned(),
            can_be_coached: why_not.is_none(),
            why_not,
            held_by: Some("Maria Santos".to_owned()).filter(|_| why_not == Some(WhyNot::Held)),
        }
    }

    #[test]
    fn who_hears_is_said_in_one_short_sentence() {
        let target = Target {
            agent_id: None,
            agent_name: Some("Ana Núñez".to_owned()),
        };
        let said = |audience| {
            let target = target.clone();
            sentence(&Event::Audience { audience, target }).unwrap()
        };
        assert_eq!(said(Audience::AgentOnly), "Only Ana Núñez hears you.");
        assert_eq!(said(Audience::Nobody), "Nobody hears you.");
        assert!(said(Audience::Unknown).contains("everyone"));
    }

    #[test]
    fn the_columns_of_the_table_stand_under_each_other() {
        let table = table(&[
            agent("Ana Núñez", "Sales", None),
            agent("王小明", "Sales and service", Some(WhyNot::Held)),
        ]);
        let column = |line: &str, word: &str| line[..line.find(word).unwrap()].width();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        for line in &lines[1..] {
            assert_eq!(column(line, "6001"), column(lines[0], "PHONE"));
        }
        assert_eq!(column(lines[1], "can be"), column(lines[0], "COACHING"));
        assert_eq!(
            column(lines[2], "held by Maria Santos"),
            column(lines[0], "COACHING")
        );
    }

    #[test]
    fn a_name_cannot_move_the_cursor_or_break_the_line() {
        let target = Target {
            agent_id: None,
            agent_name: Some("Ana\u{1b}[2J\nroot\u{202e}".to_owned()),
        };
        let said = sentence(&Event::CallEnded {
            target: target.clone(),
        })
        .unwrap();
        assert_eq!(said, "The call is over.");
        let said = sentence(&Event::AgentGone { target }).unwrap();
        assert!(!said.contains(['\u{1b}', '\n', '\u{202e}']), "{said:?}");
        assert!(!table(&[agent("Ana\nroot", "", None)]).contains("\nroot"));
    }
}
