//! The ledger of who is armed. The server says nothing about it beyond taking the request (`gws/digital.md 3.5`), so
//! this is the only place where it is known; it is kept on disk as intents, and shown as lost after every sign-in.

use super::words;
use crate::fault::Fault;
use crate::input::Intent;
use crate::intents::ByItself;
use crate::moment::Moment;
use crate::order::{Extent, Medium, WrittenOrder};
use crate::view::{ArmedPhase, ArmedView, DriftCause};

/// One agent in one medium.
#[derive(Debug, Clone)]
pub(crate) struct Armed {
    pub(crate) order: WrittenOrder,
    pub(crate) agent_name: String,
    pub(crate) phase: ArmedPhase,
    pub(crate) since: Moment,
    pub(crate) asked: Moment,
    /// How many sessions came of it.
    pub(crate) joined: u32,
    pub(crate) problem: Option<Fault>,
    /// Groups what is written down of it and of its sessions.
    pub(crate) coaching: u64,
    /// What holds until the server has taken this in its place.
    pub(crate) before: Option<Box<Armed>>,
    /// Why it is lost, where it is; and while it is asked for again, why it was.
    pub(crate) lost: Option<DriftCause>,
    /// The supervisor has cancelled it, though the server may hold it still.
    pub(crate) taken_back: bool,
    /// It was not clear whether it was armed at all when the supervisor cancelled it.
    pub(crate) doubted: bool,
    /// What Sotto did about it without being asked.
    pub(crate) by_itself: ByItself,
}

impl Armed {
    pub(crate) fn is(&self, agent: &str, medium: Medium) -> bool {
        self.order.agent_id == agent && self.order.medium == medium
    }

    /// Whether asking for the other would change nothing. An extent left out is the server's default.
    pub(crate) fn amounts_to(&self, other: &WrittenOrder) -> bool {
        let choices = |order: &WrittenOrder| {
            let extent = order.extent.unwrap_or(Extent::AllChats);
            (order.act, extent, order.nickname.clone())
        };
        choices(&self.order) == choices(other)
    }

    pub(crate) fn enter(&mut self, phase: ArmedPhase, now: Moment) {
        if self.phase != phase {
            self.since = now;
        }
        self.phase = phase;
    }

    /// Whether a session may come of it: it is armed, or may be.
    pub(crate) fn may_bring(&self) -> bool {
        !matches!(self.phase, ArmedPhase::Refused | ArmedPhase::Lost)
    }

    /// Whether it is wanted and does not hold.
    pub(crate) fn is_lost(&self) -> bool {
        self.phase == ArmedPhase::Lost
    }

    /// Whether its one session has used it up.
    pub(crate) fn is_for_one(&self) -> bool {
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
    pub(crate) fn intent(&self) -> Option<Intent<WrittenOrder>> {
        let wanted = !self.taken_back && self.phase != ArmedPhase::Refused;
        wanted.then(|| Intent {
            order: self.order.clone(),
            agent_name: self.agent_name.clone(),
            asked: self.asked,
        })
    }
}

/// Everybody who is armed, was asked for, refused or lost; at most one line for an agent in a medium.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    lines: Vec<Armed>,
}

impl Ledger {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Armed> {
        self.lines.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Armed> {
        self.lines.iter_mut()
    }

    pub(crate) fn views(&self) -> Vec<ArmedView> {
        self.lines.iter().map(Armed::view).collect()
    }

    pub(crate) fn find(&self, agent: &str, medium: Medium) -> Option<&Armed> {
        self.lines.iter().find(|line| line.is(agent, medium))
    }

    pub(crate) fn find_mut(&mut self, agent: &str, medium: Medium) -> Option<&mut Armed> {
        self.lines.iter_mut().find(|line| line.is(agent, medium))
    }

    /// The line of this coaching, unless another has taken its place.
    pub(crate) fn of(&mut self, coaching: u64) -> Option<&mut Armed> {
        self.lines.iter_mut().find(|line| line.coaching == coaching)
    }

    /// Whether anything is armed, or may be.
    pub(crate) fn is_busy(&self) -> bool {
        self.lines.iter().any(Armed::may_bring)
    }

    /// Takes the place of the line of the same agent, or stands at the end.
    pub(crate) fn put(&mut self, armed: Armed) {
        match self.find_mut(&armed.order.agent_id.clone(), armed.order.medium) {
            Some(line) => *line = armed,
            None => self.lines.push(armed),
        }
    }

    pub(crate) fn remove(&mut self, coaching: u64) {
        self.lines.retain(|line| line.coaching != coaching);
    }
}

/// What was armed before the sign-in, and is not any more.
pub(crate) fn lost(intent: Intent<WrittenOrder>, coaching: u64, now: Moment) -> Armed {
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
        lost: Some(DriftCause::Restarted),
        taken_back: false,
        doubted: false,
        by_itself: ByItself::default(),
    }
}
