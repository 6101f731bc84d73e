//! The test bed: a console and a simulated contact centre in one thread, joined by a wire in memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use console::policy::Policy;
use console::profile::Profile;
use console::secret::Secret;
use console::wire::Wire;
use console::{Console, JournalPlace, KeepPlace, Settings};
use desk::fault::{Fault, FaultCode};
use desk::order::{Act, CallAct, Command, Mode, Order, Scope};
use desk::order::{Extent, Medium, Readership, WrittenCommand, WrittenOrder};
use desk::view::{ArmedPhase, LinkState, SessionPhase};
use journal::{Filter, Journal, Verification, What};
use serde_json::Value;
use simulator::{Faults, Handle, PersonView, RecordedRequest, SessionRequest};
use tempfile::TempDir;

use crate::face::Face;
use crate::wire::MemoryWire;

/// The password of everybody on the floor.
pub(crate) const PASSWORD: &str = "practice";

/// Turns fault switches on.
pub(crate) type Spoil = fn(&mut Faults);

pub(crate) struct Bed {
    pub(crate) floor: Handle,
    pub(crate) wire: Arc<MemoryWire>,
    pub(crate) console: Console,
    settings: Settings,
    folder: TempDir,
}

impl Bed {
    pub(crate) fn new() -> Bed {
        Bed::on(simulator::Settings::default())
    }

    /// With fault switches from the start.
    pub(crate) fn with_faults(change: impl FnOnce(&mut Faults)) -> Bed {
        let bed = Bed::new();
        bed.floor.change_faults(change);
        bed
    }

    pub(crate) fn on(settings: simulator::Settings) -> Bed {
        let folder = tempfile::tempdir().unwrap();
        let place = JournalPlace::File(folder.path().join("journal.db"));
        Bed::build(settings, place, folder)
    }

    /// With the journal in a folder that does not exist.
    pub(crate) fn without_journal() -> Bed {
        let folder = tempfile::tempdir().unwrap();
        let place = JournalPlace::File(folder.path().join("missing").join("journal.db"));
        Bed::build(simulator::Settings::default(), place, folder)
    }

    /// With a journal that another Sotto holds until it is dropped.
    pub(crate) fn with_held_journal() -> (Bed, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("journal.db");
        let other = Journal::open(&file).unwrap();
        let place = JournalPlace::File(file);
        (Bed::build(simulator::Settings::default(), place, folder), other)
    }

    /// With the journal in a folder that does not exist, where the organisation decides this.
    pub(crate) fn without_journal_under(policy: Policy) -> Bed {
        let folder = tempfile::tempdir().unwrap();
        let place = JournalPlace::File(folder.path().join("missing").join("journal.db"));
        Bed::governed(simulator::Settings::default(), place, policy, folder)
    }

    /// With a data folder that has gone since the start.
    pub(crate) async fn without_data() -> Bed {
        let mut bed = Bed::new();
        bed.settings.journal = JournalPlace::Memory;
        bed.settings.keep = KeepPlace::Folder(bed.folder.path().join("missing"));
        bed.restart().await;
        bed
    }

    /// Where the organisation decides this, and with what was written into the journal before.
    pub(crate) fn under(policy: Policy, before: impl FnOnce(&mut Journal)) -> Bed {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("journal.db");
        before(&mut Journal::open(&file).unwrap());
        Bed::governed(
            simulator::Settings::default(),
            JournalPlace::File(file),
            policy,
            folder,
        )
    }

    fn build(settings: simulator::Settings, journal: JournalPlace, folder: TempDir) -> Bed {
        Bed::governed(settings, journal, Policy::default(), folder)
    }

    fn governed(
        settings: simulator::Settings,
        journal: JournalPlace,
        policy: Policy,
        folder: TempDir,
    ) -> Bed {
        let (router, floor) = simulator::service(settings);
        let wire = Arc::new(MemoryWire::new(router));
        let shared: Arc<dyn Wire> = Arc::<MemoryWire>::clone(&wire);
        let settings = Settings {
            journal,
            keep: KeepPlace::Folder(folder.path().to_owned()),
            policy,
            wire: Arc::new(move |_, _| Ok(Arc::clone(&shared))),
        };
        Bed {
            floor,
            wire,
            console: Console::start(settings.clone()),
            settings,
            folder,
        }
    }

    /// Ends Sotto without signing out, as a power cut would, and starts it again where it kept its things.
    pub(crate) async fn restart(&mut self) {
        self.console = Console::start(self.settings.clone());
        // The loop of the former one ends with its last handle.
        tokio::task::yield_now().await;
    }

    /// The data folder.
    pub(crate) fn data(&self) -> &Path {
        self.folder.path()
    }

    /// What is in a file of the data folder at this very moment.
    pub(crate) fn kept(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    /// Signed in as `sam`, with the roster on screen.
    pub(crate) async fn signed_in() -> (Bed, Face) {
        let bed = Bed::new();
        let face = bed.open().await;
        (bed, face)
    }

    /// Signs in and waits until the roster is on screen.
    pub(crate) async fn open(&self) -> Face {
        let mut face = Face::open(&self.console).await;
        self.sign_in().await.unwrap();
        face.until("the roster", |face| face.view.floor.source.is_some())
            .await;
        assert_eq!(face.view.link.state, LinkState::Live);
        face
    }

    pub(crate) async fn sign_in(&self) -> Result<(), Fault> {
        self.sign_in_as("sam", PASSWORD).await
    }

    pub(crate) async fn sign_in_as(&self, user_name: &str, password: &str) -> Result<(), Fault> {
        let profile = Profile {
            user_name: user_name.to_owned(),
            ..profile()
        };
        self.console
            .sign_in(profile, Secret::new(password.to_owned()))
            .await
    }

    /// The code of the fault with which signing in fails.
    pub(crate) async fn refused(&self) -> FaultCode {
        self.sign_in().await.expect_err("signing in fails").code
    }

    /// The first agent of the floor, who is ready.
    pub(crate) fn ana(&self) -> PersonView {
        self.agent(0)
    }

    pub(crate) fn agent(&self, index: usize) -> PersonView {
        self.floor.state().agents.swap_remove(index)
    }

    pub(crate) fn sam(&self) -> PersonView {
        self.floor.state().supervisors.swap_remove(0)
    }

    pub(crate) async fn order(
        &self,
        act: Act,
        agent: &PersonView,
        mode: Mode,
        scope: Scope,
    ) -> Result<(), Fault> {
        let order = Order {
            agent_id: agent.id.clone(),
            act,
            mode: Some(mode),
            scope: Some(scope),
            phone_number: None,
            reason: None,
        };
        self.console.order(Command::Monitor { order }).await
    }

    /// Coaches the next call of an agent.
    pub(crate) async fn coach(&self, agent: &PersonView) -> Result<(), Fault> {
        self.order(Act::Coach, agent, Mode::NextCall, Scope::Agent).await
    }

    pub(crate) async fn written(&self, command: WrittenCommand) -> Result<(), Fault> {
        self.console.order(Command::Written { command }).await
    }

    /// Coaches all SMS sessions of an agent from the next one on.
    pub(crate) async fn arm(&self, agent: &PersonView) -> Result<(), Fault> {
        let order = WrittenOrder {
            agent_id: agent.id.clone(),
            medium: Medium::Sms,
            act: Act::Coach,
            extent: Some(Extent::AllChats),
            nickname: Some("Lead".to_owned()),
            reason: None,
        };
        self.written(WrittenCommand::Arm { order }).await
    }

    /// The agent gets an SMS session. Gives its id.
    pub(crate) fn customer_writes_to(&self, agent: &PersonView) -> String {
        self.floor
            .take_session(&agent.user_name, &SessionRequest::default())
            .unwrap()
    }

    /// Armed, and in a first session as a coach. Gives its key.
    pub(crate) async fn in_a_session(&self, face: &mut Face) -> String {
        self.arm(&self.ana()).await.unwrap();
        face.until_armed(ArmedPhase::Armed).await;
        let key = format!("smssessions/{}", self.customer_writes_to(&self.ana()));
        face.until("in the session", |face| {
            let session = face.session(&key);
            session.is_some_and(|session| session.phase == SessionPhase::Live && session.acts.whisper)
        })
        .await;
        key
    }

    pub(crate) async fn whisper(&self, session: &str, text: &str) -> Result<(), Fault> {
        self.written(WrittenCommand::Whisper {
            session: session.to_owned(),
            text: text.to_owned(),
            seen: Readership::Agents,
            send_id: format!("id of {text}"),
        })
        .await
    }

    pub(crate) async fn stop(&self) -> Result<(), Fault> {
        self.console.order(Command::Stop).await
    }

    /// Does something with the only own call.
    pub(crate) async fn act(&self, face: &Face, act: CallAct) -> Result<(), Fault> {
        let call_id = face.view.calls[0].id.clone();
        let reason = None;
        self.console.order(Command::Call { call_id, act, reason }).await
    }

    /// The operations that arrived, in order, with their bodies.
    pub(crate) fn operations(&self) -> Vec<(String, Value)> {
        let posts = self.floor.requests().into_iter();
        posts
            .filter(|request| request.method == "POST" && !is_cometd(request))
            .map(|request| (request.path, request.body))
            .collect()
    }

    /// The names of the operations that arrived.
    pub(crate) fn operation_names(&self) -> Vec<String> {
        let operations = self.operations().into_iter();
        operations
            .map(|(_, body)| body["operationName"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// The Bayeux channels that were posted to, in order, with the operations among them.
    pub(crate) fn conversation(&self) -> Vec<String> {
        let mut said = Vec::new();
        for request in self.floor.requests() {
            if is_cometd(&request) {
                for message in request.body.as_array().unwrap() {
                    let channel = message["channel"].as_str().unwrap();
                    let subscription = message["subscription"].as_str().unwrap_or_default();
                    said.push(format!("{channel} {subscription}").trim().to_owned());
                }
            } else if request.method == "POST" {
                said.push(
                    request.body["operationName"]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned(),
                );
            } else {
                said.push(format!("GET {}", request.path));
            }
        }
        said
    }

    /// What is on disk at this very moment, oldest first; the chain is checked.
    pub(crate) fn journal(&self) -> Vec<(What, String)> {
        let copy = self.copy_of_journal();
        let journal = Journal::open(&copy).unwrap();
        assert!(
            matches!(journal.verify().unwrap(), Verification::Whole(_)),
            "the chain holds"
        );
        let mut entries = journal.entries(&Filter::default(), 1000).unwrap();
        entries.reverse();
        entries
            .into_iter()
            .map(|entry| (entry.content.event, entry.content.agent))
            .collect()
    }

    /// The events on disk at this very moment.
    pub(crate) fn recorded(&self) -> Vec<What> {
        self.journal().into_iter().map(|(event, _)| event).collect()
    }

    /// The console holds the file; whoever only looks takes a copy.
    fn copy_of_journal(&self) -> PathBuf {
        let copies = tempfile::tempdir_in(self.folder.path()).unwrap().keep();
        for name in ["journal.db", "journal.db-wal"] {
            let file = self.folder.path().join(name);
            if file.exists() {
                std::fs::copy(file, copies.join(name)).unwrap();
            }
        }
        copies.join("journal.db")
    }
}

/// The profile of `sam` at the only address the floor has.
pub(crate) fn profile() -> Profile {
    Profile {
        id: "floor".to_owned(),
        base_url: "http://127.0.0.1:8080/api/v2".to_owned(),
        user_name: "sam".to_owned(),
        place: "Place_5005".to_owned(),
        ..Profile::default()
    }
}

fn is_cometd(request: &RecordedRequest) -> bool {
    request.path.contains("/notifications")
}
