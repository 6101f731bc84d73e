//! Voice coaching: what was asked, what the server says, and the stage that follows from both.
//!
//! The server's word decides every stage but `Requested` and `Stopping`, which are ours alone: a reply with status 0
//! only means that the request was passed on (`gws/core.md 1.5`). After each input [`Voice::settle`] compares the
//! stage with the facts (the monitoring on the own phone, the supervised call) and moves on.

mod settle;
mod target;

use gws::Monitoring;

pub(crate) use settle::{Next, SupervisedCall};
pub(crate) use target::Wanted;

use crate::fault::{Fault, FaultCode};
use crate::input::{CallFailure, Happening, Ticket};
use crate::moment::Moment;
use crate::order::{Act, Order};
use crate::view::{Phase, StepKind, StepView};

/// How long the server may take to confirm what it accepted, in milliseconds. Telephony confirms within a second;
/// ten leave room for a slow switch and still end before a supervisor gives up.
pub(crate) const CONFIRM_WITHIN_MS: u64 = 10_000;

/// At most so many steps are kept for the screen; the journal has them all.
const STEPS_KEPT: usize = 12;

/// A request on its way: to monitor, or to cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pending {
    ticket: Option<Ticket>,
    asked: Moment,
}

/// Where the coaching stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Idle,
    Requested(Pending),
    Armed,
    Offered,
    Live,
    /// Both cancelling and leaving the call; over when neither monitoring nor call is left.
    Stopping(Pending),
    Refused,
    Lost,
}

/// Voice coaching of the one agent there can be at a time (`gws/core.md 7`, fact 17a).
#[derive(Debug)]
pub(crate) struct Voice {
    stage: Stage,
    since: Moment,
    /// Whom and how; the server's word replaces it where they differ.
    wanted: Option<Wanted>,
    /// Asked for while another target was armed: sent when the server has confirmed the end of that one.
    next: Option<Wanted>,
    /// What the server said last about the own phone.
    monitoring: Option<Monitoring>,
    /// The call this coaching is in; it stays the supervised one even when the agent leaves it.
    pub(crate) call: Option<String>,
    /// Somebody asked to switch on this call, so the set-up of the phone no longer says how we are in it.
    pub(crate) switched: bool,
    /// A cancel without leaving the call was asked for.
    cancelling: Option<Pending>,
    /// A request to monitor that the server has neither confirmed nor refused: it may still arm.
    unsettled: bool,
    /// The monitoring that was taken over as the server's word.
    adopted: Option<Monitoring>,
    offered_at: Option<Moment>,
    pub(crate) live_since: Option<Moment>,
    pub(crate) confirmed: Option<Moment>,
    pub(crate) steps: Vec<StepView>,
    pub(crate) problem: Option<Fault>,
    /// Counts coachings, to group what is written down.
    number: u64,
    recorded: Vec<Happening>,
}

impl Voice {
    pub(crate) fn new() -> Voice {
        Voice {
            stage: Stage::Idle,
            since: Moment(0),
            wanted: None,
            next: None,
            monitoring: None,
            call: None,
            switched: false,
            cancelling: None,
            unsettled: false,
            adopted: None,
            offered_at: None,
            live_since: None,
            confirmed: None,
            steps: Vec::new(),
            problem: None,
            number: 0,
            recorded: Vec::new(),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.stage {
            Stage::Idle => Phase::Idle,
            Stage::Requested(_) => Phase::Requested,
            Stage::Armed => Phase::Armed,
            Stage::Offered => Phase::Offered,
            Stage::Live => Phase::Live,
            Stage::Stopping(_) => Phase::Stopping,
            Stage::Refused => Phase::Refused,
            Stage::Lost => Phase::Lost,
        }
    }

    pub(crate) fn since(&self) -> Moment {
        self.since
    }

    pub(crate) fn wanted(&self) -> Option<&Wanted> {
        self.wanted.as_ref()
    }

    pub(crate) fn monitoring(&self) -> Option<&Monitoring> {
        self.monitoring.as_ref()
    }

    /// The act of the set-up, as far as it still tells how the supervisor is in the call.
    pub(crate) fn set_up(&self) -> Option<Act> {
        if self.switched {
            None
        } else {
            self.wanted.as_ref().and_then(|wanted| wanted.act)
        }
    }

    /// Whether anything is asked for or armed, so that a call may begin at any moment.
    pub(crate) fn is_busy(&self) -> bool {
        self.monitoring.is_some() || !matches!(self.stage, Stage::Idle | Stage::Refused | Stage::Lost)
    }

    /// Whether a request is on its way that a second one must not overtake.
    pub(crate) fn is_asking(&self) -> bool {
        self.next.is_some() || matches!(self.stage, Stage::Requested(_) | Stage::Stopping(_))
    }

    /// The order that can be given again after a refusal or a loss.
    pub(crate) fn again(&self) -> Option<Order> {
        let failed = matches!(self.stage, Stage::Refused | Stage::Lost);
        self.wanted.as_ref().filter(|_| failed).and_then(Wanted::order)
    }

    /// The next moment at which something must have been confirmed.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        let staged = match self.stage {
            Stage::Requested(pending) | Stage::Stopping(pending) => Some(pending),
            _ => None,
        };
        [staged, self.cancelling]
            .into_iter()
            .flatten()
            .map(|pending| pending.asked.plus(CONFIRM_WITHIN_MS))
            .min()
    }

    /// What happened since the last time somebody asked.
    pub(crate) fn take_recorded(&mut self) -> Vec<Happening> {
        std::mem::take(&mut self.recorded)
    }

    /// The supervisor asks; `ticket` is the request that carries it.
    pub(crate) fn ask(&mut self, wanted: Wanted, ticket: Ticket, now: Moment) {
        self.begin(Some(wanted));
        self.unsettled = true;
        self.enter(
            Stage::Requested(Pending {
                ticket: Some(ticket),
                asked: now,
            }),
            now,
        );
        self.note(StepKind::Asked, None, now);
    }

    /// The supervisor asks for another target while one is armed: that one is cancelled first.
    pub(crate) fn replace(&mut self, wanted: Wanted, cancel: Ticket, now: Moment) {
        self.stop(Some(cancel), now);
        self.next = Some(wanted);
    }

    /// The supervisor asks to stop altogether; `cancel` is the request to cancel, where there is something to cancel.
    pub(crate) fn stop(&mut self, cancel: Option<Ticket>, now: Moment) {
        self.next = None;
        self.enter(
            Stage::Stopping(Pending {
                ticket: cancel,
                asked: now,
            }),
            now,
        );
        self.note(StepKind::StopAsked, None, now);
    }

    /// The supervisor cancels the monitoring but stays in the call.
    pub(crate) fn cancel_only(&mut self, cancel: Ticket, now: Moment) {
        self.cancelling = Some(Pending {
            ticket: Some(cancel),
            asked: now,
        });
        self.note(StepKind::StopAsked, None, now);
    }

    /// The supervisor has read the problem.
    pub(crate) fn dismiss(&mut self, now: Moment) {
        self.problem = None;
        if matches!(self.stage, Stage::Refused | Stage::Lost) {
            self.enter(Stage::Idle, now);
        }
    }

    /// Whether stopping still needs a request to cancel, now that the server offers one.
    pub(crate) fn owes_cancel(&self) -> bool {
        self.monitoring.is_some() && matches!(self.stage, Stage::Stopping(Pending { ticket: None, .. }))
    }

    /// The request to cancel that stopping needed has been sent.
    pub(crate) fn cancel_sent(&mut self, ticket: Ticket) {
        if let Stage::Stopping(pending) = &mut self.stage {
            pending.ticket = Some(ticket);
        }
    }

    /// The server's word on the own phone. Absence means none (`gws/core.md 5.1`).
    pub(crate) fn monitoring_is(&mut self, monitoring: Option<Monitoring>, now: Moment) {
        self.unsettled &= monitoring.is_none();
        self.monitoring = monitoring;
        self.confirmed = Some(now);
    }

    /// Everything is over: signed out.
    pub(crate) fn reset(&mut self) {
        let (number, recorded) = (self.number, std::mem::take(&mut self.recorded));
        *self = Voice {
            number,
            recorded,
            ..Voice::new()
        };
    }

    /// The answer to a request of ours. Gives whether the own phone should be read again to find out what is true.
    pub(crate) fn replied(&mut self, ticket: Ticket, outcome: &Result<(), CallFailure>, now: Moment) -> bool {
        let ours = |pending: Pending| pending.ticket == Some(ticket);
        match (self.stage, outcome) {
            (Stage::Requested(pending), Ok(())) if ours(pending) => {
                self.note(StepKind::Accepted, Some(now.since(pending.asked)), now);
                self.confirmed = Some(now);
                false
            }
            (Stage::Requested(pending), Err(failure @ CallFailure::Refused { .. })) if ours(pending) => {
                self.unsettled = false;
                self.fail(Stage::Refused, failure.fault(), now);
                false
            }
            (Stage::Stopping(pending), Err(failure)) if ours(pending) => {
                // The server may have lost the monitoring already: what is true is on the phone, not in the refusal.
                self.problem = Some(failure.fault());
                true
            }
            (_, Err(failure)) if self.cancelling.is_some_and(ours) => {
                self.cancelling = None;
                self.problem = Some(failure.fault());
                true
            }
            (_, Err(CallFailure::Unanswered(_))) => true,
            _ => false,
        }
    }

    /// An error that came by itself, not as an answer (`gws/core.md 1.5`): it may carry no text at all.
    pub(crate) fn error_came(&mut self, message: Option<&str>, now: Moment) {
        let words = message.map_or_else(
            || "The server reported a fault on your phone and gave no reason.".to_owned(),
            |text| format!("The server reported: {text}"),
        );
        let fault = Fault::new(FaultCode::Refused, words)
            .with_hint("Try again; if it stays, tell your administrator.");
        match self.stage {
            Stage::Requested(_) => {
                self.unsettled = false;
                self.fail(Stage::Refused, fault, now);
            }
            _ => self.problem = Some(fault),
        }
    }

    fn begin(&mut self, wanted: Option<Wanted>) {
        self.number += 1;
        self.wanted = wanted;
        self.next = None;
        self.call = None;
        self.switched = false;
        self.cancelling = None;
        self.unsettled = false;
        self.adopted = None;
        self.offered_at = None;
        self.live_since = None;
        self.steps.clear();
        self.problem = None;
    }

    fn fail(&mut self, stage: Stage, fault: Fault, now: Moment) {
        let kind = if stage == Stage::Refused {
            StepKind::Refused
        } else {
            StepKind::Lost
        };
        self.problem = Some(fault);
        self.next = None;
        self.enter(stage, now);
        self.note(kind, None, now);
    }

    fn enter(&mut self, stage: Stage, now: Moment) {
        if std::mem::discriminant(&stage) != std::mem::discriminant(&self.stage) {
            self.since = now;
        }
        self.stage = stage;
    }

    /// A step for the screen and an entry for the journal.
    pub(crate) fn note(&mut self, kind: StepKind, took_ms: Option<u64>, now: Moment) {
        if self.steps.len() == STEPS_KEPT {
            self.steps.remove(0);
        }
        self.steps.push(StepView {
            kind,
            at: now,
            took_ms,
        });
        let wanted = self.wanted.as_ref();
        self.recorded.push(Happening {
            at: now,
            coaching: self.number,
            what: kind,
            agent_id: wanted
                .and_then(|wanted| wanted.agent_id.clone())
                .unwrap_or_default(),
            agent_name: wanted.map(|wanted| wanted.agent_name.clone()).unwrap_or_default(),
            act: wanted.and_then(|wanted| wanted.act),
            mode: wanted.and_then(|wanted| wanted.mode),
            scope: wanted.and_then(|wanted| wanted.scope),
            took_ms,
            code: self.problem.as_ref().map(|fault| fault.code),
        });
    }

    /// Whether the server monitors what was asked for, or what was taken over from it before.
    fn matches(&self, monitoring: &Monitoring) -> bool {
        self.adopted.as_ref() == Some(monitoring)
            || self.wanted.as_ref().is_some_and(|wanted| wanted.is(monitoring))
    }
}
