//! How a session begins, gets lost and begins again.

use std::time::Duration;

use bayeux::{Closure, Event, Interruption, Next};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::mismatch::{expect_equal, expect_that};
use crate::proxy::{On, What};
use crate::scenario::{CONNECT, DISCONNECT, HANDSHAKE, Outcome, SOON, SUBSCRIBE, Stage};

/// How long to look whether a request comes that should not.
pub(super) const QUIET: Duration = Duration::from_millis(1500);

/// Asks for no request to come for a while.
pub(super) async fn expect_quiet(stage: &Stage, when: &str) -> Outcome {
    let before = stage.proxy.requests().len();
    sleep(QUIET).await;
    let late = stage.proxy.requests().split_off(before);
    let messages: Vec<_> = late.into_iter().flat_map(|request| request.messages).collect();
    expect_that(format!("no request {when}"), messages.is_empty(), messages)
}

pub(super) async fn whole_life(stage: Stage) -> Outcome {
    // Or a fast server would be done with the handshake before the application has said what it wants.
    stage
        .proxy
        .fault(On::Handshake, 1, What::Delayed(Duration::from_millis(300)));
    let listener = stage.listener().await?;
    let first = &stage.proxy.requests()[0];
    expect_equal("the handshake goes alone", 1, first.messages.len())?;
    let handshake = &first.messages[0];
    expect_equal("the first message", &json!(HANDSHAKE), &handshake["channel"])?;
    expect_equal("version", &json!("1.0"), &handshake["version"])?;
    expect_that(
        "no client id in the handshake",
        handshake["clientId"].is_null(),
        handshake,
    )?;
    let order: Vec<_> = stage
        .proxy
        .requests()
        .into_iter()
        .flat_map(|request| request.messages)
        .filter_map(|message| message["channel"].as_str().map(str::to_owned))
        .take(3)
        .collect();
    expect_equal(
        "the order on the wire",
        vec![HANDSHAKE, SUBSCRIBE, CONNECT],
        order.iter().map(String::as_str).collect(),
    )?;
    stage.publish(0..1).await?;
    listener.numbered(&stage.channel, 0..1, SOON).await?;

    let id = stage.client_id().unwrap_or_default();
    expect_that(
        "the server knows the session",
        stage.server.sessions().await?.contains(&id),
        &id,
    )?;
    listener.client.disconnect().await;
    expect_equal("the end", Closure::Disconnected, listener.closed(SOON).await?)?;
    expect_equal("farewells", 1, stage.proxy.count(DISCONNECT))?;
    expect_that(
        "the server has forgotten the session",
        !stage.server.sessions().await?.contains(&id),
        &id,
    )?;
    expect_quiet(&stage, "after the disconnect").await
}

pub(super) async fn bare_address(stage: Stage) -> Outcome {
    let mut config = stage.config()?;
    config.append_message_type = false;
    config.url = config
        .url
        .join("notifications/")
        .map_err(crate::mismatch::Trouble::from)?;
    let listener = stage.listener_with(config).await?;
    stage.publish(0..2).await?;
    listener.numbered(&stage.channel, 0..2, SOON).await
}

pub(super) async fn denied(stage: Stage) -> Outcome {
    stage.server.policy(false, true).await?;
    let listener = stage.client(stage.config()?)?;
    let why = listener.closed(SOON).await?;
    expect_that("refused", matches!(&why, Closure::HandshakeRefused(_)), &why)?;
    expect_quiet(&stage, "after the refusal").await?;
    expect_equal("requests", 1, stage.proxy.requests().len())
}

pub(super) async fn unavailable(stage: Stage) -> Outcome {
    stage.proxy.fault(On::Handshake, 3, What::Status(503));
    let mut config = stage.config()?;
    config.report_failures = true;
    let listener = stage.client(config)?;
    listener.connected(SOON + SOON).await?;
    let at: Vec<Instant> = stage
        .proxy
        .messages(HANDSHAKE)
        .iter()
        .map(|(request, _)| request.at)
        .collect();
    expect_equal("handshakes", 4, at.len())?;
    let delays: Vec<Duration> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // Each is at least half of its middle, which doubles. A busy machine makes any of them longer.
    let first = stage.config()?.first_backoff / 2;
    expect_that(
        "each delay is at least twice as long as the one before had to be",
        delays[0] >= first && delays[1] >= first * 2 && delays[2] >= first * 4,
        &delays,
    )?;
    let said = listener.said();
    // What the client meant to wait no machine makes longer.
    let planned: Vec<Duration> = said.iter().filter_map(|said| planned(&said.event)).collect();
    expect_that(
        "the third delay is meant to be longer than the first",
        planned.len() == 3 && planned[2] > planned[0],
        &planned,
    )?;
    let interruptions = said
        .iter()
        .filter(|said| matches!(said.event, Event::Interrupted(_)));
    expect_equal("the outage is said once", 1, interruptions.count())
}

/// How long the client means to wait after a handshake that failed.
fn planned(event: &Event) -> Option<Duration> {
    match event {
        Event::Unsuccessful(failed) => match failed.next {
            Next::Handshake(after) => Some(after),
            _ => None,
        },
        _ => None,
    }
}

pub(super) async fn nobody_listens(stage: Stage) -> Outcome {
    stage.server.kill().await;
    let mut config = stage.config()?;
    config.url = stage.server.url()?;
    let listener = stage.client(config.clone())?;
    listener.interrupted(0, "unreachable", SOON).await?;
    let began = Instant::now();
    listener.client.disconnect().await;
    expect_that(
        "it stops at once",
        began.elapsed() < Duration::from_millis(500),
        began.elapsed(),
    )?;
    expect_equal("the end", Closure::Disconnected, listener.closed(SOON).await?)?;

    let patient = stage.client(config)?;
    patient.interrupted(0, "unreachable", SOON).await?;
    stage.server.come_back().await?;
    patient.connected(SOON).await?;
    Ok(())
}

pub(super) async fn lost(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    let other = format!("{}/other", stage.channel);
    listener.subscribe(&other)?;
    stage
        .eventually("two subscribes", || stage.proxy.count(SUBSCRIBE) == 2)
        .await?;
    stage.held().await?;
    let (mark, id) = (listener.mark(), stage.client_id());
    stage.server.kick().await?;
    let lost = listener
        .interrupted(mark, "session-lost", stage.hold() + SOON)
        .await?;
    let (resumed, gap) = listener.resumed(mark, SOON).await?;
    expect_that("a gap is said", gap, gap)?;
    expect_that(
        "it goes on at once",
        resumed.at - lost.at < Duration::from_secs(2),
        resumed.at - lost.at,
    )?;
    expect_equal("handshakes", 2, stage.proxy.count(HANDSHAKE))?;
    expect_that("the session is another one", stage.client_id() != id, &id)?;
    stage.publish(0..5).await?;
    stage.server.publish(&other, 2).await?;
    listener.numbered(&stage.channel, 0..5, SOON).await?;
    listener.numbered(&other, 0..2, SOON).await
}

pub(super) async fn lost_on_subscribe(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let other = format!("{}/other", stage.channel);
    let mark = listener.mark();
    stage.server.kick().await?;
    let began = Instant::now();
    listener.subscribe(&other)?;
    let lost = listener.interrupted(mark, "session-lost", SOON).await?;
    expect_that(
        "it does not wait for the held connect",
        lost.at - began < stage.hold() / 2,
        lost.at - began,
    )?;
    listener.resumed(mark, SOON).await?;
    expect_equal("handshakes", 2, stage.proxy.count(HANDSHAKE))?;
    stage.publish(0..1).await?;
    stage.server.publish(&other, 1).await?;
    listener.numbered(&stage.channel, 0..1, SOON).await?;
    listener.numbered(&other, 0..1, SOON).await
}

pub(super) async fn not_kept(stage: Stage) -> Outcome {
    stage.proxy.fault(On::Any, u32::MAX, What::CookiesLost);
    let listener = stage.client(stage.config()?)?;
    let why = listener.closed(Duration::from_secs(20)).await?;
    expect_that(
        "the cause is named",
        matches!(&why, Closure::SessionNotKept { .. }),
        &why,
    )?;
    let handshakes = stage.proxy.count(HANDSHAKE);
    expect_that("at most five handshakes", handshakes <= 5, handshakes)?;
    expect_quiet(&stage, "after giving up").await
}

pub(super) async fn restarted(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let mark = listener.mark();
    stage.server.kill().await;
    let failed = |event: &Event| matches!(event, Event::Interrupted(Interruption::Failed(_)));
    listener
        .event_since(mark, "Interrupted by a failure", SOON, failed)
        .await?;
    sleep(Duration::from_secs(1)).await;
    stage.server.come_back().await?;
    let (_, gap) = listener.resumed(mark, SOON + SOON).await?;
    expect_that("a gap is said", gap, gap)?;
    stage.publish(0..3).await?;
    listener.numbered(&stage.channel, 0..3, SOON).await
}

pub(super) async fn redeployed(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let mark = listener.mark();
    stage.proxy.fault(On::Any, 2, What::Status(404));
    stage.proxy.fault(On::Any, 2, What::Status(503));
    stage.publish(0..1).await?;
    listener.resumed(mark, SOON + SOON).await?;
    stage.publish(1..3).await?;
    listener.numbered(&stage.channel, 0..3, SOON).await
}
