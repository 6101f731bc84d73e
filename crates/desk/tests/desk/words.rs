//! Everything that can be asked and said at a supervisor's seat, plausible or not, for the property tests.

use desk::fault::{Fault, FaultCode};
use desk::input::{CallFailure, LinkChange};
use desk::order::{Act, CallAct, Command, Mode, Order, OwnState, Scope};
use desk::rules::{Channel, ChannelRules, Rules};
use desk::view::DriftLine;
use gws::StatusCode;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::seat::{ANA, BO, OWN};

/// One thing that happens at the seat.
#[derive(Debug, Clone)]
pub(crate) enum Event {
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
    let id = prop::sample::select(vec!["C1", "C1", "C1", "C2", "C3"]);
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
            reason: None,
        },
    });
    let on_call = (
        prop::sample::select(vec!["C1", "C1", "C2", "C9"]),
        prop::sample::select(CallAct::ALL.to_vec()),
    );
    prop_oneof![
            6 => order,
            2 => Just(Command::Stop),
            2 => Just(Command::CancelMonitoring),
            3 => on_call.prop_map(|(id, act)| Command::Call { call_id: id.to_owned(), act,
    reason: None, }),
            1 => Just(Command::SetState { state: OwnState::Ready }),
            1 => Just(Command::DismissProblem),
            1 => Just(Command::OffThePhone),
            2 => Just(Command::RearmAll { reason: None }),
            1 => line().prop_map(|line| Command::Rearm { line, reason: None }),
            1 => line().prop_map(|line| Command::LetGo { line }),
            1 => line().prop_map(|line| Command::Noted { line }),
        ]
}

fn line() -> impl Strategy<Value = DriftLine> {
    let agent = prop::sample::select(vec!["ana", "ana", "bo"]);
    agent.prop_map(|agent| DriftLine {
        channel: Channel::Voice,
        agent_id: agent.to_owned(),
    })
}

/// What an organisation may allow; no order of the generators gives a reason, so what needs one is forbidden as well.
pub(crate) fn rules() -> impl Strategy<Value = Rules> {
    let acts = || {
        let some = prop::sample::subsequence(Act::ALL.to_vec(), 0..=3);
        some.prop_map(|acts| acts.into_iter().collect())
    };
    let channel = || (acts(), acts()).prop_map(|(allowed, reasons)| ChannelRules { allowed, reasons });
    (channel(), channel(), any::<bool>()).prop_map(|(voice, sms, rearm)| Rules {
        voice,
        sms,
        rearm_voice: rearm,
        rearm_written: rearm,
        ..Rules::default()
    })
}

/// Whether an order without a reason may lead to this.
pub(crate) fn is_permitted(rules: &ChannelRules, act: Act) -> bool {
    rules.allowed.contains(&act) && !rules.reasons.contains(&act)
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

pub(crate) fn event() -> impl Strategy<Value = Event> {
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
