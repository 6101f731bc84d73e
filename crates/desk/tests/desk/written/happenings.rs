//! Everything that can be asked and said about written sessions, plausible or not, for the property tests.

use desk::fault::{Fault, FaultCode};
use desk::input::{CallFailure, LinkChange};
use desk::order::{Act, Extent, Medium, Readership, WrittenCommand};
use gws::StatusCode;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::seat::{agent, arm, customer, disarm, me};

/// One thing that happens at the seat.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    Order(WrittenCommand),
    /// Everything that was lost is asked for again.
    RearmAll,
    /// Answers the request of this index among the open ones.
    Reply(usize, Result<(), CallFailure>),
    /// The server pushes a word on a session.
    Changed(Value),
    /// The server pushes messages.
    Messages(&'static str, Vec<Value>),
    /// The server reports an error, about a session or about none it names.
    Error(Option<&'static str>),
    /// All own SMS sessions are read.
    List(Vec<Value>),
    /// A transcript is read.
    Transcript(&'static str, Vec<Value>),
    Link(LinkChange),
    NewServerSession,
    Wait(u64),
}

const IDS: [&str; 4] = ["S1", "S1", "S1", "S2"];

fn id() -> impl Strategy<Value = &'static str> {
    prop::sample::select(IDS.to_vec())
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![9 => id(), 1 => Just("S9")].prop_map(|id| format!("smssessions/{id}"))
}

fn seen() -> impl Strategy<Value = Readership> {
    prop::sample::select(vec![
        Readership::Everyone,
        Readership::Everyone,
        Readership::Agents,
        Readership::Supervisors,
        Readership::Unknown,
    ])
}

fn act() -> impl Strategy<Value = Act> {
    prop::sample::select(vec![Act::BargeIn, Act::BargeIn, Act::Coach, Act::ListenIn])
}

fn command() -> impl Strategy<Value = WrittenCommand> {
    use WrittenCommand as C;
    let armed = prop::sample::select(vec!["ana", "ana", "bo"]);
    let extent = prop::sample::select(vec![None, Some(Extent::NextChat), Some(Extent::AllChats)]);
    let writing = (
        key(),
        any::<bool>(),
        seen(),
        prop::sample::select(vec!["a", "b", "c"]),
    );
    let writing = writing.prop_map(|(session, public, seen, send_id)| {
        let (text, send_id) = (format!("text {send_id}"), send_id.to_owned());
        if public {
            C::SendToEveryone {
                session,
                text,
                seen,
                send_id,
            }
        } else {
            C::Whisper {
                session,
                text,
                seen,
                send_id,
            }
        }
    });
    let typing =
        (key(), any::<bool>(), any::<bool>(), seen()).prop_map(|(session, public, typing, seen)| C::Typing {
            session,
            public,
            typing,
            seen,
        });
    let alone = (key(), 0_usize..7).prop_map(|(session, which)| match which {
        0 => C::Accept {
            session,
            nickname: None,
            reason: None,
        },
        1 => C::Reject { session },
        2 => C::Complete { session },
        3 => C::Dismiss { session },
        4 => C::Read { session },
        5 => C::ReadAgain { session },
        _ => C::DropUnsent {
            session,
            send_id: "a".to_owned(),
        },
    });
    prop_oneof![
            4 => (armed.clone(), act(), extent).prop_map(|(agent, act, extent)| arm(agent, act, extent)),
            1 => (armed.clone(), any::<bool>()).prop_map(|(agent, leave)| disarm(agent, leave)),
            1 => armed.prop_map(|agent| C::Forget { agent_id: agent.to_owned(), medium: Medium::Sms }),
            12 => writing,
            4 => typing,
            6 => (key(), act()).prop_map(|(session, act)| C::Switch { session, act,
    reason: None, }),
            2 => (key(), any::<bool>()).prop_map(|(session, knowing)| C::Leave { session, knowing }),
            4 => alone,
        ]
}

fn outcome() -> impl Strategy<Value = Result<(), CallFailure>> {
    let refused = prop::sample::select(vec![
        StatusCode::NotFound,
        StatusCode::InvalidForState,
        StatusCode::Forbidden,
    ]);
    let refused = refused.prop_map(|status| {
        Err(CallFailure::Refused {
            status,
            message: None,
        })
    });
    let lost = Just(Err(CallFailure::Unanswered(Fault::new(
        FaultCode::TimedOut,
        "late",
    ))));
    prop_oneof![5 => Just(Ok(())), 2 => refused, 1 => lost]
}

fn own_entry() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => Just(me("All")),
        5 => Just(me("Agents")),
        2 => Just(me("Supervisors")),
        1 => Just(me("Hover")),
        1 => Just(json!({ "type": "Agent", "uri": "/users/me" })),
        1 => Just(json!({ "type": "Agent", "nickname": "me", "visibility": "All" })),
    ]
}

fn participants() -> impl Strategy<Value = Value> {
    let others = prop::sample::select(vec![
        vec![customer(), agent("ana")],
        vec![customer(), agent("ana")],
        vec![agent("bo"), customer()],
        vec![customer()],
        vec![customer(), json!({ "type": "Agent", "uri": "/users/cy" })],
        vec![
            customer(),
            json!({ "type": "Agent", "uri": "/users/cy", "visibility": "Agents" }),
        ],
    ]);
    let own = prop_oneof![
        8 => own_entry().prop_map(|entry| vec![entry]),
        1 => Just(Vec::new()),
        1 => (own_entry(), own_entry()).prop_map(|(one, other)| vec![one, other]),
    ];
    (others, own).prop_map(|(others, own)| json!([others, own].concat()))
}

fn session() -> impl Strategy<Value = Value> {
    let state = prop_oneof![
        10 => Just(json!("Chatting")),
        6 => Just(Value::Null),
        1 => prop::sample::select(vec![
            json!("Invited"), json!("Revoked"), json!("Completed"), json!("LeftChat"), json!("JoinFailed"), json!("Odd"),
        ]),
    ];
    let capabilities = prop::sample::select(vec![
        Value::Null,
        json!([
            "Leave",
            "SendToAgents",
            "SendMessage",
            "SwitchBargeIn",
            "SwitchToCoach",
            "SwitchToMonitor"
        ]),
        json!([
            "Leave",
            "SendToAgents",
            "SendMessage",
            "SwitchBargeIn",
            "SwitchToCoach",
            "SwitchToMonitor"
        ]),
        json!([
            "SendStartTypingNotification",
            "SendStopTypingNotification",
            "SendStartTypingToAgentsNotification",
            "SendStopTypingToAgentsNotification",
            "SwitchToBargeIn"
        ]),
        json!(["SendMessage"]),
        json!(["Accept", "Complete"]),
        json!([]),
    ]);
    let list = prop_oneof![4 => participants(), 2 => Just(Value::Null)];
    (id(), state, list, capabilities).prop_map(|(id, state, participants, capabilities)| {
        json!({ "id": id, "state": state, "participants": participants, "capabilities": capabilities })
    })
}

/// Messages of few indices, so that repeats, gaps, changes and disorder are frequent.
pub(crate) fn message() -> impl Strategy<Value = Value> {
    let index = prop_oneof![8 => (1_u64..9).prop_map(|index| json!(index)), 1 => Just(Value::Null)];
    let kind = prop::sample::select(vec![
        "Text",
        "Text",
        "Text",
        "Notice",
        "TypingStarted",
        "TypingStopped",
        "Odd",
    ]);
    let from = prop::sample::select(vec![customer(), agent("ana"), me("All"), Value::Null]);
    let visibility = prop::sample::select(vec![json!("All"), json!("Agents"), Value::Null]);
    let text = prop::sample::select(vec!["text a", "text b", "x", "\u{202e}<b>"]);
    (index, kind, from, visibility, text).prop_map(|(index, kind, from, visibility, text)| {
        json!({ "index": index, "type": kind, "from": from, "visibility": visibility, "text": text })
    })
}

fn link() -> impl Strategy<Value = LinkChange> {
    prop_oneof![
        6 => Just(LinkChange::Live),
        2 => Just(LinkChange::Stale(Fault::new(FaultCode::Unreachable, "gone"))),
        2 => Just(LinkChange::Recovering),
        1 => Just(LinkChange::SignedOut(None)),
    ]
}

pub(crate) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        14 => command().prop_map(Event::Order),
        1 => Just(Event::RearmAll),
        7 => (0_usize..4, outcome()).prop_map(|(index, outcome)| Event::Reply(index, outcome)),
        12 => session().prop_map(Event::Changed),
        3 => (id(), prop::collection::vec(message(), 1..3)).prop_map(|(id, messages)| Event::Messages(id, messages)),
        1 => prop::option::of(id()).prop_map(Event::Error),
        3 => prop::collection::vec(session(), 0..3).prop_map(Event::List),
        1 => (id(), prop::collection::vec(message(), 0..3)).prop_map(|(id, messages)| Event::Transcript(id, messages)),
        3 => link().prop_map(Event::Link),
        1 => Just(Event::NewServerSession),
        3 => (0_u64..12_000).prop_map(Event::Wait),
    ]
}
