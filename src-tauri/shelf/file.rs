//! The settings file: replaced whole or not at all, and never by anything but what the supervisor chose.
//!
//! * What is new is written into a file beside it (`stage`), read again, and put in its place.
//! * A file that is no good is set aside under a name of its own, and the last good settings take its place at once. Where
//!   it cannot even be set aside, nothing is written: it may be whole, and only we cannot read it.
//! * The backup is made of what was read or written last, never of a file that nobody has looked at.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use console::files::{name_of, put_in_place, replace, set_aside};
use console::settings_file::{Found, SettingsDocument, SettingsError};
use desk::fault::{Fault, FaultCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::stage::{KEY, Stage};

/// The file and what is known to stand in it.
#[derive(Debug, Clone)]
pub(super) struct SettingsFile {
    path: PathBuf,
    /// What the file holds, where that is good: it becomes the backup when the file is replaced.
    good: Option<Vec<u8>>,
    /// Something that cannot be read is in its place, and stays there.
    blocked: bool,
}

/// A file as it was found.
pub(super) struct Opened {
    pub(super) file: SettingsFile,
    pub(super) document: SettingsDocument,
    /// What the supervisor should know.
    pub(super) notices: Vec<Fault>,
}

/// Why a file is no good.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("{0}")]
    Closed(#[from] Error),
    #[error("{0}")]
    Damaged(#[from] SettingsError),
}

/// What a good file says.
enum Content {
    /// Nothing: a Sotto before this one could leave such a file behind.
    Nothing,
    Settings(Found),
}

impl SettingsFile {
    /// Reads the file. Whatever is wrong with it is a notice, never the end.
    pub(super) fn open(path: PathBuf) -> Opened {
        match read(&path) {
            Ok(Some((bytes, Content::Settings(found)))) => SettingsFile::found(path, bytes, found),
            Ok(_) => SettingsFile::rescued(path, None),
            Err(why) => SettingsFile::rescued(path, Some(&why)),
        }
    }

    fn found(path: PathBuf, bytes: Vec<u8>, found: Found) -> Opened {
        if let Some(version) = found.migrated_from
            && let Err(error) = replace(&before_migration(&path, version), &bytes)
        {
            tracing::warn!(%error, "the settings of the older layout could not be kept");
        }
        let file = SettingsFile {
            path,
            good: Some(bytes),
            blocked: false,
        };
        Opened {
            file,
            document: found.document,
            notices: Vec::new(),
        }
    }

    /// The file is not there, says nothing, or is no good: the last good settings take its place.
    fn rescued(path: PathBuf, why: Option<&Unreadable>) -> Opened {
        let aside = why.map(|_| set_aside(&path));
        let backup = last_good(&path);
        let mut file = SettingsFile {
            blocked: aside == Some(None),
            path,
            good: None,
        };
        if let Some((bytes, _)) = backup.as_ref().filter(|_| !file.blocked) {
            match replace(&file.path, bytes) {
                Ok(()) => file.good = Some(bytes.clone()),
                Err(error) => tracing::warn!(%error, "the last good settings are not back on disk yet"),
            }
        }
        let restored = backup.is_some();
        let notices = match why {
            Some(why) => vec![not_read(why, aside.flatten().as_deref(), restored)],
            None if restored => vec![gone()],
            None => Vec::new(),
        };
        Opened {
            file,
            document: backup.map(|(_, found)| found.document).unwrap_or_default(),
            notices,
        }
    }

    /// Puts this document in place of what the file holds. When it is done it is durable; where it fails the file is as it
    /// was. Waits for the disk.
    pub(super) fn holding(
        mut self,
        document: &SettingsDocument,
        stage: &Stage,
    ) -> Result<SettingsFile, Error> {
        let value = document.value()?;
        let whole = Map::from_iter([(KEY.to_owned(), value.clone())]);
        let bytes = serde_json::to_vec_pretty(&whole)?;
        if self.good.as_ref() == Some(&bytes) && self.path.exists() {
            return Ok(self);
        }
        if self.blocked {
            let words = format!("{} is there and cannot be read", name_of(&self.path));
            return Err(Error::other(words));
        }
        if let Some(good) = &self.good {
            replace(&backup_of(&self.path), good)?;
        }
        self.good = Some(self.replaced(value, stage)?);
        Ok(self)
    }

    /// Puts what is new in the file's place, and gives the bytes that it holds now.
    fn replaced(&self, document: Value, stage: &Stage) -> Result<Vec<u8>, Error> {
        let beside = beside(&self.path);
        let written = stage.write(&beside, document).and_then(|()| {
            let bytes = std::fs::read(&beside)?;
            parse(&bytes).map_err(Error::other)?;
            put_in_place(&beside, &self.path)?;
            Ok(bytes)
        });
        if written.is_err() {
            // There is nobody to tell; what led here is on its way already.
            let _ = std::fs::remove_file(&beside);
        }
        written
    }
}

fn read(path: &Path) -> Result<Option<(Vec<u8>, Content)>, Unreadable> {
    match std::fs::read(path) {
        Ok(bytes) => {
            let content = parse(&bytes)?;
            Ok(Some((bytes, content)))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn parse(bytes: &[u8]) -> Result<Content, SettingsError> {
    #[derive(Deserialize)]
    struct Whole {
        document: Option<Value>,
    }
    let whole: Whole = serde_json::from_slice(bytes)?;
    match &whole.document {
        Some(document) => SettingsDocument::read(document).map(Content::Settings),
        None => Ok(Content::Nothing),
    }
}

/// The backup, where it is good. One that is not is set aside too: it would be replaced with the next change.
fn last_good(path: &Path) -> Option<(Vec<u8>, Found)> {
    let backup = backup_of(path);
    match read(&backup) {
        Ok(Some((bytes, Content::Settings(found)))) => Some((bytes, found)),
        Ok(_) => None,
        Err(_) => {
            set_aside(&backup);
            None
        }
    }
}

/// Where what is new is written before it takes the file's place.
pub(super) fn beside(path: &Path) -> PathBuf {
    path.with_extension("new.json")
}

fn backup_of(path: &Path) -> PathBuf {
    path.with_extension("json.bak")
}

fn before_migration(path: &Path, version: u32) -> PathBuf {
    path.with_extension(format!("v{version}.json"))
}

fn not_read(why: &Unreadable, aside: Option<&Path>, restored: bool) -> Fault {
    let kept = match aside {
        Some(aside) => format!("The file is kept as {}.", name_of(aside)),
        None => "The file is left as it is, so nothing new can be saved.".to_owned(),
    };
    let hint = if restored {
        "The last good settings are back."
    } else {
        "Sotto starts with empty settings."
    };
    Fault::new(
        FaultCode::SettingsSetAside,
        format!("Your settings could not be read ({why}). {kept}"),
    )
    .with_hint(hint)
}

fn gone() -> Fault {
    Fault::new(FaultCode::SettingsSetAside, "Your settings were gone.")
        .with_hint("The last good settings are back.")
}

#[cfg(test)]
mod tests {
    use console::machine;
    use console::profile::Profile;

    use super::*;

    const GOOD: &str = r#"{"document":{"version":2,"profiles":[{"id":"a","name":"Main","baseUrl":"https://gws.example.org/api/v2","userName":"sam"}]}}"#;

    /// A data folder, and what is in it.
    struct Folder(tempfile::TempDir);

    impl Folder {
        fn with(files: &[(&str, &[u8])]) -> Folder {
            let folder = tempfile::tempdir().expect("a folder");
            for (name, bytes) in files {
                std::fs::write(folder.path().join(name), bytes).expect("written");
            }
            Folder(folder)
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn open(&self) -> Opened {
            SettingsFile::open(self.path("settings.json"))
        }

        fn text(&self, name: &str) -> Option<Vec<u8>> {
            std::fs::read(self.path(name)).ok()
        }
    }

    fn ids(document: &SettingsDocument) -> Vec<&str> {
        document
            .profiles
            .iter()
            .map(|profile| profile.id.as_str())
            .collect()
    }

    fn with_one_more(document: &SettingsDocument, id: &str) -> SettingsDocument {
        let mut more = document.clone();
        more.keep(Profile {
            id: id.to_owned(),
            base_url: "https://gws.example.org/api/v2".to_owned(),
            user_name: "kim".to_owned(),
            ..Profile::default()
        });
        more
    }

    #[test]
    fn a_first_start_leaves_nothing_behind() {
        let folder = Folder::with(&[]);
        let opened = folder.open();
        assert_eq!(
            (opened.document, opened.notices),
            (SettingsDocument::default(), Vec::new())
        );
        assert_eq!(std::fs::read_dir(folder.0.path()).expect("read").count(), 0);
    }

    #[test]
    fn a_good_file_is_read_with_defaults_for_what_is_not_said() {
        let folder = Folder::with(&[("settings.json", GOOD.as_bytes())]);
        let opened = folder.open();
        assert_eq!(opened.notices, Vec::new());
        assert_eq!(opened.document.profiles[0].poll_seconds, 5);
        assert_eq!(folder.text("settings.v2.json"), None);
    }

    #[test]
    fn a_file_of_the_first_layout_is_read_and_kept_beside() {
        let first = GOOD.replace("\"version\":2", "\"version\":1");
        let folder = Folder::with(&[("settings.json", first.as_bytes())]);
        let opened = folder.open();
        assert_eq!((ids(&opened.document), opened.notices.len()), (vec!["a"], 0));
        assert_eq!(folder.text("settings.v1.json").expect("kept"), first.as_bytes());
    }

    #[test]
    fn whatever_is_no_good_is_set_aside_and_the_last_good_settings_are_back_at_every_start_after() {
        let not_text: &[u8] = b"{\"document\":{\"version\":2,\"preferences\":{\"nickname\":\"\xff\"}}}";
        let bad: [&[u8]; 5] = [
            b"",
            b"{\"document\": {\"vers",
            not_text,
            b"[]",
            br#"{"document":{"version":99,"profiles":[]}}"#,
        ];
        for bad in bad {
            let folder = Folder::with(&[("settings.json", bad), ("settings.json.bak", GOOD.as_bytes())]);
            let opened = folder.open();
            let shown = String::from_utf8_lossy(bad);
            assert_eq!(ids(&opened.document), ["a"], "{shown}");
            assert_eq!(opened.notices[0].code, FaultCode::SettingsSetAside, "{shown}");
            assert!(
                opened.notices[0].message.contains("settings.unreadable.json"),
                "{shown}"
            );
            assert_eq!(folder.text("settings.unreadable.json").as_deref(), Some(bad));
            // The supervisor only looks around and closes; there is nothing to save.
            let again = folder.open();
            assert_eq!((ids(&again.document), again.notices), (vec!["a"], Vec::new()));
            assert_eq!(folder.text("settings.json.bak").as_deref(), Some(GOOD.as_bytes()));
        }
    }

    #[test]
    fn a_second_bad_file_is_set_aside_beside_the_first() {
        let folder = Folder::with(&[("settings.json", b"one")]);
        folder.open();
        std::fs::write(folder.path("settings.json"), "two").expect("written");
        let opened = folder.open();
        assert!(
            opened.notices[0].message.contains("settings.unreadable-2.json"),
            "{:?}",
            opened.notices
        );
        assert_eq!(folder.text("settings.unreadable.json").expect("kept"), b"one");
        assert_eq!(folder.text("settings.unreadable-2.json").expect("kept"), b"two");
    }

    #[test]
    fn a_file_that_was_emptied_or_is_gone_comes_back_from_the_backup_and_that_is_told() {
        for left in [None, Some(b"{}")] {
            let folder = Folder::with(&[("settings.json.bak", GOOD.as_bytes())]);
            if let Some(left) = left {
                std::fs::write(folder.path("settings.json"), left).expect("written");
            }
            let opened = folder.open();
            assert_eq!(ids(&opened.document), ["a"]);
            assert_eq!(opened.notices.len(), 1);
            assert_eq!(folder.text("settings.json").expect("back"), GOOD.as_bytes());
        }
        let nothing = Folder::with(&[("settings.json", b"{}"), ("settings.json.bak", b"{}")]);
        assert_eq!(nothing.open().notices, Vec::new(), "nothing was lost");
    }

    #[test]
    fn the_backup_is_what_was_good_before_whatever_came_to_stand_in_the_file() {
        let folder = Folder::with(&[("settings.json", GOOD.as_bytes())]);
        let opened = folder.open();
        std::fs::write(folder.path("settings.json"), "scribbled").expect("written");
        let more = with_one_more(&opened.document, "b");
        let file = opened.file.holding(&more, &Stage::plain()).expect("written");
        assert_eq!(folder.text("settings.json.bak").expect("kept"), GOOD.as_bytes());
        assert_eq!(ids(&folder.open().document), ["a", "b"]);
        let before = folder.text("settings.json");
        file.holding(&with_one_more(&more, "c"), &Stage::plain())
            .expect("written");
        assert_eq!(folder.text("settings.json.bak"), before);
    }

    #[test]
    fn after_a_rescue_the_first_change_keeps_the_good_backup() {
        let folder = Folder::with(&[("settings.json", b"bad"), ("settings.json.bak", GOOD.as_bytes())]);
        let opened = folder.open();
        let more = with_one_more(&opened.document, "b");
        opened.file.holding(&more, &Stage::plain()).expect("written");
        assert_eq!(folder.text("settings.json.bak").expect("kept"), GOOD.as_bytes());
        assert_eq!(ids(&folder.open().document), ["a", "b"]);
    }

    #[test]
    fn what_cannot_be_written_leaves_the_file_as_it_was_and_is_written_the_second_time() {
        let folder = Folder::with(&[("settings.json", GOOD.as_bytes())]);
        let opened = folder.open();
        let more = with_one_more(&opened.document, "b");
        machine::fill_disk(true);
        let full = opened.file.clone().holding(&more, &Stage::plain());
        machine::fill_disk(false);
        assert_eq!(full.expect_err("no room").kind(), ErrorKind::StorageFull);
        assert_eq!(folder.text("settings.json").expect("there"), GOOD.as_bytes());
        opened.file.holding(&more, &Stage::plain()).expect("written");
        assert_eq!(ids(&folder.open().document), ["a", "b"]);
        let left = std::fs::read_dir(folder.0.path()).expect("a folder").count();
        assert_eq!(left, 2, "nothing is left beside them");
    }

    #[test]
    fn what_can_neither_be_read_nor_set_aside_is_never_replaced() {
        let folder = Folder::with(&[("settings.json", b"bad"), ("settings.json.bak", GOOD.as_bytes())]);
        while set_aside(&folder.path("settings.json")).is_some() {
            std::fs::write(folder.path("settings.json"), "bad").expect("written");
        }
        let opened = folder.open();
        assert_eq!(ids(&opened.document), ["a"]);
        assert!(opened.notices[0].message.contains("left as it is"));
        let more = with_one_more(&opened.document, "b");
        opened.file.holding(&more, &Stage::plain()).expect_err("it stays");
        assert_eq!(folder.text("settings.json").expect("there"), b"bad");
    }
}
