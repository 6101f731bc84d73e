//! The simulator's own truth: who monitored whom and when, and how far the supervisor is in calls and sessions.

use std::collections::{BTreeMap, BTreeSet};

use simulator::{CallView, FloorView, Handle, MonitoringView, PersonView, SessionView};
use tokio::time::Instant;

/// One stretch of time in which the supervisor's phone monitored one agent's.
#[derive(Debug, Clone)]
pub(crate) struct Monitored {
    pub(crate) agent: String,
    pub(crate) until: Option<Instant>,
}

/// What was true, from the first moment on.
pub(crate) struct Truth {
    floor: Handle,
    now: FloorView,
    pub(crate) monitored: Vec<Monitored>,
    /// When the supervisor was last in a supervised call, by its id.
    pub(crate) in_call: BTreeMap<String, Instant>,
    /// Every written session there ever was.
    pub(crate) sessions: BTreeSet<String>,
    /// Sessions the supervisor was ever in, as a supervisor.
    pub(crate) joined: BTreeSet<String>,
    last: Option<MonitoringView>,
}

impl Truth {
    pub(crate) fn new(floor: Handle) -> Truth {
        let now = floor.state();
        Truth {
            floor,
            now,
            monitored: Vec::new(),
            in_call: BTreeMap::new(),
            sessions: BTreeSet::new(),
            joined: BTreeSet::new(),
            last: None,
        }
    }

    /// Looks again.
    pub(crate) fn look(&mut self) {
        self.now = self.floor.state();
        let monitoring = self.sam().and_then(|sam| sam.monitoring.clone());
        let target = |view: &Option<MonitoringView>| view.as_ref().map(|view| view.agent.clone());
        if target(&monitoring) != target(&self.last) {
            if let Some(open) = self.monitored.last_mut() {
                open.until.get_or_insert_with(Instant::now);
            }
            if let Some(agent) = target(&monitoring) {
                self.monitored.push(Monitored { agent, until: None });
            }
        }
        self.last = monitoring;
        for call in self.calls() {
            if call.monitoring.is_some() && call.state != "Ringing" {
                self.in_call.insert(call.id, Instant::now());
            }
        }
        for session in self.floor.sessions() {
            if self.is_in(&session) {
                self.joined.insert(session.id.clone());
            }
            self.sessions.insert(session.id);
        }
    }

    pub(crate) fn sam(&self) -> Option<&PersonView> {
        self.now.supervisors.first()
    }

    pub(crate) fn agent_by_id(&self, id: &str) -> Option<&PersonView> {
        self.now.agents.iter().find(|agent| agent.id == id)
    }

    pub(crate) fn agent_by_name(&self, name: &str) -> Option<&PersonView> {
        self.now.agents.iter().find(|agent| agent.name == name)
    }

    pub(crate) fn monitoring(&self) -> Option<&MonitoringView> {
        self.sam().and_then(|sam| sam.monitoring.as_ref())
    }

    pub(crate) fn calls(&self) -> Vec<CallView> {
        self.sam().map(|sam| sam.calls.clone()).unwrap_or_default()
    }

    pub(crate) fn name(&self) -> &str {
        self.sam().map(|sam| sam.name.as_str()).unwrap_or_default()
    }

    /// Whether the supervisor is in a session.
    pub(crate) fn is_in(&self, session: &SessionView) -> bool {
        let name = self.name();
        session
            .seats
            .iter()
            .any(|seat| seat.person == name && seat.state == "Chatting")
    }

    /// Whether the supervisor was ever in a session; one may come and go between two looks.
    pub(crate) fn was_in(&mut self, id: &str) -> bool {
        if !self.joined.contains(id)
            && let Ok(session) = self.floor.session(id)
            && (session.seats.iter().any(|seat| seat.person == self.name())
                || session
                    .lines
                    .iter()
                    .any(|line| line.person.as_deref() == Some(self.name())))
        {
            self.joined.insert(id.to_owned());
        }
        self.joined.contains(id)
    }

    /// Whether this agent, or anybody at all, was monitored at any time since.
    pub(crate) fn was_monitored(&self, agent: Option<&str>, since: Instant) -> bool {
        self.monitored.iter().any(|stretch| {
            agent.is_none_or(|agent| stretch.agent == agent)
                && stretch.until.is_none_or(|until| until >= since)
        })
    }
}
