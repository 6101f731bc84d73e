//! How long the client waits: for replies, and between requests.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::listener::Listener;
use crate::mismatch::{Trouble, expect_that};
use crate::proxy::{On, Request, What};
use crate::scenario::{CONNECT, HANDSHAKE, NETWORK_DELAY, Outcome, SOON, Stage, exchange};

/// How much later than planned something may be on a busy machine.
const LATE: Duration = Duration::from_millis(1200);

/// How long after it was sent a request may be seen there, which makes what follows look early. What the client waits to the
/// millisecond is for the tests of the crate.
const SEEN: Duration = Duration::from_millis(300);

fn expect_about(what: &str, planned: Duration, found: Duration) -> Outcome {
    let is_so = found + SEEN >= planned && found < planned + LATE;
    expect_that(format!("{what}: {planned:?}"), is_so, found)
}

pub(super) async fn handshake(stage: Stage) -> Outcome {
    stage.proxy.fault(On::Handshake, 1, What::Swallowed);
    let listener = stage.client(stage.config()?)?;
    let failed = listener.interrupted(0, "timed-out", NETWORK_DELAY + SOON).await?;
    let (request, _) = &stage.proxy.messages(HANDSHAKE)[0];
    expect_about("the handshake waits", NETWORK_DELAY, failed.at - request.at)?;
    listener.connected(SOON).await?;
    Ok(())
}

pub(super) async fn held_connect(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let mark = listener.mark();
    stage.proxy.fault(On::HeldConnect, 1, What::Swallowed);
    stage.publish(0..1).await?;
    let failed = listener
        .interrupted(mark, "timed-out", stage.hold() + NETWORK_DELAY + SOON)
        .await?;
    let swallowed = answerless(&stage);
    expect_about(
        "the connect waits",
        stage.hold() + NETWORK_DELAY,
        failed.at - swallowed.at,
    )?;
    listener.resumed(mark, SOON).await?;
    stage.publish(1..2).await?;
    listener.numbered(&stage.channel, 0..2, SOON).await
}

pub(super) async fn first_connect(stage: Stage) -> Outcome {
    stage.proxy.fault(On::Connect, 1, What::Swallowed);
    let listener = stage.client(stage.config()?)?;
    let failed = listener.interrupted(0, "timed-out", NETWORK_DELAY + SOON).await?;
    expect_about(
        "the first connect waits",
        NETWORK_DELAY,
        failed.at - answerless(&stage).at,
    )?;
    listener.connected(SOON).await?;
    Ok(())
}

/// The first connect that got no reply.
fn answerless(stage: &Stage) -> Request {
    let connects = stage.proxy.messages(CONNECT);
    let without = connects.iter().find(|(request, _)| request.reply.is_none());
    without.unwrap_or(&connects[0]).0.clone()
}

pub(super) async fn interval(stage: Stage) -> Outcome {
    let interval = Duration::from_millis(700);
    stage.server.advise_interval(interval).await?;
    let listener = stage.listener().await?;
    for number in 0..3 {
        stage.held().await?;
        stage.publish(number..number + 1).await?;
    }
    listener.numbered(&stage.channel, 0..3, SOON).await?;
    stage.held().await?;
    let connects = stage.proxy.messages(CONNECT);
    let pauses: Vec<Duration> = connects
        .windows(2)
        .filter_map(|pair| Some(pair[1].0.at - pair[0].0.reply.as_ref()?.at))
        .collect();
    let kept = pauses
        .iter()
        .all(|pause| *pause + Duration::from_millis(20) >= interval);
    expect_that(
        "every pause is as long as advised",
        kept && pauses.len() >= 3,
        pauses,
    )
}

pub(super) async fn two_sessions(stage: Stage) -> Outcome {
    let shared = Arc::new(exchange()?);
    let start = || -> Result<Listener, Trouble> {
        let listener = Listener::start(shared.clone(), stage.config()?);
        listener.subscribe(&stage.channel)?;
        Ok(listener)
    };
    let first = start()?;
    stage.ready(&first, &stage.channel).await?;
    stage.held().await?;
    let id = stage.client_id();
    let second = start()?;
    second.connected(SOON).await?;
    sleep(Duration::from_secs(4)).await;
    let of_the_second = stage
        .proxy
        .messages(CONNECT)
        .into_iter()
        .filter(|(_, message)| message["clientId"].as_str().map(str::to_owned) != id)
        .count();
    // The server holds only one of the two, and asks the other to come every two seconds.
    expect_that("the second does not storm", of_the_second <= 6, of_the_second)?;
    stage.publish(0..2).await?;
    first.numbered(&stage.channel, 0..2, SOON).await?;
    second.numbered(&stage.channel, 0..2, SOON).await
}
