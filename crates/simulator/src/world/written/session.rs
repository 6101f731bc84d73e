//! What a written session is made of: a customer, seats, and a log of messages.

use std::time::Duration;

use serde_json::{Map, Value};

use super::SupervisorMode;
use crate::world::PersonKey;

/// How people write to each other, and what the wire calls it. The whole difference between SMS and chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Medium {
    Sms,
    Chat,
}

/// The two spellings of the SMS channel in URLs (`gws/digital.md` 0.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmsSpelling {
    /// Both are known.
    #[default]
    Both,
    /// Only the one of the seed document.
    Smsession,
    /// Only the one of all pages.
    Smssession,
}

impl SmsSpelling {
    fn knows(self, channel: &str) -> bool {
        match self {
            Self::Both => true,
            Self::Smsession => channel == "smsession",
            Self::Smssession => channel == "smssession",
        }
    }
}

impl Medium {
    pub(crate) const ALL: [Self; 2] = [Self::Sms, Self::Chat];

    /// The channel of this name, in whatever spelling this server knows.
    pub(crate) fn of_channel(channel: &str, spelling: SmsSpelling) -> Option<Self> {
        match channel {
            "smsession" | "smssession" if spelling.knows(channel) => Some(Self::Sms),
            "chat" => Some(Self::Chat),
            _ => None,
        }
    }

    pub(crate) fn of_collection(collection: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|medium| medium.collection() == collection)
    }

    /// One session as a key, which is also the name of the channel.
    pub(crate) fn resource(self) -> &'static str {
        match self {
            Self::Sms => "smssession",
            Self::Chat => "chat",
        }
    }

    /// Several sessions, as a key and in paths.
    pub(crate) fn collection(self) -> &'static str {
        match self {
            Self::Sms => "smssessions",
            Self::Chat => "chats",
        }
    }

    /// The type of the message that says a session changed.
    pub(crate) fn change(self) -> &'static str {
        match self {
            Self::Sms => "SMSsessionStateChangeMessage",
            Self::Chat => "ChatStateChangeMessage",
        }
    }

    /// The keys with which a message log names its session: by address, by path.
    pub(crate) fn log_keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Sms => ("smssessionUri", "smssessionPath"),
            Self::Chat => ("chatUri", "chatPath"),
        }
    }
}

/// Who sees a participant or reads a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Visibility {
    Supervisors,
    Agents,
    /// The customer too.
    All,
}

impl Visibility {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Supervisors => "Supervisors",
            Self::Agents => "Agents",
            Self::All => "All",
        }
    }
}

/// What somebody does in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Talks to the customer.
    Agent,
    /// An agent whom another agent asks; the customer does not know.
    Consultant,
    Supervisor(SupervisorMode),
}

impl Role {
    /// Who sees whoever has this role.
    pub(crate) fn visibility(self) -> Visibility {
        match self {
            Self::Agent => Visibility::All,
            Self::Consultant => Visibility::Agents,
            Self::Supervisor(mode) => mode.visibility(),
        }
    }

    /// Whether whoever has this role sees and reads what has this visibility.
    pub(crate) fn reads(self, visibility: Visibility) -> bool {
        match self {
            Self::Agent | Self::Consultant => visibility >= Visibility::Agents,
            Self::Supervisor(_) => true,
        }
    }

    pub(crate) fn supervises(self) -> bool {
        matches!(self, Self::Supervisor(_))
    }
}

/// State of a session as one of its users has it. Whoever is through with it has no seat any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeatState {
    Invited,
    Chatting,
    /// Left, and not yet marked as done.
    LeftChat,
    JoinFailed,
}

impl SeatState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Invited => "Invited",
            Self::Chatting => "Chatting",
            Self::LeftChat => "LeftChat",
            Self::JoinFailed => "JoinFailed",
        }
    }
}

/// The place of one user in one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) person: PersonKey,
    pub(crate) role: Role,
    pub(crate) state: SeatState,
    pub(crate) nickname: String,
    pub(crate) participant_id: String,
}

/// Who wrote something or did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Author {
    pub(crate) participant_id: String,
    pub(crate) nickname: String,
    /// Absent for the customer.
    pub(crate) person: Option<PersonKey>,
}

impl Author {
    /// Who speaks when the server itself has something to say. Live chats have such a participant.
    pub(super) fn system() -> Self {
        Self {
            participant_id: "0000000000000000".to_owned(),
            nickname: "system".to_owned(),
            person: None,
        }
    }

    /// What the wire calls the kind of participant. A supervisor is an agent there.
    pub(crate) fn kind(&self) -> &'static str {
        match self.person {
            Some(_) => "Agent",
            None if self.participant_id.trim_matches('0').is_empty() => "System",
            None => "Customer",
        }
    }
}

/// What one entry of the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    Text,
    PushUrl,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantRejoined,
    TypingStarted,
    TypingStopped,
    Notice,
}

impl EntryKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::PushUrl => "PushUrl",
            Self::ParticipantJoined => "ParticipantJoined",
            Self::ParticipantLeft => "ParticipantLeft",
            Self::ParticipantRejoined => "ParticipantRejoined",
            Self::TypingStarted => "TypingStarted",
            Self::TypingStopped => "TypingStopped",
            Self::Notice => "Notice",
        }
    }

    /// Typing is announced and not kept.
    pub(crate) fn is_kept(self) -> bool {
        !matches!(self, Self::TypingStarted | Self::TypingStopped)
    }
}

/// One entry of a session's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// From 1, rising, not always by one.
    pub(crate) index: u64,
    pub(crate) kind: EntryKind,
    pub(crate) from: Author,
    pub(crate) text: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) visibility: Visibility,
    /// On the floor's clock.
    pub(crate) at: Duration,
}

/// One written session.
#[derive(Debug)]
pub(crate) struct WrittenSession {
    pub(crate) id: String,
    pub(crate) medium: Medium,
    pub(crate) received: Duration,
    pub(crate) customer: Author,
    /// It is over for the customer. Agents may still have to mark it as done.
    pub(crate) closed: bool,
    /// Nobody has it, and it waits here.
    pub(crate) queue: Option<String>,
    pub(crate) user_data: Map<String, Value>,
    pub(crate) seats: Vec<Seat>,
    pub(crate) log: Vec<Entry>,
    pub(crate) last_index: u64,
    /// Participants whose typing was announced and has not stopped, with who can see it.
    pub(crate) typing: Vec<(String, Visibility)>,
}

impl WrittenSession {
    pub(crate) fn seat(&self, person: PersonKey) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.person == person)
    }

    pub(crate) fn seat_mut(&mut self, person: PersonKey) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.person == person)
    }

    /// The seats of those who are in the conversation now.
    pub(crate) fn present(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| seat.state == SeatState::Chatting)
    }

    /// The agents who talk to the customer now; those who are only consulted are not among them.
    pub(crate) fn agents(&self) -> impl Iterator<Item = &Seat> {
        self.present().filter(|seat| seat.role == Role::Agent)
    }

    /// Whether anybody but this person would stay with the customer.
    pub(crate) fn goes_on_without(&self, person: PersonKey) -> bool {
        self.present()
            .any(|seat| seat.person != person && seat.role.visibility() == Visibility::All)
    }

    /// Whether agents have anybody to whisper with: one more of them, or a supervisor they can see.
    pub(crate) fn is_shared(&self, person: PersonKey) -> bool {
        self.present()
            .any(|seat| seat.person != person && seat.role.visibility() >= Visibility::Agents)
    }

    /// Over for everybody.
    pub(crate) fn has_ended(&self) -> bool {
        self.closed && self.seats.is_empty()
    }
}
