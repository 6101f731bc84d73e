//! Which of the own calls is the supervised one, how sure that is, and how the supervisor is in it.

use gws::{Call, CallState, CallType};

use crate::audience::{CallStanding, Evidence};
use crate::calls::{self, OwnCall};
use crate::desk::Desk;
use crate::moment::Moment;
use crate::order::Act;
use crate::roster::Entry;
use crate::view::Phase;
use crate::voice::{SupervisedCall, Wanted};

impl Desk {
    /// The supervised call. A guess is none: it makes the call hot, but moves no stage and hangs nothing up.
    pub(crate) fn supervised_call(&self) -> Option<SupervisedCall> {
        let ours = self.calls.iter().filter(|own| !self.is_of_another(&own.call));
        let known = ours.filter_map(|own| {
            let evidence = self.evidence(&own.call)?;
            let rank = (evidence, self.voice.is_in(own.call.id.as_str()));
            (evidence > Evidence::Guessed).then_some((rank, own))
        });
        let (_, own) = known.max_by_key(|(rank, _)| *rank)?;
        Some(SupervisedCall {
            id: own.call.id.to_string(),
            open: calls::is_open(&own.call.state),
            act: self.act_in(&own.call),
            of_another: self.names_another(&own.call),
        })
    }

    /// Whether this call is of somebody whom another coaching was about, while this one is asked for or armed: it stays out of it.
    fn is_of_another(&self, call: &Call) -> bool {
        let over = matches!(self.voice.phase(), Phase::Idle | Phase::Refused | Phase::Lost);
        !over && self.names_another(call)
    }

    /// Whether another agent is in this call, and not the one who was asked for, and nothing says that it is of this coaching all
    /// the same: pushes of a former one can be late. Where the call first came after this one was confirmed, and was read since, it
    /// has been handed on. The call the coaching is in stays in it, whoever takes it on.
    fn names_another(&self, call: &Call) -> bool {
        let id = call.id.as_str();
        let (Some(wanted), false) = (self.voice.wanted(), self.voice.is_in(id)) else {
            return false;
        };
        if self.voice.is_agreed() && self.voice.coaching.may_bring(id) && self.voice.coaching.was_read(id) {
            return false;
        }
        let numbers: Vec<&str> = wanted.numbers().collect();
        let is_other = |entry: &Entry| Some(entry.agent.id.as_str()) != wanted.agent_id.as_deref();
        wanted.agent_id.is_some()
            && !calls::is_with(call, &numbers)
            && self.roster.only_one_in(call).is_some_and(is_other)
    }

    /// Remembers the calls of another coaching that come before this one is confirmed: they never become calls of this one.
    pub(crate) fn part_calls(&mut self) {
        if self.voice.is_agreed() {
            return;
        }
        let others = self.calls.iter().filter(|own| self.is_of_another(&own.call));
        let ids: Vec<String> = others.map(|own| own.call.id.to_string()).collect();
        self.voice.coaching.brings_none_of(ids);
    }

    /// Whether only a reading can tell of which coaching this call is.
    pub(crate) fn is_to_be_read(&self, id: &str) -> bool {
        let call = self.calls.find(id).map(|own| &own.call);
        self.voice.is_agreed()
            && call.is_some_and(|call| self.is_of_another(call) && self.voice.coaching.may_bring(id))
    }

    /// The roster has been read: an agent who was found at a phone before, or in a call, may have a name now.
    pub(crate) fn name_agent(&mut self) {
        let (roster, calls) = (&self.roster, &self.calls);
        self.voice.name_agent(|device, call| match device {
            Some(uri) => roster.at_device(uri.id()),
            // A call that was found here tells of no phone, but of who is in it.
            None => roster.only_one_in(&calls.find(call?)?.call),
        });
    }

    /// What counts about an own call for who hears the supervisor.
    pub(crate) fn standing(&self, own: &OwnCall) -> CallStanding {
        CallStanding {
            open: calls::is_open(&own.call.state),
            evidence: self.evidence(&own.call),
            act: self.act_in(&own.call),
            opening: self.switch.as_ref().is_some_and(|switch| switch.opens(&own.call)),
        }
    }

    /// Whether this call is known to be supervised, by more than a guess.
    pub(crate) fn is_supervised(&self, call: &Call) -> bool {
        self.evidence(call) > Some(Evidence::Guessed)
    }

    /// The agent who is a party of the supervised call, and since when we are in it. After a transfer with scope Call
    /// the call goes on without the agent.
    pub(crate) fn in_call_with(&self) -> Option<(&str, Moment)> {
        let wanted = self.voice.wanted()?;
        let since = self.voice.coaching.live_since.filter(|_| self.link.is_live())?;
        let own = self.calls.find(self.voice.coaching.call.as_deref()?)?;
        let numbers: Vec<&str> = wanted.numbers().collect();
        let there = calls::is_open(&own.call.state) && calls::is_with(&own.call, &numbers);
        Some((wanted.agent_id.as_deref().filter(|_| there)?, since))
    }

    /// How the supervisor is in a supervised call, where that is certain.
    pub(crate) fn act_in(&self, call: &Call) -> Option<Act> {
        let evidence = self.evidence(call)?;
        // Servers list both switches on a supervised call (`gws/core.md 5.6`). Where there is a list without them, the
        // call may be an ordinary one that the agent is in too, so the set-up of the phone says nothing about it.
        let believable = evidence == Evidence::Stated || call.capabilities.is_none();
        let set_up = self.voice.set_up();
        calls::act_in(
            call,
            set_up.filter(|_| believable && self.voice.is_in(call.id.as_str())),
        )
    }

    /// Why a call is taken for the supervised one; none for an ordinary call.
    fn evidence(&self, call: &Call) -> Option<Evidence> {
        let id = call.id.as_str();
        // The agent's number speaks only once the phone has confirmed the coaching, and only for calls that came after.
        let armed = self.voice.is_busy() && self.voice.is_agreed() && self.voice.coaching.may_bring(id);
        let wanted = self.voice.wanted().filter(|_| armed);
        let numbers: Vec<&str> = wanted.into_iter().flat_map(Wanted::numbers).collect();
        let said = calls::evidence(call, &numbers);
        if self.voice.is_in(id) {
            // The agent may have left since: what was known of this call stays known.
            return said.or(Some(Evidence::Inferred));
        }
        let own_doing = call.state == CallState::Dialing || call.call_type == Some(CallType::Outbound);
        said.or_else(|| (self.voice.monitoring().is_some() && !own_doing).then_some(Evidence::Guessed))
    }
}
