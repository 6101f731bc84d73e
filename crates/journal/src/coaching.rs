//! A coaching as it is read: the entries of one session, folded into one record.

use serde::Serialize;

use crate::entry::{Debrief, NewEntry};
use crate::words::{Act, Channel, What};

/// How a coaching stands, by the last entry that says something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum CoachingResult {
    /// Asked for, armed or live, and no entry says that it ended. It goes on, or Sotto stopped before it saw the end.
    Underway,
    /// The interaction ended by itself. With a mode for all interactions, the next one may follow.
    Ended,
    /// The supervisor stopped it.
    Cancelled,
    /// The server took the supervisor out.
    Revoked,
    /// The supervisor left a session that went on.
    Left,
    /// The server said no.
    Refused,
    /// It stopped for a reason outside.
    Lost,
}

impl CoachingResult {
    /// The word as exports have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Underway => "Underway",
            Self::Ended => "Ended",
            Self::Cancelled => "Cancelled",
            Self::Revoked => "Revoked",
            Self::Left => "Left",
            Self::Refused => "Refused",
            Self::Lost => "Lost",
        }
    }

    /// What an event makes of a coaching, if anything.
    fn after(event: What) -> Option<Self> {
        match event {
            What::Requested | What::Accepted | What::Armed | What::Offered | What::Live => {
                Some(Self::Underway)
            }
            What::Ended => Some(Self::Ended),
            What::Cancelled => Some(Self::Cancelled),
            What::Revoked => Some(Self::Revoked),
            What::Left => Some(Self::Left),
            What::Refused => Some(Self::Refused),
            What::Lost => Some(Self::Lost),
            What::ModeChanged | What::Whispered => None,
        }
    }
}

/// A time in which the supervisor was in one interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// When the supervisor came in: milliseconds since the Unix epoch.
    pub from_ms: u64,
    /// When it ended, or `None` while no entry says so.
    pub until_ms: Option<u64>,
}

impl Span {
    /// How long it was; 0 while its end is not known, and where the clock was set back in between.
    pub fn length_ms(self) -> u64 {
        self.until_ms
            .map_or(0, |until| until.saturating_sub(self.from_ms))
    }
}

/// How long the steps took, in milliseconds, where they were measured; each the first time it happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Latencies {
    /// From the request to the server's answer.
    pub accepted_ms: Option<u64>,
    /// From the request to the server's confirmation.
    pub armed_ms: Option<u64>,
    /// From the agent's interaction to the supervisor in it.
    pub live_ms: Option<u64>,
}

/// One coaching, from its request to its end and what was made of it.
///
/// Whom, where and how are as in its first entry that is still there; after a removal by policy that may be a later one
/// than the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coaching {
    /// Groups its entries: [`NewEntry::session`].
    pub session: String,
    /// Sequence number of its first entry.
    pub first_sequence: u64,
    /// Sequence number of its last entry.
    pub last_sequence: u64,
    /// User name of the supervisor.
    pub supervisor: String,
    /// The agent's name.
    pub agent: String,
    /// The agent's id, empty where the target was a number.
    pub agent_id: String,
    /// Base address of the server, or the name of the practice floor.
    pub server: String,
    /// Voice, SMS or chat.
    pub channel: Channel,
    /// Listen in, coach, barge in: each that was done or asked for, in the order of the first time. Never empty.
    pub acts: Vec<Act>,
    /// The mode in the server's word.
    pub mode: Option<String>,
    /// The scope in the server's word.
    pub scope: Option<String>,
    /// Why it was asked for.
    pub reason: Option<String>,
    /// Time of its first entry. All times are milliseconds since the Unix epoch.
    pub began_ms: u64,
    /// When it was asked for. `None` where it was found armed, or that entry was removed.
    pub requested_ms: Option<u64>,
    /// When it was first armed.
    pub armed_ms: Option<u64>,
    /// When the supervisor first was in.
    pub live_ms: Option<u64>,
    /// When it came to its result; `None` while it is under way.
    pub ended_ms: Option<u64>,
    /// The interactions the supervisor was in.
    pub spans: Vec<Span>,
    /// How long the steps took.
    pub latencies: Latencies,
    /// How it stands.
    pub result: CoachingResult,
    /// The stable code of the last error.
    pub error_code: Option<String>,
    /// How many whispers were noted.
    pub whispers: u32,
    /// What the supervisor made of it: the newest debrief.
    pub debrief: Option<Debrief>,
    /// How many debriefs there are: more than one were corrected.
    pub debriefs: u32,
    /// Spans that no [`What::Ended`], [`What::Revoked`] or [`What::Left`] has ended, by index.
    #[serde(skip)]
    unsettled: Vec<usize>,
}

impl Coaching {
    /// The coaching that begins with this event.
    pub(crate) fn begin(sequence: u64, event: NewEntry) -> Self {
        let mut coaching = Self {
            session: event.session.clone(),
            first_sequence: sequence,
            last_sequence: sequence,
            supervisor: event.supervisor.clone(),
            agent: event.agent.clone(),
            agent_id: event.agent_id.clone(),
            server: event.server.clone(),
            channel: event.channel,
            acts: Vec::with_capacity(1),
            mode: None,
            scope: None,
            reason: None,
            began_ms: event.at_ms,
            requested_ms: None,
            armed_ms: None,
            live_ms: None,
            ended_ms: None,
            spans: Vec::new(),
            latencies: Latencies::default(),
            result: CoachingResult::Underway,
            error_code: None,
            whispers: 0,
            debrief: None,
            debriefs: 0,
            unsettled: Vec::new(),
        };
        coaching.event(sequence, event);
        coaching
    }

    /// A further event of it.
    pub(crate) fn event(&mut self, sequence: u64, event: NewEntry) {
        self.last_sequence = sequence;
        if !self.acts.contains(&event.act) {
            self.acts.push(event.act);
        }
        self.mode = self.mode.take().or(event.mode);
        self.scope = self.scope.take().or(event.scope);
        self.reason = self.reason.take().or(event.reason);
        self.error_code = event.error_code.or(self.error_code.take());
        if let Some(result) = CoachingResult::after(event.event) {
            self.result = result;
            self.ended_ms = (result != CoachingResult::Underway).then_some(event.at_ms);
        }
        let (at_ms, took_ms) = (event.at_ms, event.took_ms);
        match event.event {
            What::Requested => self.requested_ms = self.requested_ms.or(Some(at_ms)),
            What::Accepted => self.latencies.accepted_ms = self.latencies.accepted_ms.or(took_ms),
            What::Armed => {
                self.armed_ms = self.armed_ms.or(Some(at_ms));
                self.latencies.armed_ms = self.latencies.armed_ms.or(took_ms);
            }
            What::Live => {
                self.live_ms = self.live_ms.or(Some(at_ms));
                self.latencies.live_ms = self.latencies.live_ms.or(took_ms);
                self.unsettled.push(self.spans.len());
                self.spans.push(Span {
                    from_ms: at_ms,
                    until_ms: None,
                });
            }
            What::Ended | What::Revoked | What::Left => {
                if !self.unsettled.is_empty() {
                    let oldest = self.unsettled.remove(0);
                    self.spans[oldest].until_ms = Some(at_ms);
                }
            }
            // A stop may leave the interaction open, whose own end then follows. If none does, this was it.
            What::Cancelled => self.end_open(at_ms),
            What::Lost => {
                self.end_open(at_ms);
                self.unsettled.clear();
            }
            What::Whispered => self.whispers += 1,
            What::Offered | What::ModeChanged | What::Refused => {}
        }
    }

    fn end_open(&mut self, at_ms: u64) {
        for &open in &self.unsettled {
            self.spans[open].until_ms.get_or_insert(at_ms);
        }
    }

    /// What the supervisor made of it.
    pub(crate) fn debriefed(&mut self, sequence: u64, debrief: Debrief) {
        self.last_sequence = sequence;
        self.debrief = Some(debrief);
        self.debriefs += 1;
    }

    /// How long the supervisor was in interactions, in milliseconds, as far as their ends are known.
    pub fn live_total_ms(&self) -> u64 {
        self.spans.iter().map(|span| span.length_ms()).sum()
    }

    /// The tags of its debrief.
    pub fn tags(&self) -> &[String] {
        self.debrief.as_ref().map_or(&[], |debrief| &debrief.tags)
    }

    /// Whether it counts when only these acts are asked for; none asked for means all. It counts with all its time when
    /// one of its acts is among them.
    pub(crate) fn has_any(&self, acts: &[Act]) -> bool {
        acts.is_empty() || self.acts.iter().any(|act| acts.contains(act))
    }
}
