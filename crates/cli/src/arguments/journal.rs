//! `sotto-cli journal …`: what was done and what came of it, on the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use console::contract::journal::{JournalChannel, JournalFormat, JournalQuery, JournalResult, JournalSort};
use desk::moment::Moment;
use desk::order::Act;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

const LIST_HELP: &str = "\
Examples:
  sotto-cli journal list --agent ana --from 2026-11-01 --channel sms
  sotto-cli journal list --tag greeting --follow-up-until 2026-12-01 --json

Several values of one filter are alternatives; different filters must all hold.";

const VERIFY_HELP: &str = "\
Exit code 0 means that the journal is whole, 8 that it is not, 1 that nobody could look.";

const EXPORT_HELP: &str = "\
Examples:
  sotto-cli journal export --format jsonl --out /srv/evidence
  sotto-cli journal export --format html --agent ana --from 2026-11-01 --out .

A manifest with the hashes is written beside the file. No file is ever replaced.";

/// What to do with the journal.
#[derive(Debug, Subcommand)]
pub(crate) enum Journal {
    /// Show coachings, the newest first
    #[command(after_help = LIST_HELP)]
    List(Listing),
    /// Check that no entry was changed, removed, added or moved
    #[command(after_help = VERIFY_HELP)]
    Verify(Verifying),
    /// Write coachings to a file, with a manifest
    #[command(after_help = EXPORT_HELP)]
    Export(Exporting),
}

/// What to check.
#[derive(Debug, Args)]
pub(crate) struct Verifying {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Hold the journal against an earlier export as well, and that against its files
    #[arg(long, value_name = "MANIFEST")]
    pub(crate) export: Option<PathBuf>,
}

/// Which journal.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The journal to read; without it that of the app on this computer
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
}

/// Which coachings.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// Words that must all be in agent, supervisor, server, reason, error code, tags or note
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// Id of the agent, or words of the name; may be repeated
    #[arg(long = "agent", value_name = "NAME|ID")]
    pub(crate) agents: Vec<String>,
    /// May be repeated
    #[arg(long = "channel", value_name = "CHANNEL", ignore_case = true, value_parser = channels())]
    channels: Vec<JournalChannel>,
    /// May be repeated
    #[arg(long = "act", value_name = "ACT", ignore_case = true, value_parser = acts())]
    acts: Vec<Act>,
    /// May be repeated
    #[arg(long = "result", value_name = "RESULT", ignore_case = true, value_parser = results())]
    results: Vec<JournalResult>,
    /// A tag of the debrief; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Only what began at or after this: 2026-11-22, 2026-11-22T09:30 or 2026-11-22T09:30:00Z
    #[arg(long, value_name = "TIME", value_parser = from)]
    from: Option<Moment>,
    /// Only what began before this; a day counts whole
    #[arg(long, value_name = "TIME", value_parser = until)]
    until: Option<Moment>,
    /// Only with a follow-up on this day or before
    #[arg(long, value_name = "DAY")]
    follow_up_until: Option<Date>,
    /// What to sort by
    #[arg(long, ignore_case = true, default_value = "began", value_parser = sorts())]
    sort: JournalSort,
    /// The other way round: the oldest, first or shortest first
    #[arg(long)]
    ascending: bool,
}

/// What to show.
#[derive(Debug, Args)]
pub(crate) struct Listing {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) filters: Filters,
    /// Pass over so many
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) skip: u32,
    /// Show at most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) count: u32,
}

/// What to write.
#[derive(Debug, Args)]
pub(crate) struct Exporting {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) filters: Filters,
    /// A sheet, one entry a line, or a report to print
    #[arg(long, ignore_case = true, value_parser = formats())]
    pub(crate) format: JournalFormat,
    /// The folder for the files; it is made where it is missing
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
}

impl Filters {
    /// The question, but for the agents, who have to be looked up.
    pub(crate) fn query(self) -> JournalQuery {
        JournalQuery {
            text: self.text.unwrap_or_default(),
            agent_ids: Vec::new(),
            channels: self.channels,
            acts: self.acts,
            results: self.results,
            tags: self.tags,
            from: self.from,
            until: self.until,
            follow_up_until: self.follow_up_until.map(|day| day.to_string()),
            sort: self.sort,
            descending: !self.ascending,
            ..JournalQuery::default()
        }
    }
}

/// What was given is no time.
#[derive(Debug, thiserror::Error)]
#[error("a time is needed, such as 2026-11-22, 2026-11-22T09:30 or 2026-11-22T09:30:00Z")]
struct NoTime;

fn from(text: &str) -> Result<Moment, NoTime> {
    day(text).map_or_else(|| time(text), |day| moment(&day))
}

fn until(text: &str) -> Result<Moment, NoTime> {
    let next = |day: Zoned| day.checked_add(1.day()).map_err(|_| NoTime);
    day(text).map_or_else(|| time(text), |day| moment(&next(day)?))
}

/// Midnight of a day on this computer.
fn day(text: &str) -> Option<Zoned> {
    // A time is no day, although a day could be read from it.
    let day: Date = text
        .parse()
        .ok()
        .filter(|_| !text.contains(['T', 't', ' ', ':']))?;
    day.to_zoned(TimeZone::system()).ok()
}

fn time(text: &str) -> Result<Moment, NoTime> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return moment(&timestamp.to_zoned(TimeZone::UTC));
    }
    let here = text.parse::<DateTime>().map_err(|_| NoTime)?;
    moment(&here.to_zoned(TimeZone::system()).map_err(|_| NoTime)?)
}

fn moment(time: &Zoned) -> Result<Moment, NoTime> {
    let ms = u64::try_from(time.timestamp().as_millisecond());
    ms.map(Moment).map_err(|_| NoTime)
}

/// Words of the command line and what they mean; what was typed arrives as it was typed.
fn words<T: Clone + Send + Sync + 'static>(
    words: &'static [(&'static str, T)],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(words.iter().map(|(word, _)| *word)).try_map(move |typed| {
        let meant = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(&typed));
        meant.map(|(_, value)| value.clone()).ok_or(NoTime)
    })
}

fn channels() -> impl TypedValueParser<Value = JournalChannel> {
    use JournalChannel::{Chat, Sms, Voice};
    words(&[("voice", Voice), ("sms", Sms), ("chat", Chat)])
}

fn acts() -> impl TypedValueParser<Value = Act> {
    words(&[
        ("listen", Act::ListenIn),
        ("coach", Act::Coach),
        ("barge", Act::BargeIn),
    ])
}

fn results() -> impl TypedValueParser<Value = JournalResult> {
    use JournalResult::{Cancelled, Ended, Left, Lost, Refused, Revoked, Underway};
    words(&[
        ("underway", Underway),
        ("ended", Ended),
        ("cancelled", Cancelled),
        ("revoked", Revoked),
        ("left", Left),
        ("refused", Refused),
        ("lost", Lost),
    ])
}

fn sorts() -> impl TypedValueParser<Value = JournalSort> {
    use JournalSort::{Agent, Began, FollowUp, LiveTime, Result};
    words(&[
        ("began", Began),
        ("agent", Agent),
        ("result", Result),
        ("live-time", LiveTime),
        ("follow-up", FollowUp),
    ])
}

fn formats() -> impl TypedValueParser<Value = JournalFormat> {
    use JournalFormat::{Csv, Html, JsonLines};
    words(&[("csv", Csv), ("jsonl", JsonLines), ("html", Html)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_whole_and_a_time_to_the_minute() {
        let day = 24 * 60 * 60 * 1000;
        let begin = from("2026-03-10").unwrap().0;
        assert_eq!(until("2026-03-10").unwrap().0 - begin, day);
        assert_eq!(until("2026-03-10T00:01").unwrap().0 - begin, 60_000);
        assert_eq!(from("1970-01-01T00:00:01Z").unwrap(), Moment(1_000));
        for nonsense in ["yesterday", "2026-13-01", "1960-01-01", ""] {
            assert!(from(nonsense).is_err() && until(nonsense).is_err(), "{nonsense}");
        }
    }
}
