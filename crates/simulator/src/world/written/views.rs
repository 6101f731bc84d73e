//! Written sessions as the control API shows them: all of a session, and what its customer can read of it.

use super::session::{Author, Entry, Role, Seat, SeatState, Visibility, WrittenSession};
use super::{EntryKind, Medium, SessionKey};
use crate::control::{ArmedView, CustomerView, LineView, SeatView, SessionView, WrittenPhase};
use crate::world::World;

impl World {
    /// Every session that is not over, oldest first.
    pub(crate) fn session_views(&self) -> Vec<SessionView> {
        let running = self
            .writing
            .sessions
            .iter()
            .filter(|(_, session)| !session.closed);
        running.map(|(_, session)| self.view_of(session)).collect()
    }

    pub(crate) fn session_view(&self, session: SessionKey) -> Option<SessionView> {
        self.written(session).map(|session| self.view_of(session))
    }

    fn view_of(&self, session: &WrittenSession) -> SessionView {
        SessionView {
            id: session.id.clone(),
            medium: session.medium.resource().to_owned(),
            phase: phase(session),
            queue: session.queue.clone(),
            customer: session.customer.nickname.clone(),
            user_data: session.user_data.clone(),
            seats: session.seats.iter().map(|seat| self.seat_view(seat)).collect(),
            lines: session.log.iter().map(|entry| self.line(entry)).collect(),
        }
    }

    fn seat_view(&self, seat: &Seat) -> SeatView {
        SeatView {
            person: self.person(seat.person).full_name(),
            nickname: seat.nickname.clone(),
            role: match seat.role {
                Role::Agent => "Agent",
                Role::Consultant => "Consultant",
                Role::Supervisor(mode) => mode.name(),
            }
            .to_owned(),
            state: seat.state.name().to_owned(),
            visibility: seat.role.visibility().name().to_owned(),
        }
    }

    fn line(&self, entry: &Entry) -> LineView {
        LineView {
            index: entry.index,
            kind: entry.kind.name().to_owned(),
            from: entry.from.nickname.clone(),
            person: entry.from.person.map(|person| self.person(person).full_name()),
            text: entry.text.clone(),
            visibility: entry.visibility.name().to_owned(),
            at_ms: u64::try_from(entry.at.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// Exactly what the customer of a session can see.
    pub(crate) fn customer_view(&self, session: SessionKey) -> Option<CustomerView> {
        let session = self.written(session)?;
        let public = session
            .log
            .iter()
            .filter(|entry| entry.visibility == Visibility::All);
        let typists = session
            .typing
            .iter()
            .filter(|(participant, visibility)| {
                *visibility == Visibility::All && *participant != session.customer.participant_id
            })
            .filter_map(|(participant, _)| nickname(session, participant));
        Some(CustomerView {
            session: session.id.clone(),
            lines: public.map(|entry| self.line(entry)).collect(),
            texts: session
                .log
                .iter()
                .filter(|entry| entry.visibility == Visibility::All && entry.kind == EntryKind::Text)
                .filter_map(|entry| entry.text.clone())
                .collect(),
            typing: typists.collect(),
            present: session
                .present()
                .filter(|seat| seat.role.visibility() == Visibility::All)
                .map(|seat| seat.nickname.clone())
                .collect(),
        })
    }

    /// Who is armed for whom, in written sessions.
    pub(crate) fn armed_views(&self) -> Vec<ArmedView> {
        let name = |person| self.person(person).full_name();
        self.writing
            .arms
            .iter()
            .map(|(key, arm)| ArmedView {
                supervisor: name(key.supervisor),
                agent: name(key.agent),
                medium: key.medium.resource().to_owned(),
                operation: arm.mode.name().to_owned(),
                mode: arm.extent.name().to_owned(),
                nickname: arm.nickname.clone(),
            })
            .collect()
    }

    /// What customers got to see of supervisors who were hidden from them.
    pub(crate) fn leaks(&self) -> Vec<crate::control::Leak> {
        self.writing.leaks.iter().cloned().collect()
    }

    pub(crate) fn clear_leaks(&mut self) {
        self.writing.leaks.clear();
    }

    /// A medium by what the control API calls it.
    pub(crate) fn medium_named(name: &str) -> Option<Medium> {
        match name {
            "sms" => Some(Medium::Sms),
            name => Medium::of_channel(name, super::SmsSpelling::Both),
        }
    }
}

fn phase(session: &WrittenSession) -> WrittenPhase {
    if session.closed {
        WrittenPhase::Ended
    } else if session.queue.is_some() {
        WrittenPhase::Queued
    } else if session.present().next().is_some() {
        WrittenPhase::Running
    } else {
        WrittenPhase::Offered
    }
}

fn nickname(session: &WrittenSession, participant: &str) -> Option<String> {
    let of_seat = |seat: &Seat| (seat.participant_id == participant).then(|| seat.nickname.clone());
    session
        .seats
        .iter()
        .filter(|seat| seat.state == SeatState::Chatting)
        .find_map(of_seat)
        .or_else(|| {
            let Author {
                participant_id,
                nickname,
                ..
            } = &session.customer;
            (participant_id == participant).then(|| nickname.clone())
        })
}
