//! What leaving would do: the server ends a session for the customer when nobody is left to serve them
//! (`gws/digital.md 2.4`), so leaving is judged by who would stay.

use gws::digital::{Participant, Session};
use gws::{ParticipantType, UserId, Visibility};

use crate::view::LeaveEffect;

/// Who would stay, as far as the list of participants tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stays {
    Nobody,
    /// Somebody who may or may not serve the customer.
    Perhaps,
    AnAgent,
}

/// What leaving this session would do, where the server offers it. Certainly good is only what is certainly known.
pub(super) fn effect_of_leaving(session: &Session, own: Option<&UserId>) -> LeaveEffect {
    if session.capabilities.is_some() && !session.lists("Leave") {
        return LeaveEffect::NotOffered;
    }
    let (Some(own), Some(participants)) = (own, &session.participants) else {
        return LeaveEffect::Unknown;
    };
    if session.own_visibility(own).is_none() {
        return LeaveEffect::Unknown;
    }
    let others = participants.iter().filter(|entry| !entry.is(own));
    match others.map(stays).max().unwrap_or(Stays::Nobody) {
        Stays::AnAgent => LeaveEffect::GoesOn,
        Stays::Perhaps => LeaveEffect::Unknown,
        Stays::Nobody => LeaveEffect::EndsForCustomer,
    }
}

fn stays(entry: &Participant) -> Stays {
    let hidden = entry
        .visibility
        .as_ref()
        .is_some_and(Visibility::hides_from_customer);
    match &entry.kind {
        Some(ParticipantType::Customer) => Stays::Nobody,
        // A consultant or another coach serves no customer.
        Some(ParticipantType::Agent) if hidden => Stays::Nobody,
        // One without an address may be ourselves a second time.
        Some(ParticipantType::Agent) if entry.visibility == Some(Visibility::All) && entry.uri.is_some() => {
            Stays::AnAgent
        }
        _ => Stays::Perhaps,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn leaving(others: &[Value], capabilities: &Value) -> LeaveEffect {
        let mut participants = vec![
            json!({"type": "Agent", "visibility": "Agents", "uri": "http://h/api/v2/users/me"}),
            json!({"type": "Customer", "visibility": "All", "nickname": "Pat"}),
        ];
        participants.extend_from_slice(others);
        let session = json!({"id": "S1", "participants": participants, "capabilities": capabilities});
        let session = gws::decode::<Session>(&session).value.unwrap();
        effect_of_leaving(&session, Some(&"me".into()))
    }

    #[test]
    fn only_an_agent_whom_the_customer_sees_keeps_the_session_going() {
        let agent = json!({"type": "Agent", "visibility": "All", "uri": "/users/ana"});
        let consultant = json!({"type": "Agent", "visibility": "Agents", "uri": "/users/bo"});
        let silent = json!({"type": "Agent", "visibility": "Supervisors", "uri": "/users/cy"});
        assert_eq!(
            leaving(std::slice::from_ref(&agent), &json!(["Leave"])),
            LeaveEffect::GoesOn
        );
        assert_eq!(leaving(&[agent], &Value::Null), LeaveEffect::GoesOn);
        assert_eq!(leaving(&[], &json!(["Leave"])), LeaveEffect::EndsForCustomer);
        assert_eq!(
            leaving(&[consultant, silent], &json!(["Leave"])),
            LeaveEffect::EndsForCustomer
        );
    }

    #[test]
    fn what_is_not_legible_is_not_known() {
        let unseen = json!({"type": "Agent", "uri": "/users/ana"});
        let odd = json!({"type": "Robot", "visibility": "All"});
        let nowhere = json!({"type": "Agent", "visibility": "All"});
        let second = json!({"type": "Agent", "visibility": "All", "uri": "/users/me"});
        for entry in [unseen, odd, nowhere, second, json!({})] {
            assert_eq!(leaving(&[entry], &json!(["Leave"])), LeaveEffect::Unknown);
        }
    }

    #[test]
    fn what_the_server_does_not_list_is_not_offered() {
        let agent = json!({"type": "Agent", "visibility": "All", "uri": "/users/ana"});
        assert_eq!(leaving(&[agent], &json!([])), LeaveEffect::NotOffered);
    }
}
