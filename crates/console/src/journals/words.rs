//! The journal in the words of the contract, and back.

use std::path::Path;

use desk::fault::{Fault, FaultCode};
use desk::moment::Moment;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use journal::{
    Act, Book, Channel, Coaching, CoachingResult, Content, Effect, Entry, Format, Found, Manifest, NextStep,
    Query, RosterAgent, SortKey, Uncovered, Uptake, Verification, Weeks, What,
};

use crate::contract::journal as contract;
use crate::policy::{Budget, OverBudget};

/// The longest note, in characters.
const LONGEST_NOTE: usize = 2_000;
/// The longest tag, in characters.
const LONGEST_TAG: usize = 60;
/// So many tags of one debrief.
const MOST_TAGS: usize = 20;

/// Two closed sets with the same words.
macro_rules! same_words {
    ($ours:ty, $theirs:ty: $($word:ident)+) => {
        impl From<$ours> for $theirs {
            fn from(word: $ours) -> $theirs {
                match word { $(<$ours>::$word => <$theirs>::$word),+ }
            }
        }
        impl From<$theirs> for $ours {
            fn from(word: $theirs) -> $ours {
                match word { $(<$theirs>::$word => <$ours>::$word),+ }
            }
        }
    };
}

same_words!(contract::JournalChannel, Channel: Voice Sms Chat);
same_words!(contract::JournalResult, CoachingResult: Underway Ended Cancelled Revoked Left Refused Lost);
same_words!(
    contract::JournalEvent, What:
    Requested Accepted Armed Offered Live ModeChanged Ended Cancelled Revoked Left Refused Lost Whispered
);
same_words!(contract::Uptake, Uptake: Used Partly NotUsed);
same_words!(contract::CoachingEffect, Effect: Better Same Worse);
same_words!(contract::NextStep, NextStep: Nothing Praise WatchAgain Train);
same_words!(contract::JournalSort, SortKey: Began Agent Result LiveTime FollowUp);
same_words!(contract::JournalFormat, Format: Csv JsonLines Html);

/// The acts of the desk in the journal's words.
pub(super) fn acts(acts: &[desk::order::Act]) -> Vec<Act> {
    acts.iter().copied().map(act).collect()
}

pub(crate) fn act(act: desk::order::Act) -> Act {
    match act {
        desk::order::Act::ListenIn => Act::ListenIn,
        desk::order::Act::Coach => Act::Coach,
        desk::order::Act::BargeIn => Act::BargeIn,
    }
}

pub(super) fn desk_act(act: Act) -> desk::order::Act {
    match act {
        Act::ListenIn => desk::order::Act::ListenIn,
        Act::Coach => desk::order::Act::Coach,
        Act::BargeIn => desk::order::Act::BargeIn,
    }
}

pub(super) fn query(asked: contract::JournalQuery) -> Result<Query, Fault> {
    Ok(Query {
        text: asked.text,
        agent_ids: asked.agent_ids,
        supervisors: Vec::new(),
        channels: words(asked.channels),
        acts: acts(&asked.acts),
        results: words(asked.results),
        tags: asked.tags,
        from_ms: asked.from.map(|moment| moment.0),
        until_ms: asked.until.map(|moment| moment.0),
        follow_up_until: asked.follow_up_until.as_deref().map(date).transpose()?,
        sort: asked.sort.into(),
        descending: asked.descending,
        first: asked.first as usize,
        count: asked.count as usize,
    })
}

fn words<A: Into<B>, B>(words: Vec<A>) -> Vec<B> {
    words.into_iter().map(Into::into).collect()
}

fn date(text: &str) -> Result<Date, Fault> {
    text.parse()
        .map_err(|_| not_valid(format!("{text:?} is no day like 2026-11-22.")))
}

pub(super) fn page(book: &Book, query: &Query) -> contract::JournalPage {
    let Found {
        matching,
        first,
        rows,
    } = book.find(query);
    let mut agents: Vec<contract::JournalAgent> = known_agents(book).into_iter().map(agent).collect();
    agents.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
    let tags = book
        .tags()
        .into_iter()
        .map(|(tag, coachings)| contract::JournalTag {
            tag: tag.to_owned(),
            coachings: small(coachings),
        });
    contract::JournalPage {
        all: small(book.len()),
        total: small(matching),
        first: small(first),
        rows: rows.iter().map(coaching).collect(),
        tags: tags.collect(),
        agents,
    }
}

/// Every agent there is a coaching of.
pub(super) fn known_agents(book: &Book) -> Vec<RosterAgent> {
    let agents = book.agents().into_iter();
    agents
        .map(|(id, name)| RosterAgent {
            id: id.to_owned(),
            name: name.to_owned(),
        })
        .collect()
}

fn agent(agent: RosterAgent) -> contract::JournalAgent {
    contract::JournalAgent {
        id: agent.id,
        name: agent.name,
    }
}

pub(super) fn coaching(coaching: &Coaching) -> contract::JournalCoaching {
    contract::JournalCoaching {
        session: coaching.session.clone(),
        supervisor: coaching.supervisor.clone(),
        agent_id: coaching.agent_id.clone(),
        agent_name: coaching.agent.clone(),
        server: coaching.server.clone(),
        channel: coaching.channel.into(),
        acts: coaching.acts.iter().copied().map(desk_act).collect(),
        mode: coaching.mode.clone(),
        scope: coaching.scope.clone(),
        reason: coaching.reason.clone(),
        began: Moment(coaching.began_ms),
        requested: coaching.requested_ms.map(Moment),
        armed: coaching.armed_ms.map(Moment),
        live: coaching.live_ms.map(Moment),
        ended: coaching.ended_ms.map(Moment),
        interactions: small(coaching.spans.len()),
        live_ms: coaching.live_total_ms(),
        accepted_took_ms: coaching.latencies.accepted_ms,
        armed_took_ms: coaching.latencies.armed_ms,
        live_took_ms: coaching.latencies.live_ms,
        result: coaching.result.into(),
        error_code: coaching.error_code.clone(),
        whispers: coaching.whispers,
        debrief: coaching.debrief.clone().map(given),
        debriefs: coaching.debriefs,
    }
}

fn given(debrief: journal::Debrief) -> contract::Debrief {
    contract::Debrief {
        at: Moment(debrief.at_ms),
        supervisor: debrief.supervisor,
        uptake: debrief.uptake.map(Into::into),
        effect: debrief.effect.map(Into::into),
        next_step: debrief.next_step.map(Into::into),
        tags: debrief.tags,
        note: debrief.note,
        follow_up: debrief.follow_up.map(|day| day.to_string()),
    }
}

/// A debrief as it may be written down.
pub(super) fn debrief(
    new: contract::NewDebrief,
    supervisor: String,
    now: Moment,
) -> Result<journal::Debrief, Fault> {
    let note = new
        .note
        .map(|note| note.trim().to_owned())
        .filter(|note| !note.is_empty());
    if note
        .as_ref()
        .is_some_and(|note| note.chars().count() > LONGEST_NOTE)
    {
        return Err(not_valid(format!(
            "The note is longer than {LONGEST_NOTE} characters."
        )));
    }
    if new.tags.len() > MOST_TAGS {
        return Err(not_valid(format!("There are more than {MOST_TAGS} tags.")));
    }
    if new
        .tags
        .iter()
        .any(|tag| tag.chars().count() > LONGEST_TAG || tag.chars().any(char::is_control))
    {
        return Err(not_valid(format!(
            "A tag is one line of at most {LONGEST_TAG} characters."
        )));
    }
    let debrief = journal::Debrief {
        at_ms: now.0,
        supervisor,
        session: new.session,
        uptake: new.uptake.map(Into::into),
        effect: new.effect.map(Into::into),
        next_step: new.next_step.map(Into::into),
        tags: new.tags,
        note,
        follow_up: new.follow_up.as_deref().map(date).transpose()?,
    };
    Ok(debrief)
}

/// An entry of a coaching; none for a tombstone, which belongs to no coaching.
pub(super) fn entry(entry: Entry<Content>) -> Option<contract::JournalEntry> {
    let at = Moment(entry.content.at_ms());
    let what = match entry.content {
        Content::Event(event) => contract::JournalEntryContent::Event {
            event: event.event.into(),
            act: desk_act(event.act),
            took_ms: event.took_ms,
            error_code: event.error_code,
            reason: event.reason,
            text: event.text.map(|text| text.as_str().to_owned()),
        },
        Content::Debrief(debrief) => contract::JournalEntryContent::Debrief {
            debrief: given(debrief),
        },
        Content::Removal(_) => return None,
    };
    Some(contract::JournalEntry {
        sequence: entry.sequence,
        at,
        hash: entry.hash.to_string(),
        what,
    })
}

/// What a check found. `goes_on` tells whether there is anything behind the first entry that is wrong.
pub(super) fn check(verification: &Verification, goes_on: bool) -> contract::JournalCheck {
    use contract::JournalState as State;
    let (sequence, fault) = match verification {
        Verification::Whole(kept) => {
            let count = (kept.seal.count + 1).saturating_sub(kept.first);
            let removed = if kept.first > 1 {
                format!(
                    " Entries 1 to {} are gone: their tombstone says that they were removed by policy.",
                    kept.first - 1
                )
            } else {
                String::new()
            };
            return contract::JournalCheck {
                state: State::Whole,
                sequence: None,
                sentence: format!("The journal is whole: {} in order.{removed}", entries(count)),
                entries: Some(count),
                first: Some(kept.first),
                seal: Some(kept.seal.hash.to_string()),
            };
        }
        Verification::Broken { sequence, fault } => (*sequence, *fault),
    };
    let (state, sentence) = match fault {
        journal::Fault::Edited => (
            State::Edited,
            format!("Entry {sequence} was changed after it was written."),
        ),
        journal::Fault::Unreadable => (
            State::Edited,
            format!("Entry {sequence} was changed: it holds something that Sotto does not write."),
        ),
        journal::Fault::Missing if goes_on => (
            State::Removed,
            format!("Entry {sequence} is gone, and no policy removed it."),
        ),
        journal::Fault::Missing => (
            State::Truncated,
            format!("The end of the journal is gone, from entry {sequence} on."),
        ),
        journal::Fault::Unlinked => (
            State::Reordered,
            format!("Entry {sequence} does not follow the one before: entries were moved or replaced."),
        ),
        journal::Fault::Unsealed => (
            State::Added,
            format!("Entry {sequence} was added by something else than Sotto."),
        ),
        journal::Fault::SealDiffers => (
            State::SealChanged,
            "The seal of the journal is not that of its last entry.".to_owned(),
        ),
    };
    contract::JournalCheck {
        state,
        sequence: Some(sequence),
        sentence: format!("{sentence} What stands before it is as it was written."),
        entries: None,
        first: None,
        seal: None,
    }
}

fn entries(count: u64) -> String {
    match count {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    }
}

pub(super) fn format(format: contract::JournalFormat) -> Format {
    format.into()
}

/// What was exported, with the paths of the files.
pub(super) fn export(folder: &Path, name: &str, manifest: &Manifest) -> contract::JournalExport {
    let path = |file: &str| folder.join(file).display().to_string();
    let file = manifest.files.first().map(|file| path(&file.name));
    contract::JournalExport {
        file: file.unwrap_or_default(),
        manifest: path(&format!("{name}.manifest.json")),
        coachings: small(manifest.coachings),
        whole: matches!(manifest.verification, Verification::Whole(_)),
    }
}

pub(super) fn coverage(
    from_roster: bool,
    uncovered: Vec<Uncovered>,
    weeks: Weeks,
) -> contract::JournalCoverage {
    let uncovered = uncovered.into_iter().map(|uncovered| contract::Uncovered {
        agent: agent(uncovered.agent),
        last: uncovered.last_ms.map(Moment),
        days: uncovered.days,
    });
    let rows = weeks.rows.into_iter().map(|row| contract::AgentWeeks {
        agent: agent(row.agent),
        live_ms: row.live_ms,
    });
    contract::JournalCoverage {
        from_roster,
        uncovered: uncovered.collect(),
        weeks: weeks.starts_ms.into_iter().map(Moment).collect(),
        rows: rows.collect(),
    }
}

pub(super) fn budget(budget: &Budget) -> contract::Budget {
    contract::Budget {
        per_month: budget.per_agent_per_month,
        acts: budget.acts.iter().copied().collect(),
        when_spent: match budget.over {
            OverBudget::Warn => contract::WhenSpent::Warn,
            OverBudget::Block => contract::WhenSpent::Block,
        },
    }
}

/// The day of a moment on this computer, as in `2026-11-22`.
pub(super) fn day(moment: Moment) -> String {
    let timestamp = i64::try_from(moment.0).ok();
    let timestamp = timestamp.and_then(|ms| Timestamp::from_millisecond(ms).ok());
    timestamp.map_or_else(
        || moment.0.to_string(),
        |timestamp| timestamp.to_zoned(TimeZone::system()).date().to_string(),
    )
}

fn not_valid(message: String) -> Fault {
    Fault::new(FaultCode::BadJournalEntry, message)
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
