//! `sms cancel`: what another process of this user armed is taken back. The server does not say what that was, so either
//! the agents are named, or everything ends with the user's session on the server.

use std::time::Duration;

use desk::order::{Command, Medium, WrittenCommand};
use desk::view::ArmedPhase;

use crate::conversation::Conversation;
use crate::events::{Event, Target};
use crate::failure::Failure;
use crate::names;

/// How long the server may take to answer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(15);

/// Whose arming to cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Whose {
    /// The agents as given; none for everything.
    pub(crate) agents: Vec<String>,
    /// SMS or chat.
    pub(crate) medium: Medium,
}

/// Cancels, and waits for the server's answer.
pub(crate) async fn run(talk: &mut Conversation<'_>, whose: &Whose) -> Result<(), Failure> {
    talk.open().await?;
    if whose.agents.is_empty() {
        talk.sign_out_whatever_is_armed().await;
        return Ok(());
    }
    talk.stay_signed_in();
    talk.wait_for_agents().await?;
    let found: Result<Vec<Target>, Failure> = whose
        .agents
        .iter()
        .map(|asked| {
            names::find(asked, talk.agents()).map(|row| Target {
                agent_id: Some(row.id.clone()),
                agent_name: Some(row.name.clone()),
            })
        })
        .collect();
    for target in found? {
        cancel(talk, target, whose.medium).await?;
    }
    Ok(())
}

async fn cancel(talk: &mut Conversation<'_>, target: Target, medium: Medium) -> Result<(), Failure> {
    let agent_id = target.agent_id.clone().unwrap_or_default();
    let command = WrittenCommand::Disarm {
        agent_id: agent_id.clone(),
        medium,
        leave: false,
    };
    talk.order(Command::Written { command })
        .await
        .map_err(Failure::ordering)?;
    Ok(())
}
