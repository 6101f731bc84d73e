//! A journal of a year: a hundred thousand entries, one of its histories, its check and export; and whom a supervisor with
//! fewer coachings has not been with. `SOTTO_JOURNAL_SAMPLE` names the program that writes both.

use std::path::Path;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use crate::Failure;
use crate::camera::Camera;
use crate::kept::drawn;

const SAMPLE: &str = "SOTTO_JOURNAL_SAMPLE";
const LONG: u32 = 100_000;
/// Some nine coachings a week: a few agents get help, most wait for it.
const OF_ONE_SUPERVISOR: u32 = 3_000;

pub(crate) async fn take(camera: &Camera) -> Result<(), Failure> {
    take_journal(camera).await?;
    take_coverage(camera).await
}

async fn take_journal(camera: &Camera) -> Result<(), Failure> {
    let app = camera.started_at(home_with(LONG)?).await?;
    let window = &app.window;
    window.click("button", "Journal").await?;
    let rows = "return document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')";
    window.until(rows, &json!("16668")).await?;
    camera.take(&app, "journal").await?;
    window.click("button", "Verify").await?;
    window.sees("seal").await?;
    window.click("button", "Export…").await?;
    camera.take(&app, "journal-proved").await?;
    window.click("button", "Close").await?;
    window.press("/núñez").await?;
    window.sees("Clear filters").await?;
    // The latest that was debriefed and has a day to come back to.
    let followed = "return [...document.querySelectorAll('[role=row][data-index]')].find(row =>
        row.lastElementChild.textContent.trim() !== '')?.click() ?? true";
    window.run(followed).await?;
    window.sees("What happened").await?;
    camera.take(&app, "journal-history").await?;
    app.end().await?;
    Ok(())
}

async fn take_coverage(camera: &Camera) -> Result<(), Failure> {
    let app = camera.started_at(home_with(OF_ONE_SUPERVISOR)?).await?;
    app.window.click("button", "Journal").await?;
    app.window.click("choice", "Coverage").await?;
    drawn(&app).await?;
    camera.take(&app, "coverage").await?;
    app.end().await?;
    Ok(())
}

/// A home with a journal of so many entries. Were it on a disk, each would wait for it.
fn home_with(entries: u32) -> Result<TempDir, Failure> {
    let sample = std::env::var_os(SAMPLE).ok_or_else(|| {
        format!("`make pictures` builds the generator of journals and names it in {SAMPLE}")
    })?;
    let memory = Path::new("/dev/shm");
    let home = if memory.is_dir() {
        tempfile::tempdir_in(memory)?
    } else {
        tempfile::tempdir()?
    };
    let data = home.path().join("data/app.sotto.desktop");
    std::fs::create_dir_all(&data)?;
    let written = Command::new(sample)
        .arg(data.join("journal.sqlite"))
        .arg(entries.to_string())
        .output()?;
    if !written.status.success() {
        return Err(String::from_utf8_lossy(&written.stderr).into_owned().into());
    }
    Ok(home)
}
