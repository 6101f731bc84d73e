//! Replies that are made to do harm: nested without end, or of more messages than anybody would send. What cannot be read is refused
//! or handed on as text, in memory that is bounded by the size of the reply, and on a small stack.
//!
//! How large a reply may be is a matter of the exchange; that it keeps to it is in `tests/http`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::alloc::System;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bayeux::protocol::{Input, Moment, Output, Session, Ticket};
use bayeux::{Channel, Config, Event, Reply, Transport};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The allocator counts for all threads, so one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

const DEPTH: usize = 100_000;

/// What reading may take of the stack, however deep a reply is. In frames of a hundred bytes the depth alone would need ten megabytes.
const STACK: usize = 512 * 1024;

const NOW: Moment = Moment {
    elapsed: Duration::ZERO,
    wall: Duration::ZERO,
};

/// A session that holds a connect and is subscribed to `/a`.
struct Held {
    session: Session,
    transport: Transport,
    /// The request, or the WebSocket.
    ticket: Ticket,
    connect: Value,
}

impl Held {
    fn new(transport: Transport) -> Self {
        let mut config = Config::new("http://server/bayeux".parse().unwrap());
        config.transports = vec![transport];
        config.channels = vec![Channel::new("/a").unwrap()];
        let mut session = Session::start(config, NOW);
        loop {
            let (ticket, body) = match session.next_output().unwrap() {
                Output::Send { ticket, request, .. } => (ticket, request.body),
                Output::Write { ticket, body } => (ticket, body),
                Output::Open { ticket, .. } => {
                    session.handle(Input::Opened { ticket }, NOW);
                    continue;
                }
                _ => continue,
            };
            let [message] = &serde_json::from_slice::<Vec<Value>>(&body).unwrap()[..] else {
                panic!("not one message")
            };
            if message["channel"] == "/meta/connect" && message["advice"].is_null() {
                // That it is connected.
                while session.next_output().is_some() {}
                let connect = message.clone();
                return Self {
                    session,
                    transport,
                    ticket,
                    connect,
                };
            }
            let mut answer = grant(message);
            answer["advice"] = json!({"interval": 0, "timeout": 60_000});
            session.handle(received(transport, ticket, &json!([answer]).to_string()), NOW);
        }
    }

    /// What the application hears of this reply or frame, and how many bytes were allocated for it all in all.
    fn hears(&mut self, body: &str) -> (Vec<Event>, usize) {
        let input = received(self.transport, self.ticket, body);
        let region = Region::new(ALLOCATOR);
        self.session.handle(input, NOW);
        let outputs = std::iter::from_fn(|| self.session.next_output());
        let events = outputs.filter_map(|output| match output {
            Output::Event(event) => Some(event),
            _ => None,
        });
        let events = events.collect();
        (events, region.change().bytes_allocated)
    }

    /// The answer to the connect.
    fn answer(&self) -> Value {
        grant(&self.connect)
    }
}

fn grant(message: &Value) -> Value {
    json!({"channel": message["channel"], "id": message["id"], "successful": true, "clientId": "c"})
}

fn received(transport: Transport, ticket: Ticket, body: &str) -> Input {
    let body = Bytes::from(body.to_owned());
    match transport {
        Transport::WebSocket => Input::Received { ticket, body },
        _ => Input::Replied {
            ticket,
            reply: Reply {
                status: 200,
                body,
                ..Reply::default()
            },
        },
    }
}

fn arrays() -> String {
    "[".repeat(DEPTH) + &"]".repeat(DEPTH)
}

fn objects() -> String {
    r#"{"a":"#.repeat(DEPTH) + "0" + &"}".repeat(DEPTH)
}

/// Does it alone, on a small stack.
fn on_a_small_stack(task: impl FnOnce() + Send) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, task);
        thread.unwrap().join().unwrap();
    });
}

/// What an event is, in short.
fn kind(event: &Event) -> String {
    match event {
        Event::Delivered(message) => format!("delivered {}", message.data),
        Event::Unreadable { reason, .. } => reason.split(" at line").next().unwrap().to_owned(),
        Event::Interrupted(why) => format!("interrupted {}", why.code()),
        event => panic!("{event:?}"),
    }
}

const TOO_DEEP: &str = "recursion limit exceeded";

/// How often as much as the reply itself may be allocated while it is read, what is freed again included.
const MOST_COPIES: usize = 8;

/// Lets a client hear a body in which `DEEP`, `NEXT` and `ANSWER` stand for what is nested, for a good message, and for the answer to
/// the connect.
fn hear(transport: Transport, template: &str, deep: &str) -> Vec<String> {
    let mut held = Held::new(transport);
    let body = template
        .replace("NEXT", r#"{"channel":"/a","data":"next"}"#)
        .replace("ANSWER", &held.answer().to_string())
        .replace("ID", &held.connect["id"].to_string())
        .replace("DEEP", deep);
    let (events, allocated) = held.hears(&body);
    assert!(
        allocated <= MOST_COPIES * body.len(),
        "{transport}, {template}: {allocated} bytes for {}",
        body.len()
    );
    for event in &events {
        if let Event::Unreadable { text, .. } = event {
            assert!(
                text.len() >= deep.len() - 2,
                "not all of it is there, {transport}, {template}"
            );
        }
    }
    events.iter().map(kind).collect()
}

const NEXT: &str = r#"delivered "next""#;

#[test]
fn what_is_nested_without_end_is_handed_on_as_text_and_costs_no_other_message() {
    on_a_small_stack(|| {
        for deep in [arrays(), objects()] {
            for transport in [Transport::LongPolling, Transport::WebSocket] {
                let hear = |template: &str| hear(transport, template, &deep);
                for field in ["data", "ext", "channel", "id"] {
                    let template = format!(r#"[{{"channel":"/a","{field}":DEEP}},NEXT,ANSWER]"#);
                    assert_eq!(hear(&template), [TOO_DEEP, NEXT], "{transport} {field}");
                }
                let unknown = hear(r#"[{"channel":"/a","data":1,"unknown":DEEP},NEXT,ANSWER]"#);
                assert_eq!(unknown, ["delivered 1", NEXT], "nobody reads that");

                // An answer that cannot be read is none. A WebSocket may bring a better one.
                let unanswered = match transport {
                    Transport::LongPolling => &["interrupted unanswered"][..],
                    _ => &[],
                };
                for field in ["advice", "ext", "error", "successful"] {
                    let template =
                        format!(r#"[NEXT,{{"channel":"/meta/connect","id":ID,"{field}":DEEP}},NEXT]"#);
                    // Messages go before whatever came with them means to the session.
                    let expected = [&[NEXT, TOO_DEEP, NEXT][..], unanswered].concat();
                    assert_eq!(hear(&template), expected, "{transport} {field}");
                }
                // An object is a message without any field that means something.
                let whole = if deep.starts_with('[') {
                    &[TOO_DEEP][..]
                } else {
                    &[]
                };
                assert_eq!(hear("DEEP"), [whole, unanswered].concat(), "{transport}");
            }
        }
        for transport in [Transport::LongPolling, Transport::WebSocket] {
            let hear = |template: &str| hear(transport, template, &arrays());
            assert_eq!(hear("[DEEP,NEXT,ANSWER]"), [TOO_DEEP, NEXT], "{transport}");
            for endless in [
                "[".repeat(DEPTH),
                r#"{"a":"#.repeat(DEPTH),
                "[{\"data\":[".repeat(DEPTH),
            ] {
                let heard = self::hear(transport, &endless, "DEEP");
                assert_eq!(heard, ["interrupted not-json"], "{transport}");
            }
        }
    });
}

/// What an application may make of a payload.
#[derive(Debug, Deserialize)]
struct Tree(Vec<Self>);

impl Tree {
    fn depth(&self) -> usize {
        1 + self.0.iter().map(Self::depth).max().unwrap_or_default()
    }
}

/// `serde_json` itself goes no deeper than this, so neither does whatever an application reads with it.
#[test]
fn a_payload_that_is_delivered_can_be_read_and_one_that_is_not_gives_an_error() {
    on_a_small_stack(|| {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        for (depth, is_delivered) in [(127, true), (128, false), (DEPTH, false)] {
            let mut held = Held::new(Transport::LongPolling);
            let payload = nested(depth);
            let body = format!(r#"[{{"channel":"/a","data":{payload}}},{}]"#, held.answer());
            match &held.hears(&body).0[..] {
                [Event::Delivered(message)] if is_delivered => {
                    assert_eq!(message.data.read::<Tree>().unwrap().depth(), depth);
                    assert_eq!(message.data.value().to_string(), payload);
                }
                [Event::Unreadable { text, .. }] if !is_delivered => {
                    assert!(text.contains(&payload));
                    let error = serde_json::from_str::<Value>(text).unwrap_err();
                    assert!(error.to_string().starts_with(TOO_DEEP), "{error}");
                    let error = serde_json::from_str::<Tree>(&payload).unwrap_err();
                    assert!(error.to_string().starts_with(TOO_DEEP), "{error}");
                }
                events => panic!("{events:?}"),
            }
        }
    });
}

/// A message is larger than its text where that is tiny. So many of them would be sent by nobody who means well.
#[test]
fn a_reply_of_nothing_but_tiny_messages_takes_a_bounded_multiple_of_its_size() {
    const MULTIPLE: usize = 32;
    on_a_small_stack(|| {
        for tiny in [
            r#"{"channel":"/a"}"#,
            r#"{"channel":"/a","id":1}"#,
            r#"{"successful":1}"#,
            r#"{"successful":1,"ext":{}}"#,
            "{}",
            "1e999",
            "0",
            "\"\"",
        ] {
            let mut held = Held::new(Transport::LongPolling);
            let body = format!("[{}]", vec![tiny; 50_000].join(","));
            let (_, allocated) = held.hears(&body);
            assert!(
                allocated <= MULTIPLE * body.len(),
                "{tiny}: {allocated} bytes for {}",
                body.len()
            );
        }
    });
}
