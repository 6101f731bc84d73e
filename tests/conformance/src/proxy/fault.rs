//! What a proxy can be told to do to a request, and to which.

use std::time::Duration;

use serde_json::Value;

/// Something that goes wrong.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Which requests it befalls.
    pub on: On,
    /// How many of them, from now on.
    pub times: u32,
    /// What happens.
    pub what: What,
}

/// Which requests a fault befalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// Every request.
    Any,
    /// Handshakes.
    Handshake,
    /// Connects.
    Connect,
    /// Connects that the server may hold, which the first one after a handshake or a failure is not.
    HeldConnect,
    /// Requests that subscribe to something.
    Subscribe,
}

/// What happens to a request.
#[derive(Debug, Clone)]
pub enum What {
    /// It is answered with this HTTP status, and the server never sees it.
    Status(u16),
    /// It is answered with a redirect to a sign-in page, and the server never sees it.
    SignIn,
    /// The server sees it, but its reply is replaced by these bytes.
    Replaced {
        /// The content type of the reply that the client gets.
        content_type: &'static str,
        /// Its body.
        body: &'static str,
    },
    /// The server sees it this much later.
    Delayed(Duration),
    /// The client gets the reply this much later.
    AnsweredLate(Duration),
    /// The connection is cut before the server has seen it.
    CutBefore,
    /// The connection is cut after the server has answered: the reply is lost.
    CutAfter,
    /// Neither does the server see it, nor does the client get an answer, nor is the connection cut.
    Swallowed,
    /// It is answered with 504 when the server takes longer than this.
    Patience(Duration),
    /// The reply loses its cookies.
    CookiesLost,
    /// The reply comes byte by byte.
    ByteByByte,
}

impl On {
    pub(super) fn befalls(self, messages: &[Value]) -> bool {
        let is = |channel: &str| messages.iter().any(|message| message["channel"] == channel);
        match self {
            Self::Any => true,
            Self::Handshake => is("/meta/handshake"),
            Self::Connect => is("/meta/connect"),
            Self::HeldConnect => messages.iter().any(|message| {
                message["channel"] == "/meta/connect" && message["advice"]["timeout"] != serde_json::json!(0)
            }),
            Self::Subscribe => is("/meta/subscribe"),
        }
    }
}
