//! What happened, durable: an append-only, hash-chained journal in SQLite.
//!
//! A supervisor must be able to prove afterwards whom they coached, when and how, so an entry is on disk before anyone
//! is told that the act is done, and an entry that was changed or taken away later can be found. The journal says who
//! did what to whom and how it ended. It holds no customer content and no whisper text.
//!
//! * [`Journal`] is the one writer of one file: open, append, read back, verify.
//! * [`NewEntry`] is what the caller knows; [`Entry`] adds the place in the chain.
//! * [`Verification`] tells what the chain can prove, and its documentation tells what it cannot.
//!
//! The crate does no logging and has no clock: times are given by the caller. Calls block (an append waits for the
//! disk), so an asynchronous program gives the journal a thread of its own.

mod chain;
mod entry;
mod error;
mod file;
mod journal;
mod schema;
mod verify;

pub use chain::{Hash, Seal};
pub use entry::{Act, Channel, Entry, LARGEST_NUMBER, NewEntry, What};
pub use error::JournalError;
pub use journal::{Filter, Journal};
pub use verify::{Fault, Verification};
