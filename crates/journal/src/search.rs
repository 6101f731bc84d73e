//! Finding coachings: search words, filters, order, and a window of what was found.

use std::cmp::Ordering;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::book::{Book, Page};
use crate::coaching::{Coaching, CoachingResult};
use crate::words::{Act, Channel};

/// Which coachings are wanted, in which order, and which rows of what is found. The default is all, the newest first. An
/// empty list of a filter is no filter; several values in one are alternatives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Query {
    /// Words that must all be found in agent, supervisor, server, mode, scope, reason, error code, tags or note; case and
    /// accents aside.
    pub text: String,
    /// Only these agents, by id.
    pub agent_ids: Vec<String>,
    /// Only these supervisors.
    pub supervisors: Vec<String>,
    /// Only these channels.
    pub channels: Vec<Channel>,
    /// Only where one of these acts was done.
    pub acts: Vec<Act>,
    /// Only these results.
    pub results: Vec<CoachingResult>,
    /// Only with one of these tags.
    pub tags: Vec<String>,
    /// Only what began at or after this time, in milliseconds since the Unix epoch.
    pub from_ms: Option<u64>,
    /// Only what began before this time, in milliseconds since the Unix epoch.
    pub until_ms: Option<u64>,
    /// Only with a follow-up on this day or before.
    pub follow_up_until: Option<Date>,
    /// Order.
    pub sort: SortKey,
    /// Whether the order is turned round. What has no value to sort by stays at the end.
    pub descending: bool,
    /// First row of the window.
    pub first: usize,
    /// Number of rows in the window.
    pub count: usize,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            text: String::new(),
            agent_ids: Vec::new(),
            supervisors: Vec::new(),
            channels: Vec::new(),
            acts: Vec::new(),
            results: Vec::new(),
            tags: Vec::new(),
            from_ms: None,
            until_ms: None,
            follow_up_until: None,
            sort: SortKey::default(),
            descending: true,
            first: 0,
            count: usize::MAX,
        }
    }
}

impl Query {
    /// Whether nothing is filtered out.
    pub(crate) fn is_everything(&self) -> bool {
        let filterless = Self {
            sort: self.sort,
            descending: self.descending,
            first: self.first,
            count: self.count,
            ..Self::default()
        };
        *self == filterless
    }
}

/// What coachings can be sorted by. Equals stay in the order in which they began, also turned round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortKey {
    /// When it began.
    #[default]
    Began,
    /// The agent's name, case and accents aside.
    Agent,
    /// How it stands.
    Result,
    /// How long the supervisor was in.
    LiveTime,
    /// The day to come back to it.
    FollowUp,
}

/// The rows that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// How many coachings match.
    pub matching: usize,
    /// First row of the window.
    pub first: usize,
    /// The rows of the window.
    pub rows: Vec<Coaching>,
}

impl Book {
    /// Looks for coachings.
    pub fn find(&self, query: &Query) -> Found {
        let found = self.select(query);
        let rows = found.iter().skip(query.first).take(query.count);
        Found {
            matching: found.len(),
            first: query.first,
            rows: rows.map(|page| page.coaching.clone()).collect(),
        }
    }

    /// Everything that matches, in order, without regard to the window.
    pub(crate) fn select(&self, query: &Query) -> Vec<&Page> {
        let words: Vec<String> = query.text.split_whitespace().map(fold).collect();
        let mut found: Vec<&Page> = self
            .pages
            .iter()
            .filter(|page| {
                matches(&page.coaching, query) && words.iter().all(|word| page.searched.contains(word))
            })
            .collect();
        sort(&mut found, query.sort, query.descending);
        found
    }
}

fn matches(coaching: &Coaching, query: &Query) -> bool {
    let follow_up = coaching.debrief.as_ref().and_then(|debrief| debrief.follow_up);
    among(&query.agent_ids, &coaching.agent_id)
        && among(&query.supervisors, &coaching.supervisor)
        && among(&query.channels, &coaching.channel)
        && among(&query.results, &coaching.result)
        && coaching.has_any(&query.acts)
        && (query.tags.is_empty() || coaching.tags().iter().any(|tag| query.tags.contains(tag)))
        && query.from_ms.is_none_or(|from| coaching.began_ms >= from)
        && query.until_ms.is_none_or(|until| coaching.began_ms < until)
        && query
            .follow_up_until
            .is_none_or(|until| follow_up.is_some_and(|day| day <= until))
}

fn among<T: PartialEq>(wanted: &[T], value: &T) -> bool {
    wanted.is_empty() || wanted.contains(value)
}

fn sort(found: &mut [&Page], key: SortKey, descending: bool) {
    let turn = |order: Ordering| if descending { order.reverse() } else { order };
    match key {
        SortKey::Began => found.sort_by(|a, b| turn(a.coaching.began_ms.cmp(&b.coaching.began_ms))),
        SortKey::Agent => {
            // The name is the first line of what is searched, and folded there already.
            fn name(page: &Page) -> &str {
                page.searched.split('\n').next().unwrap_or_default()
            }
            found.sort_by(|a, b| turn(name(a).cmp(name(b))));
        }
        SortKey::Result => found.sort_by(|a, b| turn(a.coaching.result.cmp(&b.coaching.result))),
        SortKey::LiveTime => {
            found.sort_by(|a, b| turn(a.coaching.live_total_ms().cmp(&b.coaching.live_total_ms())));
        }
        SortKey::FollowUp => found.sort_by(|a, b| {
            let day = |page: &Page| {
                page.coaching
                    .debrief
                    .as_ref()
                    .and_then(|debrief| debrief.follow_up)
            };
            match (day(a), day(b)) {
                (Some(a), Some(b)) => turn(a.cmp(&b)),
                (a, b) => b.is_some().cmp(&a.is_some()),
            }
        }),
    }
}

/// Lower case without accents, so that "nunez" finds "Núñez".
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}
