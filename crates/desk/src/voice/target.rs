//! An order whose target has been found: what to send, and how to know it again in the server's words.

use gws::{Monitoring, MonitoringKind, MonitoringMode, MonitoringScope, ResourceUri, Target};

use crate::calls::act_of;
use crate::intents::Asker;
use crate::order::{Act, Mode, Order, Scope};
use crate::roster::Entry;

/// What a coaching begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beginning {
    pub(crate) wanted: Wanted,
    /// Who asked for it.
    pub(crate) asker: Asker,
    /// The own calls that are there already.
    pub(crate) earlier_calls: Vec<String>,
}

/// Whom to monitor, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The agent's id, where the roster knows the agent.
    pub(crate) agent_id: Option<String>,
    /// The agent's name, or the number where no name is known.
    pub(crate) agent_name: String,
    /// The agent's number, to recognise the call by.
    pub(crate) number: Option<String>,
    /// The agent's phone.
    pub(crate) device: Option<ResourceUri>,
    /// None where the server's word for it is not known.
    pub(crate) act: Option<Act>,
    pub(crate) mode: Option<Mode>,
    pub(crate) scope: Option<Scope>,
    pub(crate) phone_number: Option<String>,
    /// The order behind it, as it was given; none for a coaching that was found on the server.
    pub(crate) order: Option<Order>,
}

impl Wanted {
    /// The same, now that it is known who is at that phone.
    pub(crate) fn named(self, entry: &Entry) -> Wanted {
        Wanted {
            agent_id: Some(entry.agent.id.to_string()),
            agent_name: entry.agent.name.clone(),
            number: entry.number().map(str::to_owned),
            device: self.device.or_else(|| entry.device_uri()),
            ..self
        }
    }

    /// What goes on the wire, if there is anything to aim at.
    pub(crate) fn monitor_order(&self) -> Option<gws::MonitorOrder> {
        let target = match (&self.device, &self.phone_number, &self.number) {
            (Some(uri), chosen, _) => Target::Device {
                uri: uri.clone(),
                phone_number: chosen.clone(),
            },
            (None, Some(number), _) | (None, None, Some(number)) => Target::PhoneNumberOnly(number.clone()),
            (None, None, None) => return None,
        };
        let kind = MonitoringKind::from(self.act?.operation_name());
        Some(gws::MonitorOrder {
            kind,
            target,
            scope: self.scope.map(wire_scope),
            mode: self.mode.map(wire_mode),
        })
    }

    /// The order, to be given again: as it was given, so that the server's defaults stay the server's.
    pub(crate) fn order(&self) -> Option<Order> {
        let found = || {
            Some(Order {
                agent_id: self.agent_id.clone()?,
                act: self.act?,
                mode: self.mode,
                scope: self.scope,
                phone_number: self.phone_number.clone(),
                reason: None,
            })
        };
        self.order.clone().or_else(found)
    }

    /// The numbers by which the supervised call can be known.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &str> {
        [&self.number, &self.phone_number]
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// Whether asking for the other would change nothing. A choice left out is the server's default (`gws/core.md 5.4`).
    pub(crate) fn amounts_to(&self, other: &Wanted) -> bool {
        let choices = |wanted: &Wanted| {
            (
                wanted.act,
                wanted.mode.unwrap_or(Mode::AllCalls),
                wanted.scope.unwrap_or(Scope::Call),
            )
        };
        self.agent_id == other.agent_id
            && self.device == other.device
            && self.phone_number == other.phone_number
            && choices(self) == choices(other)
    }

    /// Whether the server's words mean this. A server that names no target cannot contradict one.
    pub(crate) fn is(&self, monitoring: &Monitoring) -> bool {
        let same_target = match (&monitoring.target, &self.device) {
            (Some(said), Some(asked)) => said == asked,
            _ => true,
        };
        same_target && self.act.is_some() && act_of(&monitoring.kind) == self.act
    }

    /// The server's word replaces the choices it names.
    pub(crate) fn update(&mut self, monitoring: &Monitoring) {
        // Whom the phone is armed for says the phone, not who is in the call by now.
        if self.agent_id.is_none() && self.device.is_none() && self.phone_number.is_none() {
            self.device.clone_from(&monitoring.target);
        }
        self.act = act_of(&monitoring.kind);
        if let Some(mode) = &monitoring.mode {
            self.mode = read_mode(mode);
        }
        if let Some(scope) = &monitoring.scope {
            self.scope = read_scope(scope);
        }
    }
}

fn wire_scope(scope: Scope) -> MonitoringScope {
    match scope {
        Scope::Agent => MonitoringScope::Agent,
        Scope::Call => MonitoringScope::Call,
    }
}

fn wire_mode(mode: Mode) -> MonitoringMode {
    match mode {
        Mode::NextCall => MonitoringMode::NextCall,
        Mode::AllCalls => MonitoringMode::AllCalls,
    }
}

fn read_mode(mode: &MonitoringMode) -> Option<Mode> {
    match mode {
        MonitoringMode::NextCall => Some(Mode::NextCall),
        MonitoringMode::AllCalls => Some(Mode::AllCalls),
        MonitoringMode::Other(_) => None,
    }
}

fn read_scope(scope: &MonitoringScope) -> Option<Scope> {
    match scope {
        MonitoringScope::Agent => Some(Scope::Agent),
        MonitoringScope::Call => Some(Scope::Call),
        MonitoringScope::Other(_) => None,
    }
}
