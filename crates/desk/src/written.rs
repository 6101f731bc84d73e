//! Written sessions: who is armed, which sessions came of it, and who reads what.

use crate::audience::Audience;
use crate::desk::Desk;
use crate::fault::{Fault, FaultCode};
use crate::input::Effect;
use crate::moment::Moment;
use crate::order::WrittenCommand;
use crate::view::{SessionView, TranscriptPatch, WrittenView};

impl Desk {
    pub(crate) fn written_order(
        &mut self,
        _command: WrittenCommand,
        _now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        Err(Fault::new(FaultCode::NotOffered, "Not yet."))
    }

    pub(crate) fn written_view(&self, _now: Moment) -> WrittenView {
        WrittenView {
            audience: Audience::Nobody,
            media: Vec::new(),
            problem: None,
            armed: Vec::new(),
            running: None,
        }
    }

    pub(crate) fn session_views(&self, _now: Moment) -> Vec<SessionView> {
        Vec::new()
    }

    /// What changed in a transcript since a face was told `told`: how many lines, and which edition of them.
    ///
    /// Gives nothing where nothing changed, and where no such session is known. The edition grows whenever a line
    /// that was told is changed or comes to stand elsewhere; then the whole is told again.
    pub fn transcript(
        &self,
        _session: &str,
        _told: Option<TranscriptMark>,
    ) -> Option<(TranscriptPatch, TranscriptMark)> {
        None
    }
}

/// How much of a transcript a face has been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranscriptMark {
    /// So many lines.
    pub lines: u32,
    /// Of this edition.
    pub edition: u32,
    /// Whether it was said that earlier lines are still being read, or that they could not be.
    pub standing: u32,
}
