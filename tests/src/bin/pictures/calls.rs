//! Coaching calls: from the sign-in to a live call, a refusal, and a link that is lost while somebody is armed.

use std::time::Duration;

use journeys::app::App;
use journeys::floor::Floor;
use serde_json::json;

use crate::camera::Camera;
use crate::{ANA, Failure, JONAS};

pub(crate) async fn take(camera: &Camera) -> Result<(), Failure> {
    let app = camera.started().await?;
    let window = &app.window;
    camera.take(&app, "sign-in").await?;
    window.click("button", "Open the practice floor").await?;
    window.sees(ANA).await?;
    let floor = app.floor().await?;
    for (agent, act) in [(JONAS, "take-call"), ("Mei Tanaka", "not-ready")] {
        floor.agent(agent, act).await?;
    }
    window.click("row", ANA).await?;
    window.sees("phone 6001").await?;
    camera.take(&app, "roster").await?;

    window.click("button", "Coach").await?;
    window.sees("Armed for").await?;
    camera.take(&app, "armed").await?;
    floor.agent(ANA, "take-call").await?;
    window.click("button", "Answer").await?;
    window.sees("Only Ana Núñez hears you").await?;
    camera.take(&app, "live").await?;

    // A server that is away: nobody can say any more who hears the supervisor.
    floor
        .happen("faults", &json!({ "unavailable_next": 10_000 }))
        .await?;
    floor.happen("drop-cometd", &json!({})).await?;
    window.sees("Treat as live").await?;
    camera.take(&app, "treat-as-live").await?;
    floor.happen("faults", &json!({ "unavailable_next": 0 })).await?;
    window.click("button", "Ask again").await?;
    window.sees("Only Ana Núñez hears you").await?;

    window.click("button", "Stop coaching").await?;
    window.sees("Nobody hears you").await?;
    floor.agent(ANA, "release").await.ok();
    window.click("button", "Later").await?;
    floor.happen("agents/maria/log-in", &json!({})).await.ok();
    refused(&app, &floor).await?;
    camera.take(&app, "refused").await?;
    app.end().await?;
    Ok(())
}

/// Another supervisor is faster, but not so much that the floor says so before the button is pressed.
async fn refused(app: &App, floor: &Floor) -> Result<(), Failure> {
    for _ in 0..5 {
        floor
            .happen("supervisors/maria/monitor", &json!({ "agent": ANA }))
            .await?;
        app.window.click("button", "Coach").await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        if app.window.text().await?.contains("The server refused") {
            return Ok(());
        }
        floor
            .happen("supervisors/maria/cancel-monitoring", &json!({}))
            .await?;
        tokio::time::sleep(Duration::from_secs(4)).await;
    }
    Err("the floor always told first who holds the agent".into())
}
