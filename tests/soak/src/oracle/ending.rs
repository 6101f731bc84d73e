//! Signing out in fair weather: what Sotto has stopped before it says goodbye, and what is left once it has.

use super::{LEFT_BEHIND, Notes, Oracle};

impl Oracle {
    /// Before the last request: a server ends all of it by itself then, but only for whoever is still let in.
    /// In foul weather nobody waits for every answer.
    pub(super) fn check_stopped(&self) {
        let mut notes = self.notes();
        if !notes.closing {
            return;
        }
        notes.truth.look();
        let mut left = in_calls(&notes);
        let known = self.armed(&notes).into_iter();
        left.extend(
            known.filter(|agent| self.can_be_known(&notes, agent) && self.has_answered(&notes.truth, agent)),
        );
        self.log.check(LEFT_BEHIND, left.is_empty(), || {
            format!("the last request leaves, and there is left: {}", left.join("; "))
        });
    }

    /// After the last answer: nothing at all is left.
    pub(crate) fn check_signed_out(&self) {
        let mut notes = self.notes();
        notes.truth.look();
        let mut left = in_calls(&notes);
        left.extend(self.armed(&notes));
        let sessions = self.floor.sessions();
        let joined = sessions.iter().filter(|session| notes.truth.is_in(session));
        left.extend(joined.map(|session| format!("a seat in the session {}", session.id)));
        let state = notes.truth.sam().map(|sam| sam.state.clone());
        if state.as_deref() != Some("LoggedOut") {
            left.push(format!("a phone that is {state:?}"));
        }
        self.log.check(LEFT_BEHIND, left.is_empty(), || {
            format!("signed out, and there is left: {}", left.join("; "))
        });
    }

    /// The agents the supervisor is armed for in sessions.
    fn armed(&self, notes: &Notes) -> Vec<String> {
        let armed = self.floor.armed().into_iter();
        let own = armed.filter(|armed| armed.supervisor == notes.truth.name());
        own.map(|armed| armed.agent).collect()
    }
}

fn in_calls(notes: &Notes) -> Vec<String> {
    let truth = &notes.truth;
    let monitoring = truth.monitoring().into_iter();
    let monitoring = monitoring.map(|monitoring| format!("monitoring of {}", monitoring.agent));
    let calls = truth.calls();
    let calls = calls.iter().map(|call| format!("a call that is {}", call.state));
    monitoring.chain(calls).collect()
}
