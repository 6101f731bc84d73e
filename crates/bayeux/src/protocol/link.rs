//! What the application has been told about the link, so that it is told each thing once.

use std::time::Duration;

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
    since: Duration,
    /// Whether the application was told that it takes long.
    alarmed: bool,
}

impl Link {
    /// Messages do not flow. Gives the event, unless the application knows.
    pub(crate) fn interrupted(&mut self, why: Interruption, gap: bool, now: Duration) -> Option<Event> {
        let cause = why.code();
        let failing = matches!(why, Interruption::Failed(_));
        let known = self.outage.as_ref().is_some_and(|outage| outage.cause == cause);
        let before = self.outage.as_ref();
        self.outage = Some(Outage {
            cause,
            failing,
            gap: gap || before.is_some_and(|outage| outage.gap),
            since: before.map_or(now, |outage| outage.since),
            alarmed: before.is_some_and(|outage| outage.alarmed),
        });
        if known {
            None
        } else {
            Some(Event::Interrupted(why))
        }
    }

    /// When an outage that goes on will have taken longer than this, if the application is to be told.
    pub(crate) fn alarm_at(&self, longest: Option<Duration>) -> Option<Duration> {
        let outage = self.outage.as_ref().filter(|outage| !outage.alarmed)?;
        Some(outage.since.saturating_add(longest?))
    }

    /// The outage has taken that long. Gives the event.
    pub(crate) fn alarm(&mut self, now: Duration) -> Option<Event> {
        let outage = self.outage.as_mut()?;
        outage.alarmed = true;
        let lasting = now.saturating_sub(outage.since);
        Some(Event::StillInterrupted { lasting })
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
