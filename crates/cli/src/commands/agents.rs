//! `agents`: who can be coached.

use crate::conversation::Conversation;
use crate::events::{Agent, Event};
use crate::failure::Failure;
use crate::human;

/// Shows every agent, then how many there are.
pub(crate) async fn run(talk: &mut Conversation<'_>) -> Result<(), Failure> {
    talk.open().await?;
    talk.wait_for_agents().await?;
    let agents: Vec<Agent> = talk.agents().iter().map(Agent::from).collect();
    let coachable = agents.iter().filter(|agent| agent.can_be_coached).count();
    let floor = Event::Floor {
        agents: count(agents.len()),
        can_be_coached: Some(count(coachable)),
        source: talk.mirror().floor.as_ref().and_then(|floor| floor.source),
        trouble: None,
    };
    let output = talk.output();
    if output.is_json() {
        for agent in agents {
            output.tell_now(Event::Agent { agent });
        }
    } else if !agents.is_empty() {
        output.text(&human::table(&agents));
    }
    output.tell_now(floor);
    Ok(())
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
