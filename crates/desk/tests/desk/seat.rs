//! A supervisor's seat for tests: a desk, signed in on a small floor, and a wire that remembers what was sent.

use desk::Desk;
use desk::audience::Audience;
use desk::fault::{Fault, FaultCode};
use desk::input::{
    Agent, CallFailure, Effect, Happening, Input, Intents, LinkChange, OwnReading, RosterReading, Ticket,
};
use desk::moment::Moment;
use desk::order::{Act, CallAct, Command, Mode, Order, Scope};
use desk::rules::Rules;
use desk::view::{
    AgentRow, CoachingView, DriftCause, DriftView, Phase, RosterQuery, RosterSource, StepKind, View,
};
use gws::notification::topic;
use gws::{Call, Device, Notification, StatusCode};
use serde_json::{Value, json};

/// The seed's own device, and its agent's.
pub(crate) const OWN: &str = "efelab32-53f9-43ce-b65e-5768c61f7d4a";
pub(crate) const ANA: &str = "9c14cad7-17c4-48d0-8492-7cf0ff92c224";
pub(crate) const BO: &str = "b0b0b0b0-17c4-48d0-8492-7cf0ff92c224";

pub(crate) struct Seat {
    pub(crate) desk: Desk,
    pub(crate) now: Moment,
    /// What was sent and not yet looked at.
    pub(crate) sent: Vec<(Ticket, String)>,
    pub(crate) reads: usize,
    pub(crate) wake: Option<Moment>,
    pub(crate) happenings: Vec<Happening>,
    /// What was to be kept on disk, and with how many requests before it in the same go.
    pub(crate) kept: Vec<(Intents, usize)>,
}

impl Seat {
    /// Signed in, live, with Ana (6001), Bo (6002), Cy (logged out) and Di (no phone) on the floor.
    pub(crate) fn signed_in() -> Seat {
        Seat::signed_in_under(Rules::default())
    }

    /// The same under these rules.
    pub(crate) fn signed_in_under(rules: Rules) -> Seat {
        let mut seat = Seat::at_the_door_under(rules);
        seat.read_own(&own_device(&Value::Null), &[]);
        seat.link(LinkChange::Live);
        seat.read_roster(&[]);
        seat
    }

    /// Signing in: nothing has been read.
    pub(crate) fn at_the_door() -> Seat {
        Seat::at_the_door_under(Rules::default())
    }

    fn at_the_door_under(rules: Rules) -> Seat {
        let mut seat = Seat {
            desk: Desk::under(rules),
            now: Moment(1_000_000),
            sent: Vec::new(),
            reads: 0,
            wake: None,
            happenings: Vec::new(),
            kept: Vec::new(),
        };
        seat.link(LinkChange::SigningIn {
            server: "practice".to_owned(),
            practice: true,
        });
        seat.link(LinkChange::Connecting);
        seat
    }

    /// Coaching Ana is armed: asked, accepted, confirmed.
    pub(crate) fn armed(mode: Mode, scope: Scope) -> Seat {
        Seat::armed_under(Rules::default(), mode, scope)
    }

    /// The same under these rules.
    pub(crate) fn armed_under(rules: Rules, mode: Mode, scope: Scope) -> Seat {
        let mut seat = Seat::signed_in_under(rules);
        seat.order(monitor("ana", Act::Coach, Some(mode), Some(scope)))
            .unwrap();
        seat.accept("Coach");
        let words = (
            if mode == Mode::NextCall {
                "NextCall"
            } else {
                "AllCalls"
            },
            if scope == Scope::Agent { "Agent" } else { "Call" },
        );
        seat.device(&monitoring("Coach", words.0, words.1, ANA));
        assert_eq!(seat.phase(), Phase::Armed);
        seat
    }

    /// Coaching Ana is live in call C1.
    pub(crate) fn live(mode: Mode) -> Seat {
        let mut seat = Seat::armed(mode, Scope::Agent);
        seat.call(&coached("Ringing"));
        seat.call(&coached("Established"));
        assert_eq!(seat.phase(), Phase::Live);
        seat
    }

    pub(crate) fn handle(&mut self, input: Input) {
        let effects = self.desk.handle(input, self.now);
        self.take(effects);
    }

    fn take(&mut self, effects: Vec<Effect>) {
        self.wake = None;
        let mut lists = Vec::new();
        let mut calls = 0;
        for effect in effects {
            match effect {
                Effect::Call { ticket, operation } => {
                    calls += 1;
                    self.sent.push((ticket, operation.name().to_owned()));
                }
                Effect::KeepIntents(intents) => self.kept.push((intents, calls)),
                Effect::ReadOwn => self.reads += 1,
                Effect::Record(happening) => self.happenings.push(happening),
                Effect::WakeAt(at) => self.wake = Some(at),
                Effect::ReadSessions(medium) => lists.push(medium),
                Effect::KeepSpelling(_)
                | Effect::ReadTranscript(_)
                | Effect::ReadAgentSessions { .. }
                | Effect::Arrived(_) => {}
            }
        }
        // Nobody writes here.
        for medium in lists {
            let outcome = Ok(Vec::new());
            self.handle(Input::OwnSessions { medium, outcome });
        }
    }

    pub(crate) fn order(&mut self, command: Command) -> Result<(), FaultCode> {
        let effects = self.desk.order(command, self.now).map_err(|fault| fault.code)?;
        self.take(effects);
        Ok(())
    }

    pub(crate) fn act(&mut self, act: CallAct) -> Result<(), FaultCode> {
        self.order(Command::Call {
            call_id: "C1".to_owned(),
            act,
            reason: None,
        })
    }

    pub(crate) fn link(&mut self, change: LinkChange) {
        self.handle(Input::Link(change));
    }

    pub(crate) fn later(&mut self, milliseconds: u64) {
        self.now = self.now.plus(milliseconds);
    }

    /// Lets time pass until the desk wanted to be woken, and wakes it.
    pub(crate) fn wait_for_deadline(&mut self) {
        self.now = self.wake.expect("a deadline");
        self.handle(Input::Tick);
    }

    /// The names of what was sent since the last look.
    pub(crate) fn wire(&mut self) -> Vec<String> {
        self.sent.drain(..).map(|(_, name)| name).collect()
    }

    pub(crate) fn accept(&mut self, name: &str) {
        self.reply(name, Ok(()));
    }

    pub(crate) fn refuse(&mut self, name: &str, status: StatusCode, message: Option<&str>) {
        let message = message.map(str::to_owned);
        self.reply(name, Err(CallFailure::Refused { status, message }));
    }

    pub(crate) fn lose_reply(&mut self, name: &str) {
        let fault = Fault::new(FaultCode::TimedOut, "The server did not answer in time.");
        self.reply(name, Err(CallFailure::Unanswered(fault)));
    }

    /// Answers the oldest request of this name.
    pub(crate) fn reply(&mut self, name: &str, outcome: Result<(), CallFailure>) {
        let index = self.sent.iter().position(|(_, sent)| sent == name);
        let (ticket, _) = self
            .sent
            .remove(index.unwrap_or_else(|| panic!("{name} was not sent")));
        self.handle(Input::Replied { ticket, outcome });
    }

    /// The server pushes our phone with this monitoring; null for none.
    pub(crate) fn device(&mut self, monitoring: &Value) {
        self.push_device(&own_device(monitoring));
    }

    pub(crate) fn push_device(&mut self, device: &Value) {
        let data = json!({ "messageType": "DeviceStateChangeMessage", "devices": [device] });
        self.push(topic::DEVICES, &data);
    }

    /// The server pushes a call.
    pub(crate) fn call(&mut self, call: &Value) {
        let data = json!({
            "messageType": "CallStateChangeMessage", "notificationType": "StatusChange",
            "call": call, "phoneNumber": "5005",
        });
        self.push(topic::CALLS, &data);
    }

    pub(crate) fn push(&mut self, channel: &str, data: &Value) {
        let notification = Notification::decode(channel, data);
        self.handle(Input::Notification(Box::new(notification)));
    }

    pub(crate) fn read_own(&mut self, device: &Value, calls: &[Value]) {
        let reading = OwnReading {
            user: None,
            device: gws::decode::<Device>(device).value,
            calls: calls
                .iter()
                .filter_map(|call| gws::decode::<Call>(call).value)
                .collect(),
        };
        self.handle(Input::Own(Box::new(reading)));
    }

    pub(crate) fn read_roster(&mut self, supervisors: &[Agent]) {
        self.read_floor(floor(), supervisors);
    }

    /// A moment later, as a reading takes time.
    pub(crate) fn read_floor(&mut self, agents: Vec<Agent>, supervisors: &[Agent]) {
        self.later(1);
        self.handle(Input::Roster(RosterReading {
            source: RosterSource::Users,
            agents,
            supervisors: supervisors.to_vec(),
        }));
    }

    /// The only line of drift.
    pub(crate) fn drift(&self) -> DriftView {
        let mut drift = self.view().drift;
        assert_eq!(drift.len(), 1, "{drift:#?}");
        drift.remove(0)
    }

    /// Why the only line does not hold.
    pub(crate) fn cause(&self) -> Option<DriftCause> {
        self.drift().cause
    }

    pub(crate) fn view(&self) -> View {
        self.desk.view(self.now)
    }

    pub(crate) fn coaching(&self) -> CoachingView {
        self.view().coaching
    }

    pub(crate) fn phase(&self) -> Phase {
        assert_eq!(self.desk.phase(), self.coaching().phase);
        self.desk.phase()
    }

    pub(crate) fn audience(&self) -> Audience {
        assert_eq!(self.desk.audience(), self.coaching().audience);
        self.desk.audience()
    }

    pub(crate) fn problem(&self) -> Option<FaultCode> {
        self.coaching().problem.map(|fault| fault.code)
    }

    pub(crate) fn steps(&self) -> Vec<StepKind> {
        self.coaching().steps.iter().map(|step| step.kind).collect()
    }

    pub(crate) fn took(&self, kind: StepKind) -> Option<u64> {
        let steps = self.coaching().steps;
        steps
            .iter()
            .rfind(|step| step.kind == kind)
            .expect("the step")
            .took_ms
    }

    pub(crate) fn row(&self, id: &str) -> AgentRow {
        let query = RosterQuery {
            selected: Some(id.to_owned()),
            ..RosterQuery::default()
        };
        self.desk.roster(&query, self.now).selected.expect("the agent")
    }
}

pub(crate) fn monitor(agent: &str, act: Act, mode: Option<Mode>, scope: Option<Scope>) -> Command {
    Command::Monitor {
        order: Order {
            agent_id: agent.to_owned(),
            act,
            mode,
            scope,
            phone_number: None,
            reason: None,
        },
    }
}

/// The plain order: every choice is the server's.
pub(crate) fn coach(agent: &str) -> Command {
    monitor(agent, Act::Coach, None, None)
}

pub(crate) fn monitoring(state: &str, mode: &str, scope: &str, target: &str) -> Value {
    json!({
        "state": state, "mode": mode, "scope": scope,
        "targetDeviceUri": format!("http://127.0.0.1:8080/api/v2/devices/{target}"),
    })
}

/// Our phone as the seed prints it: cancelling is only offered while something is monitored.
pub(crate) fn own_device(monitoring: &Value) -> Value {
    let mut device = json!({
        "id": OWN, "deviceState": "Active",
        "userState": { "id": "900D55CC-2BB0-431F-8BF9-D3525B383BE6", "displayName": "Not Ready", "state": "NotReady" },
        "phoneNumber": "5005", "e164Number": "5005", "telephonyNetwork": "Private", "doNotDisturb": "On",
        "capabilities": ["ForwardCallsOn", "DoNotDisturbOff", "ListenIn", "Coach", "BargeIn"],
    });
    if !monitoring.is_null() {
        device["supervisorMonitoringState"] = monitoring.clone();
        device["capabilities"] = json!([
            "ForwardCallsOn",
            "DoNotDisturbOff",
            "ListenIn",
            "Coach",
            "BargeIn",
            "CancelSupervisorMonitoring"
        ]);
    }
    device
}

/// Call C1 of Ana and a customer on our phone, coached, as a server of today says it.
pub(crate) fn coached(state: &str) -> Value {
    let mut call = ordinary("C1", state, &["6001", "15551230000"]);
    call["supervisorMonitoringState"] = json!({ "state": "Coach" });
    if state == "Established" {
        call["capabilities"] = json!(["Hangup", "Hold", "SwitchToBargeIn", "SwitchToListenIn"]);
    }
    call
}

/// A call on our phone that says nothing about supervision.
pub(crate) fn ordinary(id: &str, state: &str, participants: &[&str]) -> Value {
    let capabilities = match state {
        "Ringing" => json!(["Answer", "UpdateUserData", "ClearCall"]),
        "Released" => json!([]),
        _ => json!(["Hangup", "Hold", "SendDtmf"]),
    };
    let numbers = participants.iter().map(|number| json!({ "phoneNumber": number }));
    json!({
        "id": id, "state": state, "callType": "Inbound", "mute": "Off", "duration": "0",
        "participants": numbers.collect::<Vec<_>>(), "capabilities": capabilities,
    })
}

pub(crate) fn agent(id: &str, name: &str, number: &str, device: &str, state: &str) -> Agent {
    let device = json!({
        "id": device, "uri": format!("http://localhost:8080/api/v2/devices/{device}"), "deviceState": "Active",
        "phoneNumber": number, "userState": { "displayName": state, "state": state },
    });
    Agent {
        id: id.into(),
        name: name.to_owned(),
        user_name: id.to_owned(),
        number: None,
        device: gws::decode::<Device>(&device).value,
        on_call: None,
        groups: Vec::new(),
    }
}

pub(crate) fn floor() -> Vec<Agent> {
    vec![
        agent("ana", "Ana Núñez", "6001", ANA, "Ready"),
        agent("bo", "Bo Ek", "6002", BO, "NotReady"),
        agent("cy", "Cy Ott", "6003", "cccc", "LoggedOut"),
        Agent {
            device: None,
            ..agent("di", "Di Ray", "", "dddd", "Ready")
        },
    ]
}
