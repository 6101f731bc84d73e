//! Where requests and events go out, and where their numbers come from.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use url::Url;

use super::{Output, Publication, Purpose, Ticket};
use crate::event::Event;
use crate::exchange::Request;
use crate::failure::PublishError;

/// Outputs in order, each request and message numbered.
#[derive(Debug, Default)]
pub(super) struct Post {
    outputs: VecDeque<Output>,
    tickets: u64,
    ids: u64,
}

impl Post {
    /// A message id that was not used before.
    pub(super) fn id(&mut self) -> String {
        self.ids += 1;
        self.ids.to_string()
    }

    pub(super) fn send(&mut self, purpose: Purpose, url: Url, body: Bytes, timeout: Duration) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.outputs.push_back(Output::Send {
            ticket,
            purpose,
            request: Request { url, body, timeout },
        });
        ticket
    }

    pub(super) fn abort(&mut self, ticket: Ticket) {
        self.outputs.push_back(Output::Abort(ticket));
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    pub(super) fn next(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    pub(super) fn published(&mut self, publication: Publication, result: Result<(), PublishError>) {
        self.outputs.push_back(Output::Published { publication, result });
    }
}
