//! One coaching, from the order to its end: everything that is forgotten when the next one begins.

use gws::Monitoring;

use super::{Beginning, Wanted};
use crate::fault::Fault;
use crate::input::{Happening, Occurrence, Ticket};
use crate::intents::said_why;
use crate::moment::Moment;
use crate::order::Act;
use crate::view::{StepKind, StepView};

/// At most so many steps are kept for the screen; the journal has them all.
const STEPS_KEPT: usize = 12;

/// The request to monitor that began a coaching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) ticket: Ticket,
    pub(super) at: Moment,
    /// Neither confirmed nor refused: it may still arm.
    pub(super) open: bool,
}

/// A request to cancel the monitoring and stay in the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cancelling {
    pub(super) ticket: Ticket,
    pub(super) at: Moment,
}

/// One coaching.
#[derive(Debug, Default)]
pub(crate) struct Coaching {
    /// Whom and how; the server's word replaces it where they differ.
    pub(super) wanted: Option<Wanted>,
    /// Why the supervisor does it, in their own words.
    pub(crate) reason: Option<String>,
    /// The request that began it; none for a coaching that was found on the server.
    pub(super) asked: Option<Asked>,
    /// The monitoring of this coaching in the server's words. It outlives the monitoring itself, which some servers
    /// end when the one call begins.
    pub(super) agreed: Option<Monitoring>,
    /// That it is armed has been noted.
    pub(super) armed: bool,
    /// The own calls that were there before: only the server's word makes one of them the supervised one.
    earlier_calls: Vec<String>,
    /// The own calls when they were last read since the server confirmed it.
    read_calls: Vec<String>,
    /// The supervised call; it stays the supervised one even when the agent leaves it.
    pub(crate) call: Option<String>,
    /// There was a supervised call.
    pub(super) had_call: bool,
    /// Somebody asked to switch on this call, so the set-up of the phone no longer says how we are in it.
    pub(crate) switched: bool,
    /// How we are in this call since the server confirmed a switch.
    pub(crate) switched_to: Option<Act>,
    pub(super) cancelling: Option<Cancelling>,
    /// The supervisor wants it to end.
    pub(super) stop_asked: bool,
    pub(super) offered_at: Option<Moment>,
    pub(crate) live_since: Option<Moment>,
    pub(crate) steps: Vec<StepView>,
    pub(crate) problem: Option<Fault>,
}

impl Coaching {
    pub(super) fn new(beginning: Beginning) -> Coaching {
        let order = beginning.wanted.order.as_ref();
        Coaching {
            reason: order.and_then(|order| order.reason.clone()),
            wanted: Some(beginning.wanted),
            earlier_calls: beginning.earlier_calls,
            ..Coaching::default()
        }
    }

    /// Whether the agent's number in this call may speak for it.
    pub(crate) fn may_bring(&self, call_id: &str) -> bool {
        self.earlier_calls.iter().all(|earlier| earlier != call_id)
    }

    /// These calls are not of this coaching.
    pub(crate) fn brings_none_of(&mut self, calls: Vec<String>) {
        for call in calls {
            if self.may_bring(&call) {
                self.earlier_calls.push(call);
            }
        }
    }

    /// The own calls were read after the server had confirmed this coaching.
    pub(crate) fn calls_read(&mut self, calls: Vec<String>) {
        self.read_calls = calls;
    }

    /// Whether this call is no late push: it was there when the own calls were read.
    pub(crate) fn was_read(&self, call_id: &str) -> bool {
        self.read_calls.iter().any(|read| read == call_id)
    }

    /// Whether the request that began it may still arm.
    pub(super) fn is_open(&self) -> bool {
        self.open_since().is_some()
    }

    /// When the request was sent that is neither confirmed nor refused.
    pub(super) fn open_since(&self) -> Option<Moment> {
        self.asked.filter(|asked| asked.open).map(|asked| asked.at)
    }

    /// The request is settled, by confirmation or refusal. Gives how long it took, where it was open.
    pub(super) fn close(&mut self, now: Moment) -> Option<u64> {
        let asked = self.asked.as_mut().filter(|asked| asked.open)?;
        asked.open = false;
        Some(now.since(asked.at))
    }

    /// A step for the screen; gives the entry for the journal.
    pub(super) fn note(
        &mut self,
        kind: StepKind,
        took_ms: Option<u64>,
        now: Moment,
        number: u64,
    ) -> Happening {
        if self.steps.len() == STEPS_KEPT {
            self.steps.remove(0);
        }
        let wanted = self.wanted.as_ref();
        let act = self.switched_to.or_else(|| wanted.and_then(|wanted| wanted.act));
        self.steps.push(StepView {
            kind,
            at: now,
            act,
            took_ms,
        });
        let failed = matches!(kind, StepKind::Refused | StepKind::Lost);
        let problem = self.problem.as_ref().filter(|_| failed);
        Happening {
            at: now,
            coaching: number,
            what: Occurrence::Step(kind),
            agent_id: wanted
                .and_then(|wanted| wanted.agent_id.clone())
                .unwrap_or_default(),
            agent_name: wanted.map(|wanted| wanted.agent_name.clone()).unwrap_or_default(),
            act,
            medium: None,
            extent: None,
            mode: wanted.and_then(|wanted| wanted.mode),
            scope: wanted.and_then(|wanted| wanted.scope),
            reason: said_why(kind, self.reason.as_deref()),
            took_ms,
            code: problem.map(|fault| fault.code),
            text: None,
        }
    }
}
