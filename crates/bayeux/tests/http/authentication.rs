//! Headers that go with every request, and what is done when the server no longer takes them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bayeux::{Authentication, BoxFuture, Client, Closure, Event, Failure, Renewal, Renewed};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::Value;

use crate::server::{config, exchange, grant, listen, response, serve};

/// Credentials and a token, each with a number that grows when it is renewed.
#[derive(Default)]
struct Numbered {
    credentials: AtomicUsize,
    token: Mutex<String>,
    renewals: Mutex<Vec<Renewal>>,
}

impl Authentication for Numbered {
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let credentials = self.credentials.load(Ordering::SeqCst);
        headers.insert(AUTHORIZATION, format!("Bearer {credentials}").parse().unwrap());
        headers.insert("x-csrf-token", self.token.lock().unwrap().parse().unwrap());
        headers
    }

    fn learn(&self, headers: &HeaderMap) {
        if let Some(token) = headers.get("x-csrf-token") {
            token
                .to_str()
                .unwrap()
                .clone_into(&mut self.token.lock().unwrap());
        }
    }

    fn renew(&self, what: Renewal) -> BoxFuture<'_, Renewed> {
        self.renewals.lock().unwrap().push(what);
        Box::pin(async move {
            match what {
                Renewal::Credentials => {
                    self.credentials.fetch_add(1, Ordering::SeqCst);
                }
                _ => "fresh".clone_into(&mut self.token.lock().unwrap()),
            }
            Renewed::Done
        })
    }
}

/// Starts a client with a server that judges each request by its head; nothing means that the request is granted.
async fn start(
    judge: impl Fn(&str, &Value) -> Option<String> + Send + Sync + 'static,
) -> (Arc<Numbered>, Client, tokio::sync::mpsc::Receiver<Event>) {
    let (listener, url) = listen().await;
    let script =
        move |head: &str, messages: &Value, _| judge(head, messages).or_else(|| Some(grant(messages)));
    tokio::spawn(serve(listener, Arc::new(script)));
    let numbered = Arc::new(Numbered::default());
    let exchange = exchange().with_authentication(Arc::clone(&numbered) as Arc<dyn Authentication>);
    let (client, events) = Client::start(Arc::new(exchange), config(&url));
    (numbered, client, events)
}

#[tokio::test]
async fn row_55_the_authorisation_goes_with_every_request_and_is_renewed_once() {
    let (numbered, client, mut events) = start(|head, _| {
        assert!(head.contains("authorization: bearer"), "{head}");
        head.contains("bearer 0")
            .then(|| response("401 Unauthorized", "", ""))
    })
    .await;
    client.subscribe("/a").unwrap();
    assert!(matches!(events.recv().await, Some(Event::Interrupted(_))));
    assert_eq!(events.recv().await, Some(Event::Connected));
    assert_eq!(*numbered.renewals.lock().unwrap(), [Renewal::Credentials]);
}

#[tokio::test]
async fn row_55_fresh_credentials_that_are_refused_as_well_end_it() {
    let (numbered, _client, mut events) = start(|_, _| Some(response("401 Unauthorized", "", ""))).await;
    assert!(matches!(events.recv().await, Some(Event::Interrupted(_))));
    assert_eq!(
        events.recv().await,
        Some(Event::Closed(Closure::Failed(Failure::NotAuthenticated {
            status: Some(401)
        })))
    );
    assert_eq!(numbered.renewals.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn row_56_a_token_is_fetched_anew_where_the_server_says_that_it_is_missing() {
    let (numbered, client, mut events) = start(|head, _| {
        (!head.contains("x-csrf-token: fresh"))
            .then(|| response("403 Forbidden", "", "Missing or invalid Csrf token"))
    })
    .await;
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected), "and nothing before");
    assert_eq!(*numbered.renewals.lock().unwrap(), [Renewal::Token]);
}

#[tokio::test]
async fn row_56_a_token_in_a_reply_is_learned() {
    let (numbered, client, mut events) = start(|head, messages| {
        let is_first = messages[0]["channel"] == "/meta/handshake";
        assert!(
            is_first || head.contains("x-csrf-token: from the server"),
            "{head}"
        );
        is_first.then(|| grant(messages).replacen("\r\n", "\r\nx-csrf-token: from the server\r\n", 1))
    })
    .await;
    client.subscribe("/a").unwrap();
    assert_eq!(events.recv().await, Some(Event::Connected));
    assert!(numbered.renewals.lock().unwrap().is_empty());
}
