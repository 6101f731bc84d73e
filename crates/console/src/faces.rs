//! Telling the faces: a snapshot, then patches of the sections that changed.
//!
//! One patch is on its way at a time; until it is acknowledged changes only pile up in the desk, so memory is bounded
//! by what there is and not by what happens. Whatever touches the audience, the coaching, the calls or the link goes
//! at once; the rest waits for the next frame, or for a second while nobody looks.

use std::time::Duration;

use desk::moment::Moment;
use desk::view::{Patch, RosterQuery, RosterWindow, View};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::contract::Message;

const FRAME: Duration = Duration::from_millis(33);
const HIDDEN: Duration = Duration::from_secs(1);
/// A face that does not acknowledge for so long is told all the same: it may have lost the message.
const PATIENCE: Duration = Duration::from_secs(5);

/// One face: what it was told last and whether it has said that it heard.
#[derive(Debug)]
pub(crate) struct Face {
    out: mpsc::UnboundedSender<Message>,
    query: RosterQuery,
    visible: bool,
    told: Option<(View, RosterWindow)>,
    revision: u32,
    acknowledged: u32,
    last: Instant,
}

impl Face {
    pub(crate) fn new(out: mpsc::UnboundedSender<Message>, query: RosterQuery) -> Face {
        Face {
            out,
            query,
            visible: true,
            told: None,
            revision: 0,
            acknowledged: 0,
            last: Instant::now(),
        }
    }

    pub(crate) fn query(&self) -> &RosterQuery {
        &self.query
    }

    pub(crate) fn look(&mut self, query: RosterQuery) {
        self.query = query;
        // The person who scrolls or types looks at it now: do not wait for the next frame.
        self.last = Instant::now().checked_sub(HIDDEN).unwrap_or(self.last);
    }

    pub(crate) fn acknowledge(&mut self, revision: u32) {
        self.acknowledged = self.acknowledged.max(revision.min(self.revision));
    }

    pub(crate) fn set_visible(&mut self, visible: bool) {
        self.visible = visible;
    }

    pub(crate) fn close_asked(&self) -> bool {
        self.out.send(Message::CloseAsked).is_ok()
    }

    /// When something that waits should be told.
    pub(crate) fn next(&self) -> Instant {
        let pause = if self.revision > self.acknowledged {
            PATIENCE
        } else if self.visible {
            FRAME
        } else {
            HIDDEN
        };
        self.last + pause
    }

    /// Tells the face what changed. Gives whether it is still there; `waiting` is set when something must wait.
    pub(crate) fn tell(
        &mut self,
        view: &View,
        roster: &RosterWindow,
        now: Moment,
        waiting: &mut bool,
    ) -> bool {
        let patch = self.difference(view, roster, now);
        let Some((patch, urgent)) = patch else {
            return !self.out.is_closed();
        };
        let unheard = self.revision > self.acknowledged;
        let due = Instant::now() >= self.next();
        if self.told.is_some() && !due && (unheard || !urgent) {
            *waiting = true;
            return !self.out.is_closed();
        }
        self.revision = patch.to;
        self.last = Instant::now();
        self.told = Some((view.clone(), roster.clone()));
        self.out
            .send(Message::Patch {
                patch: Box::new(patch),
            })
            .is_ok()
    }

    fn difference(&self, view: &View, roster: &RosterWindow, now: Moment) -> Option<(Patch, bool)> {
        let empty = Patch {
            from: self.revision,
            to: self.revision + 1,
            now,
            link: None,
            me: None,
            coaching: None,
            calls: None,
            floor: None,
            roster: None,
        };
        let Some((told, rows)) = &self.told else {
            let whole = Patch {
                from: 0,
                link: Some(view.link.clone()),
                me: Some(view.me.clone()),
                coaching: Some(view.coaching.clone()),
                calls: Some(view.calls.clone()),
                floor: Some(view.floor.clone()),
                roster: Some(roster.clone()),
                ..empty
            };
            return Some((whole, true));
        };
        let patch = Patch {
            link: changed(&told.link, &view.link),
            me: changed(&told.me, &view.me),
            coaching: changed(&told.coaching, &view.coaching),
            calls: changed(&told.calls, &view.calls),
            floor: changed(&told.floor, &view.floor),
            roster: changed(rows, roster),
            ..empty
        };
        let urgent = told.coaching.audience != view.coaching.audience
            || told.coaching.phase != view.coaching.phase
            || told.link.state != view.link.state
            || patch.calls.is_some();
        let nothing = patch.link.is_none()
            && patch.me.is_none()
            && patch.coaching.is_none()
            && patch.calls.is_none()
            && patch.floor.is_none()
            && patch.roster.is_none();
        (!nothing).then_some((patch, urgent))
    }
}

fn changed<T: PartialEq + Clone>(before: &T, after: &T) -> Option<T> {
    (before != after).then(|| after.clone())
}
