//! When everything is mended and enough time has passed, the desk equals the server: what still differs, in words.

use std::collections::BTreeMap;

use desk::audience::Audience;
use desk::order::{Act, Extent, Medium, Readership};
use desk::view::{ArmedPhase, LineKind, LinkState, Phase, SessionPhase, View};
use simulator::{CallView, SessionView};

use crate::net::Sent;
use crate::oracle::{Notes, Oracle};
use crate::screen::Screen;
use crate::truth::Truth;

impl Oracle {
    /// What the screen says otherwise than the floor; empty when both say the same.
    pub(crate) fn differences(&self, screen: &Screen) -> Vec<String> {
        let Some(view) = &screen.view else {
            return vec!["nothing is on screen".to_owned()];
        };
        if view.link.state != LinkState::Live {
            return vec![format!(
                "the link is {:?}: {:?}",
                view.link.state, view.link.problem
            )];
        }
        let mut notes = self.notes();
        notes.truth.look();
        let mut found = Vec::new();
        let calls = notes.truth.calls();
        let supervised = calls.iter().find(|call| call.monitoring.is_some());
        compare_monitoring(view, notes.truth.monitoring(), supervised, &mut found);
        compare_calls(view, &calls, &mut found);
        compare_sessions(view, notes.truth.name(), &self.floor.sessions(), &mut found);
        let armed: Vec<(String, Medium)> = self
            .floor
            .armed()
            .into_iter()
            .filter(|armed| armed.supervisor == notes.truth.name())
            .map(|armed| (armed.agent, medium(&armed.medium)))
            .collect();
        let all_came = !self.net.memory().pushes.any_swallowed;
        compare_claims(view, &armed, all_came, &mut found);
        let hidden = armed
            .iter()
            .filter(|(agent, medium)| is_hidden(view, agent, *medium));
        for (agent, _) in hidden.filter(|(agent, _)| self.can_be_known(&notes, agent)) {
            found.push(format!(
                "the server is armed for {agent}, and the screen says nothing of it"
            ));
        }
        found
    }

    /// Whether Sotto can know that the server is armed for this agent. What the disk refused is not known after a kill, and
    /// the supervisor was told so.
    pub(crate) fn can_be_known(&self, notes: &Notes, agent: &str) -> bool {
        let is_kept = !(self.disk.was_full() && notes.lives > 1);
        is_kept && !self.was_denied(&notes.truth, agent)
    }

    /// The server said that there is nothing to cancel, which a fault made it say: nobody can see through that.
    fn was_denied(&self, truth: &Truth, agent: &str) -> bool {
        let last = self.last_asked(truth, agent);
        last.is_some_and(|sent| {
            sent.operation == "CancelSupervisorMonitoring" && sent.answered && !sent.accepted
        })
    }

    /// Whether the last that was asked of this agent's sessions got its answer.
    pub(crate) fn has_answered(&self, truth: &Truth, agent: &str) -> bool {
        self.last_asked(truth, agent).is_none_or(|sent| sent.answered)
    }

    fn last_asked(&self, truth: &Truth, agent: &str) -> Option<Sent> {
        let channels = format!("/users/{}/channels/", truth.agent_by_name(agent)?.id);
        let memory = self.net.memory();
        let last = memory.sent.iter().rfind(|sent| sent.path.contains(&channels));
        last.cloned()
    }

    /// What the transcript on screen says otherwise than the session.
    pub(crate) fn differences_of_transcript(&self, screen: &Screen, key: &str) -> Vec<String> {
        let id = key.rsplit('/').next().unwrap_or_default();
        let Ok(session) = self.floor.session(id) else {
            return Vec::new();
        };
        let notes = self.notes();
        if !notes.truth.is_in(&session) {
            return Vec::new();
        }
        let texts = session.lines.iter().filter(|line| line.kind == "Text");
        let said: Vec<&str> = texts.filter_map(|line| line.text.as_deref()).collect();
        let lines = screen.transcripts.get(key).map(Vec::as_slice).unwrap_or_default();
        let written = lines.iter().filter(|line| line.kind != LineKind::System);
        let shown: Vec<&str> = written.map(|line| line.text.as_str()).collect();
        if said == shown {
            Vec::new()
        } else {
            vec![format!("in {key} was written {said:?} and is shown {shown:?}")]
        }
    }
}

fn medium(name: &str) -> Medium {
    if name == "chat" { Medium::Chat } else { Medium::Sms }
}

fn compare_monitoring(
    view: &View,
    monitoring: Option<&simulator::MonitoringView>,
    supervised: Option<&CallView>,
    found: &mut Vec<String>,
) {
    let coaching = &view.coaching;
    let phase = coaching.phase;
    let expected: &[Phase] = match (monitoring, supervised.map(|call| call.state.as_str())) {
        (_, Some("Ringing")) => &[Phase::Offered],
        (_, Some(_)) => &[Phase::Live],
        (Some(_), None) => &[Phase::Armed],
        (None, None) => &[Phase::Idle, Phase::Refused, Phase::Lost],
    };
    if !expected.contains(&phase) {
        let name = monitoring.map(|monitoring| &monitoring.agent);
        found.push(format!(
            "{phase:?} of {:?}, and the server monitors {name:?}, in {supervised:?}",
            coaching.agent_name
        ));
        return;
    }
    if let (Some(monitoring), Phase::Armed) = (monitoring, phase) {
        let shown = (
            coaching.agent_name.as_deref(),
            coaching.act.map(Act::operation_name),
            coaching.mode.map(|mode| format!("{mode:?}")),
            coaching.scope.map(|scope| format!("{scope:?}")),
        );
        let said = (
            Some(monitoring.agent.as_str()),
            Some(monitoring.state.as_str()),
            Some(monitoring.mode.clone()),
            Some(monitoring.scope.clone()),
        );
        if shown != said {
            found.push(format!("armed as {shown:?}, the server says {said:?}"));
        }
    }
    if let (Some(call), Phase::Live) = (supervised, phase) {
        let heard = match call.monitoring.as_deref() {
            Some("ListenIn") => Audience::Nobody,
            Some("Coach") => Audience::AgentOnly,
            _ => Audience::Everyone,
        };
        // More calls of one's own can only be hotter.
        let cooler = heat(coaching.audience) < heat(heard);
        if cooler || (view.calls.len() == 1 && coaching.audience != heard) {
            found.push(format!(
                "{:?} hears, the server says {heard:?}",
                coaching.audience
            ));
        }
    }
}

fn heat(audience: Audience) -> u8 {
    match audience {
        Audience::Nobody => 0,
        Audience::AgentOnly => 1,
        Audience::Everyone | Audience::Unknown => 2,
    }
}

fn compare_calls(view: &View, calls: &[CallView], found: &mut Vec<String>) {
    let shown: BTreeMap<&str, &str> = view
        .calls
        .iter()
        .map(|call| (call.id.as_str(), call.state.as_str()))
        .collect();
    let said: BTreeMap<&str, &str> = calls
        .iter()
        .map(|call| (call.id.as_str(), call.state.as_str()))
        .collect();
    if shown != said {
        found.push(format!("calls {shown:?}, the server says {said:?}"));
    }
}

fn compare_sessions(view: &View, name: &str, sessions: &[SessionView], found: &mut Vec<String>) {
    let seat_of = |session: &SessionView| session.seats.iter().find(|seat| seat.person == name).cloned();
    for session in sessions {
        let Some(seat) = seat_of(session).filter(|seat| seat.state == "Chatting") else {
            continue;
        };
        let shown = view
            .sessions
            .iter()
            .find(|shown| shown.key.ends_with(&session.id));
        let read_by = match seat.visibility.as_str() {
            "All" => Readership::Everyone,
            "Agents" => Readership::Agents,
            _ => Readership::Supervisors,
        };
        match shown {
            Some(shown) if shown.phase == SessionPhase::Live && shown.readership == read_by => {}
            Some(shown) => found.push(format!(
                "{} is {:?}, read by {:?}; the server says {seat:?}",
                shown.key, shown.phase, shown.readership
            )),
            None => found.push(format!(
                "{} is not on the board; the server says {seat:?}",
                session.id
            )),
        }
    }
    for shown in &view.sessions {
        let joined = matches!(
            shown.phase,
            SessionPhase::Live | SessionPhase::Joining | SessionPhase::Leaving
        );
        let session = sessions.iter().find(|session| shown.key.ends_with(&session.id));
        let in_it = session
            .and_then(seat_of)
            .is_some_and(|seat| seat.state == "Chatting");
        if joined && !in_it {
            found.push(format!(
                "{} is {:?}; the server knows of no seat",
                shown.key, shown.phase
            ));
        }
    }
}

/// Whether nothing on screen says that this agent may be armed.
fn is_hidden(view: &View, agent: &str, medium: Medium) -> bool {
    let mut lines = view.written.armed.iter();
    !lines.any(|shown| {
        shown.agent_name == *agent
            && shown.medium == medium
            && !matches!(shown.phase, ArmedPhase::Refused | ArmedPhase::Lost)
    })
}

/// Nothing is called armed that the server does not hold.
fn compare_claims(view: &View, armed: &[(String, Medium)], all_came: bool, found: &mut Vec<String>) {
    for shown in view
        .written
        .armed
        .iter()
        .filter(|shown| shown.phase == ArmedPhase::Armed)
    {
        let said = armed
            .iter()
            .any(|(agent, medium)| *agent == shown.agent_name && *medium == shown.medium);
        // A session of which every push is swallowed uses one up, and nothing on the wire tells of it.
        let may_be_used_up = shown.extent == Some(Extent::NextChat) && !all_came;
        if !said && !may_be_used_up {
            found.push(format!("armed for {}, the server is not", shown.agent_name));
        }
    }
}
