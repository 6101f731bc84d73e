//! Typed control of written sessions: the second half of [`Handle`].

use crate::control::{
    ArmedView, ControlError, CustomerView, Leak, SessionMonitorRequest, SessionRequest, SessionView,
};
use crate::floor::State;
use crate::handle::{Done, Handle};
use crate::world::written::{
    Arm, ArmKey, ChatExtent, Medium, Opening, Place, Recipient, Role, SeatState, SessionKey, SupervisorMode,
    Visibility,
};
use crate::world::{PersonKey, Refusal, World};

/// Written sessions.
///
/// Sessions are named by their id, people as everywhere.
impl Handle {
    /// A customer writes, and the session is offered to the agent. Gives the session id.
    pub fn offer_session(&self, agent: &str, request: &SessionRequest) -> Result<String, ControlError> {
        self.at(agent, |state, person, _| {
            let opening = opening(request)?;
            // Asked before anything is opened: a refusal changes nothing.
            state.world.check_channel(person, opening.medium)?;
            let session = state.world.open_session(opening);
            state.world.offer_session(session, person, Role::Agent)?;
            Ok(id_of(state, session))
        })
    }

    /// A customer writes, and the agent takes the session at once. Gives the session id.
    pub fn take_session(&self, agent: &str, request: &SessionRequest) -> Result<String, ControlError> {
        let id = self.offer_session(agent, request)?;
        self.accept_session(&id, agent)?;
        Ok(id)
    }

    /// A customer writes and nobody is there yet: the session waits in a queue. Gives the session id.
    pub fn queue_customer(&self, queue: &str, request: &SessionRequest) -> Result<String, ControlError> {
        self.floor.with(|state| {
            let opening = opening(request).map_err(|refusal| not_possible(&refusal))?;
            let session = state.world.open_session(opening);
            state.world.put_in_queue(session, queue.to_owned());
            Ok(id_of(state, session))
        })
    }

    /// The person takes the session offered to them.
    pub fn accept_session(&self, session: &str, person: &str) -> Done {
        self.in_place(session, Some(person), |world, place| {
            world.accept_session(place, None)
        })
    }

    /// The person turns the session offered to them down.
    pub fn reject_session(&self, session: &str, person: &str) -> Done {
        self.in_place(session, Some(person), World::reject_session)
    }

    /// The customer writes.
    pub fn customer_writes(&self, session: &str, text: &str) -> Done {
        self.in_session(session, |world, session| {
            open(world, session)?;
            world.customer_writes(session, text);
            Ok(())
        })
    }

    /// The customer starts (or stops) typing.
    pub fn customer_types(&self, session: &str, typing: bool) -> Done {
        self.in_session(session, |world, session| {
            open(world, session)?;
            world.customer_types(session, typing);
            Ok(())
        })
    }

    /// Somebody in the session writes to everybody; without a name its first agent does.
    pub fn agent_writes(&self, session: &str, person: Option<&str>, text: &str) -> Done {
        self.in_place(session, person, |world, place| {
            present(world, place)?;
            world.write(place, text, Visibility::All);
            Ok(())
        })
    }

    /// Somebody in the session writes to the agents and supervisors only; without a name its first agent does.
    pub fn agent_whispers(&self, session: &str, person: Option<&str>, text: &str) -> Done {
        self.in_place(session, person, |world, place| {
            present(world, place)?;
            world.write(place, text, Visibility::Agents);
            Ok(())
        })
    }

    /// Somebody in the session starts (or stops) typing to everybody; without a name its first agent does.
    pub fn agent_types(&self, session: &str, person: Option<&str>, typing: bool) -> Done {
        self.in_place(session, person, |world, place| {
            present(world, place)?;
            world.set_typing(place, typing, Visibility::All);
            Ok(())
        })
    }

    /// Another agent is offered the session as well.
    pub fn invite_to_session(&self, session: &str, person: &str) -> Done {
        self.with_person(session, person, |world, session, person| {
            world.offer_session(session, person, Role::Agent)
        })
    }

    /// Another agent comes into the session (a conference).
    pub fn join_session(&self, session: &str, person: &str) -> Done {
        self.with_person(session, person, |world, session, person| {
            world.offer_session(session, person, Role::Agent)?;
            world.accept_session(Place { session, person }, None)
        })
    }

    /// Another agent is consulted: the customer does not know.
    pub fn consult_in_session(&self, session: &str, person: &str) -> Done {
        self.with_person(session, person, |world, session, person| {
            world.offer_session(session, person, Role::Consultant)?;
            world.accept_session(Place { session, person }, None)
        })
    }

    /// Somebody leaves the session; without a name its first agent does.
    pub fn leave_session(&self, session: &str, person: Option<&str>) -> Done {
        self.in_place(session, person, |world, place| {
            present(world, place)?;
            world.leave_session(place);
            Ok(())
        })
    }

    /// The first agent hands the session to a colleague, who takes it at once.
    pub fn transfer_session(&self, session: &str, to: &str) -> Done {
        self.with_person(session, to, |world, session, person| {
            let from = first_agent(world, session)?;
            world.hand_on(from, Recipient::Person(person))?;
            world.accept_session(Place { session, person }, None)
        })
    }

    /// The first agent puts the session in a queue.
    pub fn queue_session(&self, session: &str, queue: &str) -> Done {
        self.in_place(session, None, |world, place| {
            world.hand_on(place, Recipient::Queue(queue.to_owned()))
        })
    }

    /// The session is over for everybody.
    pub fn complete_session(&self, session: &str) -> Done {
        self.in_session(session, |world, session| {
            open(world, session)?;
            world.end_session_for_all(session);
            Ok(())
        })
    }

    /// The person logs out of a written channel (`smssession` or `chat`).
    pub fn leave_channel(&self, person: &str, medium: &str) -> Done {
        self.at(person, |state, person, _| {
            let medium = medium_of(medium)?;
            let channels = state.world.person(person).media.clone();
            for channel in channels {
                if World::medium_named(&channel.name) == Some(medium) {
                    state.world.leave_channel(person, &channel.name);
                }
            }
            Ok(())
        })
    }

    /// The person logs in to a written channel and is ready.
    pub fn enter_channel(&self, person: &str, medium: &str) -> Done {
        self.at(person, |state, person, _| {
            state.world.enter_channel(person, medium_of(medium)?);
            Ok(())
        })
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

    /// The server forgets whom a supervisor monitors, and says nothing.
    pub fn forget_monitoring(&self, supervisor: &str) -> Done {
        self.at(supervisor, |state, supervisor, _| {
            state.world.forget_arms(supervisor);
            Ok(())
        })
    }

    /// The server loses the sessions a supervisor has joined, and says nothing.
    pub fn lose_sessions(&self, supervisor: &str) -> Done {
        self.at(supervisor, |state, supervisor, _| {
            state.world.lose_seats(supervisor);
            Ok(())
        })
    }

    /// Every written session that has not ended, oldest first.
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

    fn in_session(&self, id: &str, work: impl FnOnce(&mut World, SessionKey) -> Result<(), Refusal>) -> Done {
        self.floor.with(|state| {
            let session = state
                .world
                .session_by_id(id)
                .ok_or_else(|| ControlError::UnknownSession(id.to_owned()))?;
            work(&mut state.world, session).map_err(|refusal| not_possible(&refusal))
        })
    }

    /// Does something with a session and a person who need not be in it.
    fn with_person(
        &self,
        id: &str,
        name: &str,
        work: impl FnOnce(&mut World, SessionKey, PersonKey) -> Result<(), Refusal>,
    ) -> Done {
        let person = self.at(name, |_, person, _| Ok(person))?;
        self.in_session(id, |world, session| {
            open(world, session)?;
            work(world, session, person)
        })
    }

    /// Does something with a session and a person in it; without a name, with its first agent.
    fn in_place(
        &self,
        id: &str,
        name: Option<&str>,
        work: impl FnOnce(&mut World, Place) -> Result<(), Refusal>,
    ) -> Done {
        let person = name
            .map(|name| self.at(name, |_, person, _| Ok(person)))
            .transpose()?;
        self.in_session(id, |world, session| {
            let place = match person {
                Some(person) => Place { session, person },
                None => first_agent(world, session)?,
            };
            if world.seat_at(place).is_none() {
                return Err(Refusal::not_now("this person is not in the session"));
            }
            work(world, place)
        })
    }
}

fn not_possible(refusal: &Refusal) -> ControlError {
    ControlError::NotPossible(refusal.to_string())
}

fn id_of(state: &State, session: SessionKey) -> String {
    state
        .world
        .written(session)
        .map(|session| session.id.clone())
        .unwrap_or_default()
}

fn medium_of(name: &str) -> Result<Medium, Refusal> {
    World::medium_named(name).ok_or_else(|| Refusal::out_of_range("medium"))
}

fn opening(request: &SessionRequest) -> Result<Opening, Refusal> {
    Ok(Opening {
        medium: medium_of(&request.medium)?,
        customer: request.customer.clone(),
        user_data: request.user_data.clone(),
        text: request.text.clone(),
    })
}

fn arm_key(world: &World, supervisor: PersonKey, agent: &str, medium: &str) -> Result<ArmKey, Refusal> {
    Ok(ArmKey {
        agent: world
            .find_person(agent)
            .ok_or_else(|| Refusal::not_found(agent))?,
        medium: medium_of(medium)?,
        supervisor,
    })
}

fn open(world: &World, session: SessionKey) -> Result<(), Refusal> {
    if world.written(session).is_some_and(|session| session.closed) {
        return Err(Refusal::not_now("the session is over"));
    }
    Ok(())
}

fn present(world: &World, place: Place) -> Result<(), Refusal> {
    let chatting = world
        .seat_at(place)
        .is_some_and(|seat| seat.state == SeatState::Chatting);
    if chatting {
        Ok(())
    } else {
        Err(Refusal::not_now("this person is not in the conversation"))
    }
}

fn first_agent(world: &World, session: SessionKey) -> Result<Place, Refusal> {
    let agent = world
        .written(session)
        .and_then(|session| session.agents().next())
        .map(|seat| seat.person);
    agent
        .map(|person| Place { session, person })
        .ok_or_else(|| Refusal::not_now("no agent is in the session"))
}
