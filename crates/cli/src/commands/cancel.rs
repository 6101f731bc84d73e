//! `cancel`: whatever is armed for this user, from wherever it was armed, is stopped and the end waited for.

use desk::fault::FaultCode;
use desk::order::Command;
use desk::view::Phase;
use tokio::time::Instant;

use super::supervise::STOP_WITHIN;
use crate::conversation::{Conversation, Happened};
use crate::events::Event;
use crate::failure::Failure;

/// Cancels, and waits until the server has confirmed it.
pub(crate) async fn run(talk: &mut Conversation<'_>) -> Result<(), Failure> {
    talk.open().await?;
    if !talk.mirror().is_busy() {
        talk.output().tell_now(Event::NothingArmed);
        return Ok(());
    }
    match talk.order(Command::Stop).await {
        Ok(()) => {}
        // It has ended, or is ending, already: then its end is what to wait for.
        Err(fault) if fault.code == FaultCode::AlreadyAsked => {}
        Err(fault) => return Err(Failure::ordering(fault)),
    }
    let until = Instant::now() + STOP_WITHIN;
    while talk.mirror().is_busy() {
        if talk.next(Some(until)).await? != Happened::Changed {
            talk.abandon();
            return Err(Failure::StillArmed);
        }
    }
    match talk.mirror().phase() {
        Phase::Idle => Ok(()),
        _ => Err(Failure::StillArmed),
    }
}
