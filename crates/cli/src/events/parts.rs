//! What events are made of: whom it is about, what went wrong, one agent, one call, one step.

use console::doctor::{self, Fact, Outcome, Step};
use desk::fault::{Fault, FaultCode};
use desk::order::{Act, CallAct, Mode, Scope};
use desk::view::{AgentRow, CallView, StateKind, WhyNot};
use serde::Serialize;

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
    /// The supervisor is in no session of this name.
    SessionNotFound,
    /// The supervisor's visibility in the session is not the one this text needs.
    OtherReaders,
    /// It is not confirmed that coaching has stopped.
    StillArmed,
    /// The time of `--timeout` is over.
    TimeUp,
    /// Checks of `doctor` failed.
    ChecksFailed,
    /// The journal is not as it was written.
    JournalNotWhole,
    /// There is no folder in which the app would have a journal.
    NoJournal,
    /// The practice floor could not be opened.
    FloorNotOpened,
    /// There is a policy that cannot be obeyed.
    Policy,
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

/// One step of `doctor`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Check {
    /// Which step.
    pub(crate) step: Step,
    /// How it went.
    pub(crate) status: Outcome,
    /// What was found.
    pub(crate) detail: String,
    /// The code of the cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<FaultCode>,
    /// What it means for coaching.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) meaning: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
    /// For IT.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) facts: Vec<Fact>,
    /// How long it took.
    pub(crate) took_ms: u32,
}

impl From<&doctor::Check> for Check {
    fn from(check: &doctor::Check) -> Check {
        let untrusted = check.code == Some(FaultCode::CertificateUntrusted);
        Check {
            step: check.step,
            status: check.outcome,
            detail: check.found.clone(),
            code: check.code,
            meaning: check.meaning.clone(),
            hint: if untrusted {
                Some(OWN_AUTHORITY.to_owned())
            } else {
                check.remedy.clone()
            },
            facts: check.facts.clone(),
            took_ms: check.took_ms,
        }
    }
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

impl From<&Fault> for Trouble {
    fn from(fault: &Fault) -> Trouble {
        Trouble {
            code: Code::Fault(fault.code),
            message: fault.message.clone(),
            hint: remedy(fault),
        }
    }
}

const OWN_AUTHORITY: &str =
    "If your company has its own certificate authority, give its file with --extra-ca.";

/// What to do about a fault. Where the console's words are about the window, the command line has its own.
pub(crate) fn remedy(fault: &Fault) -> Option<String> {
    match fault.code {
        FaultCode::CertificateUntrusted => Some(OWN_AUTHORITY.to_owned()),
        FaultCode::LeaveNotSafe => Some(
            "`sms sessions` says what leaving would do. Only where nobody knows, `--knowing` \
             (typed: `knowing`) leaves all the same."
                .to_owned(),
        ),
        _ => fault.hint.clone(),
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
