//! Under a policy: what is managed is shown as managed and cannot be done, and a policy that cannot be obeyed stops the app.

use std::process::Stdio;

use journeys::app::{App, binary};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{ANA, keep_picture};

const POLICY: &str = r#"{
  "servers": { "only": true, "list": [{ "name": "Contact centre", "address": "https://gws.example.org" }] },
  "calls": { "acts": ["ListenIn", "Coach"] },
  "sms": { "acts": ["Coach"] },
  "nickname": "Coach {firstName}",
  "notifications": false,
  "keychain": false,
  "journal": { "retentionDays": 365 }
}"#;

#[tokio::test]
async fn what_is_managed_is_shown_as_managed_and_cannot_be_armed() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.json");
    std::fs::write(&policy, POLICY).unwrap();
    let app = App::start_under(&policy, 24).await.unwrap();
    let window = &app.window;
    window.resize(1440, 900).await.unwrap();
    window.sees("Contact centre").await.unwrap();
    window
        .sees("Managed by your organisation: these are the servers to sign in to")
        .await
        .unwrap();
    let page = window.text().await.unwrap();
    assert!(!page.contains("Another server"), "{page}");
    keep_picture(&app, "managed-sign-in").await;

    window.click("button", "Open the practice floor").await.unwrap();
    window.sees(ANA).await.unwrap();
    let floor = app.floor().await.unwrap();
    window.click("row", ANA).await.unwrap();
    window
        .sees("Managed by your organisation: “Barge in” is not allowed in calls.")
        .await
        .unwrap();
    // The key does no more than the button, and the page cannot talk its way around the policy either.
    window.press("b").await.unwrap();
    let refused = window
        .run(
            "return window.__TAURI_INTERNALS__.invoke('plugin:desk|order', {
                command: { kind: 'monitor', order: { agentId: 'anybody', act: 'BargeIn' } }
            }).then(() => 'done', fault => fault.code)",
        )
        .await
        .unwrap();
    assert_eq!(refused, json!("managed_by_organisation"));
    assert_eq!(floor.asked("BargeIn").await.unwrap(), Vec::<Value>::new());
    keep_picture(&app, "managed-floor").await;

    window.click("button", "Settings").await.unwrap();
    window.sees("Allowed: listening, coaching.").await.unwrap();
    window.sees("You can sign in to no other server.").await.unwrap();
    window
        .sees("Managed by your organisation: notices are off")
        .await
        .unwrap();
    window.sees(&policy.display().to_string()).await.unwrap();
    keep_picture(&app, "managed-settings").await;
    app.end().await.unwrap();
}

#[tokio::test]
async fn a_policy_that_cannot_be_obeyed_stops_the_app_with_file_line_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.json");
    std::fs::write(
        &policy,
        "{\n  \"keychain\": false,\n  \"calls\": { \"acts\": [\"Whisper\"] }\n}\n",
    )
    .unwrap();
    let ended = Command::new(binary())
        .arg("--policy")
        .arg(&policy)
        .env("HOME", folder.path())
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    assert!(!ended.status.success());
    let said = String::from_utf8_lossy(&ended.stderr);
    for part in ["Sotto does not start", "policy.json", "line 3", "Whisper"] {
        assert!(said.contains(part), "{said}");
    }
}
