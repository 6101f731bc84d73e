//! Journeys in the real window: real clicks and keys, pictures kept, and what went over the wire compared with the
//! document the product was asked for. `make test` starts them under a display of their own.
#![expect(clippy::unwrap_used, reason = "a journey that cannot go on fails")]

mod canary;
mod guarded;
mod kept;
mod managed;
mod support;
mod written;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use journeys::app::App;
use journeys::floor::Floor;
use serde_json::{Value, json};

const ANA: &str = "Ana Núñez";
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";

async fn on_the_floor() -> (App, Floor) {
    let app = App::start(24).await.unwrap();
    app.window.resize(1440, 900).await.unwrap();
    app.window
        .click("button", "Open the practice floor")
        .await
        .unwrap();
    app.window.sees(ANA).await.unwrap();
    let floor = app.floor().await.unwrap();
    (app, floor)
}

async fn keep_picture(app: &App, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        folder.join(format!("{name}.png")),
        app.window.picture().await.unwrap(),
    )
    .unwrap();
}

/// The page must never have fallen back from the private protocol to the slow way, nor breached its policy.
async fn is_clean(app: &App) {
    let policy = "return document.querySelectorAll('script:not([src])').length";
    assert_eq!(
        app.window.run(policy).await.unwrap(),
        json!(0),
        "no inline script"
    );
    // Where the policy forbids the private protocol, Tauri falls back silently to a slow one.
    let breach = "return new Promise(done => {
        document.addEventListener('securitypolicyviolation', event => done(event.violatedDirective));
        fetch('ipc://localhost/nothing').then(() => done('allowed'), () => setTimeout(() => done('allowed'), 50));
    })";
    assert_eq!(app.window.run(breach).await.unwrap(), json!("allowed"));
}

#[tokio::test]
async fn coach_the_next_call_of_an_agent_and_stop() {
    let (app, floor) = on_the_floor().await;
    keep_picture(&app, "roster").await;

    // The server confirms a second late: until then the window may only say that it asked.
    floor
        .happen("faults", &json!({ "delayed_confirmation_ms": 1500 }))
        .await
        .unwrap();
    app.window.click("row", ANA).await.unwrap();
    app.window.click("button", "Coach").await.unwrap();
    app.window.sees("Asked the server…").await.unwrap();
    assert!(
        !app.window.text().await.unwrap().contains("Armed for"),
        "armed only after the notification"
    );
    app.window
        .sees("Armed for Ana Núñez, waiting for the next call")
        .await
        .unwrap();
    floor
        .happen("faults", &json!({ "delayed_confirmation_ms": null }))
        .await
        .unwrap();
    keep_picture(&app, "armed").await;

    floor.agent(ANA, "take-call").await.unwrap();
    app.window.sees("Your phone rings").await.unwrap();
    keep_picture(&app, "ringing").await;
    app.window.click("button", "Answer").await.unwrap();
    app.window.sees("Only Ana Núñez hears you").await.unwrap();
    keep_picture(&app, "live").await;

    app.window.click("button", "Stop coaching").await.unwrap();
    app.window.sees("Nobody hears you").await.unwrap();

    let coached = floor.asked("Coach").await.unwrap();
    assert_eq!(coached.len(), 1);
    assert_like_the_seed(&coached[0]);
    assert_eq!(floor.asked("Answer").await.unwrap().len(), 1);
    is_clean(&app).await;
    app.end().await.unwrap();
}

/// `POST api/v2/me/devices/{id}` with `operationName`, `targetDeviceUri`, and what was chosen, in the seed's order.
fn assert_like_the_seed(request: &Value) {
    assert_eq!(request["method"], "POST");
    assert!(
        request["path"]
            .as_str()
            .unwrap()
            .starts_with("/api/v2/me/devices/"),
        "{request}"
    );
    let body = request["body"].as_object().unwrap();
    let keys: Vec<&str> = body.keys().map(String::as_str).collect();
    let wanted = [
        "operationName",
        "targetDeviceUri",
        "supervisorMonitoringScope",
        "supervisorMonitoringMode",
    ];
    assert_eq!(keys, wanted);
    assert_eq!(body["operationName"], "Coach");
    assert!(
        body["targetDeviceUri"]
            .as_str()
            .unwrap()
            .contains("/api/v2/devices/"),
        "{request}"
    );
    assert_eq!(body["supervisorMonitoringScope"], "Agent");
    assert_eq!(body["supervisorMonitoringMode"], "NextCall");
}

#[tokio::test]
async fn coach_by_keyboard_alone() {
    let (app, floor) = on_the_floor().await;
    app.window.press("/nunez").await.unwrap();
    app.window.press(ENTER).await.unwrap();
    app.window.sees("phone 6001").await.unwrap();
    app.window.press("c").await.unwrap();
    app.window.sees("Armed for Ana Núñez").await.unwrap();
    app.window.press(&format!("{ESCAPE}{ESCAPE}")).await.unwrap();
    app.window.sees("Nobody hears you").await.unwrap();
    assert_eq!(floor.asked("CancelSupervisorMonitoring").await.unwrap().len(), 1);
    app.end().await.unwrap();
}

/// In the view of the support: writes everything into the log from now on.
async fn log_everything(app: &App) {
    app.window.sees("Everything").await.unwrap();
    let everything = "[...document.querySelectorAll('label')]
        .find(label => label.textContent.trim() === 'Everything').click(); return true";
    app.window.run(everything).await.unwrap();
}

#[tokio::test]
async fn a_second_supervisor_was_faster() {
    let (app, floor) = on_the_floor().await;
    app.window.click("row", ANA).await.unwrap();
    floor
        .happen("supervisors/maria/monitor", &json!({ "agent": ANA }))
        .await
        .unwrap();
    app.window.click("button", "Coach").await.unwrap();
    app.window.sees("Another supervisor holds").await.unwrap();
    keep_picture(&app, "refused").await;
    app.end().await.unwrap();
}

/// Closes the window as the cross in its corner does, through a window manager, once that knows the window.
async fn close_by_the_cross() {
    let known = async {
        while !is_known_to_the_window_manager() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), known)
        .await
        .unwrap();
    let closed = Command::new("wmctrl").args(["-c", "Sotto"]).status();
    assert!(closed.unwrap().success());
}

fn is_known_to_the_window_manager() -> bool {
    let listed = Command::new("wmctrl").arg("-l").output().unwrap().stdout;
    String::from_utf8_lossy(&listed).contains("Sotto")
}

#[tokio::test]
async fn closing_the_window_while_coaching_asks_first() {
    let mut window_manager = Command::new("openbox").spawn().unwrap();
    let (app, floor) = on_the_floor().await;
    app.window.click("row", ANA).await.unwrap();
    app.window.click("button", "Coach").await.unwrap();
    app.window.sees("Armed for Ana Núñez").await.unwrap();
    close_by_the_cross().await;
    app.window.click("button", "Stay").await.unwrap();
    assert_eq!(floor.asked("CancelSupervisorMonitoring").await.unwrap().len(), 0);
    app.window.sees("Armed for Ana Núñez").await.unwrap();
    close_by_the_cross().await;
    app.window.sees("Stop and quit").await.unwrap();
    // The window may be gone before the driver can say that the click was done.
    let leave = async { app.window.click("button", "Stop and quit").await.ok() };
    tokio::join!(leave, until_cancelled(&floor));
    app.end().await.unwrap();
    window_manager.kill().unwrap();
    window_manager.wait().unwrap();
}

/// Reads what is asked while the app is leaving: the floor ends with the app.
async fn until_cancelled(floor: &Floor) {
    let mut cancelled = 0;
    let gone = async {
        while let Ok(asked) = floor.asked("CancelSupervisorMonitoring").await {
            cancelled = cancelled.max(asked.len());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
    assert_eq!(cancelled, 1);
}

#[tokio::test]
async fn being_told_to_end_stops_the_coaching_first() {
    let (app, floor) = on_the_floor().await;
    app.window.click("row", ANA).await.unwrap();
    app.window.click("button", "Coach").await.unwrap();
    app.window.sees("Armed for Ana Núñez").await.unwrap();
    let process = app.process().await.unwrap();
    assert!(
        Command::new("kill")
            .arg(process.to_string())
            .status()
            .unwrap()
            .success()
    );
    until_cancelled(&floor).await;
    app.end().await.unwrap();
}

#[tokio::test]
async fn the_window_is_shown_as_soon_as_the_page_is_there() {
    let app = App::start(24).await.unwrap();
    app.window.sees("Open the practice floor").await.unwrap();
    // A window that waits for a paint would wait for ever: hidden windows are not painted. Well before the time at
    // which the shell shows a silent page all the same, this one must be up.
    let shown = "return document.visibilityState === 'visible' && performance.now() < 6000";
    app.window.until(shown, &json!(true)).await.unwrap();
    app.end().await.unwrap();
}

const THEME: &str = "return document.documentElement.dataset.theme";

#[tokio::test]
async fn the_theme_survives_a_restart() {
    let (app, _floor) = on_the_floor().await;
    while app.window.run(THEME).await.unwrap() != "dark" {
        app.window.click("button", "Theme").await.unwrap();
    }
    keep_picture(&app, "dark").await;
    // The page writes its preferences a moment after the last change.
    let kept = async {
        while !app.settings().contains("\"dark\"") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), kept).await.unwrap();
    let home = app.end().await.unwrap();
    let again = App::start_at(home, 24).await.unwrap();
    again.window.sees("Open the practice floor").await.unwrap();
    again.window.until(THEME, &json!("dark")).await.unwrap();
    again.end().await.unwrap();
}
