//! Messages over a WebSocket, and the way back to long-polling.

use serde_json::json;

use super::*;
use crate::event::Closure;
use crate::failure::Failure;
use crate::transport::Transport;

const OPEN: Duration = Duration::from_secs(5);

impl Bench {
    pub(super) fn wanting(transports: &[Transport]) -> Self {
        Self::with(Config {
            transports: transports.to_vec(),
            ..config()
        })
    }

    pub(super) fn preferring_sockets() -> Self {
        Self::wanting(&[Transport::WebSocket, Transport::LongPolling])
    }

    /// A session over a WebSocket, subscribed to `/a` and holding a connect.
    pub(super) fn over_socket(batch: Option<i64>) -> Self {
        let mut bench = Self::preferring_sockets();
        bench.batch = batch;
        bench.subscribe("/a");
        bench.open();
        bench.grant_frame();
        bench.grant_frame();
        bench.grant_frame();
        assert_eq!(bench.take_events(), [Event::Connected]);
        bench.grant_frame();
        bench
    }

    /// Opens the WebSocket that was asked for last.
    #[track_caller]
    pub(super) fn open(&mut self) {
        let ticket = self.socket();
        self.input(Input::Opened { ticket });
    }

    #[track_caller]
    pub(super) fn socket(&self) -> Ticket {
        self.sockets.last().expect("no WebSocket was asked for").0
    }

    /// The next frame that was sent, of which there must be one.
    #[track_caller]
    pub(super) fn frame(&mut self) -> Vec<Value> {
        let (ticket, messages) = self.frames.pop_front().expect("no frame");
        assert_eq!(ticket, self.socket(), "over a WebSocket that is gone");
        messages
    }

    pub(super) fn push(&mut self, messages: &Value) {
        let ticket = self.socket();
        let body = messages.to_string().into();
        self.input(Input::Received { ticket, body });
    }

    /// Grants each message of the next frame in a frame of its own, the last one first. Gives the messages.
    #[track_caller]
    pub(super) fn grant_frame(&mut self) -> Vec<Value> {
        let messages = self.frame();
        for message in messages.iter().rev() {
            let answer = self.grant_message(message);
            self.push(&json!([answer]));
        }
        messages
    }

    pub(super) fn grant_message(&mut self, message: &Value) -> Value {
        let mut answer = granted(message);
        match (message["channel"].as_str().unwrap(), &mut self.batch) {
            ("/meta/handshake", batch) => {
                answer["clientId"] = json!("c1");
                answer["supportedConnectionTypes"] = json!(["long-polling", "websocket"]);
                answer["ext"] = json!({"ack": batch.is_some()});
                answer["advice"] = json!({"reconnect": "retry", "interval": 0, "timeout": 30000});
            }
            ("/meta/connect", Some(batch)) => {
                *batch += 1;
                answer["ext"] = json!({"ack": *batch});
            }
            _ => {}
        }
        answer
    }

    pub(super) fn break_socket(&mut self, error: ExchangeError) {
        let ticket = self.socket();
        self.input(Input::Failed { ticket, error });
    }
}

pub(super) fn refused(status: u16) -> ExchangeError {
    ExchangeError::UpgradeRefused {
        status: Some(status),
        retry_after: None,
    }
}

#[test]
fn a_session_over_a_web_socket_takes_answers_in_any_order() {
    let mut bench = Bench::preferring_sockets();
    bench.subscribe("/a");
    assert!(bench.under_way.is_empty());
    let (_, opening) = &bench.sockets[0];
    assert_eq!(opening.url.as_str(), "ws://server/api/notifications");
    assert!(bench.frames.is_empty(), "not before it is open");
    bench.open();
    let handshake = bench.grant_frame();
    assert_eq!(
        handshake[0]["supportedConnectionTypes"],
        json!(["websocket", "long-polling"])
    );
    bench.grant_frame();
    let connect = bench.grant_frame();
    assert_eq!(connect[0]["connectionType"], "websocket");
    assert_eq!(bench.take_events(), [Event::Connected]);
    assert_eq!(bench.session.transport(), Transport::WebSocket);

    let held = bench.frame();
    bench.subscribe("/b");
    bench.publish(1, "/x");
    let subscribe = bench.frame();
    // The connect is answered before what was sent after it.
    bench.push(&json!([event("/a", &json!(1)), granted(&held[0])]));
    assert_eq!(bench.take_payloads(), [json!(1)]);
    assert_eq!(bench.frame()[0]["channel"], "/meta/connect");
    bench.push(&json!([granted(&subscribe[0])]));
    assert_eq!(bench.grant_frame()[0]["channel"], "/x");
    assert_eq!(bench.published, [(1, Ok(()))]);
    assert_eq!(bench.sockets.len(), 1);
    assert!(bench.under_way.is_empty(), "nothing by HTTP");
}

#[test]
fn row_7_a_server_without_web_sockets_costs_one_try() {
    for status in [400, 404, 405, 426, 500, 403] {
        let mut bench = Bench::preferring_sockets();
        bench.subscribe("/a");
        bench.break_socket(refused(status));
        assert_eq!(bench.take_events(), [], "nobody need know");
        assert_eq!(bench.sent, 1, "at once");
        let handshake = bench.request(Purpose::Handshake).messages[0].clone();
        assert_eq!(handshake["supportedConnectionTypes"], json!(["long-polling"]));
        bench.establish("c1");
        assert_eq!(bench.take_events(), [Event::Connected]);
        assert_eq!(bench.session.transport(), Transport::LongPolling);

        bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake"}));
        bench.establish("c2");
        assert_eq!(bench.sockets.len(), 1, "not tried again");
    }
}

#[test]
fn row_7_an_exchange_that_cannot_open_web_sockets_costs_nothing_either() {
    let mut bench = Bench::preferring_sockets();
    bench.break_socket(ExchangeError::UpgradeRefused {
        status: None,
        retry_after: None,
    });
    bench.establish("c1");
    assert_eq!(bench.take_events(), [Event::Connected]);
}

#[test]
fn row_8_where_only_web_sockets_are_wanted_a_refusal_is_final() {
    let mut bench = Bench::wanting(&[Transport::WebSocket]);
    bench.break_socket(refused(400));
    let failure = Failure::UpgradeRefused { status: Some(400) };
    assert_eq!(bench.take_events(), [Event::Closed(Closure::Failed(failure))]);
    assert_eq!(bench.sent, 0);
}

#[test]
fn row_8_a_server_that_is_merely_down_is_tried_again() {
    let mut bench = Bench::wanting(&[Transport::WebSocket]);
    for _ in 0..3 {
        bench.break_socket(unreachable());
        bench.wake();
    }
    assert_eq!(bench.take_interruption(), "unreachable");
    bench.break_socket(refused(503));
    assert_eq!(bench.take_interruption(), "unavailable");
    bench.wake();
    bench.open();
    bench.grant_frame();
    bench.grant_frame();
    assert_eq!(bench.take_events(), [Event::Connected]);
}

#[test]
fn row_8_a_server_that_wants_credentials_for_it_gets_fresh_ones() {
    let mut bench = Bench::wanting(&[Transport::WebSocket]);
    bench.break_socket(refused(401));
    assert_eq!(bench.take_interruption(), "not-authenticated");
    bench.renew(Renewal::Credentials, Renewed::Done);
    assert_eq!(bench.sockets.len(), 2);
}

#[test]
fn row_9_a_web_socket_that_does_not_open_in_time_is_given_up() {
    let mut bench = Bench::preferring_sockets();
    let socket = bench.socket();
    assert_eq!(bench.wake(), OPEN);
    assert_eq!(bench.aborted, [socket]);
    assert!(bench.has(Purpose::Handshake));
    bench.input(Input::Opened { ticket: socket });
    assert!(bench.frames.is_empty(), "too late");
    bench.establish("c1");
    assert_eq!(bench.take_events(), [Event::Connected]);
}

#[test]
fn row_9_a_web_socket_that_breaks_before_anything_came_of_it_is_given_up_too() {
    let mut bench = Bench::preferring_sockets();
    bench.open();
    bench.break_socket(broken());
    bench.establish("c1");
    assert_eq!(bench.take_events(), [Event::Connected]);

    let mut bench = Bench::preferring_sockets();
    bench.open();
    assert_eq!(bench.wake(), NETWORK, "nothing is answered");
    bench.establish("c1");
    assert_eq!(bench.take_events(), [Event::Connected]);
}

#[test]
fn row_9_while_the_server_is_down_nothing_is_learned_about_web_sockets() {
    let mut bench = Bench::preferring_sockets();
    for round in 1..=3 {
        assert_eq!(bench.sockets.len(), round);
        bench.break_socket(unreachable());
        bench.fail(Purpose::Handshake, unreachable());
        bench.wake();
    }
    bench.open();
    bench.grant_frame();
    bench.grant_frame();
    assert_eq!(bench.session.transport(), Transport::WebSocket);
}

#[test]
fn row_10_a_broken_web_socket_is_opened_again_for_the_same_session() {
    let mut bench = Bench::over_socket(None);
    bench.frame();
    bench.now += seconds(5);
    bench.break_socket(broken());
    assert_eq!(bench.take_interruption(), "broken");
    bench.wake();
    bench.open();
    let connect = bench.grant_frame();
    assert_eq!(connect[0]["clientId"], "c1");
    assert_eq!(connect[0]["advice"], json!({"timeout": 0}));
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
    assert_eq!(bench.sockets.len(), 2);
    assert!(bench.under_way.is_empty());
}

#[test]
fn row_10_with_acknowledgements_nothing_is_lost_and_nothing_comes_twice() {
    let mut bench = Bench::over_socket(Some(0));
    let held = bench.frame();
    assert_eq!(held[0]["ext"], json!({"ack": 2}));
    // Messages come in frames of their own, before the answer that closes their batch.
    bench.push(&json!([event("/a", &json!(1))]));
    bench.push(&json!([event("/a", &json!(2))]));
    assert_eq!(
        bench.take_events(),
        [],
        "not yet: should it break now, they come again"
    );
    bench.now += seconds(5);
    bench.break_socket(broken());
    bench.take_interruption();
    bench.wake();
    bench.open();
    let probe = bench.frame();
    assert_eq!(probe[0]["ext"], json!({"ack": 2}));
    bench.push(&json!([event("/a", &json!(1))]));
    bench.push(&json!([event("/a", &json!(2))]));
    let answer = bench.grant_message(&probe[0]);
    bench.push(&json!([answer]));
    assert_eq!(bench.frame()[0]["ext"], json!({"ack": 3}));
    let events = bench.take_events();
    assert!(
        matches!(events.as_slice(), [Event::Delivered(a), Event::Delivered(b), Event::Resumed { gap: false }]
            if a.data.value() == 1 && b.data.value() == 2),
        "{events:?}"
    );
}

#[test]
fn row_10_a_web_socket_that_breaks_while_nothing_is_asked_may_have_lost_something() {
    for (batch, gap) in [(None, true), (Some(0), false)] {
        let mut bench = Bench::over_socket(batch);
        let held = bench.frame();
        let mut answer = bench.grant_message(&held[0]);
        answer["advice"] = json!({"reconnect": "retry", "interval": 2000, "timeout": 30000});
        bench.push(&json!([answer]));
        assert!(bench.frames.is_empty());
        bench.break_socket(broken());
        assert_eq!(bench.take_interruption(), "broken");
        bench.wake();
        bench.open();
        bench.grant_frame();
        assert_eq!(bench.take_events(), [Event::Resumed { gap }]);
    }
}

#[test]
fn row_10_a_web_socket_that_worked_is_given_up_only_when_it_is_refused_again_and_again() {
    let mut bench = Bench::over_socket(Some(0));
    bench.break_socket(broken());
    for _ in 0..5 {
        if bench.sockets.len() == 1 {
            bench.wake();
        }
        bench.break_socket(unreachable());
        bench.wake();
    }
    assert_eq!(
        bench.sent, 0,
        "a server that is down says nothing about WebSockets"
    );
    for _ in 0..2 {
        bench.break_socket(refused(400));
        bench.wake();
    }
    bench.break_socket(refused(400));
    bench.take_events();
    bench.establish("c2");
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
    assert_eq!(bench.session.transport(), Transport::LongPolling);
}

#[test]
fn row_11_an_upgrade_that_a_proxy_does_not_pass_on_is_given_up() {
    // The server takes it for a plain GET.
    for status in [200, 400, 404, 405] {
        let mut bench = Bench::preferring_sockets();
        bench.break_socket(refused(status));
        bench.establish("c1");
        assert_eq!(bench.take_events(), [Event::Connected]);
    }
}

#[test]
fn one_message_without_answer_closes_the_web_socket_and_fails_all() {
    let mut bench = Bench::over_socket(None);
    bench.publish(1, "/x");
    assert_eq!(bench.wake(), NETWORK);
    assert_eq!(bench.aborted.last(), Some(&bench.sockets[0].0));
    assert!(matches!(
        bench.published.as_slice(),
        [(1, Err(PublishError::Unconfirmed(Failure::TimedOut)))]
    ));
    assert_eq!(bench.take_interruption(), "timed-out");
}

#[test]
fn a_server_that_agrees_to_long_polling_only_gets_it() {
    let mut bench = Bench::preferring_sockets();
    bench.open();
    let handshake = bench.frame();
    let mut answer = bench.grant_message(&handshake[0]);
    answer["supportedConnectionTypes"] = json!(["long-polling"]);
    bench.push(&json!([answer]));
    assert_eq!(bench.aborted, [bench.socket()], "the WebSocket is closed");
    bench.deliver(&[]);
    assert_eq!(bench.take_events(), [Event::Connected]);
}

#[test]
fn a_forgotten_session_is_made_anew_over_the_same_web_socket() {
    let mut bench = Bench::over_socket(Some(0));
    let held = bench.frame();
    bench.push(&json!([event("/a", &json!("not confirmed"))]));
    bench.push(
        &json!([{"channel": "/meta/connect", "id": held[0]["id"], "successful": false, "error": UNKNOWN,
        "advice": {"reconnect": "handshake"}}]),
    );
    bench.take_events();
    bench.batch = Some(0);
    bench.grant_frame();
    bench.grant_frame();
    bench.grant_frame();
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
    assert_eq!(bench.sockets.len(), 1);
}

/// Some servers answer an expired session so; the application may start another client.
#[test]
fn a_server_that_wants_nobody_back_is_obeyed() {
    let mut bench = Bench::over_socket(None);
    let held = bench.frame();
    bench.push(
        &json!([{"channel": "/meta/connect", "id": held[0]["id"], "successful": false, "error": UNKNOWN,
        "advice": {"reconnect": "none"}}]),
    );
    assert!(matches!(
        bench.take_events().as_slice(),
        [Event::Closed(Closure::ByServer(_))]
    ));
    assert_eq!(bench.aborted.last(), Some(&bench.sockets[0].0), "and closed");
}

#[test]
fn a_farewell_over_a_web_socket_closes_it() {
    let mut bench = Bench::over_socket(None);
    bench.frame();
    bench.input(Input::Disconnect);
    bench.grant_frame();
    assert_eq!(bench.take_events(), [Event::Closed(Closure::Disconnected)]);
    assert_eq!(bench.aborted.last(), Some(&bench.sockets[0].0));
}

#[test]
fn after_sleep_the_web_socket_is_opened_anew() {
    let mut bench = Bench::over_socket(Some(0));
    bench.input(Input::ReconnectNow);
    bench.take_interruption();
    assert_eq!(bench.sockets.len(), 2);
    bench.frames.clear();
    bench.open();
    bench.grant_frame();
    assert_eq!(bench.take_events(), [Event::Resumed { gap: false }]);
}

#[test]
fn row_65_a_web_socket_that_is_given_up_in_a_pause_may_have_lost_messages() {
    for (batch, gap) in [(None, true), (Some(0), false)] {
        let mut bench = Bench::over_socket(batch);
        let held = bench.frame();
        let mut answer = bench.grant_message(&held[0]);
        answer["advice"] = json!({"reconnect": "retry", "interval": 2000, "timeout": 30000});
        bench.push(&json!([answer]));
        bench.input(Input::ReconnectNow);
        assert_eq!(bench.aborted.last(), Some(&bench.sockets[0].0));
        assert_eq!(bench.wake(), seconds(2), "the pause is kept");
        bench.open();
        bench.grant_frame();
        let expected = [
            Event::Interrupted(Interruption::Asked),
            Event::Resumed { gap: true },
        ];
        assert_eq!(bench.take_events(), if gap { &expected[..] } else { &[] });
    }
}

#[test]
fn row_53_a_frame_is_limited_by_the_exchange_and_a_batch_that_is_not_confirmed_by_us() {
    let large = "x".repeat(9 * 1024 * 1024);
    let mut bench = Bench::over_socket(None);
    bench.frame();
    bench.push(&json!([event("/a", &json!(large)), event("/a", &json!(large))]));
    assert_eq!(
        bench.take_payloads().len(),
        2,
        "what need not be kept may be as large as it likes"
    );

    let mut bench = Bench::over_socket(Some(0));
    bench.frame();
    bench.push(&json!([event("/a", &json!(large))]));
    bench.push(&json!([event("/a", &json!(large))]));
    let limit = 16 * 1024 * 1024;
    assert_eq!(
        bench.take_events(),
        [Event::Interrupted(Failure::TooLarge { limit }.into())]
    );
}

#[test]
fn row_52_a_frame_is_read_as_liberally_as_a_reply() {
    let mut bench = Bench::over_socket(None);
    bench.frame();
    let ticket = bench.socket();
    for frame in [
        "\u{feff} [{\"channel\":\"/a\",\"data\":1}] \r\n",
        " {\"channel\":\"/a\",\"data\":1}",
        "/*[{\"channel\":\"/a\",\"data\":1},{\"channel\":\"/b\",\"data\":1e999}]*/",
    ] {
        let body = frame.to_owned().into();
        bench.input(Input::Received { ticket, body });
        let events = bench.take_events();
        assert!(matches!(&events[0], Event::Delivered(_)), "{frame}: {events:?}");
    }
    for frame in ["", " ", "[]"] {
        let body = frame.to_owned().into();
        bench.input(Input::Received { ticket, body });
        assert_eq!(bench.take_events(), [], "it says nothing");
    }
}

#[test]
fn advice_for_the_transport_in_use_counts() {
    let mut bench = Bench::over_socket(None);
    let held = bench.frame();
    let mut answer = bench.grant_message(&held[0]);
    answer["advice"] =
        json!({"interval": 0, "websocket": {"interval": 3000}, "long-polling": {"interval": 9000}});
    bench.push(&json!([answer]));
    assert_eq!(bench.wake(), seconds(3));
}

#[test]
fn garbage_on_a_web_socket_closes_it() {
    let mut bench = Bench::over_socket(None);
    let ticket = bench.socket();
    bench.input(Input::Received {
        ticket,
        body: b"garbage".to_vec().into(),
    });
    assert_eq!(bench.take_interruption(), "not-json");
    assert_eq!(bench.aborted.last(), Some(&ticket));
}
