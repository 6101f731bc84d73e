//! The request log: what clients really sent, so that a test can hold it against the documents.
//!
//! Headers are never kept: the log cannot leak a password or a cookie.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

/// How many requests are kept; the oldest go first.
const KEPT: usize = 10_000;

/// One request a client sent under `/api`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordedRequest {
    /// Milliseconds since the floor opened.
    pub at_ms: u64,
    /// HTTP method.
    pub method: String,
    /// Path, for instance `/api/v2/me`.
    pub path: String,
    /// Query string without the question mark; empty when there was none.
    pub query: String,
    /// Sign-in name of the session, when there was one.
    pub user: Option<String>,
    /// The body as JSON; text that is not JSON as a string; null when empty.
    pub body: Value,
    /// HTTP status of the answer; absent while the request is held or when it was never answered.
    pub status: Option<u16>,
}

/// Names one recorded request until it is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestNumber(u64);

/// A ring of the latest requests.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    kept: VecDeque<RecordedRequest>,
    dropped: u64,
}

impl RequestLog {
    pub(crate) fn add(&mut self, request: RecordedRequest) -> RequestNumber {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
            self.dropped += 1;
        }
        self.kept.push_back(request);
        RequestNumber(self.dropped + self.kept.len() as u64 - 1)
    }

    /// The entry of a request, unless it has been dropped meanwhile.
    pub(crate) fn entry(&mut self, number: RequestNumber) -> Option<&mut RecordedRequest> {
        let index = usize::try_from(number.0.checked_sub(self.dropped)?).ok()?;
        self.kept.get_mut(index)
    }

    /// Everything kept whose path starts with `prefix`, oldest first.
    pub(crate) fn under(&self, prefix: &str) -> Vec<RecordedRequest> {
        self.kept
            .iter()
            .filter(|request| request.path.starts_with(prefix))
            .cloned()
            .collect()
    }

    pub(crate) fn clear(&mut self) {
        self.dropped += self.kept.len() as u64;
        self.kept.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str) -> RecordedRequest {
        RecordedRequest {
            at_ms: 0,
            method: "GET".into(),
            path: path.into(),
            query: String::new(),
            user: None,
            body: Value::Null,
            status: None,
        }
    }

    #[test]
    fn an_entry_is_found_by_its_number_even_after_others_were_dropped() {
        let mut log = RequestLog::default();
        let first = log.add(request("/first"));
        for _ in 1..KEPT {
            log.add(request("/other"));
        }
        let last = log.add(request("/last"));
        assert!(log.entry(first).is_none());
        assert_eq!(log.entry(last).unwrap().path, "/last");
        log.clear();
        assert!(log.entry(last).is_none());
        let next = log.add(request("/next"));
        assert_eq!(log.entry(next).unwrap().path, "/next");
    }
}
