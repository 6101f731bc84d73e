//! What the application has been told about the link, so that it is told each thing once.

use crate::event::{Event, Interruption};

/// Up, down or not yet up, as last told.
#[derive(Debug, Default)]
pub(crate) struct Link {
    was_connected: bool,
    outage: Option<Outage>,
}

#[derive(Debug)]
struct Outage {
    cause: &'static str,
    /// Whether the cause is a failure, rather than a change of session that goes through at once.
    failing: bool,
    gap: bool,
}

impl Link {
    /// Messages do not flow. Gives the event, unless the application knows.
    pub(crate) fn interrupted(&mut self, why: Interruption, gap: bool) -> Option<Event> {
        let cause = why.code();
        let failing = matches!(why, Interruption::Failed(_));
        let known = self.outage.as_ref().is_some_and(|outage| outage.cause == cause);
        let gap = gap || self.outage.as_ref().is_some_and(|outage| outage.gap);
        self.outage = Some(Outage { cause, failing, gap });
        if known {
            None
        } else {
            Some(Event::Interrupted(why))
        }
    }

    /// Messages flow. Gives the event, unless the application knows.
    pub(crate) fn settled(&mut self) -> Option<Event> {
        let outage = self.outage.take();
        if !self.was_connected {
            self.was_connected = true;
            return Some(Event::Connected);
        }
        outage.map(|outage| Event::Resumed { gap: outage.gap })
    }

    /// Whether requests are failing, so that a message to publish would only wait.
    pub(crate) fn is_failing(&self) -> bool {
        self.outage.as_ref().is_some_and(|outage| outage.failing)
    }
}
