//! Voice coaching: what was asked, what the server says, and the stage that follows from both.
//!
//! The server's word decides every stage but `Requested` and `Stopping`, which are ours alone: a reply with status 0
//! only means that the request was passed on (`gws/core.md 1.5`). After each input [`Voice::settle`] compares the
//! stage with the facts (the monitoring on the own phone, the supervised call) and moves on.

mod answer;
mod coaching;
mod settle;
mod target;

use gws::{Monitoring, ResourceUri};

pub(crate) use answer::Answered;
pub(crate) use coaching::Coaching;
pub(crate) use settle::SupervisedCall;
pub(crate) use target::{Beginning, Wanted};

use crate::fault::Fault;
use crate::input::{Happening, Ticket};
use crate::intents::Asker;
use crate::moment::Moment;
use crate::order::{Act, Order};
use crate::roster::Entry;
use crate::view::{Phase, StepKind};
use coaching::{Asked, Cancelling};

/// A server that has not answered a request to cancel for so long, in milliseconds, may not have got it.
const ANSWERED_WITHIN_MS: u64 = 2_000;
/// How long the server may take to confirm what it accepted, in milliseconds. Telephony confirms within a second;
/// ten leave room for a slow switch and still end before a supervisor gives up.
pub(crate) const CONFIRM_WITHIN_MS: u64 = 10_000;

/// A server that did not answer may still be working. So long after a request nothing shows yet that it was not carried out, in
/// milliseconds; longer than any server or proxy keeps a request.
pub(crate) const STILL_WORKING_MS: u64 = 60_000;

/// Where the coaching stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    #[default]
    Idle,
    Requested,
    Armed,
    Offered,
    Live,
    /// Both cancelling and leaving the call; over when neither monitoring nor call is left, or when the server still says
    /// otherwise long after.
    Stopping(Stopping),
    Refused,
    Lost,
}

/// What has been sent to stop. The rest is owed, and sent as soon as the server offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Stopping {
    cancel: Option<Ticket>,
    leave: Option<Ticket>,
    patience: Patience,
}

/// How long a stop has waited for the server's confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Patience {
    #[default]
    Waiting,
    /// The time is over, and the server was asked at this moment what is true: the last word is of before, so it is not known
    /// whether it has stopped.
    Overdue(Moment),
    /// The server was asked since: its word counts.
    Told,
}

/// Voice coaching of the one agent there can be at a time (`gws/core.md 7`, fact 17a).
#[derive(Debug, Default)]
pub(crate) struct Voice {
    stage: Stage,
    /// When the stage began; the ones that wait end [`CONFIRM_WITHIN_MS`] later.
    since: Moment,
    /// What the server said last about the own phone.
    monitoring: Option<Monitoring>,
    /// The last time it said anything about it, or about the supervised call.
    confirmed: Option<Moment>,
    /// The coaching this stage is about, or was.
    pub(crate) coaching: Coaching,
    /// Asked for while another target was armed: sent when the server has confirmed the end of that one.
    next: Option<Wanted>,
    /// Names this coaching, to group what is written down.
    number: u64,
    /// The last number that was given to any coaching.
    numbers: u64,
    recorded: Vec<Happening>,
}

impl Voice {
    pub(crate) fn phase(&self) -> Phase {
        match self.stage {
            Stage::Idle => Phase::Idle,
            Stage::Requested => Phase::Requested,
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

    pub(crate) fn confirmed(&self) -> Option<Moment> {
        self.confirmed
    }

    pub(crate) fn wanted(&self) -> Option<&Wanted> {
        self.coaching.wanted.as_ref()
    }

    pub(crate) fn monitoring(&self) -> Option<&Monitoring> {
        self.monitoring.as_ref()
    }

    /// Whether this is the call the coaching is in.
    pub(crate) fn is_in(&self, call_id: &str) -> bool {
        self.coaching.call.as_deref() == Some(call_id)
    }

    /// Whether the server has confirmed this coaching on the phone.
    pub(crate) fn is_agreed(&self) -> bool {
        let monitoring = self.monitoring.as_ref();
        self.coaching.agreed.is_some() || monitoring.is_some_and(|said| self.is_ours(said))
    }

    /// The act that the server confirmed on the phone, as far as it still tells how the supervisor is in the call.
    pub(crate) fn set_up(&self) -> Option<Act> {
        let agreed = self.coaching.agreed.as_ref()?;
        let contradicted = self
            .monitoring
            .as_ref()
            .is_some_and(|now| now.kind != agreed.kind);
        if self.coaching.switched || contradicted {
            None
        } else {
            crate::calls::act_of(&agreed.kind)
        }
    }

    /// Whether anything is asked for or armed, so that a call may begin at any moment.
    pub(crate) fn is_busy(&self) -> bool {
        self.monitoring.is_some() || !matches!(self.stage, Stage::Idle | Stage::Refused | Stage::Lost)
    }

    /// Whether the request that began it has neither been confirmed nor refused, and may be carried out yet: the server may be at
    /// work on it long after nobody waits any more.
    pub(crate) fn may_still_arm(&self, now: Moment) -> bool {
        self.coaching
            .open_since()
            .is_some_and(|asked| now.since(asked) < STILL_WORKING_MS)
    }

    /// What is asked for, armed or live, with its number, and what waits for the end of that.
    pub(crate) fn aims(&self) -> impl Iterator<Item = (Option<&Wanted>, Option<u64>)> {
        let present = self.is_busy().then(|| (self.wanted(), Some(self.number)));
        let next = self.next.as_ref().map(|next| (Some(next), None));
        present.into_iter().chain(next)
    }

    /// Whether a request is on its way that a second one must not overtake.
    pub(crate) fn is_asking(&self) -> bool {
        self.next.is_some() || matches!(self.stage, Stage::Requested | Stage::Stopping(_))
    }

    /// Whether a stop was not confirmed in time, so that it may be asked for once more.
    pub(crate) fn is_overdue(&self) -> bool {
        matches!(self.stage, Stage::Stopping(stopping) if matches!(stopping.patience, Patience::Overdue(_)))
    }

    /// Whether the server was asked what is true since a stop was not confirmed in time.
    fn is_told(&self) -> bool {
        matches!(self.stage, Stage::Stopping(stopping) if stopping.patience == Patience::Told)
    }

    /// The own phone and calls were read, asked for after everything before.
    pub(crate) fn was_read(&mut self) {
        if let Stage::Stopping(stopping) = &mut self.stage
            && let Patience::Overdue(_) = stopping.patience
        {
            stopping.patience = Patience::Told;
        }
    }

    /// Whether the one call that was asked of this agent has been.
    pub(crate) fn has_served(&self, agent: &str) -> bool {
        let wanted = self.wanted().and_then(|wanted| wanted.agent_id.as_deref());
        self.is_served() && wanted == Some(agent)
    }

    /// Whether a cancel without leaving the call is on its way.
    pub(crate) fn is_cancelling(&self) -> bool {
        self.coaching.cancelling.is_some()
    }

    /// The order that can be given again after a refusal or a loss.
    pub(crate) fn again(&self) -> Option<Order> {
        let failed = matches!(self.stage, Stage::Refused | Stage::Lost);
        self.wanted().filter(|_| failed).and_then(Wanted::order)
    }

    /// The next moment at which something must have been confirmed.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        let cancelling = self.coaching.cancelling.map(|cancelling| cancelling.at);
        [self.waiting_since(), cancelling]
            .into_iter()
            .flatten()
            .map(|asked| asked.plus(CONFIRM_WITHIN_MS))
            .min()
    }

    /// Since when the stage has waited for the server's word; none where it does not.
    fn waiting_since(&self) -> Option<Moment> {
        match self.stage {
            Stage::Requested => Some(self.since),
            Stage::Stopping(stopping) => match stopping.patience {
                Patience::Waiting => Some(self.since),
                Patience::Overdue(asked) => Some(asked),
                Patience::Told => None,
            },
            _ => None,
        }
    }

    /// What happened since the last time somebody asked.
    pub(crate) fn take_recorded(&mut self) -> Vec<Happening> {
        std::mem::take(&mut self.recorded)
    }

    /// The supervisor asks; `ticket` is the request that carries it.
    pub(crate) fn ask(&mut self, beginning: Beginning, ticket: Ticket, now: Moment) {
        let asked = asked_by(beginning.asker);
        self.begin(beginning);
        self.coaching.asked = Some(Asked {
            ticket,
            at: now,
            open: true,
        });
        self.enter(Stage::Requested, now);
        self.note(asked, None, now);
    }

    /// The supervisor asked, but by the time it could be sent it could not be sent any more.
    pub(crate) fn turn_down(&mut self, beginning: Beginning, fault: Fault, now: Moment) {
        let asked = asked_by(beginning.asker);
        self.begin(beginning);
        self.note(asked, None, now);
        self.fail(Stage::Refused, fault, now);
    }

    /// The supervisor asks for another target while one is armed: that one is cancelled first.
    pub(crate) fn replace(&mut self, wanted: Wanted, now: Moment) {
        self.stop(now);
        self.next = Some(wanted);
    }

    /// The supervisor asks to stop altogether.
    pub(crate) fn stop(&mut self, now: Moment) {
        self.next = None;
        self.coaching.stop_asked = true;
        // One that is on its way is not asked for twice; one that should have been answered long ago is.
        let on_its_way = |cancelling: &Cancelling| now.since(cancelling.at) < ANSWERED_WITHIN_MS;
        let cancel = self.coaching.cancelling.take().filter(on_its_way);
        if self.is_overdue() {
            // Asked once more, it waits once more.
            self.coaching.problem = None;
            self.since = now;
        }
        self.enter(
            Stage::Stopping(Stopping {
                cancel: cancel.map(|cancelling| cancelling.ticket),
                ..Stopping::default()
            }),
            now,
        );
        self.note(StepKind::StopAsked, None, now);
    }

    /// The supervisor cancels the monitoring but stays in the call.
    pub(crate) fn cancel_only(&mut self, ticket: Ticket, now: Moment) {
        self.coaching.stop_asked = true;
        self.coaching.cancelling = Some(Cancelling { ticket, at: now });
        self.note(StepKind::StopAsked, None, now);
    }

    /// The supervisor has read the problem.
    pub(crate) fn dismiss(&mut self, now: Moment) {
        self.coaching.problem = None;
        if matches!(self.stage, Stage::Refused | Stage::Lost) {
            self.enter(Stage::Idle, now);
        }
    }

    /// Whether stopping still needs a request to cancel.
    pub(crate) fn owes_cancel(&self) -> bool {
        self.monitoring.is_some() && matches!(self.stage, Stage::Stopping(Stopping { cancel: None, .. }))
    }

    /// Whether stopping still needs a request to leave the call.
    pub(crate) fn owes_leave(&self) -> bool {
        self.coaching.call.is_some() && matches!(self.stage, Stage::Stopping(Stopping { leave: None, .. }))
    }

    pub(crate) fn cancel_sent(&mut self, ticket: Ticket) {
        if let Stage::Stopping(stopping) = &mut self.stage {
            stopping.cancel = Some(ticket);
        }
    }

    pub(crate) fn leave_sent(&mut self, ticket: Ticket) {
        if let Stage::Stopping(stopping) = &mut self.stage {
            stopping.leave = Some(ticket);
        }
    }

    /// The server's word on the own phone. Absence means none (`gws/core.md 5.1`).
    pub(crate) fn monitoring_is(&mut self, monitoring: Option<Monitoring>, now: Moment) {
        self.monitoring = monitoring;
        self.confirmed = Some(now);
    }

    /// An agent without a name may have one now: `found` looks for the phone, or for the supervised call.
    pub(crate) fn name_agent<'a>(
        &mut self,
        found: impl FnOnce(Option<&ResourceUri>, Option<&str>) -> Option<&'a Entry>,
    ) {
        let unnamed = self.coaching.wanted.take_if(|wanted| wanted.agent_id.is_none());
        if let Some(wanted) = unnamed {
            let entry = found(wanted.device.as_ref(), self.coaching.call.as_deref());
            self.coaching.wanted = Some(match entry {
                Some(entry) => wanted.named(entry),
                None => wanted,
            });
        }
    }

    /// The server said something about this call.
    pub(crate) fn call_confirmed(&mut self, call_id: &str, now: Moment) {
        if self.is_in(call_id) {
            self.confirmed = Some(now);
        }
    }

    /// Everything is over: signed out. What was under way gets an end in the journal.
    pub(crate) fn reset(&mut self, now: Moment) {
        if self.is_busy() {
            self.note(StepKind::Lost, None, now);
        }
        *self = Voice {
            number: self.number,
            numbers: self.numbers,
            recorded: self.take_recorded(),
            ..Voice::default()
        };
    }

    /// A number no coaching has had. Those of written sessions are counted here too: all are written down in one place.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn begin(&mut self, beginning: Beginning) {
        self.number = self.next_number();
        self.next = None;
        self.coaching = Coaching::new(beginning);
    }

    fn fail(&mut self, stage: Stage, fault: Fault, now: Moment) {
        let kind = if stage == Stage::Refused {
            StepKind::Refused
        } else {
            StepKind::Lost
        };
        self.coaching.problem = Some(fault);
        self.coaching.armed = false;
        self.next = None;
        self.enter(stage, now);
        self.note(kind, None, now);
    }

    fn enter(&mut self, stage: Stage, now: Moment) {
        if std::mem::discriminant(&stage) != std::mem::discriminant(&self.stage) {
            self.since = now;
        }
        if stage == Stage::Idle {
            // What was agreed is over; the same monitoring, seen later, is a new coaching.
            self.coaching.agreed = None;
        }
        self.stage = stage;
    }

    /// A step for the screen and an entry for the journal.
    pub(crate) fn note(&mut self, kind: StepKind, took_ms: Option<u64>, now: Moment) {
        let happening = self.coaching.note(kind, took_ms, now, self.number);
        self.recorded.push(happening);
    }
}

fn asked_by(asker: Asker) -> StepKind {
    match asker {
        Asker::Supervisor => StepKind::Asked,
        Asker::Sotto => StepKind::AskedByItself,
    }
}
