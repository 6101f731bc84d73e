//! Own texts on their way, until the transcript has them. None is ever sent twice under one id; where no answer came,
//! the transcript decides whether it was sent.

use std::collections::VecDeque;

use super::transcript::OwnText;
use crate::fault::{Fault, FaultCode};
use crate::input::{CallFailure, Ticket};
use crate::moment::Moment;
use crate::view::{LineReaders, UnsentState, UnsentView};
use crate::voice::{CONFIRM_WITHIN_MS, STILL_WORKING_MS};

/// So many ids of texts that are done are remembered, so that a late repetition is known.
const REMEMBERED: usize = 64;
/// How far the server's clock may be behind ours before an own text looks older than it is, in milliseconds.
const CLOCKS_APART_MS: u64 = 60_000;

/// An own text that is not in the transcript yet.
#[derive(Debug)]
struct Unsent {
    view: UnsentView,
    ticket: Option<Ticket>,
    /// The highest index when it was sent: what shows it has a higher one.
    after: u64,
    /// Whether the transcript was known then. If not, an older text of the same words may turn up.
    knew: bool,
    /// When the transcript should show it.
    look_at: Moment,
    /// That time is over.
    late: bool,
    /// It is among what was whispered.
    noted: bool,
    /// The server took it, so it was sent, whatever the transcript shows.
    taken: bool,
}

/// A text that is about to be sent.
pub(super) struct Outgoing {
    pub(super) send_id: String,
    pub(super) text: String,
    pub(super) public: bool,
    pub(super) after: u64,
    pub(super) knew: bool,
}

impl Unsent {
    /// Whether another look at the transcript can tell more of it: a text of which nobody knows is looked for until it is
    /// certain that no server works on it any more.
    fn is_looked_for(&self) -> bool {
        let last_look = self.view.at.plus(STILL_WORKING_MS + 2 * CONFIRM_WITHIN_MS);
        match self.view.state {
            UnsentState::Taken => true,
            UnsentState::Unclear => !self.taken && self.look_at <= last_look,
            UnsentState::Sending | UnsentState::Failed => false,
        }
    }

    /// What is to be written down of it now that it was sent: a whisper, once.
    fn note(&mut self) -> Option<(Moment, String)> {
        let first = !std::mem::replace(&mut self.noted, true);
        (first && !self.view.public).then(|| (self.view.at, self.view.text.clone()))
    }
}

/// The own texts of one session.
#[derive(Debug, Default)]
pub(super) struct Sending {
    unsent: Vec<Unsent>,
    done: VecDeque<String>,
    /// Whispers of which it is known now that they were sent, and when that was.
    whispered: Vec<(Moment, String)>,
}

impl Sending {
    pub(super) fn views(&self) -> Vec<UnsentView> {
        self.unsent.iter().map(|unsent| unsent.view.clone()).collect()
    }

    /// Whether this text may go out: it never has, or it is known that it did not arrive.
    pub(super) fn may_send(&self, send_id: &str) -> Result<(), Fault> {
        let done = self.done.iter().any(|done| done == send_id);
        match self.find(send_id) {
            Some(unsent) if unsent.view.state != UnsentState::Failed => {
                Err(already("This text is on its way."))
            }
            _ if done => Err(already("This text was sent already.")),
            _ => Ok(()),
        }
    }

    /// It goes out with this ticket.
    pub(super) fn send(&mut self, outgoing: Outgoing, ticket: Ticket, now: Moment) {
        self.unsent
            .retain(|unsent| unsent.view.send_id != outgoing.send_id);
        self.unsent.push(Unsent {
            view: UnsentView {
                send_id: outgoing.send_id,
                text: outgoing.text,
                public: outgoing.public,
                state: UnsentState::Sending,
                problem: None,
                at: now,
            },
            ticket: Some(ticket),
            after: outgoing.after,
            knew: outgoing.knew,
            look_at: now.plus(CONFIRM_WITHIN_MS),
            late: false,
            noted: false,
            taken: false,
        });
    }

    /// The server answered. Gives whether the transcript has to tell what became of it.
    pub(super) fn replied(&mut self, ticket: Ticket, outcome: &Result<(), CallFailure>, now: Moment) -> bool {
        let sent = self
            .unsent
            .iter_mut()
            .find(|unsent| unsent.ticket == Some(ticket));
        // The transcript was faster than the answer.
        let Some(unsent) = sent else { return false };
        unsent.ticket = None;
        unsent.view.problem = outcome.as_ref().err().map(CallFailure::fault);
        unsent.view.state = match outcome {
            Ok(()) => UnsentState::Taken,
            Err(CallFailure::Refused { .. } | CallFailure::Withheld(_)) => UnsentState::Failed,
            // No connection was made, so nothing can have been sent.
            Err(CallFailure::Unanswered(fault)) if fault.code == FaultCode::Unreachable => {
                UnsentState::Failed
            }
            Err(CallFailure::Unanswered(_)) => UnsentState::Unclear,
        };
        unsent.taken = outcome.is_ok();
        unsent.look_at = now.plus(CONFIRM_WITHIN_MS);
        if outcome.is_ok() {
            self.whispered.extend(unsent.note());
        }
        unsent.view.state == UnsentState::Unclear
    }

    /// The whispers that have arrived since the last time somebody asked, and when they were sent.
    pub(super) fn take_whispered(&mut self) -> Vec<(Moment, String)> {
        std::mem::take(&mut self.whispered)
    }

    /// The server began anew: nobody will answer any more.
    pub(super) fn unanswered(&mut self) {
        for unsent in &mut self.unsent {
            if unsent.view.state == UnsentState::Sending {
                unsent.ticket = None;
                unsent.view.state = UnsentState::Unclear;
                unsent.view.problem = Some(nobody_knows());
            }
        }
    }

    /// The transcript shows an own text that it did not show before: the oldest one of these words has arrived.
    pub(super) fn arrived(&mut self, own: &OwnText) {
        let shows = |unsent: &Unsent| {
            let readers = match own.readers {
                LineReaders::Everyone => unsent.view.public,
                LineReaders::Agents | LineReaders::Supervisors => !unsent.view.public,
                LineReaders::Unknown => true,
            };
            let later = own.index.is_none_or(|index| index > unsent.after);
            let recent = unsent.knew || own.at.is_none_or(|at| at.plus(CLOCKS_APART_MS) >= unsent.view.at);
            readers && later && recent && unified(&own.text) == unsent.view.text
        };
        if let Some(at) = self.unsent.iter().position(shows) {
            let mut arrived = self.unsent.remove(at);
            self.whispered.extend(arrived.note());
            self.remember(arrived.view.send_id);
        }
    }

    /// The whole transcript was read after it was asked for: what is not in it a good while later was not sent.
    pub(super) fn transcript_told(&mut self, now: Moment) {
        for unsent in &mut self.unsent {
            match unsent.view.state {
                UnsentState::Unclear if unsent.taken => {}
                UnsentState::Unclear if now.since(unsent.view.at) < STILL_WORKING_MS => {
                    unsent.view.problem = Some(may_still_come());
                    unsent.look_at = now.plus(CONFIRM_WITHIN_MS);
                }
                UnsentState::Unclear => {
                    unsent.view.state = UnsentState::Failed;
                    let words = "A minute later it is still not in the transcript, so it was not sent.";
                    unsent.view.problem =
                        Some(Fault::new(FaultCode::NotConfirmed, words).with_hint("Send it again."));
                }
                UnsentState::Taken if unsent.late => {
                    unsent.view.state = UnsentState::Unclear;
                    unsent.view.problem = Some(not_shown());
                }
                _ => {}
            }
        }
    }

    /// Whether the transcript has to tell what became of a text.
    pub(super) fn is_unclear(&self) -> bool {
        let mut unsent = self.unsent.iter();
        unsent.any(|unsent| unsent.view.state == UnsentState::Unclear)
    }

    /// When to look for a text that should be shown, or may come yet.
    pub(super) fn look_at(&self) -> Option<Moment> {
        let looked_for = self.unsent.iter().filter(|unsent| unsent.is_looked_for());
        looked_for.map(|unsent| unsent.look_at).min()
    }

    /// The transcript cannot be read.
    pub(super) fn cannot_tell(&mut self) {
        for unsent in &mut self.unsent {
            if unsent.late && unsent.view.state == UnsentState::Taken {
                unsent.view.state = UnsentState::Unclear;
                unsent.view.problem = Some(not_shown());
            }
        }
    }

    /// The session is over: what the server has taken will not be shown any more.
    pub(super) fn ended(&mut self) {
        let taken = |unsent: &mut Unsent| unsent.view.state == UnsentState::Taken;
        let taken: Vec<Unsent> = self.unsent.extract_if(.., taken).collect();
        for unsent in taken {
            self.remember(unsent.view.send_id);
        }
    }

    /// Whether a text should have been shown by now, so that the transcript is worth a look.
    pub(super) fn check(&mut self, now: Moment) -> bool {
        let mut any = false;
        for unsent in &mut self.unsent {
            if unsent.is_looked_for() && unsent.look_at <= now {
                any = true;
                unsent.late |= unsent.view.state == UnsentState::Taken;
                unsent.look_at = now.plus(CONFIRM_WITHIN_MS);
            }
        }
        any
    }

    /// The supervisor gives a text up that failed, or of which nobody knows.
    pub(super) fn give_up(&mut self, send_id: &str) -> Result<(), Fault> {
        match self.find(send_id).map(|unsent| unsent.view.state) {
            None => Ok(()),
            Some(UnsentState::Sending | UnsentState::Taken) => {
                Err(already("This text is on its way: it cannot be taken back."))
            }
            Some(state) => {
                self.unsent.retain(|unsent| unsent.view.send_id != send_id);
                if state == UnsentState::Unclear {
                    self.remember(send_id.to_owned());
                }
                Ok(())
            }
        }
    }

    fn find(&self, send_id: &str) -> Option<&Unsent> {
        self.unsent.iter().find(|unsent| unsent.view.send_id == send_id)
    }

    fn remember(&mut self, send_id: String) {
        if self.done.len() == REMEMBERED {
            self.done.pop_front();
        }
        self.done.push_back(send_id);
    }
}

/// Line ends may come back as another server writes them.
fn unified(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn already(words: &str) -> Fault {
    Fault::new(FaultCode::AlreadyAsked, words)
}

fn nobody_knows() -> Fault {
    Fault::new(
        FaultCode::NotConfirmed,
        "The link was lost before the server answered.",
    )
}

fn may_still_come() -> Fault {
    Fault::new(
        FaultCode::NotConfirmed,
        "It is not in the transcript yet, but the server may still be working on it.",
    )
    .with_hint("Sotto looks again for a minute. Sent twice, it would be read twice.")
}

fn not_shown() -> Fault {
    Fault::new(
        FaultCode::NotConfirmed,
        "The server took it, but the transcript does not show it.",
    )
}
