//! What outlives the window: small JSON documents, each in a file of its own, replaced whole and never half written.
//!
//! A power cut leaves the old one or the new one (`files`). A file that cannot be read is set aside and told; where that is
//! not possible it stays, and whatever should be written is refused.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use desk::fault::{Fault, FaultCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::files::{self, name_of};
use crate::machine;

/// The layout of all documents. A higher one was written by a newer Sotto.
const VERSION: u32 = 1;

/// Where intents, drafts and canned whispers are kept.
#[derive(Debug, Clone)]
pub enum KeepPlace {
    /// In this folder, which exists.
    Folder(PathBuf),
    /// Nowhere: for tests and for single commands.
    Memory,
}

/// What stands for the address of the practice floor, which is another one each time.
pub(crate) const PRACTICE: &str = "practice floor";

/// Whose something is: a user of a server, signed in with one profile.
///
/// Address and name are not enough. Two profiles can have both in common and still lead to two places that must not mix:
/// tenants behind one host, or a test environment behind another proxy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Owner {
    /// The base address, or the name of the practice floor.
    pub(crate) server: String,
    pub(crate) user: String,
    /// The id of the profile. None on the practice floor, which is the same place whatever its address is, and in files
    /// of before profiles were told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) profile: Option<String>,
}

impl Owner {
    /// Whether this is what the other one was called before profiles were told apart. Whoever of that name signs in first
    /// takes it over: it was theirs as much as anybody's, and nothing is lost.
    pub(crate) fn is_former(&self, of: &Owner) -> bool {
        let same = self.server == of.server && self.user == of.user;
        same && self.profile.is_none() && of.profile.is_some()
    }

    /// The phones of a practice floor end with it.
    pub(crate) fn is_practice(&self) -> bool {
        self.server == PRACTICE
    }
}

/// One document and its file.
#[derive(Debug, Clone)]
pub(crate) struct KeptFile {
    /// None where nothing is written.
    path: Option<PathBuf>,
    /// Something that cannot be read is in its place, and stays there: it may be whole.
    blocked: bool,
}

#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    version: u32,
    document: T,
}

#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("it is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
    #[error("a newer Sotto wrote it")]
    Newer,
}

impl KeptFile {
    pub(crate) fn new(place: &KeepPlace, name: &str) -> KeptFile {
        let path = match place {
            KeepPlace::Folder(folder) => Some(folder.join(name)),
            KeepPlace::Memory => None,
        };
        KeptFile { path, blocked: false }
    }

    /// Whether anything is written at all.
    pub(crate) fn is_on_disk(&self) -> bool {
        self.path.is_some()
    }

    /// What is in the file, and what the supervisor should know of it. A file that is not there is an empty document.
    pub(crate) fn read<T: DeserializeOwned + Default>(&mut self) -> (T, Option<Fault>) {
        let Some(path) = &self.path else {
            return (T::default(), None);
        };
        match std::fs::read(path) {
            Ok(bytes) => match parse(&bytes) {
                Ok(document) => (document, None),
                Err(why) => {
                    let aside = files::set_aside(path);
                    self.blocked = aside.is_none();
                    let fault = match aside {
                        Some(aside) => kept_aside(path, &why.to_string(), &aside),
                        None => not_readable(path, &why.to_string()),
                    };
                    (T::default(), Some(fault))
                }
            },
            Err(error) if error.kind() == ErrorKind::NotFound => (T::default(), None),
            Err(error) => {
                self.blocked = true;
                (T::default(), Some(not_readable(path, &error.to_string())))
            }
        }
    }

    /// Puts this document in place of the one before. When it is done it is durable.
    pub(crate) fn write<T: Serialize>(&self, document: &T) -> std::io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        if self.blocked {
            let words = format!("{} is there and cannot be read", name_of(path));
            return Err(std::io::Error::other(words));
        }
        let version = VERSION;
        files::replace(path, &serde_json::to_vec(&Versioned { version, document })?)
    }

    /// The same on a thread made for waiting on the disk, so that everything beside the caller goes on.
    pub(crate) async fn write_beside<T: Serialize + Send + 'static>(&self, document: T) -> Result<(), Fault> {
        let file = self.clone();
        match machine::beside(move || file.write(&document)).await {
            Ok(written) => written.map_err(|error| not_kept(&error.to_string())),
            Err(_) => Err(not_kept("the writing was interrupted")),
        }
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    #[derive(Deserialize)]
    struct Mark {
        version: u32,
    }
    // A newer layout may not fit ours, and is not damaged for that.
    if serde_json::from_slice::<Mark>(bytes)?.version > VERSION {
        return Err(Unreadable::Newer);
    }
    Ok(serde_json::from_slice::<Versioned<T>>(bytes)?.document)
}

fn kept_aside(path: &Path, why: &str, aside: &Path) -> Fault {
    let (name, aside) = (name_of(path), name_of(aside));
    Fault::new(
        FaultCode::SettingsSetAside,
        format!("{name} could not be read: {why}. The file is kept as {aside}."),
    )
    .with_hint("Sotto starts without what was in it.")
}

fn not_readable(path: &Path, why: &str) -> Fault {
    Fault::new(
        FaultCode::NotKept,
        format!("{} could not be read: {why}.", name_of(path)),
    )
    .with_hint("Check the rights of Sotto's folder. Until then nothing new is kept in it.")
}

/// What could not be written, as a supervisor reads it.
pub(crate) fn not_kept(why: &str) -> Fault {
    Fault::new(
        FaultCode::NotKept,
        format!("Sotto cannot keep what it would need after a restart: {why}."),
    )
    .with_hint("Check the space on your disk and the rights of Sotto's folder.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept_in(folder: &tempfile::TempDir) -> KeptFile {
        KeptFile::new(&KeepPlace::Folder(folder.path().to_owned()), "list.json")
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut file = kept_in(&folder);
        assert_eq!(file.read::<Vec<String>>(), (Vec::new(), None));
        file.write(&vec!["a"]).expect("written");
        file.write(&vec!["a", "b"]).expect("written");
        let kept = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(file.read::<Vec<String>>(), (kept, None));
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 1, "nothing is left beside it");
    }

    #[test]
    fn on_a_full_disk_the_document_of_before_stays_and_no_part_of_the_new_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut file = kept_in(&folder);
        file.write(&vec!["a"]).expect("written");
        machine::fill_disk(true);
        let refused = file.write(&vec!["a", "b"]).expect_err("no room");
        assert_eq!(refused.kind(), ErrorKind::StorageFull);
        assert_eq!(file.read::<Vec<String>>(), (vec!["a".to_owned()], None));
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 1, "what was begun is removed");
        machine::fill_disk(false);
        file.write(&vec!["a", "b"]).expect("room again");
        let kept = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(file.read::<Vec<String>>(), (kept, None));
    }

    #[test]
    fn what_cannot_be_read_is_set_aside_each_time_under_a_name_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut file = kept_in(&folder);
        for (text, name) in [
            ("{\"version\":1,\"docu", "list.unreadable.json"),
            (
                "{\"version\":99,\"document\":{\"new\":1}}",
                "list.unreadable-2.json",
            ),
        ] {
            std::fs::write(folder.path().join("list.json"), text).expect("written");
            let (list, notice) = file.read::<Vec<String>>();
            assert_eq!(list, Vec::<String>::new());
            let notice = notice.expect("it is told");
            assert_eq!(notice.code, FaultCode::SettingsSetAside);
            assert!(notice.message.contains(name), "{}", notice.message);
            let aside = std::fs::read_to_string(folder.path().join(name)).expect("it is kept");
            assert_eq!(aside, text);
        }
    }

    #[test]
    fn a_file_that_only_cannot_be_opened_is_never_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        // A folder in its place cannot be read as a file, whoever asks.
        std::fs::create_dir(folder.path().join("list.json")).expect("made");
        let mut file = kept_in(&folder);
        let (_, notice) = file.read::<Vec<String>>();
        assert_eq!(notice.map(|fault| fault.code), Some(FaultCode::NotKept));
        let refused = file.write(&vec!["a"]).expect_err("told each time");
        assert!(refused.to_string().contains("list.json"), "{refused}");
        assert!(folder.path().join("list.json").is_dir());
    }

    #[test]
    fn what_can_neither_be_read_nor_set_aside_is_never_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let damaged = folder.path().join("list.json");
        loop {
            std::fs::write(&damaged, "another").expect("written");
            if files::set_aside(&damaged).is_none() {
                break;
            }
        }
        std::fs::write(&damaged, "{\"version\":1,\"docu").expect("written");
        let mut file = kept_in(&folder);
        let (_, notice) = file.read::<Vec<String>>();
        assert_eq!(notice.map(|fault| fault.code), Some(FaultCode::NotKept));
        file.write(&vec!["a"]).expect_err("it stays");
        let left = std::fs::read_to_string(&damaged).expect("there");
        assert_eq!(left, "{\"version\":1,\"docu");
    }
}
