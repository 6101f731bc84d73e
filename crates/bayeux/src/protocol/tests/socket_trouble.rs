//! A WebSocket in trouble: when it is refused, when it must not be used again, and when it says nothing of the other transport.

use serde_json::json;

use super::sockets::refused;
use super::*;
use crate::event::Closure;
use crate::transport::Transport;

#[test]
fn row_45_a_farewell_that_finds_no_web_socket_is_no_new_beginning() {
    let mut bench = Bench::over_socket(Some(0));
    bench.now += seconds(5);
    bench.break_socket(broken());
    for _ in 0..2 {
        bench.wake();
        bench.break_socket(refused(400));
    }
    bench.input(Input::Disconnect);
    assert_eq!(bench.sockets.len(), 4, "the farewell opens one");
    bench.take_events();
    bench.break_socket(refused(400));
    assert_eq!(bench.take_events(), [Event::Closed(Closure::Disconnected)]);
    assert_eq!(bench.sent, 0);
}

#[test]
fn fresh_credentials_make_a_session_over_a_fresh_web_socket() {
    let mut bench = Bench::over_socket(Some(0));
    bench.frame();
    let old = bench.socket();
    // Not confirmed: it belongs to the old session, which may send it again only to itself.
    bench.push(&json!([event("/a", &json!(1))]));
    bench.input(Input::CredentialsRefreshed);
    assert_eq!(
        bench.aborted.last(),
        Some(&old),
        "its upgrade has the old cookies"
    );
    assert_eq!(bench.sockets.len(), 2);
    bench.take_interruption();
    bench.batch = Some(0);
    bench.open();
    for _ in 0..3 {
        bench.grant_frame();
    }
    bench.input(Input::Received {
        ticket: old,
        body: json!([event("/a", &json!(1))]).to_string().into(),
    });
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
}

#[test]
fn row_64_a_handshake_at_another_host_goes_over_a_web_socket_to_that_host() {
    let elsewhere = |error: &str| json!({"reconnect": "handshake", "hosts": ["other.example"], "error": error, "interval": 0});
    let allowing = || {
        Bench::with(Config {
            transports: vec![Transport::WebSocket, Transport::LongPolling],
            allowed_hosts: vec!["other.example".to_owned()],
            ..config()
        })
    };
    // Whether a session was lost,
    let mut bench = allowing();
    bench.open();
    bench.grant_frame();
    let connect = bench.frame();
    bench.push(
        &json!([{"channel": "/meta/connect", "id": connect[0]["id"], "successful": false, "error": UNKNOWN,
        "advice": elsewhere("")}]),
    );
    assert_eq!(bench.sockets.len(), 2);
    assert_eq!(bench.sockets[1].1.url.host_str(), Some("other.example"));
    assert!(bench.frames.is_empty(), "not over the old one");

    // or none was made,
    let mut bench = allowing();
    bench.open();
    let handshake = bench.frame();
    bench.push(
        &json!([{"channel": "/meta/handshake", "id": handshake[0]["id"], "successful": false, "error": "500::",
        "advice": elsewhere("")}]),
    );
    bench.wake();
    assert_eq!(bench.sockets[1].1.url.host_str(), Some("other.example"));

    // and back again.
    bench.open();
    let handshake = bench.frame();
    bench.push(&json!([{"channel": "/meta/handshake", "id": handshake[0]["id"], "successful": true}]));
    bench.wake();
    assert_eq!(bench.sockets[2].1.url.host_str(), Some("server"));
}

#[test]
fn row_65_a_handshake_that_may_hang_on_a_dead_web_socket_is_made_on_a_new_one() {
    // While it opens,
    let mut bench = Bench::preferring_sockets();
    for round in 2..=3 {
        bench.input(Input::ReconnectNow);
        assert_eq!(bench.sockets.len(), round);
    }
    bench.open();
    bench.frame();
    assert!(bench.frames.is_empty(), "one handshake and no more");

    // while the handshake is under way,
    bench.input(Input::ReconnectNow);
    assert_eq!(bench.sockets.len(), 4);
    bench.open();

    // and while the next one is due.
    let handshake = bench.frame();
    bench.push(
        &json!([{"channel": "/meta/handshake", "id": handshake[0]["id"], "successful": false, "error": "500::"}]),
    );
    bench.input(Input::ReconnectNow);
    assert_eq!(bench.sockets.len(), 5);
    bench.open();
    bench.grant_frame();
    bench.grant_frame();
}

#[test]
fn row_9_a_web_socket_that_was_refused_while_signed_out_is_tried_again_with_fresh_credentials() {
    let mut bench = Bench::preferring_sockets();
    bench.break_socket(refused(401));
    bench.reply_raw(Purpose::Handshake, 401, b"");
    bench.renew(Renewal::Credentials, Renewed::Done);
    assert_eq!(bench.sockets.len(), 2);
    bench.open();
    bench.grant_frame();
    bench.grant_frame();
    assert_eq!(bench.session.transport(), Transport::WebSocket);
}

#[test]
fn row_9_a_web_socket_that_was_refused_alone_is_not_tried_again_with_fresh_credentials() {
    let mut bench = Bench::preferring_sockets();
    bench.break_socket(refused(400));
    bench.establish("c1");
    bench.reply_raw(Purpose::Connect, 401, b"");
    bench.renew(Renewal::Credentials, Renewed::Done);
    assert_eq!(bench.sockets.len(), 1);
    bench.establish("c2");
}

#[test]
fn a_server_that_opens_no_web_socket_and_asks_to_be_left_alone_is() {
    let busy = || ExchangeError::UpgradeRefused {
        status: Some(503),
        retry_after: Some(seconds(20)),
    };
    let mut bench = Bench::preferring_sockets();
    bench.break_socket(busy());
    assert!(bench.under_way.is_empty(), "not by the other transport either");
    assert_eq!(bench.take_interruption(), "unavailable");
    assert_eq!(bench.wake(), seconds(20));
    bench.establish("c1");
    assert_eq!(bench.take_events(), [Event::Connected]);

    let mut bench = Bench::over_socket(None);
    bench.now += seconds(5);
    bench.break_socket(broken());
    bench.wake();
    bench.break_socket(busy());
    assert_eq!(bench.wake(), seconds(20));
    assert_eq!(bench.sockets.len(), 3);
}

#[test]
fn row_28_a_batch_whose_closing_answer_cannot_be_read_does_not_come_for_ever() {
    let mut bench = Bench::over_socket(Some(0));
    for round in 1..=3 {
        let connect = bench.frame();
        assert_eq!(connect[0]["channel"], "/meta/connect", "round {round}");
        let id = &connect[0]["id"];
        bench.push(&json!([event("/a", &json!("never closed"))]));
        let ticket = bench.socket();
        let body = format!(
            r#"[{{"channel":"/meta/connect","id":{id},"successful":true,"ext":{{"ack":3,"x":1e999}}}}]"#
        );
        bench.input(Input::Received {
            ticket,
            body: body.into(),
        });
        bench.wake();
        while bench.sockets.last().unwrap().0 == ticket {
            bench.wake();
        }
        bench.open();
    }
    assert_eq!(
        bench.frame()[0]["channel"],
        "/meta/handshake",
        "a new session, with a gap"
    );
}

#[test]
fn a_publication_has_its_outcome_when_the_first_web_socket_of_a_session_does_not_open() {
    let mut bench = Bench::wanting(&[Transport::LongPolling, Transport::WebSocket]);
    bench.publish(1, "/x");
    let id = bench.request(Purpose::Handshake).id().clone();
    bench.reply(
        Purpose::Handshake,
        &json!([{"channel": "/meta/handshake", "id": id, "successful": true, "clientId": "c1",
        "supportedConnectionTypes": ["websocket"]}]),
    );
    assert_eq!(bench.sockets.len(), 1, "only now");
    bench.break_socket(refused(400));
    assert!(
        matches!(
            bench.published.as_slice(),
            [(1, Err(PublishError::Unconfirmed(_)))]
        ),
        "{:?}",
        bench.published
    );
    assert!(bench.has(Purpose::Handshake));
}
