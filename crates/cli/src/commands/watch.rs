//! `watch`: everything that changes, until interrupted. It never stops what is armed.

use crate::conversation::{Conversation, Happened};
use crate::failure::Failure;

/// Tells until told to stop, which is how it is meant to end.
pub(crate) async fn run(talk: &mut Conversation<'_>) -> Result<(), Failure> {
    talk.open().await?;
    loop {
        if let Happened::ToldToStop(_) = talk.next(None).await? {
            return Ok(());
        }
    }
}
