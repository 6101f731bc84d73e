//! Reading the written sessions of the server: lists of them, and whole transcripts.
//!
//! How a server divides a long transcript into pages is not documented (`gws/digital.md 2.7`), so nothing is taken for
//! granted: it is asked for more until it has nothing more to say, and a message is known by its index alone.

use std::collections::BTreeSet;

use gws::digital::{Medium, Message, SessionAddress};
use gws::{Query, UserId};

use crate::session::{ANSWER_WITHIN, Session, SessionError};

/// So many pages of one transcript are read at most.
const PAGES: usize = 200;

/// The own sessions of one medium.
pub(crate) async fn own_sessions(
    session: &Session,
    medium: Medium,
) -> Result<Vec<gws::digital::Session>, SessionError> {
    sessions(session, &Query::MySessions(medium), medium).await
}

/// The sessions an agent is in.
pub(crate) async fn agent_sessions(
    session: &Session,
    user: UserId,
    medium: Medium,
) -> Result<Vec<gws::digital::Session>, SessionError> {
    sessions(session, &Query::UserSessions { user, medium }, medium).await
}

async fn sessions(
    session: &Session,
    query: &Query,
    medium: Medium,
) -> Result<Vec<gws::digital::Session>, SessionError> {
    let answered = session.read(query, ANSWER_WITHIN).await?;
    Ok(answered.reply.sessions(medium)?.value)
}

/// Everything that was written in a session, in the server's order.
pub(crate) async fn whole(session: &Session, address: &SessionAddress) -> Result<Vec<Message>, SessionError> {
    let mut known = Known::default();
    known.take_in(page(session, address, None).await?);
    let mut from = known.first_gap();
    for _ in 1..PAGES {
        let Some(index) = from else { break };
        // A server that does not know pages may refuse to be asked for one: what it has said is all there is.
        let more = match page(session, address, Some(index)).await {
            Ok(more) => more,
            Err(SessionError::Reply(_)) => break,
            Err(lost) => return Err(lost),
        };
        from = match known.take_in(more) {
            Some(last) => last.checked_add(1),
            None => known.beyond().filter(|beyond| *beyond > index),
        };
    }
    Ok(known.in_order())
}

async fn page(
    session: &Session,
    address: &SessionAddress,
    start_index: Option<u64>,
) -> Result<Vec<Message>, SessionError> {
    let query = Query::Messages {
        session: address.clone(),
        start_index,
        count: None,
    };
    let answered = session.read(&query, ANSWER_WITHIN).await?;
    Ok(answered.reply.messages()?.value)
}

/// What has been read of a transcript.
#[derive(Default)]
struct Known {
    indices: BTreeSet<u64>,
    messages: Vec<Message>,
}

impl Known {
    /// Takes what is new of a page. Gives the last index of a page with something new in it.
    fn take_in(&mut self, page: Vec<Message>) -> Option<u64> {
        let is_first = self.messages.is_empty();
        let last = page.iter().filter_map(|message| message.index).max();
        let before = self.indices.len();
        for message in page {
            // Without an index a message cannot be told from its repetition on another page.
            let is_new = message.index.map_or(is_first, |index| self.indices.insert(index));
            if is_new {
                self.messages.push(message);
            }
        }
        last.filter(|_| self.indices.len() > before)
    }

    /// Where to go on: at the beginning, if the server began with something later; else behind what is known.
    fn first_gap(&self) -> Option<u64> {
        match self.indices.first() {
            Some(first) if *first > 1 => Some(1),
            _ => self.beyond(),
        }
    }

    fn beyond(&self) -> Option<u64> {
        self.indices.last()?.checked_add(1)
    }

    /// By index; a message without one stays behind the one it came after.
    fn in_order(self) -> Vec<Message> {
        let mut at = 0;
        let mut placed: Vec<(u64, Message)> = Vec::with_capacity(self.messages.len());
        for message in self.messages {
            at = message.index.unwrap_or(at);
            placed.push((at, message));
        }
        placed.sort_by_key(|(index, _)| *index);
        placed.into_iter().map(|(_, message)| message).collect()
    }
}
