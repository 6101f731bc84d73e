//! The calls on the supervisor's own phone, and what each of them says about how the supervisor is in it.

use gws::{Call, CallId, CallState, CallType, MonitoringKind, Switch};

use crate::audience::Evidence;
use crate::moment::Moment;
use crate::order::{Act, CallAct};
use crate::view::{CallActView, CallView};

/// One own call: the server's last word on it and when it was first seen.
#[derive(Debug, Clone)]
pub(crate) struct OwnCall {
    pub(crate) call: Call,
    pub(crate) since: Moment,
}

/// All own calls, in the order they came.
#[derive(Debug, Default)]
pub(crate) struct OwnCalls(Vec<OwnCall>);

impl OwnCalls {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &OwnCall> {
        self.0.iter()
    }

    pub(crate) fn find(&self, id: &str) -> Option<&OwnCall> {
        self.0.iter().find(|own| own.call.id.as_str() == id)
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.0.iter().map(|own| own.call.id.to_string()).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// One call changed; a released call is gone (`gws/core.md 5.5`).
    pub(crate) fn put(&mut self, call: Call, now: Moment) {
        let known = self.0.iter().position(|own| own.call.id == call.id);
        let over = call.state == CallState::Released;
        match (known, over) {
            (Some(index), true) => drop(self.0.remove(index)),
            (Some(index), false) => self.0[index].call = call,
            (None, true) => {}
            (None, false) => self.0.push(OwnCall { call, since: now }),
        }
    }

    /// The server's list replaces ours; calls that go on keep the moment they were first seen.
    pub(crate) fn replace(&mut self, calls: Vec<Call>, now: Moment) {
        let gone = |own: &OwnCall| calls.iter().all(|call| call.id != own.call.id);
        let over: Vec<CallId> = self
            .0
            .iter()
            .filter(|own| gone(own))
            .map(|own| own.call.id.clone())
            .collect();
        self.0.retain(|own| !over.contains(&own.call.id));
        for call in calls {
            self.put(call, now);
        }
    }
}

/// Whether sound can flow in a call of this state. A state nobody knows counts as open.
pub(crate) fn is_open(state: &CallState) -> bool {
    !matches!(state, CallState::Ringing | CallState::Released)
}

/// Why this call is taken for the supervised one, as far as the call itself and the agent's numbers tell.
pub(crate) fn evidence(call: &Call, agent_numbers: &[&str]) -> Option<Evidence> {
    let offers = |name: &str| call.capabilities.as_ref().is_some_and(|list| list.lists(name));
    let stated = call.monitoring_state.is_some()
        || call.monitoring == Some(true)
        || offers("SwitchToBargeIn")
        || offers("SwitchToListenIn");
    if stated {
        return Some(Evidence::Stated);
    }
    is_with(call, agent_numbers).then_some(Evidence::Inferred)
}

/// Whether somebody at one of these numbers is a party of the call.
pub(crate) fn is_with(call: &Call, numbers: &[&str]) -> bool {
    call.participants.iter().any(|party| {
        [&party.phone_number, &party.e164_number, &party.digits]
            .into_iter()
            .flatten()
            .any(|number| numbers.contains(&number.as_str()))
    })
}

/// How the supervisor is in a supervised call, or none where the facts do not agree.
///
/// Three witnesses: what the call states, what it still lets us switch to (`gws/core.md 5.5`: both switches while
/// coaching, only `SwitchToBargeIn` while listening, only `SwitchToListenIn` after barging in), and `mute`
/// (`gws/core.md 5.3`: On = silent). The set-up of the phone counts only where nobody has switched since.
pub(crate) fn act_in(call: &Call, set_up: Option<Act>) -> Option<Act> {
    let mut possible = vec![Act::ListenIn, Act::Coach, Act::BargeIn];
    let offers = |name: &str| call.capabilities.as_ref().is_some_and(|list| list.lists(name));
    match (offers("SwitchToBargeIn"), offers("SwitchToListenIn")) {
        (true, true) => possible.retain(|act| *act == Act::Coach),
        (true, false) => possible.retain(|act| *act != Act::BargeIn),
        (false, true) => possible.retain(|act| *act == Act::BargeIn),
        (false, false) => {}
    }
    match call.mute {
        Some(Switch::On) => possible.retain(|act| *act == Act::ListenIn),
        Some(Switch::Off) => possible.retain(|act| *act != Act::ListenIn),
        _ => {}
    }
    let named = match &call.monitoring_state {
        Some(kind) => act_of(kind),
        None => set_up,
    };
    match (named, possible.as_slice()) {
        (Some(act), possible) if possible.contains(&act) => Some(act),
        (None, [only]) if call.monitoring_state.is_none() => Some(*only),
        _ => None,
    }
}

/// The act a word of the server means, where we know the word.
pub(crate) fn act_of(kind: &MonitoringKind) -> Option<Act> {
    match kind {
        MonitoringKind::ListenIn => Some(Act::ListenIn),
        MonitoringKind::Coach => Some(Act::Coach),
        MonitoringKind::BargeIn => Some(Act::BargeIn),
        MonitoringKind::Other(_) => None,
    }
}

/// A call as a face shows it: its buttons are exactly what the server offers.
pub(crate) fn view(own: &OwnCall, supervised: bool, act: Option<Act>) -> CallView {
    let call = &own.call;
    let offered = |act: &CallAct| {
        call.capabilities
            .as_ref()
            .is_some_and(|list| list.lists(act.operation_name()))
    };
    let switches = |wanted: CallAct| matches!(wanted, CallAct::SwitchToBargeIn | CallAct::SwitchToListenIn);
    CallView {
        id: call.id.to_string(),
        state: call.state.to_string(),
        direction: call.call_type.as_ref().map(CallType::to_string),
        participants: call
            .participants
            .iter()
            .map(|party| party.label().to_owned())
            .collect(),
        since: own.since,
        supervised,
        act,
        agent_muted: call.monitored_user_muted == Some(true),
        acts: CallAct::ALL
            .into_iter()
            .filter(offered)
            // Where it is not certain that we do not coach, leaving may be for good: ask.
            .map(|wanted| CallActView {
                act: wanted,
                one_way: switches(wanted) && supervised && matches!(act, Some(Act::Coach) | None),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn call(fields: &Value) -> Call {
        let mut whole = json!({ "id": "C1", "state": "Established" });
        for (key, value) in fields.as_object().into_iter().flatten() {
            whole[key] = value.clone();
        }
        gws::decode::<Call>(&whole).value.expect("a call")
    }

    #[test]
    fn switches_and_mute_tell_the_act_without_a_word() {
        let both = call(&json!({ "capabilities": ["SwitchToBargeIn", "SwitchToListenIn"], "mute": "Off" }));
        let barged = call(&json!({ "capabilities": ["SwitchToListenIn"], "mute": "Off" }));
        let silent = call(&json!({ "capabilities": ["SwitchToBargeIn"], "mute": "On" }));
        assert_eq!(act_in(&both, None), Some(Act::Coach));
        assert_eq!(act_in(&barged, None), Some(Act::BargeIn));
        assert_eq!(act_in(&silent, None), Some(Act::ListenIn));
    }

    #[test]
    fn a_set_up_that_the_call_contradicts_is_not_believed() {
        let barged = call(&json!({ "capabilities": ["SwitchToListenIn"], "mute": "Off" }));
        assert_eq!(act_in(&barged, Some(Act::Coach)), None);
        let silent = call(&json!({ "supervisorMonitoringState": { "state": "Coach" }, "mute": "On" }));
        assert_eq!(act_in(&silent, Some(Act::Coach)), None);
    }

    #[test]
    fn a_word_nobody_knows_is_no_act() {
        let strange = call(&json!({ "supervisorMonitoringState": { "state": "Hover" } }));
        assert_eq!(act_in(&strange, Some(Act::ListenIn)), None);
    }

    #[test]
    fn evidence_is_the_calls_own_word_or_the_agents_number() {
        let stated = call(&json!({ "supervisorMonitoringState": { "state": "Coach" } }));
        let with_ana = call(&json!({ "participants": ["6001", "15551230000"] }));
        assert_eq!(evidence(&stated, &[]), Some(Evidence::Stated));
        assert_eq!(evidence(&with_ana, &["6001"]), Some(Evidence::Inferred));
        assert_eq!(evidence(&with_ana, &["6002"]), None);
    }

    #[test]
    fn leaving_coach_is_one_way_and_leaving_barge_is_not() {
        let own = |fields: &Value| OwnCall {
            call: call(fields),
            since: Moment(0),
        };
        let coached = own(&json!({ "capabilities": ["Hangup", "SwitchToBargeIn", "SwitchToListenIn"] }));
        let shown = view(&coached, true, Some(Act::Coach));
        assert!(
            shown
                .acts
                .iter()
                .all(|button| button.one_way == (button.act != CallAct::Hangup))
        );
        let barged = own(&json!({ "capabilities": ["SwitchToListenIn"] }));
        assert!(!view(&barged, true, Some(Act::BargeIn)).acts[0].one_way);
    }
}
