//! The manifest of an export that somebody hands us to be checked, beside one file that it may name.
#![no_main]

use std::path::PathBuf;
use std::sync::OnceLock;

use journal::{FileState, check_export};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: OnceLock<Option<(TempDir, PathBuf)>> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    let made = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().ok()?;
        std::fs::write(folder.path().join("coaching.csv"), "a,b\n").ok()?;
        let manifest = folder.path().join("coaching.manifest.json");
        Some((folder, manifest))
    });
    let Some((_, manifest)) = made else { return };
    if std::fs::write(manifest, data).is_err() {
        return;
    }
    match check_export(manifest) {
        Ok(checked) => {
            for (file, state) in checked.files {
                let leaves = file.name.contains('/') || file.name == "..";
                assert!(!leaves || state == FileState::Elsewhere, "{} was read", file.name);
            }
        }
        Err(error) => assert!(!error.code().is_empty()),
    }
});
