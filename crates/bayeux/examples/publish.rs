//! Publishes the lines of its input, one message each: `cargo run --example publish -- URL CHANNEL < FILE`.

use std::io::BufRead;
use std::sync::Arc;

use bayeux::{Client, Config, HttpExchange};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(channel)) = (arguments.next(), arguments.next()) else {
        return Err("which server and which channel?".into());
    };
    // An error only says that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = HttpExchange::configured(|client| client)?;
    // Nothing is subscribed to, but the receiver is kept: dropping it would end the session.
    let (client, _events) = Client::start(Arc::new(http), Config::new(url.parse()?));
    let mut batch = client.batch();
    for line in std::io::stdin().lock().lines() {
        batch = batch.publish(&channel, Value::String(line?))?;
    }
    for (number, outcome) in batch.send().await.into_iter().enumerate() {
        if let Err(error) = outcome {
            println!("line {}: {error}", number + 1);
        }
    }
    client.disconnect().await;
    Ok(())
}
