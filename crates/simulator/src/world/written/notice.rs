//! What the people in a session hear of it (`gws/digital.md` 2.8).

use serde_json::{Value, json};

use super::session::{Entry, Role};
use super::{Medium, Place, SessionKey};
use crate::world::{PersonKey, Topic, World};

/// `notificationType` of a session message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionEvent {
    StatusChange,
    ParticipantsUpdated,
    PropertiesUpdated,
}

impl SessionEvent {
    fn name(self) -> &'static str {
        match self {
            Self::StatusChange => "StatusChange",
            Self::ParticipantsUpdated => "ParticipantsUpdated",
            Self::PropertiesUpdated => "PropertiesUpdated",
        }
    }
}

/// Who sees which participants, so that only those hear of a change who can see it.
pub(super) type Sights = Vec<(PersonKey, Vec<String>)>;

impl World {
    /// Sends the session, as this person has it, to them.
    pub(super) fn tell_session(&mut self, place: Place, event: SessionEvent) {
        if self.listens(place.person)
            && let Some(resource) = self.session_resource(place)
        {
            self.tell_resource(place, event, &resource);
        }
    }

    /// Sends the last message about a session: it is over for this person, in this state.
    pub(super) fn tell_over(&mut self, place: Place, state: &str) {
        if self.listens(place.person)
            && let Some(mut resource) = self.session_resource(place)
        {
            resource["state"] = json!(state);
            resource["participants"] = json!([]);
            resource["capabilities"] = json!([]);
            self.tell_resource(place, SessionEvent::StatusChange, &resource);
        }
    }

    /// The first message of a join has the new state and nobody in it yet.
    pub(super) fn tell_accepted(&mut self, place: Place) {
        if self.listens(place.person)
            && let Some(mut resource) = self.session_resource(place)
        {
            resource["participants"] = json!([]);
            self.tell_resource(place, SessionEvent::StatusChange, &resource);
        }
    }

    fn tell_resource(&mut self, place: Place, event: SessionEvent, resource: &Value) {
        let Some(medium) = self.written(place.session).map(|session| session.medium) else {
            return;
        };
        let data = json!({
            "messageType": medium.change(),
            "notificationType": event.name(),
            medium.resource(): resource,
        });
        self.tell_written(place.person, medium, data);
    }

    /// Sends what this role may read of these entries.
    pub(super) fn tell_log(&mut self, place: Place, role: Role, entries: &[Entry]) {
        let Some(found) = self.written(place.session) else {
            return;
        };
        let messages: Vec<_> = entries
            .iter()
            .filter(|entry| role.reads(entry.visibility))
            .map(|entry| self.message_resource(entry))
            .collect();
        if messages.is_empty() || !self.listens(place.person) {
            return;
        }
        let (medium, path) = (found.medium, self.session_path(place.session));
        let (uri_key, path_key) = medium.log_keys();
        let data = json!({
            "messageType": "MessageLogUpdated",
            "notificationType": "NewMessages",
            uri_key: self.uri(&path),
            path_key: path,
            "messages": messages,
        });
        self.tell_written(place.person, medium, data);
    }

    /// An operation was accepted and has failed. The real message may carry no text.
    pub(crate) fn tell_session_error(
        &mut self,
        person: PersonKey,
        medium: Medium,
        reference: u64,
        text: Option<&str>,
    ) {
        if !self.listens(person) {
            return;
        }
        let mut data = json!({
            "messageType": medium.change(),
            "notificationType": "Error",
            "referenceId": reference,
        });
        if let Some(text) = text {
            data["errorMessage"] = json!(text);
        }
        self.tell_written(person, medium, data);
    }

    fn tell_written(&mut self, person: PersonKey, medium: Medium, mut data: Value) {
        if self.faults.extra_fields {
            data["metrics"] = self.metrics();
        }
        self.notify(person, Topic::Written(medium), data);
    }

    fn listens(&self, person: PersonKey) -> bool {
        self.person(person).signed_in
    }

    /// Who sees whom in a session now.
    pub(super) fn who_sees_participants(&self, session: SessionKey) -> Sights {
        let Some(found) = self.written(session) else {
            return Vec::new();
        };
        let seen_by = |role: Role| {
            found
                .present()
                .filter(|seat| role.reads(seat.role.visibility()))
                .map(|seat| format!("{} {}", seat.participant_id, seat.role.visibility().name()))
                .collect()
        };
        found
            .present()
            .map(|seat| (seat.person, seen_by(seat.role)))
            .collect()
    }

    /// Tells everybody but one person who sees other participants than before.
    pub(super) fn tell_changed_participants(
        &mut self,
        session: SessionKey,
        before: &Sights,
        except: PersonKey,
    ) {
        self.touch_session(session);
        for (person, sight) in self.who_sees_participants(session) {
            let unchanged = before
                .iter()
                .any(|(viewer, seen)| *viewer == person && *seen == sight);
            if person != except && !unchanged {
                self.tell_session(Place { session, person }, SessionEvent::ParticipantsUpdated);
            }
        }
    }
}
