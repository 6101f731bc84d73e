//! The desktop shell: the only code that knows Tauri. It opens the window, keeps profiles and passwords, runs the
//! practice floor, and hands everything else to the console.
//!
//! * `commands`: what the interface can call, one file per domain, a few lines a command.
//! * `practice`: the practice floor inside the app. `shelf`: profiles and preferences on disk. `keychain`: passwords.
//! * `closing`: nobody leaves while coaching without being asked. `logs`: what happened, for support.

mod arguments;
mod closing;
mod commands;
mod keychain;
mod logs;
mod practice;
mod shelf;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use console::{Console, JournalPlace, Settings};
use tauri::{AppHandle, Manager as _, RunEvent};

use crate::arguments::Arguments;

/// If the interface has not drawn itself by then, the window is shown all the same, so that the fault can be seen.
const SHOW_AT_THE_LATEST: Duration = Duration::from_secs(8);

/// Runs the app until it is closed.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            commands::frame::show(app);
        }))
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(commands::frame::remembered())
                .build(),
        )
        .plugin(commands::session::plugin())
        .plugin(commands::profiles::plugin())
        .plugin(commands::desk::plugin())
        .plugin(commands::frame::plugin())
        .setup(move |app| set_up(app.handle(), arguments))
        .on_window_event(closing::window_event)
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|app, event| {
                if let RunEvent::ExitRequested { api, .. } = event {
                    closing::exit_requested(app, &api);
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("Sotto cannot open its window: {error}");
            ExitCode::FAILURE
        }
    }
}

fn set_up(app: &AppHandle, arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let folder = app.path().app_data_dir()?;
    std::fs::create_dir_all(&folder)?;
    if let Some(guard) = logs::start(&folder.join("logs")) {
        app.manage(guard);
    }
    let journal = JournalPlace::File(folder.join("journal.sqlite"));
    let console = tauri::async_runtime::block_on(async { Console::start(Settings::over_network(journal)) });
    app.manage(console);
    let at_once = arguments.practice;
    app.manage(practice::Practice::new(arguments));
    app.manage(shelf::Shelf::open(app, &folder));
    app.manage(closing::Leaving::default());
    closing::leave_on_signals(app);
    show_in_time(app.clone());
    if at_once {
        tauri::async_runtime::spawn(practice::open(app.clone()));
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), folder = %shown(&folder), "Sotto has started");
    Ok(())
}

fn show_in_time(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SHOW_AT_THE_LATEST).await;
        commands::frame::show(&app);
    });
}

fn shown(folder: &Path) -> String {
    folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
