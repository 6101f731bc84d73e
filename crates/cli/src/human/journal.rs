//! The journal for people: a table, and the sentences of its commands.

use console::contract::journal::{JournalChannel, JournalResult};
use desk::order::Act;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::columns;
use super::plain::plain;
use crate::events::{Event, JournalRow};

/// Coachings as a table, with a heading.
pub(crate) fn coachings(rows: &[JournalRow]) -> String {
    let heading = [
        "BEGAN",
        "AGENT",
        "CHANNEL",
        "DONE",
        "TIME",
        "RESULT",
        "TAGS",
        "REASON OR NOTE",
    ]
    .map(str::to_owned);
    let row = |row: &JournalRow| {
        [
            local(row.began_ms),
            plain(&row.agent_name),
            channel(row.channel).to_owned(),
            done(&row.acts),
            time(row.live_ms),
            result(row),
            plain(&row.tags.join(", ")),
            plain(row.note.as_deref().or(row.reason.as_deref()).unwrap_or_default()),
        ]
    };
    let rows: Vec<[String; 8]> = std::iter::once(heading).chain(rows.iter().map(row)).collect();
    columns(&rows)
}

/// The sentence of an event of the journal.
pub(super) fn words(event: &Event) -> Option<String> {
    Some(match event {
        Event::Coachings { shown, found, all } => {
            let of = if shown == found {
                String::new()
            } else {
                format!(", {shown} shown")
            };
            let among = if found == all {
                String::new()
            } else {
                format!(" of {all}")
            };
            let plural = if *found == 1 && found == all { "" } else { "s" };
            format!("{found}{among} coaching{plural}{of}.")
        }
        // Where it is not whole the error says it.
        Event::JournalChecked {
            message,
            seal: Some(seal),
            ..
        } => format!("{message} The last hash is {seal}."),
        Event::ExportChecked { message, .. } => message.clone(),
        Event::JournalExported {
            file,
            manifest,
            coachings,
            whole,
        } => {
            let plural = if *coachings == 1 { "" } else { "s" };
            let doubt = if *whole {
                ""
            } else {
                " The journal is not whole: `sotto-cli journal verify` says why."
            };
            format!("{coachings} coaching{plural} written to {file}, with {manifest}.{doubt}")
        }
        _ => return None,
    })
}

fn local(at_ms: u64) -> String {
    let timestamp = i64::try_from(at_ms).ok();
    let timestamp = timestamp.and_then(|ms| Timestamp::from_millisecond(ms).ok());
    timestamp.map_or_else(String::new, |timestamp| {
        let here = timestamp.to_zoned(TimeZone::system());
        here.strftime("%Y-%m-%d %H:%M").to_string()
    })
}

fn channel(channel: JournalChannel) -> &'static str {
    match channel {
        JournalChannel::Voice => "voice",
        JournalChannel::Sms => "SMS",
        JournalChannel::Chat => "chat",
    }
}

fn done(acts: &[Act]) -> String {
    let words = acts.iter().map(|act| match act {
        Act::ListenIn => "listen",
        Act::Coach => "coach",
        Act::BargeIn => "barge",
    });
    words.collect::<Vec<_>>().join(", ")
}

fn time(ms: u64) -> String {
    match ms / 1000 {
        0 => "-".to_owned(),
        seconds => format!("{}:{:02}", seconds / 60, seconds % 60),
    }
}

fn result(row: &JournalRow) -> String {
    let word = match row.result {
        JournalResult::Underway => "under way",
        JournalResult::Ended => "ended",
        JournalResult::Cancelled => "cancelled",
        JournalResult::Revoked => "taken out",
        JournalResult::Left => "left",
        JournalResult::Refused => "refused",
        JournalResult::Lost => "lost",
    };
    match &row.code {
        Some(code) => format!("{word} ({})", plain(code)),
        None => word.to_owned(),
    }
}
