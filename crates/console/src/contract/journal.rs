//! What a face and the journal say to each other.
//!
//! * [`words`]: the closed words; [`finding`]: questions and pages; [`coaching`]: one coaching and its debrief.
//! * [`proof`]: the check of the chain, and exports; [`coverage`]; [`budget`].

mod budget;
mod coaching;
mod coverage;
mod finding;
mod proof;
mod words;

pub use budget::{AgentUsage, Budget, JournalUsage, WhenSpent};
pub use coaching::{CoachingEnded, Debrief, JournalCoaching, JournalEntry, JournalEntryContent, NewDebrief};
pub use coverage::{AgentWeeks, CoverageQuestion, JournalCoverage, Uncovered};
pub use finding::{JournalAgent, JournalPage, JournalQuery, JournalSort, JournalTag};
pub use proof::{JournalCheck, JournalExport, JournalFormat, JournalState};
pub use words::{CoachingEffect, JournalChannel, JournalEvent, JournalResult, NextStep, Uptake};
