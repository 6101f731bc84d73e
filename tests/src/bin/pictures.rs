//! `make pictures`: takes the pictures that the README shows, in the real window, on a quiet practice floor.

use std::path::{Path, PathBuf};

use journeys::app::App;
use serde_json::json;

type Failure = Box<dyn std::error::Error>;

const ANA: &str = "Ana Núñez";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let folder = PathBuf::from(
        std::env::args()
            .nth(1)
            .unwrap_or_else(|| "docs/pictures".to_owned()),
    );
    std::fs::create_dir_all(&folder)?;
    for theme in ["light", "dark"] {
        let app = App::start(24).await?;
        app.window.resize(1440, 900).await?;
        app.window.sees("Open the practice floor").await?;
        while app
            .window
            .run("return document.documentElement.dataset.theme")
            .await?
            != json!(theme)
        {
            app.window.click("button", "Theme").await?;
        }
        take_all(&app, &folder, theme).await?;
        app.end().await?;
    }
    Ok(())
}

async fn take_all(app: &App, folder: &Path, theme: &str) -> Result<(), Failure> {
    take(app, folder, "sign-in", theme).await?;
    app.window.click("button", "Open the practice floor").await?;
    app.window.sees(ANA).await?;
    let floor = app.floor().await?;
    for (agent, act) in [("Jonas Bergström", "take-call"), ("Mei Tanaka", "not-ready")] {
        floor.agent(agent, act).await?;
    }
    app.window.click("row", ANA).await?;
    app.window.sees("phone 6001").await?;
    take(app, folder, "roster", theme).await?;

    floor
        .happen("supervisors/maria/monitor", &json!({ "agent": "Mei Tanaka" }))
        .await
        .ok();
    app.window.click("button", "Coach").await?;
    app.window.sees("Armed for").await?;
    take(app, folder, "armed", theme).await?;
    floor.agent(ANA, "take-call").await?;
    app.window.click("button", "Answer").await?;
    app.window.sees("Only Ana Núñez hears you").await?;
    take(app, folder, "live", theme).await?;
    app.window.resize(820, 760).await?;
    take(app, folder, "live-narrow", theme).await?;
    app.window.resize(1440, 900).await?;

    app.window.click("button", "Stop coaching").await?;
    app.window.sees("Nobody hears you").await?;
    floor.agent(ANA, "release").await.ok();
    floor
        .happen("supervisors/maria/cancel-monitoring", &json!({}))
        .await
        .ok();
    floor.happen("agents/maria/log-in", &json!({})).await.ok();
    floor
        .happen("supervisors/maria/monitor", &json!({ "agent": ANA }))
        .await?;
    app.window.click("button", "Coach").await?;
    app.window.sees("Another supervisor holds").await?;
    take(app, folder, "refused", theme).await
}

async fn take(app: &App, folder: &Path, name: &str, theme: &str) -> Result<(), Failure> {
    // One more frame, so that nothing is caught in the middle of a movement.
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    std::fs::write(
        folder.join(format!("{name}-{theme}.png")),
        app.window.picture().await?,
    )?;
    Ok(())
}
