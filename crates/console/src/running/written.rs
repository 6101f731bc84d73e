//! The written sessions, read from the server when the desk wishes it, when messages flow again, and now and then while
//! something is armed or joined, because a push can be lost.
//!
//! Each thing is read once at a time. A wish for something that is being read makes that answer too old: it is dropped, and
//! read again. What was pushed meanwhile is for the desk to judge.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use desk::fault::Fault;
use desk::input::{Arrival, Input};
use desk::order::Medium;
use desk::view::{ArmedPhase, LinkState, SessionPhase, View};
use gws::digital::{Message, Session, SessionAddress, SmsSpelling};
use gws::notification::topic;
use gws::{ReplyError, UserId};
use tokio::sync::Semaphore;

use super::linked::{Linked, Outcome};
use super::{Running, call_failure};
use crate::contract;
use crate::profile;
use crate::session::SessionError;
use crate::transcript;

/// So many transcripts are read at once: a board full of sessions must not flood the server when the link is back.
const AT_ONCE: usize = 4;

/// Something that can be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reading {
    Sessions(Medium),
    Transcript(SessionAddress),
    AgentSessions(UserId, Medium),
}

/// What came of a reading.
pub(super) enum Found {
    Sessions(Medium, Result<Vec<Session>, SessionError>),
    Transcript(SessionAddress, Result<Vec<Message>, SessionError>),
    AgentSessions(UserId, Medium, Result<Vec<Session>, SessionError>),
}

/// What is read of the written sessions, and what is known about reading them.
#[derive(Debug)]
pub(super) struct WrittenSchedule {
    /// What is under way, and whether somebody wished for it meanwhile.
    under_way: BTreeMap<Reading, bool>,
    /// The lists that must have been read before the link is called live.
    unconfirmed: BTreeSet<Medium>,
    /// The server does not have, or does not give, these lists.
    refused: BTreeSet<Medium>,
    slots: Arc<Semaphore>,
}

impl Default for WrittenSchedule {
    fn default() -> WrittenSchedule {
        WrittenSchedule {
            under_way: BTreeMap::new(),
            unconfirmed: BTreeSet::new(),
            refused: BTreeSet::new(),
            slots: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl WrittenSchedule {
    /// Nothing is under way any more: the task that read it has ended without an outcome.
    pub(super) fn forget(&mut self) {
        self.under_way.clear();
    }
}

impl Running {
    /// Messages flow and the own state has been read: once the written sessions have been read too, the link is live.
    pub(super) async fn confirm_written(&mut self) {
        if self.link_state() == LinkState::Live {
            return self.live().await;
        }
        let Some(linked) = &mut self.linked else { return };
        linked.written.unconfirmed.extend(Medium::ALL);
        for medium in Medium::ALL {
            linked.read_written(Reading::Sessions(medium));
        }
    }

    /// Reads something of the written sessions. Where that is under way already, it is done once more afterwards.
    pub(super) fn read_written(&mut self, reading: Reading) {
        if let Some(linked) = &mut self.linked {
            linked.read_written(reading);
        }
    }

    /// With each look: what the screen calls armed or joined is confirmed anew, and what is not pushed is read; all
    /// of it when it is time to look at everything.
    pub(super) fn read_written_now_and_then(&mut self, everything: bool) {
        let view = self.desk.view(self.clock.now());
        let Some(linked) = &mut self.linked else { return };
        for medium in Medium::ALL {
            let written = &linked.written;
            let may_miss = everything || linked.is_unpushed(medium);
            let missed = may_miss && !written.refused.contains(&medium);
            let reading = Reading::Sessions(medium);
            if (missed || is_claimed(&view, medium)) && !written.under_way.contains_key(&reading) {
                linked.read_written(reading);
            }
        }
    }

    pub(super) async fn written_read(&mut self, found: Found) {
        let Some(linked) = &mut self.linked else { return };
        let reading = found.reading();
        let Some(wished_again) = linked.written.under_way.remove(&reading) else {
            return;
        };
        if let Some(SessionError::Reply(ReplyError::NotAuthenticated)) = found.error() {
            return self.session_ended().await;
        }
        if wished_again {
            return linked.begin(reading);
        }
        match reading {
            Reading::Sessions(medium) => self.sessions_read(medium, found).await,
            Reading::Transcript(_) | Reading::AgentSessions(..) => self.feed(found.told()).await,
        }
    }

    async fn sessions_read(&mut self, medium: Medium, found: Found) {
        let Some(linked) = &mut self.linked else { return };
        let awaited = linked.written.unconfirmed.remove(&medium);
        if let Some(error) = found.error().filter(|error| awaited && is_cut(error)) {
            linked.written.unconfirmed.clear();
            return self.not_read(error).await;
        }
        linked.note_answer(medium, found.error());
        let confirmed = awaited && linked.written.unconfirmed.is_empty() && linked.is_flowing();
        if found.error().is_none() {
            self.feed(Input::Heard { round_trip_ms: None }).await;
        }
        self.feed(found.told()).await;
        if confirmed {
            self.live().await;
        }
    }

    /// In which media agents can be armed, and how the server spells the SMS channel: as the profile says, else as it did before, else to be found out.
    pub(super) async fn tell_channels(&mut self) {
        let Some(linked) = &self.linked else { return };
        let remembered = self.ledger.spelling(&linked.profile.base_url);
        let (spelling, certain) = match linked.profile.sms_spelling {
            profile::SmsSpelling::Smsession => (SmsSpelling::Smsession, true),
            profile::SmsSpelling::Smssession => (SmsSpelling::Smssession, true),
            profile::SmsSpelling::Auto => {
                (remembered.unwrap_or(SmsSpelling::Smsession), remembered.is_some())
            }
        };
        let chat = linked.profile.chats.then_some(Medium::Chat);
        let media = [Medium::Sms].into_iter().chain(chat).collect();
        self.feed(Input::Media(media)).await;
        self.feed(Input::Spelling { spelling, certain }).await;
    }

    /// Tells the face that an armed agent got a session.
    pub(super) fn arrived(&mut self, arrival: Arrival) {
        let view = self.desk.view(self.clock.now());
        let session = view
            .sessions
            .iter()
            .find(|session| session.key == arrival.session);
        if let (Some(session), Some(face)) = (session, &mut self.face) {
            face.notice(contract::Message::SessionArrived {
                medium: session.medium,
                audience: session.audience,
                session: arrival.session,
                agent_name: arrival.agent_name,
                customer: arrival.customer,
            });
        }
    }
}

impl Linked {
    /// Reads it, or remembers to read it once more.
    fn read_written(&mut self, reading: Reading) {
        match self.written.under_way.get_mut(&reading) {
            Some(wished_again) => *wished_again = true,
            None => self.begin(reading),
        }
    }

    fn begin(&mut self, reading: Reading) {
        self.written.under_way.insert(reading.clone(), false);
        let (session, slots) = (self.session.clone(), Arc::clone(&self.written.slots));
        self.begin_task(async move { Outcome::Written(read(&session, &slots, reading).await) });
    }

    fn note_answer(&mut self, medium: Medium, error: Option<&SessionError>) {
        if error.is_some_and(SessionError::is_not_allowed) {
            self.written.refused.insert(medium);
        } else {
            self.written.refused.remove(&medium);
        }
    }

    /// Whether the server pushes nothing about this medium, as far as it told us.
    pub(super) fn is_unpushed(&self, medium: Medium) -> bool {
        let mut topics = medium.wire().topics().iter();
        topics.all(|topic| self.topics_refused.contains_key(*topic))
    }

    /// The topics that were refused and cost something. SMS sessions have two, of which a server has one at most
    /// (`gws/digital.md 2.8`).
    pub(super) fn topics_missed(&self) -> impl Iterator<Item = &Fault> {
        let missed = |name: &str| match name {
            topic::SMS_SESSION => self.is_unpushed(Medium::Sms),
            topic::SMS_SESSIONS => false,
            _ => true,
        };
        let refused = self.topics_refused.iter();
        refused
            .filter(move |(name, _)| missed(name))
            .map(|(_, fault)| fault)
    }
}

async fn read(session: &crate::session::Session, slots: &Semaphore, reading: Reading) -> Found {
    match reading {
        Reading::Sessions(medium) => {
            Found::Sessions(medium, transcript::own_sessions(session, medium.wire()).await)
        }
        Reading::AgentSessions(agent, medium) => {
            let list = transcript::agent_sessions(session, agent.clone(), medium.wire()).await;
            Found::AgentSessions(agent, medium, list)
        }
        Reading::Transcript(address) => {
            // The slots are never closed; without one it is only read a little sooner.
            let _slot = slots.acquire().await;
            let messages = transcript::whole(session, &address).await;
            Found::Transcript(address, messages)
        }
    }
}

impl Found {
    fn reading(&self) -> Reading {
        match self {
            Found::Sessions(medium, _) => Reading::Sessions(*medium),
            Found::Transcript(address, _) => Reading::Transcript(address.clone()),
            Found::AgentSessions(agent, medium, _) => Reading::AgentSessions(agent.clone(), *medium),
        }
    }

    fn error(&self) -> Option<&SessionError> {
        match self {
            Found::Sessions(_, outcome) | Found::AgentSessions(_, _, outcome) => outcome.as_ref().err(),
            Found::Transcript(_, outcome) => outcome.as_ref().err(),
        }
    }

    /// What was read, as the desk hears it.
    fn told(self) -> Input {
        let failure = |error| call_failure(&error);
        match self {
            Found::Sessions(medium, outcome) => Input::OwnSessions {
                medium,
                outcome: outcome.map_err(failure),
            },
            Found::AgentSessions(agent, medium, outcome) => Input::AgentSessions {
                agent,
                medium,
                outcome: outcome.map_err(failure),
            },
            Found::Transcript(session, outcome) => Input::Transcript {
                session,
                outcome: outcome.map_err(failure),
            },
        }
    }
}

/// Whether the screen says that something is armed or joined.
pub(super) fn is_claimed(view: &View, medium: Medium) -> bool {
    let armed = view.written.armed.iter().any(|armed| {
        armed.medium == medium && !matches!(armed.phase, ArmedPhase::Refused | ArmedPhase::Lost)
    });
    armed
        || view
            .sessions
            .iter()
            .any(|session| session.medium == medium && is_open(session.phase))
}

/// Whether a session is one that we are in, or on the way in or out.
fn is_open(phase: SessionPhase) -> bool {
    matches!(
        phase,
        SessionPhase::Invited | SessionPhase::Joining | SessionPhase::Live | SessionPhase::Leaving
    )
}

/// Whether the network is gone. A server that only takes too long for one list must not hold up everything else.
fn is_cut(error: &SessionError) -> bool {
    error.is_network() && !matches!(error, SessionError::Wire(crate::wire::WireError::TimedOut))
}
