//! What the command line asked for, with everything it needs: checked before anything goes on the wire.

use console::policy::Policy;
use console::profile::check_address;
use desk::order::Act;

use crate::arguments::journal::Journal;
use crate::arguments::{Command, Floor, Plan, Server};
use crate::commands::doctor::Diagnosing;
use crate::commands::{agents, cancel, doctor, journal, simulate, sms, supervise, watch};
use crate::conversation::{Conversation, SignIn};
use crate::events::Texts;
use crate::failure::Failure;
use crate::follow::Interest;
use crate::output::Output;
use crate::password;
use crate::signals::Signals;

/// What to do.
pub(crate) enum Task {
    /// Open a practice floor.
    Simulate(Floor),
    /// Look into the journal.
    Journal {
        /// What to look for.
        asked: Box<Journal>,
        /// What the organisation decides.
        policy: Box<Policy>,
    },
    /// Check the way to a coached call.
    Doctor(Box<Diagnosing>),
    /// Do something on a server.
    OnServer {
        /// What.
        errand: Errand,
        /// As whom.
        sign_in: Box<SignIn>,
    },
}

/// Something to do on a server.
pub(crate) enum Errand {
    /// Show who can be coached.
    Agents,
    /// Coach, listen or barge in.
    Supervise(Plan),
    /// Cancel what is armed.
    Cancel,
    /// Tell what changes.
    Watch(Texts),
    /// Something in written sessions.
    Sms(sms::Errand),
}

impl Task {
    /// Brings together what a command needs; this is where the password is asked for.
    pub(crate) fn prepare(command: Command, server: Server) -> Result<Task, Failure> {
        let errand = match command {
            Command::Simulate(floor) => return Ok(Task::Simulate(floor)),
            Command::Journal(journal) => {
                return Ok(Task::Journal {
                    asked: Box::new(journal),
                    policy: Box::new(server.decided),
                });
            }
            Command::Doctor(diagnosis) => return Ok(Task::Doctor(Box::new(diagnosis.prepare(server)?))),
            Command::Agents => Errand::Agents,
            Command::Coach(supervision) => Errand::Supervise(supervision.plan(Act::Coach)),
            Command::Listen(supervision) => Errand::Supervise(supervision.plan(Act::ListenIn)),
            Command::Barge(supervision) => Errand::Supervise(supervision.plan(Act::BargeIn)),
            Command::Cancel => Errand::Cancel,
            Command::Watch(watching) => {
                Errand::Watch(if watching.text { Texts::Told } else { Texts::Hidden })
            }
            Command::Sms(sms) => Errand::Sms(sms.into()),
        };
        let policy = server.decided.clone();
        let profile = server.profile()?;
        // Nobody should type a password for an address that cannot be one.
        check_address(&profile.base_url).map_err(Failure::signing_in)?;
        let passwords = password::get(&profile)?;
        // Where both come from standard input, the password is its first line and the text is the rest.
        let errand = match errand {
            Errand::Sms(sms) => Errand::Sms(sms.with_text()?),
            other => other,
        };
        Ok(Task::OnServer {
            errand,
            sign_in: Box::new(SignIn {
                profile,
                passwords,
                policy,
            }),
        })
    }

    /// Does it, and leaves the server in order whatever comes of it.
    pub(crate) async fn carry_out(self, output: &mut Output, signals: &mut Signals) -> Result<(), Failure> {
        let (errand, sign_in) = match self {
            Task::Simulate(floor) => return simulate::run(floor, output, signals).await,
            Task::Journal { asked, policy } => return journal::run(*asked, &policy, output).await,
            Task::Doctor(diagnosing) => return doctor::run(*diagnosing, output, signals).await,
            Task::OnServer { errand, sign_in } => (errand, *sign_in),
        };
        let mut talk = Conversation::start(errand.interest(), sign_in, output, signals)?;
        let result = errand.run(&mut talk).await;
        talk.close().await;
        result
    }
}

impl Errand {
    fn interest(&self) -> Interest {
        match self {
            Errand::Agents => Interest::Result,
            Errand::Supervise(_) | Errand::Cancel => Interest::Coaching,
            Errand::Watch(texts) => Interest::Everything(*texts),
            Errand::Sms(sms) => sms.interest(),
        }
    }

    async fn run(self, talk: &mut Conversation<'_>) -> Result<(), Failure> {
        match self {
            Errand::Agents => agents::run(talk).await,
            Errand::Supervise(plan) => supervise::run(talk, &plan).await,
            Errand::Cancel => cancel::run(talk).await,
            Errand::Watch(_) => watch::run(talk).await,
            Errand::Sms(sms) => sms.run(talk).await,
        }
    }
}
