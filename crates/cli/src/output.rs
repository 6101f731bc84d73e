//! Where lines go: events or sentences to standard output, what went wrong to standard error as well.
//!
//! Whoever reads may go away (`| head -1`). That is no reason to leave an agent coached: it is remembered, and the
//! command takes it for a wish to stop.

use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::events::{Event, Line};
use crate::failure::Failure;
use crate::human;

/// Standard output in one of its two forms.
#[derive(Debug)]
pub(crate) struct Output {
    json: bool,
    closed: bool,
    closing_told: bool,
}

impl Output {
    /// Events with `json`, else sentences.
    pub(crate) fn new(json: bool) -> Output {
        Output {
            json,
            closed: false,
            closing_told: false,
        }
    }

    /// Whether lines are events.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Tells one line.
    pub(crate) fn tell(&mut self, line: &Line) {
        let text = if self.json {
            serde_json::to_string(line)
                .map(|json| human::escaped(&json))
                .map_err(io::Error::from)
        } else {
            match human::sentence(&line.event) {
                Some(sentence) => Ok(sentence),
                None => return,
            }
        };
        if text.and_then(|text| print(&text)).is_err() {
            self.closed = true;
        }
    }

    /// Tells something that happens in this process, now.
    pub(crate) fn tell_now(&mut self, event: Event) {
        self.tell(&Line {
            at_ms: now_ms(),
            event,
        });
    }

    /// Prints ready text, in the human form only.
    pub(crate) fn text(&mut self, text: &str) {
        if print(text).is_err() {
            self.closed = true;
        }
    }

    /// Prints ready text where people read, and nothing where events are told.
    pub(crate) fn text_for_people(&mut self, text: &str) {
        if !self.json {
            self.text(text);
        }
    }

    /// Says what went wrong: as an event where events are told, and in words for people.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        let Some(event) = failure.event() else { return };
        if let Some(words) = human::error(&event) {
            // If nobody reads standard error either, there is nobody left to tell.
            let _ = writeln!(io::stderr(), "{words}");
        }
        if self.json {
            self.tell_now(event);
        }
    }

    /// Whether the reader has gone since this was asked last.
    pub(crate) fn has_just_closed(&mut self) -> bool {
        let news = self.closed && !self.closing_told;
        self.closing_told = self.closed;
        news
    }
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
