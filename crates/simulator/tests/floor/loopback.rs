//! The floor on a real loopback port.

use serde_json::Value;
use simulator::{Scenario, Settings, Simulator, StartError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn raw(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    // A connection the floor cuts on purpose ends with an error; what came before counts.
    let _ = stream.read_to_end(&mut reply).await;
    String::from_utf8(reply).unwrap()
}

#[tokio::test]
async fn it_listens_on_loopback_serves_and_closes() {
    let simulator = Simulator::start(Settings::default()).await.unwrap();
    let url = simulator.base_url();
    let address = url
        .strip_prefix("http://")
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    let request = "GET /api/v2/me HTTP/1.1\r\nHost: x\r\nAuthorization: Basic c2FtOnByYWN0aWNl\r\nConnection: close\r\n\r\n";
    let reply = raw(&address, request).await;
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("HTTP/1.1 200") && head.contains("set-cookie: JSESSIONID="),
        "{head}"
    );
    let body: Value = serde_json::from_str(body).unwrap();
    assert!(
        body["user"]["uri"].as_str().unwrap().starts_with(&url),
        "URIs name the real port"
    );

    simulator
        .handle()
        .change_faults(|faults| faults.lost_reply_next = 1);
    let lost = raw(&address, request).await;
    assert!(!lost.contains("statusCode"), "the connection is cut: {lost}");

    let port = address.rsplit(':').next().unwrap().parse().unwrap();
    let second = Simulator::start(Settings {
        port,
        ..Settings::default()
    })
    .await;
    assert!(matches!(second, Err(StartError::Listen { .. })));
    simulator.stop().await;
    assert!(TcpStream::connect(&address).await.is_err());
}

#[tokio::test]
async fn a_scenario_about_strangers_keeps_the_floor_closed() {
    let scenario = Scenario::parse(r#"{"acts": [{"at_ms": 0, "do": "ring", "person": "Nobody"}]}"#).unwrap();
    let refused = Simulator::start(Settings {
        scenario: Some(scenario),
        ..Settings::default()
    })
    .await;
    let error = refused.err().unwrap();
    assert!(matches!(error, StartError::Scenario(_)));
    assert!(error.to_string().contains("`Nobody`"), "{error}");
}
