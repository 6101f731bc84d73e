//! Where requests and events go out, and where their numbers come from.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use url::Url;

use super::{Output, Publication, Purpose, Ticket};
use crate::event::Event;
use crate::exchange::{Opening, Renewal, Request};
use crate::failure::PublishError;

/// How often one request may be sent on to another address.
const MOST_REDIRECTS: u8 = 3;

/// Outputs in order, each request and message numbered.
#[derive(Debug, Default)]
pub(super) struct Post {
    outputs: VecDeque<Output>,
    tickets: u64,
    ids: u64,
    /// What is on its way, in case it must be sent once more as it is.
    under_way: Vec<UnderWay>,
}

#[derive(Debug)]
struct UnderWay {
    ticket: Ticket,
    purpose: Purpose,
    request: Request,
    redirects: u8,
    token_renewed: bool,
}

impl Post {
    /// A message id that was not used before.
    pub(super) fn id(&mut self) -> String {
        self.ids += 1;
        self.ids.to_string()
    }

    pub(super) fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    pub(super) fn send(&mut self, purpose: Purpose, url: Url, body: Bytes, timeout: Duration) -> Ticket {
        let ticket = self.ticket();
        let request = Request::new(url, body, timeout);
        self.under_way.push(UnderWay {
            ticket,
            purpose,
            request,
            redirects: 0,
            token_renewed: false,
        });
        self.send_again(ticket);
        ticket
    }

    /// Sends a request on to another address of the same origin, where the server said that it is there. Nothing else is asked
    /// for the reply, and the time for it goes on. Gives whether that was done.
    pub(super) fn redirect(&mut self, ticket: Ticket, location: &str) -> bool {
        let Some(under_way) = self.find(ticket) else {
            return false;
        };
        let Ok(url) = under_way.request.url.join(location) else {
            return false;
        };
        // Elsewhere the body and what goes with it are nobody's business.
        if url.origin() != under_way.request.url.origin() || under_way.redirects >= MOST_REDIRECTS {
            return false;
        }
        under_way.redirects += 1;
        under_way.request.url = url;
        self.send_again(ticket);
        true
    }

    /// Asks for a new anti-forgery token, with which the request is then sent once more. Gives whether that was done: for one
    /// request it is done once.
    pub(super) fn renew_token(&mut self, ticket: Ticket) -> bool {
        let Some(under_way) = self.find(ticket).filter(|under_way| !under_way.token_renewed) else {
            return false;
        };
        under_way.token_renewed = true;
        self.renew(ticket, Renewal::Token);
        true
    }

    pub(super) fn renew(&mut self, ticket: Ticket, renewal: Renewal) {
        self.outputs.push_back(Output::Renew { ticket, renewal });
    }

    /// Sends a request that is under way once more, as it is.
    pub(super) fn send_again(&mut self, ticket: Ticket) {
        if let Some(under_way) = self.find(ticket) {
            let output = Output::Send {
                ticket,
                purpose: under_way.purpose,
                request: under_way.request.clone(),
            };
            self.outputs.push_back(output);
        }
    }

    /// A request has ended.
    pub(super) fn ended(&mut self, ticket: Ticket) {
        self.under_way.retain(|under_way| under_way.ticket != ticket);
    }

    pub(super) fn abort(&mut self, ticket: Ticket) {
        self.ended(ticket);
        self.outputs.push_back(Output::Abort(ticket));
    }

    pub(super) fn open(&mut self, ticket: Ticket, opening: Opening) {
        self.outputs.push_back(Output::Open { ticket, opening });
    }

    pub(super) fn write(&mut self, ticket: Ticket, body: Bytes) {
        self.outputs.push_back(Output::Write { ticket, body });
    }

    pub(super) fn forget_connections(&mut self) {
        self.outputs.push_back(Output::ForgetConnections);
    }

    /// Tells of a failure, before what it led to where that is the last word.
    pub(super) fn report(&mut self, event: Event) {
        let last = self.outputs.pop_back();
        match last {
            Some(closed @ Output::Event(Event::Closed(_))) => {
                self.outputs.extend([Output::Event(event), closed]);
            }
            last => {
                self.outputs.extend(last);
                self.tell(event);
            }
        }
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

    fn find(&mut self, ticket: Ticket) -> Option<&mut UnderWay> {
        self.under_way
            .iter_mut()
            .find(|under_way| under_way.ticket == ticket)
    }
}
