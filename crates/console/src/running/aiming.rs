//! Whom a command supervises and with what, so that a budget can be held against it; and all agents there are.

use desk::Desk;
use desk::moment::Moment;
use desk::order::{Act, CallAct, Command, WrittenCommand};
use desk::view::{DriftState, DriftView, RosterQuery, SessionView, View};
use journal::RosterAgent;

use crate::journals::Aim;

/// Whom this command is about, where it begins to supervise somebody or changes how.
pub(super) fn aims(view: &View, command: &Command) -> Vec<Aim> {
    let lost = view
        .drift
        .iter()
        .filter(|drift| drift.state == DriftState::Drifted);
    let again = |drift: &DriftView| begin(&drift.line.agent_id, drift.act);
    match command {
        Command::Rearm { line, .. } => lost.filter(|drift| drift.line == *line).map(again).collect(),
        Command::RearmAll { .. } => lost.map(again).collect(),
        command => aim(view, command).into_iter().collect(),
    }
}

fn aim(view: &View, command: &Command) -> Option<Aim> {
    match command {
        Command::Monitor { order } => Some(begin(&order.agent_id, order.act)),
        Command::Call { call_id, act, .. } => {
            let to = match act {
                CallAct::SwitchToBargeIn => Act::BargeIn,
                CallAct::SwitchToListenIn => Act::ListenIn,
                _ => return None,
            };
            let coaching = &view.coaching;
            let supervised = coaching.call_id.as_ref() == Some(call_id);
            Some(Aim {
                agent_id: Some(coaching.agent_id.clone().filter(|_| supervised)?),
                act: to,
                from: coaching.act,
            })
        }
        Command::Written { command } => written(view, command),
        _ => None,
    }
}

fn written(view: &View, command: &WrittenCommand) -> Option<Aim> {
    match command {
        WrittenCommand::Arm { order } => Some(begin(&order.agent_id, order.act)),
        WrittenCommand::JoinNow { agent_id, act, .. } => Some(begin(agent_id, *act)),
        WrittenCommand::Switch { session, act, .. } => {
            let session = find(view, session)?;
            Some(Aim {
                agent_id: session.agent_id.clone(),
                act: *act,
                from: session.act,
            })
        }
        WrittenCommand::Accept { session, .. } => {
            let session = find(view, session)?;
            Some(Aim {
                agent_id: session.agent_id.clone(),
                act: session.act.unwrap_or(Act::Coach),
                from: None,
            })
        }
        _ => None,
    }
}

fn begin(agent_id: &str, act: Act) -> Aim {
    Aim {
        agent_id: Some(agent_id.to_owned()),
        act,
        from: None,
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
