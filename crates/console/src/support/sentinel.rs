//! The crash sentinel: a file says that Sotto runs and how far it came, so that the next start can say how the last one
//! ended. A lock on a second file tells a run that has crashed from one that is still there.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::redact::redacted;

const RUN: &str = "run.json";
const LOCK: &str = "run.lock";
const CRASH: &str = "crash.json";
/// No more of a message is kept, in bytes.
const LONGEST_MESSAGE: usize = 500;

/// How far a run came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "RunStage")]
pub enum Stage {
    /// Files are being opened; there is no window yet.
    Starting,
    /// The window is there, and nobody is signed in.
    Open,
    /// Somebody is signed in.
    SignedIn,
    /// Sotto was told to end.
    Leaving,
    /// It ended as it should.
    Ended,
}

/// How the run before this one ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum LastRun {
    /// There was none, or it cannot be known: another Sotto runs on the same files.
    Unknown,
    /// It ended as it should.
    Clean,
    /// It was cut off: killed, or the computer went down.
    Killed {
        /// How far it had come.
        stage: Stage,
        /// When it had come so far, in milliseconds since the Unix epoch.
        #[ts(type = "number")]
        at_ms: u64,
    },
    /// Sotto itself failed.
    Panicked {
        /// Where in Sotto.
        place: String,
        /// What it said, without what looks like a secret.
        message: String,
        /// When, in milliseconds since the Unix epoch.
        #[ts(type = "number")]
        at_ms: u64,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    /// When it began, which tells it from others.
    began_ms: u64,
    version: String,
    stage: Stage,
    at_ms: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Crash {
    /// The run it happened in.
    began_ms: u64,
    version: String,
    at_ms: u64,
    place: String,
    message: String,
}

/// Watches over this run.
#[derive(Debug)]
pub struct Sentinel {
    folder: PathBuf,
    run: Mutex<Run>,
    /// Held while the process lives, whatever ends it. None where another run has it: then nothing is written.
    lock: Option<File>,
    last: LastRun,
}

impl Sentinel {
    /// Begins a run whose files are in this folder, and finds out how the last one ended.
    pub fn begin(folder: &Path) -> Sentinel {
        let lock = locked(&folder.join(LOCK));
        let now = now_ms();
        let last = match &lock {
            Some(_) => how_it_ended(folder),
            None => LastRun::Unknown,
        };
        let sentinel = Sentinel {
            folder: folder.to_owned(),
            run: Mutex::new(Run {
                began_ms: now,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                stage: Stage::Starting,
                at_ms: now,
            }),
            lock,
            last,
        };
        sentinel.reached(Stage::Starting);
        sentinel
    }

    /// How the run before this one ended.
    pub fn last(&self) -> &LastRun {
        &self.last
    }

    /// This run came so far. What was ended stays ended.
    pub fn reached(&self, stage: Stage) {
        let mut run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        if run.stage == Stage::Ended || self.lock.is_none() {
            return;
        }
        run.stage = stage;
        run.at_ms = now_ms();
        if let Err(error) = write(&self.folder.join(RUN), &*run) {
            tracing::warn!(%error, "how far this run came cannot be written down");
        }
    }

    /// What has to be called when something in Sotto panics: the report is on disk when it comes back.
    pub fn reporter(&self) -> impl Fn(&PanicHookInfo<'_>) + Send + Sync + 'static {
        let file = self.lock.as_ref().map(|_| self.folder.join(CRASH));
        let began_ms = self.run.lock().unwrap_or_else(PoisonError::into_inner).began_ms;
        move |info| {
            let Some(file) = &file else { return };
            let crash = Crash {
                began_ms,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                at_ms: now_ms(),
                place: place(info),
                message: message(info),
            };
            // Whatever goes wrong while something goes wrong cannot be told to anybody.
            let _ = write(file, &crash);
        }
    }

    /// The report of the last crash as it is on disk, whichever run it was in.
    pub fn crash_report(&self) -> Option<String> {
        std::fs::read_to_string(self.folder.join(CRASH)).ok()
    }
}

fn locked(path: &Path) -> Option<File> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .ok()?;
    file.try_lock().ok()?;
    Some(file)
}

fn how_it_ended(folder: &Path) -> LastRun {
    let Some(run) = read::<Run>(&folder.join(RUN)) else {
        return LastRun::Unknown;
    };
    // A task that failed and did not take Sotto with it is in the report, but the run ended as it should.
    if run.stage == Stage::Ended {
        return LastRun::Clean;
    }
    match read::<Crash>(&folder.join(CRASH)) {
        Some(crash) if crash.began_ms == run.began_ms => LastRun::Panicked {
            place: crash.place,
            message: crash.message,
            at_ms: crash.at_ms,
        },
        _ => LastRun::Killed {
            stage: run.stage,
            at_ms: run.at_ms,
        },
    }
}

/// What happened and where, for a log: without what looks like a secret.
pub fn words(info: &PanicHookInfo<'_>) -> String {
    format!("{}: {}", place(info), message(info))
}

fn place(info: &PanicHookInfo<'_>) -> String {
    info.location()
        .map(|place| format!("{}:{}", place.file(), place.line()))
        .unwrap_or_default()
}

fn message(info: &PanicHookInfo<'_>) -> String {
    let text = redacted(info.payload_as_str().unwrap_or("no message"));
    text[..text.floor_char_boundary(LONGEST_MESSAGE)].to_owned()
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> Option<T> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

/// In place of the one before, whole or not at all.
fn write(file: &Path, value: &impl Serialize) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    beside.write_all(&serde_json::to_vec(value)?)?;
    beside.as_file().sync_all()?;
    beside.persist(file).map_err(|error| error.error)?;
    Ok(())
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(folder: &Path, stages: &[Stage]) -> LastRun {
        let sentinel = Sentinel::begin(folder);
        for stage in stages {
            sentinel.reached(*stage);
        }
        sentinel.last().clone()
    }

    #[test]
    fn a_clean_end_is_never_called_a_crash_and_a_cut_one_says_how_far_it_came() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(
            run(folder.path(), &[Stage::Open, Stage::Leaving, Stage::Ended]),
            LastRun::Unknown
        );
        assert_eq!(
            run(folder.path(), &[Stage::Open, Stage::SignedIn]),
            LastRun::Clean
        );
        match run(folder.path(), &[Stage::Ended, Stage::Open]) {
            LastRun::Killed { stage, at_ms } => {
                assert_eq!(stage, Stage::SignedIn);
                assert!(at_ms > 1_700_000_000_000);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(
            run(folder.path(), &[]),
            LastRun::Clean,
            "what has ended cannot begin again"
        );
    }

    #[test]
    fn a_second_sotto_on_the_same_files_says_nothing_and_spoils_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Sentinel::begin(folder.path());
        first.reached(Stage::SignedIn);
        let second = Sentinel::begin(folder.path());
        assert_eq!(*second.last(), LastRun::Unknown);
        second.reached(Stage::Ended);
        drop((first, second));
        let next = Sentinel::begin(folder.path());
        assert!(
            matches!(
                next.last(),
                LastRun::Killed {
                    stage: Stage::SignedIn,
                    ..
                }
            ),
            "{:?}",
            next.last()
        );
    }

    #[test]
    fn a_damaged_file_is_no_crash() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(RUN), "{\"beganMs\": 1, \"sta").expect("written");
        assert_eq!(run(folder.path(), &[]), LastRun::Unknown);
    }
}
