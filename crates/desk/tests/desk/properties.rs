//! The invariants of the design, against anything that can be asked or said, in any order.

use std::collections::{BTreeMap, BTreeSet};

use desk::Desk;
use desk::audience::Audience;
use desk::fault::{Fault, FaultCode};
use desk::input::{CallFailure, Effect, Input, LinkChange, OwnReading, RosterReading, Ticket};
use desk::moment::Moment;
use desk::order::{Act, CallAct, Command, Mode, Order, OwnState, Scope};
use desk::view::{Phase, RosterSource, StepKind, View};
use gws::notification::topic;
use gws::{Call, Device, Notification, Operation, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::seat::{ANA, BO, OWN, floor};

/// One thing that happens at the seat.
#[derive(Debug, Clone)]
enum Event {
    Order(Command),
    /// Answers the request of this index among the open ones.
    Reply(usize, Result<(), CallFailure>),
    Device(Value),
    Call(Value),
    Error(Value),
    Own(Value, Vec<Value>),
    Link(LinkChange),
    Roster,
    Wait(u64),
}

fn monitored() -> impl Strategy<Value = Value> {
    let target = prop::sample::select(vec![ANA, BO, "stranger"]);
    let state = prop::sample::select(vec!["ListenIn", "Coach", "BargeIn", "Hover"]);
    let mode = prop::sample::select(vec![json!("NextCall"), json!("AllCalls"), Value::Null, json!(7)]);
    let whole = (state, mode, target, any::<bool>()).prop_map(|(state, mode, target, named)| {
        let mut word = json!({ "state": state, "mode": mode, "scope": "Agent" });
        if named {
            word["targetDeviceUri"] = json!(format!("http://host/api/v2/devices/{target}"));
        }
        word
    });
    prop_oneof![4 => Just(Value::Null), 6 => whole, 1 => Just(json!("Coach")), 1 => Just(json!({}))]
}

fn device() -> impl Strategy<Value = Value> {
    let capabilities = prop_oneof![
        6 => Just(json!(["ListenIn", "Coach", "BargeIn", "CancelSupervisorMonitoring"])),
        2 => Just(json!(["ListenIn", "Coach", "BargeIn"])),
        1 => Just(json!(["CancelSupervisorMonitoring"])),
        1 => Just(json!([])),
        1 => Just(Value::Null),
    ];
    let state = prop_oneof![5 => Just(json!("Active")), 1 => Just(json!("Inactive")), 1 => Just(Value::Null)];
    (monitored(), capabilities, state).prop_map(|(monitored, capabilities, state)| {
        json!({
            "id": OWN, "deviceState": state, "phoneNumber": "5005", "capabilities": capabilities,
            "supervisorMonitoringState": monitored,
        })
    })
}

fn call() -> impl Strategy<Value = Value> {
    let id = prop::sample::select(vec!["C1", "C2", "C3"]);
    let state = prop::sample::select(vec![
        "Ringing",
        "Established",
        "Established",
        "Held",
        "Dialing",
        "Released",
        "Odd",
    ]);
    let parties = prop::sample::select(vec![
        json!(["6001", "155"]),
        json!([{ "phoneNumber": "6002" }, { "phoneNumber": "155" }]),
        json!(["155"]),
        json!([]),
    ]);
    let word = prop_oneof![
        3 => Just(Value::Null),
        2 => prop::sample::select(vec!["ListenIn", "Coach", "BargeIn", "Hover"]).prop_map(|state| json!({ "state": state })),
    ];
    let capabilities = prop::sample::select(vec![
        json!(["Answer"]),
        json!(["Hangup", "Hold"]),
        json!(["Hangup", "SwitchToBargeIn", "SwitchToListenIn"]),
        json!(["Hangup", "SwitchToBargeIn"]),
        json!(["SwitchToListenIn"]),
        json!([]),
        Value::Null,
    ]);
    let mute = prop::sample::select(vec![json!("On"), json!("Off"), Value::Null]);
    (id, state, parties, word, capabilities, mute).prop_map(
        |(id, state, parties, word, capabilities, mute)| {
            json!({
                "id": id, "state": state, "participants": parties, "supervisorMonitoringState": word,
                "capabilities": capabilities, "mute": mute,
            })
        },
    )
}

fn command() -> impl Strategy<Value = Command> {
    let order = (
        prop::sample::select(vec!["ana", "ana", "bo", "cy", "di", "gone"]),
        prop::sample::select(vec![Act::Coach, Act::Coach, Act::ListenIn, Act::BargeIn]),
        prop::sample::select(vec![None, Some(Mode::NextCall), Some(Mode::AllCalls)]),
        prop::sample::select(vec![None, Some(Scope::Agent)]),
    );
    let order = order.prop_map(|(agent, act, mode, scope)| Command::Monitor {
        order: Order {
            agent_id: agent.to_owned(),
            act,
            mode,
            scope,
            phone_number: None,
        },
    });
    let on_call = (
        prop::sample::select(vec!["C1", "C2", "C9"]),
        prop::sample::select(CallAct::ALL.to_vec()),
    );
    prop_oneof![
        6 => order,
        2 => Just(Command::Stop),
        2 => Just(Command::CancelMonitoring),
        3 => on_call.prop_map(|(id, act)| Command::Call { call_id: id.to_owned(), act }),
        1 => Just(Command::SetState { state: OwnState::Ready }),
        1 => Just(Command::DismissProblem),
    ]
}

fn outcome() -> impl Strategy<Value = Result<(), CallFailure>> {
    let refused = prop::sample::select(vec![
        StatusCode::InUse,
        StatusCode::InvalidForState,
        StatusCode::Other(99),
    ])
    .prop_map(|status| {
        Err(CallFailure::Refused {
            status,
            message: None,
        })
    });
    let lost = Just(Err(CallFailure::Unanswered(Fault::new(
        FaultCode::TimedOut,
        "late",
    ))));
    prop_oneof![4 => Just(Ok(())), 2 => refused, 1 => lost]
}

fn link() -> impl Strategy<Value = LinkChange> {
    prop_oneof![
        5 => Just(LinkChange::Live),
        1 => Just(LinkChange::Stale(Fault::new(FaultCode::Unreachable, "gone"))),
        1 => Just(LinkChange::Recovering),
        1 => Just(LinkChange::SignedOut(None)),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => command().prop_map(Event::Order),
        6 => (0_usize..4, outcome()).prop_map(|(index, outcome)| Event::Reply(index, outcome)),
        6 => device().prop_map(Event::Device),
        6 => call().prop_map(Event::Call),
        1 => Just(Event::Error(json!({ "messageType": "ErrorMessage" }))),
        1 => Just(Event::Error(json!({ "messageType": "ErrorMessage", "errorMessage": "no", "callUri": "/calls/C1" }))),
        2 => (device(), prop::collection::vec(call(), 0..3)).prop_map(|(device, calls)| Event::Own(device, calls)),
        2 => link().prop_map(Event::Link),
        1 => Just(Event::Roster),
        3 => (0_u64..12_000).prop_map(Event::Wait),
    ]
}

/// The desk, and beside it what the server last said, kept by other means.
struct Watch {
    desk: Desk,
    now: Moment,
    live: bool,
    device: Option<Device>,
    calls: BTreeMap<String, Call>,
    /// Sent and not answered.
    open: Vec<(Ticket, Operation)>,
    /// The Monitor request that is neither confirmed, refused nor given up.
    monitor: Option<Ticket>,
    tickets: BTreeSet<Ticket>,
    wake: Option<Moment>,
}

impl Watch {
    fn new() -> Watch {
        let mut watch = Watch {
            desk: Desk::new(),
            now: Moment(5_000),
            live: false,
            device: None,
            calls: BTreeMap::new(),
            open: Vec::new(),
            monitor: None,
            tickets: BTreeSet::new(),
            wake: None,
        };
        let device =
            json!({ "id": OWN, "deviceState": "Active", "capabilities": ["ListenIn", "Coach", "BargeIn"] });
        watch.happens(Event::Own(device, Vec::new()));
        watch.happens(Event::Link(LinkChange::Live));
        watch.happens(Event::Roster);
        watch
    }

    fn happens(&mut self, event: Event) {
        let phase = self.desk.phase();
        match event {
            Event::Order(command) => {
                let before = self.desk.view(self.now);
                match self.desk.order(command, self.now) {
                    Ok(effects) => self.sees(effects),
                    Err(_) => assert_eq!(
                        self.desk.view(self.now),
                        before,
                        "a refused order changes nothing"
                    ),
                }
                let after = self.desk.phase();
                let forward = |phase| matches!(phase, Phase::Armed | Phase::Offered | Phase::Live);
                assert!(
                    !forward(after) || after == phase,
                    "an order arms nothing: {phase:?} to {after:?}"
                );
            }
            Event::Reply(index, outcome) => {
                if index >= self.open.len() {
                    return;
                }
                let (ticket, _) = self.open.remove(index);
                if self.monitor == Some(ticket) && matches!(outcome, Err(CallFailure::Refused { .. })) {
                    self.monitor = None;
                }
                let accepted = outcome.is_ok();
                self.handle(Input::Replied { ticket, outcome });
                if phase == Phase::Requested && accepted {
                    let after = self.desk.phase();
                    assert!(
                        !matches!(after, Phase::Armed | Phase::Offered | Phase::Live),
                        "a reply arms nothing: {after:?}"
                    );
                }
            }
            Event::Device(device) => {
                if self.device.is_some() {
                    self.device = gws::decode(&device).value;
                }
                self.push(
                    topic::DEVICES,
                    &json!({ "messageType": "DeviceStateChangeMessage", "devices": [device] }),
                );
            }
            Event::Call(call) => {
                self.call_said(&call);
                self.push(
                    topic::CALLS,
                    &json!({ "messageType": "CallStateChangeMessage", "call": call }),
                );
            }
            Event::Error(data) => self.push(topic::DEVICES, &data),
            Event::Own(device, calls) => {
                self.device = gws::decode(&device).value;
                self.calls.clear();
                calls.iter().for_each(|call| self.call_said(call));
                let calls = calls
                    .iter()
                    .filter_map(|call| gws::decode::<Call>(call).value)
                    .collect();
                let device = self.device.clone();
                self.handle(Input::Own(Box::new(OwnReading {
                    user: None,
                    device,
                    calls,
                })));
            }
            Event::Link(change) => {
                self.live = change == LinkChange::Live;
                if matches!(change, LinkChange::SignedOut(_)) {
                    self.device = None;
                    self.calls.clear();
                    self.monitor = None;
                }
                self.handle(Input::Link(change));
            }
            Event::Roster => self.handle(Input::Roster(RosterReading {
                source: RosterSource::Users,
                agents: floor(),
                supervisors: Vec::new(),
            })),
            Event::Wait(milliseconds) => {
                self.now = self.now.plus(milliseconds);
                self.handle(Input::Tick);
            }
        }
    }

    fn call_said(&mut self, call: &Value) {
        let Some(call) = gws::decode::<Call>(call).value else {
            return;
        };
        if call.state == gws::CallState::Released {
            self.calls.remove(call.id.as_str());
        } else {
            self.calls.insert(call.id.to_string(), call);
        }
    }

    fn push(&mut self, channel: &str, data: &Value) {
        let notification = Notification::decode(channel, data);
        self.handle(Input::Notification(Box::new(notification)));
    }

    fn handle(&mut self, input: Input) {
        let effects = self.desk.handle(input, self.now);
        self.sees(effects);
    }

    fn sees(&mut self, effects: Vec<Effect>) {
        self.wake = None;
        assert!(effects.len() < 24, "a burst: {effects:?}");
        for effect in effects {
            match effect {
                Effect::Call { ticket, operation } => self.sends(ticket, operation),
                Effect::WakeAt(at) => self.wake = Some(at),
                Effect::Record(happening) => {
                    // Any end of the waiting frees the way for another request.
                    let over = [
                        StepKind::Armed,
                        StepKind::Lost,
                        StepKind::Refused,
                        StepKind::Stopped,
                    ];
                    if over.contains(&happening.what) {
                        self.monitor = None;
                    }
                }
                Effect::ReadOwn => {}
            }
        }
    }

    /// Invariant 4, the capabilities rule; and one request to monitor at a time.
    fn sends(&mut self, ticket: Ticket, operation: Operation) {
        assert!(self.tickets.insert(ticket), "a ticket is used once");
        assert!(self.live, "nothing is sent behind a broken link: {operation:?}");
        let name = operation.name();
        let listed = match &operation {
            Operation::Monitor { .. } | Operation::CancelSupervisorMonitoring { .. } => self
                .device
                .as_ref()
                .and_then(|device| device.capabilities.as_ref()),
            Operation::Call { call, .. } => self
                .calls
                .get(call.as_str())
                .and_then(|call| call.capabilities.as_ref()),
            _ => None,
        };
        assert!(
            listed.is_none_or(|list| list.lists(name)),
            "{name} is not offered by {listed:?}"
        );
        if let Operation::Monitor { .. } = operation {
            assert_eq!(
                self.monitor.replace(ticket),
                None,
                "two requests to monitor in flight"
            );
        }
        self.open.push((ticket, operation));
    }

    /// What must hold after anything.
    fn check(&self) {
        let view = self.desk.view(self.now);
        self.check_no_overclaim(&view);
        self.check_audience(&view);
        assert!(view.coaching.steps.len() <= 12);
        let waiting = matches!(view.coaching.phase, Phase::Requested | Phase::Stopping);
        assert!(
            !waiting || self.wake.is_some(),
            "{:?} waits for ever",
            view.coaching.phase
        );
    }

    /// Invariant 2: never more than the server's last word.
    fn check_no_overclaim(&self, view: &View) {
        let monitored = self
            .device
            .as_ref()
            .is_some_and(|device| device.monitoring.is_some());
        let call = view.coaching.call_id.as_ref().and_then(|id| self.calls.get(id));
        match view.coaching.phase {
            Phase::Armed => assert!(monitored, "armed without the phone's word"),
            Phase::Offered => {
                assert!(
                    call.is_some_and(|call| call.state == gws::CallState::Ringing),
                    "rings without a call"
                );
            }
            Phase::Live => {
                assert!(
                    call.is_some_and(|call| call.state != gws::CallState::Ringing),
                    "live without a call"
                );
            }
            // Monitoring that the server speaks of is never hidden behind an idle face.
            Phase::Idle | Phase::Refused | Phase::Lost => {
                assert!(!monitored, "monitored, but {:?}", view.coaching.phase)
            }
            Phase::Requested | Phase::Stopping => {}
        }
    }

    /// Invariant 3: unknown is hot. Judged from the server's words alone.
    fn check_audience(&self, view: &View) {
        let audience = view.coaching.audience;
        let hot = matches!(audience, Audience::Unknown | Audience::Everyone);
        let busy = !matches!(view.coaching.phase, Phase::Idle | Phase::Refused | Phase::Lost);
        if !self.live {
            assert!(
                hot || (!busy && self.calls.is_empty()),
                "{audience:?} behind a broken link"
            );
            return;
        }
        for call in self
            .calls
            .values()
            .filter(|call| call.state != gws::CallState::Ringing)
        {
            let lists = |name: &str| call.capabilities.as_ref().is_some_and(|list| list.lists(name));
            let word = call.monitoring_state.as_ref().map(gws::MonitoringKind::as_str);
            let switches = (lists("SwitchToBargeIn"), lists("SwitchToListenIn"));
            let barged = word == Some("BargeIn") || switches == (false, true);
            let strange = word == Some("Hover");
            // Nobody says anything, and the list does not even offer what a supervised call offers.
            let ordinary = word.is_none() && switches == (false, false) && call.capabilities.is_some();
            let muted = call.mute == Some(gws::Switch::On);
            if barged || strange || (ordinary && !muted) {
                assert!(hot, "{audience:?} in {call:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_invariants_hold(events in prop::collection::vec(event(), 1..60)) {
        let mut watch = Watch::new();
        for event in events {
            watch.happens(event);
            watch.check();
        }
    }

    #[test]
    fn time_alone_leads_out_of_every_stage_that_waits(events in prop::collection::vec(event(), 1..40)) {
        let mut watch = Watch::new();
        for event in events {
            watch.happens(event);
        }
        for _ in 0..4 {
            let Some(wake) = watch.wake.filter(|_| matches!(watch.desk.phase(), Phase::Requested | Phase::Stopping)) else {
                break;
            };
            let wait = wake.since(watch.now);
            watch.happens(Event::Wait(wait));
            watch.check();
        }
        prop_assert!(!matches!(watch.desk.phase(), Phase::Requested | Phase::Stopping));
    }
}
