//! Whispers kept for reuse: the supervisor's own, in groups, on disk; and the organisation's, from the policy, which
//! nobody changes here.

mod file;

use desk::fault::{Fault, FaultCode};
use tokio::sync::Mutex;

pub use file::{FormatError, export, import};
pub(crate) use file::{Groups, LARGEST, read};

use crate::contract::{CannedGroup, CannedLibrary};
use crate::keeping::{KeepPlace, KeptFile};

const FILE: &str = "whispers.json";

/// The library of canned whispers.
#[derive(Debug)]
pub struct Canned {
    file: KeptFile,
    own: Mutex<Vec<CannedGroup>>,
    managed: Vec<CannedGroup>,
    notice: Option<Fault>,
}

impl Canned {
    pub(crate) fn open(place: &KeepPlace, managed: Vec<CannedGroup>) -> Canned {
        let mut file = KeptFile::new(place, FILE);
        let (own, notice) = file.read();
        Canned {
            file,
            own: Mutex::new(own),
            managed,
            notice,
        }
    }

    /// What to say about the file as it was found.
    pub(crate) fn notice(&self) -> Option<&Fault> {
        self.notice.as_ref()
    }

    /// Everything there is.
    pub async fn list(&self) -> CannedLibrary {
        self.library(self.own.lock().await.clone())
    }

    /// Keeps these groups in place of the supervisor's own. Done means durable; a fault that nothing was changed.
    pub async fn save(&self, groups: &[CannedGroup]) -> Result<CannedLibrary, Fault> {
        let groups = file::check(groups).map_err(|error| bad("These whispers cannot be kept", &error))?;
        let mut own = self.own.lock().await;
        self.replace(&mut own, groups).await
    }

    /// Adds what is in a file: a whisper of the same group and title is replaced, everything else stays.
    pub async fn import(&self, text: &str) -> Result<CannedLibrary, Fault> {
        let new = file::import(text).map_err(|error| bad("This file cannot be imported", &error))?;
        let mut own = self.own.lock().await;
        let merged = merged(own.clone(), new);
        let merged = file::check(&merged).map_err(|error| bad("There would be too much", &error))?;
        self.replace(&mut own, merged).await
    }

    /// The supervisor's own as a file to [`import`](Canned::import) elsewhere, or to put into a policy.
    pub async fn export(&self) -> Result<String, Fault> {
        file::export(&self.own.lock().await)
            .map_err(|error| Fault::new(FaultCode::Internal, format!("The file cannot be made: {error}.")))
    }

    async fn replace(
        &self,
        own: &mut Vec<CannedGroup>,
        groups: Vec<CannedGroup>,
    ) -> Result<CannedLibrary, Fault> {
        self.file.write_beside(groups.clone()).await?;
        own.clone_from(&groups);
        Ok(self.library(groups))
    }

    fn library(&self, own: Vec<CannedGroup>) -> CannedLibrary {
        CannedLibrary {
            own,
            managed: self.managed.clone(),
        }
    }
}

fn merged(mut own: Vec<CannedGroup>, new: Vec<CannedGroup>) -> Vec<CannedGroup> {
    for group in new {
        let Some(known) = own.iter_mut().find(|known| known.name == group.name) else {
            own.push(group);
            continue;
        };
        for whisper in group.whispers {
            let same = known
                .whispers
                .iter_mut()
                .find(|other| other.title == whisper.title);
            match same {
                Some(other) => other.text = whisper.text,
                None => known.whispers.push(whisper),
            }
        }
    }
    own
}

fn bad(what: &str, error: &FormatError) -> Fault {
    let message = match error.line {
        0 => format!("{what}: {}.", error.reason),
        _ => format!("{what}: {error}."),
    };
    Fault::new(FaultCode::BadFile, message).with_hint("Nothing was changed.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::CannedWhisper;

    fn group(name: &str, whispers: &[(&str, &str)]) -> CannedGroup {
        CannedGroup {
            name: name.to_owned(),
            whispers: whispers
                .iter()
                .map(|(title, text)| CannedWhisper {
                    title: (*title).to_owned(),
                    text: (*text).to_owned(),
                })
                .collect(),
        }
    }

    #[tokio::test]
    async fn importing_merges_by_group_and_title() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = KeepPlace::Folder(folder.path().to_owned());
        let managed = vec![group("Rules", &[("Law", "Read the notice out.")])];
        let canned = Canned::open(&place, managed.clone());
        canned
            .save(&[group(
                "Billing",
                &[("Refund", "Offer it."), ("Late", "Say sorry.")],
            )])
            .await
            .expect("kept");
        let file = serde_json::json!({ "cannedWhispers": [
            group("Billing", &[("Late", "Say sorry twice."), ("New", "Hello")]),
            group("Other", &[("Refund", "Another one.")]),
        ] });
        let library = canned.import(&file.to_string()).await.expect("imported");
        let wanted = [
            group(
                "Billing",
                &[
                    ("Refund", "Offer it."),
                    ("Late", "Say sorry twice."),
                    ("New", "Hello"),
                ],
            ),
            group("Other", &[("Refund", "Another one.")]),
        ];
        assert_eq!(library.own, wanted);
        assert_eq!(library.managed, managed);

        let again = Canned::open(&place, Vec::new());
        assert_eq!(again.list().await.own, wanted, "it is on disk");
        let elsewhere = Canned::open(&KeepPlace::Memory, Vec::new());
        let moved = elsewhere
            .import(&again.export().await.expect("exported"))
            .await
            .expect("imported");
        assert_eq!(moved.own, wanted);
    }

    #[tokio::test]
    async fn a_bad_file_changes_nothing() {
        let canned = Canned::open(&KeepPlace::Memory, Vec::new());
        let own = [group("Billing", &[("Refund", "Offer it.")])];
        canned.save(&own).await.expect("kept");
        for bad in ["", "[]", "{\"cannedWhispers\":[{\"name\":\"x\"}]}"] {
            let fault = canned.import(bad).await.expect_err("refused");
            assert_eq!(fault.code, FaultCode::BadFile);
            assert!(fault.message.contains("line "), "{}", fault.message);
        }
        let unnamed = canned.save(&[group(" ", &[])]).await.expect_err("refused");
        assert_eq!(
            unnamed.message,
            "These whispers cannot be kept: a name or title is empty."
        );
        assert_eq!(canned.list().await.own, own);
    }

    #[tokio::test]
    async fn what_the_disk_refuses_is_not_called_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = KeepPlace::Folder(folder.path().join("missing"));
        let canned = Canned::open(&missing, Vec::new());
        let fault = canned
            .save(&[group("Billing", &[])])
            .await
            .expect_err("no such folder");
        assert_eq!(fault.code, FaultCode::NotKept);
        assert_eq!(canned.list().await, CannedLibrary::default());
    }
}
