//! Written sessions and their messages on the wire (`gws/digital.md` 2.6 and 2.7).

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::world::written::{Author, Entry, Medium, Place, Role, Seat, SeatState, SessionKey};
use crate::world::{PersonKey, World};

impl World {
    /// The path of a session below `/api/v2`. It has no `me`, whoever it is for.
    pub(crate) fn session_path(&self, session: SessionKey) -> String {
        self.written(session).map_or_else(String::new, |session| {
            format!("/{}/{}", session.medium.collection(), session.id)
        })
    }

    /// A session as one of its people has it.
    pub(crate) fn session_resource(&self, place: Place) -> Option<Value> {
        let seat = self.seat_at(place)?;
        let mut resource = self.session_as_seen(place.session, seat.state.name(), seat.role, Some(seat))?;
        resource["capabilities"] = json!(self.session_capabilities(place));
        resource["userData"] = json!(self.written(place.session)?.user_data);
        Some(self.spice(resource))
    }

    /// A session of somebody else, as a supervisor finds it who wants to join it.
    pub(crate) fn foreign_session_resource(&self, place: Place, viewer: PersonKey) -> Option<Value> {
        let seat = self.seat_at(place)?;
        if seat.role.supervises() {
            return None;
        }
        let supervisor = Role::Supervisor(crate::world::written::SupervisorMode::Monitor);
        let mut resource = self.session_as_seen(place.session, seat.state.name(), supervisor, None)?;
        let session = self.written(place.session)?;
        let open = seat.state == SeatState::Chatting && session.seat(viewer).is_none();
        resource["capabilities"] = json!(if open { vec!["Intrude"] } else { Vec::new() });
        resource["userData"] = json!(session.user_data);
        Some(self.spice(resource))
    }

    fn session_as_seen(
        &self,
        key: SessionKey,
        state: &str,
        viewer: Role,
        own: Option<&Seat>,
    ) -> Option<Value> {
        let session = self.written(key)?;
        let path = self.session_path(key);
        let mut participants = vec![json!({
            "participantId": session.customer.participant_id,
            "type": "Customer",
            "nickname": session.customer.nickname,
            "visibility": "All",
        })];
        let seen = session
            .present()
            .filter(|seat| viewer.reads(seat.role.visibility()) || own.is_some_and(|own| own == *seat));
        participants.extend(seen.map(|seat| self.participant_resource(seat)));
        Some(json!({
            "id": session.id,
            "uri": self.uri(&path),
            "path": path,
            "state": state,
            "chatType": "Inbound",
            "receivedDate": wire_date(self.epoch_ms_at(session.received)),
            "participants": participants,
        }))
    }

    fn participant_resource(&self, seat: &Seat) -> Value {
        json!({
            "participantId": seat.participant_id,
            // A supervisor is an agent on the wire, told apart by the visibility alone.
            "type": "Agent",
            "nickname": seat.nickname,
            "visibility": seat.role.visibility().name(),
            "uri": self.user_uri(seat.person),
        })
    }

    /// One entry of a log.
    pub(crate) fn message_resource(&self, entry: &Entry) -> Value {
        let epoch_ms = self.epoch_ms_at(entry.at);
        let mut message = json!({
            "index": entry.index,
            "type": entry.kind.name(),
            "visibility": entry.visibility.name(),
        });
        if let Some(text) = &entry.text {
            message["text"] = json!(text);
        }
        if let Some(url) = &entry.url {
            message["url"] = json!(url);
        }
        message["from"] = self.author_resource(&entry.from);
        message["timestamp"] = json!(wire_date(epoch_ms));
        // Milliseconds, whatever the name says.
        message["timestampSeconds"] = json!(epoch_ms);
        if self.faults.extra_fields && entry.index % 7 == 3 {
            message["type"] = json!("SmokeSignal");
        }
        message
    }

    fn author_resource(&self, author: &Author) -> Value {
        let mut from = json!({
            "type": author.kind(),
            "nickname": author.nickname,
            "participantId": author.participant_id,
        });
        if let Some(person) = author.person {
            from["uri"] = json!(self.user_uri(person));
        }
        from
    }

    fn user_uri(&self, person: PersonKey) -> String {
        self.uri(&format!("/users/{}", self.person(person).id))
    }

    /// A person's own sessions of one medium.
    pub(crate) fn session_resources_of(&self, person: PersonKey, medium: Medium) -> Vec<Value> {
        self.sessions_of(person, medium)
            .into_iter()
            .filter_map(|session| self.session_resource(Place { session, person }))
            .collect()
    }

    /// The sessions of an agent, as a supervisor may list them.
    pub(crate) fn foreign_session_resources_of(
        &self,
        person: PersonKey,
        medium: Medium,
        viewer: PersonKey,
    ) -> Vec<Value> {
        self.sessions_of(person, medium)
            .into_iter()
            .filter_map(|session| self.foreign_session_resource(Place { session, person }, viewer))
            .collect()
    }
}

/// `2026-01-05 10:15:02.000+0000`.
fn wire_date(epoch_ms: u64) -> String {
    let moment = i64::try_from(epoch_ms)
        .ok()
        .and_then(|epoch_ms| Timestamp::from_millisecond(epoch_ms).ok())
        .unwrap_or_default();
    moment.strftime("%Y-%m-%d %H:%M:%S%.3f+0000").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_milliseconds_and_an_offset_without_a_colon() {
        assert_eq!(wire_date(1_767_633_360_120), "2026-01-05 17:16:00.120+0000");
        assert_eq!(wire_date(1_767_633_360_000), "2026-01-05 17:16:00.000+0000");
    }
}
