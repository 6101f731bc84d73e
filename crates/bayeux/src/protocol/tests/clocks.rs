//! Sleep, long outages, and the server's clock.

use serde_json::json;

use super::*;

const LOOK: Duration = Duration::from_secs(5);

fn watching(batch: Option<i64>) -> Bench {
    let mut bench = Bench::with(Config {
        sleep_check: Some(LOOK),
        ..config()
    });
    bench.batch = batch;
    bench.subscribe("/a");
    bench.establish("c1");
    bench.deliver(&[]);
    bench.take_events();
    bench
}

#[test]
fn row_65_sleep_is_noticed_at_the_next_look_and_the_connection_replaced() {
    for (batch, gap) in [(None, true), (Some(0), false)] {
        let mut bench = watching(batch);
        let held = bench.request(Purpose::Connect).ticket;
        assert_eq!(bench.wake(), LOOK);
        assert_eq!(bench.take_events(), []);
        bench.asleep += seconds(3600);
        assert_eq!(bench.wake(), LOOK);
        assert_eq!(bench.take_interruption(), "slept");
        assert_eq!(bench.aborted, [held]);
        assert_eq!(bench.forgotten, 1, "whatever is kept may be dead as well");
        assert_eq!(bench.deliver(&[]).asked_hold(), Some(0));
        assert_eq!(bench.take_events(), [Event::Resumed { gap }]);
    }
}

#[test]
fn row_65_where_the_system_tells_of_waking_up_nobody_looks_and_it_is_noticed_at_once() {
    let mut bench = watching(None);
    bench.session.waking_is_told();
    assert_eq!(bench.session.deadline(), Some(bench.now + HOLD + NETWORK));
    bench.asleep += seconds(3600);
    bench.input(Input::DeadlineReached);
    assert_eq!(bench.take_interruption(), "slept");
    assert_eq!(bench.deliver(&[]).asked_hold(), Some(0));
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
    // Should nobody tell, the connect on the dead connection is overdue in the end.
    bench.asleep += seconds(3600);
    assert_eq!(bench.wake(), HOLD + NETWORK);
    assert_eq!(bench.take_interruption(), "timed-out");
    assert_eq!(bench.deliver(&[]).asked_hold(), Some(0));
}

#[test]
fn row_65_a_session_that_was_forgotten_meanwhile_is_made_anew() {
    let mut bench = watching(Some(0));
    bench.asleep += seconds(3600);
    bench.wake();
    bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake"}));
    bench.take_events();
    bench.establish("c2");
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
    assert_eq!(bench.now, LOOK, "no time was lost");
}

#[test]
fn row_65_a_delay_that_was_slept_away_is_not_waited_out() {
    let mut bench = watching(None);
    for _ in 0..6 {
        bench.fail(Purpose::Connect, unreachable());
        while !bench.has(Purpose::Connect) {
            bench.wake();
        }
    }
    bench.fail(Purpose::Connect, unreachable());
    bench.asleep += seconds(60);
    bench.now += Duration::from_millis(10);
    bench.input(Input::DeadlineReached);
    assert!(bench.has(Purpose::Connect));
}

#[test]
fn row_65_a_clock_that_is_set_right_by_seconds_or_backwards_is_no_sleep() {
    let mut bench = watching(None);
    bench.asleep += seconds(9);
    bench.wake();
    bench.asleep = Duration::ZERO;
    bench.wake();
    assert_eq!(bench.take_events(), []);
    assert!(bench.aborted.is_empty());
}

#[test]
fn row_65_a_reply_that_came_before_the_sleep_was_noticed_counts() {
    let mut bench = watching(None);
    bench.asleep += seconds(3600);
    bench.deliver(&[event("/a", &json!(1))]);
    assert_eq!(bench.take_payloads(), [json!(1)]);
    assert!(bench.has(Purpose::Connect));
}

#[test]
fn row_68_an_outage_that_goes_on_is_told_of_once_more() {
    let mut bench = Bench::with(Config {
        outage_alarm: Some(seconds(120)),
        ..config()
    });
    bench.establish("c1");
    bench.deliver(&[]);
    bench.take_events();
    bench.fail(Purpose::Connect, ExchangeError::TimedOut);
    bench.take_interruption();
    let since = bench.now;
    let mut told = None;
    while bench.now < since + seconds(600) {
        bench.wake();
        if bench.has(Purpose::Connect) {
            bench.fail(Purpose::Connect, unreachable());
        }
        for event in bench.take_events() {
            if let Event::StillInterrupted { lasting } = event {
                assert_eq!(told.replace((lasting, bench.now)), None, "only once");
            }
        }
    }
    assert_eq!(told, Some((seconds(120), since + seconds(120))));
    bench.wake();
    bench.deliver(&[]);
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
}

#[test]
fn row_68_without_wishing_for_it_nothing_more_is_said() {
    let mut bench = Bench::connected(&[]);
    bench.fail(Purpose::Connect, unreachable());
    while bench.now < seconds(600) {
        bench.wake();
        bench.fail(Purpose::Connect, unreachable());
    }
    assert_eq!(bench.take_interruption(), "unreachable");
}

#[test]
fn row_67_the_time_is_asked_for_and_learned_with_handshakes_and_connects() {
    let mut bench = Bench::with(Config {
        time_sync: true,
        ..config()
    });
    let asked = |sent: &Sent| sent.messages[0]["ext"]["timesync"].clone();
    let left = 1_700_000_000_000_i64;
    assert_eq!(
        asked(bench.request(Purpose::Handshake)),
        json!({"tc": left, "l": 0, "o": 0})
    );
    assert_eq!(bench.session.server_clock(), None);
    bench.now += Duration::from_millis(40);
    let answer = json!([{"channel": "/meta/handshake", "id": "1", "successful": true, "clientId": "c",
        "ext": {"timesync": {"tc": left, "ts": left + 7020, "p": 0, "a": 0}}}]);
    bench.reply(Purpose::Handshake, &answer);
    let clock = bench.session.server_clock().unwrap();
    assert_eq!((clock.lag, clock.offset), (20, 7000));
    assert_eq!(
        asked(bench.request(Purpose::Connect)),
        json!({"tc": left + 40, "l": 20, "o": 7000})
    );
}

#[test]
fn row_67_the_time_is_not_asked_for_unless_wished() {
    let mut bench = Bench::new();
    let answer = json!([{"channel": "/meta/handshake", "id": "1", "successful": true, "clientId": "c",
        "ext": {"timesync": {"tc": 1, "ts": 2, "p": 0, "a": 0}}}]);
    bench.reply(Purpose::Handshake, &answer);
    assert_eq!(bench.session.server_clock(), None);
}
