//! One event of each kind about written sessions, with every field there can be.

use desk::audience::Audience;
use desk::order::{Act, Extent, Medium, Readership};
use desk::view::{LeaveEffect, LineKind, LineReaders, SessionPhase};

use super::{target, trouble};
use crate::events::{
    Arming, Event, Parties, Running, SessionName, SessionState, Standing, TextState, TranscriptLine,
};

fn arming() -> Arming {
    Arming {
        agent_id: String::new(),
        agent_name: String::new(),
        medium: Medium::Sms,
        act: Act::Coach,
        mode: Some(Extent::NextChat),
        nickname: Some("Lead".to_owned()),
    }
}

fn name() -> SessionName {
    SessionName {
        session: String::new(),
        number: 1,
    }
}

fn parties() -> Parties {
    Parties {
        medium: Medium::Sms,
        agent_id: Some("a1".to_owned()),
        agent_name: String::new(),
        armed_agent: Some("Ana".to_owned()),
        others: vec!["Ben".to_owned()],
        customer: String::new(),
    }
}

fn standing() -> Standing {
    Standing {
        act: Some(Act::Coach),
        readership: Readership::Agents,
        audience: Audience::AgentOnly,
    }
}

fn state() -> SessionState {
    SessionState {
        phase: SessionPhase::Live,
        since_ms: 1,
        standing: standing(),
        topic: Some("Billing".to_owned()),
        waiting_since_ms: Some(1),
        lines: 1,
        can_whisper: true,
        can_send_to_everyone: false,
        switches: vec![Act::BargeIn],
        leave: LeaveEffect::GoesOn,
    }
}

fn line() -> TranscriptLine {
    TranscriptLine {
        line: 1,
        kind: LineKind::Customer,
        readers: LineReaders::Everyone,
        from: String::new(),
        written_ms: 1,
        text: Some("hi".to_owned()),
        url: Some("https://example.org".to_owned()),
    }
}

pub(super) fn events() -> Vec<Event> {
    [armed_events(), session_events(), list_events()].concat()
}

fn armed_events() -> Vec<Event> {
    let (arming, trouble) = (arming, || Some(trouble()));
    vec![
        Event::WrittenRequested { arming: arming() },
        Event::WrittenArmed {
            arming: arming(),
            took_ms: Some(1),
        },
        Event::WrittenCancelling { arming: arming() },
        Event::WrittenEnded {
            arming: arming(),
            joined: 1,
        },
        Event::WrittenRefused {
            arming: arming(),
            trouble: trouble(),
        },
        Event::WrittenLost {
            arming: arming(),
            trouble: trouble(),
        },
        Event::WrittenUnclear {
            arming: arming(),
            trouble: trouble(),
        },
    ]
}

fn session_events() -> Vec<Event> {
    vec![
        Event::SessionInvited {
            name: name(),
            parties: parties(),
        },
        Event::SessionJoined {
            name: name(),
            parties: parties(),
            standing: standing(),
            topic: Some("Billing".to_owned()),
        },
        Event::SessionParties {
            name: name(),
            parties: parties(),
        },
        Event::SessionReaders {
            name: name(),
            parties: parties(),
            standing: standing(),
        },
        Event::SessionLine {
            name: name(),
            line: line(),
            skipped: true,
        },
        Event::SessionText {
            name: name(),
            text_id: String::new(),
            to_everyone: false,
            state: TextState::Failed,
            trouble: Some(trouble()),
        },
        Event::SessionProblem {
            name: name(),
            trouble: trouble(),
        },
        Event::SessionLeaving {
            name: name(),
            parties: parties(),
        },
        Event::SessionOver {
            name: name(),
            parties: parties(),
            phase: SessionPhase::Revoked,
            trouble: Some(trouble()),
        },
    ]
}

fn list_events() -> Vec<Event> {
    vec![
        Event::Session {
            name: name(),
            parties: parties(),
            state: state(),
        },
        Event::Sessions {
            sessions: 1,
            audience: Audience::AgentOnly,
        },
        Event::Transcript {
            name: name(),
            lines: 1,
            trouble: Some(trouble()),
        },
        Event::RunningSession {
            target: target(),
            medium: Medium::Sms,
            running: Running {
                session: String::new(),
                customer: String::new(),
                topic: Some("Billing".to_owned()),
            },
        },
        Event::RunningSessions {
            target: target(),
            medium: Medium::Sms,
            sessions: 1,
        },
    ]
}
