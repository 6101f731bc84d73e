//! The doctor: each kind of failure is found at its own step, the rest is said to be not tried, and nothing is disturbed.

mod inside;
mod way;

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
