//! What is kept: orders that do not hold any more and are armed again, a debrief, the history it goes to, the coverage.

use std::time::Duration;

use serde_json::json;

use crate::camera::Camera;
use crate::sessions::arm;
use crate::{ANA, ENTER, Failure, JONAS};

/// A coaching of no seconds looks like a mistake.
const A_SHORT_CALL: Duration = Duration::from_secs(8);

pub(crate) async fn take(camera: &Camera) -> Result<(), Failure> {
    take_drift(camera).await?;
    take_debrief(camera).await
}

async fn take_drift(camera: &Camera) -> Result<(), Failure> {
    let app = camera.started().await?;
    let window = &app.window;
    window.click("button", "Open the practice floor").await?;
    window.sees(ANA).await?;
    let floor = app.floor().await?;
    arm(&app, JONAS, "phone 6002").await?;
    arm(&app, ANA, "phone 6001").await?;
    window.click("choice", "All calls").await?;
    window.press("c").await?;
    window.sees("Armed for Ana Núñez").await?;
    // A server that comes back knows nobody: neither the phone nor the session.
    floor.happen("supervisors/sam/log-out", &json!({})).await?;
    floor.happen("expire-sessions", &json!({})).await?;
    window.sees("Arm all 3 again").await?;
    camera.take(&app, "drift").await?;
    window.click("button", "Arm all 3 again").await?;
    window.sees("Armed for Ana Núñez").await?;
    window.sees("it waits for the agent").await?;
    camera.take(&app, "drift-armed-again").await?;
    app.end().await?;
    Ok(())
}

async fn take_debrief(camera: &Camera) -> Result<(), Failure> {
    let app = camera.started().await?;
    let window = &app.window;
    window.click("button", "Open the practice floor").await?;
    window.sees(ANA).await?;
    let floor = app.floor().await?;
    window.click("row", ANA).await?;
    window.sees("phone 6001").await?;
    window.press("c").await?;
    window.sees("Armed for Ana Núñez").await?;
    floor.agent(ANA, "take-call").await?;
    window.click("button", "Answer").await?;
    window.sees("Only Ana Núñez hears you").await?;
    tokio::time::sleep(A_SHORT_CALL).await;
    floor.agent(ANA, "release").await?;
    window.sees("Nobody hears you").await?;
    window.sees("Used it").await?;
    camera.take(&app, "debrief").await?;
    window.press("d12").await?;
    window.click("button", "Note, tags").await?;
    camera.take(&app, "debrief-answered").await?;
    window.click("button", "Note, tags").await?;
    window.press(&format!("d124{ENTER}")).await?;
    window.press("j").await?;
    window.click("row", ANA).await?;
    window.sees("You debriefed it").await?;
    camera.take(&app, "history").await?;
    window.click("choice", "Coverage").await?;
    drawn(&app).await?;
    camera.take(&app, "coverage-of-the-floor").await?;
    app.end().await?;
    Ok(())
}

/// Until the weeks are drawn.
pub(crate) async fn drawn(app: &journeys::app::App) -> Result<(), Failure> {
    let drawn = "return document.querySelectorAll('canvas').length > 0";
    app.window.until(drawn, &json!(true)).await?;
    Ok(())
}
