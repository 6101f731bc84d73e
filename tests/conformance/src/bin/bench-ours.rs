//! Our client as a bench client.

use std::alloc::System;
use std::process::ExitCode;
use std::sync::Arc;

use bayeux::{Client, Config, Event, HttpExchange, Transport};
use conformance::bench::record::{PATIENCE, Record, Task, Until};
use serde::Deserialize;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::time::{Instant, sleep, timeout, timeout_at};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What the server publishes.
#[derive(Deserialize)]
struct Data {
    i: usize,
    t: i64,
}

const AT_ONCE: usize = 64;

type Failure = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Failure> {
    let Some(task) = Task::from_arguments() else {
        return Ok(ExitCode::FAILURE);
    };
    // An error only says that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = HttpExchange::new(HttpExchange::client_builder().no_proxy().build()?);
    let mut config = Config::new(task.url.parse()?);
    config.ack = task.ack;
    if task.web_socket {
        config.transports = vec![Transport::WebSocket];
    }
    let (client, mut events) = Client::start(Arc::new(http), config);
    client.subscribe("/bench")?;
    let connected = timeout(PATIENCE, events.recv()).await?;
    if connected != Some(Event::Connected) {
        return Err(format!("not connected: {connected:?}").into());
    }
    sleep(std::time::Duration::from_millis(300)).await;
    let name = if task.ack { "ours, ack" } else { "ours" };
    let mut record = Record::begin(name, task.messages(), ALLOCATOR);
    if let Until::Idle(time) = task.until {
        let end = Instant::now() + time;
        while timeout_at(end, events.recv()).await.is_ok() {}
    } else {
        // As many at a time as are there, as an application with much to do would take them.
        let mut came = Vec::with_capacity(AT_ONCE);
        'all: while let Ok(1..) = timeout(PATIENCE, events.recv_many(&mut came, AT_ONCE)).await {
            for event in came.drain(..) {
                let Event::Delivered(message) = event else {
                    continue;
                };
                let data: Data = message.data.read()?;
                if record.note(data.i, data.t) {
                    break 'all;
                }
            }
        }
    }
    record.report();
    Ok(ExitCode::SUCCESS)
}
