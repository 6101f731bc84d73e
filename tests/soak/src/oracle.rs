//! The oracle: judges what leaves Sotto and what it shows by the simulator's own truth (DESIGN 4, invariants 1 to 6).

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use console::contract::Message;
use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::order::Readership;
use desk::view::{ArmedPhase, LinkState, Phase, View};
use simulator::Handle;
use tokio::time::Instant;

use crate::disk::Disk;
use crate::learned::Learned;
use crate::log::Log;
use crate::net::{CANARY, Net, Seen, Sent};
use crate::screen::Screen;
use crate::truth::Truth;

pub(crate) const LEAK: &str = "1 no leak";
pub(crate) const OVERCLAIM: &str = "2 no overclaim";
pub(crate) const HOT: &str = "3 unknown is hot";
pub(crate) const CAPABILITIES: &str = "4 capabilities rule";
pub(crate) const SECRETS: &str = "5 secrets stay";
pub(crate) const LOST: &str = "6 nothing lost";
pub(crate) const SETTLED: &str = "the desk equals the server";
pub(crate) const JOURNAL: &str = "the journal says what happened";

/// What begins so was written for the agent alone.
pub(crate) const WHISPER: &str = "whisper-";
/// What begins so was written for everybody.
pub(crate) const PUBLIC: &str = "public-";

/// A whisper waits for the one before it, and a request may be repeated once the session was renewed.
const REPEATED_WITHIN: Duration = Duration::from_mins(1);

/// A reading that something overtook is made again: so long an older word may hold.
const OVERTAKEN: Duration = Duration::from_secs(30);

/// What the supervisor asked of whom.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) agent_id: String,
    pub(crate) act: desk::order::Act,
    pub(crate) written: bool,
}

/// What was noted between two looks.
pub(crate) struct Notes {
    pub(crate) truth: Truth,
    pub(crate) asked: Vec<Asked>,
    /// Public texts that were written while the screen said that everybody reads them.
    pub(crate) meant_for_all: BTreeSet<String>,
    /// Operations that left, to know a repetition: when, where, what.
    left: Vec<(Instant, String, String)>,
    leaks_seen: usize,
    /// How often Sotto was started.
    pub(crate) lives: u32,
    /// How long the machine slept, all in all.
    pub(crate) slept: Duration,
}

/// Judges one run.
#[derive(Clone)]
pub(crate) struct Oracle {
    pub(crate) log: Log,
    pub(crate) floor: Handle,
    pub(crate) net: Net,
    pub(crate) disk: Disk,
    notes: Arc<Mutex<Notes>>,
}

impl Oracle {
    pub(crate) fn new(log: Log, floor: Handle, net: &Net, disk: Disk) -> Oracle {
        let oracle = Oracle {
            notes: Arc::new(Mutex::new(Notes {
                truth: Truth::new(floor.clone()),
                asked: Vec::new(),
                meant_for_all: BTreeSet::new(),
                left: Vec::new(),
                leaks_seen: 0,
                lives: 0,
                slept: Duration::ZERO,
            })),
            log,
            floor,
            net: net.clone(),
            disk,
        };
        let witness = oracle.clone();
        net.tell(Arc::new(move |seen| match seen {
            Seen::Leaves(sent, learned) => witness.leaves(sent, learned),
            Seen::Done => witness.look(),
        }));
        oracle
    }

    pub(crate) fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the floor, and at what its customers read.
    pub(crate) fn look(&self) {
        let mut notes = self.notes();
        notes.truth.look();
        let leaks = self.floor.leaks();
        for leak in leaks.iter().skip(notes.leaks_seen) {
            let meant = match &leak.text {
                Some(text) => notes.meant_for_all.contains(text),
                // A sign of typing has no text; it left where everybody was known to see us, or it would have been
                // judged when it left.
                None => true,
            };
            self.log
                .check(LEAK, meant, || format!("the customer saw {leak:?}"));
        }
        notes.leaks_seen = leaks.len();
        for session in &notes.truth.joined {
            let Ok(seen) = self.floor.customer_view(session) else {
                continue;
            };
            let whispered = seen.texts.iter().find(|text| text.contains(WHISPER));
            self.log.check(LEAK, whispered.is_none(), || {
                format!("the customer of {session} reads {whispered:?}")
            });
        }
    }

    /// Judges an operation as it leaves.
    fn leaves(&self, sent: &Sent, learned: &Learned) {
        self.log.count("operations that left");
        let mut notes = self.notes();
        let key = (sent.path.clone(), sent.body.to_string());
        let repeated = notes
            .left
            .iter()
            .any(|(at, path, body)| sent.at - *at < REPEATED_WITHIN && (path, body) == (&key.0, &key.1));
        notes.left.push((sent.at, key.0, key.1));
        let parts: Vec<&str> = sent.path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["me", "devices" | "calls", id] => self.is_listed(sent, learned, id, repeated),
            ["me", "smssessions" | "chats", id] => {
                // Whispers go one after the other, so the last of a row is late by the time of those before it.
                let waits = sent.operation == "SendToAgents";
                if !waits {
                    self.is_listed(sent, learned, id, repeated);
                }
                self.is_no_leak(sent, learned, id, &notes);
            }
            ["users", agent, "channels", _]
                if sent.operation != "CancelSupervisorMonitoring" && !repeated =>
            {
                self.disk.check_intent(&self.log, agent);
            }
            _ => {}
        }
    }

    fn is_listed(&self, sent: &Sent, learned: &Learned, id: &str, repeated: bool) {
        let listed = repeated || learned.allows(id, &sent.operation);
        self.log.check(CAPABILITIES, listed, || {
            format!(
                "{} is sent to {}, which lists {}",
                sent.operation,
                sent.path,
                learned.listed(id)
            )
        });
    }

    fn is_no_leak(&self, sent: &Sent, learned: &Learned, id: &str, notes: &Notes) {
        let text = sent.body["data"]["text"].as_str();
        let text = text.or(sent.body["text"].as_str()).unwrap_or_default();
        let is_public = matches!(
            sent.operation.as_str(),
            "SendMessage" | "SendStartTypingNotification" | "SendStopTypingNotification"
        );
        if is_public {
            self.log
                .check(LEAK, !sent.body.to_string().contains(WHISPER), || {
                    format!("a whisper is sent to everybody: {}", sent.body)
                });
            let meant = text.is_empty() || notes.meant_for_all.contains(text);
            self.log.check(LEAK, meant, || {
                format!("{text} is public, but the screen did not say that everybody reads it")
            });
            self.log.check(LEAK, learned.is_seen_by_all(id), || {
                format!("{} while the session says {}", sent.operation, learned.listed(id))
            });
        } else if sent.operation == "SendToAgents" {
            self.log.check(LEAK, !sent.body.to_string().contains(PUBLIC), || {
                format!("a public text is sent as a whisper: {}", sent.body)
            });
        }
    }

    /// Judges a message to the face before it is laid over what is seen.
    pub(crate) fn hears(&self, message: &Message) {
        let Ok(text) = serde_json::to_string(message) else {
            return;
        };
        self.log.count("messages to the face");
        self.no_secret("a message to the face", &text);
    }

    pub(crate) fn no_secret(&self, place: &str, text: &str) {
        let memory = self.net.memory();
        let told = memory
            .secrets
            .iter()
            .find(|secret| text.contains(secret.as_str()));
        self.log
            .check(SECRETS, told.is_none() && !text.contains(CANARY), || {
                format!("{place} holds the password, a cookie or a token: {told:?}")
            });
    }

    /// Judges what is seen now.
    pub(crate) fn sees(&self, screen: &Screen) {
        let Some(view) = &screen.view else { return };
        self.check_overclaim(screen, view);
        self.check_heat(view);
        self.read_journal();
        let not_written = view
            .link
            .limits
            .iter()
            .any(|fault| matches!(fault.code, FaultCode::JournalUnavailable | FaultCode::NotKept));
        if !not_written {
            self.disk.check_steps(&self.log, view);
        }
    }

    /// Invariant 2: armed and live only where the server said so.
    fn check_overclaim(&self, screen: &Screen, view: &View) {
        if view.link.state != LinkState::Live {
            return;
        }
        let coaching = &view.coaching;
        let memory = self.net.memory();
        let known = coaching.call_id.as_ref();
        match coaching.phase {
            Phase::Armed => {
                let Some((told_at, now)) = screen.told else { return };
                let age = Duration::from_millis(now.saturating_sub(coaching.since.0)) + OVERTAKEN;
                let since = told_at.checked_sub(age).unwrap_or(told_at);
                let notes = self.notes();
                let agent = coaching
                    .agent_id
                    .as_ref()
                    .and_then(|id| notes.truth.agent_by_id(id));
                if let Some(agent) = agent {
                    let told = memory.learned.told_monitoring(&agent.device_id, since);
                    self.log.check(OVERCLAIM, told, || {
                        format!("armed for {}, and the server never said so", agent.name)
                    });
                }
            }
            Phase::Live => {
                let notes = self.notes();
                let was = known.is_some_and(|call| notes.truth.in_call.contains_key(call));
                self.log.check(OVERCLAIM, was, || {
                    format!("live in {known:?}, where the supervisor never was")
                });
            }
            _ => {}
        }
        let mut notes = self.notes();
        for session in screen.live_sessions() {
            let id = session.key.rsplit('/').next().unwrap_or_default();
            let was = notes.truth.was_in(id);
            self.log.check(OVERCLAIM, was, || {
                format!("live in {id}, where the supervisor never was")
            });
        }
    }

    /// Invariant 3: what is not certain is hot, and behind a link that is not live nothing is certain.
    fn check_heat(&self, view: &View) {
        let live = view.link.state == LinkState::Live;
        let coaching = &view.coaching;
        let busy = !matches!(coaching.phase, Phase::Idle | Phase::Refused | Phase::Lost);
        if !live && (busy || !view.calls.is_empty()) {
            self.log.check(HOT, is_hot(coaching.audience), || {
                format!(
                    "{:?} in {:?} behind a link that is {:?}",
                    coaching.audience, coaching.phase, view.link.state
                )
            });
        }
        for session in &view.sessions {
            let joined = matches!(
                session.phase,
                desk::view::SessionPhase::Live | desk::view::SessionPhase::Leaving
            );
            if joined && !live {
                let holds = is_hot(session.audience) && session.readership == Readership::Unknown;
                self.log.check(HOT, holds, || {
                    format!("{:?} in {} behind a broken link", session.audience, session.key)
                });
                self.log.check(HOT, is_hot(view.written.audience), || {
                    format!("all in all {:?} behind a broken link", view.written.audience)
                });
            }
        }
        let armed = view
            .written
            .armed
            .iter()
            .any(|armed| armed.phase == ArmedPhase::Armed);
        if armed && !live {
            self.log.check(HOT, is_hot(view.written.audience), || {
                format!("armed, {:?} behind a broken link", view.written.audience)
            });
        }
    }

    /// Reads what is new in the journal and holds it against what happened.
    pub(crate) fn read_journal(&self) {
        for entry in self.disk.new_entries(&self.log) {
            self.log.say("journal", || {
                format!("{:?} {:?} {}", entry.event, entry.act, entry.agent)
            });
            self.judge_entry(&entry);
        }
    }

    fn judge_entry(&self, entry: &journal::NewEntry) {
        use journal::{Channel, What};
        let notes = self.notes();
        let memory = self.net.memory();
        let now = Instant::now();
        // Whatever waited for the disk, or for the former target to be given up.
        let lately = now
            .checked_sub(Duration::from_mins(3) + notes.slept)
            .unwrap_or(now);
        let written = entry.channel != Channel::Voice;
        let act = format!("{:?}", entry.act);
        let happened = match entry.event {
            What::Requested => notes.asked.iter().any(|asked| {
                asked.agent_id == entry.agent_id
                    && format!("{:?}", asked.act) == act
                    && asked.written == written
            }),
            What::Accepted if written => memory
                .sent
                .iter()
                .any(|sent| sent.answered && sent.accepted && sent.path.contains(&entry.agent_id)),
            What::Accepted => memory
                .sent
                .iter()
                .any(|sent| sent.answered && sent.accepted && sent.operation == act && sent.at >= lately),
            What::Armed if written => memory
                .sent
                .iter()
                .any(|sent| sent.answered && sent.accepted && sent.path.contains(&entry.agent_id)),
            What::Armed => {
                let agent = notes
                    .truth
                    .agent_by_id(&entry.agent_id)
                    .map(|agent| agent.name.clone());
                // Before the roster was read only the phone is known.
                notes.truth.was_monitored(agent.as_deref(), lately)
            }
            // Which session it was is not written down, and the agent is another one after a transfer.
            What::Live if written => notes.asked.iter().any(|asked| asked.written),
            What::Live => notes.truth.in_call.values().any(|at| *at >= lately),
            _ => true,
        };
        self.log.check(JOURNAL, happened, || {
            format!(
                "{:?} {act} {} is written down and never happened",
                entry.event, entry.agent
            )
        });
    }
}

pub(crate) fn is_hot(audience: Audience) -> bool {
    matches!(audience, Audience::Unknown | Audience::Everyone)
}
