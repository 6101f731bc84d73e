//! Arming an agent, and cancelling it: the requests, and what the server's answers mean. Nothing is armed before the
//! server has taken the request, and what was asked is on disk before the request goes out.

use gws::StatusCode;
use gws::digital::{Channel, SupervisorMonitoringMode};
use gws::{DigitalOperation, DigitalOrder, Operation, UserId};

use super::armed::{Armed, Doubt};
use super::session::mode_of;
use super::{About, AboutAgent, FEATURE, Request, text, words};
use crate::desk::Desk;
use crate::fault::Fault;
use crate::input::{CallFailure, Effect, Occurrence, Ticket};
use crate::intents::Asker;
use crate::moment::Moment;
use crate::order::{Extent, Medium, WrittenOrder};
use crate::rules;
use crate::view::{ArmedPhase, DriftCause, StepKind};

impl Desk {
    /// Why no agent can be armed in any medium, if so.
    pub(super) fn written_hindrance(&self) -> Option<Fault> {
        let user = self.me.user.as_ref();
        // A server that lists no features forbids none.
        if user.is_some_and(|user| user.has_feature(FEATURE) == Some(false)) {
            return Some(words::no_feature());
        }
        self.written.service_down.then(words::service_down)
    }

    /// The order as it may go out, and the agent's name, if it can be asked for now.
    pub(crate) fn check_arm(&self, order: WrittenOrder) -> Result<(WrittenOrder, String), Fault> {
        if let Some(hindrance) = self.written_hindrance() {
            return Err(hindrance);
        }
        if !self.written.media().contains(&order.medium) {
            return Err(words::not_logged_in(order.medium));
        }
        let order = self.under_rules(order)?;
        if self.own_id().is_some_and(|own| own.as_str() == order.agent_id) {
            return Err(words::oneself());
        }
        let agent = self.roster.find(&order.agent_id).ok_or_else(words::agent_gone)?;
        let agent_name = agent.agent.name.clone();
        let known = self.written.ledger.find(&order.agent_id, order.medium);
        match known.map(|line| line.phase) {
            Some(ArmedPhase::Requested | ArmedPhase::Cancelling) => Err(words::already(
                "The server has not answered the last request yet.",
            )),
            Some(ArmedPhase::Armed) if known.is_some_and(|line| line.amounts_to(&order)) => {
                Err(words::already("This is already armed."))
            }
            _ => Ok((order, agent_name)),
        }
    }

    pub(crate) fn arm(
        &mut self,
        order: WrittenOrder,
        asker: Asker,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        let (order, agent_name) = self.check_arm(order)?;
        let known = self.written.ledger.find(&order.agent_id, order.medium);
        let lost = known.filter(|line| line.is_lost()).and_then(|line| line.lost);
        let mut by_itself = known.map(|line| line.by_itself).unwrap_or_default();
        let holds = known.filter(|line| line.may_hold()).cloned();
        let how = match asker {
            Asker::Supervisor => {
                by_itself.noted();
                StepKind::Asked
            }
            Asker::Sotto => {
                by_itself.asked(now);
                StepKind::AskedByItself
            }
        };
        let coaching = self.voice.next_number();
        let armed = Armed {
            order,
            agent_name,
            phase: ArmedPhase::Requested,
            since: now,
            asked: now,
            joined: holds.as_ref().map_or(0, |before| before.joined),
            problem: None,
            coaching,
            before: holds.map(Box::new),
            older_may_hold: false,
            lost,
            taken_back: false,
            doubt: None,
            by_itself,
        };
        self.note_armed(&armed, Occurrence::Step(how), None, now);
        let about = AboutAgent {
            coaching,
            channel: self.written.spelling.channel(armed.order.medium),
            again: false,
            asked: now,
        };
        let operation = monitor(&armed.order, about.channel);
        self.written.ledger.put(armed);
        let mut effects = Vec::new();
        self.keep_intents(&mut effects);
        effects.push(self.send(operation, Request::Arm(about)));
        Ok(effects)
    }

    /// The order as it may go out: reason and name in the form that is kept.
    fn under_rules(&self, order: WrittenOrder) -> Result<WrittenOrder, Fault> {
        let reason = rules::reason(order.reason.as_deref())?;
        self.rules
            .check(order.medium.into(), order.act, reason.as_deref())?;
        Ok(WrittenOrder {
            nickname: self.own_nickname(order.nickname.as_deref())?,
            reason,
            ..order
        })
    }

    /// The name agent and customer see: the organisation's, the one that was chosen, or none.
    pub(super) fn own_nickname(&self, asked: Option<&str>) -> Result<Option<String>, Fault> {
        let asked = asked.map(text::nickname).transpose()?;
        let name = self.rules.nickname(asked, self.me.user.as_ref())?;
        name.as_deref().map(text::nickname).transpose()
    }

    pub(crate) fn disarm(
        &mut self,
        agent: &str,
        medium: Medium,
        leave: bool,
        now: Moment,
    ) -> Result<Vec<Effect>, Fault> {
        let channel = self.written.spelling.channel(medium);
        let nothing = || words::already("There is nothing to cancel.");
        let line = self.written.ledger.find_mut(agent, medium).ok_or_else(nothing)?;
        match line.phase {
            ArmedPhase::Armed | ArmedPhase::Unclear => {}
            ArmedPhase::Requested | ArmedPhase::Cancelling => {
                return Err(words::already(
                    "The server has not answered the last request yet.",
                ));
            }
            ArmedPhase::Refused | ArmedPhase::Lost => return Err(nothing()),
        }
        let unclear = line.phase == ArmedPhase::Unclear;
        let cause = line.lost;
        let problem = line.problem.take().filter(|_| unclear);
        line.doubt = problem.map(|why| Doubt { why, cause });
        line.enter(ArmedPhase::Cancelling, now);
        // Signing out takes nothing back: what is cancelled then is offered at the next sign-in.
        line.taken_back |= !self.leaving;
        let about = AboutAgent {
            coaching: line.coaching,
            channel,
            again: false,
            asked: now,
        };
        let line = line.clone();
        self.note_armed(&line, Occurrence::Step(StepKind::StopAsked), None, now);
        let mut effects = Vec::new();
        self.keep_intents(&mut effects);
        let agent = UserId::from(agent);
        let operation = DigitalOperation::CancelMonitoring { agent, channel };
        effects.push(self.send(operation, Request::Cancel(about)));
        if leave {
            self.leave_sessions_of(&line.order.agent_id, medium, &mut effects, now);
        }
        Ok(effects)
    }

    /// Takes a line off the list that stands for nothing on the server.
    pub(crate) fn forget(&mut self, agent: &str, medium: Medium) -> Result<Vec<Effect>, Fault> {
        let Some(line) = self.written.ledger.find(agent, medium) else {
            return Ok(Vec::new());
        };
        if line.may_bring() {
            return Err(words::already("This may be armed: cancel it instead."));
        }
        let coaching = line.coaching;
        self.written.ledger.remove(coaching);
        let mut effects = Vec::new();
        self.keep_intents(&mut effects);
        Ok(effects)
    }

    pub(super) fn arm_replied(
        &mut self,
        about: &AboutAgent,
        outcome: &Result<(), CallFailure>,
        effects: &mut Vec<Effect>,
        now: Moment,
    ) {
        let took = Some(now.since(about.asked));
        self.heed_spelling(about.channel, outcome, effects);
        let Some(line) = self.written.ledger.of(about.coaching) else {
            return;
        };
        match outcome {
            Ok(()) => {
                let replaced = line.before.take().is_some() | std::mem::take(&mut line.older_may_hold);
                line.problem = None;
                line.lost = None;
                if line.phase == ArmedPhase::Requested {
                    line.enter(ArmedPhase::Armed, now);
                    if let Some(why) = line.doubt.take() {
                        line.doubt(why, now);
                    }
                }
                let line = line.clone();
                if replaced {
                    let order = &line.order;
                    self.written.ledger.has_ended(&order.agent_id, order.medium, now);
                }
                self.note_armed(&line, Occurrence::Step(StepKind::Accepted), took, now);
            }
            Err(CallFailure::Unanswered(_)) if line.phase != ArmedPhase::Requested => {}
            Err(failure @ CallFailure::Unanswered(_)) => {
                line.lost = None;
                line.is_unanswered(words::unclear(failure), now);
            }
            Err(failure) => {
                let order = line.order.clone();
                if let Some(channel) = self.other_channel(about, failure) {
                    let request = Request::Arm(about.tried_again(channel));
                    effects.push(self.send(monitor(&order, channel), request));
                } else {
                    self.arming_refused(about.coaching, failure, now);
                }
            }
        }
        self.keep_intents(effects);
    }

    pub(super) fn cancel_replied(
        &mut self,
        about: &AboutAgent,
        outcome: &Result<(), CallFailure>,
        effects: &mut Vec<Effect>,
        now: Moment,
    ) {
        let took = Some(now.since(about.asked));
        self.heed_spelling(about.channel, outcome, effects);
        let other = outcome
            .as_ref()
            .err()
            .and_then(|failure| self.other_channel(about, failure));
        let Some(line) = self.written.ledger.of(about.coaching) else {
            return;
        };
        match outcome {
            // A cancel of what is not active tells that it is gone (`gws/digital.md 2.2`).
            Ok(())
            | Err(CallFailure::Refused {
                status: StatusCode::InvalidForState,
                ..
            }) => {
                let line = line.clone();
                let ledger = &mut self.written.ledger;
                ledger.remove(about.coaching);
                ledger.has_ended(&line.order.agent_id, line.order.medium, now);
                if !line.taken_back {
                    self.written.parted.push(line.parted());
                }
                self.note_armed(&line, Occurrence::Step(StepKind::Stopped), took, now);
            }
            Err(failure) => {
                if let Some(channel) = other {
                    let agent = UserId::from(line.order.agent_id.as_str());
                    let operation = DigitalOperation::CancelMonitoring { agent, channel };
                    effects.push(self.send(operation, Request::Cancel(about.tried_again(channel))));
                    return;
                }
                let unanswered = matches!(failure, CallFailure::Unanswered(_));
                // What the server goes on holding is shown as wanted; what may be gone was cancelled all the same.
                line.taken_back &= unanswered;
                line.problem = Some(if unanswered {
                    words::unclear(failure)
                } else {
                    words::arming_refused(failure, &line.agent_name, line.order.medium)
                });
                if line.phase == ArmedPhase::Cancelling {
                    // Refused means unchanged; without an answer it may be gone.
                    let phase = if unanswered || line.doubt.take().is_some() {
                        ArmedPhase::Unclear
                    } else {
                        ArmedPhase::Armed
                    };
                    line.enter(phase, now);
                }
            }
        }
        self.keep_intents(effects);
    }

    /// Sends this with a new ticket.
    pub(super) fn send(&mut self, operation: DigitalOperation, request: Request) -> Effect {
        self.send_with_ticket(operation, request).1
    }

    pub(super) fn send_with_ticket(
        &mut self,
        operation: DigitalOperation,
        request: Request,
    ) -> (Ticket, Effect) {
        let ticket = self.ticket();
        self.written.open.insert(ticket, request);
        let operation = Operation::Digital(operation);
        (ticket, Effect::Call { ticket, operation })
    }

    pub(super) fn note_armed(&mut self, line: &Armed, what: Occurrence, took_ms: Option<u64>, now: Moment) {
        let about = About {
            coaching: line.coaching,
            agent_id: line.order.agent_id.clone(),
            agent_name: line.agent_name.clone(),
            medium: line.order.medium,
            act: Some(line.order.act),
            extent: line.order.extent,
            reason: line.order.reason.clone(),
        };
        let failed = what == Occurrence::Step(StepKind::Refused);
        let problem = line.problem.as_ref().filter(|_| failed);
        let happening = about.happens(what, took_ms, problem, now);
        self.written.recorded.push(happening);
    }

    fn heed_spelling(
        &mut self,
        channel: Channel,
        outcome: &Result<(), CallFailure>,
        effects: &mut Vec<Effect>,
    ) {
        if outcome.is_ok() {
            let news = self.written.spelling.worked(channel);
            effects.extend(news.map(Effect::KeepSpelling));
        }
    }

    /// The channel to try instead, where the server may only spell it in another way.
    fn other_channel(&self, about: &AboutAgent, failure: &CallFailure) -> Option<Channel> {
        let unknown = matches!(
            failure,
            CallFailure::Refused {
                status: StatusCode::NotFound,
                ..
            }
        );
        let other = self.written.spelling.instead_of(about.channel, about.again);
        other.filter(|_| unknown && self.link.is_live())
    }

    fn arming_refused(&mut self, coaching: u64, failure: &CallFailure, now: Moment) {
        let Some(line) = self.written.ledger.of(coaching) else {
            return;
        };
        let problem = words::arming_refused(failure, &line.agent_name, line.order.medium);
        line.problem = Some(problem.clone());
        let refused = line.clone();
        // Refused means unchanged: what held, or may have held, is what it was.
        if let Some(before) = line.before.take() {
            *line = Armed {
                problem: Some(problem),
                joined: line.joined,
                // What was lost and is refused now stays wanted.
                lost: before.lost.map(|_| DriftCause::Refused),
                by_itself: line.by_itself,
                ..*before
            };
        } else if line.lost.is_some() {
            line.lost = Some(DriftCause::Refused);
            line.enter(ArmedPhase::Lost, now);
        } else {
            line.enter(ArmedPhase::Refused, now);
        }
        self.note_armed(&refused, Occurrence::Step(StepKind::Refused), None, now);
    }
}

impl AboutAgent {
    fn tried_again(&self, channel: Channel) -> AboutAgent {
        AboutAgent {
            channel,
            again: true,
            ..self.clone()
        }
    }
}

fn monitor(order: &WrittenOrder, channel: Channel) -> DigitalOperation {
    DigitalOperation::Monitor {
        agent: UserId::from(order.agent_id.as_str()),
        channel,
        order: DigitalOrder {
            mode: mode_of(order.act),
            monitoring_mode: order.extent.map(|extent| match extent {
                Extent::NextChat => SupervisorMonitoringMode::NextChat,
                Extent::AllChats => SupervisorMonitoringMode::AllChats,
            }),
            nickname: order.nickname.clone(),
        },
    }
}
