//! The floor that moves by itself: agents take calls, hold, transfer, pause and come back, all from the seed.
//!
//! An agent has one turn at a time. A turn looks at how things are and does the next likely thing, so it does
//! not matter what somebody else did to the agent meanwhile. Agents whom a supervisor monitors come first: a
//! new user should see the whole story within seconds.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::device::{AgentState, Pause};
use super::session::StateChange;
use super::{DeviceKey, LegState, PersonKey, Role, Timer, World};

/// How lively the floor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lively {
    /// Whether agents act by themselves.
    pub on: bool,
    /// Mean time an agent waits for the next call, in milliseconds.
    pub call_every_ms: u64,
    /// Shortest talk time in milliseconds.
    pub talk_from_ms: u64,
    /// Longest talk time in milliseconds.
    pub talk_to_ms: u64,
    /// Mean time between two customers who write, on the whole floor, in milliseconds.
    pub session_every_ms: u64,
    /// No more customers write while so many written sessions run; armed agents still get theirs.
    pub most_sessions: usize,
}

impl Default for Lively {
    fn default() -> Self {
        Self {
            on: false,
            call_every_ms: 45_000,
            talk_from_ms: 20_000,
            talk_to_ms: 180_000,
            session_every_ms: 12_000,
            most_sessions: 12,
        }
    }
}

/// A customer who calls.
pub(super) struct Customer {
    pub(super) number: String,
    pub(super) user_data: Map<String, Value>,
}

impl World {
    pub(crate) fn lively(&self) -> Lively {
        self.lively
    }

    /// Makes the floor move by itself, or stand still. Calls that run keep running.
    pub(crate) fn set_lively(&mut self, lively: Lively) {
        let was_on = self.lively.on;
        self.lively = lively;
        if !lively.on {
            self.turns.clear();
            self.timers.retain(|(_, timer)| !matches!(timer, Timer::Turn(_)));
            self.stop_writing();
        } else if !was_on {
            for person in self.person_keys() {
                let delay = self.between(lively.call_every_ms / 20, lively.call_every_ms * 3 / 2);
                self.schedule_turn(person, delay);
            }
            self.begin_writing();
        }
    }

    /// Gives the monitored agent a turn soon, so that the supervisor need not wait long.
    pub(super) fn hasten_call(&mut self, device: DeviceKey) {
        if self.lively.on
            && let Some(person) = self.device(device).person()
        {
            let delay = self.between(4_000, 7_000);
            self.schedule_turn(person, delay);
        }
    }

    /// The agent's only pending turn is from now on this one.
    fn schedule_turn(&mut self, person: PersonKey, delay: Duration) {
        let due = self.now + delay;
        if let Some(before) = self.turns.insert(person, due) {
            self.timers.remove(&(before, Timer::Turn(person)));
        }
        self.timers.insert((due, Timer::Turn(person)));
    }

    pub(super) fn take_turn(&mut self, person: PersonKey, due: Duration) {
        if self.turns.get(&person) != Some(&due) {
            return;
        }
        self.turns.remove(&person);
        if self.person(person).signed_in || self.person(person).role != Role::Agent {
            return;
        }
        let device = self.person(person).device;
        let delay = self.next_thing(person, device);
        self.schedule_turn(person, delay);
    }

    /// Does the next likely thing and says how long it lasts.
    fn next_thing(&mut self, person: PersonKey, device: DeviceKey) -> Duration {
        if let Some(call) = self.call_in(device, &[LegState::Ringing]) {
            self.answer(call, device);
            return self.talk_time(device);
        }
        if self.call_in(device, &[LegState::Established]).is_some() {
            return self.finish_talking(device);
        }
        if let Some(call) = self.call_in(device, &[LegState::Held]) {
            self.retrieve(call, device);
            return if self.is_watched(device) {
                self.between(2_000, 4_000)
            } else {
                self.between(10_000, 40_000)
            };
        }
        match self.device(device).login.map(|login| login.state) {
            _ if !self.is_registered(device) || self.is_busy(device) => self.between(5_000, 10_000),
            None => {
                self.log_in(person, device);
                self.between(2_000, 10_000)
            }
            Some(AgentState::Ready) => self.wait_over(person, device),
            Some(AgentState::LoggedIn | AgentState::NotReady(_)) => {
                self.set_agent_state(device, AgentState::Ready);
                self.wait_for_call(device)
            }
        }
    }

    /// A ready agent has waited: usually a customer calls, sometimes the agent takes a break.
    fn wait_over(&mut self, person: PersonKey, device: DeviceKey) -> Duration {
        let chance = if self.is_watched(device) {
            100
        } else {
            self.rng.u32(..100)
        };
        match chance {
            0 => {
                self.log_out(person);
                self.between(60_000, 300_000)
            }
            1..3 => {
                self.set_agent_state(device, AgentState::NotReady(Pause::OutToLunch));
                self.between(60_000, 240_000)
            }
            3..8 => {
                self.set_agent_state(device, AgentState::NotReady(Pause::AuxWork));
                self.between(20_000, 90_000)
            }
            _ => {
                // A refusal only means that something else came first; the next turn looks again.
                let _ = self.ring(device);
                self.between(2_000, 5_000)
            }
        }
    }

    /// A talk has lasted its time: it ends, or is held, or is handed to a colleague.
    fn finish_talking(&mut self, device: DeviceKey) -> Duration {
        let Some(call) = self.running_call(device) else {
            return self.between(5_000, 10_000);
        };
        match self.rng.u32(..100) {
            0..12 if !self.is_watched(device) => {
                self.hold(call, device);
                return self.between(5_000, 20_000);
            }
            12..22 if self.call(call).is_some_and(|call| call.talkers() == 2) => {
                if let Some(number) = self.free_colleague(device)
                    && self
                        .single_step_transfer(call, device, &number, Map::new())
                        .is_ok()
                {
                    return self.after_call(device);
                }
            }
            _ => {}
        }
        self.hang_up(call, device);
        self.after_call(device)
    }

    fn after_call(&mut self, device: DeviceKey) -> Duration {
        self.set_agent_state(device, AgentState::NotReady(Pause::AfterCallWork));
        if self.is_watched(device) {
            self.between(2_000, 4_000)
        } else {
            self.between(5_000, 30_000)
        }
    }

    fn wait_for_call(&mut self, device: DeviceKey) -> Duration {
        if self.is_watched(device) {
            return self.between(2_000, 4_000);
        }
        let mean = self.lively.call_every_ms;
        self.between(mean * 3 / 10, mean * 17 / 10)
    }

    fn talk_time(&mut self, device: DeviceKey) -> Duration {
        let Lively {
            talk_from_ms,
            talk_to_ms,
            ..
        } = self.lively;
        let talk = self.between(talk_from_ms, talk_to_ms);
        // Who is being coached should not hang up before the supervisor has found the button.
        if self.is_watched(device) {
            talk.max(Duration::from_secs(45))
        } else {
            talk
        }
    }

    /// Whether a supervisor waits for this agent's call or is in it.
    fn is_watched(&self, device: DeviceKey) -> bool {
        self.device(device).monitored_by.is_some()
    }

    /// A ready colleague of the same group with a free phone, found by a few random looks.
    fn free_colleague(&mut self, device: DeviceKey) -> Option<String> {
        let person = self.device(device).person()?;
        let group = self.person(person).group?;
        for _ in 0..8 {
            let members = &self.directory.groups[group.0].members;
            let colleague = members[self.rng.usize(..members.len())];
            let other = self.person(colleague).device;
            let free = colleague != person
                && !self.person(colleague).signed_in
                && self
                    .device(other)
                    .login
                    .is_some_and(|login| login.state == AgentState::Ready)
                && self.device(other).calls.is_empty()
                && self.is_registered(other);
            if free {
                return Some(self.device(other).number.clone());
            }
        }
        None
    }

    fn between(&mut self, from_ms: u64, to_ms: u64) -> Duration {
        Duration::from_millis(self.rng.u64(from_ms..=to_ms.max(from_ms)))
    }

    /// Somebody with a number, a name and a reason to call.
    pub(super) fn customer(&mut self) -> Customer {
        const NAMES: [&str; 12] = [
            "E. Fischer",
            "M. Okoye",
            "L. Carvalho",
            "S. Dubois",
            "J. Novak",
            "R. Banerjee",
            "T. Hughes",
            "A. Haddad",
            "K. Jensen",
            "P. Moretti",
            "D. Kowalczyk",
            "N. Sato",
        ];
        const TOPICS: [&str; 6] = [
            "Invoice question",
            "Move house",
            "Slow connection",
            "Cancel contract",
            "New device",
            "Payment plan",
        ];
        let number = format!("+1650555{:04}", self.rng.u32(..10_000));
        let user_data = json!({
            "CustomerName": NAMES[self.rng.usize(..NAMES.len())],
            "Topic": TOPICS[self.rng.usize(..TOPICS.len())],
            "CustomerId": format!("C-{:06}", self.rng.u32(..1_000_000)),
        });
        let user_data = if let Value::Object(user_data) = user_data {
            user_data
        } else {
            Map::new()
        };
        Customer { number, user_data }
    }

    /// Logs an agent in and makes them ready, as the control API asks.
    pub(crate) fn bring_to_work(&mut self, person: PersonKey) {
        let device = self.person(person).device;
        self.log_in(person, device);
        // Just logged in on a registered device or refused before: nothing else can stand in the way.
        let _ = self.change_voice_state(person, StateChange::Ready);
    }
}
