//! Supervisor monitoring: who may monitor whom, when the supervisor is brought in, and when it ends
//! (`gws/core.md` 5.4 and 5.6).
//!
//! The monitoring set up on a device and the supervisor's leg in a call are two things. Cancelling ends the
//! first; a conversation already joined goes on until somebody hangs up.

use super::call::{Leg, LegRole, LegState, MonitorLeg, Party};
use super::notice::CallEvent;
use super::{CallKey, CallType, DeviceKey, Refusal, Status, World};

/// What the supervisor does in the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MonitorMode {
    /// Silent.
    ListenIn,
    /// Heard by the agent only.
    Coach,
    /// Heard by everybody.
    BargeIn,
}

/// `supervisorMonitoringMode`: for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    NextCall,
    AllCalls,
}

/// `supervisorMonitoringScope`: whom the supervisor follows when the call is transferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Agent,
    Call,
}

impl MonitorMode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ListenIn => "ListenIn",
            Self::Coach => "Coach",
            Self::BargeIn => "BargeIn",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::ListenIn, Self::Coach, Self::BargeIn]
            .into_iter()
            .find(|mode| mode.name() == name)
    }
}

impl Extent {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NextCall => "NextCall",
            Self::AllCalls => "AllCalls",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::NextCall, Self::AllCalls]
            .into_iter()
            .find(|extent| extent.name() == name)
    }
}

impl Scope {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Agent => "Agent",
            Self::Call => "Call",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Agent, Self::Call]
            .into_iter()
            .find(|scope| scope.name() == name)
    }
}

/// What a supervisor asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MonitorOrder {
    pub(crate) mode: MonitorMode,
    pub(crate) extent: Extent,
    pub(crate) scope: Scope,
    pub(crate) target: DeviceKey,
}

/// A monitoring set up on a supervisor's device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Monitoring {
    pub(crate) order: MonitorOrder,
    /// Tells this monitoring from earlier ones of the same device.
    pub(crate) serial: u64,
}

impl World {
    /// Sets up monitoring, in place of what the supervisor monitored before.
    pub(crate) fn monitor(&mut self, supervisor: DeviceKey, order: MonitorOrder) -> Result<(), Refusal> {
        self.check_monitor(supervisor, order.target)?;
        self.forget_monitoring(supervisor);
        self.monitorings_made += 1;
        let monitoring = Monitoring {
            order,
            serial: self.monitorings_made,
        };
        self.device_mut(supervisor).monitoring = Some(monitoring);
        self.device_mut(order.target).monitored_by = Some(supervisor);
        self.touch_device(order.target);
        self.tell_device(supervisor);
        let intrudes = match order.mode {
            MonitorMode::BargeIn => self.faults.intrusion_barge_in,
            MonitorMode::Coach | MonitorMode::ListenIn => self.faults.intrusion_coach_listen,
        };
        if intrudes && let Some(call) = self.running_call(order.target) {
            self.offer_to_supervisor(call, order.target);
        } else {
            self.hasten_call(order.target);
        }
        Ok(())
    }

    fn check_monitor(&self, supervisor: DeviceKey, target: DeviceKey) -> Result<(), Refusal> {
        if self.device(supervisor).login.is_none() {
            return Err(Refusal::not_now(
                "No contact center session is started on this device",
            ));
        }
        if supervisor == target {
            return Err(Refusal::not_now("A device cannot monitor itself"));
        }
        let number = &self.device(target).number;
        if !self.is_registered(target) {
            return Err(Refusal::not_registered(number));
        }
        if self.device(target).login.is_none() {
            return Err(Refusal::not_now(format!(
                "No agent is logged in on device '{number}'"
            )));
        }
        if self.held_by_other(target, supervisor) {
            return Err(Refusal::new(
                Status::InUse,
                format!("Device '{number}' is already monitored by another supervisor"),
            ));
        }
        Ok(())
    }

    /// Whether a supervisor other than this one monitors the device, or still sits in one of its calls.
    pub(crate) fn held_by_other(&self, target: DeviceKey, supervisor: DeviceKey) -> bool {
        let armed = self
            .device(target)
            .monitored_by
            .is_some_and(|holder| holder != supervisor);
        let sits_in = self.device(target).calls.iter().any(|call| {
            self.call(*call)
                .and_then(super::Call::monitor_leg)
                .is_some_and(|(leg, monitor)| {
                    monitor.target == Some(target) && leg.device() != Some(supervisor)
                })
        });
        armed || sits_in || self.monitored_elsewhere(target)
    }

    fn monitored_elsewhere(&self, target: DeviceKey) -> bool {
        self.faults
            .monitored_elsewhere
            .iter()
            .any(|name| self.find_device(name) == Some(target))
    }

    /// The supervisor's own cancel: ends the monitoring and an unanswered offer, but not a joined conversation.
    pub(crate) fn cancel_monitoring(&mut self, supervisor: DeviceKey) -> Result<(), Refusal> {
        if self.device(supervisor).monitoring.is_none() {
            return Err(Refusal::not_now("No monitoring is active on this device"));
        }
        self.end_monitoring(supervisor);
        Ok(())
    }

    /// Ends the monitoring of a supervisor, if any, and tells them by a device message without monitoring state.
    pub(crate) fn end_monitoring(&mut self, supervisor: DeviceKey) {
        if self.forget_monitoring(supervisor) {
            self.tell_device(supervisor);
        }
    }

    /// Takes the monitoring off both devices without telling anybody; true if there was one.
    fn forget_monitoring(&mut self, supervisor: DeviceKey) -> bool {
        let Some(monitoring) = self.device_mut(supervisor).monitoring.take() else {
            return false;
        };
        let target = monitoring.order.target;
        self.device_mut(target).monitored_by = None;
        self.touch_device(target);
        if let Some(call) = self.monitoring_call(supervisor)
            && self.leg_state(call, supervisor) == Some(LegState::Ringing)
        {
            self.drop_leg(call, supervisor);
        }
        true
    }

    /// The call in which this device has a supervisor's leg.
    pub(crate) fn monitoring_call(&self, supervisor: DeviceKey) -> Option<CallKey> {
        self.device(supervisor).calls.iter().copied().find(|call| {
            self.call(*call)
                .and_then(|call| call.leg(supervisor))
                .is_some_and(|leg| leg.monitor().is_some())
        })
    }

    /// Brings the supervisor of this agent into the call: their phone rings.
    ///
    /// Consultations are not monitored, nor is a call that already has a supervisor, and a supervisor's phone
    /// carries one monitored call at a time.
    pub(crate) fn offer_to_supervisor(&mut self, call: CallKey, agent: DeviceKey) {
        let Some(supervisor) = self.device(agent).monitored_by else {
            return;
        };
        let Some(monitoring) = self.device(supervisor).monitoring else {
            return;
        };
        let Some(conversation) = self.call(call) else {
            return;
        };
        let suits = conversation.call_type != CallType::Consult
            && conversation.monitor_leg().is_none()
            && conversation.leg(supervisor).is_none()
            && self.monitoring_call(supervisor).is_none()
            && self.is_registered(supervisor);
        if !suits {
            return;
        }
        let role = LegRole::Monitor(MonitorLeg {
            mode: monitoring.order.mode,
            scope: monitoring.order.scope,
            target: Some(agent),
            serial: monitoring.serial,
        });
        let leg = Leg {
            role,
            muted: monitoring.order.mode == MonitorMode::ListenIn,
            ..Leg::talker(Party::Device(supervisor), LegState::Ringing, self.now)
        };
        self.add_leg(call, leg);
        self.tell_call(call, supervisor, CallEvent::StatusChange);
        self.touch_device(agent);
    }

    /// What follows when a supervisor's leg has ended.
    pub(crate) fn after_monitor_leg(&mut self, supervisor: DeviceKey, leg: &MonitorLeg, hung_up: bool) {
        if let Some(target) = leg.target {
            self.touch_device(target);
        }
        let Some(monitoring) = self.device(supervisor).monitoring else {
            return;
        };
        if monitoring.serial != leg.serial {
            return;
        }
        let disconnect_cancels = hung_up && self.faults.cancel_monitor_on_disconnect;
        if monitoring.order.extent == Extent::NextCall || disconnect_cancels {
            self.end_monitoring(supervisor);
        }
    }

    /// The one-way door: `ListenIn` and `BargeIn` can be swapped for ever, `Coach` can only be left.
    pub(crate) fn switch_monitor(&mut self, call: CallKey, supervisor: DeviceKey, mode: MonitorMode) {
        self.change_leg(call, supervisor, |leg| {
            if let LegRole::Monitor(monitor) = &mut leg.role {
                monitor.mode = mode;
                leg.muted = mode == MonitorMode::ListenIn;
            }
        });
        self.tell_call(call, supervisor, CallEvent::StatusChange);
    }

    /// Mutes or unmutes the agent whom the supervisor monitors in this call.
    pub(crate) fn mute_monitored(&mut self, call: CallKey, supervisor: DeviceKey, muted: bool) {
        let Some(target) = self.monitored_in(call, supervisor) else {
            return;
        };
        self.change_leg(call, target, |leg| {
            if let LegRole::Talker { muted_by_supervisor } = &mut leg.role {
                *muted_by_supervisor = muted;
            }
        });
        self.tell_call(call, supervisor, CallEvent::MonitoredUserMutedStateChange);
        self.tell_call(call, target, CallEvent::MonitoredUserMutedStateChange);
    }

    /// The agent's device that this supervisor's leg is about.
    pub(crate) fn monitored_in(&self, call: CallKey, supervisor: DeviceKey) -> Option<DeviceKey> {
        self.call(call)?.leg(supervisor)?.monitor()?.target
    }

    /// Ends every monitoring that this device is part of, on either side.
    pub(crate) fn end_monitoring_around(&mut self, device: DeviceKey) {
        self.end_monitoring(device);
        if let Some(supervisor) = self.device(device).monitored_by {
            self.end_monitoring(supervisor);
        }
    }
}
