//! Profiles and preferences on disk, in one versioned document in the store plugin (`console::settings_file`).
//!
//! The plugin writes a plain file, neither atomically nor with a schema, so four things are done around it: every
//! document is validated when it is read, the last good file is kept as `.bak`, a file of an older layout is kept beside
//! the new one, and a file that cannot be read is set aside and told, never overwritten.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use console::contract::Preferences;
use console::policy::Policy;
use console::profile::Profile;
use console::settings_file::{Found, SettingsDocument, SettingsError, SettingsImported};
use desk::fault::{Fault, FaultCode};
use serde::Deserialize;
use serde_json::Value;
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreExt as _};
use tokio::sync::Mutex;

use crate::commands::desk::internal;

const FILE: &str = "settings.json";
const KEY: &str = "document";

/// Profiles and preferences.
pub(crate) struct Shelf {
    store: Option<Arc<Store<Wry>>>,
    file: PathBuf,
    policy: Policy,
    notices: Mutex<Vec<Fault>>,
    document: Mutex<SettingsDocument>,
}

impl Shelf {
    /// Opens the shelf; whatever is wrong with the file is a notice, never the end.
    pub(crate) fn open(app: &AppHandle, folder: &Path, policy: Policy) -> Shelf {
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
            policy,
            notices: Mutex::new(notices),
            document: Mutex::new(document),
        }
    }

    /// The profiles to choose from, as the policy has them.
    pub(crate) async fn profiles(&self) -> Vec<Profile> {
        let kept = self.document.lock().await.profiles.clone();
        self.policy.profiles(kept)
    }

    pub(crate) async fn notices(&self) -> Vec<Fault> {
        self.notices.lock().await.clone()
    }

    /// What holds, as the policy has it.
    pub(crate) async fn preferences(&self) -> Preferences {
        let defaults = self.policy.defaults();
        let chosen = self.document.lock().await.preferences(&defaults);
        self.policy.limit(chosen)
    }

    pub(crate) async fn save(&self, profile: Profile) -> Result<Profile, Fault> {
        let profile = self.policy.govern(profile.validated()?)?;
        let kept = profile.clone();
        self.change(move |document| document.keep(kept)).await?;
        Ok(profile)
    }

    /// The profile was just used: it comes first from now on.
    pub(crate) async fn used(&self, profile: Profile) -> Result<(), Fault> {
        self.change(move |document| document.used(profile)).await
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
        self.change(|document| document.remove(id)).await
    }

    pub(crate) async fn save_preferences(&self, preferences: Preferences) -> Result<(), Fault> {
        let defaults = self.policy.defaults();
        let choose = |document: &mut SettingsDocument| {
            let before = document.preferences(&defaults);
            let kept = self.policy.keepable(preferences, &before);
            document.choose(&kept, &defaults)
        };
        self.change(choose)
            .await?
            .map_err(|error| not_saved(&error.to_string()))
    }

    /// Everything that was chosen, as a file to import elsewhere.
    pub(crate) async fn export(&self) -> Result<String, Fault> {
        let document = self.document.lock().await;
        document
            .export()
            .map_err(|error| internal("The file cannot be made", &error))
    }

    /// Takes over what is in such a file.
    pub(crate) async fn import(&self, text: &str) -> Result<SettingsImported, Fault> {
        let defaults = self.policy.defaults();
        let imported = self
            .change(|document| document.import(text, &defaults, |profile| self.policy.govern(profile)))
            .await??;
        let preferences = self.policy.limit(imported.preferences);
        Ok(SettingsImported {
            preferences,
            ..imported
        })
    }

    /// Changes the document. What cannot be written is a fault; the change holds until Sotto ends all the same.
    async fn change<T>(&self, change: impl FnOnce(&mut SettingsDocument) -> T) -> Result<T, Fault> {
        let mut document = self.document.lock().await;
        let before = document.clone();
        let outcome = change(&mut document);
        if *document == before && self.file.exists() {
            return Ok(outcome);
        }
        let store = self
            .store
            .as_ref()
            .ok_or_else(|| not_saved("there is no place for them"))?;
        let value = document.value().map_err(|error| not_saved(&error.to_string()))?;
        if self.file.exists() {
            std::fs::copy(&self.file, backup_of(&self.file))
                .map_err(|error| not_saved(&error.to_string()))?;
        }
        store.set(KEY, value);
        store.save().map_err(|error| not_saved(&error.to_string()))?;
        Ok(outcome)
    }
}

/// Reads the document; a file that is no good is set aside, and the backup takes its place if that is good.
fn read(file: &Path) -> (SettingsDocument, Vec<Fault>) {
    let Ok(text) = std::fs::read_to_string(file) else {
        return (SettingsDocument::default(), Vec::new());
    };
    match parse(&text) {
        Ok(found) => {
            if let Some(version) = found.migrated_from
                && let Err(error) = std::fs::copy(file, before_migration(file, version))
            {
                tracing::warn!(%error, "the settings of the older layout could not be kept");
            }
            (found.document, Vec::new())
        }
        Err(why) => {
            let aside = file.with_extension("unreadable.json");
            let moved = std::fs::rename(file, &aside).is_ok();
            let backup = std::fs::read_to_string(backup_of(file))
                .ok()
                .and_then(|text| parse(&text).ok());
            let restored = backup.is_some();
            (
                backup.unwrap_or_default().document,
                vec![set_aside(&why.to_string(), moved.then_some(&aside), restored)],
            )
        }
    }
}

fn parse(text: &str) -> Result<Found, SettingsError> {
    #[derive(Deserialize)]
    struct File {
        document: Option<Value>,
    }
    let file: File = serde_json::from_str(text)?;
    match &file.document {
        Some(document) => SettingsDocument::read(document),
        None => Ok(Found::default()),
    }
}

fn backup_of(file: &Path) -> PathBuf {
    file.with_extension("json.bak")
}

fn before_migration(file: &Path, version: u32) -> PathBuf {
    file.with_extension(format!("v{version}.json"))
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

    fn kept(text: &str) -> (SettingsDocument, Vec<Fault>, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join(FILE);
        std::fs::write(&file, text).expect("written");
        let (document, notices) = read(&file);
        (document, notices, folder)
    }

    const GOOD: &str = r#"{"document":{"version":2,"profiles":[{"id":"a","name":"Main","baseUrl":"https://gws.example.org/api/v2","userName":"sam"}]}}"#;

    #[test]
    fn a_missing_file_is_an_empty_shelf_without_a_word() {
        let folder = tempfile::tempdir().expect("folder");
        assert_eq!(
            read(&folder.path().join(FILE)),
            (SettingsDocument::default(), Vec::new())
        );
    }

    #[test]
    fn a_good_file_is_read_with_defaults_for_what_is_not_said() {
        let (document, notices, folder) = kept(GOOD);
        assert_eq!(notices, Vec::new());
        assert_eq!(document.profiles[0].poll_seconds, 5);
        assert!(!folder.path().join("settings.v2.json").exists());
    }

    #[test]
    fn a_file_of_the_first_layout_is_read_and_kept_beside() {
        let first = GOOD.replace("\"version\":2", "\"version\":1");
        let (document, notices, folder) = kept(&first);
        assert_eq!((document.profiles.len(), notices.len()), (1, 0));
        let beside = std::fs::read_to_string(folder.path().join("settings.v1.json")).expect("kept");
        assert_eq!(beside, first);
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
        let (document, notices, folder) = kept(r#"{"document":{"version":99,"profiles":[]}}"#);
        assert_eq!(document, SettingsDocument::default());
        assert_eq!(notices.len(), 1);
        assert!(folder.path().join("settings.unreadable.json").exists());
    }
}
