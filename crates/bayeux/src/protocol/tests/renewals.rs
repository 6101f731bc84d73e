//! Credentials and tokens that the server no longer takes.

use serde_json::json;

use super::*;
use crate::event::Closure;
use crate::failure::Failure;

#[test]
fn row_55_fresh_credentials_are_asked_for_once_and_make_a_new_session() {
    let mut bench = Bench::connected(&["/a"]);
    bench.reply_raw(Purpose::Connect, 401, b"");
    assert_eq!(bench.take_interruption(), "not-authenticated");
    assert!(bench.under_way.is_empty());
    bench.renew(Renewal::Credentials, Renewed::Done);
    bench.establish("c2");
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
}

#[test]
fn row_55_a_second_refusal_is_final_so_that_no_account_gets_locked() {
    let mut bench = Bench::new();
    bench.reply_raw(Purpose::Handshake, 401, b"");
    bench.renew(Renewal::Credentials, Renewed::Done);
    bench.take_events();
    bench.reply_raw(Purpose::Handshake, 401, b"");
    let failure = Failure::NotAuthenticated { status: Some(401) };
    assert_eq!(bench.take_events(), [Event::Closed(Closure::Failed(failure))]);
    assert!(bench.renewals.is_empty(), "not asked a second time");
}

#[test]
fn row_55_credentials_that_cannot_be_had_now_are_asked_for_later_and_refused_ones_never() {
    let mut bench = Bench::connected(&[]);
    bench.reply_raw(Purpose::Connect, 401, b"");
    for _ in 0..3 {
        bench.renew(Renewal::Credentials, Renewed::Failed("no network".to_owned()));
        assert!(bench.wake() >= Duration::from_millis(500));
    }
    bench.input(Input::CredentialsRefreshed);
    assert!(bench.has(Purpose::Handshake), "the application may be faster");

    let mut bench = Bench::connected(&[]);
    bench.reply_raw(Purpose::Connect, 401, b"");
    bench.take_events();
    bench.renew(Renewal::Credentials, Renewed::Refused);
    assert!(matches!(
        bench.take_events().as_slice(),
        [Event::Closed(Closure::Failed(Failure::NotAuthenticated { .. }))]
    ));
}

#[test]
fn row_55_where_nobody_can_renew_the_application_is_waited_for() {
    let mut bench = Bench::connected(&[]);
    bench.reply_raw(Purpose::Connect, 401, b"");
    bench.renew(Renewal::Credentials, Renewed::NotHere);
    assert_eq!(bench.session.deadline(), None);
    bench.input(Input::CredentialsRefreshed);
    assert!(bench.has(Purpose::Handshake));
}

const REFUSED: &[u8] = br#"{"error":"Missing or invalid Csrf token"}"#;

#[test]
fn row_56_each_kind_of_request_is_sent_once_more_with_a_new_token() {
    let mut bench = Bench::new();
    bench.subscribe("/a");
    bench.publish(1, "/x");
    for purpose in [Purpose::Handshake, Purpose::Batch, Purpose::Connect] {
        let body = bench.request(purpose).request.body.clone();
        bench.reply_raw(purpose, 403, REFUSED);
        assert!(!bench.has(purpose), "not before there is a token");
        bench.renew(Renewal::Token, Renewed::Done);
        assert_eq!(bench.request(purpose).request.body, body, "the same once more");
        match purpose {
            Purpose::Handshake => bench.grant_handshake("c1"),
            Purpose::Batch => bench.grant_batch(),
            _ => bench.deliver(&[]),
        };
    }
    assert_eq!(bench.published, [(1, Ok(()))]);
    assert_eq!(bench.take_events(), [Event::Connected], "nobody was troubled");
}

#[test]
fn row_56_a_new_token_that_is_refused_as_well_means_signed_out() {
    let mut bench = Bench::connected(&[]);
    bench.reply_raw(Purpose::Connect, 403, REFUSED);
    bench.renew(Renewal::Token, Renewed::Done);
    bench.reply_raw(Purpose::Connect, 403, REFUSED);
    assert_eq!(bench.take_interruption(), "token-refused");
    bench.renew(Renewal::Credentials, Renewed::Done);
    bench.establish("c2");
    assert_eq!(bench.take_events(), [Event::Resumed { gap: true }]);
}

#[test]
fn row_56_without_a_new_token_it_is_said_why() {
    for (renewed, failure) in [
        (Renewed::NotHere, "token-refused"),
        (Renewed::Refused, "token-refused"),
        // Says nothing of the session: the reading only did not succeed.
        (Renewed::Failed("timed out".to_owned()), "token-unread"),
    ] {
        let mut bench = Bench::connected(&[]);
        bench.reply_raw(Purpose::Connect, 403, REFUSED);
        bench.renew(Renewal::Token, renewed);
        assert_eq!(bench.take_interruption(), failure);
        assert!(bench.under_way.is_empty());
    }
}

#[test]
fn row_56_a_renewal_that_comes_after_its_request_was_given_up_does_nothing() {
    let mut bench = Bench::connected(&[]);
    bench.reply_raw(Purpose::Connect, 403, REFUSED);
    assert_eq!(bench.wake(), HOLD + NETWORK);
    bench.renew(Renewal::Token, Renewed::Done);
    assert!(!bench.has(Purpose::Connect));
    bench.wake();
    bench.deliver(&[]);
}

fn redirect(bench: &mut Bench, status: u16, location: &str) {
    let ticket = bench.take(Purpose::Handshake).ticket;
    let reply = Reply {
        status,
        location: Some(location.to_owned()),
        ..Reply::default()
    };
    bench.input(Input::Replied { ticket, reply });
}

#[test]
fn row_57_a_request_is_sent_on_as_it_is_within_the_same_origin_only() {
    for status in [307, 308] {
        let mut bench = Bench::new();
        let body = bench.request(Purpose::Handshake).request.body.clone();
        redirect(&mut bench, status, "/elsewhere/handshake");
        let handshake = bench.request(Purpose::Handshake);
        assert_eq!(
            handshake.request.url.as_str(),
            "http://server/elsewhere/handshake"
        );
        assert_eq!(handshake.request.body, body);
        bench.establish("c1");
        assert_eq!(bench.take_events(), [Event::Connected]);
    }
    for (status, location) in [
        (307, "http://other/api"),
        (308, "https://server/api"),
        (302, "/elsewhere"),
        (303, "/elsewhere"),
    ] {
        let mut bench = Bench::new();
        redirect(&mut bench, status, location);
        assert_eq!(
            bench.take_interruption(),
            "not-authenticated",
            "{status} {location}"
        );
    }
}

#[test]
fn row_57_a_circle_of_redirects_ends() {
    let mut bench = Bench::new();
    for _ in 0..3 {
        redirect(&mut bench, 307, "/round");
    }
    assert!(bench.has(Purpose::Handshake));
    redirect(&mut bench, 307, "/round");
    assert_eq!(bench.take_interruption(), "not-authenticated");
}

#[test]
fn row_24_a_request_gets_more_time_while_its_reply_arrives() {
    let mut bench = Bench::connected(&["/a"]);
    bench.subscribe("/b");
    let (connect, batch) = (
        bench.request(Purpose::Connect).clone(),
        bench.request(Purpose::Batch).clone(),
    );
    bench.now = seconds(9);
    let at = bench.now;
    bench.input(Input::Progressed {
        ticket: batch.ticket,
        at,
    });
    assert_eq!(bench.wake(), NETWORK, "as long again after the last byte");
    assert_eq!(bench.aborted, [batch.ticket]);
    bench.take_events();

    bench.now = seconds(39);
    let mut at = bench.now;
    for _ in 0..10 {
        at += seconds(1);
        bench.now = at;
        bench.input(Input::Progressed {
            ticket: connect.ticket,
            at,
        });
    }
    let reply = Reply {
        status: 200,
        body: json!([event("/a", &json!(1)), granted(&connect.messages[0])])
            .to_string()
            .into(),
        ..Reply::default()
    };
    bench.take(Purpose::Connect);
    bench.input(Input::Replied {
        ticket: connect.ticket,
        reply,
    });
    assert_eq!(bench.take_payloads(), [json!(1)]);
}

#[test]
fn row_55_a_renewal_that_panics_is_one_that_did_not_work_this_time() {
    let mut bench = Bench::connected(&[]);
    bench.reply_raw(Purpose::Connect, 401, b"");
    let (ticket, _) = bench.renewals.pop().unwrap();
    bench.input(Input::Failed {
        ticket,
        error: broken(),
    });
    bench.wake();
    bench.renew(Renewal::Credentials, Renewed::Done);
    assert!(bench.has(Purpose::Handshake));
}

#[test]
fn row_55_a_renewal_that_never_ends_is_asked_for_anew() {
    let mut bench = Bench::connected(&[]);
    bench.reply_raw(Purpose::Connect, 401, b"");
    let (hanging, _) = bench.renewals.pop().unwrap();
    assert_eq!(bench.wake(), Duration::from_mins(1));
    assert_eq!(bench.aborted.last(), Some(&hanging));
    bench.wake();
    bench.input(Input::Renewed {
        ticket: hanging,
        renewed: Renewed::Refused,
    });
    assert!(!bench.session.is_closed(), "that one counts no more");

    // What may hang on a dead connection is begun anew at once.
    let (hanging, _) = bench.renewals.pop().unwrap();
    bench.input(Input::ReconnectNow);
    assert_eq!(bench.aborted.last(), Some(&hanging));
    bench.renew(Renewal::Credentials, Renewed::Done);
    assert!(bench.has(Purpose::Handshake));
}

#[test]
fn row_55_a_renewal_is_not_waited_for_once_the_application_signed_in() {
    for input in [
        Input::CredentialsRefreshed,
        Input::HttpSessionGone,
        Input::Disconnect,
    ] {
        let mut bench = Bench::connected(&[]);
        bench.reply_raw(Purpose::Connect, 401, b"");
        let (ticket, _) = bench.renewals.pop().unwrap();
        bench.input(input);
        assert_eq!(bench.aborted.last(), Some(&ticket));
    }
}
