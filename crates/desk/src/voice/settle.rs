//! From the facts to the stage: every transition that the server's word causes, and those that its silence causes.

use gws::Monitoring;

use crate::fault::{Fault, FaultCode};
use crate::moment::Moment;
use crate::order::{Act, Mode};
use crate::view::StepKind;

use super::{Beginning, CONFIRM_WITHIN_MS, Patience, Stage, Voice, Wanted};

/// What the server says about the supervised call, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SupervisedCall {
    pub(crate) id: String,
    /// Whether the supervisor is in it, or it only rings.
    pub(crate) open: bool,
    /// How the supervisor is in it, where the call says so.
    pub(crate) act: Option<Act>,
    /// It is not a call of the agent who was asked for last.
    pub(crate) of_another: bool,
}

impl Voice {
    /// Brings the stage in line with the facts. `found` names the agent a coaching is about that we did not ask for.
    /// Gives the target to ask for next, when the former one is gone.
    pub(crate) fn settle(
        &mut self,
        call: Option<SupervisedCall>,
        found: impl FnOnce(Option<&Monitoring>) -> Beginning,
        now: Moment,
    ) -> Option<Wanted> {
        if self.monitoring.is_none()
            && let Some(cancelling) = self.coaching.cancelling.take()
        {
            self.note(StepKind::Stopped, Some(now.since(cancelling.at)), now);
        }
        if self.is_told() && (call.is_some() || self.monitoring.is_some()) {
            // It has not stopped. Settling leads from here to what the server says.
            self.next = None;
            self.enter(Stage::Lost, now);
        }
        match (call, self.monitoring.is_some()) {
            (Some(call), _) => {
                self.settle_in_call(call, found, now);
                None
            }
            (None, monitored) => {
                self.leave_call(now);
                if monitored {
                    self.settle_monitored(found, now);
                    None
                } else {
                    self.settle_unmonitored(now)
                }
            }
        }
    }

    /// Something was asked for and the time to confirm it is over. Gives whether to read what is true.
    pub(crate) fn check_deadline(&mut self, now: Moment) -> bool {
        let late = |asked: Moment| now.since(asked) >= CONFIRM_WITHIN_MS;
        let stage_late = self.waiting_since().is_some_and(late);
        if stage_late {
            self.waited_in_vain(now);
        }
        let cancel_late = self
            .coaching
            .cancelling
            .is_some_and(|cancelling| late(cancelling.at));
        if cancel_late {
            self.coaching.cancelling = None;
            let words = "The server did not confirm that monitoring was cancelled.";
            self.coaching.problem =
                Some(Fault::new(FaultCode::NotConfirmed, words).with_hint("Cancel once more."));
        }
        stage_late || cancel_late
    }

    /// The time to confirm what the stage waits for is over.
    fn waited_in_vain(&mut self, now: Moment) {
        let stopping = matches!(self.stage, Stage::Stopping(_));
        let words = if stopping {
            "The server did not confirm that coaching has stopped."
        } else {
            "The server has not confirmed the coaching."
        };
        let fault =
            Fault::new(FaultCode::NotConfirmed, words).with_hint("Sotto asks the server what is true.");
        let there = self.monitoring.is_some() || self.coaching.call.is_some();
        match &mut self.stage {
            // What it said before the stop is no word on it: the stop stays asked for until the server was asked again.
            Stage::Stopping(stopping) if there => {
                stopping.patience = Patience::Overdue(now);
                self.coaching.problem = Some(fault);
            }
            _ => self.fail(Stage::Lost, fault, now),
        }
    }

    fn settle_in_call(
        &mut self,
        call: SupervisedCall,
        found: impl FnOnce(Option<&Monitoring>) -> Beginning,
        now: Moment,
    ) {
        if !self.is_in(&call.id) {
            self.leave_call(now);
            let asked_for =
                self.coaching.wanted.is_some() && !matches!(self.stage, Stage::Idle | Stage::Refused);
            let ours = asked_for && !call.of_another;
            if !ours {
                self.begin_found(found);
                if let Some(wanted) = &mut self.coaching.wanted {
                    wanted.act = wanted.act.or(call.act);
                }
            }
            self.coaching.call = Some(call.id);
            self.confirmed = Some(now);
        }
        self.heed_phone(now);
        match (self.stage, call.open) {
            (Stage::Stopping(_), _) | (Stage::Live, true) | (Stage::Offered, false) => {}
            (_, true) => self.go_live(now),
            (_, false) => self.ring(now),
        }
    }

    fn go_live(&mut self, now: Moment) {
        self.forget_problem();
        self.enter(Stage::Live, now);
        if self.coaching.live_since.is_none() {
            let waited = self.coaching.offered_at.map(|offered| now.since(offered));
            self.coaching.live_since = Some(now);
            self.note(StepKind::Live, waited, now);
        }
    }

    fn ring(&mut self, now: Moment) {
        self.forget_problem();
        self.enter(Stage::Offered, now);
        if self.coaching.offered_at.is_none() {
            self.coaching.offered_at = Some(now);
            self.note(StepKind::Offered, None, now);
        }
    }

    fn leave_call(&mut self, now: Moment) {
        let coaching = &mut self.coaching;
        let ended = coaching.call.take().is_some();
        coaching.had_call |= ended;
        coaching.switched = false;
        coaching.switched_to = None;
        coaching.offered_at = None;
        coaching.live_since = None;
        if ended {
            // A call that was supervised settles the request, whatever the phone said of it.
            self.coaching.close(now);
            self.note(StepKind::CallEnded, None, now);
        }
    }

    fn settle_monitored(&mut self, found: impl FnOnce(Option<&Monitoring>) -> Beginning, now: Moment) {
        let ours = self.heed_phone(now);
        match self.stage {
            Stage::Stopping(_) => return,
            // The server still speaks of something else; ours may follow.
            Stage::Requested if !ours => return,
            _ if ours => {}
            // Armed by another client, before a restart, or changed behind our back: show the server's word.
            _ => {
                self.begin_found(found);
                self.heed_phone(now);
            }
        }
        if self.stage != Stage::Armed {
            self.forget_problem();
            self.enter(Stage::Armed, now);
        }
    }

    fn settle_unmonitored(&mut self, now: Moment) -> Option<Wanted> {
        match self.stage {
            // The request that was to be stopped may still arm.
            Stage::Stopping(_) if self.coaching.is_open() && !self.is_told() => {}
            Stage::Stopping(_) => {
                let waited = now.since(self.since);
                self.coaching.problem = None;
                self.enter(Stage::Idle, now);
                self.note(StepKind::Stopped, Some(waited), now);
                return self.next.take();
            }
            Stage::Armed | Stage::Offered | Stage::Live if self.is_served() || self.coaching.stop_asked => {
                self.coaching.problem = None;
                self.enter(Stage::Idle, now);
            }
            Stage::Lost if self.coaching.stop_asked => {
                self.coaching.problem = None;
                self.enter(Stage::Idle, now);
            }
            Stage::Armed | Stage::Offered | Stage::Live => {
                let words = "The server has ended the monitoring.";
                let hint = "This happens when the agent or you log out of the phone. Try again when the agent is back.";
                let fault = Fault::new(FaultCode::Dropped, words).with_hint(hint);
                self.fail(Stage::Lost, fault, now);
            }
            Stage::Idle | Stage::Requested | Stage::Refused | Stage::Lost => {}
        }
        None
    }

    /// Takes the server's word on the phone, if it is about this coaching. Gives whether it is.
    fn heed_phone(&mut self, now: Moment) -> bool {
        let Some(monitoring) = self.monitoring.clone().filter(|said| self.is_ours(said)) else {
            return false;
        };
        if let Some(wanted) = &mut self.coaching.wanted {
            wanted.update(&monitoring);
        }
        self.coaching.agreed = Some(monitoring);
        if !self.coaching.armed {
            self.coaching.armed = true;
            let took = self.coaching.close(now);
            self.note(StepKind::Armed, took, now);
        }
        true
    }

    /// Whether the server monitors what was asked for, or what was taken over from it before.
    pub(super) fn is_ours(&self, said: &Monitoring) -> bool {
        let over = self.stage == Stage::Idle && !self.coaching.is_open();
        let asked_for = self
            .coaching
            .wanted
            .as_ref()
            .is_some_and(|wanted| wanted.is(said));
        self.coaching.agreed.as_ref() == Some(said) || (asked_for && !over)
    }

    /// A coaching that the server knows and we did not.
    fn begin_found(&mut self, found: impl FnOnce(Option<&Monitoring>) -> Beginning) {
        self.begin(found(self.monitoring.as_ref()));
        if let (Some(wanted), Some(monitoring)) = (&mut self.coaching.wanted, &self.monitoring) {
            wanted.update(monitoring);
        }
        self.coaching.agreed.clone_from(&self.monitoring);
    }

    /// The one call that was asked for has been, so the end of the monitoring is no loss.
    pub(super) fn is_served(&self) -> bool {
        let wanted = self.coaching.wanted.as_ref();
        self.coaching.had_call && wanted.is_some_and(|wanted| wanted.mode == Some(Mode::NextCall))
    }

    /// Going on makes a problem old news, unless the supervisor wanted to stop and still has not.
    fn forget_problem(&mut self) {
        if !self.coaching.stop_asked {
            self.coaching.problem = None;
        }
    }
}
