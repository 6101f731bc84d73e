//! The desk as this process has been told of it: the sections of all patches so far, laid over each other.

use desk::view::{AgentRow, CallView, CoachingView, FloorView, LinkState, LinkView, MeView, Patch, Phase};

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
}
