//! Disconnecting, in every phase.

use serde_json::json;

use super::*;
use crate::event::Closure;

const OVER: [Event; 1] = [Event::Closed(Closure::Disconnected)];

#[test]
fn row_1_a_farewell_is_said_and_no_request_follows() {
    let mut bench = Bench::connected(&["/a"]);
    bench.input(Input::Disconnect);
    let farewell = bench.request(Purpose::Disconnect).clone();
    assert_eq!(farewell.request.url.path(), "/api/notifications/disconnect");
    assert_eq!(
        farewell.messages,
        [json!({"id": farewell.id(), "channel": "/meta/disconnect", "clientId": "c1"})]
    );
    bench.deliver(&[event("/a", &json!("last"))]);
    assert_eq!(bench.take_payloads(), [json!("last")]);
    assert!(!bench.has(Purpose::Connect));
    bench.reply(Purpose::Disconnect, &json!([granted(&farewell.messages[0])]));
    assert_eq!(bench.take_events(), OVER);
    assert_eq!(bench.session.deadline(), None);
    bench.input(Input::ReconnectNow);
    bench.input(Input::CredentialsRefreshed);
    bench.input(Input::Disconnect);
    bench.input(Input::DeadlineReached);
    assert!(bench.under_way.is_empty());
    assert_eq!(bench.take_events(), []);
}

#[test]
fn row_45_disconnecting_during_handshake_or_delay_is_over_at_once() {
    let mut bench = Bench::new();
    bench.input(Input::Disconnect);
    assert_eq!(bench.take_events(), OVER);
    assert!(bench.under_way.is_empty(), "the handshake is aborted");

    let mut bench = Bench::new();
    bench.fail(Purpose::Handshake, unreachable());
    bench.take_events();
    bench.input(Input::Disconnect);
    assert_eq!(bench.take_events(), OVER);

    let mut bench = Bench::new();
    bench.reply_raw(Purpose::Handshake, 401, b"");
    bench.take_events();
    bench.input(Input::Disconnect);
    assert_eq!(bench.take_events(), OVER);
}

#[test]
fn row_45_disconnecting_while_a_connect_is_held_takes_a_second_at_most() {
    let mut bench = Bench::connected(&["/a"]);
    bench.subscribe("/b");
    bench.publish(1, "/x");
    bench.input(Input::Disconnect);
    assert!(!bench.has(Purpose::Batch), "what is under way is aborted");
    assert_eq!(bench.published, [(1, Err(PublishError::Closed))]);
    assert_eq!(bench.wake(), seconds(1));
    assert_eq!(bench.take_events(), OVER);
    assert!(bench.under_way.is_empty());
}

#[test]
fn row_46_a_dead_server_does_not_keep_us() {
    let mut bench = Bench::connected(&[]);
    bench.input(Input::Disconnect);
    bench.fail(Purpose::Disconnect, unreachable());
    assert_eq!(bench.take_events(), OVER);
    assert!(bench.under_way.is_empty());
}

#[test]
fn every_publication_gets_its_outcome_when_the_server_ends_it() {
    let mut bench = Bench::connected(&[]);
    bench.publish(1, "/x");
    bench.publish(2, "/x");
    let connect = bench.request(Purpose::Connect).messages[0].clone();
    bench.reply(
        Purpose::Connect,
        &json!([{"channel": "/meta/disconnect"}, granted(&connect)]),
    );
    assert_eq!(
        bench.published,
        [(1, Err(PublishError::Closed)), (2, Err(PublishError::Closed))]
    );
    assert!(bench.under_way.is_empty());
}

#[test]
fn row_45_a_connect_that_waits_for_a_token_does_not_follow_the_farewell() {
    for token_first in [true, false] {
        let mut bench = Bench::connected(&[]);
        if !token_first {
            bench.input(Input::Disconnect);
        }
        bench.reply_raw(Purpose::Connect, 403, b"csrf");
        if token_first {
            bench.input(Input::Disconnect);
            bench.renew(Renewal::Token, Renewed::Done);
        }
        assert_eq!(bench.renewals, []);
        assert!(!bench.has(Purpose::Connect));
    }
}
