//! A desk under watch: beside it, kept by other means, what the server last said and what was sent. After anything that
//! happens the invariants of the design are judged from that alone.

use std::collections::{BTreeMap, BTreeSet};

use desk::Desk;
use desk::audience::Audience;
use desk::input::{CallFailure, Effect, Input, LinkChange, Occurrence, OwnReading, RosterReading, Ticket};
use desk::moment::Moment;
use desk::order::{Act, Command};
use desk::rules::Rules;
use desk::view::{DriftState, Phase, RosterSource, StepKind, View};
use gws::notification::topic;
use gws::{Call, CallState, Device, MonitoringKind, Notification, Operation, Switch};
use serde_json::{Value, json};

use crate::seat::{OWN, floor};
use crate::words::{Event, is_permitted};

/// The desk, and beside it what the server last said, kept by other means.
pub(crate) struct Watch {
    pub(crate) desk: Desk,
    pub(crate) now: Moment,
    live: bool,
    device: Option<Device>,
    calls: BTreeMap<String, Call>,
    /// Sent and not answered.
    open: Vec<(Ticket, Operation)>,
    rules: Rules,
    /// Whom the intent on disk is about.
    kept: Option<String>,
    /// The Monitor request that is neither confirmed, refused nor given up.
    monitor: Option<Ticket>,
    /// The last request to monitor of which the server has said nothing, and when it was sent.
    unheard: Option<(Ticket, Moment)>,
    /// Something went on at the phone when it was seen last, or could begin.
    out_of_sight: bool,
    /// A barge that was asked for and that the server has neither shown nor refused.
    barging: Option<(String, Ticket, Moment)>,
    /// The own phone was ever set to something quiet.
    was_set_up_quiet: bool,
    read_again: bool,
    tickets: BTreeSet<Ticket>,
    pub(crate) wake: Option<Moment>,
}

impl Watch {
    pub(crate) fn new() -> Watch {
        Watch::under(Rules::default())
    }

    pub(crate) fn under(rules: Rules) -> Watch {
        let mut watch = Watch {
            desk: Desk::under(rules.clone()),
            rules,
            kept: None,
            now: Moment(5_000),
            live: false,
            device: None,
            calls: BTreeMap::new(),
            open: Vec::new(),
            monitor: None,
            unheard: None,
            out_of_sight: false,
            barging: None,
            was_set_up_quiet: false,
            read_again: false,
            tickets: BTreeSet::new(),
            wake: None,
        };
        let device =
            json!({ "id": OWN, "deviceState": "Active", "capabilities": ["ListenIn", "Coach", "BargeIn"] });
        watch.happens(Event::Own(device, Vec::new()));
        watch.happens(Event::Link(LinkChange::Live));
        watch.happens(Event::Roster);
        watch
    }

    pub(crate) fn happens(&mut self, event: Event) {
        self.plays(event);
        if !self.live {
            self.out_of_sight |= self.may_be_in_a_call();
        }
    }

    /// Whether a call goes on, or may begin at any moment, by the server's words and what was sent.
    fn may_be_in_a_call(&self) -> bool {
        let monitored = self
            .device
            .as_ref()
            .is_some_and(|device| device.monitoring.is_some());
        let asked = self
            .unheard
            .is_some_and(|(_, asked)| self.now.since(asked) < 60_000);
        monitored || asked || !self.calls.is_empty()
    }

    fn plays(&mut self, event: Event) {
        let phase = self.desk.phase();
        match event {
            Event::Order(command) => {
                let before = self.desk.view(self.now);
                if command == Command::OffThePhone {
                    self.out_of_sight = false;
                }
                match self.desk.order(command, self.now) {
                    Ok(effects) => self.sees(effects),
                    Err(_) => assert_eq!(
                        self.desk.view(self.now),
                        before,
                        "a refused order changes nothing"
                    ),
                }
                let after = self.desk.phase();
                let forward = |phase| matches!(phase, Phase::Armed | Phase::Offered | Phase::Live);
                assert!(
                    !forward(after) || after == phase,
                    "an order arms nothing: {phase:?} to {after:?}"
                );
            }
            Event::Reply(index, outcome) => {
                if index >= self.open.len() {
                    return;
                }
                let (ticket, _) = self.open.remove(index);
                if matches!(outcome, Err(CallFailure::Refused { .. })) {
                    self.monitor.take_if(|monitor| *monitor == ticket);
                    self.barging.take_if(|(_, barge, _)| *barge == ticket);
                    self.unheard.take_if(|(unheard, _)| *unheard == ticket);
                }
                let accepted = outcome.is_ok();
                self.handle(Input::Replied { ticket, outcome });
                if phase == Phase::Requested && accepted {
                    let after = self.desk.phase();
                    assert!(
                        !matches!(after, Phase::Armed | Phase::Offered | Phase::Live),
                        "a reply arms nothing: {after:?}"
                    );
                }
            }
            Event::Device(device) => {
                if self.device.is_some() {
                    self.device_said(&device);
                }
                self.push(
                    topic::DEVICES,
                    &json!({ "messageType": "DeviceStateChangeMessage", "devices": [device] }),
                );
            }
            Event::Call(call) => {
                self.call_said(&call);
                self.push(
                    topic::CALLS,
                    &json!({ "messageType": "CallStateChangeMessage", "call": call }),
                );
            }
            Event::Error(data) => {
                self.unheard = None;
                self.push(topic::DEVICES, &data);
            }
            Event::Own(device, calls) => {
                self.out_of_sight = false;
                self.device_said(&device);
                self.calls.clear();
                for call in &calls {
                    self.call_said(call);
                }
                let calls_now = &self.calls;
                self.barging.take_if(|(call, _, _)| !calls_now.contains_key(call));
                let reading = OwnReading {
                    user: None,
                    device: self.device.clone(),
                    calls: calls
                        .iter()
                        .filter_map(|call| gws::decode::<Call>(call).value)
                        .collect(),
                };
                // A reading that pushes have overtaken is asked for once more.
                self.handle(Input::Own(Box::new(reading.clone())));
                if std::mem::take(&mut self.read_again) {
                    self.handle(Input::Own(Box::new(reading)));
                }
            }
            Event::Link(change) => self.link_changes(change),
            Event::Roster => self.handle(Input::Roster(RosterReading {
                source: RosterSource::Users,
                agents: floor(),
                supervisors: Vec::new(),
            })),
            Event::Wait(milliseconds) => {
                self.now = self.now.plus(milliseconds);
                self.handle(Input::Tick);
            }
        }
    }

    fn link_changes(&mut self, change: LinkChange) {
        self.live = change == LinkChange::Live;
        if self.live {
            self.out_of_sight = false;
        }
        if matches!(change, LinkChange::SignedOut(_)) {
            self.out_of_sight |= self.may_be_in_a_call();
            self.unheard = None;
            self.device = None;
            self.calls.clear();
            self.monitor = None;
            // A sign-in begins with a reading of the calls: what an earlier one asked for is settled by it.
            self.barging = None;
        }
        self.handle(Input::Link(change));
    }

    fn device_said(&mut self, device: &Value) {
        self.device = gws::decode::<Device>(device).value;
        let monitoring = self.device.as_ref().and_then(|device| device.monitoring.as_ref());
        if monitoring.is_some() {
            self.unheard = None;
        }
        self.was_set_up_quiet |= monitoring.is_some_and(|said| said.kind != MonitoringKind::BargeIn);
    }

    fn call_said(&mut self, call: &Value) {
        let Some(call) = gws::decode::<Call>(call).value else {
            return;
        };
        if shows_barged(&call) || call.state == CallState::Released {
            self.barging
                .take_if(|(barging, _, _)| barging == call.id.as_str());
        }
        // Where a call comes, the request has done what it could.
        self.unheard = None;
        if call.state == CallState::Released {
            self.calls.remove(call.id.as_str());
        } else {
            self.calls.insert(call.id.to_string(), call);
        }
    }

    fn push(&mut self, channel: &str, data: &Value) {
        let notification = Notification::decode(channel, data);
        self.handle(Input::Notification(Box::new(notification)));
    }

    fn handle(&mut self, input: Input) {
        let effects = self.desk.handle(input, self.now);
        self.sees(effects);
    }

    fn sees(&mut self, effects: Vec<Effect>) {
        self.wake = None;
        self.read_again = false;
        assert!(effects.len() < 24, "a burst: {effects:?}");
        for effect in effects {
            match effect {
                Effect::Call { ticket, operation } => self.sends(ticket, operation),
                Effect::WakeAt(at) => self.wake = Some(at),
                Effect::KeepIntents(intents) => {
                    self.kept = intents.voice.map(|intent| intent.order.agent_id);
                }
                Effect::Record(happening) => {
                    let by_itself = happening.what == Occurrence::Step(StepKind::AskedByItself);
                    assert!(!by_itself || self.rules.rearm_voice, "never silently");
                    // Any end of the waiting frees the way for another request.
                    let over = [
                        StepKind::Armed,
                        StepKind::Lost,
                        StepKind::Refused,
                        StepKind::Stopped,
                        StepKind::CallEnded,
                    ];
                    if over.map(Occurrence::Step).contains(&happening.what) {
                        self.monitor = None;
                    }
                }
                Effect::ReadOwn => self.read_again = true,
                Effect::KeepSpelling(_)
                | Effect::ReadSessions(_)
                | Effect::ReadTranscript(_)
                | Effect::ReadAgentSessions { .. }
                | Effect::Arrived(_) => {}
            }
        }
    }

    /// Invariant 4, the capabilities rule; and one request to monitor at a time.
    fn sends(&mut self, ticket: Ticket, operation: Operation) {
        assert!(self.tickets.insert(ticket), "a ticket is used once");
        assert!(self.live, "nothing is sent behind a broken link: {operation:?}");
        let name = operation.name();
        let act = match name {
            "ListenIn" | "SwitchToListenIn" => Some(Act::ListenIn),
            "Coach" => Some(Act::Coach),
            "BargeIn" | "SwitchToBargeIn" => Some(Act::BargeIn),
            _ => None,
        };
        assert!(
            act.is_none_or(|act| is_permitted(&self.rules.voice, act)),
            "{name} is forbidden by {:?}",
            self.rules.voice
        );
        let listed = match &operation {
            Operation::Monitor { .. } | Operation::CancelSupervisorMonitoring { .. } => self
                .device
                .as_ref()
                .and_then(|device| device.capabilities.as_ref()),
            Operation::Call { call, .. } => self
                .calls
                .get(call.as_str())
                .and_then(|call| call.capabilities.as_ref()),
            _ => None,
        };
        assert!(
            listed.is_none_or(|list| list.lists(name)),
            "{name} is not offered by {listed:?}"
        );
        if let Operation::Monitor { .. } = operation {
            assert!(self.kept.is_some(), "asked before it was kept");
            self.unheard = Some((ticket, self.now));
            assert_eq!(
                self.monitor.replace(ticket),
                None,
                "two requests to monitor in flight"
            );
        }
        if let Operation::Call { call, act } = &operation {
            match act {
                gws::CallAct::SwitchToBargeIn => self.barging = Some((call.to_string(), ticket, self.now)),
                gws::CallAct::SwitchToListenIn => self.barging = None,
                _ => {}
            }
        }
        self.open.push((ticket, operation));
    }

    /// What must hold after anything.
    pub(crate) fn check(&self) {
        let view = self.desk.view(self.now);
        self.check_no_overclaim(&view);
        self.check_audience(&view);
        self.check_drift(&view);
        assert!(view.coaching.steps.len() <= 12);
        let waiting = matches!(view.coaching.phase, Phase::Requested | Phase::Stopping);
        assert!(
            !waiting || self.wake.is_some(),
            "{:?} waits for ever",
            view.coaching.phase
        );
    }

    /// A line of drift says that something does not hold; then it must not.
    fn check_drift(&self, view: &View) {
        let lost = view.drift.iter().filter(|line| line.state == DriftState::Drifted);
        for line in lost {
            let coaching = &view.coaching;
            let same = coaching.agent_id.as_ref() == Some(&line.line.agent_id);
            let holds = matches!(coaching.phase, Phase::Armed | Phase::Offered | Phase::Live);
            assert!(!(self.live && same && holds), "{line:?} beside {coaching:?}");
        }
        let wanted = view.drift.iter().map(|line| &line.line.agent_id).next();
        assert!(
            wanted.is_none() || wanted == self.kept.as_ref(),
            "drift that is not on disk"
        );
    }

    /// Invariant 2: never more than the server's last word.
    fn check_no_overclaim(&self, view: &View) {
        let monitored = self
            .device
            .as_ref()
            .is_some_and(|device| device.monitoring.is_some());
        let call = view.coaching.call_id.as_ref().and_then(|id| self.calls.get(id));
        match view.coaching.phase {
            Phase::Armed => assert!(monitored, "armed without the phone's word"),
            Phase::Offered => {
                assert!(
                    call.is_some_and(|call| call.state == CallState::Ringing),
                    "rings without a call"
                );
            }
            Phase::Live => {
                assert!(
                    call.is_some_and(|call| call.state != CallState::Ringing),
                    "live without a call"
                );
            }
            // Monitoring that the server speaks of is never hidden behind an idle face.
            Phase::Idle | Phase::Refused | Phase::Lost => {
                assert!(!monitored, "monitored, but {:?}", view.coaching.phase);
            }
            Phase::Requested | Phase::Stopping => {}
        }
    }

    /// Invariant 3: unknown is hot. Judged from the server's words alone.
    fn check_audience(&self, view: &View) {
        let audience = view.coaching.audience;
        let hot = matches!(audience, Audience::Unknown | Audience::Everyone);
        let busy = !matches!(view.coaching.phase, Phase::Idle | Phase::Refused | Phase::Lost);
        if !self.live {
            assert!(
                hot || !(busy || self.out_of_sight),
                "{audience:?} behind a broken link"
            );
            return;
        }
        let open = |call: &&Call| call.state != CallState::Ringing;
        for call in self.calls.values().filter(open) {
            assert!(hot || self.may_be_quiet(call), "{audience:?} in {call:?}");
        }
        if let Some((call, _, asked)) = &self.barging {
            let over = self.now.since(*asked) >= 10_000;
            let settled = over || !self.calls.get(call).is_some_and(|call| open(&call));
            assert!(hot || settled, "{audience:?} while barging in");
        }
    }

    /// Whether anything the server ever said lets the supervisor be quiet in this call.
    fn may_be_quiet(&self, call: &Call) -> bool {
        let word = call.monitoring_state.as_ref().map(MonitoringKind::as_str);
        let lists = |name: &str| call.capabilities.as_ref().is_some_and(|list| list.lists(name));
        let by_word = matches!(word, Some("Coach" | "ListenIn"));
        let by_switches = word.is_none() && lists("SwitchToBargeIn");
        let by_mute = word.is_none() && call.mute == Some(Switch::On);
        let by_set_up = word.is_none() && call.capabilities.is_none() && self.was_set_up_quiet;
        !shows_barged(call) && (by_word || by_switches || by_mute || by_set_up)
    }
}

fn shows_barged(call: &Call) -> bool {
    let list = call.capabilities.as_ref();
    let one_way = list.is_some_and(|list| list.lists("SwitchToListenIn") && !list.lists("SwitchToBargeIn"));
    call.monitoring_state == Some(MonitoringKind::BargeIn) || one_way
}
