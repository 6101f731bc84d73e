//! The desktop shell: the only code that knows Tauri. It opens the window, keeps profiles and passwords, runs the
//! practice floor, and hands everything else to the console.
//!
//! * `commands`: what the interface can call, one file per domain, a few lines a command.
//! * `practice`: the practice floor inside the app. `shelf`: profiles and preferences on disk. `passwords`: which kept
//!   password may go where, `keychain`: where they are kept. `downloads`: files to take away.
//! * `alerts`: notices of the system while the window is not in front.
//! * `window`: the one window and what it never does. `links`: links to an agent that the system hands us.
//! * `closing`: nobody leaves while coaching without being asked. `logs`: what happened, for support.
//!   `support`: how the last run ended, and the bundle.

mod alerts;
mod arguments;
mod closing;
mod commands;
mod downloads;
mod keychain;
mod links;
mod logs;
mod passwords;
mod practice;
mod shelf;
mod support;
mod window;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use console::policy::Policy;
use console::{Console, JournalPlace, KeepPlace, Settings};
use tauri::{AppHandle, Manager as _, RunEvent};

use crate::arguments::Arguments;

/// If the interface has not drawn itself by then, the window is shown all the same, so that the fault can be seen.
const SHOW_AT_THE_LATEST: Duration = Duration::from_secs(8);

/// Runs the app until it is closed.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    // Before anything else is done: whoever set up a policy meant it to hold.
    let policy = match Policy::load(arguments.policy.as_deref()) {
        Ok(policy) => policy,
        Err(error) => {
            eprintln!("Sotto does not start: {error}");
            alerts::cannot_start(&error.to_string());
            return ExitCode::FAILURE;
        }
    };
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(
            |app, words, _| match links::among(&words) {
                Some(link) => links::followed(app, link),
                None => commands::frame::show(app),
            },
        ))
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(commands::frame::remembered())
                .build(),
        )
        .plugin(commands::session::plugin())
        .plugin(commands::profiles::plugin())
        .plugin(commands::desk::plugin())
        .plugin(commands::drafts::plugin())
        .plugin(commands::canned::plugin())
        .plugin(commands::journal::plugin())
        .plugin(commands::settings::plugin())
        .plugin(commands::support::plugin())
        .plugin(commands::frame::plugin())
        .setup(move |app| set_up(app.handle(), arguments, policy))
        .on_window_event(closing::window_event)
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|app, event| match event {
                RunEvent::ExitRequested { api, .. } => closing::exit_requested(app, &api),
                #[cfg(target_os = "macos")]
                RunEvent::Opened { urls } => {
                    for url in urls {
                        links::followed(app, url.as_str());
                    }
                }
                _ => {}
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("Sotto cannot open its window: {error}");
            ExitCode::FAILURE
        }
    }
}

fn set_up(app: &AppHandle, arguments: Arguments, policy: Policy) -> Result<(), Box<dyn std::error::Error>> {
    let folder = app.path().app_data_dir()?;
    std::fs::create_dir_all(&folder)?;
    app.manage(support::Support::begin(&folder, policy.log_level));
    let journal = JournalPlace::File(folder.join("journal.sqlite"));
    let settings = Settings::over_network(journal)
        .keeping(KeepPlace::Folder(folder.clone()))
        .under(policy.clone());
    let console = tauri::async_runtime::block_on(async { Console::start(settings) });
    app.manage(console);
    let at_once = arguments.practice;
    let link = arguments.link.clone();
    app.manage(practice::Practice::new(arguments));
    app.manage(shelf::Shelf::open(app, &folder, policy));
    app.manage(closing::Leaving::default());
    closing::leave_on_signals(app);
    window::open(app)?;
    if let Some(link) = link {
        links::followed(app, &link);
    }
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
        // Once it has been shown the focus is where the supervisor wants it.
        let window = app.get_webview_window("main");
        if window.is_some_and(|window| !window.is_visible().unwrap_or(false)) {
            commands::frame::show(&app);
        }
    });
}

fn shown(folder: &Path) -> String {
    folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
