//! Subscriptions and publications.

use serde_json::json;

use super::*;
use crate::event::Closure;
use crate::failure::Failure;

/// Answers the batch: grants all but the channels in `refused`, which get the error.
fn answer_batch(bench: &mut Bench, refused: &[&str], error: &str) {
    let answer = |message: &Value| {
        let mut answer = granted(message);
        if message["subscription"]
            .as_str()
            .is_some_and(|channel| refused.contains(&channel))
        {
            answer["successful"] = json!(false);
            answer["error"] = json!(error);
        }
        answer
    };
    let answers: Vec<_> = bench
        .request(Purpose::Batch)
        .messages
        .iter()
        .map(answer)
        .collect();
    bench.reply(Purpose::Batch, &Value::Array(answers));
}

#[test]
fn row_15_a_forgotten_session_shows_on_a_subscribe_and_the_held_connect_is_given_up() {
    let mut bench = Bench::connected(&["/a"]);
    let held = bench.request(Purpose::Connect).ticket;
    bench.subscribe("/b");
    answer_batch(&mut bench, &["/b"], UNKNOWN);
    assert!(bench.aborted.contains(&held));
    assert!(is_session_lost(&bench.take_events()[0]));
    bench.grant_handshake("c2");
    assert_eq!(bench.grant_batch().subscriptions(), ["/a", "/b"]);
    bench.deliver(&[]);
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
}

#[test]
fn row_15_a_publication_refused_for_a_forgotten_session_fails_cleanly() {
    let mut bench = Bench::connected(&[]);
    bench.publish(7, "/a");
    let id = bench.request(Purpose::Batch).id().clone();
    bench.reply(
        Purpose::Batch,
        &json!([{"channel": "/a", "id": id, "successful": false, "error": UNKNOWN}]),
    );
    assert!(matches!(
        bench.published.as_slice(),
        [(7, Err(PublishError::Refused(_)))]
    ));
    assert!(bench.has(Purpose::Handshake));
    bench.establish("c2");
    assert!(!bench.has(Purpose::Batch), "it is not sent again");
}

#[test]
fn row_32_messages_in_any_reply_are_delivered_and_the_reply_is_still_understood() {
    let mut bench = Bench::connected(&["/a"]);
    bench.publish(1, "/x");
    let answer = granted(&bench.request(Purpose::Batch).messages[0]);
    bench.reply(
        Purpose::Batch,
        &json!([event("/a", &json!(1)), answer, event("/a", &json!(2))]),
    );
    assert_eq!(bench.take_payloads(), [json!(1), json!(2)]);
    assert_eq!(bench.published, [(1, Ok(()))]);
}

#[test]
fn row_38_a_refused_channel_is_reported_and_forgotten_while_the_others_work() {
    let mut bench = Bench::new();
    bench.subscribe("/a");
    bench.subscribe("/secret");
    bench.subscribe("/secret");
    bench.grant_handshake("c1");
    answer_batch(
        &mut bench,
        &["/secret"],
        "403:denied_by_security_policy:subscribe_denied",
    );
    let events = bench.take_events();
    assert!(matches!(events.as_slice(),
        [Event::SubscriptionRefused { channel, error }] if channel == "/secret" && error.code == Some(403)));
    bench.deliver(&[event("/a", &json!(1)), event("/secret", &json!(2))]);
    let events = bench.take_events();
    assert!(
        matches!(events.as_slice(), [Event::Delivered(message), Event::Connected] if &*message.channel == "/a")
    );

    bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake"}));
    bench.grant_handshake("c2");
    assert_eq!(
        bench.grant_batch().subscriptions(),
        ["/a"],
        "it is not asked for again"
    );
}

#[test]
fn channels_wanted_from_the_start_are_asked_for_in_the_first_batch_of_each_session_and_grants_are_told() {
    let channels = ["/a", "/secret", "/service/x"].map(|channel| Channel::new(channel).unwrap());
    let mut bench = Bench::with(Config {
        channels: channels.to_vec(),
        report_subscriptions: true,
        ..config()
    });
    bench.subscribe("/a");
    bench.grant_handshake("c1");
    assert_eq!(
        bench.request(Purpose::Batch).subscriptions(),
        ["/a", "/secret"],
        "before the first connect"
    );
    assert!(!bench.has(Purpose::Connect));
    answer_batch(&mut bench, &["/secret"], "403::denied");
    let subscribed = |channel: &str| Event::Subscribed {
        channel: channel.to_owned(),
    };
    let events = bench.take_events();
    assert_eq!(events.len(), 2, "{events:?}");
    assert!(events.contains(&subscribed("/a")));
    bench.deliver(&[]);
    assert_eq!(bench.take_events(), [Event::Connected]);
    bench.subscribe("/b");
    bench.grant_batch();
    assert_eq!(bench.take_events(), [subscribed("/b")]);

    bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake"}));
    bench.take_events();
    bench.establish("c2");
    assert_eq!(
        bench.take_events(),
        [subscribed("/a"), subscribed("/b"), Event::Resumed { gap: true }]
    );
}

#[test]
fn row_38_a_refusal_with_advice_to_shake_hands_costs_the_channel_and_cannot_loop() {
    let mut bench = Bench::connected(&[]);
    bench.subscribe("/secret");
    let id = bench.request(Purpose::Batch).id().clone();
    let answer = json!([{"channel": "/meta/subscribe", "id": id, "successful": false, "error": "403::denied",
        "advice": {"reconnect": "handshake"}}]);
    bench.reply(Purpose::Batch, &answer);
    bench.grant_handshake("c2");
    assert!(!bench.has(Purpose::Batch));
}

#[test]
fn row_38_a_channel_without_answer_beside_answered_ones_counts_as_refused() {
    let mut bench = Bench::new();
    bench.subscribe("/a");
    bench.subscribe("/b");
    bench.grant_handshake("c");
    let only_a = granted(&bench.request(Purpose::Batch).messages[0]);
    bench.reply(Purpose::Batch, &json!([only_a]));
    assert!(matches!(bench.take_events().as_slice(),
        [Event::SubscriptionRefused { channel, .. }] if channel == "/b"));
}

#[test]
fn row_39_a_channel_wanted_twice_is_subscribed_once_and_unsubscribed_with_the_last() {
    let mut bench = Bench::connected(&[]);
    bench.subscribe("/a");
    bench.subscribe("/a");
    assert_eq!(bench.grant_batch().messages.len(), 1);
    bench.unsubscribe("/a");
    assert!(!bench.has(Purpose::Batch));
    bench.unsubscribe("/a");
    let batch = bench.grant_batch();
    assert_eq!(batch.messages[0]["channel"], "/meta/unsubscribe");
    bench.unsubscribe("/a");
    assert!(!bench.has(Purpose::Batch), "once too often does nothing");
    bench.deliver(&[event("/a", &json!(1))]);
    assert_eq!(bench.take_payloads(), Vec::<Value>::new());
}

#[test]
fn row_39_wanting_and_giving_up_before_it_is_sent_cancel_out() {
    let mut bench = Bench::new();
    bench.subscribe("/a");
    bench.unsubscribe("/a");
    bench.grant_handshake("c1");
    assert!(!bench.has(Purpose::Batch));
    assert!(bench.has(Purpose::Connect));
}

#[test]
fn row_40_a_message_is_delivered_once_however_many_patterns_match() {
    let mut bench = Bench::connected(&["/a/*", "/a/**", "/a/b"]);
    bench.deliver(&[
        event("/a", &json!(0)),
        event("/a/b", &json!(1)),
        event("/a/b/c", &json!(2)),
    ]);
    assert_eq!(bench.take_payloads(), [json!(1), json!(2)]);
}

#[test]
fn service_channels_are_never_subscribed_on_the_wire() {
    let mut bench = Bench::connected(&[]);
    bench.subscribe("/service/echo");
    assert!(!bench.has(Purpose::Batch));
    bench.deliver(&[event("/service/echo", &json!(1))]);
    assert_eq!(bench.take_payloads(), [json!(1)]);
}

#[test]
fn row_41_what_is_asked_before_the_handshake_goes_in_one_batch_before_the_first_connect() {
    let mut bench = Bench::new();
    bench.publish(1, "/x");
    bench.subscribe("/a");
    bench.subscribe("/b");
    assert_eq!(bench.under_way.len(), 1, "held back");
    bench.grant_handshake("c1");
    assert!(!bench.has(Purpose::Connect));
    let batch = bench.grant_batch();
    assert_eq!(batch.request.url.path(), "/api/notifications");
    let channels: Vec<_> = batch
        .messages
        .iter()
        .map(|message| message["channel"].as_str().unwrap())
        .collect();
    assert_eq!(channels.len(), 3);
    assert_eq!(batch.subscriptions(), ["/a", "/b"]);
    assert!(channels.contains(&"/x"));
    assert!(bench.has(Purpose::Connect));
    assert_eq!(bench.published, [(1, Ok(()))]);
}

#[test]
fn row_42_nothing_is_sent_after_a_refused_handshake() {
    let mut bench = Bench::new();
    bench.publish(1, "/x");
    let answer = json!([{"channel": "/meta/handshake", "id": "1", "successful": false, "error": "403::denied",
        "advice": {"reconnect": "none"}}]);
    bench.reply(Purpose::Handshake, &answer);
    bench.publish(2, "/x");
    bench.subscribe("/a");
    assert_eq!(
        bench.published,
        [(1, Err(PublishError::Closed)), (2, Err(PublishError::Closed))]
    );
    assert!(bench.under_way.is_empty());
}

#[test]
fn row_43_a_publication_fails_while_the_network_is_down_and_is_not_sent_later() {
    let mut bench = Bench::connected(&[]);
    bench.publish(1, "/x");
    bench.fail(Purpose::Batch, unreachable());
    assert_eq!(bench.published, [(1, Err(PublishError::NotConnected))]);
    bench.publish(2, "/x");
    bench.wake();
    bench.fail(Purpose::Batch, ExchangeError::TimedOut);
    assert_eq!(
        bench.published[1],
        (2, Err(PublishError::Unconfirmed(Failure::TimedOut)))
    );
    bench.fail(Purpose::Connect, unreachable());
    bench.publish(3, "/x");
    assert_eq!(bench.published[2], (3, Err(PublishError::NotConnected)));
    bench.wake();
    bench.deliver(&[]);
    assert!(!bench.has(Purpose::Batch));
}

#[test]
fn row_44_publications_that_wait_go_in_one_request_in_order() {
    let mut bench = Bench::connected(&[]);
    for publication in 0..4 {
        bench.publish(publication, "/x");
    }
    assert_eq!(bench.grant_batch().messages.len(), 1);
    let numbers = |sent: &Sent| -> Vec<_> {
        sent.messages
            .iter()
            .map(|message| message["data"]["number"].clone())
            .collect()
    };
    assert_eq!(numbers(&bench.grant_batch()), [json!(1), json!(2), json!(3)]);
    assert_eq!(bench.published.len(), 4);
}

#[test]
fn row_44_a_batch_of_the_application_is_one_request_in_order() {
    let mut bench = Bench::connected(&[]);
    let publish = |publication| Input::Publish {
        publication,
        channel: Channel::plain("/x").unwrap(),
        data: json!(publication),
    };
    let subscribe = Input::Subscribe(Channel::new("/a").unwrap());
    bench.input(Input::Together(vec![publish(1), subscribe, publish(2)]));
    let batch = bench.grant_batch();
    let channels: Vec<_> = batch.messages.iter().map(|message| &message["channel"]).collect();
    assert_eq!(channels, ["/x", "/meta/subscribe", "/x"]);
    assert_eq!(bench.published, [(1, Ok(())), (2, Ok(()))]);
}

#[test]
fn row_43_what_waits_behind_a_failed_publication_does_not_overtake_it() {
    let mut bench = Bench::connected(&[]);
    bench.publish(1, "/x");
    bench.publish(2, "/x");
    bench.fail(Purpose::Batch, unreachable());
    assert_eq!(
        bench.published,
        [
            (1, Err(PublishError::NotConnected)),
            (2, Err(PublishError::NotConnected))
        ]
    );
}

#[test]
fn a_batch_that_is_too_large_for_the_server_is_cut_in_smaller_ones() {
    let mut bench = Bench::new();
    for number in 0..8 {
        bench.subscribe(&format!("/a/{number}"));
    }
    bench.publish(1, "/x");
    bench.grant_handshake("c1");
    let mut answered = Vec::new();
    while bench.has(Purpose::Batch) {
        if bench.request(Purpose::Batch).messages.len() > 2 {
            bench.reply_raw(Purpose::Batch, 413, b"");
            assert!(!bench.has(Purpose::Connect), "all of it goes before the connect");
        } else {
            answered.extend(bench.grant_batch().messages);
        }
    }
    assert_eq!(answered.len(), 9, "each exactly once");
    assert_eq!(bench.published, [(1, Ok(()))], "nothing was taken the first time");
    bench.deliver(&[]);
    assert_eq!(bench.take_events(), [Event::Connected]);
}

#[test]
fn a_message_that_is_too_large_by_itself_is_refused() {
    let mut bench = Bench::connected(&[]);
    bench.publish(1, "/x");
    bench.reply_raw(Purpose::Batch, 413, b"");
    assert_eq!(bench.published, [(1, Err(PublishError::TooLarge))]);
    bench.subscribe("/a");
    bench.reply_raw(Purpose::Batch, 413, b"");
    assert!(matches!(
        bench.take_events().as_slice(),
        [Event::SubscriptionRefused { .. }]
    ));
    assert!(bench.has(Purpose::Connect));
}

#[test]
fn no_more_publications_wait_than_allowed() {
    let mut bench = Bench::with(Config {
        max_queued: 2,
        ..config()
    });
    for publication in 1..=3 {
        bench.publish(publication, "/x");
    }
    assert_eq!(bench.published, [(3, Err(PublishError::QueueFull))]);
}

#[test]
fn a_failed_subscribe_is_sent_again_and_tells_of_a_possible_gap() {
    let mut bench = Bench::connected(&[]);
    bench.subscribe("/a");
    bench.fail(Purpose::Batch, ExchangeError::TimedOut);
    assert_eq!(bench.take_interruption(), "timed-out");
    assert!(bench.has(Purpose::Connect), "the held connect is left alone");
    bench.wake();
    bench.grant_batch();
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
}

#[test]
fn a_first_batch_that_fails_does_not_keep_the_connect_from_being_tried() {
    let mut bench = Bench::new();
    bench.subscribe("/a");
    bench.grant_handshake("c1");
    bench.now += seconds(5);
    bench.fail(Purpose::Batch, broken());
    bench.wake();
    assert_eq!(bench.take_interruption(), "broken");
    bench.deliver(&[]);
    assert_eq!(
        bench.take_events(),
        [],
        "not connected while a channel is unanswered"
    );
    bench.grant_batch();
    assert_eq!(bench.take_events(), [Event::Connected]);
}

#[test]
fn row_59_a_subscribe_on_a_dead_connection_is_sent_again_at_once_but_a_publication_is_not() {
    let mut bench = Bench::new();
    bench.subscribe("/a");
    bench.publish(1, "/x");
    bench.grant_handshake("c1");
    bench.fail(Purpose::Batch, broken());
    assert!(matches!(
        bench.published.as_slice(),
        [(1, Err(PublishError::Unconfirmed(_)))]
    ));
    assert_eq!(bench.request(Purpose::Batch).messages.len(), 1);
    assert!(!bench.has(Purpose::Connect));
    bench.grant_batch();
    bench.deliver(&[]);
    assert_eq!(bench.take_events(), [Event::Connected], "nobody was troubled");

    bench.subscribe("/b");
    bench.fail(Purpose::Batch, broken());
    assert_eq!(bench.take_interruption(), "broken");
    assert!(bench.has(Purpose::Batch), "at once, but what it brought is lost");
    bench.fail(Purpose::Batch, broken());
    assert!(!bench.has(Purpose::Batch), "only once");
}

#[test]
fn json_of_somebody_else_refuses_no_channel() {
    let mut bench = Bench::connected(&[]);
    bench.subscribe("/a");
    bench.reply(
        Purpose::Batch,
        &json!({"code": 20, "message": "not a Bayeux reply"}),
    );
    assert_eq!(bench.take_interruption(), "unanswered");
    bench.wake();
    bench.grant_batch();
    assert_eq!(bench.take_events(), [Event::Resumed { gap: false }]);
}

/// Answers the batch, which has one message, so: granted or refused, with this advice.
fn answer_with_advice(bench: &mut Bench, successful: bool, advice: &Value) {
    let mut answer = granted(&bench.request(Purpose::Batch).messages[0]);
    answer["successful"] = json!(successful);
    answer["error"] = json!(if successful { "" } else { "403::denied" });
    answer["advice"] = advice.clone();
    bench.reply(Purpose::Batch, &json!([answer]));
}

#[test]
fn row_36_a_server_may_end_the_session_with_any_answer() {
    for successful in [true, false] {
        let mut bench = Bench::connected(&[]);
        bench.publish(1, "/x");
        answer_with_advice(&mut bench, successful, &json!({"reconnect": "none"}));
        assert_eq!(bench.published.len(), 1);
        assert_eq!(bench.published[0].1.is_ok(), successful, "its own outcome");
        assert!(matches!(
            bench.take_events().as_slice(),
            [Event::Closed(Closure::ByServer(_))]
        ));
        assert!(bench.under_way.is_empty());
    }
}

#[test]
fn row_35_new_advice_counts_whatever_answer_it_comes_with() {
    let mut bench = Bench::connected(&[]);
    bench.subscribe("/a");
    answer_with_advice(&mut bench, true, &json!({"reconnect": "retry", "interval": 3000}));
    bench.deliver(&[]);
    assert!(!bench.has(Purpose::Connect));
    assert_eq!(bench.wake(), seconds(3));
    assert!(bench.has(Purpose::Connect));
}
