//! From patches to events: what is worth telling about the difference between what was told and what is true now.
//!
//! Nothing here does I/O. The console may lay several changes into one patch, so the coaching is told from its list of
//! steps, never from the phase alone: a call that rings and is answered between two patches is still told as two events.

mod written;

use std::collections::HashMap;

use desk::fault::Fault;
use desk::moment::Moment;
use desk::view::{
    AgentRow, CallView, CoachingView, FloorView, LinkState, LinkView, MeView, Patch, Phase, StepKind,
    StepView,
};

use crate::events::{Agent, Event, Line, Manner, OwnCall, Target, Texts, Trouble};
use crate::mirror::Mirror;

/// How much of what happens a command tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interest {
    /// Nothing: the command tells its result only.
    Result,
    /// The link and the coaching of calls.
    Coaching,
    /// The link and the written sessions.
    Written(Texts),
    /// Everything: own state, own calls and the agents as well.
    Everything(Texts),
}

impl Interest {
    /// Whether anything is told that happens by itself.
    pub(crate) fn follows(self) -> bool {
        self != Interest::Result
    }

    fn in_calls(self) -> bool {
        matches!(self, Interest::Coaching | Interest::Everything(_))
    }

    /// Whether written sessions are told, and if so, whether with what is said in them.
    pub(crate) fn in_sessions(self) -> Option<Texts> {
        match self {
            Interest::Written(texts) | Interest::Everything(texts) => Some(texts),
            Interest::Result | Interest::Coaching => None,
        }
    }
}

/// Follows the desk, patch by patch.
#[derive(Debug)]
pub(crate) struct Follower {
    interest: Interest,
    mirror: Mirror,
    /// The agents as told last; none before the first reading of the roster.
    agents: Option<HashMap<String, Agent>>,
    /// The link has been live: until then nothing is known about the sessions there are, not even who reads in them.
    has_been_live: bool,
}

impl Follower {
    /// A follower that has been told nothing yet.
    pub(crate) fn new(interest: Interest) -> Follower {
        Follower {
            interest,
            mirror: Mirror::default(),
            agents: None,
            has_been_live: false,
        }
    }

    /// The desk as it was told last.
    pub(crate) fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// Forgets what was read of a transcript, so that what comes next is the whole of it.
    pub(crate) fn forget_transcript(&mut self) {
        self.mirror.transcript = None;
    }

    /// Takes a patch in. Gives what is worth telling, in order.
    pub(crate) fn follow(&mut self, patch: Patch) -> Vec<Line> {
        let now = patch.now;
        let before = self.mirror.clone();
        self.mirror.apply(patch);
        let mut lines = Vec::new();
        if self.interest.follows() {
            tell_link(before.link.as_ref(), self.mirror.link.as_ref(), now, &mut lines);
        }
        if self.interest.in_calls() {
            tell_coaching(
                before.coaching.as_ref(),
                self.mirror.coaching.as_ref(),
                now,
                &mut lines,
            );
        }
        if let Some(texts) = self.interest.in_sessions() {
            if self.has_been_live {
                written::tell(&before, &self.mirror, texts, now, &mut lines);
            } else if self.mirror.link_state() == LinkState::Live {
                written::tell(&Mirror::default(), &self.mirror, texts, now, &mut lines);
            }
        }
        self.has_been_live |= self.mirror.link_state() == LinkState::Live;
        if matches!(self.interest, Interest::Everything(_)) {
            tell_calls(&before.calls, &self.mirror.calls, now, &mut lines);
            tell_me(before.me.as_ref(), self.mirror.me.as_ref(), now, &mut lines);
            tell_floor(before.floor.as_ref(), self.mirror.floor.as_ref(), now, &mut lines);
            self.tell_agents(now, &mut lines);
        }
        lines
    }

    /// What changed on the floor since it was told last. The first reading is where changes begin; while the link is
    /// down nothing is known about anybody, which is told once, by the link.
    fn tell_agents(&mut self, now: Moment, lines: &mut Vec<Line>) {
        let read = self
            .mirror
            .floor
            .as_ref()
            .is_some_and(|floor| floor.read.is_some());
        if !read || self.mirror.link_state() != LinkState::Live {
            return;
        }
        let by_id = |row: &AgentRow| (row.id.clone(), Agent::from(row));
        let agents: HashMap<String, Agent> = self.mirror.rows.iter().map(by_id).collect();
        if let Some(told) = &self.agents {
            let changed = self.mirror.rows.iter().map(Agent::from);
            let changed = changed.filter(|agent| told.get(&agent.agent_id) != Some(agent));
            lines.extend(changed.map(|agent| line(now, Event::Agent { agent })));
            let mut gone: Vec<&Agent> = told
                .values()
                .filter(|agent| !agents.contains_key(&agent.agent_id))
                .collect();
            gone.sort_by(|one, other| one.agent_name.cmp(&other.agent_name));
            lines.extend(gone.into_iter().map(|agent| {
                let target = Target {
                    agent_id: Some(agent.agent_id.clone()),
                    agent_name: Some(agent.agent_name.clone()),
                };
                line(now, Event::AgentGone { target })
            }));
        }
        self.agents = Some(agents);
    }
}

fn line(at: Moment, event: Event) -> Line {
    Line { at_ms: at.0, event }
}

fn trouble(fault: Option<&Fault>) -> Option<Trouble> {
    fault.map(Trouble::from)
}

fn tell_link(before: Option<&LinkView>, after: Option<&LinkView>, now: Moment, lines: &mut Vec<Line>) {
    let Some(after) = after else { return };
    let state = before.map_or(LinkState::Offline, |link| link.state);
    // Signing in and an ordered sign-out are told by whoever asked for them.
    let signed_in = matches!(state, LinkState::Live | LinkState::Stale | LinkState::Recovering);
    let in_order = after.state == LinkState::SignedOut && after.problem.is_none();
    if signed_in && after.state != state && !in_order {
        let event = Event::LinkChanged {
            state: after.state,
            trouble: trouble(after.problem.as_ref()),
        };
        lines.push(line(after.since, event));
    }
    let known = |limit: &Fault| before.is_some_and(|link| link.limits.contains(limit));
    let new = after.limits.iter().filter(|limit| !known(limit));
    lines.extend(new.map(|limit| {
        line(
            now,
            Event::Notice {
                trouble: limit.into(),
            },
        )
    }));
}

fn tell_coaching(
    before: Option<&CoachingView>,
    after: Option<&CoachingView>,
    now: Moment,
    lines: &mut Vec<Line>,
) {
    let Some(after) = after else { return };
    let told = before.map_or(&[][..], |coaching| &coaching.steps);
    let new = steps_since(told, &after.steps);
    lines.extend(new.iter().map(|step| line(step.at, step_event(step, after))));
    let has = |kind: StepKind| new.iter().any(|step| step.kind == kind);
    if is_over_by_itself(before, after) && !has(StepKind::Stopped) {
        let event = Event::Stopped {
            target: target(before.unwrap_or(after)),
            took_ms: None,
        };
        lines.push(line(after.since, event));
    }
    let problem = before.and_then(|coaching| coaching.problem.as_ref());
    let told_with_step = has(StepKind::Refused) || has(StepKind::Lost);
    if let Some(fault) = after.problem.as_ref()
        && Some(fault) != problem
        && !told_with_step
    {
        lines.push(line(
            now,
            Event::Problem {
                trouble: fault.into(),
            },
        ));
    }
    let audience = before.map(|coaching| coaching.audience);
    let quiet_start = audience.is_none() && after.audience == desk::audience::Audience::Nobody;
    if Some(after.audience) != audience && !quiet_start {
        let event = Event::Audience {
            audience: after.audience,
            target: target(after),
        };
        lines.push(line(now, event));
    }
}

/// Whether nothing is armed any more without a word of stopping, as after the one call of `NextCall`.
fn is_over_by_itself(before: Option<&CoachingView>, after: &CoachingView) -> bool {
    let was_armed = before.is_some_and(|coaching| {
        matches!(
            coaching.phase,
            Phase::Armed | Phase::Offered | Phase::Live | Phase::Stopping
        )
    });
    // A coaching that the end of the session wiped away has no steps: that it stopped is not known.
    was_armed && after.phase == Phase::Idle && !after.steps.is_empty()
}

/// The steps that were not there before. The list is cut at its start when it grows long and starts anew with each
/// coaching, so what is known already is the longest end of the old list that begins the new one.
fn steps_since<'a>(before: &[StepView], after: &'a [StepView]) -> &'a [StepView] {
    let known = (0..=before.len())
        .map(|dropped| &before[dropped..])
        .find(|end| after.starts_with(end));
    known.map_or(after, |known| &after[known.len()..])
}

fn target(coaching: &CoachingView) -> Target {
    Target {
        agent_id: coaching.agent_id.clone(),
        agent_name: coaching.agent_name.clone(),
    }
}

fn manner(coaching: &CoachingView) -> Manner {
    Manner {
        act: coaching.act,
        mode: coaching.mode,
        scope: coaching.scope,
    }
}

fn step_event(step: &StepView, coaching: &CoachingView) -> Event {
    let target = target(coaching);
    let took_ms = step.took_ms;
    match step.kind {
        StepKind::Asked | StepKind::AskedByItself => Event::Requested {
            target,
            manner: manner(coaching),
        },
        StepKind::Accepted => Event::Accepted { target, took_ms },
        StepKind::Armed => Event::Armed {
            target,
            manner: manner(coaching),
            took_ms,
        },
        StepKind::Offered => Event::Ringing {
            target,
            call_id: coaching.call_id.clone(),
        },
        StepKind::Live => Event::Live {
            target,
            act: coaching.act,
            call_id: coaching.call_id.clone(),
            // Who hears is only known as it is now: if the call is over by now, nothing is said of it.
            audience: Some(coaching.audience).filter(|_| coaching.phase == Phase::Live),
            took_ms,
        },
        StepKind::Switched => Event::Switched {
            target,
            act: coaching.act,
            took_ms,
        },
        StepKind::CallEnded => Event::CallEnded { target },
        StepKind::StopAsked => Event::StopRequested { target },
        StepKind::Stopped => Event::Stopped { target, took_ms },
        StepKind::Refused => Event::Refused {
            target,
            trouble: trouble(coaching.problem.as_ref()),
        },
        StepKind::Lost => Event::Lost {
            target,
            trouble: trouble(coaching.problem.as_ref()),
        },
    }
}

fn tell_calls(before: &[CallView], after: &[CallView], now: Moment, lines: &mut Vec<Line>) {
    let changed = after.iter().filter(|call| !before.contains(call));
    lines.extend(changed.map(|call| {
        let call = OwnCall::from(call);
        line(now, Event::Call { call })
    }));
    let is_there = |id: &str| after.iter().any(|call| call.id == id);
    let gone = before.iter().filter(|call| !is_there(&call.id));
    lines.extend(gone.map(|call| {
        let call_id = call.id.clone();
        line(now, Event::CallGone { call_id })
    }));
}

fn tell_me(before: Option<&MeView>, after: Option<&MeView>, now: Moment, lines: &mut Vec<Line>) {
    let Some(after) = after.filter(|me| !me.name.is_empty() && Some(*me) != before) else {
        return;
    };
    let phone = after.phone.as_ref();
    let event = Event::Me {
        name: after.name.clone(),
        phone: phone.map(|phone| phone.number.clone()),
        registered: phone.is_some_and(|phone| phone.registered),
        state: after.state.as_ref().map(|state| state.kind),
        label: after.state.as_ref().map(|state| state.label.clone()),
        acts: after.acts.clone(),
    };
    lines.push(line(now, event));
}

fn tell_floor(before: Option<&FloorView>, after: Option<&FloorView>, now: Moment, lines: &mut Vec<Line>) {
    let Some(after) = after.filter(|floor| floor.read.is_some() || floor.problem.is_some()) else {
        return;
    };
    let same = before.is_some_and(|floor| {
        floor.total == after.total && floor.source == after.source && floor.problem == after.problem
    });
    if !same {
        let event = Event::Floor {
            agents: after.total,
            can_be_coached: None,
            source: after.source,
            trouble: trouble(after.problem.as_ref()),
        };
        lines.push(line(now, event));
    }
}

#[cfg(test)]
mod tests;
