//! What happened, durable: an append-only, hash-chained journal in SQLite.
//!
//! A supervisor must be able to prove afterwards whom they coached, when and how, so an entry is on disk before anyone
//! is told that the act is done, and an entry that was changed or taken away later can be found. The journal says who
//! did what to whom, why, how it ended and what came of it. It holds no customer content and no whisper text unless policy
//! says so ([`ContentPolicy`]).
//!
//! Writing:
//! * [`Journal`] is the one writer of one file: open, append, remove what policy says is too old.
//! * [`NewEntry`] is one event, [`Debrief`] what the supervisor made of a coaching, [`Removal`] the tombstone of what policy
//!   removed; [`Entry`] adds the place in the chain.
//!
//! Reading:
//! * [`Reader`] reads beside the writer and holds nothing up.
//! * [`Book`] holds the coachings as people think of them, each a [`Coaching`]: [find](Book::find) some,
//!   see who is [not covered](Book::uncovered), count for a [budget](Book::usage).
//! * [`Verification`] tells what the chain can prove, and its documentation tells what it cannot; [`Held`] proves more, with
//!   a seal that was kept elsewhere.
//! * [`Export`] writes CSV, JSON Lines and a report to print, with a manifest that [`check_export`] holds against them.
//!
//! The crate does no logging and has no clock: times and the time zone are given by the caller. Calls block (an append
//! waits for the disk), so an asynchronous program gives the journal a thread of its own.

mod book;
mod calendar;
mod chain;
mod coaching;
mod coverage;
mod entry;
mod error;
mod export;
mod file;
mod journal;
mod reader;
mod retention;
mod row;
mod schema;
mod search;
mod text;
mod verify;
mod words;

pub use book::Book;
pub use chain::{Canonical, Hash, Members, Seal};
pub use coaching::{Coaching, CoachingResult, Latencies, Span};
pub use coverage::{AgentWeeks, RosterAgent, Uncovered, Usage, Weeks};
pub use entry::{Content, Debrief, Entry, LARGEST_NUMBER, NewEntry, Removal};
pub use error::JournalError;
pub use export::{CheckedExport, EntryRange, Export, ExportFile, FileState, Format, Manifest, check_export};
pub use journal::Journal;
pub use reader::{Filter, Reader};
pub use retention::Retention;
pub use search::{Found, Query, SortKey};
pub use text::{ContentPolicy, KeptText};
pub use verify::{Fault, Held, Kept, Verification};
pub use words::{Act, Channel, Effect, Kind, NextStep, Uptake, What};
