//! `doctor`: every step of the way to a coached call, with cause, meaning and remedy. The steps are the console's.

use std::time::Duration;

use console::doctor::{Check, Doctor, Outcome, Patient, Report, Step};
use console::profile::Profile;
use console::secret::Passwords;
use console::{JournalPlace, Settings};

use crate::events::Event;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::signals::Signals;

/// Whom to examine.
pub(crate) struct Diagnosing {
    /// The server and the user.
    pub(crate) profile: Profile,
    /// The passwords; without them only the way to the server is looked at.
    pub(crate) passwords: Option<Passwords>,
    /// How long a poll is watched.
    pub(crate) poll_watched: Duration,
}

/// Walks the way and tells each step as it ends. Fails where a step did.
pub(crate) async fn run(
    diagnosing: Diagnosing,
    output: &mut Output,
    signals: &mut Signals,
) -> Result<(), Failure> {
    let wire = Settings::over_network(JournalPlace::Memory).wire;
    let doctor = Doctor {
        poll_watched: diagnosing.poll_watched,
        ..Doctor::over(wire)
    };
    let patient = Patient::Stranger(diagnosing.passwords);
    let mut examination = doctor.examination(diagnosing.profile, patient);
    let report = {
        let mut tell = |check: &Check| {
            let check = check.into();
            output.tell_now(Event::Check { check });
        };
        tokio::select! {
            report = examination.run(&mut tell) => Some(report),
            _ = signals.next() => None,
        }
    };
    let Some(report) = report else {
        examination.leave().await;
        return Err(Failure::Interrupted);
    };
    output.tell_now(diagnosis(&report));
    match report.first_failed() {
        None => Ok(()),
        Some(first) => Err(Failure::Diagnosis {
            failed: report.count(Outcome::Failed),
            all: report.checks.len(),
            exit: exit_of(first),
        }),
    }
}

fn diagnosis(report: &Report) -> Event {
    Event::Diagnosis {
        ok: report.count(Outcome::Ok),
        warnings: report.count(Outcome::Warning),
        failed: report.count(Outcome::Failed),
        skipped: report.count(Outcome::Skipped),
    }
}

fn exit_of(first: &Check) -> Exit {
    match first.step {
        Step::Address => Exit::Usage,
        Step::Proxy | Step::Dns | Step::Tcp | Step::Tls | Step::Version => Exit::CannotReach,
        // What answers may not be Genesys at all.
        Step::SignIn => first.code.map_or(Exit::CannotSignIn, Exit::of_sign_in),
        Step::Role | Step::Features => Exit::CannotSignIn,
        _ => Exit::Failed,
    }
}
