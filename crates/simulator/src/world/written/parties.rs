//! Who comes into a session and who goes: offers, joins, transfers, queues and the end.
//!
//! A session lasts as long as somebody the customer can see is with them. When the last of these goes, it is over for
//! the customer, and every supervisor who was only watching is put out (`Revoked`).

use serde_json::{Map, Value};

use super::session::{Author, Role, Seat, SeatState, Visibility, WrittenSession};
use super::{EntryKind, Medium, Place, SessionEvent, SessionKey};
use crate::world::{PersonKey, Refusal, World};

/// What a new session is made of.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    pub(crate) medium: Medium,
    pub(crate) customer: String,
    pub(crate) user_data: Map<String, Value>,
    /// The customer's first words.
    pub(crate) text: Option<String>,
}

/// To whom a session is handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recipient {
    Person(PersonKey),
    Queue(String),
}

impl World {
    /// A customer writes for the first time; nobody has the session yet.
    pub(crate) fn open_session(&mut self, opening: Opening) -> SessionKey {
        let key = SessionKey(self.writing.made);
        self.writing.made += 1;
        let rng = &mut self.writing.rng;
        let id: String = (0..12)
            .map(|_| {
                char::from(b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[rng.usize(..59)])
            })
            .collect();
        let id = format!("0000{id}");
        let customer = Author {
            participant_id: participant_id(rng),
            nickname: opening.customer,
            person: None,
        };
        let session = WrittenSession {
            id: id.clone(),
            medium: opening.medium,
            received: self.now,
            customer: customer.clone(),
            closed: false,
            queue: None,
            user_data: opening.user_data,
            seats: Vec::new(),
            log: Vec::new(),
            last_index: 0,
            typing: Vec::new(),
        };
        self.writing.ids.insert(id, key);
        self.writing.sessions.insert(key, session);
        let joined = self.entry(
            key,
            &customer,
            EntryKind::ParticipantJoined,
            None,
            Visibility::All,
        );
        self.log(key, &[joined]);
        if let Some(text) = opening.text {
            self.customer_writes(key, &text);
        }
        key
    }

    /// Offers a session to a person: they can accept or reject it.
    pub(crate) fn offer_session(
        &mut self,
        session: SessionKey,
        person: PersonKey,
        role: Role,
    ) -> Result<(), Refusal> {
        let Some(found) = self.written(session) else {
            return Err(Refusal::not_found("Session"));
        };
        let (medium, closed, seated) = (found.medium, found.closed, found.seat(person).is_some());
        if closed {
            return Err(Refusal::not_now("The session is over"));
        }
        if seated {
            return Err(Refusal::not_now("The user is in this session already"));
        }
        self.check_channel(person, medium)?;
        if let Some(found) = self.written_mut(session) {
            found.queue = None;
        }
        let place = self.take_seat(session, person, role, None);
        self.tell_session(place, SessionEvent::StatusChange);
        self.expect_acceptance(place);
        Ok(())
    }

    /// Gives a person a seat, invited as yet, and tells nobody.
    pub(super) fn take_seat(
        &mut self,
        session: SessionKey,
        person: PersonKey,
        role: Role,
        nickname: Option<String>,
    ) -> Place {
        let seat = Seat {
            person,
            role,
            state: SeatState::Invited,
            nickname: nickname.unwrap_or_else(|| self.person(person).user_name.clone()),
            participant_id: participant_id(&mut self.writing.rng),
        };
        if let Some(found) = self.written_mut(session) {
            found.seats.push(seat);
        }
        self.writing.seated.entry(person).or_default().insert(session);
        self.touch_session(session);
        Place { session, person }
    }

    /// Takes an offer.
    pub(crate) fn accept_session(&mut self, place: Place, nickname: Option<String>) -> Result<(), Refusal> {
        self.check_nickname(nickname.as_deref())?;
        let Some(seat) = self.seat_at_mut(place) else {
            return Err(Refusal::not_found("Session"));
        };
        if seat.state != SeatState::Invited {
            return Err(Refusal::not_now("The session is not offered"));
        }
        if let Some(nickname) = nickname {
            seat.nickname = nickname;
        }
        let agent = !seat.role.supervises();
        self.enter(place);
        if agent {
            self.bring_supervisors(place.session, place.person);
        }
        Ok(())
    }

    /// Turns an offer down; a session that nobody else has goes back to the queue.
    pub(crate) fn reject_session(&mut self, place: Place) -> Result<(), Refusal> {
        if self
            .seat_at(place)
            .is_none_or(|seat| seat.state != SeatState::Invited)
        {
            return Err(Refusal::not_now("The session is not offered"));
        }
        self.take_away(place, "Completed");
        self.requeue_if_abandoned(place.session);
        Ok(())
    }

    /// An invited person comes in. The first to be told is that person, in the order of the samples.
    pub(super) fn enter(&mut self, place: Place) {
        let before = self.who_sees_participants(place.session);
        self.set_seat_state(place, SeatState::Chatting);
        let Some(seat) = self.seat_at(place).cloned() else {
            return;
        };
        let earlier = self.readable(place.session, seat.role);
        if seat.role.supervises() {
            self.tell_session(place, SessionEvent::ParticipantsUpdated);
            self.tell_session(place, SessionEvent::StatusChange);
        } else {
            self.tell_accepted(place);
            self.tell_session(place, SessionEvent::ParticipantsUpdated);
        }
        self.tell_changed_participants(place.session, &before, place.person);
        self.tell_log(place, seat.role, &earlier);
        let joined = self.entry(
            place.session,
            &seat.author(),
            EntryKind::ParticipantJoined,
            None,
            seat.role.visibility(),
        );
        self.log(place.session, &[joined]);
        self.resume_talk(place);
    }

    /// Leaves a session. Whoever leaves the customer alone ends it for them.
    pub(crate) fn leave_session(&mut self, place: Place) {
        let Some(session) = self.written(place.session) else {
            return;
        };
        let Some(seat) = session.seat(place.person).cloned() else {
            return;
        };
        let ends = seat.role.visibility() == Visibility::All && !session.goes_on_without(place.person);
        if !ends {
            self.go(place, "Completed");
            return;
        }
        self.say_goodbye(place);
        self.set_seat_state(place, SeatState::LeftChat);
        self.close(place.session);
        self.tell_session(place, SessionEvent::StatusChange);
    }

    /// Marks a session as done. While other agents are in it, it only ends for this person; a supervisor does not keep it.
    pub(crate) fn complete_session(&mut self, place: Place, queue: Option<&str>) -> Result<(), Refusal> {
        let Some(session) = self.written(place.session) else {
            return Err(Refusal::not_found("Session"));
        };
        let others = session.agents().any(|seat| seat.person != place.person);
        let state = session.seat(place.person).map(|seat| seat.state);
        match state {
            Some(SeatState::LeftChat | SeatState::JoinFailed) => {
                self.take_away(place, "Completed");
                self.forget_if_ended(place.session);
            }
            Some(SeatState::Chatting) => match queue {
                Some(queue) => self.hand_on(place, Recipient::Queue(queue.to_owned()))?,
                None if others => self.go(place, "Completed"),
                None => {
                    self.say_goodbye(place);
                    self.take_away(place, "Completed");
                    self.close(place.session);
                }
            },
            _ => return Err(Refusal::not_now("The session is not accepted")),
        }
        Ok(())
    }

    /// Hands a session on: everybody in it is through with it, supervisors too, and the customer waits.
    pub(crate) fn hand_on(&mut self, place: Place, to: Recipient) -> Result<(), Refusal> {
        if let Recipient::Person(person) = to {
            let medium = self.written(place.session).map(|session| session.medium);
            self.check_channel(person, medium.ok_or_else(|| Refusal::not_found("Session"))?)?;
            if person == place.person {
                return Err(Refusal::not_now("The session is this user's already"));
            }
        }
        self.release_session(place.session, Some(place.person));
        match to {
            Recipient::Person(person) => self.offer_session(place.session, person, Role::Agent),
            Recipient::Queue(queue) => {
                self.put_in_queue(place.session, queue);
                Ok(())
            }
        }
    }

    /// Takes a session from everybody who has it. Whoever did it has completed it, for the others it is revoked.
    pub(crate) fn release_session(&mut self, session: SessionKey, actor: Option<PersonKey>) {
        let people: Vec<_> = self
            .written(session)
            .into_iter()
            .flat_map(|found| found.seats.iter().map(|seat| seat.person))
            .collect();
        // The customer's copy of the log must say who went before anybody's seat is gone.
        for person in &people {
            self.say_goodbye(Place {
                session,
                person: *person,
            });
        }
        for person in people {
            let place = Place { session, person };
            let state = if actor == Some(person) {
                "Completed"
            } else {
                "Revoked"
            };
            self.take_away(place, state);
        }
    }

    pub(crate) fn put_in_queue(&mut self, session: SessionKey, queue: String) {
        if let Some(found) = self.written_mut(session) {
            found.queue = Some(queue);
        }
        self.queued(session);
    }

    /// Ends a session for the customer, and for everybody in it.
    pub(crate) fn end_session_for_all(&mut self, session: SessionKey) {
        self.release_session(session, None);
        self.close(session);
    }

    /// Takes a person's seat away, and nobody else's, as when they sign out.
    pub(crate) fn drop_out(&mut self, place: Place) {
        let Some(seat) = self.seat_at(place).cloned() else {
            return;
        };
        match seat.state {
            SeatState::Chatting => {
                self.leave_session(place);
                if self.seat_at(place).is_some() {
                    self.take_away(place, "Completed");
                    self.forget_if_ended(place.session);
                }
            }
            SeatState::Invited => {
                self.take_away(place, "Revoked");
                self.requeue_if_abandoned(place.session);
            }
            SeatState::LeftChat | SeatState::JoinFailed => {
                self.take_away(place, "Completed");
                self.forget_if_ended(place.session);
            }
        }
    }

    /// Leaves every session of a medium and ends all monitoring around a person, as when they log out of it.
    pub(crate) fn leave_medium(&mut self, person: PersonKey, medium: Medium) {
        self.disarm_around(person, medium);
        for session in self.sessions_of(person, medium) {
            self.drop_out(Place { session, person });
        }
    }

    /// The server loses the seats of a supervisor and does not tell them. The others see that somebody is gone.
    pub(crate) fn lose_seats(&mut self, supervisor: PersonKey) {
        let sessions = Medium::ALL.map(|medium| self.sessions_of(supervisor, medium));
        for session in sessions.concat() {
            let place = Place {
                session,
                person: supervisor,
            };
            if self.seat_at(place).is_some_and(|seat| seat.role.supervises()) {
                let before = self.who_sees_participants(session);
                self.remove_seat(place);
                self.tell_changed_participants(session, &before, supervisor);
                self.requeue_if_abandoned(session);
            }
        }
    }

    /// Somebody goes while others stay.
    fn go(&mut self, place: Place, state: &str) {
        let before = self.who_sees_participants(place.session);
        self.say_goodbye(place);
        self.take_away(place, state);
        self.tell_changed_participants(place.session, &before, place.person);
    }

    /// Writes into the log that somebody goes, for those who saw them.
    fn say_goodbye(&mut self, place: Place) {
        let Some(seat) = self.seat_at(place).cloned() else {
            return;
        };
        if seat.state != SeatState::Chatting {
            return;
        }
        self.stop_typing(place.session, &seat.participant_id);
        let left = self.entry(
            place.session,
            &seat.author(),
            EntryKind::ParticipantLeft,
            None,
            seat.role.visibility(),
        );
        self.log(place.session, &[left]);
    }

    /// Tells a person that a session is over for them, and takes their seat.
    pub(super) fn take_away(&mut self, place: Place, state: &str) {
        self.tell_over(place, state);
        self.remove_seat(place);
    }

    fn remove_seat(&mut self, place: Place) {
        self.touch_session(place.session);
        if let Some(found) = self.written_mut(place.session) {
            found.seats.retain(|seat| seat.person != place.person);
        }
        if let Some(seated) = self.writing.seated.get_mut(&place.person) {
            seated.remove(&place.session);
        }
    }

    /// Draws the conclusions when nobody is with the customer any more.
    pub(super) fn close(&mut self, session: SessionKey) {
        let Some(found) = self.written_mut(session) else {
            return;
        };
        found.closed = true;
        found.queue = None;
        found.typing.clear();
        let out: Vec<_> = found
            .seats
            .iter()
            .filter(|seat| seat.state == SeatState::Invited || seat.state == SeatState::Chatting)
            .map(|seat| seat.person)
            .collect();
        for person in out {
            self.take_away(Place { session, person }, "Revoked");
        }
        self.forget_if_ended(session);
    }

    fn forget_if_ended(&mut self, session: SessionKey) {
        let ended = self.written(session).is_some_and(WrittenSession::has_ended);
        if ended && !self.writing.ended.contains(&session) {
            self.writing.keep_ended(session);
        }
    }

    /// A session that nobody has and nobody is asked to take waits in the queue again.
    fn requeue_if_abandoned(&mut self, session: SessionKey) {
        let abandoned = self.written(session).is_some_and(|found| {
            !found.closed
                && found.queue.is_none()
                && found
                    .seats
                    .iter()
                    .all(|seat| seat.role.visibility() != Visibility::All)
        });
        if abandoned {
            self.release_session(session, None);
            self.put_in_queue(session, "Waiting".to_owned());
        }
    }

    /// The mark of an operation that ends later.
    pub(crate) fn next_reference(&mut self) -> u64 {
        self.writing.next_reference()
    }

    /// Withdraws the consultation that nobody has accepted yet.
    pub(crate) fn cancel_consult(&mut self, session: SessionKey) -> Result<(), Refusal> {
        let invited = self.written(session).and_then(|found| {
            let mut seats = found.seats.iter();
            seats.find(|seat| seat.role == Role::Consultant && seat.state == SeatState::Invited)
        });
        let Some(person) = invited.map(|seat| seat.person) else {
            return Err(Refusal::not_now("There is no consultation to cancel"));
        };
        self.take_away(Place { session, person }, "Revoked");
        Ok(())
    }
}

fn participant_id(rng: &mut fastrand::Rng) -> String {
    format!("{:016X}", rng.u64(..))
}
