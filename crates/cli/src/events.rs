//! What the command line tells: one value per line, the same for people and for scripts.
//!
//! With `--json` a [`Line`] is printed as it is here; names and fields are a promise, documented in `docs/cli.md` and
//! held to it by a test. Without it `human` makes a sentence of it.

mod journal;
mod parts;
mod written;

use console::ExportedJournal;
use console::contract::journal::JournalState;
use desk::audience::Audience;
use desk::order::{Act, Medium};
use desk::view::{LinkState, RosterSource, SessionPhase, StateKind};
use serde::Serialize;

pub(crate) use journal::JournalRow;
pub(crate) use parts::{
    Agent, Candidate, Check, Code, FloorUser, Manner, OwnCall, OwnCode, Target, Trouble, remedy,
};
pub(crate) use written::{
    Arming, Parties, Running, SessionName, SessionState, Standing, TextState, Texts, TranscriptLine,
};

/// One line: an event and its time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Line {
    /// Milliseconds since the Unix epoch.
    pub(crate) at_ms: u64,
    /// What happened.
    #[serde(flatten)]
    pub(crate) event: Event,
}

/// Everything that can be told. The name of an event is its variant in `snake_case`.
#[derive(Debug, Clone, PartialEq, Serialize, strum::VariantNames, strum::IntoStaticStr)]
#[serde(tag = "event", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Event {
    /// Signed in and subscribed.
    SignedIn {
        server: String,
        user: String,
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        phone: Option<String>,
        registered: bool,
    },
    /// Signed out.
    SignedOut,
    /// The link to the server changed.
    LinkChanged {
        state: LinkState,
        #[serde(flatten)]
        trouble: Option<Trouble>,
    },
    /// Something works only in part, or should be known.
    Notice {
        #[serde(flatten)]
        trouble: Trouble,
    },
    /// Something went wrong that does not end the coaching.
    Problem {
        #[serde(flatten)]
        trouble: Trouble,
    },
    /// The command failed. Always the last line.
    Error {
        #[serde(flatten)]
        trouble: Trouble,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        candidates: Vec<Candidate>,
    },
    /// Asked for; the server has not said anything yet.
    Requested {
        #[serde(flatten)]
        target: Target,
        #[serde(flatten)]
        manner: Manner,
    },
    /// The server accepted the request, which is not yet a confirmation.
    Accepted {
        #[serde(flatten)]
        target: Target,
        #[serde(skip_serializing_if = "Option::is_none")]
        took_ms: Option<u64>,
    },
    /// The server says that it monitors the agent.
    Armed {
        #[serde(flatten)]
        target: Target,
        #[serde(flatten)]
        manner: Manner,
        #[serde(skip_serializing_if = "Option::is_none")]
        took_ms: Option<u64>,
    },
    /// The agent's call rings on the own phone.
    Ringing {
        #[serde(flatten)]
        target: Target,
        #[serde(skip_serializing_if = "Option::is_none")]
        call_id: Option<String>,
    },
    /// `--answer` picks the call up.
    Answering { call_id: String },
    /// In the call.
    Live {
        #[serde(flatten)]
        target: Target,
        #[serde(skip_serializing_if = "Option::is_none")]
        act: Option<Act>,
        #[serde(skip_serializing_if = "Option::is_none")]
        call_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        audience: Option<Audience>,
        #[serde(skip_serializing_if = "Option::is_none")]
        took_ms: Option<u64>,
    },
    /// Who hears the supervisor changed.
    Audience {
        audience: Audience,
        #[serde(flatten)]
        target: Target,
    },
    /// Changed between coaching, listening and barging in.
    Switched {
        #[serde(flatten)]
        target: Target,
        #[serde(skip_serializing_if = "Option::is_none")]
        act: Option<Act>,
        #[serde(skip_serializing_if = "Option::is_none")]
        took_ms: Option<u64>,
    },
    /// The call is over.
    CallEnded {
        #[serde(flatten)]
        target: Target,
    },
    /// Stopping was asked for; the server has not confirmed it yet.
    StopRequested {
        #[serde(flatten)]
        target: Target,
    },
    /// Nothing is armed any more.
    Stopped {
        #[serde(flatten)]
        target: Target,
        #[serde(skip_serializing_if = "Option::is_none")]
        took_ms: Option<u64>,
    },
    /// The server refused.
    Refused {
        #[serde(flatten)]
        target: Target,
        #[serde(flatten)]
        trouble: Option<Trouble>,
    },
    /// The server ended it, or never confirmed it.
    Lost {
        #[serde(flatten)]
        target: Target,
        #[serde(flatten)]
        trouble: Option<Trouble>,
    },
    /// Told to stop, so it is being cancelled.
    Interrupted { by: String },
    /// The process ends without signing out, so that what is armed stays armed.
    Detached {
        #[serde(flatten)]
        target: Target,
        #[serde(skip_serializing_if = "Option::is_none")]
        sessions: Option<u32>,
    },
    /// There was nothing to cancel.
    NothingArmed,
    /// Arming for written sessions was asked for; the server has not answered yet.
    WrittenRequested {
        #[serde(flatten)]
        arming: Arming,
    },
    /// The server took it: it waits for the agent's next session. It never says more than that.
    WrittenArmed {
        #[serde(flatten)]
        arming: Arming,
        #[serde(skip_serializing_if = "Option::is_none")]
        took_ms: Option<u64>,
    },
    /// Cancelling was asked for; the server has not answered yet.
    WrittenCancelling {
        #[serde(flatten)]
        arming: Arming,
    },
    /// The agent is not armed any more: cancelled, or the one session of `NextChat` has come.
    WrittenEnded {
        #[serde(flatten)]
        arming: Arming,
        joined: u32,
    },
    /// The server refused to arm the agent.
    WrittenRefused {
        #[serde(flatten)]
        arming: Arming,
        #[serde(flatten)]
        trouble: Option<Trouble>,
    },
    /// The agent was armed, and is not any more.
    WrittenLost {
        #[serde(flatten)]
        arming: Arming,
        #[serde(flatten)]
        trouble: Option<Trouble>,
    },
    /// The agent may or may not be armed: no clear answer came, or your session on the server was lost.
    WrittenUnclear {
        #[serde(flatten)]
        arming: Arming,
        #[serde(flatten)]
        trouble: Option<Trouble>,
    },
    /// Invited to a session.
    SessionInvited {
        #[serde(flatten)]
        name: SessionName,
        #[serde(flatten)]
        parties: Parties,
    },
    /// In a session.
    SessionJoined {
        #[serde(flatten)]
        name: SessionName,
        #[serde(flatten)]
        parties: Parties,
        #[serde(flatten)]
        standing: Standing,
        #[serde(skip_serializing_if = "Option::is_none")]
        topic: Option<String>,
    },
    /// Who takes part in a session changed.
    SessionParties {
        #[serde(flatten)]
        name: SessionName,
        #[serde(flatten)]
        parties: Parties,
    },
    /// How the supervisor is in a session, or who reads the supervisor in it, changed.
    SessionReaders {
        #[serde(flatten)]
        name: SessionName,
        #[serde(flatten)]
        parties: Parties,
        #[serde(flatten)]
        standing: Standing,
    },
    /// A line in a session.
    SessionLine {
        #[serde(flatten)]
        name: SessionName,
        #[serde(flatten)]
        line: TranscriptLine,
        skipped: bool,
    },
    /// How far an own text is.
    SessionText {
        #[serde(flatten)]
        name: SessionName,
        text_id: String,
        to_everyone: bool,
        state: TextState,
        #[serde(flatten)]
        trouble: Option<Trouble>,
    },
    /// Something went wrong in a session.
    SessionProblem {
        #[serde(flatten)]
        name: SessionName,
        #[serde(flatten)]
        trouble: Trouble,
    },
    /// Leaving a session was asked for; the server has not confirmed it yet.
    SessionLeaving {
        #[serde(flatten)]
        name: SessionName,
        #[serde(flatten)]
        parties: Parties,
    },
    /// Not in a session any more.
    SessionOver {
        #[serde(flatten)]
        name: SessionName,
        #[serde(flatten)]
        parties: Parties,
        phase: SessionPhase,
        #[serde(flatten)]
        trouble: Option<Trouble>,
    },
    /// One session, as it stands.
    Session {
        #[serde(flatten)]
        name: SessionName,
        #[serde(flatten)]
        parties: Parties,
        #[serde(flatten)]
        state: SessionState,
    },
    /// The end of a list of sessions.
    Sessions { sessions: u32, audience: Audience },
    /// The end of a transcript.
    Transcript {
        #[serde(flatten)]
        name: SessionName,
        lines: u32,
        #[serde(flatten)]
        trouble: Option<Trouble>,
    },
    /// One session of an agent that runs and that the supervisor is not in.
    RunningSession {
        #[serde(flatten)]
        target: Target,
        medium: Medium,
        #[serde(flatten)]
        running: Running,
    },
    /// The end of a list of an agent's running sessions.
    RunningSessions {
        #[serde(flatten)]
        target: Target,
        medium: Medium,
        sessions: u32,
    },
    /// One agent.
    Agent {
        #[serde(flatten)]
        agent: Agent,
    },
    /// The agent is not on the floor any more.
    AgentGone {
        #[serde(flatten)]
        target: Target,
    },
    /// The floor in numbers.
    Floor {
        agents: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        can_be_coached: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        source: Option<RosterSource>,
        #[serde(flatten)]
        trouble: Option<Trouble>,
    },
    /// The supervisor's own phone and state.
    Me {
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        phone: Option<String>,
        registered: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        state: Option<StateKind>,
        #[serde(skip_serializing_if = "Option::is_none")]
        label: Option<String>,
        acts: Vec<Act>,
    },
    /// A call on the own phone is new or changed.
    Call {
        #[serde(flatten)]
        call: OwnCall,
    },
    /// A call on the own phone is over.
    CallGone { call_id: String },
    /// One step of `doctor`.
    Check {
        #[serde(flatten)]
        check: Check,
    },
    /// The end of `doctor`.
    Diagnosis {
        ok: usize,
        warnings: usize,
        failed: usize,
        skipped: usize,
    },
    /// One coaching of the journal.
    Coaching {
        #[serde(flatten)]
        row: Box<JournalRow>,
    },
    /// The end of a list of coachings.
    Coachings { shown: u32, found: u32, all: u32 },
    /// The end of `journal verify`.
    JournalChecked {
        state: JournalState,
        #[serde(skip_serializing_if = "Option::is_none")]
        sequence: Option<u64>,
        message: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        entries: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        first: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        seal: Option<String>,
    },
    /// The end of `journal verify` with an export.
    ExportChecked {
        holds: bool,
        journal: ExportedJournal,
        message: String,
    },
    /// The end of `journal export`.
    JournalExported {
        file: String,
        manifest: String,
        coachings: u32,
        whole: bool,
    },
    /// The practice floor is open.
    FloorOpen {
        base_url: String,
        control_url: String,
        control_token: String,
        agents: usize,
        seed: u64,
        users: Vec<FloorUser>,
    },
    /// The practice floor is closed.
    FloorClosed,
}
