//! The agents on the floor: merged from readings, filtered, sorted and windowed here, so that a face only ever holds
//! the rows it shows.

use std::collections::{BTreeMap, HashMap};

use gws::{Call, Device, DeviceId, DeviceState, ResourceUri};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::calls::is_with;
use crate::fault::Fault;
use crate::input::{Agent, RosterReading};
use crate::me::{aged, state_view};
use crate::moment::Moment;
use crate::view::{
    AgentRow, FloorView, GroupCount, Phase, RosterQuery, RosterSource, RosterWindow, SortKey, StateCount,
    StateKind, StateView, WhyNot,
};

/// A row that has not been confirmed for so long is shown as stale, in milliseconds.
const STALE_AFTER_MS: u64 = 20_000;
/// A refusal "held by another supervisor" is believed for so long, in milliseconds; then it is worth another try.
const HELD_FOR_MS: u64 = 30_000;

/// The server has no word for it: being on a call is no agent state (`gws/core.md 4.3`).
const ON_A_CALL: &str = "On a call";

/// An agent, merged from readings.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) agent: Agent,
    state: StateView,
    group: String,
    /// Name, user name, number and groups, folded for searching.
    searched: String,
    sort_name: String,
    sort_group: String,
}

/// What else decides whether an agent can be coached, and how the row is drawn.
pub(crate) struct Circumstances<'a> {
    pub(crate) now: Moment,
    pub(crate) link_live: bool,
    /// Whether the own phone offers any act.
    pub(crate) offered: bool,
    /// Our own coaching: the agent's id and how far it is.
    pub(crate) mine: Option<(&'a str, Phase)>,
    /// The agent who is in the supervised call with us, and since when: our own call says so (`ui/UI.md`).
    pub(crate) in_call_with: Option<(&'a str, Moment)>,
}

/// All agents.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    agents: HashMap<String, Entry>,
    /// By the id of the agent's device: who holds the agent, by the server's own record.
    holders: HashMap<DeviceId, String>,
    /// By the id of the agent's device: when the server last refused because somebody else holds the agent.
    refused: HashMap<DeviceId, Moment>,
    /// The numbers, counted once a reading and not once a glance.
    states: Vec<StateCount>,
    groups: Vec<GroupCount>,
    source: Option<RosterSource>,
    read: Option<Moment>,
    problem: Option<Fault>,
}

/// Whether both are the same telephone number, however it is grouped. Prefixes are the switch's business.
fn is_same_number(one: &str, other: &str) -> bool {
    let dialled = |number: &str| -> Option<String> {
        let grouping = |sign: &char| sign.is_whitespace() || "-./()".contains(*sign);
        let dialled: String = number.chars().filter(|sign| !grouping(sign)).collect();
        let is_number =
            !dialled.is_empty() && dialled.chars().all(|sign| sign.is_ascii_digit() || sign == '+');
        is_number.then_some(dialled)
    };
    one == other || (dialled(one).is_some() && dialled(one) == dialled(other))
}

impl Roster {
    /// A reading replaces the one before; `own` is the supervisor's own phone, which holds nobody against us.
    pub(crate) fn merge(&mut self, reading: RosterReading, own: Option<&DeviceId>, now: Moment) {
        let others = reading.supervisors.iter().filter(|supervisor| {
            let device = supervisor.device.as_ref().map(|device| &device.id);
            device.is_some() && device != own
        });
        self.holders = others.filter_map(holding).collect();
        self.refused
            .retain(|_, refused| now.since(*refused) < HELD_FOR_MS);
        // After a gap a change was not seen when it happened.
        let watched = self.read.is_some_and(|read| now.since(read) <= STALE_AFTER_MS);
        let before = std::mem::take(&mut self.agents);
        for agent in reading.agents {
            let id = agent.id.to_string();
            let state = before.get(&id).map(|entry| &entry.state);
            self.agents.insert(id, Entry::new(agent, state, watched, now));
        }
        self.count();
        self.source = Some(reading.source);
        self.read = Some(now);
        self.problem = None;
    }

    pub(crate) fn failed(&mut self, fault: Fault) {
        self.problem = Some(fault);
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Entry> {
        self.agents.get(id)
    }

    /// Id and name of everybody who has this id, number or user name, by name.
    pub(crate) fn called(&self, text: &str) -> Vec<(String, String)> {
        let same = |known: &str| !known.is_empty() && known.to_lowercase() == text.to_lowercase();
        let meant = self.agents.iter().filter(|(id, entry)| {
            let agent = &entry.agent;
            let device = agent
                .device
                .as_ref()
                .and_then(|device| device.phone_number.as_deref());
            let numbers = [agent.number.as_deref(), device];
            let mut numbers = numbers.into_iter().flatten();
            *id == text || same(&agent.user_name) || numbers.any(|number| is_same_number(number, text))
        });
        let mut named: Vec<(String, String)> = meant
            .map(|(id, entry)| (id.clone(), entry.agent.name.clone()))
            .collect();
        named.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
        named
    }

    /// Whether it has been read after this moment.
    pub(crate) fn is_read_after(&self, moment: Moment) -> bool {
        self.read.is_some_and(|read| read > moment)
    }

    /// Whether nothing that is known here stands against coaching this agent.
    pub(crate) fn is_free(&self, id: &str, around: &Circumstances<'_>) -> bool {
        self.find(id)
            .is_some_and(|entry| self.why_not(entry, around).0.is_none())
    }

    /// The agent at this phone.
    pub(crate) fn at_device(&self, device_id: &str) -> Option<&Entry> {
        self.agents.values().find(|entry| {
            entry
                .agent
                .device
                .as_ref()
                .is_some_and(|device| device.id.as_str() == device_id)
        })
    }

    /// The agent in this call, where it is one and no more.
    pub(crate) fn only_one_in(&self, call: &Call) -> Option<&Entry> {
        let is_in = |entry: &&Entry| entry.number().is_some_and(|number| is_with(call, &[number]));
        let mut agents = self.agents.values().filter(is_in);
        let first = agents.next()?;
        agents.next().is_none().then_some(first)
    }

    /// The server refused because another supervisor holds the agent at this phone.
    pub(crate) fn held(&mut self, device: &DeviceId, now: Moment) {
        self.refused.insert(device.clone(), now);
    }

    pub(crate) fn floor(&self) -> FloorView {
        FloorView {
            total: u32::try_from(self.agents.len()).unwrap_or(u32::MAX),
            states: self.states.clone(),
            groups: self.groups.clone(),
            source: self.source,
            read: self.read,
            problem: self.problem.clone(),
        }
    }

    fn count(&mut self) {
        let mut states: BTreeMap<StateKind, u32> = BTreeMap::new();
        let mut groups: BTreeMap<&str, u32> = BTreeMap::new();
        for entry in self.agents.values() {
            *states.entry(entry.state.kind).or_default() += 1;
            for group in &entry.agent.groups {
                *groups.entry(group.name.as_str()).or_default() += 1;
            }
        }
        self.states = states
            .into_iter()
            .map(|(kind, count)| StateCount { kind, count })
            .collect();
        self.groups = groups
            .into_iter()
            .map(|(name, count)| GroupCount {
                name: name.to_owned(),
                count,
            })
            .collect();
    }

    pub(crate) fn window(&self, query: &RosterQuery, around: &Circumstances<'_>) -> RosterWindow {
        let words: Vec<String> = fold(&query.text).split_whitespace().map(str::to_owned).collect();
        let mut matching: Vec<&Entry> = self
            .agents
            .values()
            .filter(|entry| entry.matches(query, &words))
            .collect();
        matching.sort_by(|one, other| {
            let order = one.key_order(other, query.sort);
            let order = if query.descending { order.reverse() } else { order };
            order
                .then_with(|| one.sort_name.cmp(&other.sort_name))
                .then_with(|| one.agent.id.cmp(&other.agent.id))
        });
        let first = (query.first as usize).min(matching.len());
        let shown = matching[first..].iter().take(query.count as usize);
        RosterWindow {
            serial: query.serial,
            matching: u32::try_from(matching.len()).unwrap_or(u32::MAX),
            first: u32::try_from(first).unwrap_or(u32::MAX),
            rows: shown.map(|entry| self.row(entry, around)).collect(),
            selected: query
                .selected
                .as_deref()
                .and_then(|id| self.find(id))
                .map(|entry| self.row(entry, around)),
        }
    }

    /// Why this agent cannot be coached now, and the name of the supervisor who holds the agent.
    fn why_not(&self, entry: &Entry, around: &Circumstances<'_>) -> (Option<WhyNot>, Option<String>) {
        let device = entry.agent.device.as_ref();
        let ours = around
            .mine
            .is_some_and(|(id, phase)| id == entry.agent.id.as_str() && holds(phase));
        let held_by = device
            .and_then(|device| self.holders.get(&device.id))
            .filter(|_| !ours)
            .cloned();
        let refused = device
            .and_then(|device| self.refused.get(&device.id))
            .is_some_and(|refused| !ours && around.now.since(*refused) < HELD_FOR_MS);
        let why_not = if !around.link_live {
            Some(WhyNot::LinkDown)
        } else if device.is_none() && entry.number().is_none() {
            Some(WhyNot::NoPhone)
        } else if device.is_some_and(|device| device.state == Some(DeviceState::Inactive)) {
            // Before the state: an unregistered phone has none (`gws/core.md 4.3`).
            Some(WhyNot::PhoneNotRegistered)
        } else if entry.state.kind == StateKind::LoggedOut {
            Some(WhyNot::LoggedOut)
        } else if held_by.is_some() || refused {
            Some(WhyNot::Held)
        } else if !around.offered {
            Some(WhyNot::NotOffered)
        } else {
            None
        };
        (why_not, held_by)
    }

    fn row(&self, entry: &Entry, around: &Circumstances<'_>) -> AgentRow {
        let (why_not, held_by) = self.why_not(entry, around);
        let confirmed = self.read.unwrap_or_default();
        AgentRow {
            id: entry.agent.id.to_string(),
            name: entry.agent.name.clone(),
            state: shown_state(entry, around),
            group: entry.group.clone(),
            number: entry.number().unwrap_or_default().to_owned(),
            why_not,
            held_by,
            mine: around
                .mine
                .filter(|(id, _)| *id == entry.agent.id.as_str())
                .map(|(_, phase)| phase),
            confirmed,
            stale: around.now.since(confirmed) > STALE_AFTER_MS,
        }
    }
}

impl Entry {
    fn new(agent: Agent, before: Option<&StateView>, watched: bool, now: Moment) -> Entry {
        let group = agent
            .groups
            .iter()
            .map(|group| group.name.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let mut state = state_of(&agent, before, now);
        if before != Some(&state) {
            state.exact &= watched;
        }
        let sort_name = fold(&agent.name);
        let mut entry = Entry {
            state,
            searched: String::new(),
            sort_name,
            sort_group: fold(&group),
            group,
            agent,
        };
        entry.searched = fold(&format!(
            "{} {} {} {}",
            entry.agent.name,
            entry.agent.user_name,
            entry.number().unwrap_or_default(),
            entry.group
        ));
        entry
    }

    pub(crate) fn state_kind(&self) -> StateKind {
        self.state.kind
    }

    /// The address of the agent's phone as the server gave it, or made from the id where it gave none.
    pub(crate) fn device_uri(&self) -> Option<ResourceUri> {
        let device = self.agent.device.as_ref()?;
        let made = || ResourceUri::from(format!("/devices/{}", device.id));
        Some(device.uri.clone().unwrap_or_else(made))
    }

    /// The number to call the agent by.
    pub(crate) fn number(&self) -> Option<&str> {
        let device = self.agent.device.as_ref();
        device
            .and_then(|device| device.phone_number.as_deref())
            .or(self.agent.number.as_deref())
            .filter(|number| !number.is_empty())
    }

    fn matches(&self, query: &RosterQuery, words: &[String]) -> bool {
        (query.states.is_empty() || query.states.contains(&self.state.kind))
            && (query.groups.is_empty()
                || self
                    .agent
                    .groups
                    .iter()
                    .any(|group| query.groups.contains(&group.name)))
            && words.iter().all(|word| self.searched.contains(word.as_str()))
    }

    fn key_order(&self, other: &Entry, key: SortKey) -> std::cmp::Ordering {
        match key {
            SortKey::Name => self.sort_name.cmp(&other.sort_name),
            SortKey::State => self.state.kind.cmp(&other.state.kind),
            // Ascending is the shortest time first, so the latest start.
            SortKey::Since => other.state.since.cmp(&self.state.since),
            SortKey::Group => self.sort_group.cmp(&other.sort_group),
            SortKey::Number => shortlex(self.number()).cmp(&shortlex(other.number())),
        }
    }
}

/// The state of the roster, or what our own call tells beyond it.
fn shown_state(entry: &Entry, around: &Circumstances<'_>) -> StateView {
    match around.in_call_with {
        Some((id, since)) if id == entry.agent.id.as_str() && entry.state.kind != StateKind::OnCall => {
            StateView {
                kind: StateKind::OnCall,
                label: ON_A_CALL.to_owned(),
                since,
                exact: true,
            }
        }
        _ => entry.state.clone(),
    }
}

/// "On a call" only where the server says so (`ui/UI.md`, honest table); else the state of the phone.
fn state_of(agent: &Agent, before: Option<&StateView>, now: Moment) -> StateView {
    if agent.on_call == Some(true) {
        return aged(StateKind::OnCall, ON_A_CALL.to_owned(), before, now);
    }
    match agent
        .device
        .as_ref()
        .and_then(|device| device.user_state.as_ref())
    {
        Some(told) => state_view(told, before, now),
        None => match agent.device.as_ref() {
            Some(Device {
                state: Some(DeviceState::Inactive),
                ..
            }) => aged(
                StateKind::LoggedOut,
                "Phone not registered".to_owned(),
                before,
                now,
            ),
            _ => aged(StateKind::Unknown, "Unknown".to_owned(), before, now),
        },
    }
}

/// A number before every longer one, so that 999 comes before 1000.
fn shortlex(number: Option<&str>) -> (usize, &str) {
    let number = number.unwrap_or_default();
    (number.len(), number)
}

/// Whether the agent is ours in this phase, or about to be.
fn holds(phase: Phase) -> bool {
    !matches!(phase, Phase::Idle | Phase::Refused | Phase::Lost)
}

fn holding(supervisor: &Agent) -> Option<(DeviceId, String)> {
    let target = supervisor.device.as_ref()?.monitoring.as_ref()?.target.as_ref()?;
    Some((DeviceId::from(target.id()), supervisor.name.clone()))
}

/// Lower case without accents, so that "nunez" finds "Núñez".
fn fold(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests;
