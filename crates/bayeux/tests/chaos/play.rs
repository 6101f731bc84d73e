//! One play from its seed: ten minutes of trouble, then peace, and what the application heard.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bayeux::{Client, Config, Event, PublishError, Transport};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::plan::Plan;
use crate::server::Server;
use crate::wire::Wire;

const TROUBLE: Duration = Duration::from_mins(10);
/// By then the client must have found back.
const PEACE: Duration = Duration::from_mins(3);

/// What happened, with times since the beginning.
pub(crate) struct Play {
    pub(crate) plan: Plan,
    pub(crate) heard: Vec<(Duration, Event)>,
    pub(crate) published: Vec<Duration>,
    /// What became of each publication, and how often the server took it.
    pub(crate) publications: Vec<(Result<(), PublishError>, usize)>,
    pub(crate) handshakes: usize,
}

pub(crate) fn play(plan: &Plan) -> Play {
    in_virtual_time(perform(plan))
}

/// What happened when the client was told to disconnect in the middle of trouble.
pub(crate) struct Farewell {
    pub(crate) took: Duration,
    /// The channels of what was sent from then on.
    pub(crate) sent: Vec<String>,
    pub(crate) last_event: Option<Event>,
}

pub(crate) fn leave(plan: &Plan) -> Farewell {
    in_virtual_time(perform_farewell(plan))
}

fn in_virtual_time<T>(performed: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(performed)
}

fn config(plan: &Plan) -> Config {
    let mut config = Config::new("http://server/bayeux".parse().unwrap());
    config.jitter_seed = plan.seed;
    config.event_capacity = 16;
    // The wall clock goes its own way here.
    config.sleep_check = None;
    if plan.web_socket {
        config.transports = vec![Transport::WebSocket, Transport::LongPolling];
    }
    config
}

async fn perform_farewell(plan: &Plan) -> Farewell {
    let started = Instant::now();
    let server = Arc::new(Server::new(plan.clone()));
    let wire = Arc::new(Wire::new(Arc::clone(&server)));
    let (client, events) = Client::start(Arc::clone(&wire) as Arc<Wire>, config(plan));
    client.subscribe("/a").unwrap();
    let mut trouble = JoinSet::new();
    trouble.spawn(publish_events(Arc::clone(&server)));
    trouble.spawn(break_server(Arc::clone(&server)));
    let using = tokio::spawn(use_client(client.clone(), plan.clone()));
    let listening = tokio::spawn(listen(events, plan.clone(), started));
    let mut rng = plan.random(6);
    sleep(Duration::from_millis(rng.u64(..120_000))).await;
    // A WebSocket that worked is given up after some refusals, perhaps just now.
    wire.refuses.store(true, Ordering::Relaxed);
    sleep(Duration::from_millis(rng.u64(..60_000))).await;
    using.abort();

    let leaving = Instant::now();
    server.sent.lock().unwrap().clear();
    let disconnecting = timeout(Duration::from_mins(1), client.disconnect());
    disconnecting.await.unwrap();
    let took = leaving.elapsed();
    let heard = timeout(Duration::from_mins(1), listening).await.unwrap().unwrap();
    sleep(PEACE).await;
    let sent = server.sent.lock().unwrap().clone();
    Farewell {
        took,
        sent,
        last_event: heard.into_iter().last().map(|(_, event)| event),
    }
}

async fn perform(plan: &Plan) -> Play {
    let started = Instant::now();
    let server = Arc::new(Server::new(plan.clone()));
    let wire = Arc::new(Wire::new(Arc::clone(&server)));
    let (client, events) = Client::start(Arc::clone(&wire) as Arc<Wire>, config(plan));
    client.subscribe("/a").unwrap();

    let mut trouble = JoinSet::new();
    trouble.spawn(publish_events(Arc::clone(&server)));
    trouble.spawn(break_server(Arc::clone(&server)));
    let using = tokio::spawn(use_client(client.clone(), plan.clone()));
    let listening = tokio::spawn(listen(events, plan.clone(), started));

    sleep(TROUBLE).await;
    wire.is_bad.store(false, Ordering::Relaxed);
    trouble.shutdown().await;
    // What is under way may still have been drawn to fail.
    sleep(PEACE).await;
    for _ in 0..3 {
        server.publish();
        sleep(Duration::from_secs(2) + plan.interval).await;
    }
    client.disconnect().await;
    let outcomes = using.await.unwrap();
    let heard = timeout(Duration::from_mins(1), listening).await.unwrap().unwrap();
    let state = server.state();
    let publications = outcomes
        .into_iter()
        .enumerate()
        .map(|(number, outcome)| {
            let taken = state.taken.get(&(number as u64)).copied().unwrap_or_default();
            (outcome, taken)
        })
        .collect();
    Play {
        plan: plan.clone(),
        heard,
        published: state.published_at.iter().map(|at| *at - started).collect(),
        publications,
        handshakes: state.handshakes,
    }
}

/// Publishes at random moments, now and then several at once.
async fn publish_events(server: Arc<Server>) {
    let mut rng = server.plan.random(2);
    loop {
        sleep(Duration::from_millis(rng.u64(..12_000))).await;
        for _ in 0..rng.u8(1..4) {
            server.publish();
        }
    }
}

/// Restarts the server and forgets sessions at random moments.
async fn break_server(server: Arc<Server>) {
    let mut rng = server.plan.random(3);
    loop {
        sleep(Duration::from_millis(rng.u64(..180_000))).await;
        if server.plan.keeps_sessions {
            continue;
        }
        if rng.bool() {
            let down = Duration::from_millis(rng.u64(..20_000));
            server.restart(Instant::now() + down);
        } else {
            server.forget_sessions();
        }
    }
}

/// Publishes, wants and gives up another channel, and has fresh connections made.
async fn use_client(client: Client, plan: Plan) -> Vec<Result<(), PublishError>> {
    let mut rng = plan.random(4);
    let until = Instant::now() + TROUBLE;
    let mut publishing = JoinSet::new();
    let mut number = 0_u64;
    while Instant::now() < until {
        sleep(Duration::from_millis(rng.u64(..15_000))).await;
        match rng.u8(..8) {
            0 => client.reconnect_now(),
            1 | 2 => client.subscribe("/b").unwrap(),
            3 | 4 => client.unsubscribe("/b").unwrap(),
            _ => {
                let (client, own) = (client.clone(), number);
                number += 1;
                publishing.spawn(async move { (own, client.publish("/x", json!(own)).await) });
            }
        }
    }
    let mut outcomes = publishing.join_all().await;
    outcomes.sort_by_key(|(number, _)| *number);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Takes events, sometimes slowly, and notes them.
async fn listen(mut events: mpsc::Receiver<Event>, plan: Plan, started: Instant) -> Vec<(Duration, Event)> {
    let mut rng = plan.random(5);
    let tells = std::env::var("CHAOS_SEED").is_ok();
    let mut heard = Vec::new();
    while let Some(event) = events.recv().await {
        if tells {
            println!("{:>9.3} {event:?}", started.elapsed().as_secs_f64());
        }
        heard.push((started.elapsed(), event));
        if started.elapsed() < TROUBLE && rng.u8(..50) == 0 {
            sleep(Duration::from_millis(rng.u64(..3000))).await;
        }
    }
    heard
}
