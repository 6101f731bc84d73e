//! How a session ends.

use std::sync::Arc;
use std::time::Duration;

use bayeux::Closure;
use serde_json::json;
use tokio::time::Instant;

use super::network::is_interrupted;
use super::sessions::expect_quiet;
use crate::listener::Listener;
use crate::mismatch::{expect_equal, expect_that};
use crate::proxy::{On, What};
use crate::scenario::{CONNECT, Outcome, SOON, SUBSCRIBE, Stage, exchange};

/// Disconnects, and asks for it to be over soon and for good.
async fn disconnect(stage: &Stage, listener: &Listener, within: Duration) -> Outcome {
    let began = Instant::now();
    listener.client.disconnect().await;
    expect_that(
        format!("it ends within {within:?}"),
        began.elapsed() < within,
        began.elapsed(),
    )?;
    expect_equal("the end", Closure::Disconnected, listener.closed(SOON).await?)?;
    expect_quiet(stage, "after the disconnect").await
}

pub(super) async fn by_server(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    stage.server.disconnect().await?;
    let why = listener.closed(stage.hold() + SOON).await?;
    expect_that("the server is named", matches!(&why, Closure::ByServer(_)), &why)?;
    expect_quiet(&stage, "after the server's farewell").await
}

pub(super) async fn during_handshake(stage: Stage) -> Outcome {
    stage
        .proxy
        .fault(On::Handshake, 1, What::Delayed(Duration::from_secs(5)));
    let listener = stage.client(stage.config()?)?;
    stage
        .eventually("the handshake", || stage.proxy.requests().len() == 1)
        .await?;
    disconnect(&stage, &listener, Duration::from_millis(1500)).await
}

pub(super) async fn during_backoff(stage: Stage) -> Outcome {
    stage.proxy.fault(On::Any, u32::MAX, What::Status(503));
    let listener = stage.client(stage.config()?)?;
    listener.interrupted(0, "unavailable", SOON).await?;
    disconnect(&stage, &listener, Duration::from_millis(1500)).await
}

pub(super) async fn while_held(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let id = stage.client_id().unwrap_or_default();
    disconnect(&stage, &listener, Duration::from_millis(1500)).await?;
    let sessions = stage.server.sessions().await?;
    expect_that(
        "the server has forgotten the session",
        !sessions.contains(&id),
        sessions,
    )
}

pub(super) async fn server_gone(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let mark = listener.mark();
    stage.proxy.go_down();
    listener
        .event_since(mark, "Interrupted", SOON, is_interrupted)
        .await?;
    disconnect(&stage, &listener, Duration::from_millis(1500)).await
}

pub(super) async fn started_again(stage: Stage) -> Outcome {
    let shared = Arc::new(exchange()?);
    let first = Listener::start(shared.clone(), stage.config()?);
    first.subscribe(&stage.channel)?;
    stage.ready(&first, &stage.channel).await?;
    stage.publish(0..1).await?;
    first.numbered(&stage.channel, 0..1, SOON).await?;
    let first_id = json!(stage.client_id());
    first.client.disconnect().await;

    let other = format!("{}/other", stage.channel);
    let second = Listener::start(shared, stage.config()?);
    second.subscribe(&other)?;
    stage.ready(&second, &other).await?;
    stage.publish(1..2).await?;
    stage.server.publish(&other, 1).await?;
    second.numbered(&other, 0..1, SOON).await?;
    expect_equal(
        "messages of the first one's channel",
        Vec::<u64>::new(),
        second.numbers(&stage.channel),
    )?;
    let requests = stage.proxy.requests();
    // The last connect of the first one may be read late, for it came over another connection than its farewell.
    let find = |channel: &str| {
        let messages = requests.iter().flat_map(|request| &request.messages);
        messages
            .into_iter()
            .find(|message| message["channel"] == channel && message["clientId"] != first_id)
            .cloned()
            .unwrap_or_default()
    };
    if stage.kind().acknowledges() {
        expect_equal(
            "its first acknowledgement",
            &json!(0),
            &find(CONNECT)["ext"]["ack"],
        )?;
    }
    let subscription = find(SUBSCRIBE)["subscription"].clone();
    expect_that(
        "it subscribes to its own channel only",
        subscription == json!(other) || subscription == json!([other]),
        subscription,
    )
}
