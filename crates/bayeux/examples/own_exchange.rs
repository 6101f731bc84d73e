//! An application that brings its own HTTP session, here one that is no network at all: a server in a few lines.
//!
//! `cargo run --example own_exchange --no-default-features`

use std::sync::Arc;
use std::time::Duration;

use bayeux::{BoxFuture, Client, Config, Event, Exchange, ExchangeError, Reply, Request};
use serde_json::{Value, json};

/// Grants everything, and delivers a tick with every connect but the first.
struct Ticks;

impl Exchange for Ticks {
    fn post(&self, request: Request) -> BoxFuture<'_, Result<Reply, ExchangeError>> {
        Box::pin(async move {
            let messages: Vec<Value> = serde_json::from_slice(&request.body)
                .map_err(|error| ExchangeError::Broken(error.to_string()))?;
            let mut answers = Vec::new();
            for message in &messages {
                if message["channel"] == "/meta/connect" && message["advice"]["timeout"] != json!(0) {
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    answers.push(json!({"channel": "/tick", "data": "tick"}));
                }
                answers.push(json!({"channel": message["channel"], "id": message["id"], "successful": true, "clientId": "1"}));
            }
            Ok(Reply {
                status: 200,
                body: Value::Array(answers).to_string().into(),
                ..Reply::default()
            })
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::new("http://nowhere.invalid/bayeux".parse()?);
    let (client, mut events) = Client::start(Arc::new(Ticks), config);
    client.subscribe("/tick")?;
    let mut ticks = 0;
    while let Some(event) = events.recv().await {
        println!("{event:?}");
        if matches!(event, Event::Delivered(_)) {
            ticks += 1;
        }
        if ticks == 3 {
            client.disconnect().await;
        }
    }
    Ok(())
}
