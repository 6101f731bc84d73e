//! Texts that were begun and not sent.

use console::Console;
use console::contract::Draft;
use desk::fault::Fault;
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{State, Wry};

pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("drafts")
        .invoke_handler(tauri::generate_handler![list, keep])
        .build()
}

/// The drafts of whoever is signed in.
#[tauri::command]
async fn list(console: State<'_, Console>) -> Result<Vec<Draft>, Fault> {
    console.drafts().await
}

/// Keeps a draft; an empty one takes it away.
#[tauri::command]
async fn keep(draft: Draft, console: State<'_, Console>) -> Result<(), Fault> {
    console.keep_draft(draft).await
}
