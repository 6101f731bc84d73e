//! From a message of the server to a line of the transcript: what it is, who could read it, who it is from.
//!
//! Texts stay as they came. Only what the server says about the session itself is put into words.

use std::hash::{DefaultHasher, Hash, Hasher};

use gws::UserId;
use gws::digital::{Message, Participant, Session};
use gws::{MessageType, ParticipantType, Visibility};

use crate::moment::Moment;
use crate::view::{LineKind, LineReaders, LineView};

/// The last moment a calendar of a web page can show, in milliseconds since 1970.
const LAST_MOMENT: i64 = 8_640_000_000_000_000;

/// A line that has no place in a transcript yet.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The server's number for it.
    pub(super) index: Option<u64>,
    /// Everything the server said in it but the number, in short: the same word is the same message.
    pub(super) word: u64,
    /// When, by the server's clock.
    pub(super) at: Option<Moment>,
    pub(super) kind: LineKind,
    pub(super) readers: LineReaders,
    pub(super) from: String,
    pub(super) text: String,
    pub(super) url: Option<String>,
}

impl Draft {
    /// The line as a face sees it; `came` is for a message that has no time of its own.
    pub(super) fn view(self, id: u32, came: Moment) -> LineView {
        LineView {
            id,
            kind: self.kind,
            readers: self.readers,
            from: self.from,
            text: self.text,
            url: self.url,
            at: self.at.unwrap_or(came),
        }
    }
}

/// Who is who in a session, to tell own lines from others.
#[derive(Clone, Copy)]
pub(super) struct Cast<'a> {
    pub(super) own: Option<&'a UserId>,
    pub(super) session: &'a Session,
}

/// What part somebody has in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Own,
    Customer,
    Agent,
    /// The server itself, or somebody it does not tell us about.
    Nobody,
}

impl<'a> Cast<'a> {
    /// The sender as the list of participants has them: it often knows more than the message.
    fn entry(self, from: &Participant) -> Option<&'a Participant> {
        let id = from.id.as_ref()?;
        let mut participants = self.session.participants.iter().flatten();
        participants.find(|entry| entry.id.as_ref() == Some(id))
    }

    pub(super) fn part(self, from: Option<&Participant>) -> Part {
        let Some(from) = from else { return Part::Nobody };
        let entry = self.entry(from);
        let is_own = |participant: &Participant| self.own.is_some_and(|own| participant.is(own));
        if is_own(from) || entry.is_some_and(is_own) {
            return Part::Own;
        }
        match from.kind.as_ref().or_else(|| entry?.kind.as_ref()) {
            Some(ParticipantType::Customer) => Part::Customer,
            Some(ParticipantType::Agent) => Part::Agent,
            // Only users of the contact centre have an address.
            _ if from.uri.is_some() || entry.is_some_and(|entry| entry.uri.is_some()) => Part::Agent,
            _ => Part::Nobody,
        }
    }

    pub(super) fn name(self, from: Option<&Participant>) -> String {
        let given = |participant: &Participant| participant.nickname.clone().filter(|name| !name.is_empty());
        from.and_then(|from| given(from).or_else(|| given(self.entry(from)?)))
            .unwrap_or_default()
    }

    pub(super) fn draft(self, message: &Message) -> Draft {
        let from = message.from.as_ref();
        let (kind, text) = match self.written_by(message) {
            Some(kind) => (kind, message.text.clone().unwrap_or_default()),
            None => (LineKind::System, self.in_words(message)),
        };
        Draft {
            index: message.index,
            word: word(message),
            at: moment(message),
            kind,
            readers: readers(message.visibility.as_ref()),
            from: self.name(from),
            text,
            url: message.url.clone(),
        }
    }

    /// What kind of line somebody wrote; none where nobody did.
    fn written_by(self, message: &Message) -> Option<LineKind> {
        if !matches!(message.kind, MessageType::Text | MessageType::PushUrl) {
            return None;
        }
        let hidden = message.is_hidden_from_customer();
        match self.part(message.from.as_ref()) {
            Part::Own if hidden => Some(LineKind::OwnWhisper),
            Part::Own => Some(LineKind::OwnPublic),
            Part::Customer => Some(LineKind::Customer),
            Part::Agent if hidden => Some(LineKind::Whisper),
            Part::Agent => Some(LineKind::Agent),
            Part::Nobody => None,
        }
    }

    fn in_words(self, message: &Message) -> String {
        let from = message.from.as_ref();
        let own = self.part(from) == Part::Own;
        let who = match self.name(from) {
            _ if own => "You".to_owned(),
            name if name.is_empty() => "Somebody".to_owned(),
            name => name,
        };
        let said = || message.text.clone().filter(|text| !text.is_empty());
        match &message.kind {
            MessageType::ParticipantJoined => format!("{who} joined"),
            MessageType::ParticipantLeft => format!("{who} left"),
            MessageType::ParticipantRejoined => match &message.visibility {
                Some(Visibility::All) => format!("{who} can be read by everybody now"),
                Some(Visibility::Agents) => format!("{who} can be read by agents only now"),
                Some(Visibility::Supervisors) => format!("{who} can be seen by supervisors only now"),
                _ => format!("{who} came back"),
            },
            MessageType::TranscriptSaveDone => {
                said().unwrap_or_else(|| "The transcript was saved".to_owned())
            }
            MessageType::Text | MessageType::PushUrl | MessageType::Notice => said().unwrap_or_default(),
            other => said().unwrap_or_else(|| other.as_str().to_owned()),
        }
    }
}

/// Who may type: told apart by whatever the server gives.
pub(super) fn identity(from: &Participant) -> Option<String> {
    let id = from.id.as_ref().map(|id| format!("participant {id}"));
    let user = || Some(format!("user {}", from.uri.as_ref()?.id()));
    let name = || Some(format!("name {}", from.nickname.as_ref()?));
    id.or_else(user).or_else(name)
}

fn readers(visibility: Option<&Visibility>) -> LineReaders {
    match visibility {
        Some(Visibility::All) => LineReaders::Everyone,
        Some(Visibility::Agents) => LineReaders::Agents,
        Some(Visibility::Supervisors) => LineReaders::Supervisors,
        Some(Visibility::Other(_)) | None => LineReaders::Unknown,
    }
}

/// The time that the wire calls `timestampSeconds`, and that is milliseconds (`gws/digital.md 2.7`).
fn moment(message: &Message) -> Option<Moment> {
    let at = message.timestamp_milliseconds?;
    let shown = (1..=LAST_MOMENT).contains(&at);
    u64::try_from(at).ok().filter(|_| shown).map(Moment)
}

fn word(message: &Message) -> u64 {
    let mut hasher = DefaultHasher::new();
    message.kind.hash(&mut hasher);
    message.text.hash(&mut hasher);
    message.url.hash(&mut hasher);
    message.visibility.hash(&mut hasher);
    message.timestamp.hash(&mut hasher);
    message.timestamp_milliseconds.hash(&mut hasher);
    if let Some(from) = &message.from {
        (&from.id, &from.kind, &from.nickname, &from.uri).hash(&mut hasher);
    }
    hasher.finish()
}
