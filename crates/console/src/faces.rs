//! Telling the faces: a snapshot, then patches of the sections that changed.
//!
//! One patch is on its way at a time; until it is acknowledged changes only pile up in the desk, so memory is bounded
//! by what there is and not by what happens. Whatever touches the audience, the coaching, the calls or the link goes
//! at once; the rest waits for the next frame, or for a second while nobody looks.

use std::time::Duration;

use desk::Desk;
use desk::moment::Moment;
use desk::view::{Patch, RosterQuery, RosterWindow, View};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::contract::Message;

const FRAME: Duration = Duration::from_millis(33);
const HIDDEN: Duration = Duration::from_secs(1);
/// A face that has not acknowledged for so long may have lost the message: it gets a new snapshot. The time doubles
/// until it is heard again, so that little piles up before a face that is gone without having said so.
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
    patience: Duration,
    last: Instant,
    /// There may be something to tell that had to wait.
    waits: bool,
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
            patience: PATIENCE,
            last: Instant::now(),
            waits: false,
        }
    }

    pub(crate) fn look(&mut self, query: RosterQuery) {
        self.query = query;
        // The person who scrolls or types looks at it now: do not wait for the next frame.
        self.last = Instant::now().checked_sub(HIDDEN).unwrap_or(self.last);
    }

    pub(crate) fn acknowledge(&mut self, revision: u32) {
        self.acknowledged = self.acknowledged.max(revision.min(self.revision));
        if !self.is_unheard() {
            self.patience = PATIENCE;
        }
    }

    pub(crate) fn set_visible(&mut self, visible: bool) {
        self.visible = visible;
    }

    pub(crate) fn close_asked(&self) -> bool {
        self.out.send(Message::CloseAsked).is_ok()
    }

    /// When something that waits should be told.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        self.waits.then(|| self.next())
    }

    fn next(&self) -> Instant {
        let pause = if self.is_unheard() {
            self.patience
        } else if self.visible {
            FRAME
        } else {
            HIDDEN
        };
        self.last + pause
    }

    fn is_unheard(&self) -> bool {
        self.revision > self.acknowledged
    }

    /// Tells the face what changed, if it is time. Gives whether the face is still there.
    pub(crate) fn tell(&mut self, desk: &Desk, now: Moment) -> bool {
        self.waits = false;
        let Some((told, rows)) = &self.told else {
            return self.send_snapshot(desk, now);
        };
        let due = Instant::now() >= self.next();
        if !due && self.is_unheard() {
            self.waits = true;
            return !self.out.is_closed();
        }
        let view = desk.view(now);
        if !due && !is_urgent(told, &view) {
            self.waits = true;
            return !self.out.is_closed();
        }
        let roster = desk.roster(&self.query, now);
        let patch = Patch {
            from: self.revision,
            to: self.revision + 1,
            now,
            link: changed(&told.link, &view.link),
            me: changed(&told.me, &view.me),
            coaching: changed(&told.coaching, &view.coaching),
            calls: changed(&told.calls, &view.calls),
            floor: changed(&told.floor, &view.floor),
            roster: changed(rows, &roster),
            written: changed(&told.written, &view.written),
            board: None,
            transcript: None,
        };
        if is_empty(&patch) {
            return !self.out.is_closed();
        }
        if self.is_unheard() {
            self.patience *= 2;
            return self.send_snapshot(desk, now);
        }
        self.send(patch, view, roster)
    }

    fn send_snapshot(&mut self, desk: &Desk, now: Moment) -> bool {
        let (view, roster) = (desk.view(now), desk.roster(&self.query, now));
        let whole = Patch {
            from: 0,
            to: self.revision + 1,
            now,
            link: Some(view.link.clone()),
            me: Some(view.me.clone()),
            coaching: Some(view.coaching.clone()),
            calls: Some(view.calls.clone()),
            floor: Some(view.floor.clone()),
            roster: Some(roster.clone()),
            written: Some(view.written.clone()),
            board: None,
            transcript: None,
        };
        self.send(whole, view, roster)
    }

    fn send(&mut self, patch: Patch, view: View, roster: RosterWindow) -> bool {
        self.revision = patch.to;
        self.last = Instant::now();
        self.told = Some((view, roster));
        let patch = Box::new(patch);
        self.out.send(Message::Patch { patch }).is_ok()
    }
}

fn is_urgent(told: &View, view: &View) -> bool {
    told.coaching.audience != view.coaching.audience
        || told.coaching.phase != view.coaching.phase
        || told.link.state != view.link.state
        || told.calls != view.calls
}

fn is_empty(patch: &Patch) -> bool {
    patch.link.is_none()
        && patch.me.is_none()
        && patch.coaching.is_none()
        && patch.calls.is_none()
        && patch.floor.is_none()
        && patch.roster.is_none()
}

fn changed<T: PartialEq + Clone>(before: &T, after: &T) -> Option<T> {
    (before != after).then(|| after.clone())
}
