//! Which session is meant: by its key, by the end of its key, or in a process that numbers them by its number. Never by
//! a guess: a text in the wrong session cannot be taken back.

use desk::view::SessionView;

use crate::failure::Failure;
use crate::mirror::Mirror;

/// Whether numbers mean sessions: only where the one who asks has seen them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// This process has shown them.
    Shown,
    /// Another process may have counted otherwise.
    Unknown,
}

/// Finds the session.
pub(crate) fn find<'a>(
    asked: &str,
    mirror: &'a Mirror,
    numbers: Numbers,
) -> Result<&'a SessionView, Failure> {
    let asked = asked.trim();
    let by_number = || asked.parse().ok().and_then(|number| mirror.numbered(number));
    let by_number = (numbers == Numbers::Shown).then(by_number).flatten();
    let named: Vec<&SessionView> = mirror
        .sessions
        .iter()
        .filter(|session| is_called(&session.key, asked))
        .collect();
    match (by_number, named.as_slice()) {
        (Some(session), _) => Ok(session),
        (None, [session]) => Ok(session),
        (None, _) => Err(Failure::SessionNotFound {
            asked: asked.to_owned(),
            there: mirror
                .sessions
                .iter()
                .map(|session| session.key.clone())
                .collect(),
        }),
    }
}

/// Whether this is the key, or its last part, which is the id the server gives.
pub(crate) fn is_called(key: &str, asked: &str) -> bool {
    key == asked || key.rsplit_once('/').is_some_and(|(_, id)| id == asked)
}

#[cfg(test)]
mod tests;
