//! All coachings, folded from the entries and held in memory: what a view, a search and the coverage are made from.
//!
//! The entries are the truth and the book is a way to read them, so it is never stored. It is read once and then grows
//! with the journal ([`Reader::catch_up`](crate::Reader::catch_up)).

use std::collections::{BTreeMap, HashMap};

use crate::coaching::Coaching;
use crate::entry::{Content, Entry, NewEntry};
use crate::search::fold;

/// Every coaching that the journal tells of, in the order in which they began.
#[derive(Debug, Default)]
pub struct Book {
    pub(crate) pages: Vec<Page>,
    by_session: HashMap<String, usize>,
    /// Pages that got entries since they were last indexed.
    to_index: Vec<usize>,
    first: u64,
    through: u64,
}

/// A coaching and what a search looks at.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) coaching: Coaching,
    /// Its words, folded, each field on a line of its own.
    pub(crate) searched: String,
    is_indexed: bool,
}

impl Page {
    fn index(&mut self) {
        let coaching = &self.coaching;
        let debrief = coaching.debrief.as_ref();
        let mut words = vec![
            coaching.agent.as_str(),
            &coaching.agent_id,
            &coaching.supervisor,
            &coaching.server,
        ];
        words.extend(coaching.mode.as_deref());
        words.extend(coaching.scope.as_deref());
        words.extend(coaching.reason.as_deref());
        words.extend(coaching.error_code.as_deref());
        words.extend(coaching.tags().iter().map(String::as_str));
        words.extend(debrief.and_then(|debrief| debrief.note.as_deref()));
        self.searched = fold(&words.join("\n"));
        self.is_indexed = true;
    }
}

impl Book {
    /// How many coachings there are.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Every coaching, in the order in which they began.
    pub fn coachings(&self) -> impl Iterator<Item = &Coaching> {
        self.pages.iter().map(|page| &page.coaching)
    }

    /// One coaching.
    pub fn coaching(&self, session: &str) -> Option<&Coaching> {
        let page = *self.by_session.get(session)?;
        Some(&self.pages[page].coaching)
    }

    /// Every tag in use and how many coachings have it, in alphabetical order.
    pub fn tags(&self) -> BTreeMap<&str, usize> {
        let mut tags = BTreeMap::new();
        for tag in self.coachings().flat_map(Coaching::tags) {
            *tags.entry(tag.as_str()).or_insert(0) += 1;
        }
        tags
    }

    /// Every agent there is a coaching of: the id, and the name as it was last shown. Targets without an id are left out.
    pub fn agents(&self) -> BTreeMap<&str, &str> {
        self.coachings()
            .filter(|coaching| !coaching.agent_id.is_empty())
            .map(|coaching| (coaching.agent_id.as_str(), coaching.agent.as_str()))
            .collect()
    }

    /// The sequence number of the last entry that was taken in.
    pub fn through(&self) -> u64 {
        self.through
    }

    /// Whether a journal that has the entries from `first` to `last` goes on where this book stops.
    pub(crate) fn continues(&self, first: u64, last: u64) -> bool {
        self.through == 0 || (self.first == first && self.through <= last)
    }

    /// Takes in the next entry. A debrief whose coaching was removed is passed over. What is new can be found after
    /// [`Book::index`]: a coaching gets many entries, and folding its words is what costs.
    pub(crate) fn take(&mut self, entry: Entry<Content>) {
        if self.through == 0 {
            self.first = entry.sequence;
        }
        self.through = entry.sequence;
        match entry.content {
            Content::Event(event) => self.event(entry.sequence, event),
            Content::Debrief(debrief) => {
                if let Some(&page) = self.by_session.get(&debrief.session) {
                    self.pages[page].coaching.debriefed(entry.sequence, debrief);
                    self.changed(page);
                }
            }
            Content::Removal(_) => {}
        }
    }

    fn event(&mut self, sequence: u64, event: NewEntry) {
        if let Some(&page) = self.by_session.get(&event.session) {
            self.pages[page].coaching.event(sequence, event);
            self.changed(page);
            return;
        }
        let page = self.pages.len();
        self.by_session.insert(event.session.clone(), page);
        self.pages.push(Page {
            coaching: Coaching::begin(sequence, event),
            searched: String::new(),
            is_indexed: false,
        });
        self.to_index.push(page);
    }

    fn changed(&mut self, page: usize) {
        if self.pages[page].is_indexed {
            self.pages[page].is_indexed = false;
            self.to_index.push(page);
        }
    }

    /// Makes what was taken in ready to be found.
    pub(crate) fn index(&mut self) {
        for page in self.to_index.drain(..) {
            self.pages[page].index();
        }
    }
}
