//! Typed control of written sessions: the second half of [`Handle`].

use crate::control::{
    ArmedView, ControlError, CustomerView, Leak, SessionMonitorRequest, SessionRequest, SessionView,
};
use crate::handle::{Done, Handle};
use crate::scenario::{Scenario, ScenarioError};
use crate::world::written::{Arm, ArmKey, ChatExtent, SessionKey, SupervisorMode};
use crate::world::{Deed, Load, PersonKey, Refusal, World};

/// Written sessions, named by their id.
impl Handle {
    /// A customer writes, and the session is offered to the agent. Gives the session id.
    pub fn offer_session(&self, agent: &str, request: &SessionRequest) -> Result<String, ControlError> {
        self.open(Some(agent), None, false, request)
    }

    /// A customer writes, and the agent takes the session at once. Gives the session id.
    pub fn take_session(&self, agent: &str, request: &SessionRequest) -> Result<String, ControlError> {
        self.open(Some(agent), None, true, request)
    }

    /// A customer writes and nobody is there yet: the session waits in a queue. Gives the session id.
    pub fn queue_customer(&self, queue: &str, request: &SessionRequest) -> Result<String, ControlError> {
        self.open(None, Some(queue), false, request)
    }

    fn open(
        &self,
        person: Option<&str>,
        queue: Option<&str>,
        accept: bool,
        request: &SessionRequest,
    ) -> Result<String, ControlError> {
        let opened = self.perform(&Deed::Open {
            session: None,
            person: person.map(str::to_owned),
            queue: queue.map(str::to_owned),
            accept,
            request: request.clone(),
        });
        opened.map(Option::unwrap_or_default)
    }

    /// The person takes the session offered to them.
    pub fn accept_session(&self, session: &str, person: &str) -> Done {
        let (session, person) = (session.to_owned(), person.to_owned());
        self.do_it(&Deed::Accept { session, person })
    }

    /// The person turns the session offered to them down.
    pub fn reject_session(&self, session: &str, person: &str) -> Done {
        let (session, person) = (session.to_owned(), person.to_owned());
        self.do_it(&Deed::Reject { session, person })
    }

    /// The customer writes.
    pub fn customer_writes(&self, session: &str, text: &str) -> Done {
        let (session, text) = (session.to_owned(), text.to_owned());
        self.do_it(&Deed::CustomerWrites { session, text })
    }

    /// The customer starts (or stops) typing.
    pub fn customer_types(&self, session: &str, typing: bool) -> Done {
        let session = session.to_owned();
        self.do_it(&Deed::CustomerTypes { session, typing })
    }

    /// Somebody in the session writes to everybody; without a name its first agent does.
    pub fn agent_writes(&self, session: &str, person: Option<&str>, text: &str) -> Done {
        self.do_it(&Deed::AgentWrites {
            session: session.to_owned(),
            person: person.map(str::to_owned),
            text: text.to_owned(),
        })
    }

    /// Somebody in the session writes to the agents and supervisors only; without a name its first agent does.
    pub fn agent_whispers(&self, session: &str, person: Option<&str>, text: &str) -> Done {
        self.do_it(&Deed::AgentWhispers {
            session: session.to_owned(),
            person: person.map(str::to_owned),
            text: text.to_owned(),
        })
    }

    /// Somebody in the session starts (or stops) typing to everybody; without a name its first agent does.
    pub fn agent_types(&self, session: &str, person: Option<&str>, typing: bool) -> Done {
        self.do_it(&Deed::AgentTypes {
            session: session.to_owned(),
            person: person.map(str::to_owned),
            typing,
        })
    }

    /// The first agent of the session sends a link to everybody.
    pub fn push_url(&self, session: &str, url: &str) -> Done {
        self.do_it(&Deed::PushUrl {
            session: session.to_owned(),
            person: None,
            url: url.to_owned(),
        })
    }

    /// The server says something to everybody in the session.
    pub fn announce(&self, session: &str, text: &str) -> Done {
        let (session, text) = (session.to_owned(), text.to_owned());
        self.do_it(&Deed::Notice { session, text })
    }

    /// Another agent is offered the session as well.
    pub fn invite_to_session(&self, session: &str, person: &str) -> Done {
        let (session, person) = (session.to_owned(), person.to_owned());
        self.do_it(&Deed::Invite { session, person })
    }

    /// Another agent comes into the session (a conference).
    pub fn join_session(&self, session: &str, person: &str) -> Done {
        let (session, person) = (session.to_owned(), person.to_owned());
        self.do_it(&Deed::Join { session, person })
    }

    /// Another agent is consulted: the customer does not know.
    pub fn consult_in_session(&self, session: &str, person: &str) -> Done {
        let (session, person) = (session.to_owned(), person.to_owned());
        self.do_it(&Deed::Consult { session, person })
    }

    /// Somebody leaves the session; without a name its first agent does.
    pub fn leave_session(&self, session: &str, person: Option<&str>) -> Done {
        self.do_it(&Deed::Leave {
            session: session.to_owned(),
            person: person.map(str::to_owned),
        })
    }

    /// The first agent hands the session to a colleague, who takes it at once.
    pub fn transfer_session(&self, session: &str, to: &str) -> Done {
        let (session, to) = (session.to_owned(), to.to_owned());
        self.do_it(&Deed::Transfer { session, to })
    }

    /// The first agent puts the session in a queue.
    pub fn queue_session(&self, session: &str, queue: &str) -> Done {
        let (session, queue) = (session.to_owned(), queue.to_owned());
        self.do_it(&Deed::Queue { session, queue })
    }

    /// The session is over for everybody.
    pub fn complete_session(&self, session: &str) -> Done {
        let session = session.to_owned();
        self.do_it(&Deed::Complete { session })
    }

    /// The person logs in to a written channel (`smssession` or `chat`) and is ready.
    pub fn enter_channel(&self, person: &str, medium: &str) -> Done {
        let (person, medium) = (person.to_owned(), medium.to_owned());
        self.do_it(&Deed::EnterChannel { person, medium })
    }

    /// The person logs out of a written channel: their sessions are left, and nobody monitors them there any more.
    pub fn leave_channel(&self, person: &str, medium: &str) -> Done {
        let (person, medium) = (person.to_owned(), medium.to_owned());
        self.do_it(&Deed::LeaveChannel { person, medium })
    }

    /// Makes a supervisor (say, `maria`) monitor an agent's written sessions; they log in to the channel if need be.
    pub fn monitor_sessions(&self, supervisor: &str, agent: &str, request: &SessionMonitorRequest) -> Done {
        self.at(supervisor, |state, supervisor, _| {
            let key = arm_key(&state.world, supervisor, agent, &request.medium)?;
            let arm = Arm {
                mode: SupervisorMode::parse(&request.operation)
                    .ok_or_else(|| Refusal::out_of_range("operation"))?,
                extent: ChatExtent::parse(&request.mode).ok_or_else(|| Refusal::out_of_range("mode"))?,
                nickname: request.nickname.clone(),
            };
            state.world.enter_channel(supervisor, key.medium);
            state.world.arm(key, arm)
        })
    }

    /// Ends what that supervisor monitors of that agent's written sessions.
    pub fn cancel_session_monitoring(&self, supervisor: &str, agent: &str, medium: &str) -> Done {
        self.at(supervisor, |state, supervisor, _| {
            let key = arm_key(&state.world, supervisor, agent, medium)?;
            state.world.disarm(key)
        })
    }

    /// The server forgets whose written sessions a supervisor monitors, and says nothing.
    pub fn forget_monitoring(&self, supervisor: &str) -> Done {
        self.at(supervisor, |state, supervisor, _| {
            state.world.forget_arms(supervisor);
            Ok(())
        })
    }

    /// The server loses the written sessions a supervisor has joined, and says nothing.
    pub fn lose_sessions(&self, supervisor: &str) -> Done {
        self.at(supervisor, |state, supervisor, _| {
            state.world.lose_seats(supervisor);
            Ok(())
        })
    }

    /// The load on the floor, if there is one.
    pub fn load(&self) -> Option<Load> {
        self.floor.with(|state| state.world.load())
    }

    /// Puts a load of written sessions on the floor, in place of the one there was, or takes it off.
    pub fn set_load(&self, load: Option<Load>) -> Done {
        self.floor.with(|state| state.world.set_load(load))?;
        Ok(())
    }

    /// Plays a scenario from now on, in place of the one that is played.
    pub fn play(&self, scenario: Scenario) -> Result<(), ScenarioError> {
        self.floor.with(|state| state.world.play(scenario))
    }

    /// What the scenario wanted and could not have, in words; empty when everything went as written.
    pub fn scenario_problems(&self) -> Vec<String> {
        self.floor.with(|state| state.world.scenario_problems())
    }

    /// Every written session that is not over, oldest first.
    pub fn sessions(&self) -> Vec<SessionView> {
        self.floor.with(|state| state.world.session_views())
    }

    /// One written session with everything in it. Ended ones can be asked about for a good while.
    pub fn session(&self, session: &str) -> Result<SessionView, ControlError> {
        self.find_session(session, World::session_view)
    }

    /// Exactly what the customer of a session can see.
    pub fn customer_view(&self, session: &str) -> Result<CustomerView, ControlError> {
        self.find_session(session, World::customer_view)
    }

    /// Who is armed for whom in written sessions.
    pub fn armed(&self) -> Vec<ArmedView> {
        self.floor.with(|state| state.world.armed_views())
    }

    /// What customers got to see of people who were hidden from them. A safe client leaves this empty.
    pub fn leaks(&self) -> Vec<Leak> {
        self.floor.with(|state| state.world.leaks())
    }

    /// Empties the record of leaks.
    pub fn clear_leaks(&self) {
        self.floor.with(|state| state.world.clear_leaks());
    }

    fn find_session<T>(
        &self,
        id: &str,
        look: impl FnOnce(&World, SessionKey) -> Option<T>,
    ) -> Result<T, ControlError> {
        self.floor.with(|state| {
            let session = state.world.session_by_id(id);
            session
                .and_then(|session| look(&state.world, session))
                .ok_or_else(|| ControlError::UnknownSession(id.to_owned()))
        })
    }
}

fn arm_key(world: &World, supervisor: PersonKey, agent: &str, medium: &str) -> Result<ArmKey, Refusal> {
    Ok(ArmKey {
        agent: world
            .find_person(agent)
            .ok_or_else(|| Refusal::not_found(agent))?,
        medium: World::medium_named(medium).ok_or_else(|| Refusal::out_of_range("medium"))?,
        supervisor,
    })
}
