//! What everybody else on the floor does: customers, agents, and another supervisor.

use fastrand::Rng;
use simulator::{Handle, MonitorRequest, SessionMonitorRequest, SessionRequest};

use crate::log::Log;

/// The other supervisor.
const MARIA: &str = "maria";
/// Ours.
pub(crate) const SAM: &str = "sam";

/// Customers, agents and the other supervisor.
pub(crate) struct Crowd {
    pub(crate) rng: Rng,
    floor: Handle,
    log: Log,
    lines: u32,
}

impl Crowd {
    pub(crate) fn new(rng: Rng, floor: Handle, log: Log) -> Crowd {
        Crowd {
            rng,
            floor,
            log,
            lines: 0,
        }
    }

    fn agent(&mut self) -> String {
        let agents = self.floor.state().agents;
        // Whoever is monitored first, so that something happens to those the supervisor looks at.
        let watched = agents.iter().find(|agent| agent.monitored_by.is_some());
        if let Some(agent) = watched.filter(|_| self.rng.u8(..10) < 6) {
            return agent.user_name.clone();
        }
        let index = self.rng.usize(..agents.len().max(1));
        agents
            .get(index)
            .map(|agent| agent.user_name.clone())
            .unwrap_or_default()
    }

    fn session(&mut self) -> Option<String> {
        let sessions = self.floor.sessions();
        if sessions.is_empty() {
            return None;
        }
        let index = self.rng.usize(..sessions.len());
        sessions.get(index).map(|session| session.id.clone())
    }

    /// Somebody does something; what the floor's own rules do not allow just does not happen.
    pub(crate) fn act(&mut self) {
        let agent = self.agent();
        let floor = self.floor.clone();
        let (name, done) = match self.rng.u8(..100) {
            0..16 => ("crowd: call taken", floor.take_call(&agent).is_ok()),
            16..22 => ("crowd: call rings", floor.ring(&agent).is_ok()),
            22..28 => ("crowd: call answered", floor.answer(&agent).is_ok()),
            28..38 => ("crowd: call over", floor.release(&agent).is_ok()),
            38..41 => ("crowd: hold", floor.hold(&agent).is_ok()),
            41..44 => ("crowd: retrieve", floor.retrieve(&agent).is_ok()),
            44..48 => {
                let to = self.agent();
                ("crowd: transfer", floor.transfer(&agent, &to).is_ok())
            }
            48..56 => ("crowd: supervisor picks up", floor.answer(SAM).is_ok()),
            56..58 => ("crowd: supervisor hangs up by hand", floor.release(SAM).is_ok()),
            58..60 => ("crowd: agent logs out", floor.log_out(&agent).is_ok()),
            60..64 => ("crowd: agent logs in", floor.log_in(&agent).is_ok()),
            64..66 => ("crowd: not ready", floor.not_ready(&agent).is_ok()),
            66..76 => {
                let request = SessionRequest::default();
                (
                    "crowd: session taken",
                    floor.take_session(&agent, &request).is_ok(),
                )
            }
            76..79 => ("crowd: other supervisor", self.maria(&agent)),
            _ => self.in_session(),
        };
        if done {
            self.log.count(name);
            self.log.say("floor", || format!("{name} {agent}"));
        }
    }

    fn maria(&mut self, agent: &str) -> bool {
        match self.rng.u8(..4) {
            0 | 1 => self
                .floor
                .monitor(MARIA, agent, &MonitorRequest::default())
                .is_ok(),
            2 => self.floor.cancel_monitoring(MARIA).is_ok(),
            _ => {
                let request = SessionMonitorRequest::default();
                self.floor.monitor_sessions(MARIA, agent, &request).is_ok()
            }
        }
    }

    fn in_session(&mut self) -> (&'static str, bool) {
        let Some(session) = self.session() else {
            return ("crowd: nothing", false);
        };
        self.lines += 1;
        let text = format!("line {}", self.lines);
        let floor = self.floor.clone();
        match self.rng.u8(..20) {
            0..8 => (
                "crowd: customer writes",
                floor.customer_writes(&session, &text).is_ok(),
            ),
            8..12 => (
                "crowd: agent writes",
                floor.agent_writes(&session, None, &text).is_ok(),
            ),
            12 | 13 => (
                "crowd: agent whispers",
                floor.agent_whispers(&session, None, &text).is_ok(),
            ),
            14 => (
                "crowd: customer types",
                floor.customer_types(&session, true).is_ok(),
            ),
            15 => {
                let to = self.agent();
                (
                    "crowd: session handed on",
                    floor.transfer_session(&session, &to).is_ok(),
                )
            }
            16 => {
                let with = self.agent();
                (
                    "crowd: colleague comes in",
                    floor.join_session(&session, &with).is_ok(),
                )
            }
            17 => (
                "crowd: agent leaves session",
                floor.leave_session(&session, None).is_ok(),
            ),
            18 => ("crowd: session over", floor.complete_session(&session).is_ok()),
            _ => ("crowd: notice", floor.announce(&session, &text).is_ok()),
        }
    }
}
