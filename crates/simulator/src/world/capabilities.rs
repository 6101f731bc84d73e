//! What a resource allows now. Operations are checked against the very lists that are shown
//! (`gws/core.md` 5.2 and 5.5).

use super::call::{LegRole, LegState, Recording};
use super::{CallKey, DeviceKey, MonitorMode, PersonKey, World};

const DATA: [&str; 4] = [
    "AttachUserData",
    "UpdateUserData",
    "DeleteUserData",
    "DeleteUserDataPair",
];

impl World {
    /// What a person may do with their own device.
    pub(crate) fn device_capabilities(&self, device: DeviceKey, person: PersonKey) -> Vec<&'static str> {
        if !self.is_registered(device) {
            return Vec::new();
        }
        let phone = self.device(device);
        let mut list = vec![
            if phone.forward_to.is_some() {
                "ForwardCallsOff"
            } else {
                "ForwardCallsOn"
            },
            if phone.do_not_disturb {
                "DoNotDisturbOff"
            } else {
                "DoNotDisturbOn"
            },
        ];
        if self.person(person).is_supervisor() {
            if phone.login.is_some() {
                list.extend(["ListenIn", "Coach", "BargeIn"]);
            }
            if phone.monitoring.is_some() {
                list.push("CancelSupervisorMonitoring");
            }
        }
        list
    }

    /// What a supervisor who looks at somebody else's device may do about it: the monitoring operations,
    /// unless another supervisor holds the device or nobody is logged in.
    pub(crate) fn capabilities_for_supervisor(
        &self,
        device: DeviceKey,
        viewer: PersonKey,
    ) -> Vec<&'static str> {
        let own = self.person(viewer).device;
        let open = self.is_registered(device)
            && self.device(device).login.is_some()
            && device != own
            && !self.held_by_other(device, own);
        if open {
            vec!["ListenIn", "Coach", "BargeIn"]
        } else {
            Vec::new()
        }
    }

    /// What a device may do with its leg of a call.
    pub(crate) fn call_capabilities(&self, call: CallKey, device: DeviceKey) -> Vec<&'static str> {
        let Some(leg) = self.call(call).and_then(|call| call.leg(device)) else {
            return Vec::new();
        };
        match (&leg.role, leg.state) {
            (LegRole::Talker { .. }, LegState::Ringing) => self.ringing(device, &["ClearCall"]),
            (LegRole::Monitor(_), LegState::Ringing) => self.ringing(device, &["Hangup", "ClearCall"]),
            (_, LegState::Dialing) => ["Hangup", "SendDtmf"].into_iter().chain(DATA).collect(),
            (LegRole::Talker { .. }, LegState::Established) => self.established(call, device),
            (LegRole::Talker { .. }, LegState::Held) => self.held(call, device),
            (LegRole::Monitor(_), LegState::Held) => DATA.into_iter().chain(["Hangup", "Retrieve"]).collect(),
            (LegRole::Monitor(monitor), LegState::Established) => self.monitoring(call, monitor.mode),
        }
    }

    fn ringing(&self, device: DeviceKey, end: &[&'static str]) -> Vec<&'static str> {
        // A phone on the public network can only be picked up by hand.
        let answer = (!self.is_public(device)).then_some("Answer");
        answer
            .into_iter()
            .chain(DATA)
            .chain(end.iter().copied())
            .collect()
    }

    fn established(&self, call: CallKey, device: DeviceKey) -> Vec<&'static str> {
        let mut list: Vec<_> = DATA
            .into_iter()
            .chain([
                "Hangup",
                "Hold",
                "InitiateTransfer",
                "SingleStepTransfer",
                "InitiateConference",
                "SingleStepConference",
                "SendDtmf",
            ])
            .collect();
        let Some(conversation) = self.call(call) else {
            return list;
        };
        let muted = conversation.leg(device).is_some_and(|leg| leg.muted);
        list.push(if muted { "UnmuteCall" } else { "MuteCall" });
        list.extend(match conversation.recording {
            Recording::Stopped => vec!["StartCallRecording"],
            Recording::Running => vec!["PauseCallRecording", "StopCallRecording"],
            Recording::Paused => vec!["ResumeCallRecording", "StopCallRecording"],
        });
        if conversation.talkers() > 2 {
            list.extend(["ClearCall", "RemoveParticipantFromConference"]);
        }
        if self.call_in(device, &[LegState::Held]).is_some() {
            list.push("SwapCalls");
        }
        if self.consultation(call, device).is_some() {
            list.extend(["CompleteConference", "CompleteTransfer"]);
        }
        list
    }

    fn held(&self, call: CallKey, device: DeviceKey) -> Vec<&'static str> {
        let mut list: Vec<_> = DATA.into_iter().chain(["Hangup"]).collect();
        let talks_elsewhere = self.call_in(device, &[LegState::Established]).is_some();
        list.push(if talks_elsewhere { "SwapCalls" } else { "Retrieve" });
        if self.consultation(call, device).is_some() {
            list.extend(["CompleteConference", "CompleteTransfer"]);
        }
        list
    }

    fn monitoring(&self, call: CallKey, mode: MonitorMode) -> Vec<&'static str> {
        let mut list: Vec<_> = DATA.into_iter().chain(["Hangup", "Hold", "SendDtmf"]).collect();
        list.extend(match mode {
            MonitorMode::Coach => vec!["SwitchToBargeIn", "SwitchToListenIn"],
            MonitorMode::ListenIn => vec!["SwitchToBargeIn"],
            MonitorMode::BargeIn => vec!["SwitchToListenIn"],
        });
        list.push("RemoveParticipantFromConference");
        if let Some(muted) = self.monitored_user_muted(call) {
            list.push(if muted {
                "UnmuteMonitoredUser"
            } else {
                "MuteMonitoredUser"
            });
        }
        list
    }

    /// Whether the monitored agent of this call has been muted; absent when nobody is monitored in it.
    pub(crate) fn monitored_user_muted(&self, call: CallKey) -> Option<bool> {
        let conversation = self.call(call)?;
        let target = conversation.monitor_leg()?.1.target?;
        match conversation.leg(target)?.role {
            LegRole::Talker { muted_by_supervisor } => Some(muted_by_supervisor),
            LegRole::Monitor(_) => None,
        }
    }
}
