//! What a test, a scenario or a curious person makes people do, as one value for each deed.
//!
//! [`Handle`](crate::Handle), the control API and scenario files all come down to this list, so that none of them
//! can do what the others cannot.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::device::{AgentState, Pause};
use super::written::{Medium, Opening, Place, Recipient, Role, SeatState, SessionKey, Visibility};
use super::{CallKey, DeviceKey, LegState, PersonKey, Refusal, World};
use crate::control::{ControlError, SessionRequest};

/// One deed. People are named by user id, sign-in name, full name, phone number or device id; sessions by their id or,
/// in a scenario, by the name it gave them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the names of the fields are the whole of it")]
pub enum Deed {
    // Calls.
    /// A customer's call rings at the person's phone.
    Ring {
        person: String,
    },
    /// A customer's call rings and the person answers at once.
    TakeCall {
        person: String,
    },
    /// The person picks the ringing phone up.
    Answer {
        person: String,
    },
    /// The person puts the call on hold.
    Hold {
        person: String,
    },
    /// The person takes the held call back.
    Retrieve {
        person: String,
    },
    /// The person hands the call to a colleague, who answers at once, or to a number outside.
    TransferCall {
        person: String,
        to: String,
    },
    /// The person hangs up.
    Release {
        person: String,
    },

    // The state of people.
    /// Out of the phone.
    LogOut {
        person: String,
    },
    /// In on the phone, and ready.
    LogIn {
        person: String,
    },
    Ready {
        person: String,
    },
    NotReady {
        person: String,
    },
    /// In on a written channel, and ready.
    EnterChannel {
        person: String,
        #[serde(default = "sms")]
        medium: String,
    },
    /// Out of a written channel.
    LeaveChannel {
        person: String,
        #[serde(default = "sms")]
        medium: String,
    },

    // Written sessions.
    /// A customer writes, and the session is offered to a person, or taken by them at once, or waits in a queue.
    Open {
        #[serde(default)]
        session: Option<String>,
        #[serde(default)]
        person: Option<String>,
        #[serde(default)]
        queue: Option<String>,
        #[serde(default)]
        accept: bool,
        #[serde(default)]
        request: SessionRequest,
    },
    /// The person takes what is offered to them.
    Accept {
        session: String,
        person: String,
    },
    /// The person turns down what is offered to them.
    Reject {
        session: String,
        person: String,
    },
    CustomerWrites {
        session: String,
        text: String,
    },
    CustomerTypes {
        session: String,
        #[serde(default = "yes")]
        typing: bool,
    },
    /// Somebody writes to everybody; without a name the first agent does.
    AgentWrites {
        session: String,
        #[serde(default)]
        person: Option<String>,
        text: String,
    },
    /// Somebody writes to agents and supervisors; without a name the first agent does.
    AgentWhispers {
        session: String,
        #[serde(default)]
        person: Option<String>,
        text: String,
    },
    /// Somebody types to everybody; without a name the first agent does.
    AgentTypes {
        session: String,
        #[serde(default)]
        person: Option<String>,
        #[serde(default = "yes")]
        typing: bool,
    },
    /// Somebody sends a link to everybody; without a name the first agent does.
    PushUrl {
        session: String,
        #[serde(default)]
        person: Option<String>,
        url: String,
    },
    /// The server says something to everybody.
    Notice {
        session: String,
        text: String,
    },
    /// A colleague is asked to join.
    Invite {
        session: String,
        person: String,
    },
    /// A colleague joins at once.
    Join {
        session: String,
        person: String,
    },
    /// A colleague is consulted, unknown to the customer.
    Consult {
        session: String,
        person: String,
    },
    /// Somebody leaves; without a name the first agent does.
    Leave {
        session: String,
        #[serde(default)]
        person: Option<String>,
    },
    /// The first agent hands the session to a colleague, who takes it at once.
    Transfer {
        session: String,
        to: String,
    },
    /// The first agent puts the session in a queue.
    Queue {
        session: String,
        #[serde(default = "waiting")]
        queue: String,
    },
    /// Over for everybody.
    Complete {
        session: String,
    },

    // The server.
    /// Lays a JSON merge patch over the fault switches.
    Faults {
        patch: Value,
    },
}

fn sms() -> String {
    Medium::Sms.resource().to_owned()
}

fn yes() -> bool {
    true
}

fn waiting() -> String {
    "Waiting".to_owned()
}

type Outcome = Result<Option<String>, ControlError>;

impl From<Refusal> for ControlError {
    fn from(refusal: Refusal) -> Self {
        Self::NotPossible(refusal.to_string())
    }
}

impl Deed {
    /// The session it is about, by whatever name.
    pub(crate) fn session_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Open { session, .. } => session.as_mut(),
            Self::Accept { session, .. }
            | Self::Reject { session, .. }
            | Self::CustomerWrites { session, .. }
            | Self::CustomerTypes { session, .. }
            | Self::AgentWrites { session, .. }
            | Self::AgentWhispers { session, .. }
            | Self::AgentTypes { session, .. }
            | Self::PushUrl { session, .. }
            | Self::Notice { session, .. }
            | Self::Invite { session, .. }
            | Self::Join { session, .. }
            | Self::Consult { session, .. }
            | Self::Leave { session, .. }
            | Self::Transfer { session, .. }
            | Self::Queue { session, .. }
            | Self::Complete { session } => Some(session),
            _ => None,
        }
    }

    /// Everybody it names.
    pub(crate) fn people(&self) -> Vec<&str> {
        match self {
            Self::Ring { person }
            | Self::TakeCall { person }
            | Self::Answer { person }
            | Self::Hold { person }
            | Self::Retrieve { person }
            | Self::TransferCall { person, .. }
            | Self::Release { person }
            | Self::LogOut { person }
            | Self::LogIn { person }
            | Self::Ready { person }
            | Self::NotReady { person }
            | Self::EnterChannel { person, .. }
            | Self::LeaveChannel { person, .. }
            | Self::Accept { person, .. }
            | Self::Reject { person, .. }
            | Self::Invite { person, .. }
            | Self::Join { person, .. }
            | Self::Consult { person, .. }
            | Self::Transfer { to: person, .. } => vec![person],
            Self::Open { person, .. }
            | Self::AgentWrites { person, .. }
            | Self::AgentWhispers { person, .. }
            | Self::AgentTypes { person, .. }
            | Self::PushUrl { person, .. }
            | Self::Leave { person, .. } => person.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

impl World {
    /// Does it. Gives the id of the call or session that came of it, if any.
    pub(crate) fn perform(&mut self, deed: &Deed) -> Outcome {
        match deed {
            Deed::Open { .. } => return self.open_as_told(deed),
            Deed::Ring { person } => return self.ring_as_told(person, false),
            Deed::TakeCall { person } => return self.ring_as_told(person, true),
            Deed::Faults { patch } => {
                let faults = self.faults.patched(patch);
                let faults = faults.map_err(|error| ControlError::BadFaults(error.to_string()))?;
                self.set_faults(faults);
            }
            Deed::Answer { .. }
            | Deed::Hold { .. }
            | Deed::Retrieve { .. }
            | Deed::TransferCall { .. }
            | Deed::Release { .. } => self.do_on_call(deed)?,
            Deed::LogOut { .. }
            | Deed::LogIn { .. }
            | Deed::Ready { .. }
            | Deed::NotReady { .. }
            | Deed::EnterChannel { .. }
            | Deed::LeaveChannel { .. } => self.change_state_as_told(deed)?,
            _ => self.do_in_session(deed)?,
        }
        Ok(None)
    }

    // Calls.

    fn ring_as_told(&mut self, person: &str, answer: bool) -> Outcome {
        let device = self.device_named(person)?;
        let call = self.ring(device)?;
        if answer {
            self.answer(call, device);
        }
        Ok(self.call(call).map(|call| call.id.clone()))
    }

    fn do_on_call(&mut self, deed: &Deed) -> Result<(), ControlError> {
        let [person] = deed.people()[..] else {
            return Ok(());
        };
        let device = self.device_named(person)?;
        let states: &[LegState] = match deed {
            Deed::Answer { .. } => &[LegState::Ringing],
            Deed::Retrieve { .. } => &[LegState::Held],
            Deed::Release { .. } => &[
                LegState::Established,
                LegState::Held,
                LegState::Ringing,
                LegState::Dialing,
            ],
            _ => &[LegState::Established],
        };
        let call = self.call_to_do_with(device, states)?;
        match deed {
            Deed::Answer { .. } => self.answer(call, device),
            Deed::Hold { .. } => self.hold(call, device),
            Deed::Retrieve { .. } => self.retrieve(call, device),
            Deed::Release { .. } => self.hang_up(call, device),
            Deed::TransferCall { to, .. } => self.transfer_as_told(call, device, to)?,
            _ => {}
        }
        Ok(())
    }

    fn call_to_do_with(&self, device: DeviceKey, states: &[LegState]) -> Result<CallKey, Refusal> {
        let call = states.iter().find_map(|state| self.call_in(device, &[*state]));
        call.ok_or_else(|| match states {
            [state] => Refusal::not_now(format!("there is no call that is {}", state.name())),
            _ => Refusal::not_now("there is no call to release"),
        })
    }

    fn transfer_as_told(&mut self, call: CallKey, device: DeviceKey, to: &str) -> Result<(), Refusal> {
        let colleague = self.find_device(to);
        let number = colleague.map_or_else(|| to.to_owned(), |device| self.device(device).number.clone());
        self.single_step_transfer(call, device, &number, Map::new())?;
        if let Some(colleague) = colleague {
            self.answer(call, colleague);
        }
        Ok(())
    }

    // States.

    fn change_state_as_told(&mut self, deed: &Deed) -> Result<(), ControlError> {
        match deed {
            Deed::LogOut { person } => {
                let person = self.person_named(person)?;
                self.log_out(person);
            }
            Deed::LogIn { person } => {
                let person = self.person_named(person)?;
                self.bring_to_work(person);
            }
            Deed::Ready { person } => self.set_state_as_told(person, AgentState::Ready)?,
            Deed::NotReady { person } => {
                self.set_state_as_told(person, AgentState::NotReady(Pause::Plain))?;
            }
            Deed::EnterChannel { person, medium } => {
                let person = self.person_named(person)?;
                self.enter_channel(person, medium_named(medium)?);
            }
            Deed::LeaveChannel { person, medium } => {
                let (person, medium) = (self.person_named(person)?, medium_named(medium)?);
                for channel in self.person(person).media.clone() {
                    if Self::medium_named(&channel.name) == Some(medium) {
                        self.leave_channel(person, &channel.name);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn set_state_as_told(&mut self, person: &str, state: AgentState) -> Result<(), ControlError> {
        let device = self.device_named(person)?;
        if self.device(device).login.is_none() {
            return Err(Refusal::not_now("nobody is logged in on this device").into());
        }
        self.set_agent_state(device, state);
        Ok(())
    }

    // Written sessions.

    fn open_as_told(&mut self, deed: &Deed) -> Outcome {
        let Deed::Open {
            person,
            queue,
            accept,
            request,
            ..
        } = deed
        else {
            return Ok(None);
        };
        let person = person
            .as_deref()
            .map(|person| self.person_named(person))
            .transpose()?;
        let opening = Opening {
            medium: medium_named(&request.medium)?,
            customer: request.customer.clone(),
            user_data: request.user_data.clone(),
            text: request.text.clone(),
        };
        // Asked before anything is opened: a refusal changes nothing.
        if let Some(person) = person {
            self.check_channel(person, opening.medium)?;
        }
        let session = self.open_session(opening);
        match person {
            Some(person) => {
                self.offer_session(session, person, Role::Agent)?;
                if *accept {
                    self.accept_session(Place { session, person }, None)?;
                }
            }
            None => self.put_in_queue(session, queue.clone().unwrap_or_else(waiting)),
        }
        Ok(self.written(session).map(|session| session.id.clone()))
    }

    fn do_in_session(&mut self, deed: &Deed) -> Result<(), ControlError> {
        let mut named = deed.clone();
        let Some(id) = named.session_mut() else {
            return Ok(());
        };
        let session = self
            .session_by_id(id)
            .ok_or_else(|| ControlError::UnknownSession(id.clone()))?;
        if self.written(session).is_some_and(|session| session.closed) {
            return Err(Refusal::not_now("the session is over").into());
        }
        match deed {
            Deed::CustomerWrites { text, .. } => self.customer_writes(session, text),
            Deed::CustomerTypes { typing, .. } => self.customer_types(session, *typing),
            Deed::Notice { text, .. } => self.announce(session, text),
            Deed::Complete { .. } => self.end_session_for_all(session),
            Deed::Invite { person, .. } => {
                let person = self.person_named(person)?;
                self.offer_session(session, person, Role::Agent)?;
            }
            Deed::Join { person, .. } | Deed::Consult { person, .. } => {
                let person = self.person_named(person)?;
                let role = if matches!(deed, Deed::Consult { .. }) {
                    Role::Consultant
                } else {
                    Role::Agent
                };
                self.offer_session(session, person, role)?;
                self.accept_session(Place { session, person }, None)?;
            }
            Deed::Accept { person, .. } => {
                let place = self.seat_named(session, person)?;
                self.accept_session(place, None)?;
            }
            Deed::Reject { person, .. } => {
                let place = self.seat_named(session, person)?;
                self.reject_session(place)?;
            }
            Deed::Transfer { to, .. } => {
                let person = self.person_named(to)?;
                let from = self.first_agent(session)?;
                self.hand_on(from, Recipient::Person(person))?;
                self.accept_session(Place { session, person }, None)?;
            }
            Deed::Queue { queue, .. } => {
                let from = self.first_agent(session)?;
                self.hand_on(from, Recipient::Queue(queue.clone()))?;
            }
            _ => self.speak_as_told(session, deed)?,
        }
        Ok(())
    }

    /// What somebody does who is in the conversation.
    fn speak_as_told(&mut self, session: SessionKey, deed: &Deed) -> Result<(), ControlError> {
        let place = match deed.people()[..] {
            [person] => self.seat_named(session, person)?,
            _ => self.first_agent(session)?,
        };
        if self
            .seat_at(place)
            .is_none_or(|seat| seat.state != SeatState::Chatting)
        {
            return Err(Refusal::not_now("this person is not in the conversation").into());
        }
        match deed {
            Deed::AgentWrites { text, .. } => self.write(place, text, Visibility::All),
            Deed::AgentWhispers { text, .. } => self.write(place, text, Visibility::Agents),
            Deed::AgentTypes { typing, .. } => self.set_typing(place, *typing, Visibility::All),
            Deed::PushUrl { url, .. } => self.push_url(place, url),
            Deed::Leave { .. } => self.leave_session(place),
            _ => {}
        }
        Ok(())
    }

    fn person_named(&self, name: &str) -> Result<PersonKey, ControlError> {
        self.find_person(name)
            .ok_or_else(|| ControlError::UnknownPerson(name.to_owned()))
    }

    fn device_named(&self, name: &str) -> Result<DeviceKey, ControlError> {
        self.person_named(name).map(|person| self.person(person).device)
    }

    fn seat_named(&self, session: SessionKey, name: &str) -> Result<Place, ControlError> {
        let person = self.person_named(name)?;
        let place = Place { session, person };
        match self.seat_at(place) {
            Some(_) => Ok(place),
            None => Err(Refusal::not_now("this person is not in the session").into()),
        }
    }

    fn first_agent(&self, session: SessionKey) -> Result<Place, Refusal> {
        let agent = self
            .written(session)
            .and_then(|session| session.agents().next())
            .map(|seat| seat.person);
        agent
            .map(|person| Place { session, person })
            .ok_or_else(|| Refusal::not_now("no agent is in the session"))
    }
}

fn medium_named(name: &str) -> Result<Medium, Refusal> {
    World::medium_named(name).ok_or_else(|| Refusal::out_of_range("medium"))
}
