//! What can befall a request or its answer, and what a broken answer looks like.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response};

/// Which requests something befalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    Poll,
    Operation,
    Reading,
    Any,
}

impl Aim {
    /// The requests it is about.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Aim::Poll => "polls",
            Aim::Operation => "operations",
            Aim::Reading => "readings",
            Aim::Any => "requests of any kind",
        }
    }

    pub(super) fn of(request: &Request<Bytes>) -> Aim {
        if request.uri().path().contains("/notifications") {
            Aim::Poll
        } else if request.method() == http::Method::GET {
            Aim::Reading
        } else {
            Aim::Operation
        }
    }
}

/// What befalls a request or its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blow {
    /// It never arrives, and the connection breaks.
    RequestLost,
    /// It is carried out, and the connection breaks before the answer.
    AnswerLost,
    /// It is carried out, and no answer ever comes.
    Silence,
    /// A server in between answers with this status, and nothing is carried out.
    Status(u16),
    /// The answer is cut in the middle.
    Half,
    /// A login page instead of the answer.
    Html,
    /// The answer takes so many milliseconds longer.
    Late(u64),
    /// The pushes in the answer come twice.
    Doubled,
}

impl Blow {
    /// Under which it is counted.
    pub(super) fn counted(self) -> &'static str {
        match self {
            Blow::RequestLost => "fault: request lost",
            Blow::AnswerLost => "fault: answer lost",
            Blow::Silence => "fault: no answer at all",
            Blow::Status(_) => "fault: 5xx",
            Blow::Half => "fault: half a body",
            Blow::Html => "fault: html",
            Blow::Late(_) => "fault: late answer",
            Blow::Doubled => "fault: doubled pushes",
        }
    }

    /// The same in the trace.
    pub(crate) fn name(self) -> &'static str {
        self.counted().trim_start_matches("fault: ")
    }
}

/// What lies ahead of coming requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trouble {
    pub(crate) aim: Aim,
    pub(crate) blow: Blow,
    pub(crate) left: u32,
}

/// What a proxy or a portal shows.
pub(super) fn page(status: u16) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from_static(b"<html><body>Please wait</body></html>"));
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    let html = HeaderValue::from_static("text/html;charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, html);
    answer
}
