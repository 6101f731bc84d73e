//! The handle of the running console: what the desktop shell, the command line and the browser host hold.

use std::sync::Arc;

use desk::fault::{Fault, FaultCode};
use desk::order::Command;
use desk::view::RosterQuery;
use journal::RosterAgent;
use tokio::sync::{mpsc, oneshot};

use crate::agent_link::AgentLink;
use crate::canned::Canned;
use crate::contract::journal::{CoverageQuestion, JournalCoaching, JournalCoverage, NewDebrief};
use crate::contract::{Draft, Message};
use crate::doctor::{Check, Doctor, Known, Patient, Report};
use crate::journals::{Aim, Journals, UnderBudget, keep_removing};
use crate::keeping::KeepPlace;
use crate::policy::Policy;
use crate::profile::Profile;
use crate::record::JournalPlace;
use crate::running::Running;
use crate::secret::{Passwords, Secret};
use crate::wire::{NetworkWire, Wire};

/// Makes the wire of a new session, from its profile and the password of the proxy where there is one.
pub type WireMaker = Arc<dyn Fn(&Profile, Option<&Secret>) -> Result<Arc<dyn Wire>, Fault> + Send + Sync>;

/// How a console is set up.
#[derive(Clone)]
pub struct Settings {
    /// Where the journal is kept.
    pub journal: JournalPlace,
    /// Where intents, drafts and canned whispers are kept.
    pub keep: KeepPlace,
    /// What the organisation decides.
    pub policy: Policy,
    /// How to reach a server.
    pub wire: WireMaker,
}

impl Settings {
    /// Over the network, with the journal in this place; nothing else is kept, and there is no policy.
    pub fn over_network(journal: JournalPlace) -> Settings {
        let wire: WireMaker =
            Arc::new(|profile, proxy| Ok(Arc::new(NetworkWire::for_profile(profile, proxy)?)));
        Settings {
            journal,
            keep: KeepPlace::Memory,
            policy: Policy::default(),
            wire,
        }
    }

    /// The same with intents, drafts and canned whispers in this place.
    #[must_use]
    pub fn keeping(self, keep: KeepPlace) -> Settings {
        Settings { keep, ..self }
    }

    /// The same under this policy.
    #[must_use]
    pub fn under(self, policy: Policy) -> Settings {
        Settings { policy, ..self }
    }
}

/// What a face asks of the loop.
pub(crate) enum Request {
    SignIn {
        profile: Box<Profile>,
        passwords: Passwords,
        practice: bool,
        done: oneshot::Sender<Result<(), Fault>>,
    },
    SignOut {
        done: oneshot::Sender<()>,
    },
    Order {
        command: Command,
        /// What the budget has allowed of it.
        allowed: Vec<Aim>,
        done: oneshot::Sender<Ordered>,
    },
    Subscribe {
        out: mpsc::UnboundedSender<Message>,
        query: RosterQuery,
    },
    Look {
        query: RosterQuery,
    },
    Open {
        session: Option<String>,
    },
    Show {
        session: String,
    },
    AskForAgent {
        link: AgentLink,
    },
    Drafts {
        done: oneshot::Sender<Vec<Draft>>,
    },
    KeepDraft {
        draft: Draft,
        done: oneshot::Sender<Result<(), Fault>>,
    },
    Flush {
        done: oneshot::Sender<()>,
    },
    Acknowledge {
        revision: u32,
    },
    Visible {
        visible: bool,
    },
    Refresh,
    /// Who is signed in; none while nobody is.
    Supervisor {
        done: oneshot::Sender<Option<String>>,
    },
    /// All agents, where the roster has been read.
    Agents {
        done: oneshot::Sender<Option<Vec<RosterAgent>>>,
    },
    /// What the desk knows, for the doctor; none while nobody is signed in.
    Known {
        done: oneshot::Sender<Option<Box<Known>>>,
    },
    /// The doctor has ended a step.
    Checked {
        check: Check,
    },
    AskToClose {
        asked: oneshot::Sender<bool>,
    },
}

/// What came of an order.
pub(crate) enum Ordered {
    /// The desk has taken it, or refused it.
    Done(Result<(), Fault>),
    /// The budget has to allow this first; nothing was done.
    ToAllow(UnderBudget),
}

/// A running console. Clones share it; it ends when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Console {
    requests: mpsc::UnboundedSender<Request>,
    canned: Arc<Canned>,
    policy: Arc<Policy>,
    journals: Journals,
    notices: Arc<[Fault]>,
    doctor: Doctor,
    /// One examination at a time.
    examining: Arc<tokio::sync::Mutex<()>>,
    /// One order at a time that is held against a budget.
    counting: Arc<tokio::sync::Mutex<()>>,
}

impl Console {
    /// Starts a console on the current tokio runtime.
    pub fn start(settings: Settings) -> Console {
        let (console, running) = Console::prepare(settings);
        tokio::spawn(running);
        console
    }

    /// A console and the loop that has to be run for it: whoever drops the loop ends Sotto as a power cut would.
    pub fn prepare(settings: Settings) -> (Console, impl Future<Output = ()> + Send + 'static) {
        let (requests, incoming) = mpsc::unbounded_channel();
        let canned = Canned::open(&settings.keep, settings.policy.canned_whispers.clone());
        let policy = Arc::new(settings.policy.clone());
        let file = settings.journal.file();
        let doctor = Doctor::over(Arc::clone(&settings.wire));
        let running = Running::new(settings, incoming);
        let pen = running.pen();
        if let Some(days) = policy.journal.retention_days {
            keep_removing(&pen, days);
        }
        let journals = Journals::new(file, pen, &policy);
        journals.warm_up();
        let notices = running.notices().chain(canned.notice()).cloned().collect();
        let console = Console {
            requests,
            canned: Arc::new(canned),
            policy,
            journals,
            notices,
            doctor,
            examining: Arc::default(),
            counting: Arc::default(),
        };
        (console, running.run())
    }

    /// What the supervisor should know of the files as they were found: one was damaged and set aside.
    pub fn notices(&self) -> &[Fault] {
        &self.notices
    }

    /// What the organisation decides.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The library of canned whispers.
    pub fn canned(&self) -> &Canned {
        &self.canned
    }

    /// The journal, to look something up in.
    pub fn journals(&self) -> &Journals {
        &self.journals
    }

    /// Writes down what the supervisor made of a coaching, or a correction of it. Done means durable.
    pub async fn debrief(&self, debrief: NewDebrief) -> Result<JournalCoaching, Fault> {
        let (done, answer) = oneshot::channel();
        self.ask(Request::Supervisor { done })?;
        let supervisor = answer.await.map_err(|_| gone())?;
        self.journals.debrief(debrief, supervisor).await
    }

    /// Who was not coached for a while, and minutes per agent and week, held against the roster as it was read last.
    pub async fn coverage(&self, question: CoverageQuestion) -> Result<JournalCoverage, Fault> {
        let (done, answer) = oneshot::channel();
        self.ask(Request::Agents { done })?;
        let roster = answer.await.map_err(|_| gone())?;
        self.journals.coverage(question, roster).await
    }

    /// Signs in. Done means subscribed, logged in to the phone as far as possible, and the state read.
    pub async fn sign_in(&self, profile: Profile, passwords: impl Into<Passwords>) -> Result<(), Fault> {
        self.sign_in_to(profile, passwords.into(), false).await
    }

    /// Signs in to the practice floor at this address.
    pub async fn practise(&self, profile: Profile, password: Secret) -> Result<(), Fault> {
        self.sign_in_to(profile, password.into(), true).await
    }

    async fn sign_in_to(&self, profile: Profile, passwords: Passwords, practice: bool) -> Result<(), Fault> {
        let mut profile = profile.validated()?;
        if !practice {
            profile = self.policy.govern(profile)?;
        }
        let profile = Box::new(profile);
        let (done, answer) = oneshot::channel();
        self.ask(Request::SignIn {
            profile,
            passwords,
            practice,
            done,
        })?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Stops what is armed or live, waits a moment for the server to confirm, and signs out in order.
    pub async fn sign_out(&self) {
        let (done, answer) = oneshot::channel();
        if self.ask(Request::SignOut { done }).is_ok() {
            // If the loop is gone there is nothing left to sign out.
            let _ = answer.await;
        }
    }

    /// Asks the desk for something. Done means it is on its way; what comes of it shows in the patches.
    ///
    /// What needs a reason is refused with `JournalUnavailable` while the reason could not be written down.
    /// What would be over a budget that blocks is refused with `BudgetSpent`. It is counted here, beside the loop, and only
    /// orders that have to be counted wait for one another: the next is counted when the desk has taken the one before.
    pub async fn order(&self, command: Command) -> Result<(), Fault> {
        let command = self.policy.complete(command)?;
        self.journals.allow_reasoned(&command)?;
        if let Ordered::Done(result) = self.put(&command, Vec::new()).await? {
            return result;
        }
        let _alone = self.counting.lock().await;
        let mut allowed = Vec::new();
        loop {
            // What it is about may have changed while it was counted: then it is counted anew.
            match self.put(&command, allowed).await? {
                Ordered::Done(result) => return result,
                Ordered::ToAllow(asked) => {
                    allowed = asked.aims.clone();
                    self.journals.allow(asked).await?;
                }
            }
        }
    }

    /// Gives the desk a command of which the budget has allowed this much.
    async fn put(&self, command: &Command, allowed: Vec<Aim>) -> Result<Ordered, Fault> {
        let (done, answer) = oneshot::channel();
        let command = command.clone();
        self.ask(Request::Order {
            command,
            allowed,
            done,
        })?;
        answer.await.map_err(|_| gone())
    }

    /// Makes this the face that is told everything: first a snapshot, then patches. It replaces the one before.
    pub fn subscribe(&self, query: RosterQuery) -> Result<mpsc::UnboundedReceiver<Message>, Fault> {
        let (out, messages) = mpsc::unbounded_channel();
        self.ask(Request::Subscribe { out, query })?;
        Ok(messages)
    }

    /// The face has drawn this revision.
    pub fn acknowledge(&self, revision: u32) -> Result<(), Fault> {
        self.ask(Request::Acknowledge { revision })
    }

    /// The face looks at other rows of the roster.
    pub fn look(&self, query: RosterQuery) -> Result<(), Fault> {
        self.ask(Request::Look { query })
    }

    /// The face shows the transcript of this session from now on, or none.
    pub fn open(&self, session: Option<String>) -> Result<(), Fault> {
        self.ask(Request::Open { session })
    }

    /// Has the face open a session: somebody clicked the notice about it.
    pub fn show_session(&self, session: String) -> Result<(), Fault> {
        self.ask(Request::Show { session })
    }

    /// Somebody followed a link to an agent. The face is told and asks; nothing is done by itself.
    pub fn ask_for_agent(&self, link: AgentLink) -> Result<(), Fault> {
        self.ask(Request::AskForAgent { link })
    }

    /// The drafts of whoever is signed in; none while nobody is.
    pub async fn drafts(&self) -> Result<Vec<Draft>, Fault> {
        let (done, answer) = oneshot::channel();
        self.ask(Request::Drafts { done })?;
        answer.await.map_err(|_| gone())
    }

    /// Keeps a draft of whoever is signed in, or was last. Done means that it is remembered; on disk it is a moment later.
    pub async fn keep_draft(&self, draft: Draft) -> Result<(), Fault> {
        let (done, answer) = oneshot::channel();
        self.ask(Request::KeepDraft { draft, done })?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Looks at a server step by step; each step is told to the face as it ends. Whoever is signed in there is asked
    /// nothing again; without a profile it is the server signed in to.
    pub async fn examine(
        &self,
        profile: Option<Profile>,
        passwords: Option<Passwords>,
    ) -> Result<Report, Fault> {
        let Ok(_one) = self.examining.try_lock() else {
            return Err(Fault::new(
                FaultCode::AlreadyAsked,
                "The doctor is at work already.",
            ));
        };
        let known = self.known().await?;
        let (profile, patient) = match (profile, known) {
            (None, None) => return Err(Fault::new(FaultCode::NotSignedIn, "You are not signed in.")),
            (None, Some(known)) => (known.profile().clone(), Patient::SignedIn(known)),
            (Some(profile), Some(known)) if known.is_for(&profile) => (profile, Patient::SignedIn(known)),
            (Some(profile), _) => (self.policy.govern(profile)?, Patient::Stranger(passwords)),
        };
        let requests = self.requests.clone();
        let mut tell = move |check: &Check| {
            let check = check.clone();
            // If the loop has ended there is nobody left to tell.
            let _ = requests.send(Request::Checked { check });
        };
        Ok(self.doctor.examination(profile, patient).run(&mut tell).await)
    }

    /// What the desk knows while somebody is signed in.
    pub async fn known(&self) -> Result<Option<Box<Known>>, Fault> {
        let (done, answer) = oneshot::channel();
        self.ask(Request::Known { done })?;
        answer.await.map_err(|_| gone())
    }

    /// Waits until everything that is to be kept is on disk. Call it before the process ends.
    pub async fn flush(&self) {
        let (done, answer) = oneshot::channel();
        if self.ask(Request::Flush { done }).is_ok() {
            // A loop that has ended has written everything.
            let _ = answer.await;
        }
    }

    /// Whether anybody can see the face.
    pub fn set_visible(&self, visible: bool) -> Result<(), Fault> {
        self.ask(Request::Visible { visible })
    }

    /// Reads the roster and the own state now.
    pub fn refresh(&self) -> Result<(), Fault> {
        self.ask(Request::Refresh)
    }

    /// The window wants to close. Gives whether the supervisor is asked first, because something is armed or live.
    pub async fn ask_to_close(&self) -> bool {
        let (asked, answer) = oneshot::channel();
        self.ask(Request::AskToClose { asked }).is_ok() && answer.await.unwrap_or(false)
    }

    fn ask(&self, request: Request) -> Result<(), Fault> {
        self.requests.send(request).map_err(|_| gone())
    }
}

fn gone() -> Fault {
    Fault::new(FaultCode::Internal, "Sotto's console has stopped.").with_hint("Start Sotto again.")
}
