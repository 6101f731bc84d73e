//! Lists too long for one answer, read in pages.
//!
//! A list is read in one answer as long as that fits, because the documentation names no way to read a part of one
//! (`gws/core.md 1.2`). What is larger is asked for in pages, by `limit` and `offset`, the usual names; the directory at
//! least is said to have pages (`gws/digital.md 1.2`). A server may ignore both, or take them for a filter that nobody
//! passes: so pages are believed only while they bring somebody new.

use std::collections::HashSet;

use gws::{Decoded, Query, Reply, ReplyError};

use crate::session::{ROSTER_WITHIN, Session, SessionError};
use crate::wire::WireError;

/// How many entries are asked for at a time. With phones and calls that is some 2 MB.
pub(crate) const PAGE: usize = 2_000;
/// More entries than any floor has: a server that never ends its pages is given up.
const MOST: usize = 100_000;

/// How a list is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Cut {
    /// In one answer.
    #[default]
    Whole,
    /// In pages: one answer was too large.
    Pages,
}

/// One kind of list: how to ask for it, where it is in an answer, and what tells its entries apart.
pub(crate) struct List<T> {
    pub(crate) query: Query,
    pub(crate) entries: fn(&Reply) -> Result<Decoded<Vec<T>>, ReplyError>,
    pub(crate) id: fn(&T) -> &str,
}

impl<T> List<T> {
    /// Reads it, in pages where one answer is known to be too large or turns out to be. `cut` remembers that.
    pub(crate) async fn read(&self, session: &Session, cut: &mut Cut) -> Result<Vec<T>, SessionError> {
        if *cut == Cut::Whole {
            match self.ask(session, &self.query).await {
                Err(SessionError::Wire(WireError::TooLarge)) => *cut = Cut::Pages,
                whole => return whole,
            }
        }
        self.read_pages(session).await
    }

    async fn read_pages(&self, session: &Session) -> Result<Vec<T>, SessionError> {
        let first = self.page(session, 0).await?;
        let mut received = first.len();
        if received == 0 {
            // Our words were taken for a filter.
            return Err(WireError::TooLarge.into());
        }
        if received > PAGE {
            // They were ignored, and it fits all the same.
            return Ok(first);
        }
        let mut found = Found::new(self.id);
        found.add(first);
        let after_the_first = received;
        while found.entries.len() <= MOST {
            let page = self.page(session, received).await?;
            received += page.len();
            let ended = page.is_empty();
            if found.add(page) == 0 {
                // Nothing but the first page, over and over, is no way to the others.
                let one_page = received > after_the_first && found.entries.len() <= after_the_first;
                let read = ended || !one_page;
                return if read {
                    Ok(found.entries)
                } else {
                    Err(WireError::TooLarge.into())
                };
            }
        }
        Err(WireError::TooLarge.into())
    }

    async fn page(&self, session: &Session, offset: usize) -> Result<Vec<T>, SessionError> {
        let of = Box::new(self.query.clone());
        let part = Query::Part {
            of,
            limit: PAGE,
            offset,
        };
        self.ask(session, &part).await
    }

    async fn ask(&self, session: &Session, query: &Query) -> Result<Vec<T>, SessionError> {
        let answered = session.read(query, ROSTER_WITHIN).await?;
        Ok((self.entries)(&answered.reply)?.value)
    }
}

/// Entries of all pages so far, each once: somebody who moves to the next page while we read comes twice.
struct Found<T> {
    entries: Vec<T>,
    known: HashSet<String>,
    id: fn(&T) -> &str,
}

impl<T> Found<T> {
    fn new(id: fn(&T) -> &str) -> Found<T> {
        Found {
            entries: Vec::new(),
            known: HashSet::new(),
            id,
        }
    }

    /// How many of these are new.
    fn add(&mut self, page: Vec<T>) -> usize {
        let before = self.entries.len();
        for entry in page {
            if self.known.insert((self.id)(&entry).to_owned()) {
                self.entries.push(entry);
            }
        }
        self.entries.len() - before
    }
}
