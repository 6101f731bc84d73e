//! The way to the server: address, proxy, name, port, certificate, clock, and what answers there.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_bad_address_ends_it_at_once() {
    let bad = Profile {
        base_url: "not a host".to_owned(),
        ..profile()
    };
    let report = examined(&doctor(town(), Way::default()), bad, password()).await;
    ends_at(&report, Step::Address, FaultCode::BadAddress);
}

#[tokio::test(start_paused = true)]
async fn a_name_nobody_knows_and_a_closed_port_are_told_apart() {
    let report = on_the_way(Town::default(), Way::default()).await;
    ends_at(&report, Step::Dns, FaultCode::Unreachable);
    assert!(of(&report, Step::Dns).found.contains("gws.example.org"));
    let closed = Town {
        closed: true,
        ..town()
    };
    let report = on_the_way(closed, Way::default()).await;
    ends_at(&report, Step::Tcp, FaultCode::Unreachable);
    assert!(fact(of(&report, Step::Tcp), "tried").contains("10.0.0.1:443: connection refused"));
}

#[tokio::test(start_paused = true)]
async fn behind_a_proxy_it_is_the_proxy_that_must_be_there() {
    let proxy = Url::parse("http://proxy.example.org:3128").ok();
    let mut town = Town { proxy, ..town() };
    town.names.remove("gws.example.org");
    let refused = || Way {
        first: Some(Err(WireError::ProxyRefused)),
        ..Way::default()
    };
    let report = on_the_way(town.clone(), refused()).await;
    assert_eq!(
        fact(of(&report, Step::Proxy), "proxy"),
        "http://proxy.example.org:3128/"
    );
    assert!(of(&report, Step::Tcp).found.contains("Port 3128 of the proxy"));
    ends_at(&report, Step::Tls, FaultCode::ProxyRefused);
    town.names.clear();
    let report = on_the_way(town, refused()).await;
    ends_at(&report, Step::Dns, FaultCode::Unreachable);
    assert!(of(&report, Step::Dns).found.contains("proxy, proxy.example.org"));
}

fn certificate(days: u32) -> CertificateSeen {
    let now = noon().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    CertificateSeen {
        subject: "gws.example.org".to_owned(),
        issuer: "Acme Root CA".to_owned(),
        not_after: i64::try_from(now).unwrap() + 86_400 * i64::from(days) + 60,
        chain: 2,
    }
}

#[tokio::test(start_paused = true)]
async fn each_kind_of_bad_certificate_ends_it_there() {
    for code in [
        FaultCode::CertificateUntrusted,
        FaultCode::CertificateExpired,
        FaultCode::CertificateWrongHost,
    ] {
        let fault = Fault::new(code, "It is no good.").with_hint("Mend it.");
        let way = Way {
            first: Some(Err(WireError::Certificate(fault))),
            certificate: Some(certificate(0)),
            ..Way::default()
        };
        let report = on_the_way(town(), way).await;
        ends_at(&report, Step::Tls, code);
        assert_eq!(fact(of(&report, Step::Tls), "issued by"), "Acme Root CA");
    }
    let no_tls = Way {
        first: Some(Err(WireError::Unreachable("not TLS".to_owned()))),
        ..Way::default()
    };
    ends_at(
        &on_the_way(town(), no_tls).await,
        Step::Tls,
        FaultCode::Unreachable,
    );
}

#[tokio::test(start_paused = true)]
async fn a_certificate_that_runs_out_soon_is_a_warning() {
    for (days, outcome) in [(22, Outcome::Ok), (21, Outcome::Warning), (0, Outcome::Warning)] {
        let bed = Bed::new();
        let way = Way {
            certificate: Some(certificate(days)),
            ..Way::default()
        };
        let report = at_the_floor(&bed, way, gws(), Patient::Stranger(None)).await;
        let check = of(&report, Step::Tls);
        assert_eq!(check.outcome, outcome, "{check:?}");
        assert_eq!(fact(check, "days left"), days.to_string());
        assert_eq!(
            of(&report, Step::Version).outcome,
            Outcome::Ok,
            "a warning stops nothing"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn clocks_that_differ_are_a_warning_with_the_difference() {
    for (date, outcome, apart) in [
        ("Sun, 22 Nov 2026 12:00:59 GMT", Outcome::Ok, "-59 s"),
        ("Sun, 22 Nov 2026 11:58:00 GMT", Outcome::Warning, "+120 s"),
        ("Sun, 22 Nov 2026 15:00:00 GMT", Outcome::Warning, "-10800 s"),
    ] {
        let bed = Bed::new();
        let way = Way {
            date: Some(date),
            ..Way::default()
        };
        let report = at_the_floor(&bed, way, profile(), Patient::Stranger(None)).await;
        let check = of(&report, Step::Clock);
        assert_eq!(check.outcome, outcome, "{check:?}");
        assert_eq!(fact(check, "this computer against the server"), apart);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_and_one_that_is_not_genesys() {
    let silent = Way {
        first: Some(Err(WireError::TimedOut)),
        certificate: Some(certificate(300)),
        ..Way::default()
    };
    ends_at(
        &on_the_way(town(), silent).await,
        Step::Version,
        FaultCode::TimedOut,
    );

    let bed = spoilt(|faults| faults.html_next = 9);
    let report = on_the_floor(&bed).await;
    let expected = [
        (Step::Version, Outcome::Warning, FaultCode::NotGenesys),
        (Step::SignIn, Outcome::Failed, FaultCode::NotGenesys),
    ];
    assert_eq!(troubles(&report), expected);
}

#[tokio::test(start_paused = true)]
async fn without_a_password_the_way_is_looked_at_and_nothing_else() {
    let bed = Bed::new();
    let report = at_the_floor(&bed, Way::default(), profile(), Patient::Stranger(None)).await;
    assert_eq!(troubles(&report), []);
    assert_eq!(of(&report, Step::SignIn).outcome, Outcome::Skipped);
    assert!(of(&report, Step::Poll).found.contains("no password"));
    assert!(bed.wire.sent().iter().all(|sent| !sent.with_password));
}

#[tokio::test(start_paused = true)]
async fn a_cut_answer_of_a_portal_does_not_hide_what_it_is() {
    let mut portal = Response::new(Bytes::from_static(b"<html>Welcome</html>"));
    *portal.status_mut() = http::StatusCode::FOUND;
    portal
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    let location = HeaderValue::from_static("https://portal.example/");
    portal.headers_mut().insert(http::header::LOCATION, location);
    let way = Way {
        first: Some(Ok(portal)),
        ..Way::default()
    };
    let report = examined(&doctor(town(), way), gws(), Patient::Stranger(None)).await;
    let version = of(&report, Step::Version);
    assert_eq!(version.code, Some(FaultCode::NotGenesys));
    assert_eq!(fact(version, "sent on to"), "https://portal.example/");
}
