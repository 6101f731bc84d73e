//! A supervisor's seat for written sessions: a desk, signed in on the small floor, and everything it wanted done.

use desk::Desk;
use desk::fault::{Fault, FaultCode};
use desk::input::{
    Arrival, CallFailure, Effect, Happening, Input, LinkChange, Occurrence, OwnReading, RosterReading,
    Standing, Ticket, WrittenIntent,
};
use desk::moment::Moment;
use desk::order::{Act, Command, Extent, Medium, Readership, WrittenCommand, WrittenOrder};
use desk::rules::Rules;
use desk::view::{ArmedPhase, ArmedView, RosterSource, SessionView, View};
use gws::digital::{Message, Session, SessionAddress, SmsSpelling};
use gws::{Notification, Operation, StatusCode, User};
use serde_json::{Value, json};

use crate::seat::floor;

/// The key of SMS session S1.
pub(crate) const S1: &str = "smssessions/S1";

pub(crate) struct Seat {
    pub(crate) desk: Desk,
    pub(crate) now: Moment,
    /// Everything the desk wanted and nobody has looked at.
    pub(crate) effects: Vec<Effect>,
    /// Sent and not answered.
    pub(crate) open: Vec<(Ticket, Operation)>,
    pub(crate) happenings: Vec<Happening>,
    pub(crate) wake: Option<Moment>,
}

impl Seat {
    /// Signed in as user `me`, live, all lists read and empty.
    pub(crate) fn signed_in() -> Seat {
        Seat::with_user(&json!({ "id": "me", "userName": "lead", "firstName": "Lee", "lastName": "Adler" }))
    }

    pub(crate) fn with_user(user: &Value) -> Seat {
        Seat::with_user_under(user, Rules::default())
    }

    /// Signed in under these rules.
    pub(crate) fn under(rules: Rules) -> Seat {
        let user = json!({ "id": "me", "userName": "lead", "firstName": "Lee", "lastName": "Adler" });
        Seat::with_user_under(&user, rules)
    }

    fn with_user_under(user: &Value, rules: Rules) -> Seat {
        let mut seat = Seat {
            desk: Desk::under(rules),
            now: Moment(1_000_000),
            effects: Vec::new(),
            open: Vec::new(),
            happenings: Vec::new(),
            wake: None,
        };
        seat.sign_in(user);
        seat
    }

    pub(crate) fn sign_in(&mut self, user: &Value) {
        self.link(LinkChange::SigningIn {
            server: "practice".to_owned(),
            practice: true,
        });
        self.link(LinkChange::Connecting);
        self.handle(Input::Own(Box::new(OwnReading {
            user: gws::decode::<User>(user).value,
            device: None,
            calls: Vec::new(),
        })));
        for medium in Medium::ALL {
            self.reads(medium, &[]);
        }
        self.link(LinkChange::Live);
        self.handle(Input::Roster(RosterReading {
            source: RosterSource::Users,
            agents: floor(),
            supervisors: Vec::new(),
        }));
        self.effects.clear();
    }

    /// Coaching Ana's next session, or all of them, is armed.
    pub(crate) fn armed(extent: Extent) -> Seat {
        Seat::armed_under(Rules::default(), extent)
    }

    fn armed_under(rules: Rules, extent: Extent) -> Seat {
        let mut seat = Seat::under(rules);
        seat.order(arm("ana", Act::Coach, Some(extent))).unwrap();
        seat.accept("Coach");
        assert_eq!(seat.phases(), [ArmedPhase::Armed]);
        seat
    }

    /// Coaching Ana in session S1, as the server pushes it; the transcript has been read.
    pub(crate) fn live() -> Seat {
        Seat::live_under(Rules::default())
    }

    /// The same under these rules.
    pub(crate) fn live_under(rules: Rules) -> Seat {
        let mut seat = Seat::armed_under(rules, Extent::AllChats);
        seat.push(&change(&session("S1", "Agents")));
        seat.transcript("S1", &[]);
        // The push is the newer word, so the list is asked for once more.
        seat.reads(Medium::Sms, &[session("S1", "Agents")]);
        seat.reads(Medium::Sms, &[session("S1", "Agents")]);
        seat.effects.clear();
        seat
    }

    /// The same, but everybody reads us.
    pub(crate) fn barged() -> Seat {
        let mut seat = Seat::live();
        seat.push(&change(&session("S1", "All")));
        seat
    }

    pub(crate) fn handle(&mut self, input: Input) {
        let effects = self.desk.handle(input, self.now);
        self.take(effects);
    }

    fn take(&mut self, effects: Vec<Effect>) {
        self.wake = None;
        for effect in effects {
            match &effect {
                Effect::Call { ticket, operation } => self.open.push((*ticket, operation.clone())),
                Effect::Record(happening) => self.happenings.push(happening.clone()),
                Effect::WakeAt(at) => self.wake = Some(*at),
                _ => {}
            }
            self.effects.push(effect);
        }
    }

    pub(crate) fn order(&mut self, command: WrittenCommand) -> Result<(), FaultCode> {
        self.command(Command::Written { command })
    }

    pub(crate) fn command(&mut self, command: Command) -> Result<(), FaultCode> {
        let before = self.desk.view(self.now);
        match self.desk.order(command, self.now) {
            Ok(effects) => self.take(effects),
            Err(fault) => {
                assert_eq!(
                    self.desk.view(self.now),
                    before,
                    "a refused order changes nothing"
                );
                return Err(fault.code);
            }
        }
        Ok(())
    }

    pub(crate) fn whisper(&mut self, text: &str, seen: Readership, send_id: &str) -> Result<(), FaultCode> {
        self.order(WrittenCommand::Whisper {
            session: S1.to_owned(),
            text: text.to_owned(),
            seen,
            send_id: send_id.to_owned(),
        })
    }

    pub(crate) fn publish(&mut self, text: &str, seen: Readership, send_id: &str) -> Result<(), FaultCode> {
        self.order(WrittenCommand::SendToEveryone {
            session: S1.to_owned(),
            text: text.to_owned(),
            seen,
            send_id: send_id.to_owned(),
        })
    }

    pub(crate) fn switch(&mut self, act: Act) -> Result<(), FaultCode> {
        self.order(WrittenCommand::Switch {
            session: S1.to_owned(),
            act,
            reason: None,
        })
    }

    pub(crate) fn leave(&mut self, knowing: bool) -> Result<(), FaultCode> {
        self.order(WrittenCommand::Leave {
            session: S1.to_owned(),
            knowing,
        })
    }

    pub(crate) fn link(&mut self, change: LinkChange) {
        self.handle(Input::Link(change));
    }

    pub(crate) fn lose_link(&mut self) {
        self.link(LinkChange::Stale(Fault::new(
            FaultCode::Unreachable,
            "The server is gone.",
        )));
    }

    pub(crate) fn later(&mut self, milliseconds: u64) {
        self.now = self.now.plus(milliseconds);
    }

    /// Lets time pass until the desk wanted to be woken, and wakes it.
    pub(crate) fn wake(&mut self) {
        self.now = self.wake.expect("a deadline");
        self.handle(Input::Tick);
    }

    pub(crate) fn accept(&mut self, name: &str) {
        self.reply(name, Ok(()));
    }

    pub(crate) fn refuse(&mut self, name: &str, status: StatusCode) {
        self.reply(
            name,
            Err(CallFailure::Refused {
                status,
                message: None,
            }),
        );
    }

    pub(crate) fn lose_reply(&mut self, name: &str) {
        let fault = Fault::new(FaultCode::TimedOut, "The server did not answer in time.");
        self.reply(name, Err(CallFailure::Unanswered(fault)));
    }

    /// Answers the oldest request of this name.
    pub(crate) fn reply(&mut self, name: &str, outcome: Result<(), CallFailure>) {
        let index = self.open.iter().position(|(_, sent)| sent.name() == name);
        let (ticket, _) = self
            .open
            .remove(index.unwrap_or_else(|| panic!("{name} was not sent")));
        self.handle(Input::Replied { ticket, outcome });
    }

    /// The server pushes this, on whatever topic.
    pub(crate) fn push(&mut self, data: &Value) {
        let notification = Notification::decode("/v2/me/smssession", data);
        assert!(
            matches!(notification, Notification::Digital(_)),
            "{notification:?}"
        );
        self.handle(Input::Notification(Box::new(notification)));
    }

    /// The own sessions of a medium are read.
    pub(crate) fn reads(&mut self, medium: Medium, sessions: &[Value]) {
        self.handle(Input::OwnSessions {
            medium,
            outcome: Ok(sessions.iter().map(decoded).collect()),
        });
    }

    /// The transcript of an SMS session is read.
    pub(crate) fn transcript(&mut self, session: &str, messages: &[Value]) {
        self.handle(Input::Transcript {
            session: SessionAddress::sms(session),
            outcome: Ok(messages
                .iter()
                .map(|message| gws::decode::<Message>(message).value.unwrap())
                .collect()),
        });
    }

    /// What was sent since the last look: `POST path body`.
    pub(crate) fn wire(&mut self) -> Vec<String> {
        let sent = |effect: &Effect| match effect {
            Effect::Call { operation, .. } => {
                let request = operation.request();
                Some(format!("{} {}", request.path, request.body.unwrap_or_default()))
            }
            _ => None,
        };
        let sent = self.effects.iter().filter_map(sent).collect();
        self.effects.clear();
        sent
    }

    /// The names of what was sent since the last look.
    pub(crate) fn sent(&mut self) -> Vec<String> {
        let name = |effect: &Effect| match effect {
            Effect::Call { operation, .. } => Some(operation.name().to_owned()),
            _ => None,
        };
        let sent = self.effects.iter().filter_map(name).collect();
        self.effects.clear();
        sent
    }

    /// What was to be read since the last look.
    pub(crate) fn readings(&mut self) -> Vec<String> {
        let reading = |effect: &Effect| match effect {
            Effect::ReadSessions(medium) => Some(format!("{medium:?}")),
            Effect::ReadTranscript(session) => Some(format!("messages of {session}")),
            Effect::ReadAgentSessions { agent, medium } => Some(format!("{medium:?} of {agent}")),
            _ => None,
        };
        let readings = self.effects.iter().filter_map(reading).collect();
        self.effects.clear();
        readings
    }

    pub(crate) fn arrivals(&mut self) -> Vec<Arrival> {
        let arrival = |effect: &Effect| match effect {
            Effect::Arrived(arrival) => Some(arrival.clone()),
            _ => None,
        };
        let arrivals = self.effects.iter().filter_map(arrival).collect();
        self.effects.clear();
        arrivals
    }

    /// What was last to be kept on disk as wanted since the last look.
    pub(crate) fn kept(&mut self) -> Option<Vec<WrittenIntent>> {
        let mut kept = self.on_disk()?;
        kept.retain(|intent| intent.standing != Standing::TakenBack);
        Some(kept)
    }

    /// What was last to be kept on disk since the last look, wanted or not.
    pub(crate) fn on_disk(&mut self) -> Option<Vec<WrittenIntent>> {
        let kept = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::KeepIntents(intents) => Some(intents.written.clone()),
            _ => None,
        });
        self.effects.clear();
        kept
    }

    pub(crate) fn spelling(&mut self) -> Option<SmsSpelling> {
        let spelling = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::KeepSpelling(spelling) => Some(*spelling),
            _ => None,
        });
        self.effects.clear();
        spelling
    }

    pub(crate) fn view(&self) -> View {
        self.desk.view(self.now)
    }

    pub(crate) fn armed_lines(&self) -> Vec<ArmedView> {
        self.view().written.armed
    }

    pub(crate) fn phases(&self) -> Vec<ArmedPhase> {
        self.armed_lines().iter().map(|line| line.phase).collect()
    }

    pub(crate) fn sessions(&self) -> Vec<SessionView> {
        self.view().sessions
    }

    pub(crate) fn session(&self) -> SessionView {
        let sessions = self.sessions();
        sessions
            .into_iter()
            .find(|session| session.key == S1)
            .expect("session S1")
    }

    /// The texts of the transcript of S1.
    pub(crate) fn texts(&self) -> Vec<String> {
        let told = self.desk.transcript(S1, None).expect("a transcript");
        told.0.lines.into_iter().map(|line| line.text).collect()
    }

    pub(crate) fn happened(&self) -> Vec<Occurrence> {
        self.happenings.iter().map(|happening| happening.what).collect()
    }
}

pub(crate) fn arm(agent: &str, act: Act, extent: Option<Extent>) -> WrittenCommand {
    arm_as(agent, act, extent, None)
}

pub(crate) fn arm_as(
    agent: &str,
    act: Act,
    extent: Option<Extent>,
    nickname: Option<&str>,
) -> WrittenCommand {
    WrittenCommand::Arm {
        order: WrittenOrder {
            agent_id: agent.to_owned(),
            medium: Medium::Sms,
            act,
            extent,
            nickname: nickname.map(str::to_owned),
            reason: None,
        },
    }
}

pub(crate) fn disarm(agent: &str, leave: bool) -> WrittenCommand {
    WrittenCommand::Disarm {
        agent_id: agent.to_owned(),
        medium: Medium::Sms,
        leave,
    }
}

pub(crate) fn customer() -> Value {
    json!({ "participantId": "P1", "type": "Customer", "nickname": "Pat", "visibility": "All" })
}

pub(crate) fn agent(id: &str) -> Value {
    json!({
        "participantId": format!("P-{id}"), "type": "Agent", "nickname": id, "visibility": "All",
        "uri": format!("http://127.0.0.1:8080/api/v2/users/{id}"),
    })
}

/// Our own entry.
pub(crate) fn me(visibility: &str) -> Value {
    json!({
        "participantId": "P9", "type": "Agent", "nickname": "lead", "visibility": visibility,
        "uri": "http://127.0.0.1:8080/api/v2/users/me",
    })
}

/// What a server lists for somebody who supervises and is seen by these (`gws/digital.md 2.5`), `SendMessage` too.
pub(crate) fn capabilities(visibility: &str) -> Value {
    let mut list = vec![
        "Leave",
        "SendToAgents",
        "SendStartTypingToAgentsNotification",
        "SendStopTypingToAgentsNotification",
        "SendMessage",
        "SendStartTypingNotification",
        "SendStopTypingNotification",
    ];
    if visibility != "Supervisors" {
        list.push("SwitchToMonitor");
    }
    if visibility != "Agents" {
        list.push("SwitchToCoach");
    }
    if visibility != "All" {
        list.push("SwitchBargeIn");
    }
    json!(list)
}

/// A session of Ana and Pat in which these see us.
pub(crate) fn session(id: &str, visibility: &str) -> Value {
    json!({
        "id": id, "uri": format!("http://h/api/v2/smssessions/{id}"), "state": "Chatting", "chatType": "Inbound",
        "participants": [customer(), agent("ana"), me(visibility)],
        "capabilities": capabilities(visibility),
        "userData": { "Subject": "Billing", "Tries": 3 },
    })
}

pub(crate) fn change(session: &Value) -> Value {
    json!({
        "messageType": "SMSsessionStateChangeMessage", "notificationType": "StatusChange", "smssession": session,
    })
}

pub(crate) fn state(id: &str, state: &str) -> Value {
    change(&json!({ "id": id, "state": state }))
}

pub(crate) fn messages(id: &str, messages: &[Value]) -> Value {
    json!({
        "messageType": "MessageLogUpdated", "notificationType": "NewMessages",
        "smssessionUri": format!("http://h/api/v2/smssessions/{id}"), "messages": messages,
    })
}

pub(crate) fn message(index: u64, from: &Value, visibility: &str, text: &str) -> Value {
    json!({
        "index": index, "type": "Text", "from": from, "visibility": visibility, "text": text,
        "timestampSeconds": 1_767_633_360_000_u64.saturating_add(index).min(9_000_000_000_000_000),
    })
}

pub(crate) fn decoded(session: &Value) -> Session {
    gws::decode::<Session>(session).value.unwrap()
}
