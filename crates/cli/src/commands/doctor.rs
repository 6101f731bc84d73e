//! `doctor`: every step of the way to a coached call, with cause and remedy.
//!
//! The way is walked once: the host and its port are looked at directly, the rest is what the console does for every
//! face. What was found is then judged step by step, without I/O. A step the console does not show is not made up.

mod judge;
mod probe;

use console::profile::check_address;

use crate::conversation::Conversation;
use crate::events::{Event, Status, Step};
use crate::exit::Exit;
use crate::failure::Failure;
use judge::Findings;

/// Walks the way and tells each step. Fails where a step did.
pub(crate) async fn run(talk: &mut Conversation<'_>) -> Result<(), Failure> {
    let findings = find(talk).await?;
    let checks = judge::checks(&findings);
    let count = |status: Status| checks.iter().filter(|check| check.status == status).count();
    let (failed, all) = (count(Status::Failed), checks.len());
    let diagnosis = Event::Diagnosis {
        ok: count(Status::Ok),
        failed,
        skipped: count(Status::Skipped),
    };
    let first = checks
        .iter()
        .find(|check| check.status == Status::Failed)
        .map(|check| check.step);
    for check in checks {
        talk.output().tell_now(Event::Check { check });
    }
    talk.output().tell_now(diagnosis);
    match first {
        None => Ok(()),
        Some(step) => Err(Failure::Diagnosis {
            failed,
            all,
            exit: exit_of(step),
        }),
    }
}

async fn find(talk: &mut Conversation<'_>) -> Result<Findings, Failure> {
    let address = check_address(talk.address());
    let mut findings = Findings::new(address);
    if let Ok(address) = &findings.address {
        findings.probe = probe::probe(&address.base_url).await;
        match talk.sign_in().await {
            Ok(()) => {
                findings.signed_in = Some(Ok(()));
                talk.wait_for_offers().await?;
                match talk.wait_for_agents().await {
                    // What is wrong with the roster is in the mirror.
                    Ok(()) | Err(Failure::Fault { .. }) => {}
                    Err(other) => return Err(other),
                }
            }
            Err(Failure::Fault { fault, .. }) => findings.signed_in = Some(Err(fault)),
            Err(other) => return Err(other),
        }
    }
    findings.connecting = talk.was_connecting();
    findings.mirror = talk.mirror().clone();
    Ok(findings)
}

fn exit_of(step: Step) -> Exit {
    match step {
        Step::Address => Exit::Usage,
        Step::Dns | Step::Tcp | Step::Tls | Step::Http => Exit::CannotReach,
        Step::SignIn | Step::Role | Step::Features => Exit::CannotSignIn,
        _ => Exit::Failed,
    }
}
