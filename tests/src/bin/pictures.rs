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
        let app = started(theme).await?;
        take_calls(&app, &folder, theme).await?;
        app.end().await?;
        let app = started(theme).await?;
        take_sessions(&app, &folder, theme).await?;
        app.end().await?;
    }
    Ok(())
}

/// The app at its sign-in, in this theme.
async fn started(theme: &str) -> Result<App, Failure> {
    let app = App::start(24).await?;
    app.window.resize(1440, 900).await?;
    app.window.sees("Open the practice floor").await?;
    let shown = "return document.documentElement.dataset.theme";
    while app.window.run(shown).await? != json!(theme) {
        app.window.click("button", "Theme").await?;
    }
    Ok(app)
}

/// Written sessions: armed, the board, a whisper, and the composer for everyone.
async fn take_sessions(app: &App, folder: &Path, theme: &str) -> Result<(), Failure> {
    app.window.resize(1600, 1000).await?;
    app.window.click("button", "Open the practice floor").await?;
    app.window.sees(ANA).await?;
    let floor = app.floor().await?;
    for (agent, phone) in [
        ("Jonas Bergström", "phone 6002"),
        ("Amara Okafor", "phone 6003"),
        (ANA, "phone 6001"),
    ] {
        app.window.click("row", agent).await?;
        app.window.sees(phone).await?;
        app.window.click("choice", "All sessions").await?;
        app.window.click("button", "Coach SMS").await?;
        app.window.sees("it waits for the agent").await?;
    }
    take(app, folder, "sms-armed", theme).await?;
    let pat = floor
        .takes_session(ANA, "Pat", "Hello, my bill is twice what it was last month.")
        .await?;
    let noor = floor
        .takes_session("Jonas Bergström", "نور", "أين طردي؟ كان من المفترض أن يصل أمس.")
        .await?;
    let sato = floor
        .takes_session("Amara Okafor", "佐藤", "パスワードを忘れました 😅")
        .await?;
    for (session, text) in [
        (&pat, "Good morning Pat, let me look at that for you."),
        (&sato, "すぐにお手伝いします。"),
    ] {
        floor
            .happen(
                &format!("sessions/{session}/agent-writes"),
                &json!({ "text": text }),
            )
            .await?;
    }
    for (session, text) in [
        (&pat, "Thanks. I did not order anything new."),
        (&noor, "رقم الطلب 44871"),
    ] {
        floor
            .happen(
                &format!("sessions/{session}/customer-writes"),
                &json!({ "text": text }),
            )
            .await?;
    }
    app.window.sees("I did not order anything new.").await?;
    take(app, folder, "sms-board", theme).await?;
    app.window.click("button", "Ana Núñez ↔ Pat").await?;
    app.window.click("textarea", "Whisper").await?;
    app.window
        .press("The roaming pass renewed itself. You may credit it.\u{E007}")
        .await?;
    app.window.sees("only agents see this").await?;
    app.window.press("And offer the yearly plan").await?;
    take(app, folder, "sms-whisper", theme).await?;
    app.window
        .hold_until("button", "Barge in in this session", "The customer reads you")
        .await?;
    app.window.click("button", "Write to everyone").await?;
    app.window.click("textarea", "To everyone").await?;
    app.window.press("Hello Pat, I am Ana's team lead.").await?;
    take(app, folder, "sms-everyone", theme).await?;
    app.window.resize(820, 900).await?;
    take(app, folder, "sms-everyone-narrow", theme).await
}

async fn take_calls(app: &App, folder: &Path, theme: &str) -> Result<(), Failure> {
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
