//! What a person may do in a session now (`gws/digital.md` 2.4 and 2.5).

use super::session::{Role, Seat, SeatState, WrittenSession};
use super::{Place, SupervisorMode};
use crate::world::World;

const OFFERED: [&str; 2] = ["Accept", "Reject"];
const DATA: [&str; 5] = [
    "SetInFocus",
    "SetDisposition",
    "AttachUserData",
    "DeleteUserData",
    "UpdateUserData",
];
const HANDING_ON: [&str; 3] = ["Transfer", "Invite", "Consult"];
const PUBLIC: [&str; 3] = [
    "SendMessage",
    "SendStartTypingNotification",
    "SendStopTypingNotification",
];
const TO_AGENTS: [&str; 3] = [
    "SendToAgents",
    "SendStartTypingToAgentsNotification",
    "SendStopTypingToAgentsNotification",
];

/// Every operation a session can ever list, but for the second spelling of the switch to barge-in.
pub(crate) const SESSION_OPERATIONS: [&str; 22] = [
    "Accept",
    "Reject",
    "SendMessage",
    "SendStartTypingNotification",
    "SendStopTypingNotification",
    "SendToAgents",
    "SendStartTypingToAgentsNotification",
    "SendStopTypingToAgentsNotification",
    "Leave",
    "Complete",
    "SetInFocus",
    "SetDisposition",
    "AttachUserData",
    "DeleteUserData",
    "UpdateUserData",
    "Transfer",
    "Invite",
    "Consult",
    "CancelConsult",
    "SwitchToMonitor",
    "SwitchToCoach",
    "SwitchToBargeIn",
];

impl World {
    /// The operations a session lists for this person.
    pub(crate) fn session_capabilities(&self, place: Place) -> Vec<&'static str> {
        let Some(session) = self.written(place.session) else {
            return Vec::new();
        };
        let Some(seat) = session.seat(place.person) else {
            return Vec::new();
        };
        match (seat.state, seat.role) {
            (SeatState::Invited, _) => OFFERED.to_vec(),
            (SeatState::LeftChat | SeatState::JoinFailed, _) => [&["Complete"], &DATA[1..]].concat(),
            (SeatState::Chatting, Role::Supervisor(mode)) => {
                self.supervisor_capabilities(session, seat, mode)
            }
            (SeatState::Chatting, Role::Consultant) => [&["Leave"], &DATA[..], &TO_AGENTS].concat(),
            (SeatState::Chatting, Role::Agent) => {
                let mut listed = [&["Leave", "Complete"], &DATA[..], &HANDING_ON, &PUBLIC].concat();
                if session.is_shared(place.person) {
                    listed.extend(TO_AGENTS);
                }
                let consults = session
                    .seats
                    .iter()
                    .any(|seat| seat.state == SeatState::Invited && seat.role == Role::Consultant);
                if consults {
                    listed.push("CancelConsult");
                }
                listed
            }
        }
    }

    fn supervisor_capabilities(
        &self,
        session: &WrittenSession,
        seat: &Seat,
        mode: SupervisorMode,
    ) -> Vec<&'static str> {
        let mut listed = [&["Leave"], &DATA[..], &HANDING_ON].concat();
        let samples = self.faults.sample_capabilities;
        if mode != SupervisorMode::Monitor || samples {
            listed.extend(TO_AGENTS);
        }
        if mode == SupervisorMode::BargeIn || samples {
            listed.extend(PUBLIC);
        }
        if !session.goes_on_without(seat.person) {
            // Alone with the customer: whoever hides now leaves the customer with nobody.
            listed.push("Complete");
            return listed;
        }
        let switches = [
            (SupervisorMode::Monitor, "SwitchToMonitor"),
            (SupervisorMode::Coach, "SwitchToCoach"),
            (SupervisorMode::BargeIn, self.barge_in_capability()),
        ];
        let others = switches.into_iter().filter(|(other, _)| *other != mode);
        listed.extend(others.map(|(_, name)| name));
        listed
    }

    /// The samples spell the capability otherwise than the operation.
    pub(crate) fn barge_in_capability(&self) -> &'static str {
        if self.faults.switch_to_barge_in_capability {
            "SwitchToBargeIn"
        } else {
            "SwitchBargeIn"
        }
    }
}
