//! What an HTTP reply amounts to: messages, or one of the ways to fail.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};

use super::incoming::{Answer, Brought, Outline};
use super::salvage;
use crate::exchange::Reply;
use crate::failure::Failure;
use crate::json::{self, Json, Look};
use crate::transport::Transport;

/// How many parts of one reply may be unreadable. Of more nobody would make sense, and telling of each would take memory without
/// bounds.
const MOST_UNREADABLE: usize = 1000;

/// The messages of a reply: the answers apart from what they bring along.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) brought: Vec<Brought>,
    pub(crate) answers: Vec<Answer>,
}

/// Sorts a reply by its status, then by its body.
pub(crate) fn read(reply: &Reply) -> Result<Received, Failure> {
    match reply.status {
        200..=299 => read_body(reply),
        403 if names_a_token(&reply.body) => Err(Failure::TokenRefused),
        // A redirect leads to a sign-in page; following it would turn the POST into a GET.
        300..=399 | 401 | 403 => Err(Failure::NotAuthenticated {
            status: Some(reply.status),
        }),
        400 => Err(Failure::BadRequest),
        404 | 405 | 410 => Err(Failure::WrongAddress { status: reply.status }),
        413 => Err(Failure::RequestTooLarge),
        407 => Err(Failure::ProxyAuthentication),
        504 => Err(Failure::GatewayTimeout {
            retry_after: reply.retry_after,
        }),
        status => Err(Failure::Unavailable {
            status,
            retry_after: reply.retry_after,
        }),
    }
}

fn read_body(reply: &Reply) -> Result<Received, Failure> {
    let body = reply.body.slice_ref(strip(&reply.body));
    if body.is_empty() {
        return Err(Failure::Empty);
    }
    // Also where the content type is missing or wrong: JSON never begins so.
    if body.starts_with(b"<") {
        return Err(Failure::NotAuthenticated {
            status: Some(reply.status),
        });
    }
    match messages(&body, Transport::LongPolling) {
        Err(Failure::NotJson(_)) if is_html(reply) => Err(Failure::NotAuthenticated {
            status: Some(reply.status),
        }),
        result => result,
    }
}

/// Reads a frame of a WebSocket.
pub(crate) fn read_frame(frame: &Bytes) -> Result<Received, Failure> {
    let body = frame.slice_ref(strip(frame));
    if body.is_empty() {
        return Err(Failure::Empty);
    }
    messages(&body, Transport::WebSocket)
}

/// Reads the messages of a body, or of a frame, without anything around it.
fn messages(body: &Bytes, transport: Transport) -> Result<Received, Failure> {
    // What is not as it should be is looked at again, element by element.
    match str::from_utf8(body)
        .ok()
        .and_then(|text| whole(text, body, transport))
    {
        Some(received) => Ok(received),
        None => salvage(body, transport),
    }
}

/// Reads a body in which everything is as it should be, which is next to all of them, without a copy of what was published.
fn whole(text: &str, body: &Bytes, transport: Transport) -> Option<Received> {
    let mut reader = Reader::new(body, transport, Look::at(text));
    let mut deserializer = serde_json::Deserializer::from_str(text);
    (&mut reader).deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    let Received { brought, answers } = &reader.received;
    (!brought.is_empty() || !answers.is_empty()).then_some(reader.received)
}

/// Sorts messages as they are read.
struct Reader<'a> {
    body: &'a Bytes,
    transport: Transport,
    look: Look,
    received: Received,
    /// Many messages are on the same channel, of which one copy will do.
    last_channel: Option<Arc<str>>,
}

impl<'a> Reader<'a> {
    fn new(body: &'a Bytes, transport: Transport, look: Look) -> Self {
        Self {
            body,
            transport,
            look,
            received: Received::default(),
            last_channel: None,
        }
    }

    /// Takes a message, unless it is none.
    fn take(&mut self, outline: &Outline<'_>) {
        let channel = outline.channel();
        if outline.is_answer(channel.as_deref()) {
            self.received.answers.push(outline.answer(self.transport));
        } else if let Some(channel) = channel {
            let channel = self.shared(&channel);
            let message = outline.message(channel, |part| Json::part_of(self.body, part));
            self.received.brought.push(Brought::Event(message));
        }
    }

    fn shared(&mut self, channel: &str) -> Arc<str> {
        match &self.last_channel {
            Some(last) if **last == *channel => Arc::clone(last),
            _ => Arc::clone(self.last_channel.insert(channel.into())),
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Reader<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for &mut Reader<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        while let Some(outline) = sequence.next_element::<Outline<'de>>()? {
            if !outline.is_readable(self.look) {
                return Err(A::Error::custom("JSON in form only"));
            }
            self.take(&outline);
        }
        Ok(())
    }
}

/// The messages of a body that is one object, or not quite JSON, or holds other things than messages.
fn salvage(body: &[u8], transport: Transport) -> Result<Received, Failure> {
    let (mut received, mut is_empty, mut unreadable) = (Received::default(), true, 0);
    salvage::elements(body, |text, mended| {
        is_empty = false;
        let Err(error) = salvage_one(mended, transport, &mut received) else {
            return;
        };
        unreadable += 1;
        if unreadable <= MOST_UNREADABLE {
            let (text, reason) = (text.to_owned(), error.to_string());
            received.brought.push(Brought::Unreadable { text, reason });
        }
    })?;
    if is_empty {
        return Err(Failure::Empty);
    }
    if unreadable > MOST_UNREADABLE {
        return Err(Failure::NotJson(format!(
            "{unreadable} parts of it cannot be read"
        )));
    }
    Ok(received)
}

/// Takes an element, unless it is no message.
fn salvage_one(
    mended: Cow<'_, str>,
    transport: Transport,
    received: &mut Received,
) -> Result<(), serde_json::Error> {
    // What is no object costs nobody anything, as long as it can be read at all.
    if !mended.starts_with('{') {
        return json::read_through(&mended);
    }
    let body = Bytes::from(mended.into_owned());
    let outline: Outline<'_> = serde_json::from_slice(&body)?;
    outline.read_through()?;
    let mut reader = Reader::new(&body, transport, Look::Plain);
    reader.take(&outline);
    received.brought.append(&mut reader.received.brought);
    received.answers.append(&mut reader.received.answers);
    Ok(())
}

/// Whether a refusal is about an anti-forgery token. Servers say so in words only.
fn names_a_token(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    text.contains("csrf") || text.contains("xsrf")
}

fn is_html(reply: &Reply) -> bool {
    reply
        .content_type
        .as_deref()
        .is_some_and(|kind| kind.to_ascii_lowercase().contains("html"))
}

/// Takes off white space, a byte order mark, and the comment that old servers wrap around JSON.
fn strip(body: &[u8]) -> &[u8] {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
    match body.strip_prefix(b"/*").and_then(|body| body.strip_suffix(b"*/")) {
        Some(inner) => inner.trim_ascii(),
        None => body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &'static [u8]) -> Reply {
        Reply {
            status,
            body: body.into(),
            ..Reply::default()
        }
    }

    fn failure(status: u16, body: &'static [u8]) -> Failure {
        read(&reply(status, body)).unwrap_err()
    }

    #[test]
    fn row_52_an_array_an_object_and_a_commented_array_are_all_messages() {
        for body in [
            br#"[{"channel":"/a","data":1}]"#.as_slice(),
            br#"{"channel":"/a","data":1}"#,
            b"\xef\xbb\xbf \r\n/* [{\"channel\":\"/a\",\"data\":1,\"unknown\":{}}] */ \n",
        ] {
            let messages = read(&reply(200, body)).unwrap().brought;
            assert!(
                matches!(messages.as_slice(), [Brought::Event(message)] if &*message.channel == "/a"),
                "{body:?}"
            );
        }
    }

    #[test]
    fn row_51_an_empty_body_fails_and_a_page_of_html_means_signed_out() {
        for body in [b"".as_slice(), b"  ", b"[]", b"/**/"] {
            assert_eq!(failure(200, body), Failure::Empty, "{body:?}");
        }
        assert_eq!(failure(204, b""), Failure::Empty);
        assert_eq!(
            failure(200, b"\n<!DOCTYPE html><title>Sign in"),
            Failure::NotAuthenticated { status: Some(200) }
        );
        let html = Reply {
            content_type: Some("text/HTML".to_owned()),
            ..reply(200, b"Please sign in")
        };
        assert_eq!(
            read(&html).unwrap_err(),
            Failure::NotAuthenticated { status: Some(200) }
        );
        for body in [b"[{".as_slice(), b"null", b"12", b"\xff\xfe", b"ok"] {
            assert!(matches!(failure(200, body), Failure::NotJson(_)), "{body:?}");
        }
    }

    #[test]
    fn each_status_has_its_meaning() {
        for status in [301, 302, 303, 307, 401, 403] {
            assert_eq!(
                failure(status, b"[]"),
                Failure::NotAuthenticated { status: Some(status) }
            );
        }
        assert_eq!(
            failure(403, b"Missing or invalid Csrf token"),
            Failure::TokenRefused
        );
        assert_eq!(failure(400, b""), Failure::BadRequest);
        assert_eq!(failure(404, b""), Failure::WrongAddress { status: 404 });
        assert_eq!(failure(407, b""), Failure::ProxyAuthentication);
        assert_eq!(failure(413, b""), Failure::RequestTooLarge);
        assert_eq!(failure(504, b""), Failure::GatewayTimeout { retry_after: None });
        assert_eq!(
            failure(503, b""),
            Failure::Unavailable {
                status: 503,
                retry_after: None
            }
        );
        assert_eq!(
            failure(101, b""),
            Failure::Unavailable {
                status: 101,
                retry_after: None
            }
        );
    }

    #[test]
    fn a_bad_message_does_not_cost_the_others() {
        let body =
            br#"[{"channel":"/a","data":"\ud83d"},{"channel":"/b","data":1e999},{"channel":"/c","data":2}]"#;
        let messages = read(&reply(200, body)).unwrap().brought;
        assert!(
            matches!(messages.as_slice(), [Brought::Event(a), Brought::Unreadable { .. }, Brought::Event(c)]
                if a.data.value() == "\u{fffd}" && &*c.channel == "/c")
        );
        assert!(matches!(
            failure(200, br#"[{"channel":"/a""#),
            Failure::NotJson(_)
        ));
    }

    #[test]
    fn a_message_is_read_as_it_would_be_without_a_bad_one_beside_it() {
        let deep = "[".repeat(127) + &"]".repeat(127);
        let deeper = "[".repeat(200) + &"]".repeat(200);
        let message = format!(r#"{{"channel":"/a","data":{deep},"unknown":{deeper},"other":1e999}}"#);
        for body in [format!("[{message}]"), format!("[1e999,{message}]")] {
            let reply = Reply {
                status: 200,
                body: body.clone().into(),
                ..Reply::default()
            };
            let messages = read(&reply).unwrap().brought;
            assert!(
                matches!(messages.last(), Some(Brought::Event(message)) if message.data.as_str() == deep),
                "{body}: {messages:?}"
            );
        }
    }

    #[test]
    fn of_a_reply_of_which_too_much_cannot_be_read_nothing_is() {
        for (number, is_read) in [(MOST_UNREADABLE, true), (MOST_UNREADABLE + 1, false)] {
            let bad = vec!["1e999"; number].join(",");
            let reply = Reply {
                status: 200,
                body: format!(r#"[{bad},{{"channel":"/a"}}]"#).into(),
                ..Reply::default()
            };
            match read(&reply) {
                Ok(received) if is_read => assert_eq!(received.brought.len(), number + 1),
                Err(Failure::NotJson(_)) if !is_read => {}
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn what_is_no_message_is_left_out() {
        let messages = read(&reply(200, br#"[1,null,"x",[],{},{"data":1},{"channel":"/a"}]"#)).unwrap();
        assert_eq!((messages.brought.len(), messages.answers.len()), (1, 0));
    }
}
