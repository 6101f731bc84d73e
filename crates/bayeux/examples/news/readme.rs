#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let config = bayeux::Config::new(std::env::args().nth(1).ok_or("which server?")?.parse()?);
    let http = std::sync::Arc::new(bayeux::HttpExchange::configured(|client| client)?);
    let (client, mut events) = bayeux::Client::start(http, config);
    client.subscribe("/news/*")?;
    while let Some(event) = events.recv().await {
        println!("{event:?}");
    }
    Ok(())
}
