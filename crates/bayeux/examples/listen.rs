//! Prints what a server publishes: `cargo run --example listen -- URL CHANNEL...`. Ends with the server's last word.
//!
//! With `--features websocket` a WebSocket is tried first.

use std::sync::Arc;

use bayeux::{Client, Config, Event, HttpExchange, Transport};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("which server?")?;
    // An error only says that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = HttpExchange::configured(|client| client)?;
    let mut config = Config::new(url.parse()?);
    if cfg!(feature = "websocket") {
        config.transports = vec![Transport::WebSocket, Transport::LongPolling];
    }
    let (client, mut events) = Client::start(Arc::new(http), config);
    for channel in arguments {
        client.subscribe(&channel)?;
    }
    while let Some(event) = events.recv().await {
        match event {
            Event::Delivered(message) => println!("{} {}", message.channel, message.data),
            Event::Interrupted(why) => println!("interrupted ({}): {why}", why.code()),
            Event::Closed(why) => println!("closed ({}): {why}", why.code()),
            other => println!("{other:?}"),
        }
    }
    Ok(())
}
