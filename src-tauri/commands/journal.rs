//! The journal: finding coachings, what was made of them, proof that nothing was changed.

use console::Console;
use console::contract::journal::{
    CoverageQuestion, JournalCheck, JournalCoaching, JournalCoverage, JournalEntry, JournalExport,
    JournalFormat, JournalPage, JournalQuery, JournalUsage, NewDebrief,
};
use desk::fault::{Fault, FaultCode};
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, Manager as _, State, Wry};

pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("journal")
        .invoke_handler(tauri::generate_handler![
            find, history, debrief, verify, export, coverage, usage
        ])
        .build()
}

/// The coachings that match.
#[tauri::command]
async fn find(query: JournalQuery, console: State<'_, Console>) -> Result<JournalPage, Fault> {
    console.journals().find(query).await
}

/// The entries of one coaching.
#[tauri::command]
async fn history(session: String, console: State<'_, Console>) -> Result<Vec<JournalEntry>, Fault> {
    console.journals().history(session).await
}

/// Writes down what the supervisor made of a coaching.
#[tauri::command]
async fn debrief(debrief: NewDebrief, console: State<'_, Console>) -> Result<JournalCoaching, Fault> {
    console.debrief(debrief).await
}

/// Checks the whole chain.
#[tauri::command]
async fn verify(console: State<'_, Console>) -> Result<JournalCheck, Fault> {
    console.journals().verify().await
}

/// Writes what matches to new files among the downloads.
#[tauri::command]
async fn export(
    format: JournalFormat,
    query: JournalQuery,
    app: AppHandle,
    console: State<'_, Console>,
) -> Result<JournalExport, Fault> {
    let paths = app.path();
    let folder = paths
        .download_dir()
        .or_else(|_| paths.home_dir())
        .map_err(|error| {
            Fault::new(
                FaultCode::NotKept,
                format!("There is no folder for downloads: {error}."),
            )
        })?;
    console.journals().export(folder, format, query).await
}

/// Who was not coached for a while, and minutes per agent and week.
#[tauri::command]
async fn coverage(question: CoverageQuestion, console: State<'_, Console>) -> Result<JournalCoverage, Fault> {
    console.coverage(question).await
}

/// What was done with these agents this month.
#[tauri::command]
async fn usage(agent_ids: Vec<String>, console: State<'_, Console>) -> Result<JournalUsage, Fault> {
    console.journals().usage(agent_ids).await
}
