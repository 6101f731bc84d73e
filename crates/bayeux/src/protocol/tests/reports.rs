//! What is told of single failures, of other hosts and of other clients.

use serde_json::json;

use super::*;
use crate::event::Closure;
use crate::failure::Failure;
use crate::unsuccessful::{Next, Unsuccessful};

fn reporting() -> Bench {
    Bench::with(Config {
        report_failures: true,
        ..config()
    })
}

fn reports(bench: &mut Bench) -> Vec<Unsuccessful> {
    let report = |event| match event {
        Event::Unsuccessful(report) => Some(report),
        _ => None,
    };
    bench.take_events().into_iter().filter_map(report).collect()
}

#[test]
fn each_failure_is_told_with_what_comes_next() {
    let mut bench = reporting();
    bench.reply_raw(Purpose::Handshake, 503, b"");
    let [report] = &reports(&mut bench)[..] else {
        panic!("not one report")
    };
    assert_eq!(
        (report.channel.as_str(), report.failure.status()),
        ("/meta/handshake", Some(503))
    );
    assert_eq!(report.next, Next::Handshake(bench.wake()));

    bench.subscribe("/a");
    bench.establish("c1");
    bench.fail(Purpose::Connect, ExchangeError::TimedOut);
    let [report] = &reports(&mut bench)[..] else {
        panic!("not one report")
    };
    assert_eq!(
        (report.channel.as_str(), &report.failure),
        ("/meta/connect", &Failure::TimedOut)
    );
    assert_eq!(report.next, Next::Retry(bench.wake()));

    bench.refuse_connect("500::later", &Value::Null);
    let [report] = &reports(&mut bench)[..] else {
        panic!("not one report")
    };
    assert!(matches!(&report.failure, Failure::Refused(error) if error.code == Some(500)));
    assert!(matches!(report.next, Next::Retry(_)));
    bench.wake();
    bench.refuse_connect(UNKNOWN, &json!({"reconnect": "handshake"}));
    let [report] = &reports(&mut bench)[..] else {
        panic!("not one report")
    };
    assert_eq!(report.next, Next::Handshake(Duration::ZERO));
}

#[test]
fn the_report_comes_before_the_last_word() {
    let mut bench = reporting();
    bench.reply_raw(Purpose::Handshake, 407, b"");
    let events = bench.take_events();
    assert!(
        matches!(events.as_slice(),
            [Event::Unsuccessful(report), Event::Closed(Closure::Failed(Failure::ProxyAuthentication))]
                if report.next == Next::Nothing),
        "{events:?}"
    );
}

#[test]
fn a_session_that_the_server_sends_elsewhere_goes_there_if_that_is_allowed() {
    let mut bench = Bench::with(Config {
        allowed_hosts: vec!["second".to_owned()],
        ..config()
    });
    bench.establish("c1");
    bench.deliver(&[]);
    bench.refuse_connect(
        UNKNOWN,
        &json!({"reconnect": "handshake", "hosts": ["first", "second"]}),
    );
    let handshake = bench.request(Purpose::Handshake);
    assert_eq!(
        handshake.request.url.as_str(),
        "http://second/api/notifications/handshake"
    );
}

#[test]
fn row_64_where_the_named_host_fails_the_next_one_gets_its_turn() {
    let mut bench = Bench::with(Config {
        allowed_hosts: vec!["second".to_owned(), "third".to_owned()],
        ..config()
    });
    bench.establish("c1");
    bench.deliver(&[]);
    bench.take_events();
    bench.refuse_connect(
        UNKNOWN,
        &json!({"reconnect": "handshake", "hosts": ["second", "third:81"]}),
    );
    let mut hosts = Vec::new();
    for _ in 0..4 {
        hosts.push(
            bench
                .request(Purpose::Handshake)
                .request
                .url
                .authority()
                .to_owned(),
        );
        bench.fail(Purpose::Handshake, unreachable());
        bench.wake();
    }
    assert_eq!(hosts, ["second", "third:81", "server", "second"]);
    bench.take_events();
    bench.establish("c2");
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
    assert_eq!(
        bench.request(Purpose::Connect).request.url.authority(),
        "third:81"
    );
}

#[test]
fn row_34_the_application_is_told_once_that_it_shares_its_cookie() {
    let mut bench = Bench::connected(&[]);
    for _ in 0..2 {
        let mut answer = granted(&bench.request(Purpose::Connect).messages[0]);
        answer["advice"] = json!({"reconnect": "retry", "interval": 2000, "multiple-clients": true});
        bench.reply(Purpose::Connect, &json!([answer]));
        assert_eq!(bench.wake(), seconds(2));
    }
    assert_eq!(bench.take_events(), [Event::MultipleClients]);
}

#[test]
fn row_34_a_server_that_serves_one_client_only_ends_the_other() {
    let mut bench = Bench::connected(&[]);
    bench.refuse_connect(
        "",
        &json!({"reconnect": "none", "interval": 0, "multiple-clients": true}),
    );
    assert!(matches!(
        bench.take_events().as_slice(),
        [Event::MultipleClients, Event::Closed(Closure::ByServer(_))]
    ));
    assert!(bench.under_way.is_empty());
}
