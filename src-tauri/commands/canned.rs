//! Whispers kept for reuse.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use console::Console;
use console::contract::{CannedGroup, CannedLibrary};
use desk::fault::{Fault, FaultCode};
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, Manager as _, State, Wry};

/// So many exported files of one folder are told apart.
const MOST_FILES: usize = 1_000;

pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("canned")
        .invoke_handler(tauri::generate_handler![list, save, import, export])
        .build()
}

/// Everything there is.
#[tauri::command]
async fn list(console: State<'_, Console>) -> Result<CannedLibrary, Fault> {
    Ok(console.canned().list().await)
}

/// Keeps the supervisor's own.
#[tauri::command]
async fn save(groups: Vec<CannedGroup>, console: State<'_, Console>) -> Result<CannedLibrary, Fault> {
    console.canned().save(&groups).await
}

/// Adds what is in a file the page has read.
#[tauri::command]
async fn import(text: String, console: State<'_, Console>) -> Result<CannedLibrary, Fault> {
    console.canned().import(&text).await
}

/// Writes the supervisor's own to a new file among the downloads, and gives its path.
#[tauri::command]
async fn export(app: AppHandle, console: State<'_, Console>) -> Result<String, Fault> {
    let text = console.canned().export().await?;
    let paths = app.path();
    let folder = paths
        .download_dir()
        .or_else(|_| paths.home_dir())
        .map_err(|error| not_written(&error))?;
    let file = write_new(&folder, &text).map_err(|error| not_written(&error))?;
    Ok(file.display().to_string())
}

/// Never replaces a file: it may be the only copy of something.
fn write_new(folder: &Path, text: &str) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    for count in 1..=MOST_FILES {
        let name = match count {
            1 => "sotto-whispers.json".to_owned(),
            _ => format!("sotto-whispers-{count}.json"),
        };
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes())?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn not_written(why: &dyn std::fmt::Display) -> Fault {
    Fault::new(
        FaultCode::NotKept,
        format!("The file could not be written: {why}."),
    )
    .with_hint("Check the space on your disk and the rights of your downloads folder.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_never_replaces_a_file() {
        let folder = tempfile::tempdir().expect("folder");
        let downloads = folder.path().join("Downloads");
        let first = write_new(&downloads, "one").expect("written");
        let second = write_new(&downloads, "two").expect("written");
        assert_eq!(second.file_name().expect("a name"), "sotto-whispers-2.json");
        assert_eq!(std::fs::read_to_string(first).expect("read"), "one");
        assert_eq!(std::fs::read_to_string(second).expect("read"), "two");
    }
}
