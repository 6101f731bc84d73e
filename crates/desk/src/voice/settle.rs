//! From the facts to the stage: every transition that the server's word causes.

use crate::fault::{Fault, FaultCode};
use crate::moment::Moment;
use crate::order::Mode;
use crate::view::StepKind;

use super::{CONFIRM_WITHIN_MS, Stage, Voice, Wanted};

/// What the server says about the supervised call, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SupervisedCall<'a> {
    pub(crate) id: &'a str,
    /// Whether the supervisor is in it, or it only rings.
    pub(crate) open: bool,
}

/// What should happen next because of where the coaching stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing.
    Wait,
    /// The former target is gone: ask for this one.
    Ask(Wanted),
}

impl Voice {
    /// Brings the stage in line with the facts. `found` names the agent a monitoring is about that we did not ask for.
    pub(crate) fn settle(
        &mut self,
        call: Option<SupervisedCall<'_>>,
        found: impl FnOnce() -> Option<Wanted>,
        now: Moment,
    ) -> Next {
        if self.monitoring.is_none() && self.cancelling.take().is_some() {
            self.note(StepKind::Stopped, None, now);
        }
        match call {
            Some(call) => self.settle_in_call(call, found, now),
            None => self.settle_without_call(found, now),
        }
    }

    /// Something was asked for and the time to confirm it is over. Gives whether to read what is true.
    pub(crate) fn check_deadline(&mut self, now: Moment) -> bool {
        let late = |asked: Moment| now.since(asked) >= CONFIRM_WITHIN_MS;
        let (staged, act) = match self.stage {
            Stage::Requested(pending) => (
                late(pending.asked),
                "The server accepted, but never confirmed the coaching.",
            ),
            Stage::Stopping(pending) => (
                late(pending.asked),
                "The server did not confirm that coaching has stopped.",
            ),
            _ => (false, ""),
        };
        if staged {
            self.unsettled = false;
            let fault =
                Fault::new(FaultCode::NotConfirmed, act).with_hint("Sotto asks the server what is true.");
            self.fail(Stage::Lost, fault, now);
        }
        let cancel_late = self.cancelling.is_some_and(|pending| late(pending.asked));
        if cancel_late {
            self.cancelling = None;
            let words = "The server did not confirm that monitoring was cancelled.";
            self.problem = Some(Fault::new(FaultCode::NotConfirmed, words).with_hint("Cancel once more."));
        }
        staged || cancel_late
    }

    fn settle_in_call(
        &mut self,
        call: SupervisedCall<'_>,
        found: impl FnOnce() -> Option<Wanted>,
        now: Moment,
    ) -> Next {
        if self.call.as_deref() != Some(call.id) {
            if self.wanted.is_none() || self.stage == Stage::Idle {
                self.begin(found());
            }
            self.call = Some(call.id.to_owned());
            self.switched = false;
            self.offered_at = None;
            self.live_since = None;
        }
        self.confirmed = Some(now);
        if matches!(self.stage, Stage::Stopping(_)) {
            return Next::Wait;
        }
        if call.open && self.stage != Stage::Live {
            let waited = self.offered_at.map(|offered| now.since(offered));
            self.live_since = Some(now);
            self.problem = None;
            self.enter(Stage::Live, now);
            self.note(StepKind::Live, waited, now);
        } else if !call.open && self.stage != Stage::Offered {
            self.offered_at = Some(now);
            self.problem = None;
            self.enter(Stage::Offered, now);
            self.note(StepKind::Offered, None, now);
        }
        Next::Wait
    }

    fn settle_without_call(&mut self, found: impl FnOnce() -> Option<Wanted>, now: Moment) -> Next {
        let was_in_call = matches!(self.stage, Stage::Offered | Stage::Live);
        if self.call.take().is_some() && was_in_call {
            self.note(StepKind::CallEnded, None, now);
        }
        self.live_since = None;
        self.switched = false;
        match self.monitoring.clone() {
            Some(monitoring) => {
                let asked_for = self.matches(&monitoring);
                match self.stage {
                    Stage::Stopping(_) => return Next::Wait,
                    Stage::Requested(_) if !asked_for => return Next::Wait,
                    _ => self.arm(asked_for, found, now),
                }
                if let Some(wanted) = &mut self.wanted {
                    wanted.update(&monitoring);
                }
                self.adopted = Some(monitoring);
                Next::Wait
            }
            None => self.settle_unmonitored(now),
        }
    }

    fn arm(&mut self, asked_for: bool, found: impl FnOnce() -> Option<Wanted>, now: Moment) {
        if !asked_for {
            // Armed by another client, before a restart, or changed behind our back: show the server's word.
            self.begin(found());
        } else if self.stage == Stage::Armed {
            return;
        }
        let waited = match self.stage {
            Stage::Requested(pending) => Some(now.since(pending.asked)),
            _ => None,
        };
        let back_from_call = matches!(self.stage, Stage::Offered | Stage::Live);
        self.offered_at = None;
        if !self.stopped_by_us() {
            self.problem = None;
        }
        self.enter(Stage::Armed, now);
        if !back_from_call {
            self.note(StepKind::Armed, waited, now);
        }
    }

    fn settle_unmonitored(&mut self, now: Moment) -> Next {
        let one_call = self
            .wanted
            .as_ref()
            .is_some_and(|wanted| wanted.mode == Some(Mode::NextCall));
        match self.stage {
            Stage::Stopping(_) if self.unsettled => {}
            Stage::Stopping(pending) => {
                self.problem = None;
                self.enter(Stage::Idle, now);
                self.note(StepKind::Stopped, Some(now.since(pending.asked)), now);
                if let Some(next) = self.next.take() {
                    return Next::Ask(next);
                }
            }
            Stage::Live | Stage::Offered if one_call => self.enter(Stage::Idle, now),
            Stage::Live | Stage::Offered | Stage::Armed | Stage::Lost if self.stopped_by_us() => {
                self.problem = None;
                self.enter(Stage::Idle, now);
            }
            Stage::Armed | Stage::Live | Stage::Offered => {
                let words = "The server has ended the monitoring.";
                let hint = "This happens when the agent or you log out of the phone. Try again when the agent is back.";
                self.fail(
                    Stage::Lost,
                    Fault::new(FaultCode::Dropped, words).with_hint(hint),
                    now,
                );
            }
            Stage::Idle | Stage::Requested(_) | Stage::Refused | Stage::Lost => {}
        }
        Next::Wait
    }

    /// Whether the last thing the supervisor did in this coaching was to cancel it.
    fn stopped_by_us(&self) -> bool {
        self.steps.iter().any(|step| step.kind == StepKind::StopAsked)
    }
}
