//! Finding people, devices and calls, by key and by what the outside calls them.

use super::{Call, CallKey, Device, DeviceKey, LegState, Person, PersonKey, World};

impl World {
    pub(crate) fn person(&self, person: PersonKey) -> &Person {
        &self.directory.people[person.0]
    }

    pub(crate) fn person_mut(&mut self, person: PersonKey) -> &mut Person {
        &mut self.directory.people[person.0]
    }

    pub(crate) fn person_keys(&self) -> impl Iterator<Item = PersonKey> + use<> {
        (0..self.directory.people.len()).map(PersonKey)
    }

    pub(crate) fn device(&self, device: DeviceKey) -> &Device {
        &self.directory.devices[device.0]
    }

    pub(crate) fn device_mut(&mut self, device: DeviceKey) -> &mut Device {
        &mut self.directory.devices[device.0]
    }

    pub(crate) fn device_keys(&self) -> impl Iterator<Item = DeviceKey> + use<> {
        (0..self.directory.devices.len()).map(DeviceKey)
    }

    pub(crate) fn call(&self, call: CallKey) -> Option<&Call> {
        self.calls.get(&call)
    }

    pub(crate) fn call_by_id(&self, id: &str) -> Option<CallKey> {
        self.call_ids.get(id).copied()
    }

    pub(crate) fn person_by_id(&self, id: &str) -> Option<PersonKey> {
        self.user_ids.get(id).copied()
    }

    pub(crate) fn person_by_user_name(&self, user_name: &str) -> Option<PersonKey> {
        self.user_names.get(user_name).copied()
    }

    pub(crate) fn device_by_id(&self, id: &str) -> Option<DeviceKey> {
        self.device_ids.get(id).copied()
    }

    pub(crate) fn device_by_number(&self, number: &str) -> Option<DeviceKey> {
        self.numbers.get(number).copied()
    }

    /// A person by anything a human may call them: id, sign-in name, full name, or the number or id of their device.
    pub(crate) fn find_person(&self, name: &str) -> Option<PersonKey> {
        self.person_by_id(name)
            .or_else(|| self.person_by_user_name(name))
            .or_else(|| {
                self.device_by_number(name)
                    .or_else(|| self.device_by_id(name))
                    .and_then(|device| self.device(device).person())
            })
            .or_else(|| {
                self.person_keys()
                    .find(|person| self.person(*person).full_name() == name)
            })
    }

    /// The device of a person found by [`World::find_person`].
    pub(crate) fn find_device(&self, name: &str) -> Option<DeviceKey> {
        self.device_by_number(name)
            .or_else(|| self.find_person(name).map(|person| self.person(person).device))
    }

    /// Whether the switch has registered the device's number.
    pub(crate) fn is_registered(&self, device: DeviceKey) -> bool {
        !self.faults.unregistered.contains(&self.device(device).number)
    }

    /// Whether the device is an outside phone that no application can answer.
    pub(crate) fn is_public(&self, device: DeviceKey) -> bool {
        self.faults.public_network.contains(&self.device(device).number)
    }

    pub(crate) fn leg_state(&self, call: CallKey, device: DeviceKey) -> Option<LegState> {
        self.call(call)?.leg(device).map(|leg| leg.state)
    }

    /// The first call in which the device's leg is in one of these states, supervisor's legs included.
    pub(crate) fn call_in(&self, device: DeviceKey, states: &[LegState]) -> Option<CallKey> {
        let calls = self.device(device).calls.iter().copied();
        calls.into_iter().find(|call| {
            self.leg_state(*call, device)
                .is_some_and(|state| states.contains(&state))
        })
    }

    /// The established call in which the device talks (a supervisor's leg does not count).
    pub(crate) fn running_call(&self, device: DeviceKey) -> Option<CallKey> {
        let calls = self.device(device).calls.iter().copied();
        calls.into_iter().find(|call| {
            let leg = self.call(*call).and_then(|call| call.leg(device));
            leg.is_some_and(|leg| leg.is_talker() && leg.state == LegState::Established)
        })
    }

    /// Says that what others read about the person at this device may have changed.
    pub(crate) fn touch_device(&mut self, device: DeviceKey) {
        if let Some(person) = self.device(device).person() {
            self.touch_person(person);
        }
    }

    /// Says that what others read about everybody in this call may have changed: one party's place in it decides
    /// what the others may do.
    pub(crate) fn touch_call(&mut self, call: CallKey) {
        for device in self.call(call).map(super::Call::devices).unwrap_or_default() {
            self.touch_device(device);
        }
    }

    /// Says that what others read about this person may have changed.
    pub(crate) fn touch_person(&mut self, person: PersonKey) {
        self.person_mut(person).version += 1;
    }
}
