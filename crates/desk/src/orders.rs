//! What the supervisor wants: each command is checked against what the server offers now, and refused in words before
//! anything goes on the wire (invariant "capabilities rule").

use gws::Operation;

use crate::desk::{Desk, PendingSwitch, wire_act};
use crate::fault::{Fault, FaultCode};
use crate::input::Effect;
use crate::link::Link;
use crate::moment::Moment;
use crate::order::{Act, CallAct, Command, Order, OwnState};
use crate::view::{Phase, StateKind};
use crate::voice::Wanted;

impl Desk {
    /// The supervisor wants something. Gives what must be done for it, or why it cannot be done; then nothing changed.
    pub fn order(&mut self, command: Command, now: Moment) -> Result<Vec<Effect>, Fault> {
        if command == Command::DismissProblem {
            self.voice.dismiss(now);
            return Ok(self.finish(Vec::new()));
        }
        if !self.link.is_live() {
            return Err(Link::down());
        }
        let mut effects = match command {
            Command::Monitor { order } => self.monitor(&order, now)?,
            Command::Stop => self.stop(now)?,
            Command::CancelMonitoring => self.cancel_monitoring(now)?,
            Command::Call { call_id, act } => self.act_on_call(&call_id, act, now)?,
            Command::SetState { state } => self.set_state(state)?,
            Command::DismissProblem => Vec::new(),
        };
        self.settle(&mut effects, now);
        Ok(self.finish(effects))
    }

    /// Whether stopping would do anything.
    pub(crate) fn can_stop(&self) -> bool {
        let in_call = self.voice.call.is_some();
        self.link.is_live() && self.voice.phase() != Phase::Stopping && (self.voice.is_busy() || in_call)
    }

    /// The request to monitor, on its way.
    pub(crate) fn send_monitor(&mut self, wanted: Wanted, now: Moment) -> Option<Effect> {
        let device = self.me.device.as_ref()?.id.clone();
        let order = wanted.monitor_order()?;
        let ticket = self.ticket();
        self.voice.ask(wanted, ticket, now);
        Some(Effect::Call {
            ticket,
            operation: Operation::Monitor { device, order },
        })
    }

    /// The request to cancel, on its way.
    pub(crate) fn cancel_call(&mut self) -> Option<Effect> {
        let device = self.me.device.as_ref()?.id.clone();
        let operation = Operation::CancelSupervisorMonitoring { device };
        Some(Effect::Call {
            ticket: self.ticket(),
            operation,
        })
    }

    fn monitor(&mut self, order: &Order, now: Moment) -> Result<Vec<Effect>, Fault> {
        self.check_phone(order.act)?;
        let wanted = self.find_target(order)?;
        if self.voice.is_asking() {
            let words = "The server has not answered the last request yet.";
            return Err(Fault::new(FaultCode::AlreadyAsked, words));
        }
        match self.voice.phase() {
            Phase::Offered | Phase::Live => {
                let words = "You are in a supervised call.";
                Err(Fault::new(FaultCode::StopFirst, words).with_hint("Stop coaching first."))
            }
            Phase::Armed if self.voice.wanted() == Some(&wanted) => {
                Err(Fault::new(FaultCode::AlreadyAsked, "This is already armed."))
            }
            Phase::Armed => {
                self.check_cancel()?;
                let Some(Effect::Call { ticket, operation }) = self.cancel_call() else {
                    return Err(no_phone());
                };
                self.voice.replace(wanted, ticket, now);
                Ok(vec![Effect::Call { ticket, operation }])
            }
            _ => self
                .send_monitor(wanted, now)
                .map(|effect| vec![effect])
                .ok_or_else(no_target),
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
        let words = format!("The server does not offer {} on your phone now.", spoken(act));
        Err(Fault::new(FaultCode::NotOffered, words)
            .with_hint("It may need the supervisor role or the monitoring feature."))
    }

    fn find_target(&self, order: &Order) -> Result<Wanted, Fault> {
        let gone = || Fault::new(FaultCode::AgentGone, "This agent is not on the floor any more.");
        let entry = self.roster.find(&order.agent_id).ok_or_else(gone)?;
        let name = &entry.agent.name;
        if entry.state_kind() == StateKind::LoggedOut {
            return Err(
                Fault::new(FaultCode::AgentLoggedOut, format!("{name} is not logged in."))
                    .with_hint("Coaching can be armed once the agent has logged in."),
            );
        }
        let device = entry.agent.device.as_ref();
        let number = Some(entry.number().to_owned()).filter(|number| !number.is_empty());
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
            device: device.map(device_uri),
            number,
            act: Some(order.act),
            mode: order.mode,
            scope: order.scope,
            phone_number: chosen.map(str::to_owned),
        })
    }

    fn stop(&mut self, now: Moment) -> Result<Vec<Effect>, Fault> {
        if !self.can_stop() {
            return Err(Fault::new(FaultCode::AlreadyAsked, "There is nothing to stop."));
        }
        let mut effects = Vec::new();
        if self.voice.monitoring().is_some() && self.me.offers("CancelSupervisorMonitoring") {
            effects.extend(self.cancel_call());
        }
        let cancel = effects.iter().find_map(|effect| match effect {
            Effect::Call { ticket, .. } => Some(*ticket),
            _ => None,
        });
        effects.extend(self.leave_call());
        self.voice.stop(cancel, now);
        Ok(effects)
    }

    fn leave_call(&mut self) -> Option<Effect> {
        let own = self.calls.find(self.voice.call.as_deref()?)?;
        let offered = own
            .call
            .capabilities
            .as_ref()
            .is_none_or(|list| list.lists("Hangup"));
        let call = own.call.id.clone();
        offered.then(|| Effect::Call {
            ticket: self.ticket(),
            operation: Operation::Call {
                call,
                act: gws::CallAct::Hangup,
            },
        })
    }

    fn cancel_monitoring(&mut self, now: Moment) -> Result<Vec<Effect>, Fault> {
        if self.voice.monitoring().is_none() || self.voice.is_asking() {
            return Err(Fault::new(
                FaultCode::AlreadyAsked,
                "There is nothing to cancel now.",
            ));
        }
        self.check_cancel()?;
        let Some(Effect::Call { ticket, operation }) = self.cancel_call() else {
            return Err(no_phone());
        };
        self.voice.cancel_only(ticket, now);
        Ok(vec![Effect::Call { ticket, operation }])
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

    fn act_on_call(&mut self, call_id: &str, act: CallAct, now: Moment) -> Result<Vec<Effect>, Fault> {
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
        let to = match act {
            CallAct::SwitchToBargeIn => Some(Act::BargeIn),
            CallAct::SwitchToListenIn => Some(Act::ListenIn),
            _ => None,
        };
        if to.is_some() && self.switch.is_some() {
            return Err(Fault::new(
                FaultCode::AlreadyAsked,
                "The server has not answered the last switch yet.",
            ));
        }
        let ticket = self.ticket();
        if let Some(to) = to {
            self.voice.switched = true;
            self.switch = Some(PendingSwitch {
                ticket,
                call: call_id.to_owned(),
                to,
                asked: now,
            });
        }
        Ok(vec![Effect::Call {
            ticket,
            operation: Operation::Call {
                call: call.id,
                act: wire_act(act),
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

/// The address of an agent's phone as the server gave it, or made from the id where it gave none.
fn device_uri(device: &gws::Device) -> gws::ResourceUri {
    device
        .uri
        .clone()
        .unwrap_or_else(|| gws::ResourceUri::from(format!("/devices/{}", device.id)))
}

fn spoken(act: Act) -> &'static str {
    match act {
        Act::ListenIn => "listening in",
        Act::Coach => "coaching",
        Act::BargeIn => "barging in",
    }
}

fn no_phone() -> Fault {
    Fault::new(FaultCode::NoPhone, "You have no phone here.")
        .with_hint("Choose a place with a phone at sign-in.")
}

fn no_target() -> Fault {
    Fault::new(FaultCode::AgentNoPhone, "There is no phone to aim at.")
}
