//! Switching between the ways to be in a call: a door that may go one way only, and that is hot from the moment the
//! supervisor touches it until the server shows which side of it we are on.

use gws::{Call, CallState};

use crate::calls;
use crate::desk::Desk;
use crate::fault::{Fault, FaultCode};
use crate::input::{CallFailure, Ticket};
use crate::moment::Moment;
use crate::order::{Act, CallAct};
use crate::view::StepKind;
use crate::voice::CONFIRM_WITHIN_MS;

/// A switch that the server has not shown yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PendingSwitch {
    ticket: Ticket,
    call: String,
    to: Act,
    asked: Moment,
    /// When to look what became of it.
    look_at: Moment,
    /// It took too long: the next reading of the calls ends the waiting, whatever it shows.
    late: bool,
    /// Whether the call had been switched before, should this be refused.
    switched_before: bool,
}

impl PendingSwitch {
    /// Whether the supervisor may be heard by everyone in this call because of it.
    pub(crate) fn opens(&self, call: &Call) -> bool {
        self.call == call.id.as_str() && self.to == Act::BargeIn
    }

    pub(crate) fn look_at(&self) -> Moment {
        self.look_at
    }
}

/// The act that this one leads to, if it is a switch.
pub(crate) fn leads_to(act: CallAct) -> Option<Act> {
    match act {
        CallAct::SwitchToBargeIn => Some(Act::BargeIn),
        CallAct::SwitchToListenIn => Some(Act::ListenIn),
        _ => None,
    }
}

impl Desk {
    /// Whether a switch is on its way that a second one must not overtake.
    pub(crate) fn is_switching(&self) -> bool {
        self.switch.as_ref().is_some_and(|switch| !switch.late)
    }

    /// How the supervisor will be in the call if the switch on its way comes about.
    pub(crate) fn switching_to(&self) -> Option<Act> {
        self.switch.as_ref().map(|switch| switch.to)
    }

    /// The supervisor asked for a switch; `ticket` carries it.
    pub(crate) fn switch_asked(&mut self, call: &Call, to: Act, ticket: Ticket, now: Moment) {
        let switched_before = self.voice.coaching.switched;
        self.voice.coaching.switched |= self.voice.is_in(call.id.as_str());
        self.switch = Some(PendingSwitch {
            ticket,
            call: call.id.to_string(),
            to,
            asked: now,
            look_at: now.plus(CONFIRM_WITHIN_MS),
            late: false,
            switched_before,
        });
    }

    /// The answer to a request, if it was the one for the switch. Gives whether it was.
    pub(crate) fn switch_replied(&mut self, ticket: Ticket, outcome: &Result<(), CallFailure>) -> bool {
        let Some(switch) = self.switch.take_if(|switch| switch.ticket == ticket) else {
            return false;
        };
        match outcome {
            // Refused means unchanged.
            Err(failure @ (CallFailure::Refused { .. } | CallFailure::Withheld(_))) => {
                self.voice.coaching.switched = switch.switched_before;
                self.voice.coaching.problem = Some(failure.fault());
            }
            // Without an answer, as with a good one, only the call itself will tell.
            Err(failure @ CallFailure::Unanswered(_)) => {
                self.voice.coaching.problem = Some(failure.fault());
                self.switch = Some(switch);
            }
            Ok(()) => self.switch = Some(switch),
        }
        true
    }

    /// Whether the server now shows the switch that was asked for, without the help of what we only assume.
    pub(crate) fn settle_switch(&mut self, call: &Call, now: Moment) {
        let Some(switch) = self.switch.take_if(|switch| switch.call == call.id.as_str()) else {
            return;
        };
        if call.state == CallState::Released {
            return;
        }
        if calls::act_in(call, None) == Some(switch.to) {
            let took = now.since(switch.asked);
            self.voice.coaching.switched_to = Some(switch.to);
            self.voice.note(StepKind::Switched, Some(took), now);
        } else {
            self.switch = Some(switch);
        }
    }

    /// All own calls have been read. A reading on its way while the supervisor asked does not show the switch and says
    /// nothing about it; one that comes after the time is over does.
    pub(crate) fn settle_switch_after_reading(&mut self) {
        let calls = &self.calls;
        self.switch
            .take_if(|switch| switch.late || calls.find(&switch.call).is_none());
    }

    /// Whether it is time to look what became of the switch.
    pub(crate) fn check_switch(&mut self, now: Moment) -> bool {
        let Some(switch) = self.switch.as_mut().filter(|switch| switch.look_at <= now) else {
            return false;
        };
        // It stays hot, and we look again and again, until the calls have been read.
        switch.late = true;
        switch.look_at = now.plus(CONFIRM_WITHIN_MS);
        let words = "The server has not confirmed the switch, so who hears you is not known.";
        self.voice.coaching.problem = Some(
            Fault::new(FaultCode::NotConfirmed, words).with_hint("Treat it as live, or leave the call."),
        );
        true
    }
}
