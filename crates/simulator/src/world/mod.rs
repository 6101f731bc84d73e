//! The floor itself, pure: people, phones, calls, written sessions and monitoring, moved by operations and by a clock
//! from outside.
//!
//! The world does no input or output. Every change leaves [`Notice`]s for the people who are signed in; whoever
//! owns the world takes and delivers them.

mod call;
mod capabilities;
mod deeds;
mod device;
mod lively;
mod lookup;
mod monitoring;
mod names;
mod notice;
mod people;
#[cfg(test)]
mod properties;
mod refusal;
mod session;
mod telephony;
mod transfer;
mod views;
pub(crate) mod written;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fastrand::Rng;

pub(crate) use call::{Call, CallType, LegState, Party, Recording};
pub use deeds::Deed;
pub(crate) use device::{AgentState, Device, DeviceKind, Pause};
pub use lively::Lively;
pub(crate) use monitoring::{Extent, MonitorMode, MonitorOrder, Scope};
pub(crate) use notice::{Notice, Topic};
pub(crate) use people::{Directory, PASSWORD, Person, QUEUES, Role, uuid};
pub(crate) use refusal::{Refusal, Status};
pub(crate) use session::{ChannelOutcome, StateChange};
use written::{Act, Medium, Writing};
pub use written::{Load, SmsSpelling};

use crate::faults::Faults;
use crate::settings::Settings;

/// Names a person of this world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PersonKey(pub(crate) usize);

/// Names a device of this world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DeviceKey(pub(crate) usize);

/// Names an agent group of this world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct GroupKey(pub(crate) usize);

/// Names a call of this world; never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CallKey(u64);

/// What the clock brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// Somebody outside picks up.
    OutsideAnswers(CallKey),
    /// An agent nobody is signed in as picks up.
    AgentAnswers(CallKey, DeviceKey),
    /// A lively agent does the next thing.
    Turn(PersonKey),
    /// Something happens in a written session.
    Written(Act),
}

/// The floor.
#[derive(Debug)]
pub(crate) struct World {
    /// Fault switches. Change them with [`World::set_faults`], for some have effects at once.
    pub(crate) faults: Faults,
    pub(crate) directory: Directory,
    /// Bumped when something about everybody's resources changes, so that no cached one is used again.
    pub(crate) generation: u64,
    now: Duration,
    opened_at: Duration,
    uri_prefix: String,
    rng: Rng,
    calls: BTreeMap<CallKey, Call>,
    calls_made: u64,
    monitorings_made: u64,
    call_ids: HashMap<String, CallKey>,
    user_ids: HashMap<String, PersonKey>,
    user_names: HashMap<String, PersonKey>,
    device_ids: HashMap<String, DeviceKey>,
    numbers: HashMap<String, DeviceKey>,
    timers: BTreeSet<(Duration, Timer)>,
    turns: HashMap<PersonKey, Duration>,
    lively: Lively,
    notices: Vec<Notice>,
    writing: Writing,
}

impl World {
    /// A floor at time zero. `uri_prefix` is what every URI starts with, for instance `http://127.0.0.1:8080/api/v2`.
    pub(crate) fn new(settings: &Settings, uri_prefix: String) -> Self {
        let mut rng = Rng::with_seed(settings.seed);
        let directory = Directory::new(settings, &mut rng);
        let people = || directory.people.iter().enumerate();
        let devices = || directory.devices.iter().enumerate();
        let user_ids = people()
            .map(|(index, person)| (person.id.clone(), PersonKey(index)))
            .collect();
        let user_names = people()
            .map(|(index, person)| (person.user_name.clone(), PersonKey(index)))
            .collect();
        let device_ids = devices()
            .map(|(index, device)| (device.id.clone(), DeviceKey(index)))
            .collect();
        let numbers = devices()
            .map(|(index, device)| (device.number.clone(), DeviceKey(index)))
            .collect();
        let opened_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut world = Self {
            faults: settings.faults.clone(),
            directory,
            generation: 0,
            now: Duration::ZERO,
            opened_at,
            uri_prefix,
            rng,
            calls: BTreeMap::new(),
            calls_made: 0,
            monitorings_made: 0,
            call_ids: HashMap::new(),
            user_ids,
            user_names,
            device_ids,
            numbers,
            timers: BTreeSet::new(),
            turns: HashMap::new(),
            lively: Lively::default(),
            notices: Vec::new(),
            writing: Writing::new(settings.seed),
        };
        world.begin_shift();
        if settings.lively {
            world.set_lively(Lively {
                on: true,
                ..Lively::default()
            });
            world.begin_sessions();
        }
        if let Some(load) = &settings.load
            && let Err(refusal) = world.set_load(Some(load.clone()))
        {
            tracing::warn!(%refusal, "the floor cannot bear this load");
        }
        if let Some(scenario) = &settings.scenario
            && let Err(error) = world.play(scenario.clone())
        {
            tracing::warn!(%error, "the scenario is not played");
        }
        world
    }

    pub(crate) fn now(&self) -> Duration {
        self.now
    }

    pub(crate) fn uri_prefix(&self) -> &str {
        &self.uri_prefix
    }

    /// Milliseconds since 1970, as the server stamps its messages.
    pub(crate) fn epoch_ms(&self) -> u64 {
        self.epoch_ms_at(self.now)
    }

    /// The same for another moment of the floor's clock.
    pub(crate) fn epoch_ms_at(&self, at: Duration) -> u64 {
        u64::try_from((self.opened_at + at).as_millis()).unwrap_or(u64::MAX)
    }

    /// When the clock brings the next thing about; absent when nothing is due by itself.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        self.timers.first().map(|(due, _)| *due)
    }

    /// Moves the clock and does everything due up to then, in order.
    pub(crate) fn advance(&mut self, now: Duration) {
        while let Some((due, timer)) = self.timers.first().copied()
            && due <= now
        {
            self.timers.pop_first();
            self.now = self.now.max(due);
            match timer {
                Timer::OutsideAnswers(call) => self.outside_answers(call),
                Timer::AgentAnswers(call, device) => self.answer(call, device),
                Timer::Turn(person) => self.take_turn(person, due),
                Timer::Written(act) => self.do_written(act, due),
            }
        }
        self.now = self.now.max(now);
    }

    fn after(&mut self, delay: Duration, timer: Timer) {
        self.timers.insert((self.now + delay, timer));
    }

    /// Replaces the fault switches and does at once what some of them mean for the floor.
    pub(crate) fn set_faults(&mut self, faults: Faults) {
        let before = std::mem::replace(&mut self.faults, faults);
        self.generation += 1;
        let touched: Vec<DeviceKey> = (before.unregistered.iter())
            .chain(&self.faults.unregistered)
            .filter(|number| {
                before.unregistered.contains(number) != self.faults.unregistered.contains(number)
            })
            .filter_map(|number| self.numbers.get(number).copied())
            .collect();
        for device in touched {
            if !self.is_registered(device) {
                self.leave_all_calls(device);
                self.end_monitoring_around(device);
            }
            self.tell_device(device);
        }
        if (before.voice_inactive, before.multimedia_inactive)
            != (self.faults.voice_inactive, self.faults.multimedia_inactive)
        {
            self.tell_services();
        }
    }
}
