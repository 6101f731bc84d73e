//! From what was found to the checks: pure, so that every cause can be tested as a value.

use console::profile::CheckedAddress;
use desk::fault::{Fault, FaultCode};
use desk::order::Act;
use desk::view::{FloorView, MeView, RosterSource};
use gws::notification::topic;
use strum::VariantArray;

use super::probe::Probe;
use crate::events::{Check, Status, Step};
use crate::mirror::Mirror;

/// Everything that was found on the way.
#[derive(Debug, Clone)]
pub(crate) struct Findings {
    /// The address as it was given.
    pub(crate) address: Result<CheckedAddress, Fault>,
    /// The direct look at the host.
    pub(crate) probe: Probe,
    /// What signing in came to; none where it was not tried.
    pub(crate) signed_in: Option<Result<(), Fault>>,
    /// Whether the password had been accepted before signing in failed or worked.
    pub(crate) connecting: bool,
    /// The desk at the end.
    pub(crate) mirror: Mirror,
}

impl Findings {
    /// The findings of a way that has only just begun.
    pub(crate) fn new(address: Result<CheckedAddress, Fault>) -> Findings {
        Findings {
            address,
            probe: Probe::default(),
            signed_in: None,
            connecting: false,
            mirror: Mirror::default(),
        }
    }
}

/// Every step, in order.
pub(crate) fn checks(findings: &Findings) -> Vec<Check> {
    let broken = broken(findings);
    let check = |step: &Step| match &broken {
        Some((at, fault)) if at == step => failed(*step, fault),
        Some((at, _)) if at < step => skipped(*step, "Not tried, because an earlier step failed."),
        _ => look(*step, findings),
    };
    Step::VARIANTS.iter().map(check).collect()
}

/// The step at which the way ended, and why.
fn broken(findings: &Findings) -> Option<(Step, Fault)> {
    match (&findings.address, &findings.signed_in) {
        (Err(fault), _) => Some((Step::Address, fault.clone())),
        (Ok(_), Some(Err(fault))) => Some((broken_step(fault.code, findings), fault.clone())),
        (Ok(_), Some(Ok(())) | None) => None,
    }
}

fn broken_step(code: FaultCode, findings: &Findings) -> Step {
    let probe = &findings.probe;
    match code {
        FaultCode::CertificateUntrusted
        | FaultCode::CertificateExpired
        | FaultCode::CertificateWrongHost
        | FaultCode::CertificateFile => Step::Tls,
        FaultCode::WrongPassword
        | FaultCode::PasswordChangeDemanded
        | FaultCode::SignedOut
        | FaultCode::BadProfile => Step::SignIn,
        FaultCode::NotSupervisor => Step::Role,
        FaultCode::FeatureMissing => Step::Features,
        FaultCode::LinkDown => Step::Subscription,
        _ if findings.connecting => Step::Subscription,
        FaultCode::Unreachable | FaultCode::TimedOut if matches!(probe.dns, Some(Err(_))) => Step::Dns,
        FaultCode::Unreachable | FaultCode::TimedOut if matches!(probe.tcp, Some(Err(_))) => Step::Tcp,
        FaultCode::Unreachable if probe.secured => Step::Tls,
        FaultCode::Refused => Step::SignIn,
        _ => Step::Http,
    }
}

/// A step before the one that failed, or any step of a way that was walked to its end.
fn look(step: Step, findings: &Findings) -> Check {
    let limit = |codes: &[FaultCode]| limits(&findings.mirror, codes);
    match step {
        Step::Address => address(findings),
        Step::Dns => dns(&findings.probe),
        Step::Tcp => tcp(&findings.probe),
        Step::Tls if findings.probe.secured => ok(step, "The certificate is trusted."),
        Step::Tls => skipped(step, "The connection is not encrypted."),
        Step::Http => ok(step, "The server answers as Genesys Web Services do."),
        Step::SignIn => ok(step, "The server accepts user name and password."),
        Step::Role => ok(step, "The user is a supervisor, or the server names no roles."),
        Step::Features => ok(
            step,
            "No feature is missing that the server lists: api-voice, api-supervisor-monitoring.",
        ),
        Step::Subscription => ok(step, "The server takes the subscription."),
        Step::Topics => limit(&[FaultCode::TopicRefused]).map_or_else(
            || {
                let topics = [topic::DEVICES, topic::CALLS, topic::CHANNELS, topic::SERVICES];
                ok(step, format!("None was refused: {}.", topics.join(", ")))
            },
            |fault| failed(step, &fault),
        ),
        Step::ContactCentreSession => limit(&[FaultCode::VoiceNotStarted, FaultCode::PlaceInUse])
            .map_or_else(|| session(&findings.mirror), |fault| failed(step, &fault)),
        Step::Telephony => limit(&[FaultCode::ServerFault]).map_or_else(
            || ok(step, "No telephony service is reported down."),
            |fault| failed(step, &fault),
        ),
        Step::Phone => phone(findings.mirror.me.as_ref()),
        Step::Roster => roster(findings.mirror.floor.as_ref()),
        Step::ListenIn => act(step, Act::ListenIn, findings.mirror.me.as_ref()),
        Step::Coach => act(step, Act::Coach, findings.mirror.me.as_ref()),
        Step::BargeIn => act(step, Act::BargeIn, findings.mirror.me.as_ref()),
    }
}

/// All limits with one of these codes as one fault: the first one's code and hint, everybody's words.
fn limits(mirror: &Mirror, codes: &[FaultCode]) -> Option<Fault> {
    let limits = mirror.link.as_ref().map_or(&[][..], |link| &link.limits);
    let found: Vec<&Fault> = limits
        .iter()
        .filter(|fault| codes.contains(&fault.code))
        .collect();
    let first = (*found.first()?).clone();
    let words: Vec<&str> = found.iter().map(|fault| fault.message.as_str()).collect();
    Some(Fault {
        message: words.join(" "),
        ..first
    })
}

fn address(findings: &Findings) -> Check {
    let Ok(address) = &findings.address else {
        return skipped(Step::Address, "");
    };
    let check = ok(Step::Address, format!("{} is used.", address.base_url));
    match &address.warning {
        None => check,
        Some(warning) => Check {
            detail: format!("{} {}", check.detail, warning.message),
            code: Some(warning.code),
            hint: warning.hint.clone(),
            ..check
        },
    }
}

fn dns(probe: &Probe) -> Check {
    match &probe.dns {
        None => skipped(Step::Dns, "The address has no name to look up."),
        Some(Ok(addresses)) => ok(Step::Dns, format!("Found {}.", addresses.join(", "))),
        Some(Err(why)) => not_direct(Step::Dns, why),
    }
}

fn tcp(probe: &Probe) -> Check {
    match &probe.tcp {
        None => skipped(Step::Tcp, "There was no address to connect to."),
        Some(Ok(address)) => ok(Step::Tcp, format!("{address} takes connections.")),
        Some(Err(why)) => not_direct(Step::Tcp, why),
    }
}

/// The server was reached all the same: there is a proxy on the way.
fn not_direct(step: Step, why: &str) -> Check {
    skipped(
        step,
        format!("Not reachable directly ({why}), but through the proxy."),
    )
}

fn session(mirror: &Mirror) -> Check {
    let state = mirror.me.as_ref().and_then(|me| me.state.as_ref());
    let words = match state {
        Some(state) => format!("Started with voice; the phone is {}.", state.label),
        None => "Started; the server does not tell the state of the phone.".to_owned(),
    };
    ok(Step::ContactCentreSession, words)
}

fn phone(me: Option<&MeView>) -> Check {
    match me.and_then(|me| me.phone.as_ref()) {
        None => failed(
            Step::Phone,
            &Fault::new(FaultCode::NoPhone, "You have no phone here.")
                .with_hint("Name a --place or a --device that has one."),
        ),
        Some(phone) if !phone.registered => failed(
            Step::Phone,
            &Fault::new(
                FaultCode::PhoneNotRegistered,
                format!("The switch does not know your phone {}.", phone.number),
            )
            .with_hint("Check that your phone is on."),
        ),
        Some(phone) if phone.public => ok(
            Step::Phone,
            format!("{}, an outside phone: pick it up by hand.", phone.number),
        ),
        Some(phone) => ok(Step::Phone, format!("{}, registered.", phone.number)),
    }
}

fn roster(floor: Option<&FloorView>) -> Check {
    let Some(floor) = floor else {
        return skipped(Step::Roster, "It was not read.");
    };
    if let Some(problem) = &floor.problem {
        return failed(Step::Roster, problem);
    }
    let source = match floor.source {
        Some(RosterSource::Users) => "/users",
        Some(RosterSource::ContactsAndDevices) => "/contacts and the phones of each user",
        Some(RosterSource::Contacts) => "/contacts alone, so without states",
        None => return skipped(Step::Roster, "It was not read."),
    };
    ok(
        Step::Roster,
        format!("{} agents, read from {source}.", floor.total),
    )
}

fn act(step: Step, act: Act, me: Option<&MeView>) -> Check {
    let Some(me) = me.filter(|me| me.phone.is_some()) else {
        return skipped(step, "There is no phone to offer it.");
    };
    if me.acts.contains(&act) {
        return ok(step, "The server offers it on your phone.");
    }
    let fault = Fault::new(
        FaultCode::NotOffered,
        "The server does not offer it on your phone now.",
    );
    failed(
        step,
        &fault.with_hint("It may need the supervisor role or the monitoring feature."),
    )
}

fn ok(step: Step, detail: impl Into<String>) -> Check {
    Check {
        step,
        status: Status::Ok,
        detail: detail.into(),
        code: None,
        hint: None,
    }
}

fn skipped(step: Step, detail: impl Into<String>) -> Check {
    Check {
        status: Status::Skipped,
        ..ok(step, detail)
    }
}

fn failed(step: Step, fault: &Fault) -> Check {
    Check {
        step,
        status: Status::Failed,
        detail: fault.message.clone(),
        code: Some(fault.code),
        hint: fault.hint.clone(),
    }
}

#[cfg(test)]
mod tests {
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
        unreachable.probe.tcp = Some(Err("refused".to_owned()));
        assert_eq!(failing(&unreachable), [Step::Tcp]);
        unreachable.probe.dns = Some(Err("no such host".to_owned()));
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
        proxied.probe.dns = Some(Err("no such host".to_owned()));
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
}
