//! What the supervisor chose as a file, and what the organisation decides.

use console::Console;
use console::policy::PolicyView;
use console::settings_file::SettingsImported;
use desk::fault::Fault;
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, State, Wry};

use crate::downloads;
use crate::shelf::Shelf;

pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("settings")
        .invoke_handler(tauri::generate_handler![policy, export, import])
        .build()
}

/// What is managed.
#[tauri::command]
async fn policy(console: State<'_, Console>) -> Result<PolicyView, Fault> {
    Ok(console.policy().view())
}

/// Writes what was chosen to a new file among the downloads, and gives its path. No password is in it.
#[tauri::command]
async fn export(app: AppHandle, shelf: State<'_, Shelf>) -> Result<String, Fault> {
    let text = shelf.export().await?;
    downloads::write(&app, "sotto-settings", "json", text.as_bytes())
}

/// Takes over what is in a file the page has read.
#[tauri::command]
async fn import(text: String, shelf: State<'_, Shelf>) -> Result<SettingsImported, Fault> {
    shelf.import(&text).await
}
