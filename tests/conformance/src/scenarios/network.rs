//! What the network does to a session: outages, lost replies, dead connections, proxies.

use std::sync::Arc;
use std::time::Duration;

use bayeux::{Event, HttpExchange};
use serde_json::json;
use tokio::time::sleep;

use crate::listener::Listener;
use crate::mismatch::{Mismatch, Trouble, expect_equal, expect_that};
use crate::proxy::{On, What};
use crate::scenario::{CONNECT, HANDSHAKE, Outcome, SOON, SUBSCRIBE, Stage};

pub(super) async fn first_connect_after_a_failure(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let (mark, before) = (listener.mark(), stage.proxy.count(CONNECT));
    stage.proxy.fault(On::HeldConnect, 1, What::Status(503));
    stage.publish(0..1).await?;
    listener.interrupted(mark, "unavailable", SOON).await?;
    let (resumed, _) = listener.resumed(mark, SOON).await?;
    // First the one that fails, then the first one after it.
    let connects = stage.proxy.messages(CONNECT).split_off(before);
    let Some((request, message)) = connects.get(1) else {
        return expect_that("a connect after the failure", false, connects.len());
    };
    expect_equal("its advice", &json!(0), &message["advice"]["timeout"])?;
    let took = resumed.at - request.at;
    expect_that(
        "the recovery is said at once",
        took < Duration::from_secs(1),
        took,
    )?;
    stage.publish(1..3).await?;
    listener.numbered(&stage.channel, 0..3, SOON).await
}

pub(super) async fn short_outage(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let (mark, id) = (listener.mark(), stage.client_id());
    stage.proxy.go_down();
    listener
        .event_since(mark, "Interrupted", SOON, is_interrupted)
        .await?;
    stage.publish(0..3).await?;
    sleep(Duration::from_millis(500)).await;
    stage.proxy.come_up();
    let (_, gap) = listener.resumed(mark, SOON).await?;
    expect_equal("handshakes", 1, stage.proxy.count(HANDSHAKE))?;
    expect_equal("the session", id, stage.client_id())?;
    stage.publish(3..5).await?;
    if stage.kind().acknowledges() {
        expect_that("no gap is said", !gap, gap)?;
        listener.numbered(&stage.channel, 0..5, SOON).await
    } else {
        // What was on its way may be lost; that must have been said.
        listener
            .event_since(mark, "the last message", SOON, is_number(4))
            .await?;
        let all_there = listener.numbers(&stage.channel) == [0, 1, 2, 3, 4];
        expect_that(
            "what is lost is said",
            gap || all_there,
            listener.numbers(&stage.channel),
        )
    }
}

pub(super) async fn long_outage(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let mark = listener.mark();
    stage.proxy.go_down();
    // A server may hold the connect to its end, waits for the next one, and looks for the overdue only now and then.
    let options = stage.server.options();
    sleep(options.timeout + options.max_interval + Duration::from_secs(4)).await;
    stage.publish(0..1).await?;
    stage.proxy.come_up();
    let (_, gap) = listener.resumed(mark, SOON).await?;
    stage.publish(1..3).await?;
    expect_equal("handshakes", 2, stage.proxy.count(HANDSHAKE))?;
    expect_that("a gap is said", gap, gap)?;
    listener.numbered(&stage.channel, 1..3, SOON).await
}

pub(super) async fn duplicate_connect(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let mark = listener.mark();
    listener.client.reconnect_now();
    listener.resumed(mark, SOON).await?;
    stage.held().await?;
    let (mark, before) = (listener.mark(), stage.proxy.count(CONNECT));
    for number in 0..3 {
        stage.publish(number..number + 1).await?;
        listener
            .event_since(mark, "the next message", SOON, is_number(number))
            .await?;
        stage.held().await?;
    }
    let after: Vec<_> = listener
        .said_since(mark)
        .into_iter()
        .map(|said| said.event)
        .collect();
    expect_that("nothing else happens", !after.iter().any(is_interrupted), &after)?;
    // One more where a hold happened to end in between.
    let connects = stage.proxy.count(CONNECT) - before;
    expect_that(
        "one loop: one connect a message",
        (3..=4).contains(&connects),
        connects,
    )?;
    listener.numbered(&stage.channel, 0..3, SOON).await
}

/// Lets the reply with message 1 get lost, and what comes with it; 0 is there before, and nothing has been published after.
async fn lose_a_reply(stage: &Stage, listener: &Listener) -> Outcome {
    stage.held().await?;
    stage.proxy.fault(On::HeldConnect, 1, What::CutAfter);
    stage.publish(0..1).await?;
    listener.event("the first message", SOON, is_number(0)).await?;
    stage.held().await?;
    let before = stage.proxy.count(CONNECT);
    stage.publish(1..3).await?;
    stage
        .eventually("the next connect", || stage.proxy.count(CONNECT) > before)
        .await
}

pub(super) async fn reply_lost(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    lose_a_reply(&stage, &listener).await?;
    listener.numbered(&stage.channel, 0..3, SOON).await?;
    stage.publish(3..6).await?;
    listener.numbered(&stage.channel, 0..6, SOON).await?;
    expect_equal("handshakes", 1, stage.proxy.count(HANDSHAKE))?;
    let said: Vec<_> = listener.said().into_iter().map(|said| said.event).collect();
    let gaps = said
        .iter()
        .filter(|event| matches!(event, Event::Resumed { gap: true }))
        .count();
    expect_equal("gaps said", 0, gaps)
}

pub(super) async fn reply_lost_unacknowledged(stage: Stage) -> Outcome {
    let mut config = stage.config()?;
    config.ack = false;
    let listener = stage.listener_with(config).await?;
    lose_a_reply(&stage, &listener).await?;
    let (_, gap) = listener.resumed(0, SOON).await?;
    expect_that("a gap is said", gap, gap)?;
    stage.publish(3..6).await?;
    listener.event("the last message", SOON, is_number(5)).await?;
    let numbers = listener.numbers(&stage.channel);
    let others: Vec<u64> = numbers
        .iter()
        .copied()
        .filter(|number| !(1..3).contains(number))
        .collect();
    expect_equal("messages outside the lost reply", vec![0, 3, 4, 5], others)?;
    expect_that("in order", numbers.is_sorted(), numbers)
}

pub(super) async fn through_a_proxy(stage: Stage) -> Outcome {
    let address = format!("http://{}", stage.proxy.address());
    let client = HttpExchange::client_builder()
        .no_proxy()
        .proxy(reqwest::Proxy::http(address).map_err(Trouble::from)?)
        .build()
        .map_err(Trouble::from)?;
    let mut config = stage.config()?;
    config.url = stage.server.url()?;
    let listener = Listener::start(Arc::new(HttpExchange::new(client)), config);
    listener.subscribe(&stage.channel)?;
    stage.ready(&listener, &stage.channel).await?;
    stage.publish(0..3).await?;
    listener.numbered(&stage.channel, 0..3, SOON).await?;
    let requests = stage.proxy.requests();
    expect_that(
        "all requests go to the proxy",
        requests.iter().all(|request| request.through_proxy),
        requests.len(),
    )
}

pub(super) async fn dead_connection(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    let said = subscribe_on_a_dead_connection(&stage, &listener).await?;
    expect_that("nobody notices", !said.iter().any(is_interrupted), &said)
}

pub(super) async fn dead_connection_unacknowledged(stage: Stage) -> Outcome {
    let mut config = stage.config()?;
    config.ack = false;
    let listener = stage.listener_with(config).await?;
    let said = subscribe_on_a_dead_connection(&stage, &listener).await?;
    // The reply that did not come could have carried messages, and nobody can know that the request was not read.
    let gaps = said
        .iter()
        .filter(|event| matches!(event, Event::Resumed { gap: true }))
        .count();
    expect_equal("gaps said", 1, gaps)
}

/// Cuts the connection on which a subscribe goes out; gives what the client said while it was tried again.
async fn subscribe_on_a_dead_connection(stage: &Stage, listener: &Listener) -> Result<Vec<Event>, Mismatch> {
    stage.held().await?;
    let (mark, other) = (listener.mark(), format!("{}/other", stage.channel));
    stage.proxy.fault(On::Subscribe, 1, What::CutBefore);
    listener.subscribe(&other)?;
    stage.ready(listener, &other).await?;
    let asked = stage.proxy.messages(SUBSCRIBE);
    expect_equal("subscribes", 3, asked.len())?;
    let pause = asked[2].0.at - asked[1].0.at;
    expect_that("tried again at once", pause < Duration::from_millis(100), pause)?;
    stage.held().await?;
    stage.server.publish(&other, 1).await?;
    listener.numbered(&other, 0..1, SOON).await?;
    expect_equal("handshakes", 1, stage.proxy.count(HANDSHAKE))?;
    Ok(listener
        .said_since(mark)
        .into_iter()
        .map(|said| said.event)
        .collect())
}

pub(super) async fn impatient_proxy(stage: Stage) -> Outcome {
    let patience = Duration::from_millis(1500);
    stage
        .proxy
        .fault(On::HeldConnect, u32::MAX, What::Patience(patience));
    let listener = stage.listener().await?;
    let asks_for_less = |message: &serde_json::Value| {
        let hold = message["advice"]["timeout"].as_u64();
        hold.is_some_and(|hold| hold > 0 && u128::from(hold) < patience.as_millis())
    };
    stage
        .eventually(
            "a connect that asks for a shorter hold and is answered in time",
            || {
                stage.proxy.messages(CONNECT).iter().any(|(request, message)| {
                    asks_for_less(message) && request.reply.as_ref().is_some_and(|reply| reply.status == 200)
                })
            },
        )
        .await?;
    let said = listener.said();
    let interruptions = said.iter().filter(|said| is_interrupted(&said.event)).count();
    expect_that("at most one interruption", interruptions <= 1, interruptions)?;
    expect_equal("handshakes", 1, stage.proxy.count(HANDSHAKE))?;
    stage.publish(0..1).await?;
    listener.numbered(&stage.channel, 0..1, SOON).await
}

pub(super) fn is_interrupted(event: &Event) -> bool {
    matches!(event, Event::Interrupted(_))
}

pub(super) fn is_number(number: usize) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::Delivered(message) if message.data.value()["i"] == json!(number))
}
