//! The intent for calls: one target at a time, as the server has it (`gws/core.md 7`, fact 17a). It is compared with the
//! server's word after everything that happens; what a reply or a screen said does not count.

use super::{Asker, ByItself};
use crate::desk::Desk;
use crate::fault::{Fault, FaultCode};
use crate::input::{Effect, Intent};
use crate::link::Link;
use crate::moment::Moment;
use crate::order::{Mode, Order};
use crate::rules::Channel;
use crate::view::{DriftCause, DriftLine, DriftState, DriftView, Phase, StateKind};

/// What the supervisor wants of calls, and what has become of it.
#[derive(Debug, Default)]
pub(crate) struct VoiceIntent {
    wish: Option<Wish>,
}

#[derive(Debug)]
struct Wish {
    intent: Intent<Order>,
    /// The server has held it at some time, so that it can be lost.
    held: bool,
    /// Nobody watched for a while: the link was lost, or Sotto was closed.
    unwatched: bool,
    /// Why it will not hold, where that is known before it is looked at.
    expected: Option<DriftCause>,
    drift: Option<Drift>,
    by_itself: ByItself,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Drift {
    since: Moment,
    cause: DriftCause,
    problem: Option<Fault>,
    /// The roster has shown the agent as logged out since.
    agent_was_out: bool,
    /// The agent has come back since the last time Sotto asked by itself.
    came_back: bool,
    /// The floor was read since, and nothing there explains it: it may have been the supervisor, at another client.
    unexplained: bool,
}

impl VoiceIntent {
    pub(crate) fn is_none(&self) -> bool {
        self.wish.is_none()
    }

    pub(crate) fn intent(&self) -> Option<&Intent<Order>> {
        self.wish.as_ref().map(|wish| &wish.intent)
    }

    /// It was on disk: nobody knows yet what the server has made of it.
    pub(super) fn found(&mut self, intent: Intent<Order>) {
        self.wish = Some(Wish {
            intent,
            held: true,
            unwatched: true,
            expected: Some(DriftCause::Restarted),
            drift: None,
            by_itself: ByItself::default(),
        });
    }

    /// The supervisor asked for this, or Sotto did. Asking once more for the same agent goes on from what was.
    pub(crate) fn begin(&mut self, intent: Intent<Order>) {
        let before = self.of_mut(&intent.order.agent_id).map(|wish| {
            // What Sotto did by itself before is not what is asked for now; where it asks now, it says so anew.
            wish.by_itself.noted();
            Wish {
                intent: intent.clone(),
                held: wish.held,
                unwatched: false,
                expected: None,
                drift: None,
                by_itself: wish.by_itself,
            }
        });
        self.wish = Some(before.unwrap_or(Wish {
            intent,
            held: false,
            unwatched: false,
            expected: None,
            drift: None,
            by_itself: ByItself::default(),
        }));
    }

    /// It is over: stopped, let go, or it has been.
    pub(crate) fn end(&mut self) {
        self.wish = None;
    }

    /// Nobody sees now what becomes of it.
    pub(crate) fn lost_sight(&mut self) {
        if let Some(wish) = &mut self.wish {
            wish.unwatched = true;
        }
    }

    /// The server has begun anew for us.
    pub(crate) fn server_forgot(&mut self) {
        if let Some(wish) = self.wish.as_mut().filter(|wish| wish.expected.is_none()) {
            wish.expected = Some(DriftCause::ServerForgot);
        }
    }

    pub(super) fn noted(&mut self, agent: &str) {
        if let Some(wish) = self.of_mut(agent) {
            wish.by_itself.noted();
        }
    }

    fn of_mut(&mut self, agent: &str) -> Option<&mut Wish> {
        self.wish
            .as_mut()
            .filter(|wish| wish.intent.order.agent_id == agent)
    }
}

impl Wish {
    /// Its one call may have been while nobody watched.
    fn may_be_served(&self) -> bool {
        self.unwatched && self.intent.order.mode == Some(Mode::NextCall)
    }

    /// The server holds it, or is about to say so.
    fn holds(&mut self, confirmed: bool) {
        self.drift = None;
        if confirmed {
            self.held = true;
            self.unwatched = false;
            self.expected = None;
        }
    }

    fn drifts(&mut self, cause: DriftCause, problem: Option<Fault>, now: Moment) {
        match &mut self.drift {
            Some(drift) => {
                drift.cause = cause;
                drift.problem = problem;
            }
            None => {
                self.drift = Some(Drift {
                    since: now,
                    cause,
                    problem,
                    agent_was_out: false,
                    came_back: false,
                    unexplained: false,
                });
            }
        }
    }
}

impl Drift {
    /// The roster says whether the agent is there.
    fn agent_is(&mut self, out: bool) {
        self.came_back = (self.came_back || self.agent_was_out) && !out;
        self.agent_was_out = out;
        let unexplained = matches!(self.cause, DriftCause::Ended | DriftCause::ServerForgot);
        if out && unexplained {
            self.cause = DriftCause::AgentLoggedOut;
        }
    }
}

impl Desk {
    /// The intent of an order that goes out now, on disk before it does.
    pub(crate) fn intend(&mut self, order: Order, agent_name: String, now: Moment) -> Vec<Effect> {
        self.voice_intent.begin(Intent {
            order,
            agent_name,
            asked: now,
        });
        let mut effects = Vec::new();
        self.keep_intents(&mut effects);
        effects
    }

    pub(super) fn look_at_voice_intent(&mut self, effects: &mut Vec<Effect>, now: Moment) {
        if !self.link.is_live() {
            return self.voice_intent.lost_sight();
        }
        let Some(agent) = self
            .voice_intent
            .intent()
            .map(|intent| intent.order.agent_id.clone())
        else {
            return;
        };
        let (phase, stands) = (self.voice.phase(), self.stands_for(&agent));
        let out = self
            .roster
            .find(&agent)
            .map(|entry| entry.state_kind() == StateKind::LoggedOut);
        // Between the old target and the next one the coaching is still the old one.
        let served = phase != Phase::Stopping && self.voice.has_served(&agent);
        let fresh_refusal = phase == Phase::Refused && !self.is_held_elsewhere();
        let cause = self.voice_drift_cause(phase);
        let problem = self.voice.coaching.problem.clone();
        let Some(wish) = &mut self.voice_intent.wish else {
            return;
        };
        let one_call = wish.intent.order.mode == Some(Mode::NextCall);
        if (one_call && (served || (stands && phase == Phase::Live))) || (fresh_refusal && !wish.held) {
            self.voice_intent.end();
            return self.keep_intents(effects);
        }
        if stands {
            return wish.holds(is_confirmed(phase));
        }
        // What the server said in words; that something ended is what the cause says.
        let refused = phase == Phase::Refused;
        let before = wish.drift.as_ref().map(|drift| drift.cause);
        let cause = cause
            .or(before)
            .or(wish.expected)
            .or(wish.unwatched.then_some(DriftCause::ServerForgot))
            .unwrap_or(DriftCause::Ended);
        wish.drifts(cause, problem.filter(|_| refused), now);
        if let Some(drift) = &mut wish.drift {
            if let Some(out) = out {
                drift.agent_is(out);
            }
            drift.unexplained |= drift.cause == DriftCause::Ended && self.roster.is_read_after(drift.since);
        }
    }

    /// Whether what is asked of the server, or what it says, is this agent. One whom nobody can name yet gets the benefit
    /// of the doubt.
    fn stands_for(&self, agent: &str) -> bool {
        match self.voice.phase() {
            Phase::Idle | Phase::Refused | Phase::Lost => return false,
            Phase::Stopping => return true,
            Phase::Requested | Phase::Armed | Phase::Offered | Phase::Live => {}
        }
        let Some(wanted) = self.voice.wanted() else {
            return false;
        };
        match &wanted.agent_id {
            Some(id) => id == agent,
            None => self.roster.find(agent).is_none() || wanted.device.is_none(),
        }
    }

    fn is_held_elsewhere(&self) -> bool {
        let problem = self.voice.coaching.problem.as_ref();
        problem.is_some_and(|problem| problem.code == FaultCode::AgentHeld)
    }

    /// Why the intent does not hold, as far as the present shows it.
    fn voice_drift_cause(&self, phase: Phase) -> Option<DriftCause> {
        let code = self.voice.coaching.problem.as_ref().map(|problem| problem.code);
        match (phase, code) {
            (Phase::Refused, Some(FaultCode::AgentHeld)) => Some(DriftCause::HeldByAnother),
            (Phase::Refused, _) => Some(DriftCause::Refused),
            (Phase::Lost, Some(FaultCode::NotConfirmed)) => Some(DriftCause::NotConfirmed),
            (Phase::Armed | Phase::Offered | Phase::Live | Phase::Requested, _) => {
                Some(DriftCause::ArmedElsewhere)
            }
            _ if self.me.is_logged_out() || !self.me.is_registered() => Some(DriftCause::OwnPhone),
            _ => None,
        }
    }

    pub(super) fn voice_drift_view(&self) -> Option<DriftView> {
        let wish = self.voice_intent.wish.as_ref()?;
        let order = &wish.intent.order;
        let (state, cause, since, problem) = match (&wish.drift, wish.by_itself.to_tell()) {
            (Some(drift), _) => (
                DriftState::Drifted,
                drift.cause,
                drift.since,
                drift.problem.clone(),
            ),
            (None, Some(at)) => {
                let state = if is_confirmed(self.voice.phase()) {
                    DriftState::ArmedByItself
                } else {
                    DriftState::AskedByItself
                };
                (state, DriftCause::Ended, at, None)
            }
            (None, None) => return None,
        };
        let drifted = state == DriftState::Drifted;
        Some(DriftView {
            line: DriftLine {
                channel: Channel::Voice,
                agent_id: order.agent_id.clone(),
            },
            agent_name: wish.intent.agent_name.clone(),
            act: order.act,
            mode: order.mode,
            scope: order.scope,
            extent: None,
            nickname: None,
            state,
            cause: drifted.then_some(cause),
            since,
            asked: wish.intent.asked,
            may_be_served: drifted && wish.may_be_served(),
            may_hold: false,
            problem,
            blocked: drifted.then(|| self.check_rearm_voice(order).err()).flatten(),
        })
    }

    fn check_rearm_voice(&self, order: &Order) -> Result<(), Fault> {
        if !self.link.is_live() {
            return Err(Link::down());
        }
        self.check_monitor(order).map(drop)
    }

    pub(super) fn rearm_voice(
        &mut self,
        agent: &str,
        reason: Option<&str>,
        asker: Asker,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        let wish = self.voice_intent.of_mut(agent);
        let drifted = wish
            .filter(|wish| wish.drift.is_some())
            .ok_or_else(super::not_lost)?;
        let mut order = drifted.intent.order.clone();
        order.reason = reason.map(str::to_owned).or(order.reason);
        let effects = self.monitor(order, asker, now)?;
        if asker == Asker::Sotto
            && let Some(wish) = self.voice_intent.of_mut(agent)
        {
            wish.by_itself.asked(now);
        }
        Ok(effects)
    }

    pub(super) fn let_voice_go(&mut self, agent: &str) -> Result<Vec<Effect>, Fault> {
        let Some(wish) = self.voice_intent.of_mut(agent) else {
            return Ok(Vec::new());
        };
        if wish.drift.is_none() {
            return Err(super::not_lost().with_hint("Stop the coaching instead."));
        }
        self.voice_intent.end();
        let mut effects = Vec::new();
        self.keep_intents(&mut effects);
        Ok(effects)
    }

    /// The agent for whom Sotto may ask again by itself now: nobody else is armed, the one call has certainly not been, the
    /// roster was read since, and nothing stands against it.
    pub(super) fn voice_to_rearm(&self, now: Moment) -> Option<String> {
        let wish = self.voice_intent.wish.as_ref()?;
        let drift = wish.drift.as_ref()?;
        let again = drift.came_back || wish.by_itself.may_ask(drift.since);
        let sensible = match drift.cause {
            _ if drift.unexplained => false,
            // What the supervisor did at another client is not undone: that it ended is all anybody knows.
            DriftCause::ArmedElsewhere
            | DriftCause::NotConfirmed
            | DriftCause::Refused
            | DriftCause::Ended => false,
            DriftCause::AgentLoggedOut
            | DriftCause::OwnPhone
            | DriftCause::ServerForgot
            | DriftCause::Restarted
            | DriftCause::HeldByAnother => true,
        };
        let agent = &wish.intent.order.agent_id;
        let free =
            self.roster.is_read_after(drift.since) && self.roster.is_free(agent, &self.circumstances(now));
        (again && sensible && free && !wish.may_be_served()).then(|| agent.clone())
    }
}

/// Whether the server holds it, by its own word.
fn is_confirmed(phase: Phase) -> bool {
    matches!(phase, Phase::Armed | Phase::Offered | Phase::Live)
}
