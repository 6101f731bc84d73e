//! What the switch does: calls ring, are answered, held and released, and every party hears of it.

use std::time::Duration;

use serde_json::{Map, Value};

use super::call::{Call, CallType, Leg, LegRole, LegState, Party, Recording};
use super::notice::CallEvent;
use super::{CallKey, DeviceKey, Refusal, Timer, World};

/// How long somebody outside lets the phone ring.
const OUTSIDE_ANSWERS_AFTER: Duration = Duration::from_secs(3);
/// How long an agent nobody is signed in as lets a dialled or transferred call ring.
const AGENT_ANSWERS_AFTER: Duration = Duration::from_secs(2);

/// What a new call is made of besides its legs.
pub(super) struct CallOrigin {
    pub(super) call_type: CallType,
    pub(super) ani: Option<String>,
    pub(super) dnis: String,
    pub(super) user_data: Map<String, Value>,
    pub(super) parent: Option<CallKey>,
}

impl World {
    // Legs.

    pub(super) fn open_call(&mut self, origin: CallOrigin) -> CallKey {
        let key = CallKey(self.calls_made);
        self.calls_made += 1;
        let id: String = (0..32)
            .map(|_| char::from(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[self.rng.usize(..36)]))
            .collect();
        let call = Call {
            id: id.clone(),
            connection_id: format!("{:016x}", self.rng.u64(..)),
            call_type: origin.call_type,
            ani: origin.ani,
            dnis: origin.dnis,
            user_data: origin.user_data,
            legs: Vec::new(),
            recording: Recording::Stopped,
            parent: origin.parent,
        };
        self.call_ids.insert(id, key);
        self.calls.insert(key, call);
        key
    }

    pub(super) fn add_leg(&mut self, call: CallKey, leg: Leg) {
        if let Some(device) = leg.device() {
            self.device_mut(device).calls.push(call);
        }
        if let Some(conversation) = self.calls.get_mut(&call) {
            conversation.legs.push(leg);
        }
        self.touch_call(call);
    }

    pub(super) fn change_leg(&mut self, call: CallKey, device: DeviceKey, change: impl FnOnce(&mut Leg)) {
        if let Some(leg) = self.calls.get_mut(&call).and_then(|call| call.leg_mut(device)) {
            change(leg);
        }
        self.touch_call(call);
    }

    fn set_leg_state(&mut self, call: CallKey, device: DeviceKey, state: LegState) {
        self.change_leg(call, device, |leg| leg.state = state);
        self.tell_call(call, device, CallEvent::StatusChange);
    }

    /// Releases one leg without looking at what is left; [`World::settle`] does that.
    pub(super) fn drop_leg(&mut self, call: CallKey, device: DeviceKey) {
        self.remove_leg(call, device, false);
    }

    fn remove_leg(&mut self, call: CallKey, device: DeviceKey, hung_up: bool) {
        self.touch_call(call);
        self.tell_released(call, device);
        let Some(conversation) = self.calls.get_mut(&call) else {
            return;
        };
        let Some(index) = conversation
            .legs
            .iter()
            .position(|leg| leg.device() == Some(device))
        else {
            return;
        };
        let leg = conversation.legs.remove(index);
        self.device_mut(device).calls.retain(|other| *other != call);
        if let LegRole::Monitor(monitor) = leg.role {
            if leg.state != LegState::Ringing
                && let Some(target) = monitor.target
            {
                self.tell_call(call, target, CallEvent::StatusChange);
            }
            self.after_monitor_leg(device, &monitor, hung_up);
        }
    }

    /// Draws the conclusions after parties have left: the call ends, or those who stay hear who is still there.
    pub(super) fn settle(&mut self, call: CallKey) {
        let Some(conversation) = self.call(call) else {
            return;
        };
        let agents = conversation
            .legs
            .iter()
            .filter(|leg| leg.is_talker() && leg.device().is_some())
            .count();
        let supervised = conversation.monitor_leg().is_some();
        if conversation.talkers() < 2 || (agents == 0 && !supervised) {
            self.end_call(call);
            return;
        }
        self.follow_scope(call);
        // The supervisor may just have left a call that had nobody else of ours in it.
        if agents == 0 && self.call(call).is_some_and(|call| call.monitor_leg().is_none()) {
            self.end_call(call);
            return;
        }
        self.tell_everybody(call, CallEvent::ParticipantsUpdated);
    }

    /// When the monitored agent has left the call, the supervisor leaves too or stays with it, as the scope says.
    fn follow_scope(&mut self, call: CallKey) {
        let Some(conversation) = self.calls.get_mut(&call) else {
            return;
        };
        let Some((leg, monitor)) = conversation.monitor_leg() else {
            return;
        };
        let (Some(supervisor), Some(target)) = (leg.device(), monitor.target) else {
            return;
        };
        if conversation.leg(target).is_some() {
            return;
        }
        if monitor.scope == super::Scope::Agent {
            self.drop_leg(call, supervisor);
            return;
        }
        let next = conversation
            .legs
            .iter()
            .find(|leg| leg.is_talker() && leg.device().is_some())
            .and_then(Leg::device);
        self.change_leg(call, supervisor, |leg| {
            if let LegRole::Monitor(monitor) = &mut leg.role {
                monitor.target = next;
            }
        });
    }

    pub(super) fn end_call(&mut self, call: CallKey) {
        for device in self.call(call).map(Call::devices).unwrap_or_default() {
            self.drop_leg(call, device);
        }
        if let Some(ended) = self.calls.remove(&call) {
            self.call_ids.remove(&ended.id);
        }
    }

    /// Takes the device out of every call, as when its agent logs out.
    pub(super) fn leave_all_calls(&mut self, device: DeviceKey) {
        while let Some(call) = self.device(device).calls.first().copied() {
            self.drop_leg(call, device);
            self.settle(call);
        }
    }

    /// Puts every call the device talks in on hold but this one: a phone has one mouth.
    pub(super) fn hold_others(&mut self, device: DeviceKey, call: Option<CallKey>) {
        let others: Vec<_> = self
            .device(device)
            .calls
            .iter()
            .copied()
            .filter(|other| Some(*other) != call)
            .collect();
        for other in others {
            if self.leg_state(other, device) == Some(LegState::Established) {
                self.set_leg_state(other, device, LegState::Held);
            }
        }
    }

    // Calls from nowhere and to somewhere.

    /// A customer calls an agent: the phone rings.
    pub(crate) fn ring(&mut self, agent: DeviceKey) -> Result<CallKey, Refusal> {
        if !self.is_registered(agent) {
            return Err(Refusal::not_registered(&self.device(agent).number));
        }
        if self.device(agent).login.is_none() {
            return Err(Refusal::not_now("nobody is logged in on this device"));
        }
        if self.is_busy(agent) {
            return Err(Refusal::not_now("the device is busy with another call"));
        }
        let customer = self.customer();
        let call = self.open_call(CallOrigin {
            call_type: CallType::Inbound,
            ani: Some(customer.number.clone()),
            dnis: "800100".to_owned(),
            user_data: customer.user_data,
            parent: None,
        });
        let now = self.now;
        self.add_leg(
            call,
            Leg::talker(Party::Outside(customer.number), LegState::Established, now),
        );
        self.add_leg(call, Leg::talker(Party::Device(agent), LegState::Ringing, now));
        self.tell_call(call, agent, CallEvent::StatusChange);
        Ok(call)
    }

    /// Whether a new call would find the device engaged. Calls on hold do not engage it.
    pub(super) fn is_busy(&self, device: DeviceKey) -> bool {
        self.call_in(
            device,
            &[LegState::Dialing, LegState::Ringing, LegState::Established],
        )
        .is_some()
    }

    /// Calls a number. `parent` makes it a consultation about that call.
    pub(crate) fn dial(
        &mut self,
        caller: DeviceKey,
        number: &str,
        user_data: Map<String, Value>,
        parent: Option<CallKey>,
    ) -> Result<CallKey, Refusal> {
        if !self.is_registered(caller) {
            return Err(Refusal::not_registered(&self.device(caller).number));
        }
        if self
            .call_in(caller, &[LegState::Dialing, LegState::Ringing])
            .is_some()
        {
            return Err(Refusal::not_now("The device is busy with another call"));
        }
        let party = self.party_at(number);
        if party == Party::Device(caller) {
            return Err(Refusal::not_now("A device cannot call itself"));
        }
        let call_type = match (&party, parent) {
            (_, Some(_)) => CallType::Consult,
            (Party::Device(_), None) => CallType::Internal,
            (Party::Outside(_), None) => CallType::Outbound,
        };
        self.hold_others(caller, None);
        let call = self.open_call(CallOrigin {
            call_type,
            ani: None,
            dnis: number.to_owned(),
            user_data,
            parent,
        });
        let engaged = self.is_engaged(&party);
        self.add_leg(
            call,
            Leg::talker(Party::Device(caller), LegState::Dialing, self.now),
        );
        if !engaged {
            self.add_leg(call, Leg::talker(party.clone(), LegState::Ringing, self.now));
        }
        self.tell_call(call, caller, CallEvent::StatusChange);
        if engaged {
            self.settle(call);
        } else {
            self.let_ring(call, &party);
        }
        Ok(call)
    }

    /// Who is at a number; a forwarded phone counts as the number it forwards to.
    pub(super) fn party_at(&self, number: &str) -> Party {
        let Some(device) = self.device_by_number(number) else {
            return Party::Outside(number.to_owned());
        };
        match &self.device(device).forward_to {
            Some(forward) => self
                .device_by_number(forward)
                .map_or_else(|| Party::Outside(forward.clone()), Party::Device),
            None => Party::Device(device),
        }
    }

    /// Whether a call to this party would not ring.
    pub(super) fn is_engaged(&self, party: &Party) -> bool {
        match party {
            Party::Outside(_) => false,
            Party::Device(device) => {
                !self.is_registered(*device) || self.device(*device).do_not_disturb || self.is_busy(*device)
            }
        }
    }

    /// Tells a party that it rings, and has it answered if nobody real is there to do so.
    pub(super) fn let_ring(&mut self, call: CallKey, party: &Party) {
        match party {
            Party::Outside(_) => self.after(OUTSIDE_ANSWERS_AFTER, Timer::OutsideAnswers(call)),
            Party::Device(device) => {
                self.tell_call(call, *device, CallEvent::StatusChange);
                let attended = self
                    .device(*device)
                    .person()
                    .is_some_and(|person| self.person(person).signed_in);
                if !attended {
                    self.after(AGENT_ANSWERS_AFTER, Timer::AgentAnswers(call, *device));
                }
            }
        }
    }

    pub(super) fn outside_answers(&mut self, call: CallKey) {
        let now = self.now;
        let Some(conversation) = self.calls.get_mut(&call) else {
            return;
        };
        for leg in conversation.legs.iter_mut().filter(|leg| leg.device().is_none()) {
            if leg.state == LegState::Ringing {
                leg.state = LegState::Established;
                leg.since = now;
            }
        }
        self.connect_callers(call);
    }

    /// Those who were dialling are through.
    fn connect_callers(&mut self, call: CallKey) {
        for device in self.call(call).map(Call::devices).unwrap_or_default() {
            if self.leg_state(call, device) == Some(LegState::Dialing) {
                self.hold_others(device, Some(call));
                self.set_leg_state(call, device, LegState::Established);
                self.offer_to_supervisor(call, device);
            }
        }
    }

    // What a party does.

    /// Answers a ringing leg. An agent's answer brings in their supervisor; a supervisor's answer shows on the agent's call.
    pub(crate) fn answer(&mut self, call: CallKey, device: DeviceKey) {
        if self.leg_state(call, device) != Some(LegState::Ringing) {
            return;
        }
        self.hold_others(device, Some(call));
        let now = self.now;
        self.change_leg(call, device, |leg| leg.since = now);
        self.device_mut(device).answered += 1;
        self.set_leg_state(call, device, LegState::Established);
        if let Some(target) = self.monitored_in(call, device) {
            self.tell_call(call, target, CallEvent::StatusChange);
        } else {
            self.connect_callers(call);
            self.offer_to_supervisor(call, device);
        }
        self.touch_device(device);
    }

    /// Leaves a call.
    pub(crate) fn hang_up(&mut self, call: CallKey, device: DeviceKey) {
        let supervises = self
            .call(call)
            .and_then(|call| call.leg(device))
            .is_some_and(|leg| leg.monitor().is_some());
        self.remove_leg(call, device, true);
        // Nobody but the monitored agent sees a supervisor go, unless that was the last of ours in the call.
        let ours_left = self.call(call).is_some_and(|call| !call.devices().is_empty());
        if !supervises || !ours_left {
            self.settle(call);
        }
    }

    pub(crate) fn hold(&mut self, call: CallKey, device: DeviceKey) {
        self.set_leg_state(call, device, LegState::Held);
    }

    pub(crate) fn retrieve(&mut self, call: CallKey, device: DeviceKey) {
        self.hold_others(device, Some(call));
        self.set_leg_state(call, device, LegState::Established);
    }

    pub(crate) fn mute(&mut self, call: CallKey, device: DeviceKey, muted: bool) {
        self.change_leg(call, device, |leg| leg.muted = muted);
        self.tell_call(call, device, CallEvent::StatusChange);
    }

    pub(crate) fn send_digits(&mut self, call: CallKey, device: DeviceKey) {
        self.tell_call(call, device, CallEvent::DtmfSent);
    }

    pub(crate) fn change_user_data(&mut self, call: CallKey, change: impl FnOnce(&mut Map<String, Value>)) {
        if let Some(conversation) = self.calls.get_mut(&call) {
            change(&mut conversation.user_data);
        }
        self.tell_everybody(call, CallEvent::AttachedDataChanged);
    }

    pub(crate) fn record(&mut self, call: CallKey, recording: Recording) {
        if let Some(conversation) = self.calls.get_mut(&call) {
            conversation.recording = recording;
        }
        self.tell_everybody(call, CallEvent::CallRecordingStateChange);
    }
}
