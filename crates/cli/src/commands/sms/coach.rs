//! `sms coach`: arm agents, tell every change, take commands meanwhile, and never leave without having cancelled.
//!
//! Monitoring ends with the sign-out of whoever armed it, so this process stays. It ends when nothing it armed is left
//! and every session that came of it is over, or when it is told to: then it cancels, leaves the sessions that came
//! since it began where leaving ends nothing for the customer, and signs out.

mod ending;

use std::collections::HashSet;

use desk::fault::{Fault, FaultCode};
use desk::order::{Command, Medium, WrittenCommand, WrittenOrder};
use desk::view::{ArmedPhase, SessionView};
use tokio::sync::mpsc;
use tokio::time::Instant;

use ending::{Leaving, Reason};

use super::spoken::{self, NotUnderstood, Spoken};
use crate::arguments::{AgentChoice, WrittenPlan};
use crate::conversation::{Conversation, Happened, OFFERED_WITHIN};
use crate::events::Event;
use crate::failure::Failure;
use crate::input::{self, Typed};
use crate::mirror::{Mirror, is_open};
use crate::names;

/// What this process brought about, beside what the desk says.
#[derive(Debug)]
struct Coaching {
    medium: Medium,
    /// The agents this process armed.
    agents: Vec<String>,
    /// Those of them the desk has shown since.
    shown: HashSet<String>,
    /// The sessions that were there before: whoever joined them is somewhere else, and stays in them.
    before: HashSet<String>,
    /// When it has to end, or to have ended.
    until: Option<Instant>,
    /// It is ending.
    leaving: Option<Leaving>,
}

/// What came next.
enum Next {
    Happened(Happened),
    Typed(Typed),
    /// Nobody can type anything any more.
    InputEnded,
}

/// Arms the agents of the plan and stays until it ends.
pub(crate) async fn run(talk: &mut Conversation<'_>, plan: &WrittenPlan) -> Result<(), Failure> {
    talk.open().await?;
    talk.wait_for_agents().await?;
    let orders = orders(talk, plan)?;
    let mut typed = plan.interactive.then(input::lines);
    if !plan.interactive {
        talk.look_away_from_agents()?;
    }
    let mut coaching = Coaching::new(talk.mirror(), plan);
    for order in orders {
        if let Err(failure) = coaching.arm(talk, order).await {
            // Those who are armed already must not stay so.
            coaching.begin_to_leave(talk, Some(failure));
            break;
        }
    }
    if plan.interactive && coaching.leaving.is_none() {
        talk.output()
            .text_for_people("Type commands, one a line; `help` shows them.");
    }
    loop {
        coaching.look(talk.mirror());
        if let Some(result) = coaching.end(talk.mirror(), plan.interactive) {
            return result;
        }
        coaching.leave(talk).await;
        let next = next(talk, typed.as_mut(), coaching.until).await?;
        if matches!(next, Next::InputEnded) {
            typed = None;
        }
        let Some(why) = coaching.reason_to_leave(talk, plan, next).await? else {
            continue;
        };
        if !coaching.end_for(talk, why) {
            talk.abandon();
            return Err(Failure::WrittenStillArmed);
        }
    }
}

/// Finds every agent before anything is sent for one of them.
fn orders(talk: &Conversation<'_>, plan: &WrittenPlan) -> Result<Vec<WrittenOrder>, Failure> {
    let mut orders: Vec<WrittenOrder> = Vec::new();
    for choice in &plan.agents {
        let row = names::find(&choice.agent, talk.agents())?;
        if orders.iter().any(|order| order.agent_id == row.id) {
            return Err(Failure::Usage(format!("{} is named twice.", row.name)));
        }
        orders.push(plan.order(row.id.clone(), choice.extent));
    }
    Ok(orders)
}

async fn next(
    talk: &mut Conversation<'_>,
    typed: Option<&mut mpsc::UnboundedReceiver<Typed>>,
    until: Option<Instant>,
) -> Result<Next, Failure> {
    let line = async {
        match typed {
            Some(typed) => typed.recv().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        happened = talk.next(until) => happened.map(Next::Happened),
        line = line => Ok(line.map_or(Next::InputEnded, Next::Typed)),
    }
}

fn tell_problem(talk: &mut Conversation<'_>, failure: &Failure) {
    if let Some(trouble) = failure.trouble() {
        talk.output().tell_now(Event::Problem { trouble });
    }
}

impl Coaching {
    fn new(mirror: &Mirror, plan: &WrittenPlan) -> Coaching {
        Coaching {
            medium: plan.medium(),
            agents: Vec::new(),
            shown: HashSet::new(),
            before: mirror
                .sessions
                .iter()
                .map(|session| session.key.clone())
                .collect(),
            until: plan.timeout.map(|timeout| Instant::now() + timeout),
            leaving: None,
        }
    }

    /// Takes what came next in. Gives why this has to end, if it has to.
    async fn reason_to_leave(
        &mut self,
        talk: &mut Conversation<'_>,
        plan: &WrittenPlan,
        next: Next,
    ) -> Result<Option<Reason>, Failure> {
        let line = match next {
            Next::Happened(Happened::Changed) => return Ok(None),
            Next::Happened(Happened::ToldToStop(_)) => return Ok(Some(Reason::Interrupted)),
            Next::Happened(Happened::TimeUp) => return Ok(Some(Reason::TimeUp)),
            Next::InputEnded => return Ok(Some(Reason::Asked)),
            Next::Typed(_) if self.leaving.is_some() => return Ok(None),
            Next::Typed(line) => line,
        };
        match self.obey(talk, plan, line).await {
            Ok(reason) => Ok(reason),
            Err(Failure::Interrupted) => Ok(Some(Reason::Interrupted)),
            Err(failure) if talk.is_signed_in() => {
                tell_problem(talk, &failure);
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Arms one agent. The login of the channel is only accepted when signing in is done, so that a medium which is not
    /// offered yet is given a moment; nothing goes on the wire before it is.
    async fn arm(&mut self, talk: &mut Conversation<'_>, order: WrittenOrder) -> Result<(), Failure> {
        let until = Instant::now() + OFFERED_WITHIN;
        loop {
            let command = WrittenCommand::Arm { order: order.clone() };
            let fault = match talk.order(Command::Written { command }).await {
                Ok(()) => break,
                Err(fault) => fault,
            };
            if fault.code != FaultCode::NotOffered {
                return Err(Failure::ordering(fault));
            }
            match talk.next(Some(until)).await? {
                Happened::Changed => {}
                Happened::TimeUp => return Err(Failure::ordering(fault)),
                Happened::ToldToStop(_) => return Err(Failure::Interrupted),
            }
        }
        self.shown.remove(&order.agent_id);
        if !self.agents.contains(&order.agent_id) {
            self.agents.push(order.agent_id);
        }
        Ok(())
    }

    /// Does what a line says. Gives the reason to end where that is what it says.
    async fn obey(
        &mut self,
        talk: &mut Conversation<'_>,
        plan: &WrittenPlan,
        line: Typed,
    ) -> Result<Option<Reason>, Failure> {
        let Typed::Line(line) = line else {
            return Err(Failure::Line(NotUnderstood::Garbled));
        };
        match spoken::read(&line, plan).map_err(Failure::Line)? {
            None => {}
            Some(Spoken::Quit) => return Ok(Some(Reason::Asked)),
            Some(Spoken::Help) => talk.output().text_for_people(spoken::HELP),
            Some(Spoken::Arm(choice, reason)) => {
                self.arm_one_more(talk, &plan.because(reason), &choice).await?;
            }
            Some(Spoken::Cancel(asked)) => self.cancel(talk, asked.as_deref()).await?,
            Some(Spoken::Request(request)) => request.carry_out(talk).await?,
        }
        Ok(None)
    }

    async fn arm_one_more(
        &mut self,
        talk: &mut Conversation<'_>,
        plan: &WrittenPlan,
        choice: &AgentChoice,
    ) -> Result<(), Failure> {
        let id = names::find(&choice.agent, talk.agents())?.id.clone();
        self.arm(talk, plan.order(id, choice.extent)).await
    }

    /// Cancels for one agent, or for all who are armed.
    async fn cancel(&self, talk: &mut Conversation<'_>, asked: Option<&str>) -> Result<(), Failure> {
        let wanted = match asked {
            Some(asked) => Some(names::find(asked, talk.agents())?.id.clone()),
            None => None,
        };
        let armed = talk.mirror().armed().iter();
        let armed: Vec<String> = armed
            .filter(|armed| armed.medium == self.medium && can_be_cancelled(armed.phase))
            .map(|armed| armed.agent_id.clone())
            .filter(|id| wanted.as_ref().is_none_or(|wanted| wanted == id))
            .collect();
        if armed.is_empty() {
            talk.output().tell_now(Event::NothingArmed);
        }
        let mut outcome = Ok(());
        for agent_id in armed {
            let asked = disarm(talk, agent_id, self.medium).await;
            outcome = outcome.and(asked.map_err(Failure::ordering));
        }
        outcome
    }

    /// Notes what the desk shows of what was asked for: until it does, its silence means nothing.
    fn look(&mut self, mirror: &Mirror) {
        for id in &self.agents {
            let came = |session: &SessionView| {
                let is_agent = session.agent_id.as_deref() == Some(id);
                is_agent && !self.before.contains(&session.key)
            };
            if mirror.armed_for(id, self.medium).is_some() || mirror.sessions.iter().any(came) {
                self.shown.insert(id.clone());
            }
        }
    }

    /// The sessions that came since this began, and that the supervisor is still in.
    fn open_sessions<'a>(&'a self, mirror: &'a Mirror) -> impl Iterator<Item = &'a SessionView> {
        let is_own = |session: &&SessionView| !self.before.contains(&session.key) && is_open(session.phase);
        mirror.sessions.iter().filter(is_own)
    }

    /// Whether the desk has shown everything asked for, and nothing of it is armed any more.
    fn is_disarmed(&self, mirror: &Mirror) -> bool {
        let is_over = |id: &String| {
            let armed = mirror.armed_for(id, self.medium);
            self.shown.contains(id) && armed.is_none_or(|armed| !is_armed(armed.phase))
        };
        self.agents.iter().all(is_over)
    }
}

async fn disarm(talk: &mut Conversation<'_>, agent_id: String, medium: Medium) -> Result<(), Fault> {
    let command = WrittenCommand::Disarm {
        agent_id,
        medium,
        leave: false,
    };
    talk.order(Command::Written { command }).await
}

/// Whether the agent is armed, or may be.
fn is_armed(phase: ArmedPhase) -> bool {
    match phase {
        ArmedPhase::Requested | ArmedPhase::Armed | ArmedPhase::Cancelling | ArmedPhase::Unclear => true,
        ArmedPhase::Refused | ArmedPhase::Lost => false,
    }
}

/// Whether the agent is armed, and nobody has asked to cancel it.
fn can_be_cancelled(phase: ArmedPhase) -> bool {
    is_armed(phase) && phase != ArmedPhase::Cancelling
}

#[cfg(test)]
mod tests;
