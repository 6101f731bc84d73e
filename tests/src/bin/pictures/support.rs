//! Settings and support: a server that is kept, the doctor where all works and where something fails, the bundle looked
//! at, and the start after Sotto was cut off.

use std::process::Command;

use journeys::app::App;
use journeys::floor::Floor;
use serde_json::json;

use crate::camera::Camera;
use crate::{ANA, ENTER, Failure};

pub(crate) async fn take(camera: &Camera) -> Result<(), Failure> {
    let app = camera.started().await?;
    app.window.click("button", "Open the practice floor").await?;
    app.window.sees(ANA).await?;
    let floor = app.floor().await?;
    // Signed in as to any other server, so that there is one whose settings are kept.
    app.window.click("button", "Sign out").await?;
    sign_in(&app, &floor).await?;
    take_settings(camera, &app).await?;
    take_support(camera, &app, &floor).await?;
    take_cut_off(camera, app).await
}

async fn sign_in(app: &App, floor: &Floor) -> Result<(), Failure> {
    app.window.sees("Not signed in").await?;
    app.window.click("button", "Floor").await?;
    app.window.sees("Open the practice floor").await?;
    let fields = [
        ("Address", floor.base_url()),
        ("User name", "sam".to_owned()),
        ("Password", "practice".to_owned()),
    ];
    for (label, text) in fields {
        let into = format!(
            "const label = [...document.querySelectorAll('label')].find(label => label.textContent.trim() === '{label}');
             label.control.focus();
             label.control.select?.();"
        );
        app.window.run(&into).await?;
        app.window.press(&text).await?;
    }
    app.window.press(ENTER).await?;
    app.window.sees(ANA).await?;
    Ok(())
}

async fn take_settings(camera: &Camera, app: &App) -> Result<(), Failure> {
    app.window.click("button", "Settings").await?;
    app.window.sees("Take along").await?;
    camera.take(app, "settings").await?;
    let opened = "document.querySelector('main details').open = true";
    app.window.run(opened).await?;
    camera
        .take_showing(app, "settings-servers", "main section:has(details)")
        .await
}

async fn take_support(camera: &Camera, app: &App, floor: &Floor) -> Result<(), Failure> {
    let window = &app.window;
    window.click("button", "Support").await?;
    window.click("button", "Run the doctor").await?;
    window.sees("Everything that was tried works.").await?;
    camera.take(app, "doctor").await?;
    window.click("button", "Put it together").await?;
    window.sees("Nothing is saved yet.").await?;
    let opened = "const file = document.querySelector('[aria-label=\"Files in the bundle\"] details');
                  file.open = true; file.closest('section').id = 'looked-at'";
    window.run(opened).await?;
    camera.take_showing(app, "support-bundle", "#looked-at").await?;

    floor
        .happen(
            "faults",
            &json!({ "voice_inactive": true, "users_forbidden": true }),
        )
        .await?;
    window.click("button", "Sign out").await?;
    sign_in(app, floor).await?;
    window.click("button", "Support").await?;
    window.click("button", "Run the doctor").await?;
    window.sees("begin with the first").await?;
    let first = "document.querySelector('li.failed').id = 'first-that-fails'";
    window.run(first).await?;
    camera
        .take_showing(app, "doctor-fails", "#first-that-fails")
        .await
}

/// Cut off while signed in: the next start says so.
async fn take_cut_off(camera: &Camera, app: App) -> Result<(), Failure> {
    let process = app.process().await?.to_string();
    Command::new("kill").args(["-KILL", &process]).status()?;
    let home = app.end().await?;
    let again = camera.started_at(home).await?;
    again.window.sees("was cut off").await?;
    camera.take(&again, "cut-off").await?;
    again.end().await?;
    Ok(())
}
