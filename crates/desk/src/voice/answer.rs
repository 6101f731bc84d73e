//! What the server answers to a request of the coaching. An answer never arms anything: it can only refuse.

use super::{Stage, Voice};
use crate::fault::{Fault, FaultCode};
use crate::input::{CallFailure, Ticket};
use crate::moment::Moment;
use crate::view::StepKind;

/// What an answer leaves to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answered {
    /// It was not an answer to the coaching.
    Elsewhere,
    /// Nothing.
    Done,
    /// The own phone should be read, to find out what is true.
    Read,
}

impl Voice {
    /// Whether this request is the one to monitor that began the coaching.
    pub(crate) fn asked_with(&self, ticket: Ticket) -> bool {
        self.coaching.asked.is_some_and(|asked| asked.ticket == ticket)
    }

    /// The answer to a request of ours.
    pub(crate) fn replied(
        &mut self,
        ticket: Ticket,
        outcome: &Result<(), CallFailure>,
        now: Moment,
    ) -> Answered {
        if self.asked_with(ticket) {
            return self.asked_replied(outcome, now);
        }
        if let Stage::Stopping(stopping) = self.stage
            && [stopping.cancel, stopping.leave].contains(&Some(ticket))
        {
            return self.stop_replied(outcome, now);
        }
        if self
            .coaching
            .cancelling
            .is_some_and(|cancelling| cancelling.ticket == ticket)
        {
            return self.cancel_replied(outcome);
        }
        Answered::Elsewhere
    }

    /// An error that came by itself, not as an answer (`gws/core.md 1.5`): it may carry no text at all.
    pub(crate) fn error_came(&mut self, message: Option<&str>, about_a_call: bool, now: Moment) {
        let words = message.map_or_else(
            || "The server reported a fault on your phone and gave no reason.".to_owned(),
            |text| format!("The server reported: {text}"),
        );
        let fault = Fault::new(FaultCode::Refused, words)
            .with_hint("Try again; if it stays, tell your administrator.");
        if self.stage == Stage::Requested && !about_a_call {
            self.coaching.close(now);
            self.fail(Stage::Refused, fault, now);
        } else {
            self.coaching.problem = Some(fault);
        }
    }

    fn asked_replied(&mut self, outcome: &Result<(), CallFailure>, now: Moment) -> Answered {
        let asked = self.coaching.asked.map_or(now, |asked| asked.at);
        match outcome {
            Ok(()) => {
                self.note(StepKind::Accepted, Some(now.since(asked)), now);
                Answered::Done
            }
            // It may or may not have been done: the phone will say, or the time will be over.
            Err(CallFailure::Unanswered(_)) => Answered::Read,
            Err(failure @ (CallFailure::Refused { .. } | CallFailure::Withheld(_))) => {
                self.coaching.close(now);
                match self.stage {
                    Stage::Requested | Stage::Lost => {
                        self.fail(Stage::Refused, failure.fault(), now);
                        Answered::Done
                    }
                    // What was refused need not be stopped.
                    Stage::Stopping(_) => Answered::Done,
                    _ => {
                        self.coaching.problem = Some(failure.fault());
                        Answered::Read
                    }
                }
            }
        }
    }

    fn stop_replied(&mut self, outcome: &Result<(), CallFailure>, now: Moment) -> Answered {
        let Err(failure) = outcome else {
            return Answered::Done;
        };
        self.coaching.problem = Some(failure.fault());
        if matches!(failure, CallFailure::Refused { .. }) && !self.coaching.is_open() {
            // Nothing was changed, so the facts say where we are: settling leads from here to any other stage.
            // Only a request that may still arm keeps us waiting.
            self.next = None;
            self.enter(Stage::Lost, now);
        }
        Answered::Read
    }

    fn cancel_replied(&mut self, outcome: &Result<(), CallFailure>) -> Answered {
        let Err(failure) = outcome else {
            return Answered::Done;
        };
        self.coaching.problem = Some(failure.fault());
        if let CallFailure::Refused { .. } = failure {
            self.coaching.cancelling = None;
            self.coaching.stop_asked = false;
        }
        Answered::Read
    }
}
