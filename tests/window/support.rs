//! Support in the real window: a password that was typed is nowhere on disk or on screen, and each start says how the one
//! before it ended.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use journeys::app::App;
use tempfile::TempDir;

use crate::{ENTER, keep_picture, log_everything, on_the_floor};

const CANARY: &str = "canary-typed-7Qx";

/// Clicks a label, as whoever wants its field does.
pub(crate) async fn into(app: &App, label: &str, text: &str) {
    let script = format!(
        "const label = [...document.querySelectorAll('label')].find(label => label.textContent.trim() === '{label}');
         label.control.focus();
         label.control.select?.();
         return document.activeElement === label.control"
    );
    assert_eq!(app.window.run(&script).await.unwrap(), true, "{label}");
    app.window.press(text).await.unwrap();
}

/// Every file below this folder that holds the canary.
fn holding(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path));
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}

/// Ends the app by a signal, and waits until it is gone.
pub(crate) async fn told(app: App, signal: &str) -> TempDir {
    let process = app.process().await.unwrap().to_string();
    let sent = Command::new("kill").args([signal, &process]).status();
    assert!(sent.unwrap().success());
    let gone = async {
        while Command::new("kill")
            .args(["-0", &process])
            .output()
            .unwrap()
            .status
            .success()
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
    app.end().await.unwrap()
}

#[tokio::test]
async fn a_password_that_was_typed_is_nowhere_and_the_doctor_looks_at_the_floor() {
    let (app, floor) = on_the_floor().await;
    app.window.click("button", "Sign out").await.unwrap();
    app.window.sees("Open the practice floor").await.unwrap();
    app.window.click("button", "Support").await.unwrap();
    log_everything(&app).await;
    app.window.click("button", "Floor").await.unwrap();
    into(&app, "Address", &floor.base_url()).await;
    into(&app, "User name", "sam").await;
    into(&app, "Password", CANARY).await;
    app.window.press(ENTER).await.unwrap();
    app.window
        .sees("The server does not accept this user name and password.")
        .await
        .unwrap();

    app.window
        .click("button", "Open the practice floor")
        .await
        .unwrap();
    app.window.sees("Ana Núñez").await.unwrap();
    app.window.click("button", "Support").await.unwrap();
    app.window.click("button", "Run the doctor").await.unwrap();
    app.window
        .sees("Genesys Web Services answer, version")
        .await
        .unwrap();
    app.window.sees("works.").await.unwrap();
    keep_picture(&app, "doctor").await;
    app.window.click("button", "Put it together").await.unwrap();
    app.window.sees("Nothing is saved yet.").await.unwrap();
    let shown = app
        .window
        .run("return document.documentElement.outerHTML")
        .await
        .unwrap();
    assert!(!shown.to_string().contains(CANARY));
    let process = app.process().await.unwrap();
    let arguments = std::fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap();
    assert!(!arguments.contains(CANARY));
    let home = told(app, "-TERM").await;
    let logs = home.path().join("data/app.sotto.desktop/logs");
    assert!(std::fs::read_dir(logs).unwrap().count() > 0);
    assert_eq!(holding(home.path()), Vec::<String>::new());
}

#[tokio::test]
async fn the_next_start_says_how_this_one_ended() {
    let (app, _floor) = on_the_floor().await;
    let home = told(app, "-KILL").await;
    let again = App::start_at(home, 24).await.unwrap();
    again
        .window
        .sees("The last time Sotto was cut off while you were signed in")
        .await
        .unwrap();
    keep_picture(&again, "cut-off").await;
    again.window.click("button", "Dismiss").await.unwrap();
    let home = told(again, "-TERM").await;
    let clean = App::start_at(home, 24).await.unwrap();
    clean.window.sees("Open the practice floor").await.unwrap();
    assert!(!clean.window.text().await.unwrap().contains("cut off"));
    clean.end().await.unwrap();
}
