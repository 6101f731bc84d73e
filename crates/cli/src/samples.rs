//! Views of written sessions made by hand, for the tests.

use desk::audience::Audience;
use desk::moment::Moment;
use desk::order::{Act, Medium, Readership};
use desk::view::{
    ArmedPhase, ArmedView, BoardPatch, LeaveEffect, LineKind, LineReaders, LineView, LinkState, LinkView,
    Patch, SessionActs, SessionPhase, SessionView, WrittenView,
};

/// A patch with nothing in it.
pub(crate) fn patch(now: u64) -> Patch {
    Patch {
        from: 0,
        to: 1,
        now: Moment(now),
        link: None,
        me: None,
        coaching: None,
        calls: None,
        floor: None,
        roster: None,
        written: None,
        board: None,
        drift: None,
        rules: None,
        transcript: None,
    }
}

/// The link in this state.
pub(crate) fn link(state: LinkState) -> LinkView {
    LinkView {
        state,
        since: Moment(1),
        confirmed: None,
        server: "floor".to_owned(),
        practice: false,
        round_trip_ms: None,
        problem: None,
        limits: Vec::new(),
    }
}

/// Ana, armed to be coached in SMS sessions.
pub(crate) fn armed(phase: ArmedPhase, since: u64) -> ArmedView {
    ArmedView {
        agent_id: "A1".to_owned(),
        agent_name: "Ana".to_owned(),
        medium: Medium::Sms,
        act: Act::Coach,
        extent: None,
        nickname: None,
        phase,
        since: Moment(since),
        joined: 0,
        problem: None,
        again: false,
    }
}

/// Who is armed, and nothing else.
pub(crate) fn written(armed: Vec<ArmedView>) -> WrittenView {
    WrittenView {
        audience: Audience::Nobody,
        media: vec![Medium::Sms],
        problem: None,
        armed,
        running: None,
    }
}

/// A session of Ana's that is coached.
pub(crate) fn session(key: &str, phase: SessionPhase) -> SessionView {
    SessionView {
        key: key.to_owned(),
        medium: Medium::Sms,
        agent_id: Some("A1".to_owned()),
        agent_name: "Ana".to_owned(),
        armed_agent: None,
        others: Vec::new(),
        customer: "Pat".to_owned(),
        topic: None,
        user_data: Vec::new(),
        phase,
        since: Moment(1),
        joined: None,
        audience: Audience::AgentOnly,
        readership: Readership::Agents,
        act: Some(Act::Coach),
        switching_to: None,
        waiting_since: None,
        unread: 0,
        lines: 0,
        last: Vec::new(),
        typing: Vec::new(),
        unsent: Vec::new(),
        acts: SessionActs {
            whisper: true,
            public: false,
            whisper_barred: None,
            public_barred: None,
            switches: vec![Act::ListenIn, Act::BargeIn],
            accept: false,
            reject: false,
            complete: false,
            leave: LeaveEffect::GoesOn,
        },
        problem: None,
        confirmed: Moment(1),
    }
}

/// The board with just these sessions, all of them new or changed.
pub(crate) fn board(sessions: Vec<SessionView>) -> BoardPatch {
    BoardPatch {
        order: sessions.iter().map(|session| session.key.clone()).collect(),
        changed: sessions,
    }
}

/// A line somebody wrote.
pub(crate) fn said(id: u32, kind: LineKind, text: &str) -> LineView {
    LineView {
        id,
        kind,
        readers: LineReaders::Everyone,
        from: "Pat".to_owned(),
        text: text.to_owned(),
        url: None,
        at: Moment(1),
    }
}
