//! What the command line tells: one value per line, the same for people and for scripts.
//!
//! With `--json` a [`Line`] is printed as it is here; names and fields are a promise, documented in `docs/cli.md` and
//! held to it by a test. Without it `human` makes a sentence of it.

use desk::audience::Audience;
use desk::fault::{Fault, FaultCode};
use desk::order::{Act, CallAct, Mode, Scope};
use desk::view::{AgentRow, CallView, LinkState, RosterSource, StateKind, WhyNot};
use serde::Serialize;

/// One line: an event and its time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Line {
    /// Milliseconds since the Unix epoch.
    pub(crate) at_ms: u64,
    /// What happened.
    #[serde(flatten)]
    pub(crate) event: Event,
}

/// What went wrong: stable code, sentence, way out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Trouble {
    /// For scripts.
    pub(crate) code: Code,
    /// A sentence for people; it may change.
    pub(crate) message: String,
    /// What to do now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
}

/// A code of the console, which every face of Sotto shares, or one that only the command line needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Code {
    /// Of the console.
    Fault(FaultCode),
    /// Of the command line.
    Own(OwnCode),
}

/// The codes that only the command line needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum OwnCode {
    /// The command line cannot be understood.
    Usage,
    /// No server is named.
    NoServer,
    /// No user is named.
    NoUser,
    /// There is no password.
    NoPassword,
    /// No agent goes by this name.
    AgentNotFound,
    /// More than one agent goes by this name.
    AgentAmbiguous,
    /// It is not confirmed that coaching has stopped.
    StillArmed,
    /// The time of `--timeout` is over.
    TimeUp,
    /// Checks of `doctor` failed.
    ChecksFailed,
    /// The practice floor could not be opened.
    FloorNotOpened,
    /// The operating system refused something.
    System,
}

/// Whom a coaching is about. Both are missing where the server monitors somebody the roster does not know.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(crate) struct Target {
    /// The agent's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agent_id: Option<String>,
    /// The agent's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agent_name: Option<String>,
}

/// How the supervisor monitors: the server's word where there is one, else what was asked for.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(crate) struct Manner {
    /// Listen, coach or barge in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) act: Option<Act>,
    /// Next call or all calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mode: Option<Mode>,
    /// Leave with the agent or follow the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<Scope>,
}

/// An agent who may have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Candidate {
    /// The agent's id.
    pub(crate) agent_id: String,
    /// The agent's name.
    pub(crate) agent_name: String,
}

/// One agent of the roster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Agent {
    /// The agent's id.
    pub(crate) agent_id: String,
    /// The agent's name.
    pub(crate) agent_name: String,
    /// What kind of state.
    pub(crate) state: StateKind,
    /// The server's word for the state.
    pub(crate) label: String,
    /// When the state was first seen, in milliseconds since the Unix epoch.
    pub(crate) since_ms: u64,
    /// Whether the change itself was seen; if not, the state is at least this old.
    pub(crate) since_exact: bool,
    /// Groups, joined by commas.
    pub(crate) group: String,
    /// Phone number.
    pub(crate) phone: String,
    /// Whether the agent can be coached now.
    pub(crate) can_be_coached: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why_not: Option<WhyNot>,
    /// Who holds the agent, where the server says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) held_by: Option<String>,
}

/// A call on the supervisor's own phone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct OwnCall {
    /// Its id.
    pub(crate) call_id: String,
    /// Its state in the server's words.
    pub(crate) state: String,
    /// Inbound, Outbound …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) direction: Option<String>,
    /// The other parties.
    pub(crate) participants: Vec<String>,
    /// Whether it is a supervised call.
    pub(crate) supervised: bool,
    /// How the supervisor is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) act: Option<Act>,
    /// Whether the agent is muted.
    pub(crate) agent_muted: bool,
    /// What the server offers on it now.
    pub(crate) acts: Vec<CallAct>,
}

/// How one step of `doctor` went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// It works.
    Ok,
    /// It does not.
    Failed,
    /// It could not be tried, or there was nothing to try.
    Skipped,
}

/// One step of `doctor`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Check {
    /// Which step.
    pub(crate) step: Step,
    /// How it went.
    pub(crate) status: Status,
    /// What was found.
    pub(crate) detail: String,
    /// The code of the cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<FaultCode>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
}

/// The steps on the way to a coached call, in their order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::VariantArray, strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Step {
    /// The address can be one of a server.
    Address,
    /// The host name has an address.
    Dns,
    /// Its port takes connections.
    Tcp,
    /// Its certificate is trusted.
    Tls,
    /// It answers like Genesys Web Services.
    Http,
    /// It takes user name and password.
    SignIn,
    /// The user is a supervisor.
    Role,
    /// The user has the features that coaching needs.
    Features,
    /// The server pushes what happens.
    Subscription,
    /// Every topic is allowed.
    Topics,
    /// The contact-centre session has started, voice included.
    ContactCentreSession,
    /// The telephony service is up.
    Telephony,
    /// The user has a phone, and the switch knows it.
    Phone,
    /// The agents can be read.
    Roster,
    /// The server offers to listen in.
    ListenIn,
    /// The server offers to coach.
    Coach,
    /// The server offers to barge in.
    BargeIn,
}

/// Somebody who can sign in to a practice floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FloorUser {
    /// Sign-in name.
    pub(crate) user_name: String,
    /// Full name.
    pub(crate) name: String,
    /// Password, the same for everybody.
    pub(crate) password: String,
    /// Phone number.
    pub(crate) phone: String,
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
    },
    /// There was nothing to cancel.
    NothingArmed,
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
        failed: usize,
        skipped: usize,
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

impl From<&Fault> for Trouble {
    fn from(fault: &Fault) -> Trouble {
        Trouble {
            code: Code::Fault(fault.code),
            message: fault.message.clone(),
            hint: fault.hint.clone(),
        }
    }
}

impl From<&AgentRow> for Agent {
    fn from(row: &AgentRow) -> Agent {
        Agent {
            agent_id: row.id.clone(),
            agent_name: row.name.clone(),
            state: row.state.kind,
            label: row.state.label.clone(),
            since_ms: row.state.since.0,
            since_exact: row.state.exact,
            group: row.group.clone(),
            phone: row.number.clone(),
            can_be_coached: row.why_not.is_none(),
            why_not: row.why_not,
            held_by: row.held_by.clone(),
        }
    }
}

impl From<&CallView> for OwnCall {
    fn from(call: &CallView) -> OwnCall {
        OwnCall {
            call_id: call.id.clone(),
            state: call.state.clone(),
            direction: call.direction.clone(),
            participants: call.participants.clone(),
            supervised: call.supervised,
            act: call.act,
            agent_muted: call.agent_muted,
            acts: call.acts.iter().map(|button| button.act).collect(),
        }
    }
}
