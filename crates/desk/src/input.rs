//! What comes into the desk and what it wants done: the two sides of [`Desk::handle`](crate::Desk::handle).

use gws::digital::{Message, Session, SessionAddress, SmsSpelling};
use gws::{Call, Device, Group, Notification, Operation, StatusCode, User, UserId};
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, FaultCode};
use crate::moment::Moment;
use crate::order::{Act, Extent, Medium, Mode, Order, Scope, WrittenOrder};
use crate::view::{RosterSource, StepKind};

/// Ties a reply to the call that asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// Everything that can happen to the desk.
#[derive(Debug, Clone)]
pub enum Input {
    /// The link changed.
    Link(LinkChange),
    /// The server said anything at all, in so many milliseconds where it was asked.
    Heard {
        /// How long the answer took.
        round_trip_ms: Option<u32>,
    },
    /// The server pushed something.
    Notification(Box<Notification>),
    /// The server answered an [`Effect::Call`].
    Replied {
        /// Which call.
        ticket: Ticket,
        /// How it went.
        outcome: Result<(), CallFailure>,
    },
    /// The own phone and calls were read: the whole truth of this moment.
    Own(Box<OwnReading>),
    /// The roster was read.
    Roster(RosterReading),
    /// The roster could not be read.
    RosterFailed(Fault),
    /// The written media the supervisor is logged in to: only in these can an agent be armed (`gws/digital.md 11`, 10). Not said
    /// means both.
    Media(Vec<Medium>),
    /// How this server spells the SMS channel (`gws/digital.md 0.1`). Said once, before the first reading of a sign-in.
    Spelling {
        /// The one to use, or to try first.
        spelling: SmsSpelling,
        /// Whether it is certain: set in the profile, or the one that answered before. If not, the other is tried
        /// when the server does not know this one.
        certain: bool,
    },
    /// What this user had asked of this server when Sotto was last closed or signed out. Of calls the phone will say what
    /// holds; of written sessions no server tells (`gws/digital.md 3.5`).
    IntentsFound(Intents),
    /// The server has forgotten the session we had on it, and we have a new one: it was restarted, or the phone had to be
    /// logged in again. Whether what was armed in the old one still holds is documented nowhere (`gws/digital.md 3.5`). Said
    /// before the own state is read.
    NewServerSession,
    /// Messages flow again, and the server may have sent some meanwhile that nobody heard. Said before the state is read.
    MessagesMissed,
    /// A call went on at the phone when Sotto was last closed, killed or signed out there, or could begin; nobody has looked
    /// since. Said at the start and at each sign-in, before anything is read.
    LeftOnThePhone {
        /// At the phone of whoever signs in.
        here: bool,
        /// At that of another user, or on another server.
        elsewhere: bool,
    },
    /// The supervisor signs out: what is armed is being stopped, and Sotto arms nothing by itself any more. It holds until
    /// the next sign-in.
    Leaving,
    /// The own written sessions of one medium were read: the whole truth of this moment. An answer to
    /// [`Effect::ReadSessions`].
    OwnSessions {
        /// SMS or chat.
        medium: Medium,
        /// All of them, or why they could not be read.
        outcome: Result<Vec<Session>, CallFailure>,
    },
    /// A transcript was read. An answer to [`Effect::ReadTranscript`].
    Transcript {
        /// Of which session.
        session: SessionAddress,
        /// All messages, or why they could not be read.
        outcome: Result<Vec<Message>, CallFailure>,
    },
    /// The sessions of an agent were read. An answer to [`Effect::ReadAgentSessions`].
    AgentSessions {
        /// Whose.
        agent: UserId,
        /// SMS or chat.
        medium: Medium,
        /// All of them, or why they could not be read.
        outcome: Result<Vec<Session>, CallFailure>,
    },
    /// Time has passed.
    Tick,
}

/// How the link changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkChange {
    /// Someone signs in.
    SigningIn {
        /// Host of the server, to show.
        server: String,
        /// Whether it is the practice floor.
        practice: bool,
    },
    /// The password was right; subscription and state are on their way.
    Connecting,
    /// Subscribed, and the state has been read after that.
    Live,
    /// The link was lost; what is on screen may be old.
    Stale(Fault),
    /// Heard again; state is being read.
    Recovering,
    /// The session ended, or signing in failed.
    SignedOut(Option<Fault>),
    /// These things work only in part. Replaces what was said before.
    Limits(Vec<Fault>),
}

/// Why a call to the server did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallFailure {
    /// The server said no: nothing was changed (`gws/core.md 1.3`).
    Refused {
        /// The server's status.
        status: StatusCode,
        /// The server's words.
        message: Option<String>,
    },
    /// It never went out: when it could have, the desk did not let it any more.
    Withheld(Fault),
    /// No clear answer came: it may or may not have been done.
    Unanswered(Fault),
}

impl CallFailure {
    /// The failure as a supervisor reads it.
    pub fn fault(&self) -> Fault {
        match self {
            CallFailure::Withheld(fault) | CallFailure::Unanswered(fault) => fault.clone(),
            CallFailure::Refused { status, message } => refusal(*status, message.as_deref()),
        }
    }
}

fn refusal(status: StatusCode, message: Option<&str>) -> Fault {
    match status {
        StatusCode::InUse => Fault::new(FaultCode::AgentHeld, "Another supervisor holds this agent.")
            .with_hint("Try again when the agent is free."),
        StatusCode::NotPermitted | StatusCode::Forbidden => Fault::new(
            FaultCode::Refused,
            "The server does not allow this for your user.",
        )
        .with_hint("Ask your administrator for the supervisor role and the monitoring feature."),
        StatusCode::NotFound => Fault::new(
            FaultCode::AgentGone,
            "The server does not know this phone any more.",
        )
        .with_hint("Read the roster again."),
        StatusCode::InternalError if message.is_some_and(|text| text.contains("not registered")) => {
            Fault::new(FaultCode::PhoneNotRegistered, message.unwrap_or_default())
                .with_hint("Check that the phone is switched on and logged in.")
        }
        _ => {
            let words = message.map_or_else(|| status.meaning().to_owned(), str::to_owned);
            Fault::new(FaultCode::Refused, format!("The server refused: {words}"))
                .with_hint(format!("Status {}.", status.code()))
        }
    }
}

/// The own user, phones and calls, read in one go.
#[derive(Debug, Clone)]
pub struct OwnReading {
    /// The supervisor; only read at sign-in.
    pub user: Option<User>,
    /// The own phone: the one chosen at sign-in.
    pub device: Option<Device>,
    /// The calls on it.
    pub calls: Vec<Call>,
}

/// An agent as a reading of the roster gives it.
#[derive(Debug, Clone)]
pub struct Agent {
    /// The user's id.
    pub id: UserId,
    /// The name to show.
    pub name: String,
    /// The name for signing in; also searched.
    pub user_name: String,
    /// The number, where it is known without a device.
    pub number: Option<String>,
    /// The voice device, where the server shows it.
    pub device: Option<Device>,
    /// Whether the server says the agent is on a call; none where it does not say.
    pub on_call: Option<bool>,
    /// The groups.
    pub groups: Vec<Group>,
}

/// One reading of the roster.
#[derive(Debug, Clone)]
pub struct RosterReading {
    /// Where it comes from.
    pub source: RosterSource,
    /// All agents.
    pub agents: Vec<Agent>,
    /// Devices of other supervisors: they show who holds whom.
    pub supervisors: Vec<Agent>,
}

/// What the supervisor has asked for and not taken back: kept on disk, so that drift can be shown after a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Intent<O> {
    /// What was asked.
    pub order: O,
    /// The agent's name at that time.
    pub agent_name: String,
    /// When it was asked.
    pub asked: Moment,
}

/// What the server may make of an order for written sessions, as far as Sotto knew when it was last written down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It is wanted, and the server may hold it.
    #[default]
    Wanted,
    /// The supervisor has taken it back, and the server has not confirmed that it holds it no more.
    TakenBack,
    /// It is wanted, and the server has said that it does not hold it.
    NotHeld,
}

/// An order for written sessions that the supervisor wants, or that the server may hold all the same: the server tells nobody who
/// is armed (`gws/digital.md 3.5`), so what is forgotten here could hold without anybody seeing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WrittenIntent {
    /// What was asked.
    pub order: WrittenOrder,
    /// The agent's name at that time.
    pub agent_name: String,
    /// When it was asked.
    pub asked: Moment,
    /// What the server may make of it. Files of before have none: then it may hold.
    #[serde(default)]
    pub standing: Standing,
}

/// All intents of one user on one server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intents {
    /// In calls, where there is one target at a time.
    pub voice: Option<Intent<Order>>,
    /// In written sessions: at most one for an agent in a medium.
    pub written: Vec<WrittenIntent>,
}

impl Intents {
    /// Whether nothing is wanted.
    pub fn is_empty(&self) -> bool {
        self.voice.is_none() && self.written.is_empty()
    }
}

/// An armed agent got a session and we are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The session, as a face knows it.
    pub session: String,
    /// The agent.
    pub agent_name: String,
    /// The customer. Hostile text.
    pub customer: String,
}

/// What the desk wants done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Keep these intents in place of the ones before; durable before any call that follows in the list goes out.
    KeepIntents(Intents),
    /// Remember that this server spells the SMS channel so.
    KeepSpelling(SmsSpelling),
    /// Read the own sessions of this medium.
    ReadSessions(Medium),
    /// Read the whole transcript of this session.
    ReadTranscript(SessionAddress),
    /// Read which sessions an agent is in.
    ReadAgentSessions {
        /// Whose.
        agent: UserId,
        /// SMS or chat.
        medium: Medium,
    },
    /// Tell the supervisor, who may be looking elsewhere.
    Arrived(Arrival),
    /// Send this to the server and answer with [`Input::Replied`].
    Call {
        /// For the answer.
        ticket: Ticket,
        /// What to send.
        operation: Operation,
    },
    /// Read the own phone and calls again.
    ReadOwn,
    /// Write this down before anybody is shown what follows from it.
    Record(Happening),
    /// Send a [`Input::Tick`] at this moment at the latest.
    WakeAt(Moment),
}

/// What happened: the steps of a coaching, and three that only written sessions know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Occurrence {
    /// A step as in a call. `Live` is: in the session; `CallEnded`: the session ended by itself.
    Step(StepKind),
    /// The server took the supervisor out of a written session.
    Revoked,
    /// The supervisor left a written session.
    Left,
    /// The server took a whisper, or the transcript shows it.
    Whispered,
}

/// Something worth keeping about a coaching. It holds no content but [`Happening::text`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Moment,
    /// Groups what belongs to one coaching.
    pub coaching: u64,
    /// What.
    pub what: Occurrence,
    /// The agent's id, empty where the target is a number.
    pub agent_id: String,
    /// The agent's name.
    pub agent_name: String,
    /// Listen, coach or barge in.
    pub act: Option<Act>,
    /// In which medium; none for a call.
    pub medium: Option<Medium>,
    /// Next call or all calls.
    pub mode: Option<Mode>,
    /// Next session or all sessions.
    pub extent: Option<Extent>,
    /// Leave with the agent or follow the customer.
    pub scope: Option<Scope>,
    /// Why the supervisor does it, in their own words.
    pub reason: Option<String>,
    /// How long it took.
    pub took_ms: Option<u64>,
    /// What went wrong.
    pub code: Option<FaultCode>,
    /// What was whispered. Whoever writes it down asks the policy first.
    pub text: Option<String>,
}
