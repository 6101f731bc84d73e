//! The reader of the journal and the book of all coachings, kept caught up.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use journal::{Book, Journal, JournalError, Reader};

use super::lock;

/// Where the journal is read, and what has been read of it.
#[derive(Debug)]
pub(super) struct Shelf {
    place: Place,
    /// Read as far as the journal was when somebody asked last.
    book: Mutex<Shelved>,
}

#[derive(Debug)]
enum Place {
    /// In the file, beside its writer.
    Beside(PathBuf),
    /// With the writer itself: a journal in memory has no other door.
    Within(Arc<Mutex<Journal>>),
    /// Nowhere: it could not be opened.
    Nowhere,
}

#[derive(Debug, Default)]
struct Shelved {
    /// Opened with the first question, and again after it failed.
    reader: Option<Reader>,
    book: Book,
}

impl Shelf {
    pub(super) fn beside(path: PathBuf) -> Shelf {
        Shelf::new(Place::Beside(path))
    }

    pub(super) fn within(writer: Arc<Mutex<Journal>>) -> Shelf {
        Shelf::new(Place::Within(writer))
    }

    pub(super) fn nowhere() -> Shelf {
        Shelf::new(Place::Nowhere)
    }

    fn new(place: Place) -> Shelf {
        Shelf {
            place,
            book: Mutex::default(),
        }
    }

    /// Asks the book, which has everything that was written until now.
    pub(super) fn with_book<T>(&self, ask: impl FnOnce(&Book) -> T) -> Result<T, JournalError> {
        let mut shelved = lock(&self.book);
        let Shelved { reader, book } = &mut *shelved;
        match &self.place {
            Place::Beside(path) => {
                let open = match reader.take() {
                    Some(open) => open,
                    None => Reader::open(path)?,
                };
                open.catch_up(book)?;
                *reader = Some(open);
            }
            Place::Within(writer) => lock(writer).reader().catch_up(book)?,
            Place::Nowhere => return Err(nowhere()),
        }
        Ok(ask(book))
    }

    /// Asks the entries themselves. In a file that is a view of its own, so that what takes long holds up nobody.
    pub(super) fn with_reader<T>(
        &self,
        ask: impl FnOnce(&Reader) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        match &self.place {
            Place::Beside(path) => ask(&Reader::open(path)?),
            Place::Within(writer) => ask(lock(writer).reader()),
            Place::Nowhere => Err(nowhere()),
        }
    }
}

fn nowhere() -> JournalError {
    JournalError::CannotOpen {
        path: PathBuf::from("journal"),
        source: std::io::ErrorKind::NotFound.into(),
    }
}
