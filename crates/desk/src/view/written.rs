//! The written sessions as a face sees them: who is armed, the board, and the transcript that is open.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::audience::Audience;
use crate::fault::Fault;
use crate::moment::Moment;
use crate::order::{Act, Extent, Medium, Readership};

/// Written supervision, but for the sessions themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrittenView {
    /// Who reads the supervisor, in the hottest of the joined sessions.
    pub audience: Audience,
    /// The media in which an agent can be armed now; empty where there is none.
    pub media: Vec<Medium>,
    /// Why none can, or what works only in part.
    pub problem: Option<Fault>,
    /// What is armed, may be, was asked for, refused or lost, in the order it was asked.
    pub armed: Vec<ArmedView>,
    /// The running sessions of the agent who was asked about last.
    pub running: Option<AgentSessionsView>,
}

/// How far the arming of an agent is. The server confirms none of it beyond taking the request (`gws/digital.md 3.5`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum ArmedPhase {
    /// Asked; no answer yet.
    Requested,
    /// The server took it: it waits for the agent's next session. Our own ledger says so, not the server.
    Armed,
    /// Asked to cancel; no answer yet.
    Cancelling,
    /// The server refused.
    Refused,
    /// It was armed and is not any more: the server has confirmed the end.
    Lost,
    /// It may or may not be armed: no clear answer came, Sotto was closed, the server's session began anew, or the one session it
    /// was for may have been.
    Unclear,
}

/// One agent who is armed for written sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ArmedView {
    /// The agent's id.
    pub agent_id: String,
    /// The agent's name.
    pub agent_name: String,
    /// SMS or chat.
    pub medium: Medium,
    /// Listen, coach or barge in.
    pub act: Act,
    /// Next session or all; none where it was left to the server (all).
    pub extent: Option<Extent>,
    /// The name agent and customer see.
    pub nickname: Option<String>,
    /// How far it is.
    pub phase: ArmedPhase,
    /// Since when.
    pub since: Moment,
    /// How many sessions came of it.
    pub joined: u32,
    /// What went wrong.
    pub problem: Option<Fault>,
    /// Whether the same can be asked again on one key.
    pub again: bool,
}

/// How far a session is. The server's own states, in a supervisor's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum SessionPhase {
    /// We were invited and have to accept.
    Invited,
    /// We are on the way in: the state, or who takes part, is not known yet.
    Joining,
    /// We are in it.
    Live,
    /// We asked to leave; the server has not confirmed.
    Leaving,
    /// The server took us out: the session was completed, or put in a queue.
    Revoked,
    /// We left; it has to be marked as done.
    Left,
    /// Over.
    Completed,
    /// Joining failed (`JoinFailed`).
    Failed,
    /// Gone while the link was down.
    Lost,
}

/// What leaving would do (`gws/digital.md 2.4`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum LeaveEffect {
    /// The server does not offer it now.
    NotOffered,
    /// An agent stays: the session goes on without us.
    GoesOn,
    /// No agent would stay: it would end for the customer, so it is not offered.
    EndsForCustomer,
    /// It is not known: ask first.
    Unknown,
}

/// What can be done in a session now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SessionActs {
    /// Write to the agent only.
    pub whisper: bool,
    /// Write to everybody.
    pub public: bool,
    /// The server would let us write to the agent, and the organisation does not: why, in a sentence.
    pub whisper_barred: Option<String>,
    /// The same of writing to everybody.
    pub public_barred: Option<String>,
    /// The ways of being in it that can be changed to now.
    pub switches: Vec<Act>,
    /// Accept the invitation.
    pub accept: bool,
    /// Turn it down.
    pub reject: bool,
    /// Mark as done.
    pub complete: bool,
    /// What leaving would do.
    pub leave: LeaveEffect,
}

/// One session on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    /// Names the session in commands: `smssessions/0000Ka1`. Not to be taken apart.
    pub key: String,
    /// SMS or chat.
    pub medium: Medium,
    /// Who is being coached now; another agent than the armed one where that one has left.
    pub agent_id: Option<String>,
    /// The agent's name.
    pub agent_name: String,
    /// The agent who was armed, where that is another by now.
    pub armed_agent: Option<String>,
    /// Further agents in it.
    pub others: Vec<String>,
    /// What the customer is called. Hostile text.
    pub customer: String,
    /// What it is about, from the attached data. Hostile text.
    pub topic: Option<String>,
    /// What the contact centre attached. Hostile text.
    pub user_data: Vec<(String, String)>,
    /// How far it is.
    pub phase: SessionPhase,
    /// Since when.
    pub since: Moment,
    /// When we came in.
    pub joined: Option<Moment>,
    /// Who reads us.
    pub audience: Audience,
    /// The same as it goes back with every text.
    pub readership: Readership,
    /// How we are in it, where that is certain.
    pub act: Option<Act>,
    /// A change that was asked for and is not confirmed.
    pub switching_to: Option<Act>,
    /// The customer's last message that nobody has answered.
    pub waiting_since: Option<Moment>,
    /// Lines that came since the supervisor last read it.
    pub unread: u32,
    /// How many lines the transcript has.
    pub lines: u32,
    /// The last lines that somebody wrote, oldest first, at most three.
    pub last: Vec<LineView>,
    /// Who types now. Hostile text.
    pub typing: Vec<String>,
    /// Own texts that are not in the transcript yet.
    pub unsent: Vec<UnsentView>,
    /// What can be done now.
    pub acts: SessionActs,
    /// What went wrong, or why it ended, in words.
    pub problem: Option<Fault>,
    /// When the server last said something about it.
    pub confirmed: Moment,
}

/// What a line is; told apart by more than colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum LineKind {
    /// The customer wrote.
    Customer,
    /// An agent wrote to everybody.
    Agent,
    /// An agent or supervisor wrote where the customer cannot see it.
    Whisper,
    /// The supervisor wrote to everybody.
    OwnPublic,
    /// The supervisor whispered.
    OwnWhisper,
    /// The server says something: joined, left, a notice.
    System,
}

/// Who could read a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum LineReaders {
    /// Everybody, the customer too.
    Everyone,
    /// Agents and supervisors.
    Agents,
    /// Supervisors only.
    Supervisors,
    /// The server did not say.
    Unknown,
}

/// One line of a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LineView {
    /// Names the line within its session, for ever.
    pub id: u32,
    /// What it is.
    pub kind: LineKind,
    /// Who could read it.
    pub readers: LineReaders,
    /// Who wrote it. Hostile text.
    pub from: String,
    /// What it says. Hostile text. For a system line: what happened, in words.
    pub text: String,
    /// A link that was sent with it. Hostile text, never opened unasked.
    pub url: Option<String>,
    /// When, by the server's clock where it says so, else when it came.
    pub at: Moment,
}

/// How far an own text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum UnsentState {
    /// On its way.
    Sending,
    /// The server took it; the transcript will show it.
    Taken,
    /// It was not sent. It can be sent again.
    Failed,
    /// No clear answer came; the transcript is being read to find out.
    Unclear,
}

/// An own text that is not in the transcript yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UnsentView {
    /// Its id.
    pub send_id: String,
    /// The text.
    pub text: String,
    /// Whether it is for everybody.
    pub public: bool,
    /// How far it is.
    pub state: UnsentState,
    /// Why it was not sent.
    pub problem: Option<Fault>,
    /// When it was asked for.
    pub at: Moment,
}

/// The sessions an agent is in now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentSessionsView {
    /// The agent.
    pub agent_id: String,
    /// SMS or chat.
    pub medium: Medium,
    /// Whether the answer is still on its way.
    pub reading: bool,
    /// The sessions that can be joined.
    pub sessions: Vec<RunningView>,
    /// Why they cannot be listed.
    pub problem: Option<Fault>,
}

/// A session that runs and that we are not in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunningView {
    /// Names it in commands.
    pub key: String,
    /// What the customer is called. Hostile text.
    pub customer: String,
    /// What it is about. Hostile text.
    pub topic: Option<String>,
}

/// The sessions on the board as they changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BoardPatch {
    /// The keys of all sessions, by what needs attention first.
    pub order: Vec<String>,
    /// The sessions that are new or changed.
    pub changed: Vec<SessionView>,
}

/// The transcript a face has open, as it changed: from line number `from` on it is now this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TranscriptPatch {
    /// The session.
    pub session: String,
    /// How many of the lines told before still hold; nought for the whole.
    pub from: u32,
    /// The lines from there on, oldest first.
    pub lines: Vec<LineView>,
    /// Whether earlier lines are still being read.
    pub reading: bool,
    /// Why the transcript may not be whole.
    pub problem: Option<Fault>,
}
