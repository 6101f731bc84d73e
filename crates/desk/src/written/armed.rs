//! The ledger of who is armed. The server says nothing about it beyond taking the request (`gws/digital.md 3.5`), so
//! this is the only place where it is known; it is kept on disk as intents. No line goes that the server may hold: where it
//! cannot be known whether it does, the line says so, and cancelling brings the server's word.

use super::words;
use crate::fault::Fault;
use crate::input::{Standing, WrittenIntent};
use crate::intents::ByItself;
use crate::moment::Moment;
use crate::order::{Extent, Medium, WrittenOrder};
use crate::view::{ArmedPhase, ArmedView, DriftCause};

/// What the server did before an order was over has been heard of so long after it, in milliseconds: two minutes leave twice
/// the time in which the slowest answer counts.
const HEARD_WITHIN_MS: u64 = 120_000;

/// Why it is not known whether an order holds.
#[derive(Debug, Clone)]
pub(crate) struct Doubt {
    pub(crate) why: Fault,
    /// What is shown as the cause of a loss; none where the order may as well have done what it was for.
    pub(crate) cause: Option<DriftCause>,
}

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
    /// What holds, or may hold, until the server has taken this in its place.
    pub(crate) before: Option<Box<Armed>>,
    /// Another order of before may hold in its place: it is not known whether the server took this one.
    pub(crate) older_may_hold: bool,
    /// Why it is lost, where it is; and while it is asked for again, why it was.
    pub(crate) lost: Option<DriftCause>,
    /// The supervisor has cancelled it, though the server may hold it still.
    pub(crate) taken_back: bool,
    /// Why the answer under way will not tell whether it holds: something came between.
    pub(crate) doubt: Option<Doubt>,
    /// What Sotto did about it without being asked.
    pub(crate) by_itself: ByItself,
}

impl Doubt {
    /// Its one session may have come.
    pub(crate) fn of_use(why: Fault) -> Doubt {
        Doubt { why, cause: None }
    }
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

    /// Whether the server holds it, or may: nothing is on its way to it.
    pub(crate) fn may_hold(&self) -> bool {
        matches!(self.phase, ArmedPhase::Armed | ArmedPhase::Unclear)
    }

    /// Whether it is wanted, and does not hold as far as anybody knows.
    pub(crate) fn is_lost(&self) -> bool {
        let out = matches!(self.phase, ArmedPhase::Lost | ArmedPhase::Unclear);
        out && self.lost.is_some() && !self.taken_back
    }

    /// Whether one session uses it up.
    pub(crate) fn is_for_one(&self) -> bool {
        self.order.extent == Some(Extent::NextChat)
    }

    /// It may hold or not from now on. What is on its way to the server is heard out first.
    pub(crate) fn doubt(&mut self, doubt: Doubt, now: Moment) {
        match self.phase {
            ArmedPhase::Requested | ArmedPhase::Cancelling => self.doubt = Some(doubt),
            ArmedPhase::Armed | ArmedPhase::Unclear => {
                self.problem = Some(doubt.why);
                self.lost = self.lost.or(doubt.cause);
                self.enter(ArmedPhase::Unclear, now);
            }
            ArmedPhase::Refused | ArmedPhase::Lost => {}
        }
    }

    /// A session came that is of this order, `certain`ly or perhaps. Gives whether the order is used up.
    pub(crate) fn has_brought(&mut self, certain: bool, now: Moment) -> bool {
        let replaced = self.before.is_some();
        // Either of the two may have brought it, and both at once are never held.
        if let Some(before) = self.before.as_mut().filter(|before| before.is_for_one()) {
            before.doubt(Doubt::of_use(words::whose_session()), now);
        }
        if !self.is_for_one() {
            return false;
        }
        if certain && !replaced && !self.older_may_hold {
            return true;
        }
        self.doubt(Doubt::of_use(words::whose_session()), now);
        false
    }

    /// The server has said nothing to it that counts: this one may hold, or the one before.
    pub(crate) fn is_unanswered(&mut self, why: Fault, now: Moment) {
        self.older_may_hold |= self.before.take().is_some();
        self.problem = Some(why);
        self.enter(ArmedPhase::Unclear, now);
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

    /// What to keep of it: what was asked and not taken back, and what the server may hold all the same.
    pub(crate) fn intent(&self) -> Option<WrittenIntent> {
        let standing = match self.phase {
            ArmedPhase::Refused => return None,
            ArmedPhase::Lost => Standing::NotHeld,
            _ if self.taken_back => Standing::TakenBack,
            _ => Standing::Wanted,
        };
        Some(self.standing(standing))
    }

    /// The same once it was cancelled because the supervisor signs out.
    pub(crate) fn parted(&self) -> WrittenIntent {
        self.standing(Standing::NotHeld)
    }

    fn standing(&self, standing: Standing) -> WrittenIntent {
        WrittenIntent {
            order: self.order.clone(),
            agent_name: self.agent_name.clone(),
            asked: self.asked,
            standing,
        }
    }
}

/// Everybody who is armed, was asked for, refused or lost; at most one line for an agent in a medium.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    lines: Vec<Armed>,
    /// Orders that are over, or were replaced, and when: a session that came of one may still be on its way to us.
    ended: Vec<(String, Medium, Moment)>,
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

    /// The server has ended or replaced what was armed for this agent.
    pub(crate) fn has_ended(&mut self, agent: &str, medium: Medium, now: Moment) {
        self.ended
            .retain(|(ended, of, _)| ended != agent || *of != medium);
        self.ended.push((agent.to_owned(), medium, now));
    }

    /// Whether a session of this agent may be of an order that is over.
    pub(crate) fn may_be_of_ended(&self, agent: &str, medium: Medium) -> bool {
        let mut ended = self.ended.iter();
        ended.any(|(ended, of, _)| ended == agent && *of == medium)
    }

    /// All sessions of a medium were read: those of orders that ended long before are known.
    pub(crate) fn were_read(&mut self, medium: Medium, now: Moment) {
        self.ended
            .retain(|(_, of, at)| *of != medium || now.since(*at) < HEARD_WITHIN_MS);
    }
}

/// What was asked before the sign-in. Only where the server had said that it does not hold it, it is known not to.
pub(crate) fn found(intent: WrittenIntent, coaching: u64, now: Moment) -> Armed {
    let (phase, problem) = match intent.standing {
        Standing::NotHeld => (ArmedPhase::Lost, words::not_armed_any_more()),
        Standing::Wanted => (ArmedPhase::Unclear, words::may_be_armed_from_before()),
        Standing::TakenBack => (ArmedPhase::Unclear, words::may_not_be_cancelled()),
    };
    let taken_back = intent.standing == Standing::TakenBack;
    Armed {
        order: intent.order,
        agent_name: intent.agent_name,
        phase,
        since: now,
        asked: intent.asked,
        joined: 0,
        problem: Some(problem),
        coaching,
        before: None,
        // Which of several orders was the last the server took, was not written down.
        older_may_hold: phase == ArmedPhase::Unclear,
        lost: (!taken_back).then_some(DriftCause::Restarted),
        taken_back,
        doubt: None,
        by_itself: ByItself::default(),
    }
}
