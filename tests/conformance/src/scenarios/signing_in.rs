//! Cookies, and what happens when the HTTP session is over.

use bayeux::{Closure, Failure};
use serde_json::json;

use super::sessions::expect_quiet;
use crate::mismatch::{expect_equal, expect_that};
use crate::proxy::{On, What};
use crate::scenario::{HANDSHAKE, Outcome, SOON, Stage};

pub(super) async fn cookies(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    let sent = listener.client.publish(&stage.channel, json!({"i": 0})).await;
    expect_that("it is published", sent.is_ok(), sent)?;
    stage.held().await?;
    let requests = stage.proxy.requests();
    let with: Vec<bool> = requests.iter().map(|request| request.has_cookie).collect();
    expect_that(
        "every request but the first",
        !with[0] && with[1..].iter().all(|with| *with),
        with,
    )
}

pub(super) async fn again(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let mark = listener.mark();
    stage.proxy.fault(On::Any, 1, What::Status(401));
    stage.publish(0..1).await?;
    listener.interrupted(mark, "not-authenticated", SOON).await?;
    expect_quiet(&stage, "before the application has signed in again").await?;
    listener.client.credentials_refreshed();
    let (_, gap) = listener.resumed(mark, SOON).await?;
    expect_that("a gap is said", gap, gap)?;
    expect_equal("handshakes", 2, stage.proxy.count(HANDSHAKE))?;
    stage.publish(1..3).await?;
    listener.numbered(&stage.channel, 0..3, SOON).await
}

pub(super) async fn in_vain(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let mark = listener.mark();
    stage.proxy.fault(On::Any, u32::MAX, What::Status(401));
    stage.publish(0..1).await?;
    listener.interrupted(mark, "not-authenticated", SOON).await?;
    let before = stage.proxy.requests().len();
    listener.client.credentials_refreshed();
    let why = listener.closed(SOON).await?;
    let named = matches!(
        &why,
        Closure::Failed(Failure::NotAuthenticated { status: Some(401) })
    );
    expect_that("the cause is named", named, &why)?;
    expect_equal(
        "tries with the new credentials",
        1,
        stage.proxy.requests().len() - before,
    )?;
    expect_quiet(&stage, "after giving up").await
}

pub(super) async fn redirected(stage: Stage) -> Outcome {
    let listener = stage.listener().await?;
    stage.held().await?;
    let mark = listener.mark();
    stage.proxy.fault(On::Any, 1, What::SignIn);
    stage.publish(0..1).await?;
    listener.interrupted(mark, "not-authenticated", SOON).await?;
    let requests = stage.proxy.requests();
    let strangers = requests
        .iter()
        .filter(|request| request.messages.is_empty())
        .count();
    expect_equal("requests without a message", 0, strangers)?;
    listener.client.credentials_refreshed();
    listener.resumed(mark, SOON).await?;
    stage.publish(1..2).await?;
    listener.numbered(&stage.channel, 0..2, SOON).await
}
