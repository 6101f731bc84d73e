//! Leaving: first what is armed or live is stopped and the server has confirmed it, then the session ends in order.

use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::input::LinkChange;
use desk::order::Command;
use desk::view::Phase;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Running;
use super::linked::{Linked, Outcome, Stage};
use crate::opening;

/// How long leaving waits for the server to confirm that coaching has stopped.
const STOP_WITHIN: Duration = Duration::from_secs(4);

impl Running {
    /// The supervisor wants to leave.
    pub(super) async fn leave(&mut self, done: oneshot::Sender<()>) {
        if self.is_busy() {
            // If there is nothing to stop after all, or no link to stop it over, leaving goes on at once.
            let _ = self.order(Command::Stop).await;
        }
        let Some(linked) = &mut self.linked else {
            // Nobody is signed in, so whoever waits has what they want.
            let _ = done.send(());
            return;
        };
        match &mut linked.stage {
            Stage::Leaving { waiting, .. } | Stage::Ending { waiting } => waiting.push(done),
            Stage::Opening(_) | Stage::Open => {
                let before = std::mem::replace(
                    &mut linked.stage,
                    Stage::Leaving {
                        until: Instant::now() + STOP_WITHIN,
                        waiting: vec![done],
                    },
                );
                if let Stage::Opening(opening) = before {
                    let _ = opening.done.send(Err(cancelled()));
                }
            }
        }
    }

    /// Goes on with leaving once nothing is armed or live any more, or time is over.
    pub(super) async fn leave_when_stopped(&mut self) {
        let stopping = self.desk.phase() == Phase::Stopping;
        let Some(linked) = &mut self.linked else { return };
        let Stage::Leaving { until, waiting } = &mut linked.stage else {
            return;
        };
        if stopping && Instant::now() < *until {
            return;
        }
        let waiting = std::mem::take(waiting);
        linked.stage = Stage::Ending { waiting };
        if linked.user.is_none() {
            // The server has not let anybody in yet.
            return self.signed_out(None).await;
        }
        linked.end();
    }

    /// The sign-in is over: as wished, or with a fault.
    pub(super) async fn signed_out(&mut self, fault: Option<Fault>) {
        let Some(mut linked) = self.linked.take() else {
            return;
        };
        self.link_is(LinkChange::SignedOut(fault.clone())).await;
        self.tell_limits();
        match std::mem::replace(&mut linked.stage, Stage::Open) {
            Stage::Opening(opening) => {
                let _ = opening.done.send(Err(fault.unwrap_or_else(cancelled)));
                if linked.user.is_some() {
                    // Let in, but not through: leave nothing behind on the server.
                    linked.end();
                    linked.tasks.detach_all();
                }
            }
            Stage::Leaving { waiting, .. } | Stage::Ending { waiting } => {
                for done in waiting {
                    // A window that has closed meanwhile does not wait any more.
                    let _ = done.send(());
                }
            }
            Stage::Open => {}
        }
    }
}

impl Linked {
    /// Sends the last requests. Nothing else may go out after them, so everything under way is dropped first.
    fn end(&mut self) {
        self.tasks = JoinSet::new();
        self.subscribe_at = None;
        self.own.again_at = None;
        self.floor.at = None;
        let (session, subscription) = (self.session.clone(), self.subscription.take());
        self.tasks.spawn(async move {
            let client = subscription.as_ref().map(|subscription| &subscription.client);
            opening::sign_out(&session, client).await;
            Outcome::SignedOut
        });
    }
}

fn cancelled() -> Fault {
    Fault::new(FaultCode::SignedOut, "Signing in was cancelled.")
}
