//! The machine: every input goes to the part it is about, then the coaching is brought in line with the facts.

use gws::{Call, Device, Monitoring, Notification, StatusCode};

use crate::audience::{Audience, CallStanding, audience, hotter};
use crate::calls::{self, OwnCall, OwnCalls};
use crate::input::{CallFailure, Effect, Input, Intents, LinkChange, OwnReading, Ticket};
use crate::intents::{Asker, VoiceIntent};
use crate::link::Link;
use crate::me::Me;
use crate::moment::Moment;
use crate::roster::{Circumstances, Roster};
use crate::rules::Rules;
use crate::sight::Sight;
use crate::switch::PendingSwitch;
use crate::view::{CallView, CoachingView, Phase, RosterQuery, RosterWindow, RulesView, View};
use crate::voice::{Answered, Beginning, SupervisedCall, Voice, Wanted};
use crate::written::Written;

/// The desk of one supervisor.
#[derive(Debug)]
pub struct Desk {
    pub(crate) link: Link,
    pub(crate) me: Me,
    pub(crate) calls: OwnCalls,
    pub(crate) voice: Voice,
    pub(crate) roster: Roster,
    pub(crate) switch: Option<PendingSwitch>,
    pub(crate) written: Written,
    pub(crate) rules: Rules,
    pub(crate) voice_intent: VoiceIntent,
    pub(crate) sight: Sight,
    /// The intents as they are on disk.
    pub(crate) kept: Intents,
    /// The supervisor is signing out.
    pub(crate) leaving: bool,
    /// The server has pushed something since the last reading was asked for, so that reading may be the older word.
    overtaken: bool,
    next_ticket: u64,
}

impl Default for Desk {
    fn default() -> Desk {
        Desk::new()
    }
}

impl Desk {
    /// A desk nobody sits at yet, where everything is allowed.
    pub fn new() -> Desk {
        Desk::under(Rules::default())
    }

    /// A desk nobody sits at yet, under these rules.
    pub fn under(rules: Rules) -> Desk {
        Desk {
            rules,
            voice_intent: VoiceIntent::default(),
            sight: Sight::default(),
            kept: Intents::default(),
            leaving: false,
            link: Link::new(),
            me: Me::default(),
            calls: OwnCalls::default(),
            voice: Voice::default(),
            roster: Roster::default(),
            switch: None,
            written: Written::default(),
            overtaken: false,
            next_ticket: 1,
        }
    }

    /// Something happened. Gives what must be done because of it, in order.
    pub fn handle(&mut self, input: Input, now: Moment) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Link(change) => self.link_changed(change, &mut effects, now),
            Input::Heard { round_trip_ms } => self.link.heard(round_trip_ms, now),
            Input::Notification(notification) => {
                self.link.heard(None, now);
                self.notified(*notification, &mut effects, now);
            }
            Input::Replied { ticket, outcome } => {
                let written = self.written_replied(ticket, &outcome, &mut effects, now);
                if !written && self.replied(ticket, &outcome, now) {
                    effects.push(Effect::ReadOwn);
                }
            }
            Input::Own(reading) => {
                let again = std::mem::take(&mut self.overtaken);
                let knows_us = reading.user.is_some();
                // While the link is live the pushes are the better word; before that, a doubtful reading beats none.
                if !(again && self.link.is_live()) {
                    self.own_read(*reading, now);
                }
                effects.extend(again.then_some(Effect::ReadOwn));
                if knows_us {
                    self.follow_all(&mut effects, now);
                }
            }
            Input::Roster(reading) => {
                let own = self.me.device.as_ref().map(|device| &device.id);
                self.roster.merge(reading, own, now);
                self.name_agent();
                self.name_agents();
            }
            Input::RosterFailed(fault) => self.roster.failed(fault),
            Input::Media(media) => self.written.media_are(media),
            Input::Spelling { spelling, certain } => self.written.spelling_is(spelling, certain),
            Input::IntentsFound(intents) => self.intents_found(intents, now),
            Input::LeftOnThePhone { here, elsewhere } => self.sight.was_left(here, elsewhere),
            Input::Leaving => self.leaving = true,
            Input::NewServerSession => self.new_server_session(&mut effects, now),
            Input::MessagesMissed => self.written.messages_missed(now),
            Input::OwnSessions { medium, outcome } => {
                self.sessions_read(medium, outcome, &mut effects, now);
            }
            Input::Transcript { session, outcome } => {
                self.transcript_read(&session, outcome, &mut effects, now);
            }
            Input::AgentSessions {
                agent,
                medium,
                outcome,
            } => self.agent_sessions_read(&agent, medium, outcome),
            Input::Tick => {
                self.written_tick(&mut effects, now);
                if self.voice.check_deadline(now) | self.check_switch(now) {
                    effects.push(Effect::ReadOwn);
                }
            }
        }
        self.settle(&mut effects, now);
        self.finish(effects)
    }

    /// The own state is being asked for. What was pushed before is in the answer, and does not make it old.
    pub fn own_is_asked_for(&mut self) {
        self.overtaken = false;
    }

    /// Everything a face shows but the roster.
    pub fn view(&self, now: Moment) -> View {
        View {
            link: self.link.view().clone(),
            me: self.me.view(),
            coaching: self.coaching_view(now),
            calls: self.calls.iter().map(|own| self.call_view(own)).collect(),
            floor: self.roster.floor(),
            written: self.written_view(),
            sessions: self.session_views(now),
            drift: self.drift_views(),
            rules: self.rules_view(),
        }
    }

    /// The rows of the roster that a face asked for.
    pub fn roster(&self, query: &RosterQuery, now: Moment) -> RosterWindow {
        self.roster.window(query, &self.circumstances(now))
    }

    /// Who has this id, number or user name (in any case), with id and name: whoever wrote it down knew one of them.
    pub fn agents_called(&self, text: &str) -> Vec<(String, String)> {
        self.roster.called(text)
    }

    /// Who hears the supervisor now.
    pub fn audience(&self) -> Audience {
        let standings: Vec<CallStanding> = self.calls.iter().map(|own| self.standing(own)).collect();
        let here = audience(
            self.link.is_live(),
            self.voice.is_busy() || self.sight.is_lost(),
            &standings,
        );
        if self.may_go_on_elsewhere() {
            hotter(here, Audience::Unknown)
        } else {
            here
        }
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
            in_call_with: self.in_call_with(),
        }
    }

    pub(crate) fn ticket(&mut self) -> Ticket {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        ticket
    }

    /// Adds what every change ends with: what to write down, and when to look again.
    pub(crate) fn finish(&mut self, mut effects: Vec<Effect>) -> Vec<Effect> {
        self.overtaken &= !effects.contains(&Effect::ReadOwn);
        let own = self.own_id();
        self.written.note_whispers(own.as_ref());
        let written = self.written.take_recorded();
        let recorded = self
            .voice
            .take_recorded()
            .into_iter()
            .chain(written)
            .map(Effect::Record);
        // What is written down comes first: it is durable before anybody sees what follows from it.
        effects.splice(0..0, recorded);
        let switch = self.switch.as_ref().map(PendingSwitch::look_at);
        effects.extend(
            [
                self.voice.deadline(),
                switch,
                self.written.deadline(self.link.is_live()),
            ]
            .into_iter()
            .flatten()
            .min()
            .map(Effect::WakeAt),
        );
        effects
    }

    fn rules_view(&self) -> RulesView {
        let rules = &self.rules;
        let user = self.me.user.as_ref();
        RulesView {
            voice: rules.voice.clone(),
            sms: rules.sms.clone(),
            chat: rules.chat.clone(),
            nickname: rules.nickname(None, user).ok().flatten(),
            nickname_managed: rules.nickname.is_some(),
        }
    }

    fn call_view(&self, own: &OwnCall) -> CallView {
        let supervised = self.is_supervised(&own.call);
        let act = if supervised { self.act_in(&own.call) } else { None };
        calls::view(own, supervised, act)
    }

    fn coaching_view(&self, now: Moment) -> CoachingView {
        let wanted = self.voice.wanted();
        let coaching = &self.voice.coaching;
        let call = coaching.call.as_deref().and_then(|id| self.calls.find(id));
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
            call_id: coaching.call.clone(),
            live_since: coaching.live_since,
            // A clock that was set back must not show the server's word as coming from the future.
            confirmed: self.voice.confirmed().map(|confirmed| confirmed.min(now)),
            steps: coaching.steps.clone(),
            problem: coaching.problem.clone(),
            again: self.voice.again(),
            can_stop: self.can_stop(),
            out_of_sight: self.is_out_of_sight(now),
        }
    }

    fn link_changed(&mut self, change: LinkChange, effects: &mut Vec<Effect>, now: Moment) {
        if matches!(change, LinkChange::SignedOut(_) | LinkChange::SigningIn { .. }) {
            // The phone goes on without us: what is forgotten here may still be so.
            if self.may_be_in_a_call(now) {
                self.sight.lose();
            }
            self.monitoring_is_over(now);
            self.voice.reset(now);
            self.voice_intent.end();
            self.kept = Intents::default();
            self.leaving = false;
            self.calls.clear();
            self.switch = None;
            self.me = Me::default();
            self.roster = Roster::default();
        }
        if !matches!(change, LinkChange::Limits(_)) {
            self.overtaken = false;
        }
        if change == LinkChange::Live {
            self.sight.regain();
        }
        self.link.change(change, now);
        self.look_at_link(effects, now);
    }

    fn notified(&mut self, notification: Notification, effects: &mut Vec<Effect>, now: Moment) {
        match notification {
            Notification::DevicesChanged { devices } => {
                // Each entry is complete and replaces what was known, so the last one counts.
                let own = self.me.device.as_ref().map(|device| device.id.clone());
                let changed = devices
                    .into_iter()
                    .rfind(|device| Some(&device.id) == own.as_ref());
                if changed.is_some() {
                    self.overtaken = true;
                    self.device_is(changed, now);
                }
            }
            Notification::CallChanged { call, .. } => {
                let id = call.id.clone();
                self.call_changed(call, now);
                if self.is_to_be_read(id.as_str()) {
                    effects.push(Effect::ReadOwn);
                }
            }
            Notification::Error { message, call, .. } => {
                self.voice.error_came(message.as_deref(), call.is_some(), now);
            }
            Notification::Digital(notification) => self.written_notified(notification, effects, now),
            Notification::ServicesChanged { services } => self.written.services_changed(&services),
            Notification::ChannelsChanged { .. } | Notification::Unknown { .. } => {}
        }
    }

    fn call_changed(&mut self, call: Call, now: Moment) {
        self.overtaken = true;
        self.settle_switch(&call, now);
        self.voice.call_confirmed(call.id.as_str(), now);
        self.calls.put(call, now);
    }

    fn device_is(&mut self, device: Option<Device>, now: Moment) {
        self.voice
            .monitoring_is(device.as_ref().and_then(|device| device.monitoring.clone()), now);
        if self.me.device_is(device, now) {
            self.written.doubt_what_is_armed(now);
        }
    }

    fn own_read(&mut self, reading: OwnReading, now: Moment) {
        self.link.heard(None, now);
        self.sight.regain();
        if reading.user.is_some() {
            self.me.user = reading.user;
        }
        for call in &reading.calls {
            self.settle_switch(call, now);
        }
        self.calls.replace(reading.calls, now);
        self.settle_switch_after_reading();
        self.voice.was_read();
        self.device_is(reading.device, now);
        if self.voice.is_agreed() {
            let ids = self.calls.ids();
            self.voice.coaching.calls_read(ids);
        }
    }

    /// The answer to a request. Gives whether to read what is true.
    fn replied(&mut self, ticket: Ticket, outcome: &Result<(), CallFailure>, now: Moment) -> bool {
        if self.switch_replied(ticket, outcome) {
            return outcome.is_err();
        }
        if self.voice.asked_with(ticket) && is_held(outcome) {
            self.remember_holder(now);
        }
        match (self.voice.replied(ticket, outcome, now), outcome) {
            (Answered::Read, _) => true,
            (Answered::Elsewhere, Err(failure)) => {
                self.voice.coaching.problem = Some(failure.fault());
                true
            }
            _ => false,
        }
    }

    fn remember_holder(&mut self, now: Moment) {
        if let Some(device) = self.voice.wanted().and_then(|wanted| wanted.device.as_ref()) {
            self.roster.held(&gws::DeviceId::from(device.id()), now);
        }
    }

    /// Brings the coaching in line with the facts, and does what that asks for.
    pub(crate) fn settle(&mut self, effects: &mut Vec<Effect>, now: Moment) {
        self.part_calls();
        let call = self.supervised_call();
        let mut next = self.settle_voice(call.clone(), now);
        // Once a coaching is over, a call that was held for another's may be the one to show.
        let left = self.supervised_call();
        if left != call {
            next = self.settle_voice(left, now).or(next);
        }
        if let Some(wanted) = next {
            effects.extend(self.ask_next(wanted, now));
        }
        effects.extend(self.send_owed());
        self.look_at_sight(now);
        self.look_at_intents(effects, now);
    }

    /// Gives the target to ask for next, when the former one is gone.
    fn settle_voice(&mut self, call: Option<SupervisedCall>, now: Moment) -> Option<Wanted> {
        let (roster, calls) = (&self.roster, &self.calls);
        self.voice.settle(
            call,
            |monitoring| Beginning {
                wanted: found_target(roster, monitoring),
                asker: Asker::Supervisor,
                earlier_calls: calls.ids(),
            },
            now,
        )
    }
}

fn is_held(outcome: &Result<(), CallFailure>) -> bool {
    matches!(
        outcome,
        Err(CallFailure::Refused {
            status: StatusCode::InUse,
            ..
        })
    )
}

/// Whom the server's word is about, where we did not ask for it ourselves. It may be a call without a word on the phone.
fn found_target(roster: &Roster, monitoring: Option<&Monitoring>) -> Wanted {
    let target = monitoring.and_then(|monitoring| monitoring.target.clone());
    let entry = target.as_ref().and_then(|uri| roster.at_device(uri.id()));
    let unnamed = Wanted {
        agent_id: None,
        agent_name: "an agent".to_owned(),
        number: None,
        device: target,
        act: monitoring.and_then(|monitoring| calls::act_of(&monitoring.kind)),
        mode: None,
        scope: None,
        phone_number: None,
        order: None,
    };
    match entry {
        Some(entry) => unnamed.named(entry),
        None => unnamed,
    }
}
