//! Subscribing and publishing.

use std::time::Duration;

use bayeux::{Event, PublishError};
use serde_json::json;

use super::network::is_interrupted;
use super::sessions::expect_quiet;
use crate::mismatch::{expect_equal, expect_that};
use crate::proxy::{On, What};
use crate::scenario::{CONNECT, HANDSHAKE, Outcome, SOON, SUBSCRIBE, Stage, UNSUBSCRIBE, asks_for};
use crate::server::Kind;

pub(super) async fn refused(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    let secret = format!("{}/secret", stage.channel);
    stage.server.policy(true, false).await?;
    listener.subscribe(&secret)?;
    let is_it =
        |event: &Event| matches!(event, Event::SubscriptionRefused { channel, .. } if *channel == secret);
    listener.event("SubscriptionRefused", SOON, is_it).await?;
    stage.server.policy(true, true).await?;
    let said: Vec<_> = listener.said().into_iter().map(|said| said.event).collect();
    expect_that("the session goes on", !said.iter().any(is_interrupted), &said)?;
    stage.publish(0..1).await?;
    listener.numbered(&stage.channel, 0..1, SOON).await?;

    stage.held().await?;
    let mark = listener.mark();
    stage.server.kick().await?;
    listener.resumed(mark, stage.hold() + SOON).await?;
    let asked = stage.proxy.messages(SUBSCRIBE);
    let for_secret = asked
        .iter()
        .filter(|(_, message)| asks_for(message, &secret))
        .count();
    expect_equal("subscribes to the refused channel", 1, for_secret)?;
    stage.publish(1..2).await?;
    listener.numbered(&stage.channel, 0..2, SOON).await
}

pub(super) async fn counted(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    listener.subscribe(&stage.channel)?;
    listener.client.unsubscribe(&stage.channel)?;
    stage.held().await?;
    stage.publish(0..1).await?;
    listener.numbered(&stage.channel, 0..1, SOON).await?;
    expect_equal("subscribes on the wire", 1, stage.proxy.count(SUBSCRIBE))?;
    expect_equal("unsubscribes on the wire", 0, stage.proxy.count(UNSUBSCRIBE))?;
    listener.client.unsubscribe(&stage.channel)?;
    stage
        .eventually("one unsubscribe", || stage.proxy.count(UNSUBSCRIBE) == 1)
        .await?;
    stage.held().await?;
    stage.publish(1..2).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    expect_equal("messages", vec![0], listener.numbers(&stage.channel))
}

pub(super) async fn patterns(stage: Stage) -> Outcome {
    let root = stage.channel.clone();
    let listener = stage.client(stage.config()?)?;
    for channel in [format!("{root}/*"), format!("{root}/**"), format!("{root}/b")] {
        listener.subscribe(&channel)?;
        stage.ready(&listener, &channel).await?;
    }
    let published = ["", "/b", "/b/c", "/b/c/d", "x/b"];
    for below in published {
        stage.server.publish(&format!("{root}{below}"), 1).await?;
    }
    let last = format!("{root}/b/c/d");
    listener.numbered(&last, 0..1, SOON).await?;
    // This one sends a copy for each subscription that matches; the others, and the specification, one to each session.
    let copies = if stage.kind() == Kind::CometdNode { 3 } else { 1 };
    let found = published.map(|below| (below, listener.numbers(&format!("{root}{below}")).len()));
    let expected = [("", 0), ("/b", copies), ("/b/c", 1), ("/b/c/d", 1), ("x/b", 0)];
    expect_equal("messages by channel", expected, found)
}

pub(super) async fn held_until_shaken(stage: Stage) -> Outcome {
    stage
        .proxy
        .fault(On::Handshake, 1, What::Delayed(Duration::from_millis(700)));
    let listener = stage.client(stage.config()?)?;
    listener.subscribe(&stage.channel)?;
    let sent = listener.client.publish(&stage.channel, json!({"i": 0})).await;
    expect_that("it is published", sent.is_ok(), sent)?;
    listener.numbered(&stage.channel, 0..1, SOON).await?;
    let channels = |number: usize| -> Vec<String> {
        let requests = stage.proxy.requests();
        let messages = requests.get(number).map(|request| request.messages.clone());
        let channels = messages.into_iter().flatten();
        channels
            .filter_map(|message| Some(message["channel"].as_str()?.to_owned()))
            .collect()
    };
    expect_equal("the first request", vec![HANDSHAKE.to_owned()], channels(0))?;
    expect_equal(
        "the second",
        vec![SUBSCRIBE.to_owned(), stage.channel.clone()],
        channels(1),
    )?;
    expect_equal("the third", vec![CONNECT.to_owned()], channels(2))
}

pub(super) async fn publish_after_denial(stage: Stage) -> Outcome {
    stage.server.policy(false, true).await?;
    let listener = stage.client(stage.config()?)?;
    listener.closed(SOON).await?;
    let sent = listener.client.publish(&stage.channel, json!(1)).await;
    expect_equal("the publication", Err(PublishError::Closed), sent)?;
    expect_quiet(&stage, "after the refusal").await?;
    expect_equal("on the wire", 0, stage.proxy.count(&stage.channel))
}

pub(super) async fn publish_while_down(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let mark = listener.mark();
    stage.proxy.go_down();
    listener
        .event_since(mark, "Interrupted", SOON, is_interrupted)
        .await?;
    let sent = listener.client.publish(&stage.channel, json!({"i": 0})).await;
    expect_that("the publication fails", sent.is_err(), &sent)?;
    stage.proxy.come_up();
    listener.resumed(mark, SOON).await?;
    expect_quiet_about(&stage).await?;
    let sent = listener.client.publish(&stage.channel, json!({"i": 1})).await;
    expect_that("the next one is published", sent.is_ok(), &sent)?;
    listener.numbered(&stage.channel, 1..2, SOON).await
}

async fn expect_quiet_about(stage: &Stage) -> Outcome {
    tokio::time::sleep(Duration::from_secs(1)).await;
    expect_equal("it is not sent later", 0, stage.proxy.count(&stage.channel))
}

pub(super) async fn batch(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let mut batch = listener.client.batch();
    for number in 0..3 {
        batch = batch
            .publish(&stage.channel, json!({"i": number}))
            .map_err(bayeux::SubscribeError::from)?;
    }
    let results = batch.send().await;
    expect_that(
        "all three are published",
        results.iter().all(Result::is_ok),
        &results,
    )?;
    listener.numbered(&stage.channel, 0..3, SOON).await?;
    let carried = stage.proxy.messages(&stage.channel);
    let numbers: Vec<_> = carried
        .iter()
        .map(|(_, message)| message["data"]["i"].as_u64())
        .collect();
    expect_equal("on the wire", vec![Some(0), Some(1), Some(2)], numbers)?;
    let together = carried.iter().all(|(request, _)| request.messages.len() == 3);
    expect_that("in one request", together, carried.len())
}
