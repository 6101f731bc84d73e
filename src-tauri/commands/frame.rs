//! The window around the page: showing it, ending the app, what it remembers.

use console::contract::Preferences;
use console::link::checked_link;
use console::support::sentinel::Stage;
use desk::fault::Fault;
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, Manager as _, State, UserAttentionType, Wry};
use tauri_plugin_window_state::StateFlags;

use crate::closing;
use crate::commands::desk::internal;
use crate::shelf::Shelf;
use crate::support;

/// The longest report of the page that is logged, in bytes.
const LONGEST_REPORT: usize = 2_000;

pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("frame")
        .invoke_handler(tauri::generate_handler![
            open_link,
            ready,
            quit,
            preferences,
            save_preferences,
            report
        ])
        .build()
}

/// What is remembered of the window. Not whether it is visible: we show it ourselves, after the first paint.
pub(crate) fn remembered() -> StateFlags {
    StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN
}

/// Brings the window up.
pub(crate) fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main")
        && let Err(error) = window.show().and_then(|()| window.set_focus())
    {
        tracing::error!(%error, "the window cannot be shown");
    }
}

/// Has the system point at the window, without taking the focus from wherever it is.
pub(crate) fn ask_for_attention(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main")
        && let Err(error) = window.request_user_attention(Some(UserAttentionType::Informational))
    {
        tracing::error!(%error, "the window cannot ask for attention");
    }
}

/// Opens a web address in the browser of the system. The supervisor has said yes to this very address; what is not an
/// ordinary one is refused here, whatever the page thinks of it.
#[tauri::command]
async fn open_link(url: String) -> Result<(), Fault> {
    let url = checked_link(&url)?;
    tauri_plugin_opener::open_url(url.as_str(), None::<&str>)
        .map_err(|error| internal("The browser could not be started", &error))
}

/// The page has drawn itself.
#[tauri::command]
async fn ready(app: AppHandle) -> Result<(), Fault> {
    show(&app);
    support::reached(&app, Stage::Open);
    Ok(())
}

/// The supervisor has confirmed: stop, sign out, end.
#[tauri::command]
async fn quit(app: AppHandle) -> Result<(), Fault> {
    closing::leave(&app).await;
    Ok(())
}

/// What the page remembers.
#[tauri::command]
async fn preferences(shelf: State<'_, Shelf>) -> Result<Preferences, Fault> {
    Ok(shelf.preferences().await)
}

/// Remembers it.
#[tauri::command]
async fn save_preferences(preferences: Preferences, shelf: State<'_, Shelf>) -> Result<(), Fault> {
    shelf.save_preferences(preferences).await
}

/// Something went wrong in the page.
#[tauri::command]
async fn report(message: String) -> Result<(), Fault> {
    let end = message.floor_char_boundary(LONGEST_REPORT);
    tracing::error!(message = &message[..end], "the page reports a fault");
    Ok(())
}
