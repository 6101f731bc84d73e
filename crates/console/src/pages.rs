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

#[cfg(test)]
mod tests {
    use std::ops::Range;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use bytes::Bytes;
    use gws::User;
    use serde_json::{Value, json};
    use url::Url;

    use super::*;
    use crate::secret::Secret;
    use crate::wire::{BoxFuture, Wire};

    /// So many fit into one answer of these servers.
    const FIT: usize = 4_000;

    /// A server with a long list of users, and what it makes of `limit` and `offset`.
    struct Long {
        users: usize,
        page: fn(limit: usize, offset: usize, users: usize) -> Range<usize>,
        asked: Mutex<Vec<Option<usize>>>,
    }

    impl Wire for Long {
        fn exchange(
            &self,
            request: http::Request<Bytes>,
            _within: Duration,
        ) -> BoxFuture<'_, Result<http::Response<Bytes>, WireError>> {
            let url = Url::parse(&request.uri().to_string()).expect("an address");
            let number = |name| {
                let pair = url.query_pairs().find(|(key, _)| key == name);
                pair.map(|(_, value)| value.parse::<usize>().expect("a number"))
            };
            let offset = number("offset");
            self.asked.lock().unwrap().push(offset);
            let range = match (number("limit"), offset) {
                (Some(limit), Some(offset)) => (self.page)(limit, offset, self.users),
                _ => 0..self.users,
            };
            let answer = if range.len() > FIT {
                Err(WireError::TooLarge)
            } else {
                let users: Vec<Value> = range.map(|id| json!({ "id": format!("u{id}") })).collect();
                let body = json!({ "statusCode": 0, "users": users });
                Ok(http::Response::new(Bytes::from(body.to_string())))
            };
            Box::pin(async move { answer })
        }
    }

    fn part(limit: usize, offset: usize, users: usize) -> Range<usize> {
        offset.min(users)..offset.saturating_add(limit).min(users)
    }

    /// What is found, how it was cut, and which offsets were asked for.
    async fn read(
        users: usize,
        page: fn(usize, usize, usize) -> Range<usize>,
    ) -> (Result<usize, SessionError>, Cut, Vec<Option<usize>>) {
        let server = Arc::new(Long {
            users,
            page,
            asked: Mutex::default(),
        });
        let wire: Arc<dyn Wire> = Arc::<Long>::clone(&server);
        let base = Url::parse("http://127.0.0.1/api/v2").expect("an address");
        let session = Session::new(wire, base, "sam".to_owned(), Secret::new(String::new()));
        let list = List {
            query: Query::users(["devices"]),
            entries: Reply::users,
            id: |user: &User| user.id.as_str(),
        };
        let mut cut = Cut::Whole;
        let found = list.read(&session, &mut cut).await.map(|found| found.len());
        let asked = server.asked.lock().unwrap().clone();
        (found, cut, asked)
    }

    fn refused(found: &Result<usize, SessionError>) -> bool {
        matches!(found, Err(SessionError::Wire(WireError::TooLarge)))
    }

    #[tokio::test]
    async fn what_fits_is_read_in_one_answer() {
        let (found, cut, asked) = read(FIT, part).await;
        assert_eq!((found, cut, asked), (Ok(FIT), Cut::Whole, vec![None]));
    }

    #[tokio::test]
    async fn what_does_not_fit_is_read_in_pages_to_the_end() {
        for users in [FIT + 1, 5 * PAGE, 5 * PAGE + 1] {
            let (found, cut, asked) = read(users, part).await;
            assert_eq!((found, cut), (Ok(users), Cut::Pages));
            assert_eq!(asked[..3], [None, Some(0), Some(PAGE)]);
        }
    }

    #[tokio::test]
    async fn a_server_with_smaller_pages_than_asked_for_is_read_to_the_end_too() {
        let small = |_, offset, users| part(300, offset, users);
        let (found, _, asked) = read(5_000, small).await;
        assert_eq!(found, Ok(5_000));
        assert_eq!(asked.last(), Some(&Some(5_000)));
    }

    #[tokio::test]
    async fn a_server_that_repeats_its_last_page_has_come_to_the_end() {
        let last = |limit: usize, offset: usize, users: usize| {
            let start = offset.min(users - limit);
            start..start + limit
        };
        assert_eq!(read(5_000, last).await.0, Ok(5_000));
    }

    #[tokio::test]
    async fn a_server_without_pages_is_not_believed() {
        // It ignores both words, or the offset alone, or takes them for a filter; or it never ends.
        let ignores: fn(usize, usize, usize) -> Range<usize> = |_, _, users| 0..users;
        let repeats: fn(usize, usize, usize) -> Range<usize> = |limit, _, _| 0..limit;
        let filters: fn(usize, usize, usize) -> Range<usize> = |_, _, _| 0..0;
        let endless: fn(usize, usize, usize) -> Range<usize> = |limit, offset, _| offset..offset + limit;
        for page in [ignores, repeats, filters, endless] {
            assert!(refused(&read(FIT + 1, page).await.0));
        }
    }
}
