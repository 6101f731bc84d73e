//! The WebSocket transport, and the way back to long-polling where there is none.

use std::time::Duration;

use bayeux::{Closure, Config, Transport};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::listener::Listener;
use crate::mismatch::{Mismatch, Trouble, expect_equal, expect_that};
use crate::proxy::Upgrades;
use crate::scenario::{HANDSHAKE, Outcome, SOON, Stage};

/// How long a WebSocket that nobody answers is waited for. One that is to be opened gets the time that a busy machine needs.
const OPENED_WITHIN: Duration = Duration::from_secs(1);

fn config(stage: &Stage, transports: &[Transport]) -> Result<Config, Trouble> {
    let mut config = stage.config()?;
    config.transports = transports.to_vec();
    Ok(config)
}

const BOTH: &[Transport] = &[Transport::WebSocket, Transport::LongPolling];

/// A client on a WebSocket of which the server knows the subscription. What goes over it the proxy cannot see.
async fn listener(stage: &Stage) -> Result<Listener, Mismatch> {
    let listener = stage.client(config(stage, BOTH)?)?;
    listener.subscribe(&stage.channel)?;
    listener.connected(SOON).await?;
    flowing(stage, &listener).await?;
    expect_equal("requests over HTTP", 0, stage.proxy.requests().len())?;
    Ok(listener)
}

/// Publishes until a message comes: then the subscription is there, whatever the order in which things were asked for.
async fn flowing(stage: &Stage, listener: &Listener) -> Outcome {
    let probe = format!("{}/probe", stage.channel);
    listener.subscribe(&probe)?;
    let began = Instant::now();
    while listener.numbers(&probe).is_empty() && began.elapsed() < SOON {
        stage.server.publish(&probe, 1).await?;
        sleep(Duration::from_millis(50)).await;
    }
    expect_that(
        "a message comes",
        !listener.numbers(&probe).is_empty(),
        listener.mark(),
    )
}

pub(super) async fn whole_life(stage: Stage) -> Outcome {
    let listener = listener(&stage).await?;
    stage.publish(0..100).await?;
    listener.numbered(&stage.channel, 0..100, SOON).await?;
    let sent = listener.client.publish(&stage.channel, json!({"i": 100})).await;
    expect_that("it is published", sent.is_ok(), sent)?;
    listener.numbered(&stage.channel, 0..101, SOON).await?;
    listener.client.disconnect().await;
    expect_equal("the end", Closure::Disconnected, listener.closed(SOON).await?)?;
    expect_equal("WebSockets", 1, stage.proxy.upgrades())
}

pub(super) async fn not_offered(stage: Stage) -> Outcome {
    let listener = stage.listener_with(config(&stage, BOTH)?).await?;
    expect_equal("tries with a WebSocket", 1, stage.proxy.upgrades())?;
    stage.publish(0..2).await?;
    listener.numbered(&stage.channel, 0..2, SOON).await?;
    expect_equal("tries with a WebSocket in all", 1, stage.proxy.upgrades())
}

pub(super) async fn nothing_else(stage: Stage) -> Outcome {
    let listener = stage.client(config(&stage, &[Transport::WebSocket])?)?;
    let why = listener.closed(SOON).await?;
    expect_that("it is not we who ended it", why != Closure::Disconnected, &why)?;
    expect_equal("requests over HTTP", 0, stage.proxy.requests().len())
}

pub(super) async fn not_opened(stage: Stage) -> Outcome {
    stage.proxy.upgrade(Upgrades::Swallowed);
    let mut config = config(&stage, BOTH)?;
    config.connect_timeout = OPENED_WITHIN;
    let began = Instant::now();
    let listener = stage.listener_with(config).await?;
    let took = began.elapsed();
    expect_that(
        "not before its time is over",
        took + Duration::from_millis(50) >= OPENED_WITHIN,
        took,
    )?;
    stage.publish(0..2).await?;
    listener.numbered(&stage.channel, 0..2, SOON).await?;
    expect_equal("tries with a WebSocket", 1, stage.proxy.upgrades())
}

pub(super) async fn stripped(stage: Stage) -> Outcome {
    stage.proxy.upgrade(Upgrades::Stripped);
    let listener = stage.listener_with(config(&stage, BOTH)?).await?;
    stage.publish(0..2).await?;
    listener.numbered(&stage.channel, 0..2, SOON).await?;
    expect_equal("tries with a WebSocket", 1, stage.proxy.upgrades())
}

pub(super) async fn dropped(stage: Stage) -> Outcome {
    let listener = listener(&stage).await?;
    let before = stage.server.sessions().await?;
    let mark = listener.mark();
    stage.publish(0..3).await?;
    stage.proxy.cut_tunnels();
    stage.publish(3..6).await?;
    stage
        .eventually("another WebSocket", || stage.proxy.upgrades() >= 2)
        .await?;
    if stage.kind().acknowledges() {
        stage.publish(6..9).await?;
        listener.numbered(&stage.channel, 0..9, SOON).await?;
        expect_equal("the sessions", before, stage.server.sessions().await?)?;
    } else {
        let (_, gap) = listener.resumed(mark, SOON).await?;
        flowing(&stage, &listener).await?;
        stage.publish(6..9).await?;
        listener
            .event("the last message", SOON, super::network::is_number(8))
            .await?;
        let all_there = listener.numbers(&stage.channel).len() == 9;
        expect_that(
            "what is lost is said",
            gap || all_there,
            listener.numbers(&stage.channel),
        )?;
    }
    expect_equal("requests over HTTP", 0, stage.proxy.requests().len())
}

pub(super) async fn lost(stage: Stage) -> Outcome {
    let listener = listener(&stage).await?;
    let mark = listener.mark();
    stage.server.kick().await?;
    let (_, gap) = listener.resumed(mark, stage.hold() + SOON).await?;
    expect_that("a gap is said", gap, gap)?;
    stage.publish(0..3).await?;
    listener.numbered(&stage.channel, 0..3, SOON).await?;
    expect_equal("handshakes over HTTP", 0, stage.proxy.count(HANDSHAKE))
}
