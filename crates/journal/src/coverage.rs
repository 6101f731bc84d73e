//! Who gets help and who does not: agents not coached for a while, time per agent and week, and the count per agent and
//! month that a budget is held against.

use std::collections::HashMap;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::book::Book;
use crate::calendar;
use crate::coaching::Coaching;
use crate::error::JournalError;
use crate::words::Act;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// An agent of the roster: the journal knows only those who were coached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RosterAgent {
    /// The agent's id on the server.
    pub id: String,
    /// The name to show.
    pub name: String,
}

/// An agent whom the supervisor has not been with for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Uncovered {
    /// Who.
    pub agent: RosterAgent,
    /// When the supervisor last was in an interaction of theirs; `None` for never. Milliseconds since the Unix epoch.
    pub last_ms: Option<u64>,
    /// How many whole days of 24 hours ago that was.
    pub days: Option<u64>,
}

/// How long the supervisor was with each agent in each week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Weeks {
    /// When each week began, the oldest first: milliseconds since the Unix epoch.
    pub starts_ms: Vec<u64>,
    /// One row for each agent of the roster, in its order.
    pub rows: Vec<AgentWeeks>,
}

/// One agent's weeks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AgentWeeks {
    /// Who.
    pub agent: RosterAgent,
    /// Time in interactions, in milliseconds, one for each of [`Weeks::starts_ms`]. What lies on both sides of midnight
    /// counts for each week with its part. An interaction whose end is not known counts nothing.
    pub live_ms: Vec<u64>,
}

/// What was done with one agent in one month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Coachings in which the supervisor was in at least one interaction that month.
    pub coachings: u32,
    /// Interactions the supervisor came into that month: a coaching of all calls may have many.
    pub interactions: u32,
    /// Time in them within the month, in milliseconds, as far as their ends are known.
    pub live_ms: u64,
}

impl Book {
    /// The agents of the roster whom the supervisor has not been with for so many days of 24 hours: those never, then the
    /// longest ago. Only coachings with one of these acts count, or all where none is given.
    pub fn uncovered(&self, roster: &[RosterAgent], acts: &[Act], days: u64, now_ms: u64) -> Vec<Uncovered> {
        let mut last: HashMap<&str, u64> = HashMap::new();
        for coaching in self.coachings().filter(|coaching| coaching.has_any(acts)) {
            for span in &coaching.spans {
                let seen = last.entry(&coaching.agent_id).or_default();
                *seen = span.until_ms.unwrap_or(span.from_ms).max(span.from_ms).max(*seen);
            }
        }
        let mut uncovered: Vec<Uncovered> = roster
            .iter()
            .map(|agent| {
                let last_ms = last.get(agent.id.as_str()).copied();
                Uncovered {
                    agent: agent.clone(),
                    last_ms,
                    days: last_ms.map(|at_ms| now_ms.saturating_sub(at_ms) / DAY_MS),
                }
            })
            .filter(|agent| agent.days.is_none_or(|since| since >= days))
            .collect();
        uncovered.sort_by(|a, b| {
            a.last_ms
                .cmp(&b.last_ms)
                .then_with(|| a.agent.name.cmp(&b.agent.name))
        });
        uncovered
    }

    /// Time with each agent of the roster in each of so many weeks up to and with this one. Weeks begin on `begin` at
    /// midnight of the time zone.
    pub fn weeks(
        &self,
        roster: &[RosterAgent],
        acts: &[Act],
        count: u16,
        now_ms: u64,
        begin: Weekday,
        zone: &TimeZone,
    ) -> Result<Weeks, JournalError> {
        let periods = calendar::weeks(count, now_ms, begin, zone)?;
        let mut rows: Vec<AgentWeeks> = roster
            .iter()
            .map(|agent| AgentWeeks {
                agent: agent.clone(),
                live_ms: vec![0; periods.len()],
            })
            .collect();
        let row_of: HashMap<&str, usize> = roster.iter().map(|agent| agent.id.as_str()).zip(0..).collect();
        for coaching in self.coachings().filter(|coaching| coaching.has_any(acts)) {
            let Some(&row) = row_of.get(coaching.agent_id.as_str()) else {
                continue;
            };
            for span in &coaching.spans {
                let until = span.until_ms.unwrap_or(span.from_ms);
                for (week, live_ms) in periods.iter().zip(&mut rows[row].live_ms) {
                    *live_ms += week.overlap_ms(span.from_ms, until);
                }
            }
        }
        Ok(Weeks {
            starts_ms: periods.iter().map(|week| week.from_ms).collect(),
            rows,
        })
    }

    /// The coachings of this agent in which the supervisor came into at least one interaction in the month around
    /// `now_ms`, in the time zone. Only those with one of these acts count, or all where none is given.
    pub fn supervised(
        &self,
        agent_id: &str,
        acts: &[Act],
        now_ms: u64,
        zone: &TimeZone,
    ) -> Result<Vec<&Coaching>, JournalError> {
        let month = calendar::month(now_ms, zone)?;
        let in_month = |coaching: &&Coaching| {
            let mut begun = coaching.spans.iter().map(|span| span.from_ms);
            begun.any(|from_ms| month.contains(from_ms))
        };
        Ok(self.coachings_of(agent_id, acts).filter(in_month).collect())
    }

    /// What was done with this agent in the month around `now_ms`, in the time zone. Only coachings with one of these acts
    /// count, or all where none is given.
    pub fn usage(
        &self,
        agent_id: &str,
        acts: &[Act],
        now_ms: u64,
        zone: &TimeZone,
    ) -> Result<Usage, JournalError> {
        let month = calendar::month(now_ms, zone)?;
        let mut usage = Usage::default();
        for coaching in self.coachings_of(agent_id, acts) {
            let begun = coaching
                .spans
                .iter()
                .filter(|span| month.contains(span.from_ms))
                .count();
            let begun = u32::try_from(begun).unwrap_or(u32::MAX);
            usage.interactions = usage.interactions.saturating_add(begun);
            usage.coachings += u32::from(begun > 0);
            for span in &coaching.spans {
                usage.live_ms += month.overlap_ms(span.from_ms, span.until_ms.unwrap_or(span.from_ms));
            }
        }
        Ok(usage)
    }

    fn coachings_of(&self, agent_id: &str, acts: &[Act]) -> impl Iterator<Item = &Coaching> {
        self.coachings()
            .filter(move |coaching| coaching.agent_id == agent_id && coaching.has_any(acts))
    }
}
