//! What the doctor says: the steps, how each one went, and the report that IT gets.

use std::fmt::Write as _;

use desk::fault::{Fault, FaultCode};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The steps on the way to a coached call, in the order they are walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DoctorStep")]
pub enum Step {
    /// The address can be one of a server.
    Address,
    /// Which proxy stands between, if any.
    Proxy,
    /// The host name has an address.
    Dns,
    /// The port takes connections.
    Tcp,
    /// The certificate is trusted, and for how long.
    Tls,
    /// The clocks of this computer and of the server agree.
    Clock,
    /// Genesys Web Services answer, and in which version.
    Version,
    /// The server takes user name and password.
    SignIn,
    /// The user is a supervisor.
    Role,
    /// The user has the features that coaching needs.
    Features,
    /// The Bayeux handshake: the server pushes what happens.
    Subscription,
    /// No topic is refused.
    Topics,
    /// The contact-centre session, voice included.
    ContactCentreSession,
    /// The services behind the server are up.
    Services,
    /// The own phone and its state.
    Phone,
    /// Where the list of agents comes from.
    Roster,
    /// What the server offers on the own phone.
    Capabilities,
    /// How the server spells its SMS channel.
    SmsSpelling,
    /// A long poll is held as long as the server means to.
    Poll,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Step; 19] = [
        Step::Address,
        Step::Proxy,
        Step::Dns,
        Step::Tcp,
        Step::Tls,
        Step::Clock,
        Step::Version,
        Step::SignIn,
        Step::Role,
        Step::Features,
        Step::Subscription,
        Step::Topics,
        Step::ContactCentreSession,
        Step::Services,
        Step::Phone,
        Step::Roster,
        Step::Capabilities,
        Step::SmsSpelling,
        Step::Poll,
    ];

    /// The step in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Step::Address => "Address",
            Step::Proxy => "Proxy",
            Step::Dns => "Host name",
            Step::Tcp => "Port",
            Step::Tls => "Certificate",
            Step::Clock => "Clock",
            Step::Version => "Genesys Web Services",
            Step::SignIn => "User and password",
            Step::Role => "Supervisor role",
            Step::Features => "Features",
            Step::Subscription => "Subscription",
            Step::Topics => "Topics",
            Step::ContactCentreSession => "Contact-centre session",
            Step::Services => "Services",
            Step::Phone => "Own phone",
            Step::Roster => "List of agents",
            Step::Capabilities => "Listen, coach, barge in",
            Step::SmsSpelling => "SMS channel",
            Step::Poll => "Long poll",
        }
    }

    /// The steps without which this one cannot be tried.
    pub(crate) fn needs(self) -> &'static [Step] {
        match self {
            Step::Address => &[],
            Step::Proxy => &[Step::Address],
            Step::Dns => &[Step::Proxy],
            Step::Tcp => &[Step::Dns],
            Step::Tls => &[Step::Tcp],
            Step::Clock | Step::Version => &[Step::Tls],
            Step::SignIn => &[Step::Version],
            Step::Role | Step::Features | Step::Subscription | Step::Services => &[Step::SignIn],
            Step::Topics | Step::Poll => &[Step::Subscription],
            Step::ContactCentreSession => &[Step::Role, Step::Features],
            Step::Phone | Step::Roster | Step::SmsSpelling => &[Step::Role],
            Step::Capabilities => &[Step::ContactCentreSession, Step::Phone],
        }
    }

    /// What it means for coaching when this step does not work.
    fn costs(self) -> &'static str {
        match self {
            Step::Address | Step::Dns | Step::Tcp | Step::Tls | Step::Proxy | Step::Version => {
                "Sotto cannot reach the contact centre, so nobody can be coached."
            }
            Step::Clock => {
                "Certificates may be refused, and times in the journal differ from those of the server."
            }
            Step::SignIn => "You cannot sign in, so nobody can be coached.",
            Step::Role => "The server lets this user in, but not to coach anybody.",
            Step::Features => "Something that coaching needs is not assigned to this user.",
            Step::Subscription => {
                "The server cannot tell Sotto what happens, so no coaching can be confirmed."
            }
            Step::Topics => "Sotto reads this every few seconds instead: changes show later.",
            Step::ContactCentreSession => {
                "Your phone is not logged in: you can watch the floor, but no call can be coached."
            }
            Step::Services => "What this service carries cannot be coached until it is back.",
            Step::Phone => "An agent's call cannot ring on your phone, so calls cannot be coached.",
            Step::Roster => "The floor stays empty, so there is nobody to choose.",
            Step::Capabilities => "What is not offered is greyed out and cannot be asked for.",
            Step::SmsSpelling => "Agents may not be armed for SMS sessions.",
            Step::Poll => {
                "The link is cut again and again. Each time the screen says that it may be old, and a change may show late."
            }
        }
    }
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DoctorOutcome")]
pub enum Outcome {
    /// It works.
    Ok,
    /// It works, but somebody should look at it.
    Warning,
    /// It does not.
    Failed,
    /// It could not be tried, or there was nothing to try.
    Skipped,
}

/// Something found, by its name, for IT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "DoctorFact")]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// What was found. It may come from the server: text, never markup.
    pub value: String,
}

/// One step and how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "DoctorCheck")]
pub struct Check {
    /// Which step.
    pub step: Step,
    /// The step in a few words.
    pub title: String,
    /// How it went.
    pub outcome: Outcome,
    /// What was found, or the cause.
    pub found: String,
    /// What it means for coaching, where it does not work as it should.
    pub meaning: Option<String>,
    /// What to do about it.
    pub remedy: Option<String>,
    /// The code of the cause.
    pub code: Option<FaultCode>,
    /// For IT.
    pub facts: Vec<Fact>,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
}

/// What one step found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    outcome: Outcome,
    found: String,
    remedy: Option<String>,
    code: Option<FaultCode>,
    facts: Vec<Fact>,
}

impl Finding {
    pub(crate) fn ok(found: impl Into<String>) -> Finding {
        Finding {
            outcome: Outcome::Ok,
            found: found.into(),
            remedy: None,
            code: None,
            facts: Vec::new(),
        }
    }

    pub(crate) fn skipped(found: impl Into<String>) -> Finding {
        Finding {
            outcome: Outcome::Skipped,
            ..Finding::ok(found)
        }
    }

    pub(crate) fn failed(fault: &Fault) -> Finding {
        Finding {
            outcome: Outcome::Failed,
            remedy: fault.hint.clone(),
            code: Some(fault.code),
            ..Finding::ok(&fault.message)
        }
    }

    pub(crate) fn warning(fault: &Fault) -> Finding {
        Finding {
            outcome: Outcome::Warning,
            ..Finding::failed(fault)
        }
    }

    /// The same with one more fact for IT.
    pub(crate) fn fact(mut self, name: &str, value: impl Into<String>) -> Finding {
        self.facts.push(Fact {
            name: name.to_owned(),
            value: value.into(),
        });
        self
    }

    /// The same with facts that may not be known.
    pub(crate) fn fact_if(self, name: &str, value: Option<impl Into<String>>) -> Finding {
        match value {
            Some(value) => self.fact(name, value),
            None => self,
        }
    }

    pub(crate) fn into_check(self, step: Step, took_ms: u32) -> Check {
        let works = matches!(self.outcome, Outcome::Ok | Outcome::Skipped);
        Check {
            step,
            title: step.title().to_owned(),
            outcome: self.outcome,
            found: self.found,
            meaning: (!works).then(|| step.costs().to_owned()),
            remedy: self.remedy,
            code: self.code,
            facts: self.facts,
            took_ms,
        }
    }
}

/// Everything the doctor found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "DoctorReport")]
pub struct Report {
    /// Which Sotto this is.
    pub version: String,
    /// The operating system and the kind of processor.
    pub system: String,
    /// The server that was looked at, without its path.
    pub server: String,
    /// When it began, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Every step, in order.
    pub checks: Vec<Check>,
}

impl Report {
    /// How many steps ended so.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.checks
            .iter()
            .filter(|check| check.outcome == outcome)
            .count()
    }

    /// The first step that failed: the one to look at first.
    pub fn first_failed(&self) -> Option<&Check> {
        self.checks.iter().find(|check| check.outcome == Outcome::Failed)
    }

    /// The report as text, to send to IT.
    pub fn as_text(&self) -> String {
        let mut text = format!("Sotto {} on {}: {}\n\n", self.version, self.system, self.server);
        for check in &self.checks {
            check.write(&mut text);
        }
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "\n{} ok, {} warnings, {} failed, {} skipped.",
            self.count(Outcome::Ok),
            self.count(Outcome::Warning),
            self.count(Outcome::Failed),
            self.count(Outcome::Skipped)
        );
        text
    }
}

impl Check {
    fn write(&self, text: &mut String) {
        let mark = match self.outcome {
            Outcome::Ok => "ok",
            Outcome::Warning => "WARNING",
            Outcome::Failed => "FAILED",
            Outcome::Skipped => "skipped",
        };
        let found = one_line(&self.found);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{mark:<8} {:<24} {found}", self.title);
        let below = [("means", &self.meaning), ("do", &self.remedy)];
        for (name, words) in below {
            if let Some(words) = words {
                let _ = writeln!(text, "{:<33} {name}: {}", "", one_line(words));
            }
        }
        for fact in &self.facts {
            let _ = writeln!(text, "{:<33} {}: {}", "", fact.name, one_line(&fact.value));
        }
    }
}

/// Words of a server cannot begin a line of their own in the report.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_comes_after_what_it_needs() {
        for (place, step) in Step::ALL.into_iter().enumerate() {
            for needed in step.needs() {
                let before = Step::ALL[..place].contains(needed);
                assert!(before, "{step:?} needs {needed:?}");
            }
        }
    }

    #[test]
    fn a_server_cannot_write_lines_of_its_own_into_the_report() {
        let fault = Fault::new(FaultCode::Refused, "no\nok       Everything   fine");
        let check = Finding::failed(&fault).into_check(Step::SignIn, 3);
        let report = Report {
            version: "1".to_owned(),
            system: "linux".to_owned(),
            server: "gws.example.org".to_owned(),
            at_ms: 0,
            checks: vec![check],
        };
        let text = report.as_text();
        assert!(!text.lines().any(|line| line.starts_with("ok")), "{text}");
        assert!(text.contains("FAILED   User and password"), "{text}");
        assert!(text.contains("means: You cannot sign in"), "{text}");
    }
}
