//! The intents for written sessions: lines of the ledger. The server tells nobody who is armed (`gws/digital.md 3.5`), so a line
//! may be lost when the server's session began anew, and when Sotto was closed; only what was cancelled then is known to be.

use super::Asker;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::input::Effect;
use crate::link::Link;
use crate::moment::Moment;
use crate::order::{Extent, Medium, WrittenOrder};
use crate::rules::Channel;
use crate::view::{ArmedPhase, DriftCause, DriftLine, DriftState, DriftView};
use crate::written::{Armed, Written};

impl Written {
    fn line(&self, line: &DriftLine) -> Option<&Armed> {
        self.ledger().find(&line.agent_id, medium_of(line.channel)?)
    }

    fn line_mut(&mut self, line: &DriftLine) -> Option<&mut Armed> {
        self.ledger_mut()
            .find_mut(&line.agent_id, medium_of(line.channel)?)
    }
}

impl Armed {
    fn drift_line(&self) -> DriftLine {
        DriftLine {
            channel: self.order.medium.into(),
            agent_id: self.order.agent_id.clone(),
        }
    }

    /// Nobody saw whether its one session has been.
    fn may_be_served(&self) -> bool {
        self.order.extent == Some(Extent::NextChat)
    }
}

impl Desk {
    pub(super) fn written_drift_views(&self) -> Vec<DriftView> {
        let lines = self.written.ledger().iter();
        lines.filter_map(|line| self.written_drift_view(line)).collect()
    }

    fn written_drift_view(&self, line: &Armed) -> Option<DriftView> {
        let (state, since) = match line.by_itself.to_tell() {
            _ if line.is_lost() => (DriftState::Drifted, line.since),
            Some(at) if line.phase == ArmedPhase::Armed => (DriftState::ArmedByItself, at),
            Some(at) if line.may_bring() && !line.taken_back => (DriftState::AskedByItself, at),
            _ => return None,
        };
        let drifted = state == DriftState::Drifted;
        Some(DriftView {
            line: line.drift_line(),
            agent_name: line.agent_name.clone(),
            act: line.order.act,
            mode: None,
            scope: None,
            extent: line.order.extent,
            nickname: line.order.nickname.clone(),
            state,
            cause: drifted.then_some(line.lost.unwrap_or(DriftCause::ServerForgot)),
            since,
            asked: line.asked,
            may_be_served: drifted && line.may_be_served(),
            may_hold: drifted && line.may_hold(),
            problem: line
                .problem
                .clone()
                .filter(|_| line.lost == Some(DriftCause::Refused)),
            blocked: drifted.then(|| self.check_rearm_written(line).err()).flatten(),
        })
    }

    fn check_rearm_written(&self, line: &Armed) -> Result<(), Fault> {
        if !self.link.is_live() {
            return Err(Link::down());
        }
        self.check_arm(self.order_again(line)).map(drop)
    }

    /// The order as it was given; the name is the organisation's where it has set one since.
    fn order_again(&self, line: &Armed) -> WrittenOrder {
        let mut order = line.order.clone();
        if self.rules.nickname.is_some() {
            order.nickname = None;
        }
        order
    }

    pub(super) fn rearm_written(
        &mut self,
        line: &DriftLine,
        reason: Option<&str>,
        asker: Asker,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        let lost = self.written.line(line).filter(|line| line.is_lost());
        let mut order = self.order_again(lost.ok_or_else(super::not_lost)?);
        order.reason = reason.map(str::to_owned).or(order.reason);
        self.arm(order, asker, now)
    }

    /// What the server may hold is cancelled there too, or stays to be cancelled where there is no link.
    pub(super) fn let_written_go(&mut self, line: &DriftLine, now: Moment) -> Result<Vec<Effect>, Fault> {
        let Some(medium) = medium_of(line.channel) else {
            return Ok(Vec::new());
        };
        let linked = self.link.is_live();
        let Some(held) = self
            .written
            .line_mut(line)
            .filter(|line| line.is_lost() && line.may_hold())
        else {
            return self.forget(&line.agent_id, medium);
        };
        if linked {
            return self.disarm(&line.agent_id, medium, false, now);
        }
        held.taken_back = true;
        let mut effects = Vec::new();
        self.keep_intents(&mut effects);
        Ok(effects)
    }

    pub(super) fn written_noted(&mut self, line: &DriftLine) {
        if let Some(armed) = self.written.line_mut(line) {
            armed.by_itself.noted();
        }
    }

    /// The lines Sotto may ask for again by itself now.
    pub(super) fn written_to_rearm(&self) -> Vec<DriftLine> {
        let lines = self.written.ledger().iter();
        lines
            .filter(|line| line.is_lost() && !line.may_be_served())
            .filter(|line| line.lost != Some(DriftCause::Refused))
            .filter(|line| line.by_itself.may_ask(line.since))
            .filter(|line| self.check_rearm_written(line).is_ok())
            .map(Armed::drift_line)
            .collect()
    }
}

fn medium_of(channel: Channel) -> Option<Medium> {
    match channel {
        Channel::Voice => None,
        Channel::Sms => Some(Medium::Sms),
        Channel::Chat => Some(Medium::Chat),
    }
}
