//! Texts: a whisper, which agents read, or a public text, which everyone does; never the one for the other.

use desk::fault::{Fault, FaultCode};
use desk::order::{Readership, WrittenCommand};
use desk::view::{LineKind, LineView, UnsentState};

use super::{SHOWN_WITHIN, find, gone, not_confirmed, order};
use crate::conversation::Conversation;
use crate::events::{Event, TextState};
use crate::failure::Failure;
use crate::mirror::{Mirror, is_open};

/// How far a text is, and whether the desk has shown it at all.
#[derive(Debug, Default)]
struct OnItsWay {
    /// The lines of the session before it was sent.
    known: Vec<u32>,
    last: Option<UnsentState>,
}

/// How a text ended.
#[derive(Debug, Clone, PartialEq)]
enum Sent {
    Shown,
    Failed(Fault),
    Gone,
}

impl OnItsWay {
    fn look(
        &mut self,
        mirror: &Mirror,
        key: &str,
        text_id: &str,
        text: &str,
        kind: LineKind,
    ) -> Option<Sent> {
        let Some(session) = mirror.session(key) else {
            return Some(Sent::Gone);
        };
        if let Some(unsent) = session.unsent.iter().find(|unsent| unsent.send_id == text_id) {
            self.last = Some(unsent.state);
            let refused = || Fault::new(FaultCode::Refused, "The text was not sent.");
            return (unsent.state == UnsentState::Failed)
                .then(|| Sent::Failed(unsent.problem.clone().unwrap_or_else(refused)));
        }
        // It may have come and gone between two looks. Then its line is there.
        let is_it = |line: &LineView| {
            line.kind == kind && line.text.trim() == text.trim() && !self.known.contains(&line.id)
        };
        if self.last.is_some() || session.last.iter().any(is_it) {
            return Some(Sent::Shown);
        }
        (!is_open(session.phase)).then_some(Sent::Gone)
    }
}

/// Writes a text that exactly these are to read. Who reads now is looked at here, and goes with the text, so that the
/// desk looks again before anything goes on the wire.
pub(super) async fn write(
    talk: &mut Conversation<'_>,
    asked: &str,
    text: &str,
    readers: Readership,
) -> Result<(), Failure> {
    let session = find(talk, asked)?;
    let key = session.key;
    if !is_open(session.phase) {
        return Err(gone(talk.mirror().session(&key)));
    }
    if session.readership != readers {
        return Err(Failure::OtherReaders {
            wanted: readers,
            found: session.readership,
        });
    }
    let to_everyone = readers == Readership::Everyone;
    let text_id = talk.new_text_id();
    let command = command_to_write(key.clone(), text.to_owned(), readers, text_id.clone());
    let mut way = OnItsWay {
        known: session.last.iter().map(|line| line.id).collect(),
        last: None,
    };
    order(talk, command).await?;
    let kind = if to_everyone {
        LineKind::OwnPublic
    } else {
        LineKind::OwnWhisper
    };
    let look = |mirror: &Mirror| way.look(mirror, &key, &text_id, text, kind);
    let sent = talk.wait_until(SHOWN_WITHIN, look).await?;
    let (state, failure) = match sent {
        Some(Sent::Shown) => (TextState::Shown, None),
        Some(Sent::Failed(fault)) => (TextState::Failed, Some(Failure::ordering(fault))),
        Some(Sent::Gone) => (TextState::Unclear, Some(gone(talk.mirror().session(&key)))),
        None if way.last == Some(UnsentState::Taken) => (TextState::Taken, None),
        None => (
            TextState::Unclear,
            Some(not_confirmed("It is not known whether the text was sent.")),
        ),
    };
    let name = talk.mirror().name_of(&key);
    talk.output().tell_now(Event::SessionText {
        name,
        text_id: text_id.clone(),
        to_everyone,
        state,
        trouble: failure.as_ref().and_then(Failure::trouble),
    });
    if state == TextState::Failed {
        // Nobody can send it again from here, so it need not stay. If that cannot be done it does no harm.
        let drop = WrittenCommand::DropUnsent {
            session: key,
            send_id: text_id,
        };
        let _ = order(talk, drop).await;
    }
    failure.map_or(Ok(()), Err)
}

/// A whisper and a public text are two commands, made in two branches that name whom they are for.
fn command_to_write(session: String, text: String, seen: Readership, send_id: String) -> WrittenCommand {
    if seen == Readership::Everyone {
        WrittenCommand::SendToEveryone {
            session,
            text,
            seen,
            send_id,
        }
    } else {
        WrittenCommand::Whisper {
            session,
            text,
            seen,
            send_id,
        }
    }
}

#[cfg(test)]
mod tests;
