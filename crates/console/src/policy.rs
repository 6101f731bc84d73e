//! What the organisation decides for all its supervisors: one JSON file in a place only an administrator can write.
//!
//! A policy that cannot be read stops the app (fail closed): whoever set it up meant it to hold. `docs/policy.md` is
//! the reference of its keys, `packaging/policy.schema.json` their shape for an editor.
//!
//! * `document` reads the file and refuses whatever it does not understand; `sections` are its parts as types.
//! * `obeyed` is what follows from it: the rules of the desk, the choices that are preset; `governed`: the profiles that can
//!   be used.
//! * `told` is the policy in words, for a face.

mod document;
mod governed;
mod obeyed;
mod sections;
mod told;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub use sections::{
    Budget, Calls, JournalRules, Nickname, OverBudget, Polling, Rearm, RearmChoices, Reasons, Server,
    Servers, Written,
};
pub use told::{ManagedPoint, ManagedServer, PolicyView, ReasonsView};

use crate::canned::{FormatError, LARGEST};
use crate::contract::CannedGroup;
use crate::profile::SmsSpelling;
use crate::support::LogLevel;

/// The policy in force. The default is no policy: everything is left to the supervisor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// The file it was read from; none where there is none.
    pub file: Option<PathBuf>,
    /// The servers of the organisation, and whether there are others (`servers`).
    pub servers: Servers,
    /// What is allowed and preset in calls (`calls`).
    pub calls: Calls,
    /// What is allowed and preset in SMS sessions (`sms`).
    pub sms: Written,
    /// What is allowed and preset in chats (`chats`).
    pub chats: Written,
    /// How the SMS channel is spelt, where a server of the policy does not say it itself (`sms.spelling`).
    pub sms_spelling: Option<SmsSpelling>,
    /// What happens when a coaching that was asked for is gone (`rearm`).
    pub rearm: RearmChoices,
    /// What has to be said before somebody is supervised (`reasons`).
    pub reasons: Option<Reasons>,
    /// How often an agent may be supervised (`budget`).
    pub budget: Option<Budget>,
    /// What the journal holds and for how long (`journal`).
    pub journal: JournalRules,
    /// The name that agent and customer see in written sessions (`nickname`).
    pub nickname: Option<Nickname>,
    /// How often the roster may be read (`polling`).
    pub polling: Option<Polling>,
    /// Sotto never looks for a newer Sotto (`updates: false`).
    pub updates_off: bool,
    /// No notices of the system (`notifications: false`).
    pub notifications_off: bool,
    /// No password is kept in the keychain (`keychain: false`).
    pub keychain_off: bool,
    /// How much is written to the log files (`logLevel`).
    pub log_level: Option<LogLevel>,
    /// Canned whispers for everybody, which nobody can change (`cannedWhispers`).
    pub canned_whispers: Vec<CannedGroup>,
}

/// Why there is no policy although there should be one.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file is there, or was asked for, and cannot be read.
    #[error("the policy {} cannot be read: {why}", file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// Why.
        #[source]
        why: std::io::Error,
    },
    /// Another file was named although this computer has a policy.
    #[error(
        "this computer has the policy {}, so --policy {} cannot be used: leave it out",
        system.display(),
        named.display()
    )]
    Managed {
        /// The policy of the computer.
        system: PathBuf,
        /// What was named.
        named: PathBuf,
    },
    /// The file is larger than any policy.
    #[error("the policy {} is larger than {} MB", file.display(), LARGEST / 1_000_000)]
    TooLarge {
        /// Which file.
        file: PathBuf,
    },
    /// The file is not as it should be.
    #[error("the policy {} is not valid, {why}", file.display())]
    Invalid {
        /// Which file.
        file: PathBuf,
        /// What is wrong, and on which line.
        #[source]
        why: FormatError,
    },
}

impl Policy {
    /// The policy in the place of the system, if there is one. Another file can be named only where there is none: whoever
    /// starts Sotto does not choose the organisation's policy.
    pub fn load(named: Option<&Path>) -> Result<Policy, PolicyError> {
        Policy::load_beside(&system_file(), named)
    }

    fn load_beside(system: &Path, named: Option<&Path>) -> Result<Policy, PolicyError> {
        match named {
            Some(file) if is_there(system) => {
                if is_same(system, file) {
                    Policy::read(system)
                } else {
                    Err(PolicyError::Managed {
                        system: system.to_owned(),
                        named: file.to_owned(),
                    })
                }
            }
            Some(file) => Policy::read(file),
            None => match Policy::read(system) {
                Err(PolicyError::Unreadable { why, .. }) if why.kind() == ErrorKind::NotFound => {
                    Ok(Policy::default())
                }
                other => other,
            },
        }
    }

    /// The policy in this text, whole or not at all.
    pub fn parse(text: &str) -> Result<Policy, FormatError> {
        document::parse(text)
    }

    fn read(file: &Path) -> Result<Policy, PolicyError> {
        let unreadable = |why| PolicyError::Unreadable {
            file: file.to_owned(),
            why,
        };
        let size = std::fs::metadata(file).map_err(unreadable)?.len();
        if size > LARGEST as u64 {
            let file = file.to_owned();
            return Err(PolicyError::TooLarge { file });
        }
        let text = std::fs::read_to_string(file).map_err(unreadable)?;
        match Policy::parse(&text) {
            Ok(policy) => Ok(Policy {
                file: Some(file.to_owned()),
                ..policy
            }),
            Err(why) => Err(PolicyError::Invalid {
                file: file.to_owned(),
                why,
            }),
        }
    }
}

/// Whether there is a policy of the system. One that cannot be looked at counts: it may be there.
fn is_there(system: &Path) -> bool {
    !matches!(std::fs::symlink_metadata(system), Err(error) if error.kind() == ErrorKind::NotFound)
}

fn is_same(system: &Path, named: &Path) -> bool {
    let whole = std::fs::canonicalize;
    system == named || matches!((whole(system), whole(named)), (Ok(one), Ok(other)) if one == other)
}

/// Where the policy of this computer is.
pub fn system_file() -> PathBuf {
    if cfg!(target_os = "macos") {
        PathBuf::from("/Library/Application Support/Sotto/policy.json")
    } else if cfg!(windows) {
        let data = std::env::var_os("ProgramData").unwrap_or_else(|| r"C:\ProgramData".into());
        PathBuf::from(data).join("Sotto").join("policy.json")
    } else {
        PathBuf::from("/etc/sotto/policy.json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Policy, PolicyError> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("policy.json");
        std::fs::write(&file, text).expect("written");
        Policy::load(Some(&file))
    }

    #[test]
    fn an_empty_policy_changes_nothing() {
        let policy = load("{}").expect("valid");
        assert!(policy.file.is_some());
        let file = None;
        assert_eq!(Policy { file, ..policy }, Policy::default());
    }

    #[test]
    fn the_managed_whispers_are_read() {
        let policy = load(
            r#"{ "cannedWhispers": [{ "name": "Rules", "whispers": [{ "title": "Law", "text": "Read it out." }] }] }"#,
        )
        .expect("valid");
        assert_eq!(policy.canned_whispers[0].whispers[0].title, "Law");
    }

    #[test]
    fn whatever_is_not_understood_stops_the_app_and_says_where() {
        for (text, line, reason) in [
            ("", 1, "EOF"),
            (
                "{\n  \"canedWhispers\": []\n}",
                2,
                "unknown field `canedWhispers`",
            ),
            ("{\n\n  \"cannedWhispers\": {}\n}", 3, "a list of groups"),
            ("{} {}", 1, "trailing characters"),
        ] {
            match load(text) {
                Err(PolicyError::Invalid { file, why }) => {
                    assert_eq!(file.file_name().expect("a name"), "policy.json");
                    assert_eq!(why.line, line, "{why}");
                    assert!(why.reason.contains(reason), "{why}");
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn no_other_policy_can_be_named_where_the_computer_has_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let system = folder.path().join("policy.json");
        let own = folder.path().join("own.json");
        std::fs::write(&own, "{}").expect("written");
        let load = |named| Policy::load_beside(&system, Some(named));
        assert_eq!(load(&own).expect("none of the system").file, Some(own.clone()));
        // Also one that is no good: it stops Sotto, whatever is named.
        for text in [r#"{ "updates": false }"#, "nonsense"] {
            std::fs::write(&system, text).expect("written");
            let error = load(&own).expect_err("the computer's own holds");
            assert!(matches!(error, PolicyError::Managed { .. }), "{error}");
            assert!(error.to_string().contains("own.json"), "{error}");
        }
        std::fs::write(&system, r#"{ "updates": false }"#).expect("written");
        let dotted = folder.path().join(".").join("policy.json");
        for same in [&system, &dotted] {
            assert!(load(same).expect("the same file").updates_off);
        }
    }

    #[test]
    fn a_policy_that_was_named_must_be_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("policy.json");
        assert!(matches!(
            Policy::load(Some(&missing)),
            Err(PolicyError::Unreadable { .. })
        ));
        assert!(matches!(
            Policy::load(Some(folder.path())),
            Err(PolicyError::Unreadable { .. })
        ));
    }
}
