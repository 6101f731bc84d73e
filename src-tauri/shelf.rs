//! Profiles and preferences on disk, in one versioned document in the store plugin.
//!
//! The plugin writes a plain file, neither atomically nor with a schema, so three things are done around it: every
//! document is validated when it is read, the last good file is kept as `.bak`, and a file that cannot be read is set
//! aside and told, never overwritten.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use console::contract::Preferences;
use console::profile::Profile;
use desk::fault::{Fault, FaultCode};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreExt as _};
use tokio::sync::Mutex;

use crate::commands::desk::internal;

const FILE: &str = "settings.json";
const KEY: &str = "document";
const VERSION: u32 = 1;

/// What is on the shelf.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    /// Of this layout; a higher one was written by a newer Sotto.
    version: u32,
    #[serde(default)]
    profiles: Vec<Profile>,
    #[serde(default)]
    preferences: Preferences,
}

impl Default for Document {
    fn default() -> Document {
        Document {
            version: VERSION,
            profiles: Vec::new(),
            preferences: Preferences::default(),
        }
    }
}

/// Why a document is no good.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("{0}")]
    NotJson(#[from] serde_json::Error),
    #[error("a newer Sotto wrote them")]
    Newer,
}

/// Profiles and preferences.
pub(crate) struct Shelf {
    store: Option<Arc<Store<Wry>>>,
    file: PathBuf,
    notices: Mutex<Vec<Fault>>,
    document: Mutex<Document>,
}

impl Shelf {
    /// Opens the shelf; whatever is wrong with the file is a notice, never the end.
    pub(crate) fn open(app: &AppHandle, folder: &Path) -> Shelf {
        let file = folder.join(FILE);
        let (document, mut notices) = read(&file);
        let store = match app.store_builder(&file).disable_auto_save().build() {
            Ok(store) => Some(store),
            Err(error) => {
                notices.push(internal("Settings cannot be kept", &error));
                None
            }
        };
        Shelf {
            store,
            file,
            notices: Mutex::new(notices),
            document: Mutex::new(document),
        }
    }

    pub(crate) async fn profiles(&self) -> Vec<Profile> {
        self.document.lock().await.profiles.clone()
    }

    pub(crate) async fn notices(&self) -> Vec<Fault> {
        self.notices.lock().await.clone()
    }

    pub(crate) async fn preferences(&self) -> Preferences {
        self.document.lock().await.preferences.clone()
    }

    pub(crate) async fn save(&self, profile: Profile) -> Result<Profile, Fault> {
        let profile = profile.validated()?;
        self.change(
            |document| match document.profiles.iter_mut().find(|kept| kept.id == profile.id) {
                Some(kept) => *kept = profile.clone(),
                None => document.profiles.push(profile.clone()),
            },
        )
        .await?;
        Ok(profile)
    }

    /// The profile was just used: it comes first from now on.
    pub(crate) async fn used(&self, profile: Profile) -> Result<(), Fault> {
        self.change(|document| {
            document.profiles.retain(|kept| kept.id != profile.id);
            document.profiles.insert(0, profile);
        })
        .await
    }

    /// The password of this profile could not be kept: say so, and do not look for it next time.
    pub(crate) async fn not_remembered(&self, id: &str, why: Fault) -> Result<(), Fault> {
        self.notices.lock().await.push(why);
        self.change(|document| {
            for profile in document.profiles.iter_mut().filter(|profile| profile.id == id) {
                profile.remember_password = false;
            }
        })
        .await
    }

    pub(crate) async fn remove(&self, id: &str) -> Result<Option<Profile>, Fault> {
        let mut removed = None;
        self.change(|document| {
            let index = document.profiles.iter().position(|kept| kept.id == id);
            removed = index.map(|index| document.profiles.remove(index));
        })
        .await?;
        Ok(removed)
    }

    pub(crate) async fn save_preferences(&self, preferences: Preferences) -> Result<(), Fault> {
        self.change(|document| document.preferences = preferences).await
    }

    async fn change(&self, change: impl FnOnce(&mut Document)) -> Result<(), Fault> {
        let mut document = self.document.lock().await;
        change(&mut document);
        let store = self
            .store
            .as_ref()
            .ok_or_else(|| not_saved("there is no place for them"))?;
        let value = serde_json::to_value(&*document).map_err(|error| not_saved(&error.to_string()))?;
        if self.file.exists() {
            std::fs::copy(&self.file, backup_of(&self.file))
                .map_err(|error| not_saved(&error.to_string()))?;
        }
        store.set(KEY, value);
        store.save().map_err(|error| not_saved(&error.to_string()))
    }
}

/// Reads the document; a file that is no good is set aside, and the backup takes its place if that is good.
fn read(file: &Path) -> (Document, Vec<Fault>) {
    let Ok(text) = std::fs::read_to_string(file) else {
        return (Document::default(), Vec::new());
    };
    match parse(&text) {
        Ok(document) => (document, Vec::new()),
        Err(why) => {
            let aside = file.with_extension("unreadable.json");
            let moved = std::fs::rename(file, &aside).is_ok();
            let backup = std::fs::read_to_string(backup_of(file))
                .ok()
                .and_then(|text| parse(&text).ok());
            (
                backup.clone().unwrap_or_default(),
                vec![set_aside(
                    &why.to_string(),
                    moved.then_some(&aside),
                    backup.is_some(),
                )],
            )
        }
    }
}

fn parse(text: &str) -> Result<Document, Unreadable> {
    #[derive(Deserialize)]
    struct File {
        document: Option<Document>,
    }
    let file: File = serde_json::from_str(text)?;
    let mut document = file.document.unwrap_or_default();
    if document.version > VERSION {
        return Err(Unreadable::Newer);
    }
    // One profile that is no good does not cost the others.
    document.profiles = document
        .profiles
        .into_iter()
        .filter_map(|profile| profile.validated().ok())
        .collect();
    Ok(document)
}

fn backup_of(file: &Path) -> PathBuf {
    file.with_extension("json.bak")
}

fn set_aside(why: &str, aside: Option<&PathBuf>, restored: bool) -> Fault {
    let place = aside
        .and_then(|aside| aside.file_name())
        .map(|name| name.to_string_lossy().into_owned());
    let kept = place.map_or_else(String::new, |name| format!(" The file is kept as {name}."));
    let hint = if restored {
        "The last good settings are back."
    } else {
        "Sotto starts with empty settings."
    };
    Fault::new(
        FaultCode::SettingsSetAside,
        format!("Your settings could not be read ({why}).{kept}"),
    )
    .with_hint(hint)
}

fn not_saved(why: &str) -> Fault {
    Fault::new(
        FaultCode::SettingsNotSaved,
        format!("Your settings could not be saved: {why}."),
    )
    .with_hint("Check the space on your disk and the rights of Sotto's folder.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> (Document, Vec<Fault>, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join(FILE);
        std::fs::write(&file, text).expect("written");
        let (document, notices) = read(&file);
        (document, notices, folder)
    }

    const GOOD: &str = r#"{"document":{"version":1,"profiles":[{"id":"a","name":"Main","baseUrl":"https://gws.example.org/api/v2","userName":"sam"}]}}"#;

    #[test]
    fn a_missing_file_is_an_empty_shelf_without_a_word() {
        let folder = tempfile::tempdir().expect("folder");
        assert_eq!(read(&folder.path().join(FILE)), (Document::default(), Vec::new()));
    }

    #[test]
    fn a_good_file_is_read_with_defaults_for_what_is_new() {
        let (document, notices, _folder) = kept(GOOD);
        assert_eq!(notices, Vec::new());
        assert_eq!(document.profiles[0].poll_seconds, 5);
    }

    #[test]
    fn a_corrupt_file_is_set_aside_and_the_backup_takes_its_place() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join(FILE);
        std::fs::write(&file, "{\"document\": {\"vers").expect("written");
        std::fs::write(backup_of(&file), GOOD).expect("written");
        let (document, notices) = read(&file);
        assert_eq!(document.profiles.len(), 1);
        assert_eq!(notices[0].code, FaultCode::SettingsSetAside);
        assert!(!file.exists(), "the corrupt file must not be overwritten later");
        assert!(folder.path().join("settings.unreadable.json").exists());
    }

    #[test]
    fn a_file_of_a_newer_sotto_is_not_touched_but_set_aside() {
        let (document, notices, _folder) = kept(r#"{"document":{"version":99,"profiles":[]}}"#);
        assert_eq!(document, Document::default());
        assert_eq!(notices.len(), 1);
    }

    #[test]
    fn one_bad_profile_does_not_cost_the_others() {
        let text = GOOD.replace(
            "}]}}",
            r#"},{"id":"b","name":"Bad","baseUrl":"ftp://x","userName":"sam"}]}}"#,
        );
        let (document, notices, _folder) = kept(&text);
        assert_eq!((document.profiles.len(), notices.len()), (1, 0));
    }
}
