//! The settings as they stand in a file: what the supervisor chose, and nothing that is only the default. So a default
//! that changes (in a new Sotto, in a policy) reaches everybody who never chose.
//!
//! The same document is kept on disk, exported and imported. No secret is in it: a [`Profile`] has none.

mod exchange;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::contract::Preferences;
use crate::profile::Profile;

pub use exchange::SettingsImported;

/// The layout that is written.
pub const VERSION: u32 = 2;
/// The first layout wrote every preference, chosen or not.
const WHOLE: u32 = 1;

const VERSION_KEY: &str = "version";
const PREFERENCES_KEY: &str = "preferences";
const PROFILES_KEY: &str = "profiles";

/// What the supervisor chose: profiles, the last used first, and preferences.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SettingsDocument {
    /// The servers signed in to.
    pub profiles: Vec<Profile>,
    /// Preferences that were chosen, by their names on the wire.
    chosen: Map<String, Value>,
}

/// A document as it was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// What could be read.
    pub document: SettingsDocument,
    /// The older layout it had, where it had one.
    pub migrated_from: Option<u32>,
}

/// Why a document is no good.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not JSON, or not of this shape.
    #[error("{0}")]
    NotJson(#[from] serde_json::Error),
    /// Another program's file, or a layout that never was.
    #[error("they are not Sotto's")]
    NotOurs,
    /// A later layout.
    #[error("a newer Sotto wrote them")]
    Newer,
}

impl SettingsDocument {
    /// Reads a document of this layout or an older one. A profile or a preference that is no good does not cost the
    /// others.
    pub fn read(value: &Value) -> Result<Found, SettingsError> {
        let document = value.as_object().ok_or(SettingsError::NotOurs)?;
        let version = document
            .get(VERSION_KEY)
            .and_then(Value::as_u64)
            .ok_or(SettingsError::NotOurs)?;
        if version > u64::from(VERSION) {
            return Err(SettingsError::Newer);
        }
        let profiles = document.get(PROFILES_KEY).and_then(Value::as_array);
        let profiles = profiles.into_iter().flatten().filter_map(profile).collect();
        let mut chosen = match document.get(PREFERENCES_KEY) {
            Some(Value::Object(chosen)) => chosen.clone(),
            _ => Map::new(),
        };
        let migrated_from = (version == u64::from(WHOLE)).then_some(WHOLE);
        if migrated_from.is_some() {
            // What was at its default then was not chosen.
            let usual = map(&Preferences::default())?;
            chosen.retain(|name, value| usual.get(name) != Some(value));
        }
        let document = SettingsDocument { profiles, chosen };
        Ok(Found {
            document,
            migrated_from,
        })
    }

    /// The document to write.
    pub fn value(&self) -> Result<Value, serde_json::Error> {
        let profiles: Result<Vec<Value>, serde_json::Error> = self.profiles.iter().map(short).collect();
        let mut document = Map::new();
        document.insert(VERSION_KEY.to_owned(), VERSION.into());
        document.insert(PREFERENCES_KEY.to_owned(), self.chosen.clone().into());
        document.insert(PROFILES_KEY.to_owned(), profiles?.into());
        Ok(document.into())
    }

    /// The preferences, where these hold for what was not chosen.
    pub fn preferences(&self, defaults: &Preferences) -> Preferences {
        let mut preferences = defaults.clone();
        for (name, value) in &self.chosen {
            let one = Map::from_iter([(name.clone(), value.clone())]);
            if let Ok(changed) = overlaid(&preferences, one) {
                preferences = changed;
            }
        }
        preferences
    }

    /// Keeps what differs from these defaults.
    pub fn choose(
        &mut self,
        preferences: &Preferences,
        defaults: &Preferences,
    ) -> Result<(), serde_json::Error> {
        self.chosen = differences(preferences, defaults)?;
        Ok(())
    }

    /// Keeps a profile in place of the one with the same id, or as the last one.
    pub fn keep(&mut self, profile: Profile) {
        match self.profiles.iter_mut().find(|kept| kept.id == profile.id) {
            Some(kept) => *kept = profile,
            None => self.profiles.push(profile),
        }
    }

    /// The profile was just used: it comes first from now on.
    pub fn used(&mut self, profile: Profile) {
        self.profiles.retain(|kept| kept.id != profile.id);
        self.profiles.insert(0, profile);
    }

    /// Takes a profile away, and gives it.
    pub fn remove(&mut self, id: &str) -> Option<Profile> {
        let index = self.profiles.iter().position(|kept| kept.id == id)?;
        Some(self.profiles.remove(index))
    }
}

/// A profile of a document, where it is one.
fn profile(value: &Value) -> Option<Profile> {
    let fields = value.as_object()?.clone();
    overlaid(&Profile::default(), fields).ok()?.validated().ok()
}

/// A profile without what need not be said.
fn short(profile: &Profile) -> Result<Value, serde_json::Error> {
    differences(profile, &Profile::default()).map(Value::Object)
}

/// What differs between two values of the same shape.
fn differences<T: Serialize>(value: &T, from: &T) -> Result<Map<String, Value>, serde_json::Error> {
    let from = map(from)?;
    let mut differences = map(value)?;
    differences.retain(|name, value| from.get(name) != Some(value));
    Ok(differences)
}

/// A value with these fields in place of its own. Names that are not its own are left out.
fn overlaid<T: Serialize + DeserializeOwned>(
    value: &T,
    fields: Map<String, Value>,
) -> Result<T, serde_json::Error> {
    let mut whole = map(value)?;
    for (name, field) in fields {
        if let Some(known) = whole.get_mut(&name) {
            *known = field;
        }
    }
    serde_json::from_value(whole.into())
}

fn map<T: Serialize>(value: &T) -> Result<Map<String, Value>, serde_json::Error> {
    match serde_json::to_value(value)? {
        Value::Object(map) => Ok(map),
        // Nothing of ours is written any other way.
        _ => Ok(Map::new()),
    }
}

#[cfg(test)]
mod tests {
    use desk::order::{Extent, Mode};
    use serde_json::json;

    use super::*;
    use crate::contract::Theme;

    fn read(value: &Value) -> Found {
        SettingsDocument::read(value).expect("good")
    }

    #[test]
    fn only_what_was_chosen_is_kept() {
        let defaults = Preferences::default();
        let mut document = SettingsDocument::default();
        let dark = Preferences {
            theme: Theme::Dark,
            ..defaults.clone()
        };
        document.choose(&dark, &defaults).expect("kept");
        document.keep(Profile {
            id: "a".to_owned(),
            name: "Main".to_owned(),
            base_url: "https://gws.example.org/api/v2".to_owned(),
            user_name: "sam".to_owned(),
            ..Profile::default()
        });
        let value = document.value().expect("written");
        assert_eq!(
            value,
            json!({
                "version": 2,
                "preferences": { "theme": "dark" },
                "profiles": [{ "id": "a", "name": "Main", "baseUrl": "https://gws.example.org/api/v2", "userName": "sam" }],
            })
        );
        let found = read(&value);
        assert_eq!(
            found,
            Found {
                document,
                migrated_from: None
            }
        );
        assert_eq!(found.document.preferences(&defaults), dark);
    }

    #[test]
    fn a_default_that_changes_reaches_who_never_chose_and_no_other() {
        let usual = Preferences::default();
        let mut chose = SettingsDocument::default();
        let policy = Preferences {
            mode: Mode::AllCalls,
            ..usual.clone()
        };
        chose.choose(&usual, &policy).expect("kept");
        assert_eq!(
            chose.preferences(&policy).mode,
            Mode::NextCall,
            "chosen, though it is the usual default"
        );
        let never = SettingsDocument::default();
        assert_eq!(never.preferences(&usual).mode, Mode::NextCall);
        assert_eq!(never.preferences(&policy).mode, Mode::AllCalls);
    }

    #[test]
    fn the_first_layout_is_read_without_what_was_only_the_default() {
        let first = json!({
            "version": 1,
            "profiles": [{ "id": "a", "name": "Main", "baseUrl": "https://gws.example.org/api/v2", "userName": "sam",
                           "place": "", "device": "", "smsSpelling": "auto", "chats": true, "extraCaFile": "",
                           "pollSeconds": 5, "rememberPassword": true }],
            "preferences": { "theme": "system", "pane": 400, "mode": "NextCall", "scope": "Agent", "extent": "NextChat",
                             "nickname": "Lead", "board": 380, "alerts": true },
        });
        let found = read(&first);
        assert_eq!(found.migrated_from, Some(1));
        assert!(found.document.profiles[0].chats && found.document.profiles[0].remember_password);
        let value = found.document.value().expect("written");
        assert_eq!(
            value[PREFERENCES_KEY],
            json!({ "extent": "NextChat", "nickname": "Lead" })
        );
        let preferences = found.document.preferences(&Preferences::default());
        assert_eq!((preferences.extent, preferences.pane), (Extent::NextChat, 400));
    }

    #[test]
    fn what_is_no_good_does_not_cost_the_rest() {
        let found = read(&json!({
            "version": 2,
            "profiles": [
                { "id": "a", "baseUrl": "https://gws.example.org", "userName": "sam" },
                { "id": "b", "baseUrl": "ftp://x", "userName": "sam" },
                { "id": "c", "baseUrl": "https://gws.example.org", "userName": "sam", "pollSeconds": "often" },
                7,
            ],
            "preferences": { "theme": "pink", "nickname": "Lead", "later": true },
        }));
        assert_eq!(found.document.profiles.len(), 1);
        assert_eq!(found.document.profiles[0].name, "gws.example.org");
        let preferences = found.document.preferences(&Preferences::default());
        assert_eq!(
            (preferences.theme, preferences.nickname.as_str()),
            (Theme::System, "Lead")
        );
    }

    #[test]
    fn what_is_not_ours_or_newer_is_refused() {
        for bad in [json!(null), json!([]), json!({}), json!({ "version": "2" })] {
            assert!(matches!(
                SettingsDocument::read(&bad),
                Err(SettingsError::NotOurs)
            ));
        }
        assert!(matches!(
            SettingsDocument::read(&json!({ "version": 3 })),
            Err(SettingsError::Newer)
        ));
    }

    #[test]
    fn the_last_used_profile_comes_first() {
        let named = |id: &str| Profile {
            id: id.to_owned(),
            ..Profile::default()
        };
        let ids = |document: &SettingsDocument| -> Vec<String> {
            document
                .profiles
                .iter()
                .map(|profile| profile.id.clone())
                .collect()
        };
        let mut document = SettingsDocument::default();
        document.keep(named("a"));
        document.keep(named("b"));
        document.used(named("b"));
        document.keep(named("a"));
        assert_eq!(ids(&document), ["b", "a"]);
        assert!(document.remove("b").is_some() && document.remove("b").is_none());
        assert_eq!(ids(&document), ["a"]);
    }
}
