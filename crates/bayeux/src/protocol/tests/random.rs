//! Servers at their worst: whatever they answer and whenever, the session keeps its shape.

use proptest::prelude::*;
use serde_json::json;

use super::sockets::refused;
use super::*;
use crate::protocol::session::Phase;
use crate::protocol::signing_in::SignedOut;
use crate::transport::Transport;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Act {
    /// The request with this index (modulo their number) is answered.
    Answer(usize, Answered),
    /// It fails.
    Fail(usize, u8),
    /// So many milliseconds pass, and the session is woken if it wants to.
    Pass(u32),
    /// The WebSocket opens.
    Open,
    /// It does not, or breaks.
    Break(u8),
    /// What was asked to be renewed is, or is not.
    Renew(u8),
    /// The application does something.
    Ask(u8),
}

#[derive(Debug, Clone)]
enum Answered {
    /// As a good server would.
    Granted,
    /// With each message refused.
    Refused(&'static str, Value),
    /// With messages that need not make sense.
    Messages(Vec<Value>),
    /// With bytes.
    Bytes(u16, Vec<u8>),
}

fn any_advice() -> impl Strategy<Value = Value> {
    let reconnect = prop::sample::select(vec![
        json!("retry"),
        json!("handshake"),
        json!("none"),
        json!(7),
        Value::Null,
    ]);
    let number = prop::sample::select(vec![
        json!(0),
        json!(-1),
        json!(500),
        json!("1000"),
        json!(1e300),
        Value::Null,
    ]);
    prop_oneof![
        2 => Just(Value::Null),
        3 => (reconnect, number.clone(), number).prop_map(|(reconnect, interval, timeout)| {
            json!({"reconnect": reconnect, "interval": interval, "timeout": timeout, "maxInterval": interval})
        }),
    ]
}

fn any_message() -> impl Strategy<Value = Value> {
    let channel = prop::sample::select(vec![
        json!("/meta/connect"),
        json!("/meta/handshake"),
        json!("/meta/subscribe"),
        json!("/meta/disconnect"),
        json!("/a"),
        json!(3),
        Value::Null,
    ]);
    let id = prop_oneof![
        (1_u32..40).prop_map(|id| json!(id.to_string())),
        Just(Value::Null)
    ];
    let successful = prop::sample::select(vec![json!(true), json!(false), Value::Null]);
    (channel, id, successful, any_advice()).prop_map(|(channel, id, successful, advice)| {
        json!({"channel": channel, "id": id, "successful": successful, "advice": advice, "clientId": "c", "data": 1})
    })
}

fn any_answer() -> impl Strategy<Value = Answered> {
    let error = prop::sample::select(vec![
        "402::Unknown client",
        "403::denied",
        "500::",
        "",
        "301::not supported",
    ]);
    let status = prop::sample::select(vec![200_u16, 204, 302, 400, 401, 403, 404, 407, 500, 503, 504]);
    prop_oneof![
        8 => Just(Answered::Granted),
        2 => (error, any_advice()).prop_map(|(error, advice)| Answered::Refused(error, advice)),
        2 => prop::collection::vec(any_message(), 0..5).prop_map(Answered::Messages),
        1 => (status, prop::collection::vec(any::<u8>(), 0..20)).prop_map(|(status, bytes)| Answered::Bytes(status, bytes)),
        1 => Just(Answered::Bytes(403, b"csrf".to_vec())),
    ]
}

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (any::<usize>(), any_answer()).prop_map(|(which, answer)| Act::Answer(which, answer)),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(which, error)| Act::Fail(which, error)),
        3 => (0_u32..60_000).prop_map(Act::Pass),
        2 => Just(Act::Open),
        1 => any::<u8>().prop_map(Act::Break),
        1 => any::<u8>().prop_map(Act::Renew),
        3 => any::<u8>().prop_map(Act::Ask),
    ]
}

fn any_socket_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0_u8..8).prop_map(Act::Break),
        3 => (0_u32..12_000).prop_map(Act::Pass),
        1 => Just(Act::Open),
        1 => (any::<usize>(), any_answer()).prop_map(|(which, answer)| Act::Answer(which, answer)),
    ]
}

fn any_transports() -> impl Strategy<Value = Vec<Transport>> {
    let (polling, socket) = (Transport::LongPolling, Transport::WebSocket);
    prop::sample::select(vec![
        vec![polling],
        vec![socket, polling],
        vec![polling, socket],
        vec![socket],
    ])
}

/// Answers a request, or where none is under way a frame.
fn answer(bench: &mut Bench, which: usize, answered: Answered) {
    if bench.under_way.is_empty() {
        let Some((ticket, messages)) = bench.frames.pop_front() else {
            return;
        };
        let (_, body) = reply_to(&messages, answered, bench.batch.is_some());
        let body = body.into();
        return bench.input(Input::Received { ticket, body });
    }
    let sent = bench.under_way.remove(which % bench.under_way.len());
    let (status, body) = reply_to(&sent.messages, answered, bench.batch.is_some());
    let reply = Reply {
        status,
        body: body.into(),
        ..Reply::default()
    };
    bench.input(Input::Replied {
        ticket: sent.ticket,
        reply,
    });
}

fn reply_to(messages: &[Value], answered: Answered, ack: bool) -> (u16, Vec<u8>) {
    match answered {
        Answered::Granted => {
            let mut answers: Vec<_> = messages.iter().map(granted).collect();
            if ack {
                let connects = messages[0]["channel"] == "/meta/connect";
                answers[0]["ext"] = if connects {
                    json!({"ack": 1})
                } else {
                    json!({"ack": true})
                };
            }
            answers[0]["clientId"] = json!("c");
            (200, Value::Array(answers).to_string().into_bytes())
        }
        Answered::Refused(error, advice) => {
            let refuse = |message: &Value| json!({"channel": message["channel"], "id": message["id"], "successful": false, "error": error, "advice": advice});
            (
                200,
                Value::Array(messages.iter().map(refuse).collect())
                    .to_string()
                    .into_bytes(),
            )
        }
        Answered::Messages(messages) => (200, Value::Array(messages).to_string().into_bytes()),
        Answered::Bytes(status, bytes) => (status, bytes),
    }
}

fn fail(bench: &mut Bench, which: usize, error: u8) {
    let sent = bench.under_way.remove(which % bench.under_way.len());
    let error = match error % 5 {
        0 => unreachable(),
        1 => ExchangeError::TimedOut,
        2 => ExchangeError::TooLarge { limit: 1 },
        3 => ExchangeError::NotAuthenticated,
        _ => broken(),
    };
    bench.input(Input::Failed {
        ticket: sent.ticket,
        error,
    });
}

fn break_socket(bench: &mut Bench, error: u8) {
    let error = match error % 8 {
        0..=2 => refused(400),
        3 => refused(401),
        4 => refused(503),
        5 => unreachable(),
        6 => ExchangeError::TimedOut,
        _ => broken(),
    };
    bench.break_socket(error);
}

/// What was under way when the application had enough.
struct Leaving {
    by: Duration,
    connect: Option<Ticket>,
    sockets: usize,
}

impl Leaving {
    /// Says farewell.
    fn begin(bench: &mut Bench) -> Self {
        bench.frames.clear();
        let connect = bench
            .under_way
            .iter()
            .find(|sent| sent.purpose == Purpose::Connect);
        let leaving = Self {
            by: bench.now + seconds(1),
            connect: connect.map(|sent| sent.ticket),
            sockets: bench.sockets.len(),
        };
        bench.input(Input::Disconnect);
        leaving
    }

    /// Nothing but the farewell goes out, and it is over in time.
    fn watch(&self, bench: &Bench) {
        let farewell = |sent: &Sent| sent.purpose == Purpose::Disconnect || Some(sent.ticket) == self.connect;
        assert!(bench.under_way.iter().all(farewell), "{:?}", bench.under_way);
        let frames = bench.frames.iter().flat_map(|(_, messages)| messages);
        for message in frames {
            assert_eq!(message["channel"], "/meta/disconnect");
        }
        assert!(
            bench.sockets.len() <= self.sockets + 1,
            "a WebSocket for more than that"
        );
        assert!(bench.session.is_closed() || bench.now < self.by, "it goes on");
    }
}

fn ask(bench: &mut Bench, what: u8, publications: &mut Publication) {
    match what {
        0..=99 => bench.subscribe(["/a", "/b", "/c/*"][usize::from(what) % 3]),
        100..=149 => bench.unsubscribe(["/a", "/b", "/c/*"][usize::from(what) % 3]),
        150..=199 => {
            *publications += 1;
            bench.publish(*publications, "/x");
        }
        200..=219 => bench.input(Input::ReconnectNow),
        220..=244 => bench.input(Input::CredentialsRefreshed),
        245..=251 => bench.input(Input::HttpSessionGone),
        // That is for the one who watches what comes of it.
        252..=255 => {}
    }
}

fn happen(bench: &mut Bench, act: Act, publications: &mut Publication) {
    match act {
        Act::Answer(which, answered) => answer(bench, which, answered),
        Act::Fail(which, error) if !bench.under_way.is_empty() => fail(bench, which, error),
        Act::Open if !bench.sockets.is_empty() => bench.open(),
        Act::Break(error) if !bench.sockets.is_empty() => break_socket(bench, error),
        Act::Renew(how) if !bench.renewals.is_empty() => renew(bench, how),
        Act::Fail(..) | Act::Open | Act::Break(_) | Act::Renew(_) => {}
        Act::Pass(milliseconds) => {
            bench.now += Duration::from_millis(milliseconds.into());
            if bench
                .session
                .deadline()
                .is_some_and(|deadline| deadline <= bench.now)
            {
                bench.input(Input::DeadlineReached);
                let next = bench.session.deadline();
                assert!(next.is_none_or(|next| next > bench.now), "woken in vain");
            }
        }
        Act::Ask(what) => ask(bench, what, publications),
    }
}

fn renew(bench: &mut Bench, how: u8) {
    let (ticket, _) = bench.renewals.remove(usize::from(how) % bench.renewals.len());
    let renewed = match how % 8 {
        // It panicked,
        6 => {
            let error = broken();
            return bench.input(Input::Failed { ticket, error });
        }
        // or never ends.
        7 => return,
        0 => Renewed::NotHere,
        1 => Renewed::Refused,
        2 => Renewed::Failed(String::new()),
        _ => Renewed::Done,
    };
    bench.input(Input::Renewed { ticket, renewed });
}

fn check(bench: &Bench, leaving: Option<&Leaving>, publications: Publication) {
    let closed = bench
        .events
        .iter()
        .position(|event| matches!(event, Event::Closed(_)));
    assert_eq!(closed.is_some(), bench.session.is_closed());
    if let Some(leaving) = leaving {
        leaving.watch(bench);
    }
    if let Some(closed) = closed {
        assert_eq!(closed + 1, bench.events.len(), "an event after the last");
        assert!(bench.under_way.is_empty(), "a request after the end");
        assert_eq!(bench.published.len(), usize::try_from(publications).unwrap());
    } else {
        let waits = matches!(bench.session.phase, Phase::SignedOut(SignedOut::Application));
        assert!(waits || bench.session.deadline().is_some(), "stuck");
    }
}

proptest! {
    /// Never a panic, never two requests of one kind (the bench checks that after each step), nothing after the end, no caller
    /// without an outcome, never a state in which nothing can happen any more, and after the farewell nothing else.
    #[test]
    fn the_session_keeps_its_shape(
        transports in any_transports(),
        ack: bool,
        acts in prop::collection::vec(any_act(), 1..120),
        afterwards in prop::collection::vec(any_act(), 0..20),
    ) {
        let mut bench = Bench::wanting(&transports);
        bench.batch = ack.then_some(0);
        let mut leaving: Option<Leaving> = None;
        let mut publications = 0;
        for act in acts {
            match act {
                Act::Ask(252..) if leaving.is_none() => leaving = Some(Leaving::begin(&mut bench)),
                act => happen(&mut bench, act, &mut publications),
            }
            check(&bench, leaving.as_ref(), publications);
        }
        let leaving = leaving.unwrap_or_else(|| Leaving::begin(&mut bench));
        for act in afterwards {
            happen(&mut bench, act, &mut publications);
            check(&bench, Some(&leaving), publications);
        }
        while !bench.session.is_closed() {
            bench.wake();
        }
        check(&bench, Some(&leaving), publications);
    }

    /// The same for a farewell in the midst of trouble with a WebSocket that worked before.
    #[test]
    fn a_farewell_over_a_web_socket_is_the_last_word(
        ack: bool,
        acts in prop::collection::vec(any_socket_act(), 0..12),
        afterwards in prop::collection::vec(any_socket_act(), 0..12),
    ) {
        let mut bench = Bench::over_socket(ack.then_some(0));
        let mut publications = 0;
        for act in acts {
            happen(&mut bench, act, &mut publications);
        }
        let leaving = Leaving::begin(&mut bench);
        for act in afterwards {
            happen(&mut bench, act, &mut publications);
            check(&bench, Some(&leaving), publications);
        }
        while !bench.session.is_closed() {
            bench.wake();
        }
        check(&bench, Some(&leaving), publications);
    }

    /// The same for single replies of raw bytes at every stage.
    #[test]
    fn garbage_never_panics(stage in 0..3_usize, status: u16, body in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut bench = match stage {
            0 => Bench::new(),
            1 => Bench::connected(&["/a"]),
            _ => {
                let mut bench = Bench::new();
                bench.subscribe("/a");
                bench.grant_handshake("c");
                bench
            }
        };
        let purpose = bench.under_way[0].purpose;
        bench.reply_raw(purpose, status, &body);
    }
}
