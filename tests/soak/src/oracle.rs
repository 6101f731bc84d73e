//! The oracle: judges what leaves Sotto and what it shows by the simulator's own truth (DESIGN 4, invariants 1 to 6).

mod ending;
mod hearing;
mod journal;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use console::contract::Message;
use desk::audience::Audience;
use desk::fault::FaultCode;
use desk::order::{Act, Readership};
use desk::view::{LinkState, Phase, View};
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
pub(crate) const LEFT_BEHIND: &str = "signing out leaves nothing behind";
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
    pub(crate) act: Act,
    pub(crate) written: bool,
    pub(crate) at: Instant,
    /// The journal has it.
    pub(crate) written_down: bool,
}

/// What was noted between two looks.
pub(crate) struct Notes {
    pub(crate) truth: Truth,
    pub(crate) asked: Vec<Asked>,
    /// Public texts that were written while the screen said that everybody reads them.
    pub(crate) meant_for_all: BTreeSet<String>,
    /// Who read the supervisor on screen when a whisper was written.
    pub(crate) whispered_under: BTreeMap<String, Readership>,
    /// When the supervisor last wanted an end: stop, cancel, another target, signing out.
    pub(crate) wanted_end: Option<Instant>,
    /// What the journal says of each coaching, by the name that groups its entries.
    pub(crate) coachings: BTreeMap<String, BTreeSet<String>>,
    /// So many whispers are written down, by agent.
    pub(crate) whispers_written_down: BTreeMap<String, usize>,
    /// Operations that left, to know a repetition: when, where, what.
    left: Vec<(Instant, String, String)>,
    leaks_seen: usize,
    /// The supervisor leaves in fair weather: by its last request Sotto has stopped everything by itself.
    pub(crate) closing: bool,
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
                whispered_under: BTreeMap::new(),
                wanted_end: None,
                coachings: BTreeMap::new(),
                whispers_written_down: BTreeMap::new(),
                left: Vec::new(),
                leaks_seen: 0,
                closing: false,
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
            Seen::Last => witness.check_stopped(),
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
        for session in notes.truth.joined.keys() {
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
            ["me", "devices", id] => {
                self.is_listed(sent, learned, id, repeated);
                // What is repeated with a new token may have been taken back meanwhile; the first time it was on disk.
                if !repeated {
                    self.check_voice_intent(sent, &notes);
                }
            }
            ["me", "calls", id] => self.is_listed(sent, learned, id, repeated),
            ["me", "smssessions" | "chats", id] => {
                self.is_listed(sent, learned, id, repeated);
                self.is_no_leak(sent, learned, id, &notes);
            }
            ["users", agent, "channels", _]
                if sent.operation != "CancelSupervisorMonitoring" && !repeated =>
            {
                self.disk.check_written_intent(&self.log, agent, &sent.operation);
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
            let under = notes.whispered_under.get(text).copied();
            let same = under.is_some_and(|under| learned.is_read_by(id, under));
            self.log.check(LEAK, same, || {
                format!(
                    "{text} was written under {under:?} and goes while the session says {}",
                    learned.listed(id)
                )
            });
        }
    }

    /// Invariant 6: what is asked of calls is on disk before it is sent.
    fn check_voice_intent(&self, sent: &Sent, notes: &Notes) {
        if !matches!(sent.operation.as_str(), "ListenIn" | "Coach" | "BargeIn") {
            return;
        }
        let body = sent.body.to_string();
        self.disk.check_voice_intent(&self.log, &sent.operation, |agent| {
            let agent = notes.truth.agent_by_id(agent);
            agent.is_some_and(|agent| body.contains(&agent.device_id) || body.contains(&agent.phone_number))
        });
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
}

pub(crate) fn is_hot(audience: Audience) -> bool {
    matches!(audience, Audience::Unknown | Audience::Everyone)
}
