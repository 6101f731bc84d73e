//! How messages travel: as HTTP requests, or over one WebSocket for everything.
//!
//! A WebSocket is tried where it is wanted. Until it has worked once, whatever keeps it from opening speaks against it, and the
//! handshake is sent by long-polling at once; if that fares no better, nothing was learned. Once it has worked, a broken one is
//! only opened again, unless the server refuses that several times.

use std::time::Duration;

use bytes::Bytes;

use super::connect::Connect;
use super::incoming::Brought;
use super::session::{Established, Phase, Session};
use super::{Purpose, Ticket};
use crate::event::{Closure, Interruption};
use crate::exchange::Opening;
use crate::failure::Failure;
use crate::transport::Transport;

/// How often in a row a server may refuse to open a WebSocket again that has worked before.
const MOST_REFUSALS: u32 = 3;

/// The most bytes of messages that wait for the answer which closes their batch.
const MOST_UNCONFIRMED: usize = 16 * 1024 * 1024;

/// The transport in use, and what is known of the other.
#[derive(Debug)]
pub(crate) struct Carrier {
    /// Best first; never empty.
    wanted: Vec<Transport>,
    current: Transport,
    web_socket: Experience,
    socket: Socket,
    /// With the acknowledgement extension: what came over the WebSocket since the last answer to a connect. Should the
    /// WebSocket break now, it comes again.
    unconfirmed: Vec<Brought>,
    unconfirmed_bytes: usize,
}

/// What is known of the WebSocket with this server.
#[derive(Debug)]
enum Experience {
    None,
    Worked {
        /// How often in a row it was refused since.
        refusals: u32,
    },
    /// It could not be opened.
    Failed {
        /// Whether long-polling worked at that time, so that it is not just the server that is down.
        proven: bool,
    },
}

#[derive(Debug)]
enum Socket {
    Closed,
    Opening {
        ticket: Ticket,
        deadline: Duration,
        /// What is to be sent as soon as it is open.
        waiting: Vec<Bytes>,
    },
    Open(Ticket),
}

impl Carrier {
    pub(super) fn new(wanted: &[Transport]) -> Self {
        let wanted = match wanted {
            [] => vec![Transport::LongPolling],
            wanted => wanted.to_vec(),
        };
        Self {
            current: wanted.first().copied().unwrap_or(Transport::LongPolling),
            wanted,
            web_socket: Experience::None,
            socket: Socket::Closed,
            unconfirmed: Vec::new(),
            unconfirmed_bytes: 0,
        }
    }

    pub(super) fn current(&self) -> Transport {
        self.current
    }

    /// What to offer in the next handshake, best first.
    pub(super) fn offers(&self) -> Vec<Transport> {
        let failed = matches!(self.web_socket, Experience::Failed { .. });
        let usable = |transport: &Transport| !(failed && *transport == Transport::WebSocket);
        self.wanted.iter().copied().filter(usable).collect()
    }

    /// A handshake is due: it goes by the best transport that has not failed.
    pub(super) fn begin(&mut self) {
        if let Some(best) = self.offers().first() {
            self.current = *best;
        }
    }

    /// The handshake was granted, and this transport is the best that both sides have.
    pub(super) fn agreed(&mut self, transport: Transport) {
        match (self.current, &mut self.web_socket) {
            (Transport::WebSocket, experience) => *experience = Experience::Worked { refusals: 0 },
            (Transport::LongPolling, Experience::Failed { proven }) => *proven = true,
            (Transport::LongPolling, _) => {}
        }
        self.current = transport;
    }

    /// The handshake failed by long-polling too: that a WebSocket failed before says nothing against it.
    pub(super) fn failed_too(&mut self) {
        if matches!(self.web_socket, Experience::Failed { proven: false }) {
            self.web_socket = Experience::None;
        }
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        match self.socket {
            Socket::Opening { deadline, .. } => Some(deadline),
            Socket::Closed | Socket::Open(_) => None,
        }
    }

    /// Whether this ticket names the WebSocket, open or not yet.
    pub(super) fn owns(&self, ticket: Ticket) -> bool {
        match self.socket {
            Socket::Opening { ticket: own, .. } | Socket::Open(own) => own == ticket,
            Socket::Closed => false,
        }
    }

    pub(super) fn is_open(&self, ticket: Ticket) -> bool {
        matches!(self.socket, Socket::Open(own) if own == ticket)
    }

    /// Keeps messages until the answer that closes their batch, unless there is no room for them any more.
    pub(super) fn keep(&mut self, messages: Vec<Brought>, bytes: usize) -> Result<(), Failure> {
        if messages.is_empty() {
            return Ok(());
        }
        self.unconfirmed_bytes = self.unconfirmed_bytes.saturating_add(bytes);
        if self.unconfirmed_bytes > MOST_UNCONFIRMED {
            return Err(Failure::TooLarge {
                limit: MOST_UNCONFIRMED,
            });
        }
        self.unconfirmed.extend(messages);
        Ok(())
    }

    /// The batch is closed: gives what was kept.
    pub(super) fn confirmed(&mut self) -> Vec<Brought> {
        self.unconfirmed_bytes = 0;
        std::mem::take(&mut self.unconfirmed)
    }

    /// What waits for a WebSocket to open is not to be sent any more.
    pub(super) fn forget_waiting(&mut self) {
        if let Socket::Opening { waiting, .. } = &mut self.socket {
            waiting.clear();
        }
    }

    /// Whether there is a WebSocket, over which messages may come at any time.
    pub(super) fn has_socket(&self) -> bool {
        !matches!(self.socket, Socket::Closed)
    }

    /// Forgets the WebSocket. Gives its ticket if there was one.
    fn forget_socket(&mut self) -> Option<Ticket> {
        self.confirmed();
        match std::mem::replace(&mut self.socket, Socket::Closed) {
            Socket::Opening { ticket, .. } | Socket::Open(ticket) => Some(ticket),
            Socket::Closed => None,
        }
    }
}

impl Session {
    /// Sends a body by the transport in use, and names it.
    pub(super) fn dispatch(
        &mut self,
        purpose: Purpose,
        body: Bytes,
        timeout: Duration,
        now: Duration,
    ) -> Ticket {
        match self.carrier.current {
            Transport::LongPolling => {
                let url = self.endpoint.address(purpose);
                self.post.send(purpose, url, body, timeout)
            }
            Transport::WebSocket => {
                self.write(body, now);
                self.post.ticket()
            }
        }
    }

    /// Sends a frame over the WebSocket, as soon as there is one.
    fn write(&mut self, body: Bytes, now: Duration) {
        match &mut self.carrier.socket {
            Socket::Open(ticket) => self.post.write(*ticket, body),
            Socket::Opening { waiting, .. } => waiting.push(body),
            Socket::Closed => {
                let ticket = self.post.ticket();
                let timeout = self.config.connect_timeout;
                let opening = Opening::new(self.endpoint.web_socket(), timeout);
                self.post.open(ticket, opening);
                self.carrier.socket = Socket::Opening {
                    ticket,
                    deadline: now.saturating_add(timeout),
                    waiting: vec![body],
                };
            }
        }
    }

    pub(super) fn opened(&mut self, ticket: Ticket) {
        if !self.carrier.owns(ticket) {
            return self.post.abort(ticket);
        }
        if let Socket::Opening { waiting, .. } =
            std::mem::replace(&mut self.carrier.socket, Socket::Open(ticket))
        {
            for body in waiting {
                self.post.write(ticket, body);
            }
        }
        if let Experience::Worked { refusals } = &mut self.carrier.web_socket {
            *refusals = 0;
        }
    }

    /// Closes the WebSocket, if there is one. Whoever waits for something on it must be told otherwise.
    pub(super) fn close_socket(&mut self) {
        if let Some(ticket) = self.carrier.forget_socket() {
            self.post.abort(ticket);
        }
    }

    /// The WebSocket did not open, or broke: everything that waits for an answer on it has failed.
    pub(super) fn socket_failed(&mut self, failure: Failure, now: Duration) {
        let was_opening = matches!(self.carrier.socket, Socket::Opening { .. });
        let never_worked = matches!(self.carrier.web_socket, Experience::None);
        // Messages without the answer that closes their batch: if that cannot be read, they come again for ever.
        if matches!(failure, Failure::TimedOut) && !self.carrier.unconfirmed.is_empty() {
            self.guards.unreadable += 1;
        }
        self.close_socket();
        if (was_opening || never_worked) && self.is_given_up(&failure, now) {
            return;
        }
        match &self.phase {
            Phase::Handshaking(request) => {
                let ticket = request.ticket;
                self.failed(ticket, failure, now);
            }
            Phase::Established(established) => {
                let (connect, batch) = (established.connect.ticket(), established.batch.ticket());
                match connect {
                    Some(ticket) => self.failed(ticket, failure.clone(), now),
                    None => self.broke_between_connects(failure.clone(), now),
                }
                if let Some(ticket) = batch.filter(|ticket| self.knows(*ticket)) {
                    self.failed(ticket, failure, now);
                }
            }
            Phase::Disconnecting(_) => self.close(Closure::Disconnected),
            Phase::HandshakeDue { .. } | Phase::SignedOut(_) | Phase::Closed => {}
        }
    }

    /// Whether the WebSocket is given up because it did not open, or broke before anything came of it.
    fn is_given_up(&mut self, failure: &Failure, now: Duration) -> bool {
        // A farewell is not said twice: with the WebSocket it is over.
        if matches!(self.phase, Phase::Disconnecting(_)) {
            return false;
        }
        // Neither is anybody's fault but ours, and the other transport fares no better.
        if matches!(failure, Failure::Certificate(_) | Failure::ProxyAuthentication) {
            return false;
        }
        let refused = matches!(failure, Failure::UpgradeRefused { .. });
        let alone = !self.carrier.wanted.contains(&Transport::LongPolling);
        match &mut self.carrier.web_socket {
            Experience::None if alone && refused => self.close(Closure::Failed(failure.clone())),
            _ if alone => return false,
            Experience::None => {
                tracing::debug!(%failure, "no WebSocket, so long-polling it is");
                let reported = match &self.phase {
                    Phase::Handshaking(request) => self.reported_channel(request.ticket),
                    _ => None,
                };
                self.carrier.web_socket = Experience::Failed { proven: false };
                self.fall_back(failure, now);
                self.report(reported, failure.clone(), now);
            }
            Experience::Worked { refusals } if refused => {
                *refusals += 1;
                if *refusals < MOST_REFUSALS {
                    return false;
                }
                self.carrier.web_socket = Experience::Failed { proven: false };
                self.shake_hands_again(Interruption::Failed(failure.clone()), now);
            }
            Experience::Worked { .. } | Experience::Failed { .. } => return false,
        }
        true
    }

    /// The first WebSocket was in vain: the handshake goes by the other transport, at once unless the server asked to be left
    /// alone.
    fn fall_back(&mut self, failure: &Failure, now: Duration) {
        let asked = failure.retry_after().is_some();
        let delay = if asked {
            self.delay_after(failure, now)
        } else {
            Duration::ZERO
        };
        let why = Interruption::Failed(failure.clone());
        // A server may agree to the WebSocket in a handshake by the other transport. Then there is a session to leave.
        if matches!(self.phase, Phase::Established(_)) {
            return self.shake_hands_again(why, now + delay);
        }
        self.phase = Phase::HandshakeDue { at: now + delay };
        if asked {
            self.interrupted(why, false);
        }
    }

    /// No connect was under way, but messages may have been.
    fn broke_between_connects(&mut self, failure: Failure, now: Duration) {
        let delay = self.delay_after(&failure, now);
        let gap = !self.is_acknowledged();
        if let Phase::Established(Established { connect, .. }) = &mut self.phase
            && let Connect::Due { at, probing } = connect
        {
            *at = (*at).max(now.saturating_add(delay));
            *probing = true;
            self.interrupted(Interruption::Failed(failure), gap);
        }
    }
}
