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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use bytes::Bytes;
    use serde_json::{Value, json};
    use url::Url;

    use super::*;
    use crate::secret::Secret;
    use crate::wire::{BoxFuture, Wire, WireError};

    type Answer = Box<dyn Fn(&BTreeMap<String, String>) -> Result<Value, WireError> + Send + Sync>;

    /// A server with one transcript and its own idea of pages.
    struct Pages {
        answer: Answer,
        asked: Mutex<usize>,
    }

    impl Wire for Pages {
        fn exchange(
            &self,
            request: http::Request<Bytes>,
            _within: Duration,
        ) -> BoxFuture<'_, Result<http::Response<Bytes>, WireError>> {
            *self.asked.lock().unwrap() += 1;
            let query = request.uri().query().unwrap_or_default();
            let asked = url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect();
            let answer = (self.answer)(&asked);
            Box::pin(async move { answer.map(|body| http::Response::new(Bytes::from(body.to_string()))) })
        }
    }

    async fn read(
        answer: impl Fn(&BTreeMap<String, String>) -> Result<Value, WireError> + Send + Sync + 'static,
    ) -> (Result<Vec<Option<u64>>, SessionError>, usize) {
        let pages = Arc::new(Pages {
            answer: Box::new(answer),
            asked: Mutex::new(0),
        });
        let wire: Arc<dyn Wire> = Arc::<Pages>::clone(&pages);
        let base = Url::parse("http://127.0.0.1/api/v2").expect("an address");
        let session = Session::new(wire, base, "sam".to_owned(), Secret::new(String::new()));
        let messages = whole(&session, &SessionAddress::sms("S1")).await;
        let indices = messages.map(|list| list.into_iter().map(|message| message.index).collect());
        let asked = *pages.asked.lock().unwrap();
        (indices, asked)
    }

    fn start(asked: &BTreeMap<String, String>) -> Option<u64> {
        asked
            .get("startIndex")
            .map(|text| text.parse().expect("a number"))
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is an answer of the wire, as all of them"
    )]
    fn list(indices: &[u64]) -> Result<Value, WireError> {
        let messages: Vec<Value> = indices
            .iter()
            .map(|index| json!({ "index": index, "type": "Text", "text": "x" }))
            .collect();
        Ok(json!({ "statusCode": 0, "messages": messages }))
    }

    /// Every index up to twelve but these: the numbers of a server have gaps.
    const ALL: [u64; 9] = [1, 2, 3, 6, 7, 8, 9, 11, 12];

    fn wanted() -> Vec<Option<u64>> {
        ALL.map(Some).to_vec()
    }

    #[tokio::test]
    async fn a_server_without_pages_is_asked_once_more_and_believed() {
        assert_eq!(read(|_| list(&ALL)).await, (Ok(wanted()), 2));
        let refuses = |asked: &BTreeMap<String, String>| match start(asked) {
            None => list(&ALL),
            Some(_) => Ok(json!({ "statusCode": 2, "statusMessage": "startIndex is out of range" })),
        };
        assert_eq!(read(refuses).await, (Ok(wanted()), 2));
    }

    #[tokio::test]
    async fn pages_are_read_to_the_end_wherever_they_begin() {
        let first_of = |from: u64| {
            let rest: Vec<u64> = ALL.into_iter().filter(|index| *index >= from).take(2).collect();
            list(&rest)
        };
        let from_the_beginning = move |asked: &BTreeMap<String, String>| first_of(start(asked).unwrap_or(1));
        assert_eq!(read(from_the_beginning).await.0, Ok(wanted()));
        let the_newest_first = move |asked: &BTreeMap<String, String>| match start(asked) {
            None => list(&[9, 11, 12]),
            Some(from) => first_of(from),
        };
        assert_eq!(read(the_newest_first).await.0, Ok(wanted()));
    }

    #[tokio::test]
    async fn a_transcript_that_never_ends_is_left_in_the_end() {
        let endless = |asked: &BTreeMap<String, String>| list(&[start(asked).unwrap_or(1)]);
        let (messages, asked) = read(endless).await;
        assert_eq!((messages.expect("read").len(), asked), (PAGES, PAGES));
    }

    #[tokio::test]
    async fn messages_without_a_number_stay_where_they_were() {
        let odd = |_: &BTreeMap<String, String>| {
            Ok(json!({ "statusCode": 0, "messages": [
                { "index": 2, "type": "Text" }, { "type": "Notice" }, { "index": 1, "type": "Text" }
            ] }))
        };
        assert_eq!(read(odd).await.0, Ok(vec![Some(1), Some(2), None]));
    }

    #[tokio::test]
    async fn half_a_transcript_is_none() {
        let breaks = |asked: &BTreeMap<String, String>| match start(asked) {
            None => list(&[1, 2]),
            Some(_) => Err(WireError::Broken("the cable is cut".to_owned())),
        };
        assert!(read(breaks).await.0.is_err());
    }
}
