//! The floor: a bare loop of reqwest that reads every message and decides nothing. No client can be faster with the same library.
//!
//! With acknowledgements it says in each connect what the last answer said, so that what they cost the server can be told apart.

use std::alloc::System;
use std::process::ExitCode;
use std::time::Duration;

use conformance::bench::record::{PATIENCE, Record, Task, Until};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::{RawValue, Value};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::time::{Instant, timeout_at};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

type Failure = Box<dyn std::error::Error>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    channel: Option<&'a str>,
    client_id: Option<String>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    ext: Option<&'a RawValue>,
}

/// The extension field of the answer to a connect.
#[derive(Deserialize)]
struct Ext {
    ack: i64,
}

#[derive(Deserialize)]
struct Data {
    i: usize,
    t: i64,
}

struct Floor {
    http: reqwest::Client,
    url: String,
}

impl Floor {
    async fn post(&self, suffix: &str, messages: Value) -> Result<bytes::Bytes, reqwest::Error> {
        self.http
            .post(format!("{}{suffix}", self.url))
            .header("Content-Type", "application/json;charset=UTF-8")
            .body(messages.to_string())
            .send()
            .await?
            .error_for_status()?
            .bytes()
            .await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Failure> {
    let Some(task) = Task::from_arguments() else {
        return Ok(ExitCode::FAILURE);
    };
    // An error only says that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let floor = Floor {
        http: reqwest::Client::builder()
            .no_proxy()
            .cookie_store(true)
            .tcp_nodelay(true)
            .build()?,
        url: task.url.clone(),
    };
    let handshake = json!([{
        "id": "1", "channel": "/meta/handshake", "version": "1.0", "minimumVersion": "1.0",
        "supportedConnectionTypes": ["long-polling"], "ext": {"ack": task.ack},
    }]);
    let reply = floor.post("/handshake", handshake).await?;
    let messages: Vec<Message<'_>> = serde_json::from_slice(&reply)?;
    let id = messages
        .into_iter()
        .find_map(|message| message.client_id)
        .ok_or("no client id")?;
    let mut batch = task.ack.then_some(0);
    let connect = |number: u64, batch: Option<i64>| {
        let mut message = json!({"id": number.to_string(), "channel": "/meta/connect", "clientId": id, "connectionType": "long-polling"});
        if let Some(batch) = batch {
            message["ext"] = json!({"ack": batch});
        }
        message
    };
    let mut first = connect(2, batch);
    first["advice"] = json!({"timeout": 0});
    let reply = floor.post("/connect", json!([first])).await?;
    note_batch(&mut batch, &serde_json::from_slice::<Vec<Message<'_>>>(&reply)?);
    let subscribe =
        json!([{"id": "3", "channel": "/meta/subscribe", "clientId": id, "subscription": "/bench"}]);
    floor.post("/", subscribe).await?;

    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut record = Record::begin("bare reqwest loop", task.messages(), ALLOCATOR);
    let end = match task.until {
        Until::Idle(time) => Some(Instant::now() + time),
        Until::Messages(_) => None,
    };
    'polls: for number in 4.. {
        let poll = floor.post("/connect", json!([connect(number, batch)]));
        let Ok(reply) = timeout_at(end.unwrap_or_else(|| Instant::now() + PATIENCE), poll).await else {
            break;
        };
        let reply = reply?;
        let messages: Vec<Message<'_>> = serde_json::from_slice(&reply)?;
        note_batch(&mut batch, &messages);
        for message in messages {
            if let (Some("/bench"), Some(data)) = (message.channel, message.data) {
                let data: Data = serde_json::from_str(data.get())?;
                if record.note(data.i, data.t) {
                    break 'polls;
                }
            }
        }
    }
    record.report();
    Ok(ExitCode::SUCCESS)
}

/// Notes the batch that an answer to a connect closes, where they are numbered.
fn note_batch(batch: &mut Option<i64>, messages: &[Message<'_>]) {
    let Some(last) = batch else {
        return;
    };
    for message in messages {
        if let (Some("/meta/connect"), Some(ext)) = (message.channel, message.ext)
            && let Ok(ext) = serde_json::from_str::<Ext>(ext.get())
        {
            *last = ext.ack;
        }
    }
}
