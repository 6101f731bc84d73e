//! The ledger of who is armed. The server says nothing about it beyond taking the request (`gws/digital.md 3.5`), so
//! this is the only place where it is known; it is kept on disk as intents, and shown as lost after every sign-in.

use super::words;
use crate::fault::Fault;
use crate::input::Intent;
use crate::moment::Moment;
use crate::order::{Extent, Medium, WrittenOrder};
use crate::view::{ArmedPhase, ArmedView};

/// One agent in one medium.
#[derive(Debug, Clone)]
pub(super) struct Armed {
    pub(super) order: WrittenOrder,
    pub(super) agent_name: String,
    pub(super) phase: ArmedPhase,
    pub(super) since: Moment,
    pub(super) asked: Moment,
    /// How many sessions came of it.
    pub(super) joined: u32,
    pub(super) problem: Option<Fault>,
    /// Groups what is written down of it and of its sessions.
    pub(super) coaching: u64,
    /// What holds until the server has taken this in its place.
    pub(super) before: Option<Box<Armed>>,
}

impl Armed {
    pub(super) fn is(&self, agent: &str, medium: Medium) -> bool {
        self.order.agent_id == agent && self.order.medium == medium
    }

    /// Whether asking for the other would change nothing. An extent left out is the server's default.
    pub(super) fn amounts_to(&self, other: &WrittenOrder) -> bool {
        let choices = |order: &WrittenOrder| {
            let extent = order.extent.unwrap_or(Extent::AllChats);
            (order.act, extent, order.nickname.clone())
        };
        choices(&self.order) == choices(other)
    }

    pub(super) fn enter(&mut self, phase: ArmedPhase, now: Moment) {
        if self.phase != phase {
            self.since = now;
        }
        self.phase = phase;
    }

    /// Whether a session may come of it: it is armed, or may be.
    pub(super) fn may_bring(&self) -> bool {
        !matches!(self.phase, ArmedPhase::Refused | ArmedPhase::Lost)
    }

    /// Whether its one session has used it up.
    pub(super) fn is_for_one(&self) -> bool {
        self.order.extent == Some(Extent::NextChat) && self.before.is_none()
    }

    fn view(&self) -> ArmedView {
        let again = matches!(
            self.phase,
            ArmedPhase::Refused | ArmedPhase::Lost | ArmedPhase::Unclear
        );
        ArmedView {
            agent_id: self.order.agent_id.clone(),
            agent_name: self.agent_name.clone(),
            medium: self.order.medium,
            act: self.order.act,
            extent: self.order.extent,
            nickname: self.order.nickname.clone(),
            phase: self.phase,
            since: self.since,
            joined: self.joined,
            problem: self.problem.clone(),
            again,
        }
    }

    /// What to keep of it: what was asked and not taken back.
    fn intent(&self) -> Option<Intent> {
        let taken_back = matches!(self.phase, ArmedPhase::Refused | ArmedPhase::Cancelling);
        (!taken_back).then(|| Intent {
            order: self.order.clone(),
            agent_name: self.agent_name.clone(),
            asked: self.asked,
        })
    }
}

/// Everybody who is armed, was asked for, refused or lost; at most one line for an agent in a medium.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    lines: Vec<Armed>,
    /// What is on disk.
    kept: Vec<Intent>,
}

impl Ledger {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Armed> {
        self.lines.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Armed> {
        self.lines.iter_mut()
    }

    pub(super) fn views(&self) -> Vec<ArmedView> {
        self.lines.iter().map(Armed::view).collect()
    }

    pub(super) fn find(&self, agent: &str, medium: Medium) -> Option<&Armed> {
        self.lines.iter().find(|line| line.is(agent, medium))
    }

    pub(super) fn find_mut(&mut self, agent: &str, medium: Medium) -> Option<&mut Armed> {
        self.lines.iter_mut().find(|line| line.is(agent, medium))
    }

    /// The line of this coaching, unless another has taken its place.
    pub(super) fn of(&mut self, coaching: u64) -> Option<&mut Armed> {
        self.lines.iter_mut().find(|line| line.coaching == coaching)
    }

    /// Whether anything is armed, or may be.
    pub(super) fn is_busy(&self) -> bool {
        self.lines.iter().any(Armed::may_bring)
    }

    /// Takes the place of the line of the same agent, or stands at the end.
    pub(super) fn put(&mut self, armed: Armed) {
        match self.find_mut(&armed.order.agent_id.clone(), armed.order.medium) {
            Some(line) => *line = armed,
            None => self.lines.push(armed),
        }
    }

    pub(super) fn remove(&mut self, coaching: u64) {
        self.lines.retain(|line| line.coaching != coaching);
    }

    /// What was on disk when somebody signed in: nothing of it holds any more.
    pub(super) fn found(&mut self, intents: Vec<Intent>) {
        self.kept = intents;
    }

    /// What has to be on disk from now on, where that is something else than before.
    pub(super) fn news_to_keep(&mut self) -> Option<Vec<Intent>> {
        let intents: Vec<Intent> = self.lines.iter().filter_map(Armed::intent).collect();
        if intents == self.kept {
            return None;
        }
        self.kept.clone_from(&intents);
        Some(intents)
    }
}

/// What was armed before the sign-in, and is not any more.
pub(super) fn lost(intent: Intent, coaching: u64, now: Moment) -> Armed {
    Armed {
        order: intent.order,
        agent_name: intent.agent_name,
        phase: ArmedPhase::Lost,
        since: now,
        asked: intent.asked,
        joined: 0,
        problem: Some(words::not_armed_any_more()),
        coaching,
        before: None,
    }
}
