//! What the supervisor does in a session beside writing: another way of being in it, accepting, leaving, marking as
//! done. Each is checked against what the server offers, and refused in words before anything goes on the wire.

use gws::{DigitalOperation, SessionAct};

use super::leaving::effect_of_leaving;
use super::pending::{Pending, Wish};
use super::session::{Joined, act_of, mode_of};
use super::{Request, words};
use crate::desk::Desk;
use crate::fault::Fault;
use crate::input::{Effect, Ticket};
use crate::moment::Moment;
use crate::order::{Act, Medium};
use crate::rules;
use crate::view::{LeaveEffect, SessionPhase};

impl Desk {
    pub(super) fn session(&self, key: &str) -> Result<&Joined, Fault> {
        self.written.board.find(key).ok_or_else(words::session_gone)
    }

    pub(super) fn session_mut(&mut self, key: &str) -> Result<&mut Joined, Fault> {
        self.written.board.find_mut(key).ok_or_else(words::session_gone)
    }

    pub(super) fn switch_session(
        &mut self,
        key: &str,
        act: Act,
        reason: Option<&str>,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        let session = self.session(key)?;
        let reason = rules::reason(reason)?.or_else(|| session.reason.clone());
        self.rules.check(session.medium.into(), act, reason.as_deref())?;
        if session.phase != SessionPhase::Live {
            return Err(words::session_gone());
        }
        if session.switching.is_some() {
            return Err(words::already(
                "The server has not confirmed the last switch yet.",
            ));
        }
        if act_of(self.readership_in(session)) == Some(act) {
            return Err(words::already("This is how you are in the session already."));
        }
        let change = SessionAct::SwitchTo(mode_of(act));
        if !session.offers(change.name()) {
            return Err(words::not_offered(words::doing(act)));
        }
        let (ticket, effect) = self.send_in_session(key, change)?;
        let session = self.session_mut(key)?;
        session.switching = Some(Pending::new(act, ticket, now));
        session.reason = reason;
        Ok(vec![effect])
    }

    pub(super) fn accept(
        &mut self,
        key: &str,
        nickname: Option<&str>,
        reason: Option<&str>,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        let nickname = self.own_nickname(nickname)?;
        let session = self.invitation(key)?;
        if !session.offers("Accept") {
            return Err(words::not_offered("accepting"));
        }
        let armed = session.people.agent_id.as_deref();
        let armed = armed.and_then(|agent| self.written.ledger.find(agent, session.medium));
        let reason = rules::reason(reason)?
            .or_else(|| session.reason.clone())
            .or_else(|| armed?.order.reason.clone());
        let act = self.act_behind(key, session, armed.map(|line| line.order.act));
        self.rules.check(session.medium.into(), act, reason.as_deref())?;
        let user = self.me.user.as_ref();
        let own_name = || user.map(|user| user.user_name.clone().unwrap_or_else(|| user.display_name()));
        let nickname = nickname
            .or_else(|| armed?.order.nickname.clone())
            .or_else(own_name)
            .unwrap_or_default();
        let accept = SessionAct::Accept {
            nickname,
            save_last_agent: None,
        };
        let effects = self.wish(key, Wish::Accept, accept, now)?;
        self.session_mut(key)?.reason = reason;
        Ok(effects)
    }

    /// How we will be in a session that we accept. Where nobody knows, it may be read by everybody.
    fn act_behind(&self, key: &str, session: &Joined, armed: Option<Act>) -> Act {
        let asked = self.written.joining.get(key).map(|(_, origin)| origin.act);
        let origin = session.origin.as_ref().map(|origin| origin.act);
        asked.or(origin).or(armed).unwrap_or(Act::BargeIn)
    }

    pub(super) fn reject(&mut self, key: &str, now: Moment) -> Result<Vec<Effect>, Fault> {
        if !self.invitation(key)?.offers("Reject") {
            return Err(words::not_offered("turning it down"));
        }
        self.wish(key, Wish::Reject, SessionAct::Reject, now)
    }

    pub(super) fn leave(&mut self, key: &str, knowing: bool, now: Moment) -> Result<Vec<Effect>, Fault> {
        let session = self.session(key)?;
        match session.phase {
            SessionPhase::Live | SessionPhase::Joining => {}
            SessionPhase::Leaving => {
                return Err(words::already("The server has not confirmed that you left yet."));
            }
            _ => return Err(words::session_gone()),
        }
        match self.leave_effect(session) {
            LeaveEffect::GoesOn => {}
            LeaveEffect::Unknown if knowing => {}
            LeaveEffect::Unknown => return Err(words::may_end()),
            LeaveEffect::EndsForCustomer => return Err(words::would_end()),
            LeaveEffect::NotOffered => return Err(words::not_offered("leaving")),
        }
        self.wish(key, Wish::Leave, SessionAct::Leave, now)
    }

    /// What leaving this session would do now.
    pub(super) fn leave_effect(&self, session: &Joined) -> LeaveEffect {
        if !matches!(
            session.phase,
            SessionPhase::Live | SessionPhase::Joining | SessionPhase::Leaving
        ) {
            return LeaveEffect::NotOffered;
        }
        match effect_of_leaving(&session.said, self.own_id().as_ref()) {
            // The agent who was there before the link was lost need not be there now.
            LeaveEffect::GoesOn if !session.believed => LeaveEffect::Unknown,
            effect => effect,
        }
    }

    /// Leaves the sessions that came of this agent, where that is certain to end nothing for the customer.
    pub(super) fn leave_sessions_of(
        &mut self,
        agent: &str,
        medium: Medium,
        effects: &mut Vec<Effect>,
        now: Moment,
    ) {
        let of_agent = |session: &&Joined| {
            let came_of = session.origin.as_ref().map(|origin| origin.agent_id.as_str());
            session.medium == medium && came_of.or(session.people.agent_id.as_deref()) == Some(agent)
        };
        let safe: Vec<String> = self
            .written
            .board
            .iter()
            .filter(of_agent)
            .filter(|session| self.leave_effect(session) == LeaveEffect::GoesOn)
            .map(|session| session.key.clone())
            .collect();
        for key in safe {
            effects.extend(self.leave(&key, false, now).unwrap_or_default());
        }
    }

    pub(super) fn complete(&mut self, key: &str, now: Moment) -> Result<Vec<Effect>, Fault> {
        let session = self.session(key)?;
        if !can_complete(session) {
            return Err(words::not_offered("marking it as done"));
        }
        let complete = SessionAct::Complete {
            queue_name: None,
            save_last_agent: None,
        };
        self.wish(key, Wish::Complete, complete, now)
    }

    pub(super) fn dismiss_session(&mut self, key: &str) -> Result<Vec<Effect>, Fault> {
        if !self.session(key)?.is_over() {
            return Err(words::still_in_it());
        }
        self.written.board.dismiss(key);
        Ok(Vec::new())
    }

    pub(super) fn read_again(&mut self, key: &str, now: Moment) -> Result<Vec<Effect>, Fault> {
        self.session(key)?;
        let mut effects = Vec::new();
        self.read_transcript(key, &mut effects, now);
        Ok(effects)
    }

    fn invitation(&self, key: &str) -> Result<&Joined, Fault> {
        let session = self.session(key)?;
        if session.phase != SessionPhase::Invited {
            return Err(words::session_gone());
        }
        Ok(session)
    }

    fn wish(&mut self, key: &str, wish: Wish, act: SessionAct, now: Moment) -> Result<Vec<Effect>, Fault> {
        if self.session(key)?.wish.is_some() {
            return Err(words::already(
                "The server has not answered the last request yet.",
            ));
        }
        let (ticket, effect) = self.send_in_session(key, act)?;
        self.session_mut(key)?.wish = Some(Pending::new(wish, ticket, now));
        let mut effects = vec![effect];
        self.follow(key, &mut effects, now);
        Ok(effects)
    }

    fn send_in_session(&mut self, key: &str, act: SessionAct) -> Result<(Ticket, Effect), Fault> {
        let session = self.session(key)?.address.clone();
        let request = Request::InSession {
            session: key.to_owned(),
        };
        Ok(self.send_with_ticket(DigitalOperation::Session { session, act }, request))
    }
}

/// Whether the server lets us mark it as done, where nothing else is left to do.
pub(super) fn can_complete(session: &Joined) -> bool {
    let left_over = matches!(session.phase, SessionPhase::Left | SessionPhase::Failed);
    left_over && session.said.lists("Complete")
}
