//! What the supervisor wants: each command is checked against what the server offers now, and refused in words before
//! anything goes on the wire (invariant "capabilities rule").

use gws::{DeviceId, DeviceState, Operation};

use crate::desk::Desk;
use crate::fault::{Fault, FaultCode};
use crate::input::{Effect, Ticket};
use crate::intents::Asker;
use crate::link::Link;
use crate::moment::Moment;
use crate::order::{Act, CallAct, Command, Order, OwnState};
use crate::rules::{self, Channel};
use crate::switch::leads_to;
use crate::view::{Phase, StateKind};
use crate::voice::{Beginning, Wanted};

impl Desk {
    /// The supervisor wants something. Gives what must be done for it, or why it cannot be done; then nothing changed.
    pub fn order(&mut self, command: Command, now: Moment) -> Result<Vec<Effect>, Fault> {
        if command == Command::DismissProblem {
            return Ok(self.dismiss_problem(now));
        }
        if !command.needs_no_server() && !self.link.is_live() {
            return Err(Link::down());
        }
        let mut effects = match command {
            Command::Monitor { order } => self.monitor(order, Asker::Supervisor, now)?,
            Command::Stop => self.stop(now)?,
            Command::CancelMonitoring => self.cancel_monitoring(now)?,
            Command::Call { call_id, act, reason } => {
                self.act_on_call(&call_id, act, reason.as_deref(), now)?
            }
            Command::SetState { state } => self.set_state(state)?,
            Command::Written { command } => self.written_order(command, now)?,
            Command::Rearm { line, reason } => self.rearm(&line, reason.as_deref(), now)?,
            Command::RearmAll { reason } => self.rearm_all(reason.as_deref(), now)?,
            Command::LetGo { line } => self.let_go(&line, now)?,
            Command::Noted { line } => {
                self.noted(&line);
                Vec::new()
            }
            Command::OffThePhone => {
                self.off_the_phone(now);
                Vec::new()
            }
            Command::DismissProblem => Vec::new(),
        };
        self.settle(&mut effects, now);
        Ok(self.finish(effects))
    }

    /// Whether stopping would do anything.
    pub(crate) fn can_stop(&self) -> bool {
        let asked = self.voice.phase() == Phase::Stopping && !self.voice.is_overdue();
        self.link.is_live() && !asked && self.voice.is_busy()
    }

    /// The former target is gone: now the next one can be asked for, if the server still offers it.
    pub(crate) fn ask_next(&mut self, wanted: Wanted, now: Moment) -> Vec<Effect> {
        let ready = if self.link.is_live() {
            wanted.act.map_or(Ok(()), |act| self.check_phone(act))
        } else {
            Err(Link::down())
        };
        let beginning = self.beginning(wanted, Asker::Supervisor);
        match ready.and_then(|()| self.send_monitor(beginning.clone(), now)) {
            Ok(effects) => effects,
            Err(fault) => {
                self.voice.turn_down(beginning, fault, now);
                Vec::new()
            }
        }
    }

    /// What stopping still owes to the server and the server now offers.
    pub(crate) fn send_owed(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !self.link.is_live() {
            return effects;
        }
        if self.voice.owes_cancel()
            && self.check_cancel().is_ok()
            && let Ok((ticket, effect)) = self.send_cancel()
        {
            self.voice.cancel_sent(ticket);
            effects.push(effect);
        }
        if self.voice.owes_leave()
            && let Some((ticket, effect)) = self.send_hangup()
        {
            self.voice.leave_sent(ticket);
            effects.push(effect);
        }
        effects
    }

    /// Whoever puts a lost coaching away does not want it any more.
    fn dismiss_problem(&mut self, now: Moment) -> Vec<Effect> {
        if matches!(self.voice.phase(), Phase::Refused | Phase::Lost) {
            self.voice_intent.end();
        }
        self.voice.dismiss(now);
        self.written.dismiss();
        let mut effects = Vec::new();
        self.keep_intents(&mut effects);
        self.finish(effects)
    }

    /// A coaching of this target, begun now.
    fn beginning(&self, wanted: Wanted, asker: Asker) -> Beginning {
        Beginning {
            wanted,
            asker,
            earlier_calls: self.calls.ids(),
        }
    }

    fn send_monitor(&mut self, beginning: Beginning, now: Moment) -> Result<Vec<Effect>, Fault> {
        let device = self.own_device()?;
        let order = beginning.wanted.monitor_order().ok_or_else(no_target)?;
        let ticket = self.ticket();
        self.voice.ask(beginning, ticket, now);
        let operation = Operation::Monitor { device, order };
        Ok(vec![Effect::Call { ticket, operation }])
    }

    fn send_cancel(&mut self) -> Result<(Ticket, Effect), Fault> {
        let device = self.own_device()?;
        let ticket = self.ticket();
        let operation = Operation::CancelSupervisorMonitoring { device };
        Ok((ticket, Effect::Call { ticket, operation }))
    }

    fn send_hangup(&mut self) -> Option<(Ticket, Effect)> {
        let call = &self.calls.find(self.voice.coaching.call.as_deref()?)?.call;
        let act = gws::CallAct::Hangup;
        let offered = call
            .capabilities
            .as_ref()
            .is_none_or(|list| list.lists(act.name()));
        let call = call.id.clone();
        let ticket = offered.then(|| self.ticket())?;
        let operation = Operation::Call { call, act };
        Some((ticket, Effect::Call { ticket, operation }))
    }

    fn own_device(&self) -> Result<DeviceId, Fault> {
        let device = self.me.device.as_ref();
        device.map(|device| device.id.clone()).ok_or_else(no_phone)
    }

    /// What was asked is on disk before it goes out.
    pub(crate) fn monitor(&mut self, order: Order, asker: Asker, now: Moment) -> Result<Vec<Effect>, Fault> {
        let wanted = self.check_monitor(&order)?;
        let name = wanted.agent_name.clone();
        let order = wanted.order.clone().unwrap_or(order);
        let sent = if self.voice.phase() == Phase::Armed {
            self.voice.replace(wanted, now);
            Vec::new()
        } else {
            self.send_monitor(self.beginning(wanted, asker), now)?
        };
        let mut effects = self.intend(order, name, now);
        effects.extend(sent);
        Ok(effects)
    }

    /// Whether this can be asked for now.
    pub(crate) fn check_monitor(&self, order: &Order) -> Result<Wanted, Fault> {
        let reason = rules::reason(order.reason.as_deref())?;
        self.rules.check(Channel::Voice, order.act, reason.as_deref())?;
        self.check_phone(order.act)?;
        let order = Order {
            reason,
            ..order.clone()
        };
        let wanted = self.find_target(&order)?;
        if self.voice.is_asking() {
            let words = "The server has not answered the last request yet.";
            return Err(Fault::new(FaultCode::AlreadyAsked, words));
        }
        match self.voice.phase() {
            Phase::Offered | Phase::Live => {
                let words = "You are in a supervised call.";
                Err(Fault::new(FaultCode::StopFirst, words).with_hint("Stop coaching first."))
            }
            Phase::Armed if self.voice.wanted().is_some_and(|armed| armed.amounts_to(&wanted)) => {
                Err(Fault::new(FaultCode::AlreadyAsked, "This is already armed."))
            }
            Phase::Armed => self.check_cancel().map(|()| wanted),
            _ => Ok(wanted),
        }
    }

    fn check_phone(&self, act: Act) -> Result<(), Fault> {
        if self.me.device.is_none() {
            return Err(no_phone());
        }
        if !self.me.is_registered() {
            let words = "Your phone is not registered at the switch, so calls cannot reach you.";
            return Err(
                Fault::new(FaultCode::PhoneNotRegistered, words).with_hint("Check that your phone is on.")
            );
        }
        if self.me.offers(act.operation_name()) {
            return Ok(());
        }
        let words = format!(
            "The server does not offer {} on your phone now.",
            rules::spoken(act)
        );
        Err(Fault::new(FaultCode::NotOffered, words)
            .with_hint("It may need the supervisor role or the monitoring feature."))
    }

    fn find_target(&self, order: &Order) -> Result<Wanted, Fault> {
        let gone = || Fault::new(FaultCode::AgentGone, "This agent is not on the floor any more.");
        let entry = self.roster.find(&order.agent_id).ok_or_else(gone)?;
        let name = &entry.agent.name;
        let device = entry.agent.device.as_ref();
        if device.is_some_and(|device| device.state == Some(DeviceState::Inactive)) {
            let words = format!("The phone of {name} is not registered at the switch.");
            return Err(Fault::new(FaultCode::AgentNoPhone, words)
                .with_hint("Coaching can be armed once the agent has logged in."));
        }
        if entry.state_kind() == StateKind::LoggedOut {
            return Err(
                Fault::new(FaultCode::AgentLoggedOut, format!("{name} is not logged in."))
                    .with_hint("Coaching can be armed once the agent has logged in."),
            );
        }
        let number = entry.number().map(str::to_owned);
        let chosen = order
            .phone_number
            .as_deref()
            .map(str::trim)
            .filter(|number| !number.is_empty());
        if device.is_none() && number.is_none() && chosen.is_none() {
            return Err(Fault::new(
                FaultCode::AgentNoPhone,
                format!("{name} has no phone to coach on."),
            ));
        }
        Ok(Wanted {
            agent_id: Some(order.agent_id.clone()),
            agent_name: name.clone(),
            device: entry.device_uri(),
            number,
            act: Some(order.act),
            mode: order.mode,
            scope: order.scope,
            phone_number: chosen.map(str::to_owned),
            order: Some(order.clone()),
        })
    }

    /// What is to be sent for it follows when the coaching is settled: at once, or when the server offers it.
    fn stop(&mut self, now: Moment) -> Result<Vec<Effect>, Fault> {
        if !self.can_stop() {
            return Err(Fault::new(FaultCode::AlreadyAsked, "There is nothing to stop."));
        }
        self.voice.stop(now);
        Ok(self.wanted_no_more())
    }

    /// The supervisor takes back what was asked of calls.
    fn wanted_no_more(&mut self) -> Vec<Effect> {
        self.voice_intent.end();
        let mut effects = Vec::new();
        self.keep_intents(&mut effects);
        effects
    }

    fn cancel_monitoring(&mut self, now: Moment) -> Result<Vec<Effect>, Fault> {
        let nothing = self.voice.monitoring().is_none();
        if nothing || self.voice.is_asking() || self.voice.is_cancelling() {
            let words = "There is nothing to cancel now.";
            return Err(Fault::new(FaultCode::AlreadyAsked, words));
        }
        self.check_cancel()?;
        let (ticket, effect) = self.send_cancel()?;
        self.voice.cancel_only(ticket, now);
        let mut effects = self.wanted_no_more();
        effects.push(effect);
        Ok(effects)
    }

    fn check_cancel(&self) -> Result<(), Fault> {
        if self.me.offers("CancelSupervisorMonitoring") {
            return Ok(());
        }
        Err(Fault::new(
            FaultCode::NotOffered,
            "The server does not offer to cancel the monitoring now.",
        ))
    }

    fn act_on_call(
        &mut self,
        call_id: &str,
        act: CallAct,
        reason: Option<&str>,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        let reason = rules::reason(reason)?;
        let gone = || Fault::new(FaultCode::CallGone, "This call is over.");
        let call = self.calls.find(call_id).ok_or_else(gone)?.call.clone();
        if call
            .capabilities
            .as_ref()
            .is_some_and(|list| !list.lists(act.operation_name()))
        {
            let words = "The server does not offer this on the call now.";
            return Err(Fault::new(FaultCode::NotOffered, words));
        }
        let to = leads_to(act);
        let reason = reason.or_else(|| self.voice.coaching.reason.clone());
        if let Some(to) = to {
            self.rules.check(Channel::Voice, to, reason.as_deref())?;
        }
        if to.is_some() && self.is_switching() {
            return Err(Fault::new(
                FaultCode::AlreadyAsked,
                "The server has not answered the last switch yet.",
            ));
        }
        let ticket = self.ticket();
        if let Some(to) = to {
            self.voice.coaching.reason = reason;
            self.switch_asked(&call, to, ticket, now);
        }
        Ok(vec![Effect::Call {
            ticket,
            operation: Operation::Call {
                call: call.id,
                act: act.wire(),
            },
        }])
    }

    fn set_state(&mut self, state: OwnState) -> Result<Vec<Effect>, Fault> {
        let Some(device) = &self.me.device else {
            return Err(no_phone());
        };
        let operation = match state {
            OwnState::Ready => Operation::SetState {
                operation_name: "Ready".to_owned(),
            },
            OwnState::NotReady => Operation::SetState {
                operation_name: "NotReady".to_owned(),
            },
            OwnState::LogIn => Operation::StartSession {
                channels: vec!["voice".to_owned()],
                place: None,
                device_path: Some(format!("/devices/{}", device.id)),
                login_code: None,
                queue: None,
            },
        };
        Ok(vec![Effect::Call {
            ticket: self.ticket(),
            operation,
        }])
    }
}

fn no_phone() -> Fault {
    Fault::new(FaultCode::NoPhone, "You have no phone here.")
        .with_hint("Choose a place with a phone at sign-in.")
}

fn no_target() -> Fault {
    Fault::new(FaultCode::AgentNoPhone, "There is no phone to aim at.")
}
