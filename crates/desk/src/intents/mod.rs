//! Intents: what the supervisor asked for and has not taken back, beside what the server says. Where the two differ it is
//! drift: shown, and asked for again on one key, never in silence.
//!
//! * [`voice`]: the one target there can be in calls, from the order to its end; [`written`]: the lines of the ledger.
//! * [`by_itself`]: asking again without a key, where the organisation lets Sotto do that.
//!
//! An intent ends when the supervisor stops or lets it go, and when its one call or session has been. A refusal of something
//! that never was armed ends it too: nothing was lost. Signing out ends none: it is offered at the next sign-in.

mod by_itself;
mod voice;
mod written;

pub(crate) use by_itself::{ByItself, said_why};
pub(crate) use voice::VoiceIntent;

use crate::desk::Desk;
use crate::fault::{Fault, FaultCode};
use crate::input::{Effect, Intents};
use crate::moment::Moment;
use crate::rules::Channel;
use crate::view::{DriftLine, DriftState, DriftView};

/// Who asks for something again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    Supervisor,
    /// Sotto, because the organisation lets it.
    Sotto,
}

impl Desk {
    /// Everything that drifted, and what Sotto asked for again by itself; calls first.
    pub(crate) fn drift_views(&self) -> Vec<DriftView> {
        self.voice_drift_view()
            .into_iter()
            .chain(self.written_drift_views())
            .collect()
    }

    /// What this user had asked for before, on this server.
    pub(crate) fn intents_found(&mut self, intents: Intents, now: Moment) {
        if let Some(intent) = intents.voice.clone()
            && self.voice_intent.is_none()
        {
            self.voice_intent.found(intent);
        }
        self.written_intents_found(&intents.written, now);
        self.kept = intents;
    }

    /// What is wanted has to be on disk from now on, where that is something else than before.
    pub(crate) fn keep_intents(&mut self, effects: &mut Vec<Effect>) {
        let intents = Intents {
            voice: self.voice_intent.intent().cloned(),
            written: self.written.intents(),
        };
        if intents != self.kept {
            self.kept.clone_from(&intents);
            effects.push(Effect::KeepIntents(intents));
        }
    }

    /// The supervisor wants one line again.
    pub(crate) fn rearm(
        &mut self,
        line: &DriftLine,
        reason: Option<&str>,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        match line.channel {
            Channel::Voice => self.rearm_voice(&line.agent_id, reason, Asker::Supervisor, now),
            Channel::Sms | Channel::Chat => self.rearm_written(line, reason, Asker::Supervisor, now),
        }
    }

    /// The supervisor wants all of them again. What cannot be asked for now stays as it is.
    pub(crate) fn rearm_all(&mut self, reason: Option<&str>, now: Moment) -> Result<Vec<Effect>, Fault> {
        let mut effects = Vec::new();
        let mut asked = false;
        let mut hindrance = None;
        for drift in self.drift_views() {
            if drift.state != DriftState::Drifted {
                continue;
            }
            match self.rearm(&drift.line, reason, now) {
                Ok(more) => {
                    asked = true;
                    effects.extend(more);
                }
                Err(fault) => hindrance = hindrance.or(Some(fault)),
            }
        }
        match hindrance {
            Some(fault) if !asked => Err(fault),
            _ if !asked => Err(nothing_lost()),
            _ => Ok(effects),
        }
    }

    /// The supervisor does not want it any more.
    pub(crate) fn let_go(&mut self, line: &DriftLine, now: Moment) -> Result<Vec<Effect>, Fault> {
        match line.channel {
            Channel::Voice => self.let_voice_go(&line.agent_id),
            Channel::Sms | Channel::Chat => self.let_written_go(line, now),
        }
    }

    /// The supervisor has seen that Sotto asked for it again.
    pub(crate) fn noted(&mut self, line: &DriftLine) {
        match line.channel {
            Channel::Voice => self.voice_intent.noted(&line.agent_id),
            Channel::Sms | Channel::Chat => self.written_noted(line),
        }
    }

    /// Compares what is wanted with what the server says, after every input and order; asks again where that is allowed.
    pub(crate) fn look_at_intents(&mut self, effects: &mut Vec<Effect>, now: Moment) {
        self.look_at_voice_intent(effects, now);
        self.rearm_by_itself(effects, now);
        self.keep_intents(effects);
    }

    fn rearm_by_itself(&mut self, effects: &mut Vec<Effect>, now: Moment) {
        if !self.link.is_live() || self.leaving {
            return;
        }
        // What is refused here is tried no second time before something has changed; the line says why.
        if self.rules.rearm_voice
            && let Some(agent) = self.voice_to_rearm(now)
            && let Ok(asked) = self.rearm_voice(&agent, None, Asker::Sotto, now)
        {
            effects.extend(asked);
        }
        if self.rules.rearm_written {
            for line in self.written_to_rearm() {
                effects.extend(
                    self.rearm_written(&line, None, Asker::Sotto, now)
                        .unwrap_or_default(),
                );
            }
        }
    }
}

fn not_lost() -> Fault {
    Fault::new(
        FaultCode::AlreadyAsked,
        "This is not lost, so there is nothing to arm again.",
    )
}

fn nothing_lost() -> Fault {
    Fault::new(FaultCode::AlreadyAsked, "There is nothing to arm again.")
}
