//! The written part of what may bring the supervisor into somebody's session, or has.

use super::pending::Wish;
use super::session::{Joined, act_of};
use crate::claims::{Claim, ClaimOn};
use crate::desk::Desk;
use crate::view::SessionPhase;

impl Desk {
    pub(crate) fn written_claims(&self) -> impl Iterator<Item = Claim> {
        let armed = self.written.ledger.iter().filter(|line| line.may_bring());
        let armed = armed.map(|line| Claim {
            on: ClaimOn::AgentsSessions {
                agent_id: line.order.agent_id.clone(),
                medium: line.order.medium,
            },
            agent_id: Some(line.order.agent_id.clone()),
            act: Some(line.order.act),
            coaching: Some(line.coaching),
        });
        // Once its invitation is here, it is one of the sessions.
        let asked = self
            .written
            .joining
            .iter()
            .map(|(session, (coaching, origin))| Claim {
                on: ClaimOn::Session(session.clone()),
                agent_id: Some(origin.agent_id.clone()),
                act: Some(origin.act),
                coaching: Some(*coaching),
            });
        let sessions = self.written.board.iter().filter(|session| is_claimed(session));
        let sessions = sessions.map(|session| {
            let origin = session.origin.as_ref();
            let there = act_of(self.readership_in(session)).filter(|_| session.joined.is_some());
            let switching = session.switching.map(|switch| switch.what);
            Claim {
                on: ClaimOn::Session(session.key.clone()),
                agent_id: origin
                    .map(|origin| origin.agent_id.clone())
                    .or_else(|| session.people.agent_id.clone()),
                act: switching.or(there).or_else(|| origin.map(|origin| origin.act)),
                coaching: Some(session.coaching),
            }
        });
        armed.chain(asked).chain(sessions)
    }
}

/// Whether we are in it, asked to be, or accepted. Until we are in one that comes of an arming, that arming is the claim.
fn is_claimed(session: &Joined) -> bool {
    let accepted = session.wish.is_some_and(|wish| wish.what == Wish::Accept)
        || (session.invited && session.phase != SessionPhase::Invited);
    !session.is_over() && (session.joined.is_some() || session.origin.is_some() || accepted)
}
