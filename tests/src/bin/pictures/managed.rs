//! Under a policy: the servers to sign in to, acts that are not allowed, a reason that is asked for, a budget that is used
//! up, and the settings that say so.

use crate::camera::Camera;
use crate::{ANA, Failure};

const POLICY: &str = r#"{
  "servers": { "only": true, "list": [{ "name": "Contact centre", "address": "https://gws.example.org" }] },
  "calls": { "acts": ["ListenIn", "Coach"] },
  "sms": { "acts": ["Coach"] },
  "reasons": { "acts": ["Coach"], "choices": ["Quality check", "New colleague", "Asked for by the agent"], "freeText": true },
  "budget": { "acts": ["Coach"], "perAgentPerMonth": 1, "over": "warn" },
  "nickname": "Coach {firstName}",
  "notifications": false,
  "keychain": false,
  "journal": { "retentionDays": 365 }
}"#;

pub(crate) async fn take(camera: &Camera) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let policy = folder.path().join("policy.json");
    std::fs::write(&policy, POLICY)?;
    let app = camera.started_under(&policy).await?;
    let window = &app.window;
    camera.take(&app, "managed-sign-in").await?;
    window.click("button", "Open the practice floor").await?;
    window.sees(ANA).await?;
    window.click("row", ANA).await?;
    window.sees("“Barge in” is not allowed in calls.").await?;
    camera.take(&app, "managed-floor").await?;
    window.click("button", "Coach").await?;
    window.sees("Why?").await?;
    camera.take(&app, "reason").await?;
    window.click("button", "New colleague").await?;
    window.sees("Armed for Ana Núñez").await?;
    let floor = app.floor().await?;
    floor.agent(ANA, "take-call").await?;
    window.click("button", "Answer").await?;
    window.sees("Only Ana Núñez hears you").await?;
    floor.agent(ANA, "release").await?;
    window.sees("Nobody hears you").await?;
    window.click("button", "Later").await?;
    window.sees("this month").await?;
    camera.take(&app, "budget").await?;
    window.click("button", "Settings").await?;
    window.sees("You can sign in to no other server.").await?;
    camera.take_showing(&app, "managed-settings", "main dl").await?;
    app.end().await?;
    Ok(())
}
