//! What a face sees of the written sessions. Everything long is derived when it changes, so that looking is cheap.

use gws::digital::Session;
use serde_json::Value;

use super::acting::can_complete;
use super::pending::Wish;
use super::session::{Joined, act_of, mode_of};
use super::transcript::TranscriptMark;
use crate::audience::{Audience, SessionStanding, read_by, written_audience};
use crate::desk::Desk;
use crate::moment::Moment;
use crate::order::{Act, Readership};
use crate::rules::TextFor;
use crate::view::{
    LeaveEffect, SessionActs, SessionPhase, SessionView, TranscriptPatch, UnsentView, WrittenView,
};

/// The names under which contact centres attach what a session is about.
const TOPICS: [&str; 3] = ["subject", "topic", "reason"];
/// So many pairs of attached data are shown.
const PAIRS: usize = 50;
/// So many characters of each.
const CHARACTERS: usize = 500;

impl Desk {
    pub(crate) fn written_view(&self) -> WrittenView {
        let hindrance = self.written_hindrance();
        let media = if hindrance.is_none() {
            self.written.media().to_vec()
        } else {
            Vec::new()
        };
        WrittenView {
            audience: self.written_audience(),
            media,
            problem: hindrance.or_else(|| self.written.problem.clone()),
            armed: self.written.ledger.views(),
            running: self.running_view(),
        }
    }

    pub(crate) fn session_views(&self, now: Moment) -> Vec<SessionView> {
        let sessions = self.written.board.in_order();
        sessions
            .into_iter()
            .map(|session| self.session_view(session, now))
            .collect()
    }

    /// Every own text that is not in a transcript yet, and the session it was written in.
    pub fn unsent(&self) -> Vec<(String, UnsentView)> {
        let sessions = self.written.board.iter();
        sessions
            .flat_map(|session| {
                let unsent = session.sending.views().into_iter();
                unsent.map(|unsent| (session.key.clone(), unsent))
            })
            .collect()
    }

    /// What changed in a transcript since a face was told `told`: how many lines, and which edition of them.
    ///
    /// Gives nothing where nothing changed, and where no such session is known. The edition grows whenever a line
    /// that was told is changed or comes to stand elsewhere; then the whole is told again.
    pub fn transcript(
        &self,
        session: &str,
        told: Option<TranscriptMark>,
    ) -> Option<(TranscriptPatch, TranscriptMark)> {
        self.written.board.find(session)?.transcript.since(session, told)
    }

    fn written_audience(&self) -> Audience {
        let own = self.own_id();
        let live = self.link.is_live();
        let inside = self.written.board.iter().filter(|session| session.is_inside());
        let standings: Vec<SessionStanding> = inside
            .map(|session| session.standing(live, own.as_ref()))
            .collect();
        written_audience(live, self.written.ledger.is_busy(), &standings)
    }

    fn session_view(&self, session: &Joined, now: Moment) -> SessionView {
        let inside = session.is_inside();
        let readership = if inside {
            self.readership_in(session)
        } else {
            Readership::Unknown
        };
        let audience = if session.is_over() || (!inside && self.link.is_live()) {
            Audience::Nobody
        } else {
            read_by(readership)
        };
        let people = &session.people;
        let origin = session.origin.as_ref();
        let elsewhere = origin.filter(|origin| people.agent_id.as_ref() != Some(&origin.agent_id));
        SessionView {
            key: session.key.clone(),
            medium: session.medium,
            agent_id: people.agent_id.clone(),
            agent_name: people.agent_name.clone(),
            armed_agent: elsewhere.map(|origin| origin.agent_name.clone()),
            others: people.others.clone(),
            customer: people.customer().to_owned(),
            topic: topic(&session.said),
            user_data: user_data(&session.said),
            phase: session.phase,
            since: session.since,
            joined: session.joined,
            audience,
            readership,
            act: act_of(readership),
            switching_to: session.switching.map(|switch| switch.what),
            waiting_since: session.transcript.waiting_since(),
            unread: session.transcript.unread(),
            lines: session.transcript.len(),
            last: session.transcript.last().to_vec(),
            typing: session.typists.names(now),
            unsent: session.sending.views(),
            acts: self.acts_in(session, readership),
            problem: session.problem.clone(),
            confirmed: session.confirmed,
        }
    }

    fn acts_in(&self, session: &Joined, readership: Readership) -> SessionActs {
        let live = self.link.is_live();
        let writing = live && session.phase == SessionPhase::Live && readership != Readership::Unknown;
        let switching = live && session.phase == SessionPhase::Live && session.switching.is_none();
        let invited = live && session.phase == SessionPhase::Invited && session.wish.is_none();
        let switches = [Act::ListenIn, Act::Coach, Act::BargeIn]
            .into_iter()
            .filter(|act| {
                switching && act_of(readership) != Some(*act) && session.offers(mode_of(*act).switch())
            });
        let leaving = session.wish.is_some_and(|wish| wish.what == Wish::Leave);
        let whisper = writing && readership != Readership::Supervisors && session.offers("SendToAgents");
        let public = writing && readership == Readership::Everyone && session.said.lists("SendMessage");
        let barred = |offered: bool, text| {
            let checked = self.rules.check_text(session.medium.into(), text, readership);
            checked.err().filter(|_| offered).map(|fault| fault.message)
        };
        let whisper_barred = barred(whisper, TextFor::Agents);
        let public_barred = barred(public, TextFor::Everybody);
        SessionActs {
            whisper: whisper && whisper_barred.is_none(),
            public: public && public_barred.is_none(),
            whisper_barred,
            public_barred,
            switches: switches.collect(),
            accept: invited && session.offers("Accept"),
            reject: invited && session.offers("Reject"),
            complete: live && can_complete(session) && session.wish.is_none(),
            leave: if live && !leaving {
                self.leave_effect(session)
            } else {
                LeaveEffect::NotOffered
            },
        }
    }
}

/// What a session is about, from the attached data.
pub(super) fn topic(session: &Session) -> Option<String> {
    let data = session.user_data.as_ref()?;
    TOPICS.iter().find_map(|topic| {
        let (_, value) = data.iter().find(|(key, _)| key.eq_ignore_ascii_case(topic))?;
        Some(in_words(value)).filter(|words| !words.trim().is_empty())
    })
}

fn user_data(session: &Session) -> Vec<(String, String)> {
    let pairs = session.user_data.iter().flatten().take(PAIRS);
    pairs
        .map(|(key, value)| (key.chars().take(CHARACTERS).collect(), in_words(value)))
        .collect()
}

fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().take(CHARACTERS).collect(),
        Value::Null => String::new(),
        other => other.to_string().chars().take(CHARACTERS).collect(),
    }
}
