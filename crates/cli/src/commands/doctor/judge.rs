//! From what was found to the checks: pure, so that every cause can be tested as a value.

use console::profile::CheckedAddress;
use desk::fault::{Fault, FaultCode};
use desk::order::Act;
use desk::view::{FloorView, MeView, RosterSource};
use gws::notification::topic;
use strum::VariantArray;

use super::probe::{Obstacle, Probe};
use crate::events::{Check, Status, Step, remedy};
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
fn not_direct(step: Step, why: &Obstacle) -> Check {
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
        hint: remedy(fault),
    }
}

#[cfg(test)]
mod tests;
