//! Files for the supervisor to take away: new ones, among the downloads.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use desk::fault::{Fault, FaultCode};
use tauri::{AppHandle, Manager as _};

/// So many files of one name are told apart.
const MOST_FILES: usize = 1_000;

/// Writes a file such as `sotto-whispers.json`, and gives its path. The name gets a number where it is taken.
pub(crate) fn write(app: &AppHandle, stem: &str, ending: &str, content: &[u8]) -> Result<String, Fault> {
    let paths = app.path();
    let folder = paths
        .download_dir()
        .or_else(|_| paths.home_dir())
        .map_err(|error| not_written(&error))?;
    let file = write_new(&folder, stem, ending, content).map_err(|error| not_written(&error))?;
    Ok(file.display().to_string())
}

/// Never replaces a file: it may be the only copy of something.
fn write_new(folder: &Path, stem: &str, ending: &str, content: &[u8]) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    for count in 1..=MOST_FILES {
        let name = match count {
            1 => format!("{stem}.{ending}"),
            _ => format!("{stem}-{count}.{ending}"),
        };
        let path = folder.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        // Names of people and servers may be in it; whom it is sent to is for the supervisor to say.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(mut file) => {
                file.write_all(content)?;
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
        let write = |content: &[u8]| write_new(&downloads, "sotto-whispers", "json", content);
        let first = write(b"one").expect("written");
        let second = write(b"two").expect("written");
        assert_eq!(second.file_name().expect("a name"), "sotto-whispers-2.json");
        assert_eq!(std::fs::read_to_string(first).expect("read"), "one");
        assert_eq!(std::fs::read_to_string(second).expect("read"), "two");
    }
    #[cfg(unix)]
    #[test]
    fn what_names_people_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("folder");
        let file = write_new(folder.path(), "sotto-support", "zip", b"names").expect("written");
        let mode = std::fs::metadata(file).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
