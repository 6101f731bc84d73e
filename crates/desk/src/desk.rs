//! The machine: every input goes to the part it is about, then the coaching is brought in line with the facts.

use gws::{Call, CallState, CallType, Device, Notification, ResourceUri};

use crate::audience::{Audience, CallStanding, Evidence, audience};
use crate::calls::{self, OwnCall, OwnCalls};
use crate::fault::FaultCode;
use crate::input::{CallFailure, Effect, Input, LinkChange, OwnReading, Ticket};
use crate::link::Link;
use crate::me::Me;
use crate::moment::Moment;
use crate::order::{Act, CallAct};
use crate::roster::{Circumstances, Roster};
use crate::view::{CallView, CoachingView, LinkState, Phase, RosterQuery, RosterWindow, StepKind, View};
use crate::voice::{CONFIRM_WITHIN_MS, Next, SupervisedCall, Voice, Wanted};

/// A switch or mute on a call that the server has not shown yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PendingSwitch {
    pub(crate) ticket: Ticket,
    pub(crate) call: String,
    pub(crate) to: Act,
    pub(crate) asked: Moment,
}

/// The desk of one supervisor.
#[derive(Debug)]
pub struct Desk {
    pub(crate) link: Link,
    pub(crate) me: Me,
    pub(crate) calls: OwnCalls,
    pub(crate) voice: Voice,
    pub(crate) roster: Roster,
    pub(crate) switch: Option<PendingSwitch>,
    next_ticket: u64,
}

impl Default for Desk {
    fn default() -> Desk {
        Desk::new()
    }
}

impl Desk {
    /// A desk nobody sits at yet.
    pub fn new() -> Desk {
        Desk {
            link: Link::new(),
            me: Me::default(),
            calls: OwnCalls::default(),
            voice: Voice::new(),
            roster: Roster::default(),
            switch: None,
            next_ticket: 1,
        }
    }

    /// Something happened. Gives what must be done because of it, in order.
    pub fn handle(&mut self, input: Input, now: Moment) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Link(change) => self.link_changed(change, now),
            Input::Heard { round_trip_ms } => self.link.heard(round_trip_ms, now),
            Input::Notification(notification) => {
                self.link.heard(None, now);
                self.notified(*notification, now);
            }
            Input::Replied { ticket, outcome } => {
                if self.replied(ticket, &outcome, now) {
                    effects.push(Effect::ReadOwn);
                }
            }
            Input::Own(reading) => self.own_read(*reading, now),
            Input::Roster(reading) => self.roster.merge(reading, now),
            Input::RosterFailed(fault) => self.roster.failed(fault),
            Input::Tick => {
                if self.voice.check_deadline(now) | self.check_switch(now) {
                    effects.push(Effect::ReadOwn);
                }
            }
        }
        self.settle(&mut effects, now);
        self.finish(effects)
    }

    /// Everything a face shows but the roster.
    pub fn view(&self, now: Moment) -> View {
        View {
            link: self.link.view().clone(),
            me: self.me.view(),
            coaching: self.coaching_view(),
            calls: self.calls.iter().map(|own| self.call_view(own)).collect(),
            floor: self.roster.floor(),
        }
        .aged(now)
    }

    /// The rows of the roster that a face asked for.
    pub fn roster(&self, query: &RosterQuery, now: Moment) -> RosterWindow {
        self.roster.window(query, &self.circumstances(now))
    }

    /// Who hears the supervisor now.
    pub fn audience(&self) -> Audience {
        let standings: Vec<CallStanding> = self.calls.iter().map(|own| self.standing(own)).collect();
        audience(self.link.is_live(), self.voice.is_busy(), &standings)
    }

    /// How far the coaching is.
    pub fn phase(&self) -> Phase {
        self.voice.phase()
    }

    pub(crate) fn circumstances(&self, now: Moment) -> Circumstances<'_> {
        let mine = self.voice.wanted().and_then(|wanted| wanted.agent_id.as_deref());
        Circumstances {
            now,
            link_live: self.link.is_live(),
            offered: self.me.is_registered() && !self.me.view().acts.is_empty(),
            mine: mine
                .filter(|_| self.voice.phase() != Phase::Idle)
                .map(|id| (id, self.voice.phase())),
        }
    }

    pub(crate) fn ticket(&mut self) -> Ticket {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        ticket
    }

    /// Adds what every change ends with: what to write down, and when to look again.
    pub(crate) fn finish(&mut self, mut effects: Vec<Effect>) -> Vec<Effect> {
        let recorded = self.voice.take_recorded().into_iter().map(Effect::Record);
        // What is written down comes first: it is durable before anybody sees what follows from it.
        effects.splice(0..0, recorded);
        let switch = self
            .switch
            .as_ref()
            .map(|switch| switch.asked.plus(CONFIRM_WITHIN_MS));
        effects.extend(
            [self.voice.deadline(), switch]
                .into_iter()
                .flatten()
                .min()
                .map(Effect::WakeAt),
        );
        effects
    }

    /// Why a call is taken for the supervised one; none for an ordinary call.
    pub(crate) fn evidence(&self, call: &Call) -> Option<Evidence> {
        if self.voice.call.as_deref() == Some(call.id.as_str()) && self.voice.is_busy() {
            // The agent may have left since: what was known of this call stays known.
            return calls::evidence(call, self.agent_number()).or(Some(Evidence::Inferred));
        }
        let busy = self.voice.is_busy();
        let known = calls::evidence(call, self.agent_number().filter(|_| busy));
        let own_doing = call.state == CallState::Dialing || call.call_type == Some(CallType::Outbound);
        known.or_else(|| (self.voice.monitoring().is_some() && !own_doing).then_some(Evidence::Guessed))
    }

    fn agent_number(&self) -> Option<&str> {
        self.voice.wanted().and_then(|wanted| wanted.number.as_deref())
    }

    fn act_in(&self, call: &Call) -> Option<Act> {
        let ours = self.voice.call.as_deref() == Some(call.id.as_str());
        calls::act_in(
            call,
            self.voice.set_up().filter(|_| ours || self.voice.call.is_none()),
        )
    }

    fn standing(&self, own: &OwnCall) -> CallStanding {
        let evidence = self.evidence(&own.call);
        let pending = self
            .switch
            .as_ref()
            .filter(|switch| switch.call == own.call.id.as_str());
        CallStanding {
            open: calls::is_open(&own.call.state),
            evidence,
            act: evidence.and_then(|_| self.act_in(&own.call)),
            opening: pending.is_some_and(|switch| switch.to == Act::BargeIn),
        }
    }

    fn call_view(&self, own: &OwnCall) -> CallView {
        let supervised = self.evidence(&own.call).is_some();
        let act = if supervised { self.act_in(&own.call) } else { None };
        calls::view(own, supervised, act)
    }

    fn coaching_view(&self) -> CoachingView {
        let wanted = self.voice.wanted();
        let call = self.voice.call.as_deref().and_then(|id| self.calls.find(id));
        let in_call = call.filter(|own| calls::is_open(&own.call.state));
        CoachingView {
            phase: self.voice.phase(),
            since: self.voice.since(),
            audience: self.audience(),
            agent_id: wanted.and_then(|wanted| wanted.agent_id.clone()),
            agent_name: wanted.map(|wanted| wanted.agent_name.clone()),
            act: match in_call {
                Some(own) => self.act_in(&own.call),
                None => wanted.and_then(|wanted| wanted.act),
            },
            mode: wanted.and_then(|wanted| wanted.mode),
            scope: wanted.and_then(|wanted| wanted.scope),
            call_id: self.voice.call.clone(),
            live_since: self.voice.live_since,
            confirmed: self.voice.confirmed,
            steps: self.voice.steps.clone(),
            problem: self.voice.problem.clone(),
            again: self.voice.again(),
            can_stop: self.can_stop(),
        }
    }

    fn link_changed(&mut self, change: LinkChange, now: Moment) {
        if matches!(change, LinkChange::SignedOut(_) | LinkChange::SigningIn { .. }) {
            self.voice.reset();
            self.calls.clear();
            self.switch = None;
            self.me = Me::default();
            self.roster = Roster::default();
        }
        self.link.change(change, now);
    }

    fn notified(&mut self, notification: Notification, now: Moment) {
        match notification {
            Notification::DevicesChanged { devices } => {
                let own = self.me.device.as_ref().map(|device| device.id.clone());
                if let Some(device) = devices
                    .into_iter()
                    .find(|device| Some(&device.id) == own.as_ref())
                {
                    self.device_is(Some(device), now);
                }
            }
            Notification::CallChanged { call, .. } => self.call_changed(call, now),
            Notification::Error { message, .. } => self.voice.error_came(message.as_deref(), now),
            Notification::ChannelsChanged { .. }
            | Notification::ServicesChanged { .. }
            | Notification::Unknown { .. } => {}
        }
    }

    fn call_changed(&mut self, call: Call, now: Moment) {
        self.settle_switch(&call, now);
        self.calls.put(call, now);
    }

    fn device_is(&mut self, device: Option<Device>, now: Moment) {
        self.voice
            .monitoring_is(device.as_ref().and_then(|device| device.monitoring.clone()), now);
        self.me.device_is(device, now);
    }

    fn own_read(&mut self, reading: OwnReading, now: Moment) {
        self.link.heard(None, now);
        if reading.user.is_some() {
            self.me.user = reading.user;
        }
        for call in &reading.calls {
            self.settle_switch(call, now);
        }
        self.switch = None;
        self.calls.replace(reading.calls, now);
        self.device_is(reading.device, now);
    }

    /// Whether the server now shows the switch that was asked for, without the help of what we only assume.
    fn settle_switch(&mut self, call: &Call, now: Moment) {
        let Some(switch) = self
            .switch
            .as_ref()
            .filter(|switch| switch.call == call.id.as_str())
        else {
            return;
        };
        if call.state == CallState::Released {
            self.switch = None;
        } else if calls::act_in(call, None) == Some(switch.to) {
            let took = now.since(switch.asked);
            self.switch = None;
            self.voice.note(StepKind::Switched, Some(took), now);
        }
    }

    fn check_switch(&mut self, now: Moment) -> bool {
        self.switch
            .as_ref()
            .is_some_and(|switch| now.since(switch.asked) >= CONFIRM_WITHIN_MS)
    }

    fn replied(&mut self, ticket: Ticket, outcome: &Result<(), CallFailure>, now: Moment) -> bool {
        if let Some(switch) = self.switch.as_ref().filter(|switch| switch.ticket == ticket) {
            let Err(failure) = outcome else { return false };
            // Refused means unchanged; without an answer it stays open, and hot, until the calls have been read.
            if let CallFailure::Refused { .. } = failure {
                let barging = switch.to == Act::BargeIn;
                self.switch = None;
                self.voice.switched = !barging && self.voice.switched;
            }
            self.voice.problem = Some(failure.fault());
            return true;
        }
        let asked = self.voice.phase();
        let read = self.voice.replied(ticket, outcome, now);
        if asked == Phase::Requested && self.voice.phase() == Phase::Refused {
            self.remember_holder(now);
        }
        if let (Err(failure), false) = (outcome, read || self.voice.phase() == Phase::Refused) {
            self.voice.problem = Some(failure.fault());
            return true;
        }
        read
    }

    fn remember_holder(&mut self, now: Moment) {
        let held = self
            .voice
            .problem
            .as_ref()
            .is_some_and(|fault| fault.code == FaultCode::AgentHeld);
        let device = self.voice.wanted().and_then(|wanted| wanted.device.as_ref());
        if let Some(device) = device.filter(|_| held) {
            self.roster.held(&gws::DeviceId::from(device.id()), now);
        }
    }

    pub(crate) fn settle(&mut self, effects: &mut Vec<Effect>, now: Moment) {
        let supervised = self.calls.iter().find(|own| self.evidence(&own.call).is_some());
        let found = supervised.map(|own| (own.call.id.to_string(), calls::is_open(&own.call.state)));
        let call = found
            .as_ref()
            .map(|(id, open)| SupervisedCall { id, open: *open });
        let target = self
            .voice
            .monitoring()
            .and_then(|monitoring| monitoring.target.clone());
        let act = self
            .voice
            .monitoring()
            .and_then(|monitoring| calls::act_of(&monitoring.kind));
        let roster = &self.roster;
        match self
            .voice
            .settle(call, || Some(found_target(roster, target, act)), now)
        {
            Next::Wait => {}
            Next::Ask(wanted) => effects.extend(self.send_monitor(wanted, now)),
        }
        if self.voice.owes_cancel() && self.me.offers("CancelSupervisorMonitoring") {
            let cancel = self.cancel_call();
            if let Some(Effect::Call { ticket, .. }) = &cancel {
                self.voice.cancel_sent(*ticket);
            }
            effects.extend(cancel);
        }
    }
}

/// Whom the server's word is about, where we did not ask for it ourselves.
fn found_target(roster: &Roster, target: Option<ResourceUri>, act: Option<Act>) -> Wanted {
    let entry = target.as_ref().and_then(|uri| roster.at_device(uri.id()));
    Wanted {
        agent_id: entry.map(|entry| entry.agent.id.to_string()),
        agent_name: entry.map_or_else(|| "an agent".to_owned(), |entry| entry.agent.name.clone()),
        number: entry.map(|entry| entry.number().to_owned()),
        device: target,
        act,
        mode: None,
        scope: None,
        phone_number: None,
    }
}

impl View {
    /// While the link is not live, nothing on screen may look confirmed.
    fn aged(mut self, now: Moment) -> View {
        if self.link.state != LinkState::Live {
            self.coaching.confirmed = self.coaching.confirmed.filter(|confirmed| *confirmed < now);
        }
        self
    }
}

/// The desk's word for an act on a call, as the wire crate has it.
pub(crate) fn wire_act(act: CallAct) -> gws::CallAct {
    match act {
        CallAct::Answer => gws::CallAct::Answer,
        CallAct::Hangup => gws::CallAct::Hangup,
        CallAct::Hold => gws::CallAct::Hold,
        CallAct::Retrieve => gws::CallAct::Retrieve,
        CallAct::SwitchToBargeIn => gws::CallAct::SwitchToBargeIn,
        CallAct::SwitchToListenIn => gws::CallAct::SwitchToListenIn,
        CallAct::MuteMonitoredUser => gws::CallAct::MuteMonitoredUser,
        CallAct::UnmuteMonitoredUser => gws::CallAct::UnmuteMonitoredUser,
    }
}
