//! The whole client over a scripted exchange: what the task adds to the core, which is time, pace and an end.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bayeux::{
    BoxFuture, Client, Closure, Config, Event, Exchange, ExchangeError, Interruption, PublishError, Renewal,
    Renewed, Reply, Request, SubscribeError,
};
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep, timeout};

const HOLD: Duration = Duration::from_secs(20);

/// A well-behaved server in memory, until it is told otherwise.
#[derive(Default)]
struct Server {
    /// What became of the next requests, instead of an answer.
    faults: Mutex<VecDeque<Fault>>,
    waiting: Mutex<VecDeque<Value>>,
    arrived: Notify,
    channels: Mutex<Vec<String>>,
    connects_held: AtomicUsize,
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    Panics,
    NeverAnswers,
    Status(u16),
    Breaks,
    /// Answers after a minute; until then bytes come every few seconds, and are reported or not.
    Drips {
        reported: bool,
    },
}

impl Server {
    fn push(&self, channel: &str, data: &Value) {
        self.waiting
            .lock()
            .unwrap()
            .push_back(json!({"channel": channel, "data": data}));
        self.arrived.notify_one();
    }

    fn fault(&self, fault: Fault) {
        self.faults.lock().unwrap().push_back(fault);
    }

    /// The channels of the messages that came, in order.
    fn seen(&self) -> Vec<String> {
        self.channels.lock().unwrap().clone()
    }

    async fn answer(&self, request: Request) -> Result<Reply, ExchangeError> {
        let messages: Vec<Value> = serde_json::from_slice(&request.body).unwrap();
        for message in &messages {
            self.channels
                .lock()
                .unwrap()
                .push(message["channel"].as_str().unwrap().to_owned());
        }
        let fault = self.faults.lock().unwrap().pop_front();
        match fault {
            Some(Fault::Panics) => panic!("as told"),
            Some(Fault::NeverAnswers) => std::future::pending().await,
            Some(Fault::Status(status)) => {
                return Ok(Reply {
                    status,
                    ..Reply::default()
                });
            }
            Some(Fault::Drips { reported }) => {
                for _ in 0..12 {
                    sleep(Duration::from_secs(5)).await;
                    if reported {
                        request.progress.bytes_arrived();
                    }
                }
            }
            Some(Fault::Breaks) => return Err(ExchangeError::Broken("as told".to_owned())),
            None => {}
        }
        let mut answers = Vec::new();
        for message in &messages {
            if message["channel"] == "/meta/connect" {
                answers.extend(self.hold(message).await);
            }
            answers.push(grant(message));
        }
        let body = Value::Array(answers).to_string().into();
        Ok(Reply {
            status: 200,
            content_type: Some("application/json".to_owned()),
            body,
            ..Reply::default()
        })
    }

    async fn hold(&self, connect: &Value) -> Vec<Value> {
        let held = self.connects_held.fetch_add(1, Ordering::SeqCst);
        assert_eq!(held, 0, "two connects at once");
        let guard = Release(&self.connects_held);
        if connect["advice"]["timeout"] != json!(0) && self.waiting.lock().unwrap().is_empty() {
            let _ = timeout(HOLD, self.arrived.notified()).await;
        }
        drop(guard);
        self.waiting.lock().unwrap().drain(..).collect()
    }
}

/// Counts a connect as gone also when its exchange is aborted.
struct Release<'a>(&'a AtomicUsize);

impl Drop for Release<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn grant(message: &Value) -> Value {
    let mut answer = json!({"channel": message["channel"], "id": message["id"], "successful": true});
    if message["channel"] == "/meta/handshake" {
        answer["clientId"] = json!("c");
        answer["supportedConnectionTypes"] = json!(["long-polling"]);
        answer["advice"] = json!({"reconnect": "retry", "interval": 0, "timeout": HOLD.as_millis()});
    }
    answer
}

/// The exchange over that server.
struct Wire(Arc<Server>);

impl Exchange for Wire {
    fn post(&self, request: Request) -> BoxFuture<'_, Result<Reply, ExchangeError>> {
        Box::pin(self.0.answer(request))
    }
}

fn config() -> Config {
    let mut config = Config::new("http://server/bayeux".parse().unwrap());
    config.jitter_seed = 1;
    config
}

fn config_with_capacity(capacity: usize) -> Config {
    let mut config = config();
    config.event_capacity = capacity;
    config
}

fn start_with(config: Config) -> (Arc<Server>, Client, mpsc::Receiver<Event>) {
    let server = Arc::new(Server::default());
    let (client, events) = Client::start(Arc::new(Wire(Arc::clone(&server))), config);
    (server, client, events)
}

/// A client that is connected and subscribed to `/a`.
async fn connected() -> (Arc<Server>, Client, mpsc::Receiver<Event>) {
    let (server, client, mut events) = start_with(config());
    client.subscribe("/a").unwrap();
    assert_eq!(next(&mut events).await, Event::Connected);
    (server, client, events)
}

async fn next(events: &mut mpsc::Receiver<Event>) -> Event {
    timeout(Duration::from_hours(1), events.recv())
        .await
        .unwrap()
        .unwrap()
}

async fn next_payload(events: &mut mpsc::Receiver<Event>) -> Value {
    match next(events).await {
        Event::Delivered(message) => message.data.value(),
        event => panic!("not a message: {event:?}"),
    }
}

const OVER: Event = Event::Closed(Closure::Disconnected);

#[tokio::test(start_paused = true)]
async fn row_1_a_session_from_handshake_to_farewell() {
    let (server, client, mut events) = connected().await;
    server.push("/a", &json!(1));
    server.push("/a", &json!(2));
    assert_eq!(next_payload(&mut events).await, json!(1));
    assert_eq!(next_payload(&mut events).await, json!(2));
    client.disconnect().await;
    assert_eq!(next(&mut events).await, OVER);
    assert_eq!(events.recv().await, None);
    let seen = server.seen();
    assert_eq!(seen[..3], ["/meta/handshake", "/meta/subscribe", "/meta/connect"]);
    sleep(Duration::from_mins(5)).await;
    assert_eq!(server.seen(), seen, "no request follows the farewell");
    assert_eq!(seen.last().unwrap(), "/meta/disconnect");
}

#[tokio::test(start_paused = true)]
async fn what_came_is_with_the_application_before_the_server_is_asked_for_more() {
    let (server, _client, mut events) = connected().await;
    for number in 0..3 {
        sleep(Duration::from_secs(1)).await;
        let before = server.seen().len();
        server.push("/a", &json!(number));
        assert_eq!(next_payload(&mut events).await, json!(number));
        assert_eq!(server.seen().len(), before);
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_session_is_held_and_held_again_and_says_nothing() {
    let (server, _client, mut events) = connected().await;
    let before = server.seen().len();
    sleep(HOLD * 10 + HOLD / 2).await;
    assert!(events.try_recv().is_err());
    assert_eq!(server.seen().len() - before, 10);
}

#[tokio::test(start_paused = true)]
async fn row_22_a_server_that_falls_silent_is_noticed_after_hold_and_network_delay() {
    let (server, _client, mut events) = connected().await;
    server.fault(Fault::NeverAnswers);
    server.push("/a", &json!(1));
    next_payload(&mut events).await;
    let silent_since = Instant::now();
    assert!(matches!(next(&mut events).await, Event::Interrupted(_)));
    assert_eq!(
        silent_since.elapsed().as_secs(),
        (HOLD + Duration::from_secs(10)).as_secs()
    );
    assert_eq!(next(&mut events).await, Event::Resumed { gap: true });
}

#[tokio::test(start_paused = true)]
async fn row_24_a_reply_that_keeps_arriving_is_waited_for() {
    for reported in [true, false] {
        let (server, _client, mut events) = connected().await;
        server.fault(Fault::Drips { reported });
        server.push("/a", &json!(1));
        next_payload(&mut events).await;
        server.push("/a", &json!(2));
        let since = Instant::now();
        if reported {
            assert_eq!(next_payload(&mut events).await, json!(2));
            assert_eq!(since.elapsed().as_secs(), 60);
        } else {
            assert!(matches!(next(&mut events).await, Event::Interrupted(_)));
            assert_eq!(since.elapsed().as_secs(), 30);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn row_33_messages_that_come_while_much_is_subscribed_arrive_all_and_in_order() {
    let (server, client, mut events) = connected().await;
    let publishing = tokio::spawn(async move {
        for number in 0..2000 {
            server.push("/a", &json!(number));
            sleep(Duration::from_millis(1)).await;
        }
        server
    });
    let subscribing = tokio::spawn(async move {
        for number in 0..100 {
            client.subscribe(&format!("/other/{number}")).unwrap();
            sleep(Duration::from_millis(20)).await;
        }
        client
    });
    for number in 0..2000 {
        assert_eq!(next_payload(&mut events).await, json!(number));
    }
    let server = publishing.await.unwrap();
    let _client = subscribing.await.unwrap();
    let seen = server.seen();
    let subscribed = seen.iter().filter(|channel| *channel == "/meta/subscribe");
    assert_eq!(subscribed.count(), 101);
}

#[tokio::test(start_paused = true)]
async fn row_48_an_application_that_panics_over_one_message_gets_the_next() {
    let (server, _client, mut events) = connected().await;
    for number in 0..3 {
        server.push("/a", &json!(number));
    }
    let mut outcomes = Vec::new();
    for _ in 0..3 {
        let payload = next_payload(&mut events).await;
        let handling = tokio::spawn(async move {
            assert_ne!(payload, json!(1), "as told");
            payload
        });
        outcomes.push(handling.await.ok());
    }
    assert_eq!(outcomes, [Some(json!(0)), None, Some(json!(2))]);
}

/// A second is virtual here; what is measured on a real network is a matter of benches.
#[tokio::test(start_paused = true)]
async fn row_62_a_thousand_messages_a_second_for_a_minute() {
    const MESSAGES: usize = 60_000;
    let (server, _client, mut events) = connected().await;
    let started = Instant::now();
    let publishing = async {
        for number in 0..MESSAGES {
            server.push("/a", &json!(number));
            sleep(Duration::from_millis(1)).await;
        }
    };
    let listening = async {
        let mut late = Vec::with_capacity(MESSAGES);
        for number in 0..MESSAGES {
            assert_eq!(next_payload(&mut events).await, json!(number));
            assert!(events.len() <= config().event_capacity);
            let published = Duration::from_millis(number as u64);
            late.push(started.elapsed().saturating_sub(published));
        }
        late.sort_unstable();
        late
    };
    let ((), late) = tokio::join!(publishing, listening);
    assert!(late[MESSAGES * 99 / 100] <= Duration::from_millis(20));
    assert!(server.waiting.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn row_45_disconnecting_from_a_silent_server_takes_a_second() {
    let (server, client, mut events) = connected().await;
    server.fault(Fault::NeverAnswers);
    let asked = Instant::now();
    client.disconnect().await;
    assert!(
        asked.elapsed() <= Duration::from_millis(1100),
        "{:?}",
        asked.elapsed()
    );
    assert_eq!(next(&mut events).await, OVER);
    assert_eq!(
        server.connects_held.load(Ordering::SeqCst),
        0,
        "the held connect is aborted"
    );
}

#[tokio::test(start_paused = true)]
async fn row_45_disconnecting_while_nothing_works_is_immediate() {
    let (server, client, mut events) = start_with(config());
    for _ in 0..100 {
        server.fault(Fault::Status(503));
    }
    assert!(matches!(next(&mut events).await, Event::Interrupted(_)));
    sleep(Duration::from_mins(1)).await;
    let asked = Instant::now();
    client.disconnect().await;
    assert_eq!(asked.elapsed(), Duration::ZERO);
    assert_eq!(next(&mut events).await, OVER);
}

#[tokio::test(start_paused = true)]
async fn row_47_one_can_start_again_after_the_end() {
    let (server, client, mut events) = connected().await;
    client.disconnect().await;
    assert_eq!(next(&mut events).await, OVER);
    client.disconnect().await;
    assert_eq!(client.subscribe("/a"), Err(SubscribeError::Closed));
    assert_eq!(client.publish("/a", json!(1)).await, Err(PublishError::Closed));

    let before = server.seen().len();
    let (_client, mut events) = Client::start(Arc::new(Wire(Arc::clone(&server))), config());
    assert_eq!(next(&mut events).await, Event::Connected);
    assert_eq!(
        server.seen()[before..][..2],
        ["/meta/handshake", "/meta/connect"],
        "what the first client had subscribed to is not its business"
    );
    server.push("/a", &json!(1));
    sleep(Duration::from_secs(1)).await;
    assert!(events.try_recv().is_err());
}

#[tokio::test(start_paused = true)]
async fn row_48_an_exchange_that_panics_is_a_broken_connection() {
    let (server, _client, mut events) = connected().await;
    server.fault(Fault::Panics);
    server.push("/a", &json!(1));
    next_payload(&mut events).await;
    assert!(
        matches!(next(&mut events).await, Event::Interrupted(Interruption::Failed(failure)) if failure.code() == "broken")
    );
    assert_eq!(next(&mut events).await, Event::Resumed { gap: true });
}

#[tokio::test(start_paused = true)]
async fn row_25_a_reply_that_has_arrived_is_not_thrown_away_with_its_connect() {
    let (server, client, mut events) = connected().await;
    sleep(Duration::from_secs(1)).await;
    // Both before the client runs again: its exchange ends first.
    server.push("/a", &json!(1));
    client.reconnect_now();
    let mut heard = Vec::new();
    while heard.last() != Some(&Event::Resumed { gap: true }) {
        heard.push(next(&mut events).await);
    }
    let delivered = |event: &&Event| matches!(event, Event::Delivered(_));
    assert_eq!(heard.iter().filter(delivered).count(), 1, "{heard:?}");
}

/// Renews credentials only the third time: before that it panics, then takes for ever.
struct Clumsy(Wire, AtomicUsize);

impl Exchange for Clumsy {
    fn post(&self, request: Request) -> BoxFuture<'_, Result<Reply, ExchangeError>> {
        self.0.post(request)
    }

    fn renew(&self, _what: Renewal) -> BoxFuture<'_, Renewed> {
        let times = self.1.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            match times {
                0 => panic!("as told"),
                1 => std::future::pending().await,
                _ => Renewed::Done,
            }
        })
    }
}

#[tokio::test(start_paused = true)]
async fn row_55_a_renewal_that_panics_or_never_ends_does_not_end_the_client() {
    let server = Arc::new(Server::default());
    let exchange = Clumsy(Wire(Arc::clone(&server)), AtomicUsize::new(0));
    let (_client, mut events) = Client::start(Arc::new(exchange), config());
    assert_eq!(next(&mut events).await, Event::Connected);
    server.fault(Fault::Status(401));
    server.push("/a", &json!(1));
    assert!(matches!(next(&mut events).await, Event::Interrupted(_)));
    let resumed = timeout(Duration::from_mins(2), next(&mut events)).await;
    assert_eq!(resumed.unwrap(), Event::Resumed { gap: true });
}

#[tokio::test(start_paused = true)]
async fn row_63_a_slow_application_gets_everything_in_order_and_sets_the_pace() {
    let (server, client, mut events) = start_with(config_with_capacity(4));
    client.subscribe("/a").unwrap();
    assert_eq!(next(&mut events).await, Event::Connected);
    for number in 0..100 {
        server.push("/a", &json!(number));
    }
    sleep(Duration::from_mins(1)).await;
    let asked = server.seen().len();
    for number in 100..200 {
        server.push("/a", &json!(number));
    }
    sleep(Duration::from_hours(1)).await;
    assert!(
        server.seen().len() <= asked + 1,
        "no reply is taken while the first one waits"
    );
    for number in 0..200 {
        assert_eq!(next_payload(&mut events).await, json!(number));
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn row_63_an_application_may_want_no_bound_at_all() {
    let (server, client, mut events) = start_with(config_with_capacity(usize::MAX));
    client.subscribe("/a").unwrap();
    assert_eq!(next(&mut events).await, Event::Connected);
    for number in 0..1000 {
        server.push("/a", &json!(number));
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(events.len(), 1000);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_nobody_reads_from_can_be_disconnected() {
    let (server, client, mut events) = start_with(config_with_capacity(1));
    client.subscribe("/a").unwrap();
    for number in 0..10 {
        server.push("/a", &json!(number));
    }
    sleep(Duration::from_secs(1)).await;
    let asked = Instant::now();
    timeout(Duration::from_mins(1), client.disconnect())
        .await
        .unwrap();
    assert!(
        asked.elapsed() <= Duration::from_millis(1100),
        "{:?}",
        asked.elapsed()
    );
    let mut last = None;
    while let Some(event) = events.recv().await {
        last = Some(event);
    }
    assert_eq!(last, Some(OVER), "what was told is not lost");
}

#[tokio::test(start_paused = true)]
async fn dropping_either_end_disconnects() {
    let (server, client, mut events) = connected().await;
    drop(client);
    assert_eq!(next(&mut events).await, OVER);
    assert_eq!(server.seen().last().unwrap(), "/meta/disconnect");

    let (server, client, events) = connected().await;
    drop(events);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(server.seen().last().unwrap(), "/meta/disconnect");
    assert_eq!(client.subscribe("/b"), Err(SubscribeError::Closed));
}

#[tokio::test(start_paused = true)]
async fn publishing_waits_for_the_servers_word() {
    let (server, client, _events) = connected().await;
    assert_eq!(client.publish("/x", json!({"text": "hello"})).await, Ok(()));
    assert!(server.seen().contains(&"/x".to_owned()));
    server.fault(Fault::Breaks);
    assert!(matches!(
        client.publish("/x", json!(1)).await,
        Err(PublishError::Unconfirmed(_))
    ));
    assert!(matches!(
        client.publish("/x/*", json!(1)).await,
        Err(PublishError::InvalidChannel(_))
    ));
}

#[tokio::test(start_paused = true)]
async fn row_44_a_batch_tells_the_outcome_of_each_of_its_messages() {
    let (server, client, _events) = connected().await;
    let batch = client.batch().publish("/x", json!(1)).unwrap();
    let batch = batch.subscribe("/b").unwrap().publish("/y", json!(2)).unwrap();
    assert_eq!(batch.send().await, [Ok(()), Ok(())]);
    let seen = server.seen();
    let at = seen.iter().position(|channel| channel == "/x").unwrap();
    assert_eq!(seen[at..at + 3], ["/x", "/meta/subscribe", "/y"]);
    client.disconnect().await;
    let late = client.batch().publish("/x", json!(3)).unwrap();
    assert_eq!(late.send().await, [Err(PublishError::Closed)]);
}

#[tokio::test(start_paused = true)]
async fn row_65_reconnect_now_replaces_a_dead_connection_within_moments() {
    let (server, client, mut events) = connected().await;
    server.fault(Fault::NeverAnswers);
    server.push("/a", &json!(1));
    next_payload(&mut events).await;
    sleep(Duration::from_secs(5)).await;
    let asked = Instant::now();
    client.reconnect_now();
    assert_eq!(next(&mut events).await, Event::Interrupted(Interruption::Asked));
    assert_eq!(next(&mut events).await, Event::Resumed { gap: true });
    assert!(asked.elapsed() < Duration::from_millis(10));
}

#[tokio::test(start_paused = true)]
async fn row_55_signed_out_waits_for_the_application() {
    let (server, client, mut events) = connected().await;
    server.fault(Fault::Status(401));
    server.push("/a", &json!(1));
    next_payload(&mut events).await;
    assert!(matches!(next(&mut events).await,
        Event::Interrupted(Interruption::Failed(failure)) if failure.code() == "not-authenticated"));
    let before = server.seen().len();
    sleep(Duration::from_hours(1)).await;
    assert_eq!(server.seen().len(), before, "nothing is sent meanwhile");
    client.credentials_refreshed();
    assert_eq!(next(&mut events).await, Event::Resumed { gap: true });
    assert_eq!(
        server.seen()[before..][..2],
        ["/meta/handshake", "/meta/subscribe"]
    );
}
