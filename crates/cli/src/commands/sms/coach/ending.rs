//! How `sms coach` ends: by itself, or by being told to. Then everything it brought about is taken back once, the arming
//! first so that nothing new comes, and the server has only so long to confirm it.

use std::collections::HashSet;
use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::order::{Command, WrittenCommand};
use desk::view::{ArmedPhase, LeaveEffect, SessionPhase, SessionView};
use tokio::time::Instant;

use super::{Coaching, can_be_cancelled, disarm};
use crate::conversation::Conversation;
use crate::events::Event;
use crate::failure::Failure;
use crate::mirror::Mirror;

/// How long the server may take to confirm the end.
const STOP_WITHIN: Duration = Duration::from_secs(15);

/// How it is being ended.
#[derive(Debug, Default)]
pub(super) struct Leaving {
    /// Why, as the failure to end with; none where the end was asked for in so many words.
    pub(super) why: Option<Failure>,
    /// The agents that were asked to be cancelled.
    pub(super) cancelled: HashSet<String>,
    /// The sessions that were asked to be left.
    pub(super) left: HashSet<String>,
}

/// Why it is being ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// It was asked for in so many words.
    Asked,
    /// A signal, or nobody reads any more.
    Interrupted,
    /// The time given for it is over.
    TimeUp,
}

impl From<Reason> for Option<Failure> {
    fn from(reason: Reason) -> Option<Failure> {
        match reason {
            Reason::Asked => None,
            Reason::Interrupted => Some(Failure::Interrupted),
            Reason::TimeUp => Some(Failure::TimeUp),
        }
    }
}

impl Coaching {
    /// How it ended, if it did.
    pub(super) fn end(&mut self, mirror: &Mirror, interactive: bool) -> Option<Result<(), Failure>> {
        if !self.is_disarmed(mirror) {
            return None;
        }
        let Some(leaving) = &self.leaving else {
            let goes_on = interactive || self.open_sessions(mirror).next().is_some();
            return (!goes_on).then(|| self.ended_by_itself(mirror));
        };
        // A session that cannot be left safely is not waited for: the end of this process leaves it as it is.
        let waits = |session: &SessionView| leaving.left.contains(&session.key) || can_be_left(session);
        if self.open_sessions(mirror).any(waits) {
            return None;
        }
        let why = self.leaving.as_mut().and_then(|leaving| leaving.why.take());
        Some(why.map_or(Ok(()), Err))
    }

    /// Nothing is armed and no session is open: fine, unless that is because the server refused or ended it.
    fn ended_by_itself(&self, mirror: &Mirror) -> Result<(), Failure> {
        for id in &self.agents {
            let Some(armed) = mirror.armed_for(id, self.medium) else {
                continue;
            };
            let fault = |code, words: &str| armed.problem.clone().unwrap_or_else(|| Fault::new(code, words));
            match armed.phase {
                ArmedPhase::Refused => {
                    return Err(Failure::refused(fault(FaultCode::Refused, "The server refused.")));
                }
                ArmedPhase::Lost => {
                    return Err(Failure::lost(fault(
                        FaultCode::Dropped,
                        "The server has ended it.",
                    )));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Ends it for this reason. Gives whether there is still something to wait for: not if the time for it is over, or
    /// after a second interrupt. A first one may come with the end of the input, as when both come from one terminal.
    pub(super) fn end_for(&mut self, talk: &mut Conversation<'_>, why: Reason) -> bool {
        match (&mut self.leaving, why) {
            (None, why) => self.begin_to_leave(talk, why.into()),
            (Some(_), Reason::Asked) => {}
            (Some(leaving), Reason::Interrupted) if leaving.why.is_none() => {
                leaving.why = why.into();
                tell_interrupted(talk, leaving.why.as_ref());
            }
            (Some(_), Reason::Interrupted | Reason::TimeUp) => return false,
        }
        true
    }

    /// From now on it is being ended, and the server has only so long to confirm it.
    pub(super) fn begin_to_leave(&mut self, talk: &mut Conversation<'_>, why: Option<Failure>) {
        self.look(talk.mirror());
        tell_interrupted(talk, why.as_ref());
        self.until = Some(Instant::now() + STOP_WITHIN);
        self.leaving = Some(Leaving {
            why,
            ..Leaving::default()
        });
    }

    /// Asks once for the end of everything of ours that has not ended: first the arming, so that nothing new comes.
    pub(super) async fn leave(&mut self, talk: &mut Conversation<'_>) {
        let open: Vec<String> = self
            .open_sessions(talk.mirror())
            .filter(|session| can_be_left(session))
            .map(|session| session.key.clone())
            .collect();
        let Some(leaving) = &mut self.leaving else { return };
        for id in &self.agents {
            let armed = talk.mirror().armed_for(id, self.medium);
            let possible = armed.is_some_and(|armed| can_be_cancelled(armed.phase));
            // A refusal means that it is not possible yet: the next change tries again.
            if possible
                && !leaving.cancelled.contains(id)
                && disarm(talk, id.clone(), self.medium).await.is_ok()
            {
                leaving.cancelled.insert(id.clone());
            }
        }
        for session in open {
            if leaving.left.contains(&session) {
                continue;
            }
            let command = WrittenCommand::Leave {
                session: session.clone(),
                knowing: false,
            };
            if talk.order(Command::Written { command }).await.is_ok() {
                leaving.left.insert(session);
            }
        }
    }
}

fn tell_interrupted(talk: &mut Conversation<'_>, why: Option<&Failure>) {
    let by = match why {
        Some(Failure::Interrupted) => talk.told_to_stop_by(),
        Some(Failure::TimeUp) => "--timeout",
        _ => return,
    };
    let by = by.to_owned();
    talk.output().tell_now(Event::Interrupted { by });
}

/// Whether leaving is certain to end nothing for the customer. While we are on the way in, that is not known yet.
pub(super) fn can_be_left(session: &SessionView) -> bool {
    session.phase == SessionPhase::Live && session.acts.leave == LeaveEffect::GoesOn
}
