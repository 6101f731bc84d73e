//! Joining a session that runs already (`gws/digital.md 2.3`). Which sessions an agent is in is documented nowhere, so
//! a server may not tell (`gws/digital.md 11`, 5).

use gws::digital::{Session, SessionAddress};
use gws::{DigitalOperation, StatusCode, UserId};

use super::joining::of_wire;
use super::people::People;
use super::session::{Origin, is_end, mode_of};
use super::{About, AboutRunning, Request, line::Cast, view, words};
use crate::desk::Desk;
use crate::fault::Fault;
use crate::input::{CallFailure, Effect, Occurrence};
use crate::moment::Moment;
use crate::order::{Act, Medium};
use crate::rules;
use crate::view::{AgentSessionsView, RunningView, StepKind};

/// The sessions of the agent who was asked about last.
#[derive(Debug)]
pub(super) struct Running {
    agent: String,
    medium: Medium,
    reading: bool,
    sessions: Vec<(SessionAddress, RunningView)>,
    problem: Option<Fault>,
}

impl Desk {
    pub(super) fn find_running(&mut self, agent: &str, medium: Medium) -> Result<Vec<Effect>, Fault> {
        if let Some(hindrance) = self.written_hindrance() {
            return Err(hindrance);
        }
        self.written.running = Some(Running {
            agent: agent.to_owned(),
            medium,
            reading: true,
            sessions: Vec::new(),
            problem: None,
        });
        let agent = UserId::from(agent);
        Ok(vec![Effect::ReadAgentSessions { agent, medium }])
    }

    /// The sessions of an agent were read. An answer about somebody else came too late.
    pub(crate) fn agent_sessions_read(
        &mut self,
        agent: &UserId,
        medium: Medium,
        outcome: Result<Vec<Session>, CallFailure>,
    ) {
        let asked = self
            .written
            .running
            .take_if(|running| running.agent == agent.as_str() && running.medium == medium);
        let Some(mut running) = asked else { return };
        running.reading = false;
        match outcome {
            Ok(sessions) => {
                running.problem = None;
                let open = sessions
                    .iter()
                    .filter(|session| !session.state.as_ref().is_some_and(is_end));
                running.sessions = open
                    .map(|session| self.running_session(session, medium))
                    .collect();
            }
            Err(failure) => running.problem = Some(why_not(&failure)),
        }
        self.written.running = Some(running);
    }

    pub(super) fn running_view(&self) -> Option<AgentSessionsView> {
        let running = self.written.running.as_ref()?;
        let joined = |view: &RunningView| {
            let session = self.written.board.find(&view.key);
            session.is_some_and(|session| !session.is_over())
        };
        Some(AgentSessionsView {
            agent_id: running.agent.clone(),
            medium: running.medium,
            reading: running.reading,
            sessions: running
                .sessions
                .iter()
                .map(|(_, view)| view.clone())
                .filter(|view| !joined(view))
                .collect(),
            problem: running.problem.clone(),
        })
    }

    pub(super) fn join_now(
        &mut self,
        agent: &str,
        session: &str,
        act: Act,
        reason: Option<&str>,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        let reason = rules::reason(reason)?;
        if self
            .written
            .board
            .find(session)
            .is_some_and(|session| !session.is_over())
        {
            return Err(words::already("You are in this session already."));
        }
        let asking = self
            .written
            .open
            .values()
            .any(|request| matches!(request, Request::Join(about) if about.session == session));
        if asking {
            return Err(words::already(
                "The server has not answered the last request yet.",
            ));
        }
        let running = self
            .written
            .running
            .as_ref()
            .filter(|running| running.agent == agent);
        let known = running.and_then(|running| running.sessions.iter().find(|(_, view)| view.key == session));
        let (address, _) = known.ok_or_else(words::not_running)?;
        let address = address.clone();
        let medium = of_wire(address.medium);
        self.rules.check(medium.into(), act, reason.as_deref())?;
        let about = AboutRunning {
            session: session.to_owned(),
            medium,
            origin: Origin {
                agent_id: agent.to_owned(),
                agent_name: self.agent_name(agent),
                act,
                extent: None,
                reason,
            },
            coaching: self.voice.next_number(),
            asked: now,
        };
        self.note_join(&about, StepKind::Asked, now);
        let expected = (about.coaching, about.origin.clone());
        self.written.joining.insert(session.to_owned(), expected);
        let operation = DigitalOperation::Intrude {
            agent: UserId::from(agent),
            session: address,
            mode: Some(mode_of(act)),
        };
        Ok(vec![self.send(operation, Request::Join(about))])
    }

    pub(super) fn join_replied(
        &mut self,
        about: &AboutRunning,
        outcome: &Result<(), CallFailure>,
        now: Moment,
    ) {
        if let (Err(failure), Some(running)) = (outcome, &mut self.written.running) {
            running.problem = Some(words::refusal(failure, about.medium));
        }
        match outcome {
            Ok(()) => self.note_join(about, StepKind::Accepted, now),
            Err(CallFailure::Refused { .. } | CallFailure::Withheld(_)) => {
                self.written.joining.remove(&about.session);
                self.note_join(about, StepKind::Refused, now);
            }
            // The invitation will tell, or none comes.
            Err(CallFailure::Unanswered(_)) => {}
        }
    }

    fn note_join(&mut self, joining: &AboutRunning, kind: StepKind, now: Moment) {
        let about = About {
            coaching: joining.coaching,
            agent_id: joining.origin.agent_id.clone(),
            agent_name: joining.origin.agent_name.clone(),
            medium: joining.medium,
            act: Some(joining.origin.act),
            extent: None,
            reason: joining.origin.reason.clone(),
        };
        let took = (kind != StepKind::Asked).then(|| now.since(joining.asked));
        let happening = about.happens(Occurrence::Step(kind), took, None, now);
        self.written.recorded.push(happening);
    }

    fn agent_name(&self, agent: &str) -> String {
        let known = self.roster.find(agent);
        known.map_or_else(|| agent.to_owned(), |entry| entry.agent.name.clone())
    }

    fn running_session(&self, session: &Session, medium: Medium) -> (SessionAddress, RunningView) {
        let own = self.own_id();
        let mut people = People::default();
        let cast = Cast {
            own: own.as_ref(),
            session,
        };
        people.look(cast, None, &self.roster);
        let address = session.address(medium.wire());
        let view = RunningView {
            key: address.to_string(),
            customer: people.customer().to_owned(),
            topic: view::topic(session),
        };
        (address, view)
    }
}

/// A server that does not know such a list, or does not show it, offers none of it.
fn why_not(failure: &CallFailure) -> Fault {
    match failure {
        CallFailure::Refused {
            status: StatusCode::NotFound | StatusCode::Forbidden | StatusCode::NotPermitted,
            ..
        } => words::running_not_listed(),
        other => other.fault(),
    }
}
