//! Written sessions: who is armed, which sessions came of it, and who reads what (`gws/digital.md 2, 4`).
//!
//! * [`armed`]: the ledger; [`arming`]: asking for it, cancelling it, and what the server answers; [`spelling`].
//! * [`doubting`]: what makes it uncertain whether it holds; [`origin`]: which order brought a session, and used itself up.
//! * [`session`]: one session; [`pending`]: what was asked of it; [`board`]: all of them; [`people`]: who is in one;
//!   [`joining`]: how they come and go.
//! * [`looking`] and [`reading`]: what is read, and when a push is the newer word.
//! * [`transcript`] and [`line`]: what was written; [`typing`]: who types; [`sending`]: own texts on their way.
//! * [`writing`] and [`acting`]: what the supervisor wants in a session; [`leaving`]: what leaving would do; [`text`].
//! * [`running`]: joining a session that runs already; [`claims`]: what may go live at any moment.
//! * [`view`]: what a face sees; [`words`]: what it reads.

mod acting;
mod armed;
mod arming;
mod board;
mod claims;
mod doubting;
mod joining;
mod leaving;
mod line;
mod looking;
mod origin;
mod pending;
mod people;
mod reading;
mod running;
mod sending;
mod session;
mod spelling;
mod text;
mod transcript;
mod typing;
mod view;
mod words;
mod writing;

use std::collections::BTreeMap;

use gws::digital::Channel;
use gws::{Service, ServiceState, UserId};

pub use transcript::TranscriptMark;

use crate::desk::Desk;
use crate::fault::Fault;
use crate::input::{CallFailure, Effect, Happening, Occurrence, Ticket, WrittenIntent};
use crate::intents::{Asker, said_why};
use crate::moment::Moment;
use crate::order::{Act, Extent, Medium, Readership, WrittenCommand};
use crate::view::{LinkState, StepKind};
pub(crate) use armed::{Armed, Ledger};
use board::Board;
use running::Running;
use session::{Joined, Origin, Passage};
use spelling::Spelling;

/// The service behind SMS sessions and chats: Interaction Server (`gws/digital.md 5.4`).
const SERVICE: &str = "MultiMediaState";
/// The feature that all of it needs (`gws/digital.md 2.2`).
const FEATURE: &str = "api-multimedia";

/// Everything about written sessions.
#[derive(Debug, Default)]
pub(crate) struct Written {
    ledger: Ledger,
    /// What the server has ended because the supervisor signs out; it is still wanted.
    parted: Vec<WrittenIntent>,
    board: Board,
    spelling: Spelling,
    /// In which media agents can be armed; none where nobody said.
    media: Option<Vec<Medium>>,
    running: Option<Running>,
    /// The sessions we asked to join while they ran, by key: whom for, and under which number.
    joining: BTreeMap<String, (u64, Origin)>,
    /// What each open request was for.
    open: BTreeMap<Ticket, Request>,
    service_down: bool,
    /// Something went wrong that is about no agent and no session we know.
    problem: Option<Fault>,
    /// The link was live when it last changed.
    was_live: bool,
    recorded: Vec<Happening>,
}

/// What a request was for.
#[derive(Debug, Clone)]
enum Request {
    Arm(AboutAgent),
    Cancel(AboutAgent),
    /// A change, or an end.
    InSession {
        session: String,
    },
    /// An own text, and who read us when it was written.
    Text {
        session: String,
        seen: Readership,
    },
    /// Joining a session that runs.
    Join(AboutRunning),
    /// A sign of typing. Whether it succeeds is of no importance.
    Typing {
        seen: Readership,
    },
}

impl Request {
    /// Who read us when what was written was written.
    fn seen(&self) -> Option<Readership> {
        match self {
            Request::Text { seen, .. } | Request::Typing { seen } => Some(*seen),
            Request::Arm(_) | Request::Cancel(_) | Request::InSession { .. } | Request::Join(_) => None,
        }
    }
}

/// A request about an agent's channel.
#[derive(Debug, Clone)]
struct AboutAgent {
    coaching: u64,
    channel: Channel,
    /// It is the second spelling that is tried.
    again: bool,
    asked: Moment,
}

/// A request to be let into a session that runs.
#[derive(Debug, Clone)]
struct AboutRunning {
    session: String,
    medium: Medium,
    origin: Origin,
    coaching: u64,
    asked: Moment,
}

/// Whom and what something that happened is about.
struct About {
    coaching: u64,
    agent_id: String,
    agent_name: String,
    medium: Medium,
    act: Option<Act>,
    extent: Option<Extent>,
    reason: Option<String>,
}

impl About {
    fn session(session: &Joined, act: Option<Act>) -> About {
        let origin = session.origin.as_ref();
        About {
            coaching: session.coaching,
            agent_id: origin
                .map(|origin| origin.agent_id.clone())
                .or_else(|| session.people.agent_id.clone())
                .unwrap_or_default(),
            agent_name: origin.map_or_else(
                || session.people.agent_name.clone(),
                |origin| origin.agent_name.clone(),
            ),
            medium: session.medium,
            act,
            extent: origin.and_then(|origin| origin.extent),
            reason: session.reason.clone(),
        }
    }

    fn happens(
        self,
        what: Occurrence,
        took_ms: Option<u64>,
        problem: Option<&Fault>,
        at: Moment,
    ) -> Happening {
        Happening {
            at,
            coaching: self.coaching,
            what,
            agent_id: self.agent_id,
            agent_name: self.agent_name,
            act: self.act,
            medium: Some(self.medium),
            mode: None,
            extent: self.extent,
            scope: None,
            reason: match what {
                Occurrence::Step(kind) => said_why(kind, self.reason.as_deref()),
                _ => self.reason,
            },
            took_ms,
            code: problem.map(|fault| fault.code),
            text: None,
        }
    }
}

impl Written {
    /// What happened since the last time somebody asked.
    pub(crate) fn take_recorded(&mut self) -> Vec<Happening> {
        std::mem::take(&mut self.recorded)
    }

    pub(crate) fn media_are(&mut self, media: Vec<Medium>) {
        self.media = Some(media);
    }

    /// In which media agents can be armed, as far as the supervisor's own login goes.
    fn media(&self) -> &[Medium] {
        self.media.as_deref().unwrap_or(&Medium::ALL)
    }

    pub(crate) fn spelling_is(&mut self, spelling: gws::digital::SmsSpelling, certain: bool) {
        self.spelling = Spelling::new(spelling, certain);
    }

    pub(crate) fn services_changed(&mut self, services: &[Service]) {
        let state = services
            .iter()
            .rfind(|service| service.kind.as_deref() == Some(SERVICE))
            .and_then(|service| service.state.as_ref());
        if let Some(state) = state {
            self.service_down = *state == ServiceState::Inactive;
        }
    }

    /// The supervisor has read the problem.
    pub(crate) fn dismiss(&mut self) {
        self.problem = None;
    }

    /// The next moment at which something must have happened, or be looked at.
    pub(crate) fn deadline(&self, link_live: bool) -> Option<Moment> {
        let typing = self.board.iter().filter_map(|session| session.typists.next_end());
        // Behind a broken link there is nothing to ask.
        let asking = self
            .board
            .iter()
            .filter_map(Joined::deadline)
            .chain(self.board.retry_at());
        typing.chain(asking.filter(|_| link_live)).min()
    }

    /// What has been asked for and not taken back, and what the server may hold all the same.
    pub(crate) fn intents(&self) -> Vec<WrittenIntent> {
        let held = self.ledger.iter().filter_map(Armed::intent);
        held.chain(self.parted.iter().cloned()).collect()
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn ledger_mut(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    fn note_session(&mut self, key: &str, passage: Passage, own: Option<&UserId>, now: Moment) {
        let Some(session) = self.board.find_mut(key) else {
            return;
        };
        session.is_written_down = true;
        let (what, took) = match passage {
            Passage::CameIn => (Occurrence::Step(StepKind::Live), None),
            Passage::Switched { took_ms, .. } => (Occurrence::Step(StepKind::Switched), Some(took_ms)),
            Passage::Revoked => (Occurrence::Revoked, None),
            Passage::Left => (Occurrence::Left, None),
            Passage::Ended => (Occurrence::Step(StepKind::CallEnded), None),
            Passage::Lost => (Occurrence::Step(StepKind::Lost), None),
        };
        let there = session.seen_by(own).and_then(session::act_of);
        let act = match passage {
            Passage::Switched { to, .. } => Some(to),
            _ => there.or_else(|| session.origin.as_ref().map(|origin| origin.act)),
        };
        let about = About::session(session, act);
        let problem = session.problem.as_ref().filter(|_| passage == Passage::Lost);
        let happening = about.happens(what, took, problem, now);
        self.recorded.push(happening);
    }

    /// Writes down which whispers have arrived since the last time somebody looked.
    pub(crate) fn note_whispers(&mut self, own: Option<&UserId>) {
        for session in self.board.iter_mut() {
            let whispered = session.sending.take_whispered();
            if whispered.is_empty() {
                continue;
            }
            let there = session.seen_by(own).and_then(session::act_of);
            for (at, text) in whispered {
                let about = About::session(session, Some(there.unwrap_or(Act::Coach)));
                let happening = about.happens(Occurrence::Whispered, None, None, at);
                self.recorded.push(Happening {
                    text: Some(text),
                    ..happening
                });
            }
        }
    }
}

impl Desk {
    pub(crate) fn written_order(
        &mut self,
        command: WrittenCommand,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        use WrittenCommand as C;
        match command {
            C::Arm { order } => self.arm(order, Asker::Supervisor, now),
            C::Disarm {
                agent_id,
                medium,
                leave,
            } => self.disarm(&agent_id, medium, leave, now),
            C::Whisper {
                session,
                text,
                seen,
                send_id,
            } => self.whisper(&session, &text, seen, &send_id, now),
            C::SendToEveryone {
                session,
                text,
                seen,
                send_id,
            } => self.send_to_everyone(&session, &text, seen, &send_id, now),
            C::Typing {
                session,
                public,
                typing,
                seen,
            } => self.typing(&session, public, typing, seen),
            C::Switch { session, act, reason } => self.switch_session(&session, act, reason.as_deref(), now),
            C::Accept {
                session,
                nickname,
                reason,
            } => self.accept(&session, nickname.as_deref(), reason.as_deref(), now),
            C::Reject { session } => self.reject(&session, now),
            C::Leave { session, knowing } => self.leave(&session, knowing, now),
            C::Complete { session } => self.complete(&session, now),
            C::FindRunning { agent_id, medium } => self.find_running(&agent_id, medium),
            C::JoinNow {
                agent_id,
                session,
                act,
                reason,
            } => self.join_now(&agent_id, &session, act, reason.as_deref(), now),
            C::ReadAgain { session } => self.read_again(&session, now),
            C::Forget { agent_id, medium } => self.forget(&agent_id, medium),
            C::DropUnsent { session, send_id } => {
                self.session_mut(&session)?.sending.give_up(&send_id)?;
                Ok(Vec::new())
            }
            C::Dismiss { session } => self.dismiss_session(&session),
            C::Read { session } => {
                self.session_mut(&session)?.transcript.all_read();
                Ok(Vec::new())
            }
        }
    }

    /// The answer to a request about written sessions. Gives whether it was one.
    pub(crate) fn written_replied(
        &mut self,
        ticket: Ticket,
        outcome: &Result<(), CallFailure>,
        effects: &mut Vec<Effect>,
        now: Moment,
    ) -> bool {
        let Some(request) = self.written.open.remove(&ticket) else {
            return false;
        };
        match request {
            Request::Arm(about) => self.arm_replied(&about, outcome, effects, now),
            Request::Cancel(about) => self.cancel_replied(&about, outcome, effects, now),
            Request::InSession { session } | Request::Text { session, .. } => {
                self.session_replied(&session, ticket, outcome, effects, now);
            }
            Request::Join(about) => self.join_replied(&about, outcome, now),
            Request::Typing { .. } => {}
        }
        true
    }

    /// The link may have changed: what was said before a loss is not certain after it.
    pub(crate) fn look_at_link(&mut self, effects: &mut Vec<Effect>, now: Moment) {
        let was_live = std::mem::replace(&mut self.written.was_live, self.link.is_live());
        match (self.link.is_live(), self.link.view().state) {
            (true, _) if !was_live => {
                self.look_at_everything(effects, now);
                self.look_at_transcripts(effects, now);
            }
            (false, state) if was_live || state == LinkState::Stale => self.written.board.lost_sight(),
            _ => {}
        }
    }

    /// What this user had asked for before: shown as what it may be, and never asked for again by itself.
    pub(crate) fn written_intents_found(&mut self, intents: &[WrittenIntent], now: Moment) {
        for intent in intents {
            let ledger = &self.written.ledger;
            if ledger.find(&intent.order.agent_id, intent.order.medium).is_none() {
                let coaching = self.voice.next_number();
                self.written
                    .ledger
                    .put(armed::found(intent.clone(), coaching, now));
            }
        }
    }

    /// Time has passed.
    pub(crate) fn written_tick(&mut self, effects: &mut Vec<Effect>, now: Moment) {
        for session in self.written.board.iter_mut() {
            session.typists.forget_old(now);
        }
        if !self.link.is_live() {
            return;
        }
        for medium in Medium::ALL {
            let late = self
                .written
                .board
                .iter_mut()
                .filter(|session| session.medium == medium);
            let late = late
                .map(|session| session.check(now))
                .fold(false, |any, late| any | late);
            if late || self.written.board.reading(medium).reading.is_due(now) {
                self.read_sessions(medium, effects, now);
            }
        }
        for key in self.written.board.keys() {
            let session = self.written.board.find_mut(&key);
            let missing = session.is_some_and(|session| {
                // Also a session that is over can show what became of a text.
                let text = session.sending.check(now);
                let open = !session.is_over();
                text | (open && (session.transcript.has_gap(now) | session.transcript.reading.is_due(now)))
            });
            if missing {
                self.read_transcript(&key, effects, now);
            }
        }
    }

    pub(crate) fn own_id(&self) -> Option<UserId> {
        self.me.user.as_ref().map(|user| user.id.clone())
    }

    /// Monitoring is per login: whoever signs out or signs in is in no session and has nobody armed.
    pub(crate) fn monitoring_is_over(&mut self, now: Moment) {
        self.note_lost(now);
        let own = self.own_id();
        let inside: Vec<String> = self
            .written
            .board
            .iter()
            .filter(|session| session.joined.is_some() && !session.is_over())
            .map(|session| session.key.clone())
            .collect();
        for key in inside {
            self.written.note_session(&key, Passage::Lost, own.as_ref(), now);
        }
        self.written = Written {
            recorded: self.written.take_recorded(),
            ..Written::default()
        };
    }
}
