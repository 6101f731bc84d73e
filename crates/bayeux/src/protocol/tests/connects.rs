//! The one connect: when it is sent, how long it is held, and what its answers and failures mean.

use serde_json::json;

use super::*;
use crate::event::Closure;

#[test]
fn row_1_messages_come_in_order_and_the_next_connect_follows_at_once() {
    let mut bench = Bench::connected(&["/a"]);
    let connect = bench.deliver(&[event("/a", &json!(1)), event("/a", &json!(2))]);
    assert_eq!(connect.request.url.path(), "/api/notifications/connect");
    assert_eq!(bench.take_payloads(), [json!(1), json!(2)]);
    let next = bench.request(Purpose::Connect);
    assert_ne!(next.id(), connect.id());
    assert_eq!(
        next.messages,
        [
            json!({"id": next.id(), "channel": "/meta/connect", "clientId": "c1", "connectionType": "long-polling"})
        ]
    );
}

#[test]
fn row_1_the_answer_may_come_before_the_messages_it_brings() {
    let mut bench = Bench::connected(&["/a"]);
    let answer = granted(&bench.request(Purpose::Connect).messages[0]);
    bench.reply(
        Purpose::Connect,
        &json!([answer, event("/a", &json!(1)), event("/a", &json!(2))]),
    );
    assert_eq!(bench.take_payloads(), [json!(1), json!(2)]);
    assert!(bench.has(Purpose::Connect));
}

#[test]
fn row_12_a_refused_connect_is_sent_again_later_each_time_and_nothing_is_lost_with_it() {
    let mut bench = Bench::connected(&[]);
    for middle in [1.0, 2.0, 4.0] {
        bench.refuse_connect("500::try later", &Value::Null);
        let delay = bench.wake().as_secs_f64();
        assert!(
            (middle * 0.5..=middle * 1.5).contains(&delay),
            "{delay} is not about {middle}"
        );
    }
    assert_eq!(bench.take_interruption(), "refused");
    bench.deliver(&[]);
    assert_eq!(bench.take_events(), [Event::Resumed { gap: false }]);
    bench.refuse_connect("500::try later", &Value::Null);
    assert!(
        bench.wake().as_secs_f64() <= 1.5,
        "a success begins the counting anew"
    );
}

#[test]
fn row_13_the_first_connect_and_one_after_a_failure_ask_to_be_answered_at_once() {
    let mut bench = Bench::new();
    bench.grant_handshake("c1");
    assert_eq!(bench.deliver(&[]).asked_hold(), Some(0));
    assert_eq!(bench.deliver(&[]).asked_hold(), None);
    bench.take_events();
    bench.fail(Purpose::Connect, ExchangeError::TimedOut);
    bench.wake();
    assert_eq!(bench.request(Purpose::Connect).asked_hold(), Some(0));
    bench.take_events();
    bench.deliver(&[]);
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
    assert_eq!(bench.request(Purpose::Connect).asked_hold(), None);
}

#[test]
fn row_19_a_short_outage_keeps_the_session() {
    let mut bench = Bench::connected(&["/a"]);
    bench.fail(Purpose::Connect, unreachable());
    bench.wake();
    assert_eq!(bench.take_interruption(), "unreachable");
    let connect = bench.deliver(&[]);
    assert_eq!(connect.client_id(), "c1");
    assert_eq!(
        bench.take_events(),
        [Event::Resumed { gap: false }],
        "that request never reached the server"
    );
    assert!(!bench.has(Purpose::Batch));
}

#[test]
fn row_19_an_outage_that_swallowed_an_answer_is_a_gap() {
    let errors = [
        broken(),
        ExchangeError::TimedOut,
        ExchangeError::TooLarge { limit: 9 },
    ];
    for error in errors {
        let mut bench = Bench::connected(&["/a"]);
        bench.fail(Purpose::Connect, error);
        if !bench.has(Purpose::Connect) {
            bench.wake();
        }
        // The rest of the outage is harmless, but the gap remains.
        bench.fail(Purpose::Connect, unreachable());
        bench.wake();
        bench.deliver(&[]);
        assert_eq!(bench.take_events().pop(), Some(Event::Resumed { gap: true }));
    }
}

#[test]
fn row_20_a_long_outage_ends_in_a_new_session() {
    let mut bench = Bench::connected(&["/a"]);
    bench.fail(Purpose::Connect, ExchangeError::TimedOut);
    while bench.now < seconds(600) {
        bench.wake();
        bench.fail(Purpose::Connect, unreachable());
    }
    bench.wake();
    bench.take_events();
    bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake"}));
    assert!(is_session_lost(&bench.take_events()[0]));
    bench.establish("c2");
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
}

#[test]
fn row_22_a_held_connect_fails_only_after_the_hold_and_the_networks_delay() {
    let mut bench = Bench::connected(&[]);
    let connect = bench.request(Purpose::Connect).clone();
    assert_eq!(connect.request.timeout, HOLD + NETWORK);
    assert_eq!(bench.wake(), HOLD + NETWORK);
    assert_eq!(bench.aborted, [connect.ticket]);
    assert_eq!(bench.take_interruption(), "timed-out");
}

#[test]
fn row_23_the_first_connect_fails_after_the_networks_delay_alone() {
    let mut bench = Bench::new();
    bench.grant_handshake("c1");
    assert_eq!(bench.wake(), NETWORK);
    assert_eq!(bench.take_interruption(), "timed-out");
}

#[test]
fn row_25_a_late_answer_delivers_its_messages_once_and_decides_nothing() {
    let mut bench = Bench::connected(&["/a"]);
    let old = bench.request(Purpose::Connect).clone();
    bench.wake();
    bench.wake();
    bench.take_events();
    let body = json!([
        event("/a", &json!("late")),
        {"channel": "/meta/connect", "id": old.id(), "successful": false, "error": UNKNOWN, "advice": {"reconnect": "none"}},
    ]);
    for _ in 0..2 {
        let reply = Reply {
            status: 200,
            body: body.to_string().into(),
            ..Reply::default()
        };
        bench.input(Input::Replied {
            ticket: old.ticket,
            reply,
        });
    }
    assert_eq!(bench.take_payloads(), [json!("late")]);
    assert!(bench.has(Purpose::Connect), "the present connect is not touched");
}

#[test]
fn row_27_the_failure_of_a_replaced_connect_is_ignored() {
    let mut bench = Bench::connected(&["/a"]);
    let old = bench.request(Purpose::Connect).clone();
    bench.input(Input::ReconnectNow);
    assert_eq!(bench.aborted, [old.ticket]);
    assert_eq!(bench.take_interruption(), "asked");
    let reply = Reply {
        status: 500,
        ..Reply::default()
    };
    bench.input(Input::Replied {
        ticket: old.ticket,
        reply,
    });
    bench.input(Input::Failed {
        ticket: old.ticket,
        error: broken(),
    });
    assert_eq!(bench.take_events(), []);
    assert_eq!(bench.deliver(&[]).asked_hold(), Some(0));
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
    assert_eq!(bench.under_way.len(), 1);
}

#[test]
fn row_34_a_server_that_sees_two_clients_is_polled_at_its_pace() {
    let mut bench = Bench::connected(&[]);
    let connect = bench.request(Purpose::Connect).messages[0].clone();
    let mut answer = granted(&connect);
    answer["advice"] =
        json!({"reconnect": "retry", "interval": 2000, "timeout": 0, "multiple-clients": true});
    bench.reply(Purpose::Connect, &json!([answer]));
    assert!(!bench.has(Purpose::Connect));
    assert_eq!(bench.wake(), seconds(2));
    assert_eq!(bench.request(Purpose::Connect).request.timeout, NETWORK);
}

#[test]
fn row_35_the_interval_is_kept_and_a_negative_one_ends_it() {
    let mut bench = Bench::connected(&[]);
    let mut answer = granted(&bench.request(Purpose::Connect).messages[0]);
    answer["advice"] = json!({"interval": 1000});
    bench.reply(Purpose::Connect, &json!([answer]));
    bench.input(Input::ReconnectNow);
    assert!(!bench.has(Purpose::Connect), "the pause is the server's wish");
    assert_eq!(bench.wake(), seconds(1));

    let mut answer = granted(&bench.request(Purpose::Connect).messages[0]);
    answer["advice"] = json!({"interval": -1});
    bench.reply(Purpose::Connect, &json!([answer]));
    assert!(matches!(
        bench.take_events().as_slice(),
        [Event::Closed(Closure::ByServer(_))]
    ));
    assert!(bench.under_way.is_empty());
}

#[test]
fn row_36_advice_not_to_reconnect_ends_it_even_on_a_successful_connect() {
    for successful in [true, false] {
        let mut bench = Bench::connected(&[]);
        let mut answer = granted(&bench.request(Purpose::Connect).messages[0]);
        answer["successful"] = json!(successful);
        answer["advice"] = json!({"reconnect": "none"});
        bench.reply(Purpose::Connect, &json!([answer]));
        assert!(matches!(
            bench.take_events().as_slice(),
            [Event::Closed(Closure::ByServer(_))]
        ));
        assert!(bench.under_way.is_empty());
        assert_eq!(bench.session.deadline(), None);
    }
}

#[test]
fn row_37_a_servers_farewell_ends_it_after_the_messages_beside_it() {
    let mut bench = Bench::connected(&["/a"]);
    let answer = granted(&bench.request(Purpose::Connect).messages[0]);
    bench.reply(
        Purpose::Connect,
        &json!([{"channel": "/meta/disconnect", "successful": true}, answer, event("/a", &json!("last"))]),
    );
    let events = bench.take_events();
    assert!(matches!(
        events.as_slice(),
        [Event::Delivered(_), Event::Closed(Closure::ByServer(_))]
    ));
    assert!(bench.under_way.is_empty());
}

#[test]
fn row_49_data_may_be_anything() {
    let mut bench = Bench::connected(&["/a"]);
    let payloads = [
        json!(0),
        json!(false),
        json!(""),
        Value::Null,
        json!([]),
        json!({}),
        json!("😀"),
    ];
    let messages: Vec<_> = payloads.iter().map(|data| event("/a", data)).collect();
    bench.deliver(&messages);
    assert_eq!(bench.take_payloads(), payloads);
}

#[test]
fn row_51_an_answer_without_the_answer_is_a_failure() {
    for body in [
        b"".as_slice(),
        b"[]",
        b"{}",
        b"[{\"channel\":\"/a\",\"data\":1}]",
        b"garbage",
        b"[{\"channel\":",
    ] {
        let mut bench = Bench::connected(&[]);
        bench.reply_raw(Purpose::Connect, 200, body);
        bench.take_interruption();
        bench.wake();
        assert_eq!(bench.deliver(&[]).client_id(), "c1");
        assert!(matches!(bench.take_events().as_slice(), [Event::Resumed { .. }]));
    }
}

#[test]
fn row_52_numbers_for_ids_and_a_single_object_are_understood() {
    let mut bench = Bench::connected(&[]);
    let id: u64 = bench
        .request(Purpose::Connect)
        .id()
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let answer = json!({"channel": "/meta/connect", "id": id, "successful": true, "error": "", "ext": null, "advice": null});
    bench.reply(Purpose::Connect, &answer);
    assert_eq!(bench.take_events(), []);
    assert!(bench.has(Purpose::Connect));
}

#[test]
fn row_52_an_error_that_names_no_channel_is_known_by_its_id() {
    let mut bench = Bench::connected(&[]);
    let id = bench.request(Purpose::Connect).id().clone();
    bench.reply(
        Purpose::Connect,
        &json!([{"id": id, "successful": false, "error": UNKNOWN}]),
    );
    assert!(bench.has(Purpose::Handshake));
}

#[test]
fn row_52_a_publishers_id_is_not_taken_for_an_answer() {
    let mut bench = Bench::connected(&["/a"]);
    let connect = bench.request(Purpose::Connect).messages[0].clone();
    let published =
        json!({"channel": "/a", "id": connect["id"], "data": {"successful": false}, "successful": false});
    bench.reply(Purpose::Connect, &json!([published, granted(&connect)]));
    assert_eq!(bench.take_payloads(), [json!({"successful": false})]);
    assert!(bench.has(Purpose::Connect));
}

#[test]
fn row_53_a_reply_that_is_too_large_fails_that_request_only() {
    let mut bench = Bench::connected(&[]);
    bench.fail(Purpose::Connect, ExchangeError::TooLarge { limit: 16 });
    assert_eq!(bench.take_interruption(), "too-large");
    assert!(bench.wake() >= Duration::from_millis(500));
    bench.deliver(&[]);
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
}

#[test]
fn row_59_a_connection_that_was_dead_already_is_replaced_at_once_but_only_once() {
    let mut bench = Bench::connected(&[]);
    bench.fail(Purpose::Connect, broken());
    assert!(bench.has(Purpose::Connect), "no time is lost");
    bench.fail(Purpose::Connect, broken());
    assert!(!bench.has(Purpose::Connect));
}

#[test]
fn row_59_something_that_breaks_every_held_connect_at_once_is_not_asked_without_a_pause() {
    let mut bench = Bench::connected(&[]);
    for _ in 0..20 {
        bench.fail(Purpose::Connect, broken());
        if !bench.has(Purpose::Connect) {
            bench.wake();
        }
        // Whether the server is there is answered each time.
        assert_eq!(bench.deliver(&[]).asked_hold(), Some(0));
    }
    assert!(bench.now >= seconds(9), "{:?}", bench.now);
}

#[test]
fn row_60_a_proxy_that_loses_patience_keeps_the_session_and_shortens_the_hold() {
    let mut bench = Bench::connected(&["/a"]);
    bench.now += seconds(3);
    bench.reply_raw(Purpose::Connect, 504, b"<html>Gateway Time-out</html>");
    let probe = bench.deliver(&[]);
    assert_eq!((probe.client_id(), probe.asked_hold()), ("c1", Some(0)));
    let next = bench.request(Purpose::Connect);
    assert_eq!(next.asked_hold(), Some(1500));
    assert_eq!(next.request.timeout, Duration::from_millis(1500) + NETWORK);
    assert_eq!(bench.take_events().pop(), Some(Event::Resumed { gap: true }));
}

#[test]
fn row_60_on_another_network_there_may_be_no_such_proxy() {
    let mut bench = Bench::connected(&["/a"]);
    bench.now += seconds(3);
    bench.reply_raw(Purpose::Connect, 504, b"");
    bench.deliver(&[]);
    assert_eq!(bench.request(Purpose::Connect).asked_hold(), Some(1500));
    bench.input(Input::ReconnectNow);
    bench.deliver(&[]);
    assert_eq!(bench.request(Purpose::Connect).asked_hold(), None);
}

/// In a pause that the server asked for no connect is under way, but without acknowledgements any reply can bring messages.
#[test]
fn row_65_a_batch_that_is_given_up_for_a_fresh_connection_may_have_lost_messages() {
    for (batch, told) in [(None, true), (Some(0), false)] {
        let mut bench = match batch {
            None => Bench::connected(&["/a"]),
            Some(_) => Bench::acknowledging(&["/a"]),
        };
        let mut answer = bench.close_batch();
        answer["advice"] = json!({"interval": 2000, "timeout": 30000});
        bench.reply(Purpose::Connect, &json!([answer]));
        bench.subscribe("/b");
        let given_up = bench.request(Purpose::Batch).ticket;
        bench.input(Input::ReconnectNow);
        assert_eq!(bench.aborted, [given_up]);
        bench.grant_batch();
        let expected = [
            Event::Interrupted(Interruption::Asked),
            Event::Resumed { gap: true },
        ];
        assert_eq!(bench.take_events(), if told { &expected[..] } else { &[] });
        assert!(!bench.has(Purpose::Connect), "the pause is kept");
    }
}

#[test]
fn row_65_after_sleep_the_application_gets_a_fresh_connection_at_once() {
    let mut bench = Bench::connected(&["/a"]);
    bench.fail(Purpose::Connect, broken());
    bench.fail(Purpose::Connect, unreachable());
    bench.take_events();
    assert!(!bench.has(Purpose::Connect));
    bench.input(Input::ReconnectNow);
    assert!(bench.has(Purpose::Connect), "not waiting out the delay");
    bench.deliver(&[]);
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
}

/// Answers with a status and the wish to be left alone.
fn ask_for_a_pause(bench: &mut Bench, purpose: Purpose, status: u16, pause: Duration) {
    let ticket = bench.take(purpose).ticket;
    let reply = Reply {
        status,
        retry_after: Some(pause),
        ..Reply::default()
    };
    bench.input(Input::Replied { ticket, reply });
}

#[test]
fn row_60_a_gateway_that_asks_to_be_left_alone_is() {
    let mut bench = Bench::connected(&[]);
    bench.now += seconds(3);
    ask_for_a_pause(&mut bench, Purpose::Connect, 504, seconds(20));
    assert!(!bench.has(Purpose::Connect));
    assert_eq!(bench.wake(), seconds(20));
    assert!(bench.has(Purpose::Connect));
}

#[test]
fn a_batch_waits_as_long_as_the_server_asks_although_a_connect_succeeds() {
    let mut bench = Bench::connected(&[]);
    bench.subscribe("/a");
    ask_for_a_pause(&mut bench, Purpose::Batch, 503, seconds(20));
    bench.fail(Purpose::Connect, unreachable());
    let waited = bench.wake();
    bench.deliver(&[]);
    assert!(!bench.has(Purpose::Batch));
    assert_eq!(waited + bench.wake(), seconds(20));
    assert!(bench.has(Purpose::Batch));

    // Where the server asked for nothing, the pause was only a guess.
    bench.fail(Purpose::Batch, unreachable());
    bench.fail(Purpose::Connect, unreachable());
    bench.wake();
    if bench.has(Purpose::Connect) {
        bench.deliver(&[]);
    }
    assert!(bench.has(Purpose::Batch));
}
