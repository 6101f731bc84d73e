//! Finding written sessions and seats.

use super::session::{Seat, SeatState, WrittenSession};
use super::{Medium, Place, SessionKey, SmsSpelling};
use crate::world::{PersonKey, Refusal, Status, World};

impl World {
    pub(crate) fn written(&self, session: SessionKey) -> Option<&WrittenSession> {
        self.writing.sessions.get(&session)
    }

    pub(super) fn written_mut(&mut self, session: SessionKey) -> Option<&mut WrittenSession> {
        self.writing.sessions.get_mut(&session)
    }

    #[cfg(test)]
    pub(crate) fn session_keys(&self) -> Vec<SessionKey> {
        self.writing.sessions.keys().copied().collect()
    }

    pub(crate) fn session_by_id(&self, id: &str) -> Option<SessionKey> {
        self.writing.ids.get(id).copied()
    }

    pub(crate) fn seat_at(&self, place: Place) -> Option<&Seat> {
        self.written(place.session)?.seat(place.person)
    }

    pub(super) fn seat_at_mut(&mut self, place: Place) -> Option<&mut Seat> {
        self.written_mut(place.session)?.seat_mut(place.person)
    }

    pub(super) fn set_seat_state(&mut self, place: Place, state: SeatState) {
        if let Some(seat) = self.seat_at_mut(place) {
            seat.state = state;
        }
        self.touch_session(place.session);
    }

    /// The sessions of one medium in which a person has a seat, oldest first.
    pub(crate) fn sessions_of(&self, person: PersonKey, medium: Medium) -> Vec<SessionKey> {
        let seated = self.writing.seated.get(&person).into_iter().flatten().copied();
        seated
            .filter(|key| self.written(*key).is_some_and(|session| session.medium == medium))
            .collect()
    }

    /// Says that what others read about everybody in this session may have changed.
    pub(super) fn touch_session(&mut self, session: SessionKey) {
        let people: Vec<_> = self
            .written(session)
            .into_iter()
            .flat_map(|session| session.seats.iter().map(|seat| seat.person))
            .collect();
        for person in people {
            self.touch_person(person);
        }
    }

    /// Whether the person is logged in to a medium, however its channel is spelt.
    pub(crate) fn has_channel(&self, person: PersonKey, medium: Medium) -> bool {
        self.person(person)
            .media
            .iter()
            .any(|channel| Medium::of_channel(&channel.name, SmsSpelling::Both) == Some(medium))
    }

    /// Refuses when the person is not logged in to the medium.
    pub(crate) fn check_channel(&self, person: PersonKey, medium: Medium) -> Result<(), Refusal> {
        if self.has_channel(person, medium) {
            return Ok(());
        }
        let (name, channel) = (self.person(person).full_name(), medium.resource());
        Err(Refusal::not_now(format!(
            "User '{name}' is not logged in on channel '{channel}'"
        )))
    }

    /// Refuses when the interaction server is down, or the person lacks the feature.
    pub(crate) fn check_written_service(&self, person: PersonKey) -> Result<(), Refusal> {
        if !self.feature_ids_of(person).contains(&"api-multimedia") {
            return Err(Refusal::no_permission());
        }
        if self.faults.multimedia_inactive {
            return Err(Refusal::new(
                Status::Internal,
                "Interaction server connection is not opened",
            ));
        }
        Ok(())
    }

    /// Milliseconds since the floor opened.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.now.as_millis()).unwrap_or(u64::MAX)
    }
}
