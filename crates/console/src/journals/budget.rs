//! How often an agent may be supervised in a calendar month, and how often it was.
//!
//! A coaching counts once the supervisor was in at least one interaction; one that never came to that costs nothing. But as
//! long as it may still come to that it is held against the limit too: else two orders, given one after the other before
//! either went live, would both find the same room.

use desk::claims::{Claim, ClaimOn};
use desk::fault::{Fault, FaultCode};
use desk::moment::Moment;
use desk::order::Act;
use jiff::tz::TimeZone;
use journal::{Book, Coaching, JournalError};

use super::words;
use crate::contract::journal::AgentUsage;
use crate::policy::{Budget, OverBudget};

/// Whom an order is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whom {
    /// This agent, by id.
    Agent(String),
    /// Nobody can say who it is.
    Unknown,
    /// It names one agent and the number of another, who is called this.
    Another(String),
}

impl Whom {
    /// No id is the id of nobody.
    pub(crate) fn by_id(agent_id: Option<String>) -> Whom {
        let known = agent_id.filter(|id| !id.is_empty());
        known.map_or(Whom::Unknown, Whom::Agent)
    }
}

/// What an order would begin, or change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Aim {
    pub(crate) whom: Whom,
    /// What would be done; none where nobody can say.
    pub(crate) act: Option<Act>,
    /// What is done already, where the order changes a coaching that runs.
    pub(crate) from: Option<Act>,
    /// What it is on: it takes the place of what is asked for or armed there.
    pub(crate) on: ClaimOn,
    /// What it comes of, where it makes good what was armed.
    pub(crate) comes_of: Option<ClaimOn>,
}

impl Aim {
    /// Whether it could be over a budget that blocks. What nobody knows counts; a coaching that counts already is not
    /// counted twice.
    pub(crate) fn is_held_against(&self, budget: &Budget) -> bool {
        let counts = |act: Act| budget.acts.contains(&act);
        budget.over == OverBudget::Block && self.act.is_none_or(counts) && !self.from.is_some_and(counts)
    }

    fn replaces(&self, claim: &Held) -> bool {
        claim.on == self.on || Some(&claim.on) == self.comes_of.as_ref()
    }
}

/// A claim, under the name its coaching has in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    on: ClaimOn,
    agent_id: Option<String>,
    act: Option<Act>,
    session: Option<String>,
}

impl Held {
    /// `named` gives the name a coaching has in the journal.
    pub(crate) fn new(claim: Claim, named: impl FnOnce(u64) -> String) -> Held {
        Held {
            on: claim.on,
            agent_id: claim.agent_id,
            act: claim.act,
            session: claim.coaching.map(named),
        }
    }
}

/// What a budget that blocks has to allow: everything one order begins, and everything that may go live beside it.
#[derive(Debug, Clone)]
pub(crate) struct UnderBudget {
    pub(crate) aims: Vec<Aim>,
    pub(crate) held: Vec<Held>,
}

/// Refuses an order that is over the budget, with what is asked for and armed counted as if it had been live. Each thing
/// an order begins is counted for the next one in it.
pub(super) fn allow(
    book: &Book,
    budget: &Budget,
    asked: &UnderBudget,
    now: Moment,
) -> Result<Result<(), Fault>, JournalError> {
    let mut held = asked.held.clone();
    for aim in &asked.aims {
        let agent_id = match &aim.whom {
            Whom::Agent(agent_id) => agent_id,
            Whom::Unknown => return Ok(Err(of_nobody())),
            Whom::Another(name) => return Ok(Err(of_another(name))),
        };
        let done = counted(book, agent_id, Some(budget), now)?;
        let is_done = |session: Option<&str>| done.iter().any(|coaching| Some(&*coaching.session) == session);
        let place = held.iter().find(|claim| claim.on == aim.on);
        let session = place.and_then(|claim| claim.session.clone());
        let goes_on = aim.from.is_some() && is_done(session.as_deref());
        held.retain(|claim| !aim.replaces(claim));
        let waiting = held.iter().filter(|claim| {
            let counts = claim.act.is_none_or(|act| budget.acts.contains(&act));
            let own = claim.agent_id.as_deref() == Some(agent_id);
            own && counts && !is_done(claim.session.as_deref())
        });
        let (done, waiting) = (small(done.len()), small(waiting.count()));
        if !goes_on && done.saturating_add(waiting) >= budget.per_agent_per_month {
            return Ok(Err(spent(done, waiting, budget, aim.act)));
        }
        held.push(Held {
            on: aim.on.clone(),
            agent_id: Some(agent_id.clone()),
            act: aim.act,
            session: session.filter(|_| aim.from.is_some()),
        });
    }
    Ok(Ok(()))
}

/// What was done with one agent this month: what the budget counts, or everything where there is none.
pub(super) fn usage(
    book: &Book,
    agent_id: String,
    budget: Option<&Budget>,
    now: Moment,
) -> Result<AgentUsage, JournalError> {
    let used = book.usage(&agent_id, &acts(budget), now.0, &TimeZone::system())?;
    Ok(AgentUsage {
        agent_id,
        coachings: used.coachings,
        interactions: used.interactions,
        live_ms: used.live_ms,
        spent: budget.is_some_and(|budget| used.coachings >= budget.per_agent_per_month),
    })
}

fn counted<'a>(
    book: &'a Book,
    agent_id: &str,
    budget: Option<&Budget>,
    now: Moment,
) -> Result<Vec<&'a Coaching>, JournalError> {
    book.supervised(agent_id, &acts(budget), now.0, &TimeZone::system())
}

fn acts(budget: Option<&Budget>) -> Vec<journal::Act> {
    let counted: Vec<Act> = budget.map_or_else(Vec::new, |budget| budget.acts.iter().copied().collect());
    words::acts(&counted)
}

/// What to say where it is spent.
fn spent(done: u32, waiting: u32, budget: &Budget, act: Option<Act>) -> Fault {
    let times = |count: u32| match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let doing = match act {
        Some(Act::ListenIn) => "listen to",
        Some(Act::Coach) => "coach",
        Some(Act::BargeIn) => "barge in on",
        None => "join",
    };
    let (count, hint) = match (done, waiting) {
        (_, 0) => (
            format!("it was done {}", times(done)),
            "The count begins anew on the first of the month.",
        ),
        (0, _) => (
            format!("it is asked for {} already", times(waiting)),
            "Stop what is armed, or wait until it has been.",
        ),
        _ => (
            format!(
                "it was done {} and is asked for {} more",
                times(done),
                times(waiting)
            ),
            "Stop what is armed, or wait for the first of the month.",
        ),
    };
    let allowed = budget.per_agent_per_month;
    let message = format!(
        "You cannot {doing} this agent any more this month: {count}, and your organisation allows {allowed}."
    );
    Fault::new(FaultCode::BudgetSpent, message).with_hint(hint)
}

/// What to say where it cannot be counted. Whoever set up a limit meant it to hold.
pub(super) fn uncounted() -> Fault {
    let message = "Your organisation limits how often an agent is supervised, and that cannot be counted now: the journal \
                   does not have everything that happened.";
    Fault::new(FaultCode::JournalNotRead, message).with_hint(
        "Close any other Sotto on this computer and see that the disk has room. Sotto tries again by itself.",
    )
}

/// What to say where nobody knows whose budget it is.
fn of_nobody() -> Fault {
    let message =
        "Your organisation limits how often an agent is supervised, and which agent this is cannot be told.";
    Fault::new(FaultCode::BudgetSpent, message)
        .with_hint("Wait until the agent's name is shown, and try again.")
}

/// What to say where the number is somebody else's: it would be written down, and counted, as the wrong agent.
fn of_another(name: &str) -> Fault {
    let message = format!(
        "This is the number of {name}, and your organisation limits how often each agent is supervised."
    );
    Fault::new(FaultCode::BudgetSpent, message).with_hint(format!("Choose {name} instead."))
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
