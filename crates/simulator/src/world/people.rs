//! Who is on the floor: people, groups, places and phones, all made from the seed.

use std::collections::HashMap;

use fastrand::Rng;

use super::device::{Device, DeviceKind};
use super::names::{agent_name, plain};
use super::{DeviceKey, GroupKey, PersonKey};
use crate::settings::{MOST_AGENTS, Settings};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "practice";

/// The number of the first supervisor's phone; the others follow.
const FIRST_SUPERVISOR_NUMBER: usize = 5005;
/// The number of the first agent's phone; the others follow.
const FIRST_AGENT_NUMBER: usize = 6001;
/// Queues of the directory. They are routing points: they can be called but not monitored.
pub(crate) const QUEUES: [(&str, &str); 2] = [("Billing queue", "800100"), ("Retention queue", "800200")];

/// What a person may do beyond their own phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Agent,
    Supervisor,
}

/// One multimedia channel a person is logged in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MediaChannel {
    pub(crate) name: String,
    pub(crate) ready: bool,
}

/// One person.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) user_name: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) employee_id: String,
    pub(crate) role: Role,
    pub(crate) group: Option<GroupKey>,
    pub(crate) skills: Vec<(usize, u8)>,
    /// Some plain agents have the monitoring feature without the role (`gws/core.md` 2.5).
    pub(crate) monitoring_feature: bool,
    /// The device that comes back when a session on another place ends.
    pub(crate) default_device: DeviceKey,
    pub(crate) device: DeviceKey,
    pub(crate) media: Vec<MediaChannel>,
    /// Somebody signed in as this person: the floor no longer acts for them.
    pub(crate) signed_in: bool,
    /// Counts up with everything that other people can read about this person.
    pub(crate) version: u64,
}

impl Person {
    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    pub(crate) fn is_supervisor(&self) -> bool {
        self.role == Role::Supervisor
    }
}

/// An agent group.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) members: Vec<PersonKey>,
}

/// A skill people may have.
#[derive(Debug)]
pub(crate) struct Skill {
    pub(crate) id: String,
    pub(crate) name: &'static str,
}

/// Everything about the floor that does not move.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) people: Vec<Person>,
    pub(crate) devices: Vec<Device>,
    pub(crate) groups: Vec<Group>,
    pub(crate) skills: Vec<Skill>,
    pub(crate) places: HashMap<String, Vec<DeviceKey>>,
    pub(crate) contact_center_id: String,
    pub(crate) voice_environment_id: String,
    /// Ids of the services: provisioning, multimedia state, multimedia content.
    pub(crate) service_ids: [String; 3],
    pub(crate) lunch_state_id: String,
}

/// 32 hex digits, the form of user ids.
pub(crate) fn hex_id(rng: &mut Rng) -> String {
    format!("{:032x}", rng.u128(..))
}

/// A version 4 UUID, the form of device ids.
pub(crate) fn uuid(rng: &mut Rng) -> String {
    let bits = (rng.u128(..) & !(0xf000 << 64) & !(0xc000 << 48)) | (0x4000 << 64) | (0x8000 << 48);
    let hex = format!("{bits:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[0..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..32]
    )
}

impl Directory {
    pub(crate) fn new(settings: &Settings, rng: &mut Rng) -> Self {
        let mut directory = Self {
            people: Vec::new(),
            devices: Vec::new(),
            groups: Vec::new(),
            skills: [
                "English",
                "Español",
                "Deutsch",
                "Français",
                "Billing",
                "Retention",
            ]
            .into_iter()
            .map(|name| Skill { id: uuid(rng), name })
            .collect(),
            places: HashMap::new(),
            contact_center_id: uuid(rng),
            voice_environment_id: uuid(rng),
            service_ids: [uuid(rng), uuid(rng), uuid(rng)],
            lunch_state_id: uuid(rng).to_uppercase(),
        };
        directory.add_groups(settings.groups.max(1), rng);
        // Agents first: their ids then do not depend on how many supervisors there are.
        for index in 0..settings.agents.clamp(1, MOST_AGENTS) {
            directory.add_agent(index, rng);
        }
        for index in 0..settings.supervisors.clamp(1, 500) {
            directory.add_supervisor(index, rng);
        }
        directory.add_awkward_places(rng);
        directory
    }

    fn add_groups(&mut self, count: usize, rng: &mut Rng) {
        const NAMES: [&str; 3] = ["Billing East", "Billing West", "Retention"];
        for index in 0..count {
            let name = NAMES
                .get(index)
                .map_or_else(|| format!("Team {}", index + 1), |name| (*name).to_owned());
            self.groups.push(Group {
                id: format!("2-{}", uuid(rng)),
                name,
                members: Vec::new(),
            });
        }
    }

    fn add_agent(&mut self, index: usize, rng: &mut Rng) {
        let (first_name, last_name) = agent_name(index);
        let number = (FIRST_AGENT_NUMBER + index).to_string();
        let initial = plain(&first_name);
        let mut user_name = format!("{initial}.{}", plain(&last_name));
        // Only the hand-picked names are sure to stay apart without their accents and initials.
        if index >= 24 {
            user_name.push_str(&number);
        }
        let key = PersonKey(self.people.len());
        let group = GroupKey(index % self.groups.len());
        self.groups[group.0].members.push(key);
        let skills = vec![
            (rng.usize(..4), rng.u8(1..=10)),
            (4 + rng.usize(..2), rng.u8(1..=10)),
        ];
        self.add_person(
            user_name,
            first_name,
            last_name,
            number,
            Role::Agent,
            Some(group),
            skills,
            rng,
        );
        self.people[key.0].monitoring_feature = index % 7 == 3;
    }

    fn add_supervisor(&mut self, index: usize, rng: &mut Rng) {
        let (user_name, first_name, last_name) = match index {
            0 => ("sam".to_owned(), "Sam".to_owned(), "Soto".to_owned()),
            1 => ("maria".to_owned(), "Maria".to_owned(), "Lindqvist".to_owned()),
            more => (
                format!("supervisor{}", more + 1),
                "Supervisor".to_owned(),
                format!("Number {}", more + 1),
            ),
        };
        let number = (FIRST_SUPERVISOR_NUMBER + index).to_string();
        self.add_person(
            user_name,
            first_name,
            last_name,
            number,
            Role::Supervisor,
            None,
            vec![(0, 8)],
            rng,
        );
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of a person; called from the two functions above only"
    )]
    fn add_person(
        &mut self,
        user_name: String,
        first_name: String,
        last_name: String,
        number: String,
        role: Role,
        group: Option<GroupKey>,
        skills: Vec<(usize, u8)>,
        rng: &mut Rng,
    ) {
        let key = PersonKey(self.people.len());
        let employee_id = format!("E{number}");
        let place = format!("Place_{number}");
        let device = self.add_device(number, DeviceKind::AcdPosition, &place, Some(key), rng);
        self.people.push(Person {
            id: hex_id(rng),
            user_name,
            first_name,
            last_name,
            employee_id,
            role,
            group,
            skills,
            monitoring_feature: role == Role::Supervisor,
            default_device: device,
            device,
            media: Vec::new(),
            signed_in: false,
            version: 0,
        });
    }

    fn add_device(
        &mut self,
        number: String,
        kind: DeviceKind,
        place: &str,
        owner: Option<PersonKey>,
        rng: &mut Rng,
    ) -> DeviceKey {
        let key = DeviceKey(self.devices.len());
        self.devices.push(Device::new(uuid(rng), number, kind, owner));
        self.places.entry(place.to_owned()).or_default().push(key);
        key
    }

    /// Places on which the rules of `StartContactCenterSession` can be tried (`gws/core.md` 3.1).
    fn add_awkward_places(&mut self, rng: &mut Rng) {
        self.places.insert("Place_Empty".to_owned(), Vec::new());
        for (place, number, kind) in [
            ("Place_Mixed", "5901", DeviceKind::Extension),
            ("Place_Mixed", "5902", DeviceKind::AcdPosition),
            ("Place_Twins", "5903", DeviceKind::AcdPosition),
            ("Place_Twins", "5904", DeviceKind::AcdPosition),
        ] {
            self.add_device(number.to_owned(), kind, place, None, rng);
        }
    }
}
