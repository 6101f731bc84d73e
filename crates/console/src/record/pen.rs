//! The one writer of the journal, shared by the loop, which opens it and writes, and by whoever has to know whether the
//! journal has everything.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use journal::{Journal, JournalError};

use super::JournalPlace;

/// Empty until the journal could be opened; from then on it stays open.
#[derive(Debug, Default)]
pub(crate) struct Pen {
    journal: Mutex<Option<Arc<Mutex<Journal>>>>,
    /// Something that happened is not in the journal yet.
    behind: AtomicBool,
}

impl Pen {
    /// The journal, where it is open.
    pub(crate) fn journal(&self) -> Option<Arc<Mutex<Journal>>> {
        self.journal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether the journal is open and has everything that happened.
    pub(crate) fn is_caught_up(&self) -> bool {
        self.journal().is_some() && !self.behind.load(Ordering::SeqCst)
    }

    /// The journal, opened now where it is not. Waits for the disk.
    pub(super) fn open(
        &self,
        place: &JournalPlace,
        now_ms: u64,
    ) -> Result<Arc<Mutex<Journal>>, JournalError> {
        if let Some(open) = self.journal() {
            return Ok(open);
        }
        let opened = match place {
            JournalPlace::File(path) => Journal::open_at(path, now_ms),
            JournalPlace::Memory => Journal::in_memory(),
        };
        let opened = Arc::new(Mutex::new(opened?));
        *self.journal.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&opened));
        Ok(opened)
    }

    pub(super) fn set_behind(&self, behind: bool) {
        self.behind.store(behind, Ordering::SeqCst);
    }
}
