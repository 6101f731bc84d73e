//! What is written and typed, who gets to read it, and what leaked to a customer.

use super::session::{Author, Entry, Role, SeatState, Visibility};
use super::{EntryKind, Place, SessionKey};
use crate::control::Leak;
use crate::faults::take_one;
use crate::world::World;

impl World {
    /// Makes the next entry of a session's log, without adding it yet.
    pub(super) fn entry(
        &mut self,
        session: SessionKey,
        from: &Author,
        kind: EntryKind,
        text: Option<String>,
        visibility: Visibility,
    ) -> Entry {
        let skipped = if self.faults.message_index_gaps {
            self.writing.rng.u64(..4)
        } else {
            0
        };
        let at = self.now;
        let index = self.written_mut(session).map_or(0, |session| {
            session.last_index += 1 + skipped;
            session.last_index
        });
        Entry {
            index,
            kind,
            from: from.clone(),
            text,
            url: None,
            visibility,
            at,
        }
    }

    /// Adds entries to the log and tells each of them to whoever may read it.
    pub(super) fn log(&mut self, session: SessionKey, entries: &[Entry]) {
        let Some(found) = self.written_mut(session) else {
            return;
        };
        let kept = entries.iter().filter(|entry| entry.kind.is_kept()).cloned();
        found.log.extend(kept);
        let readers: Vec<_> = found.present().map(|seat| (seat.person, seat.role)).collect();
        for (person, role) in readers {
            self.tell_log(Place { session, person }, role, entries);
        }
        if take_one(&mut self.faults.repeated_messages_next) {
            let readers: Vec<_> = self
                .written(session)
                .into_iter()
                .flat_map(|found| found.present().map(|seat| (seat.person, seat.role)))
                .collect();
            for (person, role) in readers {
                self.tell_log(Place { session, person }, role, entries);
            }
        }
    }

    /// Everything of the log that this role may read.
    pub(crate) fn readable(&self, session: SessionKey, role: Role) -> Vec<Entry> {
        let log = self.written(session).map(|session| session.log.as_slice());
        log.unwrap_or_default()
            .iter()
            .filter(|entry| role.reads(entry.visibility))
            .cloned()
            .collect()
    }

    /// Somebody in the session writes. A server does not ask whether the writer is one whom the customer may read.
    pub(crate) fn write(&mut self, place: Place, text: &str, visibility: Visibility) {
        let Some(seat) = self.seat_at(place).cloned() else {
            return;
        };
        self.note_if_leaked(place, "Text", Some(text), visibility);
        self.stop_typing(place.session, &seat.participant_id);
        let entry = self.entry(
            place.session,
            &seat.author(),
            EntryKind::Text,
            Some(text.to_owned()),
            visibility,
        );
        self.log(place.session, &[entry]);
        self.take_up(place, visibility);
    }

    /// Somebody in the session sends a link to everybody.
    pub(crate) fn push_url(&mut self, place: Place, url: &str) {
        let Some(seat) = self.seat_at(place).cloned() else {
            return;
        };
        self.note_if_leaked(place, "PushUrl", Some(url), Visibility::All);
        let kind = EntryKind::PushUrl;
        let mut entry = self.entry(place.session, &seat.author(), kind, None, Visibility::All);
        entry.url = Some(url.to_owned());
        self.log(place.session, &[entry]);
    }

    /// The server says something to everybody.
    pub(crate) fn announce(&mut self, session: SessionKey, text: &str) {
        let text = Some(text.to_owned());
        let entry = self.entry(
            session,
            &Author::system(),
            EntryKind::Notice,
            text,
            Visibility::All,
        );
        self.log(session, &[entry]);
    }

    /// Somebody in the session starts or stops typing.
    pub(crate) fn set_typing(&mut self, place: Place, typing: bool, visibility: Visibility) {
        let Some(seat) = self.seat_at(place).cloned() else {
            return;
        };
        if typing {
            self.note_if_leaked(place, "TypingStarted", None, visibility);
        }
        self.announce_typing(place.session, &seat.author(), typing, visibility);
    }

    /// The customer writes.
    pub(crate) fn customer_writes(&mut self, session: SessionKey, text: &str) {
        let Some(customer) = self.written(session).map(|session| session.customer.clone()) else {
            return;
        };
        self.stop_typing(session, &customer.participant_id);
        let entry = self.entry(
            session,
            &customer,
            EntryKind::Text,
            Some(text.to_owned()),
            Visibility::All,
        );
        self.log(session, &[entry]);
    }

    /// The customer starts or stops typing.
    pub(crate) fn customer_types(&mut self, session: SessionKey, typing: bool) {
        if let Some(customer) = self.written(session).map(|session| session.customer.clone()) {
            self.announce_typing(session, &customer, typing, Visibility::All);
        }
    }

    fn announce_typing(&mut self, session: SessionKey, from: &Author, typing: bool, visibility: Visibility) {
        self.stop_typing(session, &from.participant_id);
        let kind = if typing {
            EntryKind::TypingStarted
        } else {
            EntryKind::TypingStopped
        };
        if typing && let Some(found) = self.written_mut(session) {
            found.typing.push((from.participant_id.clone(), visibility));
        }
        let entry = self.entry(session, from, kind, None, visibility);
        self.log(session, &[entry]);
    }

    /// Whoever has written or gone does not type any more; a text says so by itself.
    pub(super) fn stop_typing(&mut self, session: SessionKey, participant: &str) {
        if let Some(found) = self.written_mut(session) {
            found.typing.retain(|(typist, _)| typist != participant);
        }
    }

    /// Keeps a record of everything a customer gets to see of a supervisor who does not mean it.
    fn note_if_leaked(&mut self, place: Place, kind: &str, text: Option<&str>, visibility: Visibility) {
        let Some(seat) = self.seat_at(place) else {
            return;
        };
        let hidden = seat.role.visibility() != Visibility::All && seat.state == SeatState::Chatting;
        if !hidden || visibility != Visibility::All {
            return;
        }
        let leak = Leak {
            at_ms: self.now_ms(),
            session: self
                .written(place.session)
                .map(|session| session.id.clone())
                .unwrap_or_default(),
            person: self.person(place.person).full_name(),
            visibility: seat.role.visibility().name().to_owned(),
            kind: kind.to_owned(),
            text: text.map(str::to_owned),
        };
        self.writing.note_leak(leak);
    }

    /// What an operation attached to a session or changed in what was attached.
    pub(crate) fn change_session_data(
        &mut self,
        session: SessionKey,
        change: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>),
    ) {
        let Some(found) = self.written_mut(session) else {
            return;
        };
        change(&mut found.user_data);
        let present: Vec<_> = found.seats.iter().map(|seat| seat.person).collect();
        for person in present {
            self.tell_session(Place { session, person }, super::SessionEvent::PropertiesUpdated);
        }
        self.touch_session(session);
    }
}
