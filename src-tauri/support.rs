//! What the Support place needs while the app runs: the sentinel, the logs, what the doctor found last.

use std::path::{Path, PathBuf};

use console::Console;
use console::doctor::Report;
use console::support::LogLevel;
use console::support::bundle::{Bundle, Sources};
use console::support::sentinel::{self, Sentinel, Stage};
use desk::fault::Fault;
use tauri::{AppHandle, Manager as _};
use tokio::sync::Mutex;

use crate::commands::desk::internal;
use crate::logs::{self, Logs};
use crate::shelf::Shelf;

/// The state of the Support place.
pub(crate) struct Support {
    pub(crate) sentinel: Sentinel,
    pub(crate) logs: Option<Logs>,
    log_folder: PathBuf,
    pub(crate) report: Mutex<Option<Report>>,
    /// The bundle that was shown: that one is saved, and no other.
    pub(crate) bundle: Mutex<Option<Bundle>>,
}

impl Support {
    /// Starts logging, finds out how the last run ended, and watches over this one.
    pub(crate) fn begin(folder: &Path, level: Option<LogLevel>) -> Support {
        let log_folder = folder.join("logs");
        let logs = logs::start(&log_folder);
        if let (Some(logs), Some(level)) = (&logs, level)
            && let Err(fault) = logs.set_level(level)
        {
            tracing::warn!(code = ?fault.code, "the log level of the policy could not be set");
        }
        let sentinel = Sentinel::begin(folder);
        tracing::info!(last = ?sentinel.last(), "how the last run ended");
        let report = sentinel.reporter();
        std::panic::set_hook(Box::new(move |info| {
            report(info);
            let words = sentinel::words(info);
            tracing::error!(what = words, "something in Sotto failed");
            eprintln!("Something in Sotto failed: {words}");
        }));
        Support {
            sentinel,
            logs,
            log_folder,
            report: Mutex::default(),
            bundle: Mutex::default(),
        }
    }

    /// Puts a bundle together from what there is now.
    pub(crate) async fn gather(&self, console: &Console, settings: &Shelf) -> Result<Bundle, Fault> {
        let sources = Sources {
            logs: Some(self.log_folder.clone()),
            profiles: settings.profiles().await,
            policy: Some(console.policy().view()),
            report: self.report.lock().await.clone(),
            last_run: Some(self.sentinel.last().clone()),
            crash: self.sentinel.crash_report(),
            // A journal that cannot be checked costs nothing else.
            journal: console.journals().verify().await.ok(),
        };
        // The logs may be long.
        tauri::async_runtime::spawn_blocking(move || Bundle::gather(&sources))
            .await
            .map_err(|error| internal("The bundle could not be put together", &error))
    }
}

/// This run came so far.
pub(crate) fn reached(app: &AppHandle, stage: Stage) {
    app.state::<Support>().sentinel.reached(stage);
}
