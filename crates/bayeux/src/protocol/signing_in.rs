//! Signed out, and in again: the HTTP session is gone, and somebody makes a new one.

use std::time::Duration;

use super::Ticket;
use super::session::{Phase, Session};
use crate::event::{Closure, Interruption};
use crate::exchange::{Renewal, Renewed};
use crate::failure::{Failure, PublishError};

/// Who makes a new HTTP session.
#[derive(Debug)]
pub(super) enum SignedOut {
    /// The application, when it likes.
    Application,
    /// The exchange was asked for it, and has until then.
    Renewing { ticket: Ticket, deadline: Duration },
    /// It will be asked again at this time.
    RenewalDue { at: Duration },
}

impl Session {
    pub(super) fn signed_out(&mut self, failure: Failure) {
        let next = Phase::SignedOut(SignedOut::Application);
        self.leave_for(next, &PublishError::Unconfirmed(failure.clone()));
        self.close_socket();
        self.interrupted(Interruption::Failed(failure), true);
    }

    /// Asks for fresh credentials, in place of a renewal that is under way.
    pub(super) fn renew_credentials(&mut self, now: Duration) {
        let ticket = self.post.ticket();
        let deadline = now.saturating_add(self.config.renewal_timeout);
        let next = Phase::SignedOut(SignedOut::Renewing { ticket, deadline });
        self.leave_for(next, &PublishError::NotConnected);
        self.post.renew(ticket, Renewal::Credentials);
    }

    pub(super) fn renewed(&mut self, ticket: Ticket, renewed: Renewed, now: Duration) {
        let is_credentials = matches!(&self.phase, Phase::SignedOut(SignedOut::Renewing { ticket: asked, .. }) if *asked == ticket);
        match renewed {
            Renewed::Done if is_credentials => self.phase = Phase::HandshakeDue { at: now },
            Renewed::NotHere if is_credentials => self.phase = Phase::SignedOut(SignedOut::Application),
            Renewed::Failed(reason) if is_credentials => {
                tracing::debug!(reason, "no fresh credentials yet");
                self.guards.failures = self.guards.failures.saturating_add(1);
                let at = now + self.backoff.delay(self.guards.failures, None);
                self.phase = Phase::SignedOut(SignedOut::RenewalDue { at });
            }
            Renewed::Refused if is_credentials => {
                self.close(Closure::Failed(Failure::NotAuthenticated { status: None }));
            }
            // Else it is about a token, and the ticket is that of the request which needs it.
            _ if !self.knows(ticket) || !self.may_go_again(ticket) => {}
            Renewed::Done => self.post.send_again(ticket),
            Renewed::Failed(reason) => self.failed(ticket, Failure::TokenUnread(reason), now),
            Renewed::NotHere | Renewed::Refused => {
                self.failed(ticket, Failure::TokenRefused, now);
            }
        }
    }

    pub(super) fn credentials_refreshed(&mut self, now: Duration) {
        match &self.phase {
            Phase::Disconnecting(_) | Phase::Closed => {}
            Phase::SignedOut(_) => {
                self.leave_for(Phase::HandshakeDue { at: now }, &PublishError::NotConnected);
            }
            Phase::HandshakeDue { .. } | Phase::Handshaking(_) | Phase::Established(_) => {
                self.guards.failures = 0;
                self.shake_hands_again(Interruption::Asked, now);
                // It was opened with the old ones.
                self.close_socket();
            }
        }
    }

    pub(super) fn http_session_gone(&mut self) {
        match &self.phase {
            Phase::Disconnecting(_) | Phase::Closed | Phase::SignedOut(SignedOut::Application) => {}
            Phase::SignedOut(_) => {
                let next = Phase::SignedOut(SignedOut::Application);
                self.leave_for(next, &PublishError::NotConnected);
            }
            Phase::HandshakeDue { .. } | Phase::Handshaking(_) | Phase::Established(_) => {
                self.signed_out(Failure::NotAuthenticated { status: None });
            }
        }
    }
}
