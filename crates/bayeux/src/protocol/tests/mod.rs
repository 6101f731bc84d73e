//! The protocol core on the bench: a server's part is played by hand, and time passes when it is told to.
//!
//! The row numbers in the tests name the scenarios of the field study that the client is held to.

mod acks;
mod batches;
mod clocks;
mod connects;
mod endings;
mod handshakes;
mod random;
mod renewals;
mod reports;
mod socket_trouble;
mod sockets;

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::{Input, Moment, Output, Publication, Purpose, Session, Ticket};
use crate::channel::Channel;
use crate::config::Config;
use crate::event::{Event, Interruption};
use crate::exchange::{ExchangeError, Opening, Renewal, Renewed, Reply, Request};
use crate::failure::PublishError;

/// A request that the session sent and that has not ended.
#[derive(Debug, Clone)]
struct Sent {
    ticket: Ticket,
    purpose: Purpose,
    request: Request,
    messages: Vec<Value>,
}

impl Sent {
    fn id(&self) -> &Value {
        &self.messages[0]["id"]
    }

    fn client_id(&self) -> &str {
        self.messages[0]["clientId"].as_str().unwrap_or_default()
    }

    /// The hold that a connect asks for, if it asks.
    fn asked_hold(&self) -> Option<u64> {
        self.messages[0]["advice"]["timeout"].as_u64()
    }

    /// The batch that a connect confirms, if any.
    fn ack(&self) -> Option<i64> {
        self.messages[0]["ext"]["ack"].as_i64()
    }

    /// The channels that a batch subscribes to.
    fn subscriptions(&self) -> Vec<&str> {
        self.messages
            .iter()
            .filter_map(|message| message["subscription"].as_str())
            .collect()
    }
}

struct Bench {
    session: Session,
    now: Duration,
    /// For how long the machine has slept so far.
    asleep: Duration,
    /// How often connections were to be forgotten.
    forgotten: usize,
    under_way: Vec<Sent>,
    aborted: Vec<Ticket>,
    events: Vec<Event>,
    published: Vec<(Publication, Result<(), PublishError>)>,
    renewals: Vec<(Ticket, Renewal)>,
    /// Each WebSocket that was asked for.
    sockets: Vec<(Ticket, Opening)>,
    /// Frames that were sent.
    frames: VecDeque<(Ticket, Vec<Value>)>,
    /// How many requests were ever sent.
    sent: usize,
    /// With the acknowledgement extension: the number of the last batch that the server closed.
    batch: Option<i64>,
}

const HOLD: Duration = Duration::from_secs(30);
const NETWORK: Duration = Duration::from_secs(10);
/// What the wall clock shows at the beginning.
const EPOCH: Duration = Duration::from_secs(1_700_000_000);
const UNKNOWN: &str = "402::Unknown client";

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

fn config() -> Config {
    Config {
        jitter_seed: 1,
        sleep_check: None,
        ..Config::new(Url::parse("http://server/api/notifications").unwrap())
    }
}

impl Bench {
    /// A session that has just sent its handshake.
    fn new() -> Self {
        Self::with(config())
    }

    fn with(config: Config) -> Self {
        let start = Moment {
            elapsed: Duration::ZERO,
            wall: EPOCH,
        };
        let mut bench = Self {
            session: Session::start(config, start),
            asleep: Duration::ZERO,
            forgotten: 0,
            now: Duration::ZERO,
            under_way: Vec::new(),
            aborted: Vec::new(),
            events: Vec::new(),
            published: Vec::new(),
            renewals: Vec::new(),
            sockets: Vec::new(),
            frames: VecDeque::new(),
            sent: 0,
            batch: None,
        };
        bench.collect();
        bench
    }

    /// A session that holds a connect, is subscribed to the channels, and has said so.
    fn connected(channels: &[&str]) -> Self {
        let mut bench = Self::new();
        for channel in channels {
            bench.subscribe(channel);
        }
        bench.establish("c1");
        assert_eq!(bench.take_events(), [Event::Connected]);
        // One more round, so that the server counts as one that keeps sessions.
        bench.deliver(&[]);
        bench
    }

    /// The same with a server that has the acknowledgement extension.
    fn acknowledging(channels: &[&str]) -> Self {
        let mut bench = Self::new();
        bench.batch = Some(0);
        for channel in channels {
            bench.subscribe(channel);
        }
        bench.establish("c1");
        assert_eq!(bench.take_events(), [Event::Connected]);
        bench.deliver(&[]);
        bench
    }

    /// Plays the server's part from the handshake to the first answered connect.
    fn establish(&mut self, client_id: &str) {
        self.grant_handshake(client_id);
        if self.has(Purpose::Batch) {
            self.grant_batch();
        }
        self.deliver(&[]);
    }

    fn input(&mut self, input: Input) {
        self.session.handle(input, self.moment());
        self.collect();
    }

    fn moment(&self) -> Moment {
        Moment {
            elapsed: self.now,
            wall: EPOCH + self.now + self.asleep,
        }
    }

    fn collect(&mut self) {
        while let Some(output) = self.session.next_output() {
            match output {
                Output::Send {
                    ticket,
                    purpose,
                    request,
                } => {
                    let messages = serde_json::from_slice(&request.body).unwrap();
                    self.sent += 1;
                    self.under_way.retain(|sent| sent.ticket != ticket);
                    self.under_way.push(Sent {
                        ticket,
                        purpose,
                        request,
                        messages,
                    });
                }
                Output::Renew { ticket, renewal } => self.renewals.push((ticket, renewal)),
                Output::Open { ticket, opening } => self.sockets.push((ticket, opening)),
                Output::Write { ticket, body } => {
                    let messages: Vec<Value> = serde_json::from_slice(&body).unwrap();
                    self.frames.push_back((ticket, messages));
                }
                Output::ForgetConnections => self.forgotten += 1,
                Output::Abort(ticket) => {
                    self.under_way.retain(|sent| sent.ticket != ticket);
                    self.aborted.push(ticket);
                }
                Output::Event(event) => self.events.push(event),
                Output::Published { publication, result } => self.published.push((publication, result)),
            }
        }
        for purpose in [
            Purpose::Handshake,
            Purpose::Connect,
            Purpose::Batch,
            Purpose::Disconnect,
        ] {
            let number = self
                .under_way
                .iter()
                .filter(|sent| sent.purpose == purpose)
                .count();
            assert!(number <= 1, "two requests at once: {purpose:?}");
        }
    }

    fn has(&self, purpose: Purpose) -> bool {
        self.under_way.iter().any(|sent| sent.purpose == purpose)
    }

    /// The request of this kind, which must be under way.
    #[track_caller]
    fn request(&self, purpose: Purpose) -> &Sent {
        let found = self.under_way.iter().find(|sent| sent.purpose == purpose);
        found.unwrap_or_else(|| panic!("no {purpose:?} among {:?}", self.under_way))
    }

    /// Ends the request of this kind, and gives it.
    #[track_caller]
    fn take(&mut self, purpose: Purpose) -> Sent {
        let sent = self.request(purpose).clone();
        self.under_way.retain(|other| other.ticket != sent.ticket);
        sent
    }

    #[track_caller]
    fn reply(&mut self, purpose: Purpose, messages: &Value) -> Sent {
        self.reply_raw(purpose, 200, messages.to_string().as_bytes())
    }

    #[track_caller]
    fn reply_raw(&mut self, purpose: Purpose, status: u16, body: &[u8]) -> Sent {
        let sent = self.take(purpose);
        let reply = Reply {
            status,
            body: body.to_vec().into(),
            ..Reply::default()
        };
        self.input(Input::Replied {
            ticket: sent.ticket,
            reply,
        });
        sent
    }

    /// Ends the only renewal that was asked for, which must be this one.
    #[track_caller]
    fn renew(&mut self, what: Renewal, renewed: Renewed) {
        let [(ticket, renewal)] = std::mem::take(&mut self.renewals)[..] else {
            panic!("not one renewal")
        };
        assert_eq!(renewal, what);
        self.input(Input::Renewed { ticket, renewed });
    }

    #[track_caller]
    fn fail(&mut self, purpose: Purpose, error: ExchangeError) {
        let ticket = self.take(purpose).ticket;
        self.input(Input::Failed { ticket, error });
    }

    #[track_caller]
    fn grant_handshake(&mut self, client_id: &str) -> Sent {
        let id = self.request(Purpose::Handshake).id().clone();
        let ext = self.batch.map(|_| json!({"ack": true}));
        self.batch = self.batch.map(|_| 0);
        self.reply(
            Purpose::Handshake,
            &json!([{
                "ext": ext,
                "channel": "/meta/handshake", "id": id, "successful": true, "clientId": client_id, "version": "1.0",
                "supportedConnectionTypes": ["websocket", "long-polling"],
                "advice": {"reconnect": "retry", "interval": 0, "timeout": 30000},
            }]),
        )
    }

    /// Grants every message of the batch.
    #[track_caller]
    fn grant_batch(&mut self) -> Sent {
        let answers: Vec<_> = self
            .request(Purpose::Batch)
            .messages
            .iter()
            .map(granted)
            .collect();
        self.reply(Purpose::Batch, &Value::Array(answers))
    }

    /// Answers the connect with these messages before the answer proper.
    #[track_caller]
    fn deliver(&mut self, messages: &[Value]) -> Sent {
        let mut messages = messages.to_vec();
        messages.push(self.close_batch());
        self.reply(Purpose::Connect, &Value::Array(messages))
    }

    /// The answer that grants the connect, with the number of the next batch.
    #[track_caller]
    fn close_batch(&mut self) -> Value {
        let mut answer = granted(&self.request(Purpose::Connect).messages[0]);
        if let Some(batch) = &mut self.batch {
            *batch += 1;
            answer["ext"] = json!({"ack": *batch});
        }
        answer
    }

    /// Answers the connect with an error, and with advice unless that is null.
    #[track_caller]
    fn refuse_connect(&mut self, error: &str, advice: &Value) {
        let id = self.request(Purpose::Connect).id().clone();
        let answer = json!([{"channel": "/meta/connect", "id": id, "successful": false, "error": error, "advice": advice}]);
        self.reply(Purpose::Connect, &answer);
    }

    /// Lets time pass until the session wants to be woken, and wakes it. Gives how long that was.
    #[track_caller]
    fn wake(&mut self) -> Duration {
        let deadline = self.session.deadline().expect("the session waits for nothing");
        let waited = deadline.saturating_sub(self.now);
        self.now = self.now.max(deadline);
        self.input(Input::DeadlineReached);
        waited
    }

    fn subscribe(&mut self, channel: &str) {
        self.input(Input::Subscribe(Channel::new(channel).unwrap()));
    }

    fn unsubscribe(&mut self, channel: &str) {
        self.input(Input::Unsubscribe(Channel::new(channel).unwrap()));
    }

    fn publish(&mut self, publication: Publication, channel: &str) {
        let channel = Channel::plain(channel).unwrap();
        self.input(Input::Publish {
            publication,
            channel,
            data: json!({"number": publication}),
        });
    }

    fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// The payloads delivered since events were last taken.
    fn take_payloads(&mut self) -> Vec<Value> {
        let payload = |event| match event {
            Event::Delivered(message) => Some(message.data.value()),
            _ => None,
        };
        self.take_events().into_iter().filter_map(payload).collect()
    }

    /// The code of the only event since events were last taken, which must be an interruption.
    #[track_caller]
    fn take_interruption(&mut self) -> &'static str {
        match self.take_events().as_slice() {
            [Event::Interrupted(why)] => why.code(),
            events => panic!("not one interruption: {events:?}"),
        }
    }
}

/// The answer that grants a message.
fn granted(message: &Value) -> Value {
    let mut answer = json!({"channel": message["channel"], "id": message["id"], "successful": true});
    if let Some(subscription) = message.get("subscription") {
        answer["subscription"] = subscription.clone();
    }
    answer
}

/// A message that a server delivers.
fn event(channel: &str, data: &Value) -> Value {
    json!({"channel": channel, "data": data})
}

fn broken() -> ExchangeError {
    ExchangeError::Broken("connection reset".to_owned())
}

fn unreachable() -> ExchangeError {
    ExchangeError::Unreachable("connection refused".to_owned())
}

fn is_session_lost(event: &Event) -> bool {
    matches!(event, Event::Interrupted(Interruption::SessionLost(_)))
}
