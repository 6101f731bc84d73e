//! The desk: what the interface sees and what the supervisor orders.

use console::Console;
use console::contract::Message;
use desk::fault::{Fault, FaultCode};
use desk::order::Command;
use desk::view::RosterQuery;
use tauri::ipc::{Channel, InvokeResponseBody};
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, State, Wry};

use crate::alerts;

pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("desk")
        .invoke_handler(tauri::generate_handler![
            subscribe,
            look,
            order,
            open,
            acknowledge,
            refresh,
            visible
        ])
        .build()
}

/// Everything that changes goes down this one channel, as raw JSON text: parsing it costs the page a tenth of what
/// evaluating it would. A reloaded page simply subscribes again.
#[tauri::command]
async fn subscribe(
    channel: Channel<InvokeResponseBody>,
    console: State<'_, Console>,
    app: AppHandle,
) -> Result<(), Fault> {
    let mut messages = console.subscribe(RosterQuery::default())?;
    tauri::async_runtime::spawn(async move {
        while let Some(message) = messages.recv().await {
            alerts::about(&app, &message).await;
            if !send(&channel, &message) {
                break;
            }
        }
    });
    Ok(())
}

fn send(channel: &Channel<InvokeResponseBody>, message: &Message) -> bool {
    match serde_json::to_vec(message) {
        Ok(text) => channel.send(InvokeResponseBody::Raw(text)).is_ok(),
        Err(error) => {
            tracing::error!(%error, "a message could not be written");
            false
        }
    }
}

/// Looks at other rows of the roster.
#[tauri::command]
async fn look(query: RosterQuery, console: State<'_, Console>) -> Result<(), Fault> {
    console.look(query)
}

/// Orders something.
#[tauri::command]
async fn order(command: Command, console: State<'_, Console>) -> Result<(), Fault> {
    console.order(command).await
}

/// Shows the transcript of this session from now on, or none.
#[tauri::command]
async fn open(session: Option<String>, console: State<'_, Console>) -> Result<(), Fault> {
    console.open(session)
}

/// The page has drawn this revision.
#[tauri::command]
async fn acknowledge(revision: u32, console: State<'_, Console>) -> Result<(), Fault> {
    console.acknowledge(revision)
}

/// Reads the floor now.
#[tauri::command]
async fn refresh(console: State<'_, Console>) -> Result<(), Fault> {
    console.refresh()
}

/// Whether anybody can see the page.
#[tauri::command]
async fn visible(visible: bool, console: State<'_, Console>) -> Result<(), Fault> {
    console.set_visible(visible)
}

/// A fault of the shell itself.
pub(crate) fn internal(what: &str, why: &dyn std::fmt::Display) -> Fault {
    Fault::new(FaultCode::Internal, format!("{what}: {why}."))
}
