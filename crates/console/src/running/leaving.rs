//! Leaving: first what is armed or live is stopped and the server has confirmed it, then the session ends in order.
//!
//! What was armed for written sessions is cancelled, but stays in the ledger: it is offered at the next sign-in. A session
//! is only left where that is certain to end nothing for the customer.

use std::time::Duration;

use desk::Desk;
use desk::fault::{Fault, FaultCode};
use desk::input::{Input, LinkChange};
use desk::order::{Command, Medium, WrittenCommand};
use desk::view::{ArmedPhase, LeaveEffect, Phase, SessionPhase, SessionView, UnsentState};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Running;
use super::linked::{Linked, Outcome, Stage};
use crate::contract::Draft;
use crate::drafts::Unsent;
use crate::opening;

/// How long leaving waits for the server to confirm that coaching has stopped.
const STOP_WITHIN: Duration = Duration::from_secs(4);

impl Running {
    /// The supervisor wants to leave.
    pub(super) async fn leave(&mut self, done: oneshot::Sender<()>) {
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
                        unanswered: Vec::new(),
                    },
                );
                if let Stage::Opening(opening) = before {
                    let _ = opening.done.send(Err(cancelled()));
                }
                self.feed(Input::Leaving).await;
                self.stop_everything().await;
            }
        }
    }

    /// If there is nothing to stop, or no link to stop it over, leaving goes on at once: a refusal changes nothing.
    async fn stop_everything(&mut self) {
        let mut commands = Vec::new();
        if self.is_coaching() {
            commands.push(Command::Stop);
        }
        let view = self.desk.view(self.clock.now());
        let (open, armed): (Vec<_>, Vec<_>) = view
            .written
            .armed
            .into_iter()
            .filter(|armed| is_armed(armed.phase))
            .partition(|armed| armed.phase == ArmedPhase::Requested);
        commands.extend(
            armed
                .into_iter()
                .map(|armed| cancel(armed.agent_id, armed.medium)),
        );
        if let Some(Stage::Leaving { unanswered, .. }) = self.linked.as_mut().map(|linked| &mut linked.stage)
        {
            unanswered.extend(open.into_iter().map(|armed| (armed.agent_id, armed.medium)));
        }
        let goes_on = |session: &SessionView| session.acts.leave == LeaveEffect::GoesOn;
        commands.extend(view.sessions.into_iter().filter(goes_on).map(|session| {
            written(WrittenCommand::Leave {
                session: session.key,
                knowing: false,
            })
        }));
        for command in commands {
            if let Ok(effects) = self.desk.order(command, self.clock.now()) {
                self.carry_out(effects).await;
            }
        }
    }

    /// What was asked for just before leaving is cancelled, too, once the server has answered.
    async fn stop_what_was_answered(&mut self) {
        let Some(Stage::Leaving { unanswered, .. }) = self.linked.as_mut().map(|linked| &mut linked.stage)
        else {
            return;
        };
        if unanswered.is_empty() {
            return;
        }
        let armed = self.desk.view(self.clock.now()).written.armed;
        let is_open = |(agent, medium): &(String, Medium)| {
            let mut open = armed.iter().filter(|line| line.phase == ArmedPhase::Requested);
            open.any(|line| line.agent_id == *agent && line.medium == *medium)
        };
        let answered: Vec<_> = unanswered.extract_if(.., |line| !is_open(line)).collect();
        for (agent, medium) in answered {
            // What was refused needs no cancelling.
            if let Ok(effects) = self.desk.order(cancel(agent, medium), self.clock.now()) {
                self.carry_out(effects).await;
            }
        }
    }

    /// Whether the server has yet to confirm that something has stopped.
    fn is_stopping(&self) -> bool {
        let view = self.desk.view(self.clock.now());
        let armed = &view.written.armed;
        view.coaching.phase == Phase::Stopping
            || armed
                .iter()
                .any(|armed| matches!(armed.phase, ArmedPhase::Cancelling | ArmedPhase::Requested))
            || view
                .sessions
                .iter()
                .any(|session| session.phase == SessionPhase::Leaving)
    }

    /// Goes on with leaving once nothing is armed or live any more, or time is over.
    pub(super) async fn leave_when_stopped(&mut self) {
        self.stop_what_was_answered().await;
        let Some(Stage::Leaving { until, .. }) = self.linked.as_ref().map(|linked| &linked.stage) else {
            return;
        };
        if Instant::now() < *until && self.is_stopping() {
            return;
        }
        let Some(linked) = &mut self.linked else { return };
        let Stage::Leaving { waiting, .. } = &mut linked.stage else {
            return;
        };
        let waiting = std::mem::take(waiting);
        linked.stage = Stage::Ending { waiting };
        if linked.user.is_none() {
            // The server has not let anybody in yet.
            return self.signed_out(None).await;
        }
        linked.end();
    }

    /// The board goes with the sign-in. What was written and is not known to have arrived stays as a draft: whether it
    /// is written once more is for the supervisor to say.
    pub(super) fn keep_unsent(&mut self) {
        let Some(owner) = &self.owner else { return };
        for unsent in not_arrived(&self.desk) {
            if let Err(fault) = self.drafts.keep_behind(owner, unsent.draft) {
                tracing::warn!(%fault, "a text that was not sent is not kept");
            }
        }
        self.drafts.keep_sent(owner, &[]);
    }

    /// The same for a Sotto that is killed: what is on its way, or failed, is on disk as long as that is so.
    pub(super) fn keep_sent(&mut self) {
        let inside = self.linked.as_ref().is_some_and(|linked| linked.user.is_some());
        if let Some(owner) = self.owner.as_ref().filter(|_| inside) {
            self.drafts.keep_sent(owner, &not_arrived(&self.desk));
        }
    }

    /// The sign-in is over: as wished, or with a fault.
    pub(super) async fn signed_out(&mut self, fault: Option<Fault>) {
        let Some(mut linked) = self.linked.take() else {
            return;
        };
        self.keep_unsent();
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

fn not_arrived(desk: &Desk) -> Vec<Unsent> {
    let unsent = desk.unsent().into_iter();
    let unsent = unsent.filter(|(_, unsent)| unsent.state != UnsentState::Taken);
    unsent
        .map(|(session, unsent)| Unsent {
            send_id: unsent.send_id,
            draft: Draft {
                session,
                public: unsent.public,
                text: unsent.text,
            },
        })
        .collect()
}

fn is_armed(phase: ArmedPhase) -> bool {
    matches!(
        phase,
        ArmedPhase::Requested | ArmedPhase::Armed | ArmedPhase::Unclear
    )
}

fn cancel(agent_id: String, medium: Medium) -> Command {
    written(WrittenCommand::Disarm {
        agent_id,
        medium,
        leave: false,
    })
}

fn written(command: WrittenCommand) -> Command {
    Command::Written { command }
}

fn cancelled() -> Fault {
    Fault::new(FaultCode::SignedOut, "Signing in was cancelled.")
}
