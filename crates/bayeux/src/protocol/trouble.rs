//! What to do when something goes wrong, whatever request it befell: wait, make a new session, wait for the application, or stop.

use std::time::Duration;

use super::advice::Advice;
use super::incoming::Answer;
use super::session::{Phase, Session};
use crate::event::{Closure, Event, Interruption};
use crate::failure::{Failure, PublishError};

/// Counters that keep a hopeless client from trying for ever, or too fast.
#[derive(Debug, Default)]
pub(super) struct Guards {
    /// Failures in a row.
    pub(super) failures: u32,
    /// When the first of them was.
    pub(super) failing_since: Option<Duration>,
    /// Handshakes since the server last kept a session for a while.
    pub(super) vain_handshakes: u32,
    /// Requests in a row that the server did not understand.
    pub(super) bad_requests: u32,
    /// Connects in a row that brought something which cannot be read.
    pub(super) unreadable: u32,
    /// Whether the server took us for signed out, and no connect has succeeded since.
    pub(super) signed_out: bool,
    /// Whether there ever was a Bayeux endpoint at the address.
    pub(super) ever_answered: bool,
    /// When a connect that met a dead connection was last sent again without a pause.
    replaced_at: Option<Duration>,
}

/// How many handshakes are made in vain before giving up.
const MOST_VAIN_HANDSHAKES: u32 = 5;
/// A session that lived for so long was kept by the server, whatever became of it then.
pub(super) const KEPT: Duration = Duration::from_secs(10);
/// How many requests in a row may be called bad.
const MOST_BAD_REQUESTS: u32 = 3;

/// How often a server that sends again what was not confirmed may send something that cannot be read.
const MOST_UNREADABLE: u32 = 3;

/// A connection that breaks sooner after a request was sent was probably dead before.
const DEAD: Duration = Duration::from_secs(1);

/// One that breaks so again within this time was not dead before: something does not let a connect be held.
const DEAD_AGAIN: Duration = Duration::from_secs(10);

/// Whether a request met a connection that the server had closed long since. That says nothing about the server, so the request
/// is sent once more at once, on a fresh connection.
pub(super) fn was_dead(failure: &Failure, patience: Duration) -> bool {
    matches!(failure, Failure::Broken(_)) && patience < DEAD
}

impl Guards {
    /// Whether a connect that met a dead connection may be sent again without a pause, which is then noted.
    pub(super) fn may_replace(&mut self, now: Duration) -> bool {
        let again = self
            .replaced_at
            .is_some_and(|before| now.saturating_sub(before) < DEAD_AGAIN);
        if !again {
            self.replaced_at = Some(now);
        }
        !again
    }

    /// Counts a connect whose answer came and could not be used. Gives whether the server would go on sending it for ever.
    pub(super) fn is_poisoned(&mut self, failure: &Failure) -> bool {
        if failure.is_unreadable() {
            self.unreadable += 1;
        }
        self.unreadable >= MOST_UNREADABLE
    }
}

impl Session {
    /// Deals with the failures that mean the same whatever request they befell. Gives the failure back if it is none of them.
    pub(super) fn escalate(&mut self, failure: Failure, now: Duration) -> Option<Failure> {
        match failure {
            Failure::Certificate(_) | Failure::ProxyAuthentication => self.close(Closure::Failed(failure)),
            Failure::WrongAddress { .. } if !self.guards.ever_answered => {
                self.close(Closure::Failed(failure));
            }
            // The application signed in again in between, and it did not help.
            Failure::NotAuthenticated { .. } | Failure::TokenRefused if self.guards.signed_out => {
                self.close(Closure::Failed(failure));
            }
            Failure::NotAuthenticated { .. } | Failure::TokenRefused => {
                self.guards.signed_out = true;
                self.signed_out(failure);
                self.renew_credentials(now);
            }
            Failure::BadRequest => {
                self.guards.bad_requests += 1;
                if self.guards.bad_requests >= MOST_BAD_REQUESTS {
                    self.close(Closure::Failed(failure));
                } else {
                    let delay = self.delay_after(&failure, now);
                    self.shake_hands_again(Interruption::Failed(failure), now + delay);
                }
            }
            other => return Some(other),
        }
        None
    }

    /// Counts a failure, and gives how long to wait after it.
    pub(super) fn delay_after(&mut self, failure: &Failure, now: Duration) -> Duration {
        self.guards.failures = self.guards.failures.saturating_add(1);
        self.guards.failing_since.get_or_insert(now);
        self.backoff.delay(self.guards.failures, failure.retry_after())
    }

    /// Takes the server's advice, all of it anew.
    pub(super) fn advised(&mut self, advice: Advice) {
        if advice.multiple_clients && !self.advice.multiple_clients {
            tracing::warn!("the server sees several sessions with the same cookie and serves them slowly");
            self.post.tell(Event::MultipleClients);
        }
        self.advice = advice;
    }

    /// The server no longer knows the session: makes a new one, at once unless that has been in vain before.
    pub(super) fn session_lost(&mut self, answer: &Answer, now: Duration) {
        // What was lost only after a while was not forgotten at once; perhaps nothing got through meanwhile.
        if matches!(&self.phase, Phase::Established(established) if now.saturating_sub(established.since) >= KEPT)
        {
            self.guards.vain_handshakes = 0;
        }
        let vain = self.guards.vain_handshakes;
        if vain >= MOST_VAIN_HANDSHAKES {
            return self.close(Closure::SessionNotKept { handshakes: vain });
        }
        self.guards.failures = 0;
        self.guards.failing_since = None;
        if let Some(Advice {
            hosts: Some(hosts), ..
        }) = &answer.advice
            && self.endpoint.advised(hosts)
        {
            self.close_socket();
        }
        let delay = self.backoff.delay(vain.saturating_sub(1), None);
        self.shake_hands_again(Interruption::SessionLost(answer.error.clone()), now + delay);
    }

    /// Leaves the session, if there is one, for a new one. Messages published in between are lost, so this is always a gap.
    pub(super) fn shake_hands_again(&mut self, why: Interruption, at: Duration) {
        self.leave_for(
            Phase::HandshakeDue { at },
            &PublishError::Unconfirmed(Failure::Unanswered),
        );
        self.interrupted(why, true);
    }

    /// Tells the application that messages do not flow. What it wanted to publish would only wait, so that fails.
    pub(super) fn interrupted(&mut self, why: Interruption, gap: bool) {
        tracing::debug!(%why, "interrupted");
        if let Some(event) = self.link.interrupted(why, gap, self.clock.now()) {
            self.post.tell(event);
        }
        if self.link.is_failing() {
            self.refuse_publications(&PublishError::NotConnected);
        }
    }

    pub(super) fn refuse_publications(&mut self, why: &PublishError) {
        for publication in self.outbox.take_publications() {
            self.post.published(publication, Err(why.clone()));
        }
    }
}
