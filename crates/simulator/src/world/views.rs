//! The floor as the control API shows it: everything at once, in plain words.

use super::call::Leg;
use super::device::AgentState;
use super::{CallKey, DeviceKey, Party, PersonKey, Role, World};
use crate::control::{CallView, FloorView, MonitoringView, PersonView};

impl World {
    pub(crate) fn view(&self) -> FloorView {
        let (agents, supervisors) = self
            .person_keys()
            .partition::<Vec<_>, _>(|person| self.person(*person).role == Role::Agent);
        FloorView {
            now_ms: u64::try_from(self.now.as_millis()).unwrap_or(u64::MAX),
            agents: agents
                .into_iter()
                .map(|person| self.person_view(person))
                .collect(),
            supervisors: supervisors
                .into_iter()
                .map(|person| self.person_view(person))
                .collect(),
        }
    }

    pub(crate) fn person_view(&self, key: PersonKey) -> PersonView {
        let person = self.person(key);
        let device = self.device(person.device);
        let state = match device.login {
            _ if !self.is_registered(person.device) => "Inactive",
            Some(login) if login.person == key => match login.state {
                AgentState::LoggedIn => "LoggedIn",
                AgentState::Ready => "Ready",
                AgentState::NotReady(_) => "NotReady",
            },
            _ => "LoggedOut",
        };
        PersonView {
            id: person.id.clone(),
            name: person.full_name(),
            user_name: person.user_name.clone(),
            group: person
                .group
                .map(|group| self.directory.groups[group.0].name.clone())
                .unwrap_or_default(),
            device_id: device.id.clone(),
            phone_number: device.number.clone(),
            state: state.to_owned(),
            calls: device
                .calls
                .iter()
                .filter_map(|call| self.call_view(*call, person.device))
                .collect(),
            monitoring: self.monitoring_view(person.device),
            monitored_by: device
                .monitored_by
                .and_then(|supervisor| self.name_at(supervisor)),
        }
    }

    fn call_view(&self, key: CallKey, device: DeviceKey) -> Option<CallView> {
        let call = self.call(key)?;
        Some(CallView {
            id: call.id.clone(),
            state: call.leg(device)?.state.name().to_owned(),
            call_type: call.call_type.name().to_owned(),
            participants: self.participants(key, device),
            supervisor_listening_in: self.supervisor_listens_in(key, device),
            monitoring: call
                .leg(device)?
                .monitor()
                .map(|monitor| monitor.mode.name().to_owned()),
        })
    }

    fn monitoring_view(&self, supervisor: DeviceKey) -> Option<MonitoringView> {
        let order = self.device(supervisor).monitoring?.order;
        Some(MonitoringView {
            state: order.mode.name().to_owned(),
            mode: order.extent.name().to_owned(),
            scope: order.scope.name().to_owned(),
            agent: self.name_at(order.target).unwrap_or_default(),
            target_device_id: self.device(order.target).id.clone(),
            call: self
                .monitoring_call(supervisor)
                .and_then(|call| self.call(call))
                .map(|call| call.id.clone()),
        })
    }

    fn name_at(&self, device: DeviceKey) -> Option<String> {
        self.device(device)
            .person()
            .map(|person| self.person(person).full_name())
    }

    /// Numbers of the other parties of a call. A supervisor who monitors is not a party anybody sees.
    pub(crate) fn participants(&self, call: CallKey, device: DeviceKey) -> Vec<String> {
        let others = |leg: &&Leg| leg.is_talker() && leg.device() != Some(device);
        let number = |leg: &Leg| match &leg.party {
            Party::Device(device) => self.device(*device).number.clone(),
            Party::Outside(number) => number.clone(),
        };
        self.call(call)
            .map(|call| call.legs.iter().filter(others).map(number).collect())
            .unwrap_or_default()
    }

    /// Whether a supervisor is on this call of this agent. On the supervisor's own call it is false.
    pub(crate) fn supervisor_listens_in(&self, call: CallKey, device: DeviceKey) -> bool {
        self.call(call)
            .and_then(super::Call::monitor_leg)
            .is_some_and(|(leg, monitor)| {
                monitor.target == Some(device) && leg.state != super::LegState::Ringing
            })
    }
}
