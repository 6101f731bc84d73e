//! Settings from one computer to another. What comes in was written by somebody else, and a password may only go where it was
//! typed in for: a profile of a file never takes the id of one that is kept, and one that leads another way than the kept one
//! of the same user on the same server loses the password.

use desk::fault::{Fault, FaultCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use ts_rs::TS;

use super::{SettingsDocument, SettingsError, VERSION, differences, map, overlaid};
use crate::canned::{FormatError, read};
use crate::contract::Preferences;
use crate::profile::Profile;

/// Tells this file from every other.
const MARK: (&str, &str) = ("sotto", "settings");
/// So many profiles are taken from one file.
const MOST_PROFILES: usize = 100;

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingsImported {
    /// The preferences that hold now.
    pub preferences: Preferences,
    /// How many servers are new.
    pub added: u32,
    /// How many servers were known and are as in the file now.
    pub replaced: u32,
    /// What was left out, and why.
    pub left_out: Vec<Fault>,
}

/// The file, read strictly: whoever chose it wants all of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sotto: String,
    version: u32,
    #[serde(default)]
    preferences: Map<String, Value>,
    #[serde(default)]
    profiles: Vec<Map<String, Value>>,
}

impl SettingsDocument {
    /// The file to [`import`](SettingsDocument::import) elsewhere.
    pub fn export(&self) -> Result<String, serde_json::Error> {
        let mut file = Map::new();
        file.insert(MARK.0.to_owned(), MARK.1.into());
        if let Value::Object(document) = self.value()? {
            file.extend(document);
        }
        serde_json::to_string_pretty(&file).map(|text| text + "\n")
    }

    /// Takes over what is in a file: its preferences in place of those chosen, its servers beside those there are. A fault
    /// means that nothing was changed. `allowed` says which profile may be kept, and how.
    pub fn import(
        &mut self,
        text: &str,
        defaults: &Preferences,
        allowed: impl Fn(Profile) -> Result<Profile, Fault>,
    ) -> Result<SettingsImported, Fault> {
        let file: File = read(text).map_err(|error| bad(&error))?;
        if file.sotto != MARK.1 {
            return Err(unusable("it is no file of settings"));
        }
        if file.version != VERSION {
            return Err(unusable(&SettingsError::Newer.to_string()));
        }
        let usual = map(defaults).map_err(|error| unusable(&error.to_string()))?;
        if let Some(unknown) = file.preferences.keys().find(|&name| !usual.contains_key(name)) {
            return Err(unusable(&format!("it has an unknown setting “{unknown}”")));
        }
        let preferences = overlaid(defaults, file.preferences)
            .map_err(|error| unusable(&format!("a setting is wrong ({error})")))?;
        if file.profiles.len() > MOST_PROFILES {
            return Err(unusable("it has too many servers"));
        }
        let mut profiles = Vec::new();
        for fields in file.profiles {
            let read = overlaid(&Profile::default(), fields);
            let profile = read.map_err(|error| unusable(&format!("a server is wrong ({error})")))?;
            profiles.push(profile);
        }

        let mut after = self.clone();
        after.chosen = differences(&preferences, defaults).map_err(|error| unusable(&error.to_string()))?;
        let mut imported = SettingsImported {
            preferences,
            added: 0,
            replaced: 0,
            left_out: Vec::new(),
        };
        for profile in profiles {
            // The id in the file is of another computer: it is not even looked at.
            let id = "imported".to_owned();
            match (Profile { id, ..profile }).validated().and_then(&allowed) {
                Ok(profile) => after.take(profile, &mut imported),
                Err(fault) => imported.left_out.push(fault),
            }
        }
        *self = after;
        Ok(imported)
    }

    /// Takes a profile over from a file. It replaces the one of the same user on the same server.
    fn take(&mut self, profile: Profile, imported: &mut SettingsImported) {
        let same =
            |kept: &&mut Profile| kept.base_url == profile.base_url && kept.user_name == profile.user_name;
        if let Some(kept) = self.profiles.iter_mut().find(same) {
            *kept = Profile {
                id: kept.id.clone(),
                // Who is asked to trust somebody else now types the password in once more.
                remember_password: kept.remember_password && kept.way() == profile.way(),
                ..profile
            };
            imported.replaced += 1;
        } else {
            let id = self.new_id(&profile);
            self.profiles.push(Profile {
                id,
                remember_password: false,
                ..profile
            });
            imported.added += 1;
        }
    }

    /// An id that no profile has. It is made of what the profile is, and of nothing in the file's own words.
    fn new_id(&self, profile: &Profile) -> String {
        let mut count = 0_u32;
        loop {
            let seed = format!("{}\n{}\n{count}", profile.base_url, profile.user_name);
            let hash = Sha256::digest(seed);
            let digits: Vec<String> = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            let digits = digits.concat();
            let id = format!("imported-{digits}");
            if self.profiles.iter().all(|kept| kept.id != id) {
                return id;
            }
            count += 1;
        }
    }
}

fn bad(error: &FormatError) -> Fault {
    match error.line {
        0 => unusable(&error.reason),
        _ => unusable(&error.to_string()),
    }
}

fn unusable(why: &str) -> Fault {
    Fault::new(
        FaultCode::BadFile,
        format!("This file cannot be imported: {why}."),
    )
    .with_hint("Nothing was changed.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Theme;

    fn profile(id: &str, address: &str, user_name: &str) -> Profile {
        Profile {
            id: id.to_owned(),
            base_url: address.to_owned(),
            user_name: user_name.to_owned(),
            remember_password: true,
            ..Profile::default()
        }
        .validated()
        .expect("valid")
    }

    fn document(profiles: Vec<Profile>, preferences: &Preferences) -> SettingsDocument {
        let mut document = SettingsDocument {
            profiles,
            ..SettingsDocument::default()
        };
        document
            .choose(preferences, &Preferences::default())
            .expect("kept");
        document
    }

    fn import(document: &mut SettingsDocument, text: &str) -> Result<SettingsImported, Fault> {
        document.import(text, &Preferences::default(), Ok)
    }

    #[test]
    fn what_is_exported_can_be_imported_elsewhere_without_its_passwords() {
        let dark = Preferences {
            theme: Theme::Dark,
            nickname: "Lead".to_owned(),
            ..Preferences::default()
        };
        let here = document(vec![profile("a", "https://gws.example.org", "sam")], &dark);
        let text = here.export().expect("written");
        let mut elsewhere = SettingsDocument::default();
        let imported = import(&mut elsewhere, &text).expect("imported");
        assert_eq!((imported.added, imported.replaced), (1, 0));
        assert_eq!(imported.preferences, dark);
        let taken = &elsewhere.profiles[0];
        assert_eq!(taken.user_name, "sam");
        assert!(!taken.remember_password, "there is no password there");
        assert_ne!(taken.id, "a");
    }

    #[test]
    fn a_file_never_gets_the_password_of_a_profile_that_is_kept() {
        let kept = profile("a", "https://gws.example.org", "sam");
        let mut here = document(vec![kept.clone()], &Preferences::default());
        let text = document(
            vec![profile("a", "https://evil.example.org", "sam")],
            &Preferences::default(),
        )
        .export()
        .expect("written");
        import(&mut here, &text).expect("imported");
        assert_eq!(here.profiles[0], kept, "untouched");
        assert_ne!(here.profiles[1].id, "a");

        let proxied = Profile {
            proxy: "http://proxy.evil.example.org:3128".to_owned(),
            ..kept.clone()
        };
        let as_another_user = Profile {
            proxy_user: "mallory".to_owned(),
            ..kept.clone()
        };
        for other in [proxied, as_another_user] {
            let mut here = document(vec![kept.clone()], &Preferences::default());
            let text = document(vec![other], &Preferences::default())
                .export()
                .expect("written");
            let imported = import(&mut here, &text).expect("imported");
            assert_eq!((imported.added, imported.replaced), (0, 1));
            assert_eq!(here.profiles[0].id, "a");
            assert!(!here.profiles[0].remember_password, "another way to the server");
        }
    }

    #[test]
    fn the_same_file_twice_adds_nothing() {
        let text = document(
            vec![
                profile("a", "https://gws.example.org", "sam"),
                profile("b", "https://gws.example.org", "kim"),
            ],
            &Preferences::default(),
        )
        .export()
        .expect("written");
        let mut here = SettingsDocument::default();
        assert_eq!(import(&mut here, &text).expect("imported").added, 2);
        let again = import(&mut here, &text).expect("imported");
        assert_eq!((again.added, again.replaced), (0, 2));
        assert_eq!(here.profiles.len(), 2);
    }

    #[test]
    fn what_is_not_allowed_is_left_out_and_told() {
        let text = document(
            vec![profile("a", "https://gws.example.org", "sam")],
            &Preferences::default(),
        )
        .export()
        .expect("written");
        let mut here = SettingsDocument::default();
        let no = |_| Err(Fault::new(FaultCode::ManagedByOrganisation, "Not allowed."));
        let imported = here.import(&text, &Preferences::default(), no).expect("imported");
        assert_eq!((imported.added, imported.left_out.len()), (0, 1));
        assert_eq!(here.profiles, Vec::new());
    }

    #[test]
    fn a_bad_file_changes_nothing_and_says_why() {
        let mut here = document(
            vec![profile("a", "https://gws.example.org", "sam")],
            &Preferences::default(),
        );
        let before = here.clone();
        for (text, why) in [
            ("", "line 1"),
            (
                "{\n  \"sotto\": \"settings\",\n  \"vision\": 2\n}",
                "line 3: unknown field `vision`",
            ),
            (r#"{ "sotto": "whispers", "version": 2 }"#, "no file of settings"),
            (r#"{ "sotto": "settings", "version": 3 }"#, "newer Sotto"),
            (
                r#"{ "sotto": "settings", "version": 2, "preferences": { "colour": 1 } }"#,
                "unknown setting “colour”",
            ),
            (
                r#"{ "sotto": "settings", "version": 2, "preferences": { "theme": "pink" } }"#,
                "a setting is wrong",
            ),
            (
                r#"{ "sotto": "settings", "version": 2, "profiles": [{ "pollSeconds": "x" }] }"#,
                "a server is wrong",
            ),
        ] {
            let fault = import(&mut here, text).expect_err(why);
            assert_eq!(fault.code, FaultCode::BadFile);
            assert!(fault.message.contains(why), "{}", fault.message);
            assert_eq!(here, before);
        }
    }
}
