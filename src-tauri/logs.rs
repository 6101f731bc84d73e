//! What happened, in daily files for support. No password, cookie, token or customer text is ever logged; what looks like
//! one all the same is taken out on its way to the file.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use console::support::LogLevel;
use console::support::redact::redacted;
use desk::fault::Fault;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Registry, fmt, reload};

use crate::commands::desk::internal;

const DAYS_KEPT: usize = 14;

/// The log files of this run.
pub(crate) struct Logs {
    /// Writes what is left when it is dropped.
    _guard: WorkerGuard,
    filter: reload::Handle<EnvFilter, Registry>,
    level: Mutex<LogLevel>,
}

/// Starts logging. Without a folder there are no logs, and Sotto works.
pub(crate) fn start(folder: &Path) -> Option<Logs> {
    std::fs::create_dir_all(folder).ok()?;
    let files = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("sotto")
        .filename_suffix("log")
        .max_log_files(DAYS_KEPT)
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(files);
    let level = LogLevel::default();
    let filter = EnvFilter::try_from_env("SOTTO_LOG").unwrap_or_else(|_| EnvFilter::new(level.filter()));
    let (filter, handle) = reload::Layer::new(filter);
    let lines = fmt::layer()
        .with_ansi(false)
        .with_writer(move || Redacting(writer.clone()));
    Registry::default().with(filter).with(lines).try_init().ok()?;
    Some(Logs {
        _guard: guard,
        filter: handle,
        level: Mutex::new(level),
    })
}

impl Logs {
    /// How much is logged.
    pub(crate) fn level(&self) -> LogLevel {
        *self.level.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Logs more or less from now on, until Sotto is closed.
    pub(crate) fn set_level(&self, level: LogLevel) -> Result<(), Fault> {
        self.filter
            .reload(EnvFilter::new(level.filter()))
            .map_err(|error| internal("The log level could not be changed", &error))?;
        *self.level.lock().unwrap_or_else(PoisonError::into_inner) = level;
        tracing::info!(?level, "the log level was changed");
        Ok(())
    }
}

/// Takes out of each line what looks like a secret. A line comes in one piece.
struct Redacting<W>(W);

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        self.0.write_all(redacted(&line).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("whole").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_looks_like_a_secret_never_gets_to_the_file_and_the_level_changes_while_it_runs() {
        let lines = Lines::default();
        let (filter, handle) = reload::Layer::new(EnvFilter::new(LogLevel::Info.filter()));
        let writer = lines.clone();
        let layer = fmt::layer().with_writer(move || Redacting(writer.clone()));
        let subscriber = Registry::default().with(filter).with(layer);
        tracing::subscriber::with_default(subscriber, || {
            tracing::debug!(target: "console", "too fine");
            tracing::error!(target: "console", "sent Authorization: Basic Y2FuYXJ5Y2FuYXJ5");
            let finer = EnvFilter::new(LogLevel::Trace.filter());
            handle.reload(finer).expect("changed");
            tracing::trace!(target: "console", "fine enough");
            tracing::info!(target: "reqwest", "of others no more than usual");
        });
        let text = String::from_utf8(lines.0.lock().expect("whole").clone()).expect("text");
        assert!(!text.contains("Y2FuYXJ5") && !text.contains("too fine"), "{text}");
        assert!(
            text.contains("[redacted]") && text.contains("fine enough"),
            "{text}"
        );
        assert!(!text.contains("of others"), "{text}");
    }
}
