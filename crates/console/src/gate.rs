//! Asking once more before something goes out that somebody reads.
//!
//! Between the supervisor's key and the wire there may be seconds: a whisper waits for those before it, a connection has to be
//! made, the session may have to be renewed. Meanwhile who reads the supervisor may change. So a request with a text or a sign of
//! typing carries a [`Gate`], which is asked when the connection is there and the text would be written; a request that is made
//! again asks again. Only the desk can answer; where nobody answers, nothing goes out.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use desk::input::Ticket;
use gws::Operation;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::{mpsc, oneshot};

/// Whether this operation may still go out.
pub(crate) struct Question {
    pub(crate) ticket: Ticket,
    pub(crate) operation: Operation,
    pub(crate) answer: oneshot::Sender<bool>,
}

/// What makes a gate for each try of one request.
#[derive(Debug, Clone)]
pub(crate) struct Gates {
    ticket: Ticket,
    operation: Operation,
    desk: mpsc::UnboundedSender<Question>,
}

impl Gates {
    pub(crate) fn new(ticket: Ticket, operation: Operation, desk: mpsc::UnboundedSender<Question>) -> Gates {
        Gates {
            ticket,
            operation,
            desk,
        }
    }

    pub(crate) fn gate(&self) -> Gate {
        let (sender, answer) = oneshot::channel();
        Gate {
            unasked: Some(Unasked {
                asking: self.clone(),
                answer: sender,
            }),
            answer,
        }
    }
}

/// To be asked when everything else is ready.
#[derive(Debug)]
pub struct Gate {
    /// Taken when it is asked.
    unasked: Option<Unasked>,
    answer: oneshot::Receiver<bool>,
}

#[derive(Debug)]
struct Unasked {
    asking: Gates,
    answer: oneshot::Sender<bool>,
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").finish_non_exhaustive()
    }
}

impl Gate {
    /// Asks, and waits for the answer.
    pub async fn opens(mut self) -> bool {
        std::future::poll_fn(|context| self.poll_opens(context)).await
    }

    fn poll_opens(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        if let Some(Unasked { asking, answer }) = self.unasked.take() {
            let Gates {
                ticket,
                operation,
                desk,
            } = asking;
            // A loop that has ended drops the question, which is answered by that.
            let _ = desk.send(Question {
                ticket,
                operation,
                answer,
            });
        }
        Pin::new(&mut self.answer)
            .poll(context)
            .map(|answer| answer.unwrap_or(false))
    }
}

/// A body that is not written before the gate opens. The connection is there by then; only the head, which says nothing but
/// where to, may have gone. A gate that stays shut ends the connection, so that the server sees no whole request.
pub(crate) struct GuardedBody {
    gate: Option<Gate>,
    content: Option<Bytes>,
    withheld: Arc<AtomicBool>,
}

/// The gate stayed shut.
#[derive(Debug, thiserror::Error)]
#[error("it was withheld")]
pub(crate) struct Withheld;

impl GuardedBody {
    /// The body, and where it is told that it was withheld.
    pub(crate) fn new(content: Bytes, gate: Gate) -> (GuardedBody, Arc<AtomicBool>) {
        let withheld = Arc::new(AtomicBool::new(false));
        let body = GuardedBody {
            gate: Some(gate),
            content: Some(content),
            withheld: Arc::clone(&withheld),
        };
        (body, withheld)
    }
}

impl Body for GuardedBody {
    type Data = Bytes;
    type Error = Withheld;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Withheld>>> {
        if let Some(gate) = &mut self.gate {
            let open = ready!(gate.poll_opens(context));
            self.gate = None;
            if !open {
                self.content = None;
                self.withheld.store(true, Ordering::Release);
                return Poll::Ready(Some(Err(Withheld)));
            }
        }
        Poll::Ready(self.content.take().map(Frame::data).map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.gate.is_none() && self.content.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.content.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use gws::digital::{SessionAddress, Whisper};
    use gws::{DigitalOperation, Operation};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::wire::{NetworkWire, Wire as _, WireError};

    const SECRET: &str = "for the customer";

    fn operation() -> Operation {
        let whisper = Whisper::text(SessionAddress::sms("S1"), SECRET);
        Operation::Digital(DigitalOperation::Whisper(whisper))
    }

    fn gate(desk: mpsc::UnboundedSender<Question>) -> Gate {
        Gates::new(Ticket(7), operation(), desk).gate()
    }

    fn request(port: u16) -> http::Request<Bytes> {
        let mut request = http::Request::new(Bytes::from_static(SECRET.as_bytes()));
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = format!("http://127.0.0.1:{port}/x").parse().expect("an address");
        request
    }

    /// Answers whole requests; gives everything that came.
    async fn serve(listener: TcpListener) -> String {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        let mut heard = Vec::new();
        let mut buffer = [0; 1024];
        while let Ok(read) = socket.read(&mut buffer).await {
            heard.extend_from_slice(&buffer[..read]);
            let text = String::from_utf8_lossy(&heard);
            if read == 0 {
                break;
            }
            if text.contains(SECRET) {
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
                socket.write_all(answer).await.expect("answered");
                break;
            }
        }
        String::from_utf8_lossy(&heard).into_owned()
    }

    async fn through_a_gate(open: bool) -> (Result<u16, WireError>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let served = tokio::spawn(serve(listener));
        let (desk, mut questions) = mpsc::unbounded_channel();
        let answering = tokio::spawn(async move {
            let question: Question = questions.recv().await.expect("asked");
            assert_eq!((question.ticket, question.operation), (Ticket(7), operation()));
            question.answer.send(open).expect("waited for");
        });
        let wire = NetworkWire::new(None).expect("a wire");
        let asked = gate(desk);
        let answer = wire
            .exchange_if(request(port), asked, Duration::from_secs(10))
            .await;
        answering.await.expect("answered");
        drop(wire);
        let heard = served.await.expect("served");
        (answer.map(|answer| answer.status().as_u16()), heard)
    }

    #[tokio::test]
    async fn an_open_gate_lets_the_whole_request_through() {
        let (answer, heard) = through_a_gate(true).await;
        assert_eq!(answer, Ok(200));
        assert!(heard.ends_with(SECRET), "{heard}");
        let length = format!("content-length: {}", SECRET.len());
        assert!(heard.contains(&length), "an ordinary request: {heard}");
    }

    #[tokio::test]
    async fn a_gate_that_stays_shut_lets_nothing_of_the_text_through() {
        let (answer, heard) = through_a_gate(false).await;
        assert_eq!(answer, Err(WireError::Withheld));
        assert!(!heard.contains(SECRET), "{heard}");
    }

    #[tokio::test]
    async fn nothing_is_asked_before_there_is_a_connection_and_nobody_means_no() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        drop(listener);
        let (desk, mut questions) = mpsc::unbounded_channel();
        let wire = NetworkWire::new(None).expect("a wire");
        let asked = gate(desk.clone());
        let answer = wire
            .exchange_if(request(port), asked, Duration::from_secs(10))
            .await;
        assert!(matches!(answer, Err(WireError::Unreachable(_))), "{answer:?}");
        assert!(questions.try_recv().is_err(), "nobody was asked");
        drop(questions);
        assert!(!gate(desk).opens().await);
    }
}
