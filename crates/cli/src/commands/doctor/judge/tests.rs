use desk::moment::Moment;
use desk::view::{LinkState, LinkView, PhoneView};

use super::*;

fn findings(signed_in: Result<(), FaultCode>) -> Findings {
    let address = console::profile::check_address("https://gws.example.org");
    Findings {
        probe: Probe {
            secured: true,
            dns: Some(Ok(vec!["192.0.2.1".to_owned()])),
            tcp: Some(Ok("192.0.2.1:443".to_owned())),
        },
        signed_in: Some(signed_in.map_err(|code| Fault::new(code, "Why."))),
        ..Findings::new(address)
    }
}

fn healthy() -> Findings {
    let mut findings = findings(Ok(()));
    findings.connecting = true;
    findings.mirror.link = Some(LinkView {
        state: LinkState::Live,
        since: Moment(1),
        confirmed: None,
        server: "gws.example.org".to_owned(),
        practice: false,
        round_trip_ms: None,
        problem: None,
        limits: Vec::new(),
    });
    findings.mirror.me = Some(MeView {
        name: "Sam".to_owned(),
        user_name: "sam".to_owned(),
        phone: Some(PhoneView {
            number: "5005".to_owned(),
            registered: true,
            public: false,
        }),
        state: None,
        states: Vec::new(),
        acts: vec![Act::ListenIn, Act::Coach, Act::BargeIn],
    });
    findings.mirror.floor = Some(FloorView {
        total: 24,
        states: Vec::new(),
        groups: Vec::new(),
        source: Some(RosterSource::Users),
        read: Some(Moment(1)),
        problem: None,
    });
    findings
}

fn failing(findings: &Findings) -> Vec<Step> {
    let failed = checks(findings)
        .into_iter()
        .filter(|check| check.status == Status::Failed);
    failed.map(|check| check.step).collect()
}

#[test]
fn a_way_without_faults_has_every_step_once_and_all_are_ok() {
    let checks = checks(&healthy());
    let steps: Vec<Step> = checks.iter().map(|check| check.step).collect();
    assert_eq!(steps, Step::VARIANTS);
    assert!(
        checks.iter().all(|check| check.status == Status::Ok),
        "{checks:?}"
    );
}

#[test]
fn each_cause_fails_its_own_step_and_skips_what_follows() {
    for (code, step) in [
        (FaultCode::CertificateUntrusted, Step::Tls),
        (FaultCode::NotGenesys, Step::Http),
        (FaultCode::ServerFault, Step::Http),
        (FaultCode::TimedOut, Step::Http),
        (FaultCode::WrongPassword, Step::SignIn),
        (FaultCode::NotSupervisor, Step::Role),
        (FaultCode::FeatureMissing, Step::Features),
        (FaultCode::LinkDown, Step::Subscription),
    ] {
        let checks = checks(&findings(Err(code)));
        for check in checks {
            let expected = match check.step.cmp(&step) {
                std::cmp::Ordering::Less => Status::Ok,
                std::cmp::Ordering::Equal => Status::Failed,
                std::cmp::Ordering::Greater => Status::Skipped,
            };
            assert_eq!(check.status, expected, "{code:?} {:?}", check.step);
        }
    }
}

#[test]
fn a_server_that_cannot_be_reached_is_traced_to_name_or_port() {
    let mut unreachable = findings(Err(FaultCode::Unreachable));
    assert_eq!(failing(&unreachable), [Step::Tls]);
    unreachable.probe.tcp = Some(Err(Obstacle("refused".to_owned())));
    assert_eq!(failing(&unreachable), [Step::Tcp]);
    unreachable.probe.dns = Some(Err(Obstacle("no such host".to_owned())));
    unreachable.probe.tcp = None;
    assert_eq!(failing(&unreachable), [Step::Dns]);
}

#[test]
fn a_time_out_after_the_password_was_accepted_is_the_subscriptions() {
    let mut late = findings(Err(FaultCode::TimedOut));
    late.connecting = true;
    assert_eq!(failing(&late), [Step::Subscription]);
}

#[test]
fn behind_a_proxy_a_host_that_is_not_reachable_directly_is_no_failure() {
    let mut proxied = healthy();
    proxied.probe.dns = Some(Err(Obstacle("no such host".to_owned())));
    proxied.probe.tcp = None;
    assert!(failing(&proxied).is_empty());
    assert_eq!(checks(&proxied)[1].status, Status::Skipped);
}

#[test]
fn a_bad_address_stops_everything_else() {
    let findings = Findings::new(console::profile::check_address("not a host"));
    let checks = checks(&findings);
    assert_eq!(checks[0].code, Some(FaultCode::BadAddress));
    assert!(checks[1..].iter().all(|check| check.status == Status::Skipped));
}

#[test]
fn what_works_only_in_part_fails_its_own_step_alone() {
    let mut partly = healthy();
    let limit = |code, words: &str| Fault::new(code, words).with_hint("Hint.");
    if let Some(link) = &mut partly.mirror.link {
        link.limits = vec![
            limit(FaultCode::TopicRefused, "No calls."),
            limit(FaultCode::TopicRefused, "No channels."),
            limit(FaultCode::PlaceInUse, "In use."),
            limit(FaultCode::ServerFault, "Down."),
        ];
    }
    assert_eq!(
        failing(&partly),
        [Step::Topics, Step::ContactCentreSession, Step::Telephony]
    );
    let topics = checks(&partly)
        .into_iter()
        .find(|check| check.step == Step::Topics)
        .unwrap();
    assert_eq!(topics.detail, "No calls. No channels.");
}

#[test]
fn a_phone_without_coaching_fails_coaching_and_no_phone_skips_it() {
    let mut partly = healthy();
    if let Some(me) = &mut partly.mirror.me {
        me.acts = vec![Act::ListenIn];
    }
    assert_eq!(failing(&partly), [Step::Coach, Step::BargeIn]);
    if let Some(me) = &mut partly.mirror.me {
        me.phone = None;
    }
    assert_eq!(failing(&partly), [Step::Phone]);
}

#[test]
fn the_remedy_for_a_strange_certificate_is_an_option_of_the_command_line() {
    let checks = checks(&findings(Err(FaultCode::CertificateUntrusted)));
    let tls = checks.into_iter().find(|check| check.step == Step::Tls).unwrap();
    assert!(tls.hint.unwrap().contains("--extra-ca"));
}
