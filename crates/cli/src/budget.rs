//! What the organisation wants to know of what is done on the command line: it is written into the same journal as the
//! window's, where a budget counts it, and a budget that only warns is told.

use console::policy::{Budget, OverBudget, Policy};
use console::{Console, JournalPlace};
use desk::fault::{Fault, FaultCode};
use desk::order::{Command, WrittenCommand};

use crate::commands::journal;
use crate::failure::Failure;

/// Where to write down what is done: nowhere, unless there is a budget that has to be counted or a reason that was demanded.
pub(crate) fn journal_place(policy: &Policy) -> Result<JournalPlace, Failure> {
    if policy.budget.is_none() && policy.reasons.is_none() {
        return Ok(JournalPlace::Memory);
    }
    // Whoever demands that it is written down does not mean a memory that ends with this process.
    let file = journal::of_app().ok_or(Failure::NoJournal)?;
    if let Some(folder) = file.parent() {
        // If it cannot be made, the journal cannot be opened, and that is said.
        let _ = std::fs::create_dir_all(folder);
    }
    Ok(JournalPlace::File(file))
}

/// What to say before this command, where it is over a budget that only warns.
pub(crate) async fn warning(console: &Console, policy: &Policy, command: &Command) -> Option<Fault> {
    let budget = policy
        .budget
        .as_ref()
        .filter(|budget| budget.over == OverBudget::Warn)?;
    let agent = counted(budget, command)?;
    let usage = console.journals().usage(vec![agent.to_owned()]).await.ok()?;
    let agent = usage.agents.into_iter().find(|agent| agent.spent)?;
    let message = format!(
        "This agent was supervised {} this month; your organisation wants no more than {}.",
        times(agent.coachings),
        budget.per_agent_per_month
    );
    Some(Fault::new(FaultCode::BudgetSpent, message))
}

fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

/// Whom the command is about, where it counts.
fn counted<'a>(budget: &Budget, command: &'a Command) -> Option<&'a str> {
    let (agent, act) = match command {
        Command::Monitor { order } => (&order.agent_id, order.act),
        Command::Written {
            command: WrittenCommand::Arm { order },
        } => (&order.agent_id, order.act),
        Command::Written {
            command: WrittenCommand::JoinNow { agent_id, act, .. },
        } => (agent_id, *act),
        _ => return None,
    };
    budget.acts.contains(&act).then_some(agent)
}
