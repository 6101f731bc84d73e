//! What went wrong, as a value every face of Sotto shows in the same words.
//!
//! A fault has a stable code for machines and support, a sentence a supervisor understands, and a way out.
//! Nothing matches on the sentence.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The closed set of codes. A code is added only when someone tells it apart from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// The address is not one a server can have.
    BadAddress,
    /// Plain http to a host that is not this machine.
    InsecureAddress,
    /// No connection could be made: name, route or port.
    Unreachable,
    /// The server did not answer in time.
    TimedOut,
    /// The certificate is signed by nobody this machine trusts.
    CertificateUntrusted,
    /// The certificate is past its last day, or before its first.
    CertificateExpired,
    /// The certificate belongs to another host.
    CertificateWrongHost,
    /// The key of the server is none of those that are pinned.
    CertificateNotPinned,
    /// The proxy wants a name and a password, or does not accept those it got.
    ProxyRefused,
    /// The extra certificate authority file cannot be read.
    CertificateFile,
    /// The server answered with something that is not Genesys Web Services.
    NotGenesys,
    /// The answer was larger than we accept.
    AnswerTooLarge,
    /// The server has a fault of its own (HTTP 5xx, status 4).
    ServerFault,
    /// The clocks of this computer and of the server differ.
    ClockOff,
    /// Something between here and the server ended a long poll.
    PollCut,
    /// User name or password is wrong.
    WrongPassword,
    /// The server demands a new password first.
    PasswordChangeDemanded,
    /// The user has no supervisor role.
    NotSupervisor,
    /// A feature that coaching needs is not assigned.
    FeatureMissing,
    /// No session on the server any more.
    SignedOut,
    /// Not signed in yet.
    NotSignedIn,
    /// Already signing in or signed in.
    AlreadySignedIn,
    /// The phone of the supervisor is not registered at the switch.
    PhoneNotRegistered,
    /// The user has no phone, or the place has none.
    NoPhone,
    /// The place or phone is in use by somebody else.
    PlaceInUse,
    /// Voice could not be started, other channels could.
    VoiceNotStarted,
    /// The written channels could not be started, voice could.
    WrittenNotStarted,
    /// The subscription works, but the server refused one topic.
    TopicRefused,
    /// The link to the server is not live, so nothing can be confirmed.
    LinkDown,
    /// The agent is not on the floor any more.
    AgentGone,
    /// The agent has no phone to coach on.
    AgentNoPhone,
    /// The agent is not logged in.
    AgentLoggedOut,
    /// Another supervisor holds the agent.
    AgentHeld,
    /// The server does not offer this operation now.
    NotOffered,
    /// The same was asked a moment ago.
    AlreadyAsked,
    /// The organisation does not allow this to its supervisors.
    ManagedByOrganisation,
    /// The organisation wants a reason for this, and there is none.
    ReasonMissing,
    /// Something must be stopped first.
    StopFirst,
    /// The server refused the operation.
    Refused,
    /// The server accepted, but never confirmed.
    NotConfirmed,
    /// The server ended what had been confirmed.
    Dropped,
    /// The call is over.
    CallGone,
    /// The written session is over, or we are not in it any more.
    SessionGone,
    /// Who reads us has changed since the text was written; nothing was sent.
    ReadersChanged,
    /// There is nothing to send: the text is empty or only blanks.
    NothingToSend,
    /// The text is longer than we send.
    TextTooLong,
    /// The text holds characters that cannot be sent.
    TextNotSendable,
    /// The name agent and customer would see is empty, too long or has characters that cannot be sent.
    BadNickname,
    /// Leaving could end the session for the customer.
    LeaveNotSafe,
    /// The server does not list the agent's running sessions.
    RunningNotListed,
    /// The transcript could not be read whole.
    TranscriptNotRead,
    /// What we want to keep on disk (intents, drafts, canned whispers) could not be written.
    NotKept,
    /// A file to import is not what it should be.
    BadFile,
    /// The list of agents cannot be read.
    RosterUnavailable,
    /// A profile is not valid.
    BadProfile,
    /// Settings on disk could not be read and were set aside.
    SettingsSetAside,
    /// Settings could not be written.
    SettingsNotSaved,
    /// No keychain: the password stays in memory.
    NoKeychain,
    /// The journal cannot be written.
    JournalUnavailable,
    /// The journal cannot be read.
    JournalNotRead,
    /// The journal has no such coaching.
    CoachingUnknown,
    /// Something for or about the journal is not valid: a day, a note, a tag.
    BadJournalEntry,
    /// The agent was supervised as often this month as the organisation allows.
    BudgetSpent,
    /// Something in Sotto itself failed.
    Internal,
}

/// What went wrong: code, sentence, way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// Stable, for machines and support.
    pub code: FaultCode,
    /// A sentence a supervisor understands.
    pub message: String,
    /// What to do now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hint: Option<String>,
}

impl Fault {
    /// A fault without a way out.
    pub fn new(code: FaultCode, message: impl Into<String>) -> Fault {
        Fault {
            code,
            message: message.into(),
            hint: None,
        }
    }

    /// The same with a way out.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Fault {
        Fault {
            hint: Some(hint.into()),
            ..self
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}
