//! Messages: none lost, none doubled, none changed.

use std::sync::Arc;
use std::time::Duration;

use bayeux::{Client, Event};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::network::{is_interrupted, is_number};
use crate::listener::Listener;
use crate::mismatch::{Mismatch, expect_equal, expect_that};
use crate::proxy::{On, What};
use crate::scenario::{CONNECT, HANDSHAKE, Outcome, SOON, SUBSCRIBE, Stage, exchange};

pub(super) async fn acknowledged(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    for number in 0..3 {
        stage.held().await?;
        stage.publish(number..number + 1).await?;
    }
    listener.numbered(&stage.channel, 0..3, SOON).await?;
    stage.held().await?;
    let (_, handshake) = &stage.proxy.messages(HANDSHAKE)[0];
    expect_equal(
        "asked for in the handshake",
        &json!(true),
        &handshake["ext"]["ack"],
    )?;
    let connects = stage.proxy.messages(CONNECT);
    if !stage.kind().acknowledges() {
        let found: Vec<_> = connects
            .iter()
            .map(|(_, message)| message["ext"]["ack"].clone())
            .collect();
        return expect_that("nothing is acknowledged", found.iter().all(Value::is_null), found);
    }
    expect_equal("the first connect", &json!(0), &connects[0].1["ext"]["ack"])?;
    for pair in connects.windows(2) {
        let replies = pair[0].0.reply.iter().flat_map(|reply| &reply.messages);
        let batch = replies
            .filter(|message| message["channel"] == CONNECT)
            .map(|message| message["ext"]["ack"].clone())
            .next();
        expect_equal(
            "what the last reply was",
            &batch.unwrap_or_default(),
            &pair[1].1["ext"]["ack"],
        )?;
    }
    Ok(())
}

pub(super) async fn acknowledged_anew(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    stage.publish(0..1).await?;
    listener.numbered(&stage.channel, 0..1, SOON).await?;
    stage.held().await?;
    let (mark, id) = (listener.mark(), stage.client_id());
    stage.server.kick().await?;
    listener.resumed(mark, stage.hold() + SOON).await?;
    let connects = stage.proxy.messages(CONNECT);
    let first = connects
        .iter()
        .find(|(_, message)| message["clientId"].as_str() != id.as_deref());
    let found = first.map(|(_, message)| message["ext"]["ack"].clone());
    expect_equal("the first connect of the new session", Some(json!(0)), found)
}

pub(super) async fn piggybacked(stage: Stage) -> Outcome {
    let mut config = stage.config()?;
    config.ack = false;
    let listener = stage.listener_with(config).await?;
    stage.held().await?;
    // The server must hold no connect, so that it puts what comes into the next reply of any kind.
    stage
        .proxy
        .fault(On::HeldConnect, 1, What::Delayed(Duration::from_secs(2)));
    stage.publish(0..1).await?;
    stage.held().await?;
    stage.publish(1..3).await?;
    let other = format!("{}/other", stage.channel);
    listener.subscribe(&other)?;
    listener.numbered(&stage.channel, 0..3, SOON).await?;
    let replies = stage.proxy.messages(SUBSCRIBE);
    let carried = replies
        .iter()
        .filter_map(|(request, _)| request.reply.as_ref())
        .any(|reply| {
            reply
                .messages
                .iter()
                .any(|message| message["data"]["i"] == json!(1))
        });
    expect_that("the reply to the subscribe carried them", carried, replies.len())?;
    stage.ready(&listener, &other).await?;
    stage.server.publish(&other, 1).await?;
    listener.numbered(&other, 0..1, SOON).await
}

pub(super) async fn under_subscribes(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    let publishing = stage
        .server
        .publish_with(&stage.channel, &[("n", 2000), ("rate", 1000)]);
    let subscribing = async {
        for number in 0..100 {
            listener.subscribe(&format!("{}/{number}", stage.channel))?;
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    };
    tokio::try_join!(publishing, subscribing)?;
    listener.numbered(&stage.channel, 0..2000, SOON).await?;
    expect_equal("handshakes", 1, stage.proxy.count(HANDSHAKE))
}

pub(super) async fn falsy(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    let all = [json!(0), json!(false), json!(""), json!([]), json!({})];
    for data in &all {
        let sent = listener.client.publish(&stage.channel, data.clone()).await;
        expect_that(format!("{data} is published"), sent.is_ok(), sent)?;
    }
    let count = |said: &[crate::listener::Said]| {
        said.iter()
            .filter(|said| matches!(said.event, Event::Delivered(_)))
            .count()
    };
    listener
        .until("all of them", SOON, |said| count(said) == all.len())
        .await?;
    let found: Vec<Value> = listener
        .messages()
        .into_iter()
        .map(|message| message.data.value())
        .collect();
    expect_equal("what came", &all[..], &found[..])
}

pub(super) async fn characters_split(stage: Stage) -> Outcome {
    stage.proxy.fault(On::Any, u32::MAX, What::ByteByByte);
    let listener = stage.listener().await?;
    let text = "Grüße 😀 от 監督 \u{10FFFF}".repeat(20);
    let sent = listener
        .client
        .publish(&stage.channel, json!({"text": text}))
        .await;
    expect_that("it is published", sent.is_ok(), sent)?;
    let is_it = |event: &Event| matches!(event, Event::Delivered(message) if message.data.value()["text"] == json!(text));
    listener.event("the same text", SOON, is_it).await?;
    Ok(())
}

pub(super) async fn empty_reply(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    for body in ["", "[]"] {
        let mark = listener.mark();
        stage.proxy.fault(
            On::HeldConnect,
            1,
            What::Replaced {
                content_type: "application/json",
                body,
            },
        );
        listener.client.reconnect_now();
        listener.interrupted(mark, "empty", stage.hold() + SOON).await?;
        let is_resumed = |event: &Event| matches!(event, Event::Resumed { .. });
        let interrupted = listener.mark();
        listener
            .event_since(interrupted - 1, "Resumed", SOON, is_resumed)
            .await?;
        stage.held().await?;
    }
    expect_equal("handshakes", 1, stage.proxy.count(HANDSHAKE))?;
    stage.publish(0..1).await?;
    listener.numbered(&stage.channel, 0..1, SOON).await
}

pub(super) async fn too_large(stage: Stage) -> Outcome {
    let mut config = stage.config()?;
    config.ack = false;
    let listener = Listener::start(Arc::new(exchange()?.with_max_body(20_000)), config);
    listener.subscribe(&stage.channel)?;
    stage.ready(&listener, &stage.channel).await?;
    stage.held().await?;
    let mark = listener.mark();
    stage
        .server
        .publish_with(&stage.channel, &[("n", 1), ("size", 50_000)])
        .await?;
    listener.interrupted(mark, "too-large", SOON).await?;
    let (_, gap) = listener.resumed(mark, SOON).await?;
    expect_that("a gap is said", gap, gap)?;
    stage.publish(1..3).await?;
    listener.numbered(&stage.channel, 1..3, SOON).await
}

pub(super) async fn many(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    let with = [("n", 5000), ("rate", 1000), ("burst", 5), ("size", 200)];
    stage.server.publish_with(&stage.channel, &with).await?;
    listener.numbered(&stage.channel, 0..5000, SOON).await?;
    let said: Vec<_> = listener
        .said()
        .into_iter()
        .map(|said| said.event)
        .filter(is_interrupted)
        .collect();
    expect_that("no interruption", said.is_empty(), said)
}

pub(super) async fn slow_application(stage: Stage) -> Outcome {
    let mut config = stage.config()?;
    config.event_capacity = 8;
    let (client, mut events) = Client::start(Arc::new(exchange()?), config);
    client.subscribe(&stage.channel)?;
    let mut numbers = Vec::new();
    let connected = timeout(SOON, events.recv()).await.ok().flatten();
    expect_equal("the first event", Some(Event::Connected), connected)?;
    stage.held().await?;
    stage.server.publish_with(&stage.channel, &[("n", 200)]).await?;
    while numbers.len() < 200 {
        let event = timeout(SOON, events.recv()).await.ok().flatten();
        let Some(Event::Delivered(message)) = event else {
            return Err(Mismatch::NeverCame {
                what: "200 messages".to_owned(),
                within: SOON,
                came: format!("{} messages, then {event:?}", numbers.len()),
            });
        };
        numbers.extend(message.data.value()["i"].as_u64());
        sleep(Duration::from_millis(10)).await;
    }
    expect_equal("the numbers", (0..200).collect::<Vec<u64>>(), numbers)?;
    stage.publish(200..201).await?;
    let last = timeout(SOON, events.recv()).await.ok().flatten();
    expect_that(
        "the session goes on",
        last.as_ref().is_some_and(is_number(200)),
        last,
    )
}
