//! When a session counts as begun anew, and what is asked for once and never again.

use gws::digital::{Medium, PublicMessage, SessionAddress, Whisper};
use serde_json::json;

use super::*;
use crate::wire::BoxFuture;

/// A server that has forgotten the session, and takes every password.
struct Forgetful(Mutex<Vec<String>>);

impl Wire for Forgetful {
    fn exchange(
        &self,
        request: http::Request<Bytes>,
        _within: Duration,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, WireError>> {
        let signing_in = request.headers().contains_key(AUTHORIZATION);
        let (method, path) = (request.method(), request.uri().path());
        self.0.lock().unwrap().push(format!("{method} {path}"));
        let signed_in = self.0.lock().unwrap().iter().any(|line| line.starts_with("GET"));
        let body = if signing_in || signed_in {
            json!({ "statusCode": 0 })
        } else {
            json!({ "statusCode": 20 })
        };
        Box::pin(async move { Ok(http::Response::new(Bytes::from(body.to_string()))) })
    }
}

/// Opens a session and cuts the answer in the middle.
struct Cut;

impl Wire for Cut {
    fn exchange(
        &self,
        _request: http::Request<Bytes>,
        _within: Duration,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, WireError>> {
        let mut answer = http::Response::new(Bytes::from_static(b"{\"statusCode\":0,\"user\":{"));
        let cookie = HeaderValue::from_static("JSESSIONID=1;Path=/");
        answer.headers_mut().insert(SET_COOKIE, cookie);
        Box::pin(async move { Ok(answer) })
    }
}

/// Found by seed 1227 of the fault simulation: what the former session had armed was still shown as armed.
#[tokio::test]
async fn a_session_that_was_opened_counts_even_where_its_answer_is_cut() {
    let base = Url::parse("http://127.0.0.1/api/v2").expect("an address");
    let session = Session::new(Arc::new(Cut), base, "sam".to_owned(), Secret::new(String::new()));
    assert!(session.sign_in().await.is_err());
    assert_eq!(session.generation(), 1);
}

async fn sent(operation: DigitalOperation) -> (bool, Vec<String>) {
    let wire = Arc::new(Forgetful(Mutex::default()));
    let shared: Arc<dyn Wire> = Arc::<Forgetful>::clone(&wire);
    let base = Url::parse("http://127.0.0.1/api/v2").expect("an address");
    let session = Session::new(shared, base, "sam".to_owned(), Secret::new(String::new()));
    let done = session
        .perform(&Operation::Digital(operation), None)
        .await
        .is_ok();
    let lines = wire.0.lock().unwrap().clone();
    (done, lines)
}

#[tokio::test]
async fn what_may_end_a_session_or_show_us_is_never_asked_again_by_itself() {
    let post = "POST /api/v2/me/smssessions/S1";
    let act = |act| DigitalOperation::Session {
        session: SessionAddress::sms("S1"),
        act,
    };
    let complete = SessionAct::Complete {
        queue_name: None,
        save_last_agent: None,
    };
    let barge_in = SessionAct::SwitchTo(SupervisorMode::BargeIn);
    for once in [SessionAct::Leave, complete, barge_in] {
        assert_eq!(sent(act(once)).await, (false, vec![post.to_owned()]));
    }
    let (done, lines) = sent(act(SessionAct::SwitchTo(SupervisorMode::Coach))).await;
    assert!(done);
    assert_eq!(lines, [post, "GET /api/v2/me", post]);
}

#[tokio::test]
async fn a_whisper_is_sent_again_in_a_new_session_and_a_public_message_never_is() {
    let post = "POST /api/v2/me/smssessions/S1";
    let whisper = Whisper::text(SessionAddress::sms("S1"), "Offer the callback");
    let (done, lines) = sent(DigitalOperation::Whisper(whisper)).await;
    assert!(done);
    assert_eq!(lines, [post, "GET /api/v2/me", post]);

    let barged_in = json!({ "id": "S1", "participants": [
        { "type": "Agent", "visibility": "All", "uri": "http://h/api/v2/users/me" }
    ] });
    let session = gws::decode(&barged_in).value.expect("a session");
    let public = PublicMessage::text(Medium::Sms, &session, &"me".into(), "Hello").expect("seen by all");
    let (done, lines) = sent(DigitalOperation::Publish(public)).await;
    assert!(!done);
    assert_eq!(lines, [post]);
}
