//! What the supervisor sees: the desk as it came in patches, without anything of the desk's own.

use std::collections::BTreeMap;

use console::Console;
use console::contract::Message;
use desk::order::Act;
use desk::view::{LineView, Patch, RosterQuery, SessionPhase, SessionView, View};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;

/// A face of one life.
pub(crate) struct Screen {
    messages: UnboundedReceiver<Message>,
    pub(crate) view: Option<View>,
    pub(crate) revision: u32,
    /// When the last patch came, and what it said of Sotto's own clock.
    pub(crate) told: Option<(Instant, u64)>,
    /// The transcript that is open, by session.
    pub(crate) transcripts: BTreeMap<String, Vec<LineView>>,
}

impl Screen {
    pub(crate) fn open(console: &Console) -> Option<Screen> {
        let query = RosterQuery {
            count: 50,
            ..RosterQuery::default()
        };
        Some(Screen {
            messages: console.subscribe(query).ok()?,
            view: None,
            revision: 0,
            told: None,
            transcripts: BTreeMap::new(),
        })
    }

    /// The next message; none when that life is over.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        self.messages.recv().await
    }

    /// Lays a patch over what is seen; whether it fits on what was there.
    pub(crate) fn apply(&mut self, patch: &Patch) -> bool {
        let fits = patch.from == 0 || patch.from == self.revision;
        self.revision = patch.to;
        self.told = Some((Instant::now(), patch.now.0));
        let Patch {
            link,
            me,
            coaching,
            calls,
            floor,
            written,
            drift,
            rules,
            board,
            transcript,
            ..
        } = patch.clone();
        if let Some(view) = &mut self.view {
            replace(&mut view.link, link);
            replace(&mut view.me, me);
            replace(&mut view.coaching, coaching);
            replace(&mut view.calls, calls);
            replace(&mut view.floor, floor);
            replace(&mut view.written, written);
            replace(&mut view.drift, drift);
            replace(&mut view.rules, rules);
        } else {
            self.view = first(patch.clone());
        }
        if let (Some(board), Some(view)) = (board, &mut self.view) {
            let mut known: BTreeMap<String, SessionView> = std::mem::take(&mut view.sessions)
                .into_iter()
                .chain(board.changed)
                .map(|session| (session.key.clone(), session))
                .collect();
            view.sessions = board.order.iter().filter_map(|key| known.remove(key)).collect();
        }
        if let Some(part) = transcript {
            let lines = self.transcripts.entry(part.session).or_default();
            lines.truncate(usize::try_from(part.from).unwrap_or_default());
            lines.extend(part.lines);
        }
        fits && self.view.is_some()
    }

    /// The parts of it that a supervisor goes by, in a few words, for the trace.
    pub(crate) fn in_short(&self) -> Vec<String> {
        let Some(view) = &self.view else {
            return Vec::new();
        };
        let coaching = &view.coaching;
        let act = coaching.act.map_or("nothing", Act::operation_name);
        let agent = coaching.agent_name.as_deref().unwrap_or("nobody");
        let mut parts = vec![
            format!("link {:?}", view.link.state),
            format!(
                "{:?}: {act} of {agent}, heard by {:?}",
                coaching.phase, coaching.audience
            ),
        ];
        let calls = view.calls.iter();
        parts.extend(calls.map(|call| format!("call {} {}", call.id, call.state)));
        let armed = view.written.armed.iter();
        parts.extend(armed.map(|armed| {
            let act = armed.act.operation_name();
            format!("{} {act} {:?} {:?}", armed.agent_name, armed.extent, armed.phase)
        }));
        let sessions = view.sessions.iter();
        parts.extend(sessions.map(|session| {
            format!(
                "{} {:?} read by {:?}",
                session.key, session.phase, session.readership
            )
        }));
        let limits = view.link.limits.iter();
        parts.extend(limits.map(|fault| format!("told: {:?}", fault.code)));
        parts
    }

    /// The sessions the supervisor is in.
    pub(crate) fn live_sessions(&self) -> Vec<SessionView> {
        let sessions = self.view.iter().flat_map(|view| &view.sessions);
        sessions
            .filter(|session| session.phase == SessionPhase::Live)
            .cloned()
            .collect()
    }
}

fn replace<T>(section: &mut T, with: Option<T>) {
    if let Some(with) = with {
        *section = with;
    }
}

/// A snapshot has every section.
fn first(patch: Patch) -> Option<View> {
    Some(View {
        link: patch.link?,
        me: patch.me?,
        coaching: patch.coaching?,
        calls: patch.calls?,
        floor: patch.floor?,
        written: patch.written?,
        sessions: Vec::new(),
        drift: patch.drift?,
        rules: patch.rules?,
    })
}
