//! Leaving: closing the window, quitting, being told to end. Nobody leaves while something is armed or live without
//! being asked, and whoever leaves signs out in order.

use std::sync::atomic::{AtomicBool, Ordering};

use console::Console;
use console::support::sentinel::Stage;
use tauri::{AppHandle, ExitRequestApi, Manager as _, Window, WindowEvent};

use crate::support;

/// Whether everything has been signed out, so that the process may end.
#[derive(Debug, Default)]
pub(crate) struct Leaving {
    may_end: AtomicBool,
    under_way: AtomicBool,
}

/// The window wants to close.
pub(crate) fn window_event(window: &Window, event: &WindowEvent) {
    if let WindowEvent::CloseRequested { api, .. } = event {
        if may_end(window.app_handle()) {
            return;
        }
        api.prevent_close();
        ask_or_leave(window.app_handle());
    }
}

/// The app wants to end, by menu or keyboard.
pub(crate) fn exit_requested(app: &AppHandle, api: &ExitRequestApi) {
    if !may_end(app) {
        api.prevent_exit();
        ask_or_leave(app);
    }
}

/// The operating system tells the process to end: nobody can be asked, but the coaching is stopped.
pub(crate) fn leave_on_signals(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if told_to_end().await {
            leave(&app).await;
        }
    });
}

/// Stops, signs out and ends.
pub(crate) async fn leave(app: &AppHandle) {
    let leaving = app.state::<Leaving>();
    if leaving.under_way.swap(true, Ordering::AcqRel) {
        return;
    }
    support::reached(app, Stage::Leaving);
    let console = app.state::<Console>().inner().clone();
    console.sign_out().await;
    console.flush().await;
    leaving.may_end.store(true, Ordering::Release);
    support::reached(app, Stage::Ended);
    app.exit(0);
}

fn may_end(app: &AppHandle) -> bool {
    app.state::<Leaving>().may_end.load(Ordering::Acquire)
}

fn ask_or_leave(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let console = app.state::<Console>().inner().clone();
        if !console.ask_to_close().await {
            leave(&app).await;
        }
    });
}

#[cfg(unix)]
async fn told_to_end() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return false;
    };
    let Ok(mut interrupt) = signal(SignalKind::interrupt()) else {
        return false;
    };
    tokio::select! {
        heard = terminate.recv() => heard.is_some(),
        heard = interrupt.recv() => heard.is_some(),
    }
}

#[cfg(not(unix))]
async fn told_to_end() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
