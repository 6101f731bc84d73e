//! One written session we are in, or were: what the server said of it, what we asked of it, and the phase that follows.
//!
//! A notification may be partial, repeated or late. What it leaves unsaid stays (`Session::then`), but nothing is
//! carried over an end: a session that comes back after it begins anew.

use gws::digital::{Session, SessionAddress, SupervisorMode};
use gws::{SessionState, UserId};

use super::line::Cast;
use super::pending::{Pending, Wish};
use super::people::{People, Presence, presence};
use super::sending::Sending;
use super::transcript::Transcript;
use super::typing::Typists;
use super::words;
use crate::audience::SessionStanding;
use crate::fault::Fault;
use crate::input::{CallFailure, Ticket};
use crate::moment::Moment;
use crate::order::{Act, Extent, Medium, Readership};
use crate::roster::Roster;
use crate::view::SessionPhase;

/// Why we are in a session, where we know.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The agent who was armed, or whose running session we asked to join.
    pub(super) agent_id: String,
    pub(super) agent_name: String,
    pub(super) act: Act,
    pub(super) extent: Option<Extent>,
    /// Why, in the supervisor's own words.
    pub(super) reason: Option<String>,
}

/// Something that happened to us in a session and is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passage {
    CameIn,
    Switched { to: Act, took_ms: u64 },
    Revoked,
    Left,
    Ended,
    Lost,
}

/// One written session.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) address: SessionAddress,
    pub(super) key: String,
    pub(super) medium: Medium,
    pub(super) said: Session,
    pub(super) phase: SessionPhase,
    pub(super) since: Moment,
    pub(super) first_seen: Moment,
    pub(super) joined: Option<Moment>,
    /// Groups what is written down of it.
    pub(super) coaching: u64,
    /// Something is written down under that number, so it stays.
    pub(super) is_written_down: bool,
    pub(super) origin: Option<Origin>,
    /// Why we are in it, or what we last said why.
    pub(super) reason: Option<String>,
    /// Its beginning was pushed while the link was live: whoever took part then brought it.
    pub(super) heard: bool,
    /// We were invited, so it came of no arming.
    pub(super) invited: bool,
    pub(super) wish: Option<Pending<Wish>>,
    pub(super) switching: Option<Pending<Act>>,
    /// The server has said who takes part since the link came back.
    pub(super) believed: bool,
    /// The last word said who takes part, and nothing has been made of it yet.
    people_said: bool,
    /// The server has pushed something since the last reading of all sessions was asked for.
    pub(super) touched: bool,
    pub(super) people: People,
    pub(super) transcript: Transcript,
    /// A reading did not have it any more: whatever is said of it from now on begins it anew.
    gone: bool,
    /// The transcript was asked for because the session appeared.
    pub(super) looked_at: bool,
    pub(super) sending: Sending,
    pub(super) typists: Typists,
    pub(super) problem: Option<Fault>,
    pub(super) confirmed: Moment,
}

impl Joined {
    pub(super) fn new(address: SessionAddress, medium: Medium, coaching: u64, now: Moment) -> Joined {
        Joined {
            key: address.to_string(),
            said: unsaid(&address),
            address,
            medium,
            phase: SessionPhase::Joining,
            since: now,
            first_seen: now,
            joined: None,
            coaching,
            origin: None,
            reason: None,
            heard: false,
            invited: false,
            wish: None,
            switching: None,
            believed: false,
            people_said: false,
            touched: false,
            people: People::default(),
            transcript: Transcript::default(),
            gone: false,
            looked_at: false,
            is_written_down: false,
            sending: Sending::default(),
            typists: Typists::default(),
            problem: None,
            confirmed: now,
        }
    }

    /// Whether nothing can be written in it any more.
    pub(super) fn is_over(&self) -> bool {
        use SessionPhase::{Completed, Failed, Left, Lost, Revoked};
        matches!(self.phase, Revoked | Left | Completed | Failed | Lost)
    }

    /// Whether we are in it or on the way in, by the server's word.
    pub(super) fn is_in(&self) -> bool {
        use SessionPhase::{Joining, Leaving, Live};
        matches!(self.phase, Joining | Live | Leaving)
    }

    /// Whether we may be in it: an invitation that we accept lets us in at any moment.
    pub(super) fn is_inside(&self) -> bool {
        self.is_in() || self.wish.is_some_and(|wish| wish.what == Wish::Accept)
    }

    /// Whether this operation may be sent: it is listed, or nothing is.
    pub(super) fn offers(&self, operation: &str) -> bool {
        self.said.capabilities.is_none() || self.said.lists(operation)
    }

    /// Who sees us in it; none where the server does not say that we are in it. Also while we leave, its word decides.
    pub(super) fn seen_by(&self, own: Option<&UserId>) -> Option<Readership> {
        match (&self.said.state, presence(&self.said, own)) {
            (Some(SessionState::Chatting), Presence::There(seen_by)) if !self.gone => Some(seen_by),
            _ => None,
        }
    }

    /// What counts about it for who reads us.
    pub(super) fn standing(&self, link_live: bool, own: Option<&UserId>) -> SessionStanding {
        let seen_by = self.seen_by(own).unwrap_or(Readership::Unknown);
        SessionStanding {
            confirmed: link_live && self.believed,
            seen_by,
            switching: self.switching.is_some(),
        }
    }

    /// The server's word. What follows from it is settled after.
    /// `again` is the number of the session's next life, where it begins one.
    pub(super) fn hear(&mut self, session: Session, again: Option<u64>, now: Moment) {
        if let Some(coaching) = again {
            self.begin_again(coaching, now);
        }
        self.people_said = session.participants.is_some();
        self.believed |= self.people_said;
        self.confirmed = now;
        let said = std::mem::replace(&mut self.said, unsaid(&self.address));
        self.said = said.then(session);
    }

    /// Whether this is the beginning of the session's next life: after a queue another agent of ours may have got it.
    pub(super) fn comes_back(&self, session: &Session) -> bool {
        let open = session.state.as_ref().is_some_and(|state| !is_end(state));
        self.gone || (self.is_over() && open)
    }

    fn begin_again(&mut self, coaching: u64, now: Moment) {
        let before = std::mem::replace(
            self,
            Joined::new(self.address.clone(), self.medium, coaching, now),
        );
        self.said.user_data = before.said.user_data;
        self.said.chat_type = before.said.chat_type;
        self.people.customer = before.people.customer;
        self.transcript = before.transcript;
        self.sending = before.sending;
    }

    /// We asked to join it while it ran, so it came of no arming.
    pub(super) fn came_by_asking(&mut self, coaching: u64, origin: Origin) {
        self.coaching = coaching;
        self.came_of(origin);
    }

    /// It is known why we are in it. What was said of it since stays.
    pub(super) fn came_of(&mut self, origin: Origin) {
        if self.reason.is_none() {
            self.reason.clone_from(&origin.reason);
        }
        self.origin = Some(origin);
    }

    /// Looks who is there.
    pub(super) fn look_round(&mut self, own: Option<&UserId>, roster: &Roster) {
        let armed = self.origin.as_ref().map(|origin| origin.agent_id.as_str());
        let cast = Cast {
            own,
            session: &self.said,
        };
        self.people.look(cast, armed, roster);
    }

    /// Brings the phase in line with what the server said. Gives what is to be written down.
    pub(super) fn settle(&mut self, own: Option<&UserId>, now: Moment) -> Vec<Passage> {
        let mut passages = Vec::new();
        if self.gone {
            return passages;
        }
        let presence = presence(&self.said, own);
        let told = told(self.said.state.as_ref(), presence);
        // What was said before the switch was asked for says nothing of it.
        if std::mem::take(&mut self.people_said)
            && told == SessionPhase::Live
            && let Some(switch) = self
                .switching
                .take_if(|switch| presence == Presence::There(readers_of(switch.what)))
        {
            self.problem = None;
            passages.push(Passage::Switched {
                to: switch.what,
                took_ms: now.since(switch.asked),
            });
        }
        self.invited |= told == SessionPhase::Invited;
        let wish = self.wish.map(|wish| wish.what);
        let leaving = wish == Some(Wish::Leave);
        let phase = match told {
            SessionPhase::Live | SessionPhase::Joining if leaving => SessionPhase::Leaving,
            other => other,
        };
        if phase == SessionPhase::Live && self.joined.is_none() {
            self.joined = Some(now);
            self.problem = None;
            passages.insert(0, Passage::CameIn);
        }
        let was_over = self.is_over();
        if phase != self.phase {
            self.phase = phase;
            self.since = now;
        }
        let fulfilled = match wish {
            Some(Wish::Accept) => phase != SessionPhase::Invited,
            Some(Wish::Complete) => phase == SessionPhase::Completed,
            Some(Wish::Reject | Wish::Leave) => self.is_over(),
            None => false,
        };
        if fulfilled {
            self.wish = None;
        }
        if self.is_over() && !was_over {
            passages.extend(self.end(leaving, wish == Some(Wish::Reject)));
        }
        passages
    }

    /// It is not among the own sessions any more. Gives what is to be written down.
    pub(super) fn is_gone(&mut self, now: Moment) -> Option<Passage> {
        let wish = self.wish.take().map(|wish| wish.what);
        let wanted = matches!(wish, Some(Wish::Leave | Wish::Reject));
        let invited = self.phase == SessionPhase::Invited;
        self.gone = true;
        self.phase = if wanted || invited {
            SessionPhase::Completed
        } else {
            SessionPhase::Lost
        };
        self.since = now;
        self.end(wanted, wanted || invited)
    }

    fn end(&mut self, wanted: bool, silently: bool) -> Option<Passage> {
        self.switching = None;
        self.typists.clear();
        self.sending.ended();
        let was_in = self.joined.is_some();
        let (problem, passage) = match self.phase {
            SessionPhase::Failed => (Some(words::join_failed()), None),
            _ if wanted || silently => (None, Some(Passage::Left)),
            SessionPhase::Revoked => (Some(words::revoked()), Some(Passage::Revoked)),
            SessionPhase::Lost => (Some(words::gone_while_away()), Some(Passage::Lost)),
            SessionPhase::Left => (None, Some(Passage::Left)),
            _ => (None, Some(Passage::Ended)),
        };
        self.problem = problem;
        passage.filter(|_| was_in)
    }

    /// A reading of all sessions has it, asked for after whatever was late.
    pub(super) fn stop_waiting(&mut self) {
        let late = self.switching.take_if(|switch| switch.late).is_some()
            | self.wish.take_if(|wish| wish.late).is_some();
        if late && self.problem.is_none() {
            self.problem = Some(words::not_done());
        }
    }

    /// Something that was asked of it went wrong, and it is not said what.
    pub(super) fn doubt_requests(&mut self) {
        if let Some(switch) = &mut self.switching {
            switch.late = true;
        }
        if let Some(wish) = &mut self.wish {
            wish.late = true;
        }
    }

    /// The answer to a request of ours. Gives whether the sessions have to be read to know what is true.
    pub(super) fn replied(&mut self, ticket: Ticket, outcome: &Result<(), CallFailure>) -> bool {
        let Err(failure) = outcome else { return false };
        let switch = self.switching.as_mut().filter(|switch| switch.ticket == ticket);
        let wish = self.wish.as_mut().filter(|wish| wish.ticket == ticket);
        if switch.is_none() && wish.is_none() {
            return false;
        }
        self.problem = Some(words::refusal(failure, self.medium));
        if let Some(switch) = switch {
            switch.late = true;
        }
        if let Some(wish) = wish {
            wish.late = true;
            if matches!(failure, CallFailure::Refused { .. }) {
                self.wish = None;
            }
        }
        true
    }

    /// Whether it is time to look what became of a request.
    pub(super) fn check(&mut self, now: Moment) -> bool {
        let switch = self.switching.as_mut().is_some_and(|switch| switch.check(now));
        let wish = self.wish.as_mut().is_some_and(|wish| wish.check(now));
        if switch {
            self.problem = Some(words::switch_not_confirmed());
        }
        switch | wish
    }

    /// The next moment at which something must have happened, or be looked at.
    pub(super) fn deadline(&self) -> Option<Moment> {
        if self.is_over() {
            return self.wish.map(|wish| wish.look_at);
        }
        let times = [
            self.switching.map(|switch| switch.look_at),
            self.wish.map(|wish| wish.look_at),
            self.sending.look_at(),
            self.transcript.look_for_gap(),
            self.transcript.reading.retry_at(),
        ];
        times.into_iter().flatten().min()
    }
}

/// How we are in a session whose own entry has this readership.
pub(super) fn act_of(readership: Readership) -> Option<Act> {
    match readership {
        Readership::Supervisors => Some(Act::ListenIn),
        Readership::Agents => Some(Act::Coach),
        Readership::Everyone => Some(Act::BargeIn),
        Readership::Unknown => None,
    }
}

fn readers_of(act: Act) -> Readership {
    match act {
        Act::ListenIn => Readership::Supervisors,
        Act::Coach => Readership::Agents,
        Act::BargeIn => Readership::Everyone,
    }
}

/// The same in the words of the wire.
pub(super) fn mode_of(act: Act) -> SupervisorMode {
    match act {
        Act::ListenIn => SupervisorMode::Monitor,
        Act::Coach => SupervisorMode::Coach,
        Act::BargeIn => SupervisorMode::BargeIn,
    }
}

/// Whether somebody who has this state has nothing to write in any more.
pub(super) fn is_end(state: &SessionState) -> bool {
    matches!(state, SessionState::LeftChat | SessionState::JoinFailed) || state.is_final()
}

/// The phase that the server's words mean. Live needs our own entry among those who take part.
fn told(state: Option<&SessionState>, presence: Presence) -> SessionPhase {
    match (state, presence) {
        (Some(SessionState::Invited), _) => SessionPhase::Invited,
        (Some(SessionState::Chatting), Presence::There(_)) => SessionPhase::Live,
        (Some(SessionState::LeftChat), _) => SessionPhase::Left,
        (Some(SessionState::Completed), _) => SessionPhase::Completed,
        (Some(SessionState::Revoked), _) => SessionPhase::Revoked,
        (Some(SessionState::JoinFailed), _) => SessionPhase::Failed,
        (Some(SessionState::Chatting | SessionState::Accepted | SessionState::Other(_)) | None, _) => {
            SessionPhase::Joining
        }
    }
}

/// A session of which the server has said nothing yet.
fn unsaid(address: &SessionAddress) -> Session {
    Session {
        id: address.id.clone(),
        state: None,
        uri: None,
        chat_type: None,
        received_date: None,
        participants: None,
        capabilities: None,
        user_data: None,
    }
}
