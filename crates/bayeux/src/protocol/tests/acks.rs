//! The acknowledgement extension: nothing is lost, nothing comes twice, and what the server does not promise is not claimed.

use serde_json::json;

use super::*;

#[test]
fn row_29_each_connect_confirms_the_batch_before() {
    let mut bench = Bench::new();
    bench.batch = Some(0);
    bench.subscribe("/a");
    bench.grant_handshake("c1");
    bench.grant_batch();
    assert_eq!(bench.deliver(&[]).ack(), Some(0));
    assert_eq!(bench.deliver(&[event("/a", &json!(1))]).ack(), Some(1));
    assert_eq!(bench.request(Purpose::Connect).ack(), Some(2));
}

#[test]
fn row_29_a_server_may_begin_with_another_batch_or_not_take_part() {
    for (ext, first) in [
        (json!({"ack": true}), Some(0)),
        (json!({"ack": {"enabled": true, "batch": 7}}), Some(7)),
        (Value::Null, None),
        (json!({"ack": false}), None),
    ] {
        let mut bench = Bench::new();
        let answer = json!([{"channel": "/meta/handshake", "id": "1", "successful": true, "clientId": "c", "ext": ext}]);
        bench.reply(Purpose::Handshake, &answer);
        let connect = bench.request(Purpose::Connect);
        assert_eq!(connect.ack(), first, "{ext}");
        assert_eq!(connect.messages[0].get("ext").is_some(), first.is_some());
    }
}

#[test]
fn row_29_a_client_that_does_not_want_it_does_not_ask() {
    let mut bench = Bench::with(Config {
        ack: false,
        ..config()
    });
    assert_eq!(bench.request(Purpose::Handshake).messages[0].get("ext"), None);
    bench.batch = Some(0);
    bench.grant_handshake("c1");
    assert_eq!(bench.request(Purpose::Connect).ack(), None);
}

#[test]
fn row_30_a_new_session_begins_its_batches_anew() {
    let mut bench = Bench::acknowledging(&["/a"]);
    bench.deliver(&[event("/a", &json!(1))]);
    assert_eq!(bench.request(Purpose::Connect).ack(), Some(3));
    bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake"}));
    bench.grant_handshake("c2");
    bench.grant_batch();
    assert_eq!(bench.deliver(&[]).ack(), Some(0));
}

#[test]
fn row_28_a_lost_answer_comes_again_and_is_no_gap() {
    for error in [
        broken(),
        ExchangeError::TimedOut,
        ExchangeError::TooLarge { limit: 9 },
    ] {
        let mut bench = Bench::acknowledging(&["/a"]);
        bench.now += seconds(5);
        bench.fail(Purpose::Connect, error);
        bench.take_interruption();
        bench.wake();
        assert_eq!(bench.request(Purpose::Connect).ack(), Some(2), "not moved on");
        bench.deliver(&[event("/a", &json!(1)), event("/a", &json!(2))]);
        let events = bench.take_events();
        assert!(
            matches!(
                events.as_slice(),
                [
                    Event::Delivered(_),
                    Event::Delivered(_),
                    Event::Resumed { gap: false }
                ]
            ),
            "{events:?}"
        );
    }
}

#[test]
fn row_28_an_answer_that_cannot_be_read_is_asked_for_again() {
    let mut bench = Bench::acknowledging(&["/a"]);
    bench.reply_raw(
        Purpose::Connect,
        200,
        b"[{\"channel\":\"/a\",\"data\":1},{\"channel\":\"/me",
    );
    assert_eq!(bench.take_interruption(), "not-json");
    bench.wake();
    assert_eq!(bench.deliver(&[event("/a", &json!(1))]).ack(), Some(2));
    let events = bench.take_events();
    assert!(matches!(
        events.as_slice(),
        [Event::Delivered(_), Event::Resumed { gap: false }]
    ));
}

#[test]
fn row_28_messages_without_the_answer_that_closes_their_batch_are_not_used_for_they_come_again() {
    let mut bench = Bench::acknowledging(&["/a"]);
    bench.reply(Purpose::Connect, &json!([event("/a", &json!(1))]));
    assert_eq!(bench.take_interruption(), "unanswered");
    bench.wake();
    bench.deliver(&[event("/a", &json!(1))]);
    assert_eq!(bench.take_payloads(), [json!(1)], "once");
}

#[test]
fn row_28_a_batch_that_can_never_be_read_is_left_behind_with_its_session() {
    for body in [b"garbage".as_slice(), b"[{\"channel\":\"/a\",\"data\":1}]"] {
        let mut bench = Bench::acknowledging(&["/a"]);
        for _ in 0..3 {
            assert!(!bench.has(Purpose::Handshake));
            bench.reply_raw(Purpose::Connect, 200, body);
            bench.wake();
        }
        bench.take_events();
        bench.establish("c2");
        assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
    }
}

#[test]
fn row_25_a_late_answer_to_a_connect_that_was_given_up_delivers_nothing() {
    let mut bench = Bench::acknowledging(&["/a"]);
    let old = bench.request(Purpose::Connect).clone();
    bench.wake();
    bench.wake();
    bench.take_events();
    let mut answer = granted(&old.messages[0]);
    answer["ext"] = json!({"ack": 3});
    let body = json!([event("/a", &json!(1)), answer]).to_string();
    let reply = Reply {
        status: 200,
        body: body.into(),
        ..Reply::default()
    };
    bench.input(Input::Replied {
        ticket: old.ticket,
        reply,
    });
    assert_eq!(bench.take_events(), []);
    bench.deliver(&[event("/a", &json!(1))]);
    let events = bench.take_events();
    assert!(
        matches!(
            events.as_slice(),
            [Event::Delivered(_), Event::Resumed { gap: false }]
        ),
        "{events:?}"
    );
}

/// The second answer is held up on the way while the third connect is already answered.
#[test]
fn row_26_an_overtaken_answer_changes_neither_order_nor_number() {
    let mut bench = Bench::acknowledging(&["/a"]);
    bench.deliver(&[event("/a", &json!(1))]);
    let overtaken = bench.request(Purpose::Connect).clone();
    assert_eq!(overtaken.ack(), Some(3));
    bench.wake();
    bench.wake();
    assert_eq!(bench.request(Purpose::Connect).ack(), Some(3));
    bench.deliver(&[event("/a", &json!(2)), event("/a", &json!(3))]);
    let mut answer = granted(&overtaken.messages[0]);
    answer["ext"] = json!({"ack": 99});
    let reply = Reply {
        status: 200,
        body: json!([event("/a", &json!(2)), answer]).to_string().into(),
        ..Reply::default()
    };
    bench.input(Input::Replied {
        ticket: overtaken.ticket,
        reply,
    });
    assert_eq!(bench.take_payloads(), [json!(1), json!(2), json!(3)]);
    assert_eq!(bench.request(Purpose::Connect).ack(), Some(4));
}

#[test]
fn row_59_a_dead_connection_is_replaced_without_a_word() {
    let mut bench = Bench::acknowledging(&["/a"]);
    bench.fail(Purpose::Connect, broken());
    assert_eq!(bench.request(Purpose::Connect).ack(), Some(2));
    bench.deliver(&[event("/a", &json!(1))]);
    assert_eq!(bench.take_payloads(), [json!(1)]);
}

#[test]
fn row_60_a_proxy_that_loses_patience_is_nobodys_business_where_nothing_gets_lost() {
    let mut bench = Bench::acknowledging(&["/a"]);
    bench.now += seconds(3);
    bench.reply_raw(Purpose::Connect, 504, b"");
    bench.deliver(&[]);
    assert_eq!(bench.take_events(), []);
    assert_eq!(bench.request(Purpose::Connect).asked_hold(), Some(1500));
}

#[test]
fn a_failed_subscribe_loses_no_message_because_messages_come_with_connects_only() {
    let mut bench = Bench::acknowledging(&["/a"]);
    bench.subscribe("/b");
    bench.fail(Purpose::Batch, ExchangeError::TimedOut);
    bench.wake();
    bench.take_events();
    bench.grant_batch();
    assert_eq!(bench.take_events(), [Event::Resumed { gap: false }]);
}

#[test]
fn a_fresh_connection_on_demand_is_no_gap() {
    let mut bench = Bench::acknowledging(&["/a"]);
    bench.input(Input::ReconnectNow);
    bench.take_events();
    bench.deliver(&[]);
    assert_eq!(bench.take_events(), [Event::Resumed { gap: false }]);
}
