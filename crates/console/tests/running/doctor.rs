//! The doctor: each kind of failure is found at its own step, the rest is said to be not tried, and nothing is disturbed.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use console::doctor::{Check, Doctor, Network, Obstacle, Outcome, Patient, Report, Step};
use console::profile::Profile;
use console::secret::Secret;
use console::wire::{BoxFuture, CertificateSeen, Wire, WireError};
use desk::fault::{Fault, FaultCode};
use desk::view::Phase;
use http::header::{CONTENT_TYPE, DATE};
use http::{HeaderValue, Request, Response};
use simulator::{Faults, PersonView};
use url::Url;

use crate::bed::{Bed, PASSWORD, profile};
use crate::wire::MemoryWire;

/// A network that is as the test says.
#[derive(Clone, Default)]
pub(crate) struct Town {
    names: BTreeMap<&'static str, SocketAddr>,
    closed: bool,
    proxy: Option<Url>,
}

impl Network for Town {
    fn proxy(&self, _: &Url) -> Option<Url> {
        self.proxy.clone()
    }

    fn resolve<'a>(&'a self, host: &'a str, _: u16) -> BoxFuture<'a, Result<Vec<SocketAddr>, Obstacle>> {
        let found = self.names.get(host).map(|address| vec![*address]);
        Box::pin(async move { found.ok_or_else(|| Obstacle("no such host".to_owned())) })
    }

    fn connect(&self, _: SocketAddr) -> BoxFuture<'_, Result<(), Obstacle>> {
        let closed = self.closed;
        Box::pin(async move {
            if closed {
                Err(Obstacle("connection refused".to_owned()))
            } else {
                Ok(())
            }
        })
    }

    fn time_of_day(&self) -> SystemTime {
        noon()
    }
}

/// Sunday, 22 November 2026, 12:00:00 UTC.
fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(498_708)
}

/// What stands between the doctor and the practice floor.
#[derive(Default)]
struct Way {
    /// What the first request comes to, instead of the floor's answer.
    first: Option<Result<Response<Bytes>, WireError>>,
    certificate: Option<CertificateSeen>,
    date: Option<&'static str>,
    /// Held polls are cut after so long.
    cut: Option<Duration>,
    wire: Option<Arc<MemoryWire>>,
}

impl Wire for Way {
    fn exchange(
        &self,
        request: Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, WireError>> {
        Box::pin(async move {
            let is_first = request.uri().path().ends_with("/diagnostics/version");
            if let Some(first) = self.first.as_ref().filter(|_| is_first) {
                return first.clone();
            }
            let is_poll = request.uri().path().contains("/connect");
            let wire = self.wire.as_ref().expect("a floor behind the first request");
            let answering = wire.exchange(request, within);
            let mut answer = match self.cut.filter(|_| is_poll) {
                None => answering.await?,
                Some(cut) => tokio::time::timeout(cut, answering)
                    .await
                    .unwrap_or(Err(WireError::Broken("closed by peer".to_owned())))?,
            };
            if let Some(date) = self.date {
                answer.headers_mut().insert(DATE, HeaderValue::from_static(date));
            }
            Ok(answer)
        })
    }

    fn certificate(&self) -> Option<CertificateSeen> {
        self.certificate.clone()
    }
}

fn gws() -> Profile {
    Profile {
        base_url: "https://gws.example.org/api/v2".to_owned(),
        ..profile()
    }
}

pub(crate) fn town() -> Town {
    Town {
        names: BTreeMap::from([
            ("gws.example.org", SocketAddr::from(([10, 0, 0, 1], 443))),
            ("proxy.example.org", SocketAddr::from(([10, 0, 0, 2], 3128))),
        ]),
        ..Town::default()
    }
}

fn doctor(town: Town, way: Way) -> Doctor {
    let way: Arc<dyn Wire> = Arc::new(way);
    Doctor {
        network: Arc::new(town),
        ..Doctor::over(Arc::new(move |_, _| Ok(Arc::clone(&way))))
    }
}

async fn examined(doctor: &Doctor, profile: Profile, patient: Patient) -> Report {
    let mut told = Vec::new();
    let mut tell = |check: &Check| told.push(check.clone());
    let report = doctor.examination(profile, patient).run(&mut tell).await;
    assert_eq!(told, report.checks, "each step is told as it ends");
    let steps: Vec<Step> = report.checks.iter().map(|check| check.step).collect();
    assert_eq!(steps, Step::ALL, "each step is there once, in order");
    for check in &report.checks {
        assert!(!check.found.is_empty(), "{check:?}");
        let troubled = matches!(check.outcome, Outcome::Failed | Outcome::Warning);
        assert_eq!(check.meaning.is_some(), troubled, "{check:?}");
        assert_eq!(check.code.is_some(), troubled, "{check:?}");
        assert!(!troubled || check.remedy.is_some(), "a way out: {check:?}");
    }
    report
}

fn password() -> Patient {
    Patient::Stranger(Some(Secret::new(PASSWORD.to_owned()).into()))
}

/// Looks at a network alone, or a server that never gets so far as to sign in.
async fn on_the_way(town: Town, way: Way) -> Report {
    examined(&doctor(town, way), gws(), password()).await
}

/// Looks at the practice floor.
async fn on_the_floor(bed: &Bed) -> Report {
    at_the_floor(bed, Way::default(), profile(), password()).await
}

async fn at_the_floor(bed: &Bed, way: Way, profile: Profile, patient: Patient) -> Report {
    let wire = Some(Arc::clone(&bed.wire));
    examined(&doctor(town(), Way { wire, ..way }), profile, patient).await
}

fn spoilt(spoil: impl FnOnce(&mut Faults)) -> Bed {
    Bed::with_faults(spoil)
}

/// Everybody with phone, state, calls and monitoring.
fn people(bed: &Bed) -> (Vec<PersonView>, Vec<PersonView>) {
    let state = bed.floor.state();
    (state.agents, state.supervisors)
}

fn of(report: &Report, step: Step) -> &Check {
    report.checks.iter().find(|check| check.step == step).unwrap()
}

fn fact<'a>(check: &'a Check, name: &str) -> &'a str {
    let fact = check.facts.iter().find(|fact| fact.name == name);
    let Some(fact) = fact else {
        panic!("no {name} in {check:?}");
    };
    &fact.value
}

/// Step and code of whatever does not work.
fn troubles(report: &Report) -> Vec<(Step, Outcome, FaultCode)> {
    let troubled = report.checks.iter().filter(|check| check.code.is_some());
    troubled
        .map(|check| (check.step, check.outcome, check.code.unwrap()))
        .collect()
}

/// The only trouble is this one, and nothing after it was tried.
fn ends_at(report: &Report, step: Step, code: FaultCode) {
    assert_eq!(
        troubles(report),
        [(step, Outcome::Failed, code)],
        "{}",
        report.as_text()
    );
    let after = report
        .checks
        .iter()
        .skip_while(|check| check.step != step)
        .skip(1);
    for check in after {
        assert_eq!(check.outcome, Outcome::Skipped, "{check:?}");
        assert!(
            check.found.contains(step.title()),
            "says what is to blame: {check:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn on_a_healthy_floor_everything_works_and_is_left_as_it_was() {
    let bed = Bed::new();
    let before = people(&bed);
    let report = on_the_floor(&bed).await;
    assert_eq!(troubles(&report), [], "{}", report.as_text());
    assert_eq!(fact(of(&report, Step::Version), "version"), "8.5.202.96");
    assert_eq!(
        fact(of(&report, Step::Capabilities), "offered"),
        "ListenIn, Coach, BargeIn"
    );
    let poll = of(&report, Step::Poll);
    assert_eq!(fact(poll, "held for"), "30.0 s", "{poll:?}");
    assert_eq!(people(&bed), before, "the phone is logged out again");
    let operations = bed.operation_names();
    assert_eq!(
        operations,
        ["StartContactCenterSession", "EndContactCenterSession"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_is_logged_in_elsewhere_is_left_alone() {
    let (bed, mut face) = Bed::signed_in().await;
    bed.coach(&bed.ana()).await.unwrap();
    face.until_phase(Phase::Armed).await;
    bed.floor.clear_requests();
    let before = people(&bed);
    // Another process of the same user, with cookies of its own.
    let way = Way {
        wire: Some(Arc::new(bed.wire.of_another_program())),
        ..Way::default()
    };
    let report = examined(&doctor(town(), way), profile(), password()).await;
    assert!(
        of(&report, Step::ContactCentreSession)
            .found
            .contains("Open already")
    );
    assert_eq!(
        bed.operation_names(),
        Vec::<String>::new(),
        "nothing was asked for"
    );
    assert_eq!(people(&bed), before, "and Ana is coached as before");
}

#[tokio::test(start_paused = true)]
async fn written_channels_that_are_logged_in_elsewhere_are_left_alone_too() {
    let bed = Bed::new();
    bed.floor.enter_channel("sam", "smssession").unwrap();
    bed.floor.clear_requests();
    let report = on_the_floor(&bed).await;
    let session = of(&report, Step::ContactCentreSession);
    assert_eq!(session.outcome, Outcome::Warning, "{session:?}");
    assert_eq!(
        bed.operation_names(),
        Vec::<String>::new(),
        "nothing was asked for"
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_is_signed_in_is_not_signed_in_again() {
    let (bed, mut face) = Bed::signed_in().await;
    face.watch(Duration::from_secs(40)).await;
    bed.floor.clear_requests();
    bed.wire.forget_sent();
    let known = bed.console.known().await.unwrap().expect("signed in");
    let report = at_the_floor(&bed, Way::default(), profile(), Patient::SignedIn(known)).await;
    assert_eq!(troubles(&report), [], "{}", report.as_text());
    assert_eq!(fact(of(&report, Step::Poll), "held for"), "30.0 s");
    assert!(bed.wire.sent().iter().all(|sent| !sent.with_password));
    let paths = bed.floor.requests().into_iter().map(|request| request.path);
    // The console goes on reading the roster meanwhile.
    let asked: Vec<String> = paths.filter(|path| path != "/api/v2/users").collect();
    assert_eq!(asked, ["/api/v2/diagnostics/version"]);
}

#[tokio::test(start_paused = true)]
async fn what_the_desk_knows_to_be_wrong_is_told_from_the_desk() {
    let bed = spoilt(|faults| {
        faults.voice_inactive = true;
        faults.refused_topics = vec!["/v2/me/calls".to_owned()];
    });
    let _face = bed.open().await;
    let known = bed.console.known().await.unwrap().expect("signed in");
    let report = at_the_floor(&bed, Way::default(), profile(), Patient::SignedIn(known)).await;
    let found = troubles(&report);
    for expected in [
        (Step::Topics, Outcome::Failed, FaultCode::TopicRefused),
        (
            Step::ContactCentreSession,
            Outcome::Failed,
            FaultCode::VoiceNotStarted,
        ),
        (Step::Services, Outcome::Failed, FaultCode::ServerFault),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {}", report.as_text());
    }
}

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
async fn a_wrong_password_is_tried_once() {
    let bed = Bed::new();
    let wrong = Patient::Stranger(Some(Secret::new("canary-wrong".to_owned()).into()));
    let report = at_the_floor(&bed, Way::default(), profile(), wrong).await;
    ends_at(&report, Step::SignIn, FaultCode::WrongPassword);
    let tries = bed
        .wire
        .sent()
        .into_iter()
        .filter(|sent| sent.with_password)
        .count();
    assert_eq!(tries, 1);
    let all = format!("{report:?}{}", report.as_text());
    assert!(!all.contains("canary"), "{all}");
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
async fn an_agent_gets_to_the_role_and_the_phone_is_not_touched() {
    let bed = Bed::new();
    let agent = Profile {
        user_name: "ana.nunez".to_owned(),
        ..profile()
    };
    let report = at_the_floor(&bed, Way::default(), agent, password()).await;
    let role = of(&report, Step::Role);
    assert_eq!(
        (role.outcome, role.code),
        (Outcome::Failed, Some(FaultCode::NotSupervisor))
    );
    assert_eq!(
        of(&report, Step::Subscription).outcome,
        Outcome::Ok,
        "what it does not need is tried"
    );
    assert_eq!(of(&report, Step::ContactCentreSession).outcome, Outcome::Skipped);
    assert_eq!(bed.operation_names(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_missing_feature_is_named() {
    let bed = Bed::new();
    bed.wire.meddle(|path, answer| {
        if path.ends_with("/me")
            && let Some(features) = answer["user"]["features"].as_array_mut()
        {
            features.retain(|feature| feature["id"] != "api-supervisor-monitoring");
        }
    });
    let report = on_the_floor(&bed).await;
    let features = of(&report, Step::Features);
    assert_eq!(features.code, Some(FaultCode::FeatureMissing));
    assert!(
        features.found.contains("api-supervisor-monitoring"),
        "{features:?}"
    );
    assert_eq!(bed.operation_names(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn without_written_channels_there_is_a_warning_and_calls_work() {
    let bed = spoilt(|faults| faults.without_multimedia = vec!["sam".to_owned()]);
    let report = on_the_floor(&bed).await;
    let expected = [(Step::Features, Outcome::Warning, FaultCode::FeatureMissing)];
    assert_eq!(troubles(&report), expected, "{}", report.as_text());
    assert_eq!(of(&report, Step::SmsSpelling).outcome, Outcome::Skipped);
}

#[tokio::test(start_paused = true)]
async fn what_is_down_behind_the_server_is_found_where_it_is() {
    let bed = spoilt(|faults| {
        faults.refused_topics = vec!["/v2/me/calls".to_owned()];
        faults.unregistered = vec!["5005".to_owned()];
        faults.voice_inactive = true;
    });
    let report = on_the_floor(&bed).await;
    let expected = [
        (Step::Topics, Outcome::Failed, FaultCode::TopicRefused),
        (
            Step::ContactCentreSession,
            Outcome::Failed,
            FaultCode::VoiceNotStarted,
        ),
        (Step::Services, Outcome::Failed, FaultCode::ServerFault),
        (Step::Phone, Outcome::Failed, FaultCode::PhoneNotRegistered),
    ];
    assert_eq!(troubles(&report), expected, "{}", report.as_text());
    assert_eq!(of(&report, Step::Capabilities).outcome, Outcome::Skipped);
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_is_refused_says_so_and_the_rest_is_looked_at() {
    let bed = spoilt(|faults| {
        faults.only_path = Some("/api/v2/notifications".to_owned());
        faults.html_next = 99;
    });
    let report = on_the_floor(&bed).await;
    let expected = [(Step::Subscription, Outcome::Failed, FaultCode::LinkDown)];
    assert_eq!(troubles(&report), expected, "{}", report.as_text());
    assert_eq!(of(&report, Step::Poll).outcome, Outcome::Skipped);
    assert_eq!(of(&report, Step::Roster).outcome, Outcome::Ok);
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_cuts_the_poll_is_found_with_its_limit() {
    let bed = Bed::new();
    let way = Way {
        cut: Some(Duration::from_secs(12)),
        ..Way::default()
    };
    let report = at_the_floor(&bed, way, profile(), password()).await;
    let expected = [(Step::Poll, Outcome::Failed, FaultCode::PollCut)];
    assert_eq!(troubles(&report), expected, "{}", report.as_text());
    let poll = of(&report, Step::Poll);
    assert_eq!(fact(poll, "cut after"), "12.0 s");
    assert_eq!(fact(poll, "the server holds polls for"), "30.0 s");
}

#[tokio::test(start_paused = true)]
async fn the_roster_says_where_it_comes_from() {
    for (users, devices, source, outcome) in [
        (false, false, "/users", Outcome::Ok),
        (true, false, "/contacts and /users/…/devices", Outcome::Ok),
        (true, true, "/contacts", Outcome::Warning),
    ] {
        let bed = spoilt(|faults| {
            faults.users_forbidden = users;
            faults.devices_forbidden = devices;
        });
        let report = on_the_floor(&bed).await;
        let roster = of(&report, Step::Roster);
        assert_eq!((fact(roster, "read from"), roster.outcome), (source, outcome));
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_phone_does_not_offer_is_named() {
    let bed = Bed::new();
    bed.wire.meddle(|path, answer| {
        if path.ends_with("/me")
            && let Some(devices) = answer["user"]["devices"].as_array_mut()
        {
            for device in devices {
                device["capabilities"] = serde_json::json!(["ListenIn", "Dial"]);
            }
        }
    });
    let report = on_the_floor(&bed).await;
    let expected = [(Step::Capabilities, Outcome::Failed, FaultCode::NotOffered)];
    assert_eq!(troubles(&report), expected, "{}", report.as_text());
    assert!(of(&report, Step::Capabilities).found.contains("Coach, BargeIn"));
}

#[tokio::test(start_paused = true)]
async fn the_spelling_is_known_once_somebody_was_armed() {
    let (bed, mut face) = Bed::signed_in().await;
    let spelling = async || {
        let known = bed.console.known().await.unwrap().expect("signed in");
        let report = at_the_floor(&bed, Way::default(), profile(), Patient::SignedIn(known)).await;
        of(&report, Step::SmsSpelling).clone()
    };
    assert_eq!(spelling().await.outcome, Outcome::Skipped);
    bed.arm(&bed.ana()).await.unwrap();
    face.until_armed(desk::view::ArmedPhase::Armed).await;
    let known = spelling().await;
    assert_eq!(
        (known.outcome, known.found.as_str()),
        (Outcome::Ok, "The server takes smsession.")
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_half_way_leaves_nothing_behind() {
    let bed = Bed::new();
    let before = people(&bed);
    let way = Way {
        wire: Some(Arc::clone(&bed.wire)),
        ..Way::default()
    };
    let doctor = doctor(town(), way);
    let mut examination = doctor.examination(profile(), password());
    let mut nobody = |_: &Check| {};
    let stopped = tokio::time::timeout(Duration::from_secs(10), examination.run(&mut nobody)).await;
    assert!(stopped.is_err(), "it waits for the poll");
    examination.leave().await;
    assert_eq!(people(&bed), before);
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
