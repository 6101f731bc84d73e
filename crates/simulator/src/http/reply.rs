//! Putting a reply together, and spoiling it the way a fault switch asks.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use http_body::Frame;

use crate::faults::ReplyFault;

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html;charset=UTF-8");

/// A reply before it is sent.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn json(status: u16, body: String) -> Self {
        Self::new(status, JSON, body)
    }

    pub(super) fn html(status: u16, text: &str) -> Self {
        let body = format!(
            "<!DOCTYPE html><html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>"
        );
        Self::new(status, HTML, body)
    }

    fn new(status: u16, content_type: HeaderValue, body: String) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, content_type);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            status,
            headers,
            body,
        }
    }

    /// Adds a header; a value that no header can hold is left out.
    pub(super) fn with(mut self, name: header::HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(name, value);
        }
        self
    }

    /// The reply as it goes out, spoilt if a fault is due.
    pub(super) fn send(mut self, fault: Option<ReplyFault>, oversize: usize) -> Response {
        match fault {
            Some(ReplyFault::Truncated) => {
                let mut middle = self.body.len() / 2;
                while !self.body.is_char_boundary(middle) {
                    middle -= 1;
                }
                self.body.truncate(middle);
            }
            Some(ReplyFault::Oversize) => self.inflate(oversize),
            Some(ReplyFault::Lost) => return self.cut(),
            _ => {}
        }
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }

    /// Pads the JSON object to the size asked for; it stays valid JSON.
    fn inflate(&mut self, size: usize) {
        if self.body.ends_with('}') {
            self.body.pop();
            let padding = "x".repeat(size.saturating_sub(self.body.len()));
            self.body.push_str(",\"padding\":\"");
            self.body.push_str(&padding);
            self.body.push_str("\"}");
        }
    }

    /// Promises a body and breaks the connection instead of sending it.
    fn cut(self) -> Response {
        let mut response = Response::new(Body::new(BrokenBody));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(self.body.len().max(1)));
        response
    }
}

/// A body that fails at once.
struct BrokenBody;

impl HttpBody for BrokenBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(Err(std::io::Error::new(
            std::io::ErrorKind::ConnectionReset,
            "the reply is lost",
        ))))
    }
}

/// Waits until the client gives up.
pub(super) async fn never() -> Infallible {
    std::future::pending().await
}
