//! Whom a command supervises and with what, so that a budget can be held against it; and all agents there are.

use desk::Desk;
use desk::claims::{Claim, ClaimOn};
use desk::moment::Moment;
use desk::order::{Act, CallAct, Command, Medium, Order, WrittenCommand};
use desk::rules::Channel;
use desk::view::{DriftState, DriftView, RosterQuery, SessionView, View};
use journal::RosterAgent;

use super::Running;
use crate::journals::{Aim, Held, UnderBudget, Whom};

impl Running {
    /// What a budget that blocks has to allow before this command may go out; none where nothing has to be asked.
    pub(super) fn held_against_budget(&self, command: &Command) -> Option<UnderBudget> {
        let budget = self.settings.policy.budget.as_ref()?;
        let claims = self.desk.claims();
        let mut aims = aims(&self.desk, &claims, self.clock.now(), command);
        aims.retain(|aim| aim.is_held_against(budget));
        if aims.is_empty() {
            return None;
        }
        let named = |number| self.writer.coaching(number);
        let held = claims.into_iter().map(|claim| Held::new(claim, named));
        Some(UnderBudget {
            aims,
            held: held.collect(),
        })
    }
}

/// Whom this command is about, where it begins to supervise somebody or changes how.
fn aims(desk: &Desk, claims: &[Claim], now: Moment, command: &Command) -> Vec<Aim> {
    let view = desk.view(now);
    let lost = view
        .drift
        .iter()
        .filter(|drift| drift.state == DriftState::Drifted);
    match command {
        Command::Rearm { line, .. } => lost.filter(|drift| drift.line == *line).map(again).collect(),
        Command::RearmAll { .. } => lost.map(again).collect(),
        Command::Monitor { order } => vec![monitor(desk, order)],
        Command::Call { call_id, act, .. } => switch_call(&view, call_id, *act).into_iter().collect(),
        Command::Written { command } => written(&view, claims, command).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn monitor(desk: &Desk, order: &Order) -> Aim {
    let number = order.phone_number.as_deref().map(str::trim).unwrap_or_default();
    let whose = if number.is_empty() {
        Vec::new()
    } else {
        desk.agents_called(number)
    };
    let own = whose.iter().any(|(id, _)| *id == order.agent_id);
    // A number that stands by nobody's name is taken for another phone of the agent it was given for.
    let whom = match whose.into_iter().next() {
        Some((_, name)) if !own => Whom::Another(name),
        _ => Whom::by_id(Some(order.agent_id.clone())),
    };
    Aim {
        whom,
        ..begin(&order.agent_id, order.act, ClaimOn::Calls)
    }
}

fn again(drift: &DriftView) -> Aim {
    let agent_id = &drift.line.agent_id;
    let on = match drift.line.channel {
        Channel::Voice => ClaimOn::Calls,
        Channel::Sms => sessions_of(agent_id, Medium::Sms),
        Channel::Chat => sessions_of(agent_id, Medium::Chat),
    };
    begin(agent_id, drift.act, on)
}

fn switch_call(view: &View, call_id: &str, act: CallAct) -> Option<Aim> {
    let act = match act {
        CallAct::SwitchToBargeIn => Act::BargeIn,
        CallAct::SwitchToListenIn => Act::ListenIn,
        _ => return None,
    };
    let coaching = &view.coaching;
    let supervised = coaching.call_id.as_deref() == Some(call_id);
    Some(Aim {
        whom: Whom::by_id(coaching.agent_id.clone().filter(|_| supervised)),
        act: Some(act),
        from: coaching.act.filter(|_| supervised),
        on: ClaimOn::Calls,
        comes_of: None,
    })
}

fn written(view: &View, claims: &[Claim], command: &WrittenCommand) -> Option<Aim> {
    match command {
        WrittenCommand::Arm { order } => {
            let on = sessions_of(&order.agent_id, order.medium);
            Some(begin(&order.agent_id, order.act, on))
        }
        WrittenCommand::JoinNow {
            agent_id,
            act,
            session,
            ..
        } => Some(begin(agent_id, *act, ClaimOn::Session(session.clone()))),
        WrittenCommand::Switch { session, act, .. } => {
            let session = find(view, session)?;
            let on = ClaimOn::Session(session.key.clone());
            Some(Aim {
                whom: Whom::by_id(agent_in(session, find_claim(claims, &on))),
                act: Some(*act),
                from: session.act,
                on,
                comes_of: None,
            })
        }
        WrittenCommand::Accept { session, .. } => Some(accept(find(view, session)?, claims)),
        _ => None,
    }
}

/// Accepting makes good what was asked for, where somebody asked to join this session or armed the agent.
fn accept(session: &SessionView, claims: &[Claim]) -> Aim {
    let on = ClaimOn::Session(session.key.clone());
    let asked = find_claim(claims, &on);
    let agent_id = agent_in(session, asked);
    let comes_of = agent_id.as_deref().map(|id| sessions_of(id, session.medium));
    let armed = comes_of.as_ref().and_then(|on| find_claim(claims, on));
    let act = |claim: Option<&Claim>| claim.and_then(|claim| claim.act);
    Aim {
        whom: Whom::by_id(agent_id),
        act: act(asked).or_else(|| act(armed)),
        from: None,
        on,
        comes_of,
    }
}

/// The one it is written down for: the agent we came for, or else the one who is in it.
fn agent_in(session: &SessionView, claim: Option<&Claim>) -> Option<String> {
    let came_for = claim.and_then(|claim| claim.agent_id.clone());
    came_for.or_else(|| session.agent_id.clone())
}

fn find_claim<'a>(claims: &'a [Claim], on: &ClaimOn) -> Option<&'a Claim> {
    claims.iter().find(|claim| claim.on == *on)
}

fn begin(agent_id: &str, act: Act, on: ClaimOn) -> Aim {
    Aim {
        whom: Whom::by_id(Some(agent_id.to_owned())),
        act: Some(act),
        from: None,
        on,
        comes_of: None,
    }
}

fn sessions_of(agent_id: &str, medium: Medium) -> ClaimOn {
    ClaimOn::AgentsSessions {
        agent_id: agent_id.to_owned(),
        medium,
    }
}

fn find<'a>(view: &'a View, key: &str) -> Option<&'a SessionView> {
    view.sessions.iter().find(|session| session.key == key)
}

/// All agents, where the roster has been read.
pub(super) fn agents(desk: &Desk, now: Moment) -> Option<Vec<RosterAgent>> {
    desk.view(now).floor.read?;
    let everybody = RosterQuery {
        count: u32::MAX,
        ..RosterQuery::default()
    };
    let rows = desk.roster(&everybody, now).rows.into_iter();
    let agents = rows.map(|row| RosterAgent {
        id: row.id,
        name: row.name,
    });
    Some(agents.collect())
}
