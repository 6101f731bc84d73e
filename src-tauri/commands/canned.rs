//! Whispers kept for reuse.

use console::Console;
use console::contract::{CannedGroup, CannedLibrary};
use desk::fault::Fault;
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, State, Wry};

use crate::downloads;

pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("canned")
        .invoke_handler(tauri::generate_handler![list, save, import, export])
        .build()
}

/// Everything there is.
#[tauri::command]
async fn list(console: State<'_, Console>) -> Result<CannedLibrary, Fault> {
    Ok(console.canned().list().await)
}

/// Keeps the supervisor's own.
#[tauri::command]
async fn save(groups: Vec<CannedGroup>, console: State<'_, Console>) -> Result<CannedLibrary, Fault> {
    console.canned().save(&groups).await
}

/// Adds what is in a file the page has read.
#[tauri::command]
async fn import(text: String, console: State<'_, Console>) -> Result<CannedLibrary, Fault> {
    console.canned().import(&text).await
}

/// Writes the supervisor's own to a new file among the downloads, and gives its path.
#[tauri::command]
async fn export(app: AppHandle, console: State<'_, Console>) -> Result<String, Fault> {
    let text = console.canned().export().await?;
    downloads::write(&app, "sotto-whispers", "json", text.as_bytes())
}
