//! The simulator's own truth: who monitored whom and when, and how far the supervisor is in calls and sessions.

use std::collections::{BTreeMap, BTreeSet};

use simulator::{CallView, FloorView, Handle, MonitoringView, PersonView, SessionView};
use tokio::time::Instant;

/// One stretch of time in which the supervisor's phone monitored one agent's.
#[derive(Debug, Clone)]
pub(crate) struct Monitored {
    pub(crate) agent: String,
    pub(crate) since: Instant,
    pub(crate) until: Option<Instant>,
}

/// The supervisor in one written session.
#[derive(Debug, Clone)]
pub(crate) struct Stay {
    /// Everybody who had a seat in it meanwhile.
    pub(crate) with: BTreeSet<String>,
    /// When the supervisor was last seen in it.
    pub(crate) seen: Instant,
    /// When the supervisor was last seen to be out of it again.
    pub(crate) left: Option<Instant>,
}

/// Who hears the supervisor at most, from quiet to loud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Heard {
    Nobody,
    Agent,
    Everyone,
}

/// What was true, from the first moment on.
pub(crate) struct Truth {
    floor: Handle,
    now: FloorView,
    pub(crate) monitored: Vec<Monitored>,
    /// When the supervisor was last in a supervised call, by its id.
    pub(crate) in_call: BTreeMap<String, Instant>,
    /// The same of one that only rings.
    pub(crate) ringing: BTreeMap<String, Instant>,
    /// When a supervised call, or one that only rang, was first seen to be over.
    pub(crate) over: BTreeMap<String, Instant>,
    /// Every agent who was in a supervised call, or was monitored when it came, by the id of the call.
    callers: BTreeMap<String, BTreeSet<String>>,
    /// Who hears the supervisor, and since when.
    pub(crate) heard: (Heard, Instant),
    /// Every written session there ever was.
    pub(crate) sessions: BTreeSet<String>,
    /// Sessions the supervisor was ever in, as a supervisor.
    pub(crate) joined: BTreeMap<String, Stay>,
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
            ringing: BTreeMap::new(),
            over: BTreeMap::new(),
            callers: BTreeMap::new(),
            heard: (Heard::Nobody, Instant::now()),
            sessions: BTreeSet::new(),
            joined: BTreeMap::new(),
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
                let since = Instant::now();
                self.monitored.push(Monitored {
                    agent,
                    since,
                    until: None,
                });
            }
        }
        self.last = monitoring;
        self.look_at_calls();
        self.look_at_sessions();
    }

    fn look_at_sessions(&mut self) {
        let now = Instant::now();
        let sessions = self.floor.sessions();
        let mut inside: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for session in sessions.iter().filter(|session| self.is_in(session)) {
            inside.insert(session.id.clone(), people_of(session));
        }
        // A session that is over may be listed no more.
        for (id, stay) in &mut self.joined {
            if let Some(people) = inside.remove(id) {
                stay.seen = now;
                stay.with.extend(people);
            } else if stay.left.is_none_or(|left| left < stay.seen) {
                stay.left = Some(now);
            }
        }
        for (id, with) in inside {
            let (seen, left) = (now, None);
            self.joined.insert(id, Stay { with, seen, left });
        }
        self.sessions
            .extend(sessions.into_iter().map(|session| session.id));
    }

    fn look_at_calls(&mut self) {
        let now = Instant::now();
        let calls = self.calls();
        for (id, seen) in self.in_call.iter().chain(&self.ringing) {
            // A call that was let go of may ring once more, and is over once more.
            let told = self.over.get(id).is_some_and(|over| over >= seen);
            if !told && calls.iter().all(|call| call.id != *id) {
                self.over.insert(id.clone(), now);
            }
        }
        let heard = calls.iter().map(heard_in).max().unwrap_or(Heard::Nobody);
        if heard != self.heard.0 {
            self.heard = (heard, now);
        }
        for call in calls.into_iter().filter(|call| call.monitoring.is_some()) {
            let people: Vec<String> = self.agents_in(&call).chain(self.monitored_now()).collect();
            self.callers.entry(call.id.clone()).or_default().extend(people);
            if call.state == "Ringing" {
                self.ringing.insert(call.id, now);
            } else {
                self.in_call.insert(call.id, now);
            }
        }
    }

    fn agents_in<'a>(&'a self, call: &'a CallView) -> impl Iterator<Item = String> + 'a {
        let agents = self.now.agents.iter();
        let inside = agents.filter(|agent| call.participants.contains(&agent.phone_number));
        inside.map(|agent| agent.name.clone())
    }

    fn monitored_now(&self) -> Option<String> {
        self.last.as_ref().map(|monitoring| monitoring.agent.clone())
    }

    fn is_call_with(&self, call: &str, agent: Option<&str>) -> bool {
        agent.is_none_or(|agent| {
            self.callers
                .get(call)
                .is_some_and(|people| people.contains(agent))
        })
    }

    /// Whether the supervisor was since in a supervised call with this agent, or with anybody.
    pub(crate) fn was_in_call_with(&self, agent: Option<&str>, since: Instant) -> bool {
        let mut calls = self.in_call.iter();
        calls.any(|(id, at)| *at >= since && self.is_call_with(id, agent))
    }

    /// The same of a call that only rang, or was picked up before anybody looked.
    pub(crate) fn was_offered_call_with(&self, agent: Option<&str>, since: Instant) -> bool {
        let mut calls = self.ringing.iter().chain(&self.in_call);
        calls.any(|(id, at)| *at >= since && self.is_call_with(id, agent))
    }

    /// Whether such a call was over since.
    pub(crate) fn was_call_over_with(&self, agent: Option<&str>, since: Instant) -> bool {
        let mut calls = self.over.iter();
        calls.any(|(id, at)| *at >= since && self.is_call_with(id, agent))
    }

    /// Whether this agent was ever asked into anything with the supervisor: monitored, or in a call or session.
    pub(crate) fn had_to_do_with(&self, agent: Option<&str>) -> bool {
        let Some(name) = agent else { return true };
        self.monitored.iter().any(|stretch| stretch.agent == name)
            || self.callers.values().any(|people| people.contains(name))
            || self.joined.values().any(|stay| stay.with.contains(name))
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
        if !self.joined.contains_key(id)
            && let Ok(session) = self.floor.session(id)
            && (session.seats.iter().any(|seat| seat.person == self.name())
                || session
                    .lines
                    .iter()
                    .any(|line| line.person.as_deref() == Some(self.name())))
        {
            let now = Instant::now();
            let stay = Stay {
                with: people_of(&session),
                seen: now,
                left: Some(now),
            };
            self.joined.insert(id.to_owned(), stay);
        }
        self.joined.contains_key(id)
    }

    /// Whether there was a moment since in which this agent was not monitored.
    pub(crate) fn was_not_monitored(&self, agent: Option<&str>, since: Instant) -> bool {
        !self.monitored.iter().any(|stretch| {
            agent.is_none_or(|agent| stretch.agent == agent)
                && stretch.since <= since
                && stretch.until.is_none()
        })
    }

    /// Whether the supervisor was in a session since that this person takes, or took, part in.
    pub(crate) fn was_in_session_with(&self, agent: Option<&str>, since: Instant) -> bool {
        let mut stays = self.joined.values().filter(|stay| stay.seen >= since);
        stays.any(|stay| agent.is_none_or(|agent| stay.with.contains(agent)))
    }

    /// Whether the supervisor came out of a session since that this person took part in. `told` are the sessions the server
    /// said it of: who is handed on from one armed agent to the next is out and in again between two looks.
    pub(crate) fn came_out_of_session_with(
        &self,
        agent: Option<&str>,
        since: Instant,
        told: impl Fn(&str) -> bool,
    ) -> bool {
        let mut stays = self.joined.iter();
        stays.any(|(id, stay)| {
            let out = stay.left.is_some_and(|left| left >= since) || told(id);
            out && agent.is_none_or(|agent| stay.with.contains(agent))
        })
    }

    /// Whether this person took part in a session of the supervisor's.
    pub(crate) fn is_session_with(&self, session: &str, agent: Option<&str>) -> bool {
        let stay = self.joined.get(session);
        stay.is_some_and(|stay| agent.is_none_or(|agent| stay.with.contains(agent)))
    }

    /// Whether this agent, or anybody at all, was monitored at any time since.
    pub(crate) fn was_monitored(&self, agent: Option<&str>, since: Instant) -> bool {
        self.monitored.iter().any(|stretch| {
            agent.is_none_or(|agent| stretch.agent == agent)
                && stretch.until.is_none_or(|until| until >= since)
        })
    }
}

/// Who hears the supervisor in this call of theirs.
fn heard_in(call: &CallView) -> Heard {
    match (call.state.as_str(), call.monitoring.as_deref()) {
        ("Ringing", _) | (_, Some("ListenIn")) => Heard::Nobody,
        (_, Some("Coach")) => Heard::Agent,
        _ => Heard::Everyone,
    }
}

/// Everybody who has a seat in it.
fn people_of(session: &SessionView) -> BTreeSet<String> {
    session.seats.iter().map(|seat| seat.person.clone()).collect()
}
