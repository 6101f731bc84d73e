//! What is kept, in the real window: a debrief finds its way into the journal, a long journal opens at once, and what a
//! server forgot is shown and armed again with one key.

use std::path::Path;
use std::process::Command;

use journeys::app::App;
use serde_json::json;

use crate::support::told;
use crate::{ANA, ENTER, is_clean, keep_picture, on_the_floor};

/// Names the generator of long journals, which `make` built.
const SAMPLE: &str = "SOTTO_JOURNAL_SAMPLE";
const ENTRIES: &str = "100000";
const SHIFT: &str = "\u{E008}";

#[tokio::test]
async fn what_a_server_forgot_is_shown_and_armed_again_with_one_key() {
    let (app, floor) = on_the_floor().await;
    app.window.click("row", ANA).await.unwrap();
    app.window.sees("phone 6001").await.unwrap();
    app.window.press("c").await.unwrap();
    app.window.sees("Armed for Ana Núñez").await.unwrap();
    app.window.press_with(SHIFT, "C").await.unwrap();
    app.window.sees("it waits for the agent").await.unwrap();

    // A server that comes back knows nobody: neither the phone nor the session.
    floor.happen("supervisors/sam/log-out", &json!({})).await.unwrap();
    floor.happen("expire-sessions", &json!({})).await.unwrap();
    app.window.sees("2 orders of yours may not hold").await.unwrap();
    app.window.sees("Arm all 2 again").await.unwrap();
    keep_picture(&app, "drift").await;
    let asked = floor.asked("Coach").await.unwrap().len();
    assert_eq!(asked, 2, "nothing was armed again by itself");
    app.window.click("button", "Arm all 2 again").await.unwrap();
    app.window.sees("Armed for Ana Núñez").await.unwrap();
    app.window.sees("it waits for the agent").await.unwrap();
    assert_eq!(floor.asked("Coach").await.unwrap().len(), 4);
    is_clean(&app).await;
    app.end().await.unwrap();
}

/// Looking around and ending writes nothing over what was saved from a damaged file.
#[tokio::test]
async fn settings_that_came_back_are_there_at_the_start_after_too() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data/app.sotto.desktop");
    std::fs::create_dir_all(&data).unwrap();
    let good = json!({ "document": { "version": 2, "profiles": [
        { "id": "a", "name": "House of Sam", "baseUrl": "https://gws.example.org/api/v2", "userName": "sam" },
    ] } });
    std::fs::write(data.join("settings.json.bak"), good.to_string()).unwrap();
    std::fs::write(data.join("settings.json"), b"{\"document\":\xff").unwrap();
    let app = App::start_at(home, 24).await.unwrap();
    app.window.sees("The last good settings are back.").await.unwrap();
    app.window.sees("House of Sam").await.unwrap();
    let home = told(app, "-TERM").await;
    assert!(data.join("settings.unreadable.json").exists());
    let again = App::start_at(home, 24).await.unwrap();
    again.window.sees("House of Sam").await.unwrap();
    let page = again.window.text().await.unwrap();
    assert!(!page.contains("settings are back"), "{page}");
    again.end().await.unwrap();
}

#[tokio::test]
async fn a_debrief_is_offered_given_and_found_in_the_journal_again() {
    let (app, floor) = on_the_floor().await;
    app.window.click("row", ANA).await.unwrap();
    app.window.sees("phone 6001").await.unwrap();
    app.window.press("c").await.unwrap();
    app.window.sees("Armed for Ana Núñez").await.unwrap();
    floor.agent(ANA, "take-call").await.unwrap();
    app.window.click("button", "Answer").await.unwrap();
    app.window.sees("Only Ana Núñez hears you").await.unwrap();
    floor.agent(ANA, "release").await.unwrap();
    app.window.sees("Used it").await.unwrap();
    keep_picture(&app, "debrief").await;
    app.window.press("d").await.unwrap();
    app.window.press("1").await.unwrap();
    app.window.press("2").await.unwrap();
    app.window.press("4").await.unwrap();
    app.window.press(ENTER).await.unwrap();
    app.window.press("j").await.unwrap();
    app.window.click("row", ANA).await.unwrap();
    app.window.sees("You debriefed it").await.unwrap();
    keep_picture(&app, "journal-history").await;
    is_clean(&app).await;
    app.end().await.unwrap();
}

#[tokio::test]
async fn a_journal_of_a_hundred_thousand_entries_opens_and_is_counted() {
    let Some(sample) = std::env::var_os(SAMPLE) else {
        panic!("`make journeys-window` builds the generator and names it in {SAMPLE}");
    };
    // So many entries that each wait for a disk take minutes; in memory it is seconds.
    let memory = Path::new("/dev/shm");
    let home = if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    };
    let data = home.path().join("data/app.sotto.desktop");
    std::fs::create_dir_all(&data).unwrap();
    let written = Command::new(sample)
        .arg(data.join("journal.sqlite"))
        .arg(ENTRIES)
        .output()
        .unwrap();
    assert!(written.status.success());
    let app = App::start_at(home, 24).await.unwrap();
    app.window.resize(1440, 900).await.unwrap();
    app.window.sees("Open the practice floor").await.unwrap();
    app.window.click("button", "Journal").await.unwrap();
    let rows = "return document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')";
    app.window.until(rows, &json!("16668")).await.unwrap();
    keep_picture(&app, "journal-long").await;
    app.window.click("choice", "Coverage").await.unwrap();
    app.window
        .until(
            "return document.querySelectorAll('canvas').length > 0",
            &json!(true),
        )
        .await
        .unwrap();
    keep_picture(&app, "coverage").await;
    app.window.resize(820, 900).await.unwrap();
    keep_picture(&app, "coverage-narrow").await;
    is_clean(&app).await;
    app.end().await.unwrap();
}
