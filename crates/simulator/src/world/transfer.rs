//! Calls that change hands: consultations, transfers, conferences, and who is left afterwards.

use serde_json::{Map, Value};

use super::call::{Leg, LegRole, LegState, Party};
use super::notice::CallEvent;
use super::{CallKey, DeviceKey, MonitorMode, Refusal, World};

impl World {
    /// Hands the call to a number and leaves. The party rings; the caller stays with them.
    pub(crate) fn single_step_transfer(
        &mut self,
        call: CallKey,
        device: DeviceKey,
        number: &str,
        user_data: Map<String, Value>,
    ) -> Result<(), Refusal> {
        self.invite(call, number, user_data)?;
        self.drop_leg(call, device);
        self.settle(call);
        Ok(())
    }

    /// Brings a number into the call.
    pub(crate) fn single_step_conference(
        &mut self,
        call: CallKey,
        number: &str,
        user_data: Map<String, Value>,
    ) -> Result<(), Refusal> {
        self.invite(call, number, user_data)?;
        self.settle(call);
        Ok(())
    }

    fn invite(&mut self, call: CallKey, number: &str, user_data: Map<String, Value>) -> Result<(), Refusal> {
        let party = self.party_at(number);
        let Some(conversation) = self.calls.get_mut(&call) else {
            return Err(Refusal::not_found("Call"));
        };
        if conversation.legs.iter().any(|leg| leg.party == party) {
            return Err(Refusal::not_now(format!(
                "'{number}' already takes part in the call"
            )));
        }
        conversation.user_data.extend(user_data);
        if self.is_engaged(&party) {
            return Err(Refusal::not_now(format!("'{number}' does not answer")));
        }
        self.add_leg(call, Leg::talker(party.clone(), LegState::Ringing, self.now));
        self.let_ring(call, &party);
        Ok(())
    }

    /// Puts the call on hold and calls a number about it.
    pub(crate) fn consult(
        &mut self,
        call: CallKey,
        device: DeviceKey,
        number: &str,
        user_data: Map<String, Value>,
    ) -> Result<CallKey, Refusal> {
        self.dial(device, number, user_data, Some(call))
    }

    /// The original and the consultation of a device, whichever of the two is named.
    pub(crate) fn consultation(&self, named: CallKey, device: DeviceKey) -> Option<(CallKey, CallKey)> {
        let parent = self
            .call(named)?
            .parent
            .filter(|parent| self.leg_state(*parent, device).is_some());
        let pair = if let Some(parent) = parent {
            (parent, named)
        } else {
            let mut calls = self.device(device).calls.iter().copied();
            (
                named,
                calls.find(|call| self.call(*call).is_some_and(|call| call.parent == Some(named)))?,
            )
        };
        // Nobody can be put together with somebody who has not picked up.
        let answered = matches!(
            self.leg_state(pair.1, device),
            Some(LegState::Established | LegState::Held)
        );
        answered.then_some(pair)
    }

    /// The consulted party takes the original call over.
    pub(crate) fn complete_transfer(&mut self, original: CallKey, consultation: CallKey, device: DeviceKey) {
        let joined = self.merge(original, consultation, device);
        self.drop_leg(original, device);
        self.settle(original);
        self.welcome(original, &joined);
    }

    /// Original and consultation become one call.
    pub(crate) fn complete_conference(
        &mut self,
        original: CallKey,
        consultation: CallKey,
        device: DeviceKey,
    ) {
        let joined = self.merge(original, consultation, device);
        self.retrieve(original, device);
        self.settle(original);
        self.welcome(original, &joined);
    }

    /// Moves everybody but this device from the consultation to the original, and ends the consultation.
    fn merge(&mut self, original: CallKey, consultation: CallKey, device: DeviceKey) -> Vec<DeviceKey> {
        let legs: Vec<Leg> = self
            .call(consultation)
            .map(|call| {
                call.legs
                    .iter()
                    .filter(|leg| leg.device() != Some(device))
                    .cloned()
                    .collect()
            })
            .unwrap_or_default();
        let outside: Vec<&Leg> = legs.iter().filter(|leg| leg.device().is_none()).collect();
        for leg in outside {
            self.add_leg(original, leg.clone());
        }
        self.end_call(consultation);
        let mut joined = Vec::new();
        for leg in legs {
            let Some(party) = leg.device() else { continue };
            if self.leg_state(original, party).is_none() {
                self.add_leg(original, leg);
                joined.push(party);
            }
        }
        joined
    }

    /// Tells parties about the call they have been moved to; for their supervisors it is a call like any other.
    fn welcome(&mut self, call: CallKey, joined: &[DeviceKey]) {
        for device in joined {
            self.tell_call(call, *device, CallEvent::StatusChange);
            if self.leg_state(call, *device) == Some(LegState::Established) {
                self.offer_to_supervisor(call, *device);
            }
        }
    }

    /// Takes a party out of the call. A supervisor who has barged in and removes the agent takes the call over.
    pub(crate) fn remove_participant(
        &mut self,
        call: CallKey,
        by: DeviceKey,
        number: &str,
    ) -> Result<(), Refusal> {
        let party = match self.device_by_number(number) {
            Some(device) => Party::Device(device),
            None => Party::Outside(number.to_owned()),
        };
        let Some(conversation) = self.calls.get_mut(&call) else {
            return Err(Refusal::not_found("Call"));
        };
        let Some(index) = conversation
            .legs
            .iter()
            .position(|leg| leg.is_talker() && leg.party == party)
        else {
            return Err(Refusal::not_found("Participant"));
        };
        match party {
            Party::Device(device) if device == by => {
                return Err(Refusal::not_now("Use Hangup to leave the call"));
            }
            Party::Device(device) => {
                self.take_over(call, by, device);
                self.drop_leg(call, device);
            }
            Party::Outside(_) => {
                conversation.legs.remove(index);
            }
        }
        self.settle(call);
        Ok(())
    }

    fn take_over(&mut self, call: CallKey, supervisor: DeviceKey, agent: DeviceKey) {
        let Some(monitor) = self
            .call(call)
            .and_then(|call| call.leg(supervisor))
            .and_then(Leg::monitor)
            .copied()
        else {
            return;
        };
        if monitor.mode == MonitorMode::BargeIn && monitor.target == Some(agent) {
            self.change_leg(call, supervisor, |leg| {
                leg.role = LegRole::Talker {
                    muted_by_supervisor: false,
                }
            });
            self.after_monitor_leg(supervisor, &monitor, false);
        }
    }

    /// Talks in the held call and holds the one talked in, whichever of the two is named first.
    pub(crate) fn swap(&mut self, call: CallKey, other: CallKey, device: DeviceKey) -> Result<(), Refusal> {
        let held = match (self.leg_state(call, device), self.leg_state(other, device)) {
            (Some(LegState::Held), Some(LegState::Established)) => call,
            (Some(LegState::Established), Some(LegState::Held)) => other,
            _ => {
                return Err(Refusal::not_now(
                    "One of the two calls must be held and the other established",
                ));
            }
        };
        self.retrieve(held, device);
        Ok(())
    }

    /// Ends the call for everybody; a supervisor only ever ends their own part.
    pub(crate) fn clear(&mut self, call: CallKey, device: DeviceKey) {
        if self.monitored_in(call, device).is_some() || self.monitoring_call(device) == Some(call) {
            self.hang_up(call, device);
        } else {
            self.end_call(call);
        }
    }
}
