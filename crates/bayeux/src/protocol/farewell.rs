//! Ending a session, or leaving it for another: nothing may stay behind, no request and no caller who waits.

use std::time::Duration;

use super::Purpose;
use super::connect::Connect;
use super::outbox::Errand;
use super::outgoing;
use super::session::{Farewell, Phase, Session};
use super::signing_in::SignedOut;
use crate::event::{Closure, Event};
use crate::failure::PublishError;

impl Session {
    /// Says farewell if the server knows the session; else it is over at once.
    pub(super) fn disconnect(&mut self, now: Duration) {
        let Phase::Established(established) = &mut self.phase else {
            if !matches!(self.phase, Phase::Disconnecting(_)) {
                self.close(Closure::Disconnected);
            }
            return;
        };
        let client_id = established.client_id.clone();
        // The server answers the held connect along with the farewell, perhaps with last messages, so it stays.
        let held = match std::mem::replace(&mut established.connect, Connect::AfterBatch) {
            connect @ Connect::Held(_) => connect.ticket(),
            Connect::AfterBatch | Connect::Due { .. } => None,
        };
        self.leave_for(Phase::Closed, &PublishError::Closed);
        self.carrier.forget_waiting();
        let timeout = self.config.disconnect_timeout;
        let request = self.send_alone(
            Purpose::Disconnect,
            |id| outgoing::disconnect(id, &client_id),
            timeout,
            now,
        );
        self.phase = Phase::Disconnecting(Farewell {
            request,
            connect: held,
        });
        self.refuse_publications(&PublishError::Closed);
    }

    /// It is over. Does nothing where it was over before.
    pub(super) fn close(&mut self, why: Closure) {
        if self.is_closed() {
            return;
        }
        self.leave_for(Phase::Closed, &PublishError::Closed);
        self.close_socket();
        self.refuse_publications(&PublishError::Closed);
        tracing::debug!(%why, "closed");
        self.post.tell(Event::Closed(why));
    }

    /// Leaves the present phase for another: aborts what is under way, and tells the fate of publications that were.
    pub(super) fn leave_for(&mut self, next: Phase, fate: &PublishError) {
        match std::mem::replace(&mut self.phase, next) {
            Phase::SignedOut(SignedOut::Renewing { ticket, .. }) => self.post.abort(ticket),
            Phase::HandshakeDue { .. } | Phase::SignedOut(_) | Phase::Closed => {}
            Phase::Handshaking(request) => self.post.abort(request.ticket),
            Phase::Disconnecting(farewell) => {
                self.post.abort(farewell.request.ticket);
                if let Some(ticket) = farewell.connect {
                    self.post.abort(ticket);
                }
            }
            Phase::Established(established) => {
                // It belonged to this session.
                self.carrier.confirmed();
                for ticket in established
                    .connect
                    .ticket()
                    .into_iter()
                    .chain(established.batch.ticket())
                {
                    self.post.abort(ticket);
                }
                for errand in established.batch.into_errands() {
                    if let Errand::Publish { publication, .. } = errand {
                        self.post.published(publication, Err(fate.clone()));
                    }
                }
            }
        }
    }
}
