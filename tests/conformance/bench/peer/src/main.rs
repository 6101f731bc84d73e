//! The crate `cometd-client` as a bench client. It has no acknowledgements and says nothing while it is idle.

#[expect(dead_code, reason = "the other clients use all of it")]
#[path = "../../../src/bench/record.rs"]
mod record;

use std::alloc::System;
use std::process::ExitCode;
use std::time::Duration;

use cometd_client::CometdClientBuilder;
use cometd_client::types::CometdClientEvent;
use record::{PATIENCE, Record, Task, Until};
use serde::Deserialize;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::time::{sleep, timeout};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

type Failure = Box<dyn std::error::Error>;

#[derive(Debug, Clone, Deserialize)]
struct Data {
    i: usize,
    t: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Failure> {
    let Some(task) = Task::from_arguments() else {
        return Ok(ExitCode::FAILURE);
    };
    let url = format!("{}/", task.url).parse()?;
    let client = CometdClientBuilder::new(&url)
        .events_channel_capacity(100_000)
        .request_timeout(Duration::from_secs(60))
        .build::<Data>()
        .map_err(|error| format!("{error:?}"))?;
    let mut events = client.rx();
    client.subscribe(&["/bench"]).await;
    sleep(Duration::from_millis(800)).await;
    let mut record = Record::begin("cometd-client 0.3.6", task.messages(), ALLOCATOR);
    if let Until::Idle(time) = task.until {
        sleep(time).await;
        record.report();
        return Ok(ExitCode::SUCCESS);
    }
    'events: while let Ok(Some(event)) = timeout(PATIENCE, events.recv()).await {
        let CometdClientEvent::Message(messages) = &event else { break };
        for data in messages.iter().filter_map(|message| message.message.as_ref()) {
            if record.note(data.i, data.t) {
                break 'events;
            }
        }
    }
    record.report();
    // Its background task would keep the process.
    std::process::exit(0);
}
