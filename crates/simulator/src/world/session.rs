//! Contact-centre sessions and agent states (`gws/core.md` 3 and 4.3).

use super::device::{AgentState, DeviceKind, Login, Pause};
use super::people::MediaChannel;
use super::written::{Medium, SmsSpelling};
use super::{DeviceKey, PersonKey, Refusal, Role, Status, World};

/// What `StartContactCenterSession` did for one channel.
#[derive(Debug)]
pub(crate) struct ChannelOutcome {
    /// `voice`, or `multimedia` for the whole group of the others.
    pub(crate) channel: &'static str,
    pub(crate) result: Result<(), Refusal>,
}

/// A change of agent state, as the operation names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StateChange {
    Ready,
    NotReady(Pause),
    Offline,
}

impl StateChange {
    /// Every change with its operation name.
    pub(crate) const ALL: [(&'static str, Self); 6] = [
        ("Ready", Self::Ready),
        ("NotReady", Self::NotReady(Pause::Plain)),
        ("AfterCallWork", Self::NotReady(Pause::AfterCallWork)),
        ("AuxWork", Self::NotReady(Pause::AuxWork)),
        ("OutToLunch", Self::NotReady(Pause::OutToLunch)),
        ("Offline", Self::Offline),
    ];

    pub(crate) fn parse(operation: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(name, _)| *name == operation)
            .map(|(_, change)| change)
    }
}

impl World {
    /// Logs the shift in as it stands when the doors open: nearly everybody ready, a few away.
    pub(super) fn begin_shift(&mut self) {
        for (index, person) in self.person_keys().enumerate() {
            if self.person(person).role != Role::Agent {
                continue;
            }
            // The first agents are always ready: they are the ones people try first.
            let state = match index {
                0..6 => Some(AgentState::Ready),
                _ if index % 11 == 7 => None,
                _ if index % 15 == 9 => Some(AgentState::NotReady(Pause::OutToLunch)),
                _ if index % 5 == 4 => Some(AgentState::NotReady(Pause::AuxWork)),
                _ => Some(AgentState::Ready),
            };
            let device = self.person(person).device;
            self.device_mut(device).login = state.map(|state| Login { person, state });
            // Those who are away are not in the written channels, and a few others have none.
            let writes = state.is_some() && index % 12 != 10;
            if writes {
                self.person_mut(person).media = Medium::ALL
                    .map(|medium| MediaChannel {
                        name: medium.resource().to_owned(),
                        ready: true,
                    })
                    .to_vec();
            }
        }
    }

    /// Refuses when the telephony service is down.
    pub(crate) fn check_voice_service(&self) -> Result<(), Refusal> {
        if self.faults.voice_inactive {
            return Err(Refusal::new(
                Status::Unavailable,
                "Telephony server connection is not opened",
            ));
        }
        Ok(())
    }

    /// Starts a session on the named channels; each channel group succeeds or fails on its own.
    pub(crate) fn start_session(
        &mut self,
        person: PersonKey,
        channels: &[String],
        place: Option<&str>,
        device_path: Option<&str>,
    ) -> Vec<ChannelOutcome> {
        let mut outcomes = Vec::new();
        if channels.iter().any(|channel| channel == "voice") {
            let result = self.start_voice(person, place, device_path);
            outcomes.push(ChannelOutcome {
                channel: "voice",
                result,
            });
        }
        let media: Vec<_> = channels.iter().filter(|channel| *channel != "voice").collect();
        if !media.is_empty() {
            let result = self.start_media(person, &media);
            outcomes.push(ChannelOutcome {
                channel: "multimedia",
                result,
            });
        }
        outcomes
    }

    fn start_voice(
        &mut self,
        person: PersonKey,
        place: Option<&str>,
        device_path: Option<&str>,
    ) -> Result<(), Refusal> {
        self.check_voice_service()?;
        let device = self.choose_device(person, place, device_path)?;
        if !self.is_registered(device) {
            if let Some(listener) = self
                .device(device)
                .person()
                .filter(|listener| *listener == person)
            {
                self.tell_device_to(device, listener);
            }
            return Err(Refusal::not_registered(&self.device(device).number));
        }
        if self
            .device(device)
            .login
            .is_some_and(|login| login.person != person)
        {
            let number = &self.device(device).number;
            return Err(Refusal::new(
                Status::InUse,
                format!("Device '{number}' is assigned to another user"),
            ));
        }
        self.log_in(person, device);
        Ok(())
    }

    /// Where a session logs in: the named device, else the place's only device or only ACD position, else the person's own.
    fn choose_device(
        &self,
        person: PersonKey,
        place: Option<&str>,
        device_path: Option<&str>,
    ) -> Result<DeviceKey, Refusal> {
        let on_place = match place {
            Some(place) => Some(
                self.directory
                    .places
                    .get(place)
                    .ok_or_else(|| Refusal::not_found(&format!("Place '{place}'")))?,
            ),
            None => None,
        };
        if let Some(path) = device_path {
            let id = path.rsplit('/').next().unwrap_or_default();
            let device = self
                .device_by_id(id)
                .ok_or_else(|| Refusal::not_found(&format!("Device '{id}'")))?;
            if on_place.is_some_and(|devices| !devices.contains(&device)) {
                return Err(Refusal::not_now("The device is not on the place"));
            }
            return Ok(device);
        }
        let Some(devices) = on_place else {
            return Ok(self.person(person).default_device);
        };
        if let [only] = devices.as_slice() {
            return Ok(*only);
        }
        let mut positions = devices
            .iter()
            .filter(|device| self.device(**device).kind == DeviceKind::AcdPosition);
        match (positions.next(), positions.next()) {
            (Some(only), None) => Ok(*only),
            _ => Err(Refusal::not_now(
                "The place has no single ACDPosition; give the devicePath",
            )),
        }
    }

    /// Logs a person in on a device, leaving the one they were on.
    pub(crate) fn log_in(&mut self, person: PersonKey, device: DeviceKey) {
        if self
            .device(device)
            .login
            .is_some_and(|login| login.person == person)
        {
            self.tell_device(device);
            return;
        }
        self.log_out(person);
        self.person_mut(person).device = device;
        self.device_mut(device).login = Some(Login {
            person,
            state: AgentState::LoggedIn,
        });
        self.tell_device(device);
        self.set_agent_state(device, AgentState::NotReady(Pause::Plain));
    }

    /// Logs a person out of the phone: their calls are left and no monitoring survives on either side.
    pub(crate) fn log_out(&mut self, person: PersonKey) {
        let device = self.person(person).device;
        if self
            .device(device)
            .login
            .is_none_or(|login| login.person != person)
        {
            return;
        }
        self.leave_all_calls(device);
        self.end_monitoring_around(device);
        self.device_mut(device).login = None;
        self.tell_device_to(device, person);
    }

    pub(crate) fn set_agent_state(&mut self, device: DeviceKey, state: AgentState) {
        if let Some(login) = &mut self.device_mut(device).login {
            login.state = state;
            self.tell_device(device);
        }
    }

    /// Changes the voice state of a person.
    pub(crate) fn change_voice_state(
        &mut self,
        person: PersonKey,
        change: StateChange,
    ) -> Result<(), Refusal> {
        self.check_voice_service()?;
        let device = self.person(person).device;
        if !self.is_registered(device) {
            return Err(Refusal::not_registered(&self.device(device).number));
        }
        if self
            .device(device)
            .login
            .is_none_or(|login| login.person != person)
        {
            return Err(Refusal::not_now("User is not logged in on channel 'voice'"));
        }
        match change {
            StateChange::Ready => self.set_agent_state(device, AgentState::Ready),
            StateChange::NotReady(pause) => self.set_agent_state(device, AgentState::NotReady(pause)),
            StateChange::Offline => self.log_out(person),
        }
        Ok(())
    }

    /// Changes the state of every channel the person is logged in to.
    pub(crate) fn change_all_states(
        &mut self,
        person: PersonKey,
        change: StateChange,
    ) -> Result<(), Refusal> {
        let media: Vec<String> = self
            .person(person)
            .media
            .iter()
            .map(|channel| channel.name.clone())
            .collect();
        let voice = self.change_voice_state(person, change);
        if media.is_empty() {
            return voice;
        }
        for channel in media {
            self.change_media_state(person, &channel, change)?;
        }
        Ok(())
    }

    fn start_media(&mut self, person: PersonKey, channels: &[&String]) -> Result<(), Refusal> {
        if self.faults.multimedia_inactive {
            return Err(Refusal::new(
                Status::Internal,
                "Interaction server connection is not opened",
            ));
        }
        for name in channels {
            if !self
                .person(person)
                .media
                .iter()
                .any(|channel| channel.name == **name)
            {
                self.person_mut(person).media.push(MediaChannel {
                    name: (*name).clone(),
                    ready: false,
                });
            }
            self.tell_channel(person, name);
        }
        self.join_load(person);
        Ok(())
    }

    /// Changes the state of one multimedia channel.
    pub(crate) fn change_media_state(
        &mut self,
        person: PersonKey,
        channel: &str,
        change: StateChange,
    ) -> Result<(), Refusal> {
        let media = &mut self.person_mut(person).media;
        let Some(found) = media.iter_mut().find(|media| media.name == channel) else {
            return Err(Refusal::not_now(format!(
                "User is not logged in on channel '{channel}'"
            )));
        };
        found.ready = change == StateChange::Ready;
        self.tell_channel(person, channel);
        if change == StateChange::Offline {
            self.leave_channel(person, channel);
        }
        Ok(())
    }

    /// Logs a person out of a multimedia channel: their sessions are left and no monitoring survives on either side.
    pub(crate) fn leave_channel(&mut self, person: PersonKey, channel: &str) {
        if let Some(medium) = Medium::of_channel(channel, SmsSpelling::Both) {
            self.leave_medium(person, medium);
        }
        self.person_mut(person)
            .media
            .retain(|media| media.name != channel);
        self.touch_person(person);
    }

    /// Logs a person in to a multimedia channel, ready.
    pub(crate) fn enter_channel(&mut self, person: PersonKey, medium: Medium) {
        if !self.has_channel(person, medium) {
            self.person_mut(person).media.push(MediaChannel {
                name: medium.resource().to_owned(),
                ready: true,
            });
            self.tell_channel(person, medium.resource());
            self.join_load(person);
        }
    }

    /// Ends the session: out of voice and multimedia, back to the default device.
    pub(crate) fn end_session(&mut self, person: PersonKey) {
        self.log_out(person);
        for channel in self.person(person).media.clone() {
            self.leave_channel(person, &channel.name);
        }
        let default_device = self.person(person).default_device;
        if self.person(person).device != default_device {
            self.person_mut(person).device = default_device;
            self.tell_device_to(default_device, person);
        }
    }
}
