//! Telling the faces: a snapshot, then patches of the sections that changed.
//!
//! One patch is on its way at a time; until it is acknowledged changes only pile up in the desk, so memory is bounded
//! by what there is and not by what happens. Whatever touches the audience, the coaching, the calls, the link, or the
//! transcript that is open goes at once; the rest waits for the next frame, or for a second while nobody looks.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use desk::audience::Audience;
use desk::moment::Moment;
use desk::order::Medium;
use desk::view::{ArmedPhase, SessionPhase};
use desk::view::{BoardPatch, Patch, RosterQuery, RosterWindow, SessionView, TranscriptPatch, View};
use desk::{Desk, TranscriptMark};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::contract::Message;
use crate::doctor::Check;

const FRAME: Duration = Duration::from_millis(33);
const HIDDEN: Duration = Duration::from_secs(1);
/// A face that has not acknowledged for so long may have lost the message: it gets a new snapshot. The time doubles
/// until it is heard again, so that little piles up before a face that is gone without having said so.
const PATIENCE: Duration = Duration::from_secs(5);
/// So many notices may be on their way to a face that says nothing. What they are about is on the board all the same.
const NOTICES: u32 = 32;

/// One face: what it was told last and whether it has said that it heard.
#[derive(Debug)]
pub(crate) struct Face {
    out: mpsc::UnboundedSender<Message>,
    query: RosterQuery,
    visible: bool,
    told: Option<(View, RosterWindow)>,
    /// The session whose transcript it shows, and how much of that it was told.
    open: Option<String>,
    mark: Option<TranscriptMark>,
    /// Notices since it was last heard.
    notices: u32,
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
            open: None,
            mark: None,
            notices: 0,
            revision: 0,
            acknowledged: 0,
            patience: PATIENCE,
            last: Instant::now(),
            waits: false,
        }
    }

    pub(crate) fn look(&mut self, query: RosterQuery) {
        self.query = query;
        self.hurry();
    }

    /// It shows the transcript of this session from now on.
    pub(crate) fn open(&mut self, session: Option<String>) {
        self.open = session;
        self.mark = None;
        self.hurry();
    }

    /// The session whose transcript it shows.
    pub(crate) fn opened(&self) -> Option<&str> {
        self.open.as_deref()
    }

    /// The person who scrolls or types looks at it now: do not wait for the next frame.
    fn hurry(&mut self) {
        self.last = Instant::now().checked_sub(HIDDEN).unwrap_or(self.last);
    }

    pub(crate) fn acknowledge(&mut self, revision: u32) {
        self.acknowledged = self.acknowledged.max(revision.min(self.revision));
        if !self.is_unheard() {
            self.patience = PATIENCE;
            self.notices = 0;
        }
    }

    pub(crate) fn set_visible(&mut self, visible: bool) {
        self.visible = visible;
    }

    /// Whether it has had its first snapshot.
    pub(crate) fn has_been_told(&self) -> bool {
        self.told.is_some()
    }

    pub(crate) fn close_asked(&self) -> bool {
        self.out.send(Message::CloseAsked).is_ok()
    }

    /// Tells a step of the doctor. There are few, and none is left out.
    pub(crate) fn checked(&mut self, check: Check) {
        // A face that is gone is noticed with the next patch.
        let _ = self.out.send(Message::Checked { check });
    }

    /// Tells something beside the patches.
    pub(crate) fn notice(&mut self, message: Message) {
        if self.notices < NOTICES {
            self.notices += 1;
            // A face that is gone is noticed with the next patch.
            let _ = self.out.send(message);
        }
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
        let transcript = self.transcript(desk, self.mark);
        if !due && transcript.is_none() && !is_urgent(told, &view) {
            self.waits = true;
            return !self.out.is_closed();
        }
        if self.is_unheard() {
            return self.send_again(desk, &view, now);
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
            board: board(&told.sessions, &view.sessions),
            drift: changed(&told.drift, &view.drift),
            rules: changed(&told.rules, &view.rules),
            transcript: None,
        };
        if is_empty(&patch) && transcript.is_none() {
            return !self.out.is_closed();
        }
        self.send(patch, transcript, view, roster)
    }

    /// The last patch was not heard: if there is anything new, everything is told again.
    fn send_again(&mut self, desk: &Desk, view: &View, now: Moment) -> bool {
        let roster = desk.roster(&self.query, now);
        let new = self.transcript(desk, self.mark).is_some();
        let same = self
            .told
            .as_ref()
            .is_some_and(|told| (&told.0, &told.1) == (view, &roster));
        if same && !new {
            return !self.out.is_closed();
        }
        self.patience *= 2;
        self.send_snapshot(desk, now)
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
            board: Some(BoardPatch {
                order: keys(&view.sessions),
                changed: view.sessions.clone(),
            }),
            drift: Some(view.drift.clone()),
            rules: Some(view.rules.clone()),
            transcript: None,
        };
        let transcript = self.transcript(desk, None);
        self.send(whole, transcript, view, roster)
    }

    fn transcript(
        &self,
        desk: &Desk,
        told: Option<TranscriptMark>,
    ) -> Option<(TranscriptPatch, TranscriptMark)> {
        desk.transcript(self.open.as_deref()?, told)
    }

    fn send(
        &mut self,
        mut patch: Patch,
        transcript: Option<(TranscriptPatch, TranscriptMark)>,
        view: View,
        roster: RosterWindow,
    ) -> bool {
        if let Some((lines, mark)) = transcript {
            patch.transcript = Some(lines);
            self.mark = Some(mark);
        }
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
        || told.written.audience != view.written.audience
        || armed(told).ne(armed(view))
        || joined(told) != joined(view)
}

/// How far everything is that is armed, in its own order.
fn armed(view: &View) -> impl Iterator<Item = (&str, Medium, ArmedPhase)> {
    let armed = view.written.armed.iter();
    armed.map(|armed| (armed.agent_id.as_str(), armed.medium, armed.phase))
}

/// How far every session is and who reads us in it, whatever its place on the board.
fn joined(view: &View) -> BTreeMap<&str, (SessionPhase, Audience)> {
    let sessions = view.sessions.iter();
    sessions
        .map(|session| (session.key.as_str(), (session.phase, session.audience)))
        .collect()
}

fn board(told: &[SessionView], now: &[SessionView]) -> Option<BoardPatch> {
    let known: HashMap<&str, &SessionView> = told
        .iter()
        .map(|session| (session.key.as_str(), session))
        .collect();
    let is_new = |session: &&SessionView| known.get(session.key.as_str()) != Some(session);
    (told != now).then(|| BoardPatch {
        order: keys(now),
        changed: now.iter().filter(is_new).cloned().collect(),
    })
}

fn keys(sessions: &[SessionView]) -> Vec<String> {
    sessions.iter().map(|session| session.key.clone()).collect()
}

fn is_empty(patch: &Patch) -> bool {
    patch.link.is_none()
        && patch.me.is_none()
        && patch.coaching.is_none()
        && patch.calls.is_none()
        && patch.floor.is_none()
        && patch.roster.is_none()
        && patch.written.is_none()
        && patch.board.is_none()
        && patch.drift.is_none()
        && patch.rules.is_none()
}

fn changed<T: PartialEq + Clone>(before: &T, after: &T) -> Option<T> {
    (before != after).then(|| after.clone())
}
