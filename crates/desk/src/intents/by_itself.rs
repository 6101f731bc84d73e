//! Asking again without the supervisor's key, where the organisation lets Sotto do that: once for each loss, shown until
//! the supervisor has seen it, and never again and again against a server or another person who ends it.

use crate::moment::Moment;
use crate::view::StepKind;

/// What is lost so soon after Sotto asked for it is not asked for again by itself, in milliseconds.
const NOT_AGAIN_WITHIN_MS: u64 = 60_000;

/// How the journal tells it from what the supervisor asked.
const BY_ITSELF: &str = "Asked again by Sotto itself";

/// What Sotto did by itself about one intent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ByItself {
    last: Option<Moment>,
    seen: bool,
}

impl ByItself {
    /// Whether to ask again by itself for what was lost at this moment.
    pub(crate) fn may_ask(self, lost: Moment) -> bool {
        self.last
            .is_none_or(|last| last <= lost && lost.since(last) >= NOT_AGAIN_WITHIN_MS)
    }

    pub(crate) fn asked(&mut self, now: Moment) {
        *self = ByItself {
            last: Some(now),
            seen: false,
        };
    }

    /// The supervisor has seen it.
    pub(crate) fn noted(&mut self) {
        self.seen = true;
    }

    /// When it was done, until the supervisor has seen it.
    pub(crate) fn to_tell(self) -> Option<Moment> {
        self.last.filter(|_| !self.seen)
    }
}

/// Why something was done, as it is written down: what Sotto did by itself says so.
pub(crate) fn said_why(kind: StepKind, reason: Option<&str>) -> Option<String> {
    match (kind, reason) {
        (StepKind::AskedByItself, None) => Some(BY_ITSELF.to_owned()),
        (StepKind::AskedByItself, Some(reason)) => Some(format!("{BY_ITSELF}: {reason}")),
        (_, reason) => reason.map(str::to_owned),
    }
}
