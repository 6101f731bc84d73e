//! Profiles and preferences, in memory and on disk: one versioned document (`console::settings_file`).
//!
//! Memory and disk stay alike: what could not be saved is a fault, and is not in memory either, so that the second try is a
//! real one. `file` is the file itself, and `stage` is the store plugin, which writes it.
//!
//! A profile is remembered (`remember_password`) only once its passwords are in the keychain, and only while it leads the
//! way they were typed in for: that a form has the box ticked says nothing yet.

mod file;
mod stage;

use std::path::Path;

use console::contract::Preferences;
use console::policy::Policy;
use console::profile::Profile;
use console::settings_file::{SettingsDocument, SettingsImported};
use desk::fault::{Fault, FaultCode};
use tauri::AppHandle;
use tokio::sync::Mutex;

use self::file::{Opened, SettingsFile};
use self::stage::Stage;
use crate::commands::desk::internal;

const FILE: &str = "settings.json";

/// Profiles and preferences.
pub(crate) struct Shelf {
    policy: Policy,
    stage: Stage,
    notices: Mutex<Vec<Fault>>,
    kept: Mutex<Kept>,
}

/// What is in memory, and the file that holds the same.
struct Kept {
    document: SettingsDocument,
    file: SettingsFile,
}

impl Shelf {
    /// Opens the shelf; whatever is wrong with the file is a notice, never the end.
    pub(crate) fn open(app: &AppHandle, folder: &Path, policy: Policy) -> Shelf {
        Shelf::staged(folder, policy, Stage::of(app, &file::beside(&folder.join(FILE))))
    }

    /// As [`Shelf::open`], where nobody has an app.
    #[cfg(test)]
    pub(crate) fn without_app(folder: &Path, policy: Policy) -> Shelf {
        Shelf::staged(folder, policy, Stage::plain())
    }

    fn staged(folder: &Path, policy: Policy, stage: Stage) -> Shelf {
        let Opened {
            file,
            document,
            notices,
        } = SettingsFile::open(folder.join(FILE));
        Shelf {
            policy,
            stage,
            notices: Mutex::new(notices),
            kept: Mutex::new(Kept { document, file }),
        }
    }

    /// The profiles to choose from, as the policy has them.
    pub(crate) async fn profiles(&self) -> Vec<Profile> {
        let kept = self.kept.lock().await.document.profiles.clone();
        self.policy.profiles(kept)
    }

    /// The profile that is kept under this id, as the policy has it.
    pub(crate) async fn profile(&self, id: &str) -> Option<Profile> {
        self.governed(&self.kept.lock().await.document, id)
    }

    pub(crate) async fn notices(&self) -> Vec<Fault> {
        self.notices.lock().await.clone()
    }

    /// Something to say on the next sign-in screen.
    pub(crate) async fn note(&self, fault: Fault) {
        self.notices.lock().await.push(fault);
    }

    /// What holds, as the policy has it.
    pub(crate) async fn preferences(&self) -> Preferences {
        let defaults = self.policy.defaults();
        let chosen = self.kept.lock().await.document.preferences(&defaults);
        self.policy.limit(chosen)
    }

    /// Keeps a profile, and gives it as it is to be signed in with.
    pub(crate) async fn save(&self, profile: Profile) -> Result<Profile, Fault> {
        let profile = self.policy.govern(profile.validated()?)?;
        let asked = profile.clone();
        self.change(|document| document.keep(self.as_remembered(document, asked)))
            .await?;
        Ok(profile)
    }

    /// The profile was just used: it comes first from now on.
    pub(crate) async fn used(&self, profile: Profile) -> Result<(), Fault> {
        self.change(|document| document.used(self.as_remembered(document, profile)))
            .await
    }

    /// The keychain has the passwords of this profile.
    pub(crate) async fn remembered(&self, profile: &Profile) -> Result<(), Fault> {
        self.change(|document| {
            let same = |kept: &Profile| kept.way() == profile.way();
            if self.governed(document, &profile.id).as_ref().is_some_and(same) {
                remember(document, &profile.id, true);
            }
        })
        .await
    }

    /// The passwords of this profile could not be kept: say so, and do not look for them next time.
    pub(crate) async fn not_remembered(&self, id: &str, why: Fault) -> Result<(), Fault> {
        self.note(why).await;
        self.change(|document| remember(document, id, false)).await
    }

    pub(crate) async fn remove(&self, id: &str) -> Result<Option<Profile>, Fault> {
        self.change(|document| document.remove(id)).await
    }

    /// Keeps the preferences. They hold until Sotto ends even where they cannot be saved: the page shows them already.
    pub(crate) async fn save_preferences(&self, preferences: Preferences) -> Result<(), Fault> {
        let defaults = self.policy.defaults();
        let choose = |document: &mut SettingsDocument| {
            let before = document.preferences(&defaults);
            let kept = self.policy.keepable(preferences.clone(), &before);
            document
                .choose(&kept, &defaults)
                .map_err(|error| not_saved(&error.to_string()))
        };
        match self.change(choose).await {
            Ok(chosen) => chosen,
            Err(fault) => {
                choose(&mut self.kept.lock().await.document)?;
                Err(fault)
            }
        }
    }

    /// Everything that was chosen, as a file to import elsewhere.
    pub(crate) async fn export(&self) -> Result<String, Fault> {
        let kept = self.kept.lock().await;
        kept.document
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

    /// Changes the document in memory and on disk, or neither.
    async fn change<T>(&self, change: impl FnOnce(&mut SettingsDocument) -> T) -> Result<T, Fault> {
        let mut kept = self.kept.lock().await;
        let mut document = kept.document.clone();
        let outcome = change(&mut document);
        let (file, stage, written) = (kept.file.clone(), self.stage.clone(), document.clone());
        // The disk is waited for on a thread made for that.
        let holding = tokio::task::spawn_blocking(move || file.holding(&written, &stage));
        kept.file = holding
            .await
            .map_err(|error| not_saved(&error.to_string()))?
            .map_err(|error| not_saved(&error.to_string()))?;
        kept.document = document;
        Ok(outcome)
    }

    fn governed(&self, document: &SettingsDocument, id: &str) -> Option<Profile> {
        let mut profiles = document.profiles.iter();
        let kept = profiles.find(|kept| kept.id == id)?.clone();
        self.policy.govern(kept).ok()
    }

    /// This profile as it is to be kept: remembered only where it was, and leads the same way still.
    fn as_remembered(&self, document: &SettingsDocument, profile: Profile) -> Profile {
        let same_way = |kept: Profile| kept.remember_password && kept.way() == profile.way();
        let remembered = self.governed(document, &profile.id).is_some_and(same_way);
        Profile {
            remember_password: profile.remember_password && remembered,
            ..profile
        }
    }
}

fn remember(document: &mut SettingsDocument, id: &str, remembered: bool) {
    for profile in document.profiles.iter_mut().filter(|profile| profile.id == id) {
        profile.remember_password = remembered;
    }
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
    use console::contract::Theme;

    use super::*;

    fn profile(id: &str) -> Profile {
        Profile {
            id: id.to_owned(),
            base_url: "https://gws.example.org/api/v2".to_owned(),
            user_name: "sam".to_owned(),
            ..Profile::default()
        }
    }

    fn dark() -> Preferences {
        Preferences {
            theme: Theme::Dark,
            ..Preferences::default()
        }
    }

    fn open(folder: &tempfile::TempDir) -> Shelf {
        Shelf::without_app(folder.path(), Policy::default())
    }

    /// Nothing can be saved until the folder that is in the way is removed.
    fn stand_in_the_way(folder: &tempfile::TempDir) -> std::path::PathBuf {
        let backup = folder.path().join("settings.json.bak");
        if backup.is_file() {
            std::fs::remove_file(&backup).expect("removed");
        }
        std::fs::create_dir(&backup).expect("made");
        backup
    }

    async fn ids(shelf: &Shelf) -> Vec<String> {
        let profiles = shelf.profiles().await.into_iter();
        profiles.map(|profile| profile.id).collect()
    }

    #[tokio::test]
    async fn what_is_saved_is_there_at_the_next_start_and_a_start_alone_writes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = open(&folder);
        shelf.save(profile("a")).await.expect("saved");
        shelf.save_preferences(dark()).await.expect("saved");
        let file = folder.path().join(FILE);
        let written = std::fs::read(&file).expect("there");
        drop(shelf);
        for _ in 0..2 {
            let again = open(&folder);
            assert_eq!(ids(&again).await, ["a"]);
            assert_eq!(again.preferences().await.theme, Theme::Dark);
            assert_eq!(again.notices().await, Vec::new());
        }
        assert_eq!(std::fs::read(&file).expect("there"), written);
    }

    #[tokio::test]
    async fn what_could_not_be_saved_is_told_each_time_and_saved_once_that_is_possible() {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = open(&folder);
        shelf.save(profile("a")).await.expect("saved");
        let in_the_way = stand_in_the_way(&folder);
        for _ in 0..2 {
            let fault = shelf.save(profile("b")).await.expect_err("not saved");
            assert_eq!(fault.code, FaultCode::SettingsNotSaved);
            shelf.remove("a").await.expect_err("not saved");
            assert_eq!(ids(&shelf).await, ["a"], "memory is as the disk is");
        }
        std::fs::remove_dir(in_the_way).expect("removed");
        shelf.save(profile("b")).await.expect("saved");
        let removed = shelf.remove("a").await.expect("saved");
        assert!(removed.is_some_and(|profile| profile.id == "a"));
        assert_eq!(ids(&open(&folder)).await, ["b"]);
    }

    #[tokio::test]
    async fn preferences_that_could_not_be_saved_hold_and_are_saved_with_the_next_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = open(&folder);
        shelf.save(profile("a")).await.expect("saved");
        let in_the_way = stand_in_the_way(&folder);
        for _ in 0..2 {
            shelf.save_preferences(dark()).await.expect_err("not saved");
            assert_eq!(shelf.preferences().await.theme, Theme::Dark);
        }
        assert_eq!(open(&folder).preferences().await.theme, Theme::System);
        std::fs::remove_dir(in_the_way).expect("removed");
        shelf.save_preferences(dark()).await.expect("saved");
        assert_eq!(open(&folder).preferences().await.theme, Theme::Dark);
    }

    #[tokio::test]
    async fn a_profile_is_remembered_once_its_password_is_kept_and_while_it_leads_the_same_way() {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = open(&folder);
        let ticked = Profile {
            remember_password: true,
            ..profile("a")
        };
        let is_remembered = async |shelf: &Shelf| {
            shelf
                .profile("a")
                .await
                .is_some_and(|kept| kept.remember_password)
        };

        let given = shelf.save(ticked.clone()).await.expect("saved");
        assert!(given.remember_password, "the sign-in that follows is to keep it");
        assert!(!is_remembered(&shelf).await, "nothing is kept yet");
        shelf.remembered(&given).await.expect("saved");
        assert!(is_remembered(&shelf).await);

        let renamed = Profile {
            name: "Main".to_owned(),
            ..ticked.clone()
        };
        shelf.save(renamed).await.expect("saved");
        assert!(is_remembered(&shelf).await);
        shelf.used(ticked.clone()).await.expect("saved");
        assert!(is_remembered(&shelf).await);

        let elsewhere = Profile {
            base_url: "https://gws.example.com/api/v2".to_owned(),
            ..ticked.clone()
        };
        shelf.save(elsewhere).await.expect("saved");
        assert!(!is_remembered(&shelf).await);
        shelf.save(ticked.clone()).await.expect("saved");
        assert!(!is_remembered(&shelf).await, "there and back asks once more");
        let elsewhere = Profile {
            base_url: "https://gws.example.com/api/v2".to_owned(),
            ..ticked
        };
        shelf.remembered(&elsewhere).await.expect("saved");
        assert!(!is_remembered(&shelf).await, "kept for another way");
    }
}
