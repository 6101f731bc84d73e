//! What may bring the supervisor into somebody's interaction, or has: asked for, armed, on the way in, or in. Whoever
//! limits how often an agent is supervised has to hold these against the limit, because each can go live at any moment.

use crate::desk::Desk;
use crate::order::{Act, Medium};

/// What a claim is on. There is one claim at a time on each of these, but for calls, where the next may wait for the end
/// of the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimOn {
    /// The one target there can be in calls.
    Calls,
    /// The next sessions of an agent who is armed, or was asked for.
    AgentsSessions {
        /// The agent.
        agent_id: String,
        /// SMS or chat.
        medium: Medium,
    },
    /// One session, by [`SessionView::key`](crate::view::SessionView::key).
    Session(String),
}

/// Something that is supervised, or may be at any moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What it is on.
    pub on: ClaimOn,
    /// The agent; none where nobody can say who it is.
    pub agent_id: Option<String>,
    /// How; while a switch is on its way the new way. None where nobody can say.
    pub act: Option<Act>,
    /// The number under which it is written down ([`Happening::coaching`](crate::input::Happening::coaching)); none where
    /// it waits for the end of another and has none yet.
    pub coaching: Option<u64>,
}

impl Desk {
    /// Everything that is supervised, or may be at any moment, as far as the desk knows.
    pub fn claims(&self) -> Vec<Claim> {
        let calls = self.voice.aims().map(|(wanted, coaching)| Claim {
            on: ClaimOn::Calls,
            agent_id: wanted.and_then(|wanted| wanted.agent_id.clone()),
            act: self
                .switching_to()
                .or_else(|| wanted.and_then(|wanted| wanted.act)),
            coaching,
        });
        calls.chain(self.written_claims()).collect()
    }
}
