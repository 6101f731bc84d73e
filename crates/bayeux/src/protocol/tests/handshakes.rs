//! Making a session, and making another when it is lost.

use serde_json::json;

use super::*;
use crate::event::Closure;
use crate::failure::Failure;

#[test]
fn row_1_the_handshake_goes_alone_with_all_its_fields() {
    let bench = Bench::new();
    let handshake = bench.request(Purpose::Handshake);
    assert_eq!(handshake.request.url.path(), "/api/notifications/handshake");
    assert_eq!(handshake.request.timeout, NETWORK);
    assert_eq!(
        handshake.messages,
        [json!({
            "id": "1", "channel": "/meta/handshake", "version": "1.0", "minimumVersion": "1.0",
            "supportedConnectionTypes": ["long-polling"], "advice": {"timeout": 60000, "interval": 0},
            "ext": {"ack": true},
        })]
    );
    assert_eq!(bench.under_way.len(), 1);
}

#[test]
fn the_applications_extension_goes_with_the_handshake() {
    let ext = json!({"token": "t", "ack": "mine"}).as_object().cloned();
    let mut session = Session::start(
        Config {
            handshake_ext: ext,
            ..config()
        },
        Moment {
            elapsed: Duration::ZERO,
            wall: EPOCH,
        },
    );
    let Some(Output::Send { request, .. }) = session.next_output() else {
        panic!("no request")
    };
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(
        body[0]["ext"],
        json!({"token": "t", "ack": true}),
        "the reserved field stays ours"
    );
}

fn refuse(bench: &mut Bench, error: &str, advice: &Value) {
    let id = bench.request(Purpose::Handshake).id().clone();
    let answer = json!([{"channel": "/meta/handshake", "id": id, "successful": false, "error": error, "advice": advice}]);
    bench.reply(Purpose::Handshake, &answer);
}

#[test]
fn row_2_a_denied_handshake_is_final_when_the_server_says_so() {
    let mut bench = Bench::new();
    refuse(&mut bench, "403::denied", &json!({"reconnect": "none"}));
    assert!(matches!(bench.take_events().as_slice(),
        [Event::Closed(Closure::HandshakeRefused(error))] if error.code == Some(403)));
    assert_eq!(bench.session.deadline(), None);
    assert_eq!(bench.sent, 1);
}

#[test]
fn row_2_a_denied_handshake_without_advice_is_tried_again() {
    let mut bench = Bench::new();
    refuse(&mut bench, "403::denied", &Value::Null);
    assert_eq!(bench.take_interruption(), "refused");
    bench.wake();
    bench.establish("c1");
    assert_eq!(bench.take_events(), [Event::Connected]);
}

#[test]
fn row_3_three_unavailable_answers_are_waited_out_longer_each_time() {
    let mut bench = Bench::new();
    let mut delays = Vec::new();
    for _ in 0..3 {
        bench.reply_raw(Purpose::Handshake, 503, b"<html>busy</html>");
        delays.push(bench.wake());
    }
    for (delay, middle) in delays.iter().zip([1.0, 2.0, 4.0]) {
        let delay = delay.as_secs_f64();
        assert!(
            (middle * 0.5..=middle * 1.5).contains(&delay),
            "{delay} is not about {middle}"
        );
    }
    assert_eq!(bench.take_interruption(), "unavailable");
    bench.establish("c1");
    assert_eq!(bench.take_events(), [Event::Connected]);
}

#[test]
fn row_3_the_servers_own_delay_is_respected() {
    let mut bench = Bench::new();
    let ticket = bench.take(Purpose::Handshake).ticket;
    let reply = Reply {
        status: 503,
        retry_after: Some(seconds(20)),
        ..Reply::default()
    };
    bench.input(Input::Replied { ticket, reply });
    assert_eq!(bench.wake(), seconds(20));
}

#[test]
fn row_4_an_unreachable_server_is_tried_again_and_disconnect_stops_it() {
    let mut bench = Bench::new();
    for _ in 0..4 {
        bench.fail(Purpose::Handshake, unreachable());
        bench.wake();
    }
    assert_eq!(bench.take_interruption(), "unreachable");
    bench.fail(Purpose::Handshake, unreachable());
    bench.input(Input::Disconnect);
    assert_eq!(bench.take_events(), [Event::Closed(Closure::Disconnected)]);
    assert_eq!(bench.session.deadline(), None);
}

#[test]
fn row_4_a_new_cause_is_told_and_an_old_one_is_not_repeated() {
    let mut bench = Bench::new();
    for error in [
        unreachable(),
        unreachable(),
        broken(),
        broken(),
        ExchangeError::TimedOut,
    ] {
        bench.fail(Purpose::Handshake, error);
        bench.wake();
    }
    let told: Vec<_> = bench
        .take_events()
        .into_iter()
        .map(|event| match event {
            Event::Interrupted(why) => why.code(),
            event => panic!("{event:?}"),
        })
        .collect();
    assert_eq!(told, ["unreachable", "broken", "timed-out"]);
}

#[test]
fn row_5_no_common_transport_is_final_and_no_connect_is_sent() {
    for offered in [json!([]), json!(["callback-polling"])] {
        let mut bench = Bench::new();
        let answer = json!([{"channel": "/meta/handshake", "id": "1", "successful": true, "clientId": "c",
            "supportedConnectionTypes": offered}]);
        bench.reply(Purpose::Handshake, &answer);
        assert!(matches!(
            bench.take_events().as_slice(),
            [Event::Closed(Closure::NoCommonTransport { .. })]
        ));
        assert_eq!(bench.sent, 1);
    }
}

#[test]
fn row_6_an_unsupported_type_is_final_although_the_server_advises_another_handshake() {
    let mut bench = Bench::new();
    refuse(
        &mut bench,
        "301:long-polling:Connection types not supported",
        &json!({"reconnect": "handshake"}),
    );
    assert!(matches!(
        bench.take_events().as_slice(),
        [Event::Closed(Closure::NoCommonTransport { .. })]
    ));
}

#[test]
fn row_14_a_forgotten_session_is_made_anew_at_once_with_all_its_channels() {
    let mut bench = Bench::connected(&["/a", "/b"]);
    bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake", "interval": 0}));
    assert!(bench.take_events().iter().all(is_session_lost));
    bench.grant_handshake("c2");
    let batch = bench.grant_batch();
    assert_eq!(batch.subscriptions(), ["/a", "/b"]);
    assert_eq!(batch.client_id(), "c2");
    assert_eq!(bench.take_events(), []);
    bench.deliver(&[event("/a", &json!(1))]);
    let events = bench.take_events();
    assert!(matches!(&events[0], Event::Delivered(_)));
    assert_eq!(events[1..], [Event::Resumed { gap: true }]);
    assert_eq!(bench.request(Purpose::Connect).client_id(), "c2");
    assert_eq!(bench.now, Duration::ZERO, "nothing was waited for");
}

#[test]
fn row_14_the_words_of_other_servers_mean_a_forgotten_session_too() {
    for error in [
        "401:abc:Unknown client",
        "402::session_unknown",
        "403::Unknown client",
    ] {
        let mut bench = Bench::connected(&[]);
        bench.refuse_connect(error, &Value::Null);
        assert!(bench.has(Purpose::Handshake), "{error}");
    }
}

#[test]
fn row_16_a_server_that_forgets_every_session_is_given_up_after_five_handshakes() {
    let mut bench = Bench::new();
    let mut handshakes = 0;
    while !bench.session.is_closed() {
        if bench.has(Purpose::Handshake) {
            handshakes += 1;
            bench.grant_handshake("c");
            bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake"}));
        } else {
            bench.wake();
        }
    }
    assert_eq!(handshakes, 5);
    assert!(
        bench.now >= seconds(3),
        "they were spread over time: {:?}",
        bench.now
    );
    let last = bench.take_events().pop();
    assert_eq!(
        last,
        Some(Event::Closed(Closure::SessionNotKept { handshakes: 5 }))
    );
}

#[test]
fn row_16_answering_only_the_first_connect_does_not_hide_that_sessions_are_forgotten() {
    let mut bench = Bench::new();
    while !bench.session.is_closed() {
        assert!(bench.sent < 30, "an endless loop");
        if bench.has(Purpose::Handshake) {
            bench.grant_handshake("c");
            bench.deliver(&[]);
            bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake"}));
        } else {
            bench.wake();
        }
    }
}

#[test]
fn row_16_sessions_that_are_lost_because_nothing_got_through_say_nothing_about_cookies() {
    let mut bench = Bench::new();
    for _ in 0..20 {
        bench.grant_handshake("c");
        assert_eq!(bench.wake(), NETWORK);
        bench.wake();
        bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake"}));
        if !bench.has(Purpose::Handshake) {
            bench.wake();
        }
    }
    bench.establish("c");
    assert_eq!(bench.take_events().pop(), Some(Event::Connected));
}

#[test]
fn row_17_a_restarted_server_is_found_again() {
    let mut bench = Bench::connected(&["/a"]);
    bench.fail(Purpose::Connect, broken());
    assert_eq!(bench.take_interruption(), "broken");
    // The first try comes at once, in case only the connection was dead.
    for _ in 0..3 {
        bench.fail(Purpose::Connect, unreachable());
        bench.wake();
    }
    bench.take_events();
    bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake"}));
    bench.take_events();
    bench.establish("c2");
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
    bench.deliver(&[event("/a", &json!("back"))]);
    assert_eq!(bench.take_payloads(), [json!("back")]);
    assert!(bench.now < seconds(30));
}

#[test]
fn row_18_a_session_that_must_be_forgotten_by_now_is_not_asked_for() {
    let mut bench = Bench::new();
    let answer = json!([{"channel": "/meta/handshake", "id": "1", "successful": true, "clientId": "c",
        "advice": {"timeout": 1000, "interval": 0, "maxInterval": 2000}}]);
    bench.reply(Purpose::Handshake, &answer);
    // It keeps a session for the three seconds of timeout and maxInterval.
    let mut tries = 0;
    while !bench.has(Purpose::Handshake) {
        assert!(bench.now <= seconds(3), "still asking for a session that is gone");
        bench.fail(Purpose::Connect, unreachable());
        bench.wake();
        tries += 1;
    }
    assert!(tries >= 2, "it is asked for as long as it may be there");
}

#[test]
fn row_21_a_handshake_without_answer_fails_and_is_tried_again() {
    let mut bench = Bench::new();
    assert_eq!(bench.wake(), NETWORK);
    assert_eq!(bench.take_interruption(), "timed-out");
    assert_eq!(bench.aborted.len(), 1);
    bench.wake();
    assert!(bench.has(Purpose::Handshake));
}

#[test]
fn row_31_messages_in_the_handshakes_answer_are_delivered_before_the_first_connect() {
    let mut bench = Bench::new();
    bench.subscribe("/a");
    let answer = json!([
        {"channel": "/meta/handshake", "id": "1", "successful": true, "clientId": "c", "x-messages": 2},
        event("/a", &json!(1)), event("/a", &json!(2)),
    ]);
    bench.reply(Purpose::Handshake, &answer);
    assert_eq!(bench.take_payloads(), [json!(1), json!(2)]);
    assert!(!bench.has(Purpose::Connect));
}

#[test]
fn row_55_a_signed_out_client_waits_and_goes_on_once_it_is_told() {
    let mut bench = Bench::connected(&["/a"]);
    bench.reply_raw(Purpose::Connect, 401, b"");
    assert_eq!(bench.take_interruption(), "not-authenticated");
    bench.renew(Renewal::Credentials, Renewed::NotHere);
    assert_eq!(bench.session.deadline(), None);
    assert!(bench.under_way.is_empty());
    bench.input(Input::CredentialsRefreshed);
    bench.establish("c2");
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
    bench.reply_raw(Purpose::Connect, 403, b"");
    bench.input(Input::CredentialsRefreshed);
    assert!(bench.has(Purpose::Handshake), "a later sign-out is a new story");
}

#[test]
fn row_55_a_sign_in_that_does_not_help_is_final() {
    let mut bench = Bench::new();
    bench.reply_raw(Purpose::Handshake, 401, b"");
    bench.input(Input::CredentialsRefreshed);
    bench.take_events();
    bench.reply_raw(Purpose::Handshake, 401, b"");
    let failure = Failure::NotAuthenticated { status: Some(401) };
    assert_eq!(bench.take_events(), [Event::Closed(Closure::Failed(failure))]);
}

#[test]
fn row_57_a_redirect_and_a_page_of_html_mean_signed_out() {
    for (status, body) in [
        (302, b"".as_slice()),
        (200, b"<!doctype html><title>Sign in</title>"),
    ] {
        let mut bench = Bench::new();
        bench.reply_raw(Purpose::Handshake, status, body);
        assert_eq!(bench.take_interruption(), "not-authenticated");
        assert!(bench.under_way.is_empty());
    }
}

#[test]
fn the_application_may_know_first_that_it_is_signed_out() {
    let mut bench = Bench::connected(&["/a"]);
    bench.input(Input::HttpSessionGone);
    assert_eq!(bench.take_interruption(), "not-authenticated");
    assert!(bench.under_way.is_empty());
    bench.input(Input::ReconnectNow);
    assert!(bench.under_way.is_empty(), "there is nothing to reconnect with");
    bench.input(Input::CredentialsRefreshed);
    bench.establish("c2");
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
}

#[test]
fn row_59_a_handshake_on_a_dead_connection_is_sent_again_at_once_and_once() {
    let mut bench = Bench::new();
    bench.fail(Purpose::Handshake, broken());
    assert!(bench.has(Purpose::Handshake));
    assert_eq!(bench.take_events(), []);
    bench.fail(Purpose::Handshake, broken());
    assert!(!bench.has(Purpose::Handshake));
    assert_eq!(bench.take_interruption(), "broken");
}

#[test]
fn row_66_no_endpoint_is_final_at_first_and_waited_for_later() {
    let mut bench = Bench::new();
    bench.reply_raw(Purpose::Handshake, 404, b"");
    let failure = Failure::WrongAddress { status: 404 };
    assert_eq!(bench.take_events(), [Event::Closed(Closure::Failed(failure))]);

    let mut bench = Bench::connected(&["/a"]);
    for status in [404, 503, 404] {
        bench.reply_raw(Purpose::Connect, status, b"");
        bench.wake();
    }
    bench.take_events();
    bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake"}));
    bench.take_events();
    bench.establish("c2");
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
}

#[test]
fn a_server_that_does_not_understand_is_given_up_the_third_time() {
    let mut bench = Bench::connected(&[]);
    bench.reply_raw(Purpose::Connect, 400, b"");
    bench.wake();
    bench.grant_handshake("c2");
    bench.reply_raw(Purpose::Connect, 400, b"");
    bench.wake();
    bench.grant_handshake("c3");
    bench.reply_raw(Purpose::Connect, 400, b"");
    assert_eq!(
        bench.take_events().pop(),
        Some(Event::Closed(Closure::Failed(Failure::BadRequest)))
    );
}

#[test]
fn an_untrusted_certificate_and_a_proxy_without_credentials_are_final() {
    let mut bench = Bench::new();
    bench.fail(
        Purpose::Handshake,
        ExchangeError::Certificate("unknown issuer".to_owned()),
    );
    assert!(bench.session.is_closed());
    let mut bench = Bench::new();
    bench.reply_raw(Purpose::Handshake, 407, b"");
    assert!(bench.session.is_closed());
}
