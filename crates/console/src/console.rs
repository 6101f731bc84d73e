//! The handle of the running console: what the desktop shell, the command line and the browser host hold.

use std::sync::Arc;

use desk::fault::{Fault, FaultCode};
use desk::order::Command;
use desk::view::RosterQuery;
use tokio::sync::{mpsc, oneshot};

use crate::canned::Canned;
use crate::contract::{Draft, Message};
use crate::keeping::KeepPlace;
use crate::policy::Policy;
use crate::profile::Profile;
use crate::record::JournalPlace;
use crate::running::Running;
use crate::secret::Secret;
use crate::wire::{NetworkWire, Wire};

/// Makes the wire of a new session.
pub type WireMaker = Arc<dyn Fn(&Profile) -> Result<Arc<dyn Wire>, Fault> + Send + Sync>;

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
        let wire: WireMaker = Arc::new(|profile| Ok(Arc::new(NetworkWire::for_profile(profile)?)));
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
        password: Secret,
        practice: bool,
        done: oneshot::Sender<Result<(), Fault>>,
    },
    SignOut {
        done: oneshot::Sender<()>,
    },
    Order {
        command: Command,
        done: oneshot::Sender<Result<(), Fault>>,
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
    AskToClose {
        asked: oneshot::Sender<bool>,
    },
}

/// A running console. Clones share it; it ends when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Console {
    requests: mpsc::UnboundedSender<Request>,
    canned: Arc<Canned>,
    notices: Arc<[Fault]>,
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
        let running = Running::new(settings, incoming);
        let notices = running.notices().chain(canned.notice()).cloned().collect();
        let console = Console {
            requests,
            canned: Arc::new(canned),
            notices,
        };
        (console, running.run())
    }

    /// What the supervisor should know of the files as they were found: one was damaged and set aside.
    pub fn notices(&self) -> &[Fault] {
        &self.notices
    }

    /// The library of canned whispers.
    pub fn canned(&self) -> &Canned {
        &self.canned
    }

    /// Signs in. Done means subscribed, logged in to the phone as far as possible, and the state read.
    pub async fn sign_in(&self, profile: Profile, password: Secret) -> Result<(), Fault> {
        self.sign_in_to(profile, password, false).await
    }

    /// Signs in to the practice floor at this address.
    pub async fn practise(&self, profile: Profile, password: Secret) -> Result<(), Fault> {
        self.sign_in_to(profile, password, true).await
    }

    async fn sign_in_to(&self, profile: Profile, password: Secret, practice: bool) -> Result<(), Fault> {
        let profile = Box::new(profile.validated()?);
        let (done, answer) = oneshot::channel();
        self.ask(Request::SignIn {
            profile,
            password,
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
    pub async fn order(&self, command: Command) -> Result<(), Fault> {
        let (done, answer) = oneshot::channel();
        self.ask(Request::Order { command, done })?;
        answer.await.unwrap_or_else(|_| Err(gone()))
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
