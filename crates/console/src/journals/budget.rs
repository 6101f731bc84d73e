//! How often an agent may be supervised in a calendar month, and how often it was.
//!
//! A coaching counts once the supervisor was in at least one interaction; one that never came to that costs nothing. A
//! number without an agent has no budget: nobody knows whose it is.

use desk::fault::{Fault, FaultCode};
use desk::moment::Moment;
use desk::order::Act;
use jiff::tz::TimeZone;
use journal::{Book, JournalError};

use super::words;
use crate::contract::journal::AgentUsage;
use crate::policy::{Budget, OverBudget};

/// Whom an order is aimed at, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Aim {
    /// The agent, by id; none where nobody can say which agent it is.
    pub(crate) agent_id: Option<String>,
    /// What would be done.
    pub(crate) act: Act,
    /// What is done already, where the order changes a coaching that runs.
    pub(crate) from: Option<Act>,
}

/// Whether the order could be over a budget that blocks. A coaching that counts already is not counted twice.
pub(super) fn blocks(budget: &Budget, aim: &Aim) -> bool {
    budget.over == OverBudget::Block
        && aim.agent_id.as_deref() != Some("")
        && budget.acts.contains(&aim.act)
        && !aim.from.is_some_and(|act| budget.acts.contains(&act))
}

/// What was done with one agent this month: what the budget counts, or everything where there is none.
pub(super) fn usage(
    book: &Book,
    agent_id: String,
    budget: Option<&Budget>,
    now: Moment,
) -> Result<AgentUsage, JournalError> {
    let counted: Vec<Act> = budget.map_or_else(Vec::new, |budget| budget.acts.iter().copied().collect());
    let used = book.usage(&agent_id, &words::acts(&counted), now.0, &TimeZone::system())?;
    Ok(AgentUsage {
        agent_id,
        coachings: used.coachings,
        interactions: used.interactions,
        live_ms: used.live_ms,
        spent: budget.is_some_and(|budget| used.coachings >= budget.per_agent_per_month),
    })
}

/// What to say where it is spent.
pub(super) fn spent(used: &AgentUsage, budget: &Budget, aim: &Aim) -> Fault {
    let times = |count: u32| match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let done = match aim.act {
        Act::ListenIn => "listen to",
        Act::Coach => "coach",
        Act::BargeIn => "barge in on",
    };
    let message = format!(
        "You cannot {done} this agent any more this month: it was done {}, and your organisation allows {}.",
        times(used.coachings),
        budget.per_agent_per_month
    );
    Fault::new(FaultCode::BudgetSpent, message).with_hint("The count begins anew on the first of the month.")
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
pub(super) fn of_nobody() -> Fault {
    let message =
        "Your organisation limits how often an agent is supervised, and which agent this is cannot be told.";
    Fault::new(FaultCode::BudgetSpent, message)
        .with_hint("Wait until the agent's name is shown, and try again.")
}
