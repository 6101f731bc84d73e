//! The desk as this process has been told of it: the sections of all patches so far, laid over each other.

use desk::audience::Audience;
use desk::fault::Fault;
use desk::order::Medium;
use desk::view::{
    AgentRow, ArmedView, BoardPatch, CallView, CoachingView, FloorView, LineView, LinkState, LinkView,
    MeView, Patch, Phase, SessionPhase, SessionView, TranscriptPatch, WrittenView,
};

use crate::events::SessionName;

/// The desk as it was told last. A section is missing until the first snapshot.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Mirror {
    /// The link to the server.
    pub(crate) link: Option<LinkView>,
    /// The supervisor.
    pub(crate) me: Option<MeView>,
    /// Voice coaching.
    pub(crate) coaching: Option<CoachingView>,
    /// Calls on the own phone.
    pub(crate) calls: Vec<CallView>,
    /// The floor in numbers.
    pub(crate) floor: Option<FloorView>,
    /// The rows of the roster that were asked for.
    pub(crate) rows: Vec<AgentRow>,
    /// Written supervision, but for the sessions.
    pub(crate) written: Option<WrittenView>,
    /// The sessions on the board, in its order.
    pub(crate) sessions: Vec<SessionView>,
    /// The transcript that was asked for.
    pub(crate) transcript: Option<Transcript>,
    /// Every session there has been, in the order they came: its place is its number.
    pub(crate) numbered: Vec<String>,
}

/// A transcript as far as it was told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Transcript {
    /// The session.
    pub(crate) session: String,
    /// The lines, oldest first.
    pub(crate) lines: Vec<LineView>,
    /// Whether earlier lines are still being read.
    pub(crate) reading: bool,
    /// Why it may not be whole.
    pub(crate) problem: Option<Fault>,
}

impl Mirror {
    /// Lays a patch over what is known.
    pub(crate) fn apply(&mut self, patch: Patch) {
        self.link = patch.link.or(self.link.take());
        self.me = patch.me.or(self.me.take());
        self.coaching = patch.coaching.or(self.coaching.take());
        self.floor = patch.floor.or(self.floor.take());
        if let Some(calls) = patch.calls {
            self.calls = calls;
        }
        if let Some(roster) = patch.roster {
            self.rows = roster.rows;
        }
        self.written = patch.written.or(self.written.take());
        if let Some(board) = patch.board {
            self.apply_board(board);
        }
        if let Some(transcript) = patch.transcript {
            self.apply_transcript(transcript);
        }
    }

    fn apply_board(&mut self, board: BoardPatch) {
        let mut known: Vec<SessionView> = std::mem::take(&mut self.sessions);
        known.retain(|session| !board.changed.iter().any(|changed| changed.key == session.key));
        known.extend(board.changed);
        let place = |key: &str| board.order.iter().position(|listed| listed == key);
        known.retain(|session| place(&session.key).is_some());
        known.sort_by_key(|session| place(&session.key));
        for session in &known {
            if !self.numbered.contains(&session.key) {
                self.numbered.push(session.key.clone());
            }
        }
        self.sessions = known;
    }

    fn apply_transcript(&mut self, told: TranscriptPatch) {
        let same = self.transcript.take().filter(|held| held.session == told.session);
        let mut lines = same.map(|held| held.lines).unwrap_or_default();
        lines.truncate(usize::try_from(told.from).unwrap_or(usize::MAX));
        lines.extend(told.lines);
        self.transcript = Some(Transcript {
            session: told.session,
            lines,
            reading: told.reading,
            problem: told.problem,
        });
    }

    /// Where the link stands.
    pub(crate) fn link_state(&self) -> LinkState {
        self.link.as_ref().map_or(LinkState::Offline, |link| link.state)
    }

    /// How far the coaching is.
    pub(crate) fn phase(&self) -> Phase {
        self.coaching
            .as_ref()
            .map_or(Phase::Idle, |coaching| coaching.phase)
    }

    /// Whether something is asked for, armed or live.
    pub(crate) fn is_busy(&self) -> bool {
        !matches!(self.phase(), Phase::Idle | Phase::Refused | Phase::Lost)
    }

    /// The session of this key, if it is on the board.
    pub(crate) fn session(&self, key: &str) -> Option<&SessionView> {
        self.sessions.iter().find(|session| session.key == key)
    }

    /// What the session is called in this process.
    pub(crate) fn name_of(&self, key: &str) -> SessionName {
        let place = self.numbered.iter().position(|numbered| numbered == key);
        SessionName {
            session: key.to_owned(),
            number: place
                .and_then(|place| u32::try_from(place + 1).ok())
                .unwrap_or_default(),
        }
    }

    /// The session with this number, if it is still on the board.
    pub(crate) fn numbered(&self, number: usize) -> Option<&SessionView> {
        let key = self.numbered.get(number.checked_sub(1)?)?;
        self.session(key)
    }

    /// What is armed for written sessions, asked for, refused or lost.
    pub(crate) fn armed(&self) -> &[ArmedView] {
        self.written.as_ref().map_or(&[], |written| &written.armed)
    }

    /// How far this agent is armed in this medium.
    pub(crate) fn armed_for(&self, agent_id: &str, medium: Medium) -> Option<&ArmedView> {
        let is_it = |armed: &&ArmedView| armed.agent_id == agent_id && armed.medium == medium;
        self.armed().iter().find(is_it)
    }

    /// Who reads the supervisor, in the hottest of the sessions.
    pub(crate) fn readers(&self) -> Audience {
        self.written
            .as_ref()
            .map_or(Audience::Nobody, |written| written.audience)
    }

    /// How many sessions the supervisor is in, or on the way into or out of.
    pub(crate) fn sessions_open(&self) -> usize {
        self.sessions
            .iter()
            .filter(|session| is_open(session.phase))
            .count()
    }
}

/// Whether the supervisor is in the session, or on the way into or out of it.
pub(crate) fn is_open(phase: SessionPhase) -> bool {
    match phase {
        SessionPhase::Invited | SessionPhase::Joining | SessionPhase::Live | SessionPhase::Leaving => true,
        SessionPhase::Revoked
        | SessionPhase::Left
        | SessionPhase::Completed
        | SessionPhase::Failed
        | SessionPhase::Lost => false,
    }
}
