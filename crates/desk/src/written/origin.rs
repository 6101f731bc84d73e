//! Which order brought a session, and whether that has used the order up. A session says who takes part and not what it came of,
//! and its first word may be late: an order that may hold is never given up for a session that another may have brought.

use super::people;
use super::session::{Joined, Origin};
use crate::desk::Desk;
use crate::input::{Arrival, Effect};
use crate::moment::Moment;
use crate::view::SessionPhase;

impl Desk {
    /// Which armed agent brought this session, once we are in it.
    pub(super) fn find_origin(&mut self, key: &str, effects: &mut Vec<Effect>, now: Moment) {
        let own = self.own_id();
        let Some(session) = self.written.board.find(key) else {
            return;
        };
        // Also a session that could not be joined may use up what it came of.
        let failed = session.phase == SessionPhase::Failed;
        let there = session.seen_by(own.as_ref()).is_some();
        if !(there || failed) || session.origin.is_some() || session.invited {
            return;
        }
        let orders = self.may_have_brought(session);
        let Some(first) = orders.first().copied() else {
            return;
        };
        let certain = there && orders.len() == 1 && !self.may_be_of_another(session, first);
        let mut used_up = false;
        for line in self.written.ledger.iter_mut() {
            if orders.contains(&line.coaching) {
                used_up |= line.has_brought(certain, now);
            }
        }
        if failed {
            return;
        }
        self.came_of(key, first, effects);
        if used_up {
            self.written.ledger.remove(first);
        }
        self.keep_intents(effects);
    }

    /// The orders for agents who take part in it, by their numbers.
    fn may_have_brought(&self, session: &Joined) -> Vec<u64> {
        let own = self.own_id();
        let agents: Vec<&str> = people::agents(&session.said, own.as_ref()).collect();
        let lines = self.written.ledger.iter().filter(|line| {
            line.may_bring()
                && line.order.medium == session.medium
                && line.asked <= session.first_seen
                && agents.contains(&line.order.agent_id.as_str())
        });
        lines.map(|line| line.coaching).collect()
    }

    /// Whether it may be of an order that is over by now, or, where its beginning was not heard, of one for an agent who has left
    /// it since.
    fn may_be_of_another(&self, session: &Joined, order: u64) -> bool {
        let own = self.own_id();
        let ledger = &self.written.ledger;
        let ended = people::agents(&session.said, own.as_ref())
            .any(|agent| ledger.may_be_of_ended(agent, session.medium));
        let others = ledger
            .iter()
            .any(|line| line.coaching != order && line.order.medium == session.medium && line.may_bring());
        ended || (others && !session.heard)
    }

    fn came_of(&mut self, key: &str, order: u64, effects: &mut Vec<Effect>) {
        let own = self.own_id();
        let (Some(session), Some(line)) = (self.written.board.find_mut(key), self.written.ledger.of(order))
        else {
            return;
        };
        line.joined = line.joined.saturating_add(1);
        if !session.is_written_down {
            session.coaching = line.coaching;
        }
        session.came_of(Origin {
            agent_id: line.order.agent_id.clone(),
            agent_name: line.agent_name.clone(),
            act: line.order.act,
            extent: line.order.extent,
            reason: line.order.reason.clone(),
        });
        effects.push(Effect::Arrived(Arrival {
            session: session.key.clone(),
            agent_name: line.agent_name.clone(),
            customer: session.people.customer().to_owned(),
        }));
        session.look_round(own.as_ref(), &self.roster);
    }
}
