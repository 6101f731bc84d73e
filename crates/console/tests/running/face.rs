//! A face: mirrors the desk from snapshots and patches as a window does, and checks every one on its way in.

use std::collections::BTreeMap;
use std::time::Duration;

use console::Console;
use console::contract::Message;
use console::contract::journal::CoachingEnded;
use desk::audience::Audience;
use desk::view::{AgentRow, LinkState, Patch, Phase, RosterQuery, RosterWindow, StepKind, View};
use desk::view::{ArmedPhase, BoardPatch, LineView, SessionPhase, SessionView, TranscriptPatch};
use tokio::sync::mpsc::UnboundedReceiver;

/// Nothing in Sotto may take longer, in the time of the test.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Face {
    console: Console,
    messages: UnboundedReceiver<Message>,
    pub(crate) view: View,
    pub(crate) roster: RosterWindow,
    pub(crate) revision: u32,
    /// Each phase with its audience, as they were shown.
    pub(crate) shown: Vec<(Phase, Audience)>,
    pub(crate) links: Vec<LinkState>,
    pub(crate) close_asked: u32,
    /// The lines of the transcript that is open.
    pub(crate) transcript: Vec<LineView>,
    /// The sessions that were told to have arrived, by key.
    pub(crate) arrived: Vec<String>,
    /// What the supervisor came out of.
    pub(crate) asked: Vec<console::contract::AgentAsked>,
    pub(crate) ended: Vec<CoachingEnded>,
    /// The sessions the face was asked to open.
    pub(crate) to_open: Vec<String>,
    /// Every message as it goes to a window, where somebody listens.
    pub(crate) overheard: Option<Vec<u8>>,
}

impl Face {
    /// A face that looks at the first rows of the roster.
    pub(crate) async fn open(console: &Console) -> Face {
        Face::looking_at(console, rows(0, 100)).await
    }

    pub(crate) async fn looking_at(console: &Console, query: RosterQuery) -> Face {
        let mut messages = console.subscribe(query).unwrap();
        let Some(Message::Patch { patch }) = messages.recv().await else {
            panic!("the first message is a snapshot");
        };
        assert_eq!(patch.from, 0, "the first patch is a snapshot");
        let mut face = Face {
            console: console.clone(),
            messages,
            view: View {
                link: patch.link.clone().expect("a snapshot has every section"),
                me: patch.me.clone().expect("a snapshot has every section"),
                coaching: patch.coaching.clone().expect("a snapshot has every section"),
                calls: patch.calls.clone().expect("a snapshot has every section"),
                floor: patch.floor.clone().expect("a snapshot has every section"),
                written: patch.written.clone().expect("a snapshot has every section"),
                sessions: Vec::new(),
                drift: patch.drift.clone().expect("a snapshot has every section"),
                rules: patch.rules.clone().expect("a snapshot has every section"),
            },
            roster: patch.roster.clone().expect("a snapshot has every section"),
            revision: patch.to,
            shown: Vec::new(),
            links: Vec::new(),
            close_asked: 0,
            transcript: Vec::new(),
            arrived: Vec::new(),
            asked: Vec::new(),
            ended: Vec::new(),
            to_open: Vec::new(),
            overheard: None,
        };
        face.apply(*patch);
        face.console.acknowledge(face.revision).unwrap();
        face
    }

    /// From now on every message is kept as it goes to a window.
    pub(crate) fn overhear(&mut self) {
        self.overheard = Some(Vec::new());
    }

    /// The next patch, applied and acknowledged.
    pub(crate) async fn next(&mut self) -> Patch {
        let patch = self.next_unacknowledged().await;
        self.console.acknowledge(patch.to).unwrap();
        patch
    }

    /// The next patch, applied but not acknowledged.
    pub(crate) async fn next_unacknowledged(&mut self) -> Patch {
        loop {
            let message = self.messages.recv().await.expect("the console is there");
            if let Some(overheard) = &mut self.overheard {
                serde_json::to_writer(overheard, &message).unwrap();
            }
            match message {
                Message::CloseAsked => self.close_asked += 1,
                Message::Checked { .. } => {}
                Message::AgentAsked { asked } => self.asked.push(asked),
                Message::CoachingEnded { ended } => self.ended.push(ended),
                Message::SessionArrived { session, .. } => self.arrived.push(session),
                Message::OpenSession { session } => self.to_open.push(session),
                Message::Patch { patch } => {
                    assert!(
                        patch.from == 0 || patch.from == self.revision,
                        "a gap in the revisions"
                    );
                    self.apply((*patch).clone());
                    return *patch;
                }
            }
        }
    }

    /// Waits until the face shows something.
    pub(crate) async fn until(&mut self, what: &str, holds: impl Fn(&Face) -> bool) {
        let waiting = async {
            while !holds(self) {
                self.next().await;
            }
        };
        let shown = tokio::time::timeout(PATIENCE, waiting).await.is_ok();
        assert!(
            shown,
            "never shown: {what}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}",
            self.view.link, self.view.coaching, self.view.calls, self.view.written, self.view.sessions
        );
    }

    pub(crate) async fn until_phase(&mut self, phase: Phase) {
        self.until(&format!("{phase:?}"), |face| face.view.coaching.phase == phase)
            .await;
    }

    /// Waits until the only line of what is armed is so far.
    pub(crate) async fn until_armed(&mut self, phase: ArmedPhase) {
        self.until(&format!("{phase:?}"), |face| {
            face.view.written.armed.iter().any(|armed| armed.phase == phase)
        })
        .await;
    }

    pub(crate) fn session(&self, key: &str) -> Option<&SessionView> {
        self.view.sessions.iter().find(|session| session.key == key)
    }

    /// The texts of the transcript that is open.
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.transcript.iter().map(|line| line.text.as_str()).collect()
    }

    pub(crate) async fn until_link(&mut self, state: LinkState) {
        self.until(&format!("{state:?}"), |face| face.view.link.state == state)
            .await;
    }

    /// Takes in everything that is said during this time.
    pub(crate) async fn watch(&mut self, time: Duration) {
        let until = tokio::time::Instant::now() + time;
        while tokio::time::timeout_at(until, self.next()).await.is_ok() {}
    }

    /// Whether nothing will ever come any more.
    pub(crate) async fn is_replaced(&mut self) -> bool {
        while let Some(message) = self.messages.recv().await {
            drop(message);
        }
        true
    }

    /// What waits at this moment without any time passing.
    pub(crate) fn waiting(&mut self) -> usize {
        self.messages.len()
    }

    /// The steps of the coaching so far.
    pub(crate) fn steps(&self) -> Vec<StepKind> {
        self.view.coaching.steps.iter().map(|step| step.kind).collect()
    }

    pub(crate) fn row(&self, name: &str) -> &AgentRow {
        let row = self.roster.rows.iter().find(|row| row.name == name);
        row.unwrap_or_else(|| panic!("no row of {name}"))
    }

    fn apply(&mut self, patch: Patch) {
        self.revision = patch.to;
        let view = &mut self.view;
        patch.link.into_iter().for_each(|link| view.link = link);
        patch.me.into_iter().for_each(|me| view.me = me);
        patch
            .coaching
            .into_iter()
            .for_each(|coaching| view.coaching = coaching);
        patch.calls.into_iter().for_each(|calls| view.calls = calls);
        patch.floor.into_iter().for_each(|floor| view.floor = floor);
        patch
            .written
            .into_iter()
            .for_each(|written| view.written = written);
        patch.drift.into_iter().for_each(|drift| view.drift = drift);
        patch.rules.into_iter().for_each(|rules| view.rules = rules);
        patch.roster.into_iter().for_each(|roster| self.roster = roster);
        patch.board.into_iter().for_each(|board| self.rearrange(board));
        patch
            .transcript
            .into_iter()
            .for_each(|changed| self.write_on(changed));
        self.check();
        let shown = (self.view.coaching.phase, self.view.coaching.audience);
        if self.shown.last() != Some(&shown) {
            self.shown.push(shown);
        }
        if self.links.last() != Some(&self.view.link.state) {
            self.links.push(self.view.link.state);
        }
    }

    fn rearrange(&mut self, board: BoardPatch) {
        let mut known: BTreeMap<String, SessionView> = std::mem::take(&mut self.view.sessions)
            .into_iter()
            .chain(board.changed)
            .map(|session| (session.key.clone(), session))
            .collect();
        self.view.sessions = board
            .order
            .iter()
            .map(|key| {
                known
                    .remove(key)
                    .expect("the board names only sessions it has told")
            })
            .collect();
    }

    fn write_on(&mut self, changed: TranscriptPatch) {
        let kept = usize::try_from(changed.from).unwrap();
        assert!(kept <= self.transcript.len(), "lines are missing");
        self.transcript.truncate(kept);
        self.transcript.extend(changed.lines);
    }

    /// Opens the transcript of a session.
    pub(crate) fn open_session(&mut self, key: &str) {
        self.transcript.clear();
        self.console.open(Some(key.to_owned())).unwrap();
    }

    /// What no face may ever be told.
    fn check(&self) {
        let View {
            link,
            coaching,
            calls,
            written,
            sessions,
            ..
        } = &self.view;
        for session in sessions {
            if link.state != LinkState::Live && session.phase == SessionPhase::Live {
                assert_eq!(
                    session.audience,
                    Audience::Unknown,
                    "without a link nobody knows who reads"
                );
            }
        }
        if link.state == LinkState::SignedOut {
            assert!(
                written.armed.is_empty() && sessions.is_empty(),
                "nothing of the former sign-in is on screen"
            );
        }
        let busy = !matches!(coaching.phase, Phase::Idle | Phase::Refused | Phase::Lost);
        if link.state != LinkState::Live && (busy || !calls.is_empty()) {
            assert_eq!(
                coaching.audience,
                Audience::Unknown,
                "without a link nobody knows who hears"
            );
        }
        if matches!(coaching.phase, Phase::Requested | Phase::Armed) && calls.is_empty() {
            assert_ne!(
                coaching.audience,
                Audience::AgentOnly,
                "nobody hears without a call"
            );
        }
        if link.state == LinkState::SignedOut {
            assert_eq!(
                coaching.phase,
                Phase::Idle,
                "signed out means that nothing is shown as armed"
            );
        }
    }
}

/// A window of the roster.
pub(crate) fn rows(first: u32, count: u32) -> RosterQuery {
    RosterQuery {
        first,
        count,
        ..RosterQuery::default()
    }
}
