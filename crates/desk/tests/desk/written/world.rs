//! A desk under watch: beside it, kept by other means, what the server last said of each session and what was sent.
//! The invariants of the design are judged from that alone.

use std::collections::{BTreeMap, BTreeSet};

use desk::Desk;
use desk::audience::Audience;
use desk::input::{CallFailure, Effect, Input, LinkChange, OwnReading, RosterReading, Ticket};
use desk::moment::Moment;
use desk::order::{Act, Command, Medium, Readership, WrittenCommand};
use desk::rules::Rules;
use desk::view::{ArmedPhase, LinkState, RosterSource, SessionPhase, UnsentState};
use gws::digital::{Message, SessionAddress};
use gws::{DigitalOperation, Notification, Operation, User};
use serde_json::{Value, json};

use super::happenings::Event;
use super::seat::{change, decoded, messages};
use crate::seat::floor;
use crate::words::is_permitted;

const PUBLIC: [&str; 3] = [
    "SendMessage",
    "SendStartTypingNotification",
    "SendStopTypingNotification",
];
const HIDDEN: [&str; 3] = [
    "SendToAgents",
    "SendStartTypingToAgentsNotification",
    "SendStopTypingToAgentsNotification",
];
const ENDS: [&str; 4] = ["Revoked", "Completed", "LeftChat", "JoinFailed"];

/// A switch that was sent.
#[derive(Debug, Clone)]
struct Switch {
    ticket: Ticket,
    to: &'static str,
    asked: Moment,
    /// The next list settles it, whatever it shows.
    by_list: bool,
}

/// What the server last said of a session.
#[derive(Debug, Clone, Default)]
struct Said {
    state: Option<String>,
    participants: Option<Vec<Value>>,
    capabilities: Option<Vec<String>>,
    /// Who takes part was said since the link was lost.
    confirmed: bool,
    pushed_since_loss: bool,
    missing: bool,
    switch: Option<Switch>,
}

impl Said {
    fn is_over(&self) -> bool {
        self.missing || self.state.as_deref().is_some_and(|state| ENDS.contains(&state))
    }

    /// Our entries, by who sees them.
    fn own(&self) -> Vec<Option<&str>> {
        let entries = self.participants.iter().flatten();
        let own = entries.filter(|entry| {
            entry["uri"]
                .as_str()
                .is_some_and(|uri| uri.ends_with("/users/me"))
        });
        own.map(|entry| entry["visibility"].as_str()).collect()
    }

    /// Who sees us, if that is legible.
    fn visibility(&self) -> Option<&str> {
        let own = self.own();
        let first = *own.first()?;
        first.filter(|_| own.iter().all(|other| *other == first))
    }

    fn is_live(&self) -> bool {
        !self.is_over() && self.state.as_deref() == Some("Chatting") && !self.own().is_empty()
    }

    fn readership(&self, link_live: bool) -> Readership {
        if !link_live || !self.confirmed || self.switch.is_some() || !self.is_live() {
            return Readership::Unknown;
        }
        match self.visibility() {
            Some("All") => Readership::Everyone,
            Some("Agents") => Readership::Agents,
            Some("Supervisors") => Readership::Supervisors,
            _ => Readership::Unknown,
        }
    }

    fn hear(&mut self, session: &Value) {
        let state = session["state"].as_str();
        let open = state.is_some_and(|state| !ENDS.contains(&state));
        if self.missing || (self.is_over() && open) {
            *self = Said {
                pushed_since_loss: self.pushed_since_loss,
                ..Said::default()
            };
        }
        if let Some(state) = state {
            self.state = Some(state.to_owned());
        }
        if let Some(participants) = session["participants"].as_array() {
            self.participants = Some(participants.clone());
            self.confirmed = true;
        }
        if let Some(list) = session["capabilities"].as_array() {
            let names = list.iter().filter_map(|name| name.as_str().map(str::to_owned));
            self.capabilities = Some(names.collect());
        }
        let named = session["participants"].is_array();
        let shown = (named && self.is_live()).then(|| self.visibility()).flatten();
        if self
            .switch
            .as_ref()
            .is_some_and(|switch| shown == Some(switch.to))
            || self.is_over()
        {
            self.switch = None;
        }
    }

    fn lists(&self, name: &str) -> bool {
        let other = if name == "SwitchToBargeIn" {
            "SwitchBargeIn"
        } else {
            name
        };
        let mut list = self.capabilities.iter().flatten();
        list.any(|listed| listed == name || listed == other)
    }
}

/// The desk, and beside it what the server last said, kept by other means.
pub(crate) struct World {
    desk: Desk,
    rules: Rules,
    now: Moment,
    live: bool,
    sessions: BTreeMap<String, Said>,
    open: Vec<(Ticket, Operation)>,
    /// Agents for whom the server has taken a request since the sign-in.
    taken: BTreeSet<String>,
    /// Agents whose intent is on disk.
    kept: BTreeSet<String>,
    /// What the supervisor saw when asking for what is being sent.
    seen: Option<Readership>,
    /// The same of everything written that has been sent.
    written_under: BTreeMap<Ticket, Option<Readership>>,
    reads: BTreeSet<Medium>,
    transcripts: BTreeSet<SessionAddress>,
    tickets: BTreeSet<Ticket>,
    wake: Option<Moment>,
}

impl World {
    pub(crate) fn new() -> World {
        World::under(Rules::default())
    }

    pub(crate) fn under(rules: Rules) -> World {
        let mut world = World {
            desk: Desk::under(rules.clone()),
            rules,
            now: Moment(1_000_000),
            live: false,
            sessions: BTreeMap::new(),
            open: Vec::new(),
            taken: BTreeSet::new(),
            kept: BTreeSet::new(),
            seen: None,
            written_under: BTreeMap::new(),
            reads: BTreeSet::new(),
            transcripts: BTreeSet::new(),
            tickets: BTreeSet::new(),
            wake: None,
        };
        world.sign_in();
        world
    }

    fn sign_in(&mut self) {
        self.handle(Input::Link(LinkChange::SigningIn {
            server: "practice".to_owned(),
            practice: true,
        }));
        self.handle(Input::Own(Box::new(OwnReading {
            user: gws::decode::<User>(&json!({ "id": "me" })).value,
            device: None,
            calls: Vec::new(),
        })));
        self.handle(Input::Roster(RosterReading {
            source: RosterSource::Users,
            agents: floor(),
            supervisors: Vec::new(),
        }));
        self.live = true;
        self.handle(Input::Link(LinkChange::Live));
    }

    pub(crate) fn happens(&mut self, event: Event) {
        match event {
            Event::Order(command) => self.order(command),
            Event::RearmAll => {
                if let Ok(effects) = self.desk.order(Command::RearmAll { reason: None }, self.now) {
                    self.sees(effects);
                }
            }
            Event::Reply(index, outcome) => self.reply(index, outcome),
            Event::Changed(session) => self.changed(&session),
            Event::Messages(id, list) => {
                let (key, known) = (key(id), self.on_board());
                self.push(&messages(id, &list));
                if !known.contains(&key) && self.on_board().contains(&key) {
                    self.sessions.insert(key, Said::default());
                }
            }
            Event::Error(named) => self.error(named),
            Event::List(list) => self.list(&list),
            Event::Transcript(id, list) => self.transcript(id, &list),
            Event::Link(change) => self.link(change),
            Event::NewServerSession => {
                self.taken.clear();
                self.lose_sight();
                self.handle(Input::NewServerSession);
            }
            Event::Wait(milliseconds) => {
                self.now = self.now.plus(milliseconds);
                let (now, live) = (self.now, self.live);
                for said in self.sessions.values_mut() {
                    if let Some(switch) = said.switch.as_mut().filter(|_| live) {
                        switch.by_list |= now.since(switch.asked) >= 10_000;
                    }
                }
                self.handle(Input::Tick);
                assert!(self.wake.is_none_or(|at| at > self.now), "woken for ever");
            }
        }
    }

    fn order(&mut self, command: WrittenCommand) {
        use WrittenCommand as C;
        self.seen = match &command {
            C::Whisper { seen, .. } | C::SendToEveryone { seen, .. } | C::Typing { seen, .. } => Some(*seen),
            _ => None,
        };
        let before = self.desk.view(self.now);
        if let C::Whisper { session, send_id, .. } | C::SendToEveryone { session, send_id, .. } = &command {
            let sessions = before.sessions.iter().filter(|known| known.key == *session);
            let unsent = sessions.flat_map(|known| &known.unsent);
            let on_its_way = unsent
                .filter(|unsent| unsent.send_id == *send_id)
                .any(|unsent| unsent.state != UnsentState::Failed);
            let order = Command::Written {
                command: command.clone(),
            };
            if on_its_way {
                assert!(self.desk.order(order, self.now).is_err(), "a text is sent twice");
                return;
            }
        }
        match self.desk.order(Command::Written { command }, self.now) {
            Ok(effects) => self.sees(effects),
            Err(_) => assert_eq!(
                self.desk.view(self.now),
                before,
                "a refused order changes nothing"
            ),
        }
        self.seen = None;
    }

    fn reply(&mut self, index: usize, outcome: Result<(), CallFailure>) {
        if index >= self.open.len() {
            return;
        }
        let (ticket, operation) = self.open.remove(index);
        if let (Operation::Digital(DigitalOperation::Monitor { agent, .. }), Ok(())) = (&operation, &outcome)
        {
            self.taken.insert(agent.to_string());
        }
        if outcome.is_err() {
            let mut switches = self.sessions.values_mut().filter_map(|said| said.switch.as_mut());
            if let Some(switch) = switches.find(|switch| switch.ticket == ticket) {
                switch.by_list = true;
            }
        }
        self.handle(Input::Replied { ticket, outcome });
    }

    fn changed(&mut self, session: &Value) {
        let key = key(session["id"].as_str().unwrap());
        let known = self.on_board().contains(&key);
        // Before the desk: whatever it sends because of it must fit the newer word.
        let said = self.sessions.entry(key.clone()).or_default();
        if !known {
            *said = Said::default();
        }
        said.hear(session);
        said.pushed_since_loss = true;
        self.push(&change(session));
        if !self.on_board().contains(&key) {
            self.sessions.remove(&key);
        }
    }

    fn error(&mut self, named: Option<&'static str>) {
        let named_key = named.map(key);
        for (key, said) in &mut self.sessions {
            if named_key.as_ref().is_none_or(|named| named == key)
                && let Some(switch) = &mut said.switch
            {
                switch.by_list = true;
            }
        }
        let mut data = json!({
            "messageType": "SMSsessionStateChangeMessage", "notificationType": "Error", "errorMessage": "no",
        });
        if let Some(id) = named {
            data["smssessionUri"] = json!(format!("/smssessions/{id}"));
        }
        self.push(&data);
    }

    fn list(&mut self, list: &[Value]) {
        // The last word on a session counts.
        let mut told: BTreeMap<String, &Value> = BTreeMap::new();
        for session in list {
            told.insert(key(session["id"].as_str().unwrap()), session);
        }
        let sessions: Vec<Value> = told.values().map(|session| (*session).clone()).collect();
        let before = self.desk.view(self.now);
        if before.link.state == LinkState::Stale {
            self.handle(Input::OwnSessions {
                medium: Medium::Sms,
                outcome: Ok(sessions.iter().map(decoded).collect()),
            });
            assert_eq!(self.desk.view(self.now), before, "it may be of before the loss");
            return;
        }
        let board = self.on_board();
        for (key, said) in &mut self.sessions {
            if !board.contains(key) || (!self.live && said.pushed_since_loss) {
                continue;
            }
            match told.get(key) {
                Some(session) => {
                    said.switch.take_if(|switch| switch.by_list);
                    said.hear(session);
                }
                None if !said.is_over() => {
                    said.missing = true;
                    said.switch = None;
                }
                None => {}
            }
        }
        for (key, session) in &told {
            if !board.contains(key) {
                let mut said = Said::default();
                said.hear(session);
                self.sessions.insert(key.clone(), said);
            }
        }
        // A list that a push has overtaken is asked for once more.
        for _ in 0..3 {
            self.reads.clear();
            self.handle(Input::OwnSessions {
                medium: Medium::Sms,
                outcome: Ok(sessions.iter().map(decoded).collect()),
            });
            if !self.reads.contains(&Medium::Sms) {
                break;
            }
        }
        assert!(
            !self.reads.contains(&Medium::Sms),
            "a list is asked for again and again"
        );
        let board = self.on_board();
        self.sessions.retain(|key, _| board.contains(key));
    }

    fn transcript(&mut self, id: &'static str, list: &[Value]) {
        let address = SessionAddress::sms(id);
        let read = |message| gws::decode::<Message>(message).value.unwrap();
        for _ in 0..3 {
            self.transcripts.clear();
            self.handle(Input::Transcript {
                session: address.clone(),
                outcome: Ok(list.iter().map(read).collect()),
            });
            if !self.transcripts.contains(&address) {
                return;
            }
        }
        panic!("a transcript is asked for again and again");
    }

    fn link(&mut self, change: LinkChange) {
        let was_live = self.live;
        self.live = change == LinkChange::Live;
        if was_live && !self.live || matches!(change, LinkChange::Stale(_)) {
            self.lose_sight();
        }
        let out = matches!(change, LinkChange::SignedOut(_));
        if out {
            self.sessions.clear();
            self.taken.clear();
        }
        self.handle(Input::Link(change));
        if out {
            assert!(self.desk.view(self.now).sessions.is_empty());
            self.kept.clear();
            self.sign_in();
        }
    }

    fn lose_sight(&mut self) {
        for said in self.sessions.values_mut() {
            said.confirmed = false;
            said.pushed_since_loss = false;
        }
    }

    fn on_board(&self) -> BTreeSet<String> {
        let sessions = self.desk.view(self.now).sessions;
        sessions.into_iter().map(|session| session.key).collect()
    }

    fn push(&mut self, data: &Value) {
        let notification = Notification::decode("/v2/me/smssession", data);
        self.handle(Input::Notification(Box::new(notification)));
    }

    fn handle(&mut self, input: Input) {
        let effects = self.desk.handle(input, self.now);
        self.sees(effects);
    }

    fn sees(&mut self, effects: Vec<Effect>) {
        assert!(effects.len() < 24, "a burst: {effects:?}");
        self.wake = None;
        for effect in effects {
            match effect {
                Effect::Call { ticket, operation } => self.sends(ticket, operation),
                Effect::KeepIntents(intents) => {
                    let written = intents.written.into_iter();
                    self.kept = written.map(|intent| intent.order.agent_id).collect();
                }
                Effect::ReadSessions(medium) => {
                    self.reads.insert(medium);
                }
                Effect::ReadTranscript(session) => {
                    self.transcripts.insert(session);
                }
                Effect::Arrived(arrival) => {
                    let said = &self.sessions[&arrival.session];
                    assert!(said.is_live(), "arrived, but not in it");
                }
                Effect::WakeAt(at) => self.wake = Some(at),
                _ => {}
            }
        }
    }

    fn sends(&mut self, ticket: Ticket, operation: Operation) {
        assert!(self.live, "sent behind a broken link: {operation:?}");
        assert!(self.tickets.insert(ticket), "a ticket is used once");
        let name = operation.name().to_owned();
        let act = match name.as_str() {
            "Monitor" | "SwitchToMonitor" => Some(Act::ListenIn),
            "Coach" | "SwitchToCoach" => Some(Act::Coach),
            "BargeIn" | "SwitchToBargeIn" | "SwitchBargeIn" => Some(Act::BargeIn),
            _ => None,
        };
        assert!(
            act.is_none_or(|act| is_permitted(&self.rules.sms, act)),
            "{name} is forbidden by {:?}",
            self.rules.sms
        );
        let path = operation.request().path;
        let digital = match &operation {
            Operation::Digital(digital) => digital,
            other => panic!("nobody asked for {other:?}"),
        };
        if let DigitalOperation::Monitor { agent, .. } = digital {
            assert!(self.kept.contains(agent.as_str()), "asked before it was kept");
        }
        if let Some(key) = path.strip_prefix("/me/") {
            let said = self.sessions.get_mut(key).expect("a session the server spoke of");
            check_sent(said, &name, self.seen);
            check_permitted(&self.rules, &name, self.seen);
            self.written_under.insert(ticket, self.seen);
            let to = match name.as_str() {
                "SwitchToBargeIn" => Some("All"),
                "SwitchToCoach" => Some("Agents"),
                "SwitchToMonitor" => Some("Supervisors"),
                _ => None,
            };
            if let Some(to) = to {
                assert!(said.switch.is_none(), "two switches in flight");
                said.switch = Some(Switch {
                    ticket,
                    to,
                    asked: self.now,
                    by_list: false,
                });
            }
        }
        self.open.push((ticket, operation));
    }

    /// What waits may go only where it could be sent anew.
    fn check_what_waits(&self) {
        for (ticket, operation) in &self.open {
            let path = operation.request().path;
            let (name, said) = (operation.name(), path.strip_prefix("/me/"));
            let is_read = PUBLIC.contains(&name) || HIDDEN.contains(&name);
            if is_read && self.desk.may_still_go(*ticket, operation) {
                assert!(self.live, "{name} goes behind a broken link");
                let said = said.and_then(|key| self.sessions.get(key)).expect("a session");
                assert!(said.is_live(), "{name} goes where we are not");
                check_sent(said, name, self.written_under[ticket]);
            }
        }
    }

    /// What must hold after anything.
    pub(crate) fn check(&self) {
        self.check_what_waits();
        let view = self.desk.view(self.now);
        for line in &view.written.armed {
            let armed = line.phase == ArmedPhase::Armed;
            assert!(
                !armed || self.taken.contains(&line.agent_id),
                "armed, but nobody took it"
            );
        }
        let mut hottest = Audience::Nobody;
        for session in &view.sessions {
            let said = &self.sessions[&session.key];
            let inside = matches!(
                session.phase,
                SessionPhase::Live | SessionPhase::Leaving | SessionPhase::Joining
            );
            assert!(
                session.phase != SessionPhase::Live || said.is_live(),
                "live, but not in it: {said:?}"
            );
            assert_eq!(
                inside,
                !said.is_over() && said.state.as_deref() != Some("Invited"),
                "{said:?}"
            );
            if !inside {
                assert!(!session.acts.whisper && !session.acts.public);
                continue;
            }
            let expected = said.readership(self.live);
            assert_eq!(session.readership, expected, "{said:?}");
            let audience = match expected {
                Readership::Supervisors => Audience::Nobody,
                Readership::Agents => Audience::AgentOnly,
                Readership::Everyone => Audience::Everyone,
                Readership::Unknown => Audience::Unknown,
            };
            assert_eq!(session.audience, audience);
            assert!(!session.acts.public || expected == Readership::Everyone);
            let allowed = &self.rules.sms.allowed;
            assert!(!session.acts.public || allowed.contains(&Act::BargeIn));
            assert!(!session.acts.whisper || !allowed.is_disjoint(&[Act::Coach, Act::BargeIn].into()));
            if heat(audience) > heat(hottest) {
                hottest = audience;
            }
        }
        assert!(
            heat(view.written.audience) >= heat(hottest),
            "{:?} in {hottest:?}",
            view.written.audience
        );
    }
}

/// What the organisation lets go out to whoever reads it.
fn check_permitted(rules: &Rules, name: &str, seen: Option<Readership>) {
    let allowed = &rules.sms.allowed;
    let barging = allowed.contains(&Act::BargeIn);
    if PUBLIC.contains(&name) {
        assert!(barging, "{name} is forbidden by {allowed:?}");
    }
    if HIDDEN.contains(&name) {
        let there = barging && seen == Some(Readership::Everyone);
        assert!(
            allowed.contains(&Act::Coach) || there,
            "{name} is forbidden by {allowed:?}"
        );
    }
}

/// Invariants 1 and 4: who reads us, and what the server lists.
fn check_sent(said: &Said, name: &str, seen: Option<Readership>) {
    assert!(
        !said.is_over() || name == "Complete",
        "{name} in a session that is over"
    );
    let public = PUBLIC.contains(&name);
    if public {
        assert_eq!(
            said.visibility(),
            Some("All"),
            "{name} where not everybody sees us"
        );
        assert!(said.switch.is_none(), "{name} while a switch is on its way");
        assert!(said.confirmed, "{name} on a word of before the loss");
        assert!(said.lists(name), "{name} is not listed");
    }
    if public || HIDDEN.contains(&name) {
        let now = said.readership(true);
        assert_ne!(now, Readership::Unknown, "{name} where nobody knows who reads us");
        assert_ne!(now, Readership::Supervisors, "{name} shows a silent listener");
        assert_eq!(seen, Some(now), "{name} for other readers");
    }
    assert!(
        said.capabilities.is_none() || said.lists(name),
        "{name} is not among {:?}",
        said.capabilities
    );
    if name == "Leave" && said.visibility().is_some() {
        let entries = || said.participants.iter().flatten();
        let stays = |entry: &Value| {
            let other = entry["uri"]
                .as_str()
                .is_none_or(|uri| !uri.ends_with("/users/me"));
            let hidden = matches!(entry["visibility"].as_str(), Some("Agents" | "Supervisors"));
            other && entry["type"] == "Agent" && !hidden
        };
        assert!(entries().any(stays), "leaving ends it for the customer");
    }
}

fn heat(audience: Audience) -> u8 {
    match audience {
        Audience::Nobody => 0,
        Audience::AgentOnly => 1,
        Audience::Unknown => 2,
        Audience::Everyone => 3,
    }
}

fn key(id: &str) -> String {
    format!("smssessions/{id}")
}
